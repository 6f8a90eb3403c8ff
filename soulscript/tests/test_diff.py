"""What differs between two souls is said in words that a reader understands."""

import copy
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soulscript import Soul
from soulscript.diff import Difference, differences
from soulscript.text.display import clipped, one_line, width
from support.souls import SOULS

Document = dict[str, Any]
OPPOSITE = {"added": "removed", "removed": "added", "changed": "changed"}


def between(a: Document, b: Document) -> tuple[Difference, ...]:
    return differences(Soul.model_validate(a), Soul.model_validate(b))


def sentences(a: Document, b: Document) -> list[str]:
    return [str(difference) for difference in between(a, b)]


@pytest.fixture
def other(luna: Document) -> Document:
    """Dr. Luna again, to be changed."""
    return copy.deepcopy(luna)


def test_equal_souls_do_not_differ(luna: Document, other: Document) -> None:
    assert between(luna, other) == ()


def test_a_trait_that_grows_is_told_by_its_name(luna: Document, other: Document) -> None:
    other["personality"]["core_traits"][1] |= {"trait": "memetic", "strength": 0.8}
    found = between(luna, other)
    assert [str(one) for one in found] == ["more memetic: somewhat (0.4) -> notably (0.8)"]
    assert found[0].path == "personality.core_traits[1].strength"
    assert found[0].kind == "changed"


@pytest.mark.parametrize(
    ("strength", "told"),
    [
        (0.6, "more supportive: less than usual (-0.2) -> notably (0.6)"),
        (0, "more supportive: less than usual (-0.2) -> at the baseline (0.0)"),
        (-0.5, "less supportive: less than usual (-0.2) -> less than usual (-0.5)"),
        (-0.9, "less supportive: less than usual (-0.2) -> avoided (-0.9)"),
    ],
)
def test_the_whole_scale_has_words(
    luna: Document, other: Document, strength: float, told: str
) -> None:
    other["personality"]["core_traits"][2]["strength"] = strength
    assert sentences(luna, other) == [told]


def test_traits_are_matched_without_case_or_place(luna: Document, other: Document) -> None:
    traits = other["personality"]["core_traits"]
    traits.reverse()
    traits[0]["trait"] = "Supportive"
    traits[2]["expression_rules"] = ["raises an eyebrow"]
    assert sentences(luna, other) == [
        'new way to show sarcastic: "raises an eyebrow"',
        'name of a trait: "supportive" -> "Supportive"',
        "another order of: trait",
    ]


def test_traits_come_and_go(luna: Document, other: Document) -> None:
    other["personality"]["core_traits"][0] = {"trait": "patient", "strength": 0.3}
    found = between(luna, other)
    assert [(one.kind, one.path, one.sentence) for one in found] == [
        ("removed", "personality.core_traits[0]", "trait gone: sarcastic, notably (0.6)"),
        ("added", "personality.core_traits[0]", "new trait: patient, somewhat (0.3)"),
    ]


def test_values_are_matched_by_name(luna: Document, other: Document) -> None:
    luna["values"] += [
        {"name": "thrift", "importance": 0, "expression": "counts"},
        {"name": "order", "importance": -0.5, "expression": "sorts"},
    ]
    other["values"] = [
        {"name": "Thrift", "importance": 0.5, "expression": "counts twice"},
        {"name": "mercy", "importance": 0.9, "expression": "lets go"},
        {"name": "resilient mindset", "importance": -0.1} | {"expression": "shrugs"},
    ]
    helps = luna["values"][0]["expression"]
    assert sentences(luna, other) == [
        "resilient mindset matters less: very important (0.7) -> unimportant (-0.1)",
        f'how resilient mindset shows: "{helps}" -> "shrugs"',
        'name of a value: "thrift" -> "Thrift"',
        "Thrift matters more: neither here nor there (0.0) -> important (0.5)",
        'how Thrift shows: "counts" -> "counts twice"',
        "value gone: order, unimportant (-0.5)",
        "new value: mercy, very important (0.9)",
        "another order of: value",
    ]


def test_conflicts_are_told_with_their_value(luna: Document, other: Document) -> None:
    luna["values"][0]["conflicts"] = [
        {"value": "candour", "resolution": "speaks gently"},
        {"value": "rest", "resolution": "rests"},
    ]
    other["values"][0]["conflicts"] = [
        {"value": "Candour", "resolution": "says nothing"},
        {"value": "duty", "resolution": "asks"},
    ]
    name = "resilient mindset"
    assert sentences(luna, other) == [
        f'what {name} meets: "candour" -> "Candour"',
        f'when {name} meets Candour: "speaks gently" -> "says nothing"',
        f'conflict of {name} gone: rest, settled by "rests"',
        f'new conflict of {name}: duty, settled by "asks"',
    ]


