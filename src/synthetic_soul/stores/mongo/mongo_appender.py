"""Appending to a journal in MongoDB: many drafts to one insert, from any number of processes.

An entry's place is its seq, which is unique. Where it is taken, the appender looks for the end anew
and seals again. Nothing is ever chained onto an entry that a crash may take back: the end is either
this process's own last entry, which a majority has on disk, or was only read; then what follows is
inserted by a command that the server carries out only while that parent is there.

When the answer to an insert is lost, the same documents are sent again: those that are there
already are reported as duplicates of their own ``_id``.

Once other processes have been seen to append, the appender looks for the end before each of the
next batches: that costs less than being refused.
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
from synthetic_soul.stores.mongo import mongo_documents
from synthetic_soul.stores.mongo.mongo_database import PASSING, Retry, translate, translated_errors

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from bson import ObjectId
    from pymongo.asynchronous.collection import AsyncCollection

    from synthetic_soul.mind.events import Words
    from synthetic_soul.stores.base import Entry, Lease
    from synthetic_soul.stores.mongo.mongo_database import Document, MongoDatabase
    from synthetic_soul.stores.mongo.mongo_jobs import PendingMarks
    from synthetic_soul.stores.mongo.mongo_leases import MongoLeases

MAX_NEW_ENTRIES: Final = 1_000

_TAKEN = 11000
_END = {"seq": 1, "at": 1, "hash": 1, "gone": 1}


@dataclass(frozen=True, slots=True)
class JournalEnd:
    """Where a journal ends; ``sure`` for an entry that no crash can take back."""

    seq: int
    at: int
    hash: str
    id: ObjectId | None = None
    sure: bool = True


NOTHING: Final = JournalEnd(0, 0, "")


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcome of an insert: the first ``done`` documents are there, durably.

    ``refused`` is why the next one is not: the unique index it breaks, or an error.
    """

    done: int
    refused: str | SoulError | None = None


