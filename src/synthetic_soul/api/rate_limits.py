"""Rate limits by address or person, counted over all processes of one store.

The notation is that of the ``limits`` library. Its storages are not used: the store counts, in a
fixed window per key that opens with the first hit.
"""

from collections.abc import Callable

import limits

from synthetic_soul import clocks
from synthetic_soul.caches import ExpiringCache
from synthetic_soul.errors import TooMany, Unavailable
from synthetic_soul.settings import Settings
from synthetic_soul.stores.base import Store


class RateLimit:
    """One limit; an empty ``rate`` allows everything.

    ``name`` separates its counts in the store from other limits'; ``elapsed`` gives milliseconds.
    """

    def __init__(
        self, name: str, rate: str, store: Store, elapsed: Callable[[], int] = clocks.elapsed
    ) -> None:
        item = limits.parse(rate) if rate else None
        self._name = name
        self._amount = item.amount if item else 0
        self._window = item.get_expiry() * 1000 if item else 0
        self._store = store
        self._elapsed = elapsed
        self._refused: ExpiringCache[str, int] = ExpiringCache(elapsed)  # key -> end of its window

    async def hit(self, key: str) -> None:
        """Count a hit; ``TooMany`` says in how many seconds the window closes.

        A refusal is remembered in this process until then, so that a flood costs the store
        nothing. While the store is away everything is allowed: what needs it fails by itself.
        """
        if not self._amount:
            return
        now = self._elapsed()
        refused_until = self._refused.get(key)
        if refused_until is not None and refused_until <= now + self._window:
            raise _too_many(refused_until - now)
        try:
            hits, left = await self._store.counters.increment(
                f"{self._name}:{key}", window=self._window
            )
        except Unavailable:
            return
        if hits > self._amount:
            left = max(left, 1)
            self._refused.put(key, now + left, until=now + left)
            raise _too_many(left)


class RateLimits:
    """The limits of the API."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.guest = RateLimit("guest", settings.rate_limit_guest, store)
        self.submit = RateLimit("submit", settings.rate_limit_submit, store)
        self.poll = RateLimit("poll", settings.rate_limit_poll, store)
        self.login = RateLimit("login", settings.rate_limit_login, store)
        self.claim = RateLimit("claim", settings.rate_limit_claim, store)
        self.export = RateLimit("export", settings.rate_limit_export, store)
        self.agents = RateLimit("agents", settings.rate_limit_agents, store)


def _too_many(left: int) -> TooMany:
    return TooMany("too many requests; slow down", retry_after=left / 1000)
