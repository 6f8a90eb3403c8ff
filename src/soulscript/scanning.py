"""A small JSON scanner that knows where everything stands.

It goes on after a fault wherever the rest can still be understood, so that one reading finds all
faults, and it is bounded: depth, number of values and length of numbers have limits.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

from pydantic import JsonValue

from soulscript.errors import Path
from soulscript.faults import Fault

DEPTH = 64  # brackets within brackets; souls need about 6
COUNT = 50_000  # values in one text; the richest soul seen has under 1,000
DIGITS = 64  # characters of one number
FAULTS = 1_000  # comments and the like included; nobody would read on

_BLANK = re.compile(r"[ \t\n\r]*")
_HASH_LINE = re.compile(r"#[^\n]*")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_PLAIN = re.compile(r'[^"\\\x00-\x1f\ud800-\udfff]*')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<real>(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")
_NUMBERLIKE = re.compile(r"[\w.+-]*")
_WORD = re.compile(r"(?:[^\W\d]|\$)[\w$]*")
_BARE = re.compile(r'[^,\]}\n\r"]*')
_SINGLE = re.compile(r"'((?:[^'\\\n]|\\.)*)'")
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LITERALS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_OTHER_LITERALS = frozenset({"True", "False", "None", "undefined"})
_NO_NUMBERS = frozenset({"NaN", "Infinity"})
_QUOTES = "“”„‟«»‘’`"


class Standing(NamedTuple):
    """Offsets, in characters from 0, of a value and of its key (in a list, of the value)."""

    value: int
    key: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What was read: the value, where each part of it stands, what was wrong.

    A value at a path in ``broken`` stands for one that could not be read; its fault is listed.
    ``whole`` is false where the scanner had to stop before the end.
    """

    value: JsonValue
    standings: dict[Path, Standing]
    faults: tuple[Fault, ...]
    broken: frozenset[Path]
    whole: bool


def scan(text: str, depth: int = DEPTH) -> Scan:
    """Read a JSON text; never raises, whatever it holds."""
    scanner = _Scanner(text, depth)
    value: JsonValue = None
    whole = True
    try:
        value = scanner.document()
    except _Stop:
        whole = False
    return Scan(
        value,
        scanner.standings,
        tuple(scanner.faults),
        frozenset(scanner.broken),
        whole,
    )


class _Stop(Exception):
    """The rest of the text cannot be understood; the fault has been noted."""


