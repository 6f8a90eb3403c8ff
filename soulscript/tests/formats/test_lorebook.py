"""Lorebooks as memories, and memories as lorebooks."""

import json
from dataclasses import replace
from typing import Any

import pytest

from soulscript import NotJsonError, SoulscriptError
from soulscript.formats import Import, write_files
from soulscript.formats.base import MEMORIES_KEY, SOURCE_KEY
from soulscript.model.memory import Memory
from support.documents import MORE, Document, card, read

WORLD: Document = {
    "name": "The rock",
    "entries": {
        "0": {
            "uid": 0,
            "key": ["lamp"],
            "keysecondary": ["oil"],
            "content": "{{char}} tends it.",
            "order": 3,
            "disable": False,
            "constant": False,
            "comment": "the lamp",
        },
        "4": {"uid": 4, "key": ["wreck"], "content": "Off.", "disable": True},
        "9": {"uid": 9, "key": ["fog"], "content": " ", "disable": False},
    },
}
AGNAI: Document = {
    "kind": "memory",
    "name": "rock",
    "entries": [
        {"name": "a", "keywords": ["lamp"], "entry": "Lit.", "priority": 5, "weight": 2},
        {"name": "b", "keywords": ["wreck"], "entry": "Off.", "enabled": False},
    ],
}
STANDALONE: Document = {
    "spec": "lorebook_v3",
    "data": {"entries": MORE["character_book"]["entries"], "scan_depth": 3},
}
BOOKS: dict[str, Document] = {
    "world": WORLD,
    "agnai": AGNAI,
    "standalone": STANDALONE,
    "of a card": MORE["character_book"],
    "empty world": {"entries": {}},
    "empty book": {"entries": []},
    "repeated ids": {
        "entries": [
            {"id": 1, "keys": ["a"], "content": "A."},
            {"id": 1, "keys": ["b"], "content": "B."},
            {"id": "1_2", "keys": ["c"], "content": "C."},
            {"keys": "d, e", "content": 5, "priority": 0},
            {"keys": None, "content": "F.", "priority": "x"},
            3,
        ]
    },
}


def written(found: Import) -> Document:
    (raw,) = write_files(found, "lorebook", "x").files.values()
    document: Document = json.loads(raw)
    return document


def with_memory(found: Import, place: int, **fields: Any) -> Import:  # noqa: ANN401 - any JSON
    made = list(found.memories)
    made[place] = Memory.model_validate(made[place].dump() | fields)
    return replace(found, memories=tuple(made))


@pytest.mark.parametrize("name", BOOKS)
def test_an_unchanged_book_is_written_as_it_was(name: str) -> None:
    found = read(BOOKS[name])
    assert found.format == "lorebook"
    assert written(found) == BOOKS[name]
    again = read(written(found))
    assert (again.memories, again.extra) == (found.memories, found.extra)


def test_an_entry_becomes_a_memory() -> None:
    (memory,) = read(WORLD).memories
    assert memory.id == "lore_0"
    assert memory.core_memory == "{{char}} tends it."
    assert memory.topics == ("lamp",)
    assert memory.metadata is not None
    assert memory.metadata.memory_type == "lore"
    assert (memory.model_extra or {})["st:entry"]["secondary_keys"] == ["oil"]
    assert [memory.importance_score for memory in read(AGNAI).memories] == [0.33]


def test_disabled_and_empty_entries_are_reported() -> None:
    notes = {note.path: note.message for note in read(WORLD).report}
    assert notes["entries[1]"] == "no memory: it is turned off"
    assert notes["entries[2]"] == "no memory: it says nothing"
    assert notes["name"] == "held in the original alone"


def test_repeated_ids_are_made_unique() -> None:
    ids = [memory.id for memory in read(BOOKS["repeated ids"]).memories]
    assert ids == ["lore_1", "lore_1_2", "lore_1_2_2", "lore_3", "lore_4"]


