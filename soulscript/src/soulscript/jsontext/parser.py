"""JSON of any origin as a plain value, within limits; and strict JSON.

The standard library reads exact JSON fast. After any irregularity (a comment, a fault, a limit that
may be exceeded) the scanner reads the text again, tolerantly and with the place of every fault.
Both give the same value where both can read a text. Strict JSON (RFC 8259, RFC 7493) refuses what
two readers could understand differently.
"""

import codecs
import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NoReturn

from pydantic import JsonValue

from soulscript.errors import (
    MAX_PROBLEMS,
    NotJsonError,
    Path,
    Problem,
    more_problems,
    spell,
    whole_text,
)
from soulscript.jsontext.scanner import (
    LONE_SURROGATE,
    MAX_DEPTH,
    MAX_NUMBER_CHARS,
    MAX_VALUES,
    Fault,
    Offsets,
    Scan,
    in_order,
    scan,
)

MAX_FOREIGN_BYTES = 16 << 20  # of a document of unknown origin; world books of 4 MB exist
MAX_FOREIGN_VALUES = 200_000
_MAX_INDEXED_CHARS = 65_536  # a scanned text up to this keeps all offsets
_RESERVED_LEVELS = 4  # levels for the soul that will hold a foreign document
_REPLACED = frozenset({"surrogate"})  # faults that leave U+FFFD in a foreign text
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

JsonObject = dict[str, JsonValue]


def as_object(value: JsonValue) -> JsonObject:
    """Return an object unchanged, an empty one for any other value."""
    return value if isinstance(value, dict) else {}


