"""The state of an agent, ``Mind`` and ``Bond``, and the readings of it at any moment.

Both hold numbers and digests, never words. Only events change them; a reading takes them to any
later time in closed form. Times are integer milliseconds. A turn reads one mind, one bond and
one moment many times, so the latest readings are cached.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from synthetic_soul.mind import dynamics
from synthetic_soul.mind.dynamics import Affect, Vector
from synthetic_soul.mind.expression import (
    Mood,
    choose_expression,
    describe_emotions,
    relationship_label,
)
from synthetic_soul.mind.interpretation import Interpretation
from synthetic_soul.mind.tables.emotions import EMOTIONS, LITE_EMOTIONS
from synthetic_soul.mind.tables.sentiments import LITE_SENTIMENTS, SENTIMENTS
from synthetic_soul.mind.tables.traits import LITE_TRAITS, MYERS_BRIGGS, TRAITS

_TABLES = repr((EMOTIONS, TRAITS, SENTIMENTS)).encode()
# A snapshot of another version is dropped and the journal folded. Raise "1" with the dynamics.
VERSION = f"1-{hashlib.sha256(_TABLES).hexdigest()[:12]}"

_LIKING_SLOPE = 0.4
_HURT = {row.name: row.hurt for row in SENTIMENTS.values() if row.hurt}
_ROMANCE = {row.name: row.romance for row in SENTIMENTS.values() if row.romance}


@dataclass(frozen=True, slots=True)
class Mind:
    """An agent's own state: ``soul`` is a digest, ``affect`` holds as of ``at``.

    ``traits`` are the soul's own levels, -1..1, in the table's order; ``drift`` are the latents
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
    """A fact about a person: ``digest`` is of its words in the journal, ``by`` its message.

    ``ended_at`` is when it ceased to hold; it stays as history. It is not ``certain`` where only a
    weak sign told it. ``when`` is the digest of the date that it is due, ``raised_at`` when the
    agent last spoke of it of its own accord. It is ``inferred`` where reflection found it,
    ``hearsay`` where another person said it in a group, and ``hidden`` where the person wants it
    not to be mentioned. ``used`` counts the replies that had its words, ``used_at`` is the time of
    the last one.
    """

    id: str
    topic: str
    digest: str
    conversation: str
    at: int
    by: str | None = None
    # Left out of snapshots where they say nothing, so that older states keep their hashes.
    ended_at: Annotated[int | None, Field(exclude_if=lambda at: at is None)] = None
    certain: Annotated[bool, Field(exclude_if=lambda certain: certain)] = True
    when: Annotated[str | None, Field(exclude_if=lambda when: when is None)] = None
    raised_at: Annotated[int | None, Field(exclude_if=lambda at: at is None)] = None
    inferred: Annotated[bool, Field(exclude_if=lambda inferred: not inferred)] = False
    hidden: Annotated[bool, Field(exclude_if=lambda hidden: not hidden)] = False
    used: Annotated[int, Field(exclude_if=lambda used: not used)] = 0
    used_at: Annotated[int | None, Field(exclude_if=lambda at: at is None)] = None
    hearsay: Annotated[bool, Field(exclude_if=lambda hearsay: not hearsay)] = False


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject that the person wants not to be mentioned: ``digest`` is of what they called it.

    ``conversation`` is where they said so, ``at`` when.
    """

    id: str
    digest: str
    conversation: str
    at: int


@dataclass(frozen=True, slots=True)
class Bond:
    """All state about one person.

    ``met_at`` is the time of the first event that concerned them, ``heard_at`` of their last
    message, ``spoken_at`` of the last reply to them. ``away`` is how long (ms) they had been
    silent before the messages that have no reply yet, or else before the last ones that have.
    ``sentiments`` are latents as of ``at``. ``referred_at`` is when they were last told where
    help is, ``country`` where they are (two letters, "" if unknown), ``time_zone`` what their
    clocks show (IANA, "" if unknown). ``hidden`` are subjects that are not to be mentioned. Nothing
    is learned of an ``erased`` person.
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
    referred_at: int | None = None
    country: str = ""
    time_zone: str = ""
    hidden: tuple[Subject, ...] = ()
    erased: bool = False


