"""The first phase of a search: the lines worth reading, by the columns of a corpus alone.

A line's score is a weighted sum of ``features``, which are numbers between 0 and about 1: how well
its words and those of its neighbours and session match the cue; who said it and when; and whether
it is the kind of statement that the cue asks for. The weights are learnt (``training/ranking.py``)
and stand in ``data/ranking.toml``.

Time grows with the number of lines that hold a term of the cue, and with a few passes over the
columns.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from soulscript.text import K1, B, rarity
from synthetic_soul.recall import flags
from synthetic_soul.recall.corpus import Array, Bools, Corpus, Floats, Timeline
from synthetic_soul.recall.cue import Cue
from synthetic_soul.recall.dates import Range
from synthetic_soul.toml_tables import read_table

LIMIT: Final = 100
"""The candidates that a search reads."""
FLOOR: Final = 0.1
# The lines with the best BM25 whose neighbourhood is looked at.
_SEEDS: Final = 200
# The rarest terms of a long message are enough to find similar lines.
_MAX_TERMS: Final = 40
# A few lines do not show which words are rare: they count as this many.
_MIN_LINES: Final = 50
_STEPS: Final = (-2, -1, 0, 1, 2)
# What a line takes of the BM25 of those lines, where it is held against the floor.
_SHARES: Final = (0.2, 0.5, 1.0, 0.3, 0.1)
_LEAST: Final = 1e-12  # a score above 0
_BEFORE, _HERE, _AFTER = 1, 2, 3  # rows of ``_STEPS``
# Kinds of cues, and the flag of the statements that answer them.
_ANSWERED_BY: Final = {
    "when": flags.TIME,
    "number": flags.NUMBER,
    "name": flags.NAME,
    "whether": flags.NEVER,
    "request": flags.WISH,
}
_STATED: Final = {
    "states_number": flags.NUMBER,
    "states_time": flags.TIME,
    "states_name": flags.NAME,
    "denies": flags.DENIES,
    "changes": flags.CHANGES,
    "wishes": flags.WISH,
    "of_oneself": flags.OWN,
}
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "neighbours": (
        "previous", "before_previous", "next", "after_next", "near_coverage", "far_coverage",
        "led_coverage", "answers", "answers_match", "next_asks",
    ),
    "session": ("session", "first", "meant_session"),
    "speaker": ("meant", "meant_own", "meant_session"),
    "date": ("date",),
    "kinds": ("asks", "asks_own", *_ANSWERED_BY, *_STATED),
}  # fmt: skip
"""Features that stand and fall together."""
SPEAKER: Final = GROUPS["speaker"]
Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may answer a cue.

    ``topic`` is its score but for who said it. ``coverage`` is the share of the cue's terms,
    weighted by rarity, that it holds; ``near_coverage`` that which it and its neighbours hold.
    ``flags`` are those of its text; ``by_meant`` is whether the speaker said it whom the cue means.
    ``session`` tells lines of one session from others within one search.
    ``reasons`` are those of "neighbour", "session", "speaker" and "date" that speak for it.
    """

    slot: int
    score: float
    topic: float
    own: float
    coverage: float
    near_coverage: float
    flags: int
    by_meant: bool
    session: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """Lines with their features: arrays of one length, ``features`` by name."""

    slots: Array
    ats: Array
    flags: Array
    sessions: Array
    features: dict[str, Floats]
    reasons: dict[str, Bools]


@cache
def learnt() -> Weights:
    """Return the weight of each feature."""
    weights: dict[str, float] = read_table(__package__, "ranking")["features"]
    return weights


def candidates(
    corpus: Corpus,
    cue: Cue,
    *,
    without: Collection[int] = (),
    limit: int = LIMIT,
    floor: float = FLOOR,
    weights: Weights | None = None,
    timeline: Timeline | None = None,
) -> list[Candidate]:
    """Return the ``limit`` best lines, best first; equal scores: the newer, then the earlier slot.

    Lines of the slots in ``without`` are not found and add nothing to other scores. ``floor`` is
    the least BM25 of a line with its shares of the neighbours', in units of a word that stands
    once in one line (0: a shared word is enough). A cue that names only a time finds the lines of
    that time. ``timeline`` is that of the corpus, where the caller has one.
    """
    timeline = timeline or Timeline(corpus)
    pool = pooled(timeline, cue, without=without, floor=floor)
    weights = learnt() if weights is None else weights
    topic = _weighted(pool, ((name, each) for name, each in weights.items() if name not in SPEAKER))
    score = topic + _weighted(pool, ((name, weights.get(name, 0.0)) for name in SPEAKER))
    order = np.lexsort((pool.slots, -pool.ats, -score))[:limit]
    by_meant = pool.features["meant"] > 0
    return [
        Candidate(
            int(pool.slots[at]),
            float(score[at]),
            float(topic[at]),
            float(pool.features["own"][at]),
            float(pool.features["coverage"][at]),
            float(pool.features["near_coverage"][at]),
            int(pool.flags[at]),
            bool(by_meant[at]),
            int(pool.sessions[at]),
            tuple(name for name, holds in pool.reasons.items() if holds[at]),
        )
        for at in order.tolist()
    ]


