"""The store of one simulated process: a way to the disk that all of them share.

Every operation takes its ``way`` there and back. On the way it may be delayed, or fail before or
after it took effect; what is asked is done at once and whole, or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

import pytest
from typing_extensions import override

from synthetic_soul.errors import Unavailable
from synthetic_soul.stores.base import (
    AccountStore,
    CounterStore,
    JobStore,
    Journal,
    LeaseStore,
    MarkStore,
    PictureStore,
    SecretStore,
    SessionStore,
    SnapshotStore,
    Store,
    TextStore,
    check_pictures,
    picture_digest,
)
from tests.contracts.journals import Clock
from tests.simulation.memory_disk import END, MemoryDisk
from tests.simulation.memory_indexes import MemoryIndexes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from pathlib import Path

    from synthetic_soul.mind.events import Event
    from synthetic_soul.stores.base import (
        Account,
        BondSnapshot,
        Entry,
        JobRecord,
        Lease,
        Loss,
        Session,
        Snapshot,
        Waiting,
    )

T = TypeVar("T")
CHUNK = 16


class Way(Protocol):
    """How an operation, named by a few words, comes to the disk and back."""

    async def __call__(self, what: str, act: Callable[[], T]) -> T:
        """What ``act`` returned; or an error, with or without having acted."""
        ...


async def straight(what: str, act: Callable[[], T]) -> T:
    """The way on which nothing happens, whatever is asked."""
    del what
    return act()


class MemoryJournal(Journal):
    """The journals."""

    def __init__(self, disk: MemoryDisk, go: Way) -> None:
        self._disk, self._go = disk, go

    @override
    async def append(
        self, agent: str, events: Sequence[Event], *, at: int, lease: Lease | None = None
    ) -> Entry:
        kinds = " ".join(event.kind for event in events)
        return await self._go(
            f"append {agent} {kinds} under {lease.token if lease else '-'}",
            lambda: self._disk.append(agent, events, at, lease),
        )

    @override
    async def adopt(self, entries: Sequence[Entry]) -> None:
        await self._go("adopt", lambda: self._disk.adopt(entries))

    @override
    async def entries(self, agent: str, *, after: int = 0) -> AsyncIterator[Entry]:
        while True:
            read = partial(self._disk.stretch, agent, after, CHUNK)
            chunk = await self._go(f"entries {agent} after {after}", read)
            for entry in chunk:
                yield entry
            if len(chunk) < CHUNK:
                return
            after = chunk[-1].seq

    @override
    async def entry(self, agent: str, seq: int) -> Entry | None:
        return await self._go(f"entry {agent} {seq}", lambda: self._disk.entry(agent, seq))

    @override
    async def picked(self, agent: str, seqs: Sequence[int]) -> list[Entry]:
        found = [await self.entry(agent, seq) for seq in sorted(seqs)]
        return [entry for entry in found if entry is not None]

    @override
    async def tail(
        self, agent: str, conversation: str, *, limit: int, before: int | None = None
    ) -> list[Entry]:
        return await self._go("tail", lambda: self._disk.tail(agent, conversation, limit, before))

    @override
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
        end = END if before is None else before
        limit = -last if last is not None else END if first is None else first
        place = agent, conversation
        return await self._go(
            f"conversation {agent}/{conversation} after {after} before {end} limit {limit}",
            lambda: self._disk.conversation(place, (after, end), limit, unspoken=unspoken),
        )

    @override
    async def involving(self, agent: str, person: str) -> list[Entry]:
        return await self._go("involving", lambda: self._disk.involving(agent, person))

    @override
    async def involving_by_chunk(
        self, agent: str, person: str, *, after: int = 0
    ) -> AsyncIterator[list[Entry]]:
        yield [entry for entry in await self.involving(agent, person) if entry.seq > after]

    @override
    async def thoughts(self, agent: str, *, person: str | None, limit: int = 20) -> list[Entry]:
        return await self._go("thoughts", lambda: self._disk.thoughts(agent, person, limit))

    @override
    async def person_erased(self, agent: str, person: str) -> bool:
        return await self._go(f"gone {agent}", lambda: self._disk.gone(agent, person))

    @override
    async def agents(self) -> list[str]:
        return await self._go("agents", self._disk.agents)

    @override
    async def adoptions(self, agent: str | None = None) -> dict[str, int]:
        return await self._go("adoptions", lambda: self._disk.adoptions(agent))

    @override
    async def last(self, agent: str) -> tuple[int, str]:
        return await self._go(f"last {agent}", lambda: self._disk.last(agent))


class MemoryJobs(JobStore):
    """Messages as jobs."""

    def __init__(self, disk: MemoryDisk, go: Way) -> None:
        self._disk, self._go = disk, go

    @override
    async def get(self, agent: str, job: str) -> JobRecord | None:
        return await self._go(f"job {job}", lambda: self._disk.job(agent, job))

    @override
    async def with_outcome(self, agent: str, job: str) -> tuple[JobRecord, Entry | None] | None:
        record = await self.get(agent, job)
        if record is None:
            return None
        seq = record.outcome
        if seq is None:
            return record, None
        outcome = await self._go(f"entry {agent} {seq}", lambda: self._disk.entry(agent, seq))
        return record, outcome

    @override
    async def by_key(self, agent: str, person: str, key: str) -> JobRecord | None:
        return await self._go("by_key", lambda: self._disk.by_key(agent, person, key))

    @override
    async def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        return await self._go(
            f"unanswered {agent}/{conversation}", lambda: self._disk.unanswered(agent, conversation)
        )

    @override
    async def waiting(self, agents: Sequence[str], *, limit: int = 1000) -> list[Waiting]:
        return await self._go("waiting", lambda: self._disk.waiting(agents, limit))


class MemoryTexts(TextStore):
    """The journals' texts."""

    def __init__(self, disk: MemoryDisk, go: Way) -> None:
        self._disk, self._go = disk, go

    @override
    async def read(self, agent: str, digests: Sequence[str]) -> dict[str, str]:
        return await self._go("words", lambda: self._disk.words(agent, digests))

    @override
    async def erase(self, agent: str, digests: Sequence[str]) -> int:
        return await self._go("forget", lambda: self._disk.forget(agent, digests))

    @override
    async def erase_person(self, agent: str, person: str) -> int:
        return await self._go(f"erase {agent} {person}", lambda: self._disk.erase(agent, person))


