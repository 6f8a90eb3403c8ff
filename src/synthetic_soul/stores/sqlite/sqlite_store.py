"""The store in one SQLite file: for one process, durable, nothing to install."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from typing_extensions import override

from synthetic_soul.stores import codec
from synthetic_soul.stores.base import (
    JobStore,
    Journal,
    LeaseStore,
    SnapshotStore,
    Store,
    TextStore,
)
from synthetic_soul.stores.codec import index_entries
from synthetic_soul.stores.sqlite import sqlite_queries
from synthetic_soul.stores.sqlite.sqlite_accounts import (
    SqliteAccounts,
    SqliteCounters,
    SqliteSecrets,
    SqliteSessions,
)
from synthetic_soul.stores.sqlite.sqlite_appender import now
from synthetic_soul.stores.sqlite.sqlite_database import SqliteDatabase

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from pathlib import Path

    from synthetic_soul.mind.events import Event
    from synthetic_soul.stores.base import (
        BondSnapshot,
        Entry,
        JobRecord,
        Lease,
        Snapshot,
        Waiting,
    )

CHUNK = 100  # entries or texts of one read, so that no thread is held long
INLINE_ENTRIES = 16  # so many are read on the event loop's own thread
_ERASE = (
    "UPDATE words SET erased = 1, salt = zeroblob(length(salt)), text = zeroblob(length(text)) "
    "WHERE agent = ? AND erased = 0 AND"
)


class SqliteStore(Store):
    """The store in the SQLite file at ``path``, as ``SqliteDatabase`` opens it."""

    def __init__(
        self, path: Path, *, clock: Callable[[], int] = now, readonly: bool = False
    ) -> None:
        self.database = SqliteDatabase(path, clock=clock, readonly=readonly)
        self.journal = SqliteJournal(self.database)
        self.jobs = SqliteJobs(self.database, self.journal)
        self.texts = SqliteTexts(self.database)
        self.snapshots = SqliteSnapshots(self.database)
        self.leases = SqliteLeases(self.database)
        self.accounts = SqliteAccounts(self.database)
        self.sessions = SqliteSessions(self.database)
        self.counters = SqliteCounters(self.database, clock)
        self.secrets = SqliteSecrets(self.database)

    @override
    async def open(self) -> None:
        await self.database.open()

    @override
    async def close(self) -> None:
        await self.database.close()

    @override
    async def healthy(self) -> bool:
        return self.database.healthy()


class SqliteJournal(Journal):
    """The journals; what is small is read at once, what may be much beside the event loop."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    async def append(
        self, agent: str, events: Sequence[Event], *, at: int, lease: Lease | None = None
    ) -> Entry:
        draft, index = codec.draft(events), index_entries(events)
        return await self._database.write(
            lambda db: self._database.appender.append(db, agent, draft, index, at=at, lease=lease)
        )

    @override
    async def adopt(self, entries: Sequence[Entry]) -> None:
        drafts = [(entry, codec.redraft(entry), index_entries(entry.events)) for entry in entries]

        def put(db: sqlite3.Connection) -> None:
            for entry, draft, index in drafts:
                self._database.appender.adopt(db, entry, draft, index)

        await self._database.write(put)

    @override
    async def entries(self, agent: str, *, after: int = 0) -> AsyncIterator[Entry]:
        while True:
            read = partial(sqlite_queries.stretch, agent=agent, after=after, limit=CHUNK)
            chunk = await self._database.read_in_thread(read)
            if not chunk:
                return
            for entry in chunk:
                yield entry
            after = chunk[-1].seq

    @override
    async def entry(self, agent: str, seq: int) -> Entry | None:
        found = self._picked(agent, [seq])
        return found[0] if found else None

    def _picked(self, agent: str, seqs: Sequence[int]) -> list[Entry]:
        """Return a few entries, from the cache where it holds them all."""
        cached = self._database.appender.cache.entries(agent, seqs)
        if cached is not None:
            return cached
        return self._database.read(lambda db: sqlite_queries.picked(db, agent, seqs))

    @override
    async def tail(
        self, agent: str, conversation: str, *, limit: int, before: int | None = None
    ) -> list[Entry]:
        end = sqlite_queries.END if before is None else before
        return self._database.read(
            lambda db: sqlite_queries.tail(db, agent, conversation, limit, end)
        )

    @override
    async def conversation(
        self,
        agent: str,
        conversation: str,
        *,
        after: int = 0,
        before: int | None = None,
        last: int | None = None,
    ) -> list[Entry]:
        if before is not None or last is not None:
            end, most = (sqlite_queries.END if n is None else n for n in (before, last))
            return await self._gather(
                agent,
                lambda db: sqlite_queries.latest(db, agent, conversation, (after, end), most),
            )
        first = partial(sqlite_queries.conversation, agent=agent, conversation=conversation)
        seqs = self._database.read(partial(first, after=after, limit=INLINE_ENTRIES + 1))
        if len(seqs) <= INLINE_ENTRIES:
            return self._picked(agent, seqs)
        return await self._gather(
            agent, lambda db: sqlite_queries.conversation(db, agent, conversation, after)
        )

    @override
    async def involving(self, agent: str, person: str) -> list[Entry]:
        return await self._gather(agent, lambda db: sqlite_queries.involving(db, agent, person))

    async def _gather(
        self, agent: str, find: Callable[[sqlite3.Connection], list[int]]
    ) -> list[Entry]:
        """Return the entries at the seqs that ``find`` gives, read chunk by chunk."""
        seqs = await self._database.read_in_thread(find)
        found: list[Entry] = []
        for start in range(0, len(seqs), CHUNK):
            chunk = seqs[start : start + CHUNK]
            read = partial(sqlite_queries.picked, agent=agent, seqs=chunk)
            found += await self._database.read_in_thread(read)
        return found

    @override
    async def thoughts(self, agent: str, *, person: str | None, limit: int = 20) -> list[Entry]:
        return self._database.read(lambda db: sqlite_queries.thoughts(db, agent, person, limit))

    @override
    async def person_erased(self, agent: str, person: str) -> bool:
        return self._database.read(lambda db: sqlite_queries.gone(db, agent, [person])) != []

    @override
    async def agents(self) -> list[str]:
        return self._database.read(sqlite_queries.agents)

    @override
    async def adoptions(self, agent: str | None = None) -> dict[str, int]:
        return self._database.read(lambda db: sqlite_queries.adoptions(db, agent))

    @override
    async def last(self, agent: str) -> tuple[int, str]:
        seq, _, hash_ = self._database.read(lambda db: sqlite_queries.end(db, agent))
        return seq, hash_