@pytest.mark.parametrize("name", ["world", "agnai", "standalone"])
def test_an_edit_changes_its_entry_alone(name: str) -> None:
    found = read(BOOKS[name])
    edited = with_memory(found, 0, core_memory="Dark.", importance_score=0.99)
    back = written(edited)
    assert "Dark." in json.dumps(back)
    assert "Off." in json.dumps(back)
    again = read(back)
    assert again.memories == edited.memories
    assert written(again) == back
    fewer = written(replace(found, memories=found.memories[1:]))
    assert len(read(fewer).memories) == len(found.memories) - 1
    assert "Off." in json.dumps(fewer)


def test_memories_of_another_origin_become_a_world_file(luna: Document) -> None:
    luna[MEMORIES_KEY] = {
        "mem_a": read(card(2)).memories[0].dump() | {"id": "mem_a", "connections": ["mem_b"]},
        "mem_b": read(card(2)).memories[1].dump() | {"id": "mem_b"},
    }
    del luna[MEMORIES_KEY]["mem_b"]["st:entry"]
    found = read(luna, "luna.soul")
    export = write_files(found, "lorebook", "x")
    assert [note.path for note in export.report.of("dropped")] == ["$"]
    back = json.loads(export.files["x.json"])
    assert list(back["entries"]) == ["7", "0"]
    assert read(back).memories == found.memories
    back["entries"]["0"]["content"] = "Fog, again."
    edited = read(back).memories[1]
    assert (edited.id, edited.core_memory) == ("mem_b", "Fog, again.")


def test_a_carried_memory_without_content_takes_that_of_its_entry() -> None:
    silent = read(WORLD).memories[0].dump() | {"id": "m", "core_memory": " "}
    entry = {"uid": "x", "key": [], "content": "Now.", "extensions": {"soul:memory": "m"}}
    found = read({"entries": {"0": entry}, MEMORIES_KEY: {"m": silent}})
    assert found.memories[0].core_memory == "Now."


def test_a_graph_keeps_the_book_it_came_from() -> None:
    found = read(WORLD)
    graph = json.loads(write_files(found, "memories", "x").files["x.memories.json"])
    assert graph[SOURCE_KEY]["original"] == WORLD
    assert written(read(graph)) == WORLD


@pytest.mark.parametrize("document", [{"entries": 3}, {"entries": [{"a": 1}]}, [1], {"data": 1}])
def test_other_json_is_not_detected_as_a_lorebook(document: object) -> None:
    with pytest.raises(SoulscriptError):
        read(document)


def test_an_original_that_is_no_book_is_written_anew() -> None:
    found = replace(read(WORLD), extra={SOURCE_KEY: {"format": "lorebook", "original": {"odd": 1}}})
    assert written(found)["odd"] == 1
    assert len(read(written(found)).memories) == 1


def test_faults_of_the_text_are_named() -> None:
    with pytest.raises(NotJsonError, match="no comma"):
        read(b'{"entries": {} "a": 1}')


# -- a layout that is asked for --------------------------------------------------------------------

OF_TAVERN: Document = {
    "id": 3,
    "keys": ["lamp"],
    "secondary_keys": [],
    "comment": "the lamp",
    "content": "{{char}} tends it.",
    "constant": False,
    "selective": True,
    "insertion_order": 40,
    "enabled": True,
    "position": "after_char",
    "use_regex": True,
    "extensions": {
        "position": 4,
        "depth": 2,
        "exclude_recursion": True,
        "match_whole_words": None,
        "selectiveLogic": 0,
        "x": {"y": 1},
    },
}


def as_format(found: Import, name: str) -> Document:
    (raw,) = write_files(found, name, "x").files.values()
    document: Document = json.loads(raw)
    return document


