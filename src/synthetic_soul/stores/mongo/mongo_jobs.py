"""Messages as jobs, read from the entries that accepted, retried and settled them.

A waiting message has a mark, which is written in one with the entry that makes it wait, so none is
ever missing. It is removed some time after the outcome is there: one that is left behind does no
harm, since readers look for the outcome, by its ticket.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

from typing_extensions import override

from synthetic_soul.caches import LRUCache
from synthetic_soul.errors import Unavailable
from synthetic_soul.stores.base import Entry, JobRecord, JobStore, Waiting
from synthetic_soul.stores.mongo.mongo_database import (
    Document,
    Incarnation,
    MongoDatabase,
    translated_errors,
)
from synthetic_soul.stores.mongo.mongo_entries import (
    ENTRY_FIELDS,
    MAX_VALUES,
    EntryReader,
    fold,
    key_of,
)
from synthetic_soul.stores.mongo.mongo_schema import ENTRIES

GATHER_S: Final = 0.2
"""How long outcomes gather, so that many marks are removed at once."""
CACHED_OUTCOMES: Final = 4_096


class PendingMarks:
    """Removes marks in the background, and remembers the latest outcomes of this process.

    An outcome that was only read may be lost when the server crashes: so a mark is removed in the
    same run (``incarnation``) of the server in which its outcome was seen, or stays.
    """

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._under: Incarnation = ()
        self._settled: LRUCache[tuple[str, str], int] = LRUCache(CACHED_OUTCOMES)
        self._stale: dict[str, dict[str, int]] = {}
        self._task: asyncio.Task[None] | None = None

    def settle(self, agent: str, tickets: Iterable[str], seq: int) -> None:
        """Record that these have their outcomes in entry ``seq``, which is durable."""
        for ticket in tickets:
            self._settled.put((agent, ticket), seq)
            self.clear(agent, ticket, seq)

    def settled(self, agent: str, ticket: str) -> int | None:
        """Return the seq of the outcome, if this process wrote it lately."""
        return self._settled.get((agent, ticket))

    def clear(self, agent: str, ticket: str, seq: int) -> None:
        """Remove the marks of this ticket that entries before ``seq`` have made, soon."""
        if not self._stale:
            self._under = self._database.incarnation()
        self._stale.setdefault(agent, {})[ticket] = seq
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def drain(self) -> None:
        """Remove now the marks that have gathered."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            await self._clear_all()

    async def _run(self) -> None:
        try:
            while self._stale:
                await asyncio.sleep(GATHER_S)
                await self._clear_all()
        finally:
            self._task = None

    async def _clear_all(self) -> None:
        stale, self._stale = self._stale, {}
        for agent, tickets in stale.items():
            if self._under != self._database.incarnation():
                return
            with suppress(Unavailable), translated_errors():
                await self._clear(agent, list(tickets), max(tickets.values()))

    async def _clear(self, agent: str, tickets: list[str], seq: int) -> None:
        stale = {"ticket": {"$in": tickets}}
        where = {
            "agent": agent,
            "seq": {"$lt": seq},
            "steps.id": {"$in": list({ticket.rpartition("#")[0] for ticket in tickets})},
            "waiting": {"$elemMatch": stale},
        }
        entries = self._database.collection(ENTRIES, durable=False)
        await entries.update_many(where, {"$pull": {"waiting": stale}})


PAGE: Final = 500

_STEPS = {"seq": 1, "steps": 1}
_MARKS = {"_id": 0, "agent": 1, "seq": 1, "at": 1, "waiting": 1}


