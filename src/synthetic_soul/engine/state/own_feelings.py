"""The feelings that one conversation alone has moved, for ``INNER_LIFE=private``.

An agent has one mind, which everybody it talks to moves. Whoever reads its mood closely can guess
at what others said to it. Where that must not be, those in a conversation are shown a mind that
rests on that conversation and on the soul's resting state, and the agent speaks from it.
"""

from synthetic_soul.mind import reduce, state
from synthetic_soul.mind.events import Felt, SoulAdopted, TraitsMoved
from synthetic_soul.mind.state import Mind
from synthetic_soul.mind.tables.traits import TRAITS
from synthetic_soul.stores.base import Entry


class OwnFeelings:
    """The part of a mind that the entries of one conversation have moved."""

    def __init__(self) -> None:
        self._mind: Mind | None = None
        self._waiting: list[tuple[int, Felt | TraitsMoved]] = []

    def apply(self, entry: Entry) -> None:
        """Take the next entry of the conversation into account."""
        for event in entry.events:
            if isinstance(event, Felt | TraitsMoved):
                self._waiting.append((entry.at, event))

    def mind(self, shared: Mind) -> Mind:
        """Return the agent's mind as if it had had this conversation alone.

        ``shared`` is its one mind, of which soul and traits count.
        """
        mind = self._mind or state.at_rest(shared)
        if mind.soul != shared.soul:
            traits = dict(zip(TRAITS, shared.traits, strict=True))
            adopted = SoulAdopted(name=shared.name, digest=shared.soul, soul={}, traits=traits)
            mind, _ = reduce.step(mind, None, adopted, mind.at)
        for at, event in self._waiting:
            mind, _ = reduce.step(mind, None, event, at)
        self._waiting.clear()
        self._mind = mind
        return mind
