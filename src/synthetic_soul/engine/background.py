"""Background work: the sweep for unanswered messages, thoughts, reflection, consolidation, vectors.

An idle agent costs nothing: none of it writes a state where nothing has happened.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

import structlog

from synthetic_soul import nlu
from synthetic_soul.engine.agents import Agent
from synthetic_soul.engine.memory.facts import UTC, hidden_from, known_facts, name_of
from synthetic_soul.engine.memory.hidden import mentionable
from synthetic_soul.engine.memory.line_vectors import embed_all
from synthetic_soul.engine.memory.memory_consolidation import consolidate_all
from synthetic_soul.engine.memory.reflection import reflect_all
from synthetic_soul.engine.memory.thought_seeds import Seed, seed_of
from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.engine.side_work import IDLE_POLL_S
from synthetic_soul.engine.state.conversation_ids import GROUP
from synthetic_soul.engine.turn import brief as briefs
from synthetic_soul.engine.turn.sentence_check import is_harmless
from synthetic_soul.errors import ModelError, SoulError
from synthetic_soul.jobs.base import cancel_all
from synthetic_soul.mind.events import MessageHeard, ThoughtHad
from synthetic_soul.mind.interpretation import Interpretation
from synthetic_soul.nlu.calendar.appointments import appointments_in
from synthetic_soul.stores.base import Waiting
from synthetic_soul.voices.base import Brief, Voice
from synthetic_soul.voices.composer.phrase_book import phrase_book

log = structlog.get_logger(__name__)

ANY_WORDS: Final = "I saw you yesterday."
OPENED_AHEAD: Final = 8
"""An agent's latest conversations that are read when the engine starts."""
LATEST_ENTRIES: Final = 200
"""An agent's latest entries, among which they are looked for."""
REFLECTION_INTERVAL: Final = 5.0
"""Seconds between two checks for conversations that are due for reflection."""
THOUGHT_BUDGET: Final = "thoughts"
MAX_THOUGHT_CHARS: Final = 600
NO_REPETITION_WITHIN: Final = 40
"""Thoughts that the next one does not repeat."""


class Scheduler:
    """The engine's background tasks."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._seen: set[Waiting] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Notify the runner of everything that waits, then start the tasks."""
        settings = self._runtime.settings
        self._notify(await self._waiting())
        thinker = Thinker(self._runtime)
        self._tasks = [
            asyncio.create_task(_repeat(settings.sweep_rate, self.sweep)),
            asyncio.create_task(_repeat(settings.thinking_rate, thinker.think_in_pause)),
            asyncio.create_task(_repeat(REFLECTION_INTERVAL, self._reflect)),
            asyncio.create_task(_attempt(self._warm_up)),
        ]

    async def stop(self) -> None:
        """Cancel the tasks."""
        await cancel_all(self._tasks)
        self._tasks = []

    async def sweep(self) -> int:
        """Notify the runner of conversations that waited at the last sweep, too; return how many.

        Two sweeps are compared, not two clocks, since those of other machines may differ.
        """
        await self._runtime.agents.load_new()
        waiting = await self._waiting()
        late = waiting & self._seen
        self._seen = waiting
        self._runtime.counters.swept += len(late)
        self._notify(late)
        return len(late)

    async def _waiting(self) -> set[Waiting]:
        return set(await self._runtime.store.jobs.waiting(self._runtime.agents.ids))

    def _notify(self, conversations: set[Waiting]) -> None:
        for each in sorted(conversations, key=lambda x: (x.since, x.agent, x.conversation)):
            self._runtime.notify(each.agent, each.conversation)

    async def _warm_up(self) -> int:
        """Read ahead what the first answers need; return the number of conversations."""
        await asyncio.to_thread(_load_words)
        agents = self._runtime.agents.loaded
        return sum([await _open_latest(self._runtime, agent) for agent in agents])

    async def _reflect(self) -> int:
        reflected = await reflect_all(self._runtime) + await consolidate_all(self._runtime)
        return reflected + await embed_all(self._runtime)


