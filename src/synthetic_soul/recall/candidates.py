"""The first phase of a search: the lines worth reading, by the columns of a corpus alone.

A line's score is a weighted sum of ``features``, which are numbers between 0 and about 1: how well
its words and those of its neighbours and session match the cue; who said it and when; and whether
it is the kind of statement that the cue asks for. The weights are learnt (``training/ranking.py``)
and stand in ``data/ranking.toml``.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from synthetic_soul.recall.corpus import Corpus, Floats, Timeline
from synthetic_soul.recall.cue import Cue
from synthetic_soul.recall.pool import FLOOR, GROUPS, Pool, pooled
from synthetic_soul.toml_tables import read_table

LIMIT: Final = 100
"""The candidates that a search reads."""
_SPEAKER: Final = GROUPS["speaker"]
Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may answer a cue.

    ``topic`` is its score but for who said it; ``meaning`` the part of it that vectors add.
    ``coverage`` is the share of the cue's terms, weighted by rarity, that it holds;
    ``near_coverage`` that which it and its neighbours hold. ``flags`` are those of its text;
    ``by_meant`` is whether the speaker said it whom the cue means. ``session`` tells lines of one
    session from others within one search. ``reasons`` are those of "neighbour", "session",
    "speaker" and "date" that speak for it.
    """

    slot: int
    score: float
    topic: float
    meaning: float
    own: float
    coverage: float
    near_coverage: float
    flags: int
    by_meant: bool
    session: int
    reasons: tuple[str, ...]


@cache
def learnt(table: str = "features") -> Weights:
    """Return the weight of each feature; with "meaning", of those that vectors add."""
    weights: dict[str, float] = read_table(__package__, "ranking")[table]
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
    vector: Floats | None = None,
) -> list[Candidate]:
    """Return the ``limit`` best lines, best first; equal scores: the newer, then the earlier slot.

    Lines of the slots in ``without`` are not found and add nothing to other scores. ``floor`` is
    the least BM25 of a line with its shares of the neighbours', in units of a word that stands
    once in one line (0: a shared word is enough). A cue that names only a time finds the lines of
    that time. ``timeline`` is that of the corpus, where the caller has one; ``vector`` tells what
    the cue means, as those of the corpus do, and finds lines that share no word with it.
    """
    timeline = timeline or Timeline(corpus)
    pool = pooled(timeline, cue, without=without, floor=floor, vector=vector)
    weights = learnt() if weights is None else weights
    by_vectors = learnt("meaning") if "meaning" in pool.features else {}
    meaning = _weighted(pool, by_vectors.items())
    topic = meaning + _weighted(
        pool, ((name, each) for name, each in weights.items() if name not in _SPEAKER)
    )
    score = topic + _weighted(pool, ((name, weights.get(name, 0.0)) for name in _SPEAKER))
    order = np.lexsort((pool.slots, -pool.ats, -score))[:limit]
    by_meant = pool.features["meant"] > 0
    return [
        Candidate(
            int(pool.slots[at]),
            float(score[at]),
            float(topic[at]),
            float(meaning[at]),
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
