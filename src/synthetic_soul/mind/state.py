"""How an agent is at a moment: ``Mind`` and ``Bond``, and every way to look at them.

Both hold numbers and digests, never words. They are written by events alone; a view reads them
at any later time in closed form. Times are integer milliseconds. A turn looks at one mind, one
bond and one moment many times, so the latest views are remembered.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from synthetic_soul.mind import dynamics
from synthetic_soul.mind import expression as showing
from synthetic_soul.mind.dynamics import Affect, Vector
from synthetic_soul.mind.expression import Mood, mood_word
from synthetic_soul.mind.lite import lift_emotion, lift_sentiment, lift_trait
from synthetic_soul.mind.tables.emotions import (
    EMOTIONS,
    LITE_EMOTIONS,
    LITE_SENTIMENTS,
    LITE_TRAITS,
    SENTIMENTS,
    TRAITS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from synthetic_soul.mind.interpretation import Interpretation

__all__ = [
    "VERSION",
    "Bond",
    "Fact",
    "Mind",
    "Mood",
    "bond_from_json",
    "bond_to_json",
    "describe",
    "emotions",
    "expression",
    "hurt",
    "lift_emotion",
    "lift_sentiment",
    "lift_trait",
    "liking",
    "lite_emotions",
    "lite_sentiments",
    "lite_traits",
    "mind_from_json",
    "mind_to_json",
    "mood",
    "mood_word",
    "myers_briggs",
    "relationship",
    "sentiments",
    "state_hash",
    "stirred",
    "traits",
]

_TABLES = repr((EMOTIONS, TRAITS, SENTIMENTS)).encode()
# A snapshot of another version is folded anew. Count up when the dynamics change.
VERSION = f"1-{hashlib.sha256(_TABLES).hexdigest()[:12]}"

_LIKING = 0.4  # how steeply sentiments add up to liking


@dataclass(frozen=True, slots=True)
class Mind:
    """An agent's state: who it is (``soul`` is a digest) and how it felt at ``at``.

    ``traits`` are the soul's own levels, -1..1, in the table's order; ``drift`` the latents
    that move their expression, as of ``drift_at``.
    """

    name: str
    soul: str
    at: int
    traits: Vector
    affect: Affect
    drift: Vector
    drift_at: int


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a person told of themselves; the words stand in the journal under ``digest``."""

    id: str
    topic: str
    digest: str
    conversation: str
    at: int
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Bond:
    """Everything held about one person.

    ``met_at`` is the first event that concerned them, ``heard_at`` their last message,
    ``spoken_at`` the last reply to them. ``away`` is how long (ms) they had been silent before
    the messages that are not replied to yet, or before the last ones that were. ``sentiments``
    are latents as of ``at``. Once ``erased``, nothing more is learned of them.
    """

    person: str
    met_at: int
    at: int
    heard_at: int | None = None
    spoken_at: int | None = None
    away: int = 0
    messages: int = 0
    replies: int = 0
    sentiments: Vector = (0.0,) * len(SENTIMENTS)
    facts: tuple[Fact, ...] = ()
    erased: bool = False


def _named(names: Iterable[str], levels: Iterable[float]) -> dict[str, float]:
    return dict(zip(names, levels, strict=True))


