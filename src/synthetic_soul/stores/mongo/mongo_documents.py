"""The journal's documents in MongoDB: form, validators, indexes, and jobs folded from them.

One document holds all of an entry: what the hash covers (``body``), its texts (``words``), and
what it is found by. A field with nothing in it is left out. ``steps`` say in order what the entry
does to jobs; ``waiting`` marks the messages that wait because of it, and is the one thing, texts
aside, that is taken away later.

Every index begins with the agent, so that a cluster may be sharded by ``{agent: 1}`` and a unique
index still holds within one shard. Indexes are partial: what an entry has no part in costs nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bson import Int64, ObjectId
from pymongo import IndexModel

from synthetic_soul.mind.events import MessageHeard, MessageRetried
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import JobRecord
from synthetic_soul.stores.codec import EVENT_CLASSES
from synthetic_soul.stores.mongo.mongo_database import CollectionSpec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from synthetic_soul.mind.events import Words
    from synthetic_soul.stores.base import Entry, Lease
    from synthetic_soul.stores.codec import IndexEntries, Step
    from synthetic_soul.stores.mongo.mongo_database import Document


Texts = dict[str, tuple[str, str]]
"""Digest -> salt in hex, text."""

WHOLE = {"_id": 0, "seq": 1, "previous": 1, "hash": 1, "body": 1, "words": 1}
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


ENTRIES: Final = "entries"
LEASES: Final = "leases"
MINDS: Final = "minds"
BONDS: Final = "bonds"

KINDS: Final = tuple(cls.model_fields["kind"].default for cls in EVENT_CLASSES)
"""Every kind of event, for the validator of entries."""

ADOPTED: Final = "soul_adopted"
"""The kind by which entries with a soul are found, old ones included."""

PLACE: Final = "place"
FENCE: Final = "fence"
HEARD: Final = "heard"
KEYS: Final = "keys"
TICKETS: Final = "tickets"
WORDS: Final = "words"

_FORM: Final = 1
"""Raise this when a document's form changes: later validators replace earlier ones."""

_UNIQUE: Mapping[str, str] = {
    PLACE: "seq",
    FENCE: "fence",
    HEARD: "heard",
    KEYS: "keys",
    TICKETS: "tickets",
    WORDS: "words.digest",
}
"""Fields unique in a journal, by index; MongoDB reports the first that a document breaks."""

_FOUND_BY = ("steps.id", "words.owner", "gone")
_FOUND_IN_ORDER = ("lines", "spoken", "persons", "audiences", "waiting.conversation")

TEXT: Document = {"bsonType": "string"}
_NAME: Document = {"bsonType": "string", "minLength": 1}
_BYTES: Document = {"bsonType": "binData"}
_COUNT: Document = {"bsonType": ["int", "long"], "minimum": 1}
MILLIS: Document = {"bsonType": ["int", "long"]}
_ID: Document = {"bsonType": "objectId"}


def broken_rule(pattern: Iterable[str]) -> str | None:
    """Return the unique index of the fields that a duplicate key error names."""
    fields = [field for field in pattern if field != "agent"]
    return next((name for name, field in _UNIQUE.items() if fields == [field]), None)


def shapes() -> dict[str, CollectionSpec]:
    """Return the journal's collections."""
    # A tombstone keeps an entry from being written under a lease that has passed on.
    tombstone = object_schema({"_id": _ID, "agent": _NAME, "fence": _NAME})
    lease = object_schema(
        {
            "_id": _NAME,
            "agent": _NAME,
            "name": TEXT,
            "token": {"bsonType": "long", "minimum": 1},
            "holder": TEXT,
            "until": {"bsonType": "date"},
            "released": {"bsonType": "bool"},
        }
    )
    snapshot = {"_id": _NAME, "agent": _NAME, "version": TEXT, "seq": MILLIS}
    mind, bond = {**snapshot, "mind": _BYTES}, {**snapshot, "bond": _BYTES, "person": TEXT}
    return {
        ENTRIES: CollectionSpec(
            {"$jsonSchema": {"oneOf": [_entry(), tombstone]}}, _entry_indexes(), revision()
        ),
        LEASES: CollectionSpec({"$jsonSchema": lease}, (), revision()),
        MINDS: CollectionSpec({"$jsonSchema": object_schema(mind)}, (), revision()),
        BONDS: CollectionSpec(
            {"$jsonSchema": object_schema(bond)},
            (IndexModel([("agent", 1), ("version", 1), ("person", 1)], name="bonds"),),
            revision(),
        ),
    }


def revision() -> int:
    """Return the revision: it grows with the form and with the kinds of events."""
    return _FORM * 1_000 + len(KINDS)


def _entry_indexes() -> tuple[IndexModel, ...]:
    return (
        *(_partial(name, field, unique=True) for name, field in _UNIQUE.items()),
        *(_partial(field, field) for field in _FOUND_BY),
        *(_partial(field, field, "seq") for field in _FOUND_IN_ORDER),
        IndexModel(
            [("agent", 1), ("seq", 1)], name="souls", partialFilterExpression={"kinds": ADOPTED}
        ),
        IndexModel(
            [("agent", 1), ("at", 1)],
            name="since",
            partialFilterExpression={"waiting.conversation": {"$exists": True}},
        ),
    )


def _partial(name: str, *fields: str, unique: bool = False) -> IndexModel:
    keys = [("agent", 1), *((field, 1) for field in fields)]
    there = {fields[0]: {"$exists": True}}
    return IndexModel(keys, name=name, unique=unique, partialFilterExpression=there)


def object_schema(
    required: Mapping[str, Document], optional: Mapping[str, Document] | None = None
) -> Document:
    """Return the schema of a document with these fields and no others."""
    return {
        "bsonType": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


def _array(items: Document) -> Document:
    return {"bsonType": "array", "items": items}


def _entry() -> Document:
    # The hash covers ``body``; all else is derived from it, or erasable.
    required = {
        "_id": _ID,
        "agent": _NAME,
        "seq": _COUNT,
        "at": MILLIS,
        "previous": TEXT,
        "hash": {"bsonType": "string", "pattern": "^[0-9a-f]{64}$"},
        "body": _BYTES,
        "kinds": _array({"enum": list(KINDS)}),
    }
    word = object_schema({"digest": TEXT, "owner": TEXT}, {"salt": _BYTES, "text": _BYTES})
    step = object_schema(
        {"id": TEXT},
        {
            **dict.fromkeys(("conversation", "person", "key"), TEXT),
            "attempt": MILLIS,
            "status": {"enum": ["succeeded", "failed"]},
        },
    )
    wait = object_schema(
        {**dict.fromkeys(("ticket", "id", "conversation", "person"), TEXT), "attempt": MILLIS}
    )
    lists = ("lines", "spoken", "persons", "audiences", "gone", "heard", "keys", "tickets")
    optional = {
        "words": _array(word),
        "steps": _array(step),
        "waiting": _array(wait),
        "fence": _NAME,
        **{name: _array(TEXT) for name in lists},
    }
    return object_schema(required, optional)
