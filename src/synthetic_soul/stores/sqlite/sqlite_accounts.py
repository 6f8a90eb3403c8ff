"""Accounts and sessions in SQLite.

A row of ``accounts`` is never deleted, moved or resized (see ``sqlite_schema``): a claim and a
removal overwrite the old row with zeros of the same length; a claim adds a new one at the end.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import astuple, fields
from functools import partial
from typing import TYPE_CHECKING

from synthetic_soul.errors import Conflict
from synthetic_soul.stores.account_records import Account, Session
from synthetic_soul.stores.codec import bytes_text, text_bytes
from synthetic_soul.stores.roles import ROLES, checked
from synthetic_soul.stores.sqlite.memory_leases import now
from synthetic_soul.stores.sqlite.sqlite_counters import Counters
from synthetic_soul.stores.sqlite.sqlite_database import SqliteFile

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

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


class SqliteAccounts(SqliteFile):
    """Implements ``stores.base.Accounts``; counts in memory, since one process owns the file."""

    def __init__(
        self, path: Path, *, clock: Callable[[], int] = now, readonly: bool = False
    ) -> None:
        super().__init__(path, clock=clock, readonly=readonly)
        self._counters = Counters(clock)

    async def add_account(self, account: Account) -> None:
        """As ``Accounts.add_account``."""
        await self._write(lambda db: _add(db, account))

    async def add_guest(self, account: Account, session: Session) -> None:
        """As ``Accounts.add_guest``."""

        def both(db: sqlite3.Connection) -> None:
            _add(db, account)
            _add_session(db, session)

        await self._write(both)

    async def account(self, id: str) -> Account | None:
        """As ``Accounts.account``."""
        return self._near(lambda db: _one(db, "id = ?", id))

    async def account_by_email(self, email: str) -> Account | None:
        """As ``Accounts.account_by_email``."""
        return self._near(lambda db: _one(db, "email_digest = ?", _digest(email)))

    async def account_by_name(self, name_key: str) -> Account | None:
        """As ``Accounts.account_by_name``."""
        return self._near(lambda db: _one(db, "name_digest = ?", _digest(name_key)))

    async def claim(self, account: Account) -> bool:
        """As ``Accounts.claim``."""
        return await self._write(lambda db: _claim(db, account))

    async def set_role(self, id: str, role: str) -> bool:
        """As ``Accounts.set_role``."""
        row = (_role(role), id)
        sql = "UPDATE accounts SET role = ? WHERE id = ? AND live = 1"
        return await self._write(lambda db: db.execute(sql, row).rowcount == 1)

    async def touch(self, id: str, seen_at: int) -> None:
        """As ``Accounts.touch``."""
        sql = "UPDATE accounts SET seen_at = ? WHERE id = ? AND live = 1 AND seen_at < ?"
        await self._write(lambda db: db.execute(sql, (seen_at, id, seen_at)))

    async def remove_account(self, id: str) -> None:
        """As ``Accounts.remove_account``."""

        def remove(db: sqlite3.Connection) -> None:
            db.execute(_WIPE, (id,))
            db.execute("DELETE FROM sessions WHERE account = ?", (id,))

        await self._scrub(remove)

    async def idle_guests(self, before: int, limit: int = 500) -> list[str]:
        """As ``Accounts.idle_guests``, those longest unseen first."""
        sql = (
            "SELECT id FROM accounts WHERE live = 1 AND guest = 1 AND seen_at < ? "
            "ORDER BY seen_at LIMIT ?"
        )
        return self._near(lambda db: [id_ for (id_,) in db.execute(sql, (before, limit))])

    async def add_session(self, session: Session) -> None:
        """As ``Accounts.add_session``; the account's expired ones are dropped."""
        await self._write(lambda db: _add_session(db, session))

    async def session(self, id: str) -> Session | None:
        """As ``Accounts.session``."""
        row = self._near(lambda db: db.execute(f"{_SESSION} id = ?", (id,)).fetchone())
        return row and Session(*row)

    async def rotate(self, session: Session, expected: str) -> bool:
        """As ``Accounts.rotate``."""
        new = (
            session.token,
            session.csrf,
            session.expires_at,
            session.parent,
            session.rotated_at,
            session.successor,
        )
        sql = (
            "UPDATE sessions SET token = ?, csrf = ?, expires_at = ?, parent = ?, rotated_at = ?, "
            "successor = ? WHERE id = ? AND token = ? AND revoked_at IS NULL"
        )
        row = (*new, session.id, expected)
        return await self._write(lambda db: db.execute(sql, row).rowcount == 1)

    async def revoke(self, session: str, at: int) -> None:
        """As ``Accounts.revoke``; the first moment stays."""
        sql = "UPDATE sessions SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
        await self._write(lambda db: db.execute(sql, (at, session)))

    async def revoke_all(self, account: str, at: int) -> None:
        """As ``Accounts.revoke_all``."""
        sql = "UPDATE sessions SET revoked_at = ? WHERE account = ? AND revoked_at IS NULL"
        await self._write(lambda db: db.execute(sql, (at, account)))

    async def members(self) -> AsyncIterator[tuple[Account, Sequence[Session]]]:
        """As ``Accounts.members``; reads on in stretches, in order of the accounts' ids."""
        chunk = await self._far(_members)
        while chunk:
            for member in chunk:
                yield member
            chunk = await self._far(partial(_members, after=chunk[-1][0].id))

    async def adopt_member(self, account: Account, sessions: Sequence[Session]) -> None:
        """As ``Accounts.adopt_member``; ``Conflict`` where another has the name or the email."""

        def adopt(db: sqlite3.Connection) -> None:
            db.execute(_WIPE, (account.id,))
            db.execute("DELETE FROM sessions WHERE account = ?", (account.id,))
            _add(db, account)
            for session in sessions:
                _put_session(db, session)

        await self._write(adopt)

    async def count(self, key: str, *, window: int, by: int = 1) -> tuple[int, int]:
        """As ``Accounts.count``."""
        self._writing()
        return self._counters.add(key, window=window, by=by)

    async def secret(self, name: str, proposed: str) -> str:
        """As ``Accounts.secret``."""

        def settle(db: sqlite3.Connection) -> str:
            db.execute("INSERT OR IGNORE INTO secrets VALUES (?, ?)", (name, proposed))
            sql = "SELECT secret FROM secrets WHERE name = ?"
            kept: str = db.execute(sql, (name,)).fetchone()[0]
            return kept

        return await self._write(settle)


def _digest(name: str) -> bytes:
    return hashlib.sha256(text_bytes(name)).digest()


def _role(role: str) -> int:
    return ROLES.index(checked(role))


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


def _add_session(db: sqlite3.Connection, session: Session) -> None:
    db.execute(
        "DELETE FROM sessions WHERE account = ? AND expires_at < ?",
        (session.account, session.created_at),
    )
    _put_session(db, session)


def _put_session(db: sqlite3.Connection, session: Session) -> None:
    marks = ", ".join("?" * len(fields(session)))
    db.execute(
        f"INSERT INTO sessions ({_SESSION_COLUMNS}) VALUES ({marks})",  # noqa: S608 - our own names
        astuple(session),
    )


def _members(db: sqlite3.Connection, after: str = "") -> list[tuple[Account, list[Session]]]:
    """The next accounts in order of id, each with its sessions."""
    rows = db.execute(f"{_ACCOUNT} id > ? ORDER BY id LIMIT ?", (after, _CHUNK)).fetchall()
    return [(account, _sessions(db, account.id)) for account in map(_account, rows)]


def _sessions(db: sqlite3.Connection, account: str) -> list[Session]:
    return [Session(*row) for row in db.execute(f"{_SESSION} account = ? ORDER BY id", (account,))]
