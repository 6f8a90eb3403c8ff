"""Rate limits by address or person, counted over all processes of one store; slots of one process.

The notation is that of the ``limits`` library. Its storages are not used: the store counts, in a
fixed window per key that opens with the first hit.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

import limits

from synthetic_soul import clocks
from synthetic_soul.caches import ExpiringCache
from synthetic_soul.errors import TooMany, Unavailable
from synthetic_soul.settings import Settings
from synthetic_soul.stores.base import Store

READS_PER_PERSON: Final = 2
READS_PER_ADDRESS: Final = 8
READS_IN_ALL: Final = 64
READ_PATIENCE_SECONDS: Final = 5.0
MAX_PAUSE_SECONDS: Final = 0.05


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


class ReadSlots:
    """Slots for reads whose answers are large: so many at once of a person, an address and in all.

    A slot is held until the answer has been sent. Who has no slot waits for one and holds little
    memory meanwhile; ``patience`` is in seconds. After a read, the next begins when as much time
    has passed again, so that half of the event loop's time is left to everything else.
    """

    def __init__(self, patience: float = READ_PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._in_all = asyncio.Semaphore(READS_IN_ALL)
        self._beginning = asyncio.Lock()
        self._next_at = 0.0
        # Whoever waits for a semaphore or holds it keeps it alive.
        self._by_key: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def taken(self, person: str, address: str) -> AsyncIterator[None]:
        """Hold a slot; raise ``TooMany`` if none becomes free in time."""
        # In this order whoever waits for their own earlier reads takes nothing from others.
        semaphores = (
            self._of(f"person:{person}", READS_PER_PERSON),
            self._of(f"address:{address}", READS_PER_ADDRESS),
            self._in_all,
        )
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(self._patience):
                    for semaphore in semaphores:
                        await held.enter_async_context(semaphore)
                    await self._wait_for_pause()
            except TimeoutError:
                raise TooMany(
                    "too many large reads at once; finish earlier ones", retry_after=self._patience
                ) from None
            begun = asyncio.get_running_loop().time()
            try:
                yield
            finally:
                now = asyncio.get_running_loop().time()
                self._next_at = now + min(now - begun, MAX_PAUSE_SECONDS)

    async def _wait_for_pause(self) -> None:
        # What is read is put together in one step of the loop: the next in line finds it done.
        async with self._beginning:
            await asyncio.sleep(self._next_at - asyncio.get_running_loop().time())

    def _of(self, key: str, number: int) -> asyncio.Semaphore:
        return self._by_key.setdefault(key, asyncio.Semaphore(number))


def _too_many(left: int) -> TooMany:
    return TooMany("too many requests; slow down", retry_after=left / 1000)
