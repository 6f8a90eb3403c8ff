"""The journal folded from its first entry: the proof that the present is nothing but its past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic_soul.errors import JournalBroken, NotFound
from synthetic_soul.mind import reduce, state
from synthetic_soul.stores.integrity import checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthetic_soul.mind.state import Bond, Mind
    from synthetic_soul.stores.base import BondSnapshot, Store


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to: how much it folded, and the hash of the state."""

    entries: int
    bonds: int
    hash: str


async def replay_of(store: Store, agent: str, *, verify: bool = False) -> Replayed:
    """Fold the whole journal; with ``verify`` check chain, times and digests on the way.

    ``JournalBroken`` names the first entry that fails. With ``verify`` the state at the newest
    snapshot is compared with the snapshot too. ``NotFound`` if there is no such journal.
    """
    mind: Mind | None = None
    bonds: dict[str, Bond] = {}
    kept = await store.snapshots.mind(agent, state.VERSION) if verify else None
    held = _by_seq(await store.snapshots.bonds(agent, state.VERSION) if verify else {})
    last = (await store.journal.last(agent))[0]
    count = 0
    entries = store.journal.entries(agent)
    async for entry in checked(entries) if verify else entries:
        for event in entry.events:
            person = reduce.concerned_person(event)
            mind, bond = reduce.step(mind, bonds.get(person) if person else None, event, entry.at)
            if person and bond is not None:
                bonds[person] = bond
        count = entry.seq
        same = all(_same(bonds.get(person), bond) for person, bond in held.get(count, ()))
        if kept is not None and kept[0] == count:
            same = same and mind is not None and state.mind_to_json(mind) == kept[1]
        if not same:
            raise JournalBroken(
                f"the snapshot of {agent!r} at entry {count} differs from the replay; "
                "the journal itself is sound"
            )
    if count < last:
        raise JournalBroken(f"entry {count + 1} of {agent!r} is missing")
    if mind is None:
        raise NotFound(f"there is no journal of {agent!r}", code="agent_not_found")
    return Replayed(count, len(bonds), state.state_hash(mind, bonds.values()))


def _by_seq(held: Mapping[str, BondSnapshot]) -> dict[int, list[tuple[str, object]]]:
    """Kept bonds by the entry up to which they are folded."""
    found: dict[int, list[tuple[str, object]]] = {}
    for person, kept in held.items():
        found.setdefault(kept.seq, []).append((person, kept.bond))
    return found


def _same(bond: Bond | None, kept: object) -> bool:
    return bond is not None and state.bond_to_json(bond) == kept
