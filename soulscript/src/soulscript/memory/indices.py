"""The three indices of a memory graph (§5.2): time, feeling, and topic with words.

They are derived from the current memories alone: the result of a query does not depend on the order
of adding or on removed memories.
"""

import math
import sys
from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from typing import Final, NamedTuple, TypeVar

from soulscript.memory.consolidation import topic_key
from soulscript.model.memory import Memory
from soulscript.text.analysis import terms
from soulscript.text.bm25 import K1, B, Postings, add_gains, rarity

T = TypeVar("T", tuple[float, int], tuple["Rank", int])
Range = tuple[float, float]
Rank = tuple[float, int, str]
Moment = tuple[int, str]  # a time in milliseconds, and the id of a memory
_MAX_INSERTED_SHARE: Final = 1 / 16  # of a sorted list: more fresh items are sorted, not inserted
_ANY: Final[Range] = (-math.inf, math.inf)
_MAX_SCANNED: Final = 2_000  # memories that are scanned before the indices are used
_USUAL_TERMS: Final = 40  # fixed, so that no memory changes another's score
_MIN_COMMON_HOLDERS: Final = 1_000  # memories from which on common terms are left out
_COMMON_SHARE: Final = 8  # a term in more than one of so many memories is common


@dataclass(frozen=True, slots=True)
class Query:
    """A query; a field without a value is no condition.

    ``text`` is a cue in free text, ``topic`` a topic by name. A memory is of a time if it
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
    """A memory that a query found; ``score`` is its BM25 for the text (0 without one)."""

    memory: Memory
    score: float


class _Entry(NamedTuple):
    """A memory with the values that queries compare."""

    memory: Memory
    valence: float
    intensity: float
    times: frozenset[int]
    rank: Rank


class _SortedSlots:
    """Slots sorted by a number; additions are sorted in only when the order is needed."""

    def __init__(self) -> None:
        self._pairs: list[tuple[float, int]] = []
        self._fresh: list[tuple[float, int]] = []

    def add(self, value: float, slot: int) -> None:
        self._fresh.append((value, slot))

    def remove(self, value: float, slot: int) -> None:
        pairs = self._settled()
        del pairs[bisect_left(pairs, (value, slot))]

    def between(self, least: float, most: float) -> set[int]:
        """Return the slots with least <= number <= most."""
        pairs = self._settled()
        start, end = bisect_left(pairs, (least, -1)), bisect_right(pairs, (most, sys.maxsize))
        return {slot for _, slot in pairs[start:end]}

    def _settled(self) -> list[tuple[float, int]]:
        sort_in(self._pairs, self._fresh)
        return self._pairs


def sort_in(items: list[T], fresh: list[T]) -> None:
    """Move fresh items into a sorted list; few are inserted, so that replacing one stays cheap."""
    if len(fresh) < len(items) * _MAX_INSERTED_SHARE:
        for item in fresh:
            insort(items, item)
    elif fresh:
        items += fresh
        items.sort()
    fresh.clear()


class Indices:
    """Memories by slot, and the indices over them. Each id has at most one slot."""

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self._entries: dict[int, _Entry] = {}
        self._words = Postings()
        self._norms = array("d")  # by slot
        self._times = _SortedSlots()
        self._valences = _SortedSlots()
        self._intensities = _SortedSlots()
        self._ranks: list[tuple[Rank, int]] = []
        self._unranked: list[tuple[Rank, int]] = []
        self._topics: dict[str, list[Moment]] = {}

    def add(self, memory: Memory) -> None:
        """Add a memory with a new id."""
        slot, words, entry = len(self._norms), _words(memory), _entry(memory)
        self._words.add(slot, words)
        self._norms.append(K1 * (1 - B + B * len(words) / _USUAL_TERMS))
        self._slots[memory.id] = slot
        self._entries[slot] = entry
        for at in entry.times:
            self._times.add(at, slot)
        self._valences.add(entry.valence, slot)
        self._intensities.add(entry.intensity, slot)
        self._unranked.append((entry.rank, slot))
        for topic, at in _appearances(memory):
            insort(self._topics.setdefault(topic, []), (at, memory.id))

    def remove(self, memory: Memory) -> None:
        """Remove a memory that was added."""
        slot = self._slots.pop(memory.id)
        entry = self._entries.pop(slot)
        self._words.remove(slot, _words(memory))
        for at in entry.times:
            self._times.remove(at, slot)
        self._valences.remove(entry.valence, slot)
        self._intensities.remove(entry.intensity, slot)
        ranks = self._ranked()
        del ranks[bisect_left(ranks, (entry.rank, slot))]
        for topic, at in _appearances(memory):
            moments = self._topics[topic]
            del moments[bisect_left(moments, (at, memory.id))]
            if not moments:
                del self._topics[topic]

    def ranked(self) -> Iterator[Memory]:
        """Yield the memories, the most important first, of equals the most recent."""
        return (self._entries[slot].memory for _, slot in self._ranked())

    def _ranked(self) -> list[tuple[Rank, int]]:
        sort_in(self._ranks, self._unranked)
        return self._ranks

    def before(self, topic: str, at: int, other: str) -> str | None:
        """Return the id of the latest memory of a topic before a moment, other than ``other``.

        Of several at that latest moment, the lowest id.
        """
        moments = self._topics.get(topic, [])
        latest: Moment | None = None
        for place in range(bisect_left(moments, (at, "")) - 1, -1, -1):
            moment = moments[place]
            if latest and moment[0] < latest[0]:
                break
            if moment[1] != other:
                latest = moment
        return latest[1] if latest else None

    # -- queries -------------------------------------------------------------------------------

    def search(self, query: Query) -> tuple[Found, ...]:
        """Return the best answers by BM25, then importance, then recency.

        In large graphs, words in more than one of eight memories are ignored; a text of only such
        words gives the most important memories with any of them.
        """
        asked = terms(query.text)
        cue = self._known(asked)
        if query.limit < 1 or (asked and not cue):
            return ()
        telling = self._telling(cue)
        if not telling:
            return tuple(Found(entry.memory, 0.0) for entry in self._foremost(query, cue))
        scores = self._scores(telling)
        if _narrows(query):
            fits = self._fitting(query).intersection(scores)
            scores = {slot: scores[slot] for slot in fits}
        if not scores:
            return ()
        least = nlargest(query.limit, scores.values())[-1]
        best = [(-score, self._entries[slot]) for slot, score in scores.items() if score >= least]
        best.sort(key=lambda pair: (pair[0], pair[1].rank))
        return tuple(Found(entry.memory, -score) for score, entry in best[: query.limit])

    def _known(self, asked: Iterable[str]) -> list[str]:
        """Return the terms that any memory holds, each once, the rarest first."""
        known = (term for term in set(asked) if term in self._words)
        return sorted(known, key=lambda term: (self._words.frequency(term), term))

    def _telling(self, cue: Iterable[str]) -> list[str]:
        """Return the terms that are not common."""
        most = max(_MIN_COMMON_HOLDERS, len(self._entries) // _COMMON_SHARE)
        return [term for term in cue if self._words.frequency(term) <= most]

    def _scores(self, cue: Iterable[str]) -> dict[int, float]:
        """Return slot -> BM25 for the memories that hold any of the terms.

        Rarity is computed from a term's occurrences, whose number is known without counting.
        """
        scores: dict[int, float] = {}
        for term in cue:
            often = min(self._words.frequency(term), len(self._entries))
            counts = self._words.counts(term)
            norms = map(self._norms.__getitem__, counts)
            add_gains(scores, counts, norms, (K1 + 1) * rarity(often, len(self._entries)))
        return scores

    def _foremost(self, query: Query, cue: Collection[str]) -> list[_Entry]:
        """Return what fits, best first: by a scan of the foremost memories, else by the indices."""
        ranks = self._ranked()
        first = list(islice(self._passing(query, cue, islice(ranks, _MAX_SCANNED)), query.limit))
        if len(first) == query.limit or len(ranks) <= _MAX_SCANNED:
            return first
        slots = self._fitting(query) if _narrows(query) else self._entries
        near = sorted((self._entries[slot].rank, slot) for slot in slots)
        return list(islice(self._passing(query, cue, near), query.limit))

    def _passing(
        self, query: Query, cue: Collection[str], ranks: Iterable[tuple[Rank, int]]
    ) -> Iterator[_Entry]:
        """Yield the memories that fit, one by one."""
        about = None if query.topic is None else self._about(query.topic)
        since, until = _span(query)
        (dark, bright), (mild, strong) = query.valence or _ANY, query.intensity or _ANY
        for _, slot in ranks:
            entry = self._entries[slot]
            if (
                dark <= entry.valence <= bright
                and mild <= entry.intensity <= strong
                and (about is None or slot in about)
                and any(since <= at <= until for at in entry.times)
                and (not cue or any(self._words.holds(slot, term) for term in cue))
            ):
                yield entry

    def _fitting(self, query: Query) -> set[int]:
        """Return the slots of all memories that fit, by intersection of the indices."""
        candidates: list[set[int]] = []
        if query.topic is not None:
            candidates.append(self._about(query.topic))
        if query.since is not None or query.until is not None:
            candidates.append(self._times.between(*_span(query)))
        if query.valence is not None:
            candidates.append(self._valences.between(*query.valence))
        if query.intensity is not None:
            candidates.append(self._intensities.between(*query.intensity))
        narrowest, *others = sorted(candidates, key=len)
        return narrowest.intersection(*others)

    def _about(self, topic: str) -> set[int]:
        return {self._slots[name] for _, name in self._topics.get(topic_key(topic), ())}


def _narrows(query: Query) -> bool:
    """Return whether a query has conditions besides its text."""
    asked = (query.topic, query.since, query.until, query.valence, query.intensity)
    return any(part is not None for part in asked)


def _span(query: Query) -> Range:
    """Return the first and the last millisecond of a query."""
    since = -math.inf if query.since is None else query.since
    return since, math.inf if query.until is None else query.until - 1


def _entry(memory: Memory) -> _Entry:
    felt = memory.emotional_signature
    times = frozenset((memory.creation_date, *(part.timestamp for part in memory.fragments)))
    rank = (-memory.importance_score, -memory.last_accessed, memory.id)
    return _Entry(memory, felt.valence, felt.intensity, times, rank)


def _appearances(memory: Memory) -> set[tuple[str, int]]:
    """Return topics and times of a memory; a tag without a fragment has its creation date."""
    spoken = {
        (topic_key(part.context.topic), part.timestamp)
        for part in memory.fragments
        if part.context and part.context.topic
    }
    known = {topic for topic, _ in spoken}
    tags = {topic_key(tag) for tag in (memory.metadata.topic_tags if memory.metadata else ())}
    return spoken | {(tag, memory.creation_date) for tag in tags - known}


def _words(memory: Memory) -> list[str]:
    """Return the terms of a memory's core, topics and fragments."""
    contents = (part.content for part in memory.fragments)
    return terms("\n".join((memory.core_memory, *memory.topics, *contents)))
