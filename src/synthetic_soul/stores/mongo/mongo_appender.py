"""The appending side of a journal in MongoDB: many drafts to one insert, any number of processes.

An entry's place is its seq, which stands once. Whoever finds it taken looks for the end anew and
seals again. Nothing is ever chained onto an entry that a crash may take back: the end is either
this process's own last entry, which a majority has on disk, or was only read; then what follows
goes in by a command that the server carries out only where that parent still stands.

When the answer to an insert is lost, the same documents are sent again: those that are there
already say so.

Where others have been seen to append, it looks for the end before each batch: that costs less than
to be refused.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, OperationFailure, PyMongoError, WriteConcernError
from pymongo.read_concern import ReadConcern

from synthetic_soul.errors import AlreadyAnswered, Conflict, FenceBroken, SoulError, Unavailable
from synthetic_soul.stores import codec
from synthetic_soul.stores.mongo import mongo_documents as rules
from synthetic_soul.stores.mongo.mongo_database import PASSING, Patience, border, translate
from synthetic_soul.stores.mongo.mongo_documents import (
    ENTRIES,
    PLACE,
    advance,
    broken_rule,
    document_of,
    fold,
    may_retry,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from bson import ObjectId
    from pymongo.asynchronous.collection import AsyncCollection

    from synthetic_soul.mind.events import Words
    from synthetic_soul.stores.base import Entry, Lease
    from synthetic_soul.stores.mongo.mongo_database import Document, MongoDatabase
    from synthetic_soul.stores.mongo.mongo_jobs import Flags
    from synthetic_soul.stores.mongo.mongo_leases import MongoLeases


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


BATCH: Final = 128
BATCH_BYTES: Final = 4_000_000
OWNERS: Final = 10_000
COMPANY: Final = 16
"""For how many batches it looks for the end first, once others have moved it."""
STEP_ASIDE_S: Final = 0.002

_DEFECT = "a write met a defect of this program"


@dataclass(slots=True, eq=False)
class Draft:
    """An entry that waits for its place.

    ``fields`` are what its document is found by, ``words`` its texts. ``fixed`` is the entry
    itself where another store has sealed it, and ``stretch`` those that are adopted with it. Words
    with a digest in ``elsewhere`` stand in the journal already.
    """

    ready: codec.Draft
    fields: Document
    words: Sequence[Words]
    at: int
    future: asyncio.Future[Entry]
    lease: Lease | None = None
    fixed: Entry | None = None
    stretch: Sequence[Draft] = ()
    elsewhere: set[str] = field(default_factory=set)

    @property
    def size(self) -> int:
        """About as many bytes as its document."""
        body = self.ready.json if self.fixed is None else self.fixed.body
        return len(body) + sum(len(words.text or "") for words in self.words)

    @property
    def retries(self) -> list[Document]:
        """Its steps that let a message wait again, which are checked where it stands."""
        if self.fixed is not None:
            return []
        steps = self.fields.get("steps", ())
        return [step for step in steps if not step.keys() & {"conversation", "status"}]

    @property
    def last(self) -> bool:
        """Whether what comes after it has to wait until it is there."""
        return "gone" in self.fields or bool(self.retries)

    def refuse(self, error: SoulError) -> None:
        """It will not be written."""
        if not self.future.done():
            self.future.set_exception(error)


_Sealed = tuple[Draft, "Entry", "Document"]


class Writer:
    """The one that appends to ``agent``'s journal in this process, batch after batch."""

    def __init__(self, agent: str, inserts: Inserts, leases: MongoLeases, flags: Flags) -> None:
        self._agent = agent
        self._inserts = inserts
        self._leases = leases
        self._flags = flags
        self._queue: deque[Draft] = deque()
        self._task: asyncio.Task[None] | None = None
        self._end = NOTHING
        self._lost = True
        self._company = 0
        self._races = 0
        self._here: set[str] = set()

    def put(self, drafts: Iterable[Draft]) -> None:
        """Let drafts be written, in this order."""
        self._queue.extend(drafts)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def drain(self) -> None:
        """Finish what waits."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        try:
            while batch := self._take():
                await self._write(batch)
        finally:
            self._task = None
            while self._queue:
                self._queue.popleft().refuse(Unavailable(_DEFECT))

    def _take(self) -> list[Draft]:
        """The next drafts; those whose caller has gone away are dropped."""
        batch: list[Draft] = []
        size = 0
        while self._queue and len(batch) < BATCH and size < BATCH_BYTES:
            draft = self._queue.popleft()
            if not draft.future.done():
                batch.append(draft)
                size += draft.size
                if draft.last:
                    break
        return batch

    async def _write(self, batch: list[Draft]) -> None:
        """Write a batch to its end; what is refused, or lost with all that is left, is told."""
        loss: SoulError = Unavailable(_DEFECT)
        sealed: list[_Sealed] = []
        patience, again = Patience(), False
        try:
            with border():
                while sealed or (batch := _left(batch)):
                    try:
                        if not sealed:
                            sealed, again = await self._seal(batch), False
                        await self._send(sealed, again=again)
                    except PyMongoError as error:
                        await patience.bear(error)
                        again = True
        except SoulError as error:
            loss = error
        finally:
            for draft in _left(batch):
                self._lost = True
                draft.refuse(loss)

    async def _seal(self, batch: Sequence[Draft]) -> list[_Sealed]:
        """Give drafts their places after the end."""
        if self._lost or self._company:
            await self._look()
        end = self._end
        await self._check_retries(batch)
        gone = await self._gone(batch)
        sealed: list[_Sealed] = []
        for draft in batch:
            entry = None if draft.future.done() else self._entry(draft, end, gone)
            if entry is not None:
                words = words_of(draft.words, gone=gone, elsewhere=draft.elsewhere)
                sealed.append((draft, entry, document_of(entry, draft.fields, words, draft.lease)))
                end = End(entry.seq, entry.at, entry.hash)
        return sealed

    def _entry(self, draft: Draft, end: End, gone: set[str]) -> Entry | None:
        entry = draft.fixed
        if entry is None:
            ready = codec.without(draft.ready, gone) if gone else draft.ready
            return codec.seal(self._agent, end.seq + 1, max(draft.at, end.at), ready, end.hash)
        if (entry.seq, entry.previous) == (end.seq + 1, end.hash) and entry.at >= end.at:
            return entry
        what = f"entry {entry.seq} of {entry.agent} does not follow from entry {end.seq} here"
        for each in draft.stretch:
            each.refuse(Conflict(what, code="out_of_place"))
        return None

    async def _look(self) -> None:
        """Find the end, which others may have moved."""
        before = self._end
        self._end, left = await self._inserts.end(self._agent, before)
        self._company = COMPANY if self._end != before else max(0, self._company - 1)
        self._lost = False
        if left is None:
            self._here.clear()
        else:
            self._here -= left

    async def _gone(self, batch: Sequence[Draft]) -> set[str]:
        """Those owners of the batch's texts who have left by the end that is known."""
        owners = {text.owner for draft in batch for text in draft.words} - self._here - {""}
        gone = await self._inserts.gone(self._agent, owners) if owners else set[str]()
        if len(self._here) > OWNERS:
            self._here.clear()
        self._here |= owners - gone
        return gone

    async def _check_retries(self, batch: Sequence[Draft]) -> None:
        for draft in batch:
            if draft.retries and not await self._may_retry(draft):
                what = "only a failed message can be retried"
                draft.refuse(Conflict(what, code="not_failed"))

    async def _may_retry(self, draft: Draft) -> bool:
        for message in {step["id"] for step in draft.retries}:
            job = fold(self._agent, message, await self._inserts.steps(self._agent, message))
            for step in draft.fields["steps"]:
                if step["id"] == message:
                    if step in draft.retries and not may_retry(job, step):
                        return False
                    job = advance(self._agent, job, step, self._end.seq + 1)
        return True

    async def _send(self, sealed: list[_Sealed], *, again: bool) -> None:
        """One attempt; what is there afterwards, or refused, is taken out of ``sealed``.

        Of what is sent ``again`` nobody knows yet whether it is there. If it is, it stays, even
        where its lease has been lost meanwhile.
        """
        if sealed and not self._leases.sighted():
            await self._inserts.there(sealed[0][2])  # waits until a server is found
        documents = [document for _, _, document in self._allowed(sealed)]
        if sealed and again and not documents and await self._inserts.there(sealed[0][2]):
            documents = [sealed[0][2]]
        if not documents:
            if sealed:
                await self._refused(sealed, rules.FENCE)
            return
        if self._end.sure:
            sent = await self._inserts.insert(documents)
        else:
            sent = await self._inserts.graft(documents, self._end)
        for draft, entry, document in sealed[: sent.done]:
            self._there(draft, entry, document)
        del sealed[: sent.done]
        if sent.refused is not None:
            for draft, _, _ in sealed:
                if draft.lease is not None:
                    self._leases.refused(draft.lease)
            await self._refused(sealed, sent.refused)

    def _allowed(self, sealed: Sequence[_Sealed]) -> Sequence[_Sealed]:
        """Those that may go out now: up to the first whose lease is lost."""
        for number, (draft, _, _) in enumerate(sealed):
            if draft.lease is not None:
                if not self._leases.holds(draft.lease):
                    return sealed[:number]
                self._leases.sent(draft.lease)
        return sealed

    def _there(self, draft: Draft, entry: Entry, document: Document) -> None:
        """An entry is in the journal and on disk."""
        self._races = 0
        self._end = End(entry.seq, entry.at, entry.hash, document["_id"])
        self._here.difference_update(draft.fields.get("gone", ()))
        if draft.lease is not None:
            self._leases.spent(draft.lease)
        self._flags.settle(self._agent, draft.fields.get("tickets", ()), entry.seq)
        if not draft.future.done():
            draft.future.set_result(entry)

    async def _refused(self, sealed: list[_Sealed], why: str | SoulError) -> None:
        """The first is not there; it is told why unless that can be mended. The rest goes on."""
        draft, _, document = sealed[0]
        sealed.clear()
        match why:
            case SoulError():
                draft.refuse(why)
            case rules.PLACE:
                self._lost = True
                self._races += 1
                aside = random.uniform(0, STEP_ASIDE_S * (self._races - 1))  # noqa: S311 - no secret
                await asyncio.sleep(aside)
            case rules.WORDS:
                digests = [word["digest"] for word in document["words"]]
                draft.elsewhere |= await self._inserts.digests(self._agent, digests)
            case rules.FENCE:
                draft.refuse(FenceBroken("the lease has passed on or has been used"))
            case rules.HEARD:
                draft.refuse(Conflict("a message with this id was heard before", code="id_taken"))
            case rules.KEYS:
                draft.refuse(Conflict("this key has made a message before", code="key_reused"))
            case _:
                draft.refuse(AlreadyAnswered("a message of this turn has its outcome"))


def _left(batch: Iterable[Draft]) -> list[Draft]:
    return [draft for draft in batch if not draft.future.done()]
