"""Messages as jobs, read from the entries that heard, retried and settled them.

What waits is marked (see ``mongo_flags``); the tickets of the outcomes have the last word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from synthetic_soul.stores.base import JobRecord, Waiting
from synthetic_soul.stores.mongo.mongo_database import border
from synthetic_soul.stores.mongo.mongo_documents import WHOLE, fold, key_of
from synthetic_soul.stores.mongo.mongo_queries import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pymongo.asynchronous.collection import AsyncCollection

    from synthetic_soul.stores.base import Entry
    from synthetic_soul.stores.mongo.mongo_database import Document
    from synthetic_soul.stores.mongo.mongo_pending import Flags
    from synthetic_soul.stores.mongo.mongo_queries import Reads

PAGE: Final = 500

_STEPS = {"seq": 1, "steps": 1}
_MARKS = {"_id": 0, "agent": 1, "seq": 1, "at": 1, "waiting": 1}


class Jobs:
    """How messages stand, by the journal."""

    def __init__(self, entries: AsyncCollection[Document], reads: Reads, flags: Flags) -> None:
        self._entries = entries
        self._reads = reads
        self._flags = flags

    async def job(self, agent: str, id_: str) -> JobRecord | None:
        """As ``Journal.job``."""
        rows = await self._reads.rows({"agent": agent, "steps.id": id_}, _STEPS)
        return fold(agent, id_, rows)

    async def settled(self, agent: str, id_: str) -> tuple[JobRecord, Entry | None] | None:
        """As ``Journal.settled``."""
        rows = await self._reads.rows({"agent": agent, "steps.id": id_}, {**WHOLE, "steps": 1})
        record = fold(agent, id_, rows)
        if record is None:
            return None
        outcome = [row for row in rows if row["seq"] == record.outcome]
        entries = await self._reads.whole(agent, outcome)
        return record, entries[0] if entries else None

    async def by_key(self, agent: str, person: str, key: str) -> JobRecord | None:
        """As ``Journal.by_key``."""
        rows = await self._reads.rows({"agent": agent, "keys": key_of(person, key)}, _STEPS)
        for row in rows:
            for step in row["steps"]:
                if (step.get("person"), step.get("key")) == (person, key):
                    return await self.job(agent, step["id"])
        return None

    async def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        """As ``Journal.unanswered``."""
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
            known = await self.job(agent, mark["id"])
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

    async def waiting(self, agents: Sequence[str], limit: int) -> list[Waiting]:
        """As ``Journal.waiting``; reads on until so many are found, oldest first."""
        where: Document = {
            "agent": {"$in": list(agents)},
            "waiting.conversation": {"$exists": True},
        }
        found: dict[tuple[str, str], Waiting] = {}
        with border():
            async with self._entries.find(where, _MARKS, sort=[("at", 1)]) as marked:
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
        for start in range(0, len(rest), NAMES):
            where = {"agent": agent, "tickets": {"$in": rest[start : start + NAMES]}}
            for row in await self._reads.rows(where, {"seq": 1, "tickets": 1}):
                found.update({(agent, ticket): row["seq"] for ticket in row["tickets"]})
        return found
