"""Backyard archives are read and written with scenarios, lore and images."""

import json
import zipfile
from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Any

import pytest

from soulscript import NotASoulError, NotJsonError
from soulscript.formats import Import, write_files
from soulscript.formats.base import SOURCE_KEY
from soulscript.formats.cards import foreign
from support.documents import Document, archive, changed, examples, png, read, soul_document

CHARACTER = "characters/c1/character.json"
FIRST, SECOND, SILENT = "scenarios/s1.json", "scenarios/s2.json", "scenarios/s0.json"
MANIFEST: Document = {
    "schemaVersion": 1,
    "createdAt": "2025-06-06T10:00:00.000Z",
    "author": {"name": "the tests", "backyardURL": "https://example.org/a"},
    "characters": [CHARACTER],
    "scenarios": [FIRST, SILENT, SECOND],
}
ORLA: Document = {
    "schemaVersion": 1,
    "id": "c1",
    "name": "Orla",
    "displayName": "Orla of the locks",
    "isNSFW": False,
    "persona": "{character} keeps a canal lock. {user} has a boat.",
    "createdAt": "2025-06-05T08:30:00.000Z",
    "updatedAt": "2025-06-06T08:30:00.000Z",
    "loreItems": [
        {"key": "lock, gate", "value": "The gate was hung in 1902."},
        {"key": "eel", "value": "Eels pass at night."},
    ],
    "images": [
        {"path": "images/main.png", "label": ""},
        {"path": "images/glad.png", "label": "glad"},
        {"path": "images/third.png", "label": ""},
        {"path": "../out.png", "label": "out"},
    ],
}


def scenario(**changes: Any) -> Document:  # noqa: ANN401 - any JSON
    return {
        "schemaVersion": 1,
        "title": "At the lock",
        "narrative": "{user} waits for the water.",
        "formattingInstructions": "Write as {character}.",
        "firstMessages": [{"characterID": "c1", "text": '"Hold the rope, {user}."'}],
        "exampleMessages": [
            {"characterID": "c1", "text": "#{user}: How long?\n#{character}: Ten minutes."},
            {"characterID": "c1", "text": "#{user}: And now?\n#{character}: Nine."},
        ],
        "messages": [{"type": "human", "text": "hello", "createdAt": "", "updatedAt": ""}],
        "temperature": 0.8,
        "backgroundImage": "scenarios/lock.jpg",
        **changes,
    }


DOCUMENT: Document = {
    "manifest.json": MANIFEST,
    CHARACTER: ORLA,
    FIRST: scenario(),
    SILENT: scenario(firstMessages=[]),
    SECOND: scenario(firstMessages=[{"characterID": "c1", "text": '"You again."'}]),
}
ASSETS = {
    "characters/c1/images/main.png": png(),
    "characters/c1/images/glad.png": b"glad",
    "scenarios/lock.jpg": b"lock",
}


def packed(
    document: Document = DOCUMENT, files: Mapping[str, bytes] = MappingProxyType({})
) -> bytes:
    texts = {name: json.dumps(value).encode() for name, value in document.items()}
    return archive({**texts, **ASSETS, **files})


def written(found: Import) -> bytes:
    (raw,) = write_files(found, "byaf", "orla").files.values()
    return raw


def unpacked(raw: bytes) -> Document:
    with zipfile.ZipFile(BytesIO(raw)) as made:
        return {
            name: json.loads(made.read(name)) for name in made.namelist() if name.endswith(".json")
        }


def test_each_field_of_the_archive_is_read() -> None:
    found = read(packed(), "orla.byaf")
    soul = soul_document(found)
    assert found.format == "byaf"
    assert soul["personality"]["name"] == "Orla"
    assert "keeps a canal lock" in soul["entity"]["background"]
    assert soul["st:scenario"] == "{user} waits for the water."
    assert soul["st:creator"] == "the tests"
    assert soul["st:creation_date"] == 1_749_112_200
    assert len(soul["soul:engine"]["greetings"]) == 2
    assert [turn.text for turns in examples(found) for turn in turns] == [
        "How long?",
        "Ten minutes.",
        "And now?",
        "Nine.",
    ]
    assert [(memory.core_memory, memory.topics) for memory in found.memories] == [
        ("The gate was hung in 1902.", ("lock", "gate")),
        ("Eels pass at night.", ("eel",)),
    ]
    assert soul["avatar"]["images"] == {
        "neutral": "main.png",
        "glad": "glad.png",
        "image 3": "third.png",
    }
    assert dict(found.assets) == {
        "main.png": png(),
        "glad.png": b"glad",
        "scenarios/lock.jpg": b"lock",
    }


