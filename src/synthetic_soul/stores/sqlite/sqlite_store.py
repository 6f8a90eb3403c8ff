"""The store in one SQLite file: for one process, durable, nothing to install."""

import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from typing_extensions import override

from synthetic_soul import clocks
from synthetic_soul.errors import JournalBroken
from synthetic_soul.mind.events import Event
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import (
    BondSnapshot,
    Entry,
    JobRecord,
    JobStore,
    Journal,
    Lease,
    LeaseStore,
    Loss,
    Snapshot,
    SnapshotStore,
    Store,
    TextStore,
    Waiting,
)
from synthetic_soul.stores.codec import index_entries
from synthetic_soul.stores.sqlite.sqlite_accounts import (
    SqliteAccounts,
    SqliteCounters,
    SqliteMarks,
    SqliteSecrets,
    SqliteSessions,
)
from synthetic_soul.stores.sqlite.sqlite_appender import end_of, erased_among, job_of, jobs_where
from synthetic_soul.stores.sqlite.sqlite_counters import KeptCounters
from synthetic_soul.stores.sqlite.sqlite_database import SqliteDatabase
from synthetic_soul.stores.sqlite.sqlite_indexes import SqliteIndexes
from synthetic_soul.stores.sqlite.sqlite_pictures import SqlitePictures

CHUNK = 100  # entries or texts of one read, so that no thread is held long
INLINE_ENTRIES = 16  # so many are read on the event loop's own thread
_ERASE = (
    "UPDATE words SET erased = 1, salt = zeroblob(length(salt)), text = zeroblob(length(text)) "
    "WHERE agent = ? AND erased = 0 AND"
)

_Row = tuple[int, str, str, bytes]
END = 2**63 - 1  # greater than any seq
_ROWS = "SELECT seq, previous, hash, CAST(body AS BLOB) FROM entries WHERE agent = ? AND"
_PICKED = (
    "SELECT e.seq, e.previous, e.hash, CAST(e.body AS BLOB) FROM json_each(?) AS picked "
    "CROSS JOIN entries AS e ON e.agent = ? AND e.seq = picked.value"
)
_TEXTS = (
    "SELECT w.digest, CAST(w.salt AS BLOB), CAST(w.text AS BLOB) FROM json_each(?) AS picked "
    "CROSS JOIN words AS w ON w.agent = ? AND w.digest = picked.value WHERE w.erased = 0"
)


