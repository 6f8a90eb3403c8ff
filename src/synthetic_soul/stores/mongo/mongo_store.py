"""The store in MongoDB: for any number of processes on any number of machines."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from bson import Int64
from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, DuplicateKeyError
from typing_extensions import override

from synthetic_soul.stores import codec
from synthetic_soul.stores.base import BondSnapshot, Loss, Snapshot, SnapshotStore, Store, TextStore
from synthetic_soul.stores.mongo.mongo_accounts import (
    ACCOUNT_COLLECTIONS,
    MongoAccounts,
    MongoCounters,
    MongoMarks,
    MongoSecrets,
    MongoSessions,
)
from synthetic_soul.stores.mongo.mongo_database import (
    DUPLICATE_KEY,
    Document,
    MongoDatabase,
    retried,
    translated_errors,
)
from synthetic_soul.stores.mongo.mongo_entries import EntryReader, Inserts
from synthetic_soul.stores.mongo.mongo_indexes import INDEX_COLLECTIONS, MongoIndexes
from synthetic_soul.stores.mongo.mongo_jobs import MongoJobs, PendingMarks
from synthetic_soul.stores.mongo.mongo_journal import MongoJournal
from synthetic_soul.stores.mongo.mongo_leases import MongoLeases
from synthetic_soul.stores.mongo.mongo_pictures import PICTURE_COLLECTIONS, MongoPictures
from synthetic_soul.stores.mongo.mongo_schema import BONDS, MINDS, journal_collections


class MongoStore(Store):
    """The store in the database ``name`` of a MongoDB of version 6 or later.

    Collections may be sharded by ``{agent: 1}``. Appending raises ``TooLarge`` for what no
    document can hold; an adoption that was killed half-way leaves the first of its entries.
    """

    def __init__(self, uri: str, name: str) -> None:
        self.database = database = MongoDatabase(
            uri,
            name,
            {
                **ACCOUNT_COLLECTIONS,
                **journal_collections(),
                **PICTURE_COLLECTIONS,
                **INDEX_COLLECTIONS,
            },
        )
        inserts = Inserts(database)
        reader = EntryReader(database)
        self._marks = PendingMarks(database)
        self.leases = MongoLeases(database, inserts)
        self.journal = MongoJournal(reader, inserts, self.leases, self._marks)
        self.jobs = MongoJobs(database, reader, self._marks)
        self.texts = MongoTexts(reader)
        self.snapshots = MongoSnapshots(database)
        self.sessions = MongoSessions(database)
        self.accounts = MongoAccounts(database, self.sessions)
        self.counters = MongoCounters(database)
        self.secrets = MongoSecrets(database)
        self.marks = MongoMarks(database)
        self.pictures = MongoPictures(database)
        self.indexes = MongoIndexes(database)

    @override
    async def open(self) -> None:
        await self.database.open()

    @override
    async def close(self) -> None:
        await self.journal.drain()
        await self._marks.drain()
        await self.database.close()

    @override
    async def healthy(self) -> bool:
        return await self.database.healthy()

    @override
    async def losses(self) -> Sequence[Loss]:
        return ()  # the server checks its files itself

    @override
    async def server_time(self) -> int | None:
        return await self.database.server_time()


class MongoTexts(TextStore):
    """The journals' texts.

    An erased text is gone from every query once a majority has erased it. The server's own files,
    its journal and the oplog hold it until they are overwritten, backups until they are deleted.
    """

    def __init__(self, reader: EntryReader) -> None:
        self._reader = reader

    @override
    async def read(self, agent: str, digests: Sequence[str]) -> dict[str, str]:
        found = await self._reader.texts(agent, digests)
        return {digest: text for digest, (_, text) in found.items()}

    @override
    async def erase(self, agent: str, digests: Sequence[str]) -> int:
        if not digests:
            return 0
        return await wipe(self._reader.collection, agent, "digest", digests)

    @override
    async def erase_person(self, agent: str, person: str) -> int:
        if not person:
            return 0
        return await wipe(self._reader.collection, agent, "owner", [person])


async def wipe(
    entries: AsyncCollection[Document],
    agent: str,
    by: Literal["owner", "digest"],
    values: Sequence[str],
) -> int:
    """Erase the texts with one of these owners or digests in place; return how many there were.

    Digest and owner stay; text and salt go.
    """
    wanted = sorted(set(values))
    there = {by: {"$in": wanted}, "text": {"$exists": True}}
    where = {"agent": agent, f"words.{by}": {"$in": wanted}, "words": {"$elemMatch": there}}

    async def count() -> int:
        found = await (await entries.aggregate(_count(where, by, wanted))).to_list()
        return int(found[0]["texts"]) if found else 0

    async def remove() -> None:
        await entries.update_many(
            where,
            {"$unset": {"words.$[one].text": "", "words.$[one].salt": ""}},
            array_filters=[{"one.text": {"$exists": True}, f"one.{by}": {"$in": wanted}}],
        )

    counted = await retried(count)
    await retried(remove)
    return counted


def _count(where: Mapping[str, Any], by: str, wanted: Sequence[str]) -> list[Mapping[str, Any]]:
    mine = {"$in": [f"$$one.{by}", list(wanted)]}
    there = {"$ne": [{"$type": "$$one.text"}, "missing"]}
    texts = {"$filter": {"input": "$words", "as": "one", "cond": {"$and": [mine, there]}}}
    return [{"$match": where}, {"$group": {"_id": None, "texts": {"$sum": {"$size": texts}}}}]


class MongoSnapshots(SnapshotStore):
    """Folded states.

    The bonds are written first, each as of its own entry, then the mind. Those of another dynamics
    version stay: a process of that version may still read its bonds, and a missing one would be
    taken for somebody never met.
    """

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
        with translated_errors():
            found = await self._minds.find_one({"_id": f"{agent}\0{version}", "agent": agent})
        return (int(found["seq"]), codec.unpack(found["mind"])) if found else None

    @override
    async def bond(self, agent: str, version: str, person: str) -> BondSnapshot | None:
        where = {"_id": f"{agent}\0{version}\0{person}", "agent": agent}
        with translated_errors():
            found = await self._bonds.find_one(where)
        return _kept(found) if found else None

    @override
    async def bonds(self, agent: str, version: str) -> dict[str, BondSnapshot]:
        where = {"agent": agent, "version": version}
        with translated_errors():
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

        await retried(put)


@contextmanager
def _unless_newer() -> Iterator[None]:
    """Pass over a snapshot as of a later entry: it does not match, and its id is taken."""
    try:
        yield
    except DuplicateKeyError:
        return
    except BulkWriteError as error:
        details: Mapping[str, Any] = error.details or {}
        taken = all(each.get("code") == DUPLICATE_KEY for each in details.get("writeErrors", ()))
        if details.get("writeConcernErrors") or not taken:
            raise


def _kept(document: Document) -> BondSnapshot:
    return BondSnapshot(int(document["seq"]), codec.unpack(document["bond"]))
