"""Accounts, sessions, counters and secrets in memory; see ``memory_disk.py``."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import TYPE_CHECKING

from synthetic_soul.errors import Conflict, InvalidInput
from synthetic_soul.stores.codec import text_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from synthetic_soul.stores.base import Account, Session, StoredIndex

ROLES = ("user", "operator")


class MemoryAccounts:
    """Who may sign in."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._accounts: dict[str, Account] = {}
        self._sessions: dict[str, Session] = {}
        self._counts: dict[str, tuple[int, int]] = {}
        self.marks: dict[str, str] = {}
        self.pictures: dict[str, dict[str, bytes]] = {}
        self.indexes: dict[tuple[str, str], StoredIndex] = {}
        self._secrets: dict[str, str] = {}

    def add_account(self, account: Account) -> None:
        if account.id in self._accounts:
            raise Conflict("an account with this id exists", code="id_taken")
        self._put(account)

    def _put(self, account: Account) -> None:
        """Keep an account, in place of the one with its id, unless it is somebody else's twin."""
        _check(account.role)
        others = [each for each in self._accounts.values() if each.id != account.id]
        if any(each.name_key == account.name_key for each in others):
            raise Conflict("this username is taken", code="username_taken")
        if account.email is not None and any(each.email == account.email for each in others):
            raise Conflict("this email is taken", code="email_taken")
        self._accounts[account.id] = account

    def add_guest(self, account: Account, session: Session) -> None:
        self.add_account(account)
        self.add_session(session)

    def account(self, id: str) -> Account | None:
        return self._accounts.get(id)

    def account_by_email(self, email: str) -> Account | None:
        return next((a for a in self._accounts.values() if a.email == email), None)

    def account_by_name(self, name_key: str) -> Account | None:
        return next((a for a in self._accounts.values() if a.name_key == name_key), None)

    def claim(self, account: Account) -> bool:
        known = self._accounts.get(account.id)
        if known is None or not known.guest:
            return False
        self._put(account)
        return True

    def set_role(self, id: str, role: str) -> bool:
        _check(role)
        return self._replace(id, role=role)

    def touch(self, id: str, seen_at: int) -> None:
        known = self._accounts.get(id)
        if known is not None and known.seen_at < seen_at:
            self._replace(id, seen_at=seen_at)

    def _replace(self, id: str, **changes: object) -> bool:
        known = self._accounts.get(id)
        if known is not None:
            self._accounts[id] = replace(known, **changes)  # type: ignore[arg-type]  # of a field
        return known is not None

    def remove_account(self, id: str) -> None:
        self._accounts.pop(id, None)
        self._sessions = {s.id: s for s in self._sessions.values() if s.account != id}

    def idle_guests(self, before: int, limit: int) -> list[str]:
        idle = [a for a in self._accounts.values() if a.guest and a.seen_at < before]
        return [a.id for a in sorted(idle, key=lambda a: (a.seen_at, a.id))][:limit]

    def add_session(self, session: Session) -> None:
        if session.id in self._sessions:
            raise Conflict("a session with this id exists", code="id_taken")
        self._sessions[session.id] = session

    def session(self, id: str) -> Session | None:
        return self._sessions.get(id)

    def rotate(self, session: Session, expected: str) -> bool:
        known = self._sessions.get(session.id)
        if known is None or known.revoked_at is not None or known.token != expected:
            return False
        made = {"account": known.account, "created_at": known.created_at, "revoked_at": None}
        self._sessions[session.id] = replace(session, **made)  # type: ignore[arg-type]  # as above
        return True

    def revoke(self, session: str, at: int) -> None:
        known = self._sessions.get(session)
        if known is not None and known.revoked_at is None:
            self._sessions[session] = replace(known, revoked_at=at)

    def revoke_all(self, account: str, at: int) -> None:
        for session in list(self._sessions.values()):
            if session.account == account:
                self.revoke(session.id, at)

    def remove_expired(self, before: int) -> int:
        kept = {s.id: s for s in self._sessions.values() if s.expires_at >= before}
        removed = len(self._sessions) - len(kept)
        self._sessions = kept
        return removed

    def members(self) -> list[tuple[Account, Sequence[Session]]]:
        sessions = self._sessions.values()
        return [(a, [s for s in sessions if s.account == a.id]) for a in self._accounts.values()]

    def adopt_member(self, account: Account, sessions: Sequence[Session]) -> None:
        self._put(account)
        self._sessions = {s.id: s for s in self._sessions.values() if s.account != account.id}
        self._sessions |= {session.id: session for session in sessions}

    def count(self, key: str, window: int, by: int) -> tuple[int, int]:
        now = self._clock()
        counted, end = self._counts.get(key, (0, 0))
        if now >= end:
            counted, end = 0, now + window
        self._counts[key] = (counted + by, end)
        return counted + by, end - now

    def secret(self, name: str, proposed: str) -> str:
        return self._secrets.setdefault(name, proposed)

    def raw_accounts(self) -> bytes:
        """All bytes that are kept of accounts."""
        accounts = [str(astuple(account)) for account in self._accounts.values()]
        sessions = [str(astuple(session)) for session in self._sessions.values()]
        return text_bytes("\n".join([*accounts, *sessions]))


def _check(role: str) -> None:
    if role not in ROLES:
        raise InvalidInput(f"a role is one of: {', '.join(ROLES)}", code="unknown_role")
