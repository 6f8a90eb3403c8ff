"""Line and column of what is said about a text."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_order(text: str, marks: Iterable[tuple[int, T]]) -> Iterator[tuple[T, tuple[int, int]]]:
    """Give what is marked at offsets (characters from 0) in the order of the text.

    With each goes its line and its column, both from 1. Marks of one offset keep their order.
    """
    line, start, before = 1, 0, 0
    for offset, marked in sorted(marks, key=lambda mark: mark[0]):
        line += text.count("\n", before, offset)
        start = max(start, text.rfind("\n", before, offset) + 1)
        before = offset
        yield marked, (line, offset - start + 1)
