"""Memories as they are read: the spellings met in the wild, and what cannot be one."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from soulscript import NotJsonError, Problem, SoulscriptError
from soulscript.errors import NotAGraphError
from soulscript.memory.graph import FEELINGS
from soulscript.model.memory import Memory
from soulscript.reading.memories import MemoryReading, read_memories
from support.files import EXAMPLES, SAMPLES, each_file
from support.memories import NOON

Document = dict[str, Any]


def rain(**changed: Any) -> Document:  # noqa: ANN401 - any field
    plain: Document = {
        "id": "mem_RAIN",
        "core_memory": "it rained on the wedding",
        "fragments": [
            {
                "type": "observation",
                "content": "drops on the cake",
                "timestamp": NOON,
                "importance": 0.5,
                "emotional_valence": -0.5,
                "context": {"topic": "weather"},
            },
            {
                "type": "reflection",
                "content": "nobody minded",
                "timestamp": NOON + 1,
                "importance": 0.75,
                "emotional_valence": 1,
            },
        ],
        "connections": [],
        "emotional_signature": {"valence": 0.25, "intensity": 0.75},
        "importance_score": 0.75,
        "creation_date": NOON,
        "last_accessed": NOON + 5,
        "metadata": {"topic_tags": ["wedding"], "personality_influence": ["calm"]},
    }
    changed_plain = plain | changed
    return {key: value for key, value in changed_plain.items() if value is not ...}


def reading(document: Any, *, strict: bool = False) -> MemoryReading:  # noqa: ANN401 - any JSON
    found = read_memories(json.dumps(document, indent=1), strict=strict)
    again = read_memories(json.dumps(found.graph.dump()), strict=True)
    assert again.graph.dump() == found.graph.dump(), "what was written is in the layout of §5.2"
    return found


def one(**changed: Any) -> Memory:  # noqa: ANN401 - any field
    return reading({"memories": {"mem_RAIN": rain(**changed)}}).graph.memories["mem_RAIN"]


def told(document: object, *, strict: bool = False) -> list[tuple[str, str, str]]:
    problems: tuple[Problem, ...]
    try:
        problems = read_memories(json.dumps(document), strict=strict).problems
    except SoulscriptError as error:
        problems = error.problems
    return [(problem.code, problem.path, problem.rule) for problem in problems]


def of_rain(**changed: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401 - any field
    prefix = "memories.mem_RAIN."
    found = told({"memories": {"mem_RAIN": rain(**changed)}})
    return [(code, path.removeprefix(prefix), rule) for code, path, rule in found]


def test_the_specifications_layout_is_read_strictly_without_a_word() -> None:
    document = {
        "memories": {"mem_RAIN": rain()},
        "personality_state": {"base_traits": {"empathy": 0.8, "last_evolution": NOON}},
        "indices": {"temporal": {}, "emotional": {}, "semantic": {}},
        "stats": {"total_memories": 1, "last_consolidation": NOON + 9},
    }
    found = reading(document, strict=True)
    assert found.problems == ()
    assert found.graph.memories["mem_RAIN"].dump() == rain()
    assert found.graph.base_traits == {"empathy": 0.8}
    assert found.graph.last_evolution == NOON
    assert found.graph.stats == {"total_memories": 1, "last_consolidation": NOON + 9}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"mem_RAIN": rain()}, "bare_memories"),
        ({"memories": [rain()]}, "not_an_object"),
        ([rain()], "not_an_object"),
    ],
)
def test_memories_stand_in_an_object_or_a_list_bare_or_not(document: JsonValue, code: str) -> None:
    assert list(reading(document).graph.memories) == ["mem_RAIN"]
    assert told(document)[0][::2] == (code, "D12")
    assert told(document, strict=True)[0][0] == code


def test_what_has_no_name_of_its_own_in_a_list_is_named_by_its_place() -> None:
    listed = [rain(), rain(), rain(id=...), rain(id="mem_3"), rain(id="mem_5_"), rain(id=5)]
    listed.insert(4, rain(id="mem_5"))
    names = ["mem_RAIN", "mem_2", "mem_3", "mem_4", "mem_5", "mem_5_", "mem_7"]
    assert sorted(reading([*listed[:6], rain(id=...)]).graph.memories) == sorted(names)


def test_of_a_name_that_is_taken_another_is_made() -> None:
    listed = [rain(id="mem_2"), rain(id="mem_2")]
    assert list(reading(listed).graph.memories) == ["mem_2", "mem_2_"]


def test_the_key_is_the_identity_and_another_id_an_alias() -> None:
    document: Document = {
        "memories": {
            "mem_RAIN": rain(id="mem_WEDDING"),
            "mem_SUN": rain(id=..., connections=["mem_WEDDING", "mem_NOWHERE"]),
        }
    }
    graph = reading(document).graph
    assert list(graph.edges()) == [("mem_SUN", "mem_RAIN")]
    assert graph.get("mem_WEDDING") == graph.get("mem_RAIN")
    assert told(document) == [
        ("other_id", "memories.mem_RAIN.id", "D12"),
        ("defaulted", "memories.mem_SUN.id", "D12"),
        ("dangling", "memories.mem_SUN.connections[1]", "D13"),
    ]


@pytest.mark.parametrize("name", ["memory", "content"])
def test_what_is_remembered_has_other_names(name: str) -> None:
    changed = {"core_memory": ..., name: "wet"}
    assert one(**changed).core_memory == "wet"
    assert of_rain(**changed) == [("other_name", name, "D11")]


def test_a_fragment_where_a_memory_should_stand_is_a_memory_of_one() -> None:
    part = {"type": "dream", "content": "a flood", "timestamp": NOON, "emotional_valence": -1}
    graph = reading([part | {"importance": 0.9, "x:y": 1}]).graph
    held = graph.memories["mem_1"]
    assert (held.core_memory, held.fragments[0].type) == ("a flood", "dream")
    assert (held.importance_score, held.emotional_signature.intensity) == (0.9, 1.0)
    assert held.model_extra == {"x:y": 1}


def test_times_may_be_seconds_or_have_fractions_or_lie_before_1970() -> None:
    changed = {"creation_date": -5_695_987_200, "last_accessed": NOON + 0.5}
    held = one(**changed)
    assert (held.creation_date, held.last_accessed) == (-5_695_987_200_000, NOON + 1)
    assert of_rain(**changed)[:2] == [
        ("seconds", "creation_date", "D15"),
        ("fraction", "last_accessed", "D15"),
    ]


def test_times_that_are_absent_follow_from_the_fragments() -> None:
    changed = {"creation_date": ..., "last_accessed": ...}
    held = one(**changed)
    assert (held.creation_date, held.last_accessed) == (NOON, NOON + 1)
    assert of_rain(last_accessed=NOON - 1) == [("too_early", "last_accessed", "D16")]
    assert one(creation_date=..., fragments=[]).creation_date == 0
    bare = {"type": "observation", "content": "dry"}
    assert one(fragments=[bare]).fragments[0].timestamp == NOON


def test_feeling_and_importance_that_are_absent_follow_from_the_fragments() -> None:
    held = one(emotional_signature=..., importance_score=...)
    assert held.emotional_signature.dump() == {"valence": 0.25, "intensity": 0.75}
    assert held.importance_score == 0.75
    assert one(emotional_signature={"valence": -1}).emotional_signature.intensity == 0.75
    empty = one(emotional_signature=..., importance_score=..., fragments=[])
    assert (empty.importance_score, empty.emotional_signature.valence) == (0.5, 0.0)


def test_every_fragment_has_an_emotional_context() -> None:
    held = one(fragments=[{"content": "dry", "timestamp": NOON}])
    assert held.fragments[0].dump() == {
        "type": "observation",
        "content": "dry",
        "timestamp": NOON,
        "importance": 0.5,
        "emotional_valence": 0.0,
    }


def test_levels_beyond_the_scale_are_clamped() -> None:
    changed: Document = {
        "importance_score": 7,
        "emotional_signature": {"valence": -3, "intensity": 2},
        "metadata": {"personality_influence": {"calm": 9}},
    }
    held = one(**changed)
    assert (held.importance_score, held.emotional_signature.valence) == (1, -1)
    assert dict(held.influence) == {"calm": 1}
    assert {rule for _, _, rule in of_rain(**changed)} == {"D5"}


def test_a_text_is_taken_for_a_list_or_a_context_of_one() -> None:
    changed: Document = {
        "connections": "mem_RAIN",
        "metadata": {"topic_tags": "tea", "personality_influence": "calm"},
        "fragments": [rain()["fragments"][0] | {"context": "weather"}],
    }
    held = one(**changed)
    assert held.topics == ("tea", "weather")
    assert (held.connections, dict(held.influence)) == (("mem_RAIN",), {"calm": 1.0})


def test_null_is_nothing() -> None:
    part = rain()["fragments"][0] | {"context": {"topic": None, "user_state": "wet"}}
    changed: Document = {
        "metadata": {"memory_type": None, "x:y": None},
        "fragments": [part, rain()["fragments"][1] | {"context": None}],
    }
    held = one(**changed)
    assert held.topics == ()
    assert held.metadata is not None
    assert held.metadata.model_extra == {"x:y": None}
    assert {rule for _, _, rule in of_rain(**changed)} == {"D10"}


def test_a_memory_may_have_no_fragments_at_all() -> None:
    assert one(fragments=...).fragments == ()


def test_unknown_keys_are_kept_at_every_level_and_listed() -> None:
    part = rain()["fragments"][0]
    part = part | {"ns:a": 1, "context": {"place": "church"}}
    document: Document = {
        "memories": {
            "mem_RAIN": rain(
                fragments=[part],
                mood="b",
                emotional_signature={"valence": 0, "intensity": 0, "hue": "blue"},
                metadata={"source": "c"},
            )
        },
        "personality_state": {"base_traits": {}, "weather": "d"},
        "stats": {"reads": 3},
        "x:top": [1],
    }
    found = reading(document)
    assert found.kept == (
        "memories.mem_RAIN.mood",
        "memories.mem_RAIN.emotional_signature.hue",
        "memories.mem_RAIN.metadata.source",
        "memories.mem_RAIN.fragments[0].ns:a",
        "memories.mem_RAIN.fragments[0].context.place",
        "x:top",
    )
    dumped = found.graph.dump()
    assert dumped["personality_state"] == {"weather": "d", "base_traits": {}}
    assert dumped["stats"] == {"reads": 3, "total_memories": 1, "last_consolidation": NOON}


def test_indices_and_stats_that_tell_otherwise_are_made_anew() -> None:
    document: Document = {
        "memories": {"mem_RAIN": rain()},
        "indices": {
            "temporal": {"today": ["mem_RAIN"]},
            "emotional": {"mem_SUN": 0.3},
            "semantic": {"sun": ["mem_SUN", 3]},
        },
        "stats": {"total_memories": 150, "last_consolidation": "yesterday"},
    }
    assert told(document) == [
        ("stale_index", "indices.emotional", "D18"),
        ("stale_index", "indices.semantic", "D18"),
        ("stale_stats", "stats.total_memories", "D18"),
        ("stale_stats", "stats.last_consolidation", "D18"),
    ]
    assert list(reading(document).graph.indices["emotional"]) == ["positive"]


@pytest.mark.parametrize(
    ("document", "code", "path"),
    [
        (3, "wrong_type", "$"),
        ({}, "missing", "memories"),
        ({"memories": 3}, "wrong_type", "memories"),
        ({"memories": {"a": 3}}, "wrong_type", "memories.a"),
        ({"memories": {}, "stats": []}, "wrong_type", "stats"),
        (
            {"memories": {}, "personality_state": {"base_traits": {"last_evolution": 1e300}}},
            "wrong_type",
            "personality_state.base_traits.last_evolution",
        ),
        ({"memories": {}, "indices": {"temporal": 3}}, "wrong_type", "indices.temporal"),
        (
            {"memories": {}, "personality_state": {"base_traits": {"calm": True}}},
            "wrong_type",
            "personality_state.base_traits.calm",
        ),
    ],
)
def test_what_is_no_graph_is_told_by_its_place(document: JsonValue, code: str, path: str) -> None:
    with pytest.raises(NotAGraphError):
        read_memories(json.dumps(document))
    assert (code, path) in [(found[0], found[1]) for found in told(document)]


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"core_memory": 3}, "wrong_type", "core_memory"),
        ({"core_memory": ...}, "missing", "core_memory"),
        ({"id": 3}, "wrong_type", "id"),
        ({"fragments": 3}, "wrong_type", "fragments"),
        ({"fragments": [3]}, "wrong_type", "fragments[0]"),
        ({"fragments": [{"content": 3}]}, "wrong_type", "fragments[0].content"),
        (
            {"fragments": [{"content": "", "context": {"topic": 3}}]},
            "wrong_type",
            "fragments[0].context.topic",
        ),
        (
            {"fragments": [{"content": "", "timestamp": "now"}]},
            "wrong_type",
            "fragments[0].timestamp",
        ),
        ({"emotional_signature": 3}, "wrong_type", "emotional_signature"),
        ({"emotional_signature": {"valence": True}}, "wrong_type", "emotional_signature.valence"),
        ({"creation_date": 10**17}, "wrong_type", "creation_date"),
        ({"importance_score": True}, "wrong_type", "importance_score"),
        (
            {"metadata": {"personality_influence": 3}},
            "wrong_type",
            "metadata.personality_influence",
        ),
        (
            {"metadata": {"personality_influence": {"calm": "x"}}},
            "wrong_type",
            "metadata.personality_influence",
        ),
        ({"connections": [3]}, "wrong_type", "connections[0]"),
    ],
)
def test_a_memory_that_is_none_is_told_by_its_place(
    changed: Document, code: str, path: str
) -> None:
    assert (code, path, "") in of_rain(**changed)


def test_an_empty_name_is_no_name() -> None:
    assert ("empty", "memories..id", "") in told({"memories": {"": rain(id="")}})


def test_a_problem_names_the_line_of_what_was_moved() -> None:
    text = '[\n {"memory": "wet",\n  "importance_score": 3,\n  "fragments": []}\n]'
    problems = read_memories(text).problems
    places = {problem.code: (problem.path, problem.line) for problem in problems}
    assert places["other_name"] == ("[0].memory", 2)
    assert places["out_of_range"] == ("[0].importance_score", 3)


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(NotJsonError):
        read_memories("{")
    assert read_memories('{"memories": {},}').problems[0].rule == "D1"


def test_a_reader_may_be_given_larger_limits() -> None:
    text = json.dumps({"memories": {f"mem_{n}": rain(id=f"mem_{n}") for n in range(20)}})
    with pytest.raises(NotJsonError):
        read_memories(text, most_bytes=1_000)
    with pytest.raises(NotJsonError):
        read_memories(text, most_values=100)
    assert len(read_memories(text).graph) == 20
    small = json.dumps({"memories": {f"mem_{n}": {"memory": "x"} for n in range(6)}})
    with pytest.raises(NotAGraphError) as caught:
        read_memories(small, most_values=110)
    assert caught.value.problems[0].code == "too_many"


def test_what_was_changed_is_listed_up_to_a_limit_and_counted_beyond() -> None:
    found = read_memories(json.dumps([{"memory": "x", "x:y": None} for _ in range(400)]))
    *_, more, _ = [note for note in found.report if note.fate != "kept"] + [None]
    assert more is not None
    assert more.message == "and 1601 things more, not listed here"
    assert found.problems[-1].code == "more_problems"
    assert len(found.graph) == 400
    errors = [{"memory": "x", "fragments": 3} for _ in range(400)]
    with pytest.raises(NotAGraphError) as caught:
        read_memories(json.dumps(errors))
    assert caught.value.problems[-1].code == "more_problems"


WILD: st.SearchStrategy[JsonValue] = st.sampled_from(
    [None, True, 3, -7.5, "", "x", [], {}, ["x"], {"x": {}}, [{"content": "y", "timestamp": 1e10}]]
)


@settings(deadline=None)
@given(st.data())
def test_tolerant_reading_is_a_fixed_point(data: st.DataObject) -> None:
    document: Any = {"memories": {"mem_RAIN": rain()}, "stats": {}, "indices": {}}
    for _ in range(data.draw(st.integers(0, 4))):
        holder = document
        while isinstance(holder, dict | list) and holder and data.draw(st.booleans()):
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            key = data.draw(st.sampled_from(keys))
            if isinstance(holder[key], dict | list):
                holder = holder[key]
                continue
            holder[key] = data.draw(WILD)
            break
    try:
        first = read_memories(json.dumps(document))
    except SoulscriptError:
        return
    written = json.dumps(first.graph.dump())
    second = read_memories(written)
    assert json.dumps(second.graph.dump()) == written


@settings(deadline=None)
@given(
    st.recursive(
        WILD,
        lambda inner: (
            st.dictionaries(st.sampled_from(["memories", "a", "fragments", "content"]), inner)
            | st.lists(inner)
        ),
    )
)
def test_any_json_ends_in_a_graph_or_a_soulscript_error(document: JsonValue) -> None:
    for strict in (True, False):
        with contextlib.suppress(SoulscriptError):
            read_memories(json.dumps(document), strict=strict)


@each_file((EXAMPLES / "memories").glob("*.json"))
def test_memories_that_come_along_read_strictly_without_a_word(path: Path) -> None:
    assert read_memories(path.read_bytes(), strict=True).problems == ()


@each_file((SAMPLES / "soulscript").glob("*.memories.json"))
def test_memories_met_in_the_wild_load_and_answer(path: Path) -> None:
    given_ = json.loads(path.read_text(encoding="utf-8"))["memories"]
    graph = reading({"memories": given_}).graph
    assert list(graph.memories) == list(given_)
    for held in graph:
        assert graph.query(held.core_memory)[0].memory == held
        assert held in [hit.memory for hit in graph.query(topic=held.topics[0])]
        begun = graph.query(since=held.creation_date, until=held.creation_date + 1)
        assert held in [hit.memory for hit in begun]
        felt = held.emotional_signature.valence
        assert held in [hit.memory for hit in graph.query(valence=(felt, felt))]
    assert set(graph.indices["emotional"]) <= set(FEELINGS)
