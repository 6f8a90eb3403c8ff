"""A message comes in, a reply goes out.

Read ``take_turn`` first: it is the whole story. All that a turn does ends in one entry of the
journal; until that is written, nothing has happened but the message.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from synthetic_soul import nlu
from synthetic_soul.engine import agents
from synthetic_soul.engine.job_events import Chunker
from synthetic_soul.engine.leases import leased
from synthetic_soul.engine.privacy import left
from synthetic_soul.engine.runtime import lore_id, reply_id, topic
from synthetic_soul.engine.turn import brief as briefs
from synthetic_soul.engine.turn.intake import read_heard, take_in
from synthetic_soul.errors import FenceBroken, ModelError, ModelGarbled, SoulError
from synthetic_soul.jobs.base import Chunk
from synthetic_soul.llm.base import Usage
from synthetic_soul.mind.events import (
    Answered,
    MessageHeard,
    ReplySpoken,
    SilenceKept,
    TurnFailed,
)
from synthetic_soul.voices.base import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_soul.engine.runtime import Agent, Runtime
    from synthetic_soul.engine.state.conversation import Conversation
    from synthetic_soul.engine.turn.intake import Taken
    from synthetic_soul.mind.events import Event
    from synthetic_soul.stores.base import JobRecord, Lease
    from synthetic_soul.voices.base import Brief, Voice

TOGETHER = 20
ADDRESSED = 0.5
TURN = "turn:"
PARAGRAPH = "\n\n"
INTERNAL = "internal"
LONGEST_ID = 128


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn under way: who answers what, under which lease, since when."""

    agent: Agent
    talk: Conversation
    lease: Lease
    jobs: Sequence[JobRecord]
    heard: Sequence[Line]
    since: int

    @property
    def answers(self) -> tuple[Answered, ...]:
        """The messages that this turn settles."""
        return tuple(Answered(message=job.id, attempt=job.attempt) for job in self.jobs)

    @property
    def person(self) -> str:
        """Who spoke last, and is answered."""
        return self.jobs[-1].person


async def answer_all(parts: Runtime, agent: str, conversation: str) -> None:
    """Take turns until nothing waits in the conversation, or another has it.

    What is heard meanwhile is seen by the last look: whoever was rung for it and found the lease
    taken, found it so before that look. An agent that nobody knows has nothing to answer.
    """
    waiting = await agents.known(parts, agent) is not None
    while waiting:
        async with leased(parts, agent, f"{TURN}{conversation}") as lease:
            if lease is None:
                return
            turn = await gather(parts, parts.agent(agent), conversation, lease)
            if turn is not None:
                await take_turn(parts, turn)
        if turn is not None:
            await turn.talk.read_back(parts.store)
        waiting = bool(await parts.store.jobs.unanswered(agent, conversation))


async def gather(parts: Runtime, agent: Agent, conversation: str, lease: Lease) -> Turn | None:
    """Everything that waits in the conversation, up to a bound, as one turn."""
    jobs = (await parts.store.jobs.unanswered(agent.id, conversation))[:TOGETHER]
    if not jobs:
        return None
    await agent.live.catch_up_to(jobs[-1].heard)
    agent = await agents.present(parts, agent)
    for person in dict.fromkeys(job.person for job in jobs):
        bond = await agent.live.bond(person)
        if bond is not None and not bond.replies:
            await left(parts, agent, person)
    talk = await parts.conversations.get(agent.id, conversation)
    heard = [line for job in jobs if (line := await _line(parts, talk, job)) is not None]
    return Turn(agent, talk, lease, jobs, heard, parts.clock())


async def _line(parts: Runtime, talk: Conversation, job: JobRecord) -> Line | None:
    """The words of a message, None if they were erased meanwhile."""
    for line in reversed(talk.lines):
        if line.id == job.id:
            return line
    entry = await parts.store.journal.entry(job.agent, job.heard)
    if entry is None:
        return None
    for event in entry.events:
        if isinstance(event, MessageHeard) and event.id == job.id and event.words.text is not None:
            return Line(job.id, job.person, event.words.text, entry.at)
    return None


