"""The reducer: state + event -> state. Nothing else changes a mind or a bond.

Each event concerns at most one person. Numbers come from the event, never from words, so that
a replay after an erasure, or with a later version of ``nlu``, gives the same state.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from synthetic_soul.errors import JournalBroken
from synthetic_soul.mind import dynamics, state
from synthetic_soul.mind.events import (
    ConversationOpened,
    Event,
    FactForgotten,
    FactLearned,
    Felt,
    FragmentKept,
    Impulse,
    MessageHeard,
    MessageRetried,
    PersonErased,
    ReferralGiven,
    Reflected,
    ReplySpoken,
    SentimentsMoved,
    SilenceKept,
    SoulAdopted,
    SubjectHidden,
    SubjectShown,
    ThoughtHad,
    TraitsMoved,
    TurnFailed,
)
from synthetic_soul.mind.state import Bond, Fact, Mind, Subject
from synthetic_soul.mind.tables.traits import TRAITS

_CONCERNING = (
    MessageHeard,
    SentimentsMoved,
    FactLearned,
    FactForgotten,
    SubjectHidden,
    SubjectShown,
    ReplySpoken,
    ReferralGiven,
    PersonErased,
)


@dataclass(frozen=True, slots=True)
class State:
    """A folded journal: the mind (None while the journal is empty) and a bond per person."""

    mind: Mind | None
    bonds: dict[str, Bond]


def concerned_person(event: Event) -> str | None:
    """Return the person whose bond the event may change, or None."""
    return event.person if isinstance(event, _CONCERNING) else None


def step(  # noqa: C901, PLR0911, PLR0912 - one case an event
    mind: Mind | None, bond: Bond | None, event: Event, at: int
) -> tuple[Mind, Bond | None]:
    """Return mind and bond after ``event`` at ``at`` (ms).

    ``bond`` is that of the concerned person, None where there is none yet; an event that does
    not touch it returns the same object. Time never goes back: an earlier ``at`` counts as the
    state's own. Raise ``JournalBroken`` where no soul was adopted first.
    """
    if isinstance(event, SoulAdopted):
        return _adopt_soul(mind, event, at), bond
    if mind is None:
        raise JournalBroken("a journal begins with the adoption of a soul")
    match event:
        case Felt():
            return _move_emotions(mind, event, at), bond
        case TraitsMoved():
            return _move_traits(mind, event, at), bond
        case MessageHeard():
            return mind, _count_message(bond or _new_bond(event.person, at), event, at)
        case ReplySpoken():
            return mind, _count_reply(bond or _new_bond(event.person, at), event, at)
        case SentimentsMoved():
            return mind, _move_sentiments(bond or _new_bond(event.person, at), event, at)
        case FactLearned():
            return mind, _learn_fact(bond or _new_bond(event.person, at), event, at)
        case FactForgotten():
            return mind, bond and _forget_fact(bond, event, at)
        case SubjectHidden():
            return mind, _hide(bond or _new_bond(event.person, at), event, at)
        case SubjectShown():
            return mind, bond and _show(bond, event)
        case ReferralGiven():
            return mind, _note_referral(bond or _new_bond(event.person, at), at)
        case PersonErased():
            return mind, _erase(bond or _new_bond(event.person, at))
        case (
            ConversationOpened()
            | MessageRetried()
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
    """Return the state after ``entries`` (time in ms, events) from the start of a journal."""
    mind: Mind | None = None
    bonds: dict[str, Bond] = {}
    for at, events in entries:
        mind = fold_entry(mind, bonds, events, at)
    return State(mind, bonds)


def fold_entry(
    mind: Mind | None, bonds: dict[str, Bond], events: Iterable[Event], at: int
) -> Mind | None:
    """Return the mind after the ``events`` of one entry; change ``bonds`` in place."""
    for event in events:
        person = concerned_person(event)
        mind, bond = step(mind, bonds.get(person) if person else None, event, at)
        if bond is not None:
            bonds[bond.person] = bond
    return mind


def _pairs(impulses: Iterable[Impulse]) -> list[tuple[str, float]]:
    return [(impulse.dimension, impulse.amount) for impulse in impulses]


def _adopt_soul(mind: Mind | None, event: SoulAdopted, at: int) -> Mind:
    traits = tuple(event.traits.get(name, 0.0) for name in TRAITS)
    if mind is None:
        return Mind(
            name=event.name,
            soul=event.digest,
            at=at,
            traits=traits,
            affect=dynamics.temperament_of(traits).at_rest,
            drift=(0.0,) * len(traits),
            drift_at=at,
        )
    at = max(at, mind.at)
    # Until now the affect followed the old temperament; from now on it follows the new one.
    affect = dynamics.move_emotions(
        state.affect_at(mind, at), dynamics.temperament_of(mind.traits), ()
    )
    return replace(mind, name=event.name, soul=event.digest, at=at, traits=traits, affect=affect)


def _move_emotions(mind: Mind, event: Felt, at: int) -> Mind:
    at = max(at, mind.at)
    temperament = dynamics.temperament_of(mind.traits)
    affect = dynamics.move_emotions(state.affect_at(mind, at), temperament, _pairs(event.impulses))
    return replace(mind, at=at, affect=affect)


def _move_traits(mind: Mind, event: TraitsMoved, at: int) -> Mind:
    at = max(at, mind.drift_at)
    drift = dynamics.decay(mind.drift, dynamics.DRIFT_HALF_LIFE, at - mind.drift_at)
    return replace(mind, drift_at=at, drift=dynamics.move_traits(drift, _pairs(event.impulses)))


def _new_bond(person: str, at: int) -> Bond:
    return Bond(person=person, met_at=at, at=at)


def _count_message(bond: Bond, event: MessageHeard, at: int) -> Bond:
    last = bond.heard_at
    at = at if last is None else max(at, last)
    silence = 0 if last is None else at - last
    replied = last is None or (bond.spoken_at is not None and bond.spoken_at >= last)
    away = silence if replied else max(silence, bond.away)
    bond = replace(bond, heard_at=at, messages=bond.messages + 1, away=away)
    if bond.erased:
        return replace(bond, country="", time_zone="")
    country, zone = event.country or bond.country, event.time_zone or bond.time_zone
    return replace(bond, country=country, time_zone=zone)


def _count_reply(bond: Bond, event: ReplySpoken, at: int) -> Bond:
    bond = replace(bond, spoken_at=max(at, bond.spoken_at or at), replies=bond.replies + 1)
    if not (event.raised or event.used):
        return bond
    raised, used = frozenset(event.raised), frozenset(event.used)
    facts = (replace(x, raised_at=at) if x.id in raised else x for x in bond.facts)
    facts = (replace(x, used=x.used + 1, used_at=at) if x.id in used else x for x in facts)
    return replace(bond, facts=tuple(facts))


def _erase(bond: Bond) -> Bond:
    bond = replace(bond, facts=(), hidden=(), referred_at=None)
    return replace(bond, country="", time_zone="", erased=True)


def _note_referral(bond: Bond, at: int) -> Bond:
    return bond if bond.erased else replace(bond, referred_at=max(at, bond.referred_at or at))


def _move_sentiments(bond: Bond, event: SentimentsMoved, at: int) -> Bond:
    at = max(at, bond.at)
    latents = dynamics.move_sentiments(state.sentiment_latents(bond, at), _pairs(event.impulses))
    return replace(bond, at=at, sentiments=latents)


def _without_facts(bond: Bond, ids: Sequence[str]) -> Bond:
    remaining = tuple(fact for fact in bond.facts if fact.id not in ids)
    return bond if len(remaining) == len(bond.facts) else replace(bond, facts=remaining)


def _learn_fact(bond: Bond, event: FactLearned, at: int) -> Bond:
    if bond.erased:
        return bond
    older = [fact for fact in bond.facts if fact.id in {*event.replaces, *event.ends}]
    fact = Fact(
        id=event.id,
        topic=event.topic,
        digest=event.value.digest,
        conversation=event.conversation,
        at=at,
        by=event.by,
        certain=event.certain,
        when=event.when.digest if event.when else None,
        inferred=event.inferred,
        hearsay=event.hearsay,
        # Of too many facts the oldest are replaced, too, whatever they are about.
        hidden=any(fact.hidden for fact in older if fact.topic == event.topic),
    )
    bond = _end_facts(_without_facts(bond, (event.id, *event.replaces)), event.ends, at)
    return replace(bond, facts=(*bond.facts, fact))


def _forget_fact(bond: Bond, event: FactForgotten, at: int) -> Bond:
    if event.kept:
        return _end_facts(bond, (event.id,), at)
    return _without_subjects(_without_facts(bond, (event.id,)), (event.id,))


def _hide(bond: Bond, event: SubjectHidden, at: int) -> Bond:
    if bond.erased:
        return bond
    bond = _set_hidden(bond, event.facts, hidden=True)
    if event.subject is None:
        return bond
    subject = Subject(event.id, event.subject.digest, event.conversation, at)
    return replace(bond, hidden=(*bond.hidden, subject))


def _show(bond: Bond, event: SubjectShown) -> Bond:
    return _without_subjects(_set_hidden(bond, event.facts, hidden=False), event.subjects)


def _set_hidden(bond: Bond, ids: Sequence[str], *, hidden: bool) -> Bond:
    if not ids:
        return bond
    facts = (replace(fact, hidden=hidden) if fact.id in ids else fact for fact in bond.facts)
    return replace(bond, facts=tuple(facts))


def _without_subjects(bond: Bond, ids: Sequence[str]) -> Bond:
    remaining = tuple(subject for subject in bond.hidden if subject.id not in ids)
    return bond if len(remaining) == len(bond.hidden) else replace(bond, hidden=remaining)


def _end_facts(bond: Bond, ids: Sequence[str], at: int) -> Bond:
    """Return the bond with facts that ceased to hold; what had ended before keeps its time."""
    if not ids:
        return bond
    facts = (
        replace(fact, ended_at=at) if fact.id in ids and fact.ended_at is None else fact
        for fact in bond.facts
    )
    return replace(bond, facts=tuple(facts))
