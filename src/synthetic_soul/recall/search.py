"""The search for the lines that answer a cue, best first: both phases where all lines are held."""

from collections.abc import Collection
from typing import Final

from synthetic_soul.recall.candidates import LIMIT, Weights, candidates
from synthetic_soul.recall.corpus import Floats, Timeline
from synthetic_soul.recall.cue import Speakers, read
from synthetic_soul.recall.hits import Findings, rank, reach
from synthetic_soul.recall.index import Index
from synthetic_soul.recall.pool import FLOOR

_UNKNOWN: Final = Speakers()


def search(
    index: Index,
    cue: str,
    *,
    k: int = 6,
    now: int | None = None,
    without: Collection[str] = (),
    speakers: Speakers = _UNKNOWN,
    floor: float = FLOOR,
    weights: Weights | None = None,
    explained: bool = False,
    vector: Floats | None = None,
) -> Findings:
    """Return up to ``k`` lines that pass the floor, and how sure it is that they answer the cue.

    ``now`` (ms) is needed for relative times such as "yesterday". Lines of the ids in ``without``
    are not found and add nothing to other scores: the cue itself, if the index holds it, and what
    the reader sees anyway. ``floor`` and ``vector`` are as in ``candidates``.
    """
    timeline = Timeline(index)
    query = read(cue, speakers=speakers, present=timeline.present(), now=now, span=timeline.span)
    hidden = [slot for line_id in without if (slot := index.slot(line_id)) is not None]
    best = candidates(
        index,
        query,
        without=hidden,
        limit=max(k, LIMIT),
        floor=floor,
        weights=weights,
        timeline=timeline,
        vector=vector,
    )
    lines = {each.slot: index.at(each.slot) for each in best[: reach(query, k)]}
    return rank(query, best, lines, k=k, explained=explained)
