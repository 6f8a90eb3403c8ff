"""An index in memory: lines that are added and removed one by one, as a corpus.

An index holds the lines of one audience: all that may stand together in one brief. So a search
cannot find what its reader must not see.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from soulscript.text import terms
from synthetic_soul.recall import flags
from synthetic_soul.recall.corpus import PAUSE, Array, Bools, Slots

_SMALLEST: Final = 16  # slots of a new column
_MOST: Final = np.iinfo(np.uint16).max
# Empty slots that an index keeps beside as many lines before it closes them up.
_FEW_EMPTY: Final = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a person or an agent.

    ``speaker`` is a name or an id; ``at`` is in milliseconds since 1970 (UTC). ``session`` names
    the session of the line; where it is None, a pause ends a session. ``caption`` describes a
    picture sent with it.
    """

    id: str
    speaker: str
    text: str
    at: int
    session: int | str | None = None
    caption: str = ""

    @property
    def terms(self) -> list[str]:
        """The terms of text and caption, in order, repeats included."""
        return terms(self.text) + terms(self.caption)


class Index:
    """A corpus of lines, which are added and removed one by one.

    ``pause`` (ms) is the silence after which a new session begins. What a search finds depends
    on the current lines alone, not on the order of adding nor on removed lines. A line that is not
    the newest is put into its place before the next reading, for which all slots change. Not safe
    for several threads without a lock.
    """

    def __init__(self, lines: Iterable[Line] = (), *, pause: int = PAUSE) -> None:
        self.pause: Final = pause
        self._slots: dict[str, int] = {}
        self._lines: list[Line | None] = []
        self._newest = (0, "")  # the greatest time and id, as far as one was added
        self._is_sorted = True
        self._ats = _Column(np.int64)
        self._sizes = _Column(np.uint32)
        self._speakers = _Column(np.uint16)
        self._sessions = _Column(np.uint32)
        self._flags = _Column(np.uint16)
        self._alive = _Column(np.bool_)
        self._names = _Codes("")
        self._session_names = _Codes[int | str | None](None)
        self._postings: defaultdict[str, _Posting] = defaultdict(_Posting)
        for line in lines:
            self.add(line)

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, line_id: object) -> bool:
        return line_id in self._slots

    def add(self, line: Line) -> None:
        """Add a line; one of the same id is replaced."""
        self.remove(line.id)
        slot, line_terms, key = len(self._lines), line.terms, (line.at, line.id)
        self._is_sorted &= not slot or key > self._newest
        self._newest = max(key, self._newest) if slot else key
        self._lines.append(line)
        self._slots[line.id] = slot
        self._ats.append(line.at)
        self._sizes.append(len(line_terms))
        self._speakers.append(self._names.take(line.speaker))
        self._sessions.append(self._session_names.take(line.session))
        self._flags.append(flags.of(line.text))
        self._alive.append(True)
        for term, count in Counter(line_terms).items():
            self._postings[term].add(slot, min(count, _MOST))

    def remove(self, line_id: str) -> bool:
        """Remove a line and its words; return False if there is none of that id."""
        slot = self._slots.pop(line_id, None)
        if slot is None:
            return False
        line = self.at(slot)
        self._lines[slot] = None
        self._alive[slot] = False
        self._names.drop(line.speaker)
        self._session_names.drop(line.session)
        for term in set(line.terms):
            if self._postings[term].remove(slot):
                del self._postings[term]
        self._is_sorted &= len(self._lines) <= 2 * len(self._slots) + _FEW_EMPTY
        return True

    def at(self, slot: int) -> Line:
        """Return the line in a slot; raise ``KeyError`` if the slot is empty."""
        line = self._lines[slot]
        if line is None:
            raise KeyError(slot)
        return line

    def slot(self, line_id: str) -> int | None:
        """Return the slot of a line, valid until the next change; None if there is no such line."""
        self._sort()
        return self._slots.get(line_id)

    def lines(self) -> Iterator[Line]:
        """Iterate over the lines in no particular order."""
        return (line for line in self._lines if line is not None)

    @property
    def ats(self) -> NDArray[np.int64]:  # noqa: D102 - as in Corpus
        self._sort()
        return self._ats.values()

    @property
    def sizes(self) -> NDArray[np.uint32]:  # noqa: D102
        self._sort()
        return self._sizes.values()

    @property
    def speakers(self) -> NDArray[np.uint16]:  # noqa: D102
        self._sort()
        return self._speakers.values()

    @property
    def sessions(self) -> NDArray[np.uint32]:  # noqa: D102
        self._sort()
        return self._sessions.values()

    @property
    def flags(self) -> NDArray[np.uint16]:  # noqa: D102
        self._sort()
        return self._flags.values()

    @property
    def alive(self) -> Bools:  # noqa: D102
        self._sort()
        return self._alive.values()

    @property
    def speaker_names(self) -> Sequence[str]:  # noqa: D102
        return self._names.names

    def postings(self, term: str) -> tuple[Slots, NDArray[np.uint16]]:
        """Return the slots that hold a term, ascending, and how often each does."""
        self._sort()
        posting = self._postings.get(term) or _Posting()
        return np.array(posting.slots, np.uint32), np.array(posting.counts, np.uint16)

    def _sort(self) -> None:
        """Give every line the slot that its time and id ask for, without empty ones between."""
        if self._is_sorted:
            return
        self._is_sorted = True
        living = ((line.at, line.id, slot) for slot, line in enumerate(self._lines) if line)
        order = [slot for _, _, slot in sorted(living)]
        new = np.zeros(len(self._lines), np.uint32)
        new[order] = np.arange(len(order), dtype=np.uint32)
        self._lines = [self._lines[slot] for slot in order]
        self._slots = {line.id: slot for slot, line in enumerate(self._lines) if line}
        self._newest = max(
            ((line.at, line.id) for line in self._lines[-1:] if line), default=(0, "")
        )
        for column in (
            self._ats, self._sizes, self._speakers, self._sessions, self._flags, self._alive,
        ):  # fmt: skip
            column.pick(order)
        for posting in self._postings.values():
            posting.renumber(new)