async def take_turn(parts: Runtime, turn: Turn) -> None:
    """Read, feel, recall, speak, record."""
    where = topic(turn.agent.id, turn.talk.id)
    covers = tuple(job.id for job in turn.jobs)
    await parts.event_bus.publish(where, Chunk(turn.lease.token, "begun", covers))
    try:
        if not turn.heard:
            await _record(parts, turn, [_silence(turn, "erased")])
            return
        interpretation = read_heard(turn)
        taken = await take_in(parts, turn, interpretation)
        if turn.talk.group and interpretation.addressed < ADDRESSED:
            await _record(parts, turn, [*taken.events, _silence(turn, "not_addressed")])
            return
        brief = await _brief(parts, turn, taken)
        await _record(parts, turn, await _speak(parts, turn, taken, brief))
        await _let_go(parts, turn, taken)
    finally:
        await parts.event_bus.publish(where, Chunk(turn.lease.token, "ended", covers))


async def _brief(parts: Runtime, turn: Turn, taken: Taken) -> Brief:
    """What the voice may know: mind and bond as they are once the message is taken in."""
    now = turn.since
    mind, bond = await turn.agent.live.preview(taken.events, turn.person, now)
    account = await parts.recent.account(turn.person)
    username = account.username if account and not account.guest else ""
    matter = briefs.Matter(
        interpretation=taken.interpretation,
        standing=briefs.standing(bond, len(turn.jobs), now),
        heard=turn.heard,
        known=taken.known,
        learned=taken.learned,
        forgotten=taken.forgotten,
        causes=taken.causes,
        person=briefs.name_of(taken.known, username),
        thought=await _last_thought(parts, turn),
    )
    return await briefs.build(parts, turn.agent, turn.talk, mind, matter)


async def _last_thought(parts: Runtime, turn: Turn) -> str:
    """The newest thought that the person may know of; in a group only public ones.

    One from before something was forgotten may hold just that, and is left out.
    """
    person = None if turn.talk.group else turn.person
    thought = await parts.recent.thought(turn.agent.live, person)
    return thought.text if thought.at > turn.talk.forgot_at else ""


async def _speak(parts: Runtime, turn: Turn, taken: Taken, brief: Brief) -> list[Event]:
    """The reply and all that came with it; where the model fails, the failure alone."""
    speech = _Speech(parts, turn)
    voice = parts.voice
    try:
        if taken.interpretation.crisis is not None:
            await speech.say(nlu.referral(taken.interpretation.crisis))
            await speech.pause()
        if voice is not parts.plain and not await parts.use.affords(turn.person):
            raise ModelError("today's budget of model calls is spent", code="budget_spent")
        await speech.utter(voice, brief)
    except ModelError as error:
        await parts.use.count("replies", speech.usage, person=turn.person, failed=True)
        if taken.interpretation.crisis is None:
            return [_failure(turn, error.code, speech.usage)]
        voice = parts.plain
        await speech.pause()
        await speech.utter(voice, brief)
    else:
        await parts.use.count("replies", speech.usage, person=turn.person)
    return [*taken.events, await _reply(parts, turn, brief, speech, voice)]


async def _reply(
    parts: Runtime, turn: Turn, brief: Brief, speech: _Speech, voice: Voice
) -> ReplySpoken:
    text = await speech.finish()
    return ReplySpoken(
        id=reply_id(turn.answers[-1]),
        conversation=turn.talk.id,
        answers=turn.answers,
        epoch=turn.lease.token,
        person=turn.person,
        words=parts.seal(text, turn.person),
        expression=brief.expression,
        took=max(0, parts.clock() - turn.since),
        voice=voice.name,
        recalled=_shown(brief),
        calls=speech.usage.calls,
        prompt_tokens=speech.usage.prompt_tokens,
        reply_tokens=speech.usage.reply_tokens,
    )


