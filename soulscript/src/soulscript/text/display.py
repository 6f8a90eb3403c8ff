"""Text made safe to display: on one line, printable, of bounded width."""

import unicodedata
from itertools import accumulate
from typing import Final

_MAX_CHARS_PER_COLUMN: Final = 8  # marks and white space take no column
_WIDE: Final = frozenset("WF")  # characters of East Asian scripts take two columns


def one_line(text: str) -> str:
    """Return a text on one line, without control characters, direction marks and lone surrogates.

    A terminal or a browser has nothing to obey in it.
    """
    return "".join(char for char in " ".join(text.split()) if char.isprintable())


def width(text: str) -> int:
    """Return the number of columns that a text takes; combining marks take none."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def clipped(text: str, columns: int) -> str:
    """Return a text on one line of at most so many columns; ``…`` stands for what is left out."""
    near = one_line(text[: columns * _MAX_CHARS_PER_COLUMN])
    if len(text) <= columns * _MAX_CHARS_PER_COLUMN and width(near) <= columns:
        return near
    room = sum(taken < columns for taken in accumulate(map(_columns, near)))
    return near[:room].rstrip() + "…"
