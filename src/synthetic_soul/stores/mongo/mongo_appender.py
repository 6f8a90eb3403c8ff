"""Appending to a journal in MongoDB: many entries to one insert, from any number of processes.

An entry's place is its seq, which is unique. Where it is taken, the appender looks for the end anew
and seals again. Nothing is ever chained onto an entry that a crash may take back: the end is either
this process's own last entry, which a majority has on disk, or was only read; then what follows is
inserted by a command that the server carries out only while that parent is there
(``Inserts.insert_after``).

When the answer to an insert is lost, the same documents are sent again: those that are there
already are duplicates of their own ``_id``, which ``Inserts`` counts as done.

Once other processes have been seen to append, the appender looks for the end before each of the
next batches: that costs less than being refused.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pymongo.errors import PyMongoError

from synthetic_soul.errors import AlreadyAnswered, Conflict, FenceBroken, SoulError, Unavailable
from synthetic_soul.mind.events import Words
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import WRITE_DEFECT, Entry, Lease
from synthetic_soul.stores.mongo import mongo_entries, mongo_schema
from synthetic_soul.stores.mongo.mongo_database import Document, Retry, translated_errors
from synthetic_soul.stores.mongo.mongo_entries import NOTHING, Inserts, JournalEnd
from synthetic_soul.stores.mongo.mongo_jobs import PendingMarks
from synthetic_soul.stores.mongo.mongo_leases import MongoLeases

MAX_BATCH: Final = 128
MAX_BATCH_BYTES: Final = 4_000_000
MAX_KNOWN_OWNERS: Final = 10_000
BATCHES_TO_LOOK_FIRST: Final = 16
"""So many batches look for the end first, once another process has moved it."""
RACE_DELAY_S: Final = 0.002


@dataclass(slots=True, eq=False)
class PendingEntry:
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
    stretch: Sequence[PendingEntry] = ()
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
        """Whether the entries after it have to wait until it is written."""
        return "gone" in self.fields or bool(self.retries)

    def refuse(self, error: SoulError) -> None:
        """Fail the append that waits for it."""
        if not self.future.done():
            self.future.set_exception(error)


_Sealed = tuple[PendingEntry, "Entry", "Document"]


class Appender:
    """Appends to ``agent``'s journal for this whole process, batch after batch."""

    def __init__(
        self, agent: str, inserts: Inserts, leases: MongoLeases, marks: PendingMarks
    ) -> None:
        self._agent = agent
        self._inserts = inserts
        self._leases = leases
        self._marks = marks
        self._queue: deque[PendingEntry] = deque()
        self._task: asyncio.Task[None] | None = None
        self._end = NOTHING
        self._end_unknown = True
        self._look_first = 0
        self._races = 0
        self._not_erased: set[str] = set()

    def put(self, entries: Iterable[PendingEntry]) -> None:
        """Queue entries to be written, in this order."""
        self._queue.extend(entries)
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
                self._queue.popleft().refuse(Unavailable(WRITE_DEFECT))

    def _take(self) -> list[PendingEntry]:
        """Return the next entries; those whose caller was cancelled are dropped."""
        batch: list[PendingEntry] = []
        size = 0
        while self._queue and len(batch) < MAX_BATCH and size < MAX_BATCH_BYTES:
            pending = self._queue.popleft()
            if not pending.future.done():
                batch.append(pending)
                size += pending.size
                if pending.last:
                    break
        return batch

    async def _write(self, batch: list[PendingEntry]) -> None:
        """Write a batch; fail the entries that are refused, and all that are left after a loss."""
        loss: SoulError = Unavailable(WRITE_DEFECT)
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
            for pending in _left(batch):
                self._end_unknown = True
                pending.refuse(loss)

    async def _seal(self, batch: Sequence[PendingEntry]) -> list[_Sealed]:
        """Give the entries their places after the end."""
        if self._end_unknown or self._look_first:
            await self._look()
        end = self._end
        await self._check_retries(batch)
        gone = await self._erased_owners(batch)
        sealed: list[_Sealed] = []
        for pending in batch:
            entry = None if pending.future.done() else self._entry(pending, end, gone)
            if entry is not None:
                there = pending.elsewhere
                words = mongo_entries.words_of(pending.words, gone=gone, elsewhere=there)
                document = mongo_entries.document_of(entry, pending.fields, words, pending.lease)
                sealed.append((pending, entry, document))
                end = JournalEnd(entry.seq, entry.at, entry.hash)
        return sealed

    def _entry(self, pending: PendingEntry, end: JournalEnd, gone: set[str]) -> Entry | None:
        entry = pending.fixed
        if entry is None:
            ready = codec.without(pending.ready, gone) if gone else pending.ready
            return codec.seal(self._agent, end.seq + 1, max(pending.at, end.at), ready, end.hash)
        if (entry.seq, entry.previous) == (end.seq + 1, end.hash) and entry.at >= end.at:
            return entry
        what = f"entry {entry.seq} of {entry.agent} does not follow from entry {end.seq} here"
        for each in pending.stretch:
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

    async def _erased_owners(self, batch: Sequence[PendingEntry]) -> set[str]:
        """Return the owners of the batch's texts who were erased by the known end."""
        owners = {text.owner for each in batch for text in each.words} - self._not_erased - {""}
        gone = await self._inserts.gone(self._agent, owners) if owners else set[str]()
        if len(self._not_erased) > MAX_KNOWN_OWNERS:
            self._not_erased.clear()
        self._not_erased |= owners - gone
        return gone

    async def _check_retries(self, batch: Sequence[PendingEntry]) -> None:
        for pending in batch:
            if pending.retries and not await self._may_retry(pending):
                pending.refuse(Conflict("only a failed message can be retried", code="not_failed"))

    async def _may_retry(self, pending: PendingEntry) -> bool:
        for message in {step["id"] for step in pending.retries}:
            before = await self._inserts.steps(self._agent, message)
            job = mongo_entries.fold(self._agent, message, before)
            for step in pending.fields["steps"]:
                if step["id"] == message:
                    if step in pending.retries and not mongo_entries.may_retry(job, step):
                        return False
                    job = mongo_entries.advance(self._agent, job, step, self._end.seq + 1)
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
                await self._refused(sealed, mongo_schema.FENCE)
            return
        if self._end.sure:
            sent = await self._inserts.insert(documents)
        else:
            sent = await self._inserts.insert_after(documents, self._end)
        for pending, entry, document in sealed[: sent.done]:
            self._confirm(pending, entry, document)
        del sealed[: sent.done]
        if sent.refused is not None:
            for pending, _, _ in sealed:
                if pending.lease is not None:
                    self._leases.record(pending.lease, in_flight=False)
            await self._refused(sealed, sent.refused)

    def _allowed(self, sealed: Sequence[_Sealed]) -> Sequence[_Sealed]:
        """Return those that may be sent now: up to the first whose lease is lost."""
        for number, (pending, _, _) in enumerate(sealed):
            if pending.lease is not None:
                if not self._leases.holds(pending.lease):
                    return sealed[:number]
                self._leases.record(pending.lease, in_flight=True)
        return sealed

    def _confirm(self, pending: PendingEntry, entry: Entry, document: Document) -> None:
        """Record an entry that is in the journal and on disk."""
        self._races = 0
        self._end = JournalEnd(entry.seq, entry.at, entry.hash, document["_id"])
        self._not_erased.difference_update(pending.fields.get("gone", ()))
        if pending.lease is not None:
            self._leases.record(pending.lease, in_flight=True, spent=True)
        self._marks.settle(self._agent, pending.fields.get("tickets", ()), entry.seq)
        if not pending.future.done():
            pending.future.set_result(entry)

    async def _refused(self, sealed: list[_Sealed], why: str | SoulError) -> None:
        """Handle the refusal of the first: seal it again, or fail it. The rest goes on."""
        pending, _, document = sealed[0]
        sealed.clear()
        match why:
            case SoulError():
                pending.refuse(why)
            case mongo_schema.PLACE:
                self._end_unknown = True
                self._races += 1
                delay = random.uniform(0, RACE_DELAY_S * (self._races - 1))  # noqa: S311 - no secret
                await asyncio.sleep(delay)
            case mongo_schema.WORDS:
                digests = [word["digest"] for word in document["words"]]
                pending.elsewhere |= await self._inserts.digests(self._agent, digests)
            case mongo_schema.FENCE:
                pending.refuse(FenceBroken("the lease has passed on or has been used"))
            case mongo_schema.HEARD:
                pending.refuse(Conflict("a message with this id was heard before", code="id_taken"))
            case mongo_schema.KEYS:
                pending.refuse(Conflict("this key has made a message before", code="key_reused"))
            case _:
                pending.refuse(AlreadyAnswered("a message of this turn has its outcome"))


def _left(batch: Iterable[PendingEntry]) -> list[PendingEntry]:
    return [pending for pending in batch if not pending.future.done()]
