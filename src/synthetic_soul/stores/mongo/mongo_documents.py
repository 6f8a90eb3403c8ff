"""An entry as a MongoDB document and back, and jobs folded from what documents say of them.

One document holds all of an entry: what the hash covers (``body``), its texts (``words``), and
what it is found by. A field with nothing in it is left out. ``steps`` say in order what the entry
does to jobs; ``waiting`` marks the messages that wait because of it, and is the one thing, texts
aside, that is taken away later.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bson import Int64, ObjectId

from synthetic_soul.mind.events import MessageHeard, MessageRetried
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import JobRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from synthetic_soul.mind.events import Words
    from synthetic_soul.stores.base import Entry, Lease
    from synthetic_soul.stores.index_entries import IndexEntries, Step
    from synthetic_soul.stores.mongo.mongo_database import Document

Texts = dict[str, tuple[str, str]]
"""Digest -> salt in hex, text."""

WHOLE = {"_id": 0, "seq": 1, "previous": 1, "hash": 1, "body": 1, "words": 1}
"""The fields that an entry is read from."""


def index_fields(made: IndexEntries) -> Document:
    """What a document is found by, from what its entry makes."""
    heard = [step for step in made.steps if isinstance(step, MessageHeard)]
    fields: Document = {
        "steps": [_step(step) for step in made.steps],
        "waiting": _waiting(made.steps),
        "heard": [step.id for step in heard],
        "keys": [key_of(step.person, step.key) for step in heard if step.key is not None],
        "tickets": [
            step.ticket
            for step in made.steps
            if not isinstance(step, MessageHeard | MessageRetried)
        ],
        "lines": [name for name, _ in made.lines],
        "spoken": [name for name, spoken in made.lines if spoken],
        "persons": list(made.persons),
        "audiences": list(made.audiences),
        "gone": list(made.erased),
    }
    return {name: values for name, values in fields.items() if values}


def key_of(person: str, key: str) -> str:
    """One person's idempotency key."""
    return f"{person}\0{key}"


def ticket_of(message: str, attempt: int) -> str:
    """As ``Answered.ticket``."""
    return f"{message}#{attempt}"


def fence_of(lease: Lease) -> str:
    """What at most one document of the agent says of a lease."""
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
    """The messages that wait after these steps, because of them."""
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
    """The document of an entry; each call makes one that is new to the database."""
    made: Document = {
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
        made["words"] = words
    if lease is not None:
        made["fence"] = fence_of(lease)
    return made


def words_of(
    texts: Iterable[Words], *, gone: Collection[str] = (), elsewhere: Collection[str] = ()
) -> list[Document]:
    """The texts of an entry, each once.

    Those of owners who are ``gone`` are kept as if they had been erased here; those with a digest
    that is known ``elsewhere`` in the journal stay what they are there.
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
    """The texts that are still there."""
    return {
        word["digest"]: (word["salt"].hex(), codec.bytes_text(word["text"]))
        for document in documents
        for word in document.get("words", ())
        if "text" in word
    }


def parsed(agent: str, document: Document) -> codec.Parsed:
    """The body of a document taken apart; ``JournalBroken`` names the entry that cannot be."""
    return codec.parse(agent, int(document["seq"]), document["body"])


def strangers(body: codec.Parsed, document: Document) -> set[str]:
    """Digests in a body whose texts, if there are any, lie in another entry's document."""
    own = {word["digest"] for word in document.get("words", ())}
    return {str(words.get("digest")) for words in body.references} - own


def entry_of(body: codec.Parsed, document: Document, others: Texts) -> Entry:
    """The entry of a document; ``others`` are texts that lie elsewhere."""
    texts = {**others, **texts_in([document])}
    return codec.finish(body, document["body"], document["previous"], document["hash"], texts)


def fold(agent: str, id_: str, documents: Iterable[Document]) -> JobRecord | None:
    """A message as a job, from every document with a step that concerns it, in order."""
    job: JobRecord | None = None
    for each in documents:
        for step in each.get("steps", ()):
            if step["id"] == id_:
                job = advance(agent, job, step, each["seq"])
    return job


def advance(agent: str, job: JobRecord | None, step: Document, seq: int) -> JobRecord | None:
    """How a job stands after one more step, taken by entry ``seq``."""
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
    """Whether a message may wait again under the step's attempt."""
    return job is not None and job.status == "failed" and step["attempt"] > job.attempt
