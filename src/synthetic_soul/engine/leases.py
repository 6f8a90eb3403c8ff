"""Leases held while something is done: renewed meanwhile, released after it.

A lease is short, so that whoever is killed is soon replaced; whoever merely takes long renews it.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import structlog

from synthetic_soul.errors import Unavailable
from synthetic_soul.jobs.cancel import cancel_all

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from synthetic_soul.engine.runtime import Runtime
    from synthetic_soul.stores.base import Lease

log = structlog.get_logger(__name__)

TTL = 6_000  # ms
BEAT = 2.0  # seconds between two renewals


@asynccontextmanager
async def leased(parts: Runtime, agent: str, name: str) -> AsyncIterator[Lease | None]:
    """The lease, kept alive while the block runs; None where another has it."""
    holder = parts.token()
    lease = await parts.store.leases.acquire(agent, name, ttl=TTL, holder=holder)
    if lease is None:
        yield None
        return
    beat = asyncio.create_task(_renew(parts, lease, holder))
    try:
        yield lease
    finally:
        await cancel_all([beat])
        with suppress(Unavailable):  # then it runs out by itself
            await parts.store.leases.release(lease)


async def _renew(parts: Runtime, lease: Lease, holder: str) -> None:
    """Renew until cancelled, or until the lease is found to be another's.

    The work goes on then: its commit is refused, and it ends like any other that came too late.
    """
    while True:
        await asyncio.sleep(BEAT)
        with suppress(Unavailable):
            now = await parts.store.leases.acquire(lease.agent, lease.name, ttl=TTL, holder=holder)
            if now != lease:
                log.warning("lease_lost", agent=lease.agent)
                if now is not None:  # another had it and let it go: nobody works under this one
                    await parts.store.leases.release(now)
                return
