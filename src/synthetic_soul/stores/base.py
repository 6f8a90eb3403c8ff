"""The store's protocol: what every store keeps, and what it promises.

A store keeps journals (one per agent, append only), the words that belong to them, snapshots
(a cache that may be dropped at any time), leases, counters, and accounts. Appending is the one
atomic, durable step: when ``append`` returns, the entry survives the loss of power.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from synthetic_soul.stores.account_records import Accounts

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
    """The right to commit one entry to ``agent``'s journal, as long as nobody else took ``name``.

    ``token`` is its fence; tokens of one name only grow, also over restarts. It stays the same
    for as long as one holder renews, even late, and nobody else has taken the lease in between.
    """

    agent: str
    name: str
    token: int


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


@dataclass(frozen=True, slots=True)
class KeptBond:
    """A bond's JSON, with all entries up to ``seq`` folded in."""

    seq: int
    bond: Mapping[str, object]


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
        ``lease`` was released, has passed to another holder or has been used for an entry,
        ``InvalidInput`` when an event holds what JSON cannot, ``StorageFull`` or ``Unavailable``
        (after which the entry may be there or not: a key or a ticket tells).
        """
        ...

    async def adopt(self, entries: Sequence[Entry]) -> None:
        """Append entries of one agent exactly as another store holds them, hashes and all.

        ``Conflict`` (code ``out_of_place``) unless they follow from this journal's last entry.
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

    async def conversation(
        self,
        agent: str,
        conversation: str,
        *,
        after: int = 0,
        before: int | None = None,
        last: int | None = None,
    ) -> list[Entry]:
        """The entries with an event of the conversation and ``after`` < ``seq`` < ``before``.

        In order; with ``last`` only the newest so many of them.
        """
        ...

    async def job(self, agent: str, job: str) -> JobRecord | None:
        """How a message stands as a job."""
        ...

    async def settled(self, agent: str, job: str) -> tuple[JobRecord, Entry | None] | None:
        """How a message stands, with the entry of its outcome once it has one."""
        ...

    async def by_key(self, agent: str, person: str, key: str) -> JobRecord | None:
        """The job that an idempotency key of this person made first."""
        ...

    async def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        """The conversation's messages that wait for an outcome, oldest first."""
        ...

    async def waiting(self, agents: Sequence[str], *, limit: int = 1000) -> list[Waiting]:
        """These agents' conversations with unanswered messages, oldest first."""
        ...

    async def agents(self) -> list[str]:
        """The ids of all agents with a journal, sorted."""
        ...

    async def adoptions(self, agent: str | None = None) -> dict[str, int]:
        """Where the newest souls stand: agent -> ``seq`` of the entry that last adopted one.

        Of all agents, or of one.
        """
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

    async def gone(self, agent: str, person: str) -> bool:
        """Whether the journal says that the person has left."""
        ...

    async def forget(self, agent: str, digests: Sequence[str]) -> int:
        """Remove single texts in the same way."""
        ...

    async def snapshot(self, agent: str, version: str) -> tuple[int, Mapping[str, object]] | None:
        """The newest mind snapshot of that dynamics version: ``(seq, mind JSON)``."""
        ...

    async def bond(self, agent: str, version: str, person: str) -> KeptBond | None:
        """A bond as it was last kept."""
        ...

    async def bonds(self, agent: str, version: str) -> dict[str, KeptBond]:
        """All bonds as they were last kept."""
        ...

    async def keep(self, agent: str, version: str, snapshot: Snapshot) -> None:
        """Keep a snapshot: replaces the mind's, adds or replaces the given bonds.

        What is there as of a later entry stays. A bond may become visible before the mind; it is
        never older than the mind's snapshot unless nothing has changed it since. A snapshot holds
        no text of anybody, only digests: erasure does not look into it. Those of other dynamics
        versions may be dropped.
        """
        ...

    async def lease(self, agent: str, name: str, *, ttl: int, holder: str) -> Lease | None:
        """Take or renew the lease on ``name`` for ``ttl`` ms; None while another holds it.

        ``holder`` names one run: whoever gives the same name is taken for the same holder. A
        lease that ran out stays its holder's until somebody else takes it.
        """
        ...

    async def release(self, lease: Lease) -> None:
        """Let a lease go early."""
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