class SqliteStore(Store):
    """The store in the SQLite file at ``path``, as ``SqliteDatabase`` opens it."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], int] = clocks.now,
        elapsed: Callable[[], int] = clocks.elapsed,
        readonly: bool = False,
    ) -> None:
        self.database = SqliteDatabase(path, clock=clock, elapsed=elapsed, readonly=readonly)
        self.journal = SqliteJournal(self.database)
        self.jobs = SqliteJobs(self.database, self.journal)
        self.texts = SqliteTexts(self.database)
        self.snapshots = SqliteSnapshots(self.database)
        self.leases = SqliteLeases(self.database)
        self.accounts = SqliteAccounts(self.database)
        self.sessions = SqliteSessions(self.database)
        memory = SqliteCounters(self.database, elapsed)
        self.counters = KeptCounters(self.database, memory, clock)
        self.secrets = SqliteSecrets(self.database)
        self.marks = SqliteMarks(self.database)
        self.pictures = SqlitePictures(self.database)
        self.indexes = SqliteIndexes(self.database)

    @override
    async def open(self) -> None:
        await self.database.open()

    @override
    async def close(self) -> None:
        await self.database.close()

    @override
    async def healthy(self) -> bool:
        return self.database.healthy()

    @override
    async def losses(self) -> Sequence[Loss]:
        return self.database.losses

    @override
    async def server_time(self) -> int | None:
        return None


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
            read = partial(_stretch, agent=agent, after=after, limit=CHUNK)
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
        return self._database.read(lambda db: _read_entries(db, agent, seqs))

    @override
    async def tail(
        self, agent: str, conversation: str, *, limit: int, before: int | None = None
    ) -> list[Entry]:
        rows = self._database.rows(
            "SELECT seq FROM lines WHERE agent = ? AND conversation = ? AND spoken = 1 AND seq < ? "
            "ORDER BY seq DESC LIMIT ?",
            agent,
            conversation,
            END if before is None else before,
            limit,
        )
        return self._database.read(lambda db: _read_entries(db, agent, [seq for (seq,) in rows]))

    @override
    async def conversation(
        self,
        agent: str,
        conversation: str,
        *,
        after: int = 0,
        before: int | None = None,
        first: int | None = None,
        last: int | None = None,
        unspoken: bool = False,
    ) -> list[Entry]:
        kinds = (0,) if unspoken else (0, 1)
        within = after, END if before is None else before
        limit = INLINE_ENTRIES + 1 if first is None else first
        find = partial(_seqs_of, place=(agent, conversation), kinds=kinds, within=within)
        if last is not None:
            newest = partial(find, limit=last, newest=True)
            return await self._chunked(agent, await self._database.read_in_thread(newest))
        seqs = self._database.read(partial(find, limit=limit))
        if first is None and len(seqs) > INLINE_ENTRIES:
            seqs = await self._database.read_in_thread(partial(find, limit=END))
        if len(seqs) <= INLINE_ENTRIES:
            return self._picked(agent, seqs)
        return await self._chunked(agent, seqs)

    @override
    async def picked(self, agent: str, seqs: Sequence[int]) -> list[Entry]:
        if len(seqs) <= INLINE_ENTRIES:
            return self._picked(agent, seqs)
        return await self._chunked(agent, seqs)

    @override
    async def involving(self, agent: str, person: str) -> list[Entry]:
        chunks = self.involving_by_chunk(agent, person)
        return [entry async for chunk in chunks for entry in chunk]

    @override
    async def involving_by_chunk(
        self, agent: str, person: str, *, after: int = 0
    ) -> AsyncIterator[list[Entry]]:
        sql = "SELECT seq FROM involved WHERE agent = ? AND person = ? AND seq > ? ORDER BY seq"
        seqs = await self._database.read_in_thread(
            lambda db: [seq for (seq,) in db.execute(sql, (agent, person, after))]
        )
        for start in range(0, len(seqs), CHUNK):
            read = partial(_read_entries, agent=agent, seqs=seqs[start : start + CHUNK])
            yield await self._database.read_in_thread(read)

    async def _chunked(self, agent: str, seqs: Sequence[int]) -> list[Entry]:
        """Return the entries with these seqs, read chunk by chunk."""
        found: list[Entry] = []
        for start in range(0, len(seqs), CHUNK):
            read = partial(_read_entries, agent=agent, seqs=seqs[start : start + CHUNK])
            found += await self._database.read_in_thread(read)
        return found

    @override
    async def thoughts(self, agent: str, *, person: str | None, limit: int = 20) -> list[Entry]:
        sql = "SELECT seq FROM thoughts WHERE agent = ? AND audience = ? ORDER BY seq DESC LIMIT ?"
        audiences = {"", person or ""}
        seqs = {s for each in audiences for (s,) in self._database.rows(sql, agent, each, limit)}
        newest = sorted(seqs, reverse=True)[:limit]
        return self._database.read(lambda db: _read_entries(db, agent, newest))[::-1]

    @override
    async def person_erased(self, agent: str, person: str) -> bool:
        return self._database.read(lambda db: erased_among(db, agent, [person])) != []

    @override
    async def agents(self) -> list[str]:
        rows = self._database.rows("SELECT agent FROM journals ORDER BY agent")
        return [agent for (agent,) in rows]

    @override
    async def adoptions(self, agent: str | None = None) -> dict[str, int]:
        if agent is None:
            sql = "SELECT agent, max(seq) FROM souls GROUP BY agent"
            return dict(self._database.rows(sql))
        sql = "SELECT agent, max(seq) FROM souls WHERE agent = ? GROUP BY agent"
        return dict(self._database.rows(sql, agent))

    @override
    async def last(self, agent: str) -> tuple[int, str]:
        seq, _, hash_ = self._database.read(lambda db: end_of(db, agent))
        return seq, hash_


_FIRST_SEQS = (
    "SELECT seq FROM lines WHERE agent = ? AND conversation = ? AND spoken = ? "
    "AND seq > ? AND seq < ? ORDER BY seq LIMIT ?"
)
_NEWEST_SEQS = _FIRST_SEQS.replace("seq LIMIT", "seq DESC LIMIT")


def _seqs_of(
    db: sqlite3.Connection,
    place: tuple[str, str],
    kinds: Sequence[int],
    within: tuple[int, int],
    *,
    limit: int,
    newest: bool = False,
) -> list[int]:
    """Return the seqs of the first or ``newest`` ``limit`` entries of a conversation, ascending."""
    # One statement for both kinds would have to sort all of them: each value of ``spoken`` is in
    # order in the index, both together are not.
    sql = _NEWEST_SEQS if newest else _FIRST_SEQS
    seqs = [seq for kind in kinds for (seq,) in db.execute(sql, (*place, kind, *within, limit))]
    seqs.sort(reverse=newest)
    return sorted(seqs[:limit])


def _stretch(db: sqlite3.Connection, agent: str, after: int, limit: int) -> list[Entry]:
    """Return the next entries after ``after``, in order, at most ``limit``; none at the end.

    Those before one that cannot be read are given first: only then does that one raise.
    """
    sql = f"{_ROWS} seq > ? ORDER BY seq LIMIT ?"
    rows = db.execute(sql, (agent, after, limit)).fetchall()
    try:
        return _entries(db, agent, rows)
    except JournalBroken:
        readable = list(_until_broken(db, agent, rows))
        if not readable:
            raise
        return readable


def _until_broken(db: sqlite3.Connection, agent: str, rows: Sequence[_Row]) -> Iterator[Entry]:
    with suppress(JournalBroken):
        for row in rows:
            yield from _entries(db, agent, [row])


def _read_entries(db: sqlite3.Connection, agent: str, seqs: Iterable[int]) -> list[Entry]:
    """Return the entries with these seqs, in order."""
    rows = db.execute(_PICKED, (json.dumps(list(seqs)), agent)).fetchall()
    return _entries(db, agent, sorted(rows))


def _entries(db: sqlite3.Connection, agent: str, rows: Sequence[_Row]) -> list[Entry]:
    bodies = [
        (codec.parse(agent, seq, body), body, before, hash_) for seq, before, hash_, body in rows
    ]
    digests = [str(words.get("digest")) for parsed, *_ in bodies for words in parsed.references]
    known = _read_texts(db, agent, digests)
    return [codec.finish(*parts, known) for parts in bodies]


def _read_texts(
    db: sqlite3.Connection, agent: str, digests: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """Return salt (hex) and text by digest; erased ones are absent."""
    rows = db.execute(_TEXTS, (json.dumps(sorted(set(digests))), agent))
    return {digest: (salt.hex(), codec.bytes_text(text)) for digest, salt, text in rows}


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
        found = self._database.read(lambda db: job_of(db, agent, job))
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
        where = "agent = ? AND person = ? AND key = ?"
        found = self._database.read(lambda db: jobs_where(db, where, agent, person, key))
        return found[0] if found else None

    @override
    async def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        if self._database.owned:
            return self._database.appender.cache.queued(agent, conversation)
        where = "agent = ? AND conversation = ? AND status = 'queued' ORDER BY heard, id"
        return self._database.read(lambda db: jobs_where(db, where, agent, conversation))

    @override
    async def waiting(self, agents: Sequence[str], *, limit: int = 1000) -> list[Waiting]:
        sql = (
            "SELECT agent, conversation, min(since) FROM jobs INDEXED BY jobs_since "
            "WHERE status = 'queued' AND agent IN (SELECT value FROM json_each(?) AS picked) "
            "GROUP BY agent, conversation ORDER BY min(since), agent, conversation LIMIT ?"
        )
        values = json.dumps(list(agents)), limit
        return await self._database.read_in_thread(
            lambda db: [Waiting(*row) for row in db.execute(sql, values)]
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
        read = partial(_read_texts, agent=agent, digests=digests)
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
        sql = "SELECT seq, mind FROM snapshots WHERE agent = ? AND version = ?"
        found = self._database.rows(sql, agent, version)
        return (found[0][0], codec.unpack(found[0][1])) if found else None

    @override
    async def bond(self, agent: str, version: str, person: str) -> BondSnapshot | None:
        sql = "SELECT seq, bond FROM bonds WHERE agent = ? AND version = ? AND person = ?"
        found = self._database.rows(sql, agent, version, person)
        return BondSnapshot(found[0][0], codec.unpack(found[0][1])) if found else None

    @override
    async def bonds(self, agent: str, version: str) -> dict[str, BondSnapshot]:
        sql = "SELECT person, seq, bond FROM bonds WHERE agent = ? AND version = ? ORDER BY person"

        def read(db: sqlite3.Connection) -> dict[str, BondSnapshot]:
            rows = db.execute(sql, (agent, version))
            return {person: BondSnapshot(seq, codec.unpack(bond)) for person, seq, bond in rows}

        return await self._database.read_in_thread(read)

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
    """Leases in the memory of the process that owns the file."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    async def acquire(self, agent: str, name: str, *, ttl: int, holder: str) -> Lease | None:
        self._database.writer()  # raises where the store is closed or read-only
        return self._database.appender.leases.acquire(agent, name, ttl=ttl, holder=holder)

    @override
    async def release(self, lease: Lease) -> None:
        self._database.appender.leases.release(lease)
