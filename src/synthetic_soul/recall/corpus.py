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


@dataclass(frozen=True)
class Timeline:
    """The living lines of a corpus in order, divided into sessions.

    A place is a number of a living line: neighbours in time are neighbours in place, whatever was
    removed between them. Built for each search: that takes a few passes over the columns.
    """

    corpus: Corpus

    @cached_property
    def slots(self) -> NDArray[np.int64]:
        """The slot at each place."""
        slots = np.flatnonzero(self.corpus.alive)
        named = self.corpus.sessions[slots]
        # Lines of named sessions stand together, though others were said between them.
        return slots[np.argsort(named, kind="stable")] if named.any() else slots

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """The place of each slot; -1 for an empty one."""
        places = np.full(len(self.corpus.alive), -1, dtype=np.int64)
        places[self.slots] = np.arange(len(self.slots))
        return places

    def at_places(self, slots: Slots, counts: Array) -> tuple[Array, Array]:
        """Return the places of living slots, ascending, with their counts."""
        places = self.places[slots]
        if not self.corpus.sessions.any():
            return places, counts
        order = np.argsort(places)
        return places[order], counts[order]

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """The place at which each session begins."""
        if not len(self.slots):
            return np.zeros(0, dtype=np.int64)
        ats = self.corpus.ats[self.slots]
        named = self.corpus.sessions[self.slots]
        ends = (np.diff(ats) > self.corpus.pause) & (named[1:] == 0)
        ends |= named[1:] != named[:-1]
        return np.concatenate(([0], np.flatnonzero(ends) + 1))

    @cached_property
    def session_of(self) -> NDArray[np.int64]:
        """The number of the session at each place."""
        lengths = np.diff(np.append(self.starts, len(self.slots)))
        return np.repeat(np.arange(len(self.starts)), lengths)

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """The number of terms at each place."""
        return self.corpus.sizes[self.slots].astype(np.int64)

    @cached_property
    def session_sizes(self) -> NDArray[np.int64]:
        """The number of terms of each session."""
        if not len(self.starts):
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat(self.sizes, self.starts)

    @property
    def span(self) -> tuple[int, int]:
        """The times (ms) of the first and the last line; (0, 0) without lines."""
        living = self.corpus.ats[self.corpus.alive]
        return (int(living[0]), int(living[-1])) if len(living) else (0, 0)

    def present(self) -> list[str]:
        """Return the speakers of the lines, in the order of ``speaker_names``."""
        codes = self.corpus.speakers[self.slots]
        counts = np.bincount(codes, minlength=len(self.corpus.speaker_names))
        return [
            name
            for name, count in zip(self.corpus.speaker_names, counts.tolist(), strict=True)
            if count
        ]
