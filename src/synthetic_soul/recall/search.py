"""The search for the lines that answer a cue, best first.

A line's score has five parts, each measured on its own (LoCoMo, turn level; see
``benchmarks/recall.py``): BM25 over stems; shares of its neighbours' scores, because answers follow
questions; the BM25 of its session; the speaker that the cue means; the times that the cue names.
Recency decides only between equal scores: as a score of its own it makes answers worse.
"""

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from soulscript.text import K1, B, add_gains, rarity
from synthetic_soul.recall.cue import Cue, Speakers, read
from synthetic_soul.recall.dates import Range
from synthetic_soul.recall.index import PLACE_BITS, Index, Line

FLOOR: Final = 0.25
# The ranking on LoCoMo is the same from 60 upwards; longer conversations get some more.
_SEEDS: Final = 100
# The rarest terms of a long message are enough to find similar lines.
_MAX_TERMS: Final = 40
# A few lines do not show which words are rare: they count as this many.
_MIN_LINES: Final = 50
_UNKNOWN: Final = Speakers()


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each part of a score; 0 (for ``speaker`` 1) switches the part off.

    ``before`` and ``after`` are the shares a line takes of the score of the line one and two
    before and after it. ``session`` and ``date`` are in units of the cue's best BM25.
    """

    k1: float = K1
    b: float = B
    before: tuple[float, float] = (0.5, 0.2)
    after: tuple[float, float] = (0.3, 0.1)
    session: float = 0.5
    speaker: float = 1.5
    date: float = 0.3


WEIGHTS: Final = Weights()


@dataclass(frozen=True, slots=True)
class Scores:
    """BM25 by place, and by session."""

    lines: dict[int, float]
    sessions: dict[int, float]


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that was found; its ``score`` (above 0) compares within one search only.

    ``why``, in an ``explained`` search, holds "word:STEM" for each word that it shares with the
    cue, then those of "neighbour", "session", "speaker" and "date" that raised its score.
    """

    line: Line
    score: float
    why: tuple[str, ...]


def search(
    index: Index,
    cue: str,
    *,
    k: int = 6,
    now: int | None = None,
    without: Collection[str] = (),
    speakers: Speakers = _UNKNOWN,
    floor: float = FLOOR,
    weights: Weights = WEIGHTS,
    explained: bool = False,
) -> list[Hit]:
    """Return the ``k`` lines that answer a cue best; fewer or none where fewer pass the floor.

    ``now`` (ms) is needed for relative times such as "yesterday". Lines of the ids in ``without``
    are not found and add nothing to other scores: the cue itself, if the index holds it, and what
    the reader sees anyway. ``floor`` is the least BM25 of a line with its neighbours, in units of
    a word that stands once in one line (0: a shared word is enough). A cue that names only a time
    finds the lines of that time. Equal scores: the newer line first, then the smaller id.
    """
    timeline = index.timeline()
    query = read(cue, speakers=speakers, present=index.speakers, now=now, span=timeline.span())
    query = _shortened(query, index)
    hidden = {slot for line_id in without if (slot := index.slot(line_id)) is not None}
    scores = _score(index, query.terms, hidden, weights)
    if query.terms:
        spread = _spread(scores.lines, timeline.slots.keys(), max(_SEEDS, k), weights)
        least = floor * rarity(1, max(len(index), _MIN_LINES))
        spread = {place: score for place, score in spread.items() if score > 0 and score >= least}
    else:
        spread = _places_within(index, query.times)
    for slot in hidden:
        spread.pop(timeline.places[slot], None)
    rows = _rows(index, query, spread, scores, weights)
    best = heapq.nsmallest(k, rows, key=lambda row: (-row[0], -row[1].at, row[1].id))
    return [
        Hit(line, total, _why(line, query, place, scores) if explained else ())
        for total, line, place in best
    ]


