"""Facts about a person: read, learned, corrected, retracted, and forgotten on request."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from soulscript.text import terms
from synthetic_soul.engine.memory.fact_changes import (
    ALIASES,
    RETRACTED,
    SINGLE_TOPICS,
    NewFact,
    is_history,
    is_single,
    reconcile,
)
from synthetic_soul.engine.memory.hidden import Hidden, HiddenSubject, hidden_subjects, marked
from synthetic_soul.engine.runtime import ReadsTexts, Runtime
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.state.conversation_ids import is_private, private_conversation
from synthetic_soul.engine.state.recollection import ASKED
from synthetic_soul.mind.events import FactForgotten, FactLearned
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
from synthetic_soul.stores.base import Store
from synthetic_soul.voices.base import KnownFact

MAX_KNOWN_FACTS: Final = 200
"""Facts that an agent knows about one person. Beyond them the oldest are let go; names, homes and
the like, of which there is one each, stay."""
MAX_FACTS_PER_MESSAGE: Final = 12
MAX_USED_FACTS: Final = 20
"""Facts that the event of a reply names."""
_NAMED = "{name}: {value}"
"""What is sealed of a fact about somebody by name: the name is the person's words, too."""
UTC: Final = "UTC"
_TOPICS = SINGLE_TOPICS | ALIASES.keys()


async def known_facts(
    runtime: ReadsTexts,
    agent: str,
    bond: Bond | None,
    audience: str,
    *,
    past: bool = False,
    hearsay: bool = False,
) -> list[KnownFact]:
    """Return the facts about a person that may be said in the conversation ``audience``.

    Oldest first, hidden ones among them. A fact that was stated in private is never said in a
    group. ``past``: those that no longer hold, in place of those that do; ``hearsay``: those that
    others told, in place of those of the person, which are for the person alone.
    """
    if bond is None:
        return []
    facts = [
        fact
        for fact in bond.facts
        if (fact.ended_at is not None) == past
        and fact.hearsay == hearsay
        and (fact.conversation == audience or is_private(audience))
    ]
    digests = [digest for fact in facts for digest in (fact.digest, fact.when) if digest]
    texts = await runtime.lookups.texts(agent, digests)
    known = (
        _known(fact, texts[fact.digest], texts.get(fact.when or "", ""), bond.time_zone)
        for fact in facts
        if fact.digest in texts
    )
    return marked(known, await hidden_subjects(runtime, agent, bond))


async def hidden_from(runtime: Runtime, agent: str, bond: Bond | None) -> Hidden:
    """Return what must not be mentioned to a person."""
    if bond is None:
        return Hidden()
    subjects = await hidden_subjects(runtime, agent, bond)
    return hidden_of(bond, subjects, await all_facts(runtime, agent, bond))


async def all_facts(runtime: ReadsTexts, agent: str, bond: Bond | None) -> list[KnownFact]:
    """Return all facts about a person, wherever they were told: what holds, then what held.

    At the end of each come those that others told.
    """
    if bond is None:
        return []
    audience = private_conversation(bond.person)
    return [
        fact
        for past in (False, True)
        for hearsay in (False, True)
        for fact in await known_facts(runtime, agent, bond, audience, past=past, hearsay=hearsay)
    ]


def hidden_of(
    bond: Bond | None, subjects: Sequence[HiddenSubject], facts: Sequence[KnownFact]
) -> Hidden:
    """Return what is hidden of ``facts``, with the lines of the bond that told it."""
    hidden = tuple(fact for fact in facts if fact.hidden)
    ids = {fact.id for fact in hidden}
    lines = (fact.by for fact in (bond.facts if bond else ()) if fact.id in ids)
    silent = [bond.person] if bond and any(x.subject.is_everything for x in subjects) else []
    return Hidden(
        tuple(subjects), hidden, frozenset(line for line in lines if line), frozenset(silent)
    )


def _known(fact: Fact, text: str, when: str, zone: str) -> KnownFact:
    """Return a fact in words; one without a date may name it in its value."""
    topic, value = _unsealed(fact.topic, text)
    due = DueDate.load(when) or due_of(topic, value, fact.at, zone or UTC)
    return KnownFact(
        fact.id,
        topic,
        value,
        fact.at,
        fact.ended_at,
        when=due,
        raised_at=fact.raised_at,
        hidden=fact.hidden,
        used=fact.used,
        used_at=fact.used_at,
        hearsay=fact.hearsay,
    )


def _unsealed(topic: str, text: str) -> tuple[str, str]:
    """Return topic and value of a fact as they were stated: "person:" alone was a name."""
    if not topic.endswith(":"):
        return topic, text
    name, _, value = text.partition(": ")
    return f"{topic}{name}", value