class MemorySnapshots(SnapshotStore):
    """Folded states."""

    def __init__(self, disk: MemoryDisk, go: Way) -> None:
        self._disk, self._go = disk, go

    @override
    async def mind(self, agent: str, version: str) -> tuple[int, Mapping[str, object]] | None:
        return await self._go("snapshot", lambda: self._disk.snapshot(agent, version))

    @override
    async def bond(self, agent: str, version: str, person: str) -> BondSnapshot | None:
        return await self._go(
            f"bond {agent} {person}", lambda: self._disk.bonds(agent, version).get(person)
        )

    @override
    async def bonds(self, agent: str, version: str) -> dict[str, BondSnapshot]:
        return await self._go("bonds", lambda: self._disk.bonds(agent, version))

    @override
    async def save(self, agent: str, version: str, snapshot: Snapshot) -> None:
        await self._go(
            f"keep {agent} {snapshot.seq}", lambda: self._disk.keep(agent, version, snapshot)
        )


class MemoryLeases(LeaseStore):
    """Leases."""

    def __init__(self, disk: MemoryDisk, go: Way) -> None:
        self._disk, self._go = disk, go

    @override
    async def acquire(self, agent: str, name: str, *, ttl: int, holder: str) -> Lease | None:
        return await self._go(
            f"lease {agent} {name} for {holder}",
            lambda: self._disk.leases.acquire(agent, name, ttl=ttl, holder=holder),
        )

    @override
    async def release(self, lease: Lease) -> None:
        await self._go(
            f"release {lease.agent} {lease.name} {lease.token}",
            lambda: self._disk.leases.release(lease),
        )


class MemoryAccountStore(AccountStore):
    """Accounts."""

    def __init__(self, disk: MemoryDisk, go: Way) -> None:
        self._disk, self._go = disk, go

    @override
    async def add(self, account: Account) -> None:
        await self._go("add_account", lambda: self._disk.add_account(account))

    @override
    async def add_guest(self, account: Account, session: Session) -> None:
        await self._go("add_guest", lambda: self._disk.add_guest(account, session))

    @override
    async def get(self, id: str) -> Account | None:
        return await self._go("account", lambda: self._disk.account(id))

    @override
    async def by_email(self, email: str) -> Account | None:
        return await self._go("account_by_email", lambda: self._disk.account_by_email(email))

    @override
    async def by_name(self, name_key: str) -> Account | None:
        return await self._go("account_by_name", lambda: self._disk.account_by_name(name_key))

    @override
    async def claim(self, account: Account) -> bool:
        return await self._go("claim", lambda: self._disk.claim(account))

    @override
    async def set_role(self, id: str, role: str) -> bool:
        return await self._go("set_role", lambda: self._disk.set_role(id, role))

    @override
    async def touch(self, id: str, seen_at: int) -> None:
        await self._go("touch", lambda: self._disk.touch(id, seen_at))

    @override
    async def remove(self, id: str) -> None:
        await self._go("remove_account", lambda: self._disk.remove_account(id))

    @override
    async def idle_guests(self, before: int, limit: int = 500) -> list[str]:
        return await self._go("idle_guests", lambda: self._disk.idle_guests(before, limit))

    @override
    async def members(self) -> AsyncIterator[tuple[Account, Sequence[Session]]]:
        for member in await self._go("members", self._disk.members):
            yield member

    @override
    async def adopt(self, account: Account, sessions: Sequence[Session]) -> None:
        await self._go("adopt_member", lambda: self._disk.adopt_member(account, sessions))


