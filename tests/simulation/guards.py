"""Clusters in which one guard is broken: the simulation must notice each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from synthetic_soul.mind.events import MessageHeard
from tests.simulation.memory_store import MemoryJobs, MemoryJournal, MemoryStore, straight

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from synthetic_soul.mind.events import Event
    from synthetic_soul.stores.base import Entry, JobRecord, Lease
    from tests.simulation.cluster import Cluster
    from tests.simulation.memory_disk import MemoryDisk
    from tests.simulation.memory_store import Way

NEVER = 31_536_000


class UnfencedJournal(MemoryJournal):
    """Takes a write under any lease, also under one that has passed on."""

    @override
    async def append(
        self, agent: str, events: Sequence[Event], *, at: int, lease: Lease | None = None
    ) -> Entry:
        return await super().append(agent, events, at=at)


class KeylessJournal(MemoryJournal):
    """Forgets the key of each message."""

    @override
    async def append(
        self, agent: str, events: Sequence[Event], *, at: int, lease: Lease | None = None
    ) -> Entry:
        keyless = [
            event.model_copy(update={"key": None}) if isinstance(event, MessageHeard) else event
            for event in events
        ]
        return await super().append(agent, keyless, at=at, lease=lease)


class DisorderedJobs(MemoryJobs):
    """Finds what waits in the wrong order."""

    @override
    async def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        return (await super().unanswered(agent, conversation))[::-1]


class WithoutFence(MemoryStore):
    """A store that ignores leases."""

    def __init__(self, disk: MemoryDisk, *, way: Way = straight) -> None:
        super().__init__(disk, way=way)
        self.journal = UnfencedJournal(disk, self.go)


class WithoutKeys(MemoryStore):
    """A store that ignores idempotency keys."""

    def __init__(self, disk: MemoryDisk, *, way: Way = straight) -> None:
        super().__init__(disk, way=way)
        self.journal = KeylessJournal(disk, self.go)


class WithoutOrder(MemoryStore):
    """A store that gives what waits in the wrong order."""

    def __init__(self, disk: MemoryDisk, *, way: Way = straight) -> None:
        super().__init__(disk, way=way)
        self.jobs = DisorderedJobs(disk, self.go)


def fence(cluster: Cluster) -> None:
    """Ignore fences."""
    cluster.store = WithoutFence


def idempotency(cluster: Cluster) -> None:
    """Ignore idempotency keys."""
    cluster.store = WithoutKeys


def order(cluster: Cluster) -> None:
    """Answer the last one first."""
    cluster.store = WithoutOrder


def sweep(cluster: Cluster) -> None:
    """Look for what waits only at the start."""
    cluster.settings = cluster.settings.model_copy(update={"sweep_rate": NEVER})


GUARDS: dict[str, Callable[[Cluster], None]] = {
    "fence": fence,
    "sweep": sweep,
    "idempotency": idempotency,
    "order": order,
}