def _sealed(topic: str, value: str) -> tuple[str, str]:
    """Return the topic and the text that are kept: a name in a topic goes into the text.

    A topic stands in the journal as it is and is never erased; a text can be.
    """
    root, _, kind = topic.partition(":")
    if root not in {"person", "pet"} or not kind or kind[:1].islower():
        return topic, value
    return f"{root}:", _NAMED.format(name=kind, value=value)


def name_of(known: Sequence[KnownFact]) -> str:
    """Return the name that the person gave, "" if none."""
    return next((fact.value for fact in reversed(known) if fact.topic == "name"), "")


def used_facts(known: Sequence[KnownFact], text: str) -> list[KnownFact]:
    """Return the facts that share a word with the text of a reply, the newest of too many."""
    said = set(terms(text))
    used = [fact for fact in known if not said.isdisjoint(terms(f"{fact.topic} {fact.value}"))]
    return used[-MAX_USED_FACTS:]


def fact_learned(
    runtime: Runtime,
    conversation: Conversation,
    person: str,
    change: NewFact,
    *,
    by: str,
    inferred: bool = False,
) -> FactLearned:
    """Return the event of a fact that ``person`` stated in the message ``by``.

    ``inferred``: reflection found it there.
    """
    topic, text = _sealed(change.mention.topic, change.mention.value)
    return FactLearned(
        id=runtime.new_id(conversation.agent),
        person=person,
        conversation=conversation.id,
        topic=topic,
        value=runtime.seal(text, person),
        by=by,
        replaces=change.replaces,
        ends=change.ends,
        certain=change.mention.certain,
        when=runtime.seal(change.when.dump(), person) if change.when else None,
        inferred=inferred,
    )


def bounded(
    new: Sequence[NewFact], bond: Bond | None, ended: Collection[str], *, messages: int = 1
) -> list[NewFact]:
    """Return the new facts of so many messages for which there is room, single ones first.

    The last of them also replaces the known facts that then exceed ``MAX_KNOWN_FACTS``. ``ended``
    are the ids of facts that end anyway.
    """
    ranked = sorted(range(len(new)), key=lambda at: (not is_single(new[at].mention.topic), at))
    kept = [new[at] for at in sorted(ranked[: MAX_FACTS_PER_MESSAGE * messages])]
    gone = {*ended, *(old for each in kept for old in each.replaces)}
    left = [fact for fact in (bond.facts if bond else ()) if fact.id not in gone]
    excess = len(left) + len(kept) - MAX_KNOWN_FACTS
    if kept and excess > 0:
        yielding = sorted(left, key=_worth)[:excess]
        also = tuple(fact.id for fact in yielding)
        kept[-1] = replace(kept[-1], replaces=(*kept[-1].replaces, *also))
    return kept


def _worth(fact: Fact) -> int:
    """Return how long a fact is kept where there are too many: history and hearsay go first."""
    is_own = fact.ended_at is None and not fact.hearsay
    return 1 + is_single(fact.topic) if is_own else 0


@dataclass(frozen=True, slots=True)
class FactChanges:
    """The events by which a message changes the facts about its speaker.

    ``known`` is what is known after them, ``past`` what no longer holds, ``person_name`` the name
    in it ("" if unknown); ``erased`` are the digests of texts to be erased.
    """

    events: tuple[FactForgotten | FactLearned, ...] = ()
    known: tuple[KnownFact, ...] = ()
    past: tuple[KnownFact, ...] = ()
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
    messages: Sequence[str],
    reply: str,
    at: int,
) -> FactChanges:
    """Return how the messages of ``person`` change what is known of them.

    ``interpretation`` is of the person's own ``messages`` (ids) alone; ``bond`` is from before
    them. ``reply`` is the id of the reply to the turn, and ``at`` its time in milliseconds.
    """
    known = await known_facts(runtime, conversation.agent, bond, conversation.id)
    past = await known_facts(runtime, conversation.agent, bond, conversation.id, past=True)
    zone = (bond.time_zone if bond else "") or UTC
    mentions, due = _with_dates(interpretation, at, zone)
    heard = await _heard(runtime, conversation, bond) if interpretation.forget_topics else []
    reconciled = reconcile(mentions, interpretation.forget_topics, known, [*past, *heard], due)
    kept = bounded(
        reconciled.learned, bond, dict(reconciled.dropped).keys(), messages=len(messages)
    )
    learned = [fact_learned(runtime, conversation, person, new, by=messages[-1]) for new in kept]
    lines = await lines_to_forget(runtime.store, conversation, person, interpretation, messages)
    dropped = _stated_in(lines, bond, interpretation) | dict(reconciled.dropped)
    forgetting = await _forget_all(runtime, conversation, person, bond, dropped, reply=reply)
    events, erased = [*forgetting.events], [*forgetting.digests]
    if lines:  # hidden under a fresh id, which belongs to no fact
        fresh = runtime.new_id(conversation.agent)
        events.append(_forgotten(fresh, person, conversation.id, (*lines, reply)))
        events += _in_private(fresh, person, events)
        erased += await conversation.observation_digests(runtime.store, lines)
    added = _added(learned, kept, at)
    over = _ended(known, kept, dropped)
    gone = {*dropped, *over, *(old for new in kept for old in new.replaces)}
    remaining = (*(fact for fact in known if fact.id not in gone), *added)
    ended = (replace(fact, ended_at=at) for fact in known if fact.id in over)
    return FactChanges(
        events=(*events, *learned),
        known=remaining,
        past=(*(fact for fact in past if fact.id not in gone), *ended),
        learned=added,
        forgotten=tuple(fact for fact in (*known, *past) if fact.id in dropped),
        erased=tuple(erased),
        person_name=name_of(remaining),
    )


