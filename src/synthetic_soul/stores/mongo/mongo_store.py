"""The store in MongoDB: for any number of processes on any number of machines."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pymongo.read_concern import ReadConcern

from synthetic_soul.errors import AlreadyAnswered, Conflict, TooLarge, Unavailable
from synthetic_soul.stores import codec
from synthetic_soul.stores.index_entries import index_entries
from synthetic_soul.stores.mongo.mongo_accounts import MongoAccounts
from synthetic_soul.stores.mongo.mongo_appender import Draft, Writer
from synthetic_soul.stores.mongo.mongo_documents import index_fields
from synthetic_soul.stores.mongo.mongo_erasure import wipe
from synthetic_soul.stores.mongo.mongo_inserts import Inserts
from synthetic_soul.stores.mongo.mongo_jobs import Jobs
from synthetic_soul.stores.mongo.mongo_leases import Leases
from synthetic_soul.stores.mongo.mongo_pending import Flags
from synthetic_soul.stores.mongo.mongo_queries import Reads
from synthetic_soul.stores.mongo.mongo_schema import BONDS, ENTRIES, LEASES, MINDS, shapes
from synthetic_soul.stores.mongo.mongo_snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from synthetic_soul.mind.events import Event
    from synthetic_soul.stores.base import Entry, JobRecord, KeptBond, Lease, Snapshot, Waiting
    from synthetic_soul.stores.mongo.mongo_database import Document, Shape

_END: Final = 2**63 - 1
_MOST_BYTES: Final = 15_000_000
_GROWTH: Final = 4
"""A document takes at most so many times the bytes of its events without their texts."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a connection is for."""

    inserts: Inserts
    leases: Leases
    reads: Reads
    jobs: Jobs
    flags: Flags
    snapshots: Snapshots
    writers: dict[str, Writer] = field(default_factory=dict)


