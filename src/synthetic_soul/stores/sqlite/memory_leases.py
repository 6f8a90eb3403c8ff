"""Leases of one process, in memory: enough where a single process owns the store."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic_soul.stores.base import Lease

if TYPE_CHECKING:
    from collections.abc import Callable

_CROWDED = 10_000


def now() -> int:
    """The wall clock in ms since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class _Held:
    lease: Lease
    holder: str
    until: int
    spent: bool = False


class Leases:
    """Who holds what. Tokens come from one counter that starts at the clock, or above ``floor``.

    ``floor`` is the highest token that an earlier run may have written with, so that tokens grow
    over restarts even where the clock went back.
    """

    def __init__(self, clock: Callable[[], int], *, floor: int = 0) -> None:
        self._clock = clock
        self._held: dict[tuple[str, str], _Held] = {}
        self.last = floor

    def take(self, agent: str, name: str, *, ttl: int, holder: str) -> Lease | None:
        """Take or renew; None while another holds it."""
        at = self._clock()
        held = self._held.get((agent, name))
        if held is not None and held.holder == holder:
            held.until = at + ttl
            return held.lease
        if held is not None and held.until > at:
            return None
        self.last = max(self.last + 1, at)
        lease = Lease(agent, name, self.last)
        self._held[agent, name] = _Held(lease, holder, at + ttl)
        if len(self._held) > _CROWDED:
            self._held = {n: h for n, h in self._held.items() if h.until > at}
        return lease

    def release(self, lease: Lease) -> None:
        """Let go, if it is still this lease that holds."""
        if self._of(lease) is not None:
            del self._held[lease.agent, lease.name]

    def holds(self, lease: Lease) -> bool:
        """Whether an entry may be committed under it: nobody took the name since; late is not lost.

        A lease that has been used for one still keeps others away, but commits no more.
        """
        held = self._of(lease)
        return held is not None and not held.spent

    def spend(self, lease: Lease) -> None:
        """An entry has been committed under the lease."""
        held = self._of(lease)
        if held is not None:
            held.spent = True

    def _of(self, lease: Lease) -> _Held | None:
        held = self._held.get((lease.agent, lease.name))
        return held if held is not None and held.lease == lease else None
