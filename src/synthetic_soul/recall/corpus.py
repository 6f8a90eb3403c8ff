"""The lines of one conversation as columns: all that the first phase of a search reads.

A line is known by its slot. Slots ascend in order of time, lines of one instant in that of their
ids. A removed line leaves an empty slot, which no result depends on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

PAUSE: Final = 30 * 60 * 1000
"""The silence (ms) after which a new session begins."""

Array = NDArray[Any]
Slots = NDArray[np.uint32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Meanings(Protocol):
    """Vectors of lines by slot: the smaller the angle of two, the nearer in meaning."""

    @property
    def dims(self) -> int:
        """The length of each."""

    def nearest(self, vector: Floats, count: int) -> Array:
        """Return the slots of the vectors that are likely to be nearest, ascending."""

    def cosines(self, slots: Array, vector: Floats) -> Floats:
        """Return the cosine of each slot's vector and ``vector``; 0 where one is missing."""


class Corpus(Protocol):
    """The columns of one conversation, each indexed by slot; a search changes none of them.

    What stands in an empty slot has no meaning.
    """

    @property
    def ats(self) -> NDArray[np.int64]:
        """The time of each line in milliseconds since 1970 (UTC), ascending."""

    @property
    def sizes(self) -> NDArray[np.uint32]:
        """The number of terms of each line."""

    @property
    def speakers(self) -> NDArray[np.uint16]:
        """The speaker of each line, as an index of ``speaker_names``."""

    @property
    def sessions(self) -> NDArray[np.uint32]:
        """The session that the caller named for each line; 0: pauses divide these lines."""

    @property
    def flags(self) -> NDArray[np.uint16]:
        """What kind of statement each line is: ``flags.of(line)``."""

    @property
    def alive(self) -> Bools:
        """Whether a slot holds a line."""

    @property
    def speaker_names(self) -> Sequence[str]:
        """The speakers, as in ``Line.speaker``."""

    @property
    def pause(self) -> int:
        """The silence (ms) after which a new session begins."""

    def postings(self, term: str) -> tuple[Slots, NDArray[np.uint16]]:
        """Return the slots that hold a term, ascending, and how often each does."""

    @property
    def vectors(self) -> Meanings | None:
        """The vectors of what the lines mean, None where no line has one."""


@dataclass(frozen=True)
class Timeline:
    """The living lines of a corpus in order, divided into sessions; valid until its next change.

    A place is the number of a living line: neighbours in time are neighbours in place, whatever was
    removed between them. Each part is reckoned when it is first asked for, by a few passes over the
    columns; most are left out where no slot is empty.
    """

    corpus: Corpus

    @cached_property
    def _is_plain(self) -> bool:
        """Whether places are slots: there are no empty slots and no named sessions."""
        return bool(self.corpus.alive.all()) and not self._has_names

    @cached_property
    def _has_names(self) -> bool:
        return bool(self.corpus.sessions.any())

    @cached_property
    def slots(self) -> Array:
        """The slot at each place."""
        if self._is_plain:
            return np.arange(len(self.corpus.alive))
        slots = np.flatnonzero(self.corpus.alive)
        if not self._has_names:
            return slots
        # Lines of named sessions stand together, though others were said between them.
        return slots[np.argsort(self.corpus.sessions[slots], kind="stable")]

    def column(self, values: Array) -> Array:
        """Return a column of the corpus by place."""
        return values if self._is_plain else values[self.slots]

    @cached_property
    def _places(self) -> Array:
        """The place of each slot; -1 for an empty one."""
        places = np.full(len(self.corpus.alive), -1, dtype=np.int64)
        places[self.slots] = np.arange(len(self.slots))
        return places

    def places_of(self, slots: Array, counts: Array) -> tuple[Array, Array]:
        """Return the places of those slots that hold a line, ascending, with their counts."""
        if self._is_plain:
            return slots, counts
        places = self._places[slots]
        living = places >= 0
        places, counts = places[living], counts[living]
        if not self._has_names:
            return places, counts
        order = np.argsort(places)
        return places[order], counts[order]

    @cached_property
    def starts(self) -> Array:
        """The place at which each session begins."""
        if not len(self.slots):
            return np.zeros(0, dtype=np.int64)
        ats = self.column(self.corpus.ats)
        ends = np.diff(ats) > self.corpus.pause
        if self._has_names:
            named = self.column(self.corpus.sessions)
            ends = (ends & (named[1:] == 0)) | (named[1:] != named[:-1])
        return np.concatenate(([0], np.flatnonzero(ends) + 1))

    @cached_property
    def session_of(self) -> Array:
        """The number of the session at each place."""
        lengths = np.diff(np.append(self.starts, len(self.slots)))
        return np.repeat(np.arange(len(self.starts), dtype=np.int32), lengths)

    @cached_property
    def sizes(self) -> Array:
        """The number of terms at each place."""
        return self.column(self.corpus.sizes)

    @cached_property
    def session_sizes(self) -> Array:
        """The number of terms of each session."""
        if not len(self.starts):
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat(self.sizes, self.starts, dtype=np.int64)

    @property
    def span(self) -> tuple[int, int]:
        """The times (ms) of the first and the last line; (0, 0) without lines."""
        living = self.corpus.ats[self.corpus.alive] if not self._is_plain else self.corpus.ats
        return (int(living[0]), int(living[-1])) if len(living) else (0, 0)

    def present(self) -> list[str]:
        """Return the speakers of the lines, in the order of ``speaker_names``."""
        names = self.corpus.speaker_names
        counts = np.bincount(self.column(self.corpus.speakers), minlength=len(names))
        return [name for name, count in zip(names, counts.tolist(), strict=True) if count]
