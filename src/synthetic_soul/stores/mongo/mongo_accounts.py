"""Accounts, sessions, counters and secrets in MongoDB, and their documents.

These collections are small and stay unsharded: usernames and email addresses are unique over all
of them, which an index promises on one shard alone. An account's name and email stand nowhere but
in its own document, which is deleted with it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields

import pymongo
from bson.datetime_ms import DatetimeMS
from bson.int64 import Int64
from pymongo import ASCENDING, DeleteMany, IndexModel, ReplaceOne, ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError
from typing_extensions import override

from synthetic_soul.errors import Conflict, InvalidInput
from synthetic_soul.stores.base import (
    ROLES,
    Account,
    AccountStore,
    CounterStore,
    MarkStore,
    SecretStore,
    Session,
    SessionStore,
    check_role,
)
from synthetic_soul.stores.mongo.mongo_database import (
    CollectionSpec,
    Document,
    MongoDatabase,
    translated_errors,
)
from synthetic_soul.stores.mongo.mongo_schema import MILLIS, TEXT, object_schema

KEEP_EXPIRED_SESSIONS_S = 86_400
"""How long the server keeps a session after its ``expires``."""
LAST_RESORT_MS = 400 * 86_400_000
"""From the end of a session to its ``expires``. The server drops it by its own clock alone, which
may be wrong by weeks, and with it all that a guest can be known by. So that is left to
``remove_expired``, and the server's index is for databases that nobody sweeps any more."""

_ACCOUNT = object_schema(
    {
        **dict.fromkeys(("_id", "username", "name_key"), TEXT),
        **dict.fromkeys(("created_at", "seen_at"), MILLIS),
        "role": {"enum": list(ROLES)},
    },
    {"email": TEXT, "password": TEXT, "guest": {"enum": [True]}},
)
_SESSION = object_schema(
    {
        **dict.fromkeys(("_id", "account", "token", "csrf"), TEXT),
        **dict.fromkeys(("created_at", "expires_at"), MILLIS),
        "expires": {"bsonType": "date"},
    },
    {"parent": TEXT, "successor": TEXT, "rotated_at": MILLIS, "revoked_at": MILLIS},
)
ACCOUNT_COLLECTIONS = {
    "accounts": CollectionSpec(
        {"$jsonSchema": _ACCOUNT},
        [
            IndexModel("name_key", name="name_key", unique=True),
            IndexModel(
                "email",
                name="email",
                unique=True,
                partialFilterExpression={"email": {"$exists": True}},
            ),
            IndexModel("seen_at", name="idle_guests", partialFilterExpression={"guest": True}),
        ],
    ),
    "sessions": CollectionSpec(
        {"$jsonSchema": _SESSION},
        [
            IndexModel([("account", ASCENDING), ("expires_at", ASCENDING)], name="account"),
            IndexModel("expires", name="expires", expireAfterSeconds=KEEP_EXPIRED_SESSIONS_S),
        ],
    ),
    "counters": CollectionSpec(indexes=[IndexModel("closes", name="closes", expireAfterSeconds=0)]),
    "secrets": CollectionSpec(),
    "marks": CollectionSpec(),
}
"""The collections of this module."""


def account_document(account: Account) -> Document:
    """Return the document of an account; ``InvalidInput`` for an unknown role."""
    document = {name: value for name, value in asdict(account).items() if value is not None}
    check_role(account.role)
    return {"_id": document.pop("id"), **document, **({"guest": True} if account.guest else {})}


def account_of(found: Document) -> Account:
    """Return the account of a document."""
    return Account(id=found["_id"], **_plain(found, Account))


def session_document(session: Session) -> Document:
    """Return the document of a session, with the date after which the server deletes it."""
    document = {name: value for name, value in asdict(session).items() if value is not None}
    return {
        "_id": document.pop("id"),
        **document,
        "expires": DatetimeMS(session.expires_at + LAST_RESORT_MS),
    }


def session_of(found: Document) -> Session:
    """Return the session of a document."""
    return Session(id=found["_id"], **_plain(found, Session))


def _plain(found: Document, form: type[Account | Session]) -> Document:
    """Return the fields of a record in a document, with Python's own numbers."""
    names = [field.name for field in fields(form) if field.name in found]
    return {n: int(found[n]) if type(found[n]) is Int64 else found[n] for n in names}


COUNT_TIMEOUT_S = 1
"""A limit is not worth waiting for: the next operation finds out that the server is away."""

_CHUNK = 100