class MongoStore(MongoAccounts):
    """Implements ``stores.base.Store`` over a MongoDB of version 6 or later.

    Collections may be sharded by ``{agent: 1}``. What is erased is gone from every query
    once a majority has it; the server's own files, its journal and the oplog let go of it as they
    are written over, backups when they are thrown away.
    """

    _made: _Parts | None = None

    def _shapes(self) -> dict[str, Shape]:
        return {**super()._shapes(), **shapes()}

    async def open(self) -> None:
        """As ``Store.open``."""
        await super().open()
        if self._made is None:
            self._made = self._make_parts()

    def _make_parts(self) -> _Parts:
        entries = self._db[ENTRIES]
        near = entries.with_options(read_concern=ReadConcern("local"))
        inserts = Inserts(entries, near)
        reads, flags = Reads(entries), Flags(self._loose(ENTRIES), self._incarnation)
        return _Parts(
            inserts=inserts,
            leases=Leases(self._loose(LEASES), inserts, self._incarnation),
            reads=reads,
            jobs=Jobs(entries, reads, flags),
            flags=flags,
            snapshots=Snapshots(self._db[MINDS], self._db[BONDS]),
        )

    @property
    def _parts(self) -> _Parts:
        if self._made is None:
            raise Unavailable("the store is not open")
        return self._made

    async def close(self) -> None:
        """As ``Store.close``."""
        parts, self._made = self._made, None
        if parts is not None:
            for writer in parts.writers.values():
                await writer.drain()
            await parts.flags.drain()
        await super().close()

    async def append(
        self, agent: str, events: Sequence[Event], *, at: int, lease: Lease | None = None
    ) -> Entry:
        """As ``Journal.append``; ``TooLarge`` for what no document can hold."""
        ready = codec.draft(events)
        fields = index_fields(index_entries(ready.events))
        _check_once(fields)
        draft = Draft(ready, fields, ready.words, at, _future(), lease=lease)
        if _GROWTH * len(ready.json) + draft.size > _MOST_BYTES:
            raise TooLarge("an entry may have up to 3 MB, and 12 MB of texts")
        self._writer(agent).put([draft])
        entry = await draft.future
        self._parts.reads.remember(entry)
        return entry

    async def adopt(self, entries: Sequence[Entry]) -> None:
        """As ``Journal.adopt``; killed half-way, the first of them are there."""
        drafts = [_adopted(entry) for entry in entries]
        for draft in drafts:
            draft.stretch = drafts
        if drafts:
            self._writer(entries[0].agent).put(drafts)
        told = await asyncio.gather(*(d.future for d in drafts), return_exceptions=True)
        for each in told:
            if isinstance(each, BaseException):
                raise each

    def _writer(self, agent: str) -> Writer:
        parts = self._parts
        if agent not in parts.writers:
            parts.writers[agent] = Writer(agent, parts.inserts, parts.leases, parts.flags)
        return parts.writers[agent]

    async def entries(self, agent: str, *, after: int = 0) -> AsyncIterator[Entry]:
        """As ``Journal.entries``; reads on in stretches, so the journal may grow meanwhile."""
        more = True
        while more:
            chunk, more = await self._parts.reads.stretch(agent, after)
            for entry in chunk:
                yield entry
                after = entry.seq

    async def entry(self, agent: str, seq: int) -> Entry | None:
        """As ``Journal.entry``."""
        found = await self._parts.reads.picked(agent, [seq])
        return found[0] if found else None

    async def tail(
        self, agent: str, conversation: str, *, limit: int, before: int | None = None
    ) -> list[Entry]:
        """As ``Journal.tail``."""
        until = _END if before is None else before
        return await self._parts.reads.tail(agent, conversation, limit, until)

    async def conversation(
        self,
        agent: str,
        conversation: str,
        *,
        after: int = 0,
        before: int | None = None,
        last: int | None = None,
    ) -> list[Entry]:
        """As ``Journal.conversation``."""
        within = (after, before)
        if last is not None:
            return await self._parts.reads.latest(agent, conversation, within, last)
        return await self._parts.reads.conversation(agent, conversation, within)

    async def involving(self, agent: str, person: str) -> list[Entry]:
        """As ``Journal.involving``."""
        return await self._parts.reads.involving(agent, person)

    async def thoughts(self, agent: str, *, person: str | None, limit: int = 20) -> list[Entry]:
        """As ``Journal.thoughts``."""
        return await self._parts.reads.thoughts(agent, person, limit)

    async def words(self, agent: str, digests: Sequence[str]) -> dict[str, str]:
        """As ``Journal.words``."""
        found = await self._parts.reads.texts(agent, digests)
        return {digest: text for digest, (_, text) in found.items()}

    async def job(self, agent: str, job: str) -> JobRecord | None:
        """As ``Journal.job``."""
        return await self._parts.jobs.job(agent, job)

    async def settled(self, agent: str, job: str) -> tuple[JobRecord, Entry | None] | None:
        """As ``Journal.settled``."""
        return await self._parts.jobs.settled(agent, job)

    async def by_key(self, agent: str, person: str, key: str) -> JobRecord | None:
        """As ``Journal.by_key``."""
        return await self._parts.jobs.by_key(agent, person, key)

    async def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        """As ``Journal.unanswered``."""
        return await self._parts.jobs.unanswered(agent, conversation)

    async def waiting(self, agents: Sequence[str], *, limit: int = 1000) -> list[Waiting]:
        """As ``Journal.waiting``."""
        return await self._parts.jobs.waiting(agents, limit)

    async def agents(self) -> list[str]:
        """As ``Journal.agents``."""
        return await self._parts.reads.agents()

    async def adoptions(self, agent: str | None = None) -> dict[str, int]:
        """As ``Journal.adoptions``."""
        return await self._parts.reads.adoptions(agent)

    async def last(self, agent: str) -> tuple[int, str]:
        """As ``Journal.last``."""
        return await self._parts.reads.last(agent)

    async def erase(self, agent: str, person: str) -> int:
        """As ``Journal.erase``, with the horizon that the class names."""
        return await wipe(self._db[ENTRIES], agent, "owner", [person]) if person else 0

    async def gone(self, agent: str, person: str) -> bool:
        """As ``Journal.gone``."""
        return bool(await self._parts.reads.rows({"agent": agent, "gone": person}, {"seq": 1}))

    async def forget(self, agent: str, digests: Sequence[str]) -> int:
        """As ``Journal.forget``, with the horizon that the class names."""
        return await wipe(self._db[ENTRIES], agent, "digest", digests) if digests else 0

    async def snapshot(self, agent: str, version: str) -> tuple[int, Mapping[str, object]] | None:
        """As ``Journal.snapshot``."""
        return await self._parts.snapshots.mind(agent, version)

    async def bond(self, agent: str, version: str, person: str) -> KeptBond | None:
        """As ``Journal.bond``."""
        return await self._parts.snapshots.bond(agent, version, person)

    async def bonds(self, agent: str, version: str) -> dict[str, KeptBond]:
        """As ``Journal.bonds``."""
        return await self._parts.snapshots.bonds(agent, version)

    async def keep(self, agent: str, version: str, snapshot: Snapshot) -> None:
        """As ``Journal.keep``."""
        await self._parts.snapshots.keep(agent, version, snapshot)

    async def lease(self, agent: str, name: str, *, ttl: int, holder: str) -> Lease | None:
        """As ``Journal.lease``; the server's clock times it."""
        return await self._parts.leases.take(agent, name, ttl=ttl, holder=holder)

    async def release(self, lease: Lease) -> None:
        """As ``Journal.release``."""
        await self._parts.leases.release(lease)


def _future() -> asyncio.Future[Entry]:
    return asyncio.get_running_loop().create_future()


def _adopted(entry: Entry) -> Draft:
    """The draft of an entry that another store has sealed."""
    ready, fields = codec.redraft(entry), index_fields(index_entries(entry.events))
    words = [
        getattr(event, place)
        for event in entry.events
        for place in codec.PLACES.get(event.kind, ())
    ]
    return Draft(ready, fields, words, entry.at, _future(), fixed=entry)


def _check_once(fields: Document) -> None:
    """What may stand once in a journal stands once in its entry, too: no index sees to that."""
    if _twice(fields, "heard"):
        raise Conflict("a message with this id is heard twice in one entry", code="id_taken")
    if _twice(fields, "keys"):
        raise Conflict("one key makes two messages in one entry", code="key_reused")
    if _twice(fields, "tickets"):
        raise AlreadyAnswered("a message has two outcomes in one entry")


def _twice(fields: Document, name: str) -> bool:
    values = fields.get(name, ())
    return len(set(values)) < len(values)