async def _repeat(seconds: float, task: Callable[[], Awaitable[int]]) -> None:
    """Run ``task`` again and again, with pauses of ``seconds``, also after it failed.

    Even a defect does not end it: a sweep that ended for good would leave messages unanswered.
    """
    while True:
        await asyncio.sleep(seconds)
        await _attempt(task)


async def _attempt(task: Callable[[], Awaitable[int]]) -> None:
    (outcome,) = await asyncio.gather(task(), return_exceptions=True)
    if isinstance(outcome, BaseException):
        code = outcome.code if isinstance(outcome, SoulError) else type(outcome).__name__
        log.warning("background_task_failed", task=task.__qualname__, code=code)


def _load_words() -> None:
    """Load the tables by which words are read and chosen: they take some hundred milliseconds."""
    nlu.interpret(ANY_WORDS, name="", group=False)
    appointments_in(ANY_WORDS, 0, UTC)
    phrase_book()


async def _open_latest(runtime: Runtime, agent: Agent) -> int:
    """Read the conversations that are likely to go on, so that their next answer comes soon."""
    after = max(0, agent.state.seq - LATEST_ENTRIES)
    entries = [each async for each in runtime.store.journal.entries(agent.id, after=after)]
    events = (event for entry in reversed(entries) for event in entry.events)
    heard = (event.conversation for event in events if isinstance(event, MessageHeard))
    latest = [*dict.fromkeys(heard)][:OPENED_AHEAD]
    for conversation in latest:
        await runtime.conversations.open(agent.id, conversation)
    return len(latest)


class Thinker:
    """Lets agents think about what is new, within a daily budget."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._seen = {agent.id: agent.state.seq for agent in runtime.agents.loaded}

    async def think_in_pause(self) -> int:
        """Think as soon as a model is free for it; return the number of thoughts."""
        if self._uses_model:
            poll = min(IDLE_POLL_S, self._runtime.settings.thinking_rate)
            await self._runtime.side_work.wait_for_place(poll)
        return await self.think_all()

    @property
    def _uses_model(self) -> bool:
        return self._runtime.voice is not self._runtime.plain_voice

    async def think_all(self) -> int:
        """Let every agent with a new reply think about it; return the number of thoughts."""
        return sum([await self._think(agent) for agent in self._runtime.agents.loaded])

    async def _think(self, agent: Agent) -> bool:
        runtime = self._runtime
        await agent.state.catch_up()
        latest = agent.state.latest_reply
        seen = max(self._seen.get(agent.id, 0), agent.state.thought_seq)
        if latest is None or latest.seq <= seen:
            return False
        if self._uses_model and not await runtime.side_work.has_place():
            return False
        # Not released after a thought: one thought per interval, however many processes try.
        ttl = round(runtime.settings.thinking_rate * 900)
        lease = await runtime.store.leases.acquire(
            agent.id, "think", ttl=ttl, holder=runtime.token()
        )
        if lease is None:
            return False
        self._seen[agent.id] = latest.seq
        if not await self._may_think_about(agent, latest.person):
            return False
        thought = await think(runtime, agent, latest.conversation, latest.person)
        if thought is None:  # a message came: the next chance is for this reply, too
            self._seen[agent.id] = seen
            await runtime.store.leases.release(lease)
            return False
        await agent.state.append([thought], at=runtime.clock(), lease=lease)
        return True

    async def _may_think_about(self, agent: Agent, person: str) -> bool:
        """Return whether the person is still there, and spend one of today's thoughts if so."""
        bond = await agent.state.bond(person)
        if bond is None or bond.erased:
            return False
        budget = self._runtime.settings.thought_budget
        return await self._runtime.usage.spend(THOUGHT_BUDGET, budget)


@dataclass(frozen=True, slots=True)
class Thought:
    """A thought's text and vibe, whose voice spoke it, and how many calls it cost."""

    text: str
    vibe: str
    voice: str
    calls: int


