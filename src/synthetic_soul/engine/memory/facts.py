"""Facts about a person: read, learned, corrected, retracted, and forgotten on request."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from soulscript.text import terms
from synthetic_soul.engine.runtime import Runtime, reply_id
from synthetic_soul.engine.state.conversation import ASKED, Conversation
from synthetic_soul.mind.events import Answered, FactForgotten, FactLearned
from synthetic_soul.mind.interpretation import Act, FactMention, Interpretation
from synthetic_soul.mind.state import Bond, Fact
from synthetic_soul.nlu.acts.questions import EVERYTHING
from synthetic_soul.nlu.calendar.appointments import (
    BIRTHDAY,
    DATED,
    Appointment,
    appointments_in,
    due_of,
    event_words,
)
from synthetic_soul.nlu.calendar.named_date import DueDate
from synthetic_soul.voices.base import KnownFact

MAX_KNOWN_FACTS: Final = 200
"""Facts that an agent knows about one person. Beyond them the oldest are let go; names, homes and
the like, of which there is one each, stay."""
MAX_FACTS_PER_MESSAGE: Final = 12
MAX_USED_FACTS: Final = 20
"""Facts that the event of a reply names."""
SINGLE_TOPICS = {"name", "age", "birthday", "home", "origin", "work", "study"}
SINGLE_FAMILIES = ("favourite:",)
OPPOSITE = {"like": "dislike", "dislike": "like"}
ALIASES = {"address": "home", "city": "home", "town": "home", "job": "work", "profession": "work"}
RETRACTED = "retracted"
UTC: Final = "UTC"
MOVED_WITHIN: Final = 60 * 24 * 60 * 60 * 1000
"""Milliseconds from one date to another beyond which it is another appointment, not a moved one."""
_WORD = re.compile(r"\w+", re.UNICODE)
_TOPICS = SINGLE_TOPICS | ALIASES.keys()


async def known_facts(
    runtime: Runtime, agent: str, bond: Bond | None, audience: str
) -> list[KnownFact]:
    """Return the facts about a person that may be said in the conversation ``audience``.

    Oldest first. A fact that was stated in private is never said in a group.
    """
    if bond is None:
        return []
    facts = [f for f in bond.facts if f.conversation == audience or audience.startswith("dm:")]
    digests = [digest for fact in facts for digest in (fact.digest, fact.when) if digest]
    texts = await runtime.lookups.texts(agent, digests)
    return [
        _known(fact, texts[fact.digest], texts.get(fact.when or "", ""), bond.time_zone)
        for fact in facts
        if fact.digest in texts
    ]


def _known(fact: Fact, value: str, when: str, zone: str) -> KnownFact:
    """Return a fact in words; one without a date may name it in its value."""
    due = DueDate.load(when) or due_of(fact.topic, value, fact.at, zone or UTC)
    return KnownFact(fact.id, fact.topic, value, fact.at, due, fact.raised_at)


def name_of(known: Sequence[KnownFact]) -> str:
    """Return the name that the person gave, "" if none."""
    return next((fact.value for fact in reversed(known) if fact.topic == "name"), "")


def used_facts(known: Sequence[KnownFact], text: str) -> list[KnownFact]:
    """Return the facts that share a word with the text of a reply, the newest of too many."""
    said = set(terms(text))
    used = [fact for fact in known if not said.isdisjoint(terms(f"{fact.topic} {fact.value}"))]
    return used[-MAX_USED_FACTS:]


def fact_learned(
    runtime: Runtime, conversation: Conversation, person: str, change: NewFact, *, by: str
) -> FactLearned:
    """Return the event of a fact that ``person`` stated in the message ``by``."""
    return FactLearned(
        id=runtime.new_id(conversation.agent),
        person=person,
        conversation=conversation.id,
        topic=change.mention.topic,
        value=runtime.seal(change.mention.value, person),
        by=by,
        replaces=change.replaces,
        when=runtime.seal(change.when.dump(), person) if change.when else None,
    )


@dataclass(frozen=True, slots=True)
class NewFact:
    """A mention that becomes a fact, the ids of the facts that it replaces, and when it is due."""

    mention: FactMention
    replaces: tuple[str, ...] = ()
    when: DueDate | None = None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The effect of mentions and requests to forget: ``dropped`` holds ids with their cause."""

    learned: tuple[NewFact, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()


def reconcile(
    mentions: Sequence[FactMention],
    forget: Sequence[str],
    known: Sequence[KnownFact],
    due: Mapping[FactMention, DueDate] = MappingProxyType({}),
) -> Reconciled:
    """Compare what is stated, and what is to be forgotten, with what is known.

    Facts of which there is only one (a name, a home) replace each other; liking something ends
    disliking it; what is known already is not learned twice. ``due`` holds the dates of mentions:
    of one appointment the date told last counts.
    """
    dropped = {fact.id: ASKED for fact in known if any(_matches(fact, what) for what in forget)}
    learned: list[NewFact] = []
    for mention in mentions:
        if mention.retracts:
            dropped |= {old.id: RETRACTED for old in known if _is_withdrawn(old, mention)}
        elif not any(
            _is_same(old, mention, due.get(mention)) for old in known if old.id not in dropped
        ):
            replaced = tuple(
                old.id
                for old in known
                if _is_replaced(old, mention, known) or _is_moved(old, mention, due.get(mention))
            )
            learned.append(NewFact(mention, replaced, due.get(mention)))
    replaced_ids = {old for item in learned for old in item.replaces}
    return Reconciled(
        tuple(learned), tuple((i, c) for i, c in dropped.items() if i not in replaced_ids)
    )


def bounded(
    new: Sequence[NewFact], bond: Bond | None, ended: Collection[str], *, messages: int = 1
) -> list[NewFact]:
    """Return the new facts of so many messages for which there is room, single ones first.

    The last of them also replaces the known facts that then exceed ``MAX_KNOWN_FACTS``. ``ended``
    are the ids of facts that end anyway.
    """
    ranked = sorted(range(len(new)), key=lambda at: (not _is_single(new[at].mention.topic), at))
    kept = [new[at] for at in sorted(ranked[: MAX_FACTS_PER_MESSAGE * messages])]
    gone = {*ended, *(old for each in kept for old in each.replaces)}
    left = [fact for fact in (bond.facts if bond else ()) if fact.id not in gone]
    excess = len(left) + len(kept) - MAX_KNOWN_FACTS
    if kept and excess > 0:
        yielding = sorted(left, key=lambda fact: _is_single(fact.topic))[:excess]
        also = tuple(fact.id for fact in yielding)
        kept[-1] = replace(kept[-1], replaces=(*kept[-1].replaces, *also))
    return kept


def _is_single(topic: str) -> bool:
    return topic in SINGLE_TOPICS or topic.startswith(SINGLE_FAMILIES)


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.casefold()) if len(word) > 1}