class SqliteJobs(JobStore):
    """Messages as jobs; the latest are answered from the cache."""

    def __init__(self, database: SqliteDatabase, journal: SqliteJournal) -> None:
        self._database = database
        self._journal = journal

    @override
    async def get(self, agent: str, job: str) -> JobRecord | None:
        cached = self._database.appender.cache.job(agent, job)
        if cached is not None:
            return cached
        found = self._database.read(lambda db: sqlite_queries.job(db, agent, job))
        if found is not None and self._database.owned:
            self._database.appender.cache.put_job(found)
        return found

    @override
    async def with_outcome(self, agent: str, job: str) -> tuple[JobRecord, Entry | None] | None:
        record = await self.get(agent, job)
        if record is None:
            return None
        return record, await self._journal.entry(agent, record.outcome) if record.outcome else None

    @override
    async def by_key(self, agent: str, person: str, key: str) -> JobRecord | None:
        return self._database.read(lambda db: sqlite_queries.by_key(db, agent, person, key))

    @override
    async def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        if self._database.owned:
            return self._database.appender.cache.queued(agent, conversation)
        return self._database.read(lambda db: sqlite_queries.unanswered(db, agent, conversation))

    @override
    async def waiting(self, agents: Sequence[str], *, limit: int = 1000) -> list[Waiting]:
        return await self._database.read_in_thread(
            lambda db: sqlite_queries.waiting(db, agents, limit)
        )


class SqliteTexts(TextStore):
    """The journals' texts; an erasure is ``Unavailable`` while a reader holds on to the log."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    async def read(self, agent: str, digests: Sequence[str]) -> dict[str, str]:
        cached = self._database.appender.cache.words(agent, digests)
        if cached is not None:
            return cached
        read = partial(sqlite_queries.texts, agent=agent, digests=digests)
        many = len(digests) > CHUNK
        found = await self._database.read_in_thread(read) if many else self._database.read(read)
        texts = {digest: text for digest, (_, text) in found.items()}
        if self._database.owned:
            self._database.appender.cache.put_words(agent, texts.items())
        return texts

    @override
    async def erase(self, agent: str, digests: Sequence[str]) -> int:
        rows = [(agent, digest) for digest in sorted(set(digests))]
        sql = f"{_ERASE} digest = ?"
        return await self._database.scrub(
            lambda db: db.executemany(sql, rows).rowcount if rows else 0
        )

    @override
    async def erase_person(self, agent: str, person: str) -> int:
        if not person:
            return 0
        sql = f"{_ERASE} owner = ?"
        return await self._database.scrub(lambda db: db.execute(sql, (agent, person)).rowcount)


class SqliteSnapshots(SnapshotStore):
    """Folded states; those of other versions are dropped."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    async def mind(self, agent: str, version: str) -> tuple[int, Mapping[str, object]] | None:
        return self._database.read(lambda db: sqlite_queries.snapshot(db, agent, version))

    @override
    async def bond(self, agent: str, version: str, person: str) -> BondSnapshot | None:
        found = self._database.read(lambda db: sqlite_queries.bonds(db, agent, version, person))
        return found.get(person)

    @override
    async def bonds(self, agent: str, version: str) -> dict[str, BondSnapshot]:
        return await self._database.read_in_thread(
            lambda db: sqlite_queries.bonds(db, agent, version)
        )

    @override
    async def save(self, agent: str, version: str, snapshot: Snapshot) -> None:
        mind = codec.pack(snapshot.mind)
        bonds = [
            (agent, version, name, codec.pack(bond), snapshot.seq)
            for name, bond in snapshot.bonds.items()
        ]

        def put(db: sqlite3.Connection) -> None:
            sql = "SELECT seq FROM snapshots WHERE agent = ? AND version = ?"
            known = db.execute(sql, (agent, version)).fetchone()
            if known is not None and known[0] > snapshot.seq:
                return
            row = (agent, version, snapshot.seq, mind)
            db.execute("DELETE FROM bonds WHERE agent = ? AND version <> ?", (agent, version))
            db.execute("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)", row)
            db.executemany("INSERT OR REPLACE INTO bonds VALUES (?, ?, ?, ?, ?)", bonds)

        await self._database.write(put)


class SqliteLeases(LeaseStore):
    """MemoryLeases in the memory of the process that owns the file."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    async def acquire(self, agent: str, name: str, *, ttl: int, holder: str) -> Lease | None:
        self._database.writer()  # raises where the store is closed or read-only
        return self._database.appender.leases.acquire(agent, name, ttl=ttl, holder=holder)

    @override
    async def release(self, lease: Lease) -> None:
        self._database.appender.leases.release(lease)
