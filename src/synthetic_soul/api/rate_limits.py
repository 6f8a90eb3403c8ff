"""Rate limits: how often an address or a person may ask, over all processes of one store.

The notation is that of the ``limits`` library. Its own storages are not asked: the store counts,
in a fixed window a key, opened by its first hit.
"""

from collections.abc import Callable

import limits

from synthetic_soul.errors import TooMany, Unavailable
from synthetic_soul.settings import Settings
from synthetic_soul.stores.account_records import Accounts

FIRST_SWEEP = 1024  # refused keys before those that may enter again are first dropped


class Gate:
    """Lets so many through a window; an empty ``rate`` lets everybody through.

    ``name`` tells its counts in the store from another gate's; ``clock`` gives milliseconds.
    """

    def __init__(self, name: str, rate: str, store: Accounts, clock: Callable[[], int]) -> None:
        item = limits.parse(rate) if rate else None
        self._name = name
        self._amount = item.amount if item else 0
        self._window = item.get_expiry() * 1000 if item else 0
        self._store = store
        self._clock = clock
        self._refused: dict[str, int] = {}  # key -> ms until which it is not asked about again
        self._sweep_at = FIRST_SWEEP

    async def enter(self, key: str) -> None:
        """Count a hit; ``TooMany`` says in how many seconds the window closes.

        A refusal holds in this process until then, so that a flood costs the store nothing. While
        the store is away everybody is let through: what needs it says so itself.
        """
        if not self._amount:
            return
        now = self._clock()
        if self._refused.get(key, 0) > now:
            raise _too_many(self._refused[key] - now)
        try:
            hits, closes = await self._store.count(f"{self._name}:{key}", window=self._window)
        except Unavailable:
            return
        if hits > self._amount:
            left = min(max(closes - now, 1), self._window)  # the store's clock may be another
            self._sweep(now)
            self._refused[key] = now + left
            raise _too_many(left)

    def _sweep(self, now: int) -> None:
        """Drop refusals that are over whenever their number has doubled: a constant cost each."""
        if len(self._refused) >= self._sweep_at:
            self._refused = {key: until for key, until in self._refused.items() if until > now}
            self._sweep_at = max(FIRST_SWEEP, 2 * len(self._refused))


class Gates:
    """The six gates of the API."""

    def __init__(self, settings: Settings, store: Accounts, clock: Callable[[], int]) -> None:
        self.guest = Gate("guest", settings.rate_limit_guest, store, clock)
        self.submit = Gate("submit", settings.rate_limit_submit, store, clock)
        self.poll = Gate("poll", settings.rate_limit_poll, store, clock)
        self.login = Gate("login", settings.rate_limit_login, store, clock)
        self.claim = Gate("claim", settings.rate_limit_claim, store, clock)
        self.agents = Gate("agents", settings.rate_limit_agents, store, clock)


def _too_many(left: int) -> TooMany:
    return TooMany("too many requests; slow down", retry_after=left / 1000)