class MongoJobs(JobStore):
    """Messages as jobs, by the journal."""

    def __init__(self, database: MongoDatabase, reader: EntryReader, marks: PendingMarks) -> None:
        self._database = database
        self._reader = reader
        self._marks = marks

    @override
    async def get(self, agent: str, job: str) -> JobRecord | None:
        rows = await self._reader.rows({"agent": agent, "steps.id": job}, _STEPS)
        return fold(agent, job, rows)

    @override
    async def with_outcome(self, agent: str, job: str) -> tuple[JobRecord, Entry | None] | None:
        fields = {**ENTRY_FIELDS, "steps": 1}
        rows = await self._reader.rows({"agent": agent, "steps.id": job}, fields)
        record = fold(agent, job, rows)
        if record is None:
            return None
        outcome = [row for row in rows if row["seq"] == record.outcome]
        entries = await self._reader.entries(agent, outcome)
        return record, entries[0] if entries else None

    @override
    async def by_key(self, agent: str, person: str, key: str) -> JobRecord | None:
        rows = await self._reader.rows({"agent": agent, "keys": key_of(person, key)}, _STEPS)
        for row in rows:
            for step in row["steps"]:
                if (step.get("person"), step.get("key")) == (person, key):
                    return await self.get(agent, step["id"])
        return None

    @override
    async def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        where = {"agent": agent, "waiting.conversation": conversation}
        marked = await self._reader.rows(where, _MARKS)
        jobs = [
            await self._queued(row, mark)
            for row, mark in await self._unsettled(marked)
            if mark["conversation"] == conversation
        ]
        return sorted(jobs, key=lambda job: (job.heard, job.id))

    async def _queued(self, row: Document, mark: Document) -> JobRecord:
        """Return the job of a mark; the message of a retried one stands in an earlier entry."""
        agent, heard = row["agent"], int(row["seq"])
        if mark["attempt"]:
            known = await self.get(agent, mark["id"])
            heard = known.heard if known else heard
        return JobRecord(
            mark["id"],
            agent,
            mark["conversation"],
            mark["person"],
            mark["attempt"],
            "queued",
            heard,
        )

    @override
    async def waiting(self, agents: Sequence[str], *, limit: int = 1000) -> list[Waiting]:
        where: Document = {
            "agent": {"$in": list(agents)},
            "waiting.conversation": {"$exists": True},
        }
        found: dict[tuple[str, str], Waiting] = {}
        with translated_errors():
            async with self._database.collection(ENTRIES).find(
                where, _MARKS, sort=[("at", 1)]
            ) as marked:
                while len(found) < limit and (page := await marked.to_list(PAGE)):
                    for row, mark in await self._unsettled(page):
                        place = row["agent"], mark["conversation"]
                        found.setdefault(place, Waiting(*place, int(row["at"])))
        oldest = sorted(found.values(), key=lambda w: (w.since, w.agent, w.conversation))
        return oldest[:limit]

    async def _unsettled(self, marked: Sequence[Document]) -> list[tuple[Document, Document]]:
        """Return the marks without an outcome yet, each with its document."""
        settled: dict[tuple[str, str], int] = {}
        for agent in sorted({row["agent"] for row in marked}):
            tickets = {
                mark["ticket"] for row in marked if row["agent"] == agent for mark in row["waiting"]
            }
            settled.update(await self._settled(agent, tickets))
        unsettled: list[tuple[Document, Document]] = []
        for row in marked:
            for mark in row["waiting"]:
                outcome = settled.get((row["agent"], mark["ticket"]), 0)
                if outcome < row["seq"]:
                    unsettled.append((row, mark))
                else:
                    self._marks.clear(row["agent"], mark["ticket"], outcome)
        return unsettled

    async def _settled(self, agent: str, tickets: set[str]) -> dict[tuple[str, str], int]:
        """Return the seqs of the outcomes by agent and ticket, where there are any."""
        known = {ticket: self._marks.settled(agent, ticket) for ticket in tickets}
        found = {(agent, ticket): seq for ticket, seq in known.items() if seq is not None}
        rest = [ticket for ticket, seq in known.items() if seq is None]
        for start in range(0, len(rest), MAX_VALUES):
            where = {"agent": agent, "tickets": {"$in": rest[start : start + MAX_VALUES]}}
            for row in await self._reader.rows(where, {"seq": 1, "tickets": 1}):
                found.update({(agent, ticket): row["seq"] for ticket in row["tickets"]})
        return found
