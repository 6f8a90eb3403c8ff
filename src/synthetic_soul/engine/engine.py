"""The engine's public interface, for the HTTP API, the command line and other programs."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from typing import Final

import structlog

from soulscript import Soul
from synthetic_soul import clocks
from synthetic_soul.avatars.avatars import Avatar
from synthetic_soul.engine import background, job_events, privacy, queries, views
from synthetic_soul.engine.agents import MAX_NAME_CHARS, Agent, agent_id
from synthetic_soul.engine.memory import access, profile
from synthetic_soul.engine.memory.access import FIRST_PAGE, PageAsked
from synthetic_soul.engine.memory.profile import HiddenSubjectView, ProfileFact, ProfileView
from synthetic_soul.engine.memory.reflection import reflect_all
from synthetic_soul.engine.runtime import Runtime, topic
from synthetic_soul.engine.state.conversation_ids import private_conversation
from synthetic_soul.engine.turn import reply_reasons
from synthetic_soul.engine.turn.brief import soul_in_scene
from synthetic_soul.engine.turn.pipeline import answer_next, give_up
from synthetic_soul.engine.turn.submit import conversation_of, submit
from synthetic_soul.engine.usage import Counters
from synthetic_soul.engine.views import (
    AgentDetail,
    AgentView,
    FactView,
    FeelingView,
    InstructionsView,
    JobEvent,
    JobView,
    LineView,
    MemoryPage,
    MemoryView,
    ThoughtView,
    WhyView,
)
from synthetic_soul.errors import Unavailable
from synthetic_soul.settings import Settings
from synthetic_soul.stores.base import Store
from synthetic_soul.stores.store_health import StoreHealth

log = structlog.get_logger(__name__)

STOP_GRACE: Final = 25.0
"""Seconds that current turns are given to finish."""
MAX_TURN: Final = 3600.0
"""Seconds that ``attend`` waits for its turns."""


class Engine:
    """Characters with an inner life, which accept messages once ``start`` has returned.

    A person is named by an id that the caller has authenticated. What belongs to another person is
    ``NotFound``, exactly like what does not exist. Tests and benchmarks read ``runtime`` and
    ``scheduler``.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime: Final = runtime
        self.scheduler: Final = background.Scheduler(runtime)
        self._health: Final = StoreHealth(runtime.store, clocks.elapsed)

    @property
    def settings(self) -> Settings:
        """The settings it was made with."""
        return self.runtime.settings

    @property
    def store(self) -> Store:
        """The store of everything that is kept."""
        return self.runtime.store

    @property
    def running(self) -> int:
        """The number of conversations that this process is working on."""
        return self.runtime.runner.running

    @property
    def counters(self) -> Counters:
        """The counts of this process since it started."""
        return self.runtime.counters

    def clock(self) -> int:
        """Return the time in milliseconds."""
        return self.runtime.clock()

    async def _agent(self, id: str | None) -> Agent:
        return await self.runtime.agents.find(id)

    async def start(self) -> None:
        """Open the store and the agents, answer what waits, start the background tasks."""
        await self.runtime.store.open()
        for loss in await self.runtime.store.losses():
            log.error("journal_damaged", agent=loss.agent, reason=str(loss))
        await self.runtime.event_bus.open()
        for name in self.runtime.agents.souls:
            agent = await self.runtime.agents.open_from_file(name)
            await agent.state.finish_erasures()
        await self.runtime.agents.load_new()
        await self._start_runner()
        await self.scheduler.start()

    async def _start_runner(self) -> None:
        answer, fail = partial(answer_next, self.runtime), partial(give_up, self.runtime)
        await self.runtime.runner.start(answer, fail)

    async def stop(self) -> None:
        """Accept no more messages, finish the current turns, save snapshots, close the store."""
        await self.scheduler.stop()
        await self.runtime.runner.stop(STOP_GRACE)
        await self._close()

    async def _close(self) -> None:
        for agent in self.runtime.agents.loaded:
            with suppress(Unavailable):  # a snapshot is only a cache
                await agent.state.save_snapshot()
        if self.runtime.fast_model is not None:
            await self.runtime.fast_model.aclose()
        await self.runtime.event_bus.close()
        await self.runtime.store.close()

    def notify(self, agent: str, conversation: str) -> None:
        """Notify the runner of a conversation; one of an unknown agent is ignored there."""
        self.runtime.notify(agent, conversation)

    async def attend(self, agent: str, conversation: str) -> None:
        """Answer what waits in one conversation and close: instead of ``start`` and ``stop``."""
        agents = self.runtime.agents
        await self.runtime.store.open()
        try:
            await self.runtime.event_bus.open()
            for name in dict.fromkeys((agent, agents.active)):
                if name in agents.souls:
                    await agents.open_from_file(name)
            await agents.find(agent)
            await self._start_runner()
            self.notify(agent, conversation)
            await self.runtime.runner.stop(MAX_TURN)
            await reflect_all(self.runtime)
        finally:
            await self._close()

    async def submit(
        self,
        *,
        person: str,
        text: str,
        agent: str | None = None,
        group: bool = False,
        key: str | None = None,
        address: str = "",
        country: str = "",
        time_zone: str = "",
        opening: int = 0,
    ) -> JobView:
        """Accept a message; when this returns it is on disk and awaits a reply.

        ``key`` makes repeats harmless: the first job is returned, or ``Conflict`` (code
        ``key_reused``) if the message was another. ``address`` is where it came from, whose
        budget pays for it; ``country`` (ISO 3166, two letters) decides which helplines are named,
        ``time_zone`` (IANA) what "on Friday" means; without it the last one known counts, else UTC.
        ``opening`` is the number of the soul's opening that a new conversation begins with.
        ``InvalidInput`` for a text without anything to be seen or above 4,000 characters,
        ``NotFound`` for an unknown agent.
        """
        try:
            job = await submit(
                self.runtime,
                person=person,
                text=text,
                agent=agent,
                group=group,
                key=key,
                address=address,
                country=country,
                time_zone=time_zone,
                opening=opening,
            )
        except Unavailable as error:
            self._health.refused(error)
            raise
        self._health.accepted()
        return job

    async def job(self, person: str, job: str) -> JobView:
        """Return the status of a message of this person."""
        return await job_events.job_of(self.runtime, person, job)

    async def retry(self, person: str, job: str, *, address: str = "") -> JobView:
        """Queue a failed message again; ``Conflict`` for any other."""
        return await job_events.retry(self.runtime, person, job, address=address)

    async def follow(
        self, person: str, job: str, *, after: str | None = None
    ) -> AsyncGenerator[list[JobEvent]]:
        """Return the events of a job, past and to come, in batches; they end after ``done``.

        Events of one moment come as one batch. ``after`` is the id of the last event seen: none
        up to it is repeated and none after it is missed, whichever process is asked.
        ``NotFound`` is raised by this call, not with the first batch.
        """
        return await job_events.follow(self.runtime, person, job, after=after)

    async def conversation(
        self,
        person: str,
        *,
        agent: str | None = None,
        group: bool = False,
        limit: int = 50,
        before: str | None = None,
        opening: int = 0,
    ) -> list[LineView]:
        """Return the last ``limit`` lines (before the line with id ``before``), oldest first.

        A group's lines are returned only to those who have spoken in it. A conversation in which
        nothing has been said yet has the soul's opening of this number, if there is one.
        """
        loaded, wanted = await self._agent(agent), conversation_of(person, group=group)
        return await queries.lines(
            self.runtime, loaded, person, wanted, limit=limit, before=before, opening=opening
        )

    async def agents(self, person: str = "") -> list[AgentView]:
        """Return all agents, by id, as this person may see them ("": nobody)."""
        await self.runtime.agents.load_new()
        loaded = sorted(self.runtime.agents.loaded, key=lambda agent: agent.id)
        return [await self._view(agent, person) for agent in loaded]

    async def _view(self, agent: Agent, person: str) -> AgentView:
        mind = await self.runtime.mind(agent, _seen_by(person))
        active, picture = self.runtime.agents.active, await self._picture_version(agent)
        return views.agent_view(agent, mind, active, self.clock(), picture)

    async def _picture_version(self, agent: Agent) -> str:
        return await self.runtime.avatars.version(
            agent.id, agent.soul, uploaded=bool(agent.uploaded)
        )

    async def agent(self, id: str | None, person: str) -> AgentDetail:
        """Return one agent (None: the active one) as this person may see it."""
        agent = await self._agent(id)
        await agent.state.catch_up()
        agent = await self.runtime.agents.with_current_soul(agent)
        bond = await agent.state.bond(person)
        mind = await self.runtime.mind(agent, _seen_by(person))
        now = self.clock()
        return views.agent_detail(
            agent,
            mind,
            bond,
            soul=soul_in_scene(agent, private_conversation(person), "", now),
            active=self.runtime.agents.active,
            voice=self.runtime.voice.name,
            now=now,
            picture=await self._picture_version(agent),
        )

    async def avatar(self, id: str, expression: str = "", *, png: bool = False) -> Avatar | None:
        """Return an agent's picture of an expression, None if its soul brings no picture at all.

        For an expression without one ("": none in particular) it is a near one's, else the usual
        one. In WebP, or in PNG; 512 pixels at most. ``NotFound`` for an unknown agent.
        """
        agent = await self._agent(id)
        return await self.runtime.avatars.get(
            agent.id, agent.soul, expression, uploaded=bool(agent.uploaded), png=png
        )

    async def id_of(self, name: str) -> str:
        """Return the id of the agent with this name, in any case, or this id; or ``NotFound``."""
        return (await self.runtime.agents.by_name(name)).id

    async def live(self, agent: str | None = None, person: str = "") -> AsyncIterator[FeelingView]:
        """Yield how an agent feels: now, after each turn, each ``EMOTIONAL_DECAY_RATE`` seconds.

        Where minds are private, the turns are those of this person's own conversation.
        """
        loaded, seen = await self._agent(agent), _seen_by(person)
        private = self.settings.inner_life == "private"
        listener = self.runtime.event_bus.follow(topic(loaded.id, seen) if private else loaded.id)
        try:
            while True:
                await loaded.state.catch_up()
                yield views.feeling_view(await self.runtime.mind(loaded, seen), self.clock())
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.settings.emotional_decay_rate):
                        while (await anext(listener)).kind != "ended":
                            pass
        finally:
            await listener.aclose()

    async def add_agent(
        self,
        name: str,
        soul: Soul,
        pictures: Mapping[str, bytes] | None = None,
        *,
        replacing: bool = False,
        trusted: bool = False,
    ) -> tuple[AgentView, bool]:
        """Add an agent with an uploaded soul; return it and whether it is new.

        Every process will serve it. Its id is made of ``name``; ``pictures`` are those that
        ``portraits`` has made of the soul's. ``Conflict`` (code
        ``agent_exists``) where there is an agent of that id; with ``replacing`` an uploaded one
        gets this soul and keeps its memories and bonds. ``trusted``: its author's instructions to
        a model are applied, as style below identity, rules and safety.
        """
        agent, is_new = await self.runtime.agents.add(
            agent_id(name[:MAX_NAME_CHARS]),
            soul,
            pictures or {},
            replacing=replacing,
            trusted=trusted,
        )
        await agent.state.catch_up()
        return await self._view(agent, ""), is_new

    async def instructions(self, id: str) -> InstructionsView:
        """Return the instructions of an agent's author to a model, and whether they are applied."""
        agent = await self._agent(id)
        await agent.state.catch_up()
        return views.instructions_view(await self.runtime.agents.with_current_soul(agent))

    async def trust(self, id: str, *, trusted: bool, digest: str | None = None) -> InstructionsView:
        """Apply the instructions of an agent's author from now on, or no longer.

        This holds for the present version of the soul. ``NotFound`` for an unknown agent;
        ``Conflict`` (code ``soul_replaced``) where ``digest`` is not the present soul's.
        """
        agent = await self.runtime.agents.set_trust(id, trusted=trusted, digest=digest)
        return views.instructions_view(agent)

    async def state_hash(self, agent: str | None = None) -> tuple[int, str]:
        """Return the number of entries and the hash of the live state; a replay gives the same."""
        return await (await self._agent(agent)).state.hash()

    async def thought(self, person: str, agent: str | None = None) -> ThoughtView | None:
        """Return the newest thought that this person may see."""
        loaded = await self._agent(agent)
        entries = await self.store.journal.thoughts(loaded.id, person=person, limit=1)
        return views.thought_view(entries[0], loaded.id) if entries else None

    async def random_thought(self, agent: str | None = None) -> ThoughtView:
        """Return a new thought from soul and mood alone; it is public and not recorded."""
        loaded = await self._agent(agent)
        thought = await background.random_thought(self.runtime, loaded)
        return ThoughtView(
            id="", agent=loaded.id, thought=thought.text, vibe=thought.vibe, timestamp=self.clock()
        )

    async def facts(
        self, person: str, agent: str | None = None, *, past: bool = False
    ) -> list[FactView]:
        """Return what an agent knows about this person, oldest first; or what held once."""
        return await access.facts(self.runtime, await self._agent(agent), person, past=past)

    async def memories(
        self, person: str, agent: str | None = None, asked: PageAsked = FIRST_PAGE
    ) -> MemoryPage:
        """Return a page of what an agent keeps of its talk with this person."""
        return await access.page(self.runtime, await self._agent(agent), person, asked)

    async def remember(self, person: str, text: str, agent: str | None = None) -> MemoryView:
        """Keep what this person asks to be remembered of themselves, with the facts that it states.

        ``InvalidInput`` for a text that says nothing, or is longer than 300 characters.
        """
        return await access.add_note(self.runtime, await self._agent(agent), person, text)

    async def correct(
        self, person: str, memory: str, text: str, agent: str | None = None
    ) -> FactView | MemoryView:
        """Replace the value of a fact, or the text of a memory, by this person's own words.

        ``InvalidInput`` as in ``remember``.
        """
        return await access.correct(self.runtime, await self._agent(agent), person, memory, text)

    async def profile(self, person: str, agent: str | None = None, search: str = "") -> ProfileView:
        """Return what an agent knows of this person by topic, hidden facts among it."""
        return await profile.profile(self.runtime, await self._agent(agent), person, search)

    async def set_hidden(
        self, person: str, fact: str, agent: str | None = None, *, hidden: bool
    ) -> ProfileFact:
        """Have a fact never mentioned to this person, or let it be mentioned again."""
        return await profile.set_hidden(
            self.runtime, await self._agent(agent), person, fact, hidden=hidden
        )

    async def hide_subject(
        self, person: str, text: str, agent: str | None = None
    ) -> HiddenSubjectView:
        """Have a subject never mentioned to this person, by what they call it.

        ``InvalidInput`` for words that name nothing, or are longer than 100 characters.
        """
        return await profile.hide_subject(self.runtime, await self._agent(agent), person, text)

    async def show_subject(self, person: str, subject: str, agent: str | None = None) -> None:
        """Let a hidden subject be mentioned again."""
        await profile.show_subject(self.runtime, await self._agent(agent), person, subject)

    async def sources(self, person: str, memory: str, agent: str | None = None) -> list[LineView]:
        """Return the lines that a fact or a memory about this person rests on."""
        return await profile.sources(self.runtime, await self._agent(agent), person, memory)

    async def forget(self, person: str, fact: str, agent: str | None = None) -> None:
        """Make an agent forget a fact or a memory about this person, words included."""
        await privacy.forget(self.runtime, await self._agent(agent), person, fact)

    async def why(self, person: str, message: str) -> WhyView:
        """Return what a reply to this person (or to their message) was based on."""
        return await reply_reasons.why(self.runtime, person, message)

    async def export(self, person: str) -> dict[str, object]:
        """Return everything about this person, from all agents, machine-readable."""
        pieces = [piece async for piece in privacy.export(self.runtime, person)]
        exported: dict[str, object] = json.loads(f"{{{''.join(pieces)}}}")
        return exported

    def export_pieces(self, person: str) -> AsyncIterator[str]:
        """Yield the same as pieces of JSON, the members of an object without its braces."""
        return privacy.export(self.runtime, person)

    async def erase(self, person: str, *, idle: bool = False) -> None:
        """Remove every word of this person from every journal; the numbers stay.

        ``idle``: nobody can be talking as this person at this moment.
        """
        await privacy.erase(self.runtime, person, idle=idle)

    async def healthy(self) -> dict[str, object]:
        """Return ``status`` (ok, degraded) and the state of store, jobs and voice.

        ``store`` is as in ``StoreState``, with its ``reason``; ``lost`` names lost entries. Where
        there is a model, ``model`` says whether its latest call succeeded, and if not, why.
        """
        store, lost = await self._health.check(), await self._health.lost()
        jobs = "ok" if await self.runtime.event_bus.healthy() else "away"
        parts: dict[str, object] = {
            "store": store.state,
            "jobs": jobs,
            "voice": self.runtime.voice.name,
        }
        is_well = store.state == jobs == "ok" and not lost
        if self.runtime.voice is not self.runtime.plain_voice:
            failure = await self.runtime.model_health.failure()
            parts["model"] = (
                {"status": "failing", **asdict(failure)} if failure else {"status": "ok"}
            )
            is_well = is_well and failure is None
        found = {"reason": store.reason, "lost": lost}
        parts.update({name: text for name, text in found.items() if text})
        return {"status": "ok" if is_well else "degraded", **parts}

    async def queue(self) -> dict[str, int]:
        """Return how many conversations wait, and how many this process is working on."""
        waiting = await self.store.jobs.waiting(self.runtime.agents.ids)
        return {"waiting": len(waiting), "running": self.running}

    def model_usage(self) -> dict[str, object]:
        """Return calls, tokens and failures since the start, and today's thoughts."""
        return {
            "voice": self.runtime.voice.name,
            **self.runtime.usage.totals,
            "thoughts_today": self.runtime.usage.today(background.THOUGHT_BUDGET),
            "thought_budget": self.settings.thought_budget,
        }


def _seen_by(person: str) -> str:
    """Return the conversation whose feelings a person sees ("": nobody's)."""
    return private_conversation(person) if person else ""
