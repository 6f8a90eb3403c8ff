"""The turn: from all messages that wait in a conversation to one entry in the journal.

Read ``take_turn`` first. Each step takes values and returns one value; only ``commit`` appends to
the journal.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from pydantic import JsonValue

from synthetic_soul import nlu
from synthetic_soul.engine.agents import Agent
from synthetic_soul.engine.memory.facts import (
    MAX_USED_FACTS,
    UTC,
    FactChanges,
    all_facts,
    change_facts,
    hidden_from,
    hidden_of,
    name_of,
    used_facts,
)
from synthetic_soul.engine.memory.hearsay import (
    HearsayChanges,
    learn_hearsay,
    member_names,
    withdraw_hearsay,
)
from synthetic_soul.engine.memory.hidden import Hidden, MentionChanges, change_mentions, mentionable
from synthetic_soul.engine.runtime import Runtime, lore_id, reply_id, topic
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.turn import brief as briefs
from synthetic_soul.engine.turn.due_facts import raised
from synthetic_soul.engine.turn.lore import MAX_LORE_ID_CHARS, ComeToMind, come_to_mind, record_lore
from synthetic_soul.engine.turn.speech import ReplyStream, Spoken, speak
from synthetic_soul.errors import FenceBroken, SoulError
from synthetic_soul.jobs.base import Chunk
from synthetic_soul.mind.appraisal import appraise
from synthetic_soul.mind.events import (
    Answered,
    Event,
    FactForgotten,
    FactLearned,
    Felt,
    ItemTold,
    MessageHeard,
    PartTold,
    ReferralGiven,
    ReplySpoken,
    SentimentsMoved,
    SilenceKept,
    TraitsMoved,
    TurnFailed,
)
from synthetic_soul.mind.interpretation import Act, Interpretation
from synthetic_soul.mind.state import Mind
from synthetic_soul.stores.base import JobRecord, Lease
from synthetic_soul.voices.base import Brief, Line, Told, told_in

MAX_MESSAGES = 20
MIN_ADDRESSED = 0.5
"""Below it a group's message counts as not meant for the agent."""
CONTEXT_LINES = 4
"""Earlier lines of a speaker that resolve pronouns."""
MAX_LEFT_OUT = 20
"""Items of one kind without room that the event of a reply names."""
_OWN_ACTS = frozenset({Act.FORGET, Act.HIDE, Act.SHOW})
TURN = "turn:"
INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Turn:
    """The messages to answer under a lease; ``since`` is the time of the turn in milliseconds.

    ``mind`` is what the agent feels from; ``jobs`` are all messages that the turn settles,
    ``messages`` those with words.
    """

    agent: Agent
    conversation: Conversation
    lease: Lease
    mind: Mind
    jobs: Sequence[JobRecord]
    messages: Sequence[Line]
    since: int

    @property
    def answers(self) -> tuple[Answered, ...]:
        """The messages that this turn settles, as events name them."""
        return tuple(Answered(message=job.id, attempt=job.attempt) for job in self.jobs)

    @property
    def person(self) -> str:
        """The last speaker, to whom the reply is addressed."""
        return self.jobs[-1].person

    @property
    def speakers(self) -> tuple[str, ...]:
        """All who wait for an answer, in the order of their first message."""
        return tuple(dict.fromkeys(job.person for job in self.jobs))

    @property
    def topic(self) -> str:
        """The event bus topic of the conversation."""
        return topic(self.agent.id, self.conversation.id)


@dataclass(frozen=True, slots=True)
class Interpreted:
    """The interpretation of all messages together, of each speaker's, and of each one's own alone.

    Facts and requests to forget, to hide and to show in ``together`` are the person's own.
    """

    together: Interpretation
    by_speaker: Mapping[str, Interpretation]
    alone: Mapping[str, Interpretation]


@dataclass(frozen=True, slots=True)
class Appraised:
    """The events that move emotions, sentiments and traits, and the causes they name."""

    events: tuple[Felt | SentimentsMoved | TraitsMoved, ...]
    causes: tuple[str, ...]


