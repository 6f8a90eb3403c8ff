"""State + event -> state: the one place where a mind or a bond changes.

Each event concerns at most one person. Numbers come from the event, never from words, so that
a replay after an erasure, or with a later reader of words, gives the same state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from synthetic_soul.errors import JournalBroken
from synthetic_soul.mind import dynamics, state
from synthetic_soul.mind.events import (
    FactForgotten,
    FactLearned,
    Felt,
    FragmentKept,
    MessageHeard,
    MessageRetried,
    PersonErased,
    Reflected,
    ReplySpoken,
    SentimentsMoved,
    SilenceKept,
    SoulAdopted,
    ThoughtHad,
    TraitsMoved,
    TurnFailed,
)
from synthetic_soul.mind.state import Bond, Fact, Mind
from synthetic_soul.mind.tables.emotions import TRAITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from synthetic_soul.mind.events import Event, Impulse

_CONCERNING = (
    MessageHeard,
    SentimentsMoved,
    FactLearned,
    FactForgotten,
    ReplySpoken,
    PersonErased,
)


@dataclass(frozen=True, slots=True)
class State:
    """A journal folded: the mind (None while the journal is empty) and a bond per person."""

    mind: Mind | None
    bonds: dict[str, Bond]


def concerned(event: Event) -> str | None:
    """The person whose bond the event may change, None where it changes nobody's."""
    return event.person if isinstance(event, _CONCERNING) else None


def step(  # noqa: C901, PLR0911 - one case an event
    mind: Mind | None, bond: Bond | None, event: Event, at: int
) -> tuple[Mind, Bond | None]:
    """Mind and bond after ``event`` at ``at`` (ms).

    ``bond`` is the concerned person's, None where there is none yet; it comes back unchanged
    (the same object) from events that do not touch it. Time never runs back: an earlier ``at``
    counts as the state's own. Raises ``JournalBroken`` where no soul was adopted first.
    """
    if isinstance(event, SoulAdopted):
        return _adopt(mind, event, at), bond
    if mind is None:
        raise JournalBroken("a journal begins with the adoption of a soul")
    match event:
        case Felt():
            return _feel(mind, event, at), bond
        case TraitsMoved():
            return _drift(mind, event, at), bond
        case MessageHeard():
            return mind, _hear(bond or _met(event.person, at), at)
        case ReplySpoken():
            return mind, _speak(bond or _met(event.person, at), at)
        case SentimentsMoved():
            return mind, _hold(bond or _met(event.person, at), event, at)
        case FactLearned():
            return mind, _learn(bond or _met(event.person, at), event, at)
        case FactForgotten():
            return mind, bond and _without(bond, (event.id,))
        case PersonErased():
            return mind, replace(bond or _met(event.person, at), facts=(), erased=True)
        case (
            MessageRetried()
            | SilenceKept()
            | TurnFailed()
            | ThoughtHad()
            | FragmentKept()
            | Reflected()
        ):
            return mind, bond
        case _:
            assert_never(event)


def fold(entries: Iterable[tuple[int, Sequence[Event]]]) -> State:
    """The state after ``entries`` (time in ms, events), from the beginning of a journal."""
    mind: Mind | None = None
    bonds: dict[str, Bond] = {}
    for at, events in entries:
        for event in events:
            person = concerned(event)
            bond = bonds.get(person) if person else None
            mind, bond = step(mind, bond, event, at)
            if bond is not None:
                bonds[bond.person] = bond
    return State(mind, bonds)


def _pairs(impulses: Iterable[Impulse]) -> list[tuple[str, float]]:
    return [(impulse.dimension, impulse.amount) for impulse in impulses]


def _adopt(mind: Mind | None, event: SoulAdopted, at: int) -> Mind:
    traits = tuple(event.traits.get(name, 0.0) for name in TRAITS)
    if mind is None:
        return Mind(
            name=event.name,
            soul=event.digest,
            at=at,
            traits=traits,
            affect=dynamics.temperament(traits).at_rest,
            drift=(0.0,) * len(traits),
            drift_at=at,
        )
    at = max(at, mind.at)
    # Until now the feelings moved by the old temperament; from now on they move by the new.
    felt = dynamics.feel(state.affect_at(mind, at), dynamics.temperament(mind.traits), ())
    return replace(mind, name=event.name, soul=event.digest, at=at, traits=traits, affect=felt)


def _feel(mind: Mind, event: Felt, at: int) -> Mind:
    at = max(at, mind.at)
    own = dynamics.temperament(mind.traits)
    felt = dynamics.feel(state.affect_at(mind, at), own, _pairs(event.impulses))
    return replace(mind, at=at, affect=felt)


def _drift(mind: Mind, event: TraitsMoved, at: int) -> Mind:
    at = max(at, mind.drift_at)
    left = dynamics.faded(mind.drift, dynamics.DRIFT_HALF_LIFE, at - mind.drift_at)
    return replace(mind, drift_at=at, drift=dynamics.drifted(left, _pairs(event.impulses)))


def _met(person: str, at: int) -> Bond:
    return Bond(person=person, met_at=at, at=at)


def _hear(bond: Bond, at: int) -> Bond:
    last = bond.heard_at
    at = at if last is None else max(at, last)
    silence = 0 if last is None else at - last
    replied = last is None or (bond.spoken_at is not None and bond.spoken_at >= last)
    away = silence if replied else max(silence, bond.away)
    return replace(bond, heard_at=at, messages=bond.messages + 1, away=away)


def _speak(bond: Bond, at: int) -> Bond:
    return replace(bond, spoken_at=max(at, bond.spoken_at or at), replies=bond.replies + 1)


def _hold(bond: Bond, event: SentimentsMoved, at: int) -> Bond:
    at = max(at, bond.at)
    left = state.sentiments_at(bond, at)
    return replace(bond, at=at, sentiments=dynamics.held(left, _pairs(event.impulses)))


def _without(bond: Bond, ids: Sequence[str]) -> Bond:
    kept = tuple(fact for fact in bond.facts if fact.id not in ids)
    return bond if len(kept) == len(bond.facts) else replace(bond, facts=kept)


def _learn(bond: Bond, event: FactLearned, at: int) -> Bond:
    if bond.erased:
        return bond
    fact = Fact(event.id, event.topic, event.value.digest, event.conversation, at, event.by)
    bond = _without(bond, (event.id, *event.replaces))
    return replace(bond, facts=(*bond.facts, fact))