def _shown(brief: Brief) -> tuple[str, ...]:
    """The ids of all that was remembered for an utterance."""
    lore = (lore_id(lore.id) for lore in brief.lore if len(lore.id) <= LONGEST_ID)
    return (
        *(line.id for line in brief.recalled_lines),
        *(fact.id for fact in brief.known_facts),
        *lore,
    )


def _silence(turn: Turn, reason: str) -> SilenceKept:
    return SilenceKept(
        conversation=turn.talk.id, answers=turn.answers, epoch=turn.lease.token, reason=reason
    )


def _failure(turn: Turn, code: str, usage: Usage) -> TurnFailed:
    return TurnFailed(
        conversation=turn.talk.id,
        answers=turn.answers,
        epoch=turn.lease.token,
        code=code,
        calls=usage.calls,
    )


async def _record(parts: Runtime, turn: Turn, events: Sequence[Event]) -> None:
    at = parts.clock()
    try:
        await turn.agent.live.append(events, at=at, lease=turn.lease)
    except FenceBroken:
        parts.tally.leases_lost += 1
        raise
    parts.tally.settled(events, [at - line.at for line in turn.heard])
    await parts.event_bus.publish(turn.agent.id, Chunk(turn.lease.token, "ended"))


async def _let_go(parts: Runtime, turn: Turn, taken: Taken) -> None:
    """Remove the words of facts that the person asked to forget."""
    if taken.erased:
        await parts.store.texts.erase(turn.agent.id, taken.erased)
        parts.recent.drop()


async def give_up(parts: Runtime, agent: str, conversation: str, error: Exception) -> None:
    """Record a visible failure for what waits, after a turn broke time and again."""
    found = await agents.known(parts, agent)
    if found is None:
        return
    code = error.code if isinstance(error, SoulError) else INTERNAL
    async with leased(parts, agent, f"{TURN}{conversation}") as lease:
        turn = await gather(parts, found, conversation, lease) if lease else None
        if turn is not None:
            await _record(parts, turn, [_failure(turn, code, Usage())])


class _Speech:
    """The words of one reply on their way: gathered here, and on the wire chunk by chunk."""

    def __init__(self, parts: Runtime, turn: Turn) -> None:
        self._parts, self._turn = parts, turn
        self._chunker = Chunker()
        self._chunks: list[str] = []
        self._paused = True
        self.usage = Usage()

    async def say(self, piece: str) -> None:
        """Send on what is certain of the text."""
        self._paused = False
        await self._send(self._chunker.feed(piece))

    async def pause(self) -> None:
        """Begin a new paragraph, unless one begins here already."""
        if not self._paused:
            await self.say(PARAGRAPH)
        self._paused = True

    async def utter(self, voice: Voice, brief: Brief) -> None:
        """Let a voice speak to its end.

        ``usage`` holds what that cost, also if it failed and a voice without a model went on.
        """
        utterance = voice.speak(brief)
        spoken = False
        try:
            async for piece in utterance:
                await self.say(piece)
                spoken = True
        except ModelError:
            # Where not even the number of tries is known, there was one.
            self.usage = replace(utterance.usage, calls=max(1, utterance.usage.calls))
            raise
        finally:
            await utterance.aclose()
        self.usage = self.usage if self.usage.calls else utterance.usage
        if not spoken:
            raise ModelGarbled("the model said nothing")

    async def finish(self) -> str:
        """Send the rest; returns the whole text."""
        await self._send(self._chunker.finish())
        return "".join(self._chunks)

    async def _send(self, chunks: list[str]) -> None:
        if not chunks:
            return
        piece = Chunk(self._turn.lease.token, "text", number=len(self._chunks), texts=tuple(chunks))
        self._chunks.extend(chunks)
        await self._parts.event_bus.publish(topic(self._turn.agent.id, self._turn.talk.id), piece)