class Inserts:
    """Reads and inserts in one attempt each; network errors pass, and a repetition is safe."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    @property
    def _entries(self) -> AsyncCollection[Document]:
        """The entries, read and written by majority."""
        return self._database.collection(mongo_documents.ENTRIES)

    @property
    def _primary(self) -> AsyncCollection[Document]:
        """The entries as the primary has them: a read sees all that an insert would meet."""
        return self._entries.with_options(read_concern=ReadConcern("local"))

    async def end(self, agent: str, known: JournalEnd) -> tuple[JournalEnd, set[str] | None]:
        """Return the end, and who was erased since it was ``known``: None if that is unknown."""
        # From an end that is on disk it is enough to read what follows. An end that was only
        # read may be gone after a crash, and another entry may have its seq.
        if known.seq and known.sure:
            later = {"agent": agent, "seq": {"$gte": known.seq}}
            found = await self._primary.find(
                later, _END, sort=[("seq", 1)], limit=MAX_NEW_ENTRIES
            ).to_list()
            if len(found) == 1:
                return known, set()
            if 1 < len(found) < MAX_NEW_ENTRIES:
                return _end(found[-1]), {
                    name for each in found[1:] for name in each.get("gone", ())
                }
        there = {"agent": agent, "seq": {"$gte": 1}}
        last = await self._primary.find_one(there, _END, sort=[("seq", -1)])
        return (NOTHING if last is None else _end(last)), None

    async def gone(self, agent: str, owners: Collection[str]) -> set[str]:
        """Return those of the owners who have been erased."""
        where = {"agent": agent, "gone": {"$in": list(owners)}}
        found = await self._primary.find(where, {"gone": 1}).to_list()
        return {name for each in found for name in each["gone"]}.intersection(owners)

    async def steps(self, agent: str, message: str) -> list[Document]:
        """Return seq and steps of the documents that concern a message, in order."""
        where = {"agent": agent, "steps.id": message}
        return await self._primary.find(where, {"seq": 1, "steps": 1}, sort=[("seq", 1)]).to_list()

    async def digests(self, agent: str, wanted: Collection[str]) -> set[str]:
        """Return those of the digests that stand in the journal already."""
        where = {"agent": agent, "words.digest": {"$in": list(wanted)}}
        found = await self._primary.find(where, {"words.digest": 1}).to_list()
        return {word["digest"] for each in found for word in each["words"]}.intersection(wanted)

    async def insert(self, documents: Sequence[Document]) -> Sent:
        """Insert entries after one that is surely there, in order, up to one that is refused."""
        try:
            await self._entries.insert_many(documents, ordered=True)
        except BulkWriteError as error:
            failed = _failed(error)
            return _sent(failed["index"], failed)
        return Sent(len(documents))

    async def insert_after(self, documents: Sequence[Document], parent: JournalEnd) -> Sent:
        """Insert entries after a parent that was only read, if that is still there."""
        # All is one command of one server, so no crash comes in between. Its first write is an
        # upsert of the parent's ``_id``: it matches the parent and changes nothing, or it would
        # create a document that the validator refuses, and with it everything behind it.
        writes = [_unless_there({"_id": parent.id, "agent": documents[0]["agent"], "seq": 0})]
        writes += map(_unless_there, documents)
        try:
            await self._entries.bulk_write(writes, ordered=True)
        except BulkWriteError as error:
            failed = _failed(error)
            if failed["index"] == 0:
                return Sent(0, mongo_documents.PLACE)
            return _sent(failed["index"] - 1, failed)
        return Sent(len(documents))

    async def exists(self, document: Document) -> bool:
        """Return whether this very document is in the database now."""
        where = {"agent": document["agent"], "_id": document["_id"]}
        return await self._primary.find_one(where, {"_id": 1}) is not None


def _end(last: Document) -> JournalEnd:
    return JournalEnd(int(last["seq"]), int(last["at"]), last["hash"], last["_id"], sure=False)


def _unless_there(document: Document) -> UpdateOne:
    """Return the write that inserts a document unless its id is there."""
    name = {"_id": document["_id"], "agent": document["agent"]}
    rest = {key: value for key, value in document.items() if key not in name}
    return UpdateOne(name, {"$setOnInsert": rest}, upsert=True)


def _failed(error: BulkWriteError) -> Mapping[str, Any]:
    """Return the error of the first failed write; raise where it is unknown."""
    details: Mapping[str, Any] = error.details or {}
    failed: list[Mapping[str, Any]] = details.get("writeErrors", [])
    if details.get("writeConcernErrors") or not failed or failed[0].get("code") in PASSING:
        raise WriteConcernError("a majority has not confirmed it") from None
    return failed[0]


def _sent(done: int, failed: Mapping[str, Any]) -> Sent:
    """Return what a refusal means; a document whose own id is taken was sent before."""
    if failed.get("code") != _TAKEN:
        error = OperationFailure("refused", failed.get("code"))
        return Sent(done, translate(error))
    pattern = failed.get("keyPattern", {})
    if "_id" in pattern:
        return Sent(done + 1)
    rule = mongo_documents.broken_rule(pattern)
    return Sent(done, rule or translate(OperationFailure("refused", _TAKEN)))


MAX_BATCH: Final = 128
MAX_BATCH_BYTES: Final = 4_000_000
MAX_KNOWN_OWNERS: Final = 10_000
BATCHES_TO_LOOK_FIRST: Final = 16
"""So many batches look for the end first, once another process has moved it."""
RACE_DELAY_S: Final = 0.002

_DEFECT = "a write met a defect of this program"


@dataclass(slots=True, eq=False)
class Draft:
    """An entry that waits for its place.

    ``fields`` are the indexed fields of its document, ``words`` its texts. ``fixed`` is the entry
    itself where another store has sealed it, and ``stretch`` those that are adopted with it. Texts
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
        """The approximate size of its document in bytes."""
        body = self.ready.json if self.fixed is None else self.fixed.body
        return len(body) + sum(len(words.text or "") for words in self.words)

    @property
    def retries(self) -> list[Document]:
        """Its steps that retry a message, which are checked against the journal's end."""
        if self.fixed is not None:
            return []
        steps = self.fields.get("steps", ())
        return [step for step in steps if not step.keys() & {"conversation", "status"}]

    @property
    def last(self) -> bool:
        """Whether the drafts after it have to wait until it is written."""
        return "gone" in self.fields or bool(self.retries)

    def refuse(self, error: SoulError) -> None:
        """Fail the append that waits for it."""
        if not self.future.done():
            self.future.set_exception(error)