class MemorySessions(SessionStore):
    """Sessions."""

    def __init__(self, disk: MemoryDisk, go: Way) -> None:
        self._disk, self._go = disk, go

    @override
    async def add(self, session: Session) -> None:
        await self._go("add_session", lambda: self._disk.add_session(session))

    @override
    async def get(self, id: str) -> Session | None:
        return await self._go("session", lambda: self._disk.session(id))

    @override
    async def rotate(self, session: Session, expected: str) -> bool:
        return await self._go("rotate", lambda: self._disk.rotate(session, expected))

    @override
    async def revoke(self, session: str, at: int) -> None:
        await self._go("revoke", lambda: self._disk.revoke(session, at))

    @override
    async def revoke_all(self, account: str, at: int) -> None:
        await self._go("revoke_all", lambda: self._disk.revoke_all(account, at))

    @override
    async def remove_expired(self, before: int) -> int:
        return await self._go("remove_expired", lambda: self._disk.remove_expired(before))


class MemoryCounters(CounterStore):
    """Counters."""

    def __init__(self, disk: MemoryDisk, go: Way) -> None:
        self._disk, self._go = disk, go

    @override
    async def increment(self, key: str, *, window: int, by: int = 1) -> tuple[int, int]:
        return await self._go("count", lambda: self._disk.count(key, window, by))


class MemorySecrets(SecretStore):
    """Secrets."""

    def __init__(self, disk: MemoryDisk, go: Way) -> None:
        self._disk, self._go = disk, go

    @override
    async def get_or_create(self, name: str, proposed: str) -> str:
        return await self._go("secret", lambda: self._disk.secret(name, proposed))


class MemoryMarks(MarkStore):
    """Notes."""

    def __init__(self, disk: MemoryDisk, go: Way) -> None:
        self._disk, self._go = disk, go

    @override
    async def read(self, name: str) -> str | None:
        return await self._go("mark", lambda: self._disk.marks.get(name))

    @override
    async def write(self, name: str, value: str) -> None:
        await self._go("mark", lambda: self._disk.marks.update({name: value}))


class MemoryPictures(PictureStore):
    """Pictures."""

    def __init__(self, disk: MemoryDisk, go: Way) -> None:
        self._disk, self._go = disk, go

    @override
    async def digests(self, agent: str) -> dict[str, str]:
        def named() -> dict[str, str]:
            kept = self._disk.pictures.get(agent, {})
            return {expression: picture_digest(body) for expression, body in kept.items()}

        return await self._go("pictures", named)

    @override
    async def read(self, agent: str, digest: str) -> bytes | None:
        def found() -> bytes | None:
            bodies = self._disk.pictures.get(agent, {}).values()
            return next((body for body in bodies if picture_digest(body) == digest), None)

        return await self._go("picture", found)

    @override
    async def replace(self, agent: str, pictures: Mapping[str, bytes]) -> None:
        check_pictures(pictures)
        kept = {agent: dict(pictures)}
        await self._go("replace pictures", lambda: self._disk.pictures.update(kept))


class MemoryStore(Store):
    """The store of one process."""

    def __init__(self, disk: MemoryDisk, *, way: Way = straight) -> None:
        self._way = way
        self._opened = False
        self.journal: Journal = MemoryJournal(disk, self.go)
        self.jobs: JobStore = MemoryJobs(disk, self.go)
        self.texts = MemoryTexts(disk, self.go)
        self.snapshots = MemorySnapshots(disk, self.go)
        self.leases = MemoryLeases(disk, self.go)
        self.accounts = MemoryAccountStore(disk, self.go)
        self.sessions = MemorySessions(disk, self.go)
        self.counters = MemoryCounters(disk, self.go)
        self.secrets = MemorySecrets(disk, self.go)
        self.marks = MemoryMarks(disk, self.go)
        self.pictures = MemoryPictures(disk, self.go)
        self.indexes = MemoryIndexes(disk, self.go)

    async def go(self, what: str, act: Callable[[], T]) -> T:
        """Act on the disk by this process's way; ``Unavailable`` where the store is closed."""
        if not self._opened:
            raise Unavailable("the store is closed")
        return await self._way(what, act)

    @override
    async def open(self) -> None:
        self._opened = True
        await self.go("open", lambda: None)

    @override
    async def close(self) -> None:
        self._opened = False

    @override
    async def healthy(self) -> bool:
        try:
            await self.go("healthy", lambda: None)
        except Unavailable:
            return False
        return True

    @override
    async def losses(self) -> Sequence[Loss]:
        return ()

    @override
    async def server_time(self) -> int | None:
        return None


@dataclass
class MemoryBackend:
    """Where the contract suite gets this store from; each one opened is another process's."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    opened: list[Store] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._disk = MemoryDisk(self.clock)

    async def open(self) -> Store:
        store = MemoryStore(self._disk)
        self.opened.append(store)
        await store.open()
        return store

    async def close(self) -> None:
        for store in self.opened:
            await store.close()

    async def pass_time(self, ms: int) -> None:
        """Let so much time pass for the leases."""
        self.clock.now += ms

    async def raw(self) -> bytes:
        """Every byte that is kept."""
        return self._disk.raw()

    def appender(self) -> list[str]:
        """There is none: what is in memory does not outlive its process."""
        pytest.skip("memory does not outlive its process")