async def answer_next(runtime: Runtime, agent: str, conversation: str) -> bool:
    """Take the next turn of the conversation; return whether anything waits there still.

    Messages are looked for once more after the lease is released: a process that was notified of
    one while the lease was held has left it to this one. Nothing is done for an unknown agent, or
    while another process has the lease.
    """
    if await runtime.agents.load(agent) is None:
        return False
    async with runtime.lease(agent, f"{TURN}{conversation}") as lease:
        if lease is None:
            return False
        turn = await _next_turn(runtime, agent, conversation, lease)
        if turn is not None:
            await take_turn(runtime, turn)
    if turn is not None:
        await turn.conversation.keep_up(runtime.store)
    return bool(await runtime.store.jobs.unanswered(agent, conversation))


async def give_up(runtime: Runtime, agent: str, conversation: str, error: Exception) -> None:
    """Record a failure that people see for the messages whose turn failed again and again."""
    if await runtime.agents.load(agent) is None:
        return
    code = error.code if isinstance(error, SoulError) else INTERNAL
    async with runtime.lease(agent, f"{TURN}{conversation}") as lease:
        turn = await _next_turn(runtime, agent, conversation, lease) if lease else None
        if turn is not None:
            await commit(runtime, turn, [_failure(turn, code)])


async def take_turn(runtime: Runtime, turn: Turn) -> None:
    """Interpret, appraise, change facts, recall, brief, speak, commit."""
    async with _announced(runtime, turn):
        if not turn.messages:
            await commit(runtime, turn, [_silence(turn, "erased")])
            return
        interpreted = interpret(turn)
        appraised = await appraise_messages(turn, interpreted.by_speaker)
        changes = await change_memory(runtime, turn, interpreted)
        events = (*appraised.events, *(x for each in changes.values() for x in each.events))
        erased = tuple(digest for each in changes.values() for digest in each.erased)
        is_meant = interpreted.together.addressed >= MIN_ADDRESSED or interpreted.together.in_danger
        if turn.conversation.is_group and not is_meant:
            await commit(runtime, turn, [*events, _silence(turn, "not_addressed")])
            gone = await _gone_hearsay(turn, events)
            await runtime.lookups.erase_texts(turn.agent.id, [*erased, *gone])
            return
        told = await _mentionable(runtime, turn, changes)
        briefed = await brief_reply(
            runtime, turn, interpreted.together, events, told=told, causes=appraised.causes
        )
        brief = briefed.brief
        stream = ReplyStream(runtime.event_bus, turn.topic, turn.lease.token)
        spoken = await speak(runtime, brief, turn.person, stream, message=turn.jobs[-1].id)
        if spoken.error:
            await commit(runtime, turn, [_failure(turn, spoken.error, calls=spoken.usage.calls)])
            return  # nothing was forgotten either, so no text may be erased
        reply = await _reply(runtime, turn, briefed, spoken)
        await commit(runtime, turn, [*events, *_referrals(turn, interpreted), reply])
        gone = [*await _gone_sources(turn, reply), *await _gone_hearsay(turn, events)]
        await runtime.lookups.erase_texts(turn.agent.id, [*erased, *gone])


@asynccontextmanager
async def _announced(runtime: Runtime, turn: Turn) -> AsyncIterator[None]:
    """Publish the beginning and the end of the turn."""
    covers = tuple(job.id for job in turn.jobs)
    await runtime.event_bus.publish(turn.topic, Chunk(turn.lease.token, "begun", covers))
    try:
        yield
    finally:
        await runtime.event_bus.publish(turn.topic, Chunk(turn.lease.token, "ended", covers))


async def _next_turn(
    runtime: Runtime, agent_id: str, conversation_id: str, lease: Lease
) -> Turn | None:
    """Return the next turn of the conversation, None if nothing waits."""
    jobs = (await runtime.store.jobs.unanswered(agent_id, conversation_id))[:MAX_MESSAGES]
    if not jobs:
        return None
    agent = runtime.agents.get(agent_id)
    await agent.state.catch_up_to(jobs[-1].heard)
    agent = await runtime.agents.with_current_soul(agent)
    await _erase_gone(runtime, agent, jobs)
    conversation = await runtime.conversations.get(agent_id, conversation_id)
    lines = [await _line(runtime, conversation, job) for job in jobs]
    messages = [line for line in lines if line is not None]
    mind = await runtime.mind(agent, conversation_id)
    return Turn(agent, conversation, lease, mind, jobs, messages, runtime.clock())


