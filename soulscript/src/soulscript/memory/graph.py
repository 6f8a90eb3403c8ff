"""The memory graph (§4, §5.2): memories, their connections and their indices."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from pydantic import JsonValue

from soulscript.memory.consolidation import (
    canonical,
    consolidated,
    day,
    episode_id,
    ordered,
    topic_key,
)
from soulscript.memory.indices import Found, Indices, Query, Range
from soulscript.model.memory import ALIAS, MILLISECONDS, SECONDS, Fragment, Memory
from soulscript.model.soul import Soul
from soulscript.prompts.system_prompt import STRONG

FEELINGS: Final = ("strongly_negative", "negative", "neutral", "positive", "strongly_positive")
Speak = Callable[[tuple[Fragment, ...]], str]
"""Makes the core of a memory from the ordered fragments of an episode."""


def feeling(valence: float) -> str:
    """Return the bucket of the emotional index that a valence falls into."""
    if abs(valence) > STRONG:
        return FEELINGS[0 if valence < 0 else 4]
    return FEELINGS[2 + (valence > 0) - (valence < 0)]


@contextmanager
def gc_paused() -> Iterator[None]:
    """Pause the garbage collector, which would traverse all new objects again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class MemoryGraph:
    """Memories with their connections and indices.

    ``base_traits`` and ``last_evolution`` are the ``personality_state`` of §5.2;
    ``last_consolidation`` is the time in its ``stats``, at least that of the newest fragment;
    ``extra`` holds further keys of the document, also those within its state and stats. Not to be
    shared by several threads while it changes.
    """

    def __init__(self, memories: Iterable[Memory] = ()) -> None:
        self._memories: dict[str, Memory] = {}
        self._aliases: dict[str, str] = {}
        self._indices = Indices()
        self.base_traits: dict[str, float] = {}
        self.last_evolution: int | None = None
        self.last_consolidation: int | None = None
        self.extra: dict[str, JsonValue] = {}
        with gc_paused():
            for memory in memories:
                self.add(memory)

    # -- memories ------------------------------------------------------------------------------

    @property
    def memories(self) -> Mapping[str, Memory]:
        """The memories by id, in the order in which they were added."""
        return MappingProxyType(self._memories)

    def __len__(self) -> int:
        return len(self._memories)

    def __iter__(self) -> Iterator[Memory]:
        return iter(sorted(self._memories.values(), key=lambda m: (m.creation_date, m.id)))

    def get(self, id: str) -> Memory | None:
        """Return the memory of that id or alias; None where there is none."""
        return self._memories.get(id) or self._memories.get(self._aliases.get(id, ""))

    def add(self, memory: Memory) -> None:
        """Add a memory; one of the same id is replaced."""
        self.remove(memory.id)
        self._memories[memory.id] = memory
        self._indices.add(memory)
        alias = (memory.model_extra or {}).get(ALIAS)
        if isinstance(alias, str):
            self._aliases[alias] = memory.id

    def remove(self, id: str) -> bool:
        """Remove a memory; False where there is none. Connections to it become unresolved."""
        memory = self._memories.pop(id, None)
        if memory is None:
            return False
        self._indices.remove(memory)
        alias = (memory.model_extra or {}).get(ALIAS)
        if isinstance(alias, str) and self._aliases.get(alias) == id:
            del self._aliases[alias]
        return True

    def copy(self) -> "MemoryGraph":
        """Return an independent copy."""
        other = MemoryGraph(self._memories.values())
        other.base_traits = dict(self.base_traits)
        other.last_evolution = self.last_evolution
        other.last_consolidation = self.last_consolidation
        other.extra = dict(self.extra)
        return other

    def retain(self, most: int) -> tuple[Memory, ...]:
        """Remove all but the ``most`` important memories (§4.2), of equals the most recent.

        Return the removed memories, the most important first.
        """
        gone = tuple(self._indices.ranked())[max(0, most) :]
        for memory in gone:
            self.remove(memory.id)
        return gone

    def touch(self, id: str, at: int) -> None:
        """Set the time of a memory's last access (ms); raise ``KeyError`` if there is none."""
        memory = self._memories[id]
        if at > memory.last_accessed:
            self.add(memory.model_copy(update={"last_accessed": at}))

    # -- integration ---------------------------------------------------------------------------

    def integrate(
        self, fragments: Iterable[Fragment], *, soul: Soul | None = None, speak: Speak | None = None
    ) -> tuple[Memory, ...]:
        """Consolidate fragments into the memories of their episodes; return those that changed.

        Fragments of one instant give the same graph in any order, alone or together; a known
        fragment changes nothing. A fragment connects its memory to the latest earlier memory of
        its topic. ``speak`` makes the core of a memory instead of ``consolidated``.
        """
        fresh: dict[str, list[Fragment]] = {}
        for fragment in ordered(fragments):
            fresh.setdefault(episode_id(fragment), []).append(fragment)
        for episode, parts in fresh.items():
            fresh[episode] = self._consolidate(episode, parts, soul, speak)
        for episode, added in fresh.items():
            self._connect(episode, {link for part in added if (link := self._earlier(part))})
        return tuple(self._memories[episode] for episode, added in fresh.items() if added)

    def _consolidate(
        self, id: str, fragments: Iterable[Fragment], soul: Soul | None, speak: Speak | None
    ) -> list[Fragment]:
        """Consolidate the new fragments of one episode, and return them."""
        known = self._memories.get(id)
        parts = known.fragments if known else ()
        present = set(map(canonical, parts))
        added = [fragment for fragment in fragments if canonical(fragment) not in present]
        if added:
            parts = ordered((*parts, *added))
            core = speak(parts) if speak else None
            memory = consolidated(id, parts, soul=soul, core=core)
            self.add(_continued(known, memory) if known else memory)
        return added

    def _earlier(self, fragment: Fragment) -> str | None:
        topic = fragment.context.topic if fragment.context else None
        if not topic:
            return None
        own = episode_id(fragment)
        return self._indices.before(topic_key(topic), fragment.timestamp, own)

    def _connect(self, id: str, links: set[str]) -> None:
        memory = self._memories[id]
        if not links <= set(memory.connections):
            connections = tuple(sorted(links.union(memory.connections)))
            self.add(memory.model_copy(update={"connections": connections}))

    # -- connections ---------------------------------------------------------------------------

    def edges(self) -> Iterator[tuple[str, str]]:
        """Yield the connections as pairs of ids, aliases resolved."""
        for memory in self:
            for link in memory.connections:
                target = self.get(link)
                if target is not None:
                    yield memory.id, target.id

    def unresolved(self) -> Iterator[tuple[str, str]]:
        """Yield the connections to missing memories: (memory's id, the missing id)."""
        for memory in self:
            for link in memory.connections:
                if self.get(link) is None:
                    yield memory.id, link

    def connected(self, id: str) -> tuple[Memory, ...]:
        """Return the memories connected with one, in either direction, by time."""
        near = {to for start, to in self.edges() if start == id}
        near |= {start for start, to in self.edges() if to == id}
        return tuple(memory for memory in self if memory.id in near - {id})

    # -- queries -------------------------------------------------------------------------------

    def query(
        self,
        text: str = "",
        *,
        topic: str | None = None,
        since: int | None = None,
        until: int | None = None,
        valence: Range | None = None,
        intensity: Range | None = None,
        limit: int = 10,
    ) -> tuple[Found, ...]:
        """Find memories by words, topic, time (ms, since <= t < until) and feeling (ranges).

        Best answers first; without words the most important first, of equals the most recent.
        Fields are those of ``Query``.
        """
        return self.search(Query(text, topic, since, until, valence, intensity, limit))

    def search(self, query: Query) -> tuple[Found, ...]:
        """Return the best answers to a query."""
        return self._indices.search(query)

    # -- the document of §5.2 ------------------------------------------------------------------

    @property
    def stats(self) -> dict[str, JsonValue]:
        """How many memories there are, and when the last was consolidated (None: never)."""
        times = [part.timestamp for memory in self for part in memory.fragments]
        if self.last_consolidation is not None:
            times.append(self.last_consolidation)
        return {"total_memories": len(self), "last_consolidation": max(times, default=None)}

    @property
    def indices(self) -> dict[str, dict[str, list[str]]]:
        """The three indices as bucket -> ids by time: days, feelings, topics."""
        temporal: dict[str, list[str]] = {}
        emotional: dict[str, list[str]] = {}
        semantic: dict[str, list[str]] = {}
        for memory in self:
            temporal.setdefault(day(memory.creation_date), []).append(memory.id)
            bucket = feeling(memory.emotional_signature.valence)
            emotional.setdefault(bucket, []).append(memory.id)
            for topic in dict.fromkeys(map(topic_key, memory.topics)):
                semantic.setdefault(topic, []).append(memory.id)
        return {
            "temporal": temporal,
            "emotional": {name: emotional[name] for name in FEELINGS if name in emotional},
            "semantic": dict(sorted(semantic.items())),
        }

    def dump(self) -> dict[str, JsonValue]:
        """Return the graph as the document of §5.2; equal graphs give equal documents."""
        traits: dict[str, JsonValue] = dict(self.base_traits)
        if self.last_evolution is not None:
            traits["last_evolution"] = self.last_evolution
        given = {key: self.extra.get(key) for key in ("personality_state", "stats")}
        state, stats = (value if isinstance(value, dict) else {} for value in given.values())
        document: dict[str, JsonValue] = {
            "memories": {memory.id: memory.dump() for memory in self},
            "personality_state": state | {"base_traits": traits},
            "indices": self.indices,  # type: ignore[dict-item]  # lists of texts are JSON
            "stats": stats | self.stats,
        }
        own = (self.last_evolution or 0, self.last_consolidation or 0)
        if any(map(_near_1970, own)) or any(near_1970(memory) for memory in self):
            document[MILLISECONDS] = True
        return document | {key: self.extra[key] for key in self.extra if key not in document}


def near_1970(memory: Memory) -> bool:
    """Return whether a reader might take a time of the memory for seconds (D15)."""
    times = (memory.creation_date, memory.last_accessed, *(p.timestamp for p in memory.fragments))
    return any(map(_near_1970, times))


def _near_1970(at: int) -> bool:
    return 0 < abs(at) < SECONDS


def _continued(known: Memory, fresh: Memory) -> Memory:
    """Copy to ``fresh`` what does not follow from fragments."""
    return fresh.model_copy(
        update={
            "connections": known.connections,
            "last_accessed": max(known.last_accessed, fresh.last_accessed),
            **(known.model_extra or {}),
        }
    )
