"""The lorebooks of Agnai, RisuAI, NovelAI, KoboldAI and AI Dungeon, and bare lists of entries."""

import copy
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from soulscript.formats import FORMATS, Import, detect, write_files
from soulscript.formats.base import MEMORIES_KEY
from soulscript.model.memory import Memory
from support.documents import MORE, Document, read, source
from support.files import SAMPLES, each_file

AGNAI: Document = {
    "kind": "memory",
    "name": "rock",
    "scanDepth": 3,
    "entries": [
        {
            "name": "a",
            "keywords": ["lamp*", "oil"],
            "entry": "Lit.",
            "priority": 5,
            "weight": 2,
            "enabled": True,
            "id": 4,
            "comment": "the lamp",
            "secondaryKeys": ["night"],
            "constant": False,
            "position": "after_char",
            "probability": 40,
            "useProbability": True,
            "selective": True,
            "selectiveLogic": 3,
            "excludeRecursion": True,
            "color": "red",
        },
        {"name": "b", "keywords": ["wreck"], "entry": "Off.", "enabled": False},
    ],
}
RISUAI: Document = {
    "type": "risu",
    "ver": 1,
    "data": [
        {
            "key": "lamp, light",
            "secondkey": "oil,wick",
            "insertorder": 90,
            "comment": "the lamp",
            "content": "@@depth 2\n{{char}} tends the lamp.",
            "mode": "normal",
            "alwaysActive": False,
            "selective": True,
            "useRegex": False,
            "activationPercent": 30,
            "extentions": {"risu_case_sensitive": True},
            "folder": "\uf000folder:1",
            "bookVersion": 2,
        },
        {
            "key": "/fo{1,2}g/i, /mist/",
            "secondkey": "",
            "insertorder": 100,
            "comment": "fog",
            "content": "It is foggy.",
            "mode": "normal",
            "alwaysActive": True,
            "selective": False,
            "useRegex": True,
        },
        {
            "key": "\uf000folder:1",
            "secondkey": "",
            "insertorder": 100,
            "comment": "things",
            "content": "odd",
            "mode": "folder",
            "alwaysActive": False,
            "selective": False,
        },
    ],
}


def novelai_entry(text: str, *keys: str, **more: Any) -> Document:  # noqa: ANN401 - any JSON
    return {
        "text": text,
        "displayName": text[:4],
        "id": f"id-{text[:4]}",
        "keys": [*keys],
        "searchRange": 1000,
        "enabled": True,
        "forceActivation": False,
        "keyRelative": False,
        "nonStoryActivatable": False,
        "category": "",
        "loreBiasGroups": [],
        "contextConfig": {
            "prefix": "[",
            "suffix": "]\n",
            "budgetPriority": 400,
            "insertionPosition": -1,
        },
        **more,
    }