def _noisy_or(levels: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return 1 - math.prod(1 - w * max(0.0, levels[name]) for name, w in weights.items())


@lru_cache(maxsize=64)
def affect_at(mind: Mind, now: int) -> Affect:
    """What is felt at ``now``, as latents; before ``mind.at`` it is as at ``mind.at``."""
    return dynamics.relax(mind.affect, dynamics.temperament(mind.traits), now - mind.at)


@lru_cache(maxsize=64)
def emotions(mind: Mind, now: int) -> Mapping[str, float]:
    """The 27 rich emotions, 0..1."""
    levels = [max(0.0, math.tanh(x)) for x in affect_at(mind, now).emotions]
    return MappingProxyType(_named(EMOTIONS, levels))


def lite_emotions(mind: Mind, now: int) -> dict[str, float]:
    """The 7 lite emotions, 0..1: the noisy-or of the rich ones that show in them."""
    levels = emotions(mind, now)
    return {name: _noisy_or(levels, weights) for name, weights in LITE_EMOTIONS.items()}


def mood(mind: Mind, now: int) -> Mood:
    """Pleasure, arousal, dominance, -1..1 each."""
    return Mood(*(math.tanh(m) for m in affect_at(mind, now).mood))


@lru_cache(maxsize=64)
def traits(mind: Mind, now: int) -> Mapping[str, float]:
    """The 34 rich traits as they show, -1..1: the soul's own, moved by at most a quarter."""
    drift = dynamics.faded(mind.drift, dynamics.DRIFT_HALF_LIFE, now - mind.drift_at)
    return MappingProxyType(_named(TRAITS, dynamics.expressed(mind.traits, drift)))


def lite_traits(mind: Mind, now: int) -> dict[str, float]:
    """The 10 lite traits, -1..1: weighted means of the rich ones."""
    levels = traits(mind, now)
    return {
        name: sum(w * levels[trait] for trait, w in weights.items())
        / sum(abs(w) for w in weights.values())
        for name, weights in LITE_TRAITS.items()
    }


def sentiments_at(bond: Bond, now: int) -> Vector:
    """The latents of what is held towards the person at ``now``."""
    return dynamics.faded(bond.sentiments, dynamics.SENTIMENT_HALF_LIFE, now - bond.at)


@lru_cache(maxsize=64)
def sentiments(bond: Bond, now: int) -> Mapping[str, float]:
    """The 66 rich sentiments, -1..1; most cannot fall below 0 (see ``Sentiment``)."""
    levels = [math.tanh(z) for z in sentiments_at(bond, now)]
    return MappingProxyType(_named(SENTIMENTS, levels))


def lite_sentiments(bond: Bond, now: int) -> dict[str, float]:
    """The 16 lite sentiments, 0..1: the noisy-or of the rich ones that show in them."""
    levels = sentiments(bond, now)
    return {name: _noisy_or(levels, weights) for name, weights in LITE_SENTIMENTS.items()}


def liking(bond: Bond | None, now: int) -> float:
    """How much the person is liked, -1..1; 0 for one never met."""
    if bond is None:
        return 0.0
    levels = sentiments(bond, now)
    return math.tanh(_LIKING * sum(row.liking * levels[row.name] for row in SENTIMENTS.values()))


def hurt(bond: Bond | None, now: int) -> float:
    """How much what the person did still rankles, 0..1."""
    if bond is None:
        return 0.0
    return _noisy_or(
        sentiments(bond, now), {row.name: row.hurt for row in SENTIMENTS.values() if row.hurt}
    )


def relationship(bond: Bond | None, now: int) -> str:
    """One of ``RELATIONSHIPS``: what sentiments and familiarity together amount to."""
    if bond is None:
        return "stranger"
    romance = _noisy_or(
        sentiments(bond, now), {row.name: row.romance for row in SENTIMENTS.values() if row.romance}
    )
    days = (now - bond.met_at) / dynamics.DAY
    return showing.relationship(liking(bond, now), romance, bond.messages, days)


def stirred(mind: Mind, now: int) -> dict[str, float]:
    """How far each rich emotion is above (or below) its resting level, -1..1."""
    rest = dynamics.temperament(mind.traits).rest
    levels = emotions(mind, now)
    return {name: levels[name] - math.tanh(b) for name, b in zip(EMOTIONS, rest, strict=True)}


def expression(mind: Mind, now: int, interpretation: Interpretation | None = None) -> str:
    """One of ``EXPRESSIONS``: what the feelings show, given what was just said."""
    return showing.expression(
        stirred(mind, now), mood(mind, now), traits(mind, now), interpretation
    )


def describe(mind: Mind, now: int) -> str:
    """The strongest feelings in a short phrase, such as "quite sad and a little anxious"."""
    return showing.describe(emotions(mind, now), stirred(mind, now), mood(mind, now))


def myers_briggs(mind: Mind, now: int) -> str:
    """Four Myers-Briggs letters that fit the traits as they show."""
    return showing.myers_briggs(traits(mind, now))


class _MindJson(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    soul: str
    at: int
    traits: dict[str, float]
    emotions: dict[str, float]
    heat: dict[str, float]
    mood: tuple[float, float, float]
    drift: dict[str, float]
    drift_at: int


class _BondJson(BaseModel):
    model_config = ConfigDict(extra="forbid")

    person: str
    met_at: int
    at: int
    heard_at: int | None
    spoken_at: int | None
    away: int
    messages: int
    replies: int
    sentiments: dict[str, float]
    facts: tuple[Fact, ...]
    erased: bool


def _sparse(names: Iterable[str], levels: Vector) -> dict[str, float]:
    return {name: level for name, level in zip(names, levels, strict=True) if level}


def _dense(names: Iterable[str], levels: Mapping[str, float]) -> Vector:
    return tuple(levels.get(name, 0.0) for name in names)


def mind_to_json(mind: Mind) -> dict[str, object]:
    """The mind as plain JSON; zeros are left out."""
    return _MindJson(
        name=mind.name,
        soul=mind.soul,
        at=mind.at,
        traits=_sparse(TRAITS, mind.traits),
        emotions=_sparse(EMOTIONS, mind.affect.emotions),
        heat=_sparse(EMOTIONS, mind.affect.heat),
        mood=(mind.affect.mood[0], mind.affect.mood[1], mind.affect.mood[2]),
        drift=_sparse(TRAITS, mind.drift),
        drift_at=mind.drift_at,
    ).model_dump(mode="json")


def mind_from_json(found: Mapping[str, object]) -> Mind:
    """The mind that ``mind_to_json`` wrote; raises pydantic's ValidationError for others."""
    read = _MindJson.model_validate(found)
    return Mind(
        name=read.name,
        soul=read.soul,
        at=read.at,
        traits=_dense(TRAITS, read.traits),
        affect=Affect(_dense(EMOTIONS, read.emotions), _dense(EMOTIONS, read.heat), read.mood),
        drift=_dense(TRAITS, read.drift),
        drift_at=read.drift_at,
    )


def bond_to_json(bond: Bond) -> dict[str, object]:
    """The bond as plain JSON; zeros are left out."""
    fields = {name: getattr(bond, name) for name in _BondJson.model_fields}
    fields["sentiments"] = _sparse(SENTIMENTS, bond.sentiments)
    return _BondJson(**fields).model_dump(mode="json")


def bond_from_json(found: Mapping[str, object]) -> Bond:
    """The bond that ``bond_to_json`` wrote; raises pydantic's ValidationError for others."""
    read = _BondJson.model_validate(found)
    fields = {name: getattr(read, name) for name in _BondJson.model_fields}
    return Bond(**fields | {"sentiments": _dense(SENTIMENTS, read.sentiments)})


def state_hash(mind: Mind, bonds: Iterable[Bond]) -> str:
    """SHA-256 over the canonical JSON of the mind and all bonds, in hex.

    Bonds are ordered by person and floats written by ``repr``, so that equal states have equal
    hashes on every machine.
    """
    state = {
        "mind": mind_to_json(mind),
        "bonds": [bond_to_json(bond) for bond in sorted(bonds, key=lambda bond: bond.person)],
    }
    text = json.dumps(state, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
