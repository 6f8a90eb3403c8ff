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

from synthetic_soul.stores import codec
from synthetic_soul.stores.base import KeptBond
from synthetic_soul.stores.mongo.mongo_database import border, patiently

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pymongo.asynchronous.collection import AsyncCollection

    from synthetic_soul.stores.base import Snapshot
    from synthetic_soul.stores.mongo.mongo_database import Document

_TAKEN = 11000


class Snapshots:
    """Minds and bonds as they were last kept."""

    def __init__(self, minds: AsyncCollection[Document], bonds: AsyncCollection[Document]) -> None:
        self._minds = minds
        self._bonds = bonds

    async def mind(self, agent: str, version: str) -> tuple[int, Mapping[str, object]] | None:
        """As ``Journal.snapshot``."""
        with border():
            found = await self._minds.find_one({"_id": f"{agent}\0{version}", "agent": agent})
        return (int(found["seq"]), codec.unpack(found["mind"])) if found else None

    async def bond(self, agent: str, version: str, person: str) -> KeptBond | None:
        """As ``Journal.bond``."""
        where = {"_id": f"{agent}\0{version}\0{person}", "agent": agent}
        with border():
            found = await self._bonds.find_one(where)
        return _kept(found) if found else None

    async def bonds(self, agent: str, version: str) -> dict[str, KeptBond]:
        """As ``Journal.bonds``."""
        where = {"agent": agent, "version": version}
        with border():
            found = await self._bonds.find(where, sort=[("person", 1)]).to_list()
        return {each["person"]: _kept(each) for each in found}

    async def keep(self, agent: str, version: str, snapshot: Snapshot) -> None:
        """As ``Journal.keep``."""
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


def _kept(document: Document) -> KeptBond:
    return KeptBond(int(document["seq"]), codec.unpack(document["bond"]))