NOVELAI: Document = {
    "lorebookVersion": 5,
    "settings": {"orderByKeyLocations": False},
    "categories": [{"id": "c1", "name": "away", "enabled": False}, {"id": "c2", "enabled": True}],
    "entries": [
        novelai_entry("Lamp and oil.", "lamp & oil", category="c2"),
        novelai_entry(
            "Fog, or a boat at night.", "/fog{1,2}\\b/i", "boat&night", "sea, wide",
            nonStoryActivatable=True,
        ),
        novelai_entry(
            "Near the end.", "end", forceActivation=True,
            contextConfig={"budgetPriority": -100, "insertionPosition": -4},
        ),
        novelai_entry("Put away.", "away", category="c1"),
        novelai_entry("Turned off.", "off", enabled=False),
        {"text": "Bare.", "keys": ["bare", 3, None, " & "]},
    ],
}  # fmt: skip
KOBOLDAI: list[Document] = [
    {
        "key": "lamp, light",
        "keysecondary": "oil, wick",
        "keyanti": "",
        "content": "The lamp is lit.",
        "comment": "lamp",
        "folder": None,
        "selective": True,
        "constant": False,
        "probability": 30,
        "wigroup": "things",
        "widisabled": False,
    },
    {
        "key": "fog",
        "keysecondary": "",
        "keyanti": "sun",
        "content": "Fog comes.",
        "comment": "",
        "selective": True,
        "constant": False,
        "probability": 0,
    },
    {
        "key": "sea",
        "keysecondary": "storm",
        "keyanti": "calm",
        "content": "It roars.",
        "selective": True,
        "constant": True,
    },
    {"key": "off", "content": "Off.", "constant": False, "widisabled": True},
]
AI_DUNGEON: list[Document] = [
    {
        "keys": "lamp,light",
        "value": "The lamp is lit.",
        "type": "location",
        "title": "Lamp",
        "description": "notes",
        "useForCharacterCreation": False,
    },
    {"keys": "fog", "value": "Fog comes.", "type": "", "title": ""},
]
AI_DUNGEON_OLD: list[Document] = [
    {"id": "7", "keys": "lamp", "entry": "The lamp is lit.", "type": "thing"}
]
CARDS: list[Document] = [{"title": "Bees", "keys": ["bees"], "content": "Bees like thyme."}]
BOOKS: dict[str, Any] = {
    "agnai": AGNAI,
    "risuai": RISUAI,
    "novelai": NOVELAI,
    "koboldai": KOBOLDAI,
    "ai dungeon": AI_DUNGEON,
    "ai dungeon, old": AI_DUNGEON_OLD,
    "ai dungeon, scenario": {"title": "Rock", "storyCards": AI_DUNGEON},
    "list of a card's entries": CARDS,
    "list of all fields": MORE["character_book"]["entries"],
    "list of world entries": [{"uid": 3, "key": ["a"], "content": "A.", "order": 1}],
    "list of agnai's": AGNAI["entries"],
    "list of risuai's": RISUAI["data"],
    "list of novelai's": NOVELAI["entries"],
    "empty of risuai": {"type": "risu", "ver": 1, "data": []},
    "empty of novelai": {"lorebookVersion": 5, "entries": []},
}


def written(found: Import) -> Any:  # noqa: ANN401 - any JSON
    (raw,) = write_files(found, "lorebook", "x").files.values()
    return json.loads(raw)


def entry(found: Import, place: int = 0) -> Document:
    """Return the further fields of a memory's entry."""
    fields: Document = (found.memories[place].model_extra or {})["st:entry"]
    return fields


def edited(found: Import, place: int, **fields: Any) -> Import:  # noqa: ANN401 - any JSON
    made = list(found.memories)
    made[place] = Memory.model_validate(made[place].dump() | fields)
    return replace(found, memories=tuple(made))


def plain(found: Import) -> list[Document]:
    return [memory.dump() for memory in found.memories]


# -- reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOOKS)
def test_every_kind_is_detected_and_written_as_it_was(name: str) -> None:
    for file in ("x.json", "x.lorebook", "x.bin"):
        assert detect(source(BOOKS[name], file)).name == "lorebook"
    found = read(BOOKS[name])
    back = written(found)
    assert back == BOOKS[name]
    again = read(back)
    assert (plain(again), again.extra, again.report) == (plain(found), found.extra, found.report)


def test_all_fields_of_agnai_have_their_common_names() -> None:
    found = read(AGNAI)
    (memory,) = found.memories
    assert (memory.id, memory.core_memory, memory.importance_score) == ("lore_4", "Lit.", 0.33)
    assert memory.topics == (r"/\blamp\w*\b/iu", "oil")
    assert entry(found) == {
        "id": 4,
        "name": "a",
        "comment": "the lamp",
        "priority": 5,
        "insertion_order": 2,
        "constant": False,
        "selective": True,
        "secondary_keys": ["night"],
        "position": "after_char",
        "case_sensitive": False,
        "extensions": {
            "match_whole_words": True,
            "probability": 40,
            "useProbability": True,
            "selectiveLogic": 3,
            "exclude_recursion": True,
            "agnai": {"color": "red"},
        },
    }


def test_a_regular_expression_among_the_keywords_of_agnai_stays() -> None:
    found = read([{"keywords": ["/la?mp/i", "w?t"], "entry": "Lit."}])
    assert found.memories[0].topics == ("/la?mp/i", r"/\bw\wt\b/iu")


