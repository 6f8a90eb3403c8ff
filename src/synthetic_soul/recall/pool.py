"""The lines that a search looks at, with what its score is made of, as arrays.

Time grows with the number of lines that hold a term of the cue, and with a few passes over the
columns.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from soulscript.text import K1, B, rarity
from synthetic_soul.recall import flags
from synthetic_soul.recall.corpus import Array, Bools, Corpus, Floats, Meanings, Timeline
from synthetic_soul.recall.cue import Cue
from synthetic_soul.recall.dates import Range

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
# The lines nearest in meaning whose neighbourhood is looked at, though they share no word.
_NEAREST: Final = 50
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
_PRODUCTS: Final = {
    "size_own": ("size", "own"),
    "asks_own": ("asks", "own"),
    "answers_match": ("answers", "previous"),
    "meant_own": ("meant", "own"),
    "meant_session": ("meant", "session"),
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


@dataclass(frozen=True, slots=True)
class Pool:
    """Lines with their features: arrays of one length, ``features`` by name."""

    slots: Array
    ats: Array
    flags: Array
    sessions: Array
    features: dict[str, Floats]
    reasons: dict[str, Bools]


def pooled(
    timeline: Timeline,
    cue: Cue,
    *,
    without: Collection[int] = (),
    floor: float = FLOOR,
    vector: Floats | None = None,
) -> Pool:
    """Return the lines around those with the best BM25, with their features.

    With a ``vector`` of the cue, the lines nearest to it in meaning are among them.
    """
    corpus = timeline.corpus
    slots = np.array(sorted(without), np.int64)
    hidden, _ = timeline.places_of(slots, slots)
    match = _Match(timeline, cue.terms, hidden)
    if cue.terms:
        around = _around(match.lines)
        if "request" in cue.kinds:
            around |= (timeline.column(corpus.flags) & flags.WISH) > 0
    else:
        around = _within(timeline.column(corpus.ats), cue.times)
    meaning = _meaning(corpus, vector)
    nearest = np.zeros(0, np.int64) if meaning is None else meaning.nearest(timeline)
    around[nearest] = True
    around[hidden] = False
    near = _Neighbourhood(timeline, np.flatnonzero(around))
    pool = _with_features(near, match, cue)
    if meaning is not None:
        pool.features.update(meaning.features(near, hidden))
    if not cue.terms:
        return pool
    enough = np.isin(near.places, nearest)
    enough |= near.spread(match.lines) >= max(floor * rarity(1, match.size), _LEAST)
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
        is_seen = np.ones(len(self.lines), np.bool_)
        is_seen[hidden] = False
        for every_place, every_count in _rarest(timeline, terms):
            places, counts = every_place, every_count
            if len(hidden):
                seen = is_seen[places]
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


def _around(scores: Floats) -> Bools:
    """Return which places are within two of the best scores, and of those equal to the last."""
    best = np.flatnonzero(scores)
    if len(best) > _SEEDS:
        least = np.partition(scores[best], -_SEEDS)[-_SEEDS]
        best = best[scores[best] >= least]
    around = np.zeros(len(scores), np.bool_)
    for step in _STEPS:
        places = best + step
        around[places[(places >= 0) & (places < len(scores))]] = True
    return around


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
        holding: Bools = (holders[at] == rows) & self.same
        return holding


@dataclass(frozen=True, slots=True)
class _Meaning:
    """The vectors of a corpus and that of a cue, of one length."""

    vectors: Meanings
    vector: Floats

    def nearest(self, timeline: Timeline) -> Array:
        """Return the places nearest in meaning, ascending."""
        slots = self.vectors.nearest(self.vector, _NEAREST)
        return timeline.places_of(slots, slots)[0]

    def features(self, near: _Neighbourhood, hidden: Array) -> dict[str, Floats]:
        """Return how much nearer to the cue lines, and those before them, are than others here.

        It is told in deviations, as models differ in how near any two texts are to them.
        """
        found: dict[str, Floats] = {}
        for name, step in (("meaning", _HERE), ("meaning_previous", _BEFORE)):
            cosines = self.vectors.cosines(near.timeline.slots[near.rows[step]], self.vector)
            known = near.same[step] & (cosines != 0) & ~np.isin(near.rows[step], hidden)
            found[name] = np.zeros(len(known))
            if known.any():
                middle, deviation = cosines[known].mean(), cosines[known].std()
                found[name][known] = (cosines[known] - middle) / (deviation or 1.0)
        return found


def _meaning(corpus: Corpus, vector: Floats | None) -> _Meaning | None:
    vectors = corpus.vectors
    if vector is None or vectors is None or vectors.dims != len(vector):
        return None
    return _Meaning(vectors, vector)


def _with_features(near: _Neighbourhood, match: _Match, cue: Cue) -> Pool:
    timeline, corpus = near.timeline, near.timeline.corpus
    slots = timeline.slots[near.places]
    rows = timeline.slots[near.rows]
    kinds = np.where(near.same, corpus.flags[rows], 0)
    speakers = corpus.speakers[rows]
    words = near.take(match.lines)
    sessions = timeline.session_of[near.places]
    session = match.sessions[sessions]
    meant = _is_speaker(corpus, speakers[_HERE], cue.speaker)
    dated = _within(corpus.ats[slots], cue.times)
    sizes = [math.log1p(size) / 4 for size in timeline.sizes[near.places].tolist()]
    features: dict[str, Array] = {
        **_by_words(words / (match.lines.max(initial=0.0) or 1.0)),
        **_coverage(near, match),
        **_by_kinds(kinds, cue),
        "session": session / (match.sessions.max(initial=0.0) or 1.0),
        "first": ~near.same[_BEFORE],
        "meant": meant,
        "date": dated,
        "size": np.array(sizes),
        "answers": ((kinds[_BEFORE] & flags.ASKS) > 0) & (speakers[_BEFORE] != speakers[_HERE]),
    }
    features |= {name: features[one] * features[other] for name, (one, other) in _PRODUCTS.items()}
    reasons: dict[str, Bools] = {
        "neighbour": np.any(words[[0, _BEFORE, _AFTER, 4]] > 0, axis=0),
        "session": session > 0,
        "speaker": meant,
        "date": dated,
    }
    as_numbers = {name: values.astype(np.float64) for name, values in features.items()}
    return Pool(slots, corpus.ats[slots], kinds[_HERE], sessions, as_numbers, reasons)


def _by_words(shares: Floats) -> dict[str, Array]:
    """Return BM25 of each row, in units of the best line's."""
    names = ("before_previous", "previous", "own", "next", "after_next")
    return dict(zip(names, shares, strict=True))


def _by_kinds(kinds: Array, cue: Cue) -> dict[str, Array]:
    """Return what the lines state, and whether that is what the cue asks for."""
    asks = (kinds & flags.ASKS) > 0
    here = kinds[_HERE]
    return {
        "asks": asks[_HERE],
        "next_asks": asks[_AFTER],
        **{name: ((here & flag) > 0) & (name in cue.kinds) for name, flag in _ANSWERED_BY.items()},
        **{name: (here & flag) > 0 for name, flag in _STATED.items()},
    }


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