async def _heard(
    runtime: Runtime, conversation: Conversation, bond: Bond | None
) -> list[KnownFact]:
    """Return what others told of a person, as far as they may speak of it in a conversation."""
    if bond is None:
        return []
    known = await all_facts(runtime, conversation.agent, bond)
    here = {
        fact.id
        for fact in bond.facts
        if fact.conversation == conversation.id or not conversation.is_group
    }
    return [fact for fact in known if fact.hearsay and fact.id in here]


def _added(
    learned: Sequence[FactLearned], kept: Sequence[NewFact], at: int
) -> tuple[KnownFact, ...]:
    return tuple(
        KnownFact(event.id, new.mention.topic, new.mention.value, at, when=new.when)
        for event, new in zip(learned, kept, strict=True)
    )


def _stated_in(
    lines: Collection[str], bond: Bond | None, interpretation: Interpretation
) -> dict[str, str]:
    """Return the facts stated in lines to be forgotten; none where it was named what is meant."""
    if bond is None or interpretation.forget_topics:
        return {}
    return {fact.id: ASKED for fact in bond.facts if fact.by in lines}


def _ended(
    known: Sequence[KnownFact], kept: Sequence[NewFact], dropped: Mapping[str, str]
) -> set[str]:
    """Return the ids of the facts that become history."""
    over = {old for new in kept for old in new.ends}
    withdrawn = {
        fact.id for fact in known if dropped.get(fact.id) == RETRACTED and is_history(fact)
    }
    return over | withdrawn


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
            kept = is_history(fact)
            events.append(_forgotten(fact.id, person, fact.conversation, cause=cause, kept=kept))
    return Forgetting(tuple(events), tuple(digests))


def _forgotten(
    id: str,
    person: str,
    conversation: str,
    hidden: tuple[str, ...] = (),
    *,
    cause: str = ASKED,
    kept: bool = False,
) -> FactForgotten:
    return FactForgotten(
        id=id, person=person, conversation=conversation, cause=cause, hidden=hidden, kept=kept
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
        value = _unsealed(fact.topic, texts.get(fact.digest, ""))[1]
        lines = [fact.by] if fact.by and each is source else []
        lines += await each.lines_mentioning(runtime.store, value)
        hidden = tuple(dict.fromkeys([*lines, reply] if reply and each is conversation else lines))
        digests += await each.observation_digests(runtime.store, hidden)
        if hidden or each is source:
            events.append(_forgotten(fact.id, person, each.id, hidden))
    events += _in_private(fact.id, person, events)
    return Forgetting(tuple(events), tuple(digests))


def _in_private(id: str, person: str, events: Sequence[FactForgotten]) -> list[FactForgotten]:
    """Return what tells the private conversation that something was forgotten in another one.

    A thought from before, which the person alone may know of, may contain just that.
    """
    private = private_conversation(person)
    is_told = any((event.conversation, event.cause) == (private, ASKED) for event in events)
    return [] if is_told else [_forgotten(id, person, private)]


async def lines_to_forget(
    store: Store,
    conversation: Conversation,
    person: str,
    interpretation: Interpretation,
    new: Collection[str],
) -> tuple[str, ...]:
    """Return the lines, besides those of facts, that a person asks to have forgotten.

    For "everything" all of the person's; else those that contain one of the words; where nothing
    is named, the last one before the ``new`` ones.
    """
    if not interpretation.does(Act.FORGET):
        return ()
    theirs = await conversation.lines_of(store, person)
    topics = interpretation.forget_topics
    if EVERYTHING in topics:
        return (*theirs, *(() if conversation.is_group else await conversation.own_lines(store)))
    if not topics:
        return tuple(line for line in theirs if line not in new)[-1:]
    words = [topic for topic in topics if ":" not in topic and topic not in _TOPICS]
    lines = {line for word in words for line in await conversation.lines_mentioning(store, word)}
    return tuple(sorted(line for line in lines if not conversation.is_group or line in theirs))
