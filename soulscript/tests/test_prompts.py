"""A soul as messages for a model, within a budget; its macros expanded where it is used."""

import time
from typing import Any

import pytest

from soulscript import Soul
from soulscript.model.dialogues import PLACEHOLDER_KEY
from soulscript.prompts import (
    YIELDS,
    Scene,
    depends_on,
    expanded,
    instructions_of,
    messages,
    openings_of,
    persona,
    scene_of,
    sections,
)
from support.documents import FIELDS, card, read

Document = dict[str, Any]


def soul_of(**changes: object) -> Soul:
    found = read(card(2, **changes)).soul
    assert found is not None
    return found


def words(text: str) -> int:
    return len(text.split())


def test_a_card_becomes_system_message_examples_and_opening() -> None:
    found = messages(soul_of(), scene=Scene("", "Ada"))
    assert [message.role for message in found.messages] == [
        "system", "user", "assistant", "user", "assistant",
    ]  # fmt: skip
    system, asked, answered, silence, said = (message.content for message in found.messages)
    assert "Bram keeps a lighthouse and a log. Ada is a guest." in system
    assert "Your personality: patient, dry, likes long silences" in system
    assert "Ada climbs the stairs." in system
    assert "[example]" in system
    assert asked == "[example] Is it lonely?"
    assert answered == "It is quiet."
    assert silence == "…"
    assert said == '*Bram looks up.* "Mind the third step, Ada."'
    assert found.left_out == ()


@pytest.mark.parametrize(
    ("opening", "said"),
    [(0, "Mind the third step."), (1, "The kettle is on."), (2, "Nothing is said."), (3, "Mind")],
)
def test_an_opening_is_chosen_by_its_number(opening: int, said: str) -> None:
    found = messages(soul_of(mes_example=""), opening=opening).messages
    assert found[1].content == "…"
    assert said in found[2].content


def test_without_an_opening_the_person_speaks_first() -> None:
    found = messages(soul_of(mes_example=""), opening=None, style="Be brief.").messages
    assert [message.role for message in found] == ["system"]
    assert found[0].content.endswith("Be brief.")


def test_several_speakers_of_an_example_are_the_models_to_play() -> None:
    text = "<START>\nNurse: The lamp!\n{{char}}: Aye.\n{{user}}: Both of you?\n{{user}}: Hm."
    found = messages(soul_of(mes_example=text), opening=None).messages
    assert [(message.role, message.content) for message in found[1:]] == [
        ("user", "[example] …"),
        ("assistant", "Nurse: The lamp!\nAye."),
        ("user", "Both of you?\nHm."),
    ]


LONG = {
    "description": "{{char}} keeps a lighthouse. " * 40,
    "scenario": "It rains on the rock. " * 20,
    "mes_example": "<START>\n{{char}}: Aye.\n" * 30,
}


@pytest.mark.parametrize("budget", [60, 120, 200, 400])
def test_parts_yield_in_their_order_by_whole_sentences(budget: int) -> None:
    soul = expanded(soul_of(**LONG))
    found = persona(soul, budget, words)
    told = {share.part: (share.told, share.whole) for share in found.shares}
    assert sum(share.told for share in found.shares) <= budget
    cut = [part for part in YIELDS if part in told and told[part][0] < told[part][1]]
    whole = [part for part in YIELDS if part in told and told[part][0] == told[part][1]]
    assert cut
    assert all(YIELDS.index(a) < YIELDS.index(b) for a in cut for b in whole)
    assert all(told[part][0] == 0 for part in cut[:-1])
    assert found.text.count("Bram keeps") == found.text.count("a lighthouse.")
    assert found.text.startswith("You are Bram")


def test_who_it_is_stays_where_nothing_has_room() -> None:
    found = persona(expanded(soul_of(**LONG)), 1, words)
    assert found.text == "You are Bram."
    assert found.dialogues == ()


