"""Messages as jobs, read from the entries that heard, retried and settled them.

What waits is marked (see ``mongo_flags``); the tickets of the outcomes have the last word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from typing_extensions import override

from synthetic_soul.stores.base import JobRecord, JobStore, Waiting
from synthetic_soul.stores.mongo.mongo_database import border
from synthetic_soul.stores.mongo.mongo_documents import WHOLE, fold, key_of
from synthetic_soul.stores.mongo.mongo_journal import MAX_VALUES
from synthetic_soul.stores.mongo.mongo_schema import ENTRIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_soul.stores.base import Entry
    from synthetic_soul.stores.mongo.mongo_database import Document, MongoDatabase
    from synthetic_soul.stores.mongo.mongo_journal import EntryReader
    from synthetic_soul.stores.mongo.mongo_pending import Flags

PAGE: Final = 500

_STEPS = {"seq": 1, "steps": 1}
_MARKS = {"_id": 0, "agent": 1, "seq": 1, "at": 1, "waiting": 1}


class MongoJobs(JobStore):
    """Messages as jobs, by the journal."""

    def __init__(self, database: MongoDatabase, reads: EntryReader, flags: Flags) -> None:
        self._database = database
        self._reads = reads
        self._flags = flags

    @override
    async def get(self, agent: str, job: str) -> JobRecord | None:
        rows = await self._reads.rows({"agent": agent, "steps.id": job}, _STEPS)
        return fold(agent, job, rows)

    @override
    async def with_outcome(self, agent: str, job: str) -> tuple[JobRecord, Entry | None] | None:
        rows = await self._reads.rows({"agent": agent, "steps.id": job}, {**WHOLE, "steps": 1})
        record = fold(agent, job, rows)
        if record is None:
            return None
        outcome = [row for row in rows if row["seq"] == record.outcome]
        entries = await self._reads.whole(agent, outcome)
        return record, entries[0] if entries else None

    @override
    async def by_key(self, agent: str, person: str, key: str) -> JobRecord | None:
        rows = await self._reads.rows({"agent": agent, "keys": key_of(person, key)}, _STEPS)
        for row in rows:
            for step in row["steps"]:
                if (step.get("person"), step.get("key")) == (person, key):
                    return await self.get(agent, step["id"])
        return None

    @override
    async def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        where = {"agent": agent, "waiting.conversation": conversation}
        marked = await self._reads.rows(where, _MARKS)
        jobs = [
            await self._queued(row, mark)
            for row, mark in await self._unsettled(marked)
            if mark["conversation"] == conversation
        ]
        return sorted(jobs, key=lambda job: (job.heard, job.id))

    async def _queued(self, row: Document, mark: Document) -> JobRecord:
        """The job of a mark; one that was retried was heard by an earlier entry."""
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
        with border():
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
        """The marks, each with its document, whose message has no outcome yet."""
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
                    self._flags.clear(row["agent"], mark["ticket"], outcome)
        return unsettled

    async def _settled(self, agent: str, tickets: set[str]) -> dict[tuple[str, str], int]:
        """Which of the tickets have outcomes, and in which entries."""
        known = {ticket: self._flags.settled(agent, ticket) for ticket in tickets}
        found = {(agent, ticket): seq for ticket, seq in known.items() if seq is not None}
        rest = [ticket for ticket, seq in known.items() if seq is None]
        for start in range(0, len(rest), MAX_VALUES):
            where = {"agent": agent, "tickets": {"$in": rest[start : start + MAX_VALUES]}}
            for row in await self._reads.rows(where, {"seq": 1, "tickets": 1}):
                found.update({(agent, ticket): row["seq"] for ticket in row["tickets"]})
        return found
