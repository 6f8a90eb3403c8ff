r"""Regular expressions of JavaScript, run with those of the ``regex`` library.

The two differ in many small things: what ``.``, ``$``, ``\d``, ``\w`` and ``\b`` stand for,
empty classes, references to groups that did not take part, letters that mean something after a
backslash here and nothing there. A pattern is taken apart and written anew, so that nothing of the
syntax of Python, such as verbs or fuzzy matches, is ever reached from outside.
"""

import re
from importlib import import_module
from typing import Final, NoReturn, Protocol

MAX_PATTERN_CHARS: Final = 20_000
_MAX_GROUP_DEPTH: Final = 60
_MAX_REPEATS: Final = 10_000
_LAST_POINT: Final = 0x10FFFF
_DELIMITED: Final = re.compile(r"/([\s\S]+?)/([gimsuy]*)")
_LONE_SLASH: Final = re.compile(r"(?:\A|[^\\])/")

_ENDS_LINE: Final = r"\n\r\u2028\u2029"
_SPACE: Final = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_NO_SPACE: Final = (
    r"\x00-\x08\x0e-\x1f!-\x9f\xa1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e"
    r"\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\uff00-\U0010ffff"
)
_WORD: Final = "A-Za-z0-9_"
_NO_WORD: Final = r"\x00-/:-@\[-\^`{-\U0010ffff"
# Without the four letters that Python holds for another case of "i", "k" or "s".
_NO_WORD_OF_ANY_CASE: Final = r"\x00-/:-@\[-\^`{-\u012f\u0132-\u017e\u0180-\u2129\u212b-\U0010ffff"
_SYNTAX: Final = frozenset("^$\\.*+?()[]{}|/")
"""What may stand after a backslash, to stand for itself, with the flag ``u``."""
_SETS: Final = {
    "d": "0-9",
    "D": r"\x00-/:-\U0010ffff",
    "w": _WORD,
    "W": _NO_WORD,
    "s": _SPACE,
    "S": _NO_SPACE,
}
_IN: Final = f"[{_WORD}]"
_BOUNDARY: Final = f"(?:(?<={_IN})(?!{_IN})|(?<!{_IN})(?={_IN}))"
_NO_BOUNDARY: Final = f"(?:(?<={_IN})(?={_IN})|(?<!{_IN})(?!{_IN}))"
_CONTROLS: Final = {"0": "\0", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "f": "\f"}
_QUANTIFIER: Final = re.compile(r"[*+?]|\{(\d+)(?:(,)(\d*))?\}")
_GROUP: Final = re.compile(r"\(\?(?:([:=!]|<[=!])|<([A-Za-z_$][\w$]*)>)")
_PROPERTY: Final = re.compile(r"[pP]\{(?:[A-Za-z_]+=)?[A-Za-z0-9_]+\}")
_HEX: Final = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})")
_CODE_POINT: Final = re.compile(r"u\{([0-9A-Fa-f]{1,6})\}")


class Match(Protocol):
    """Where a pattern was found."""

    def start(self) -> int:
        """Return the index of its first character."""


class Pattern(Protocol):
    """A compiled pattern. ``timeout`` is in seconds; then ``TimeoutError`` is raised."""

    def search(self, text: str, *, timeout: float) -> Match | None:
        """Find the pattern anywhere in a text."""

    def match(self, text: str, *, timeout: float) -> Match | None:
        """Find the pattern at the start of a text."""


class PatternError(ValueError):
    """A pattern is no regular expression of JavaScript, or past a limit; says what is wrong."""


def split_delimited(key: str) -> tuple[str, str] | None:
    """Return pattern and flags of ``/pattern/flags``; None for any other text.

    A slash within the pattern has a backslash before it.
    """
    match = _DELIMITED.fullmatch(key)
    if match is None or _LONE_SLASH.search(match[1]):
        return None
    return match[1], match[2]


def compile_pattern(pattern: str, flags: str) -> Pattern:
    """Compile a pattern of JavaScript.

    The flags ``g`` and ``y`` change nothing here; whoever searches sees to ``y``. Raises
    ``PatternError``.
    """
    regex = import_module("regex")  # here, since most books have no patterns
    if len(pattern) > MAX_PATTERN_CHARS:
        message = f"the pattern has more than {MAX_PATTERN_CHARS} characters"
        raise PatternError(message)
    if len(set(flags)) < len(flags):
        message = f"the flags {flags!r} repeat one"
        raise PatternError(message)
    written = _Translation(pattern, flags).whole()
    options = regex.VERSION0 | (regex.IGNORECASE if "i" in flags else 0)
    try:
        # Its own cache would keep the names of persons who are in a pattern's macros.
        compiled: Pattern = regex.compile(written, options, cache_pattern=False)
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        message = f"it does not compile: {error}"
        raise PatternError(message) from error
    return compiled


