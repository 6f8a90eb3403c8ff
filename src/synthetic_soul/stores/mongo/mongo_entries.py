"""Entries in MongoDB: their documents, read and inserted in one attempt each.

One document holds all of an entry: what the hash covers (``body``), its texts (``words``), and
what it is found by. A field with nothing in it is left out. ``steps`` say in order what the entry
does to jobs; ``waiting`` marks the messages that wait because of it, and is the one thing, texts
aside, that is taken away later.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bson import Int64, ObjectId
from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, OperationFailure, WriteConcernError
from pymongo.read_concern import ReadConcern

from synthetic_soul.caches import LRUCache
from synthetic_soul.errors import SoulError
from synthetic_soul.mind.events import MessageHeard, MessageRetried, Words
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import Entry, JobRecord, Lease
from synthetic_soul.stores.codec import IndexEntries, Step
from synthetic_soul.stores.mongo import mongo_schema
from synthetic_soul.stores.mongo.mongo_database import (
    DUPLICATE_KEY,
    TRANSIENT,
    Document,
    MongoDatabase,
    translate,
    translated_errors,
)
from synthetic_soul.stores.mongo.mongo_schema import ENTRIES

CHUNK: Final = 100
"""Entries that are read, and parsed, at once."""
CACHED_ENTRIES: Final = 2_048
"""Entries that this process remembers as it parsed them."""
MAX_VALUES: Final = 1_000
"""Values that one query lists."""

ASCENDING: Final = 1
DESCENDING: Final = -1

Texts = dict[str, tuple[str, str]]
"""Digest -> salt in hex, text."""

ENTRY_FIELDS = {"_id": 0, "seq": 1, "previous": 1, "hash": 1, "body": 1, "words": 1}
"""The fields that an entry is read from."""


def index_fields(index: IndexEntries) -> Document:
    """Return the indexed fields of an entry's document."""
    heard = [step for step in index.steps if isinstance(step, MessageHeard)]
    fields: Document = {
        "steps": [_step(step) for step in index.steps],
        "waiting": _waiting(index.steps),
        "heard": [step.id for step in heard],
        "keys": [key_of(step.person, step.key) for step in heard if step.key is not None],
        "tickets": [
            step.ticket
            for step in index.steps
            if not isinstance(step, MessageHeard | MessageRetried)
        ],
        "lines": [name for name, _ in index.lines],
        "spoken": [name for name, spoken in index.lines if spoken],
        "persons": list(index.persons),
        "audiences": list(index.audiences),
        "gone": list(index.erased),
    }
    return {name: values for name, values in fields.items() if values}


def key_of(person: str, key: str) -> str:
    """Return one person's idempotency key."""
    return f"{person}\0{key}"


def ticket_of(message: str, attempt: int) -> str:
    """Return the ticket of an attempt, as ``Answered.ticket`` writes it."""
    return f"{message}#{attempt}"


def fence_of(lease: Lease) -> str:
    """Return the fence of a lease: at most one document of the agent has it."""
    return f"{lease.name}#{lease.token}"


def _step(step: Step) -> Document:
    match step:
        case MessageHeard():
            known = {"id": step.id, "conversation": step.conversation, "person": step.person}
            return known if step.key is None else {**known, "key": step.key}
        case MessageRetried():
            return {"id": step.id, "attempt": step.attempt}
        case _:
            return {"id": step.message, "attempt": step.attempt, "status": step.status}


def _waiting(steps: Iterable[Step]) -> list[Document]:
    """Return the messages that wait because of these steps."""
    waiting: dict[str, Document] = {}
    for step in steps:
        if isinstance(step, MessageHeard | MessageRetried):
            attempt = step.attempt if isinstance(step, MessageRetried) else 0
            waiting[step.id] = {
                "ticket": ticket_of(step.id, attempt),
                "id": step.id,
                "conversation": step.conversation,
                "person": step.person,
                "attempt": attempt,
            }
        elif waiting.get(step.message, {}).get("attempt") == step.attempt:
            del waiting[step.message]
    return list(waiting.values())


def document_of(
    entry: Entry, fields: Document, words: Sequence[Document], lease: Lease | None
) -> Document:
    """Return the document of an entry, with a new ``_id``."""
    document: Document = {
        "_id": ObjectId(),
        "agent": entry.agent,
        "seq": Int64(entry.seq),
        "at": Int64(entry.at),
        "previous": entry.previous,
        "hash": entry.hash,
        "body": entry.body,
        "kinds": [event.kind for event in entry.events],
        **fields,
    }
    if words:
        document["words"] = words
    if lease is not None:
        document["fence"] = fence_of(lease)
    return document


def words_of(
    texts: Iterable[Words], *, gone: Collection[str] = (), elsewhere: Collection[str] = ()
) -> list[Document]:
    """Return the texts of an entry, each once.

    Texts of owners in ``gone`` are left out, as if erased; those with a digest in ``elsewhere``
    stand in another document of the journal.
    """
    words = {
        text.digest: {
            "digest": text.digest,
            "owner": text.owner,
            "salt": bytes.fromhex(text.salt or ""),
            "text": codec.text_bytes(text.text),
        }
        if text.text is not None and text.owner not in gone
        else {"digest": text.digest, "owner": text.owner}
        for text in texts
    }
    return [word for digest, word in words.items() if digest not in elsewhere]


def texts_in(documents: Iterable[Document]) -> Texts:
    """Return the texts that have not been erased."""
    return {
        word["digest"]: (word["salt"].hex(), codec.bytes_text(word["text"]))
        for document in documents
        for word in document.get("words", ())
        if "text" in word
    }


