"""Indexes of conversations for recall in MongoDB: heads, and parts that are never changed.

A write inserts new parts, then replaces the head, which names its parts, by compare-and-set, then
deletes what no head will name again. So a head is always whole, also without transactions; what a
killed process leaves behind is garbage that the next write of that conversation deletes.

A head counts its replacements (``generation``), and a part belongs to the generation that it was
written for. One that the head of that generation or of a later one does not name will never be
named: its writer has lost. Parts of a later generation are of writes under way.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from bson import Int64, ObjectId
from pymongo import IndexModel, ReplaceOne, ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern
from typing_extensions import override

from synthetic_soul.errors import Unavailable
from synthetic_soul.stores.base import IndexStore, StoredIndex
from synthetic_soul.stores.mongo.mongo_database import (
    CollectionSpec,
    Document,
    MongoDatabase,
    retried,
    translated_errors,
)
from synthetic_soul.stores.mongo.mongo_schema import MILLIS, TEXT, object_schema

HEADS: Final = "recall_heads"
PARTS: Final = "recall_parts"
MAX_READS: Final = 10
"""How often a head is read again whose parts have been replaced meanwhile."""

_BYTES: Document = {"bsonType": "binData"}
_ID: Document = {"bsonType": "objectId"}
_GENERATIONS: Final = "generations"
INDEX_COLLECTIONS: Final = {
    HEADS: CollectionSpec(
        {
            "$jsonSchema": object_schema(
                {
                    "_id": TEXT,
                    "agent": TEXT,
                    "conversation": TEXT,
                    "seq": MILLIS,
                    "generation": MILLIS,
                    "stamp": _ID,
                    "head": _BYTES,
                    "parts": {"bsonType": "array", "items": _ID},
                }
            )
        }
    ),
    PARTS: CollectionSpec(
        {
            "$jsonSchema": object_schema(
                {
                    "_id": _ID,
                    "agent": TEXT,
                    "conversation": TEXT,
                    "generation": MILLIS,
                    "body": _BYTES,
                }
            )
        },
        # It ends with the id, so that parts that stay are passed over without being fetched.
        (
            IndexModel(
                [("agent", 1), ("conversation", 1), ("generation", 1), ("_id", 1)],
                name=_GENERATIONS,
            ),
        ),
    ),
}
"""The collections of this module; they may be sharded by ``{agent: 1}``, as the others."""


class MongoIndexes(IndexStore):
    """Indexes; a write waits for a majority, but not for the deletion of what it replaced."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    @property
    def _heads(self) -> AsyncCollection[Document]:
        return self._database.collection(HEADS)

    @property
    def _parts(self) -> AsyncCollection[Document]:
        return self._database.collection(PARTS)

    @override
    async def read(self, agent: str, conversation: str) -> StoredIndex | None:
        lacking = None
        for _ in range(MAX_READS):
            with translated_errors():
                head = await self._heads.find_one(_key(agent, conversation))
                bodies = await self._bodies(agent, head["parts"]) if head else []
            if head is None:
                return None
            if bodies is not None:
                return StoredIndex(int(head["seq"]), bytes(head["head"]), bodies)
            if head["generation"] == lacking:
                # Damaged: parts are deleted after their head was replaced. Somebody may write anew.
                return StoredIndex(int(head["seq"]), b"", ())
            lacking = head["generation"]
        return None

    @override
    async def seq_of(self, agent: str, conversation: str) -> int:
        head = await self._current(_key(agent, conversation))
        return int(head["seq"]) if head else 0

    async def _bodies(self, agent: str, ids: Sequence[ObjectId]) -> Sequence[bytes] | None:
        """Return the bodies of parts, or None where one is missing."""
        if not ids:
            return ()
        found = self._parts.find({"agent": agent, "_id": {"$in": ids}}, {"body": 1})
        bodies = {each["_id"]: bytes(each["body"]) async for each in found}
        return tuple(bodies[id_] for id_ in ids) if len(bodies) == len(ids) else None

    @override
    async def write(
        self,
        agent: str,
        conversation: str,
        *,
        expected: int,
        seq: int,
        head: bytes,
        parts: Mapping[int, bytes],
        count: int,
    ) -> bool:
        while True:
            known = await self._current(_key(agent, conversation))
            named = dict(enumerate(known["parts"] if known else ()))
            new = {number: ObjectId() for number in parts if number < count}
            named.update(new)
            current = int(known["seq"]) if known else 0
            if not expected == current <= seq or not named.keys() >= set(range(count)):
                return False
            replacement: Document = {
                **_key(agent, conversation),
                "conversation": conversation,
                "seq": Int64(seq),
                "generation": Int64(known["generation"] + 1 if known else 1),
                "stamp": ObjectId(),
                "head": head,
                "parts": [named[number] for number in range(count)],
            }
            await self._insert(replacement, {id_: parts[number] for number, id_ in new.items()})
            now = await self._replace(replacement)
            if now is not None:
                await self._delete_replaced(now)
                if now["stamp"] == replacement["stamp"]:
                    return True

    async def _current(self, key: Document) -> Document | None:
        """Return the head as the primary has it: that is what a compare-and-set meets."""
        heads = self._heads.with_options(read_concern=ReadConcern("local"))
        return await retried(lambda: heads.find_one(key))

    async def _insert(self, head: Document, bodies: Mapping[ObjectId, bytes]) -> None:
        """Insert the new parts of a head; repeating it changes nothing."""
        of = {name: head[name] for name in ("agent", "conversation", "generation")}
        puts = [
            ReplaceOne(
                {"_id": id_, "agent": of["agent"]}, {"_id": id_, **of, "body": body}, upsert=True
            )
            for id_, body in bodies.items()
        ]
        if puts:
            await retried(lambda: self._parts.bulk_write(puts, ordered=False))

    async def _replace(self, head: Document) -> Document | None:
        """Replace the head of the generation before; return this one, or the one in its way."""
        key = _key(head["agent"], head["conversation"])
        before = head["generation"] - 1

        async def put() -> bool:
            if before:
                done = await self._heads.replace_one({**key, "generation": before}, head)
                return done.matched_count > 0
            with suppress(DuplicateKeyError):
                await self._heads.insert_one(head)
                return True
            return False

        # Where an answer was lost, the one in the way may be this one.
        return head if await retried(put) else await self._current(key)

    async def _delete_replaced(self, head: Document) -> None:
        """Delete the parts that no head will name; those that stay are left to the next write."""
        parts = self._database.collection(PARTS, durable=False)
        with suppress(Unavailable), translated_errors():
            await parts.delete_many(_unnamed(head), hint=_GENERATIONS)

    @override
    async def remove(self, agent: str, conversation: str, *, seq: int) -> None:
        empty: Document = {
            "conversation": {"$literal": conversation},
            "seq": {"$max": [Int64(seq), "$seq"]},
            "generation": {"$add": [{"$ifNull": ["$generation", Int64(0)]}, 1]},
            "stamp": ObjectId(),
            "head": {"$literal": b""},
            "parts": [],
        }

        async def put() -> Document | None:
            return await self._heads.find_one_and_update(
                _key(agent, conversation),
                [{"$set": empty}],
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )

        async def remove() -> None:
            head = None
            while head is None:
                with suppress(DuplicateKeyError):  # of two who insert, one updates
                    head = await put()
            await self._parts.delete_many(_unnamed(head), hint=_GENERATIONS)

        await retried(remove)


def _key(agent: str, conversation: str) -> Document:
    return {"_id": f"{agent}\0{conversation}", "agent": agent}


def _unnamed(head: Document) -> Document:
    """Find the parts that neither this head names nor any later one will."""
    return {
        "agent": head["agent"],
        "conversation": head["conversation"],
        "generation": {"$lte": head["generation"]},
        "_id": {"$nin": head["parts"]},
    }