@pytest.mark.parametrize("name", ["lorebook", "world"])
def test_the_book_of_a_card_becomes_a_world_file_as_sillytavern_makes_one(name: str) -> None:
    off = OF_TAVERN | {"id": 4, "enabled": False, "position": "before_char", "extensions": {}}
    book = {"name": "The rock", "scan_depth": 2, "entries": [off, OF_TAVERN]}
    found = read(card(3, character_book=book))
    export = write_files(found, name, "x")
    back = json.loads(export.files["x.json"])
    lamp = {
        "key": ["lamp"],
        "keysecondary": [],
        "comment": "the lamp",
        "content": "{{char}} tends it.",
        "constant": False,
        "selective": True,
        "order": 40,
    }
    assert back == {
        "name": "The rock",
        "entries": {
            "4": {"uid": 4, **lamp, "position": 0, "disable": True, "use_regex": True},
            "3": {
                "uid": 3,
                **lamp,
                "position": 4,
                "depth": 2,
                "excludeRecursion": True,
                "matchWholeWords": None,
                "selectiveLogic": 0,
                "disable": False,
                "use_regex": True,
                "extensions": {"x": {"y": 1}},
            },
        },
    }
    assert [note.path for note in export.report.of("dropped")] == ["$", "scan_depth"]
    again = read(back)
    assert again.memories == found.memories
    assert written(again) == back


def test_the_book_of_a_card_becomes_a_standalone_one() -> None:
    book = {"name": "The rock", "scan_depth": 2, "odd": 1, "entries": [OF_TAVERN]}
    found = read(card(3, character_book=book))
    export = write_files(found, "lorebook-v3", "x")
    back = json.loads(export.files["x.json"])
    assert back["spec"] == "lorebook_v3"
    assert back["data"] == {
        "name": "The rock",
        "scan_depth": 2,
        "extensions": {},
        "entries": [OF_TAVERN],
    }
    assert [note.path for note in export.report.of("dropped")] == ["$", "odd"]
    again = read(back)
    assert again.memories == found.memories
    assert as_format(again, "lorebook-v3") == written(again) == back


@pytest.mark.parametrize("source", BOOKS)
@pytest.mark.parametrize("name", ["world", "lorebook-v3"])
def test_any_book_is_written_in_the_layout_asked_for(source: str, name: str) -> None:
    found = read(BOOKS[source])
    back = as_format(found, name)
    again = read(back)
    assert again.memories == found.memories
    assert as_format(again, name) == written(again) == back
    holder = back["data"] if name == "lorebook-v3" else back
    assert isinstance(holder["entries"], list if name == "lorebook-v3" else dict)
    assert len(holder["entries"]) == len(list(BOOKS_ENTRIES[source]))


BOOKS_ENTRIES = {name: book.get("data", book).get("entries") for name, book in BOOKS.items()}


def test_a_world_entry_whose_place_is_named_as_in_a_card_keeps_it() -> None:
    entry = {"uid": 0, "key": ["a"], "content": "A.", "position": "after_char"}
    found = read({"entries": {"0": entry}})
    assert (found.memories[0].model_extra or {})["st:entry"]["position"] == "after_char"
    assert as_format(found, "lorebook-v3")["data"]["entries"][0]["position"] == "after_char"
    assert written(found) == {"entries": {"0": entry}}


def test_a_memory_whose_number_is_taken_gets_another_one() -> None:
    first = read(card(3, character_book={"entries": [OF_TAVERN]})).memories[0]
    second = Memory.model_validate(first.dump() | {"id": "other"})
    named = {**(first.model_extra or {})["st:entry"], "id": "a name"}
    third = Memory.model_validate(first.dump() | {"id": "third", "st:entry": named})
    found = replace(read({"entries": {}}), memories=(first, second, third))
    back = as_format(found, "world")
    assert [(key, entry["uid"]) for key, entry in back["entries"].items()] == [
        ("3", 3),
        ("0", 0),
        ("1", 1),
    ]
    assert read(back).memories == found.memories


def test_a_place_that_is_a_number_at_the_entry_stays_one() -> None:
    first = read(card(3, character_book={"entries": [OF_TAVERN]})).memories[0]
    old = Memory.model_validate(first.dump() | {"st:entry": {"id": 3, "position": 4}})
    back = as_format(replace(read({"entries": {}}), memories=(old,)), "world")
    assert back["entries"]["3"]["position"] == 4