class _Translation:
    """A pattern of JavaScript on its way to one of Python."""

    def __init__(self, pattern: str, flags: str) -> None:
        self._text = pattern
        self._at = 0
        self._unicode = "u" in flags
        self._lines = "m" in flags
        self._dot = r"[\s\S]" if "s" in flags else f"[^{_ENDS_LINE}]"
        self._sets = _SETS | ({"W": _NO_WORD_OF_ANY_CASE} if "i" in flags else {})
        self._names = re.findall(r"(?<!\\)\(\?<([A-Za-z_$][\w$]*)>", pattern)
        self._opened = 0  # capturing groups so far
        # The groups around: the number of each, 0 if it captures nothing, and if it can repeat.
        self._open: list[tuple[int, bool]] = []
        self._numbers: dict[str, int] = {}
        self._out: list[str] = []
        self._can_repeat = False

    def whole(self) -> str:
        """Return the whole pattern."""
        while self._at < len(self._text):
            self._one()
        if self._open:
            self._fail("a group is not closed")
        return "".join(self._out)

    def _fail(self, what: str) -> NoReturn:
        message = f"{what} at character {self._at + 1}"
        raise PatternError(message)

    def _put(self, written: str, length: int, *, can_repeat: bool = True) -> None:
        self._out.append(written)
        self._at += length
        self._can_repeat = can_repeat

    def _one(self) -> None:
        sign = self._text[self._at]
        quantifier = _QUANTIFIER.match(self._text, self._at)
        readers = {"\\": self._escape, "[": self._class, "(": self._group, ")": self._group_end}
        if quantifier:
            self._quantifier(quantifier)
        elif sign in readers:
            readers[sign]()
        elif sign == "|":
            self._put("|", 1, can_repeat=False)
        elif sign == ".":
            self._put(self._dot, 1)
        elif sign in "^$":
            self._put(self._anchor(sign), 1, can_repeat=False)
        elif sign in "{}]" and self._unicode:
            self._fail(f"a lone {sign}")
        else:
            self._put(_literal(sign), 1)

    def _group_end(self) -> None:
        if not self._open:
            self._fail("a closing bracket has no opening one")
        _, can_repeat = self._open.pop()
        self._put(")", 1, can_repeat=can_repeat)

    def _anchor(self, sign: str) -> str:
        if sign == "^":
            return rf"(?:\A|(?<=[{_ENDS_LINE}]))" if self._lines else r"\A"
        return rf"(?:\Z|(?=[{_ENDS_LINE}]))" if self._lines else r"\Z"

    def _quantifier(self, match: re.Match[str]) -> None:
        if not self._can_repeat:
            self._fail("nothing to repeat")
        if match[1]:
            low, high = int(match[1][:9]), int((match[3] or match[1])[:9])
            if max(low, high) > _MAX_REPEATS or high < low:
                self._fail("a count out of range")
        lazy = "?" if self._text.startswith("?", match.end()) else ""
        self._put(match[0] + lazy, len(match[0] + lazy), can_repeat=False)

    def _group(self) -> None:
        if len(self._open) >= _MAX_GROUP_DEPTH:
            self._fail("too many groups in one another")
        if not self._text.startswith("(?", self._at):
            self._opened += 1
            self._open.append((self._opened, True))
            self._put("(", 1, can_repeat=False)
            return
        match = _GROUP.match(self._text, self._at)
        if match is None:
            self._fail("an unknown kind of group")
        if match[2]:
            if match[2] in self._numbers:
                self._fail("two groups of one name")
            self._opened += 1
            self._numbers[match[2]] = self._opened
        looks = match[0] in {"(?<=", "(?<!"} or (self._unicode and match[0] in {"(?=", "(?!"})
        self._open.append((self._opened if match[2] else 0, not looks))
        self._put("(" if match[2] else match[0], len(match[0]), can_repeat=False)

    def _escape(self) -> None:
        rest = self._text[self._at + 1 : self._at + 2]
        if not rest:
            self._fail("a lone backslash")
        if rest in "bB":
            self._put(_BOUNDARY if rest == "b" else _NO_BOUNDARY, 2, can_repeat=False)
        elif rest in self._sets:
            self._put(f"[{self._sets[rest]}]", 2)
        elif rest == "k" and (self._names or self._unicode):
            self._named_reference()
        elif rest in "123456789":
            self._reference()
        elif (found := self._property()) is not None:
            self._put(f"\\{found}", 1 + len(found))
        else:
            sign, length = self._character()
            self._put(_literal(sign), length)

    def _property(self) -> str | None:
        """Return a property of Unicode at this place, which needs the flag ``u``."""
        match = _PROPERTY.match(self._text, self._at + 1) if self._unicode else None
        return match[0] if match else None

    def _named_reference(self) -> None:
        match = re.compile(r"\\k<([^>]*)>").match(self._text, self._at)
        if match is None or match[1] not in self._names:
            self._fail("a reference to no group")
        self._refer(self._numbers.get(match[1], self._opened + 1), len(match[0]))

    def _reference(self) -> None:
        match = re.compile(r"\\([0-9]{1,3})").match(self._text, self._at)
        digits = match[1] if match else ""
        groups = len(re.findall(r"(?<!\\)\((?!\?)|(?<!\\)\(\?<(?![=!])", self._text))
        while len(digits) > 1 and int(digits) > groups:
            digits = digits[:-1]
        if int(digits) <= groups:
            self._refer(int(digits), 1 + len(digits))
        elif self._unicode:
            self._fail("a reference to no group")
        elif digits in {"8", "9"}:
            self._put(digits, 2)
        else:
            self._put(_literal(chr(int(digits, 8))), 2)

    def _refer(self, number: int, length: int) -> None:
        """Refer to a group; one that took no part has matched the empty text."""
        if number > self._opened or any(number == around for around, _ in self._open):
            self._put("(?:)", length)
        else:
            self._put(f"(?:(?({number})\\{number}|))", length)

    def _character(self) -> tuple[str, int]:
        """Return the character that an escape stands for, and the length of the escape."""
        sign = self._text[self._at + 1]
        if sign in _CONTROLS:
            return _CONTROLS[sign], 2
        match = _HEX.match(self._text, self._at + 1)
        if match is None and self._unicode:
            match = _CODE_POINT.match(self._text, self._at + 1)
        if match:
            point = int(match[match.lastindex or 0], 16)
            if point > _LAST_POINT:
                self._fail("no character has that number")
            return chr(point), 1 + len(match[0])
        if sign == "c":
            control = self._text[self._at + 2 : self._at + 3]
            is_letter = control.isascii() and control.isalpha()
            return (chr(ord(control) % 32), 3) if is_letter else ("\\", 1)
        if self._unicode and sign not in _SYNTAX:
            self._fail("an unknown escape")
        return sign, 2

    # -- classes -------------------------------------------------------------------------------

    def _class(self) -> None:
        start = self._at
        is_negated = self._text.startswith("[^", start)
        self._at += 2 if is_negated else 1
        parts: list[str] = []
        while self._at < len(self._text) and self._text[self._at] != "]":
            parts.append(self._range())
        if self._at >= len(self._text):
            self._fail("a class is not closed")
        self._at += 1
        if parts:
            written = f"[{'^' if is_negated else ''}{''.join(parts)}]"
        else:
            written = r"[\s\S]" if is_negated else "(?!)"
        self._put(written, 0)

    def _range(self) -> str:
        """Return one character, set or range of a class."""
        first = self._member()
        following = self._text[self._at : self._at + 2]
        if not following.startswith("-") or following in {"-", "-]"}:
            return first if len(first) > 1 else _in_class(first)
        self._at += 1
        last = self._member()
        if len(first) > 1 or len(last) > 1:
            if self._unicode:
                self._fail("a range that ends in a set")
            return "".join(
                each if len(each) > 1 else _in_class(each) for each in (first, "-", last)
            )
        if last < first:
            self._fail("a range that is out of order")
        return f"{_in_class(first)}-{_in_class(last)}"

    def _member(self) -> str:
        """Return one character of a class, or more than one for a set."""
        if self._text[self._at] != "\\":
            self._at += 1
            return self._text[self._at - 1]
        rest = self._text[self._at + 1 : self._at + 2]
        if not rest:
            self._fail("a lone backslash")
        length = 2
        if rest in self._sets:
            member = self._sets[rest]
        elif rest in "b-":
            member = "\b" if rest == "b" else "-"
        elif (found := self._property()) is not None:
            member, length = f"\\{found}", 1 + len(found)
        elif rest in "1234567" and not self._unicode:
            member = chr(int(rest, 8))
        else:
            member, length = self._character()
        self._at += length
        return member


def _literal(sign: str) -> str:
    """Write one character so that it stands for itself."""
    return sign if sign.isalnum() or sign in " _" else f"\\{_by_number(sign)}"


def _in_class(sign: str) -> str:
    return sign if sign.isalnum() else f"\\{_by_number(sign)}"


def _by_number(sign: str) -> str:
    return f"U{ord(sign):08x}"
