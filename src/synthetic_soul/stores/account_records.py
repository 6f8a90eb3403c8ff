"""The other half of the store's protocol: who may come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence


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


class Accounts(Protocol):
    """Accounts and sessions, what is counted of them, and the secrets they rest on."""

    async def add_account(self, account: Account) -> None:
        """Add one; ``Conflict`` (code ``username_taken`` or ``email_taken``) on a twin."""
        ...

    async def add_guest(self, account: Account, session: Session) -> None:
        """Add a guest account and its first session in one step."""
        ...

    async def account(self, id: str) -> Account | None:
        """The account with this id."""
        ...

    async def account_by_email(self, email: str) -> Account | None:
        """The account with this (folded) email."""
        ...

    async def account_by_name(self, name_key: str) -> Account | None:
        """The account with this folded username."""
        ...

    async def claim(self, account: Account) -> bool:
        """Give a guest email, username and password; False if it is no guest any more.

        ``Conflict`` as in ``add_account``.
        """
        ...

    async def set_role(self, id: str, role: str) -> bool:
        """Change a role; False if there is no such account."""
        ...

    async def touch(self, id: str, seen_at: int) -> None:
        """Remember when the account was last seen."""
        ...

    async def remove_account(self, id: str) -> None:
        """Remove the account and all its sessions; name and email are gone as after ``erase``."""
        ...

    async def idle_guests(self, before: int, limit: int = 500) -> list[str]:
        """Ids of guests last seen before that moment (ms)."""
        ...

    async def add_session(self, session: Session) -> None:
        """Add a session."""
        ...

    async def session(self, id: str) -> Session | None:
        """The session with this id, revoked or not."""
        ...

    async def rotate(self, session: Session, expected: str) -> bool:
        """Replace a session's tokens if its current token is still ``expected``.

        False also for a session that is revoked or not there. What it was made with
        (``account``, ``created_at``) stays.
        """
        ...

    async def revoke(self, session: str, at: int) -> None:
        """Revoke one session."""
        ...

    async def revoke_all(self, account: str, at: int) -> None:
        """Revoke every session of an account."""
        ...

    def members(self) -> AsyncIterator[tuple[Account, Sequence[Session]]]:
        """Every account with its sessions, for moving house; in no order that means anything."""
        ...

    async def adopt_member(self, account: Account, sessions: Sequence[Session]) -> None:
        """Add or replace an account and its sessions exactly as another store holds them."""
        ...

    async def count(self, key: str, *, window: int, by: int = 1) -> tuple[int, int]:
        """Count ``by`` more under ``key`` within a window of so many ms.

        Returns what has been counted in the window by every process, this included, and when
        (ms) the window closes and counting begins anew. What is counted may be lost, and is not
        on disk when this returns: limits and budgets rest on it, no promise does.
        """
        ...

    async def secret(self, name: str, proposed: str) -> str:
        """The secret kept under that name; ``proposed`` where there is none yet, for everybody."""
        ...