def _weighted(pool: Pool, weights: Iterable[tuple[str, float]]) -> Floats:
    # One feature after the other, as a matrix product may add them in another order elsewhere.
    total = np.zeros(len(pool.slots))
    for name, weight in weights:
        total += weight * pool.features[name]
    # Beyond these digits equal lines may differ, depending on where in an array they stand.
    return np.round(total, 9)


def pooled(
    timeline: Timeline, cue: Cue, *, without: Collection[int] = (), floor: float = FLOOR
) -> Pool:
    """Return the lines around those with the best BM25, with their features."""
    corpus = timeline.corpus
    slots = np.array(sorted(without), np.int64)
    hidden, _ = timeline.places_of(slots, slots)
    match = _Match(timeline, cue.terms, hidden)
    if cue.terms:
        around = _around(match.lines)
        if "request" in cue.kinds:
            wishes = timeline.column(corpus.flags) & flags.WISH
            around = np.union1d(around, np.flatnonzero(wishes))
    else:
        around = np.flatnonzero(_within(timeline.column(corpus.ats), cue.times))
    near = _Neighbourhood(timeline, around[~np.isin(around, hidden)])
    pool = _with_features(near, match, cue)
    if not cue.terms:
        return pool
    enough = near.spread(match.lines) >= max(floor * rarity(1, match.size), _LEAST)
    if "request" in cue.kinds:
        enough |= (pool.flags & flags.WISH) > 0
    return Pool(
        pool.slots[enough],
        pool.ats[enough],
        pool.flags[enough],
        pool.sessions[enough],
        {name: values[enough] for name, values in pool.features.items()},
        {name: values[enough] for name, values in pool.reasons.items()},
    )


class _Match:
    """How well each living line, and each session, matches terms: BM25 by place and by session.

    ``holders`` are the places of each term; what is ``hidden`` (places) matches nothing.
    """

    def __init__(self, timeline: Timeline, terms: Sequence[str], hidden: Array) -> None:
        self.size: Final = max(len(timeline.slots), _MIN_LINES)
        self.lines: Final = np.zeros(len(timeline.slots))
        self.sessions: Final = np.zeros(len(timeline.starts))
        self.holders: Final[list[Array]] = []
        self.rarities: Final[list[float]] = []
        total = max(1, int(timeline.sizes.sum(dtype=np.int64)))
        flat, slope = K1 * (1 - B), K1 * B / total
        line_slope, session_slope = slope * len(self.lines), slope * len(self.sessions)
        for every_place, every_count in _rarest(timeline, terms):
            places, counts = every_place, every_count
            if len(hidden):
                seen = ~np.isin(places, hidden)
                places, counts = places[seen], counts[seen]
            weight = rarity(len(every_place), self.size)
            self.holders.append(places)
            self.rarities.append(weight)
            gains = counts / (counts + flat + line_slope * timeline.sizes[places])
            self.lines[places] += (K1 + 1) * weight * gains
            sums = np.bincount(timeline.session_of[places], counts, len(self.sessions))
            holding = np.flatnonzero(sums)
            weight = (K1 + 1) * rarity(len(holding), len(self.sessions))
            norms = flat + session_slope * timeline.session_sizes[holding]
            self.sessions[holding] += weight * (sums[holding] / (sums[holding] + norms))


def _rarest(timeline: Timeline, terms: Sequence[str]) -> list[tuple[Array, Array]]:
    """Return places and counts of the rarest terms, in the order of ``terms``."""
    found = [timeline.places_of(*timeline.corpus.postings(term)) for term in terms]
    if len(terms) <= _MAX_TERMS:
        return found
    known = [number for number, (places, _) in enumerate(found) if len(places)]
    rarest = sorted(known, key=lambda number: (len(found[number][0]), terms[number]))
    return [found[number] for number in sorted(rarest[:_MAX_TERMS])]


def _around(scores: Floats) -> Array:
    """Return the places within two of the best scores, and of those equal to the last of them."""
    best = np.flatnonzero(scores)
    if len(best) > _SEEDS:
        least = np.partition(scores[best], -_SEEDS)[-_SEEDS]
        best = best[scores[best] >= least]
    around = np.unique(np.concatenate([best + step for step in _STEPS]))
    return around[(around >= 0) & (around < len(scores))]


def _within(ats: Array, times: Iterable[Range]) -> Bools:
    within = np.zeros(len(ats), np.bool_)
    for start, end in times:
        within |= (ats >= start) & (ats < end)
    return within