def parsed(agent: str, document: Document) -> codec.Parsed:
    """Parse the body of a document; ``JournalBroken`` names the entry that cannot be."""
    return codec.parse(agent, int(document["seq"]), document["body"])


def foreign_digests(body: codec.Parsed, document: Document) -> set[str]:
    """Return digests in a body whose texts, if any, stand in another entry's document."""
    own = {word["digest"] for word in document.get("words", ())}
    return {str(words.get("digest")) for words in body.references} - own


def entry_of(body: codec.Parsed, document: Document, others: Texts) -> Entry:
    """Return the entry of a document; ``others`` are texts from other documents."""
    texts = {**others, **texts_in([document])}
    return codec.finish(body, document["body"], document["previous"], document["hash"], texts)


def fold(agent: str, id_: str, documents: Iterable[Document]) -> JobRecord | None:
    """Fold a message's job from every document with a step of it, in order."""
    job: JobRecord | None = None
    for each in documents:
        for step in each.get("steps", ()):
            if step["id"] == id_:
                job = advance(agent, job, step, each["seq"])
    return job


def advance(agent: str, job: JobRecord | None, step: Document, seq: int) -> JobRecord | None:
    """Return the job after one more step, taken by entry ``seq``."""
    if "conversation" in step:
        id_, conversation, person = step["id"], step["conversation"], step["person"]
        return JobRecord(id_, agent, conversation, person, 0, "queued", int(seq))
    if job is None:
        return None
    if "status" not in step:
        return replace(job, attempt=step["attempt"], status="queued", outcome=None)
    if step["attempt"] == job.attempt:
        return replace(job, status=step["status"], outcome=int(seq))
    return job


def may_retry(job: JobRecord | None, step: Mapping[str, Any]) -> bool:
    """Return whether a message may be retried under the step's attempt."""
    return job is not None and job.status == "failed" and step["attempt"] > job.attempt


def _texts(entry: Entry) -> Texts:
    return {text.digest: (text.salt or "", text.text or "") for text in codec.texts(entry)}


class EntryReader:
    """Reads entries from their documents, as a majority of the servers has them."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._cache: LRUCache[tuple[str, int], Entry] = LRUCache(CACHED_ENTRIES)

    @property
    def collection(self) -> AsyncCollection[Document]:
        """The entries' documents."""
        return self._database.collection(ENTRIES)

    async def rows(
        self,
        where: Mapping[str, object],
        fields: Mapping[str, object],
        *,
        order: int = ASCENDING,
        limit: int = 0,
    ) -> list[Document]:
        """Return the matching documents by seq; ``limit`` 0 is all."""
        with translated_errors():
            found = self.collection.find(where, fields, sort=[("seq", order)], limit=limit)
            return await found.to_list()

    async def picked(self, agent: str, seqs: Sequence[int]) -> list[Entry]:
        """Return the entries with these seqs, in order."""
        found: list[Entry] = []
        ordered = sorted(seqs)
        for start in range(0, len(ordered), CHUNK):
            where = {"agent": agent, "seq": {"$in": ordered[start : start + CHUNK]}}
            found += await self.entries(agent, await self.rows(where, ENTRY_FIELDS))
        return found

    async def texts(self, agent: str, digests: Collection[str]) -> Texts:
        """Return salt (hex) and text by digest; erased ones are absent."""
        found: Texts = {}
        wanted = sorted(set(digests))
        for start in range(0, len(wanted), MAX_VALUES):
            chunk = wanted[start : start + MAX_VALUES]
            where = {"agent": agent, "words.digest": {"$in": chunk}}
            texts = texts_in(await self.rows(where, {"words": 1}))
            found.update((digest, texts[digest]) for digest in chunk if digest in texts)
        return found

    async def entries(self, agent: str, rows: Sequence[Document]) -> list[Entry]:
        """Return the entries of documents, with their unerased texts."""
        known = [self._cached(agent, row) for row in rows]
        fresh = [(n, parsed(agent, row), row) for n, row in enumerate(rows) if known[n] is None]
        far = {name for _, body, row in fresh for name in foreign_digests(body, row)}
        others = await self.texts(agent, far) if far else {}
        for number, body, row in fresh:
            known[number] = entry = entry_of(body, row, others)
            if not foreign_digests(body, row):
                self.remember(entry)
        return [entry for entry in known if entry is not None]

    def _cached(self, agent: str, row: Document) -> Entry | None:
        """Return the entry as it was read before, if its document still says the same.

        Another process may have erased texts since: they are compared, too.
        """
        entry = self._cache.get((agent, int(row["seq"])))
        if entry is None or (entry.hash, entry.body) != (row["hash"], row["body"]):
            return None
        return entry if _texts(entry) == texts_in([row]) else None

    def remember(self, entry: Entry) -> None:
        """Cache an entry that this process has read or appended."""
        self._cache.put((entry.agent, entry.seq), entry)


MAX_NEW_ENTRIES: Final = 1_000

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
        return self._database.collection(mongo_schema.ENTRIES)

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
                return Sent(0, mongo_schema.PLACE)
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
    if details.get("writeConcernErrors") or not failed or failed[0].get("code") in TRANSIENT:
        raise WriteConcernError("a majority has not confirmed it") from None
    return failed[0]


def _sent(done: int, failed: Mapping[str, Any]) -> Sent:
    """Return what a refusal means; a document whose own id is taken was sent before."""
    if failed.get("code") != DUPLICATE_KEY:
        error = OperationFailure("refused", failed.get("code"))
        return Sent(done, translate(error))
    pattern = failed.get("keyPattern", {})
    if "_id" in pattern:
        return Sent(done + 1)
    rule = mongo_schema.broken_rule(pattern)
    return Sent(done, rule or translate(OperationFailure("refused", DUPLICATE_KEY)))