def _is_same(old: KnownFact, mention: FactMention, due: DueDate | None) -> bool:
    if old.topic != mention.topic or old.value.casefold() != mention.value.casefold():
        return False
    return due is None or old.when in {None, due}


def _is_moved(old: KnownFact, mention: FactMention, due: DueDate | None) -> bool:
    """Return whether a mention gives another date to what is known to come."""
    if due is None or old.when is None or old.root not in DATED or old.when.end <= old.at:
        return False
    if not (old.when.recurs or due.recurs) and old.when.end < due.start - MOVED_WITHIN:
        return False
    words = event_words(old.topic, old.value)
    return bool(words) and words == event_words(mention.topic, mention.value)


def _is_withdrawn(old: KnownFact, mention: FactMention) -> bool:
    if old.topic != mention.topic:
        return False
    return not mention.value or bool(_words(old.value) & _words(mention.value))


def _is_replaced(old: KnownFact, mention: FactMention, known: Sequence[KnownFact]) -> bool:
    if old.topic == OPPOSITE.get(mention.topic):
        return old.value.casefold() == mention.value.casefold()
    if old.topic != mention.topic:
        return False
    if _is_single(mention.topic):
        return True
    return mention.corrects and old is _latest(mention.topic, known)


def _latest(topic: str, known: Sequence[KnownFact]) -> KnownFact:
    return max((old for old in known if old.topic == topic), key=lambda old: (old.at, old.id))


