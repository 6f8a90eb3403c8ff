"""Clusters in which one guard is broken: the simulation must notice each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_soul.mind.events import MessageHeard
from tests.simulation.memory_store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from synthetic_soul.mind.events import Event
    from synthetic_soul.stores.base import Entry, JobRecord, Lease
    from tests.simulation.cluster import Cluster

NEVER = 31_536_000


class WithoutFence(MemoryStore):
    """Takes a write under any lease, also under one that has passed on."""

    async def append(
        self,
        agent: str,
        events: Sequence[Event],
        *,
        at: int,
        lease: Lease | None = None,  # noqa: ARG002 - that is the fault
    ) -> Entry:
        return await super().append(agent, events, at=at)


class WithoutKeys(MemoryStore):
    """Forgets the key of each message."""

    async def append(
        self, agent: str, events: Sequence[Event], *, at: int, lease: Lease | None = None
    ) -> Entry:
        keyless = [
            event.model_copy(update={"key": None}) if isinstance(event, MessageHeard) else event
            for event in events
        ]
        return await super().append(agent, keyless, at=at, lease=lease)


class WithoutOrder(MemoryStore):
    """Finds what waits in the wrong order."""

    async def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        return (await super().unanswered(agent, conversation))[::-1]


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
