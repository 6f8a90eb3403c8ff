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
    assert list(back["entries"]) == ["0", "1"]
    assert read(back).memories == found.memories
    back["entries"]["1"]["content"] = "Fog, again."
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
