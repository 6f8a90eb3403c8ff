"""Pygmalion's characters are read as souls and written without loss."""

import json
from typing import Any

import pytest

from soulscript import Soul
from soulscript.formats import detect, write_files
from soulscript.formats.base import Import
from support.documents import FIELDS, card, examples, read, soul_document, source, without_source

TILDA: dict[str, Any] = {
    "char_name": "Tilda",
    "char_persona": "A calm beekeeper. She keeps forty hives.",
    "world_scenario": "A meadow in June.",
    "char_greeting": "Mind the hives.",
    "example_dialogue": "You: Do they sting?\nTilda: Only the rude.",
    "metadata": {"version": 1},
}
MIXED: dict[str, Any] = TILDA | {
    "name": "Tilda",
    "description": "",
    "personality": "dry, calm",
    "scenario": "A meadow in May.",
    "first_mes": "",
    "mes_example": TILDA["example_dialogue"],
}


def written(found: Import) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(write_files(found, "pygmalion", "x").files["x.json"])
    return document


def edited(found: Import, **entity: str) -> Import:
    assert found.soul is not None
    document = found.soul.dump()
    part: Any = document["entity"]
    part.update(entity)
    return Import(found.format, Soul.model_validate(document))


def test_the_fields_of_a_character_become_parts_of_a_soul() -> None:
    found = read(TILDA)
    assert found.format == "pygmalion"
    soul = soul_document(found)
    assert soul["personality"]["name"] == "Tilda"
    assert soul["entity"]["background"] == TILDA["char_persona"]
    assert soul["st:scenario"] == "A meadow in June."
    assert soul["soul:engine"]["greetings"] == ["Mind the hives."]
    assert [[turn.speaker for turn in turns] for turns in examples(found)] == [
        ["person", "character"]
    ]


def test_every_field_has_a_note_that_names_its_place() -> None:
    paths = [note.path for note in read(TILDA).report if note.path]
    assert sorted(paths) == sorted(TILDA)


def test_an_unchanged_character_is_written_as_it_was() -> None:
    for document in (TILDA, MIXED, {"char_name": "A", "char_persona": "", "x": [1]}):
        found = read(document)
        assert written(found) == document
        assert read(written(found)).soul == found.soul


def test_an_edit_changes_its_field_alone() -> None:
    back = written(edited(read(TILDA), background="A keeper of wasps."))
    assert back == TILDA | {"char_persona": "A keeper of wasps."}


def test_a_mixed_file_is_read_by_the_fields_that_have_a_text() -> None:
    found = read(MIXED)
    assert found.format == "pygmalion"
    soul = soul_document(found)
    assert soul["entity"]["background"] == TILDA["char_persona"]
    assert soul["st:scenario"] == "A meadow in May."
    assert soul["soul:engine"]["greetings"] == ["Mind the hives."]
    assert {trait["trait"] for trait in soul["personality"]["core_traits"]} == {"dry", "calm"}
    notes = {note.path: note.message for note in found.report}
    assert notes["world_scenario"] == "scenario says otherwise, and that one counts"
    assert notes["example_dialogue"] == "repeats mes_example"
    assert notes["description"] == "there is nothing in it"


def test_an_edit_of_a_mixed_file_changes_both_fields() -> None:
    back = written(edited(read(MIXED), background="A keeper of wasps."))
    text = "A keeper of wasps."
    assert back == MIXED | {"char_persona": text, "description": text}


def test_a_mixed_file_that_is_a_whole_card_stays_a_card() -> None:
    whole = FIELDS | {"char_name": FIELDS["name"], "char_persona": FIELDS["description"]}
    assert detect(source(whole)).name == "card"
    for version in (1, 2, 3):
        assert detect(source(card(version))).name == "card"


@pytest.mark.parametrize(
    "document",
    [
        {"char_name": "A"},
        {"char_greeting": "a", "example_dialogue": "b"},
        TILDA | {"data": {}},
        [TILDA],
    ],
)
def test_other_documents_are_none(document: Any) -> None:  # noqa: ANN401 - any JSON
    from soulscript.formats.personas import pygmalion  # noqa: PLC0415 - one format alone

    assert not pygmalion.detect(source(document))


def test_any_soul_survives_the_format(luna: dict[str, Any]) -> None:
    soul = Soul.model_validate(luna)
    document = written(Import("soul", soul))
    assert document["char_name"] == "Dr. Luna"
    assert "sarcastic" in document["char_persona"]
    again = read(document)
    assert again.format == "pygmalion"
    assert again.soul is not None
    assert without_source(again.soul) == soul.dump()


def test_fields_of_wrong_types_stay_in_the_original() -> None:
    document = {"char_name": ["a"], "char_persona": {"b": 1}, "char_greeting": 3}
    found = read(document)
    assert written(found) == document


def test_an_edit_repeats_nothing_else_in_the_persona() -> None:
    document = TILDA | {"char_persona": "Species: cat\nGender: female"}
    back = written(edited(read(document), background="A cat."))
    assert back["char_persona"] == "A cat."