async def _erase_gone(runtime: Runtime, agent: Agent, jobs: Sequence[JobRecord]) -> None:
    """Erase speakers who have left before the agent ever answered them."""
    for person in dict.fromkeys(job.person for job in jobs):
        bond = await agent.state.bond(person)
        if bond is not None and not bond.replies:
            await runtime.agents.erase_if_gone(agent, person)


async def _line(runtime: Runtime, conversation: Conversation, job: JobRecord) -> Line | None:
    """Return a message with its words, None if they were erased meanwhile."""
    line = conversation.recent_line(job.id)
    entry = None if line else await runtime.store.journal.entry(job.agent, job.heard)
    if entry is None:
        return line
    for event in entry.events:
        if isinstance(event, MessageHeard) and event.id == job.id and event.words.text is not None:
            return Line(job.id, job.person, event.words.text, entry.at)
    return None


def interpret(turn: Turn) -> Interpreted:
    """Interpret all messages together and, where several persons speak, those of each alone."""
    together = _interpret(turn, turn.messages, turn.person)
    if len(turn.speakers) == 1:
        return Interpreted(together, {turn.person: together}, {turn.person: together})
    alone = {
        person: _interpret(turn, [x for x in turn.messages if x.speaker == person], person)
        for person in turn.speakers
    }
    own = alone[turn.person]
    together = replace(
        together,
        acts=tuple(act for act in together.acts if act not in _OWN_ACTS or own.does(act)),
        fact_mentions=own.fact_mentions,
        forget_topics=own.forget_topics,
        hidden_subjects=own.hidden_subjects,
        shown_subjects=own.shown_subjects,
    )
    return Interpreted(together, alone | {turn.person: together}, alone)


def _interpret(turn: Turn, lines: Sequence[Line], person: str) -> Interpretation:
    """Interpret lines; what ``person`` and the agent said before belongs to it."""
    new = {line.id for line in turn.messages}
    before = turn.conversation.recent_lines_of(person, CONTEXT_LINES, without=new)
    return nlu.interpret(
        "\n".join(line.text for line in lines),
        name=turn.agent.name,
        group=turn.conversation.is_group,
        before="\n".join(line.text for line in before),
        reply="".join(
            line.text for line in turn.conversation.recent_lines(1, without=new) if line.mine
        ),
    )


async def appraise_messages(turn: Turn, interpretations: Mapping[str, Interpretation]) -> Appraised:
    """Appraise what each speaker said, in the order of ``turn.speakers``."""
    events: list[Felt | SentimentsMoved | TraitsMoved] = []
    for person in turn.speakers:
        bond = await turn.agent.state.bond(person)
        appraisal = appraise(interpretations[person], turn.mind, bond, turn.since)
        by = next(job.id for job in reversed(turn.jobs) if job.person == person)
        if appraisal.emotions:
            events.append(Felt(person=person, by=by, impulses=appraisal.emotions))
        if appraisal.sentiments:
            events.append(SentimentsMoved(person=person, by=by, impulses=appraisal.sentiments))
        if appraisal.traits:
            events.append(TraitsMoved(by=by, impulses=appraisal.traits))
    moved = [event for event in events if not isinstance(event, TraitsMoved)]
    causes = dict.fromkeys(impulse.cause for event in moved for impulse in event.impulses)
    return Appraised(tuple(events), tuple(causes))


@dataclass(frozen=True, slots=True)
class MemoryChanges:
    """How the messages of one speaker change what is known of them, and what is mentioned.

    ``withdrawn`` is the hearsay that goes with lines that they have forgotten, ``hearsay`` what
    they say of others.
    """

    facts: FactChanges
    wishes: MentionChanges
    withdrawn: HearsayChanges
    hearsay: HearsayChanges

    @property
    def events(self) -> tuple[Event, ...]:
        """The events of the changes, in order."""
        parts = (self.facts, self.wishes, self.withdrawn, self.hearsay)
        return tuple(event for part in parts for event in part.events)

    @property
    def erased(self) -> tuple[str, ...]:
        """The digests of texts to be erased."""
        return (*self.facts.erased, *self.wishes.erased, *self.withdrawn.erased)

    @property
    def forgotten_lines(self) -> frozenset[str]:
        """The ids of lines that are never to be recalled again."""
        asked = (event for event in self.events if isinstance(event, FactForgotten))
        return frozenset(line for event in asked for line in event.hidden)