def test_lines_of_a_description_stay_lines() -> None:
    found = persona(soul_of(description="Name: Bram\n\nAge: 60\n- tall\n- quiet"), None, words)
    assert "Your background:\nName: Bram\nAge: 60\n- tall\n- quiet" in found.text


def test_a_text_that_stands_in_two_fields_is_told_once() -> None:
    text = FIELDS["description"]
    told = [section.part for section in sections(soul_of(personality=text, scenario=text))]
    assert "personality" not in told
    assert "scenario" not in told


def test_a_list_keeps_no_head_without_items(luna: Document) -> None:
    luna["values"] = [{"name": "duty", "importance": 0.9, "expression": "lights " * 50}]
    told = persona(Soul.model_validate(luna), 60, words).text
    assert "What you hold to" not in told


def test_a_nickname_stands_for_the_character() -> None:
    soul = soul_of(nickname="Keeper")
    assert scene_of(soul).character == "Keeper"
    assert (expanded(soul).entity.background or "").startswith("Keeper keeps")


def test_a_soul_without_macros_is_itself(luna: Document) -> None:
    soul = Soul.model_validate(luna)
    assert expanded(soul) is soul


def test_original_and_memories_stay_as_they_are() -> None:
    soul = soul_of()
    before, after = soul.model_extra or {}, expanded(soul).model_extra or {}
    assert after["soul:source"] == before["soul:source"]
    assert after["soul:memories"] == before["soul:memories"]
    assert "{{" not in str({k: v for k, v in after.items() if k.startswith("st:")})


def test_texts_said_to_a_person_without_a_name_say_you() -> None:
    soul = expanded(soul_of(first_mes="{{char}} looks at {{user}}."))
    assert openings_of(soul)[0] == "Bram looks at you."


def test_fields_of_the_card_are_macros_too() -> None:
    soul = expanded(soul_of(first_mes="[{{scenario}}]", character_version="7{{char_version}}"))
    assert openings_of(soul)[0] == "[the visitor climbs the stairs.]"


def test_what_a_soul_depends_on_is_known() -> None:
    assert depends_on(soul_of()) == (False, False)
    assert depends_on(soul_of(first_mes="It is {{time}}.")) == (True, False)
    assert depends_on(soul_of(scenario="{{random:a,b}}")) == (False, True)
    assert expanded(soul_of(alternate_greetings=["{{pick:a}}", 3, None])) is not None


@pytest.mark.parametrize("text", ["." * 60_000, "a." * 30_000, "!? " * 20_000, "。" * 60_000])
def test_no_text_takes_long(text: str) -> None:
    start = time.process_time()
    persona(expanded(soul_of(description=text)), 500, words)
    assert time.process_time() - start < 2


def test_a_section_in_the_midst_of_a_foreign_description_stays() -> None:
    text = "Mia is 20.\n\n{{char}}'s tone is warm.\n\nLikes: tea."
    assert soul_of(description=text).entity.background == text


def test_what_has_no_room_is_named() -> None:
    found = messages(soul_of(), budget=90)
    assert [share.part for share in found.left_out] == ["examples"]
    assert [message.role for message in found.messages] == ["system", "user", "assistant"]


def test_a_soul_of_which_nothing_is_known_is_told_by_nothing(luna: Document) -> None:
    luna["entity"] = {"form": "", "background": None, "occupation": ""}
    trait = luna["personality"]["core_traits"][0]
    luna["personality"] = {"core_traits": [trait | {PLACEHOLDER_KEY: True}]}
    told = [section.part for section in sections(Soul.model_validate(luna))]
    assert "identity" not in told
    assert "values" in told


def test_instructions_are_those_of_a_card_in_their_order() -> None:
    extensions = {"depth_prompt": {"prompt": "It is winter.", "depth": 4}}
    assert instructions_of(soul_of()) == ("Never break character.", "Stay brief.")
    assert instructions_of(soul_of(extensions=extensions)) == (
        "Never break character.", "It is winter.", "Stay brief.",
    )  # fmt: skip
