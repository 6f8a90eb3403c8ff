"""The state of one agent: its journal folded so far, kept in step with the store.

A snapshot is a cache of that fold. It is dropped whenever the version of the dynamics changes,
and the journal is folded anew. Other processes fold the same journal and save snapshots of their
own, so a bond that is read from the store may be ahead of the mind here; the number of its last
entry says so.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from synthetic_soul.engine.state.conversation_ids import MAIN_GROUP, private_conversation
from synthetic_soul.engine.state.quotations import replies_made_of, told_of
from synthetic_soul.engine.state.recollection import ASKED
from synthetic_soul.engine.state.stored_vectors import erase_vectors
from synthetic_soul.errors import JournalBroken, NotFound
from synthetic_soul.mind import reduce, state
from synthetic_soul.mind.events import (
    Event,
    FactForgotten,
    FactLearned,
    FragmentKept,
    PersonErased,
    ReplySpoken,
    SoulAdopted,
    SubjectHidden,
    ThoughtHad,
)
from synthetic_soul.mind.state import Bond, Mind
from synthetic_soul.stores.base import BondSnapshot, Entry, Lease, Snapshot, Store
from synthetic_soul.stores.codec import checked

log = structlog.get_logger(__name__)

SNAPSHOT_EVERY: Final = 256
"""Entries folded between two snapshots."""
MAX_ENTRIES_TO_FOLD: Final = 2 * SNAPSHOT_EVERY
"""Further behind than this, folding starts from a snapshot of another process."""
MAX_BONDS: Final = 4_096
ERASURE_LOOK_BACK: Final = 64
"""Entries before the last snapshot that are searched for unfinished erasures."""


@dataclass(frozen=True, slots=True)
class LatestReply:
    """Place, conversation and recipient of the newest reply."""

    seq: int
    conversation: str
    person: str


@dataclass(frozen=True, slots=True)
class _FoldedBond:
    """A bond with every entry up to ``seq`` folded in; None for a stranger."""

    seq: int
    bond: Bond | None


_STRANGER = _FoldedBond(0, None)


class AgentState:
    """Mind and bonds of ``agent``; every append of this process goes through here.

    ``on_erased`` is called with a person who was erased, and with None when the whole journal has
    to be read again.
    """

    def __init__(
        self, store: Store, agent: str, *, on_erased: Callable[[str | None], None] = lambda _: None
    ) -> None:
        self._store = store
        self._on_erased = on_erased
        self.agent = agent
        self._lock = asyncio.Lock()
        self._reset()

    def _reset(self) -> None:
        self.seq = self.snapshot_seq = 0
        self._head: str | None = ""
        self._mind: Mind | None = None
        self._bonds: dict[str, _FoldedBond] = {}
        self._unsaved: set[str] = set()
        self._evictions = 0
        self._ahead = 0
        self.latest_reply: LatestReply | None = None
        self.thought_seq = 0
        self.adopted_seq = 0

    @property
    def mind(self) -> Mind:
        """The mind as of the last entry folded; an agent has one from its first entry on."""
        if self._mind is None:
            raise LookupError(f"the journal of {self.agent!r} is empty")
        return self._mind

    @property
    def exists(self) -> bool:
        """Whether the journal has an entry."""
        return self._mind is not None

    async def open(self) -> None:
        """Read the newest snapshot and fold the entries after it."""
        async with self._lock:
            await self._load()

    async def _load(self) -> None:
        snapshot = await self._store.snapshots.mind(self.agent, state.VERSION)
        if snapshot is not None:
            self._start_from(snapshot)
        await self._fold_next()

    def _start_from(self, snapshot: tuple[int, Mapping[str, object]]) -> None:
        self.seq = self.snapshot_seq = snapshot[0]
        self._head = None
        self._mind = state.mind_from_json(snapshot[1])

    async def catch_up(self) -> None:
        """Fold the entries that other processes, or overlapping appends, have added."""
        async with self._lock:
            await self._catch_up()

    async def catch_up_to(self, seq: int) -> None:
        """Fold up to ``seq`` at least; costs nothing where that has been done."""
        if self.seq < seq:
            await self.catch_up()

    async def _catch_up(self) -> None:
        if self._ahead - self.seq > MAX_ENTRIES_TO_FOLD:
            await self._skip_to_snapshot()
        before = self.seq
        sound = await self._fold_next()
        if sound and self.seq == before:
            last, hash_ = await self._store.journal.last(self.agent)
            sound = last > before or (last == before and self._head in (None, hash_))
        if not sound:
            # A database may lose entries that it has shown, by a crash or a fail-over.
            log.warning("journal_read_anew", agent=self.agent, at=before)
            self._reset()
            self._on_erased(None)
            await self._load()

    async def _skip_to_snapshot(self) -> None:
        """Continue from a newer snapshot that another process has saved, if there is one."""
        snapshot = await self._store.snapshots.mind(self.agent, state.VERSION)
        if snapshot is not None and snapshot[0] > self.seq:
            self._start_from(snapshot)
            # That process has saved every bond that had changed by then.
            self._evict_bonds()

    def _evict_bonds(self) -> None:
        self._bonds.clear()
        self._unsaved.clear()
        self._evictions += 1

    async def _fold_next(self) -> bool:
        """Fold the next entries; False where one does not follow from what was folded before."""
        async for entry in self._store.journal.entries(self.agent, after=self.seq):
            if not self._follows(entry):
                return False
            await self._fold(entry)
        return True

    def _follows(self, entry: Entry) -> bool:
        return entry.seq == self.seq + 1 and self._head in (None, entry.previous)

    async def bond(self, person: str) -> Bond | None:
        """Return the bond to the person, None for a stranger."""
        return (await self._bond(person)).bond

    async def _bond(self, person: str) -> _FoldedBond:
        while (cached := self._bonds.get(person)) is None:
            before = self._evictions
            saved = await self._store.snapshots.bond(self.agent, state.VERSION, person)
            if before == self._evictions:
                # Another task may have folded an entry of this person's meanwhile.
                read = _FoldedBond(saved.seq, state.bond_from_json(saved.bond)) if saved else None
                self._bonds.setdefault(person, read or _STRANGER)
        return cached

    async def append_unfolded(self, events: Sequence[Event], *, at: int) -> Entry:
        """Append durably without folding, for a process that seldom reads this agent.

        It is folded when it is next read; after many entries, from a snapshot on.
        """
        entry = await self._store.journal.append(self.agent, events, at=at)
        self._ahead = max(self._ahead, entry.seq)
        return entry

    async def append(
        self, events: Sequence[Event], *, at: int, lease: Lease | None = None
    ) -> Entry:
        """Append durably, fold, and return the entry."""
        entry = await self._store.journal.append(self.agent, events, at=at, lease=lease)
        async with self._lock:
            if self._follows(entry):
                await self._fold(entry)
            elif entry.seq > self.seq:
                await self._catch_up()
        if self.seq - self.snapshot_seq >= SNAPSHOT_EVERY:
            await self.save_snapshot()
        return entry

    async def _fold(self, entry: Entry) -> None:
        mind, bonds = self._mind, dict[str, _FoldedBond]()
        for event in entry.events:
            person = reduce.concerned_person(event)
            before = (bonds.get(person) or await self._bond(person)) if person else _STRANGER
            mind, after = reduce.step(mind, before.bond, event, entry.at)
            if person and after is not before.bond and before.seq < entry.seq:
                bonds[person] = _FoldedBond(before.seq, after)
            self._note(entry.seq, event)
        for person, folded in bonds.items():
            self._bonds[person] = _FoldedBond(entry.seq, folded.bond)
            self._unsaved.add(person)
        self._mind, self.seq, self._head = mind, entry.seq, entry.hash

    def _note(self, seq: int, event: Event) -> None:
        match event:
            case ReplySpoken():
                self.latest_reply = LatestReply(seq, event.conversation, event.person)
            case ThoughtHad():
                self.thought_seq = seq
            case SoulAdopted():
                self.adopted_seq = seq
            case PersonErased():
                self._on_erased(event.person)
            case _:
                pass

    async def preview(
        self, events: Sequence[Event], person: str, at: int, mind: Mind
    ) -> tuple[Mind, Bond | None]:
        """Return ``mind`` and bond as if ``events`` happened now.

        Those that concern somebody else do not move the bond.
        """
        bond = await self.bond(person)
        for event in events:
            if reduce.concerned_person(event) in {None, person}:
                mind, bond = reduce.step(mind, bond, event, at)
        return mind, bond

    async def save_snapshot(self) -> None:
        """Save a snapshot, so that the next start folds little."""
        async with self._lock:
            if self._mind is None or self.snapshot_seq == self.seq:
                return
            changed = {person: self._bonds[person].bond for person in sorted(self._unsaved)}
            snapshot = Snapshot(
                seq=self.seq,
                mind=state.mind_to_json(self._mind),
                bonds={p: state.bond_to_json(bond) for p, bond in changed.items() if bond},
            )
            await self._store.snapshots.save(self.agent, state.VERSION, snapshot)
            self.snapshot_seq = self.seq
            self._unsaved.clear()
            if len(self._bonds) > MAX_BONDS:
                self._evict_bonds()

    async def hash(self) -> tuple[int, str]:
        """Return the number of entries folded and the hash of mind and bonds, as a replay has."""
        while True:
            await self.catch_up()
            async with self._lock:
                saved = await self._store.snapshots.bonds(self.agent, state.VERSION)
                if max((bond.seq for bond in saved.values()), default=0) <= self.seq:
                    return self.seq, self._hash(saved)

    def _hash(self, saved: Mapping[str, BondSnapshot]) -> str:
        bonds = {person: state.bond_from_json(bond.bond) for person, bond in saved.items()}
        for person, folded in self._bonds.items():
            is_newer = person not in saved or folded.seq > saved[person].seq
            if is_newer and folded.bond is not None:
                bonds[person] = folded.bond
        return state.state_hash(self.mind, bonds.values())

    async def erase_person(self, person: str, *, at: int) -> None:
        """Record that a person left, then remove their words."""
        await self.append([PersonErased(person=person)], at=at)
        await self._erase_words(person, self.seq)
        self._on_erased(person)  # again: a turn may have read their words in between

    async def _erase_words(self, person: str, seq: int) -> None:
        """Remove the words of a person who left in the entry ``seq``, and what was made of them."""
        replies = await replies_made_of(self._store, self.agent, person)
        heard = await told_of(self._store, self.agent, person)
        if replies or heard:
            await self._store.texts.erase(self.agent, [*(replies or ()), *heard])
        await self._store.texts.erase_person(self.agent, person)
        await self._drop_index(private_conversation(person), seq)
        if replies is not None:
            await self._drop_index(MAIN_GROUP, seq)

    async def _drop_index(self, conversation: str, seq: int) -> None:
        stored = await self._store.indexes.read(self.agent, conversation)
        if stored is None or stored.seq < seq:  # a later one was made without the person
            await self._store.indexes.remove(self.agent, conversation, seq=seq)
        await erase_vectors(self._store, self.agent, conversation, seq)

    async def finish_erasures(self) -> None:
        """Remove the texts whose erasure a killed process had recorded but not finished."""
        asked: dict[str, list[FactForgotten]] = {}
        after = max(0, self.snapshot_seq - ERASURE_LOOK_BACK)
        async for entry in self._store.journal.entries(self.agent, after=after):
            for event in entry.events:
                if isinstance(event, PersonErased):
                    await self._erase_words(event.person, entry.seq)
                elif isinstance(event, FactForgotten) and event.cause == ASKED:
                    asked.setdefault(event.person, []).append(event)
        for person, forgotten in asked.items():
            entries = await self._store.journal.involving(self.agent, person)
            digests = _forgotten_digests(forgotten, entries)
            if await self._store.texts.read(self.agent, digests):
                await self._store.texts.erase(self.agent, digests)


def _forgotten_digests(forgotten: Sequence[FactForgotten], entries: Sequence[Entry]) -> list[str]:
    """Return the digests of forgotten facts and subjects, and of what rests on hidden lines."""
    facts = {event.id for event in forgotten}
    hidden = {line for event in forgotten for line in event.hidden}
    digests: list[str] = []
    for event in (event for entry in entries for event in entry.events):
        if isinstance(event, FactLearned) and event.id in facts:
            digests.append(event.value.digest)
            digests += [event.when.digest] if event.when else []
        elif isinstance(event, SubjectHidden) and event.id in facts:
            digests += [event.subject.digest] if event.subject else []
        elif isinstance(event, FragmentKept):
            if not hidden.isdisjoint((event.id, *event.sources, *event.parts)):
                digests.append(event.words.digest)
        elif isinstance(event, ThoughtHad) and not hidden.isdisjoint(event.sources):
            digests.append(event.words.digest)
    return digests


@dataclass(frozen=True, slots=True)
class Replay:
    """The result of a replay: entries and bonds folded, and the hash of the state."""

    entries: int
    bonds: int
    hash: str


async def replay_journal(store: Store, agent: str, *, verify: bool = False) -> Replay:
    """Fold the whole journal.

    With ``verify`` check chain, times, digests, the newest snapshot, and that nothing acknowledged
    has been lost.

    Raise ``JournalBroken``, which names the first entry that fails, and ``NotFound`` if there is
    no such journal.
    """
    mind: Mind | None = None
    bonds: dict[str, Bond] = {}
    saved = await store.snapshots.mind(agent, state.VERSION) if verify else None
    saved_bonds = _by_seq(await store.snapshots.bonds(agent, state.VERSION) if verify else {})
    last = (await store.journal.last(agent))[0]
    count = 0
    entries = store.journal.entries(agent)
    async for entry in checked(entries) if verify else entries:
        mind = reduce.fold_entry(mind, bonds, entry.events, entry.at)
        count = entry.seq
        same = all(_same(bonds.get(person), bond) for person, bond in saved_bonds.get(count, ()))
        if saved is not None and saved[0] == count:
            same = same and mind is not None and state.mind_to_json(mind) == saved[1]
        if not same:
            raise JournalBroken(
                f"the snapshot of {agent!r} at entry {count} differs from the replay; "
                "the journal itself is sound"
            )
    if count < last:
        raise JournalBroken(f"entry {count + 1} of {agent!r} is missing")
    if verify:
        await _check_losses(store, agent)
    if mind is None:
        raise NotFound(f"there is no journal of {agent!r}", code="agent_not_found")
    return Replay(count, len(bonds), state.state_hash(mind, bonds.values()))


async def _check_losses(store: Store, agent: str) -> None:
    losses = [loss for loss in await store.losses() if loss.agent in {agent, ""}]
    if losses:
        raise JournalBroken("; ".join(map(str, losses)), code="entries_lost")


def _by_seq(saved: Mapping[str, BondSnapshot]) -> dict[int, list[tuple[str, object]]]:
    bonds: dict[int, list[tuple[str, object]]] = {}
    for person, bond in saved.items():
        bonds.setdefault(bond.seq, []).append((person, bond.bond))
    return bonds


def _same(bond: Bond | None, saved: object) -> bool:
    return bond is not None and state.bond_to_json(bond) == saved
