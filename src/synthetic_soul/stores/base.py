"""The store's protocol: what every store keeps, and what it guarantees.

A store keeps journals (one per agent, append only), the texts that belong to them, snapshots
(a cache that may be dropped at any time), leases, counters, accounts, sessions and secrets.
Appending is the one atomic, durable step: when ``append`` returns, the entry survives the loss
of power.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from typing_extensions import override

from synthetic_soul.errors import InvalidInput, TooLarge
from synthetic_soul.mind.events import Event

WRITE_DEFECT = "a write met a defect of this program"
READ_ONLY = "read_only"
"""The code of an ``Unavailable`` write to what can only be read."""


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
    """The right to commit one entry to ``agent``'s journal, as long as nobody else took ``name``.

    ``token`` is its fence; tokens of one name only grow, also over restarts. It stays the same
    for as long as one holder renews, even late, and nobody else has taken the lease in between.
    """

    agent: str
    name: str
    token: int


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A message as a job, as the journal has it.

    ``status`` is queued, succeeded (a reply or a silence) or failed; ``attempt`` the current
    one; ``outcome`` the seq of the entry that settled it; ``heard`` the seq of its message.
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


@dataclass(frozen=True, slots=True)
class BondSnapshot:
    """A bond's JSON, with all entries up to ``seq`` folded in."""

    seq: int
    bond: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Loss:
    """Entries ``first`` to ``last`` of a journal that were acknowledged and are not there any more.

    With ``agent`` "" they are commits that held no entries: accounts, sessions, snapshots.
    """

    agent: str
    first: int
    last: int

    @override
    def __str__(self) -> str:
        if not self.agent:
            return f"the last {self.last - self.first + 1} account changes are lost"
        many = self.first < self.last
        which = f"entries {self.first} to {self.last}" if many else f"entry {self.first}"
        lost = "are lost: they" if many else "is lost: it"
        return f"{which} of {self.agent} {lost} had been acknowledged and cannot be read any more"


class Journal(Protocol):
    """The journals of all agents. Every method names its agent: stores may shard by it."""

    async def append(
        self, agent: str, events: Sequence[Event], *, at: int, lease: Lease | None = None
    ) -> Entry:
        """Append one entry, durably; return it with its place in the chain.

        ``at`` is raised to the last entry's where the clock went back. Texts owned by a person
        whose ``PersonErased`` stands in the journal are not kept, so that a turn still under
        way brings nothing back. Raises ``AlreadyAnswered`` when an outcome for one of the
        tickets exists, ``Conflict`` (code ``key_reused``) when a heard message's (person, key)
        was taken before, ``Conflict`` (code ``id_taken``) when its id was, ``Conflict`` (code
        ``not_failed``) when a retried message is not a failed one, ``FenceBroken`` when
        ``lease`` was released, has passed to another holder or has been used for an entry,
        ``InvalidInput`` when an event holds what JSON cannot, ``StorageFull`` or ``Unavailable``
        (after which the entry may be there or not: a key or a ticket tells).
        """

    async def adopt(self, entries: Sequence[Entry]) -> None:
        """Append entries of one agent exactly as another store holds them, hashes and all.

        ``Conflict`` (code ``out_of_place``) unless they follow from this journal's last entry.
        """

    def entries(self, agent: str, *, after: int = 0) -> AsyncIterator[Entry]:
        """Iterate over the entries with ``seq`` > ``after``, in order, with unerased texts.

        The journal may grow meanwhile. ``JournalBroken`` names an entry that cannot be read.
        """

    async def entry(self, agent: str, seq: int) -> Entry | None:
        """Return one entry with its texts."""

    async def picked(self, agent: str, seqs: Sequence[int]) -> list[Entry]:
        """Return those of the entries that are there, in order."""

    async def tail(
        self, agent: str, conversation: str, *, limit: int, before: int | None = None
    ) -> list[Entry]:
        """Return the last ``limit`` entries that hold a message or reply of the conversation.

        In order of ``seq``; with ``before`` only those with a smaller ``seq``.
        """

    async def conversation(
        self,
        agent: str,
        conversation: str,
        *,
        after: int = 0,
        before: int | None = None,
        first: int | None = None,
        last: int | None = None,
        unspoken: bool = False,
    ) -> list[Entry]:
        """Return the entries with an event of the conversation, ``after`` < ``seq`` < ``before``.

        In order; with ``first`` only the oldest so many of them, with ``last`` the newest, and
        with ``unspoken`` those without a message or reply.
        """

    async def involving(self, agent: str, person: str) -> list[Entry]:
        """Return all entries that concern the person, in order, for export.

        They name the person, hold words owned by them, or settle one of their messages.
        """

    def involving_by_chunk(
        self, agent: str, person: str, *, after: int = 0
    ) -> AsyncIterator[list[Entry]]:
        """Yield the same, some hundred entries at a time, so that they need not be held at once.

        Only those with ``seq`` > ``after``, and of these perhaps none that only settles a message
        from before.
        """

    async def thoughts(self, agent: str, *, person: str | None, limit: int = 20) -> list[Entry]:
        """Return the newest entries with a thought that ``person`` may see, newest first.

        For None only those with a thought that everybody may see.
        """

    async def person_erased(self, agent: str, person: str) -> bool:
        """Return whether the journal holds the person's ``PersonErased``."""

    async def agents(self) -> list[str]:
        """Return the ids of all agents with a journal, sorted."""

    async def adoptions(self, agent: str | None = None) -> dict[str, int]:
        """Return, by agent, the ``seq`` of the entry that last adopted a soul.

        Of all agents, or of one.
        """

    async def last(self, agent: str) -> tuple[int, str]:
        """Return ``seq`` and ``hash`` of the last entry; ``(0, "")`` for an empty journal."""


