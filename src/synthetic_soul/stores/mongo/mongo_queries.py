"""Reading entries from MongoDB: each question names its agent and is answered by an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from synthetic_soul.caches import LRUCache
from synthetic_soul.errors import JournalBroken
from synthetic_soul.stores import codec
from synthetic_soul.stores.mongo.mongo_database import border
from synthetic_soul.stores.mongo.mongo_documents import WHOLE, entry_of, parsed, strangers, texts_in
from synthetic_soul.stores.mongo.mongo_schema import ADOPTED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pymongo.asynchronous.collection import AsyncCollection

    from synthetic_soul.stores.base import Entry
    from synthetic_soul.stores.mongo.mongo_database import Document
    from synthetic_soul.stores.mongo.mongo_documents import Texts

STRETCH: Final = 100
"""Entries that are read, and taken apart, at once."""
REMEMBERED: Final = 2_048
"""Entries of which this process remembers what it made of their documents."""
NAMES: Final = 1_000
"""Names that one question lists."""

ASCENDING: Final = 1
DESCENDING: Final = -1


class Reads:
    """Entries, and what is read of them, as a majority has them."""

    def __init__(self, entries: AsyncCollection[Document]) -> None:
        self._entries = entries
        self._latest: LRUCache[tuple[str, int], Entry] = LRUCache(REMEMBERED)

    async def rows(
        self,
        where: Mapping[str, object],
        fields: Mapping[str, object],
        *,
        order: int = ASCENDING,
        limit: int = 0,
    ) -> list[Document]:
        """The documents by seq; ``limit`` 0 is all."""
        with border():
            found = self._entries.find(where, fields, sort=[("seq", order)], limit=limit)
            return await found.to_list()

    async def last(self, agent: str) -> tuple[int, str]:
        """As ``Journal.last``."""
        there = {"agent": agent, "seq": {"$gte": 1}}
        found = await self.rows(there, {"seq": 1, "hash": 1}, order=DESCENDING, limit=1)
        return (int(found[0]["seq"]), found[0]["hash"]) if found else (0, "")

    async def agents(self) -> list[str]:
        """As ``Journal.agents``; from one agent to the next, so it costs as much as there are."""
        found: list[str] = []
        after = ""
        while True:
            where = {"agent": {"$gt": after}, "seq": {"$gte": 1}}
            order = [("agent", ASCENDING), ("seq", ASCENDING)]
            with border():
                next_ = await self._entries.find_one(where, {"agent": 1}, sort=order)
            if next_ is None:
                return found
            after = next_["agent"]
            found.append(after)

    async def adoptions(self, agent: str | None) -> dict[str, int]:
        """As ``Journal.adoptions``; what an index holds of the few entries with a soul."""
        where = {"agent": {"$gt": ""} if agent is None else agent, "kinds": ADOPTED}
        fields = {"_id": 0, "agent": 1, "seq": 1}
        return {row["agent"]: int(row["seq"]) for row in await self.rows(where, fields)}

    async def stretch(self, agent: str, after: int) -> tuple[list[Entry], bool]:
        """The next entries after ``after``, at most ``STRETCH``, and whether there may be more.

        Those before one that cannot be read are given first: only then does that one raise.
        """
        where = {"agent": agent, "seq": {"$gt": after}}
        rows = await self.rows(where, WHOLE, limit=STRETCH)
        try:
            return await self.whole(agent, rows), len(rows) == STRETCH
        except JournalBroken:
            readable = list(_readable(agent, rows))
            if not readable:
                raise
            return await self.whole(agent, readable), True

    async def picked(self, agent: str, seqs: Sequence[int]) -> list[Entry]:
        """The entries with these seqs, in order."""
        found: list[Entry] = []
        ordered = sorted(seqs)
        for start in range(0, len(ordered), STRETCH):
            where = {"agent": agent, "seq": {"$in": ordered[start : start + STRETCH]}}
            found += await self.whole(agent, await self.rows(where, WHOLE))
        return found

    async def tail(self, agent: str, conversation: str, limit: int, before: int) -> list[Entry]:
        """As ``Journal.tail``."""
        where = {"agent": agent, "spoken": conversation, "seq": {"$lt": before}}
        rows = await self.rows(where, WHOLE, order=DESCENDING, limit=limit) if limit > 0 else []
        return await self.whole(agent, rows[::-1])

    async def latest(
        self, agent: str, conversation: str, within: tuple[int, int | None], limit: int
    ) -> list[Entry]:
        """The newest ``limit`` entries of the conversation between two seqs, in order."""
        where = {"agent": agent, "lines": conversation, "seq": _between(*within)}
        rows = await self.rows(where, {"seq": 1}, order=DESCENDING, limit=limit) if limit else []
        return await self.picked(agent, [int(row["seq"]) for row in rows])

    async def conversation(
        self, agent: str, conversation: str, within: tuple[int, int | None]
    ) -> list[Entry]:
        """As ``Journal.conversation``; in stretches, so that the loop is not held up long."""
        found: list[Entry] = []
        after, before = within
        while True:
            where = {"agent": agent, "lines": conversation, "seq": _between(after, before)}
            rows = await self.rows(where, WHOLE, limit=STRETCH)
            found += await self.whole(agent, rows)
            if len(rows) < STRETCH:
                return found
            after = int(rows[-1]["seq"])

    async def thoughts(self, agent: str, person: str | None, limit: int) -> list[Entry]:
        """As ``Journal.thoughts``."""
        where = {"agent": agent, "audiences": {"$in": sorted({"", person or ""})}}
        rows = await self.rows(where, WHOLE, order=DESCENDING, limit=limit) if limit > 0 else []
        return await self.whole(agent, rows)

    async def involving(self, agent: str, person: str) -> list[Entry]:
        """As ``Journal.involving``: an outcome is theirs by the messages it settles."""
        named = await self.rows({"agent": agent, "persons": person}, {"seq": 1, "steps": 1})
        seqs = {int(row["seq"]) for row in named}
        mine = [
            step["id"]
            for row in named
            for step in row.get("steps", ())
            if step.get("person") == person
        ]
        for start in range(0, len(mine), NAMES):
            where = {"agent": agent, "steps.id": {"$in": mine[start : start + NAMES]}}
            seqs.update(int(row["seq"]) for row in await self.rows(where, {"seq": 1}))
        return await self.picked(agent, list(seqs))

    async def texts(self, agent: str, digests: Collection[str]) -> Texts:
        """Digest -> salt in hex, text; erased ones are absent."""
        found: Texts = {}
        wanted = sorted(set(digests))
        for start in range(0, len(wanted), NAMES):
            chunk = wanted[start : start + NAMES]
            where = {"agent": agent, "words.digest": {"$in": chunk}}
            texts = texts_in(await self.rows(where, {"words": 1}))
            found.update((digest, texts[digest]) for digest in chunk if digest in texts)
        return found

    async def whole(self, agent: str, rows: Sequence[Document]) -> list[Entry]:
        """The entries of documents, with the texts that are still there."""
        known = [self._known(agent, row) for row in rows]
        fresh = [
            (place, parsed(agent, row), row)
            for place, row in enumerate(rows)
            if known[place] is None
        ]
        far = {name for _, body, row in fresh for name in strangers(body, row)}
        others = await self.texts(agent, far) if far else {}
        for place, body, row in fresh:
            known[place] = entry = entry_of(body, row, others)
            if not strangers(body, row):
                self._latest.put((agent, entry.seq), entry)
        return [entry for entry in known if entry is not None]

    def _known(self, agent: str, row: Document) -> Entry | None:
        """The entry as it was read before, if its document still says the same, texts and all."""
        entry = self._latest.get((agent, int(row["seq"])))
        if entry is None or (entry.hash, entry.body) != (row["hash"], row["body"]):
            return None
        return entry if _texts(entry) == texts_in([row]) else None

    def remember(self, entry: Entry) -> None:
        """Remember an entry that this process has just appended."""
        self._latest.put((entry.agent, entry.seq), entry)


def _texts(entry: Entry) -> Texts:
    return {text.digest: (text.salt or "", text.text or "") for text in codec.texts(entry)}


def _between(after: int, before: int | None) -> Document:
    return {"$gt": after} if before is None else {"$gt": after, "$lt": before}


def _readable(agent: str, rows: Sequence[Document]) -> Iterator[Document]:
    """The documents before the first whose entry cannot be read."""
    for row in rows:
        try:
            entry_of(parsed(agent, row), row, {})
        except JournalBroken:
            return
        yield row