async def change_memory(
    runtime: Runtime, turn: Turn, interpreted: Interpreted
) -> dict[str, MemoryChanges]:
    """Return the changes by speaker, in the order of ``turn.speakers``; each one's are their own.

    What is told and asked in a burst of a group counts as if each had been answered alone.
    """
    changes: dict[str, MemoryChanges] = {}
    names = await member_names(runtime, turn.agent, turn.conversation, turn.speakers)
    for person in turn.speakers:
        own = interpreted.alone[person]
        messages = [job.id for job in turn.jobs if job.person == person]
        bond = await turn.agent.state.bond(person)
        facts = await change_facts(
            runtime,
            turn.conversation,
            bond,
            own,
            person=person,
            messages=messages,
            reply=reply_id(turn.answers[-1]),
            at=turn.since,
        )
        wishes = await change_mentions(
            runtime,
            turn.agent.id,
            bond,
            own,
            (*facts.known, *facts.past),
            person=person,
            conversation=turn.conversation.id,
            at=turn.since,
        )
        withdrawn = await withdraw_hearsay(runtime, turn.agent, facts.events, person)
        heard = await learn_hearsay(
            runtime,
            turn.agent,
            turn.conversation,
            own,
            names,
            speaker=person,
            by=messages[-1],
            already=[event for each in changes.values() for event in each.events],
        )
        changes[person] = MemoryChanges(facts, wishes, withdrawn, heard)
    return changes


@dataclass(frozen=True, slots=True)
class Mentionable:
    """The changes of facts without what is hidden, and what that is, as of the turn's end.

    ``unmentioned`` names the person's own hidden subjects; in a group others are ``hidden``, too.
    """

    changes: FactChanges
    hidden: Hidden
    unmentioned: Sequence[str]


async def _mentionable(
    runtime: Runtime, turn: Turn, changes: Mapping[str, MemoryChanges]
) -> Mentionable:
    own, wishes = changes[turn.person].facts, changes[turn.person].wishes
    hidden = await _hidden_after(runtime, turn, turn.person, changes[turn.person])
    unmentioned = hidden.labels(turn.conversation.id)
    for person in await _others(turn):
        if person in changes:
            theirs = await _hidden_after(runtime, turn, person, changes[person])
            # Before others, what somebody has just had forgotten is not confirmed either.
            theirs = replace(theirs, lines=theirs.lines | changes[person].forgotten_lines)
        else:
            bond = await turn.agent.state.bond(person)
            theirs = await hidden_from(runtime, turn.agent.id, bond)
        hidden = hidden.joined(theirs)
    shown = replace(
        own,
        known=(known := mentionable(wishes.applied_to(own.known))),
        past=mentionable(wishes.applied_to(own.past)),
        learned=mentionable(wishes.applied_to(own.learned)),
        forgotten=mentionable(own.forgotten),
        person_name=name_of(known),
    )
    return Mentionable(shown, hidden, unmentioned)


async def _hidden_after(
    runtime: Runtime, turn: Turn, person: str, changes: MemoryChanges
) -> Hidden:
    """Return what must not be mentioned to a speaker after the changes."""
    bond, wishes = await turn.agent.state.bond(person), changes.wishes
    facts = [*changes.facts.known, *changes.facts.past]
    if turn.conversation.is_group:
        facts += await all_facts(runtime, turn.agent.id, bond)
    return hidden_of(bond, wishes.subjects, wishes.applied_to(facts))


async def _others(turn: Turn) -> Sequence[str]:
    """Return who else is in a group."""
    if not turn.conversation.is_group:
        return ()
    return sorted({*turn.conversation.past.speakers, *turn.speakers} - {turn.person})


