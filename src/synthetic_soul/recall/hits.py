"""The second phase of a search: candidates with their texts become hits, best first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synthetic_soul.recall.candidates import LIMIT, Candidate
from synthetic_soul.recall.comparison import (
    COMPARED,
    COMPARING,
    both_sides,
    newest_first,
    over_sessions,
)
from synthetic_soul.recall.confidence import confidence
from synthetic_soul.recall.cue import Cue
from synthetic_soul.recall.index import Line


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that was found; its ``score`` compares within one search only.

    A hit may stand before one with a higher score: see ``comparison``. ``why``, in an
    ``explained`` search, holds "word:STEM" for each word that it shares with the cue, then those
    of "neighbour", "session", "speaker" and "date" that speak for it.
    """

    line: Line
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """The hits, best first, and the ``confidence`` (0 to 1) that they answer the cue.

    The confidence was learnt from as many cues with an answer as without one. 0: nothing was found.
    """

    hits: list[Hit]
    confidence: float


def reach(cue: Cue, k: int) -> int:
    """Return how many of the best candidates may be among the ``k`` best hits."""
    return LIMIT if cue.kinds & COMPARING else max(k, COMPARED)


def rank(
    cue: Cue,
    found: Sequence[Candidate],
    lines: Mapping[int, Line],
    *,
    k: int,
    explained: bool = False,
) -> Findings:
    """Return the ``k`` best of the candidates, which come in the order of their scores.

    ``lines`` holds, by slot, those of the first ``reach`` candidates; one without is left out.
    """
    read = [(each, lines[each.slot]) for each in found if each.slot in lines]
    order = over_sessions(cue, both_sides(cue, newest_first(cue, read)))
    hits = [
        Hit(line, candidate.score, _why(cue, candidate, line) if explained else ())
        for candidate, line in order[:k]
    ]
    return Findings(hits, confidence(cue, found))


def _why(cue: Cue, candidate: Candidate, line: Line) -> tuple[str, ...]:
    line_terms = frozenset(line.terms)
    words = (f"word:{term}" for term in cue.terms if term in line_terms)
    return (*words, *candidate.reasons)
