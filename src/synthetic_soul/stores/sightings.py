"""Since when something must have been old before it may be erased for its age.

A machine may start with a date weeks ahead or behind, and a clock may be set at any moment, so one
look at the clock proves no age. Looks are therefore kept in the store. What is erased was old by an
earlier look, ``gap`` or more ago, and still is. Where the clock jumped, looks are gathered anew.
"""

import json
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from synthetic_soul.stores.base import Store

NOTE: Final = "sightings"
MAX_GAP_MS: Final = 2 * 86_400_000
"""The time between the two looks that an erasure needs."""
GAP_PART: Final = 15
"""For short ages the gap is this part of them."""
MAX_PAUSE_MS: Final = 7 * 86_400_000
"""A longer time without a look, as of a machine that was off, counts as a jump."""
TOLERANCE_MS: Final = 600_000
"""By how much two clocks may differ without a jump."""
SIGHTINGS_PER_GAP: Final = 8

log = structlog.get_logger(__name__)


class Sightings:
    """The looks at the clock that a store keeps; ``clock`` and ``elapsed`` as in ``clocks``."""

    def __init__(self, store: Store, clock: Callable[[], int], elapsed: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._elapsed = elapsed
        self._previous: tuple[int, int] | None = None  # of this process, by both clocks
        self._logged: str | None = None

    async def look(self, age: int) -> int | None:
        """Look at the clock; return the moment (ms) from before which things of ``age`` ms are.

        They were that old by an earlier look already. None where none can be told yet.
        """
        now = self._clock()
        kept = await self._kept()
        jump = await self._jump(now, kept)
        self._previous = now, self._elapsed()
        if jump is not None:
            kept = []
        if jump not in {None, self._logged}:
            log.warning("clock_not_trusted", because=jump, consequence="nothing is erased by age")
        self._logged = jump
        gap = min(MAX_GAP_MS, age // GAP_PART)
        kept = _thinned(kept, now, gap)
        await self._store.marks.write(NOTE, json.dumps([*kept, now]))
        return kept[0] - age if kept and kept[0] <= now - gap else None

    async def _kept(self) -> list[int]:
        note = await self._store.marks.read(NOTE)
        return [int(moment) for moment in json.loads(note)] if note else []

    async def _jump(self, now: int, kept: Sequence[int]) -> str | None:
        """Return how the clock contradicts what is known of the time; None where it does not."""
        if self._previous is not None:
            passed = self._elapsed() - self._previous[1]
            if abs(now - self._previous[0] - passed) > TOLERANCE_MS:
                return "the clock was set while this process was running"
        elif kept and now > kept[-1] + MAX_PAUSE_MS:
            return "the clock is more than a week ahead of when it was last seen"
        if kept and now < kept[-1] - TOLERANCE_MS:
            return "the clock is behind when it was last seen"
        if await self.newest_entry() > now + TOLERANCE_MS:
            return "the clock is behind the newest entry of a journal"
        server = await self._store.server_time()
        if server is not None and abs(server - now) > TOLERANCE_MS:
            return "the clock is not that of the database server"
        return None

    async def newest_entry(self) -> int:
        """Return the time (ms) of the newest entry of all journals: a moment that has passed."""
        journal = self._store.journal
        ends = [(agent, (await journal.last(agent))[0]) for agent in await journal.agents()]
        entries = [await journal.entry(agent, seq) for agent, seq in ends if seq]
        return max((entry.at for entry in entries if entry), default=0)


def _thinned(kept: Sequence[int], now: int, gap: int) -> list[int]:
    """Return the newest look that is ``gap`` old, and a few of the later ones."""
    past = [moment for moment in kept if moment <= now - gap]
    thinned = past[-1:]
    for moment in kept:
        if now - gap < moment <= now and (
            not thinned or moment - thinned[-1] >= gap // SIGHTINGS_PER_GAP
        ):
            thinned.append(moment)
    return thinned
