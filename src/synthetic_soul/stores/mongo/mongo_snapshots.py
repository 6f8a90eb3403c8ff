"""Snapshots in MongoDB: the bonds first, each as of its own entry, then the mind.

Those of another dynamics version stay: a process of that version may still read its bonds, and
one that is missing would be taken for somebody never met.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bson import Int64
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError
from typing_extensions import override

from synthetic_soul.stores import codec
from synthetic_soul.stores.base import BondSnapshot, SnapshotStore
from synthetic_soul.stores.mongo.mongo_database import border, patiently
from synthetic_soul.stores.mongo.mongo_schema import BONDS, MINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pymongo.asynchronous.collection import AsyncCollection

    from synthetic_soul.stores.base import Snapshot
    from synthetic_soul.stores.mongo.mongo_database import Document, MongoDatabase

_TAKEN = 11000


class MongoSnapshots(SnapshotStore):
    """Folded states."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    @property
    def _minds(self) -> AsyncCollection[Document]:
        return self._database.collection(MINDS)

    @property
    def _bonds(self) -> AsyncCollection[Document]:
        return self._database.collection(BONDS)

    @override
    async def mind(self, agent: str, version: str) -> tuple[int, Mapping[str, object]] | None:
        with border():
            found = await self._minds.find_one({"_id": f"{agent}\0{version}", "agent": agent})
        return (int(found["seq"]), codec.unpack(found["mind"])) if found else None

    @override
    async def bond(self, agent: str, version: str, person: str) -> BondSnapshot | None:
        where = {"_id": f"{agent}\0{version}\0{person}", "agent": agent}
        with border():
            found = await self._bonds.find_one(where)
        return _kept(found) if found else None

    @override
    async def bonds(self, agent: str, version: str) -> dict[str, BondSnapshot]:
        where = {"agent": agent, "version": version}
        with border():
            found = await self._bonds.find(where, sort=[("person", 1)]).to_list()
        return {each["person"]: _kept(each) for each in found}

    @override
    async def save(self, agent: str, version: str, snapshot: Snapshot) -> None:
        seq = Int64(snapshot.seq)
        bonds = [
            UpdateOne(
                {
                    "_id": f"{agent}\0{version}\0{person}",
                    "agent": agent,
                    "version": version,
                    "person": person,
                    "seq": {"$lte": seq},
                },
                {"$set": {"seq": seq, "bond": codec.pack(bond)}},
                upsert=True,
            )
            for person, bond in snapshot.bonds.items()
        ]
        where = {"_id": f"{agent}\0{version}", "agent": agent, "version": version}
        values = {"$set": {"seq": seq, "mind": codec.pack(snapshot.mind)}}

        async def put() -> None:
            if bonds:
                with _unless_newer():
                    await self._bonds.bulk_write(bonds, ordered=False)
            with _unless_newer():
                await self._minds.update_one({**where, "seq": {"$lte": seq}}, values, upsert=True)

        await patiently(put)


@contextmanager
def _unless_newer() -> Iterator[None]:
    """What is there as of a later entry does not match, and cannot be added beside itself."""
    try:
        yield
    except DuplicateKeyError:
        return
    except BulkWriteError as error:
        details: Mapping[str, Any] = error.details or {}
        taken = all(each.get("code") == _TAKEN for each in details.get("writeErrors", ()))
        if details.get("writeConcernErrors") or not taken:
            raise


def _kept(document: Document) -> BondSnapshot:
    return BondSnapshot(int(document["seq"]), codec.unpack(document["bond"]))