def test_all_fields_of_risuai_have_their_common_names() -> None:
    found = read(RISUAI)
    assert [memory.id for memory in found.memories] == ["lore_0", "lore_1"]
    assert found.memories[0].topics == ("lamp", "light")
    assert found.memories[0].core_memory == "@@depth 2\n{{char}} tends the lamp."
    assert entry(found) == {
        "secondary_keys": ["oil", "wick"],
        "insertion_order": 90,
        "comment": "the lamp",
        "constant": False,
        "selective": True,
        "use_regex": False,
        "case_sensitive": True,
        "extensions": {
            "probability": 30,
            "risuai": {
                "mode": "normal",
                "extentions": {"risu_case_sensitive": True},
                "folder": "\uf000folder:1",
                "bookVersion": 2,
            },
        },
    }
    notes = {note.path: note.message for note in found.report}
    assert notes["data[2]"] == "no memory: it says nothing"
    assert notes["data[].folder"] == "cards have no such field"
    assert notes["ver"] == "held in the original alone"


def test_a_comma_within_a_regular_expression_does_not_end_it() -> None:
    found = read(RISUAI)
    assert found.memories[1].topics == ("/fo{1,2}g/i", "/mist/")
    assert found.memories[1].importance_score == 0.9
    odd = copy.deepcopy(RISUAI)
    odd["data"][1]["key"] = ["/a/", "/b,c/"]
    del odd["data"][1]["secondkey"]
    assert read(odd).memories[1].topics == ("/a/", "/b,c/")


def test_all_fields_of_novelai_have_their_common_names() -> None:
    found = read(NOVELAI)
    ids = [memory.id for memory in found.memories]
    assert ids == ["lore_id-Lamp", "lore_id-Fog,", "lore_id-Near", "lore_5"]
    lamp = entry(found)
    assert found.memories[0].topics == ("lamp",)
    assert lamp["secondary_keys"] == ["oil"]
    assert lamp["selective"] is True
    assert lamp["comment"] == "Lamp"
    assert lamp["insertion_order"] == 400
    assert lamp["case_sensitive"] is False
    assert lamp["extensions"]["selectiveLogic"] == 3
    assert lamp["extensions"]["match_whole_words"] is True
    assert lamp["extensions"]["exclude_recursion"] is True
    assert lamp["extensions"]["novelai"]["contextConfig"]["prefix"] == "["
    fog, near = entry(found, 1)["extensions"], entry(found, 2)
    assert fog["exclude_recursion"] is False
    assert (near["constant"], found.memories[2].importance_score) == (True, 0.9)
    assert {key: near["extensions"][key] for key in ("position", "depth", "role")} == {
        "position": 4,
        "depth": 3,
        "role": 0,
    }
    notes = {note.path: note.message for note in found.report}
    assert notes["entries[3]"] == notes["entries[4]"] == "no memory: it is turned off"
    assert notes["entries[].searchRange"] == "cards have no such field"


def test_keys_of_several_parts_and_patterns_keep_their_meaning() -> None:
    topics = read(NOVELAI).memories[1].topics
    assert (topics[0], topics[2]) == ("/fog{1,2}\\b/i", "sea, wide")
    pattern, flags = topics[1][1:].rsplit("/", 1)
    assert flags == "i"
    for text, hit in {
        "The BOAT left\nat night.": True,
        "Night fell on the boat": True,
        "a boat at noon": False,
        "boating by night": False,
        "night": False,
    }.items():
        assert bool(re.search(pattern, text, re.IGNORECASE)) is hit
    assert read(NOVELAI).memories[3].topics == ("bare", "3")


def test_a_part_of_a_key_may_hold_what_patterns_mean_otherwise() -> None:
    entries = [novelai_entry("C.", "c++ & a/b (x)", "d")]
    (topic, _) = read({"lorebookVersion": 5, "entries": entries}).memories[0].topics
    pattern = topic[1:].rsplit("/", 1)[0]
    assert re.search(pattern, "of a/b (x), in c++ alone")
    assert not re.search(pattern, "of a/b (x), in c alone")


