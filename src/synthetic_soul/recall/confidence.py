"""How sure it is that the lines that a search found answer its cue at all."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from synthetic_soul.recall.candidates import Candidate
from synthetic_soul.recall.cue import Cue
from synthetic_soul.toml_tables import read_table

_SHOWN: Final = 10
# Kinds of cues that are answered by lines that share few of their words.
_ANSWERED_BROADLY: Final = ("whether", "request", "overview")
_STEEPEST: Final = 50.0  # beyond it the logistic function is 0 or 1 in any case


def confidence(cue: Cue, found: Sequence[Candidate]) -> float:
    """Return how sure it is, from 0 to 1, that some of the candidates answer the cue.

    Meaning does not count: what has no answer is as near to some line as what has one.
    """
    if not found:
        return 0.0
    if any(each.meaning for each in found):
        found = _by_words(found)
    weights = _learnt()
    total = weights["bias"] + math.fsum(
        weights.get(name, 0.0) * value for name, value in signs(cue, found).items()
    )
    return 1 / (1 + math.exp(-max(-_STEEPEST, min(_STEEPEST, total))))


def _by_words(found: Sequence[Candidate]) -> Sequence[Candidate]:
    """Return the candidates as they would be without vectors, best first."""
    plain = [
        replace(each, score=each.score - each.meaning, topic=each.topic - each.meaning, meaning=0.0)
        for each in found
    ]
    return sorted(plain, key=lambda each: -each.score)


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
        **{kind: float(kind in cue.kinds) for kind in _ANSWERED_BROADLY},
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
