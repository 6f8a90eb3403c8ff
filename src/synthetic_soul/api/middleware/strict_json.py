"""A request's JSON, read strictly: what two readers could understand differently is refused."""

from typing import Final

from soulscript.jsontext import StrictJsonError, strict_json
from synthetic_soul.errors import InvalidInput

MAX_DEPTH: Final = 32
MAX_DIGITS: Final = 300  # of an integer; Python itself refuses 4,300
_HINTS: Final = {
    "duplicate_key": "write each key once",
    "integer_too_long": f"write integers of at most {MAX_DIGITS} digits",
    "not_finite": "write finite numbers",
    "not_json": "write valid JSON",
    "not_utf8": "write it in UTF-8",
    "surrogate": "leave out lone surrogates",
    "too_deep": f"nest at most {MAX_DEPTH} deep",
}


def check_json(raw: bytes) -> None:
    """Raise ``InvalidInput`` for what is not strict JSON; it repeats nothing of the text."""
    try:
        strict_json(raw, max_depth=MAX_DEPTH, max_digits=MAX_DIGITS)
    except StrictJsonError as error:
        raise InvalidInput(f"body: {_HINTS[error.code]}", code="invalid_json") from None
