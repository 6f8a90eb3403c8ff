"""JSON read strictly (RFC 8259, RFC 7493): what two readers could take differently is refused."""

import json
import math
from typing import NoReturn

from synthetic_soul.errors import InvalidInput

DEEPEST = 32
LONGEST_NUMBER = 300  # digits of an integer; Python itself refuses 4,300


def check_json(raw: bytes) -> None:
    """``InvalidInput`` for what is not strict JSON, saying what is wrong but repeating nothing.

    Refused: other encodings than UTF-8, keys that stand twice, NaN and infinities, integers of
    more than 300 digits, lone surrogates in strings, nesting deeper than 32.
    """
    try:
        value = DECODER.decode(raw.decode("utf-8"))
    except RecursionError:
        raise _bad(f"nest at most {DEEPEST} deep") from None
    except UnicodeDecodeError:
        raise _bad("write it in UTF-8") from None
    except json.JSONDecodeError:
        raise _bad("write valid JSON") from None
    _check_inside(value)


def _check_inside(value: object) -> None:
    waiting = [(value, 1)]
    while waiting:
        part, depth = waiting.pop()
        if depth > DEEPEST:
            raise _bad(f"nest at most {DEEPEST} deep")
        if isinstance(part, str):
            _check_text(part)
        elif isinstance(part, list):
            waiting.extend((item, depth + 1) for item in part)
        elif isinstance(part, dict):
            for key, item in part.items():
                _check_text(key)
                waiting.append((item, depth + 1))


def _check_text(text: str) -> None:
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise _bad("leave out lone surrogates")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    whole = dict(pairs)
    if len(whole) != len(pairs):
        raise _bad("write each key once")
    return whole


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > LONGEST_NUMBER:
        raise _bad(f"write integers of at most {LONGEST_NUMBER} digits")
    return int(digits)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _bad("write finite numbers")
    return value


def _constant(_name: str) -> NoReturn:
    raise _bad("write finite numbers")


def _bad(mend: str) -> InvalidInput:
    return InvalidInput(f"body: {mend}", code="invalid_json")


DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_integer, parse_float=_number, parse_constant=_constant
)
