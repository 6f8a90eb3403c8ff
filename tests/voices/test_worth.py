"""What is worth telling in a prompt: what answers comes first, and more of it where it is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.voices import worth
from synthetic_soul.voices.base import Brief, Line, Observation
from synthetic_soul.voices.model.brief_prompt import render
from synthetic_soul.voices.model.private_note import note
from synthetic_soul.voices.model.prompt_budget import PromptBudget
from tests.voices.briefs import brief, fact, heard
from tests.voices.souls import DAY, START

LINE = "We went to the harbour with {}, and it rained until the last ferry had left for the island"
LINES = tuple(Line(f"o{n}", "Ada", LINE.format(n), START - n * DAY) for n in range(10, 22))
FACTS = tuple(
    fact(topic, value, id=topic)
    for topic, value in (
        ("allergy", "peanuts"), ("person:sister", "Mila"), ("home", "Ghent"), ("work", "baker"),
        ("like", "ferries"), ("like", "the colour of old brick"), ("hobby", "chess"),
    )
)  # fmt: skip


def remembering(text: str, *acts: Act, confidence: float = 0.9) -> Brief:
    made = brief(heard(text, *acts), person_name="Ada", known_facts=FACTS, recalled_lines=LINES)
    return replace(made, recall_confidence=confidence)


def told(made: Brief, context: int = 8_192) -> str:
    return render(made, PromptBudget(context)).messages[-1].content


def test_ten_recalled_lines_fit_where_they_are_asked_for() -> None:
    asked = told(remembering("Who went to the harbour?", Act.ASK))
    assert sum(LINE.format(n) in asked for n in range(10, 22)) >= 10
    assert "peanuts" in asked


@pytest.mark.parametrize(
    ("text", "act", "confidence"),
    [
        ("We are at the harbour again.", Act.TELL, 0.9),
        ("Who invented the ferry?", Act.ASK, 0.02),
        ("Do you like the harbour?", Act.ASK_ABOUT_YOU, 0.9),
    ],
)
def test_where_nothing_is_asked_of_the_past_the_note_stays_short(
    text: str, act: Act, confidence: float
) -> None:
    usual = PromptBudget().usual_tokens
    plain = told(remembering(text, act, confidence=confidence))
    assert 1 <= sum(LINE.format(n) in plain for n in range(10, 22)) < 10
    own = PromptBudget().tokens(plain.partition("⟦private note⟧")[2])
    assert own < usual // 4


def test_what_is_asked_changes_neither_the_beginning_nor_the_talk() -> None:
    talk = [Line(f"t{n}", "Ada", f"line {n} " * 9, START - 99 + n, mine=bool(n % 2), number=n)
            for n in range(60)]  # fmt: skip
    asking = remembering("Who went to the harbour?", Act.ASK)
    telling = remembering("Who went to the harbour?", Act.TELL)
    asked, plain = (
        render(replace(each, talk_lines=talk), PromptBudget()).messages
        for each in (asking, telling)
    )
    assert asked[:-1] == plain[:-1]
    assert len(asked[-1].content) > len(plain[-1].content)


def test_a_fact_that_is_asked_for_stands_before_what_merely_shares_a_word() -> None:
    asks = heard("Where does my sister live?", Act.ASK_MEMORY, question_topics=("person:sister",))
    facts = note(brief(asks, person_name="Ada", known_facts=FACTS)).facts
    assert [facts[0].id, facts[0].reason] == ["person:sister", "asked"]
    assert [item.worth for item in facts] == sorted((x.worth for x in facts), reverse=True)
    assert {item.reason for item in facts} == {"asked", "important"}


def test_important_facts_stand_before_lines_that_nobody_asked_for() -> None:
    telling = remembering("We are at the harbour again.", Act.TELL)
    lines = [item for item in note(telling).asides if item.kind == "line"]
    important = [item for item in note(telling).facts if item.reason == "important"]
    assert len(important) == worth.IMPORTANT_FACTS
    assert min(x.worth for x in important) > max(x.worth for x in lines)
    assert lines[0].worth > max(x.worth for x in note(telling).asides if x.reason == "further")


def test_a_sure_answer_stands_before_important_facts() -> None:
    asking = note(remembering("Who went to the harbour?", Act.ASK))
    assert asking.asides[0].kind == "line"
    assert asking.asides[0].worth > max(x.worth for x in asking.facts if x.reason == "important")
    unsure = note(remembering("Who went to the harbour?", Act.ASK, confidence=0.05))
    assert unsure.asides[0].worth < min(x.worth for x in unsure.facts)


def test_who_asks_for_everything_is_told_further_facts() -> None:
    many = tuple(fact("like", f"thing {n} of many", id=f"{n}") for n in range(30))
    made = brief(heard("what do you remember?", Act.ASK_MEMORY), known_facts=many)
    asked, plain = (
        told(each).count("of many")
        for each in (made, replace(made, interpretation=heard("I sit here.", Act.TELL)))
    )
    assert asked > plain + 8


def test_what_this_turn_changed_always_comes_first() -> None:
    new = fact("like", "tea", age=0)
    made = replace(remembering("Who went to the harbour?", Act.ASK), learned_facts=(new,))
    assert note(made).facts[0].worth == worth.MUST
    assert note(made).facts[0].reason == "new"


def test_a_view_that_is_asked_for_is_worth_more() -> None:
    asking = brief(heard("what do you think of rain?", Act.ASK_OPINION))
    telling = brief(heard("there was rain all day", Act.TELL))
    views = [
        next(item.worth for item in note(each).asides if item.kind == "view")
        for each in (asking, telling)
    ]
    assert views[0] > worth.ANSWERS > views[1]


def test_memories_are_weighed_by_importance_and_place() -> None:
    made = brief(heard("the harbour again", Act.TELL))
    seen = (Observation("b", "b.", -1.0), Observation("a", "a.", 1.0))
    items = note(replace(made, observations=seen)).asides
    assert [item.id for item in items if item.kind == "memory"] == ["a", "b"]
    asking = replace(made, interpretation=heard("the harbour?", Act.ASK_MEMORY))
    assert worth.of_memory(asking, 0.0, 0) > worth.of_memory(made, 0.0, 0)


def test_of_a_long_line_the_part_is_quoted_that_fits_the_question() -> None:
    long = f"{'The ferry was late and the rain went on. ' * 12}My aunt Petra sells lamps in Ghent."
    line = Line("o", "Ada", long, START - DAY)
    for text, is_there in (("Where does Petra sell lamps?", True), ("How was the ferry?", False)):
        made = replace(brief(heard(text, Act.ASK)), recalled_lines=[line])
        quoted = note(made).asides[0].text
        assert ("aunt Petra sells lamps" in quoted) is is_there
        assert len(quoted) < 400
