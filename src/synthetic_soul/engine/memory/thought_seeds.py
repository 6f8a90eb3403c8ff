"""What a thought begins from: something said that was not thought about yet, and an old neighbour.

The neighbour is what the agent keeps that shares words with it or has its colour.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from soulscript.text import terms
from synthetic_soul import nlu
from synthetic_soul.engine.memory.hidden import NOTHING, Hidden
from synthetic_soul.engine.memory.perspective import is_worth_keeping
from synthetic_soul.engine.state.conversation import MAX_RECENT_LINES, Conversation
from synthetic_soul.engine.state.conversation_memories import Kept
from synthetic_soul.mind.events import ThoughtHad
from synthetic_soul.voices.base import Line

MAX_TRIED: Final = 12
"""Lines that are looked at until one tells something."""
LATELY: Final = 4
"""Thoughts whose neighbours do not come back."""
_MIN_LIKENESS: Final = 0.75  # of valences, 0..1, to be of one colour
_SHARED: Final = 0.5  # what each shared term adds to the likeness
_IMPORTANT: Final = 0.2


@dataclass(frozen=True, slots=True)
class Seed:
    """A line that a thought begins from, or a memory if there is none, and an old neighbour."""

    line: Line | None = None
    memory: Kept | None = None
    neighbour: Kept | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The line, if it is one."""
        return (self.line,) if self.line else ()

    @property
    def kept(self) -> tuple[Kept, ...]:
        """The memory and the neighbour, as far as there are any."""
        return tuple(each for each in (self.memory, self.neighbour) if each is not None)

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the messages and fragments that it consists of."""
        ids = [line.id for line in self.lines]
        for each in self.kept:
            ids += [*(each.parts or (each.id,)), *each.sources]
        return tuple(dict.fromkeys(ids))


def seed_of(
    conversation: Conversation,
    person: str,
    name: str,
    thoughts: Sequence[ThoughtHad],
    hidden: Hidden = NOTHING,
) -> Seed:
    """Return what a thought of the agent ``name`` about a person may begin from.

    That is the newest line that none of the latest ``thoughts`` (newest first) rests on, one that
    was not reflected upon before others; else the most important such memory. A neighbour may come
    back sooner. Nothing of it is about what is ``hidden``. Empty where there is nothing.
    """
    used = {source for thought in thoughts for source in thought.sources}
    lately = {source for thought in thoughts[:LATELY] for source in thought.sources}
    fresh = {line.id for line in conversation.unreflected}
    recent = conversation.recent_lines_of(person, MAX_RECENT_LINES, without=used)
    recent = hidden.without_lines(recent)
    kept = hidden.without_kept(conversation.memories.live)
    newest = sorted(recent, key=lambda line: (line.id not in fresh, -line.number))
    for line in newest[:MAX_TRIED]:
        interpretation = nlu.interpret(line.text, name=name, group=False)
        if is_worth_keeping(interpretation):
            own = frozenset(terms(line.text))
            found = _neighbour(kept, own, interpretation.valence, {*lately, line.id})
            return Seed(line=line, neighbour=found)
    unused = [each for each in kept if not each.rests_on(used)]
    memory = max(unused, key=lambda each: each.rank, default=None)
    if memory is None:
        return Seed()
    taken = {*lately, memory.id, *memory.sources, *memory.parts}
    return Seed(memory=memory, neighbour=_neighbour(kept, memory.terms, memory.valence, taken))


def _neighbour(
    kept: Sequence[Kept], own: frozenset[str], valence: float, used: Collection[str]
) -> Kept | None:
    """Return what is kept that is most alike in words and colour; of equals the oldest."""
    best, most = None, _MIN_LIKENESS
    for each in kept:
        if each.rests_on(used) or own <= each.terms or each.terms <= own:  # the same once more
            continue
        shared = len(own & each.terms)
        likeness = 1 - abs(valence - each.valence) / 2 + _SHARED * shared
        likeness += _IMPORTANT * max(0.0, each.importance)
        if likeness > most:
            best, most = each, likeness
    return best
