"""A JSON scanner that records the offset of every value and recovers from faults.

It continues after a fault wherever the rest can still be understood, so that one reading finds all
faults, and it is bounded: depth, number of values and length of numbers have limits. Each step of
valid JSON is one match of a pattern; possessive patterns read a text once, without backtracking.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn, TypeVar

from pydantic import JsonValue

from soulscript.errors import Path


class Fault(NamedTuple):
    """A fault of the text; ``offset`` is in characters from 0, ``shown`` fills the row's ``{}``."""

    code: str
    offset: int
    path: Path
    shown: str = ""

    @property
    def tolerable(self) -> bool:
        """Whether tolerant reading accepts it, because the meaning is clear."""
        return self.code in TOLERABLE

    @property
    def rule(self) -> str:
        """The dialect rule that covers it; empty if none does."""
        return "D1" if self.tolerable else "D5" if self.code == "not_a_number" else ""

    @property
    def message(self) -> str:
        """What is wrong, in words."""
        return FAULTS[self.code][0].replace("{}", self.shown)

    @property
    def mend(self) -> str:
        """What to do about it."""
        return FAULTS[self.code][1].replace("{}", self.shown)


TOLERABLE = frozenset({"bom", "comment", "trailing_comma"})

FAULTS = {
    "after_end": ("something stands after the end of the document", "take it away"),
    "bad_escape": ("{} is no escape of JSON", "write \\\\ for a backslash, \\u00e9 for a code"),
    "bad_literal": ("{} is no word of JSON", "write true, false or null"),
    "bad_number": ("this is not how JSON writes a number", "write it like 0.5 or -12"),
    "bare_key": ("the key {} has no quotes", 'put it in "…"'),
    "bare_word": ("a text has no quotes", 'put it in "…"'),
    "bom": ("a byte order mark stands before the text", "save the file without one"),
    "comment": ("JSON has no comments", "take it away"),
    "control_character": ("a text holds the control character U+{}", "write it as \\u{}"),
    "duplicate_key": ("{} stands in this object twice", "keep one of them"),
    "empty": ("there is nothing to read", "write a document, { … }"),
    "missing_colon": ("no colon follows {}", "write : between key and value"),
    "missing_comma": ("no comma follows this", "write , between two items"),
    "not_a_number": ("NaN and Infinity are no numbers of JSON", "write a number"),
    "nul": ("a NUL character stands here", "take it away"),
    "number_too_large": ("the number is too large to hold", "write a smaller one"),
    "single_quotes": ("a text stands in single quotes", 'write "…"'),
    "surrogate": ("half a character stands here (a lone surrogate)", "write the whole character"),
    "too_deep": ("brackets are nested deeper than {} levels", "nest less"),
    "too_many": ("there are more than {}", "leave some out"),
    "trailing_comma": ("a comma stands before the closing bracket", "take it away"),
    "unclosed_bracket": ("the {} that opens here is never closed", "close it"),
    "unclosed_comment": ("the comment that opens here is never closed", "write */"),
    "unclosed_string": (
        "the text that opens here does not end on its line",
        'close it with "; a line break within a text is \\n',
    ),
    "unexpected": ("{} cannot stand here", "take it away, or look for what is missing before it"),
    "wrong_quotes": ("{} is no quotation mark of JSON", 'write "'),
}


T = TypeVar("T")


def in_order(text: str, marks: Iterable[tuple[int, T]]) -> Iterator[tuple[T, tuple[int, int]]]:
    """Yield the items of ``marks`` (offset in characters from 0, item) in the order of the text.

    Each comes with its line and column, both from 1. Items of one offset keep their order.
    """
    line, start, previous = 1, 0, 0
    for offset, item in sorted(marks, key=lambda mark: mark[0]):
        line += text.count("\n", previous, offset)
        start = max(start, text.rfind("\n", previous, offset) + 1)
        previous = offset
        yield item, (line, offset - start + 1)


