"""What each thing in a brief is worth telling in one reply, from 0 to 1 (it must be told).

Facts, earlier lines, memories and views compete for the same room, so all are weighed on one scale:
by how much the messages ask for them, by their own importance, and by how sure it is that they
answer. An order by worth per token would fill the room with what is short: in conversations of
LoCoMo it finds up to a fifth less of what answers a question than the order by worth does.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from soulscript.text import terms
from synthetic_soul.mind.interpretation import Act
from synthetic_soul.voices.base import Brief, KnownFact

MIN_CONFIDENCE: Final = 0.3
"""The confidence in what was recalled, below which it counts as no answer."""
MUST: Final = 1.0
"""Of what this turn changed, which has to be spoken of."""
ANSWERS: Final = 0.5
"""From here on it may be what the messages ask for, and has more room."""
IMPORTANT_FACTS: Final = 4
"""The most important facts, which are told whatever the messages are about."""
_NAMED: Final = 0.97  # a fact of a topic that is asked for
_TOUCHED: Final = 0.6
_IMPORTANT: Final = 0.72
_FURTHER: Final = 0.4
_LINE: Final = 0.5
_MEMORY: Final = 0.42
_VIEW: Final = 0.41
THOUGHT: Final = 0.2
# What is added to it: for all terms of the messages; for certainty, and where it is asked for too;
# for importance.
_ALL_TERMS: Final = 0.35
_CERTAINTY: Final = 0.15
_ASKED: Final = 0.3
_IMPORTANCE: Final = 0.05
# By which each is worth less than the one before it, which fits better or is newer.
_STEP: Final = 0.01


def asked(brief: Brief) -> float:
    """Return how much the messages ask for what is remembered, from 0 to 1."""
    if brief.interpretation.does(Act.ASK_MEMORY):
        return 1.0
    if not brief.interpretation.does(Act.ASK):
        return 0.0
    return min(1.0, brief.recall_confidence / MIN_CONFIDENCE)


def of_fact(brief: Brief, fact: KnownFact, place: int) -> tuple[float, str]:
    """Return the worth of a fact and the reason for it, a word as in ``Told``.

    ``place`` is its place among the facts of that brief, the most important first.
    """
    if fact.topic in brief.interpretation.question_topics:
        return _NAMED, "asked"
    worth = _worth_of_touch(brief, fact)
    if place < IMPORTANT_FACTS:
        return max(worth, _IMPORTANT - _STEP * place), "asked" if worth else "important"
    if worth:
        return worth, "asked"
    # "What do you know of me?" asks for all of them.
    asks_for_all = brief.interpretation.does(Act.ASK_MEMORY)
    return max(0.0, _FURTHER - _STEP / 10 * place) + _CERTAINTY * asks_for_all, "further"


def is_touched(brief: Brief, fact: KnownFact) -> bool:
    """Return whether the messages share a term with a fact."""
    return _worth_of_touch(brief, fact) > 0


def _worth_of_touch(brief: Brief, fact: KnownFact) -> float:
    """Return the worth of a fact by the terms that it shares with the messages, or 0."""
    cue = set(terms(brief.interpretation.text))
    shared = cue.intersection(terms(f"{fact.topic.replace(':', ' ')} {fact.value}"))
    return _TOUCHED + _ALL_TERMS * len(shared) / len(cue) if shared else 0.0


def of_line(brief: Brief, place: int) -> float:
    """Return the worth of a recalled line; ``place`` is its place among them, the best first."""
    certain = brief.recall_confidence
    gain = _CERTAINTY * certain + _ASKED * asked(brief) * certain
    return max(0.0, _LINE + gain - _STEP * place)


def of_memory(brief: Brief, importance: float, place: int) -> float:
    """Return the worth of what is kept of earlier talk; ``importance`` is -1..1."""
    gain = _ASKED * asked(brief) + _IMPORTANCE * importance
    return max(0.0, _MEMORY + gain - _STEP * place)


_VIEWS_ASKED: Final[Mapping[str, Act]] = MappingProxyType(
    {"favourites": Act.ASK_ABOUT_YOU, "opinions": Act.ASK_OPINION, "stories": Act.REQUEST}
)


def of_view(brief: Brief, part: str) -> float:
    """Return the worth of a like, view or story of the soul's own; ``part`` names which."""
    return _NAMED if brief.interpretation.does(_VIEWS_ASKED[part]) else _VIEW
