"""The dynamics of affect: impulse, decay, gain, saturation, mood, drift; all in closed form.

Dynamics act on latents; the visible level is the hyperbolic tangent of a latent, so that
nothing leaves its range and no step is too small to count. An emotion's latent x relaxes to
its resting place b, x(t) = b + (x - b)·exp(-λt); the mood m follows the emotions,

    dm/dt = -μ(m - m0) + Σ k_i·PAD_i·(x_i - b_i),    k_i = κ·sqrt(λ_i·λ_ref),

which integrates exactly, so that reading the state at any time costs one step and writes
nothing. Mood moves by that integral alone: a push at the instant of an impulse would make the
order of simultaneous impulses matter. Latents are rounded to 1e-9 when an event writes them,
because the last bits of exp and tanh differ between mathematics libraries.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from synthetic_soul.mind.tables.emotions import EMOTIONS, OPPONENTS
from synthetic_soul.mind.tables.sentiments import SENTIMENTS
from synthetic_soul.mind.tables.traits import TRAITS

HOUR = 3_600_000
DAY = 24 * HOUR
Vector = tuple[float, ...]

# Of an emotion's latent; below zero, so that joy forestalls a little sadness, but no more.
MIN_EMOTION, MAX_EMOTION = -0.25, 3.0
MAX_LATENT = 3.0  # of a trait's drift and of a sentiment
MAX_MOOD = 2.0  # a latent
SUPPRESSION = 0.35  # how much of a rise is taken from the opponent
MOOD_HALF_LIFE = 6.0  # hours
REFERENCE_RATE = math.log(2) / 4.0  # per hour
MOOD_COUPLING = 0.6  # κ
CONGRUENCE = 0.3  # after FAtiMA: a mood favours the feelings that are like it
HEAT_HOURS = 2.0  # mean life of heat, the memory of recent impulses
MAX_HEAT = 5.0
HABITUATION = -1.2
MIN_HALF_LIFE = 1 / 6  # hours, before temperament scales it
DURATION_TO_HALF_LIFE = 4.32  # a feeling counts as over at about a twentieth: log2(20)
DRIFT_STEP, DRIFT_DEPTH, DRIFT_HALF_LIFE = 0.02, 0.25, 90 * DAY
SENTIMENT_STEP, SENTIMENT_HALF_LIFE = 0.15, 30 * DAY

_EMOTIONS = tuple(EMOTIONS.values())
_EMOTION_AT = {name: i for i, name in enumerate(EMOTIONS)}
_AMBIENT = tuple(e.ambient for e in _EMOTIONS)
_PADS = tuple(e.pad for e in _EMOTIONS)
_TRAIT_AT = {name: i for i, name in enumerate(TRAITS)}
_LOADINGS = tuple(t.loadings for t in TRAITS.values())
_SENTIMENT_AT = {name: i for i, name in enumerate(SENTIMENTS)}
_LIKINGS = tuple(s.liking for s in SENTIMENTS.values())
_MOOD_RATE = math.log(2) / MOOD_HALF_LIFE
_OPPONENTS = tuple(
    tuple(_EMOTION_AT[b if a == name else a] for a, b in OPPONENTS if name in (a, b))
    for name in EMOTIONS
)


class Affect(NamedTuple):
    """Affect as latents: 27 emotions, the heat of recent impulses on each, mood (PAD)."""

    emotions: Vector
    heat: Vector
    mood: Vector


class BigFive(NamedTuple):
    """Openness, conscientiousness, extraversion, agreeableness, neuroticism, -1..1 each."""

    o: float
    c: float
    e: float
    a: float
    n: float


@dataclass(frozen=True, slots=True)
class Temperament:
    """The constants of one personality's dynamics, derived once from its traits.

    Per emotion: ``rest`` is the latent it returns to, ``rates`` λ per hour, ``susceptibility`` a
    factor on every rise, ``reaction`` the effect of recent impulses on the next (below zero:
    habituation), ``pushes`` k·PAD on the mood per hour. ``mood`` is the mood's resting latent.
    """

    big_five: BigFive
    rest: Vector
    rates: Vector
    susceptibility: Vector
    reaction: Vector
    pushes: tuple[tuple[float, float, float], ...]
    mood: Vector

    @property
    def at_rest(self) -> Affect:
        """The state to which everything relaxes."""
        return Affect(self.rest, (0.0,) * len(self.rest), self.mood)


def clamp(value: float, low: float = -1.0, high: float = 1.0) -> float:
    """Return the value in [low, high] that is nearest to ``value``."""
    return max(low, min(high, value))


def quantise(latent: float) -> float:
    """Round a latent to 1e-9, without a negative zero."""
    return round(latent, 9) + 0.0


def _quantised(latents: Iterable[float]) -> Vector:
    return tuple([quantise(x) for x in latents])  # a list is half the cost of a generator


def big_five(traits: Vector) -> BigFive:
    """Return the Big Five of 34 trait levels: tanh of 0.6 times the loaded sum."""
    sums = (
        sum(level * loadings[factor] for level, loadings in zip(traits, _LOADINGS, strict=True))
        for factor in range(5)
    )
    return BigFive(*(math.tanh(0.6 * total) for total in sums))


def resting_mood(factors: BigFive) -> tuple[float, float, float]:
    """Return resting pleasure, arousal and dominance, -1..1 each (Mehrabian 1996).

    Mehrabian's Emotional Stability is the reverse of neuroticism.
    """
    stability = -factors.n
    return (
        clamp(0.21 * factors.e + 0.59 * factors.a + 0.19 * stability),
        clamp(0.15 * factors.o + 0.30 * factors.a - 0.57 * stability),
        clamp(0.25 * factors.o + 0.17 * factors.c + 0.60 * factors.e - 0.32 * factors.a),
    )


@lru_cache(maxsize=256)
def temperament_of(traits: Vector) -> Temperament:
    """Return the constants for 34 trait levels (-1..1, in the order of the table)."""
    factors = big_five(traits)
    resilience, optimism = traits[_TRAIT_AT["resilience"]], traits[_TRAIT_AT["optimism"]]
    p, a, d = resting_mood(factors)
    stretch = {  # emotional inertia: neurotic minds stay down longer, optimists up
        -1: 2 ** (0.7 * factors.n - 0.7 * resilience),
        1: 2 ** (0.4 * optimism - 0.3 * factors.n),
    }
    susceptible = {
        -1: math.exp(0.5 * factors.n - 0.4 * resilience),
        1: math.exp(0.3 * optimism + 0.2 * factors.e),
    }
    rates = tuple(
        math.log(2) / (max(e.hours / DURATION_TO_HALF_LIFE, MIN_HALF_LIFE) * stretch[e.sign])
        for e in _EMOTIONS
    )
    couplings = [MOOD_COUPLING * math.sqrt(rate * REFERENCE_RATE) for rate in rates]
    return Temperament(
        big_five=factors,
        rest=_quantised(
            math.atanh(clamp(0.25 * (x * p + 0.3 * y * a + 0.3 * z * d), 0.0, 0.4))
            if ambient
            else 0.0
            for ambient, (x, y, z) in zip(_AMBIENT, _PADS, strict=True)
        ),
        rates=rates,
        susceptibility=tuple(susceptible[e.sign] for e in _EMOTIONS),
        reaction=tuple(0.4 + 0.3 * factors.n if e.sensitises else HABITUATION for e in _EMOTIONS),
        pushes=tuple((k * x, k * y, k * z) for k, (x, y, z) in zip(couplings, _PADS, strict=True)),
        mood=_quantised(math.atanh(0.6 * level) for level in (p, a, d)),
    )


def _overlap(rate: float, hours: float) -> float:
    """Return (e^(-λt) - e^(-μt))/(μ - λ) for the mood's μ, without a pole at μ = λ.

    The expression is symmetric in both rates. The slower one is factored out, so that nothing
    overflows.
    """
    spread = abs(rate - _MOOD_RATE) * hours
    shape = -math.expm1(-spread) / spread if spread > 0 else 1.0
    return math.exp(-min(rate, _MOOD_RATE) * hours) * hours * shape


def relax(affect: Affect, temperament: Temperament, millis: int) -> Affect:
    """Return ``affect`` after ``millis`` without any event (0 or less: unchanged)."""
    if millis <= 0:
        return affect
    hours = millis / HOUR
    off = [x - b for x, b in zip(affect.emotions, temperament.rest, strict=True)]
    cooling, calming = math.exp(-hours / HEAT_HOURS), math.exp(-_MOOD_RATE * hours)
    mood = [m0 + (m - m0) * calming for m, m0 in zip(affect.mood, temperament.mood, strict=True)]
    emotions = []
    for d, b, rate, push in zip(
        off, temperament.rest, temperament.rates, temperament.pushes, strict=True
    ):
        emotions.append(b + d * math.exp(-rate * hours))
        if d:
            weight = d * _overlap(rate, hours)
            for axis in range(3):
                mood[axis] += push[axis] * weight
    return Affect(tuple(emotions), tuple(h * cooling for h in affect.heat), tuple(mood))


def gain(mood: Vector, heat: float, temperament: Temperament, index: int) -> float:
    """Return the factor on a rise of emotion ``index``: temperament, recent impulses, mood.

    Where an emotion habituates, the loss is exponential in the heat: a burst of any length adds
    up to a bounded rise. Where it sensitises, the effect of the heat itself is bounded.
    """
    reaction = temperament.reaction[index]
    recent = heat / (1 + heat) if reaction > 0 else heat
    likeness = sum(p * math.tanh(m) for p, m in zip(_PADS[index], mood, strict=True))
    return temperament.susceptibility[index] * math.exp(reaction * recent + CONGRUENCE * likeness)


def move_emotions(
    affect: Affect, temperament: Temperament, impulses: Iterable[tuple[str, float]]
) -> Affect:
    """Return ``affect`` after impulses (emotion, amount) of one instant; skip unknown names.

    A rise is amplified and pushes the opponents down. A fall is taken as it is, since losing an
    emotion does not cause its opposite.
    """
    emotions, heat = list(affect.emotions), list(affect.heat)
    mood = tuple(clamp(m, -MAX_MOOD, MAX_MOOD) for m in affect.mood)
    for name, amount in impulses:
        index = _EMOTION_AT.get(name)
        if index is None:
            continue
        if amount <= 0:
            emotions[index] = clamp(emotions[index] + amount, MIN_EMOTION, MAX_EMOTION)
            continue
        rise = amount * gain(mood, heat[index], temperament, index)
        emotions[index] = clamp(emotions[index] + rise, MIN_EMOTION, MAX_EMOTION)
        for other in _OPPONENTS[index]:
            emotions[other] = clamp(emotions[other] - SUPPRESSION * rise, MIN_EMOTION, MAX_EMOTION)
        heat[index] = min(heat[index] + amount, MAX_HEAT)
    return Affect(_quantised(emotions), _quantised(heat), _quantised(mood))


def decay(latents: Vector, half_life: int, millis: int) -> Vector:
    """Return latents after ``millis`` of decay (0 or less: unchanged); ``half_life`` in ms."""
    if millis <= 0:
        return latents
    remaining = 0.5 ** (millis / half_life)
    return tuple([x * remaining for x in latents])


def move_traits(drift: Vector, impulses: Iterable[tuple[str, float]]) -> Vector:
    """Return the traits' drift latents after impulses (trait, amount); skip unknown names."""
    latents = list(drift)
    for name, amount in impulses:
        index = _TRAIT_AT.get(name)
        if index is not None:
            latents[index] = clamp(latents[index] + DRIFT_STEP * amount, -MAX_LATENT, MAX_LATENT)
    return _quantised(latents)


def expressed_traits(traits: Vector, drift: Vector) -> Vector:
    """Return trait levels as expressed: the soul's own, moved by at most 0.25, within -1..1."""
    return tuple(
        clamp(level + DRIFT_DEPTH * math.tanh(y)) for level, y in zip(traits, drift, strict=True)
    )


def move_sentiments(sentiments: Vector, impulses: Iterable[tuple[str, float]]) -> Vector:
    """Return sentiment latents after impulses (sentiment, amount); skip unknown names.

    What speaks against a person counts double: bad is stronger than good (Baumeister et al.
    2001).
    """
    latents = list(sentiments)
    for name, amount in impulses:
        index = _SENTIMENT_AT.get(name)
        if index is None:
            continue
        liking = _LIKINGS[index]
        step = SENTIMENT_STEP * (2 if amount * liking < 0 else 1)
        floor = -MAX_LATENT if liking > 0 else 0.0
        latents[index] = clamp(latents[index] + step * amount, floor, MAX_LATENT)
    return _quantised(latents)
