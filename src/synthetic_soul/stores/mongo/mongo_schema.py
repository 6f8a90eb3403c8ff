"""The journal's collections in MongoDB: validators made from the event classes, and indexes.

Everything begins with the agent, so that a cluster may be sharded by ``{agent: 1}`` and
every unique index still holds within one shard. Indexes are partial: what an entry has no part in
costs it nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pymongo import IndexModel

from synthetic_soul.stores.codec import EVENT_CLASSES
from synthetic_soul.stores.mongo.mongo_database import Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from synthetic_soul.stores.mongo.mongo_database import Document

ENTRIES: Final = "entries"
LEASES: Final = "leases"
MINDS: Final = "minds"
BONDS: Final = "bonds"

KINDS: Final = tuple(cls.model_fields["kind"].default for cls in EVENT_CLASSES)
"""Every kind of event, as the validator of entries knows them."""

ADOPTED: Final = "soul_adopted"
"""The kind by which entries with a soul are found; so also those written before there was a way."""

PLACE: Final = "place"
FENCE: Final = "fence"
HEARD: Final = "heard"
KEYS: Final = "keys"
TICKETS: Final = "tickets"
WORDS: Final = "words"

_FORM: Final = 1
"""Raise this when a document's form changes: later forms replace earlier validators."""

_UNIQUE: Mapping[str, str] = {
    PLACE: "seq",
    FENCE: "fence",
    HEARD: "heard",
    KEYS: "keys",
    TICKETS: "tickets",
    WORDS: "words.digest",
}
"""What may stand once in a journal, by index; MongoDB reports the first that a document breaks."""

_FOUND_BY: tuple[str, ...] = ("steps.id", "words.owner", "gone")
_FOUND_IN_ORDER: tuple[str, ...] = (
    "lines",
    "spoken",
    "persons",
    "audiences",
    "waiting.conversation",
)

_TEXT: Document = {"bsonType": "string"}
_NAME: Document = {"bsonType": "string", "minLength": 1}
_BYTES: Document = {"bsonType": "binData"}
_COUNT: Document = {"bsonType": ["int", "long"], "minimum": 1}
_MILLIS: Document = {"bsonType": ["int", "long"]}
_ID: Document = {"bsonType": "objectId"}


def broken_rule(pattern: Iterable[str]) -> str | None:
    """Which unique index these fields, named by a duplicate key error, are of."""
    fields = [field for field in pattern if field != "agent"]
    return next((name for name, field in _UNIQUE.items() if fields == [field]), None)


def shapes() -> dict[str, Shape]:
    """The journal's collections."""
    return {
        ENTRIES: Shape(_validator(_entry(), _tombstone()), _entry_indexes(), revision()),
        LEASES: Shape(_validator(_lease()), (), revision()),
        MINDS: Shape(_validator(_kept("mind")), (), revision()),
        BONDS: Shape(
            _validator(_kept("bond", person=_TEXT)),
            (IndexModel([("agent", 1), ("version", 1), ("person", 1)], name="bonds"),),
            revision(),
        ),
    }


def revision() -> int:
    """Grows with the form and with the kinds of events, of which none is ever taken away."""
    return _FORM * 1_000 + len(KINDS)


def _entry_indexes() -> tuple[IndexModel, ...]:
    return (
        *(_partial(name, field, unique=True) for name, field in _UNIQUE.items()),
        *(_partial(field, field) for field in _FOUND_BY),
        *(_partial(field, field, "seq") for field in _FOUND_IN_ORDER),
        IndexModel(
            [("agent", 1), ("seq", 1)],
            name="souls",
            partialFilterExpression={"kinds": ADOPTED},
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


def _validator(*forms: Document) -> Document:
    return {"$jsonSchema": forms[0] if len(forms) == 1 else {"oneOf": list(forms)}}


def _object(required: Mapping[str, Document], optional: Mapping[str, Document]) -> Document:
    return {
        "bsonType": "object",
        "required": list(required),
        "properties": {**required, **optional},
        "additionalProperties": False,
    }


def _array(items: Document) -> Document:
    return {"bsonType": "array", "items": items}


def _entry() -> Document:
    """An entry. ``body`` is what the hash covers; all else is derived from it, or erasable."""
    required = {
        "_id": _ID,
        "agent": _NAME,
        "seq": _COUNT,
        "at": _MILLIS,
        "previous": _TEXT,
        "hash": {"bsonType": "string", "pattern": "^[0-9a-f]{64}$"},
        "body": _BYTES,
        "kinds": _array({"enum": list(KINDS)}),
    }
    word = _object({"digest": _TEXT, "owner": _TEXT}, {"salt": _BYTES, "text": _BYTES})
    step = _object(
        {"id": _TEXT},
        {
            "conversation": _TEXT,
            "person": _TEXT,
            "key": _TEXT,
            "attempt": _MILLIS,
            "status": {"enum": ["succeeded", "failed"]},
        },
    )
    wait = _object(
        {"ticket": _TEXT, "id": _TEXT, "conversation": _TEXT, "person": _TEXT, "attempt": _MILLIS},
        {},
    )
    lists = ("lines", "spoken", "persons", "audiences", "gone", "heard", "keys", "tickets")
    optional = {
        "words": _array(word),
        "steps": _array(step),
        "waiting": _array(wait),
        "fence": _NAME,
        **{name: _array(_TEXT) for name in lists},
    }
    return _object(required, optional)


def _tombstone() -> Document:
    """No entry, but what keeps one from being written under a lease that has passed on."""
    return _object({"_id": _ID, "agent": _NAME, "fence": _NAME}, {})


def _lease() -> Document:
    required = {
        "_id": _NAME,
        "agent": _NAME,
        "name": _TEXT,
        "token": {"bsonType": "long", "minimum": 1},
        "holder": _TEXT,
        "until": {"bsonType": "date"},
        "released": {"bsonType": "bool"},
    }
    return _object(required, {})


def _kept(what: str, **more: Document) -> Document:
    required = {"_id": _NAME, "agent": _NAME, "version": _TEXT, "seq": _MILLIS, what: _BYTES}
    return _object({**required, **more}, {})