_Sealed = tuple[Draft, "Entry", "Document"]


class Appender:
    """Appends to ``agent``'s journal for this whole process, batch after batch."""

    def __init__(
        self, agent: str, inserts: Inserts, leases: MongoLeases, marks: PendingMarks
    ) -> None:
        self._agent = agent
        self._inserts = inserts
        self._leases = leases
        self._marks = marks
        self._queue: deque[Draft] = deque()
        self._task: asyncio.Task[None] | None = None
        self._end = NOTHING
        self._end_unknown = True
        self._look_first = 0
        self._races = 0
        self._not_erased: set[str] = set()

    def put(self, drafts: Iterable[Draft]) -> None:
        """Queue drafts to be written, in this order."""
        self._queue.extend(drafts)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def drain(self) -> None:
        """Finish the appends that wait."""
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
        """Return the next drafts; those whose caller was cancelled are dropped."""
        batch: list[Draft] = []
        size = 0
        while self._queue and len(batch) < MAX_BATCH and size < MAX_BATCH_BYTES:
            draft = self._queue.popleft()
            if not draft.future.done():
                batch.append(draft)
                size += draft.size
                if draft.last:
                    break
        return batch

    async def _write(self, batch: list[Draft]) -> None:
        """Write a batch; fail the drafts that are refused, and all that are left after a loss."""
        loss: SoulError = Unavailable(_DEFECT)
        sealed: list[_Sealed] = []
        retry, again = Retry(), False
        try:
            with translated_errors():
                while sealed or (batch := _left(batch)):
                    try:
                        if not sealed:
                            sealed, again = await self._seal(batch), False
                        await self._send(sealed, again=again)
                    except PyMongoError as error:
                        await retry.wait(error)
                        again = True
        except SoulError as error:
            loss = error
        finally:
            for draft in _left(batch):
                self._end_unknown = True
                draft.refuse(loss)

    async def _seal(self, batch: Sequence[Draft]) -> list[_Sealed]:
        """Give drafts their places after the end."""
        if self._end_unknown or self._look_first:
            await self._look()
        end = self._end
        await self._check_retries(batch)
        gone = await self._erased_owners(batch)
        sealed: list[_Sealed] = []
        for draft in batch:
            entry = None if draft.future.done() else self._entry(draft, end, gone)
            if entry is not None:
                words = mongo_documents.words_of(draft.words, gone=gone, elsewhere=draft.elsewhere)
                document = mongo_documents.document_of(entry, draft.fields, words, draft.lease)
                sealed.append((draft, entry, document))
                end = JournalEnd(entry.seq, entry.at, entry.hash)
        return sealed

    def _entry(self, draft: Draft, end: JournalEnd, gone: set[str]) -> Entry | None:
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
        """Find the end, which other processes may have moved."""
        before = self._end
        self._end, left = await self._inserts.end(self._agent, before)
        self._look_first = (
            BATCHES_TO_LOOK_FIRST if self._end != before else max(0, self._look_first - 1)
        )
        self._end_unknown = False
        if left is None:
            self._not_erased.clear()
        else:
            self._not_erased -= left

    async def _erased_owners(self, batch: Sequence[Draft]) -> set[str]:
        """Return the owners of the batch's texts who were erased by the known end."""
        owners = {text.owner for draft in batch for text in draft.words} - self._not_erased - {""}
        gone = await self._inserts.gone(self._agent, owners) if owners else set[str]()
        if len(self._not_erased) > MAX_KNOWN_OWNERS:
            self._not_erased.clear()
        self._not_erased |= owners - gone
        return gone

    async def _check_retries(self, batch: Sequence[Draft]) -> None:
        for draft in batch:
            if draft.retries and not await self._may_retry(draft):
                what = "only a failed message can be retried"
                draft.refuse(Conflict(what, code="not_failed"))

    async def _may_retry(self, draft: Draft) -> bool:
        for message in {step["id"] for step in draft.retries}:
            before = await self._inserts.steps(self._agent, message)
            job = mongo_documents.fold(self._agent, message, before)
            for step in draft.fields["steps"]:
                if step["id"] == message:
                    if step in draft.retries and not mongo_documents.may_retry(job, step):
                        return False
                    job = mongo_documents.advance(self._agent, job, step, self._end.seq + 1)
        return True

    async def _send(self, sealed: list[_Sealed], *, again: bool) -> None:
        """Make one attempt; remove from ``sealed`` what is then there, or refused.

        Whether what is sent ``again`` is there, is unknown. If it is, it stays, even where its
        lease has been lost meanwhile.
        """
        if sealed and not self._leases.server_known():
            await self._inserts.exists(sealed[0][2])  # waits until a server is found
        documents = [document for _, _, document in self._allowed(sealed)]
        if sealed and again and not documents and await self._inserts.exists(sealed[0][2]):
            documents = [sealed[0][2]]
        if not documents:
            if sealed:
                await self._refused(sealed, mongo_documents.FENCE)
            return
        if self._end.sure:
            sent = await self._inserts.insert(documents)
        else:
            sent = await self._inserts.insert_after(documents, self._end)
        for draft, entry, document in sealed[: sent.done]:
            self._confirm(draft, entry, document)
        del sealed[: sent.done]
        if sent.refused is not None:
            for draft, _, _ in sealed:
                if draft.lease is not None:
                    self._leases.record(draft.lease, in_flight=False)
            await self._refused(sealed, sent.refused)

    def _allowed(self, sealed: Sequence[_Sealed]) -> Sequence[_Sealed]:
        """Return those that may be sent now: up to the first whose lease is lost."""
        for number, (draft, _, _) in enumerate(sealed):
            if draft.lease is not None:
                if not self._leases.holds(draft.lease):
                    return sealed[:number]
                self._leases.record(draft.lease, in_flight=True)
        return sealed

    def _confirm(self, draft: Draft, entry: Entry, document: Document) -> None:
        """Record an entry that is in the journal and on disk."""
        self._races = 0
        self._end = JournalEnd(entry.seq, entry.at, entry.hash, document["_id"])
        self._not_erased.difference_update(draft.fields.get("gone", ()))
        if draft.lease is not None:
            self._leases.record(draft.lease, in_flight=True, spent=True)
        self._marks.settle(self._agent, draft.fields.get("tickets", ()), entry.seq)
        if not draft.future.done():
            draft.future.set_result(entry)

    async def _refused(self, sealed: list[_Sealed], why: str | SoulError) -> None:
        """Handle the refusal of the first: seal it again, or fail it. The rest goes on."""
        draft, _, document = sealed[0]
        sealed.clear()
        match why:
            case SoulError():
                draft.refuse(why)
            case mongo_documents.PLACE:
                self._end_unknown = True
                self._races += 1
                delay = random.uniform(0, RACE_DELAY_S * (self._races - 1))  # noqa: S311 - no secret
                await asyncio.sleep(delay)
            case mongo_documents.WORDS:
                digests = [word["digest"] for word in document["words"]]
                draft.elsewhere |= await self._inserts.digests(self._agent, digests)
            case mongo_documents.FENCE:
                draft.refuse(FenceBroken("the lease has passed on or has been used"))
            case mongo_documents.HEARD:
                draft.refuse(Conflict("a message with this id was heard before", code="id_taken"))
            case mongo_documents.KEYS:
                draft.refuse(Conflict("this key has made a message before", code="key_reused"))
            case _:
                draft.refuse(AlreadyAnswered("a message of this turn has its outcome"))


def _left(batch: Iterable[Draft]) -> list[Draft]:
    return [draft for draft in batch if not draft.future.done()]