def _score(index: Index, terms: tuple[str, ...], hidden: set[int], weights: Weights) -> Scores:
    """Return the BM25 of each line and session that holds a term; ``hidden`` slots add nothing.

    Time grows with the number of lines that hold a term, not with that of all lines.
    """
    timeline = index.timeline()
    places, sizes, sessions = timeline.places, index.sizes, timeline.sessions
    lines = max(len(index), _MIN_LINES)
    flat, slope = weights.k1 * (1 - weights.b), weights.k1 * weights.b / max(1, index.total)
    line_slope, session_slope = slope * len(index), slope * len(sessions)
    by_slot: dict[int, float] = {}
    by_session: dict[int, float] = {}
    for term in terms:
        counts = index.postings.counts(term)
        weight = (weights.k1 + 1) * rarity(len(counts), lines)
        if hidden:
            counts = {slot: count for slot, count in counts.items() if slot not in hidden}
        norms = [flat + line_slope * sizes[slot] for slot in counts]
        add_gains(by_slot, counts, norms, weight)
        in_sessions: dict[int, int] = {}
        known = in_sessions.get
        for slot, count in counts.items():
            session = places[slot] >> PLACE_BITS
            in_sessions[session] = known(session, 0) + count
        weight = (weights.k1 + 1) * rarity(len(in_sessions), len(sessions))
        norms = [flat + session_slope * sessions[session] for session in in_sessions]
        add_gains(by_session, in_sessions, norms, weight)
    return Scores({places[slot]: score for slot, score in by_slot.items()}, by_session)


def _spread(
    own: dict[int, float], existing: Collection[int], seeds: int, weights: Weights
) -> dict[int, float]:
    """Return each line's own score plus its shares of the neighbours' scores, by place.

    It covers only the ``existing`` places within two of the ``seeds`` best own scores (and of
    those equal to the last of them), so a cue of common words stays cheap.
    """
    (before, long_before), (after, long_after) = weights.before, weights.after
    least = heapq.nlargest(seeds, own.values())[-1] if len(own) > seeds else 0.0
    best = [place for place, value in own.items() if value >= least]
    around = {place + step for place in best for step in (-2, -1, 0, 1, 2)}
    value = own.get
    return {
        place: value(place, 0.0)
        + before * value(place - 1, 0.0)
        + long_before * value(place - 2, 0.0)
        + after * value(place + 1, 0.0)
        + long_after * value(place + 2, 0.0)
        for place in around
        if place in existing
    }


def _shortened(cue: Cue, index: Index) -> Cue:
    if len(cue.terms) <= _MAX_TERMS:
        return cue
    holders = {term: len(index.postings.counts(term)) for term in cue.terms}
    known = (term for term in cue.terms if holders[term])
    rarest = heapq.nsmallest(_MAX_TERMS, known, key=lambda term: (holders[term], term))
    return replace(cue, terms=tuple(sorted(rarest)))


def _places_within(index: Index, times: tuple[Range, ...]) -> dict[int, float]:
    slots = index.timeline().slots.items()
    return {place: 0.0 for place, slot in slots if _within(index.at(slot).at, times)}


def _rows(
    index: Index, cue: Cue, spread: dict[int, float], scores: Scores, weights: Weights
) -> Iterator[tuple[float, Line, int]]:
    """Yield score, line and place of each place in ``spread``."""
    best = max(scores.lines.values(), default=1.0)
    best_session = max(scores.sessions.values(), default=1.0)
    slots = index.timeline().slots
    for place, score in spread.items():
        line = index.at(slots[place])
        session = scores.sessions.get(place >> PLACE_BITS, 0.0)
        total = score / best + weights.session * session / best_session
        if line.speaker == cue.speaker:
            total *= weights.speaker
        if cue.times and _within(line.at, cue.times):
            total += weights.date
        yield total, line, place


def _within(at: int, times: tuple[Range, ...]) -> bool:
    return any(start <= at < end for start, end in times)


def _why(line: Line, cue: Cue, place: int, scores: Scores) -> tuple[str, ...]:
    line_terms = frozenset(line.terms)
    parts = {
        "neighbour": any(place + step in scores.lines for step in (-2, -1, 1, 2)),
        "session": place >> PLACE_BITS in scores.sessions,
        "speaker": line.speaker == cue.speaker,
        "date": _within(line.at, cue.times),
    }
    return (
        *(f"word:{term}" for term in cue.terms if term in line_terms),
        *(part for part, raised in parts.items() if raised),
    )