def _matches(fact: KnownFact, what: str) -> bool:
    """Return whether a request to forget ``what`` (a topic, a word, or everything) means it."""
    wanted = ALIASES.get(what.casefold(), what.casefold())
    if wanted == EVERYTHING or wanted in (fact.topic, fact.topic.partition(":")[2]):
        return True
    return bool(_words(wanted)) and _words(wanted) <= _words(f"{fact.topic} {fact.value}")


@dataclass(frozen=True, slots=True)
class FactChanges:
    """The events by which a message changes the facts about its speaker.

    ``known`` is what is known after them, ``person_name`` the name in it ("" if unknown);
    ``erased`` are the digests of texts to be erased.
    """

    events: tuple[FactForgotten | FactLearned, ...] = ()
    known: tuple[KnownFact, ...] = ()
    learned: tuple[KnownFact, ...] = ()
    forgotten: tuple[KnownFact, ...] = ()
    erased: tuple[str, ...] = ()
    person_name: str = ""


async def change_facts(
    runtime: Runtime,
    conversation: Conversation,
    bond: Bond | None,
    interpretation: Interpretation,
    *,
    person: str,
    answers: Sequence[Answered],
    at: int,
) -> FactChanges:
    """Return how the messages of ``person`` change what is known of them.

    ``interpretation`` is of the person's own messages alone; ``bond`` is from before them.
    ``answers`` are the messages of the turn, and ``at`` its time in milliseconds.
    """
    known = await known_facts(runtime, conversation.agent, bond, conversation.id)
    zone = (bond.time_zone if bond else "") or UTC
    mentions, due = _with_dates(interpretation, at, zone)
    reconciled = reconcile(mentions, interpretation.forget_topics, known, due)
    by = answers[-1].message
    kept = bounded(reconciled.learned, bond, dict(reconciled.dropped).keys(), messages=len(answers))
    learned = [fact_learned(runtime, conversation, person, new, by=by) for new in kept]
    if interpretation.does(Act.FORGET):
        await conversation.read_whole(runtime.store)
    lines = lines_to_forget(conversation, person, interpretation, {x.message for x in answers})
    dropped = dict(reconciled.dropped)
    if not interpretation.forget_topics:  # then the facts stated in these lines are meant, too
        stated = {fact.id: ASKED for fact in (bond.facts if bond else ()) if fact.by in lines}
        dropped = stated | dropped
    reply = reply_id(answers[-1])
    forgetting = await _forget_all(runtime, conversation, person, bond, dropped, reply=reply)
    events, erased = [*forgetting.events], [*forgetting.digests]
    if lines:  # hidden under a fresh id, which belongs to no fact
        fresh = runtime.new_id(conversation.agent)
        events.append(_forgotten(fresh, person, conversation.id, (*lines, reply)))
        erased += conversation.observation_digests(lines)
    added = tuple(
        KnownFact(e.id, e.topic, e.value.text or "", at, new.when)
        for e, new in zip(learned, kept, strict=True)
    )
    ended = {*dropped, *(old for new in kept for old in new.replaces)}
    remaining = (*(fact for fact in known if fact.id not in ended), *added)
    return FactChanges(
        events=(*events, *learned),
        known=remaining,
        learned=added,
        forgotten=tuple(fact for fact in known if fact.id in dropped),
        erased=tuple(erased),
        person_name=name_of(remaining),
    )


def _with_dates(
    interpretation: Interpretation, at: int, zone: str
) -> tuple[list[FactMention], dict[FactMention, DueDate]]:
    """Return the mentions with the appointments among them, and when each of them is due."""
    mentions = list(interpretation.fact_mentions)
    found = {m: due_of(m.topic, m.value, at, zone) for m in mentions if not m.retracts}
    due = {mention: date for mention, date in found.items() if date is not None}
    if interpretation.does(Act.FORGET):
        return mentions, due
    for new in appointments_in(interpretation.text, at, zone, interpretation.language):
        same = [m for m in found if _is_of(m, new)]
        if not same:
            mentions.append(mention := FactMention(new.topic, new.value))
            due[mention] = new.due
        for mention in same:
            if due.setdefault(mention, new.due).precision != "hour":
                due[mention] = new.due
    return mentions, due


