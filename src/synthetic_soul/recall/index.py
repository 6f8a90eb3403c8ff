"""What was said, kept so that its words can be looked up.

An index holds the lines of one audience: all that may stand together in a brief. What must not
reach somebody is never in the index that is searched for them.
"""

from __future__ import annotations

from array import array
from collections import Counter
from typing import TYPE_CHECKING, Final

from soulscript.text import terms
from synthetic_soul.recall.timeline import PAUSE, Line, Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A posting is slot << COUNT_BITS | how often the term stands in the line.
COUNT_BITS: Final = 8
MOST: Final = (1 << COUNT_BITS) - 1


class Index:
    """Lines by their words, to be added and removed one by one.

    ``pause`` (ms) is the silence after which a new session begins. What a search finds depends
    on the lines held, never on the order in which they came nor on those removed. Not to be
    shared by several threads without a lock: a search may tidy up.
    """

    def __init__(self, lines: Iterable[Line] = (), *, pause: int = PAUSE) -> None:
        self._slots: dict[str, int] = {}
        self._lines: list[Line | None] = []
        self._free: list[int] = []
        self._postings: dict[str, array[int]] = {}
        self._timeline = Timeline(pause)
        self.speakers: Counter[str] = Counter()
        """How many lines each speaker has."""
        self.sizes = array("I")
        """The number of terms by slot."""
        self.total = 0
        """The number of terms in all lines."""
        for line in lines:
            self.add(line)

    def __len__(self) -> int:
        """How many lines are held."""
        return len(self._slots)

    def __contains__(self, line_id: object) -> bool:
        """Whether a line of that id is held."""
        return line_id in self._slots

    def add(self, line: Line) -> None:
        """Take in a line; one of the same id is replaced."""
        self.remove(line.id)
        slot = self._free.pop() if self._free else len(self._lines)
        if slot == len(self._lines):
            self._lines.append(None)
            self.sizes.append(0)
        counts = counted(line)
        size = counts.total()
        for term, count in counts.items():
            posting = slot << COUNT_BITS | min(count, MOST)
            self._postings.setdefault(term, array("Q")).append(posting)
        self._lines[slot] = line
        self._slots[line.id] = slot
        self._timeline.add(slot, line, size)
        self.speakers[line.speaker] += 1
        self.sizes[slot] = size
        self.total += size

    def remove(self, line_id: str) -> bool:
        """Forget a line wholly, its words included; False if there is none of that id."""
        slot = self._slots.pop(line_id, None)
        if slot is None:
            return False
        line = self.at(slot)
        for term, count in counted(line).items():
            postings = self._postings[term]
            postings.remove(slot << COUNT_BITS | min(count, MOST))
            if not postings:
                del self._postings[term]
        self._lines[slot] = None
        self._free.append(slot)
        self._timeline.remove(slot, line)
        self.speakers -= Counter((line.speaker,))
        self.total -= self.sizes[slot]
        return True

    def at(self, slot: int) -> Line:
        """The line in a slot; KeyError where there is none."""
        line = self._lines[slot]
        if line is None:
            raise KeyError(slot)
        return line

    def slot(self, line_id: str) -> int | None:
        """The slot of a line, None if it is not held."""
        return self._slots.get(line_id)

    def lines(self) -> Iterator[Line]:
        """Every line held, in no order that means anything."""
        return (line for line in self._lines if line is not None)

    def postings(self, term: str) -> array[int]:
        """Slot and count, packed, for each line that has the term; in no order."""
        return self._postings.get(term, _NONE)

    def timeline(self) -> Timeline:
        """The order of the lines, settled: good until the next change."""
        self._timeline.settle()
        return self._timeline


_NONE: Final = array("Q")


def counted(line: Line) -> Counter[str]:
    """The terms of a line and its caption, and how often each stands there."""
    return Counter(terms(line.text) + terms(line.caption))
