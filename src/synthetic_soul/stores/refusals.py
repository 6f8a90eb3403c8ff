"""The log of requests that the store has refused, at most one line a minute for each kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from synthetic_soul import clocks
from synthetic_soul.caches import LRUCache
from synthetic_soul.errors import SoulError

LOG_INTERVAL_MS: Final = 60_000
MAX_KINDS: Final = 256

log = structlog.get_logger()


@dataclass(slots=True)
class _Refused:
    logged_at: int
    unlogged: int = 0


class RefusalLog:
    """Logs the first refusal of a route with its reason at once; a minute later, how many came."""

    def __init__(self, elapsed: Callable[[], int] = clocks.elapsed) -> None:
        self._elapsed = elapsed
        self._kinds: LRUCache[tuple[str, str], _Refused] = LRUCache(MAX_KINDS)

    def note(self, route: str, error: SoulError) -> None:
        """Count a refusal of a route, given as its template: it names nobody."""
        now = self._elapsed()
        refused = self._kinds.get((route, error.message))
        if refused is not None and now - refused.logged_at < LOG_INTERVAL_MS:
            refused.unlogged += 1
            return
        times = 1 if refused is None else refused.unlogged + 1
        self._kinds.put((route, error.message), _Refused(now))
        log.error(
            "request_refused", route=route, code=error.code, reason=error.message, times=times
        )