@dataclass
class Parsed:
    """The result of reading a text; the scanner runs only on demand.

    ``value`` is None and ``whole`` false where the text could not be read to its end.
    """

    text: str
    depth: int = MAX_DEPTH
    count: int = MAX_VALUES

    def __post_init__(self) -> None:
        try:
            self.value, self.clean = _plain(self.text, self.depth, self.count), True
        except (ValueError, RecursionError):
            self.clean = False
            self.value = self.scanned.value

    @cached_property
    def scanned(self) -> Scan:
        """The scanner's result; offsets are kept for short texts only."""
        wanted = None if len(self.text) <= _MAX_INDEXED_CHARS else frozenset[Path]()
        return scan(self.text, self.depth, self.count, wanted)

    def offsets(self, paths: Iterable[Path]) -> Mapping[Path, Offsets]:
        """Return the offsets of the values at the paths, and of the values around them."""
        if len(self.text) <= _MAX_INDEXED_CHARS:
            return self.scanned.offsets
        wanted = {path[:length] for path in paths for length in range(len(path) + 1)}
        return scan(self.text, self.depth, self.count, wanted).offsets

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults of the text, in the order in which they were found."""
        return () if self.clean else self.scanned.faults

    @property
    def broken(self) -> frozenset[Path]:
        """The paths of values that could not be read."""
        return frozenset() if self.clean else self.scanned.broken

    @property
    def whole(self) -> bool:
        """Whether the text was read to its end."""
        return self.clean or self.scanned.whole


def parse(
    text: str | bytes,
    *,
    source: str = "<text>",
    most_bytes: int = MAX_FOREIGN_BYTES,
    most_values: int = MAX_FOREIGN_VALUES,
) -> JsonValue:
    """Read JSON tolerantly: a byte order mark, leading # lines, comments and trailing commas pass.

    Half a character (a lone surrogate) becomes U+FFFD. Bytes are UTF-8, or UTF-16 with its mark.
    Raises ``NotJsonError`` with all that is wrong and where: what is no JSON, NaN and infinity,
    numbers too large to hold, NUL, a key that stands twice in an object; more than ``most_bytes``,
    ``most_values`` or 60 levels. The values are counted before any is made.
    """
    limits = (most_bytes, most_values)
    return parse_noting(text, source=source, limits=limits)[0]


def parse_noting(
    text: str | bytes,
    *,
    source: str = "<text>",
    limits: tuple[int, int] = (MAX_FOREIGN_BYTES, MAX_FOREIGN_VALUES),
) -> tuple[JsonValue, tuple[Problem, ...]]:
    """Read JSON as ``parse`` does; also return a warning for each character that was replaced.

    ``limits`` are those of bytes and of values. Raises what ``parse`` does.
    """
    most_bytes, most_values = limits
    parsed = Parsed(decoded(text, source, most_bytes), MAX_DEPTH - _RESERVED_LEVELS, most_values)
    faults = [fault for fault in parsed.faults if not fault.tolerable]
    if any(fault.code not in _REPLACED for fault in faults):
        raise NotJsonError(_problems(parsed.text, faults, source))
    problems = _problems(parsed.text, faults, source)
    return parsed.value, tuple(replace(problem, severity="warning") for problem in problems)


def decoded(text: str | bytes, source: str, most_bytes: int) -> str:
    """Return a text within the limit of size; raises ``NotJsonError`` for what is not UTF-8.

    Bytes that begin with the mark of UTF-16 are read as such.
    """
    size = len(text)
    if isinstance(text, str) and size <= most_bytes < 4 * size:  # a character has up to 4 bytes
        size = len(text.encode("utf-8", "surrogatepass"))
    if size > most_bytes:
        message = f"the text is longer than {most_bytes} bytes"
        raise NotJsonError([whole_text("too_large", message, "shorten it", source)])
    if isinstance(text, str):
        return text
    if is_utf16(text):
        try:
            return text.decode("utf-16")
        except UnicodeDecodeError as error:
            message, mend = "this begins like UTF-16 but is not", "save the file as UTF-8"
            raise NotJsonError([whole_text("not_utf8", message, mend, source)]) from error
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        before = text[: error.start].decode()
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message, mend = "this is not UTF-8", "save the file as UTF-8"
        problem = Problem("not_utf8", "error", "$", line, column, message, mend, source)
        raise NotJsonError([problem]) from error


def is_utf16(raw: bytes) -> bool:
    """Return whether bytes begin with the mark of UTF-16."""
    return raw.startswith(_UTF16_MARKS)


def _problems(text: str, faults: Sequence[Fault], source: str) -> Iterator[Problem]:
    for fault, (line, column) in in_order(
        text, ((fault.offset, fault) for fault in faults[:MAX_PROBLEMS])
    ):
        path = spell(fault.path)
        words = (fault.message, fault.mend, source, fault.rule)
        yield Problem(fault.code, "error", path, line, column, *words)
    if len(faults) > MAX_PROBLEMS:
        yield more_problems(source)


def size(value: JsonValue) -> int:
    """Count the values of a document, itself among them."""
    return sum(map(len, _levels(value)))


def fits(value: JsonValue, depth: int = MAX_DEPTH, count: int = MAX_VALUES) -> bool:
    """Return whether a document holds no more levels and values than that."""
    for deep, level in enumerate(_levels(value)):
        count -= len(level)
        if count < 0 or (deep >= depth and any(isinstance(item, list | dict) for item in level)):
            return False
    return True


def _levels(value: JsonValue) -> Iterator[list[JsonValue]]:
    """Iterate over a document level by level, itself first."""
    level = [value]
    while level:
        yield level
        lists = [inner for inner in level if isinstance(inner, list)]
        objects = [inner for inner in level if isinstance(inner, dict)]
        level = [item for inner in lists for item in inner]
        level += [item for inner in objects for item in inner.values()]


# -- the standard library's reader -----------------------------------------------------------------


def _plain(text: str, depth: int, count: int) -> JsonValue:
    """Read exact JSON; raise ``ValueError`` or ``RecursionError`` for any other text.

    It also raises for some valid texts, which the scanner then decides.
    """
    brackets = text.count("[") + text.count("{")
    # Each value but the first follows an opening bracket or a comma; an empty pair holds none.
    if brackets - text.count("[]") - text.count("{}") + text.count(",") >= count:
        raise ValueError
    text.encode()  # raises for a lone surrogate
    if "\\u" in text and ("\\u0000" in text or _may_hold_lone_surrogate(text)):
        raise ValueError
    # One digit less than the scanner allows, which counts the sign.
    value: JsonValue = strict_decoder(MAX_NUMBER_CHARS - 1, MAX_NUMBER_CHARS).decode(text)
    if brackets > depth and not fits(value, depth, count):
        raise ValueError
    return value


def _may_hold_lone_surrogate(text: str) -> bool:
    # After an escaped backslash the pattern cannot tell which "\u" is an escape.
    return "\\\\u" in text or LONE_SURROGATE.search(text) is not None


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
