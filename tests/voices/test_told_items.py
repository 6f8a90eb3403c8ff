"""What a voice says that it told of its brief: just what stands in the prompt, or in the text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synthetic_soul.nlu.calendar.named_date import DueDate
from synthetic_soul.voices.base import DueFact, Line, Lore, Observation, Told
from synthetic_soul.voices.composer.used_items import used_items
from synthetic_soul.voices.model.brief_prompt import Rendered, render
from synthetic_soul.voices.model.prompt_budget import PromptBudget
from tests.voices.briefs import brief, fact, heard
from tests.voices.souls import DAY, START

OLD = (
    Line("best", "Ada", "the red boat sank", START - 3 * DAY),
    Line("same", "Ada", "the red boat sank", START - 9 * DAY),
    Line("talk", "Ada", "the boat is blue now", START - DAY),
)
FACTS = (fact("name", "Ada"), *(fact("like", f"thing number {n}") for n in range(40)))
LORE = (
    Lore("always", "The sea is salt.", why="constant", is_constant=True),
    Lore("boat", "The boat was built in 1871.", why="key", key="boat"),
    Lore("storm", "The storm took the roof. " * 40, why="key", key="storm"),
)


def rendered(budget: int = 2_048, **more: object) -> Rendered:
    made = brief(
        heard("What of the boat, and thing 7?"),
        recalled_lines=OLD,
        known_facts=FACTS,
        person_name="Ada",
        lore=LORE,
    )
    talk = (OLD[2], Line("mine", "", "It is.", START - DAY, mine=True))
    made = replace(
        made,
        talk_lines=talk,
        observations=(Observation("seen", "She counts boats."),),
        thought="Boats leak.",
        **more,  # type: ignore[arg-type]  # fields by name
    )
    return render(made, PromptBudget(budget, 16))


def by_id(found: Rendered) -> dict[str, Told]:
    return {told.id: told for told in found.told}


def text_of(found: Rendered) -> str:
    return "\n".join(message.content for message in found.messages)


def test_each_item_is_named_once() -> None:
    found = rendered()
    keys = [(told.kind, told.id) for told in found.told]
    assert len(keys) == len(set(keys))
    ids = {told.id for told in found.told}
    assert ids >= {fact.id for fact in FACTS} | {lore.id for lore in LORE} | {x.id for x in OLD}


@pytest.mark.parametrize("budget", [1_200, 2_048, 4_096, 32_768])
def test_what_is_told_stands_in_the_prompt_and_the_rest_does_not(budget: int) -> None:
    found = rendered(budget)
    text = " ".join(text_of(found).split())
    told = by_id(found)
    said = {lore.id: lore.text.strip() for lore in LORE}
    said |= {fact.id: fact.value + " (" for fact in FACTS[1:]}
    said |= {"seen": "She counts boats.", "": "Boats leak."}
    for item, words in said.items():
        assert (not told[item].left_out) == (words in text), (budget, told[item])


def test_a_small_prompt_leaves_out_and_a_large_one_does_not() -> None:
    assert "room" in {told.left_out for told in rendered(2_048).told}
    assert {told.left_out for told in rendered(32_768).told} == {"", "repeats"}


def test_a_line_that_stands_in_the_talk_is_told_there_and_equal_ones_are_told_once() -> None:
    told = by_id(rendered(32_768))
    assert told["talk"] == Told("line", "talk", "words")
    assert told["best"] == Told("line", "best", "words")
    assert told["same"] == Told("line", "same", "words", "repeats")


def test_the_reasons_are_those_of_the_choice() -> None:
    told = by_id(rendered(32_768))
    assert told["name=Ada"].reason == "name"
    assert told["like=thing number 7"].reason == "asked"
    assert told["boat"].reason == "key"
    assert told["always"].reason == "constant"
    exam = fact("appointment", "exam")
    due = DueFact(exam, DueDate(START, START + DAY, "day"))
    again = by_id(rendered(32_768, due_facts=(due,), known_facts=(exam,)))
    assert again[exam.id].reason == "due"


def test_of_a_thought_nothing_is_recorded() -> None:
    made = brief(heard("boats"), recalled_lines=OLD, known_facts=FACTS)
    thought = replace(made, purpose="thought", messages=())
    assert render(thought, PromptBudget(4_096)).told == ()
    assert used_items(thought, "the red boat sank") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("You said “the red boat sank”.", {"best", "same"}),
        ("The boat was built in 1871, they say.", {"boat"}),
        ("You like tea, Ada.", {"name=Ada", "like=tea"}),
        ("A boat is red.", set()),
        ("Hello there.", set()),
    ],
)
def test_what_a_text_quotes_was_told(text: str, told: set[str]) -> None:
    made = brief(
        heard("hm"),
        recalled_lines=OLD,
        known_facts=(fact("name", "Ada"), fact("like", "tea")),
        lore=LORE,
    )
    assert {item.id for item in used_items(made, text)} == told
