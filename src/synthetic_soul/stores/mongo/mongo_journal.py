"""The journals in MongoDB: each question names its agent and is answered by an index."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Final

from typing_extensions import override

from synthetic_soul.errors import AlreadyAnswered, Conflict, JournalBroken, TooLarge
from synthetic_soul.mind.events import Event
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import Entry, Journal, Lease
from synthetic_soul.stores.codec import index_entries
from synthetic_soul.stores.mongo.mongo_appender import Appender, PendingEntry
from synthetic_soul.stores.mongo.mongo_database import Document, translated_errors
from synthetic_soul.stores.mongo.mongo_entries import (
    ASCENDING,
    CHUNK,
    DESCENDING,
    ENTRY_FIELDS,
    MAX_VALUES,
    EntryReader,
    Inserts,
    entry_of,
    index_fields,
    parsed,
)
from synthetic_soul.stores.mongo.mongo_jobs import PendingMarks
from synthetic_soul.stores.mongo.mongo_leases import MongoLeases
from synthetic_soul.stores.mongo.mongo_schema import ADOPTED

MAX_DOCUMENT_BYTES: Final = 15_000_000
MAX_GROWTH: Final = 4
"""A document takes at most so many times the bytes of its events without their texts."""


class MongoJournal(Journal):
    """The journals; what may be long is read in chunks, so that the loop is not held up."""

    def __init__(
        self, reader: EntryReader, inserts: Inserts, leases: MongoLeases, marks: PendingMarks
    ) -> None:
        self._reader = reader
        self._inserts = inserts
        self._leases = leases
        self._marks = marks
        self._appenders: dict[str, Appender] = {}

    async def drain(self) -> None:
        """Finish the appends under way."""
        for writer in self._appenders.values():
            await writer.drain()

    def _appender(self, agent: str) -> Appender:
        if agent not in self._appenders:
            self._appenders[agent] = Appender(agent, self._inserts, self._leases, self._marks)
        return self._appenders[agent]

    @override
    async def append(
        self, agent: str, events: Sequence[Event], *, at: int, lease: Lease | None = None
    ) -> Entry:
        ready = codec.draft(events)
        fields = index_fields(index_entries(ready.events))
        _check_once(fields)
        pending = PendingEntry(ready, fields, ready.words, at, _future(), lease=lease)
        if MAX_GROWTH * len(ready.json) + pending.size > MAX_DOCUMENT_BYTES:
            raise TooLarge("an entry may have up to 3 MB, and 12 MB of texts")
        self._appender(agent).put([pending])
        entry = await pending.future
        self._reader.remember(entry)
        return entry

    @override
    async def adopt(self, entries: Sequence[Entry]) -> None:
        pending = [_adopted(entry) for entry in entries]
        for each in pending:
            each.stretch = pending
        if pending:
            self._appender(entries[0].agent).put(pending)
        outcomes = await asyncio.gather(*(each.future for each in pending), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    @override
    async def entries(self, agent: str, *, after: int = 0) -> AsyncIterator[Entry]:
        more = True
        while more:
            chunk, more = await self._chunk(agent, after)
            for entry in chunk:
                yield entry
                after = entry.seq

    async def _chunk(self, agent: str, after: int) -> tuple[list[Entry], bool]:
        """Return at most ``CHUNK`` entries after ``after``, and whether there may be more.

        Those before one that cannot be read are given first: only then does that one raise.
        """
        where = {"agent": agent, "seq": {"$gt": after}}
        rows = await self._reader.rows(where, ENTRY_FIELDS, limit=CHUNK)
        try:
            return await self._reader.entries(agent, rows), len(rows) == CHUNK
        except JournalBroken:
            readable = list(_readable(agent, rows))
            if not readable:
                raise
            return await self._reader.entries(agent, readable), True

    @override
    async def entry(self, agent: str, seq: int) -> Entry | None:
        found = await self._reader.picked(agent, [seq])
        return found[0] if found else None

    @override
    async def picked(self, agent: str, seqs: Sequence[int]) -> list[Entry]:
        return await self._reader.picked(agent, seqs)

    @override
    async def tail(
        self, agent: str, conversation: str, *, limit: int, before: int | None = None
    ) -> list[Entry]:
        where = {"agent": agent, "spoken": conversation, "seq": _between(0, before)}
        return (await self._newest(where, limit))[::-1]

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
        where: Document = {"agent": agent, "lines": conversation, "seq": _between(after, before)}
        if unspoken:
            where["spoken"] = {"$ne": conversation}
        limit = first if last is None else last
        if limit is not None:
            fields, order = {"seq": 1}, ASCENDING if last is None else DESCENDING
            rows = await self._reader.rows(where, fields, order=order, limit=limit) if limit else []
            return await self._reader.picked(agent, [int(row["seq"]) for row in rows])
        found: list[Entry] = []
        while True:
            rows = await self._reader.rows(where, ENTRY_FIELDS, limit=CHUNK)
            found += await self._reader.entries(agent, rows)
            if len(rows) < CHUNK:
                return found
            where["seq"] = _between(int(rows[-1]["seq"]), before)

    @override
    async def involving(self, agent: str, person: str) -> list[Entry]:
        chunks = self.involving_by_chunk(agent, person)
        return [entry async for chunk in chunks for entry in chunk]

    @override
    async def involving_by_chunk(
        self, agent: str, person: str, *, after: int = 0
    ) -> AsyncIterator[list[Entry]]:
        where: Document = {"agent": agent, "persons": person, "seq": _between(after, None)}
        named = await self._reader.rows(where, {"seq": 1, "steps": 1})
        seqs = {int(row["seq"]) for row in named}
        # An outcome names no person: it concerns the one whose message it settles.
        messages = [
            step["id"]
            for row in named
            for step in row.get("steps", ())
            if step.get("person") == person
        ]
        for start in range(0, len(messages), MAX_VALUES):
            where = {"agent": agent, "steps.id": {"$in": messages[start : start + MAX_VALUES]}}
            seqs.update(int(row["seq"]) for row in await self._reader.rows(where, {"seq": 1}))
        ordered = sorted(seqs)
        for start in range(0, len(ordered), CHUNK):
            yield await self._reader.picked(agent, ordered[start : start + CHUNK])

    @override
    async def thoughts(self, agent: str, *, person: str | None, limit: int = 20) -> list[Entry]:
        where = {"agent": agent, "audiences": {"$in": sorted({"", person or ""})}}
        return await self._newest(where, limit)

    async def _newest(self, where: Mapping[str, Any], limit: int) -> list[Entry]:
        """Return the last ``limit`` matching entries, newest first."""
        if limit <= 0:
            return []
        rows = await self._reader.rows(where, ENTRY_FIELDS, order=DESCENDING, limit=limit)
        return await self._reader.entries(where["agent"], rows)

    @override
    async def person_erased(self, agent: str, person: str) -> bool:
        return bool(await self._reader.rows({"agent": agent, "gone": person}, {"seq": 1}))

    @override
    async def agents(self) -> list[str]:
        found: list[str] = []
        after = ""
        while True:  # a step for each agent, not for each of their entries
            where = {"agent": {"$gt": after}, "seq": {"$gte": 1}}
            order = [("agent", ASCENDING), ("seq", ASCENDING)]
            with translated_errors():
                row = await self._reader.collection.find_one(where, {"agent": 1}, sort=order)
            if row is None:
                return found
            after = row["agent"]
            found.append(after)

    @override
    async def adoptions(self, agent: str | None = None) -> dict[str, int]:
        where = {"agent": {"$gt": ""} if agent is None else agent, "kinds": ADOPTED}
        fields = {"_id": 0, "agent": 1, "seq": 1}
        return {row["agent"]: int(row["seq"]) for row in await self._reader.rows(where, fields)}

    @override
    async def last(self, agent: str) -> tuple[int, str]:
        where = {"agent": agent, "seq": {"$gte": 1}}
        found = await self._reader.rows(where, {"seq": 1, "hash": 1}, order=DESCENDING, limit=1)
        return (int(found[0]["seq"]), found[0]["hash"]) if found else (0, "")


def _future() -> asyncio.Future[Entry]:
    return asyncio.get_running_loop().create_future()


def _adopted(entry: Entry) -> PendingEntry:
    """Return the pending form of an entry that another store has sealed."""
    ready, fields = codec.redraft(entry), index_fields(index_entries(entry.events))
    return PendingEntry(ready, fields, codec.words_in(entry), entry.at, _future(), fixed=entry)


def _check_once(fields: Document) -> None:
    """Refuse an entry with twice what a journal may hold once: no index compares within one."""
    unique = {
        "heard": Conflict("a message with this id is heard twice in one entry", code="id_taken"),
        "keys": Conflict("one key makes two messages in one entry", code="key_reused"),
        "tickets": AlreadyAnswered("a message has two outcomes in one entry"),
    }
    for name, error in unique.items():
        values = fields.get(name, ())
        if len(set(values)) < len(values):
            raise error


def _between(after: int, before: int | None) -> Document:
    return {"$gt": after} if before is None else {"$gt": after, "$lt": before}


def _readable(agent: str, rows: Sequence[Document]) -> Iterator[Document]:
    """Yield the documents before the first whose entry cannot be read."""
    for row in rows:
        try:
            entry_of(parsed(agent, row), row, {})
        except JournalBroken:
            return
        yield row
