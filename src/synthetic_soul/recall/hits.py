"""The second phase of a search: candidates with their texts become hits, best first."""

from collections.abc import Sequence
from dataclasses import dataclass

from synthetic_soul.recall.candidates import Candidate
from synthetic_soul.recall.comparison import both_sides, newest_first, over_sessions
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


def rank(
    cue: Cue, found: Sequence[tuple[Candidate, Line]], *, k: int, explained: bool = False
) -> Findings:
    """Return the ``k`` best of the candidates, which come in the order of their scores."""
    order = over_sessions(cue, both_sides(cue, newest_first(cue, found)))
    hits = [
        Hit(line, candidate.score, _why(cue, candidate, line) if explained else ())
        for candidate, line in order[:k]
    ]
    return Findings(hits, confidence(cue, [candidate for candidate, _ in found]))


def _why(cue: Cue, candidate: Candidate, line: Line) -> tuple[str, ...]:
    line_terms = frozenset(line.terms)
    words = (f"word:{term}" for term in cue.terms if term in line_terms)
    return (*words, *candidate.reasons)
