"""The keys of an entry, and how they are found in the text that is scanned for it."""

import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from soulscript.lore.javascript_regex import Pattern, PatternError, compile_pattern, split_delimited
from soulscript.text.macros import Scene, expand

MARK: Final = "\x01"
"""Stands before each message that is scanned, as in SillyTavern: patterns may name it."""
_MAX_TOTAL: Final = 10
"""How many times the limit of one pattern all patterns of an activation may take."""
_WORD: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
"""What is within a word: those of JavaScript, so that a key in a script without blanks is found."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a piece of scanned text comes from: a line of the chat, an entry, or a further text.

    ``back`` counts lines from the newest; else ``source`` is the id of an entry, if
    ``is_entry``, or the name of the text.
    """

    back: int | None = None
    source: str = ""
    is_entry: bool = False


class Haystack:
    """The text that is scanned for some entries, and where each piece of it comes from."""

    def __init__(self, pieces: Sequence[tuple[str, Origin]]) -> None:
        """Join pieces, each with what stands before it."""
        # A pattern may match the empty text.
        self._pieces = pieces or [("", Origin(source="nothing at all"))]
        self.text = "".join(text for text, _ in pieces)
        self.lowered = self.text.lower()

    def origin(self, index: int, *, is_lowered: bool) -> Origin:
        """Return where the piece at an index of the text, or the lowered text, comes from."""
        starts, at = [], 0
        for text, _ in self._pieces:
            starts.append(at)
            at += len(text.lower() if is_lowered else text)
        return self._pieces[bisect_right(starts, index) - 1][1]


class Stopwatch:
    """Bounds the time of regular expressions, of one and of all in an activation."""

    def __init__(self, seconds: float) -> None:
        """``seconds`` is for one; all together may take ten times as long."""
        self._each = max(seconds, 0.001)
        self._left = self._each * _MAX_TOTAL
        self.slow: set[str] = set()
        """The keys that took too long; they are not tried again."""

    def search(self, key: "Key", pattern: Pattern, text: str) -> int:
        """Return where a pattern is first found, -1 if nowhere or not in time."""
        if key.text in self.slow:
            return -1
        start = time.perf_counter()
        run = pattern.match if key.is_at_start else pattern.search
        try:
            if self._left <= 0:
                raise TimeoutError
            match = run(text, timeout=min(self._each, self._left))
        except (TimeoutError, MemoryError, RecursionError):
            self.slow.add(key.text)
            return -1
        finally:
            self._left -= time.perf_counter() - start
        return match.start() if match else -1


@dataclass(frozen=True, slots=True)
class Key:
    """One key, its macros expanded.

    ``pattern`` is set for a regular expression; ``problem`` says why one is none, and it is never
    found. ``is_lowered``: any case is found. ``is_word``: only a whole word is.
    """

    text: str
    needle: str = ""
    is_lowered: bool = False
    is_word: bool = False
    is_at_start: bool = False
    pattern: Pattern | None = None
    problem: str = ""

    def find(self, hay: Haystack, watch: Stopwatch) -> int:
        """Return where the key is first found, -1 if nowhere."""
        if self.pattern is not None:
            return watch.search(self, self.pattern, hay.text)
        if self.problem:
            return -1
        text = hay.lowered if self.is_lowered else hay.text
        return _find_word(text, self.needle) if self.is_word else text.find(self.needle)


def _find_word(text: str, needle: str) -> int:
    at = text.find(needle)
    while at >= 0:
        end = at + len(needle)
        if (at == 0 or text[at - 1] not in _WORD) and text[end : end + 1] not in _WORD:
            return at
        at = text.find(needle, at + 1)
    return -1


def make_keys(
    texts: Iterable[str], scene: Scene, *, any_case: bool, whole_words: bool, are_patterns: bool
) -> tuple[Key, ...]:
    """Return the keys of some texts, without those that are empty.

    With ``are_patterns`` a text without slashes around it is a regular expression, too. A key of
    several words is found within words even with ``whole_words``.
    """
    found = []
    for raw in texts:
        text = _expanded(raw, scene, is_pattern=are_patterns or raw.lstrip().startswith("/"))
        if not text:
            continue
        delimited = split_delimited(text)
        if delimited is not None:
            found.append(_pattern_key(text, *delimited, is_lasting=text == raw.strip()))
        elif are_patterns:
            flags = "i" if any_case else ""
            found.append(_pattern_key(text, text, flags, is_lasting=text == raw.strip()))
        else:
            is_word = whole_words and len(text.split()) == 1
            needle = text.lower() if any_case else text
            found.append(Key(text, needle, any_case, is_word))
    return tuple(found)


def _expanded(text: str, scene: Scene, *, is_pattern: bool) -> str:
    # Within a pattern a single bracket, or <user>, is syntax and no macro.
    if is_pattern and "{{" not in text:
        return text.strip()
    return expand(text, scene).strip()


def _pattern_key(text: str, pattern: str, flags: str, *, is_lasting: bool) -> Key:
    """Return the key of a pattern; one that is not ``is_lasting`` holds the names of a scene."""
    try:
        compiled = _compiled(pattern, flags) if is_lasting else compile_pattern(pattern, flags)
    except PatternError as error:
        return Key(text, problem=str(error))
    return Key(text, pattern=compiled, is_at_start="y" in flags)


@lru_cache(maxsize=1024)
def _compiled(pattern: str, flags: str) -> Pattern:
    return compile_pattern(pattern, flags)