class JobStore(Protocol):
    """Messages as jobs, derived from the journals."""

    async def get(self, agent: str, job: str) -> JobRecord | None:
        """Return the job of a message."""

    async def with_outcome(self, agent: str, job: str) -> tuple[JobRecord, Entry | None] | None:
        """Return the job of a message and the entry of its outcome, None while it has none."""

    async def by_key(self, agent: str, person: str, key: str) -> JobRecord | None:
        """Return the job that this person's idempotency key made first."""

    async def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        """Return the conversation's jobs without an outcome, oldest first."""

    async def waiting(self, agents: Sequence[str], *, limit: int = 1000) -> list[Waiting]:
        """Return these agents' conversations with unanswered messages, oldest first."""


class TextStore(Protocol):
    """The texts of the journals, by digest; each belongs to its owner, who may have it erased."""

    async def read(self, agent: str, digests: Sequence[str]) -> dict[str, str]:
        """Return the texts by digest; erased ones are absent."""

    async def erase(self, agent: str, digests: Sequence[str]) -> int:
        """Erase the texts with these digests in place; return how many there were.

        Nothing of them remains in live files or the write-ahead log afterwards.
        """

    async def erase_person(self, agent: str, person: str) -> int:
        """Erase every text owned by the person, as ``erase`` does.

        The agent's own words (owner "") are not a person's: asked for those, it erases none.
        """


class SnapshotStore(Protocol):
    """Folded states by agent and version of the dynamics: a cache that may be dropped."""

    async def mind(self, agent: str, version: str) -> tuple[int, Mapping[str, object]] | None:
        """Return ``seq`` and JSON of the mind's newest snapshot."""

    async def bond(self, agent: str, version: str, person: str) -> BondSnapshot | None:
        """Return the newest snapshot of one bond."""

    async def bonds(self, agent: str, version: str) -> dict[str, BondSnapshot]:
        """Return the newest snapshots of all bonds by person."""

    async def save(self, agent: str, version: str, snapshot: Snapshot) -> None:
        """Replace the mind's snapshot; add or replace those of the given bonds.

        What is there as of a later entry stays. A bond may become visible before the mind; it is
        never older than the mind's snapshot unless nothing has changed it since. A snapshot holds
        no text of anybody, only digests: erasure does not look into it. Those of other dynamics
        versions may be dropped.
        """


