"""Hearsay: what one person says in a group of another one who is in it.

It is kept for whom it is about, who sees in their profile who said it, and may hide, correct and
forget it. No brief holds it as a fact, not even theirs: an agent asserts of nobody what others say.
In the group where it was said, the line itself is recalled like any other. Its words belong to who
said them, and go with them, with a line that they have forgotten, and with whom they are about.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from synthetic_soul import nlu
from synthetic_soul.engine.agents import Agent
from synthetic_soul.engine.memory.fact_changes import RETRACTED, NewFact, is_history, reconcile
from synthetic_soul.engine.memory.facts import all_facts, known_facts, name_of
from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.engine.state.conversation import MAX_RECENT_LINES, Conversation
from synthetic_soul.engine.state.conversation_ids import is_private
from synthetic_soul.engine.state.recollection import ASKED
from synthetic_soul.mind.events import Event, FactForgotten, FactLearned
from synthetic_soul.mind.interpretation import Act, Hearsay, Interpretation
from synthetic_soul.mind.state import Bond
from synthetic_soul.voices.base import KnownFact

MAX_HEARSAY: Final = 20
"""Facts that others told of one person, history included; beyond them the oldest are let go."""
_NAMING: Final = frozenset({"person", "pet"})


@dataclass(frozen=True, slots=True)
class HearsayChanges:
    """The events by which hearsay is learned and dropped, and digests of texts to be erased."""

    events: tuple[FactLearned | FactForgotten, ...] = ()
    erased: tuple[str, ...] = ()


async def member_names(
    runtime: Runtime, agent: Agent, conversation: Conversation, speakers: Collection[str]
) -> dict[str, str]:
    """Return who is meant by which name in a group, by the name: ``speakers``, and of late.

    That is a username, or a name that somebody gave in the group. What two are called, or the agent
    itself, means nobody.
    """
    if not conversation.is_group:
        return {}
    recent = conversation.recent_lines(MAX_RECENT_LINES, without=())
    persons = {line.speaker for line in recent if not line.mine} | {*speakers}
    meant: dict[str, set[str]] = {agent.name.casefold(): {""}}
    for person in sorted(persons):
        bond = await agent.state.bond(person)
        if bond is None or bond.erased:
            continue
        account = await runtime.lookups.account(person)
        told = name_of(await known_facts(runtime, agent.id, bond, conversation.id))
        for name in (account.username if account else person, told):
            if name:
                meant.setdefault(name.casefold(), set()).add(person)
    return {name: next(iter(who)) for name, who in meant.items() if len(who) == 1 and who != {""}}


async def learn_hearsay(
    runtime: Runtime,
    agent: Agent,
    conversation: Conversation,
    interpretation: Interpretation,
    names: Mapping[str, str],
    *,
    speaker: str,
    by: str,
    already: Sequence[Event] = (),
) -> HearsayChanges:
    """Return what ``speaker`` says of others in the message ``by``; ``names`` as in the group.

    ``interpretation`` is of the speaker's own messages alone. What others have ``already`` said in
    the turn is not learned twice.
    """
    heard = _heard(interpretation, agent.name, [x for x, who in names.items() if who != speaker])
    if not heard:
        return HearsayChanges()
    theirs = await all_facts(runtime, agent.id, await agent.state.bond(speaker))
    events: list[FactLearned | FactForgotten] = []
    for name in dict.fromkeys(each.name for each in heard):
        person = names[name]
        bond = await agent.state.bond(person)
        if bond is None or bond.erased or _is_their_own(name, theirs):
            continue
        told = {
            (event.topic, (event.value.text or "").casefold())
            for event in already
            if isinstance(event, FactLearned) and event.person == person
        }
        said = [
            each
            for each in heard
            if each.name == name and (each.fact.topic, each.fact.value.casefold()) not in told
        ]
        events += await _learned(runtime, agent, conversation, bond, said, speaker=speaker, by=by)
    return HearsayChanges(tuple(events))


def _heard(said: Interpretation, name: str, members: Collection[str]) -> Sequence[Hearsay]:
    """Return what is said of others; nothing where somebody is in danger, or asks for silence."""
    if said.crisis or said.does(Act.FORGET, Act.HIDE):
        return ()
    return nlu.extract_hearsay(said.text, name=name, members=members)


def _is_their_own(name: str, facts: Sequence[KnownFact]) -> bool:
    """Return whether a name is that of somebody whom the speaker has told of: "my brother Ben"."""
    named = (
        called
        for fact in facts
        if fact.root in _NAMING
        for called in (fact.topic.partition(":")[2], *fact.value.replace(",", " ").split())
    )
    return name in {called.casefold() for called in named}


async def _learned(
    runtime: Runtime,
    agent: Agent,
    conversation: Conversation,
    bond: Bond,
    said: Sequence[Hearsay],
    *,
    speaker: str,
    by: str,
) -> list[FactLearned | FactForgotten]:
    known = await all_facts(runtime, agent.id, bond)
    old = [fact for fact in known if fact.hearsay]
    held = [fact for fact in old if fact.ended_at is None]
    change = reconcile([each.fact for each in said], (), held)
    told = {(fact.topic, fact.value.casefold()) for fact in known}
    new = [x for x in change.learned if (x.mention.topic, x.mention.value.casefold()) not in told]
    new = new[:MAX_HEARSAY]
    by_id = {fact.id: fact for fact in old}
    return [
        *(
            FactForgotten(
                id=over,
                person=bond.person,
                conversation=conversation.id,
                cause=RETRACTED,
                kept=is_history(by_id[over]),
            )
            for over, _ in change.dropped
        ),
        *(
            FactLearned(
                id=runtime.new_id(agent.id),
                person=bond.person,
                conversation=conversation.id,
                topic=each.mention.topic,
                value=runtime.seal(each.mention.value, speaker),
                by=by,
                replaces=each.replaces,
                ends=each.ends,
                hearsay=True,
            )
            for each in _bounded(new, old)
        ),
    ]


def _bounded(new: Sequence[NewFact], old: Sequence[KnownFact]) -> list[NewFact]:
    """Return the new facts, the last of which also replaces the oldest of too many."""
    kept = [*new]
    gone = {replaced for each in new for replaced in each.replaces}
    left = sorted((fact for fact in old if fact.id not in gone), key=lambda x: (x.at, x.id))
    excess = len(left) + len(kept) - MAX_HEARSAY
    if kept and excess > 0:
        last = kept[-1]
        also = tuple(fact.id for fact in left[:excess])
        kept[-1] = NewFact(last.mention, (*last.replaces, *also), last.ends, last.when)
    return kept


async def withdraw_hearsay(
    runtime: Runtime, agent: Agent, events: Sequence[Event], speaker: str
) -> HearsayChanges:
    """Return what goes with the lines of ``speaker`` that ``events`` have forgotten in groups."""
    found: list[FactForgotten] = []
    digests: list[str] = []
    for event in events:
        if not isinstance(event, FactForgotten) or event.cause != ASKED or not event.hidden:
            continue
        if is_private(event.conversation):
            continue
        group = await runtime.conversations.get_whole(agent.id, event.conversation)
        for person in sorted(group.past.speakers - {speaker}):
            bond = await agent.state.bond(person)
            for fact in bond.facts if bond else ():
                if not fact.hearsay or fact.by is None or fact.by not in event.hidden:
                    continue
                if await runtime.lookups.speaker(agent.id, fact.by) == speaker:
                    digests.append(fact.digest)
                    forgotten = FactForgotten(
                        id=fact.id, person=person, conversation=fact.conversation, cause=ASKED
                    )
                    found.append(forgotten)
    unique = {event.id: event for event in found}
    return HearsayChanges(tuple(unique.values()), tuple(dict.fromkeys(digests)))
