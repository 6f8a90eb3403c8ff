"""Accounts and sessions: their records, their roles, and how a store keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from synthetic_soul.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence


ROLES = ("user", "operator")


def check_role(role: str) -> str:
    """Return the role; ``InvalidInput`` (code ``unknown_role``) if there is no such one."""
    if role not in ROLES:
        raise InvalidInput(f"a role is one of: {', '.join(ROLES)}", code="unknown_role")
    return role


@dataclass(frozen=True, slots=True)
class Account:
    """Who may sign in. A guest has neither email nor password; ``role`` is user or operator.

    ``id`` is also the person's id in every mind. ``email`` and ``name_key`` (the username,
    folded) are unique where present.
    """

    id: str
    username: str
    name_key: str
    created_at: int
    seen_at: int
    email: str | None = None
    password: str | None = None
    role: str = "user"

    @property
    def guest(self) -> bool:
        """Whether nobody has claimed this account yet."""
        return self.password is None


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in device. ``token`` and ``parent`` are keyed digests of refresh tokens.

    ``parent`` was the token before the last rotation, at ``rotated_at`` (ms); ``successor`` is
    the current token sealed so that the parent's holder can be given it again within the short
    window. ``csrf`` is the value that the client must echo.
    """

    id: str
    account: str
    token: str
    csrf: str
    created_at: int
    expires_at: int
    parent: str | None = None
    rotated_at: int = 0
    successor: str | None = None
    revoked_at: int | None = None


class AccountStore(Protocol):
    """Accounts; an account's ``id`` is the person's id in every mind."""

    async def add(self, account: Account) -> None:
        """Add an account.

        ``Conflict`` (code ``username_taken``, ``email_taken`` or ``id_taken``) where another one
        has its username, email or id.
        """
        ...

    async def add_guest(self, account: Account, session: Session) -> None:
        """Add a guest account and its first session in one step."""
        ...

    async def get(self, id: str) -> Account | None:
        """Return the account with this id."""
        ...

    async def by_email(self, email: str) -> Account | None:
        """Return the account with this (folded) email."""
        ...

    async def by_name(self, name_key: str) -> Account | None:
        """Return the account with this folded username."""
        ...

    async def claim(self, account: Account) -> bool:
        """Give a guest email, username and password; False if it is no guest any more.

        ``Conflict`` as in ``add``.
        """
        ...

    async def set_role(self, id: str, role: str) -> bool:
        """Change a role; False if there is no such account."""
        ...

    async def touch(self, id: str, seen_at: int) -> None:
        """Record when the account was last seen; an earlier moment changes nothing."""
        ...

    async def remove(self, id: str) -> None:
        """Remove the account and all its sessions; name and email are erased like texts."""
        ...

    async def idle_guests(self, before: int, limit: int = 500) -> list[str]:
        """Return ids of guests last seen before that moment (ms), those longest unseen first."""
        ...

    def members(self) -> AsyncIterator[tuple[Account, Sequence[Session]]]:
        """Iterate over every account with its sessions, in any order, for a migration."""
        ...

    async def adopt(self, account: Account, sessions: Sequence[Session]) -> None:
        """Add or replace an account and its sessions exactly as another store holds them.

        ``Conflict`` where another account has the username or the email.
        """
        ...


class SessionStore(Protocol):
    """Sessions of accounts."""

    async def add(self, session: Session) -> None:
        """Add a session; expired ones of the account are dropped."""
        ...

    async def get(self, id: str) -> Session | None:
        """Return the session with this id, revoked or not."""
        ...

    async def rotate(self, session: Session, expected: str) -> bool:
        """Replace a session's tokens if its current token is still ``expected``.

        False also for a session that is revoked or not there. What it was made with
        (``account``, ``created_at``) stays.
        """
        ...

    async def revoke(self, session: str, at: int) -> None:
        """Revoke one session; the moment of an earlier revocation stays."""
        ...

    async def revoke_all(self, account: str, at: int) -> None:
        """Revoke every session of an account."""
        ...
