"""Erasure by age: guests who stay away, and sessions that are long over."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from synthetic_soul import clocks
from synthetic_soul.auth.auth import Auth
from synthetic_soul.engine.engine import Engine
from synthetic_soul.errors import SoulError
from synthetic_soul.settings import Settings
from synthetic_soul.stores.sightings import Sightings

MIN_INTERVAL: Final = 5.0
"""Seconds between two searches for idle guests."""
MAX_INTERVAL: Final = 3600.0

log = structlog.get_logger()


class Expiry:
    """Erases what is too old, once two looks at the clock agree on that (see ``Sightings``)."""

    def __init__(
        self,
        engine: Engine,
        auth: Auth,
        settings: Settings,
        elapsed: Callable[[], int] = clocks.elapsed,
    ) -> None:
        self._engine = engine
        self._auth = auth
        self._ttl_ms = settings.guest_ttl * 1000
        self._sightings = Sightings(engine.store, engine.clock, elapsed)

    async def run(self) -> None:
        """Erase now and then, until cancelled."""
        interval = min(MAX_INTERVAL, max(MIN_INTERVAL, self._ttl_ms / 4000))
        while True:
            try:
                await self.expire()
            except SoulError as error:
                log.warning("guests_not_expired", because=error.code)
            await asyncio.sleep(interval)

    async def expire(self) -> int:
        """Erase idle guests, their words before their accounts, and return how many."""
        self._auth.earliest = await self._sightings.newest_entry()
        before = await self._sightings.look(self._ttl_ms)
        if before is None:
            return 0
        erased = 0
        try:
            while idle := await self._auth.guests_idle_since(before):
                for person in idle:
                    await self._engine.erase(person, idle=True)
                    await self._auth.erase(person)
                    erased += 1
        finally:
            if erased:
                log.info("guests_erased", count=erased, because="idle", days=self._days)
        over = await self._engine.store.sessions.remove_expired(before + self._ttl_ms)
        if over:
            log.info("sessions_removed", count=over, because="expired")
        return erased

    @property
    def _days(self) -> float:
        return round(self._ttl_ms / 86_400_000, 2)
