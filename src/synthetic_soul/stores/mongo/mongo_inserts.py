"""What a writer asks of the server: where a journal ends, and to put entries after that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, OperationFailure, WriteConcernError
from pymongo.read_concern import ReadConcern

from synthetic_soul.stores.mongo.mongo_database import PASSING, translate
from synthetic_soul.stores.mongo.mongo_schema import ENTRIES, PLACE, broken_rule

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bson import ObjectId
    from pymongo.asynchronous.collection import AsyncCollection

    from synthetic_soul.errors import SoulError
    from synthetic_soul.stores.mongo.mongo_database import Document, MongoDatabase

MANY: Final = 1_000

_TAKEN = 11000
_END = {"seq": 1, "at": 1, "hash": 1, "gone": 1}


@dataclass(frozen=True, slots=True)
class End:
    """Where a journal ends. ``sure`` of an entry that no crash can take back."""

    seq: int
    at: int
    hash: str
    id: ObjectId | None = None
    sure: bool = True


NOTHING: Final = End(0, 0, "")


@dataclass(frozen=True, slots=True)
class Sent:
    """The first ``done`` documents are there, durably, and perhaps the next one is ``refused``.

    That names the unique index it breaks, or is the error it met.
    """

    done: int
    refused: str | SoulError | None = None


class Inserts:
    """One attempt each: errors of the network pass, and the same documents may be sent again."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    @property
    def _entries(self) -> AsyncCollection[Document]:
        """The entries, read and written by majority."""
        return self._database.collection(ENTRIES)

    @property
    def _near(self) -> AsyncCollection[Document]:
        """The entries as the primary has them: so a read sees all that an insert would meet."""
        return self._entries.with_options(read_concern=ReadConcern("local"))

    async def end(self, agent: str, known: End) -> tuple[End, set[str] | None]:
        """The journal's end, with who has left since it was ``known``; None if nobody can say."""
        if known.seq and known.sure:
            later = {"agent": agent, "seq": {"$gte": known.seq}}
            found = await self._near.find(later, _END, sort=[("seq", 1)], limit=MANY).to_list()
            if len(found) == 1:
                return known, set()
            if 1 < len(found) < MANY:
                return _end(found[-1]), {
                    name for each in found[1:] for name in each.get("gone", ())
                }
        there = {"agent": agent, "seq": {"$gte": 1}}
        last = await self._near.find_one(there, _END, sort=[("seq", -1)])
        return (NOTHING if last is None else _end(last)), None

    async def gone(self, agent: str, owners: Collection[str]) -> set[str]:
        """Those of the owners who have left."""
        where = {"agent": agent, "gone": {"$in": list(owners)}}
        found = await self._near.find(where, {"gone": 1}).to_list()
        return {name for each in found for name in each["gone"]}.intersection(owners)

    async def steps(self, agent: str, message: str) -> list[Document]:
        """The documents that concern a message, in order, with their steps."""
        where = {"agent": agent, "steps.id": message}
        return await self._near.find(where, {"seq": 1, "steps": 1}, sort=[("seq", 1)]).to_list()

    async def digests(self, agent: str, wanted: Collection[str]) -> set[str]:
        """Those of the digests that stand in the journal already."""
        where = {"agent": agent, "words.digest": {"$in": list(wanted)}}
        found = await self._near.find(where, {"words.digest": 1}).to_list()
        return {word["digest"] for each in found for word in each["words"]}.intersection(wanted)

    async def insert(self, documents: Sequence[Document]) -> Sent:
        """Put entries after one that is surely there, in order, up to one that is refused."""
        try:
            await self._entries.insert_many(documents, ordered=True)
        except BulkWriteError as error:
            failed = _failed(error)
            return _sent(failed["index"], failed)
        return Sent(len(documents))

    async def graft(self, documents: Sequence[Document], parent: End) -> Sent:
        """The same after a parent that was only read, if that is still there.

        All is one command of one server, so no crash comes in between. It begins with a document
        that is either the parent, and stays as it is, or new, and no validator lets it in.
        """
        writes = [_unless_there({"_id": parent.id, "agent": documents[0]["agent"], "seq": 0})]
        writes += map(_unless_there, documents)
        try:
            await self._entries.bulk_write(writes, ordered=True)
        except BulkWriteError as error:
            failed = _failed(error)
            if failed["index"] == 0:
                return Sent(0, PLACE)
            return _sent(failed["index"] - 1, failed)
        return Sent(len(documents))

    async def there(self, document: Document) -> bool:
        """Whether this very document is in the database now."""
        where = {"agent": document["agent"], "_id": document["_id"]}
        return await self._near.find_one(where, {"_id": 1}) is not None


def _end(last: Document) -> End:
    return End(int(last["seq"]), int(last["at"]), last["hash"], last["_id"], sure=False)


def _unless_there(document: Document) -> UpdateOne:
    """Insert a document; one with its id is left alone."""
    name = {"_id": document["_id"], "agent": document["agent"]}
    rest = {key: value for key, value in document.items() if key not in name}
    return UpdateOne(name, {"$setOnInsert": rest}, upsert=True)


def _failed(error: BulkWriteError) -> Mapping[str, Any]:
    """What the first failed write met; not to know it is an error of its own."""
    details: Mapping[str, Any] = error.details or {}
    failed: list[Mapping[str, Any]] = details.get("writeErrors", [])
    if details.get("writeConcernErrors") or not failed or failed[0].get("code") in PASSING:
        raise WriteConcernError("a majority has not confirmed it") from None
    return failed[0]


def _sent(done: int, failed: Mapping[str, Any]) -> Sent:
    """What a refusal means. A document that finds itself there has been sent before."""
    if failed.get("code") != _TAKEN:
        error = OperationFailure("refused", failed.get("code"))
        return Sent(done, translate(error))
    pattern = failed.get("keyPattern", {})
    if "_id" in pattern:
        return Sent(done + 1)
    rule = broken_rule(pattern)
    return Sent(done, rule or translate(OperationFailure("refused", _TAKEN)))
