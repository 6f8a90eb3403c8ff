"""JSON of any origin: two ways to read it, one meaning, and limits that hold."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from soulscript import NotJsonError
from soulscript.errors import MAX_PROBLEMS
from soulscript.jsontext.parser import (
    MAX_FOREIGN_BYTES,
    MAX_FOREIGN_VALUES,
    Parsed,
    parse,
    parse_noting,
)
from soulscript.jsontext.scanner import scan

HALVES = st.sampled_from(
    ["\\ud83d", "\\ude00", "\\uD83D", "\\\\", "\\", "\\u0041", "\\u0000", "\\n", "x", "é", "\ud83d"]
)
PIECES = st.sampled_from(
    [
        *('{}[]",: \n'),
        *("1", "-0", "1e5", "1E999", "2.5", "01", "9" * 65, "true", "null", "NaN", '"a"', '"a":'),
        *("\\u0041", "\\ud83d\\ude00", "\\u0000", "// x\n", "\ufeff", ",]", "\x01"),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=8,
)


def problem_of(text: str | bytes, **limits: int) -> tuple[str, int, int]:
    with pytest.raises(NotJsonError) as caught:
        parse(text, source="a.json", **limits)
    first = caught.value.problems[0]
    assert first.source == "a.json"
    assert first.mend
    return first.code, first.line, first.column


def spelt(value: JsonValue) -> str:
    """Tell 1 from 1.0, 0.0 from -0.0 and one order of keys from another."""
    return repr(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2.5, null, true, "é"]}', {"a": [1, 2.5, None, True, "é"]}),
        (b'\xef\xbb\xbf# one\n# two\n{"a": 1, // three\n}', {"a": 1}),
        ("/* a */ [1, /* b */ 2,]", [1, 2]),
        ('"\\ud83d\\ude00 \\\\ud83d"', "😀 \\ud83d"),
        ("3", 3),
        ("[" * 60 + "]" * 60, json.loads("[" * 60 + "]" * 60)),
        ("[[]" + ",0" * 60 + ",[]]", [[], *[0] * 60, []]),
        ("[" + "{}," * 60 + "[]]", [*[{}] * 60, []]),
    ],
)
def test_json_is_read_tolerantly(text: str | bytes, value: JsonValue) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ("empty", 1, 1)),
        ('{"a":\n NaN}', ("not_a_number", 2, 2)),
        ("[-Infinity]", ("not_a_number", 1, 2)),
        ("[1,\n\n 1e999]", ("number_too_large", 3, 2)),
        ("[" + "9" * 5000 + "]", ("number_too_large", 1, 2)),
        ("[0." + "9" * 5000 + "]", ("number_too_large", 1, 2)),
        ('["a\0"]', ("nul", 1, 4)),
        ('["a\\u0000"]', ("nul", 1, 4)),
        ('{"a": 1,\n "a": 1}', ("duplicate_key", 2, 2)),
        (b'["\xff"]', ("not_utf8", 1, 3)),
        ("[" * 200_000, ("too_deep", 1, 61)),
        ("[" * 61 + "]" * 61, ("too_deep", 1, 61)),
        ('{"a":' * 200_000, ("too_deep", 1, 301)),
        ("{} {}", ("after_end", 1, 4)),
    ],
)
def test_what_is_no_json_is_refused_where_it_stands(
    text: str | bytes, problem: tuple[str, int, int]
) -> None:
    assert problem_of(text) == problem


@pytest.mark.parametrize(
    ("text", "value", "column"),
    [
        ('["a\\ud83d"]', ["a\ufffd"], 4),
        ('["\\\\ud83d\\ude00"]', ["\\ud83d\ufffd"], 10),
        ('["\ud83db"]', ["\ufffdb"], 3),
        ('{"\\ud83d": 1}', {"\ufffd": 1}, 3),
    ],
)
def test_half_a_character_is_replaced_with_a_warning(
    text: str, value: JsonValue, column: int
) -> None:
    found, (problem,) = parse_noting(text, source="a.json")
    assert found == parse(text) == value
    assert (problem.code, problem.severity) == ("surrogate", "warning")
    assert (problem.line, problem.column, problem.source) == (1, column, "a.json")


def test_half_a_character_beside_a_fault_is_listed_with_it() -> None:
    with pytest.raises(NotJsonError) as caught:
        parse('["\\ud83d", NaN]')
    assert [problem.code for problem in caught.value.problems] == ["surrogate", "not_a_number"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_with_its_mark_is_read(encoding: str) -> None:
    assert parse('\ufeff{"a": "Zoë 🌙"}'.encode(encoding)) == {"a": "Zoë 🌙"}


def test_what_only_begins_like_utf16_is_refused() -> None:
    assert problem_of(b"\xff\xfe{") == ("not_utf8", 1, 1)


def test_what_passes_is_not_among_the_problems() -> None:
    with pytest.raises(NotJsonError) as caught:
        parse("# one\n[1,, NaN,]")
    assert [problem.code for problem in caught.value.problems] == ["unexpected"]
    with pytest.raises(NotJsonError) as caught:
        parse('# one\n{"a": [NaN,], "b": True}')
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [
        ("not_a_number", "a[0]"),
        ("bad_literal", "b"),
    ]


def test_very_many_problems_are_not_all_listed() -> None:
    with pytest.raises(NotJsonError) as caught:
        parse("[" + "NaN," * 300 + "0]")
    assert len(caught.value.problems) == MAX_PROBLEMS + 1
    assert caught.value.problems[-1].code == "more_problems"


@pytest.mark.parametrize(
    "text", ["é" * (MAX_FOREIGN_BYTES // 2), " " * MAX_FOREIGN_BYTES, b" " * MAX_FOREIGN_BYTES]
)
def test_a_text_has_a_greatest_length_in_bytes(text: str | bytes) -> None:
    assert problem_of(text)[0] in {"empty", "bare_word"}
    longer = text + " " if isinstance(text, str) else text + b" "
    assert problem_of(longer) == ("too_large", 1, 1)
    assert problem_of(longer, most_bytes=2 * MAX_FOREIGN_BYTES)[0] in {"empty", "bare_word"}


def test_a_text_has_a_greatest_number_of_values() -> None:
    most = "[" + "0," * (MAX_FOREIGN_VALUES - 2) + "0]"
    more = most[:-1] + ",0]"
    assert parse(most) == [0] * (MAX_FOREIGN_VALUES - 1)
    assert problem_of(more) == ("too_many", 1, 2 * MAX_FOREIGN_VALUES)
    assert parse(more, most_values=MAX_FOREIGN_VALUES + 1) == [0] * MAX_FOREIGN_VALUES


def test_commas_within_texts_are_no_values() -> None:
    assert parse(json.dumps([",[{" * 20]), most_values=2) == [",[{" * 20]


@settings(deadline=None)
@given(st.lists(PIECES | HALVES, max_size=12).map("".join))
@example('"\\\\ud83d\\ude00"')
@example('"\\ud83d\\ud83d\\ude00"')
@example("[" * 65 + "]" * 65)
def test_the_fast_way_reads_only_what_the_scanner_reads_alike(text: str) -> None:
    parsed, scanned = Parsed(text), scan(text)
    assert spelt(parsed.value) == spelt(scanned.value)
    assert (parsed.faults, parsed.broken) == (scanned.faults, scanned.broken)
    assert (parsed.whole, parsed.offsets([])) == (scanned.whole, scanned.offsets)
    assert not (parsed.clean and scanned.faults)


@settings(deadline=None)
@given(st.lists(HALVES, max_size=6).map("".join))
def test_halves_of_characters_are_found_on_either_way(inner: str) -> None:
    text = f'"{inner}"'
    parsed, scanned = Parsed(text), scan(text)
    assert (spelt(parsed.value), parsed.faults) == (spelt(scanned.value), scanned.faults)


@settings(deadline=None)
@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_what_json_writes_goes_the_fast_way(
    value: Any,  # noqa: ANN401 - any JSON
    indent: int | None,
    ascii_only: bool,  # noqa: FBT001 - drawn
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    parsed, scanned = Parsed(text), scan(text)
    assert spelt(parsed.value) == spelt(scanned.value)
    if not scanned.faults and "\\\\u" not in text:
        assert parsed.clean
        assert spelt(parsed.value) == spelt(value)
