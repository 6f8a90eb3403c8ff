"""Example dialogues and openings of souls, as their authors wrote them."""

import json

import pytest
from pydantic import JsonValue

from soulscript import Soul
from soulscript.formats import Source, read_source
from soulscript.model.dialogues import format_dialogues, parse_dialogues
from soulscript.prompts import CHARACTER, PERSON, Turn, dialogues_of, openings_of

PLAIN = {
    "version": "0.1",
    "entity": {"form": "human", "occupation": "keeper"},
    "personality": {"name": "Mira", "core_traits": [{"trait": "kind", "strength": 0.5}]},
    "values": [],
    "voice": {"style": "plain", "tone": "calm", "qualities": [], "patterns": []},
    "relationship": {"style": "friendly", "boundaries": []},
}


def card(**fields: JsonValue) -> Soul:
    data = {"name": "Mira", "description": "A keeper.", **fields}
    document = {"spec": "chara_card_v2", "spec_version": "2.0", "data": data}
    soul = read_source(Source("c.json", {"c.json": json.dumps(document).encode()})).soul
    assert soul is not None
    return soul


def test_dialogues_of_a_card_are_turns() -> None:
    soul = card(
        mes_example="<START>\n{{user}}: Hi\n{{char}}: *nods*\n\nAye.\n<START>\nOrlan: Mail!"
    )
    assert dialogues_of(soul) == (
        (Turn(PERSON, "Hi"), Turn(CHARACTER, "*nods*\n\nAye.")),
        (Turn("Orlan", "Mail!"),),
    )


@pytest.mark.parametrize(
    "examples",
    [None, 3, " ", {}, [], [[]], [3], [["x"]], [[{"speaker": 1, "text": "x"}]],
     [[{"speaker": "person", "text": "  "}]], [[{"text": "x"}]]],
)  # fmt: skip
def test_ill_formed_examples_count_as_none(examples: JsonValue) -> None:
    assert dialogues_of(Soul.model_validate({**PLAIN, "st:examples": examples})) == ()


def test_openings_are_the_cards_own_messages_as_written() -> None:
    first = '*{{char}} opens.* "Come in, {{user}}."\n\nIt rains.'
    soul = card(
        first_mes=first, alternate_greetings=["", "Late again."], group_only_greetings=["All!"]
    )
    assert openings_of(soul) == (first, "Late again.")
    assert openings_of(soul, in_group=True) == ("All!", first, "Late again.")


@pytest.mark.parametrize("opening", [None, 1, {}, "  ", [["x"]]])
def test_ill_formed_openings_count_as_none(opening: JsonValue) -> None:
    assert openings_of(Soul.model_validate({**PLAIN, "st:first_mes": opening})) == ()


@pytest.mark.parametrize(
    ("text", "dialogues"),
    [
        (
            "<START>\n{{user}}: Hi\nMia: Oh.\nWell.\nJo: Me too.\nYou: Bye\n{{char}}:\n<START>",
            [[("person", "Hi"), ("character", "Oh.\nWell."), ("Jo", "Me too."), ("person", "Bye")]],
        ),
        ("*She waits.* Hm.", [[("character", "*She waits.* Hm.")]]),
        ("Once.\n<start>\n<BOT>: Oh.\n<USER>: Ah.\n<END>", [[("character", "Once.")],
            [("character", "Oh."), ("person", "Ah.")]]),
        ("< START >\n{{ user }}: A\n{{random_user_1}}: B\n{char}: C",
            [[("person", "A"), ("person", "B"), ("character", "C")]]),
        ("{{example_separator}}\n{{char}}: It is: 8:30", [[("character", "It is: 8:30")]]),
        ('{{char}}: "So: yes"\n*he adds: no*\n- a list: of things',
            [[("character", '"So: yes"\n*he adds: no*\n- a list: of things')]]),
        ("", []),
    ],
)  # fmt: skip
def test_the_syntax_of_cards_is_split_into_dialogues_and_turns(
    text: str, dialogues: list[list[tuple[str, str]]]
) -> None:
    found = parse_dialogues(text, "Mia")
    assert [[(turn.speaker, turn.text) for turn in dialogue] for dialogue in found] == dialogues
    assert parse_dialogues(format_dialogues(found), "Mia") == found


@pytest.mark.parametrize(
    ("name", "mark", "speaker"),
    [
        ("Mia Wong", "Mia", CHARACTER),
        ("Mia Wong", "mia wong", CHARACTER),
        ("Mia Wong", "Wong", "Wong"),
        ("Mia and Rin", "Mia", "Mia"),
        ("Mia & Rin", "Rin", "Rin"),
    ],
)
def test_a_speaker_is_the_character_by_its_name_or_its_first_one(
    name: str, mark: str, speaker: str
) -> None:
    assert parse_dialogues(f"{mark}: Hm.", name) == ((Turn(speaker, "Hm."),),)
