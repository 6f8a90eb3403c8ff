"""The second phase of a search: candidates with their texts become hits, best first.

Three things that single scores cannot tell are decided here, by comparing the candidates:

- Of two statements about the same thing the newer one comes first, if it says that something has
  changed, unless the cue asks for what was before. Otherwise recency decides only between equal
  scores: as a score of its own it makes answers worse.
- A cue that asks whether something was ever done brings back who says "never" and who says that
  it was, if there are both.
- How sure it is that the lines answer the cue at all.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from synthetic_soul.recall import flags
from synthetic_soul.recall.candidates import Candidate
from synthetic_soul.recall.cue import Cue
from synthetic_soul.recall.index import Line
from synthetic_soul.toml_tables import read_table

# Places among which statements about the same thing change places.
_COMPARED: Final = 20
# The share of the newer statement's words of the cue that the older one must hold, too.
_ALIKE: Final = 0.5
# Kinds of cues that ask for a value, which may have changed.
_OF_VALUES: Final = frozenset({"when", "number", "name"})
_VALUES: Final = flags.NUMBER | flags.TIME
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that was found; its ``score`` compares within one search only.

    ``why``, in an ``explained`` search, holds "word:STEM" for each word that it shares with the
    cue, then those of "neighbour", "session", "speaker" and "date" that speak for it.
    """

    line: Line
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """The hits, best first, and the ``confidence`` (0 to 1) that they answer the cue.

    The confidence is a probability under the assumption that every other cue has no answer
    among the lines.
    """

    hits: list[Hit]
    confidence: float


_Found = tuple[Candidate, Line]


def rank(
    cue: Cue, found: Sequence[_Found], *, k: int, explained: bool = False
) -> Findings:
    """Return the ``k`` best of the candidates, which are in the order of their scores."""
    order = _both_sides(cue, _newest_first(cue, list(found)))
    hits = [
        Hit(line, candidate.score, _why(cue, candidate, line) if explained else ())
        for candidate, line in order[:k]
    ]
    return Findings(hits, confidence(cue, [candidate for candidate, _ in found]))


def _why(cue: Cue, candidate: Candidate, line: Line) -> tuple[str, ...]:
    line_terms = frozenset(line.terms)
    return (
        *(f"word:{term}" for term in cue.terms if term in line_terms),
        *candidate.reasons,
    )


def _newest_first(cue: Cue, found: list[_Found]) -> list[_Found]:
    """Move each statement of a change before the older ones about the same thing."""
    if cue.kinds.isdisjoint(_OF_VALUES) or "earlier" in cue.kinds:
        return found
    terms = [frozenset(line.terms) & set(cue.terms) for _, line in found[:_COMPARED]]
    order: list[int] = []
    for number, (candidate, line) in enumerate(found[:_COMPARED]):
        place = len(order)
        if candidate.flags & flags.CHANGES and candidate.flags & _VALUES and terms[number]:
            older = (
                at
                for at, other in enumerate(order)
                if found[other][1].at < line.at
                and found[other][1].speaker == line.speaker
                and found[other][0].flags & _VALUES
                and len(terms[number] & terms[other]) >= _ALIKE * len(terms[number])
            )
            place = next(older, place)
        order.insert(place, number)
    return [found[number] for number in order] + found[_COMPARED:]


def _both_sides(cue: Cue, found: list[_Found]) -> list[_Found]:
    return found


_LEARNT: Final = (
    "meant_known", "meant_share", "meant_lead", "meant_lead_coverage", "meant_coverage",
    "first_coverage", "best_coverage", "best_near_coverage", "first_score", "tenth_lead", "terms",
)  # fmt: skip


def confidence(cue: Cue, found: Sequence[Candidate]) -> float:
    """Return how sure it is, from 0 to 1, that some of the candidates answer the cue."""
    if not found:
        return 0.0
    weights = _learnt()
    total = weights["bias"] + math.fsum(
        weights[name] * value for name, value in signs(cue, found).items()
    )
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


@cache
def _learnt() -> Mapping[str, float]:
    weights: Mapping[str, float] = read_table(__package__, "ranking")["confidence"]
    return weights


def signs(cue: Cue, found: Sequence[Candidate]) -> dict[str, float]:
    """Return what the confidence is reckoned from; ``found`` holds one candidate at least.

    If the cue means one speaker, much depends on who said the best lines: "Where does Ben work?"
    has no answer where only Anna spoke of work.
    """
    first = found[0]
    meant = [each for each in found if each.by_meant]
    others = [each for each in found if not each.by_meant]
    known = cue.speaker is not None
    best_coverage = max(each.coverage for each in found)
    values = {
        "meant_known": float(known),
        "meant_share": 0.5,
        "meant_lead": 0.0,
        "meant_lead_coverage": 0.0,
        "meant_coverage": best_coverage,
        "first_coverage": first.coverage,
        "best_coverage": best_coverage,
        "best_near_coverage": max(each.near_coverage for each in found),
        "first_score": first.score,
        "tenth_lead": first.score - found[:_SHOWN][-1].score,
        "terms": len(cue.terms) / 5,
    }
    if known:
        top = max(each.topic for each in found)
        low = min(each.topic for each in found)
        values["meant_share"] = math.fsum(math.exp(x.topic - top) for x in meant) / math.fsum(
            math.exp(x.topic - top) for x in found
        )
        values["meant_lead"] = max((x.topic for x in meant), default=low) - max(
            (x.topic for x in others), default=low
        )
        values["meant_coverage"] = max((x.coverage for x in meant), default=0.0)
        values["meant_lead_coverage"] = values["meant_coverage"] - max(
            (x.coverage for x in others), default=0.0
        )
    return values
