"""Indexes for recall in memory; see ``memory_disk.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from synthetic_soul.stores.base import IndexStore, StoredIndex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulation.memory_disk import MemoryDisk
    from tests.simulation.memory_store import Way


class MemoryIndexes(IndexStore):
    """Indexes of conversations."""

    def __init__(self, disk: MemoryDisk, go: Way) -> None:
        self._disk, self._go = disk, go

    @override
    async def read(self, agent: str, conversation: str) -> StoredIndex | None:
        of = agent, conversation
        return await self._go("index", lambda: self._disk.indexes.get(of))

    @override
    async def seq_of(self, agent: str, conversation: str) -> int:
        known = await self.read(agent, conversation)
        return known.seq if known else 0

    @override
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
        of = agent, conversation

        def put() -> bool:
            known = self._disk.indexes.get(of, StoredIndex(0, b"", ()))
            bodies = {**dict(enumerate(known.parts)), **parts}
            if not expected == known.seq <= seq or not bodies.keys() >= set(range(count)):
                return False
            kept = tuple(bodies[number] for number in range(count))
            self._disk.indexes[of] = StoredIndex(seq, head, kept)
            return True

        return await self._go(f"write index {agent}/{conversation} {seq}", put)

    @override
    async def remove(self, agent: str, conversation: str, *, seq: int) -> None:
        of = agent, conversation

        def empty() -> None:
            known = self._disk.indexes.get(of)
            last = max(seq, known.seq if known else 0)
            self._disk.indexes[of] = StoredIndex(last, b"", ())

        await self._go(f"remove index {agent}/{conversation} {seq}", empty)
