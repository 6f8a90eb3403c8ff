"""The three indices of a memory graph (§5.2): time, feeling, and topic with words.

They are derived from the memories and from nothing else: what a query finds depends on which
memories are held, never on the order in which they came or on what has been removed.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from soulscript.memory.consolidation import topic_key
from soulscript.text.analysis import terms
from soulscript.text.bm25 import K1, B, Postings, add_gains, rarity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from soulscript.model.memory import Memory

Range = tuple[float, float]
Rank = tuple[float, int, str]
Moment = tuple[int, str]  # a time in milliseconds, and the id of a memory
_ANY: Final[Range] = (-math.inf, math.inf)
_MAX_SCANNED: Final = 2_000  # memories that are looked through before the indices are asked
_USUAL_TERMS: Final = 40  # fixed, so that no memory changes another's score
_MIN_COMMON_HOLDERS: Final = 1_000  # memories from which on common terms are left out
_COMMON_SHARE: Final = 8  # a term is common that more than one memory in so many holds


@dataclass(frozen=True, slots=True)
class Query:
    """A query; a field that is not given is no condition.

    ``text`` is a cue in anybody's words, ``topic`` a topic by name. A memory is of a time if it
    began or has a fragment at ``since`` <= time < ``until`` (milliseconds). ``valence`` and
    ``intensity`` are ranges within -1..1, ends included.
    """

    text: str = ""
    topic: str | None = None
    since: int | None = None
    until: int | None = None
    valence: Range | None = None
    intensity: Range | None = None
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A memory that a query found; ``score`` says how well its words answer (0 without a cue)."""

    memory: Memory
    score: float


class _Held(NamedTuple):
    """A memory with what queries compare."""

    memory: Memory
    valence: float
    intensity: float
    times: frozenset[int]
    rank: Rank


class _Ladder:
    """Slots in the order of a number; many can be added at once before they are looked at."""

    def __init__(self) -> None:
        self._values: list[float] = []
        self._slots: list[int] = []
        self._fresh: list[tuple[float, int]] = []

    def add(self, value: float, slot: int) -> None:
        self._fresh.append((value, slot))

    def remove(self, value: float, slot: int) -> None:
        self._settle()
        at = self._slots.index(slot, bisect_left(self._values, value))
        del self._values[at], self._slots[at]

    def between(self, least: float, most: float) -> set[int]:
        """Return the slots with least <= number <= most."""
        self._settle()
        start, end = bisect_left(self._values, least), bisect_right(self._values, most)
        return set(self._slots[start:end])

    def _settle(self) -> None:
        if self._fresh:
            pairs = [*zip(self._values, self._slots, strict=True), *self._fresh]
            pairs.sort()
            self._values = [value for value, _ in pairs]
            self._slots = [slot for _, slot in pairs]
            self._fresh = []


