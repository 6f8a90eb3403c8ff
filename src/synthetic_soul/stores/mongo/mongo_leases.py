"""Leases in MongoDB, timed by the server's clock alone.

Clocks of several machines differ, and a holder may be suspended for any time: neither proves that
an expired lease will not be used. So the journal itself decides. An entry under a lease carries its
fence, which is unique in a journal. Whoever takes a lease over first writes a tombstone with the
old fence among the entries: from then on the old holder can commit nothing under it.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError
from typing_extensions import override

from synthetic_soul.errors import SoulError, Unavailable
from synthetic_soul.stores.base import Lease, LeaseStore
from synthetic_soul.stores.mongo.mongo_database import (
    Document,
    Incarnation,
    MongoDatabase,
    retried,
    translated_errors,
)
from synthetic_soul.stores.mongo.mongo_entries import Inserts, fence_of
from synthetic_soul.stores.mongo.mongo_schema import LEASES

CLOCK_SLACK_MS: Final = 120_000
"""A lease that ends so much later than one taken now would is one from before the server's clock
was set back: it may be taken over. Less may be between the clocks of two primaries."""
_NEXT_TOKEN = {"$max": [{"$add": [{"$ifNull": ["$token", 0]}, 1]}, {"$toLong": "$$NOW"}]}


@dataclass(slots=True)
class _HeldLease:
    """What this process knows of a lease it holds.

    ``under`` is the server's run in which it was taken: a lease is not on disk, and a server that
    crashed may have forgotten it. ``in_flight`` is true while an entry may be on its way, or there.
    """

    token: int
    under: Incarnation
    in_flight: bool = False
    spent: bool = False


class MongoLeases(LeaseStore):
    """Takes and releases leases, and says which entries may go out under them."""

    def __init__(self, database: MongoDatabase, inserts: Inserts) -> None:
        self._database = database
        self._inserts = inserts
        self._held: dict[tuple[str, str], _HeldLease] = {}

    @property
    def _collection(self) -> AsyncCollection[Document]:
        return self._database.collection(LEASES, durable=False)

    @override
    async def acquire(self, agent: str, name: str, *, ttl: int, holder: str) -> Lease | None:
        # A lease is not on disk: one that was taken while the server crashed may be forgotten, so
        # it counts only where the same run of the server was seen before and after.
        while True:
            under = self._database.incarnation()
            token = await self._token(agent, name, ttl, holder)
            if under and under == self._database.incarnation():
                break
        if token is None:
            return None
        held = self._held.get((agent, name))
        if held is None or held.token != token:
            self._held[agent, name] = _HeldLease(token, under)
        else:
            held.under = under
        return Lease(agent, name, token)

    async def _token(self, agent: str, name: str, ttl: int, holder: str) -> int | None:
        # One update takes a free lease, renews an own one, and only reads one of another holder.
        where = _document_of(agent, name)
        free = {"$ifNull": ["$released", True]}
        mine = {"$eq": ["$holder", {"$literal": holder}]}
        state = await self._update(
            where,
            {
                "name": {"$literal": name},
                "token": {"$cond": [free, _NEXT_TOKEN, "$token"]},
                "holder": {"$cond": [free, {"$literal": holder}, "$holder"]},
                "until": {"$cond": [{"$or": [free, mine]}, {"$add": ["$$NOW", ttl]}, "$until"]},
                "released": False,
            },
            ttl,
            upsert=True,
        )
        if state is not None and state["holder"] != holder:
            state = (
                await self._take_over(where, state, name, ttl, holder) if state["late"] else None
            )
        return None if state is None else int(state["token"])

    async def _take_over(
        self, where: Document, old: Document, name: str, ttl: int, holder: str
    ) -> Document | None:
        """Take an expired lease over, once nothing can be committed under it any more."""
        await self._write_tombstone(Lease(where["agent"], name, int(old["token"])))
        still = {"token": old["token"], "released": False, "$expr": _late(ttl)}
        return await self._update(
            {**where, **still},
            {
                "token": _NEXT_TOKEN,
                "holder": {"$literal": holder},
                "until": {"$add": ["$$NOW", ttl]},
            },
            ttl,
        )

    async def _update(
        self, where: Document, values: Document, ttl: int, *, upsert: bool = False
    ) -> Document | None:
        state = {"_id": 0, "token": 1, "holder": 1, "released": 1, "late": _late(ttl)}

        async def update() -> Document | None:
            while True:
                with suppress(DuplicateKeyError):  # another has just made it: look again
                    return await self._collection.find_one_and_update(
                        where,
                        [{"$set": values}],
                        state,
                        upsert=upsert,
                        return_document=ReturnDocument.AFTER,
                    )

        return await retried(update)

    async def _write_tombstone(self, lease: Lease) -> None:
        """Keep any entry from being committed under the lease from now on."""
        tombstone = {"_id": ObjectId(), "agent": lease.agent, "fence": fence_of(lease)}
        sent = await retried(lambda: self._inserts.insert([tombstone]))
        if isinstance(sent.refused, SoulError):
            raise sent.refused

    @override
    async def release(self, lease: Lease) -> None:
        held = self._of(lease)
        if held is None:
            return
        del self._held[lease.agent, lease.name]
        where = {**_document_of(lease.agent, lease.name), "token": lease.token}
        # Where MongoDB is away it expires by itself, and its next holder writes the tombstone.
        with suppress(Unavailable), translated_errors():
            if held.in_flight and not held.spent:
                await self._write_tombstone(lease)
            await self._collection.update_one(where, {"$set": {"released": True}})

    def holds(self, lease: Lease) -> bool:
        """Return whether an entry may be sent under the lease, as far as is known here."""
        held = self._of(lease)
        return held is not None and not held.spent and held.under == self._database.incarnation()

    def server_known(self) -> bool:
        """Return whether the primary is known."""
        return self._database.incarnation() != ()

    def record(self, lease: Lease, *, in_flight: bool, spent: bool = False) -> None:
        """Record whether an entry under the lease may be there, or has used its one commit."""
        held = self._of(lease)
        if held is not None:
            held.in_flight, held.spent = in_flight, held.spent or spent

    def _of(self, lease: Lease) -> _HeldLease | None:
        held = self._held.get((lease.agent, lease.name))
        return held if held is not None and held.token == lease.token else None


def _late(ttl: int) -> Document:
    """Return the condition under which a lease may be taken over by one who asks for ``ttl`` ms."""
    latest = {"$add": ["$$NOW", ttl + CLOCK_SLACK_MS]}
    return {"$or": [{"$lte": ["$until", "$$NOW"]}, {"$gt": ["$until", latest]}]}


def _document_of(agent: str, name: str) -> Document:
    return {"_id": f"{agent}\0{name}", "agent": agent}
