"""What a cue brings back: the lines that hold the answer, best first.

Each step is measured on its own (LoCoMo, turn level; see ``benchmarks/recall.py``): BM25 over
stems; each score spread over its neighbours in the session, for answers follow questions; the
session's own BM25; the speaker that the cue means; the times that it names. How recent a line is
decides between equals and nothing else: as a score of its own it makes answers worse.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from synthetic_soul.recall.cue import Cue, Speakers, read
from synthetic_soul.recall.index import Index, counted
from synthetic_soul.recall.relevance import WEIGHTS, Scores, Weights, once, score, spread
from synthetic_soul.recall.timeline import PLACE_BITS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from synthetic_soul.recall.dates import Range
    from synthetic_soul.recall.timeline import Line

FLOOR: Final = 0.25
# The ranking on LoCoMo is the same from 60 upwards; longer talks are given some more.
_SEEDS: Final = 100
# Of a long message the rarest words are enough to find its like.
_MOST_TERMS: Final = 40
_UNKNOWN: Final = Speakers()


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that came back. ``score`` (above 0) compares within one search only.

    ``why``, where the search was to be ``explained``, holds "word:STEM" for each word it shares
    with the cue, then those of "neighbour", "session", "speaker" and "date" that raised it.
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
    """The ``k`` lines that answer a cue best; fewer, or none, if little or nothing does.

    ``now`` (ms) gives "yesterday" a meaning. Lines of the ids in ``without`` neither come back
    nor lend their score to others: the cue itself if it is held already, and what the reader
    has in view anyway. ``floor`` is the least that a line and its neighbours must share with the
    cue, in units of one word said once (0: a shared word is enough). A cue that names a time and
    nothing else brings back the lines of that time. Equal scores: the newer line first, then the
    smaller id.
    """
    timeline = index.timeline()
    asked = read(cue, speakers=speakers, present=index.speakers, now=now, span=timeline.span())
    asked = _shortened(asked, index)
    hidden = {slot for each in without if (slot := index.slot(each)) is not None}
    scores = score(index, asked.terms, hidden, weights)
    if asked.terms:
        near = spread(scores.lines, timeline.slots.keys(), max(_SEEDS, k), weights)
        least = floor * once(index)
        near = {place: value for place, value in near.items() if value > 0 and value >= least}
    else:
        near = _places_within(index, asked.times)
    rows = _rows(index, asked, _Found(near, scores, hidden), weights)
    best = heapq.nsmallest(k, rows, key=lambda row: (-row[0], -row[1].at, row[1].id))
    return [
        Hit(line, total, _why(line, asked, place, scores) if explained else ())
        for total, line, place in best
    ]


@dataclass(frozen=True, slots=True)
class _Found:
    near: dict[int, float]
    scores: Scores
    hidden: set[int]


def _shortened(cue: Cue, index: Index) -> Cue:
    if len(cue.terms) <= _MOST_TERMS:
        return cue
    held = (term for term in cue.terms if index.postings(term))
    rarest = heapq.nsmallest(_MOST_TERMS, held, key=lambda term: (len(index.postings(term)), term))
    return replace(cue, terms=tuple(sorted(rarest)))


def _places_within(index: Index, times: tuple[Range, ...]) -> dict[int, float]:
    slots = index.timeline().slots.items()
    return {place: 0.0 for place, slot in slots if _within(index.at(slot).at, times)}


def _rows(
    index: Index, cue: Cue, found: _Found, weights: Weights
) -> Iterator[tuple[float, Line, int]]:
    """Score, line and place of each candidate."""
    best = max(found.scores.lines.values(), default=1.0)
    best_session = max(found.scores.sessions.values(), default=1.0)
    slots = index.timeline().slots
    for place, near in found.near.items():
        slot = slots[place]
        if slot in found.hidden:
            continue
        line = index.at(slot)
        session = found.scores.sessions.get(place >> PLACE_BITS, 0.0)
        total = near / best + weights.session * session / best_session
        if line.speaker == cue.speaker:
            total *= weights.speaker
        if _within(line.at, cue.times):
            total += weights.date
        yield total, line, place


def _within(at: int, times: tuple[Range, ...]) -> bool:
    return any(start <= at < end for start, end in times)


def _why(line: Line, cue: Cue, place: int, scores: Scores) -> tuple[str, ...]:
    held = counted(line)
    steps = {
        "neighbour": any(place + step in scores.lines for step in (-2, -1, 1, 2)),
        "session": place >> PLACE_BITS in scores.sessions,
        "speaker": line.speaker == cue.speaker,
        "date": _within(line.at, cue.times),
    }
    return (
        *(f"word:{term}" for term in cue.terms if term in held),
        *(step for step, helped in steps.items() if helped),
    )