async def think(
    runtime: Runtime, agent: Agent, conversation: str, person: str
) -> ThoughtHad | None:
    """Return a thought about a conversation, for its person alone.

    None if a message came first, or where nothing comes to mind but what was thought of late. A
    thought about a group may be shown to anybody, and is made without anybody's words.
    """
    audience = None if conversation.startswith(GROUP) else person
    earlier = await _latest_thoughts(runtime, agent, audience)
    seed = Seed()
    if audience is not None:
        talk = await runtime.conversations.get(agent.id, conversation)
        hidden = await hidden_from(runtime, agent.id, await agent.state.bond(person))
        seed = seed_of(talk, person, agent.name, earlier, hidden)
    brief = await _thought_brief(runtime, agent, audience or "", conversation, seed)
    brief = replace(brief, earlier_replies=[each.words.text or "" for each in earlier])
    thought = await _thought_aside(runtime, brief)
    if thought is None or thought.text in brief.earlier_replies:
        return None
    return ThoughtHad(
        id=runtime.new_id(agent.id),
        words=runtime.seal(thought.text, audience or ""),
        vibe=thought.vibe,
        audience=audience,
        voice=thought.voice,
        calls=thought.calls,
        conversation=conversation if audience is not None else "",
        sources=seed.sources,
    )


async def _latest_thoughts(
    runtime: Runtime, agent: Agent, audience: str | None
) -> list[ThoughtHad]:
    """Return the latest thoughts that the audience (None: anybody) may see, newest first."""
    entries = await runtime.store.journal.thoughts(
        agent.id, person=audience, limit=NO_REPETITION_WITHIN
    )
    return [e for entry in entries for e in entry.events if isinstance(e, ThoughtHad)]


async def _thought_aside(runtime: Runtime, brief: Brief) -> Thought | None:
    """Return a thought by the model as side work, or by the plain voice where there is none.

    The plain voice also speaks where the model fails; None if a message came first.
    """
    voice = runtime.voice
    if voice is runtime.plain_voice:
        return await _utter(runtime, voice, brief)
    try:
        thought = await runtime.side_work.run(lambda: _utter(runtime, voice, brief))
    except ModelError as error:
        await runtime.model_health.failed("thought", voice.name, error)
        return await _utter(runtime, runtime.plain_voice, brief)
    if thought is None:
        return None
    await runtime.model_health.succeeded()
    if thought.text in brief.earlier_replies:
        return await _utter(runtime, runtime.plain_voice, brief)
    return thought


async def random_thought(runtime: Runtime, agent: Agent) -> Thought:
    """Return a thought from soul and mood alone; nothing is recorded, no model called."""
    brief = await _thought_brief(runtime, agent, "", "", Seed())
    return await _utter(runtime, runtime.plain_voice, brief)


async def _thought_brief(runtime: Runtime, agent: Agent, person: str, id: str, seed: Seed) -> Brief:
    """Return the brief of a thought about the conversation ``id``; without a person, no words."""
    now = runtime.clock()
    bond = await agent.state.bond(person) if person else None
    conversation = await runtime.conversations.get(agent.id, id if person else "")
    known = [*mentionable(await known_facts(runtime, agent.id, bond, id))] if person else []
    hidden = await hidden_from(runtime, agent.id, bond)
    subject = briefs.Subject(
        interpretation=Interpretation(text=""),
        relationship=briefs.relationship_to(bond, 0, now),
        known_facts=known,
        person_name=name_of(known),
        purpose="thought",
        time_zone=(bond.time_zone if bond else "") or UTC,
        unmentioned=hidden.labels(id),
    )
    recalled = replace(
        await briefs.recall(runtime, conversation, (), subject.interpretation, hidden=hidden),
        older_lines=seed.lines,
        memories=seed.kept,
    )
    mind = await runtime.mind(agent, id if person else "")
    return await briefs.build_brief(runtime, agent, conversation, mind, subject, recalled=recalled)


async def _utter(runtime: Runtime, voice: Voice, brief: Brief) -> Thought:
    utterance = voice.speak(brief)
    failed = False
    try:
        text = "".join([piece async for piece in utterance])
    except ModelError:
        failed = True
        raise
    finally:
        await utterance.aclose()
        await runtime.usage.count("thoughts", utterance.usage, failed=failed)
    text = text.strip()[:MAX_THOUGHT_CHARS]
    if voice is not runtime.plain_voice and not is_harmless(text):
        return await _utter(runtime, runtime.plain_voice, brief)
    return Thought(text, utterance.vibe, voice.name, utterance.usage.calls)