def test_all_fields_of_koboldai_have_their_common_names() -> None:
    found = read(KOBOLDAI)
    lamp, fog, sea = (entry(found, place) for place in range(3))
    assert found.memories[0].topics == ("lamp", "light")
    assert lamp == {
        "secondary_keys": ["oil", "wick"],
        "comment": "lamp",
        "constant": False,
        "selective": True,
        "extensions": {
            "probability": 30,
            "koboldai": {"keyanti": "", "folder": None, "wigroup": "things", "widisabled": False},
        },
    }
    assert (fog["secondary_keys"], fog["extensions"]["selectiveLogic"]) == (["sun"], 2)
    assert "probability" not in fog["extensions"]
    assert (sea["secondary_keys"], sea["constant"]) == (["storm"], True)
    notes = {note.path: note.message for note in found.report}
    assert notes["[3]"] == "no memory: it is turned off"
    assert notes["$[].keyanti"] == "cards have no such field"


@pytest.mark.parametrize(("book", "text"), [(AI_DUNGEON, "value"), (AI_DUNGEON_OLD, "entry")])
def test_story_cards_of_both_times_are_read(book: list[Document], text: str) -> None:
    found = read(book)
    assert found.memories[0].core_memory == book[0][text]
    assert "lamp" in found.memories[0].topics
    assert entry(found)["extensions"]["aidungeon"]["type"] == book[0]["type"]


@each_file((SAMPLES / "failing" / "formats").glob("28_*.json"))
def test_a_published_list_of_lore_is_a_lorebook(path: Path) -> None:
    found = read(path.read_bytes(), path.name)
    assert found.format == "lorebook"
    assert found.memories[0].topics == ("bees",)


# -- writing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOOKS)
def test_edits_deletions_and_new_memories_are_read_again(name: str) -> None:
    found = read(BOOKS[name])
    card = read([{"keys": ["new", "key"], "content": "New.", "secondary_keys": ["b"]}])
    (made,) = edited(card, 0, id="mem_new", connections=["lore_1"]).memories
    if found.memories:
        found = edited(found, 0, core_memory="Dark.", importance_score=0.75)
    for change in (
        found,
        replace(found, memories=found.memories[1:]),
        replace(found, memories=(*found.memories, made)),
        replace(found, memories=(*found.memories[1:], made)),
    ):
        back = written(change)
        if back == []:
            continue  # nothing tells what kind of list it was
        again = read(back)
        assert {one["id"]: one for one in plain(again)} == {one["id"]: one for one in plain(change)}
        assert written(again) == back
        for off in ("Off.", "Put away.", "Turned off."):
            assert (off in json.dumps(back)) == (off in json.dumps(BOOKS[name]))


def test_an_edit_of_the_topics_changes_the_keys_alone() -> None:
    found = read(RISUAI)
    more = edited(found, 0, metadata={"memory_type": "lore", "topic_tags": ["lamp", "wick"]})
    back = written(more)
    assert back["data"][0] == RISUAI["data"][0] | {"key": "lamp, wick"}
    assert back["data"][1:] == RISUAI["data"][1:]
    assert MEMORIES_KEY not in back


def test_a_carried_memory_of_a_bare_list_lies_within_its_entry() -> None:
    found = edited(read(CARDS), 0, connections=["mem_x"])
    export = write_files(found, "lorebook", "x")
    back = json.loads(export.files["x.json"])
    assert [*back[0][MEMORIES_KEY]] == ["lore_0"]
    assert any("carried whole" in note.message for note in export.report.of("kept"))
    back[0]["content"] = "Bees like heather."
    (memory,) = read(back).memories
    assert (memory.core_memory, memory.connections) == ("Bees like heather.", ("mem_x",))


def test_a_new_memory_does_not_take_the_id_of_an_entry_that_is_off() -> None:
    found = read([{"keys": ["a"], "content": "A.", "enabled": False}, *CARDS])
    (bees,) = found.memories
    other = Memory.model_validate(bees.dump() | {"id": "lore_0", "core_memory": "B."})
    change = replace(found, memories=(bees, other))
    again = read(written(change))
    assert [memory.id for memory in again.memories] == ["lore_1", "lore_0"]
    assert written(again) == written(change)