class MongoAccounts(AccountStore):
    """Accounts, each one document.

    No step needs a transaction: it is one document, or an order in which whatever a crash
    leaves is of no use to anybody and expires.
    """

    def __init__(self, database: MongoDatabase, sessions: MongoSessions) -> None:
        self._database = database
        self._session_store = sessions

    @property
    def _accounts(self) -> AsyncCollection[Document]:
        return self._database.collection("accounts")

    @property
    def _sessions(self) -> AsyncCollection[Document]:
        return self._database.collection("sessions")

    @override
    async def add(self, account: Account) -> None:
        with translated_errors(), _refusals():
            await self._accounts.insert_one(account_document(account))

    @override
    async def add_guest(self, account: Account, session: Session) -> None:
        # The session goes first: one without its account admits nobody and expires, while nobody
        # could ever sign in to a guest's account without a session.
        await self._session_store.add(session)
        try:
            await self.add(account)
        except Conflict:
            with translated_errors():
                await self._sessions.delete_one({"_id": session.id})
            raise

    @override
    async def get(self, id: str) -> Account | None:
        return await self._account_with("_id", id)

    @override
    async def by_email(self, email: str) -> Account | None:
        return await self._account_with("email", email)

    @override
    async def by_name(self, name_key: str) -> Account | None:
        return await self._account_with("name_key", name_key)

    async def _account_with(self, field: str, value: str) -> Account | None:
        if not _is_encodable(value):
            return None
        with translated_errors():
            found = await self._accounts.find_one({field: value})
        return None if found is None else account_of(found)

    @override
    async def claim(self, account: Account) -> bool:
        document = account_document(account)
        values = {name: document[name] for name in ("username", "name_key", "email", "password")}
        with translated_errors(), _refusals():
            done = await self._accounts.update_one(
                {"_id": account.id, "guest": True},
                {"$set": values, "$unset": {"guest": ""}, "$max": {"seen_at": account.seen_at}},
            )
        return done.matched_count == 1

    @override
    async def set_role(self, id: str, role: str) -> bool:
        with translated_errors():
            change = {"$set": {"role": check_role(role)}}
            done = await self._accounts.update_one({"_id": id}, change)
        return done.matched_count == 1

    @override
    async def touch(self, id: str, seen_at: int) -> None:
        with translated_errors():
            await self._accounts.update_one({"_id": id}, {"$max": {"seen_at": seen_at}})

    @override
    async def remove(self, id: str) -> None:
        # The account goes first: without it no session is valid. The server's old blocks and its
        # oplog hold what was removed until they are overwritten.
        with translated_errors():
            await self._accounts.delete_one({"_id": id})
            await self._sessions.delete_many({"account": id})

    @override
    async def idle_guests(self, before: int, limit: int = 500) -> list[str]:
        asked = {"guest": True, "seen_at": {"$lt": before}}
        with translated_errors():
            found = self._accounts.find(asked, {"_id": 1}).sort("seen_at").limit(limit)
            return [each["_id"] async for each in found]

    @override
    async def members(self) -> AsyncIterator[tuple[Account, Sequence[Session]]]:
        chunk = await self._members("")
        while chunk:
            for member in chunk:
                yield member
            chunk = await self._members(chunk[-1][0].id)

    async def _members(self, after: str) -> list[tuple[Account, list[Session]]]:
        with translated_errors():
            found = self._accounts.find({"_id": {"$gt": after}}).sort("_id").limit(_CHUNK)
            accounts = {each["_id"]: account_of(each) async for each in found}
            sessions: dict[str, list[Session]] = {id_: [] for id_ in accounts}
            async for each in self._sessions.find({"account": {"$in": list(accounts)}}):
                sessions[each["account"]].append(session_of(each))
        return [
            (account, sorted(sessions[id_], key=lambda session: session.id))
            for id_, account in accounts.items()
        ]

    @override
    async def adopt(self, account: Account, sessions: Sequence[Session]) -> None:
        documents = [session_document(session) for session in sessions]
        others = {"account": account.id, "_id": {"$nin": [each["_id"] for each in documents]}}
        puts = [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in documents]
        with translated_errors(), _refusals():
            await self._accounts.replace_one(
                {"_id": account.id}, account_document(account), upsert=True
            )
            await self._sessions.bulk_write([DeleteMany(others), *puts])