def test_boundaries_are_matched_by_what_they_say_then_by_kind(
    luna: Document, other: Document
) -> None:
    keep = {"enforcement": "says so"}
    luna["relationship"]["boundaries"] = [
        {"type": "time", "description": "no calls at night"} | keep,
        {"type": "money", "description": "lends nothing"} | keep,
        {"type": "work", "description": "no work on Sundays"} | keep,
        {"type": "truth", "description": "never lies"} | keep,
    ]
    other["relationship"]["boundaries"] = [
        {"type": "privacy", "description": "tells nobody"} | keep,
        {"type": "Money", "description": "lends nothing"} | {"enforcement": "laughs"},
        {"type": "rest", "description": "no work on Sundays"} | keep,
        {"type": "time", "description": "no calls after nine"} | keep,
    ]
    assert sentences(luna, other) == [
        'boundary (time): "no calls at night" -> "no calls after nine"',
        'kind of a boundary: "money" -> "Money"',
        'how the boundary (Money) is kept: "says so" -> "laughs"',
        'kind of a boundary: "work" -> "rest"',
        'boundary gone: truth, "never lies"',
        'new boundary: privacy, "tells nobody"',
        "another order of: boundary",
    ]


def test_entity_and_voice_are_told_field_by_field(luna: Document, other: Document) -> None:
    del other["entity"]["age"]
    other["entity"] |= {"form": "owl", "background": "an oak", "expertise": ["mice"]}
    other["personality"]["name"] = "Dr. Sol"
    other["voice"] |= {"tone": "dry", "qualities": ["deadpan", "exasperated", "hoarse"]}
    assert sentences(luna, other) == [
        'form: "human" -> "owl"',
        'age gone: "26"',
        'new background: "an oak"',
        'new expertise: "mice"',
        'name: "Dr. Luna" -> "Dr. Sol"',
        'tone: "calm and soothing" -> "dry"',
        'quality of voice gone: "sarcastic"',
        'new quality of voice: "hoarse"',
    ]


def test_extensions_are_told_by_their_path(luna: Document, other: Document) -> None:
    luna |= {"a:x": {"on": True, "list": [1, 2], "same": {"deep": [None]}}, "a:gone": None}
    other |= {"a:x": {"on": 1, "list": [2, 1, 3], "same": {"deep": [None]}, "new": "n"}}
    other["entity"]["metadata"] = {"seen": 2}
    luna["entity"]["metadata"] = {"seen": "once"}
    assert sentences(luna, other) == [
        'entity.metadata.seen: "once" -> 2',
        "a:x.on: true -> 1",
        "new a:x.list: 3",
        "another order of: a:x.list",
        'new a:x.new: "n"',
        "a:gone gone: null",
    ]


def test_what_a_soul_was_read_from_is_not_compared_twice(luna: Document, other: Document) -> None:
    luna["soul:source"] = {"format": "card", "original": {"name": "L"}}
    other["soul:source"] = {"format": "card", "original": {"name": "M"}}
    assert sentences(luna, other) == ["what it was read from is another document"]
    assert sentences(luna, luna) == []


def test_memories_are_told_by_what_is_remembered(luna: Document, other: Document) -> None:
    luna["soul:memories"] = {"m1": {"core_memory": "a red kite", "importance_score": 0.5}}
    other["soul:memories"] = {
        "m1": {"core_memory": "a red kite", "importance_score": 0.9},
        "m2": {"core_memory": "the sea"},
        "m3": {"core_memory": 3},
    }
    assert sentences(luna, other) == [
        "soul:memories.m1.importance_score: 0.5 -> 0.9",
        'new soul:memories.m2: "the sea"',
        'new soul:memories.m3: {"core_memory": 3}',
    ]
    bare = {key: value for key, value in luna.items() if key != "soul:memories"}
    assert sentences(bare, other) == ["new soul:memories: 3 memories"]


def test_long_texts_are_shown_where_they_part(luna: Document, other: Document) -> None:
    lead = "She came from the northern islands with two suitcases and a "
    luna["entity"]["background"] = lead + "parrot" + " that sang" * 20
    other["entity"]["background"] = lead + "piano" + " that sang" * 20
    (told,) = sentences(luna, other)
    assert "parrot" in told
    assert "piano" in told
    assert len(told) < 160


def test_a_sentence_stays_on_its_line_and_commands_no_terminal(
    luna: Document, other: Document
) -> None:
    other["personality"]["core_traits"][0]["trait"] = "bad\x1b[31m\nnew trait: forged"
    other["a:\x1b[2J"] = "\u202etxt"
    assert all(one.isprintable() for one in sentences(luna, other))


def test_widths_count_columns_not_characters() -> None:
    assert width("e\u0301té") == 3
    assert width("記憶") == 4
    assert clipped("記憶を記す", 5) == "記憶…"
    assert clipped("short", 5) == "short"
    assert clipped("x" + " " * 10**7, 5) == "x…"
    assert one_line(" a\n\tb\x00 ") == "a b"


@given(SOULS, SOULS, st.sets(st.sampled_from(sorted({"entity", "values", "voice", "personality"}))))
@settings(max_examples=40, deadline=None)
def test_what_is_added_one_way_is_removed_the_other(
    a: Document, b: Document, shared: set[str]
) -> None:
    b = b | {key: a[key] for key in shared}
    old, new = Soul.model_validate(a), Soul.model_validate(b)
    there, back = differences(old, new), differences(new, old)
    assert Counter(OPPOSITE[one.kind] for one in there) == Counter(one.kind for one in back)
    assert bool(there) == (old.canonical() != new.canonical())
    assert differences(old, Soul.model_validate(copy.deepcopy(a))) == ()
    assert all(one.sentence.isprintable() for one in there)
