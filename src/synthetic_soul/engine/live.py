"""The present of one agent: its journal folded so far, kept in step with the store.

A snapshot is a cache of that fold. It is dropped whenever the version of the dynamics changes,
and the journal is folded anew.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic_soul.mind import reduce, state
from synthetic_soul.mind.events import Outcome, ReplySpoken
from synthetic_soul.stores.base import Entry, Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_soul.mind.events import Event
    from synthetic_soul.mind.state import Bond, Mind
    from synthetic_soul.stores.base import Lease, Store

SNAPSHOT_EVERY = 256
BONDS_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest reply: where it stands, in which conversation, to whom."""

    seq: int
    conversation: str
    person: str


class Live:
    """Mind and bonds of ``agent``; every append of this process goes through here."""

    def __init__(self, store: Store, agent: str) -> None:
        self._store = store
        self.agent = agent
        self.seq = 0
        self._mind: Mind | None = None
        self._bonds: dict[str, Bond] = {}
        self._dirty: set[str] = set()
        self.kept = 0
        self._lock = asyncio.Lock()
        self.changed = asyncio.Event()
        self.latest: Latest | None = None

    @property
    def mind(self) -> Mind:
        """The state now; an agent has one from its first entry on."""
        if self._mind is None:
            raise LookupError(f"the journal of {self.agent!r} is empty")
        return self._mind

    @property
    def born(self) -> bool:
        """Whether the journal has an entry."""
        return self._mind is not None

    async def open(self) -> None:
        """Read the newest snapshot and fold what came after it."""
        found = await self._store.snapshot(self.agent, state.VERSION)
        if found is not None:
            self.seq = self.kept = found[0]
            self._mind = state.mind_from_json(found[1])
        await self.catch_up()

    async def catch_up(self) -> None:
        """Fold the entries that other processes, or overlapping appends, have added."""
        async with self._lock:
            await self._catch_up()

    async def catch_up_to(self, seq: int) -> None:
        """Fold up to ``seq`` at least; costs nothing where that has been done."""
        if self.seq < seq:
            await self.catch_up()

    async def _catch_up(self) -> None:
        async for entry in self._store.entries(self.agent, after=self.seq):
            await self._fold(entry)

    async def bond(self, person: str) -> Bond | None:
        """How the agent stands to the person, None if they never met."""
        if person not in self._bonds:
            found = await self._store.bond(self.agent, state.VERSION, person)
            if found is not None:
                # Another task may have folded an entry of this person's while we waited.
                self._bonds.setdefault(person, state.bond_from_json(found))
        return self._bonds.get(person)

    async def append(
        self, events: Sequence[Event], *, at: int, lease: Lease | None = None
    ) -> Entry:
        """Append durably and fold; returns the entry."""
        entry = await self._store.append(self.agent, events, at=at, lease=lease)
        async with self._lock:
            if entry.seq == self.seq + 1:
                await self._fold(entry)
            elif entry.seq > self.seq:
                await self._catch_up()
        if self.seq - self.kept >= SNAPSHOT_EVERY:
            await self.keep()
        return entry

    async def _fold(self, entry: Entry) -> None:
        mind, settled = self._mind, False
        for event in entry.events:
            person = reduce.concerned(event)
            bond = await self.bond(person) if person else None
            mind, after = reduce.step(mind, bond, event, entry.at)
            if person and after is not None and after is not bond:
                self._bonds[person] = after
                self._dirty.add(person)
            if isinstance(event, ReplySpoken):
                self.latest = Latest(entry.seq, event.conversation, event.person)
            settled |= isinstance(event, Outcome)
        self._mind, self.seq = mind, entry.seq
        if settled:
            self.changed.set()
            self.changed = asyncio.Event()

    async def preview(
        self, events: Sequence[Event], person: str, at: int
    ) -> tuple[Mind, Bond | None]:
        """Mind and bond as they would be if ``events`` (all of this person) happened now."""
        mind, bond = self.mind, await self.bond(person)
        for event in events:
            mind, bond = reduce.step(mind, bond, event, at)
        return mind, bond

    async def keep(self) -> None:
        """Put a snapshot into the store, so that the next start folds little."""
        async with self._lock:
            if self._mind is None or self.kept == self.seq:
                return
            snapshot = Snapshot(
                seq=self.seq,
                mind=state.mind_to_json(self._mind),
                bonds={p: state.bond_to_json(self._bonds[p]) for p in sorted(self._dirty)},
            )
            await self._store.keep(self.agent, state.VERSION, snapshot)
            self.kept = self.seq
            self._dirty.clear()
            if len(self._bonds) > BONDS_KEPT:
                self._bonds.clear()

    async def hash(self) -> str:
        """The hash of mind and all bonds, equal to that of a replay of the journal."""
        await self.keep()
        async with self._lock:
            kept = await self._store.bonds(self.agent, state.VERSION)
            bonds: dict[str, Bond] = {p: state.bond_from_json(b) for p, b in kept.items()}
            bonds |= self._bonds
            return state.state_hash(self.mind, bonds.values())
