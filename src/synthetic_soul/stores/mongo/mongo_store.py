"""The store in MongoDB: for any number of processes on any number of machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from synthetic_soul.stores.base import Store, TextStore
from synthetic_soul.stores.mongo.mongo_account_documents import SHAPES
from synthetic_soul.stores.mongo.mongo_accounts import (
    MongoAccounts,
    MongoCounters,
    MongoSecrets,
    MongoSessions,
)
from synthetic_soul.stores.mongo.mongo_database import MongoDatabase
from synthetic_soul.stores.mongo.mongo_erasure import wipe
from synthetic_soul.stores.mongo.mongo_inserts import Inserts
from synthetic_soul.stores.mongo.mongo_jobs import MongoJobs
from synthetic_soul.stores.mongo.mongo_journal import EntryReader, MongoJournal
from synthetic_soul.stores.mongo.mongo_leases import MongoLeases
from synthetic_soul.stores.mongo.mongo_pending import Flags
from synthetic_soul.stores.mongo.mongo_schema import shapes
from synthetic_soul.stores.mongo.mongo_snapshots import MongoSnapshots

if TYPE_CHECKING:
    from collections.abc import Sequence


class MongoStore(Store):
    """The store in the database ``name`` of a MongoDB of version 6 or later.

    Collections may be sharded by ``{agent: 1}``. Appending raises ``TooLarge`` for what no
    document can hold; an adoption that was killed half-way leaves the first of its entries.
    """

    def __init__(self, uri: str, name: str) -> None:
        self.database = database = MongoDatabase(uri, name, {**SHAPES, **shapes()})
        inserts = Inserts(database)
        reader = EntryReader(database)
        self._flags = Flags(database)
        self.leases = MongoLeases(database, inserts)
        self.journal = MongoJournal(reader, inserts, self.leases, self._flags)
        self.jobs = MongoJobs(database, reader, self._flags)
        self.texts = MongoTexts(reader)
        self.snapshots = MongoSnapshots(database)
        self.sessions = MongoSessions(database)
        self.accounts = MongoAccounts(database, self.sessions)
        self.counters = MongoCounters(database)
        self.secrets = MongoSecrets(database)

    @override
    async def open(self) -> None:
        await self.database.open()

    @override
    async def close(self) -> None:
        await self.journal.drain()
        await self._flags.drain()
        await self.database.close()

    @override
    async def healthy(self) -> bool:
        return await self.database.healthy()


class MongoTexts(TextStore):
    """The journals' texts.

    An erased text is gone from every query once a majority has it; the server's own files, its
    journal and the oplog let go of it as they are overwritten, backups when they are deleted.
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
