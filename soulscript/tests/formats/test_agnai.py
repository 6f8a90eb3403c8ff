"""Agnai's characters are read as souls and written without loss."""

import copy
import json
from typing import Any

import pytest

from soulscript import Soul
from soulscript.formats import detect, write_files
from soulscript.formats.base import Import
from soulscript.formats.personas import agnai
from support.documents import card, read, soul_document, source, without_source

MIRA: dict[str, Any] = {
    "kind": "character",
    "_id": "1",
    "name": "Mira",
    "description": "Made for a test.",
    "persona": {"kind": "wpp", "attributes": {"species": ["human"], "mind": ["calm", "dry"]}},
    "greeting": "Mind the clocks.",
    "alternateGreetings": ["Late again?"],
    "scenario": "A shop of clocks.",
    "sampleChat": "{{user}}: Late?\n{{char}}: Always.",
    "systemPrompt": "Never break character.",
    "postHistoryInstructions": "Stay brief.",
    "insert": {"prompt": "It rains.", "depth": 3},
    "tags": ["clocks"],
    "creator": "the tests",
    "characterVersion": "2",
    "characterBook": {
        "kind": "memory",
        "name": "Shop",
        "scanDepth": 4,
        "entries": [
            {
                "name": "rooster",
                "entry": "A rooster sets the church clock.",
                "keywords": ["church"],
                "secondaryKeys": ["clock"],
                "priority": 5,
                "weight": 2,
                "enabled": True,
            }
        ],
    },
    "extensions": {"x": 1},
    "voice": {"service": "x"},
}


def written(found: Import) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(write_files(found, "agnai", "x").files["x.json"])
    return document


def with_background(found: Import, text: str) -> Import:
    assert found.soul is not None
    document = found.soul.dump()
    entity: Any = document["entity"]
    entity["background"] = text
    return Import(found.format, Soul.model_validate(document))


def test_the_fields_of_a_character_become_parts_of_a_soul() -> None:
    found = read(MIRA)
    assert found.format == "agnai"
    soul = soul_document(found)
    assert soul["personality"]["name"] == "Mira"
    assert "human" in soul["entity"]["background"]
    assert len(soul["soul:engine"]["greetings"]) == 2
    assert soul["st:scenario"] == "A shop of clocks."
    assert soul["st:creator_notes"] == "Made for a test."
    assert soul["st:tags"] == ["clocks"]
    assert [memory.core_memory for memory in found.memories] == ["A rooster sets the church clock."]


def test_every_field_has_a_note_that_names_its_place() -> None:
    report = read(MIRA).report
    paths = {note.path for note in report if note.path}
    assert paths == set(MIRA) - {"kind"}
    by_path = {note.path: note.message for note in report}
    assert "consent" in by_path["systemPrompt"]
    assert "consent" in by_path["insert"]


@pytest.mark.parametrize(
    ("persona", "text"),
    [
        (MIRA["persona"], '[character("Mira") {\nspecies("human")\nmind("calm" + "dry")\n}]'),
        (MIRA["persona"] | {"kind": "sbf"},
         '[ character: "Mira"; species: "human"; mind: "calm", "dry" ]'),
        (MIRA["persona"] | {"kind": "boostyle"}, "Mira + human + calm + dry"),
        (MIRA["persona"] | {"kind": "attributes"}, "species: human\nmind: calm, dry"),
        ({"kind": "text", "attributes": {"text": ["One, two.", "Three."]}}, "One, two.\nThree."),
        ({"kind": "text", "text": "Old."}, "Old."),
        ({"attributes": {"mind": "a, b", "odd": None}}, "mind: a, b\nodd: "),
        ("Only a text.", "Only a text."),
        (None, ""),
    ],
)  # fmt: skip
def test_a_persona_is_written_in_its_notation(persona: Any, text: str) -> None:  # noqa: ANN401 - any JSON
    assert agnai.persona_text("Mira", persona) == text


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"persona": {"kind": "text", "attributes": {"text": ["Calm."]}}},
        {"persona": "Calm."},
        {"characterBook": None, "extensions": None},
        {"characterBook": {"entries": {"a": 1}}},
        {"characterBook": {"entries": [1, {"entry": ""}]}},
        {"tags": "a, b", "name": None, "alternateGreetings": None},
    ],
)
def test_an_unchanged_character_is_written_as_it_was(changes: dict[str, Any]) -> None:
    document = MIRA | changes
    found = read(document)
    assert written(found) == document
    assert read(written(found)).soul == found.soul


def test_a_book_of_a_wrong_type_is_noted() -> None:
    notes = {note.path: note.message for note in read(MIRA | {"characterBook": None}).report}
    assert notes["characterBook"] == "there is nothing in it"


def test_an_edited_persona_is_written_as_a_text() -> None:
    back = written(with_background(read(MIRA), "A keeper of wasps."))
    assert back["persona"]["kind"] == "text"
    assert "A keeper of wasps." in back["persona"]["attributes"]["text"][0]
    assert set(back["persona"]["attributes"]) == {"text"}
    others = MIRA.keys() - {"persona", "extensions"}
    assert {key: back[key] for key in others} == {key: MIRA[key] for key in others}


def test_an_edited_memory_changes_its_entry_alone() -> None:
    found = read(MIRA)
    assert found.soul is not None
    document: Any = found.soul.dump()
    (memory,) = document["soul:memories"].values()
    memory["core_memory"] = "A hen sets it."
    back = written(Import("agnai", Soul.model_validate(document)))
    expected = copy.deepcopy(MIRA)
    expected["characterBook"]["entries"][0]["entry"] = "A hen sets it."
    assert back | {"extensions": {"x": 1}} == expected


def test_any_soul_survives_the_format(luna: dict[str, Any]) -> None:
    memories: Any = read(MIRA).soul
    luna["soul:memories"] = memories.dump()["soul:memories"]
    soul = Soul.model_validate(luna)
    document = written(Import("soul", soul))
    assert document["kind"] == "character"
    assert document["characterBook"]["kind"] == "memory"
    assert document["characterBook"]["entries"][0]["entry"] == "A rooster sets the church clock."
    assert "sarcastic" in document["persona"]["attributes"]["text"][0]
    again = read(document)
    assert again.format == "agnai"
    assert again.soul is not None
    assert without_source(again.soul) == soul.dump()


def test_it_is_told_from_its_neighbours() -> None:
    native = {key: value for key, value in MIRA.items() if key != "kind"}
    assert detect(source(native)).name == "agnai"
    assert agnai.detect(source({"kind": "character", "greeting": "Hi"}))
    others: list[Any] = [{"kind": "character"}, {"kind": "chat"}, [], MIRA | {"data": {}}, card(2)]
    for other in others:
        assert not agnai.detect(source(other))


def test_a_character_without_a_persona_is_read() -> None:
    document = {"kind": "character", "greeting": "Hi"}
    found = read(document)
    assert written(found) == document
    assert soul_document(found)["soul:engine"]["greetings"] == ["Hi"]