def from_card(**fields: Any) -> Memory:  # noqa: ANN401 - any JSON
    (memory,) = read([{"keys": ["a", "b"], "content": "A.", **fields}]).memories
    return Memory.model_validate(memory.dump() | {"id": "new"})


def added(book: str, memory: Memory) -> Document:
    """Return the entry that a memory of another origin becomes in a book."""
    found = read(BOOKS[book])
    back = written(replace(found, memories=(*found.memories, memory)))
    entries: list[Document] = (
        back if isinstance(back, list) else back.get("entries") or back["data"]
    )
    return entries[-1]


@pytest.mark.parametrize(
    ("logic", "keys"),
    [
        ({"selectiveLogic": 3}, ["a & c & d", "b & c & d"]),
        ({"selectiveLogic": 0}, ["a & c", "a & d", "b & c", "b & d"]),
        ({}, ["a & c", "a & d", "b & c", "b & d"]),
        ({"selectiveLogic": 2}, ["a", "b"]),
    ],
)
def test_secondary_keys_become_parts_of_novelai_keys(logic: Document, keys: list[str]) -> None:
    fields = {"secondary_keys": ["c", "d"], "selective": True, "extensions": logic}
    assert added("novelai", from_card(**fields))["keys"] == keys


def test_a_pattern_is_no_part_of_a_novelai_key() -> None:
    fields = {"keys": ["/a/"], "secondary_keys": ["c"], "selective": True}
    made = added("novelai", from_card(**fields, name="A", extensions={"exclude_recursion": False}))
    assert (made["keys"], made["displayName"]) == (["/a/"], "A")
    assert made["nonStoryActivatable"] is True
    assert added("novelai", from_card(secondary_keys=["c"]))["keys"] == ["a", "b"]


def test_keys_that_must_not_be_there_have_their_own_field_in_koboldai() -> None:
    fields = {"secondary_keys": ["c", "d"], "selective": True, "name": "A"}
    made = added("koboldai", from_card(**fields, extensions={"selectiveLogic": 2}))
    assert (made["keyanti"], made["keysecondary"], made["comment"]) == ("c, d", "", "A")
    assert added("koboldai", from_card(**fields))["keysecondary"] == "c, d"


def test_fields_of_a_card_find_their_names_in_risuai_and_ai_dungeon() -> None:
    made = added("risuai", from_card(name="A", case_sensitive=True, use_regex=True))
    assert (made["key"], made["comment"], made["useRegex"]) == ("a, b", "A", True)
    assert made["extentions"] == {"risu_case_sensitive": True}
    assert added("risuai", from_card())["mode"] == "normal"
    card = added("ai dungeon", from_card(name="A"))
    assert (card["keys"], card["value"], card["title"], card["type"]) == ("a, b", "A.", "A", "")


# -- what is no lorebook ---------------------------------------------------------------------------

FRAGMENT: Document = {
    "type": "observation",
    "content": "a",
    "timestamp": 1_700_000_000_000,
    "importance": 0.5,
    "emotional_valence": 0,
}


@pytest.mark.parametrize(
    "document",
    [
        [{"content": "The sea was loud.", "keys": ["sea"], "fragments": [FRAGMENT]}],
        [{"content": "The sea was loud."}],
        [{"key": "greeting", "content": "Hello"}],
        [{"content": "The sea was loud.", "keys": 3}],
    ],
)
def test_lists_of_memories_stay_memories(document: list[Document]) -> None:
    assert detect(source(document)).name == "memories"


@pytest.mark.parametrize(
    "document",
    [
        [{"keys": ["a"], "content": "A."}, 3],
        {"type": "risu", "data": {}},
        {"lorebookVersion": 5, "entries": 3},
        {"storyCards": CARDS},
        {"storyCards": 3},
        [{"keys": ["a"], "value": 3}],
    ],
)
def test_other_documents_are_not_taken_for_lorebooks(document: object) -> None:
    assert not FORMATS["lorebook"].sees(source(document))