@dataclass(frozen=True, slots=True)
class Briefed:
    """A brief, the lore that came to mind for it, and the ids of the memories in it."""

    brief: Brief
    mindful: ComeToMind
    memories: Sequence[str]


async def brief_reply(
    runtime: Runtime,
    turn: Turn,
    interpretation: Interpretation,
    events: Sequence[Event],
    *,
    told: Mentionable,
    causes: Sequence[str],
) -> Briefed:
    """Return what the voice may know, with mind and bond as after ``events``."""
    mind, bond = await turn.agent.state.preview(events, turn.person, turn.since, turn.mind)
    changes, account = told.changes, await runtime.lookups.account(turn.person)
    username = account.username if account and not account.guest else ""
    subject = briefs.Subject(
        interpretation=interpretation,
        relationship=briefs.relationship_to(bond, len(turn.jobs), turn.since),
        messages=turn.messages,
        known_facts=changes.known,
        past_facts=changes.past,
        learned_facts=changes.learned,
        forgotten_facts=changes.forgotten,
        causes=causes,
        person_name=changes.person_name or username,
        thought=await _latest_thought(runtime, turn, told.hidden),
        time_zone=(bond.time_zone if bond else "") or UTC,
        unmentioned=told.unmentioned,
    )
    names = {name: turn.person for name in [subject.person_name] if name}
    names[turn.agent.name] = turn.agent.id
    recalled = await briefs.recall(
        runtime, turn.conversation, turn.messages, interpretation, names, hidden=told.hidden
    )
    mindful = come_to_mind(
        turn.agent,
        turn.conversation,
        recalled.talk_lines,
        turn.messages,
        interpretation,
        person="" if turn.conversation.is_group else subject.person_name,
        now=turn.since,
    )
    brief = await briefs.build_brief(
        runtime, turn.agent, turn.conversation, mind, subject, recalled=recalled, lore=mindful.lore
    )
    return Briefed(brief, mindful, [each.id for each in recalled.memories])


async def _latest_thought(runtime: Runtime, turn: Turn, hidden: Hidden) -> str:
    """Return the newest thought that the person may know of; in a group only public ones.

    A thought from before something was forgotten may contain just that, and is left out. So is one
    about what is hidden.
    """
    person = None if turn.conversation.is_group else turn.person
    thought = await runtime.lookups.latest_thought(turn.agent.state, person)
    is_told = thought.at > turn.conversation.forgot_at and not hidden.touches(thought.text)
    return thought.text if is_told else ""


async def _reply(runtime: Runtime, turn: Turn, briefed: Briefed, spoken: Spoken) -> ReplySpoken:
    brief = briefed.brief
    lore_told = {told.id for told in spoken.told if told.kind == "lore" and not told.left_out}
    lore, texts = record_lore(turn.agent.soul, brief.lore, lore_told)
    lines, facts = brief.recalled_lines, used_facts(brief.known_facts, spoken.text)
    return ReplySpoken(
        id=reply_id(turn.answers[-1]),
        conversation=turn.conversation.id,
        answers=turn.answers,
        epoch=turn.lease.token,
        person=turn.person,
        words=runtime.seal(spoken.text, turn.person),
        expression=brief.expression,
        took=max(0, runtime.clock() - turn.since),
        voice=spoken.voice,
        said=turn.conversation.said + 1,
        recalled=(
            *(line.id for line in lines),
            *(fact.id for fact in facts),
            *briefed.memories,
            *(lore_id(each.id) for each in lore),
        ),
        sources=await _sources(runtime, turn, brief),
        lore=lore,
        lore_texts=runtime.seal(texts, turn.person) if texts else None,
        fired_lore=_fired_lore(turn, briefed, spoken),
        left_out=tuple(
            PartTold(part=share.part, told=share.told, whole=share.whole)
            for share in spoken.left_out
        ),
        told=tuple(_items(spoken.told)),
        raised=_raised(runtime, brief, spoken),
        used=tuple(x.id for x in told_in(spoken.text, brief.known_facts)[-MAX_USED_FACTS:]),
        calls=spoken.usage.calls,
        prompt_tokens=spoken.usage.prompt_tokens,
        reply_tokens=spoken.usage.reply_tokens,
    )


