"""The documents of accounts and sessions in MongoDB: their shapes, indexes, and back again."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from bson.datetime_ms import DatetimeMS
from bson.int64 import Int64
from pymongo import ASCENDING, IndexModel

from synthetic_soul.stores.account_records import ROLES, Account, Session, check_role
from synthetic_soul.stores.mongo.mongo_database import Shape

if TYPE_CHECKING:
    from synthetic_soul.stores.mongo.mongo_database import Document

_TEXT = {"bsonType": "string"}
_MOMENT = {"bsonType": ["int", "long"]}

SESSION_REST_S = 86_400
"""How long a session stays after it has expired, for clocks that differ."""

_ACCOUNT = {
    "bsonType": "object",
    "required": ["_id", "username", "name_key", "created_at", "seen_at", "role"],
    "additionalProperties": False,
    "properties": {
        "_id": _TEXT,
        "username": _TEXT,
        "name_key": _TEXT,
        "created_at": _MOMENT,
        "seen_at": _MOMENT,
        "email": _TEXT,
        "password": _TEXT,
        "role": {"enum": list(ROLES)},
        "guest": {"enum": [True]},
    },
}
_SESSION = {
    "bsonType": "object",
    "required": ["_id", "account", "token", "csrf", "created_at", "expires_at", "expires"],
    "additionalProperties": False,
    "properties": {
        "_id": _TEXT,
        "account": _TEXT,
        "token": _TEXT,
        "csrf": _TEXT,
        "created_at": _MOMENT,
        "expires_at": _MOMENT,
        "expires": {"bsonType": "date"},
        "parent": _TEXT,
        "rotated_at": _MOMENT,
        "successor": _TEXT,
        "revoked_at": _MOMENT,
    },
}
SHAPES = {
    "accounts": Shape(
        {"$jsonSchema": _ACCOUNT},
        [
            IndexModel([("name_key", ASCENDING)], name="name_key", unique=True),
            IndexModel(
                [("email", ASCENDING)],
                name="email",
                unique=True,
                partialFilterExpression={"email": {"$exists": True}},
            ),
            IndexModel(
                [("seen_at", ASCENDING)],
                name="idle_guests",
                partialFilterExpression={"guest": True},
            ),
        ],
    ),
    "sessions": Shape(
        {"$jsonSchema": _SESSION},
        [
            IndexModel([("account", ASCENDING), ("expires_at", ASCENDING)], name="account"),
            IndexModel([("expires", ASCENDING)], name="expires", expireAfterSeconds=SESSION_REST_S),
        ],
    ),
    "counters": Shape(
        indexes=[IndexModel([("closes", ASCENDING)], name="closes", expireAfterSeconds=0)]
    ),
    "secrets": Shape(),
}
"""The collections that ``MongoAccounts`` keeps."""


def of_account(account: Account) -> Document:
    """The document of an account; ``InvalidInput`` for a role that there is not."""
    made = {name: value for name, value in asdict(account).items() if value is not None}
    check_role(account.role)
    return {"_id": made.pop("id"), **made, **({"guest": True} if account.guest else {})}


def to_account(found: Document) -> Account:
    """The account of a document."""
    return Account(id=found["_id"], **_plain(found, Account))


def of_session(session: Session) -> Document:
    """The document of a session, with the date by which the server lets it go."""
    made = {name: value for name, value in asdict(session).items() if value is not None}
    return {"_id": made.pop("id"), **made, "expires": DatetimeMS(session.expires_at)}


def to_session(found: Document) -> Session:
    """The session of a document."""
    return Session(id=found["_id"], **_plain(found, Session))


def _plain(found: Document, form: type[Account | Session]) -> Document:
    """The fields that a document has of a form; its numbers as Python's own."""
    names = [field.name for field in fields(form) if field.name in found]
    return {n: int(found[n]) if type(found[n]) is Int64 else found[n] for n in names}