_SPACE = r"[ \t\n\r]*+"
_CHARACTER = r'[^"\\\x00-\x1f\ud800-\udfff]'
_ESCAPE = (
    r'\\["\\/bfnrt]|\\u(?!0000|[dD][89a-fA-F])[0-9a-fA-F]{4}'
    r"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
BLANK = re.compile(_SPACE)
HASH_LINE = re.compile(r"#[^\n]*")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
# Before the first member of an object or list, and before each later one; the group is empty before
# a member, else the closing bracket.
FIRST = re.compile(rf"{_SPACE}(?:(?=[^\]}},:/])|([\]}}]))")
NEXT = re.compile(rf"{_SPACE}(?:,{_SPACE}(?=[^\]}},:/])|([\]}}]))")
KEY = re.compile(rf'"({_CHARACTER}*+)"{_SPACE}:{_SPACE}')
PLAIN = re.compile(f'"({_CHARACTER}*+)"')
SOUND = re.compile(f"(?:{_CHARACTER}++|{_ESCAPE})*+")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<real>(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")
NUMBERLIKE = re.compile(r"[\w.+-]*")
WORD = re.compile(r"(?:[^\W\d]|\$)[\w$]*")
BARE = re.compile(r'[^,\]}\n\r"]*')
SINGLE = re.compile(r"'((?:[^'\\\n]++|\\.)*+)'")
CODE = re.compile(r"\\u([0-9a-fA-F]{4})")
LONE_SURROGATE = re.compile(
    r"\\u[dD][89abAB](?!..\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]"
)
LITERALS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
OTHER_LITERALS = frozenset({"True", "False", "None", "undefined"})
NO_NUMBERS = frozenset({"NaN", "Infinity"})
QUOTES = "“”„‟«»‘’`"


def past(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Return the end of a pattern that always matches, possibly an empty text."""
    match = pattern.match(text, at)
    return at if match is None else match.end()


def unescaped(sound: str) -> str:
    """Resolve escapes; a surrogate pair becomes one character."""
    text: str = json.loads(f'"{sound}"') if "\\" in sound else sound
    return text


def quoted(key: str) -> str:
    """Return a key, or its first 40 characters, in quotes."""
    return f'"{key[:40]}"'


MAX_DEPTH = 64  # brackets within brackets; souls need about 6
MAX_VALUES = 500_000  # in one text; a soul keeps the original and the memories of a book
MAX_KNOWN_VALUES = 20_000  # values of one text outside of its top-level extensions
MAX_NUMBER_CHARS = 64  # characters of one number
MAX_FAULTS = 1_000  # comments included; the scanner stops there


class Offsets(NamedTuple):
    """Offsets, in characters from 0, of a value and of its key (in a list, of the value)."""

    value: int
    key: int


@dataclass(frozen=True, slots=True)
class Scan:
    """The result of a scan: the value, the offsets of its parts, the faults.

    ``broken`` holds the paths of values that could not be read, each with its fault listed.
    ``whole`` is false if the scanner had to stop before the end.
    """

    value: JsonValue
    offsets: dict[Path, Offsets]
    faults: tuple[Fault, ...]
    broken: frozenset[Path]
    whole: bool


def scan(
    text: str,
    depth: int = MAX_DEPTH,
    count: int = MAX_VALUES,
    wanted: AbstractSet[Path] | None = None,
) -> Scan:
    """Read a JSON text of any content, without raising.

    ``depth`` and ``count`` are the maximal levels and values. ``wanted`` limits the offsets to
    some paths, which saves much memory for a large text; faults always have theirs.
    """
    scanner = _Scanner(text, depth, count, wanted)
    value: JsonValue = None
    whole = True
    try:
        value = scanner.document()
    except _Stop:
        whole = False
    faults, broken = tuple(scanner.faults), frozenset(scanner.broken)
    return Scan(value, scanner.offsets, faults, broken, whole)


class _Stop(Exception):
    """The rest of the text cannot be understood; the fault has been reported."""


@dataclass(slots=True)
class _Scanner:
    text: str
    depth: int
    count: int
    wanted: AbstractSet[Path] | None
    at: int = 0
    counted: int = 0
    path: list[str | int] = field(default_factory=list)
    offsets: dict[Path, Offsets] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)

    def note(self, code: str, offset: int, shown: str = "") -> None:
        self.faults.append(Fault(code, offset, tuple(self.path), shown))
        if len(self.faults) == MAX_FAULTS:
            self.faults.append(Fault("too_many", offset, tuple(self.path), f"{MAX_FAULTS} faults"))
            raise _Stop

    def stop(self, code: str, offset: int, shown: str = "") -> NoReturn:
        self.note(code, offset, shown)
        raise _Stop

    def next(self) -> str:
        """Return the next character; an empty text at the end."""
        return self.text[self.at : self.at + 1]

    # -- structure -----------------------------------------------------------------------------

    def document(self) -> JsonValue:
        if self.next() == "\ufeff":
            self.note("bom", 0)
            self.at = 1
        self.hash_lines()
        self.blank()
        if not self.next():
            self.stop("empty", self.at)
        value = self.value(self.at)
        self.blank()
        if self.next():
            self.note("after_end", self.at)
        return value

    def hash_lines(self) -> None:
        self.at = past(BLANK, self.text, self.at)
        while self.next() == "#":
            self.note("comment", self.at)
            self.at = past(BLANK, self.text, past(HASH_LINE, self.text, self.at))

    def blank(self) -> None:
        """Skip white space and comments."""
        self.at = past(BLANK, self.text, self.at)
        while comment := COMMENT.match(self.text, self.at):
            self.note("comment", self.at)
            self.at = past(BLANK, self.text, comment.end())
        if self.text.startswith("/*", self.at):
            self.stop("unclosed_comment", self.at)

    def value(self, key: int) -> JsonValue:
        start = self.at
        if self.wanted is None or (self.wanted and tuple(self.path) in self.wanted):
            self.offsets[tuple(self.path)] = Offsets(start, key)
        self.counted += 1
        if self.counted > self.count:
            self.stop("too_many", start, f"{self.count} values")
        first = self.next()
        if first in _QUOTED:
            return _QUOTED[first](self)
        if first in ("{", "["):
            if len(self.path) >= self.depth:
                self.stop("too_deep", start, str(self.depth))
            return self.mapping() if first == "{" else self.sequence()
        if first and first in "-+.0123456789":
            return self.number()
        return self.word()

    def mapping(self) -> dict[str, JsonValue]:
        opened = self.at
        result: dict[str, JsonValue] = {}
        while self.another(opened, "}", first=not result):
            start = self.at
            usual = KEY.match(self.text, start)
            key = usual[1] if usual else self.key()
            self.path.append(key)
            if key in result:
                self.note("duplicate_key", start, quoted(key))
            if usual:
                self.at = usual.end()
            else:
                self.colon(key)
            if self.next() == "/":
                self.blank()
            result[key] = self.value(start)
            self.path.pop()
        return result

    def sequence(self) -> list[JsonValue]:
        opened = self.at
        result: list[JsonValue] = []
        while self.another(opened, "]", first=not result):
            self.path.append(len(result))
            result.append(self.value(self.at))
            self.path.pop()
        return result

    def another(self, opened: int, close: str, *, first: bool) -> bool:
        """Advance to the next member, or past the bracket; return whether there is a member."""
        if first:
            self.at = opened + 1
        usual = (FIRST if first else NEXT).match(self.text, self.at)
        if usual is None or usual[1] not in (None, close):
            return self.search(opened, close, first=first)
        self.at = usual.end()
        return usual[1] is None

    def search(self, opened: int, close: str, *, first: bool) -> bool:
        """Do the same as ``another``, past comments and faults."""
        end = self.at
        self.blank()
        comma = self.at
        with_comma = self.next() == ","
        if with_comma:
            self.at += 1
            self.blank()
        char = self.next()
        if with_comma and (first or char == close):
            self.note("unexpected" if first else "trailing_comma", comma, "a comma")
        if char == close:
            self.at += 1
            return False
        if not char:
            self.stop("unclosed_bracket", opened, self.text[opened])
        if char in "}],:":
            self.stop("unexpected", self.at, char)
        if not (first or with_comma):
            self.note("missing_comma", end)
        return True

    def key(self) -> str:
        start = self.at
        if self.next() in _QUOTED:
            return _QUOTED[self.next()](self)
        word = WORD.match(self.text, start)
        if word is None:
            self.unexpected()
        self.at = word.end()
        self.note("bare_key", start, quoted(word[0]))
        return word[0]

    def colon(self, key: str) -> None:
        self.blank()
        if self.next() != ":":
            self.stop("missing_colon", self.at, quoted(key))
        self.at += 1
        self.blank()

    # -- single values -------------------------------------------------------------------------

    def string(self) -> str:
        opened = self.at
        if usual := PLAIN.match(self.text, opened):
            self.at = usual.end()
            return usual[1]
        self.at += 1
        pieces: list[str] = []
        while True:
            end = past(SOUND, self.text, self.at)
            pieces.append(unescaped(self.text[self.at : end]))
            self.at = end
            char = self.next()
            if char == '"':
                self.at += 1
                return "".join(pieces)
            if char in ("", "\n", "\r"):
                self.stop("unclosed_string", opened)
            pieces.append(self.refuse(char))

    def refuse(self, char: str) -> str:
        """Report a character or an escape that no string may hold, and skip it.

        Returns what stands for it: U+FFFD for a lone surrogate, else an empty text.
        """
        start = self.at
        code = CODE.match(self.text, start)
        self.at = code.end() if code else start + 1
        if int(code[1], 16) if code else char >= " " and char != "\\":
            self.note("surrogate", start)
            return "\ufffd"
        if code or char == "\0":
            self.note("nul", start)
        elif char == "\\":
            self.note("bad_escape", start, "a backslash before " + (self.next() or "nothing"))
        else:
            self.note("control_character", start, f"{ord(char):04x}")
        return ""

    def single(self) -> str:
        found = SINGLE.match(self.text, self.at)
        if found is None:
            self.stop("unclosed_string", self.at)
        self.note("single_quotes", self.at)
        self.at = found.end()
        return found[1]

    def number(self) -> JsonValue:
        start = self.at
        self.at = past(NUMBERLIKE, self.text, start)
        written = self.text[start : self.at]
        exact = NUMBER.fullmatch(written)
        if exact is None:
            no_number = written.lstrip("+-") in NO_NUMBERS
            self.lost("not_a_number" if no_number else "bad_number", start)
            return None
        if len(written) <= MAX_NUMBER_CHARS:
            number = float(written) if exact["real"] else int(written)
            if math.isfinite(number):
                return number
        self.lost("number_too_large", start)
        return None

    def word(self) -> JsonValue:
        start = self.at
        found = WORD.match(self.text, start)
        if found is None:
            self.unexpected()
        self.at = found.end()
        if found[0] in LITERALS:
            return LITERALS[found[0]]
        if found[0] in NO_NUMBERS:
            self.lost("not_a_number", start)
        elif found[0] in OTHER_LITERALS:
            self.lost("bad_literal", start, found[0])
        else:
            self.at = past(BARE, self.text, start)
            self.lost("bare_word", start)
        return None

    def lost(self, code: str, start: int, shown: str = "") -> None:
        """Report a value that cannot be read."""
        self.broken.add(tuple(self.path))
        self.note(code, start, shown)

    def unexpected(self) -> NoReturn:
        char = self.next()
        if not char:
            self.stop("unexpected", self.at, "the end of the text")
        if char == "\0":
            self.stop("nul", self.at)
        if char in QUOTES:
            self.stop("wrong_quotes", self.at, char)
        shown = char if char.isprintable() else f"U+{ord(char):04X}"
        self.stop("unexpected", self.at, shown)


_QUOTED: dict[str, Callable[[_Scanner], str]] = {'"': _Scanner.string, "'": _Scanner.single}
