"""Accounts and sessions in SQLite.

A row of ``accounts`` is never deleted, moved or resized (see ``sqlite_schema``): a claim and a
removal overwrite the old row with zeros of the same length; a claim adds a new one at the end.
"""

import hashlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import astuple, fields
from functools import partial

from typing_extensions import override

from synthetic_soul.caches import ExpiringCache
from synthetic_soul.errors import Conflict
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
from synthetic_soul.stores.codec import bytes_text, text_bytes
from synthetic_soul.stores.sqlite.sqlite_database import SqliteDatabase

_CHUNK = 100
_ACCOUNT = (
    "SELECT id, username, name_key, created_at, seen_at, email, password, role FROM accounts "
    "WHERE live = 1 AND"
)
_SESSION_COLUMNS = ", ".join(field.name for field in fields(Session))
_SESSION = f"SELECT {_SESSION_COLUMNS} FROM sessions WHERE"  # noqa: S608 - our own names
_WIPE = """UPDATE accounts SET live = 0, name_digest = zeroblob(32),
    username = zeroblob(length(username)), name_key = zeroblob(length(name_key)),
    email_digest = CASE WHEN email_digest IS NULL THEN NULL ELSE zeroblob(32) END,
    email = CASE WHEN email IS NULL THEN NULL ELSE zeroblob(length(email)) END,
    password = CASE WHEN password IS NULL THEN NULL ELSE zeroblob(length(password)) END
    WHERE id = ? AND live = 1"""


class SqliteAccounts(AccountStore):
    """Accounts; their rows are overwritten, never removed."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    async def add(self, account: Account) -> None:
        await self._database.write(lambda db: _add(db, account))

    @override
    async def add_guest(self, account: Account, session: Session) -> None:
        def both(db: sqlite3.Connection) -> None:
            _add(db, account)
            _put_session(db, session)

        await self._database.write(both)

    @override
    async def get(self, id: str) -> Account | None:
        return self._database.read(lambda db: _one(db, "id = ?", id))

    @override
    async def by_email(self, email: str) -> Account | None:
        return self._database.read(lambda db: _one(db, "email_digest = ?", _digest(email)))

    @override
    async def by_name(self, name_key: str) -> Account | None:
        return self._database.read(lambda db: _one(db, "name_digest = ?", _digest(name_key)))

    @override
    async def claim(self, account: Account) -> bool:
        return await self._database.write(lambda db: _claim(db, account))

    @override
    async def set_role(self, id: str, role: str) -> bool:
        row = (_role(role), id)
        sql = "UPDATE accounts SET role = ? WHERE id = ? AND live = 1"
        return await self._database.write(lambda db: db.execute(sql, row).rowcount == 1)

    @override
    async def touch(self, id: str, seen_at: int) -> None:
        sql = "UPDATE accounts SET seen_at = ? WHERE id = ? AND live = 1 AND seen_at < ?"
        await self._database.write(lambda db: db.execute(sql, (seen_at, id, seen_at)))

    @override
    async def remove(self, id: str) -> None:
        def remove(db: sqlite3.Connection) -> None:
            db.execute(_WIPE, (id,))
            db.execute("DELETE FROM sessions WHERE account = ?", (id,))

        await self._database.scrub(remove)

    @override
    async def idle_guests(self, before: int, limit: int = 500) -> list[str]:
        sql = (
            "SELECT id FROM accounts WHERE live = 1 AND guest = 1 AND seen_at < ? "
            "ORDER BY seen_at LIMIT ?"
        )
        return [id_ for (id_,) in self._database.rows(sql, before, limit)]

    @override
    async def members(self) -> AsyncIterator[tuple[Account, Sequence[Session]]]:
        chunk = await self._database.read_in_thread(_members)
        while chunk:
            for member in chunk:
                yield member
            chunk = await self._database.read_in_thread(partial(_members, after=chunk[-1][0].id))

    @override
    async def adopt(self, account: Account, sessions: Sequence[Session]) -> None:
        def adopt(db: sqlite3.Connection) -> None:
            db.execute(_WIPE, (account.id,))
            db.execute("DELETE FROM sessions WHERE account = ?", (account.id,))
            _add(db, account)
            for session in sessions:
                _put_session(db, session)

        await self._database.write(adopt)


class SqliteSessions(SessionStore):
    """Sessions of accounts."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    async def add(self, session: Session) -> None:
        await self._database.write(lambda db: _put_session(db, session))

    @override
    async def get(self, id: str) -> Session | None:
        rows = self._database.rows(f"{_SESSION} id = ?", id)
        return Session(*rows[0]) if rows else None

    @override
    async def rotate(self, session: Session, expected: str) -> bool:
        names = ("token", "csrf", "expires_at", "parent", "rotated_at", "successor")
        changes = ", ".join(f"{name} = ?" for name in names)
        sql = (
            f"UPDATE sessions SET {changes} "  # noqa: S608 - our own names
            "WHERE id = ? AND token = ? AND revoked_at IS NULL"
        )
        row = (*(getattr(session, name) for name in names), session.id, expected)
        return await self._database.write(lambda db: db.execute(sql, row).rowcount == 1)

    @override
    async def revoke(self, session: str, at: int) -> None:
        sql = "UPDATE sessions SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
        await self._database.write(lambda db: db.execute(sql, (at, session)))

    @override
    async def revoke_all(self, account: str, at: int) -> None:
        sql = "UPDATE sessions SET revoked_at = ? WHERE account = ? AND revoked_at IS NULL"
        await self._database.write(lambda db: db.execute(sql, (at, account)))

    @override
    async def remove_expired(self, before: int) -> int:
        sql = "DELETE FROM sessions WHERE expires_at < ?"
        return await self._database.write(lambda db: db.execute(sql, (before,)).rowcount)