class MongoSessions(SessionStore):
    """Sessions of accounts."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    @property
    def _sessions(self) -> AsyncCollection[Document]:
        return self._database.collection("sessions")

    @override
    async def add(self, session: Session) -> None:
        with translated_errors(), _refusals():
            await self._sessions.insert_one(session_document(session))

    @override
    async def get(self, id: str) -> Session | None:
        if not _is_encodable(id):
            return None
        with translated_errors():
            found = await self._sessions.find_one({"_id": id})
        return None if found is None else session_of(found)

    @override
    async def rotate(self, session: Session, expected: str) -> bool:
        document = session_document(session)
        names = ("token", "csrf", "expires_at", "expires", "parent", "rotated_at", "successor")
        values = {name: document[name] for name in names if name in document}
        removed = {name: "" for name in names if name not in document}
        with translated_errors():
            done = await self._sessions.update_one(
                {"_id": session.id, "token": expected, "revoked_at": None},
                {"$set": values, **({"$unset": removed} if removed else {})},
            )
        return done.matched_count == 1

    @override
    async def revoke(self, session: str, at: int) -> None:
        live = {"_id": session, "revoked_at": None}
        with translated_errors():
            await self._sessions.update_one(live, {"$set": {"revoked_at": at}})

    @override
    async def revoke_all(self, account: str, at: int) -> None:
        live = {"account": account, "revoked_at": None}
        with translated_errors():
            await self._sessions.update_many(live, {"$set": {"revoked_at": at}})

    @override
    async def remove_expired(self, before: int) -> int:
        dropped_at = DatetimeMS(before + LAST_RESORT_MS)
        over = {"expires": {"$lt": dropped_at}, "expires_at": {"$lt": before}}
        with translated_errors():
            return (await self._sessions.delete_many(over)).deleted_count


class MongoCounters(CounterStore):
    """Counters by the server's clock, in its memory, or not at all for long.

    A document keeps when it was last counted (``at``): where the clock has gone back since then,
    as much is left of the window as was left at that time.
    """

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    @override
    async def increment(self, key: str, *, window: int, by: int = 1) -> tuple[int, int]:
        counted_at = {"$max": [{"$ifNull": ["$at", "$$NOW"]}, "$$NOW"]}
        left = {"$subtract": [{"$ifNull": ["$closes", "$$NOW"]}, counted_at]}
        still_open = {"$and": [{"$gt": ["$left", 0]}, {"$lte": ["$left", window]}]}
        steps: list[Document] = [
            {"$set": {"left": left, "at": "$$NOW"}},
            {
                "$set": {
                    "count": {"$cond": [still_open, {"$add": ["$count", by]}, by]},
                    "left": {"$cond": [still_open, "$left", window]},
                }
            },
            {"$set": {"closes": {"$add": ["$$NOW", "$left"]}}},
        ]
        counters = self._database.collection("counters", durable=False)
        with pymongo.timeout(COUNT_TIMEOUT_S):
            found = await _upsert(counters, key, steps)
        return found["count"], int(found["left"])


class MongoSecrets(SecretStore):
    """Secrets on which all processes agree."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    @override
    async def get_or_create(self, name: str, proposed: str) -> str:
        secrets = self._database.collection("secrets")
        found = await _upsert(secrets, name, {"$setOnInsert": {"secret": proposed}})
        kept: str = found["secret"]
        return kept


class MongoMarks(MarkStore):
    """Notes, each one document."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    @override
    async def read(self, name: str) -> str | None:
        with translated_errors():
            found = await self._database.collection("marks").find_one({"_id": name})
        return None if found is None else str(found["value"])

    @override
    async def write(self, name: str, value: str) -> None:
        with translated_errors():
            await self._database.collection("marks").update_one(
                {"_id": name}, {"$set": {"value": value}}, upsert=True
            )


async def _upsert(
    collection: AsyncCollection[Document],
    id: str,
    update: Mapping[str, object] | Sequence[Mapping[str, object]],
) -> Document:
    """Update or create a document; of many creations at once, the server lets one through."""
    with translated_errors():
        found = await collection.find_one_and_update(
            {"_id": id}, update, upsert=True, return_document=ReturnDocument.AFTER
        )
    assert found is not None  # noqa: S101 - it was there, or has been made
    return found


@contextmanager
def _refusals() -> Iterator[None]:
    """Raise ``Conflict`` for what is taken, ``InvalidInput`` for what BSON has no form for."""
    try:
        yield
    except DuplicateKeyError as error:
        raise _conflict((error.details or {}).get("keyPattern", {})) from None
    except UnicodeEncodeError:
        raise InvalidInput("half a surrogate pair cannot be kept", code="not_bson") from None


def _conflict(pattern: Mapping[str, object]) -> Conflict:
    if "name_key" in pattern:
        return Conflict("this username is taken", code="username_taken")
    if "email" in pattern:
        return Conflict("this email is taken", code="email_taken")
    return Conflict("this id is taken", code="id_taken")


def _is_encodable(value: str) -> bool:
    """Return whether BSON has a form for the value: otherwise nothing is kept under it."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
