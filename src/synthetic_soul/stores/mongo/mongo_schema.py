"""The journal's collections in MongoDB: names, validators and indexes.

Every index begins with the agent, so that a cluster may be sharded by ``{agent: 1}`` and a unique
index still holds within one shard. Indexes are partial: what an entry has no part in costs nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from pymongo import IndexModel

from synthetic_soul.stores.codec import EVENT_CLASSES
from synthetic_soul.stores.mongo.mongo_database import CollectionSpec, Document

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


def journal_collections() -> dict[str, CollectionSpec]:
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
