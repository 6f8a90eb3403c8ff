"""Strict JSON: what is read, and why what is refused is refused."""

import json

import pytest

from soulscript.jsontext import StrictJsonError, strict_json


def refusal(raw: bytes) -> str:
    with pytest.raises(StrictJsonError) as caught:
        strict_json(raw, max_depth=3, max_digits=5)
    return caught.value.code


def test_strict_json_is_read_as_the_standard_library_reads_it() -> None:
    raw = '{"a": [1, -12345, 2.5e3, true, null], "é\\n": {"b": "\\ud83d\\ude00"}}'.encode()
    assert strict_json(raw, max_depth=3, max_digits=5) == json.loads(raw)


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("not_utf8", b'"\xff"'),
        ("not_json", b"{'a': 1}"),
        ("not_json", b"[1,]"),
        ("duplicate_key", b'{"a": 1, "\\u0061": 2}'),
        ("integer_too_long", b"-123456"),
        ("not_finite", b"[NaN]"),
        ("not_finite", b"-Infinity"),
        ("not_finite", b"1e999"),
        ("surrogate", b'["\\ud800"]'),
        ("surrogate", b'{"\\udfff": 1}'),
        ("too_deep", b"[[[[]]]]"),
        ("too_deep", b"[" * 100_000),
    ],
)
def test_what_is_not_strict_is_refused(code: str, raw: bytes) -> None:
    assert refusal(raw) == code