def _noisy_or(levels: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return 1 - math.prod(1 - w * max(0.0, levels[name]) for name, w in weights.items())


def at_rest(mind: Mind) -> Mind:
    """Return the mind as its soul alone makes it: at rest from the beginning, nothing drifted."""
    rest = dynamics.temperament_of(mind.traits).at_rest
    return replace(mind, at=0, affect=rest, drift=(0.0,) * len(mind.traits), drift_at=0)


@lru_cache(maxsize=64)
def affect_at(mind: Mind, now: int) -> Affect:
    """Return the affect at ``now``, as latents; before ``mind.at`` it is that of ``mind.at``."""
    return dynamics.relax(mind.affect, dynamics.temperament_of(mind.traits), now - mind.at)


@lru_cache(maxsize=64)
def emotions(mind: Mind, now: int) -> Mapping[str, float]:
    """Return the 27 rich emotions, 0..1."""
    levels = [max(0.0, math.tanh(x)) for x in affect_at(mind, now).emotions]
    return MappingProxyType(dict(zip(EMOTIONS, levels, strict=True)))


def lite_emotions(mind: Mind, now: int) -> dict[str, float]:
    """Return the 7 lite emotions, 0..1: each the noisy-or of its rich ones."""
    levels = emotions(mind, now)
    return {name: _noisy_or(levels, weights) for name, weights in LITE_EMOTIONS.items()}


def mood(mind: Mind, now: int) -> Mood:
    """Return pleasure, arousal and dominance, -1..1 each."""
    return Mood(*(math.tanh(m) for m in affect_at(mind, now).mood))


@lru_cache(maxsize=64)
def traits(mind: Mind, now: int) -> Mapping[str, float]:
    """Return the 34 rich traits as expressed, -1..1: the soul's own, moved by at most 0.25."""
    drift = dynamics.decay(mind.drift, dynamics.DRIFT_HALF_LIFE, now - mind.drift_at)
    levels = dynamics.expressed_traits(mind.traits, drift)
    return MappingProxyType(dict(zip(TRAITS, levels, strict=True)))


def lite_traits(mind: Mind, now: int) -> dict[str, float]:
    """Return the 10 lite traits, -1..1: weighted means of the rich ones."""
    levels = traits(mind, now)
    return {
        name: sum(w * levels[trait] for trait, w in weights.items())
        / sum(map(abs, weights.values()))
        for name, weights in LITE_TRAITS.items()
    }


def sentiment_latents(bond: Bond, now: int) -> Vector:
    """Return the latents of the sentiments towards the person at ``now``."""
    return dynamics.decay(bond.sentiments, dynamics.SENTIMENT_HALF_LIFE, now - bond.at)


@lru_cache(maxsize=64)
def sentiments(bond: Bond, now: int) -> Mapping[str, float]:
    """Return the 66 rich sentiments, -1..1; most cannot fall below 0 (see ``Sentiment``)."""
    levels = [math.tanh(z) for z in sentiment_latents(bond, now)]
    return MappingProxyType(dict(zip(SENTIMENTS, levels, strict=True)))


def lite_sentiments(bond: Bond, now: int) -> dict[str, float]:
    """Return the 16 lite sentiments, 0..1: each the noisy-or of its rich ones."""
    levels = sentiments(bond, now)
    return {name: _noisy_or(levels, weights) for name, weights in LITE_SENTIMENTS.items()}


def liking(bond: Bond | None, now: int) -> float:
    """Return how much the person is liked, -1..1; 0 for a stranger."""
    if bond is None:
        return 0.0
    levels = sentiments(bond, now)
    total = sum(row.liking * levels[row.name] for row in SENTIMENTS.values())
    return math.tanh(_LIKING_SLOPE * total)


def hurt(bond: Bond | None, now: int) -> float:
    """Return how much the agent is still hurt by the person, 0..1."""
    if bond is None:
        return 0.0
    return _noisy_or(sentiments(bond, now), _HURT)


def relationship(bond: Bond | None, now: int) -> str:
    """Return one of ``RELATIONSHIPS``, from sentiments and familiarity."""
    if bond is None:
        return "stranger"
    romance = _noisy_or(sentiments(bond, now), _ROMANCE)
    days = (now - bond.met_at) / dynamics.DAY
    return relationship_label(liking(bond, now), romance, bond.messages, days)


def emotions_above_rest(mind: Mind, now: int) -> dict[str, float]:
    """Return how far each rich emotion is above (or below) its resting level, -1..1."""
    rest = dynamics.temperament_of(mind.traits).rest
    levels = emotions(mind, now)
    return {name: levels[name] - math.tanh(b) for name, b in zip(EMOTIONS, rest, strict=True)}


def expression(mind: Mind, now: int, interpretation: Interpretation | None = None) -> str:
    """Return one of ``EXPRESSIONS``, from the affect and what was just said."""
    return choose_expression(
        emotions_above_rest(mind, now), mood(mind, now), traits(mind, now), interpretation
    )


def describe(mind: Mind, now: int) -> str:
    """Return the strongest emotions in a phrase such as "quite sad and a little anxious"."""
    return describe_emotions(emotions(mind, now), emotions_above_rest(mind, now), mood(mind, now))


def myers_briggs(mind: Mind, now: int) -> str:
    """Return the four Myers-Briggs letters that fit the expressed traits; ENFP if all are 0."""
    levels = traits(mind, now)
    return "".join(
        first if sum(w * levels[name] for name, w in weights.items()) >= 0 else second
        for first, second, weights in MYERS_BRIGGS
    )


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
    # Left out where there is none, so that older states keep their hashes.
    referred_at: int | None = Field(default=None, exclude_if=lambda at: at is None)
    country: str = Field(default="", exclude_if=lambda country: not country)
    time_zone: str = Field(default="", exclude_if=lambda zone: not zone)
    hidden: tuple[Subject, ...] = Field(default=(), exclude_if=lambda subjects: not subjects)
    erased: bool


def _sparse(names: Iterable[str], levels: Vector) -> dict[str, float]:
    return {name: level for name, level in zip(names, levels, strict=True) if level}


def _dense(names: Iterable[str], levels: Mapping[str, float]) -> Vector:
    return tuple(levels.get(name, 0.0) for name in names)


def mind_to_json(mind: Mind) -> dict[str, object]:
    """Return the mind as plain JSON; zeros are left out."""
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


def mind_from_json(document: Mapping[str, object]) -> Mind:
    """Return the mind that ``mind_to_json`` wrote; raise ``ValidationError`` for anything else."""
    read = _MindJson.model_validate(document)
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
    """Return the bond as plain JSON; zeros are left out."""
    fields = {name: getattr(bond, name) for name in _BondJson.model_fields}
    fields["sentiments"] = _sparse(SENTIMENTS, bond.sentiments)
    return _BondJson(**fields).model_dump(mode="json")


def bond_from_json(document: Mapping[str, object]) -> Bond:
    """Return the bond that ``bond_to_json`` wrote; raise ``ValidationError`` for anything else."""
    read = _BondJson.model_validate(document)
    fields = {name: getattr(read, name) for name in _BondJson.model_fields}
    return Bond(**fields | {"sentiments": _dense(SENTIMENTS, read.sentiments)})


def state_hash(mind: Mind, bonds: Iterable[Bond]) -> str:
    """Return the SHA-256 over the canonical JSON of the mind and all bonds, in hex.

    Bonds are ordered by person and floats written by ``repr``, so that equal states have equal
    hashes on every machine.
    """
    state = {
        "mind": mind_to_json(mind),
        "bonds": [bond_to_json(bond) for bond in sorted(bonds, key=lambda bond: bond.person)],
    }
    text = json.dumps(state, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
