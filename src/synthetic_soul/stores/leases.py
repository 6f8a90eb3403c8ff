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


@dataclass(frozen=True, slots=True)
class _Held:
    lease: Lease
    holder: str


class Leases:
    """Who holds what. Tokens come from one counter that starts at the clock, or above ``floor``.

    ``floor`` is the highest token that an earlier run may have written with, so that tokens grow
    over restarts even where the clock went back.
    """

    def __init__(self, clock: Callable[[], int], *, floor: int = 0) -> None:
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self.last = floor

    def take(self, name: str, *, ttl: int, holder: str) -> Lease | None:
        """Take or renew; None while another holds it."""
        at = self._clock()
        held = self._held.get(name)
        if held is not None and held.holder != holder and held.lease.until > at:
            return None
        if held is not None and held.holder == holder:
            token = held.lease.token
        else:
            token = self.last = max(self.last + 1, at)
        lease = Lease(name, token, at + ttl)
        self._held[name] = _Held(lease, holder)
        if len(self._held) > _CROWDED:
            self._held = {n: h for n, h in self._held.items() if h.lease.until > at}
        return lease

    def release(self, lease: Lease) -> None:
        """Let go, if it is still this lease that holds."""
        if self.holds(lease):
            del self._held[lease.name]

    def holds(self, lease: Lease) -> bool:
        """Whether nobody took the name since; late is not lost."""
        held = self._held.get(lease.name)
        return held is not None and held.lease.token == lease.token
