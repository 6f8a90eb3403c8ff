"""The marks of waiting messages: taken away once their outcomes are there, sooner or later.

A mark is made in one with the entry that lets its message wait, so none is ever missing. One that
is left behind does no harm: readers look for the outcome.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from synthetic_soul.caches import LRUCache
from synthetic_soul.errors import Unavailable
from synthetic_soul.stores.mongo.mongo_database import border
from synthetic_soul.stores.mongo.mongo_schema import ENTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from synthetic_soul.stores.mongo.mongo_database import Incarnation, MongoDatabase

GATHER_S: Final = 0.2
"""How long outcomes gather, so that many marks go at once."""
REMEMBERED: Final = 4_096


class Flags:
    """Takes marks away beside the work, and remembers the latest outcomes of this process.

    An outcome that was only read may be lost with a crash of the server: a mark is taken away in
    the same run (``incarnation``) of the server in which its outcome was seen, or stays.
    """

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._under: Incarnation = ()
        self._settled: LRUCache[tuple[str, str], int] = LRUCache(REMEMBERED)
        self._stale: dict[str, dict[str, int]] = {}
        self._task: asyncio.Task[None] | None = None

    def settle(self, agent: str, tickets: Iterable[str], seq: int) -> None:
        """These have their outcomes in entry ``seq``, which is there for good."""
        for ticket in tickets:
            self._settled.put((agent, ticket), seq)
            self.clear(agent, ticket, seq)

    def settled(self, agent: str, ticket: str) -> int | None:
        """The entry with the outcome, if this process wrote it lately."""
        return self._settled.get((agent, ticket))

    def clear(self, agent: str, ticket: str, seq: int) -> None:
        """Take away the marks of this ticket that entries before ``seq`` have made."""
        if not self._stale:
            self._under = self._database.incarnation()
        self._stale.setdefault(agent, {})[ticket] = seq
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def drain(self) -> None:
        """Take away what has gathered, now."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            await self._clear_all()

    async def _run(self) -> None:
        try:
            while self._stale:
                await asyncio.sleep(GATHER_S)
                await self._clear_all()
        finally:
            self._task = None

    async def _clear_all(self) -> None:
        stale, self._stale = self._stale, {}
        for agent, tickets in stale.items():
            if self._under != self._database.incarnation():
                return
            with suppress(Unavailable), border():
                await self._clear(agent, list(tickets), max(tickets.values()))

    async def _clear(self, agent: str, tickets: list[str], seq: int) -> None:
        stale = {"ticket": {"$in": tickets}}
        where = {
            "agent": agent,
            "seq": {"$lt": seq},
            "steps.id": {"$in": list({ticket.rpartition("#")[0] for ticket in tickets})},
            "waiting": {"$elemMatch": stale},
        }
        entries = self._database.collection(ENTRIES, durable=False)
        await entries.update_many(where, {"$pull": {"waiting": stale}})
