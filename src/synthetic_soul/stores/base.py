"""The store's protocol: what every store keeps, and what it promises.

A store keeps journals (one per agent, append only), the words that belong to them, snapshots
(a cache that may be dropped at any time), leases, and accounts. Appending is the one atomic,
durable step: when ``append`` returns, the entry survives the loss of power.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from synthetic_soul.mind.events import Event


@dataclass(frozen=True, slots=True)
class Entry:
    """One atomic step of a journal.

    ``seq`` counts from 1 without gaps; ``at`` (ms) never goes back; ``hash`` chains over
    ``previous`` and the canonical bytes of the entry, with words as digests only. ``version``
    is the format the entry was written in. ``body`` is those canonical bytes as they were
    written: reading lifts ``events`` to today's format, but never touches what the hash covers.
    """

    agent: str
    seq: int
    at: int
    events: tuple[Event, ...]
    previous: str
    hash: str
    version: int = 1
    body: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on ``name`` until ``until`` (ms); ``token`` fences writes.

    Tokens of one name only grow, also over restarts. The token stays the same for as long as
    one holder renews, even late, and nobody else has taken the lease in between.
    """

    name: str
    token: int
    until: int


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A message seen as a job: how it stands by the journal.

    ``status`` is queued, succeeded (a reply or a silence) or failed; ``attempt`` the current
    one; ``outcome`` the entry's seq that settled it; ``heard`` the seq of its message.
    """

    id: str
    agent: str
    conversation: str
    person: str
    attempt: int
    status: str
    heard: int
    outcome: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation with messages that have no outcome yet; ``since`` is the oldest one's ms."""

    agent: str
    conversation: str
    since: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A fold of the journal up to ``seq``: the mind's JSON and the changed bonds' JSON."""

    seq: int
    mind: Mapping[str, object]
    bonds: Mapping[str, Mapping[str, object]]


class Journal(Protocol):
    """The journals of all agents. Every method names its agent: stores may shard by it."""

    async def append(
        self, agent: str, events: Sequence[Event], *, at: int, lease: Lease | None = None
    ) -> Entry:
        """Append one entry, durably; returns it with its place in the chain.

        ``at`` is raised to the last entry's where the clock went back. Texts owned by a person
        whose ``PersonErased`` stands in the journal are not kept, so that a turn still under
        way brings nothing back. Raises ``AlreadyAnswered`` when an outcome for one of the
        tickets exists, ``Conflict`` (code ``key_reused``) when a heard message's (person, key)
        was taken before, ``Conflict`` (code ``id_taken``) when its id was, ``Conflict`` (code
        ``not_failed``) when a retried message is not a failed one, ``FenceBroken`` when
        ``lease`` was released or has passed to another holder, ``InvalidInput`` when an event
        holds what JSON cannot, ``StorageFull`` or ``Unavailable``.
        """
        ...

    def entries(self, agent: str, *, after: int = 0) -> AsyncIterator[Entry]:
        """The entries with ``seq`` > ``after``, in order, with the words still there.

        ``JournalBroken`` names an entry that can no longer be read.
        """
        ...

    async def entry(self, agent: str, seq: int) -> Entry | None:
        """One entry with its words."""
        ...

    async def tail(
        self, agent: str, conversation: str, *, limit: int, before: int | None = None
    ) -> list[Entry]:
        """The last ``limit`` entries that hold a message or reply of the conversation.

        In order of ``seq``; with ``before`` only those with a smaller ``seq``.
        """
        ...

    async def conversation(self, agent: str, conversation: str, *, after: int = 0) -> list[Entry]:
        """All entries with an event of the conversation and ``seq`` > ``after``, in order."""
        ...

    async def job(self, agent: str, job: str) -> JobRecord | None:
        """How a message stands as a job."""
        ...

    async def by_key(self, agent: str, person: str, key: str) -> JobRecord | None:
        """The job that an idempotency key of this person made first."""
        ...

    async def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        """The conversation's messages that wait for an outcome, oldest first."""
        ...

    async def waiting(self, *, before: int | None = None, limit: int = 1000) -> list[Waiting]:
        """Conversations with unanswered messages (older than ``before`` ms), oldest first."""
        ...

    async def agents(self) -> list[str]:
        """The ids of all agents with a journal, sorted."""
        ...

    async def last(self, agent: str) -> tuple[int, str]:
        """``seq`` and ``hash`` of the last entry; ``(0, "")`` for an empty journal."""
        ...

    async def thoughts(self, agent: str, *, person: str | None, limit: int = 20) -> list[Entry]:
        """The newest entries with a thought that ``person`` may see (None: public ones only).

        Newest first.
        """
        ...

    async def involving(self, agent: str, person: str) -> list[Entry]:
        """All entries that concern the person, in order, for export.

        They name the person, hold words owned by them, or settle one of their messages.
        """
        ...

    async def words(self, agent: str, digests: Sequence[str]) -> dict[str, str]:
        """The texts behind digests; erased ones are absent."""
        ...

    async def erase(self, agent: str, person: str) -> int:
        """Remove every text owned by the person, in place; returns how many.

        Nothing of them remains in live files or the write-ahead log afterwards. The agent's
        own words (owner "") are not a person's: asked for those, it removes none.
        """
        ...

    async def forget(self, agent: str, digests: Sequence[str]) -> int:
        """Remove single texts in the same way."""
        ...

    async def snapshot(self, agent: str, version: str) -> tuple[int, Mapping[str, object]] | None:
        """The newest mind snapshot of that dynamics version: ``(seq, mind JSON)``."""
        ...

    async def bond(self, agent: str, version: str, person: str) -> Mapping[str, object] | None:
        """A bond's JSON as of the newest snapshot."""
        ...

    async def bonds(self, agent: str, version: str) -> dict[str, Mapping[str, object]]:
        """All bonds as of the newest snapshot."""
        ...

    async def keep(self, agent: str, version: str, snapshot: Snapshot) -> None:
        """Keep a snapshot: replaces the mind's, adds or replaces the given bonds.

        Ignored when a newer one is there. A snapshot holds no text of anybody, only digests:
        erasure does not look into it. Those of other dynamics versions may be dropped.
        """
        ...

    async def lease(self, name: str, *, ttl: int, holder: str) -> Lease | None:
        """Take or renew the lease on ``name`` for ``ttl`` ms; None while another holds it.

        ``holder`` names one run: whoever gives the same name is taken for the same holder.
        """
        ...

    async def release(self, lease: Lease) -> None:
        """Let a lease go early."""
        ...


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
    """Accounts and sessions."""

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


class Store(Journal, Accounts, Protocol):
    """Everything that is kept."""

    async def open(self) -> None:
        """Make ready: tables, indexes, migrations; safe to repeat and to race."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go."""
        ...

    async def healthy(self) -> bool:
        """Whether a read works now."""
        ...
