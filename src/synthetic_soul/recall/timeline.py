"""Which lines stood beside each other: their order, and the sessions it falls into."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import Final

PAUSE: Final = 30 * 60 * 1000
# A place is session << PLACE_BITS | position. Positions start at 2, so that the places one and
# two before a session's first line belong to nobody.
PLACE_BITS: Final = 24
_FIRST: Final = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said.

    ``speaker`` is whoever said it, a name or an id; ``at`` is in milliseconds since 1970 (UTC).
    ``session`` names the stretch of talk it belongs to; where it is None, a pause in the
    ``conversation`` ends a session. ``caption`` says what a picture sent with it shows.
    """

    id: str
    speaker: str
    text: str
    at: int
    session: int | str | None = None
    caption: str = ""
    conversation: str = ""


class Timeline:
    """The lines of each conversation in order of time, then id; sessions follow from it.

    Lines are known by slot, a small number of the caller's. A line at the end of its
    conversation is placed at once; any other change lays all places anew when they are next
    asked for.
    """

    def __init__(self, pause: int) -> None:
        self._pause = pause
        self._streams: dict[tuple[str, int | str | None], list[tuple[int, str, int]]] = {}
        self._sizes = array("I")
        self._stale = False
        self.places = array("Q")
        """The place of each slot; meaningless for a slot that holds no line."""
        self.slots: dict[int, int] = {}
        """The slot at each place."""
        self.sessions: list[int] = []
        """How many terms each session has."""

    def add(self, slot: int, line: Line, size: int) -> None:
        """Take in a line of ``size`` terms; a new slot is at most one above the highest."""
        if slot == len(self.places):
            self.places.append(0)
            self._sizes.append(0)
        self._sizes[slot] = size
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
        """Take out a line that was added."""
        key = (line.conversation, line.session)
        stream = self._streams[key]
        del stream[bisect_left(stream, (line.at, line.id, slot))]
        if not stream:
            del self._streams[key]
        self._stale = True

    def settle(self) -> None:
        """Bring ``places``, ``slots`` and ``sessions`` up to date."""
        if not self._stale:
            return
        self._stale = False
        self.slots.clear()
        self.sessions.clear()
        for key, stream in self._streams.items():
            for index in range(len(stream)):
                self._place(key, stream, index)

    def span(self) -> tuple[int, int]:
        """The first and the last time at which something was said; (0, 0) if nothing was."""
        streams = self._streams.values()
        return (
            min((stream[0][0] for stream in streams), default=0),
            max((stream[-1][0] for stream in streams), default=0),
        )

    def _place(
        self, key: tuple[str, int | str | None], stream: list[tuple[int, str, int]], index: int
    ) -> None:
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
