"""Rate limits: how often an address or a person may ask, in this process.

The notation is that of the ``limits`` library. Its own in-memory storage looks at every key at
each hit; here a hit costs the same however many keys there are: a fixed window a key, opened by
its first hit.
"""

from collections.abc import Callable

import limits

from synthetic_soul.errors import TooMany
from synthetic_soul.settings import Settings

FIRST_SWEEP = 1024  # keys before closed windows are first dropped


class Gate:
    """Lets so many through a window; an empty ``rate`` lets everybody through.

    ``clock`` gives milliseconds.
    """

    def __init__(self, rate: str, clock: Callable[[], int]) -> None:
        item = limits.parse(rate) if rate else None
        self._amount = item.amount if item else 0
        self._window = item.get_expiry() * 1000 if item else 0
        self._clock = clock
        self._windows: dict[str, tuple[int, int]] = {}  # key -> (closes at ms, hits)
        self._sweep_at = FIRST_SWEEP

    def enter(self, key: str) -> None:
        """Count a hit; ``TooMany`` says in how many seconds the window closes."""
        if not self._amount:
            return
        now = self._clock()
        closes, hits = self._windows.get(key, (0, 0))
        if closes <= now:
            closes, hits = now + self._window, 0
            self._sweep(now)
        if hits >= self._amount:
            raise TooMany("too many requests; slow down", retry_after=(closes - now) / 1000)
        self._windows[key] = (closes, hits + 1)

    def _sweep(self, now: int) -> None:
        """Drop closed windows whenever their number has doubled: a constant cost a hit."""
        if len(self._windows) >= self._sweep_at:
            self._windows = {k: w for k, w in self._windows.items() if w[0] > now}
            self._sweep_at = max(FIRST_SWEEP, 2 * len(self._windows))


class Gates:
    """The five gates of the API."""

    def __init__(self, settings: Settings, clock: Callable[[], int]) -> None:
        self.guest = Gate(settings.rate_limit_guest, clock)
        self.submit = Gate(settings.rate_limit_submit, clock)
        self.poll = Gate(settings.rate_limit_poll, clock)
        self.login = Gate(settings.rate_limit_login, clock)
        self.claim = Gate(settings.rate_limit_claim, clock)
