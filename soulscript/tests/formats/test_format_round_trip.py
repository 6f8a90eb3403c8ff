"""Round trips between documents and souls lose nothing."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from soulscript import NotASoulError, Soul
from soulscript.formats.base import MEMORIES_KEY, SOUL_KEY, SOURCE_KEY
from soulscript.formats.round_trip import (
    BASELINE_KEY,
    Codec,
    memories_of,
    merge,
    original_of,
    parse_memories,
    read_document,
    with_memories,
    without_source,
    write_document,
)
from soulscript.jsontext.parser import JsonObject
from soulscript.model.memory import Memory
from soulscript.report import Note

unhurried = settings(deadline=None, max_examples=30)

# A small format: it knows names, one feature, and nothing else. It reads names without case.
SOUL_PARTS: dict[str, Any] = {
    "version": "0.1",
    "values": [],
    "relationship": {"style": "", "boundaries": []},
}


def to_soul(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    name = str(document.get("called", "")).lower()
    features: Any = document.get("features")
    traits = [{"trait": str(item), "strength": 0.5} for item in features or ["plain"]]
    return {
        **copy.deepcopy(SOUL_PARTS),
        "entity": {"form": "thing", "occupation": "example"},
        "personality": {"name": name, "core_traits": traits},
        "voice": {"style": "", "tone": "", "qualities": [], "patterns": []},
    }, [Note("changed", "called", "personality.name", "in lower case")]


def from_soul(soul: Soul) -> JsonObject:
    features: list[JsonValue] = [trait.trait for trait in soul.personality.core_traits]
    return {"called": soul.personality.name or "", "features": features}


TINY = Codec(frozenset({"tiny"}), to_soul, from_soul)
DEEP = Codec(frozenset({"deep"}), to_soul, from_soul, ("meta", "more"))


def read(document: JsonObject, codec: Codec = TINY, format: str = "tiny") -> Soul:
    soul = read_document(codec, document, format=format, source="a.tiny").soul
    assert soul is not None
    return soul


def edited(soul: Soul, **parts: Any) -> Soul:  # noqa: ANN401 - any JSON
    return Soul.model_validate(soul.dump() | parts)


VOICE = {"style": "brisk", "tone": "warm", "qualities": [], "patterns": []}
NAMES = st.text(st.characters(codec="ascii", categories=["Lu", "Ll"]), max_size=6)
EXTRA: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | NAMES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
DOCUMENTS = st.tuples(
    st.fixed_dictionaries({}, optional={"called": NAMES, "features": st.lists(NAMES, max_size=3)}),
    st.dictionaries(NAMES.map("x".__add__), EXTRA, max_size=3),
    st.fixed_dictionaries({}, optional={"meta": EXTRA}),
).map(lambda parts: {**parts[0], **parts[1], **parts[2]})
CODECS = st.sampled_from([TINY, DEEP])


def name_of(codec: Codec) -> str:
    return next(iter(codec.formats))


@unhurried
@given(DOCUMENTS, CODECS)
def test_an_unchanged_document_is_written_exactly(document: JsonObject, codec: Codec) -> None:
    before = json.dumps(document)
    back, _ = write_document(codec, read(document, codec, name_of(codec)))
    assert json.dumps(back) == before == json.dumps(document)


@unhurried
@given(DOCUMENTS, CODECS, NAMES)
def test_an_edit_changes_its_field_alone(document: JsonObject, codec: Codec, name: str) -> None:
    soul = read(document, codec, name_of(codec))
    renamed = edited(soul, personality={**soul.personality.dump(), "name": name.lower()})
    back, _ = write_document(codec, renamed)
    again = read(back, codec, name_of(codec))
    assert again.personality.name == name.lower()
    assert {**document, "called": 0} == {**{key: back[key] for key in document}, "called": 0}


@unhurried
@given(DOCUMENTS, CODECS, NAMES, NAMES)
def test_parts_without_a_field_survive_and_so_do_later_edits(
    document: JsonObject, codec: Codec, tone: str, name: str
) -> None:
    soul = edited(read(document, codec, name_of(codec)), voice={**VOICE, "tone": tone})
    for start in (soul, Soul.model_validate(without_source(soul))):
        back, report = write_document(codec, start)
        again = read(back, codec, name_of(codec))
        assert without_source(again) == without_source(start)
        assert not report.of("dropped")
        back["called"] = name
        assert (
            without_source(read(back, codec, name_of(codec)))["voice"]
            == without_source(start)["voice"]
        )
        if name.lower() != (start.personality.name or ""):
            assert read(back, codec, name_of(codec)).personality.name == name.lower()
        assert write_document(codec, read(back, codec, name_of(codec)))[0] == back


def test_the_original_of_another_format_is_carried_and_written_back() -> None:
    original: JsonObject = {"called": "Ada", "shoe_size": 38}
    there, report = write_document(DEEP, read(original))
    meta: Any = there["meta"]
    assert meta["more"][SOUL_KEY][SOURCE_KEY]["original"] == original
    assert "carried along" in report.of("kept")[-1].message
    back, report = write_document(TINY, read(there, DEEP, "deep"))
    assert back == original
    assert [note.path for note in report.of("dropped")] == [SOURCE_KEY]


def test_the_report_notes_where_each_part_is_stored() -> None:
    soul = edited(read({"called": "ada"}), voice=VOICE, **{"x:note": 1})
    notes = {note.path: note for note in write_document(TINY, soul)[1]}
    assert notes["personality.name"].became == ""
    assert notes["voice.tone"].became == SOUL_KEY
    assert notes["x:note"].became == SOUL_KEY
    assert notes[SOURCE_KEY].became == "$"


def test_a_carrier_of_another_type_is_not_replaced() -> None:
    document: JsonObject = {"called": "ada", "meta": {"more": [1, 2]}}
    back, _ = write_document(DEEP, edited(read(document, DEEP, "deep"), voice=VOICE))
    assert back["meta"] == document["meta"]
    assert read(back, DEEP, "deep").voice.tone == "warm"


def test_an_invalid_carried_soul_is_a_warning() -> None:
    found = read_document(
        TINY, {"called": "Ada", SOUL_KEY: {"no": "soul"}}, format="tiny", source="a"
    )
    assert [problem.code for problem in found.problems] == ["bad_carried_soul"]
    assert found.soul is not None
    assert found.soul.name == "ada"


def test_a_document_that_differs_from_its_soul_gets_a_baseline() -> None:
    def loud_to_soul(document: JsonObject) -> tuple[JsonObject, list[Note]]:
        loud = str(document["called"]).endswith("!")
        called = str(document["called"]).rstrip("!")
        return to_soul({"called": called, "features": ["loud" if loud else "plain"]})

    codec = Codec(frozenset({"tiny"}), loud_to_soul, lambda soul: {"called": soul.name})
    soul = read({"called": "Ada!"}, codec)
    calm = {"name": "ada", "core_traits": [{"trait": "calm", "strength": 0.5}]}
    back, _ = write_document(codec, edited(soul, personality=calm))
    assert back["called"] == "Ada!"
    assert BASELINE_KEY in back
    assert read(back, codec).personality.dump() == calm
    back["called"] = "Bo!"
    assert read(back, codec).personality.dump() == {**calm, "name": "bo"}


def test_a_soul_too_large_to_be_read_again_is_refused() -> None:
    with pytest.raises(NotASoulError, match="passes a limit"):
        read({"called": [[0] * 1_000] * 501})


def test_originals_are_traced_over_a_limited_number_of_formats() -> None:
    soul = read({"called": "ada"}, TINY, "other")
    assert original_of(soul, TINY.formats) is None
    for _ in range(9):
        soul = edited(soul, **{SOURCE_KEY: {"format": "x", "original": {SOUL_KEY: soul.dump()}}})
    assert original_of(soul, frozenset({"other"})) is None
    deep = edited(
        soul, **{SOURCE_KEY: {"format": "x", "original": {"a": {"b": {}}, "c": {SOUL_KEY: 1}}}}
    )
    assert original_of(deep, TINY.formats) is None


def memory(id: str) -> Memory:
    return Memory.model_validate(
        {
            "id": id,
            "core_memory": "the sea",
            "fragments": [],
            "emotional_signature": {"valence": 0, "intensity": 0},
            "importance_score": 0.5,
            "creation_date": 0,
            "last_accessed": 0,
        }
    )


def test_ill_formed_memories_stay_in_the_soul_unread() -> None:
    soul = edited(read({}), **{MEMORIES_KEY: {"bad": 1, "a": memory("a").dump()}})
    assert [held.id for held in memories_of(soul)] == ["a"]
    more = with_memories(soul, [memory("b"), memory("a")])
    assert [held.id for held in memories_of(more)] == ["a", "b"]
    assert (more.model_extra or {})[MEMORIES_KEY]["bad"] == 1
    assert with_memories(soul, [memory("a")]) is soul
    assert parse_memories(3) == {}


# -- the merge -------------------------------------------------------------------------------------


@unhurried
@given(EXTRA, EXTRA, EXTRA)
def test_a_merge_takes_the_edits_of_one_side(
    base: JsonValue, before: JsonValue, after: JsonValue
) -> None:
    assert json.dumps(merge(base, before, before)) == json.dumps(base)
    assert merge(before, before, after) == after


MERGES: list[tuple[Any, Any, Any, Any]] = [
    ({"a": 1, "b": 2}, {"a": 1}, {}, {"b": 2}),
    ({"b": 2}, {"a": 1}, {"a": 1, "c": 3}, {"b": 2, "c": 3}),
    ({"b": 2}, {"a": 1}, {"a": 2}, {"b": 2, "a": 2}),
    (["A", "B"], ["a", "b"], ["b"], ["B"]),
    (["A", "B"], ["a", "b"], ["b", "a"], ["B", "A"]),
    (["A", "B"], ["a", "b"], ["a", "x", "b"], ["A", "x", "B"]),
    (["A"], ["a", "b"], ["b"], ["b"]),
    ([{"k": 1, "x": 9}], [{"k": 1}], [{"k": 2}], [{"k": 2, "x": 9}]),
    ([1, 2], [1], {"a": 1}, {"a": 1}),
]


@pytest.mark.parametrize(("base", "before", "after", "result"), MERGES)
def test_a_merge_matches_list_items(
    base: JsonValue, before: JsonValue, after: JsonValue, result: JsonValue
) -> None:
    assert merge(base, before, after) == result
