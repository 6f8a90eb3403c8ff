"""Faults of JSON texts, a row each with message and hint; and their lines and columns."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from soulscript.errors import Path


class Fault(NamedTuple):
    """A fault of the text; ``offset`` counts characters from 0.

    ``shown`` fills the gap in the row's words.
    """

    code: str
    offset: int
    path: Path
    shown: str = ""

    @property
    def tolerable(self) -> bool:
        """Whether a tolerant reading goes on, since what is meant is clear."""
        return self.code in TOLERABLE

    @property
    def rule(self) -> str:
        """The dialect rule that covers it; empty if none does."""
        return "D1" if self.tolerable else "D5" if self.code == "not_a_number" else ""

    @property
    def message(self) -> str:
        """What is wrong."""
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
    """Yield what is marked at offsets (characters from 0) in the order of the text.

    Each comes with its line and column, both from 1. Marks of one offset keep their order.
    """
    line, start, before = 1, 0, 0
    for offset, marked in sorted(marks, key=lambda mark: mark[0]):
        line += text.count("\n", before, offset)
        start = max(start, text.rfind("\n", before, offset) + 1)
        before = offset
        yield marked, (line, offset - start + 1)