def _is_of(mention: FactMention, appointment: Appointment) -> bool:
    """Return whether a mention states what an appointment does."""
    if BIRTHDAY in {mention.topic, appointment.topic}:
        return mention.topic == appointment.topic
    stated = event_words(mention.topic, mention.value)
    told = event_words(appointment.topic, appointment.value)
    shared = 2 * len(stated & told)
    return mention.topic in DATED and 0 < shared >= min(len(stated), len(told))


async def _forget_all(
    runtime: Runtime,
    conversation: Conversation,
    person: str,
    bond: Bond | None,
    dropped: Mapping[str, str],
    *,
    reply: str,
) -> Forgetting:
    """Return what it takes to end the facts in ``dropped`` (id -> cause)."""
    events: list[FactForgotten] = []
    digests: list[str] = []
    for fact in bond.facts if bond else ():
        cause = dropped.get(fact.id)
        if cause == ASKED:
            forgetting = await forget_fact(
                runtime, conversation.agent, person, fact, conversation=conversation, reply=reply
            )
            events += forgetting.events
            digests += forgetting.digests
        elif cause is not None:
            events.append(_forgotten(fact.id, person, fact.conversation, cause=cause))
    return Forgetting(tuple(events), tuple(digests))


def _forgotten(
    id: str, person: str, conversation: str, hidden: tuple[str, ...] = (), *, cause: str = ASKED
) -> FactForgotten:
    return FactForgotten(
        id=id, person=person, conversation=conversation, cause=cause, hidden=hidden
    )


@dataclass(frozen=True, slots=True)
class Forgetting:
    """The events that forget a fact, and the digests of the texts to be erased after them."""

    events: tuple[FactForgotten, ...] = ()
    digests: tuple[str, ...] = ()


async def forget_fact(
    runtime: Runtime,
    agent: str,
    person: str,
    fact: Fact,
    *,
    conversation: Conversation | None = None,
    reply: str = "",
) -> Forgetting:
    """Return what it takes to forget ``fact``, stated in ``conversation`` or in another one.

    The lines that state it or mention its value are hidden, with the observations that rest on
    them, and the ``reply`` in ``conversation`` that confirms it.
    """
    texts = await runtime.store.texts.read(agent, [fact.digest])
    source = await runtime.conversations.get_whole(agent, fact.conversation)
    conversations = {source.id: source} | ({conversation.id: conversation} if conversation else {})
    events: list[FactForgotten] = []
    digests = [fact.digest, *([fact.when] if fact.when else [])]
    for each in conversations.values():
        lines = [*each.sources_of(fact.id), *each.lines_mentioning(texts.get(fact.digest, ""))]
        hidden = tuple(dict.fromkeys([*lines, reply] if reply and each is conversation else lines))
        digests += each.observation_digests(hidden)
        if hidden or each is source:
            events.append(_forgotten(fact.id, person, each.id, hidden))
    return Forgetting(tuple(events), tuple(digests))


def lines_to_forget(
    conversation: Conversation, person: str, interpretation: Interpretation, new: Collection[str]
) -> tuple[str, ...]:
    """Return the lines, besides those of facts, that a person asks to have forgotten.

    For "everything" all of the person's; else those that contain one of the words; where nothing
    is named, the last one before the ``new`` ones.
    """
    if not interpretation.does(Act.FORGET):
        return ()
    theirs = conversation.lines_of(person)
    topics = interpretation.forget_topics
    if EVERYTHING in topics:
        return (*theirs, *(() if conversation.is_group else conversation.own_lines))
    if not topics:
        return tuple(line for line in theirs if line not in new)[-1:]
    words = [topic for topic in topics if ":" not in topic and topic not in _TOPICS]
    lines = {line for word in words for line in conversation.lines_mentioning(word)}
    return tuple(sorted(line for line in lines if not conversation.is_group or line in theirs))