@dataclass(slots=True)
class _Scanner:
    text: str
    depth: int
    at: int = 0
    count: int = 0
    standings: dict[Path, Standing] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)

    def note(self, code: str, offset: int, path: Path, shown: str = "") -> None:
        self.faults.append(Fault(code, offset, path, shown))
        if len(self.faults) == FAULTS:
            self.faults.append(Fault("too_many", offset, path, f"{FAULTS} faults"))
            raise _Stop

    def stop(self, code: str, offset: int, path: Path, shown: str = "") -> NoReturn:
        self.note(code, offset, path, shown)
        raise _Stop

    def next(self) -> str:
        """Give the character at hand; nothing at the end of the text."""
        return self.text[self.at : self.at + 1]

    # -- structure -----------------------------------------------------------------------------

    def document(self) -> JsonValue:
        if self.next() == "\ufeff":
            self.note("bom", 0, ())
            self.at = 1
        self.hash_lines()
        self.blank(())
        if not self.next():
            self.stop("empty", self.at, ())
        value = self.value((), self.at)
        self.blank(())
        if self.next():
            self.note("after_end", self.at, ())
        return value

    def hash_lines(self) -> None:
        self.at = _end(_BLANK, self.text, self.at)
        while self.next() == "#":
            self.note("comment", self.at, ())
            self.at = _end(_BLANK, self.text, _end(_HASH_LINE, self.text, self.at))

    def blank(self, path: Path) -> None:
        """Skip white space and comments."""
        self.at = _end(_BLANK, self.text, self.at)
        while comment := _COMMENT.match(self.text, self.at):
            self.note("comment", self.at, path)
            self.at = _end(_BLANK, self.text, comment.end())
        if self.text.startswith("/*", self.at):
            self.stop("unclosed_comment", self.at, path)

    def value(self, path: Path, key: int) -> JsonValue:
        start = self.at
        self.standings[path] = Standing(start, key)
        self.count += 1
        if self.count > COUNT:
            self.stop("too_many", start, path, f"{COUNT} values")
        first = self.next()
        if first in ("{", "["):
            if len(path) >= self.depth:
                self.stop("too_deep", start, path, str(self.depth))
            return self.mapping(path) if first == "{" else self.sequence(path)
        if first in _QUOTED:
            return _QUOTED[first](self, path)
        if first and first in "-+.0123456789":
            return self.number(path)
        return self.word(path)

    def mapping(self, path: Path) -> dict[str, JsonValue]:
        opened = self.at
        result: dict[str, JsonValue] = {}
        while self.another(path, opened, "}", first=not result):
            start = self.at
            key = self.key(path)
            place = (*path, key)
            if key in result:
                self.note("duplicate_key", start, place, _shown(key))
            self.blank(place)
            if self.next() != ":":
                self.stop("missing_colon", self.at, place, _shown(key))
            self.at += 1
            self.blank(place)
            result[key] = self.value(place, start)
        return result

    def sequence(self, path: Path) -> list[JsonValue]:
        opened = self.at
        result: list[JsonValue] = []
        while self.another(path, opened, "]", first=not result):
            result.append(self.value((*path, len(result)), self.at))
        return result

    def another(self, path: Path, opened: int, close: str, *, first: bool) -> bool:
        """Step to the next member and say whether there is one; if not, past the bracket."""
        if first:
            self.at = opened + 1
        end = self.at
        self.blank(path)
        comma = self.at
        with_comma = self.next() == ","
        if with_comma:
            self.at += 1
            self.blank(path)
        found = self.next()
        if with_comma and (first or found == close):
            self.note("unexpected" if first else "trailing_comma", comma, path, "a comma")
        if found == close:
            self.at += 1
            return False
        if not found:
            self.stop("unclosed_bracket", opened, path, self.text[opened])
        if found in "}],:":
            self.stop("unexpected", self.at, path, found)
        if not (first or with_comma):
            self.note("missing_comma", end, path)
        return True

    def key(self, path: Path) -> str:
        start = self.at
        if self.next() in _QUOTED:
            return _QUOTED[self.next()](self, path)
        word = _WORD.match(self.text, start)
        if word is None:
            self.unexpected(path)
        self.at = word.end()
        self.note("bare_key", start, path, _shown(word[0]))
        return word[0]

    # -- single values -------------------------------------------------------------------------

    def string(self, path: Path) -> str:
        opened = self.at
        self.at += 1
        pieces: list[str] = []
        while True:
            end = _end(_PLAIN, self.text, self.at)
            pieces.append(self.text[self.at : end])
            self.at = end
            found = self.next()
            if found == '"':
                self.at += 1
                return "".join(pieces)
            if found in ("", "\n", "\r"):
                self.stop("unclosed_string", opened, path)
            if found == "\\":
                pieces.append(self.escape(path))
            else:
                self.refuse(found, path)
                self.at += 1

    def refuse(self, found: str, path: Path) -> None:
        """Note a character that no text may hold as it is."""
        if found == "\0":
            self.note("nul", self.at, path)
        elif found < " ":
            self.note("control_character", self.at, path, f"{ord(found):04x}")
        else:
            self.note("surrogate", self.at, path)

    def escape(self, path: Path) -> str:
        start = self.at
        letter = self.text[start + 1 : start + 2]
        if letter in _ESCAPES:
            self.at += 2
            return _ESCAPES[letter]
        code = self.unit(start)
        if code is None:
            self.at += 1
            self.note("bad_escape", start, path, "a backslash before " + (letter or "nothing"))
            return ""
        self.at += 6
        low = self.unit(self.at)
        if 0xD800 <= code < 0xDC00 and low is not None and 0xDC00 <= low < 0xE000:  # noqa: PLR2004 - the halves of UTF-16
            self.at += 6
            return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
        if code == 0 or 0xD800 <= code < 0xE000:  # noqa: PLR2004 - as above
            self.note("surrogate" if code else "nul", start, path)
            return ""
        return chr(code)

    def unit(self, at: int) -> int | None:
        """Read an escaped code unit of four digits, if one stands there."""
        digits = _HEX.match(self.text, at + 2) if self.text.startswith("\\u", at) else None
        return int(digits[0], 16) if digits else None

    def single(self, path: Path) -> str:
        found = _SINGLE.match(self.text, self.at)
        if found is None:
            self.stop("unclosed_string", self.at, path)
        self.note("single_quotes", self.at, path)
        self.at = found.end()
        return found[1]

    def number(self, path: Path) -> JsonValue:
        start = self.at
        self.at = _end(_NUMBERLIKE, self.text, start)
        written = self.text[start : self.at]
        exact = _NUMBER.fullmatch(written)
        if exact is None:
            no_number = written.lstrip("+-") in _NO_NUMBERS
            self.lost("not_a_number" if no_number else "bad_number", start, path)
            return None
        if len(written) <= DIGITS:
            number = float(written) if exact["real"] else int(written)
            if math.isfinite(number):
                return number
        self.lost("number_too_large", start, path)
        return None

    def word(self, path: Path) -> JsonValue:
        start = self.at
        found = _WORD.match(self.text, start)
        if found is None:
            self.unexpected(path)
        self.at = found.end()
        if found[0] in _LITERALS:
            return _LITERALS[found[0]]
        if found[0] in _NO_NUMBERS:
            self.lost("not_a_number", start, path)
        elif found[0] in _OTHER_LITERALS:
            self.lost("bad_literal", start, path, found[0])
        else:
            self.at = _end(_BARE, self.text, start)
            self.lost("bare_word", start, path)
        return None

    def lost(self, code: str, start: int, path: Path, shown: str = "") -> None:
        """Note a value that cannot be read."""
        self.broken.add(path)
        self.note(code, start, path, shown)

    def unexpected(self, path: Path) -> NoReturn:
        found = self.next()
        if not found:
            self.stop("unexpected", self.at, path, "the end of the text")
        if found == "\0":
            self.stop("nul", self.at, path)
        if found in _QUOTES:
            self.stop("wrong_quotes", self.at, path, found)
        shown = found if found.isprintable() else f"U+{ord(found):04X}"
        self.stop("unexpected", self.at, path, shown)


_QUOTED: dict[str, Callable[[_Scanner, Path], str]] = {
    '"': _Scanner.string,
    "'": _Scanner.single,
}


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Say where a pattern that always matches, if only nothing, ends."""
    found = pattern.match(text, at)
    return at if found is None else found.end()


def _shown(key: str) -> str:
    return f'"{key[:40]}"'
