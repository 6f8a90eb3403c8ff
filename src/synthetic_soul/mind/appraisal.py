"""Appraise a message: an interpretation, a mind and a bond give the impulses it asks for.

Appraisal changes nothing: the journal records the impulses, and ``reduce`` applies them. Every
amount is continuous in what was interpreted; none is rounded away.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from synthetic_soul.mind import state
from synthetic_soul.mind.dynamics import DAY, HOUR, clamp
from synthetic_soul.mind.events import Impulse
from synthetic_soul.mind.expression import is_grave
from synthetic_soul.mind.interpretation import Act, Interpretation
from synthetic_soul.mind.state import Bond, Mind
from synthetic_soul.mind.tables import appraisal_rules as rules
from synthetic_soul.mind.tables.appraisal_rules import AppraisalRule, Effect
from synthetic_soul.mind.tables.emotions import EMOTIONS
from synthetic_soul.mind.tables.sentiments import LITE_SENTIMENTS, SENTIMENTS

_ABSENCE_SCALE = 4 * DAY  # after it the joy of a return is at 63 % (1 - 1/e)
_OVERHEARD = 0.25  # the weight of words that were not addressed to the agent
_UNNAMED_NEWS = 0.5  # the weight of news whose life event was not recognised
_DOUBT = 0.5  # the weight of words that may mean danger or may not
_WARM_ACTS = (Act.PRAISE, Act.LOVE, Act.THANK, Act.COMFORT)
_HARSH_ACTS = (Act.INSULT, Act.THREATEN)


@dataclass(frozen=True, slots=True)
class Appraisal:
    """The impulses that a message asks for; each names its cause."""

    emotions: tuple[Impulse, ...] = ()
    sentiments: tuple[Impulse, ...] = ()
    traits: tuple[Impulse, ...] = ()


@dataclass(frozen=True, slots=True)
class _Match:
    """A rule that applies to a message, its strength (0 or more), and its name as a cause."""

    rule: AppraisalRule
    strength: float
    cause: str


def appraise(interpretation: Interpretation, mind: Mind, bond: Bond | None, now: int) -> Appraisal:
    """Return the impulses that a message from the person of ``bond`` asks of ``mind``.

    ``now`` is in milliseconds. ``bond`` has already counted the message (its ``away`` is the
    absence before it); None is a stranger. Amounts grow with confidence and with how surely the
    agent is addressed; those of emotions also with arousal.
    """
    liking = state.liking(bond, now)
    traits = state.traits(mind, now)
    weight = interpretation.confidence * (_OVERHEARD + (1 - _OVERHEARD) * interpretation.addressed)
    matches = [
        *_match_acts(interpretation, bond, now),
        *_match_news(interpretation, liking),
        *_match_attitude(interpretation, liking),
    ]
    if bond is not None:
        matches += _match_return(interpretation, bond, liking)
    matches += _match_feelings(interpretation, liking)
    excited = weight * (0.75 + 0.5 * interpretation.arousal)
    return Appraisal(
        emotions=tuple(_impulses(matches, "emotions", excited, liking, traits)),
        sentiments=tuple(_impulses(matches, "sentiments", weight, liking, traits)),
        traits=tuple(_impulses(matches, "traits", weight, liking, traits)),
    )


def _impulses(
    matches: Iterable[_Match],
    part: Literal["emotions", "sentiments", "traits"],
    weight: float,
    liking: float,
    traits: Mapping[str, float],
) -> Iterator[Impulse]:
    for match in matches:
        effects: tuple[Effect, ...] = getattr(match.rule, part)
        for effect in effects:
            amount = effect.amount * match.strength * weight * max(0.0, 1 + effect.liking * liking)
            if effect.trait:
                amount *= 1 + effect.slope * traits[effect.trait]
            if amount:
                yield Impulse(dimension=effect.dimension, amount=clamp(amount), cause=match.cause)


def _match_acts(interpretation: Interpretation, bond: Bond | None, now: int) -> Iterator[_Match]:
    cruelty, kindness = max(0.0, -interpretation.attitude), max(0.0, interpretation.attitude)
    for act in interpretation.acts:
        strength = 1.0
        if act in _WARM_ACTS and interpretation.ironic:
            yield _Match(rules.MOCKERY, 1.0, "mockery")
            continue
        if act in _WARM_ACTS:
            strength = 0.6 + 0.4 * kindness
        elif act in _HARSH_ACTS:
            strength = 0.4 + 0.6 * cruelty
        elif act is Act.APOLOGISE:
            strength = 0.15 + 0.85 * state.hurt(bond, now)
        yield _Match(rules.ACTS[act], strength, act.value)


def _match_attitude(interpretation: Interpretation, liking: float) -> Iterator[_Match]:
    """Match distress, and an attitude towards the agent that no act expresses outright."""
    if interpretation.crisis is not None:
        yield _Match(rules.DISTRESS, 1.0 if interpretation.in_danger else _DOUBT, "distress")
    attitude = interpretation.attitude
    if attitude < 0 and not interpretation.does(*_HARSH_ACTS):
        yield _Match(rules.COLDNESS, -attitude, "coldness")
    if attitude > 0 and not interpretation.ironic and not interpretation.does(*_WARM_ACTS):
        yield _Match(rules.KINDNESS, attitude * min(1.0, 1 + liking), "kindness")


def _match_news(interpretation: Interpretation, liking: float) -> Iterator[_Match]:
    event = interpretation.life_event
    weight = rules.LIFE_EVENT_WEIGHTS[event] if event else 0.0
    if not weight and interpretation.does(Act.BAD_NEWS):
        weight = -_UNNAMED_NEWS
    elif not weight and interpretation.does(Act.GOOD_NEWS) and not interpretation.ironic:
        weight = _UNNAMED_NEWS
    suffix = f":{event.value}" if event else ""
    shared = min(1.0, 1 + liking)  # a disliked person's fortune is shared less
    if weight < 0:
        yield _Match(rules.BAD_NEWS, -weight * shared, f"bad_news{suffix}")
    elif weight > 0:
        yield _Match(rules.GOOD_NEWS, weight * shared, f"good_news{suffix}")
        yield _Match(rules.BEGRUDGED, weight * max(0.0, -liking), f"begrudged{suffix}")


def _match_return(interpretation: Interpretation, bond: Bond, liking: float) -> Iterator[_Match]:
    if bond.away >= HOUR and interpretation.attitude >= 0 and not is_grave(interpretation):
        missed = -math.expm1(-bond.away / _ABSENCE_SCALE)
        yield _Match(rules.RETURN, missed * max(0.0, liking), "return")


def _match_feelings(interpretation: Interpretation, liking: float) -> Iterator[_Match]:
    """Match the speaker's own feelings as far as they are not aimed at the agent."""
    not_at_agent = 1 - max(0.0, -interpretation.attitude)
    shared = not_at_agent * min(1.0, 1 + liking)
    no_cheer = is_grave(interpretation) or interpretation.ironic
    for name, emotion in EMOTIONS.items():
        level = interpretation.feelings.get(name, 0.0)
        pleasant = emotion.sign > 0 and name != "compassion"
        if level and not (pleasant and no_cheer):
            rule = rules.AppraisalRule(emotions=rules.SHARED[name])
            yield _Match(rule, level * shared, f"feels:{name}")


def lift_sentiment(impulse: Impulse) -> tuple[Impulse, ...]:
    """Return the impulse on a rich sentiment: "positive" moves warmth, its prototype.

    A rich name stays as it is; a name that is neither rich nor lite gives nothing.
    """
    if impulse.dimension in SENTIMENTS:
        return (impulse,)
    if impulse.dimension not in LITE_SENTIMENTS:
        return ()
    prototype = next(iter(LITE_SENTIMENTS[impulse.dimension]))
    return (impulse.model_copy(update={"dimension": prototype}),)
