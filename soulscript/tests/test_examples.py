"""Example dialogues and openings of souls that came from other formats."""

import json

import pytest
from pydantic import JsonValue

from soulscript import Soul
from soulscript.formats import (
    CHARACTER,
    PERSON,
    Source,
    Turn,
    dialogues_of,
    opening_of,
    read_source,
)

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
    [None, 3, "text", {}, [], [[]], [3], [["x"]], [[{"speaker": 1, "text": "x"}]],
     [[{"speaker": "person", "text": "  "}]], [[{"text": "x"}]]],
)  # fmt: skip
def test_ill_formed_examples_count_as_none(examples: JsonValue) -> None:
    assert dialogues_of(Soul.model_validate({**PLAIN, "st:examples": examples})) == ()


def test_the_opening_is_the_cards_first_message_as_written() -> None:
    soul = card(first_mes='*{{char}} opens.* "Come in, {{user}}."\n\nIt rains.')
    assert opening_of(soul) == '*Mira opens.* "Come in, you."\n\nIt rains.'


@pytest.mark.parametrize("source", [None, 1, {}, {"original": []}, {"original": {"first_mes": 4}}])
def test_a_soul_without_a_card_has_no_opening(source: JsonValue) -> None:
    assert opening_of(Soul.model_validate({**PLAIN, "soul:source": source})) == ""