class _Neighbourhood:
    """Some places, and those up to two before and after in the same session (rows ``_STEPS``)."""

    def __init__(self, timeline: Timeline, places: Array) -> None:
        self.timeline: Final = timeline
        self.places: Final = places
        wanted = places + np.array(_STEPS)[:, None]
        self.rows: Final = np.clip(wanted, 0, max(0, len(timeline.slots) - 1))
        sessions = timeline.session_of
        self.same: Final = (self.rows == wanted) & (sessions[self.rows] == sessions[places])

    def take(self, values: Array) -> Array:
        """Return values by place for each row; 0 where there is no such neighbour."""
        return np.where(self.same, values[self.rows], 0)

    def spread(self, scores: Floats) -> Floats:
        """Return each line's score with its shares of the neighbours' scores."""
        taken = self.take(scores)
        total = np.zeros(len(self.places))
        for row, share in enumerate(_SHARES):
            total += share * taken[row]
        return total

    def holding(self, holders: Array) -> Bools:
        """Return for each row whether the line there is among the ``holders``, ascending places."""
        if not len(holders):
            return np.zeros_like(self.same)
        # Of one type, as numpy would convert the longer array.
        rows = self.rows.astype(holders.dtype)
        at = np.minimum(np.searchsorted(holders, rows), len(holders) - 1)
        return (holders[at] == self.rows) & self.same


def _with_features(near: _Neighbourhood, match: _Match, cue: Cue) -> Pool:
    timeline, corpus = near.timeline, near.timeline.corpus
    slots = timeline.slots[near.places]
    words = near.take(match.lines)
    session = match.sessions[timeline.session_of[near.places]]
    rows = timeline.slots[near.rows]
    kinds = np.where(near.same, corpus.flags[rows], 0)
    speakers = corpus.speakers[rows]
    meant = _is_speaker(corpus, speakers[_HERE], cue.speaker)
    dated = _within(corpus.ats[slots], cue.times)
    sizes = np.array([math.log1p(size) / 4 for size in timeline.sizes[near.places].tolist()])
    asks = (kinds & flags.ASKS) > 0
    answers = asks[_BEFORE] & (speakers[_BEFORE] != speakers[_HERE])
    best = match.lines.max(initial=0.0) or 1.0
    features: dict[str, Array] = {
        "own": words[_HERE] / best,
        "before_previous": words[0] / best,
        "previous": words[_BEFORE] / best,
        "next": words[_AFTER] / best,
        "after_next": words[4] / best,
        **_coverage(near, match),
        "session": session / (match.sessions.max(initial=0.0) or 1.0),
        "first": ~near.same[_BEFORE],
        "meant": meant,
        "date": dated,
        "size": sizes,
        "asks": asks[_HERE],
        "next_asks": asks[_AFTER],
        "answers": answers,
    }
    features |= {
        name: ((kinds[_HERE] & flag) > 0) & (name in cue.kinds)
        for name, flag in _ANSWERED_BY.items()
    }
    features |= {name: (kinds[_HERE] & flag) > 0 for name, flag in _STATED.items()}
    features |= {
        "size_own": features["size"] * features["own"],
        "asks_own": features["asks"] * features["own"],
        "answers_match": answers * features["previous"],
        "meant_own": meant * features["own"],
        "meant_session": meant * features["session"],
    }
    reasons: dict[str, Bools] = {
        "neighbour": np.any(words[[0, 1, 3, 4]] > 0, axis=0),
        "session": session > 0,
        "speaker": meant,
        "date": dated,
    }
    as_numbers = {name: values.astype(np.float64) for name, values in features.items()}
    sessions = timeline.session_of[near.places]
    return Pool(slots, corpus.ats[slots], kinds[_HERE], sessions, as_numbers, reasons)


def _is_speaker(corpus: Corpus, codes: Array, name: str | None) -> Bools:
    if name is None or name not in corpus.speaker_names:
        return np.zeros(len(codes), np.bool_)
    code = list(corpus.speaker_names).index(name)
    is_speaker: Bools = np.asarray(codes == code, np.bool_)
    return is_speaker


def _coverage(near: _Neighbourhood, match: _Match) -> dict[str, Floats]:
    """Return the share of the cue's terms, by rarity, that lines and their neighbours hold."""
    rows = {
        "coverage": slice(2, 3),
        "near_coverage": slice(1, 4),
        "far_coverage": slice(0, 5),
        "led_coverage": slice(0, 3),
    }
    sums = {name: np.zeros(len(near.places)) for name in rows}
    for holders, weight in zip(match.holders, match.rarities, strict=True):
        holding = near.holding(holders)
        for name, part in rows.items():
            sums[name] += weight * holding[part].any(axis=0)
    whole = math.fsum(match.rarities) or 1.0
    return {name: values / whole for name, values in sums.items()}
