"""A message taken in: what it makes the agent feel, and what it tells of the person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from synthetic_soul import nlu
from synthetic_soul.engine.memory import facts
from synthetic_soul.engine.memory.forgetting import forgetting, lines_meant
from synthetic_soul.engine.runtime import reply_id
from synthetic_soul.engine.state.conversation import ASKED
from synthetic_soul.engine.turn.brief import known_facts
from synthetic_soul.mind.appraisal import appraise
from synthetic_soul.mind.events import (
    FactForgotten,
    FactLearned,
    Felt,
    SentimentsMoved,
    TraitsMoved,
)
from synthetic_soul.mind.interpretation import Act
from synthetic_soul.voices.base import KnownFact

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from synthetic_soul.engine.runtime import Runtime
    from synthetic_soul.engine.state.conversation import Conversation
    from synthetic_soul.engine.turn.turn import Turn
    from synthetic_soul.mind.events import Event
    from synthetic_soul.mind.interpretation import Interpretation
    from synthetic_soul.mind.state import Bond


EARLIER = 4


@dataclass(frozen=True, slots=True)
class Taken:
    """The events a message asks for, and what the brief needs to know of them.

    ``known`` is what is held once the message is taken in;
    ``erased`` the digests of words to be removed for good.
    """

    interpretation: Interpretation
    events: tuple[Event, ...]
    known: tuple[KnownFact, ...]
    learned: tuple[KnownFact, ...]
    forgotten: tuple[KnownFact, ...]
    erased: tuple[str, ...]
    causes: tuple[str, ...]


async def take_in(parts: Runtime, turn: Turn, interpretation: Interpretation) -> Taken:
    """Appraise what was said, person by person, and weigh what was told."""
    before = await turn.agent.live.bond(turn.person)
    felt: list[Event] = []
    for person in dict.fromkeys(job.person for job in turn.jobs):
        theirs = interpretation if person == turn.person else read_heard(turn, person)
        felt.extend(await _feel(turn, person, theirs))
    known = await known_facts(parts, turn.agent.id, before, turn.talk.id)
    alone = interpretation
    if len({job.person for job in turn.jobs}) > 1:
        alone = read_heard(turn, turn.person)
        interpretation = replace(
            interpretation, fact_mentions=alone.fact_mentions, forget_topics=alone.forget_topics
        )
    changes = facts.weigh(interpretation.fact_mentions, interpretation.forget_topics, known)
    by = turn.jobs[-1].id
    learned = [fact_learned(parts, turn.talk, turn.person, x, by=by) for x in changes.learned]
    heard = {line.id for line in turn.heard}
    if alone.does(Act.FORGET):
        await turn.talk.read_whole(parts.store)
    meant = lines_meant(turn.talk, turn.person, alone, heard)
    dropped = _told_in(before, () if interpretation.forget_topics else meant) | dict(
        changes.dropped
    )
    replaced = {old for item in changes.learned for old in item.replaces}
    gone = [fact for fact in known if fact.id in dropped]
    forgotten, erased = await _forget(parts, turn, dropped, before)
    if meant:
        forgotten.append(_unsaid(parts, turn, meant))
        erased += turn.talk.noted_of(meant)
    new = tuple(KnownFact(e.id, e.topic, e.value.text or "", turn.since) for e in learned)
    kept = tuple(fact for fact in known if fact.id not in dropped and fact.id not in replaced)
    return Taken(
        interpretation=interpretation,
        events=(*felt, *forgotten, *learned),
        known=(*kept, *new),
        learned=new,
        forgotten=tuple(gone),
        erased=tuple(erased),
        causes=tuple(dict.fromkeys(_causes(felt))),
    )


def _told_in(bond: Bond | None, lines: Collection[str]) -> dict[str, str]:
    """The facts that these lines told, to be given up because the person asked."""
    return {fact.id: ASKED for fact in (bond.facts if bond else ()) if fact.by in lines}


def _unsaid(parts: Runtime, turn: Turn, lines: tuple[str, ...]) -> FactForgotten:
    """Lines to be brought back no more that told no fact; so the id is that of none."""
    return FactForgotten(
        id=parts.new_id(turn.agent.id),
        person=turn.person,
        conversation=turn.talk.id,
        cause=ASKED,
        hidden=(*lines, reply_id(turn.answers[-1])),
    )


def read_heard(turn: Turn, person: str = "") -> Interpretation:
    """What the senses find in this turn's messages: in all of them, or in one person's alone.

    What the same person said before tells whom "she" means.
    """
    lines = [line for line in turn.heard if person in ("", line.speaker)]
    heard = {line.id for line in turn.heard}
    earlier = turn.talk.earlier(person or turn.person, EARLIER, without=heard)
    return nlu.interpret(
        "\n".join(line.text for line in lines),
        name=turn.agent.soul.name,
        group=turn.talk.group,
        before="\n".join(line.text for line in earlier),
    )


async def _feel(turn: Turn, person: str, interpretation: Interpretation) -> list[Event]:
    """What the agent feels about it, as requests to move; each names its cause."""
    live = turn.agent.live
    appraisal = appraise(interpretation, live.mind, await live.bond(person), turn.since)
    by = next(job.id for job in reversed(turn.jobs) if job.person == person)
    events: list[Event] = []
    if appraisal.emotions:
        events.append(Felt(person=person, by=by, impulses=appraisal.emotions))
    if appraisal.sentiments:
        events.append(SentimentsMoved(person=person, by=by, impulses=appraisal.sentiments))
    if appraisal.traits:
        events.append(TraitsMoved(by=by, impulses=appraisal.traits))
    return events


def fact_learned(
    parts: Runtime, talk: Conversation, person: str, item: facts.Learned, *, by: str
) -> FactLearned:
    """The event of a fact that ``person`` told in ``talk`` with the message ``by``."""
    return FactLearned(
        id=parts.new_id(talk.agent),
        person=person,
        conversation=talk.id,
        topic=item.told.topic,
        value=parts.seal(item.told.value, person),
        by=by,
        replaces=item.replaces,
    )


async def _forget(
    parts: Runtime, turn: Turn, dropped: Mapping[str, str], bond: Bond | None
) -> tuple[list[FactForgotten], list[str]]:
    """The events of facts given up, by their causes, and the digests of words to be removed."""
    events: list[FactForgotten] = []
    digests: list[str] = []
    for fact in bond.facts if bond else ():
        cause = dropped.get(fact.id)
        if cause == ASKED:
            reply = reply_id(turn.answers[-1])
            gone = await forgetting(
                parts, turn.agent, turn.person, fact, talk=turn.talk, reply=reply
            )
            events += gone.events
            digests += gone.digests
        elif cause is not None:
            place = fact.conversation
            events.append(
                FactForgotten(id=fact.id, person=turn.person, conversation=place, cause=cause)
            )
    return events, digests


def _causes(events: Sequence[Event]) -> list[str]:
    return [
        impulse.cause
        for event in events
        if isinstance(event, Felt | SentimentsMoved)
        for impulse in event.impulses
    ]