def _fired_lore(turn: Turn, briefed: Briefed, spoken: Spoken) -> dict[str, JsonValue]:
    """Return when lore with times went in; what the voice had no room for has not gone in."""
    left_out = {told.id for told in spoken.told if told.kind == "lore" and told.left_out}
    return {
        key: record.dump()
        for key, record in briefed.mindful.fired_without(left_out).items()
        if key in turn.agent.timed_lore and len(key) <= MAX_LORE_ID_CHARS
    }


def _items(told: Sequence[Told]) -> Iterator[ItemTold]:
    """Yield what is recorded of a brief's items: all that were told, of others the first ones."""
    left = Counter[str]()
    for each in told:
        left[each.kind] += bool(each.left_out)
        is_short = len(each.id) <= MAX_LORE_ID_CHARS
        if is_short and (not each.left_out or left[each.kind] <= MAX_LEFT_OUT):
            yield ItemTold(kind=each.kind, id=each.id, reason=each.reason, left_out=each.left_out)


def _raised(runtime: Runtime, brief: Brief, spoken: Spoken) -> tuple[str, ...]:
    """Return the due facts that need not be raised again: told to a model, or spoken of."""
    if spoken.voice != runtime.plain_voice.name:
        return tuple(due.fact.id for due in brief.due_facts)
    return tuple(raised(brief.due_facts, [spoken.text, brief.interpretation.text]))


async def _sources(runtime: Runtime, turn: Turn, brief: Brief) -> tuple[str, ...]:
    """Return the persons besides the addressee whose lines are in a group's brief."""
    if not turn.conversation.is_group:
        return ()
    find = turn.conversation
    speakers = {line.id: line.speaker for line in turn.messages}
    persons: set[str] = set()
    for line in (*brief.messages, *brief.recent_lines, *brief.talk_lines, *brief.recalled_lines):
        if not line.mine:
            known = find.recent_line(line.id)
            known = known or await find.recallable_line(runtime.store, line.id)
            persons.add(speakers.get(line.id) or (known.speaker if known else ""))
    return tuple(sorted(persons - {"", turn.person}))


async def _gone_sources(turn: Turn, reply: ReplySpoken) -> list[str]:
    """Return the digest of a reply that was made of words of somebody who left meanwhile."""
    for person in reply.sources:
        bond = await turn.agent.state.bond(person)
        if bond is not None and bond.erased:
            return [reply.words.digest]
    return []


async def _gone_hearsay(turn: Turn, events: Sequence[Event]) -> list[str]:
    """Return the digests of what was told of somebody who left meanwhile."""
    gone: list[str] = []
    for event in events:
        if isinstance(event, FactLearned) and event.hearsay:
            bond = await turn.agent.state.bond(event.person)
            gone += [event.value.digest] if bond is not None and bond.erased else []
    return gone


def _referrals(turn: Turn, interpreted: Interpreted) -> list[ReferralGiven]:
    """Return who was told where help is: all who spoke of a danger for certain."""
    return [
        ReferralGiven(
            person=person, by=next(job.id for job in reversed(turn.jobs) if job.person == person)
        )
        for person, interpretation in interpreted.by_speaker.items()
        if interpretation.in_danger
    ]


def _silence(turn: Turn, reason: str) -> SilenceKept:
    return SilenceKept(
        conversation=turn.conversation.id,
        answers=turn.answers,
        epoch=turn.lease.token,
        reason=reason,
    )


def _failure(turn: Turn, code: str, *, calls: int = 0) -> TurnFailed:
    return TurnFailed(
        conversation=turn.conversation.id,
        answers=turn.answers,
        epoch=turn.lease.token,
        code=code,
        calls=calls,
    )


async def commit(runtime: Runtime, turn: Turn, events: Sequence[Event]) -> None:
    """Append the turn's one entry; ``FenceBroken`` if another process has taken it over."""
    at = runtime.clock()
    try:
        await turn.agent.state.append(events, at=at, lease=turn.lease)
    except FenceBroken:
        runtime.counters.leases_lost += 1
        raise
    runtime.counters.count_turn(events, [at - line.at for line in turn.messages])
    await runtime.event_bus.publish(turn.agent.id, Chunk(turn.lease.token, "ended"))
