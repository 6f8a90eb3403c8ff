"""Strict JSON (RFC 8259, RFC 7493): what two readers could understand differently is refused."""

import json
import math
import sys
from functools import lru_cache
from typing import NoReturn

from pydantic import JsonValue


class StrictJsonError(ValueError):
    """A text is not strict JSON; ``code`` says why.

    One of ``not_utf8``, ``not_json``, ``duplicate_key``, ``integer_too_long``, ``not_finite``,
    ``surrogate`` and ``too_deep``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def strict_json(raw: bytes, *, max_depth: int, max_digits: int) -> JsonValue:
    """Return the value of a JSON text.

    Raises ``StrictJsonError`` for other encodings than UTF-8, a key that stands twice in an object,
    NaN and infinities, integers of more than ``max_digits``, lone surrogates, and brackets nested
    deeper than ``max_depth``.
    """
    try:
        value: JsonValue = strict_decoder(max_digits).decode(raw.decode())
    except RecursionError:
        raise StrictJsonError("too_deep") from None
    except UnicodeDecodeError:
        raise StrictJsonError("not_utf8") from None
    except json.JSONDecodeError:
        raise StrictJsonError("not_json") from None
    _check_values(value, max_depth)
    return value


@lru_cache
def strict_decoder(max_digits: int, max_real_chars: int = sys.maxsize) -> json.JSONDecoder:
    """Return a decoder that checks objects and numbers, but neither depth nor surrogates.

    It raises ``StrictJsonError`` or ``json.JSONDecodeError``. ``max_digits`` bounds an integer
    without its sign, ``max_real_chars`` any other number as written.
    """

    def integer(written: str) -> int:
        if len(written.lstrip("-")) > max_digits:
            raise StrictJsonError("integer_too_long")
        return int(written)

    def real(written: str) -> float:
        number = float(written)
        if len(written) > max_real_chars or math.isinf(number):
            raise StrictJsonError("not_finite")
        return number

    return json.JSONDecoder(
        object_pairs_hook=_object, parse_int=integer, parse_float=real, parse_constant=_constant
    )


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise StrictJsonError("duplicate_key")
    return members


def _constant(_name: str) -> NoReturn:
    raise StrictJsonError("not_finite")


def _check_values(value: JsonValue, max_depth: int) -> None:
    remaining = [(value, 1)]
    while remaining:
        part, depth = remaining.pop()
        if depth > max_depth:
            raise StrictJsonError("too_deep")
        if isinstance(part, str):
            _check_text(part)
        elif isinstance(part, list):
            remaining.extend((item, depth + 1) for item in part)
        elif isinstance(part, dict):
            for key, item in part.items():
                _check_text(key)
                remaining.append((item, depth + 1))


def _check_text(text: str) -> None:
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise StrictJsonError("surrogate")
