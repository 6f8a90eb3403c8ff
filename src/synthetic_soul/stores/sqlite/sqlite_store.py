"""The store in one SQLite file: for one process, durable, nothing to install."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from synthetic_soul.stores import codec
from synthetic_soul.stores.index_entries import index_entries
from synthetic_soul.stores.sqlite import sqlite_queries
from synthetic_soul.stores.sqlite.sqlite_accounts import SqliteAccounts

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from synthetic_soul.mind.events import Event
    from synthetic_soul.stores.base import Entry, JobRecord, KeptBond, Lease, Snapshot, Waiting

_CHUNK = 100
_FEW = 16
_WIPE = (
    "UPDATE words SET erased = 1, salt = zeroblob(length(salt)), text = zeroblob(length(text)) "
    "WHERE agent = ? AND erased = 0 AND"
)


class SqliteStore(SqliteAccounts):
    """Implements ``stores.base.Store``; how it is opened, ``SqliteFile`` says."""

    async def append(
        self, agent: str, events: Sequence[Event], *, at: int, lease: Lease | None = None
    ) -> Entry:
        """As ``Journal.append``."""
        ready, made = codec.draft(events), index_entries(events)
        return await self._write(
            lambda db: self._ledger.append(db, agent, ready, made, at=at, lease=lease)
        )

    async def adopt(self, entries: Sequence[Entry]) -> None:
        """As ``Journal.adopt``."""
        drafts = [(entry, codec.redraft(entry), index_entries(entry.events)) for entry in entries]

        def put(db: sqlite3.Connection) -> None:
            for entry, ready, made in drafts:
                self._ledger.adopt(db, entry, ready, made)

        await self._write(put)

    async def entries(self, agent: str, *, after: int = 0) -> AsyncIterator[Entry]:
        """As ``Journal.entries``; reads on in stretches, so the journal may grow meanwhile."""
        while True:
            read = partial(sqlite_queries.stretch, agent=agent, after=after, limit=_CHUNK)
            chunk = await self._far(read)
            if not chunk:
                return
            for entry in chunk:
                yield entry
            after = chunk[-1].seq

    async def entry(self, agent: str, seq: int) -> Entry | None:
        """As ``Journal.entry``."""
        found = self._picked(agent, [seq])
        return found[0] if found else None

    def _picked(self, agent: str, seqs: Sequence[int]) -> list[Entry]:
        """A few entries, from memory where they are the latest."""
        known = self._ledger.memory.entries(agent, seqs)
        if known is not None:
            return known
        return self._near(lambda db: sqlite_queries.picked(db, agent, seqs))

    async def tail(
        self, agent: str, conversation: str, *, limit: int, before: int | None = None
    ) -> list[Entry]:
        """As ``Journal.tail``."""
        until = sqlite_queries.END if before is None else before
        return self._near(lambda db: sqlite_queries.tail(db, agent, conversation, limit, until))

    async def conversation(
        self,
        agent: str,
        conversation: str,
        *,
        after: int = 0,
        before: int | None = None,
        last: int | None = None,
    ) -> list[Entry]:
        """As ``Journal.conversation``; a few entries are read at once, many beside the loop."""
        if before is not None or last is not None:
            end, most = (sqlite_queries.END if n is None else n for n in (before, last))
            return await self._gather(
                agent,
                lambda db: sqlite_queries.latest(db, agent, conversation, (after, end), most),
            )
        few = partial(sqlite_queries.conversation, agent=agent, conversation=conversation)
        seqs = self._near(partial(few, after=after, limit=_FEW + 1))
        if len(seqs) <= _FEW:
            return self._picked(agent, seqs)
        return await self._gather(
            agent, lambda db: sqlite_queries.conversation(db, agent, conversation, after)
        )

    async def involving(self, agent: str, person: str) -> list[Entry]:
        """As ``Journal.involving``."""
        return await self._gather(agent, lambda db: sqlite_queries.involving(db, agent, person))

    async def _gather(
        self, agent: str, find: Callable[[sqlite3.Connection], list[int]]
    ) -> list[Entry]:
        """The entries at the seqs found, in stretches, so that no thread is held long."""
        seqs = await self._far(find)
        found: list[Entry] = []
        for start in range(0, len(seqs), _CHUNK):
            chunk = seqs[start : start + _CHUNK]
            found += await self._far(partial(sqlite_queries.picked, agent=agent, seqs=chunk))
        return found

    async def job(self, agent: str, job: str) -> JobRecord | None:
        """As ``Journal.job``; the latest are answered from memory."""
        known = self._ledger.memory.job(agent, job)
        if known is not None:
            return known
        found = self._near(lambda db: sqlite_queries.job(db, agent, job))
        if found is not None and self._writer is not None:
            self._ledger.memory.put_job(found)
        return found

    async def settled(self, agent: str, job: str) -> tuple[JobRecord, Entry | None] | None:
        """As ``Journal.settled``."""
        record = await self.job(agent, job)
        if record is None:
            return None
        return record, await self.entry(agent, record.outcome) if record.outcome else None

    async def by_key(self, agent: str, person: str, key: str) -> JobRecord | None:
        """As ``Journal.by_key``."""
        return self._near(lambda db: sqlite_queries.by_key(db, agent, person, key))

    async def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        """As ``Journal.unanswered``; the owner of the file knows what waits."""
        if self._writer is not None:
            return self._ledger.memory.queued(agent, conversation)
        return self._near(lambda db: sqlite_queries.unanswered(db, agent, conversation))

    async def waiting(self, agents: Sequence[str], *, limit: int = 1000) -> list[Waiting]:
        """As ``Journal.waiting``."""
        return await self._far(lambda db: sqlite_queries.waiting(db, agents, limit))

    async def agents(self) -> list[str]:
        """As ``Journal.agents``."""
        return self._near(sqlite_queries.agents)

    async def adoptions(self, agent: str | None = None) -> dict[str, int]:
        """As ``Journal.adoptions``."""
        return self._near(lambda db: sqlite_queries.adoptions(db, agent))

    async def last(self, agent: str) -> tuple[int, str]:
        """As ``Journal.last``."""
        seq, _, hash_ = self._near(lambda db: sqlite_queries.end(db, agent))
        return seq, hash_

    async def thoughts(self, agent: str, *, person: str | None, limit: int = 20) -> list[Entry]:
        """As ``Journal.thoughts``."""
        return self._near(lambda db: sqlite_queries.thoughts(db, agent, person, limit))

    async def words(self, agent: str, digests: Sequence[str]) -> dict[str, str]:
        """As ``Journal.words``."""
        known = self._ledger.memory.words(agent, digests)
        if known is not None:
            return known
        read = partial(sqlite_queries.texts, agent=agent, digests=digests)
        found = await self._far(read) if len(digests) > _CHUNK else self._near(read)
        texts = {digest: text for digest, (_, text) in found.items()}
        if self._writer is not None:
            self._ledger.memory.put_words(agent, texts.items())
        return texts

    async def erase(self, agent: str, person: str) -> int:
        """As ``Journal.erase``; ``Unavailable`` while a reader holds on to the log: ask again."""
        if not person:
            return 0
        sql = f"{_WIPE} owner = ?"
        return await self._scrub(lambda db: db.execute(sql, (agent, person)).rowcount)

    async def gone(self, agent: str, person: str) -> bool:
        """As ``Journal.gone``."""
        return self._near(lambda db: sqlite_queries.gone(db, agent, [person])) != []

    async def forget(self, agent: str, digests: Sequence[str]) -> int:
        """As ``Journal.forget``; errors as in ``erase``."""
        rows = [(agent, digest) for digest in sorted(set(digests))]
        sql = f"{_WIPE} digest = ?"
        return await self._scrub(lambda db: db.executemany(sql, rows).rowcount if rows else 0)

    async def snapshot(self, agent: str, version: str) -> tuple[int, Mapping[str, object]] | None:
        """As ``Journal.snapshot``."""
        return self._near(lambda db: sqlite_queries.snapshot(db, agent, version))

    async def bond(self, agent: str, version: str, person: str) -> KeptBond | None:
        """As ``Journal.bond``."""
        found = self._near(lambda db: sqlite_queries.bonds(db, agent, version, person))
        return found.get(person)

    async def bonds(self, agent: str, version: str) -> dict[str, KeptBond]:
        """As ``Journal.bonds``."""
        return await self._far(lambda db: sqlite_queries.bonds(db, agent, version))

    async def keep(self, agent: str, version: str, snapshot: Snapshot) -> None:
        """As ``Journal.keep``; those of other versions are dropped."""
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

        await self._write(put)

    async def lease(self, agent: str, name: str, *, ttl: int, holder: str) -> Lease | None:
        """As ``Journal.lease``."""
        self._writing()
        return self._ledger.leases.take(agent, name, ttl=ttl, holder=holder)

    async def release(self, lease: Lease) -> None:
        """As ``Journal.release``."""
        self._ledger.leases.release(lease)
