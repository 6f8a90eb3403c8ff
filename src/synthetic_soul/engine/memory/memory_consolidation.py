"""Consolidation: in a longer pause, open fragments become memories (Soulscript §4.2, §5.2).

A fragment joins the memory that speaks of the same, or becomes one of its own. All memories that
changed are appended as one entry: a process that is killed has recorded all of them or none, and
the next one finds open what it did not record. A memory moves how the trait shows through which
it was seen, a little, and names itself as the cause; values never move.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from soulscript import Fragment, Memory, MemoryGraph, Soul
from soulscript.memory import EPISODE
from synthetic_soul.engine.memory.settlement import settle
from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.state.conversation_memories import Kept, Memories
from synthetic_soul.mind.dynamics import clamp
from synthetic_soul.mind.events import Event, FragmentKept, Impulse, TraitsMoved
from synthetic_soul.mind.state import Mind
from synthetic_soul.mind.tables.traits import TRAITS

LONGER_PAUSE: Final = 10 * 60_000
"""Milliseconds of silence after which what was kept is consolidated."""
MAX_PARTS: Final = 12
"""Fragments of one memory; what is said still more often begins another one."""
MAX_MEMORY_CHARS: Final = 480
MEMORY: Final = "memory"
"""The cause of an impulse on a trait that a memory moved."""
MIN_MOVING: Final = 0.5
"""The importance from which on a memory moves a trait."""
_MIN_SHARED: Final = 2  # terms of two fragments that speak of the same
_MIN_OVERLAP: Final = 0.5  # the same in units of the shorter one's terms


@dataclass(frozen=True, slots=True)
class Consolidated:
    """A memory with its fragments, oldest first; the ``fresh`` ones were open before."""

    memory: Memory
    parts: tuple[Kept, ...]
    fresh: tuple[Kept, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the messages that it rests on."""
        return tuple(dict.fromkeys(line for part in self.parts for line in part.sources))


def is_due(conversation: Conversation, now: int) -> bool:
    """Return whether there is something to consolidate, and time for it."""
    return bool(conversation.memories.open) and now - conversation.heard_at >= LONGER_PAUSE


async def consolidate_all(runtime: Runtime) -> int:
    """Consolidate every cached conversation that is due; return how many there were.

    It ends as soon as a message waits for a reply.
    """
    count = 0
    for conversation in runtime.conversations.cached():
        if not is_due(conversation, runtime.clock()):
            continue
        if not await runtime.side_work.has_place():
            break
        count += await _consolidate_under_lease(runtime, conversation)
    return count


async def _consolidate_under_lease(runtime: Runtime, conversation: Conversation) -> bool:
    # The lease of reflection: what is open does not change meanwhile.
    async with runtime.lease(conversation.agent, f"reflect:{conversation.id}") as lease:
        conversation = await runtime.conversations.get(conversation.agent, conversation.id)
        if lease is None or not is_due(conversation, runtime.clock()):
            return False
        agent = runtime.agents.get(conversation.agent)
        person = conversation.id.partition(":")[2]
        bond = await agent.state.bond(person)
        if bond is None or bond.erased:
            return False
        mind = await runtime.mind(agent, conversation.id)
        events: list[Event] = []
        for each in consolidated(conversation.memories, agent.soul):
            events.append(_event(runtime, conversation.id, person, each))
            events += moved_traits(each, mind)
        await agent.state.append(events, at=runtime.clock(), lease=lease)
        await settle(runtime, conversation, events)
        return True


def _event(
    runtime: Runtime, conversation: str, person: str, consolidated: Consolidated
) -> FragmentKept:
    memory = consolidated.memory
    return FragmentKept(
        id=memory.id,
        conversation=conversation,
        person=person,
        type="memory",
        words=runtime.seal(memory.core_memory, person),
        importance=memory.importance_score,
        valence=round(memory.emotional_signature.valence, 3),
        sources=consolidated.sources,
        parts=tuple(part.id for part in consolidated.parts),
    )