class LeaseStore(Protocol):
    """Leases, which fence the appends of several workers against each other."""

    async def acquire(self, agent: str, name: str, *, ttl: int, holder: str) -> Lease | None:
        """Take or renew the lease on ``name`` for ``ttl`` ms; None while another holds it.

        ``holder`` names one run: equal names count as the same holder. An expired lease stays
        its holder's until somebody else takes it.
        """

    async def release(self, lease: Lease) -> None:
        """Release a lease before it expires."""


class CounterStore(Protocol):
    """Counters over all processes, for limits and budgets."""

    async def increment(self, key: str, *, window: int, by: int = 1) -> tuple[int, int]:
        """Count ``by`` more under ``key`` within a window of so many ms.

        Return what every process has counted in the window, this call included, and in how many
        ms the window closes and counting begins anew: never more than ``window``, also where a
        clock has been set back. Counts may be lost, and are not on disk when this returns: limits
        and budgets rest on them, no guarantee does.
        """


class SecretStore(Protocol):
    """Secrets on which all processes of a store agree."""

    async def get_or_create(self, name: str, proposed: str) -> str:
        """Return the secret of that name; where there is none, ``proposed`` becomes it."""


class MarkStore(Protocol):
    """Small notes of this program to itself, by name, on which all processes of a store agree."""

    async def read(self, name: str) -> str | None:
        """Return the note of that name."""

    async def write(self, name: str, value: str) -> None:
        """Replace the note of that name, durably."""


MAX_PICTURES: Final = 64
"""Pictures that a store keeps of one agent."""
MAX_PICTURE_BYTES: Final = 4 << 20
"""Bytes of all pictures of one agent together."""


def check_pictures(pictures: Mapping[str, bytes]) -> None:
    """Raise ``TooLarge`` for more pictures, or larger ones, than are kept of one agent."""
    size = sum(len(body) for body in pictures.values())
    if len(pictures) > MAX_PICTURES or size > MAX_PICTURE_BYTES:
        raise TooLarge(
            f"an agent has at most {MAX_PICTURES} pictures of {MAX_PICTURE_BYTES} bytes together"
        )


def picture_digest(body: bytes) -> str:
    """Return the name of a picture by its content: SHA-256 in hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()


class PictureStore(Protocol):
    """Pictures of agents whose souls were uploaded, by expression; all processes see them."""

    async def digests(self, agent: str) -> dict[str, str]:
        """Return the digests of the agent's pictures by expression."""

    async def read(self, agent: str, digest: str) -> bytes | None:
        """Return the agent's picture with this digest."""

    async def replace(self, agent: str, pictures: Mapping[str, bytes]) -> None:
        """Replace all pictures of an agent, at once and durably; an empty mapping removes them.

        ``TooLarge`` beyond the bounds of ``check_pictures``; nothing has changed then.
        """


@dataclass(frozen=True, slots=True)
class StoredIndex:
    """What a conversation is recalled by, with all its entries up to ``seq`` folded in.

    The bytes mean nothing to a store; they hold no text of anybody. A part has at most 4 MB.
    """

    seq: int
    head: bytes
    parts: Sequence[bytes]