class SqliteCounters(CounterStore):
    """Counters in the memory of the process that owns the file, by the time that has passed."""

    def __init__(self, database: SqliteDatabase, elapsed: Callable[[], int]) -> None:
        self._database = database
        self._elapsed = elapsed
        self._windows: ExpiringCache[str, tuple[int, int]] = ExpiringCache(elapsed)

    @override
    async def increment(self, key: str, *, window: int, by: int = 1) -> tuple[int, int]:
        self._database.writer()  # raises where the store is closed or read-only
        at = self._elapsed()
        counted, closes = self._windows.get(key) or (0, at + window)
        if closes > at + window:  # whatever happened to the clock: never longer than the window
            counted, closes = 0, at + window
        if by:  # a question alone keeps nothing
            self._windows.put(key, (counted + by, closes), until=closes)
        return counted + by, closes - at


class SqliteSecrets(SecretStore):
    """Secrets on which every opening of the file agrees."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    async def get_or_create(self, name: str, proposed: str) -> str:
        def settle(db: sqlite3.Connection) -> str:
            db.execute("INSERT OR IGNORE INTO secrets VALUES (?, ?)", (name, proposed))
            sql = "SELECT secret FROM secrets WHERE name = ?"
            kept: str = db.execute(sql, (name,)).fetchone()[0]
            return kept

        return await self._database.write(settle)


class SqliteMarks(MarkStore):
    """Notes in a table."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    async def read(self, name: str) -> str | None:
        rows = self._database.rows("SELECT value FROM marks WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    @override
    async def write(self, name: str, value: str) -> None:
        sql = "INSERT OR REPLACE INTO marks VALUES (?, ?)"
        await self._database.write(lambda db: db.execute(sql, (name, value)))


def _digest(name: str) -> bytes:
    return hashlib.sha256(text_bytes(name)).digest()


def _role(role: str) -> int:
    return ROLES.index(check_role(role))


def _one(db: sqlite3.Connection, where: str, value: str | bytes) -> Account | None:
    row = db.execute(f"{_ACCOUNT} {where}", (value,)).fetchone()
    return None if row is None else _account(row)


def _account(row: sqlite3.Row) -> Account:
    id_, username, name_key, created_at, seen_at, email, password, role = row
    return Account(
        id_,
        bytes_text(username),
        bytes_text(name_key),
        created_at,
        seen_at,
        email and bytes_text(email),
        password and bytes_text(password),
        ROLES[role],
    )


def _add(db: sqlite3.Connection, account: Account) -> None:
    email, password = account.email, account.password
    row = (
        account.id,
        account.guest,
        _role(account.role),
        account.created_at,
        account.seen_at,
        _digest(account.name_key),
        None if email is None else _digest(email),
        text_bytes(account.username),
        text_bytes(account.name_key),
        None if email is None else text_bytes(email),
        None if password is None else text_bytes(password),
    )
    try:
        db.execute(
            "INSERT INTO accounts (live, id, guest, role, created_at, seen_at, name_digest, "
            "email_digest, username, name_key, email, password) "
            "VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
    except sqlite3.IntegrityError:
        if _one(db, "id = ?", account.id):
            raise Conflict("an account with this id exists", code="id_taken") from None
        if _one(db, "name_digest = ?", _digest(account.name_key)):
            raise Conflict("this username is taken", code="username_taken") from None
        raise Conflict("this email is taken", code="email_taken") from None


def _claim(db: sqlite3.Connection, account: Account) -> bool:
    known = _one(db, "id = ?", account.id)
    if known is None or not known.guest:
        return False
    db.execute(_WIPE, (account.id,))
    _add(db, account)
    return True


def _put_session(db: sqlite3.Connection, session: Session) -> None:
    marks = ", ".join("?" * len(fields(session)))
    db.execute(
        f"INSERT INTO sessions ({_SESSION_COLUMNS}) VALUES ({marks})",  # noqa: S608 - our own names
        astuple(session),
    )


def _members(db: sqlite3.Connection, after: str = "") -> list[tuple[Account, list[Session]]]:
    """Return the next accounts in order of id, each with its sessions."""
    rows = db.execute(f"{_ACCOUNT} id > ? ORDER BY id LIMIT ?", (after, _CHUNK)).fetchall()
    sql = f"{_SESSION} account = ? ORDER BY id"
    return [
        (account, [Session(*row) for row in db.execute(sql, (account.id,))])
        for account in map(_account, rows)
    ]
