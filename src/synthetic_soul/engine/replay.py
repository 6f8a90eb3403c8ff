"""The journal folded from its first entry: the proof that the present is nothing but its past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic_soul.errors import JournalBroken, NotFound
from synthetic_soul.mind import reduce, state
from synthetic_soul.stores.verify import checked

if TYPE_CHECKING:
    from synthetic_soul.mind.state import Bond, Mind
    from synthetic_soul.stores.base import Journal


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to: how much it folded, and the hash of the state."""

    entries: int
    bonds: int
    hash: str


async def replay_of(store: Journal, agent: str, *, verify: bool = False) -> Replayed:
    """Fold the whole journal; with ``verify`` check chain, times and digests on the way.

    ``JournalBroken`` names the first entry that fails. With ``verify`` the state at the newest
    snapshot is compared with the snapshot too. ``NotFound`` if there is no such journal.
    """
    mind: Mind | None = None
    bonds: dict[str, Bond] = {}
    kept = await store.snapshot(agent, state.VERSION) if verify else None
    last = (await store.last(agent))[0]
    count = 0
    entries = store.entries(agent)
    async for entry in checked(entries) if verify else entries:
        for event in entry.events:
            person = reduce.concerned(event)
            mind, bond = reduce.step(mind, bonds.get(person) if person else None, event, entry.at)
            if person and bond is not None:
                bonds[person] = bond
        count = entry.seq
        if kept is not None and kept[0] == count:
            await _compare(store, agent, kept, mind, bonds)
    if count < last:
        raise JournalBroken(f"entry {count + 1} of {agent!r} is missing")
    if mind is None:
        raise NotFound(f"there is no journal of {agent!r}", code="agent_not_found")
    return Replayed(count, len(bonds), state.state_hash(mind, bonds.values()))


async def _compare(
    store: Journal, agent: str, kept: tuple[int, object], mind: Mind | None, bonds: dict[str, Bond]
) -> None:
    """The snapshot must be what the fold gives at the same entry."""
    found = await store.bonds(agent, state.VERSION)
    if await store.snapshot(agent, state.VERSION) != kept:
        return  # a running server has just kept a newer one
    same = mind is not None and state.mind_to_json(mind) == kept[1]
    same = same and {p: state.bond_to_json(b) for p, b in bonds.items()} == found
    if not same:
        raise JournalBroken(
            f"the snapshot of {agent!r} differs from the replay of its {len(bonds)} bonds; "
            "the journal itself is sound"
        )
