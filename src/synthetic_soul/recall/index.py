"""Lines of a conversation, indexed by their words and by their place in a session.

An index holds the lines of one audience: all that may stand together in one brief. So a search
cannot find what its reader must not see.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from soulscript.text import Postings, terms

PAUSE: Final = 30 * 60 * 1000  # milliseconds
# A place is session << PLACE_BITS | position. Positions start at 2, so that the two places before
# a session's first line are empty.
PLACE_BITS: Final = 24
_FIRST: Final = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a person or an agent.

    ``speaker`` is a name or an id; ``at`` is in milliseconds since 1970 (UTC). ``session`` names
    the session of the line; where it is None, a pause in the ``conversation`` ends a session.
    ``caption`` describes a picture sent with it.
    """

    id: str
    speaker: str
    text: str
    at: int
    session: int | str | None = None
    caption: str = ""
    conversation: str = ""

    @property
    def terms(self) -> list[str]:
        """The terms of text and caption, in order, repeats included."""
        return terms(self.text) + terms(self.caption)


_StreamKey = tuple[str, int | str | None]  # conversation and session of a line
_Entry = tuple[int, str, int]  # time, id and slot of a line


class Index:
    """An inverted index of lines, which are added and removed one by one.

    ``pause`` (ms) is the silence after which a new session begins. What a search finds depends
    on the current lines alone, not on the order of adding nor on removed lines. Not safe for
    several threads without a lock: a search may settle the timeline.
    """

    def __init__(self, lines: Iterable[Line] = (), *, pause: int = PAUSE) -> None:
        self._slots: dict[str, int] = {}
        self._lines: list[Line | None] = []
        self.sizes = array("I")
        """The number of terms by slot."""
        self._timeline = Timeline(pause, self.sizes)
        self.postings = Postings()
        """The slots of each term."""
        self.speakers: Counter[str] = Counter()
        """The number of lines by speaker."""
        self.total = 0
        """The number of terms in all lines."""
        for line in lines:
            self.add(line)

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, line_id: object) -> bool:
        return line_id in self._slots

    def add(self, line: Line) -> None:
        """Add a line; one of the same id is replaced."""
        self.remove(line.id)
        # A slot is never used again: postings are in ascending order.
        slot, line_terms = len(self._lines), line.terms
        self._lines.append(line)
        self._slots[line.id] = slot
        self.sizes.append(len(line_terms))
        self._timeline.add(slot, line)
        self.postings.add(slot, line_terms)
        self.speakers[line.speaker] += 1
        self.total += len(line_terms)

    def remove(self, line_id: str) -> bool:
        """Remove a line and its words; return False if there is none of that id."""
        slot = self._slots.pop(line_id, None)
        if slot is None:
            return False
        line = self.at(slot)
        self._lines[slot] = None
        self._timeline.remove(slot, line)
        self.postings.remove(slot, line.terms)
        self.speakers -= Counter((line.speaker,))
        self.total -= self.sizes[slot]
        return True

    def at(self, slot: int) -> Line:
        """Return the line in a slot; raise ``KeyError`` if the slot is empty."""
        line = self._lines[slot]
        if line is None:
            raise KeyError(slot)
        return line

    def slot(self, line_id: str) -> int | None:
        """Return the slot of a line; None if the index does not hold it."""
        return self._slots.get(line_id)

    def lines(self) -> Iterator[Line]:
        """Iterate over the lines in no particular order."""
        return (line for line in self._lines if line is not None)

    def timeline(self) -> Timeline:
        """Return the settled order of the lines, which is valid until the next change."""
        self._timeline.settle()
        return self._timeline


class Timeline:
    """The lines of each conversation by time, then id, divided into sessions.

    Lines are known by slot; ``sizes`` is the index's number of terms by slot. A line at the end of
    its conversation is placed at once; after any other change ``settle`` places all lines again.
    """

    def __init__(self, pause: int, sizes: array[int]) -> None:
        self._pause = pause
        self._sizes = sizes
        self._streams: dict[_StreamKey, list[_Entry]] = {}
        self._stale = False
        self.places = array("Q")
        """The place of each slot; meaningless for an empty slot."""
        self.slots: dict[int, int] = {}
        """The slot at each place."""
        self.sessions: list[int] = []
        """The number of terms by session."""

    def add(self, slot: int, line: Line) -> None:
        """Add a line; its slot is the next after the highest."""
        self.places.append(0)
        key = (line.conversation, line.session)
        stream = self._streams.setdefault(key, [])
        entry = (line.at, line.id, slot)
        if stream and entry < stream[-1]:
            insort(stream, entry)
            self._stale = True
            return
        stream.append(entry)
        if not self._stale:
            self._place(key, stream, len(stream) - 1)

    def remove(self, slot: int, line: Line) -> None:
        """Remove a line that was added."""
        key = (line.conversation, line.session)
        stream = self._streams[key]
        del stream[bisect_left(stream, (line.at, line.id, slot))]
        if not stream:
            del self._streams[key]
        self._stale = True

    def settle(self) -> None:
        """Update ``places``, ``slots`` and ``sessions``."""
        if not self._stale:
            return
        self._stale = False
        self.slots.clear()
        self.sessions.clear()
        for key, stream in self._streams.items():
            for index in range(len(stream)):
                self._place(key, stream, index)

    def span(self) -> tuple[int, int]:
        """Return the times (ms) of the first and the last line; (0, 0) without lines."""
        streams = self._streams.values()
        return (
            min((stream[0][0] for stream in streams), default=0),
            max((stream[-1][0] for stream in streams), default=0),
        )

    def _place(self, key: _StreamKey, stream: list[_Entry], index: int) -> None:
        at, _, slot = stream[index]
        earlier, _, neighbour = stream[index - 1]
        if index and (key[1] is not None or at - earlier <= self._pause):
            place = self.places[neighbour] + 1
        else:
            place = len(self.sessions) << PLACE_BITS | _FIRST
            self.sessions.append(0)
        self.places[slot] = place
        self.slots[place] = slot
        self.sessions[place >> PLACE_BITS] += self._sizes[slot]
