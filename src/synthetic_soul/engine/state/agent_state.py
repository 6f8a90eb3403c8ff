"""The present of one agent: its journal folded so far, kept in step with the store.

A snapshot is a cache of that fold. It is dropped whenever the version of the dynamics changes,
and the journal is folded anew. Other processes fold the same journal and keep snapshots of their
own, so a bond that is read from the store may be ahead of the mind held here; the number of its
last entry tells.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from synthetic_soul.mind import reduce, state
from synthetic_soul.mind.events import PersonErased, ReplySpoken, ThoughtHad
from synthetic_soul.stores.base import Entry, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from synthetic_soul.mind.events import Event
    from synthetic_soul.mind.state import Bond, Mind
    from synthetic_soul.stores.base import Lease, Store

log = structlog.get_logger(__name__)

SNAPSHOT_EVERY = 256
FAR_BEHIND = 2 * SNAPSHOT_EVERY
BONDS_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest reply: where it stands, in which conversation, to whom."""

    seq: int
    conversation: str
    person: str


@dataclass(frozen=True, slots=True)
class _Held:
    """A bond with every entry up to ``seq`` folded in; None of somebody never met."""

    seq: int
    bond: Bond | None


class AgentState:
    """Mind and bonds of ``agent``; every append of this process goes through here.

    ``forget`` is called with a person who has left, and with None when all that was read of the
    journal has to be read again.
    """

    def __init__(
        self, store: Store, agent: str, *, forget: Callable[[str | None], None] = lambda _: None
    ) -> None:
        self._store = store
        self._forget = forget
        self.agent = agent
        self._lock = asyncio.Lock()
        self._begin()

    def _begin(self) -> None:
        self.seq = self.kept = 0
        self._head: str | None = ""
        self._mind: Mind | None = None
        self._bonds: dict[str, _Held] = {}
        self._dirty: set[str] = set()
        self._let_go = 0
        self._ahead = 0
        self.latest: Latest | None = None
        self.thought = 0

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
        async with self._lock:
            await self._load()
            await self._fold_on()

    async def _load(self) -> None:
        found = await self._store.snapshots.mind(self.agent, state.VERSION)
        if found is not None:
            self.seq = self.kept = found[0]
            self._head = None
            self._mind = state.mind_from_json(found[1])

    async def catch_up(self) -> None:
        """Fold the entries that other processes, or overlapping appends, have added."""
        async with self._lock:
            await self._catch_up()

    async def catch_up_to(self, seq: int) -> None:
        """Fold up to ``seq`` at least; costs nothing where that has been done."""
        if self.seq < seq:
            await self.catch_up()

    async def _catch_up(self) -> None:
        if self._ahead - self.seq > FAR_BEHIND:
            await self._leap()
        before = self.seq
        sound = await self._fold_on()
        if sound and self.seq == before:
            last, hash_ = await self._store.journal.last(self.agent)
            sound = last > before or (last == before and self._head in (None, hash_))
        if not sound:
            # A database that crashed, or was failed over, may have shown entries it then lost.
            log.warning("journal_read_anew", agent=self.agent, at=before)
            self._begin()
            self._forget(None)
            await self._load()
            await self._fold_on()

    async def _leap(self) -> None:
        """Go on from a snapshot that another process has kept meanwhile, if there is one."""
        found = await self._store.snapshots.mind(self.agent, state.VERSION)
        if found is not None and found[0] > self.seq:
            self.seq = self.kept = found[0]
            self._head = None
            self._mind = state.mind_from_json(found[1])
            # Whoever kept it has kept every bond that had changed by then.
            self._let_bonds_go()

    def _let_bonds_go(self) -> None:
        self._bonds.clear()
        self._dirty.clear()
        self._let_go += 1

    async def _fold_on(self) -> bool:
        """Fold what comes next; False where it does not follow from what was folded before."""
        async for entry in self._store.journal.entries(self.agent, after=self.seq):
            if not self._follows(entry):
                return False
            await self._fold(entry)
        return True

    def _follows(self, entry: Entry) -> bool:
        return entry.seq == self.seq + 1 and self._head in (None, entry.previous)

    async def bond(self, person: str) -> Bond | None:
        """How the agent stands to the person, None if they never met."""
        return (await self._held(person)).bond

    async def _held(self, person: str) -> _Held:
        while (held := self._bonds.get(person)) is None:
            before = self._let_go
            found = await self._store.snapshots.bond(self.agent, state.VERSION, person)
            if before == self._let_go:
                # Another task may have folded an entry of this person's while we waited.
                fresh = _Held(found.seq, state.bond_from_json(found.bond)) if found else _NOBODY
                self._bonds.setdefault(person, fresh)
        return held

    async def put(self, events: Sequence[Event], *, at: int) -> Entry:
        """Append durably without folding: for a process whose agent is seldom looked at.

        It is folded when it is; after many entries from a snapshot on.
        """
        entry = await self._store.journal.append(self.agent, events, at=at)
        self._ahead = max(self._ahead, entry.seq)
        return entry

    async def append(
        self, events: Sequence[Event], *, at: int, lease: Lease | None = None
    ) -> Entry:
        """Append durably and fold; returns the entry."""
        entry = await self._store.journal.append(self.agent, events, at=at, lease=lease)
        async with self._lock:
            if self._follows(entry):
                await self._fold(entry)
            elif entry.seq > self.seq:
                await self._catch_up()
        if self.seq - self.kept >= SNAPSHOT_EVERY:
            await self.keep()
        return entry

    async def _fold(self, entry: Entry) -> None:
        mind, bonds = self._mind, dict[str, _Held]()
        for event in entry.events:
            person = reduce.concerned_person(event)
            held = (bonds.get(person) or await self._held(person)) if person else _NOBODY
            mind, after = reduce.step(mind, held.bond, event, entry.at)
            if person and after is not held.bond and held.seq < entry.seq:
                bonds[person] = _Held(held.seq, after)
            self._note(entry.seq, event)
        for person, held in bonds.items():
            self._bonds[person] = _Held(entry.seq, held.bond)
            self._dirty.add(person)
        self._mind, self.seq, self._head = mind, entry.seq, entry.hash

    def _note(self, seq: int, event: Event) -> None:
        match event:
            case ReplySpoken():
                self.latest = Latest(seq, event.conversation, event.person)
            case ThoughtHad():
                self.thought = seq
            case PersonErased():
                self._forget(event.person)
            case _:
                pass

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
            changed = {person: self._bonds[person].bond for person in sorted(self._dirty)}
            snapshot = Snapshot(
                seq=self.seq,
                mind=state.mind_to_json(self._mind),
                bonds={p: state.bond_to_json(bond) for p, bond in changed.items() if bond},
            )
            await self._store.snapshots.save(self.agent, state.VERSION, snapshot)
            self.kept = self.seq
            self._dirty.clear()
            if len(self._bonds) > BONDS_KEPT:
                self._let_bonds_go()

    async def hash(self) -> tuple[int, str]:
        """Entries folded, and the hash of mind and all bonds: equal to that of a replay."""
        while True:
            await self.catch_up()
            async with self._lock:
                kept = await self._store.snapshots.bonds(self.agent, state.VERSION)
                if max((bond.seq for bond in kept.values()), default=0) <= self.seq:
                    return self.seq, self._hash(
                        {p: _Held(k.seq, state.bond_from_json(k.bond)) for p, k in kept.items()}
                    )

    def _hash(self, kept: dict[str, _Held]) -> str:
        newest = kept | {
            p: h for p, h in self._bonds.items() if p not in kept or h.seq > kept[p].seq
        }
        bonds = [held.bond for held in newest.values() if held.bond is not None]
        return state.state_hash(self.mind, bonds)


_NOBODY = _Held(0, None)