def consolidated(memories: Memories, soul: Soul) -> list[Consolidated]:
    """Return the memories that open fragments become or change, a pure function of what is kept."""
    groups = [
        _Group(memory, list(parts), [])
        for memory in memories.live
        if memory.is_consolidated and (parts := memories.parts_of(memory))
    ]
    for fragment in memories.open:
        fitting = [(_likeness(group, fragment), group) for group in groups]
        likeness, best = max(fitting, key=lambda pair: pair[0], default=(0.0, None))
        if best is None or not likeness:
            groups.append(_Group(None, [fragment], [fragment]))
        else:
            best.parts.append(fragment)
            best.fresh.append(fragment)
    return [_consolidated(group, soul) for group in groups if group.fresh]


@dataclass(slots=True)
class _Group:
    """The fragments of a memory, known before or not."""

    memory: Kept | None
    parts: list[Kept]
    fresh: list[Kept]


def _likeness(group: _Group, fragment: Kept) -> float:
    """Return how much a fragment speaks of the same as a memory: 0, or 0.5 to 1.

    What rests on the same message does, too: an observation, and a reflection on it.
    """
    if len(group.parts) >= MAX_PARTS:
        return 0.0
    if any(set(part.sources) & set(fragment.sources) for part in group.parts):
        return 1.0
    return max(_overlap(part.terms, fragment.terms) for part in group.parts)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    if shared < _MIN_SHARED:
        return 0.0
    overlap = shared / min(len(one), len(other))
    return overlap if overlap >= _MIN_OVERLAP else 0.0


def _consolidated(group: _Group, soul: Soul) -> Consolidated:
    # The first fragment names the episode, and with it the memory: it stays what it is.
    episode = group.parts[0].id
    fragments = [as_fragment(part, episode) for part in group.parts]
    core = _told(group.parts)
    (memory,) = MemoryGraph().integrate(fragments, soul=soul, speak=lambda _: core)
    return Consolidated(memory, tuple(group.parts), tuple(group.fresh))


def as_fragment(part: Kept, episode: str) -> Fragment:
    """Return a kept fragment as Soulscript's, of an episode."""
    return Fragment.model_validate(
        {
            "type": part.type,
            "content": part.text,
            "timestamp": part.at,
            "importance": part.importance,
            "emotional_valence": part.valence,
            EPISODE: episode,
        }
    )


def _told(parts: Sequence[Kept]) -> str:
    """Return what fragments say, the most important first, each once, as far as there is room."""
    said: list[Kept] = []
    for part in sorted(parts, key=lambda part: (-part.importance, part.at, part.id)):
        is_said = any(_overlap(part.terms, other.terms) == 1 for other in said)
        length = sum(len(other.text) + 1 for other in said) + len(part.text)
        if not said or (not is_said and length <= MAX_MEMORY_CHARS):
            said.append(part)
    return " ".join(part.text for part in said)


def moved_traits(consolidated: Consolidated, mind: Mind) -> Iterable[TraitsMoved]:
    """Return how a memory moves the expression of traits: those its fresh fragments were seen by.

    A trait that the agent has moves further from its middle, the more so the more important the
    memory is and the more strongly it was felt; the dynamics bound the whole (0.25, fading).
    """
    levels = dict(zip(TRAITS, mind.traits, strict=True))
    impulses = [
        Impulse(
            dimension=part.trait,
            amount=clamp((1 if levels[part.trait] >= 0 else -1) * part.importance * _felt(part)),
            cause=MEMORY,
        )
        for part in consolidated.fresh
        if part.trait in levels and part.importance >= MIN_MOVING
    ]
    moving = [impulse for impulse in impulses if impulse.amount]
    return [TraitsMoved(by=consolidated.fresh[-1].id, impulses=tuple(moving))] if moving else []


def _felt(part: Kept) -> float:
    return (1 + abs(part.valence)) / 2