class Indices:
    """Memories by slot, and the ways to them. Each id is held once at most."""

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self._held: dict[int, _Held] = {}
        self._words = Postings()
        self._norms = array("d")  # by slot
        self._times = _Ladder()
        self._valences = _Ladder()
        self._intensities = _Ladder()
        self._ranks: list[tuple[Rank, int]] = []
        self._unranked: list[tuple[Rank, int]] = []
        self._topics: dict[str, list[Moment]] = {}

    def add(self, memory: Memory) -> None:
        """Add a memory whose id is not held."""
        slot, words, held = len(self._norms), _words(memory), _as_held(memory)
        self._words.add(slot, words)
        self._norms.append(K1 * (1 - B + B * len(words) / _USUAL_TERMS))
        self._slots[memory.id] = slot
        self._held[slot] = held
        for at in held.times:
            self._times.add(at, slot)
        self._valences.add(held.valence, slot)
        self._intensities.add(held.intensity, slot)
        self._unranked.append((held.rank, slot))
        for topic, at in _appearances(memory):
            insort(self._topics.setdefault(topic, []), (at, memory.id))

    def remove(self, memory: Memory) -> None:
        """Remove a memory that is held."""
        slot = self._slots.pop(memory.id)
        held = self._held.pop(slot)
        self._words.remove(slot, _words(memory))
        for at in held.times:
            self._times.remove(at, slot)
        self._valences.remove(held.valence, slot)
        self._intensities.remove(held.intensity, slot)
        ranks = self._ranked()
        del ranks[bisect_left(ranks, (held.rank, slot))]
        for topic, at in _appearances(memory):
            moments = self._topics[topic]
            del moments[bisect_left(moments, (at, memory.id))]
            if not moments:
                del self._topics[topic]

    def ranked(self) -> Iterator[Memory]:
        """Iterate over the memories: the most important first, of equals the most recent."""
        return (self._held[slot].memory for _, slot in self._ranked())

    def _ranked(self) -> list[tuple[Rank, int]]:
        if self._unranked:
            self._ranks += self._unranked
            self._ranks.sort()
            self._unranked = []
        return self._ranks

    def before(self, topic: str, at: int, other: str) -> str | None:
        """Return the memory that last spoke of a topic before a moment, other than ``other``.

        Of several that spoke of it at that last moment, the one with the lowest id.
        """
        moments = self._topics.get(topic, [])
        found: Moment | None = None
        for place in range(bisect_left(moments, (at, "")) - 1, -1, -1):
            moment = moments[place]
            if found and moment[0] < found[0]:
                break
            if moment[1] != other:
                found = moment
        return found[1] if found else None

    # -- queries -------------------------------------------------------------------------------

    def search(self, query: Query) -> tuple[Found, ...]:
        """Find the best answers; what a cue does not decide, importance and recency do.

        Among many memories, words that more than one in eight of them holds decide nothing: of a
        cue that has no others, the foremost memories that hold any of its words are found.
        """
        asked = terms(query.text)
        cue = self._known(asked)
        if query.limit < 1 or (asked and not cue):
            return ()
        telling = self._telling(cue)
        if not telling:
            return tuple(Found(held.memory, 0.0) for held in self._foremost(query, cue))
        scores = self._scores(telling)
        if _narrows(query):
            fits = self._fitting(query).intersection(scores)
            scores = {slot: scores[slot] for slot in fits}
        if not scores:
            return ()
        least = nlargest(query.limit, scores.values())[-1]
        best = [(-score, self._held[slot]) for slot, score in scores.items() if score >= least]
        best.sort(key=lambda pair: (pair[0], pair[1].rank))
        return tuple(Found(held.memory, -score) for score, held in best[: query.limit])

    def _known(self, asked: Iterable[str]) -> list[str]:
        """Return the terms that any memory holds, each once, the rarest first."""
        known = (term for term in set(asked) if term in self._words)
        return sorted(known, key=lambda term: (self._words.frequency(term), term))

    def _telling(self, cue: Iterable[str]) -> list[str]:
        """Return those terms that, among many memories, at most one in eight of them holds."""
        most = max(_MIN_COMMON_HOLDERS, len(self._held) // _COMMON_SHARE)
        return [term for term in cue if self._words.frequency(term) <= most]

    def _scores(self, cue: Iterable[str]) -> dict[int, float]:
        """Return slot -> BM25 for the memories that hold any of the terms.

        How rare a term is follows from how often it stands anywhere, which is known at once.
        """
        scores: dict[int, float] = {}
        for term in cue:
            often = min(self._words.frequency(term), len(self._held))
            counts = self._words.counts(term)
            norms = map(self._norms.__getitem__, counts)
            add_gains(scores, counts, norms, (K1 + 1) * rarity(often, len(self._held)))
        return scores

    def _foremost(self, query: Query, cue: Collection[str]) -> list[_Held]:
        """Return what fits, best first: among the foremost memories, else by the indices."""
        ranks = self._ranked()
        first = list(islice(self._passing(query, cue, islice(ranks, _MAX_SCANNED)), query.limit))
        if len(first) == query.limit or len(ranks) <= _MAX_SCANNED:
            return first
        slots = self._fitting(query) if _narrows(query) else self._held
        near = sorted((self._held[slot].rank, slot) for slot in slots)
        return list(islice(self._passing(query, cue, near), query.limit))

    def _passing(
        self, query: Query, cue: Collection[str], ranks: Iterable[tuple[Rank, int]]
    ) -> Iterator[_Held]:
        """Look at memories one by one."""
        about = None if query.topic is None else self._about(query.topic)
        since, until = _span(query)
        (dark, bright), (mild, strong) = query.valence or _ANY, query.intensity or _ANY
        for _, slot in ranks:
            held = self._held[slot]
            if (
                dark <= held.valence <= bright
                and mild <= held.intensity <= strong
                and (about is None or slot in about)
                and any(since <= at <= until for at in held.times)
                and (not cue or any(self._words.holds(slot, term) for term in cue))
            ):
                yield held

    def _fitting(self, query: Query) -> set[int]:
        """Return by the indices the slots of all memories that fit, the narrowest first."""
        ways: list[set[int]] = []
        if query.topic is not None:
            ways.append(self._about(query.topic))
        if query.since is not None or query.until is not None:
            ways.append(self._times.between(*_span(query)))
        if query.valence is not None:
            ways.append(self._valences.between(*query.valence))
        if query.intensity is not None:
            ways.append(self._intensities.between(*query.intensity))
        narrowest, *others = sorted(ways, key=len)
        return narrowest.intersection(*others)

    def _about(self, topic: str) -> set[int]:
        return {self._slots[name] for _, name in self._topics.get(topic_key(topic), ())}


def _narrows(query: Query) -> bool:
    """Return whether a query asks for more than words."""
    asked = (query.topic, query.since, query.until, query.valence, query.intensity)
    return any(part is not None for part in asked)


def _span(query: Query) -> Range:
    """Return the first and the last millisecond that a query asks for."""
    since = -math.inf if query.since is None else query.since
    return since, math.inf if query.until is None else query.until - 1


def _as_held(memory: Memory) -> _Held:
    felt = memory.emotional_signature
    times = frozenset((memory.creation_date, *(part.timestamp for part in memory.fragments)))
    rank = (-memory.importance_score, -memory.last_accessed, memory.id)
    return _Held(memory, felt.valence, felt.intensity, times, rank)


def _appearances(memory: Memory) -> set[tuple[str, int]]:
    """Return which topics a memory speaks of, and when; a mere tag counts from its beginning."""
    spoken = {
        (topic_key(part.context.topic), part.timestamp)
        for part in memory.fragments
        if part.context and part.context.topic
    }
    known = {topic for topic, _ in spoken}
    tags = {topic_key(tag) for tag in (memory.metadata.topic_tags if memory.metadata else ())}
    return spoken | {(tag, memory.creation_date) for tag in tags - known}


def _words(memory: Memory) -> list[str]:
    """Return the terms by which a memory is found: of its core, its topics and its fragments."""
    contents = (part.content for part in memory.fragments)
    return terms("\n".join((memory.core_memory, *memory.topics, *contents)))
