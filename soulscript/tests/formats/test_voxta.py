"""Packages of Voxta are read: the character, its memory books and its pictures."""

import json
from typing import Any

import pytest

from soulscript import NotASoulError
from soulscript.formats import write_files
from soulscript.formats.base import SOURCE_KEY
from support.documents import Document, archive, png, read, soul_document

FOLDER = "Characters/11111111-1111-4111-8111-111111111111/"
OTHER = "Characters/00000000-0000-4000-8000-000000000000/"
BOOK, SECOND_BOOK, ALIEN_BOOK = (
    "Books/b1/book.json",
    "MemoryBooks/b2/book.json",
    "Books/b3/book.json",
)
PIM: Document = {
    "$type": "character",
    "Id": "11111111-1111-4111-8111-111111111111",
    "Name": "Pim",
    "Description": "{{ char }} has paint on his sleeves.",
    "Profile": "{{ char }} restores ship signs.",
    "Personality": "patient, exact",
    "Scenario": "{{ user }} brings a sign.",
    "FirstMessage": '"Set it there, {{ user }}."',
    "AlternativeFirstMessages": ['"Again the same sign?"'],
    "MessageExamples": "{{ user }}: Is it old?\n{{ char }}: Older than both of us.",
    "SystemPrompt": "Stay brief.",
    "Creator": "the tests",
    "Version": "1.2.0",
    "Tags": ["craft", "harbour"],
    "MemoryBooks": ["b1", "b2"],
    "DateCreated": "2024-01-02T00:00:00.0000000Z",
    "DateModified": "0001-01-01T00:00:00",
    "Scripts": [{"Name": "index", "Content": "import { chat } from '@voxta'"}],
}


def book(*items: object) -> Document:
    return {"$type": "book", "Name": "Signs", "Items": [*items]}


DOCUMENT: Document = {
    f"{FOLDER}character.json": PIM,
    f"{OTHER}character.json": {"Name": "Someone else"},
    BOOK: book(
        {"Keywords": ["gold"], "Text": "Gold leaf lasts.", "Weight": 30},
        {"Keywords": ["tin"], "Text": "Gone.", "Deleted": True},
    ),
    SECOND_BOOK: book({"Keywords": "oak, elm", "Text": "Oak warps less."}),
    ALIEN_BOOK: book({"Keywords": ["x"], "Text": "Not his."}),
    "package.json": {
        "$type": "package",
        "EntryResource": {"Kind": 1, "Id": "11111111-1111-4111-8111-111111111111"},
    },
}
ASSETS = {
    f"{FOLDER}thumbnail.png": png(),
    f"{FOLDER}Assets/Avatars/Default/Neutral_Idle_01.webp": b"n",
    f"{FOLDER}Assets/Avatars/Default/Smile_Idle_01.webp": b"s",
    f"{FOLDER}Assets/Avatars/Default/Smile_Talking_01.webp": b"t",
    f"{OTHER}thumbnail.png": b"other",
}


def packed(document: Document = DOCUMENT, assets: dict[str, bytes] = ASSETS) -> bytes:
    texts = {name: json.dumps(value).encode() for name, value in document.items()}
    return archive({**texts, **assets})


def with_character(**changes: Any) -> Document:  # noqa: ANN401 - any JSON
    return {**DOCUMENT, f"{FOLDER}character.json": {**PIM, **changes}}


def test_each_field_of_the_character_is_read() -> None:
    found = read(packed(), "pim.voxpkg")
    soul = soul_document(found)
    assert found.format == "voxta"
    assert soul["personality"]["name"] == "Pim"
    background = soul["entity"]["background"]
    assert "paint on his sleeves" in background
    assert "restores ship signs" in background
    assert soul["st:scenario"] == "{{ user }} brings a sign."
    assert soul["st:tags"] == ["craft", "harbour"]
    assert soul["st:character_version"] == "1.2.0"
    assert soul["st:creation_date"] == 1_704_153_600
    assert "st:modification_date" not in soul
    assert len(soul["soul:engine"]["greetings"]) == 2


def test_the_books_that_it_names_become_memories() -> None:
    found = read(packed(), "pim.voxpkg")
    assert [(memory.core_memory, memory.topics) for memory in found.memories] == [
        ("Gold leaf lasts.", ("gold",)),
        ("Oak warps less.", ("oak", "elm")),
    ]
    assert found.memories[0].importance_score == 0.75
    all_books = read(packed(with_character(MemoryBooks=[])), "pim.voxpkg")
    assert len(all_books.memories) == 3


def test_its_pictures_are_those_of_the_avatar_and_all_files_come_along() -> None:
    found = read(packed(), "pim.voxpkg")
    assert soul_document(found)["avatar"]["images"] == {
        "neutral": f"{FOLDER}thumbnail.png",
        "smile": f"{FOLDER}Assets/Avatars/Default/Smile_Idle_01.webp",
    }
    assert dict(found.assets) == ASSETS
    assert "avatar" not in soul_document(read(packed(assets={}), "pim.voxpkg"))


def test_the_report_names_the_places_in_the_package() -> None:
    notes = {note.path: note for note in read(packed(), "pim.voxpkg").report}
    place = f"{FOLDER}character.json"
    assert notes[f"{place}.Description"].became == "entity.background"
    assert notes[f"{place}.Profile"].became == f"{place}.Description"
    assert f"{BOOK}.Items" in notes
    assert notes[f"{SECOND_BOOK}.Items"].fate == "changed"
    for kept in (f"{place}.Scripts", f"{OTHER}character.json", ALIEN_BOOK):
        assert notes[kept].became == SOURCE_KEY
    assert f"{OTHER}thumbnail.png" in notes


def test_without_a_package_file_the_first_character_is_read() -> None:
    alone = {f"{FOLDER}character.json": {"Name": "Pim", "Description": "Tall."}, "x.json": 3}
    assert soul_document(read(packed(alone), "a.voxpkg"))["personality"]["name"] == "Pim"
    scenario = {**DOCUMENT, "package.json": {"EntryResource": {"Kind": 3, "Id": "s"}}}
    name = soul_document(read(packed(scenario), "a.voxpkg"))["personality"]["name"]
    assert name == "Someone else"
    bare = {f"{FOLDER}character.json": {"Name": "Pim", "Profile": "Tall."}}
    assert soul_document(read(packed(bare), "a.voxpkg"))["entity"]["background"] == "Tall."


def test_a_package_becomes_a_card_with_its_pictures() -> None:
    found = read(packed(), "pim.voxpkg")
    again = read(write_files(found, "charx", "pim").files["pim.charx"], "pim.charx")
    assert soul_document(again) == soul_document(found)
    assert dict(again.assets) == ASSETS


def test_a_package_in_which_the_character_lies_too_deep_is_refused() -> None:
    with pytest.raises(NotASoulError, match="no character in it"):
        read(archive({f"a/b/{FOLDER}character.json": b"{}"}), "pim.voxpkg")
