"""The JSON scanner: what it takes, and what it says of all the rest."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soulscript import NotJsonError, read
from soulscript.jsontext.scanner import FAULTS, MAX_DEPTH, MAX_VALUES, scan

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)

FAULTY = [
    # text, code, path, line, column of the first problem
    ("", "empty", "$", 1, 1),
    (" \n\n ", "empty", "$", 3, 2),
    ("// nothing but this\n", "comment", "$", 1, 1),
    ('{"a": 1}\n{"b": 2}', "after_end", "$", 2, 1),
    ('{"a": "\\x41"}', "bad_escape", "a", 1, 8),
    ('{"a": "\\u12"}', "bad_escape", "a", 1, 8),
    ('{"a": "b\\\n"}', "unclosed_string", "a", 1, 7),
    ('{"a": True}', "bad_literal", "a", 1, 7),
    ('{"a": undefined}', "bad_literal", "a", 1, 7),
    ('{"a": [0, .5]}', "bad_number", "a[1]", 1, 11),
    ('{"a": +1}', "bad_number", "a", 1, 7),
    ('{"a": 01}', "bad_number", "a", 1, 7),
    ('{"a": 1_000}', "bad_number", "a", 1, 7),
    ('{"a": -}', "bad_number", "a", 1, 7),
    ('{\n  name: "x"}', "bare_key", "$", 2, 3),
    ('{"a": hello there}', "bare_word", "a", 1, 7),
    ('\ufeff{"a": 1}', "bom", "$", 1, 1),
    ('# one\n# two\n{"a": 1}', "comment", "$", 1, 1),
    ('{"a": 1 /* one */}', "comment", "$", 1, 9),
    ('{"a": /* one */ 1}', "comment", "a", 1, 7),
    ('{"a" /* one */: 1}', "comment", "a", 1, 6),
    ('{"a": "tab\there"}', "control_character", "a", 1, 11),
    ('{"a": 1,\n "a": 2}', "duplicate_key", "a", 2, 2),
    ('{"a" 1}', "missing_colon", "a", 1, 6),
    ('{"a": [1 2]}', "missing_comma", "a", 1, 9),
    ('{"a": 1\n "b": 2}', "missing_comma", "$", 1, 8),
    ('{"a": NaN}', "not_a_number", "a", 1, 7),
    ('{"a": Infinity}', "not_a_number", "a", 1, 7),
    ('{"a": -Infinity}', "not_a_number", "a", 1, 7),
    ('{"a": "x\0"}', "nul", "a", 1, 9),
    ('{"a": "x\\u0000"}', "nul", "a", 1, 9),
    ('{"a": \0}', "nul", "a", 1, 7),
    ('{"a": 1e999}', "number_too_large", "a", 1, 7),
    ('{"a": ' + "9" * 5000 + "}", "number_too_large", "a", 1, 7),
    ("{'a': 1}", "single_quotes", "$", 1, 2),
    ("{\"a\": 'x'}", "single_quotes", "a", 1, 7),
    ('{"a": "\\ud83d"}', "surrogate", "a", 1, 8),
    ('{"a": "\\ud83d\\u0041"}', "surrogate", "a", 1, 8),
    ('{"a": "\\ude00"}', "surrogate", "a", 1, 8),
    ('{"a": "\ud83d"}', "surrogate", "a", 1, 8),
    ("[" * 200_000, "too_deep", "[0]" * MAX_DEPTH, 1, MAX_DEPTH + 1),
    ('{"a":' * 200_000, "too_deep", ".".join("a" * MAX_DEPTH), 1, 5 * MAX_DEPTH + 1),
    ("[" + "0," * MAX_VALUES + "0]", "too_many", f"[{MAX_VALUES - 1}]", 1, 2 * MAX_VALUES),
    ('{"a": [1, 2,]}', "trailing_comma", "a", 1, 12),
    ('{\n  "a": [1, 2\n', "unclosed_bracket", "a", 2, 8),
    ('{"a": 1', "unclosed_bracket", "$", 1, 1),
    ('{"a": 1, /* so', "unclosed_comment", "$", 1, 10),
    ('{"a": "never\n}', "unclosed_string", "a", 1, 7),
    ('{"a": "never', "unclosed_string", "a", 1, 7),
    ('{"a": \'never}', "unclosed_string", "a", 1, 7),
    ('{"a": [1}', "unexpected", "a", 1, 9),
    ('{"a": }', "unexpected", "a", 1, 7),
    ('{"a": ', "unexpected", "a", 1, 7),
    ('{"a": ;}', "unexpected", "a", 1, 7),
    ('{"a": 1, \u200b}', "unexpected", "$", 1, 10),
    ("[, 1]", "unexpected", "$", 1, 2),
    ("[1,, 2]", "unexpected", "$", 1, 4),
    ("{“a”: 1}", "wrong_quotes", "$", 1, 2),
    ('{"é🎈": "🎈", "b": NaN}', "not_a_number", "b", 1, 18),
]


@pytest.mark.parametrize(("text", "code", "path", "line", "column"), FAULTY)
def test_a_fault_is_named_with_its_place_and_mend(
    text: str, code: str, path: str, line: int, column: int
) -> None:
    with pytest.raises(NotJsonError) as caught:
        read(text, strict=True, source="a.soul")
    first = next(problem for problem in caught.value.problems if problem.code in FAULTS)
    assert (first.code, first.path, first.line, first.column) == (code, path, line, column)
    assert first.severity == "error"
    assert first.mend
    assert str(first).startswith(f"a.soul:{line}:{column}: error {code} at {path}: ")


def test_every_fault_of_the_table_is_shown_by_a_text() -> None:
    assert {code for _, code, *_ in FAULTY} == set(FAULTS)


def test_the_scanner_goes_on_after_a_fault() -> None:
    found = scan('{"a": NaN "b": "\\q", c: \'d\', "e": [1,], /* f */ "g": True}')
    assert [fault.code for fault in found.faults] == [
        "not_a_number",
        "missing_comma",
        "bad_escape",
        "bare_key",
        "single_quotes",
        "trailing_comma",
        "comment",
        "bad_literal",
    ]
    assert found.value == {"a": None, "b": "q", "c": "d", "e": [1], "g": None}
    assert found.broken == {("a",), ("g",)}


def test_it_knows_where_everything_stands() -> None:
    offsets = scan('{"a": [10, {"b": 2}]}').offsets
    assert offsets["a",] == (6, 1)
    assert offsets["a", 0] == (7, 7)
    assert offsets["a", 1, "b"] == (17, 12)


@settings(deadline=None)
@given(JSON)
def test_what_json_writes_is_read_alike(value: object) -> None:
    for indent in (None, 2):
        for ascii_only in (True, False):
            found = scan(json.dumps(value, indent=indent, ensure_ascii=ascii_only))
            assert found.faults == ()
            assert found.value == value


@settings(deadline=None)
@given(st.text(alphabet="{}[]\",:/*#\\u0d8 \n1.-tn'“e\0\ufeff", max_size=40))
def test_any_text_ends_in_a_value_or_a_fault(text: str) -> None:
    found = scan(text)
    assert found.whole or found.faults
    assert all(0 <= fault.offset <= len(text) and fault.message for fault in found.faults)


@settings(deadline=None)
@given(st.text(alphabet='{}[]",:\\u0d8 \n1.-etruefalsn', max_size=30))
def test_a_text_without_faults_is_json(text: str) -> None:
    found = scan(text)
    if not found.faults:
        assert json.loads(text) == found.value


def test_very_many_problems_are_not_all_listed() -> None:
    with pytest.raises(NotJsonError) as caught:
        read("[" + '"\\q", ' * 3000 + "1]")
    problems = caught.value.problems
    assert len(problems) < 300
    assert problems[-1].code == "more_problems"
    assert problems[-1].severity == "error"