_Name = TypeVar("_Name", bound=Hashable)


class _Column:
    """An array that grows at its end."""

    def __init__(self, dtype: type[np.generic]) -> None:
        self._room = np.zeros(_SMALLEST, dtype)
        self._size = 0

    def append(self, value: int) -> None:
        if self._size == len(self._room):
            # A new array: who still reads the old one is not disturbed.
            self._room = np.concatenate((self._room, np.zeros_like(self._room)))
        self._room[self._size] = value
        self._size += 1

    def __setitem__(self, slot: int, value: int) -> None:
        self._room[slot] = value

    def values(self) -> Array:
        return self._room[: self._size]

    def pick(self, order: Sequence[int]) -> None:
        self._size = len(order)
        self._room = np.concatenate(
            (self._room[np.array(order, np.int64)], np.zeros(_SMALLEST, self._room.dtype))
        )


class _Codes(Generic[_Name]):
    """Numbers for names, as long as lines have them; the code 0 is that of ``first``."""

    def __init__(self, first: _Name) -> None:
        self._first = first
        self.names: list[_Name] = [first]
        self._codes: dict[_Name, int] = {}
        self._uses: Counter[int] = Counter()
        self._free: list[int] = []

    def take(self, name: _Name) -> int:
        if name == self._first:
            return 0
        code = self._codes.get(name)
        if code is None:
            code = self._free.pop() if self._free else len(self.names)
            self.names[code : code + 1] = [name]
            self._codes[name] = code
        self._uses[code] += 1
        return code

    def drop(self, name: _Name) -> None:
        if name == self._first:
            return
        code = self._codes[name]
        self._uses[code] -= 1
        if not self._uses[code]:
            del self._codes[name], self._uses[code]
            self.names[code] = self._first
            self._free.append(code)


class _Posting:
    """The slots of a term and its counts in them; arrays, as most terms stand in few lines."""

    __slots__ = ("counts", "slots")

    def __init__(self) -> None:
        self.slots = array("I")
        self.counts = array("H")

    def add(self, slot: int, count: int) -> None:
        self.slots.append(slot)
        self.counts.append(count)

    def remove(self, slot: int) -> bool:
        """Remove a slot that is there; return whether none is left."""
        place = bisect_left(self.slots, slot)
        del self.slots[place], self.counts[place]
        return not self.slots

    def renumber(self, new: Slots) -> None:
        slots = new[np.array(self.slots, np.uint32)]
        order = np.argsort(slots)
        counts = np.array(self.counts, np.uint16)[order]
        self.slots = array("I", slots[order].tobytes())
        self.counts = array("H", counts.tobytes())
