"""From base traits and memories to expressed traits (§1.1, §4.2): predictable, traceable, bounded.

Expressed traits are computed from soul and memories on demand and never stored, so a removed memory
has no influence any more. Values never change.

    push of a memory    y = 0.2 · (1 + importance)/2 · max(0, intensity) · influence · 2^(-age/90 d)
    expressed           level = clamp(base + 0.25 · tanh(Σ y), -1, 1)
    part of a memory    (level - base) · y / Σ y

No number of memories moves a trait further than 0.25.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from soulscript.memory.consolidation import DAY
from soulscript.memory.graph import MemoryGraph
from soulscript.model.memory import Memory
from soulscript.model.soul import Soul, Trait

MAX_MOVE: Final = 0.25
"""How far a trait can be moved from its base."""
GAIN: Final = 0.2
"""The push of one memory of the highest importance and intensity."""
HALF_LIFE: Final = 90 * DAY
"""Milliseconds after which a memory that was not brought back pushes half as much."""
_MIN_NEW_LEVEL: Final = 0.05  # of an expressed trait that the soul does not name
_MAX_NEW_TRAITS: Final = 8  # traits that the soul does not name and that are expressed all the same


@dataclass(frozen=True, slots=True)
class Move:
    """What one memory contributed to a trait: its id, and how far it moved the level."""

    memory: str
    amount: float


@dataclass(frozen=True, slots=True)
class Expression:
    """A trait as it shows: ``level`` is ``base`` plus the amounts of ``moves``, largest first.

    ``core`` says whether the soul itself names the trait; one that only memories name has the
    base that the graph gives it, else 0.
    """

    trait: str
    base: float
    level: float
    moves: tuple[Move, ...]
    core: bool


@dataclass(frozen=True, slots=True)
class Evolution:
    """How a soul's traits show with its memories: the core traits in its order, then others."""

    soul: Soul
    traits: tuple[Expression, ...]

    @property
    def expressed(self) -> Soul:
        """The soul with its traits as they show; everything else is the same.

        Of traits that only memories name, the eight strongest of at least 0.05 are added.
        """
        personality = self.soul.personality
        core = [shown for shown in self.traits if shown.core]
        new = sorted(
            (
                shown
                for shown in self.traits
                if not shown.core and abs(shown.level) >= _MIN_NEW_LEVEL
            ),
            key=lambda shown: (-abs(shown.level), shown.trait),
        )
        traits = (
            *(
                trait.model_copy(update={"strength": shown.level})
                for trait, shown in zip(personality.core_traits, core, strict=True)
            ),
            *(Trait(trait=shown.trait, strength=shown.level) for shown in new[:_MAX_NEW_TRAITS]),
        )
        changed = personality.model_copy(update={"core_traits": traits})
        return self.soul.model_copy(update={"personality": changed})

    def of(self, trait: str) -> Expression | None:
        """Return how one trait shows, by its name without regard to case."""
        wanted = trait.casefold()
        return next((shown for shown in self.traits if shown.trait.casefold() == wanted), None)


def evolve(soul: Soul, graph: MemoryGraph, *, at: int | None = None) -> Evolution:
    """Compute how a soul's traits show with its memories.

    With ``at`` (milliseconds) memories fade from when they were last brought back; without it they
    do not. Traits are compared without regard to case; the soul's own base goes before the graph's.
    """
    pushes = _pushes(graph, at)
    shown = []
    for trait in soul.personality.core_traits:
        own = pushes.pop(trait.trait.casefold(), [])
        shown.append(_expression(trait.trait, trait.strength, own, core=True))
    bases = {name.casefold(): level for name, level in graph.base_traits.items()}
    names = _names(graph)
    for key in sorted(pushes):
        base = bases.get(key, 0.0)
        shown.append(_expression(names[key], base, pushes[key], core=False))
    return Evolution(soul, tuple(shown))


def _pushes(graph: MemoryGraph, at: int | None) -> dict[str, list[tuple[str, float]]]:
    """Return the pushes on each trait: casefolded name -> (memory's id, push)."""
    pushes: dict[str, list[tuple[str, float]]] = {}
    for memory in graph:
        weight = _weight(memory, at)
        for trait, level in memory.influence.items():
            if weight * level:
                pushes.setdefault(trait.casefold(), []).append((memory.id, weight * level))
    return pushes


def _weight(memory: Memory, at: int | None) -> float:
    weight = GAIN * (1 + memory.importance_score) / 2
    weight *= max(0.0, memory.emotional_signature.intensity)
    age = 0 if at is None else max(0, at - memory.last_accessed)
    return weight * math.exp2(-age / HALF_LIFE)


def _names(graph: MemoryGraph) -> dict[str, str]:
    """Return the first spelling of each trait that memories name."""
    names: dict[str, str] = {}
    for memory in graph:
        for trait in memory.influence:
            names.setdefault(trait.casefold(), trait)
    return names


def _expression(
    trait: str, base: float, pushes: list[tuple[str, float]], *, core: bool
) -> Expression:
    total = math.fsum(push for _, push in pushes)
    level = max(-1.0, min(1.0, base + MAX_MOVE * math.tanh(total)))
    return Expression(trait, base, level, tuple(_moves(level - base, total, pushes)), core)


def _moves(moved: float, total: float, pushes: list[tuple[str, float]]) -> Iterator[Move]:
    """Divide a trait's move by the pushes; where they cancel out, in the limit."""
    rate = moved / total if total else MAX_MOVE
    for memory, push in sorted(pushes, key=lambda pair: (-abs(pair[1]), pair[0])):
        yield Move(memory, push * rate)
