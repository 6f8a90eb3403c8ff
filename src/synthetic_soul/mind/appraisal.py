"""What a message means to the agent: an interpretation, a mind and a bond -> impulses.

Appraisal asks, it changes nothing: the impulses are recorded in the journal and ``reduce``
applies them. Every amount is continuous in what was read; none is rounded away.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from synthetic_soul.mind import state
from synthetic_soul.mind.dynamics import DAY, clamp
from synthetic_soul.mind.events import Impulse
from synthetic_soul.mind.expression import grave
from synthetic_soul.mind.interpretation import Act
from synthetic_soul.mind.tables import appraisal_rules as table
from synthetic_soul.mind.tables.emotions import EMOTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from synthetic_soul.mind.interpretation import Interpretation
    from synthetic_soul.mind.state import Bond, Mind
    from synthetic_soul.mind.tables.appraisal_rules import Meaning, Pull

_MISSED = 4 * DAY  # an absence after which most of the joy of seeing one again is there
_OVERHEARD = 0.25  # what counts of words that were not meant for the agent
_WARM_ACTS = (Act.PRAISE, Act.LOVE, Act.THANK, Act.COMFORT)
_HARSH_ACTS = (Act.INSULT, Act.THREATEN)
_UNNAMED = 0.5  # the weight of news whose happening was not recognised


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What a message asks to change; each impulse names its cause."""

    felt: tuple[Impulse, ...] = ()
    sentiments: tuple[Impulse, ...] = ()
    traits: tuple[Impulse, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sense:
    """One meaning found in a message: what it asks, how strongly, and its name as a cause."""

    meaning: Meaning
    strength: float
    cause: str


def appraise(interpretation: Interpretation, mind: Mind, bond: Bond | None, now: int) -> Appraisal:
    """What a message means to ``mind``, coming from the person of ``bond``, at ``now`` (ms).

    ``bond`` has already heard the message (its ``away`` tells of an absence); None counts as
    a stranger. Amounts grow with confidence, with being addressed, and emotions with arousal.
    """
    fond = state.liking(bond, now)
    traits = state.traits(mind, now)
    reach = interpretation.confidence * (_OVERHEARD + (1 - _OVERHEARD) * interpretation.addressed)
    senses = [
        *_of_acts(interpretation, bond, now),
        *_of_news(interpretation, fond),
        *_of_person(interpretation, fond),
    ]
    if bond is not None:
        senses += _of_return(interpretation, bond, fond)
    senses += _of_feelings(interpretation, fond)
    excited = reach * (0.75 + 0.5 * interpretation.arousal)
    return Appraisal(
        felt=tuple(_impulses(senses, "felt", excited, fond, traits)),
        sentiments=tuple(_impulses(senses, "sentiments", reach, fond, traits)),
        traits=tuple(_impulses(senses, "traits", reach, fond, traits)),
    )


def _impulses(
    senses: Iterable[_Sense],
    part: Literal["felt", "sentiments", "traits"],
    reach: float,
    fond: float,
    traits: Mapping[str, float],
) -> Iterator[Impulse]:
    for sense in senses:
        pulls: tuple[Pull, ...] = getattr(sense.meaning, part)
        for pull in pulls:
            amount = pull.amount * sense.strength * reach * max(0.0, 1 + pull.lean * fond)
            if pull.trait:
                amount *= 1 + pull.slope * traits[pull.trait]
            if amount:
                yield Impulse(dimension=pull.dimension, amount=clamp(amount), cause=sense.cause)


def _of_acts(interpretation: Interpretation, bond: Bond | None, now: int) -> Iterator[_Sense]:
    cruelty, kindness = max(0.0, -interpretation.attitude), max(0.0, interpretation.attitude)
    for act in interpretation.acts:
        strength = 1.0
        if act in _WARM_ACTS and interpretation.ironic:
            yield _Sense(table.MOCKERY, 1.0, "mockery")
            continue
        if act in _WARM_ACTS:
            strength = 0.6 + 0.4 * kindness
        elif act in _HARSH_ACTS:
            strength = 0.4 + 0.6 * cruelty
        elif act is Act.APOLOGISE:
            strength = 0.15 + 0.85 * state.hurt(bond, now)
        yield _Sense(table.ACTS[act], strength, act.value)


def _of_person(interpretation: Interpretation, fond: float) -> Iterator[_Sense]:
    """What is meant for the agent without being an outright act of it."""
    if interpretation.crisis is not None:
        yield _Sense(table.DISTRESS, 1.0, "distress")
    if interpretation.attitude < 0 and not interpretation.does(*_HARSH_ACTS):
        yield _Sense(table.COLDNESS, -interpretation.attitude, "coldness")
    if (
        interpretation.attitude > 0
        and not interpretation.ironic
        and not interpretation.does(*_WARM_ACTS)
    ):
        yield _Sense(table.KINDNESS, interpretation.attitude * min(1.0, 1 + fond), "kindness")


def _of_news(interpretation: Interpretation, fond: float) -> Iterator[_Sense]:
    happening = interpretation.life_event
    weight = table.HAPPENINGS[happening] if happening else 0.0
    if not weight and interpretation.does(Act.BAD_NEWS):
        weight = -_UNNAMED
    elif not weight and interpretation.does(Act.GOOD_NEWS) and not interpretation.ironic:
        weight = _UNNAMED
    name = f":{happening.value}" if happening else ""
    shared = min(1.0, 1 + fond)  # a disliked person's fortune is shared the less
    if weight < 0:
        yield _Sense(table.BAD_NEWS, -weight * shared, f"bad_news{name}")
    elif weight > 0:
        yield _Sense(table.GOOD_NEWS, weight * shared, f"good_news{name}")
        yield _Sense(table.BEGRUDGED, weight * max(0.0, -fond), f"begrudged{name}")


def _of_return(interpretation: Interpretation, bond: Bond, fond: float) -> Iterator[_Sense]:
    if interpretation.attitude >= 0 and not grave(interpretation):
        missed = -math.expm1(-bond.away / _MISSED)
        yield _Sense(table.RETURN, missed * max(0.0, fond), "return")


def _of_feelings(interpretation: Interpretation, fond: float) -> Iterator[_Sense]:
    """What the speaker's own feelings stir, so far as they are not aimed at the agent."""
    apart = 1 - max(0.0, -interpretation.attitude)
    shared = apart * min(1.0, 1 + fond)
    for emotion in EMOTIONS:
        level = interpretation.feelings.get(emotion, 0.0)
        pleasant = EMOTIONS[emotion].sign > 0 and emotion != "compassion"
        if not level or (pleasant and (grave(interpretation) or interpretation.ironic)):
            continue
        cause = f"feels:{emotion}"
        yield _Sense(table.Meaning(felt=table.SHARED[emotion]), level * shared, cause)
