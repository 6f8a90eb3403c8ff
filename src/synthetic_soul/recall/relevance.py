"""The numbers behind a search: BM25 over lines and sessions, and its spread to neighbours."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from synthetic_soul.recall.index import COUNT_BITS, MOST
from synthetic_soul.recall.timeline import PLACE_BITS

if TYPE_CHECKING:
    from collections.abc import Collection, Container

    from synthetic_soul.recall.index import Index

# Of few lines one cannot tell which words are rare: they count as a conversation of this many.
_FEW: Final = 50


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each step counts; 0 (for ``speaker`` 1) switches it off.

    ``before`` and ``after`` are the shares a line takes of the score of the line one and two
    before and after it. ``session`` and ``date`` are measured in best own scores of the cue.
    """

    k1: float = 0.9
    b: float = 0.5
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


def rarity(holders: int, among: int) -> float:
    """The inverse document frequency of BM25 in its form that is never negative."""
    return math.log(1 + (among - holders + 0.5) / (holders + 0.5))


def once(index: Index) -> float:
    """The rarity of a word that stands in one line: the unit of evidence."""
    return rarity(1, max(len(index), _FEW))


def score(index: Index, terms: tuple[str, ...], hidden: Container[int], weights: Weights) -> Scores:
    """Okapi BM25 (Robertson and Zaragoza, 2009) of each line and session that has a term.

    Slots that are ``hidden`` add nothing. Work grows with the lines that have a term, not with
    all lines.
    """
    timeline = index.timeline()
    places, sizes, sessions = timeline.places, index.sizes, timeline.sessions
    flat = weights.k1 * (1 - weights.b)
    slope = weights.k1 * weights.b / max(1, index.total)
    by_line: dict[int, float] = {}
    by_session: dict[int, float] = {}
    for term in terms:
        postings = index.postings(term)
        weight = (weights.k1 + 1) * rarity(len(postings), max(len(index), _FEW))
        counts: dict[int, int] = {}
        for posting in postings:
            slot, count = posting >> COUNT_BITS, posting & MOST
            if slot in hidden:
                continue
            place = places[slot]
            gain = weight * count / (count + flat + slope * len(index) * sizes[slot])
            by_line[place] = by_line.get(place, 0.0) + gain
            session = place >> PLACE_BITS
            counts[session] = counts.get(session, 0) + count
        weight = (weights.k1 + 1) * rarity(len(counts), len(sessions))
        for session, count in counts.items():
            gain = weight * count / (count + flat + slope * len(sessions) * sessions[session])
            by_session[session] = by_session.get(session, 0.0) + gain
    return Scores(by_line, by_session)


def spread(
    own: dict[int, float], existing: Collection[int], seeds: int, weights: Weights
) -> dict[int, float]:
    """Each score with its shares of the neighbours' scores, by place.

    Only the ``existing`` places within two of the ``seeds`` best own scores (and of those equal
    to the last of them) are looked at, which keeps a cue of common words cheap.
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
