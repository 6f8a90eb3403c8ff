"""The shape of a soul: frozen, typed, and keeping what it does not know."""

import math
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from soulscript import EngineNotes, Soul
from soulscript.model.soul import engine_notes

Document = dict[str, Any]


def test_a_soul_gives_back_the_document_it_was_made_of(luna: Document) -> None:
    assert Soul.model_validate(luna).dump() == luna


def test_a_soul_cannot_be_changed(luna: Document) -> None:
    soul = Soul.model_validate(luna)
    with pytest.raises(ValidationError):
        soul.version = "0.2"  # type: ignore[misc]  # that is the point


def test_unknown_keys_are_kept_at_every_level(luna: Document) -> None:
    for part in (
        luna,
        luna["entity"],
        luna["personality"],
        luna["personality"]["core_traits"][1],
        luna["values"][0],
        luna["voice"],
        luna["relationship"],
        luna["relationship"]["boundaries"][0],
    ):
        part["arc:feature"] = {"deep": [1, None, {"x": True}]}
        part["metadata"] = {"implementation_specific": "value"}
        part["given_id"] = "a key that is a field's name in the model"
        part["dump"] = "a key that is a method's name"
    luna["values"][0]["conflicts"] = [{"value": "rest", "resolution": "sleep", "x:y": 1}]
    soul = Soul.model_validate(luna)
    assert soul.dump() == luna
    assert Soul.model_validate(soul.dump()) == soul


def test_known_keys_are_written_in_the_order_of_the_specification(luna: Document) -> None:
    backwards = {"x": 1, **{key: luna[key] for key in reversed(luna)}, "id": "luna"}
    assert list(Soul.model_validate(backwards).dump()) == [
        "version",
        "id",
        "entity",
        "personality",
        "values",
        "voice",
        "relationship",
        "x",
    ]


def test_optional_keys_without_content_are_not_written(luna: Document) -> None:
    plain = Soul.model_validate(luna)
    luna["entity"]["expertise"] = []
    luna["personality"]["core_traits"][0]["expression_rules"] = []
    assert Soul.model_validate(luna).canonical() == plain.canonical()


@pytest.mark.parametrize("level", [True, False, math.nan, math.inf, -math.inf, 1.01, -1.01, "0.5"])
def test_a_level_is_a_number_from_minus_one_to_one(luna: Document, level: object) -> None:
    luna["personality"]["core_traits"][0]["strength"] = level
    with pytest.raises(ValidationError):
        Soul.model_validate(luna)


def test_minus_nought_is_nought(luna: Document) -> None:
    luna["values"][0]["importance"] = 0.0
    plain = Soul.model_validate(luna)
    luna["values"][0]["importance"] = -0.0
    assert Soul.model_validate(luna).digest == plain.digest


def test_a_soul_needs_a_trait(luna: Document) -> None:
    luna["personality"]["core_traits"] = []
    with pytest.raises(ValidationError):
        Soul.model_validate(luna)


def test_without_an_id_it_is_derived_and_stable(luna: Document) -> None:
    soul = Soul.model_validate(luna)
    assert UUID(soul.id).version == 5
    assert soul.id == Soul.model_validate(soul.dump()).id
    assert soul.id == "1e71f723-098d-5e46-9ffb-ae1de4beba61"
    luna["entity"]["age"] = "27"
    assert Soul.model_validate(luna).id != soul.id


def test_an_id_is_any_text_and_survives_edits(luna: Document) -> None:
    luna["id"] = "luna"
    assert Soul.model_validate(luna).id == "luna"
    assert Soul.model_validate(luna).dump()["id"] == "luna"


def test_the_digest_does_not_depend_on_the_order_of_keys(luna: Document) -> None:
    backwards = {key: luna[key] for key in reversed(luna)}
    assert Soul.model_validate(luna).digest == Soul.model_validate(backwards).digest
    assert Soul.model_validate(luna).canonical().startswith(b'{"entity":{"age":"26",')


def test_a_soul_without_a_name_is_called_by_its_occupation(luna: Document) -> None:
    assert Soul.model_validate(luna).name == "Dr. Luna"
    del luna["personality"]["name"]
    assert Soul.model_validate(luna).name == "crypto trading psychologist"


def test_a_soul_without_engine_notes_has_empty_ones(luna: Document) -> None:
    assert Soul.model_validate(luna).engine == EngineNotes()


def test_engine_notes_are_typed(luna: Document) -> None:
    luna["soul:engine"] = {
        "temperament": {"humor": 1, "patience": -0.25},
        "greetings": ["Sit."],
        "opinions": {"rain": "Wet."},
        "emoji": True,
        "dances": ["waltz"],
    }
    notes = Soul.model_validate(luna).engine
    assert notes.temperament == {"humor": 1.0, "patience": -0.25}
    assert notes.greetings == ("Sit.",)
    assert notes.opinions["rain"] == "Wet."
    assert notes.emoji
    assert notes.stories == ()
    assert notes.model_extra == {"dances": ["waltz"]}


def test_only_the_ill_formed_parts_of_engine_notes_are_left_out() -> None:
    notes, faults = engine_notes(
        {
            "temperament": {"humor": 0.5, "patience": 3, "trust": True},
            "greetings": ["Sit.", 7, "Stand."],
            "stories": "once",
            "emoji": "yes",
        }
    )
    assert notes.temperament == {"humor": 0.5}
    assert notes.greetings == ("Sit.", "Stand.")
    assert notes.stories == ()
    assert not notes.emoji
    assert [path for path, _ in faults] == [
        ("temperament", "patience"),
        ("temperament", "trust"),
        ("greetings", 1),
        ("stories",),
        ("emoji",),
    ]


def test_engine_notes_that_are_no_object_count_as_absent(luna: Document) -> None:
    luna["soul:engine"] = ["what?"]
    assert Soul.model_validate(luna).engine == EngineNotes()