def test_the_report_names_the_places_in_the_archive() -> None:
    notes = {note.path: note for note in read(packed(), "orla.byaf").report}
    assert notes[f"{CHARACTER}.persona"].became == "entity.background"
    assert f"{FIRST}.narrative" in notes
    assert notes[f"{FIRST}.messages"].became == SOURCE_KEY
    assert f"{CHARACTER}.displayName" in notes
    assert "manifest.json.author.backyardURL" in notes
    assert "glad.png" in notes
    assert not any(path.startswith(("data", "spec")) for path in notes)


def test_writing_again_gives_the_same_files() -> None:
    found = read(packed(), "orla.byaf")
    raw = written(found)
    assert unpacked(raw) == DOCUMENT
    with zipfile.ZipFile(BytesIO(raw)) as made:
        assert {name: made.read(name) for name in ASSETS} == ASSETS
    again = read(raw, "orla.byaf")
    assert again.soul == found.soul
    assert written(again) == raw


def test_what_has_changed_is_merged_into_the_original() -> None:
    found = read(packed(), "orla.byaf")
    greetings = ['"Hold the rope."', '"You, again."', '"New here?"']
    openings = {"st:first_mes": greetings[0], "st:alternate_greetings": greetings[1:]}
    edited = changed(found, **openings)
    files = unpacked(written(edited))
    texts = [
        [message["text"] for message in files[name]["firstMessages"]]
        for name in files
        if name.startswith("scenarios/")
    ]
    assert texts == [['"Hold the rope."'], [], ['"You, again."'], ['"New here?"']]
    assert files[FIRST]["messages"] == DOCUMENT[FIRST]["messages"]
    assert files[CHARACTER] == ORLA
    again = read(written(edited), "orla.byaf")
    assert soul_document(again)["st:alternate_greetings"] == greetings[1:]


def test_a_native_soul_is_written_with_its_images_and_comes_back(luna: Document) -> None:
    luna["avatar"] = {"default": "neutral", "images": {"neutral": "n.png", "glad": "g.png"}}
    soul = read(luna, "luna.soul").soul
    assets = {"n.png": png(), "g.png": b"g", "notes.txt": b"n"}
    raw = written(Import("soul", soul, assets=assets))
    files = unpacked(raw)
    assert set(files) == {
        "manifest.json",
        "characters/dr-luna/character.json",
        "scenarios/scenario1.json",
        "soulscript.json",
    }
    assert files["characters/dr-luna/character.json"]["createdAt"] == "1970-01-01T00:00:00.000Z"
    again = read(raw, "luna.byaf")
    assert soul_document(again) == luna
    assert dict(again.assets) == assets
    assert written(again) == raw


def test_a_folder_around_the_files_and_odd_parts_are_read() -> None:
    files = {name: json.dumps(value).encode() for name, value in DOCUMENT.items()}
    inside = {f"orla/{name}": raw for name, raw in files.items()} | {"__MACOSX/a": b"x"}
    found = read(archive(inside), "orla.byaf")
    assert found.format == "byaf"
    assert [note.path for note in found.report.of("dropped")] == ["__MACOSX/a"]
    odd = {
        "manifest.json": {"characters": "c1", "author": 3},
        CHARACTER: {"displayName": "Orla", "loreItems": [3, {"key": 4}], "images": {"a": 1}},
    }
    found = read(packed(odd), "orla.byaf")
    assert soul_document(found)["personality"]["name"] == "Orla"
    assert read(written(found), "orla.byaf").soul == found.soul


def test_without_a_scenario_there_is_still_a_character() -> None:
    found = read(packed({"manifest.json": {"characters": [CHARACTER]}, CHARACTER: ORLA}), "a.byaf")
    assert "st:scenario" not in soul_document(found)
    assert set(unpacked(written(found))) == {"manifest.json", CHARACTER}


def test_an_image_beside_a_file_of_its_name_keeps_its_folder() -> None:
    found = read(packed(files={"main.png": b"other"}), "orla.byaf")
    assert found.assets["main.png"] == b"other"
    assert found.assets["characters/c1/images/main.png"] == png()


def test_a_broken_file_of_the_archive_is_named() -> None:
    with pytest.raises(NotJsonError, match=r"orla\.byaf/scenarios/s1\.json"):
        read(packed(files={FIRST: b"{"}), "orla.byaf")
    foreign_folder = {"manifest.json": b"{}", "x/characters/c1/character.json": b"{}"}
    with pytest.raises(NotASoulError, match="no character in it"):
        read(archive(foreign_folder), "orla.byaf")


def test_half_a_character_is_a_warning() -> None:
    text = json.dumps(ORLA).replace("canal", "ca\\ud800nal")
    found = read(packed(files={CHARACTER: text.encode()}), "orla.byaf")
    assert [problem.code for problem in found.problems] == ["surrogate"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1970-01-02T00:00:00Z", 86_400),
        ("1970-01-02", 86_400),
        ("0001-01-01T00:00:00", None),
        ("yesterday", None),
        (3, None),
    ],
)
def test_times_are_those_of_iso_8601(value: str | int, seconds: int | None) -> None:
    assert foreign.seconds_of(value) == seconds