class IndexStore(Protocol):
    """Indexes of conversations for recall: a cache that may be dropped at any time."""

    async def read(self, agent: str, conversation: str) -> StoredIndex | None:
        """Return the index of a conversation, all of it as of one ``write``."""

    async def seq_of(self, agent: str, conversation: str) -> int:
        """Return what the index is as of; 0 where there is none."""

    async def write(
        self,
        agent: str,
        conversation: str,
        *,
        expected: int,
        seq: int,
        head: bytes,
        parts: Mapping[int, bytes],
        count: int,
    ) -> bool:
        """Replace the index as of ``expected`` (0: there is none) by one as of ``seq``, at once.

        ``parts`` are those that have changed, by number; of the others those below ``count`` stay.
        Return False, and change nothing, where the index is not as of ``expected``, where ``seq``
        is less than that, and where a part below ``count`` would be missing.
        """

    async def remove(self, agent: str, conversation: str, *, seq: int) -> None:
        """Replace an index by an empty one as of ``seq``, or of its own ``seq`` if that is later.

        Nothing of the old one remains in live files afterwards. So whoever holds an older one
        cannot write it again.
        """


class Store(Protocol):
    """Everything that is kept.

    Its parts may be passed on before it is open; used then, they raise ``Unavailable``.
    """

    journal: Journal
    jobs: JobStore
    texts: TextStore
    snapshots: SnapshotStore
    leases: LeaseStore
    accounts: AccountStore
    sessions: SessionStore
    counters: CounterStore
    secrets: SecretStore
    marks: MarkStore
    pictures: PictureStore
    indexes: IndexStore

    async def open(self) -> None:
        """Create tables and indexes and migrate them; safe to repeat and to race."""

    async def close(self) -> None:
        """Finish the writes under way and disconnect."""

    async def healthy(self) -> bool:
        """Return whether a read works now."""

    async def losses(self) -> Sequence[Loss]:
        """Return what was acknowledged and has been lost since, as far as the store can tell.

        It stays lost, and is told, until an operator removes the note of it.
        """

    async def server_time(self) -> int | None:
        """Return the time (ms) by the clock of the store's server; None where it has none."""


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
    the current token sealed so that the parent's holder can be given it again; whether it has been
    used is noted in the same text. ``csrf`` is the value that the client must echo.
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

    async def add_guest(self, account: Account, session: Session) -> None:
        """Add a guest account and its first session in one step."""

    async def get(self, id: str) -> Account | None:
        """Return the account with this id."""

    async def by_email(self, email: str) -> Account | None:
        """Return the account with this (folded) email."""

    async def by_name(self, name_key: str) -> Account | None:
        """Return the account with this folded username."""

    async def claim(self, account: Account) -> bool:
        """Give a guest email, username and password; False if it is no guest any more.

        ``Conflict`` as in ``add``.
        """

    async def set_role(self, id: str, role: str) -> bool:
        """Change a role; False if there is no such account."""

    async def touch(self, id: str, seen_at: int) -> None:
        """Record when the account was last seen; an earlier moment changes nothing."""

    async def remove(self, id: str) -> None:
        """Remove the account and all its sessions; name and email are erased like texts."""

    async def idle_guests(self, before: int, limit: int = 500) -> list[str]:
        """Return ids of guests last seen before that moment (ms), those longest unseen first."""

    def members(self) -> AsyncIterator[tuple[Account, Sequence[Session]]]:
        """Iterate over every account with its sessions, in any order, for a migration."""

    async def adopt(self, account: Account, sessions: Sequence[Session]) -> None:
        """Add or replace an account and its sessions exactly as another store holds them.

        ``Conflict`` where another account has the username or the email.
        """


class SessionStore(Protocol):
    """Sessions of accounts."""

    async def add(self, session: Session) -> None:
        """Add a session."""

    async def get(self, id: str) -> Session | None:
        """Return the session with this id, revoked or not."""

    async def rotate(self, session: Session, expected: str) -> bool:
        """Replace a session's tokens if its current token is still ``expected``.

        False also for a session that is revoked or not there. What it was made with
        (``account``, ``created_at``) stays.
        """

    async def revoke(self, session: str, at: int) -> None:
        """Revoke one session; the moment of an earlier revocation stays."""

    async def revoke_all(self, account: str, at: int) -> None:
        """Revoke every session of an account."""

    async def remove_expired(self, before: int) -> int:
        """Remove the sessions that expired before that moment (ms); return how many."""
