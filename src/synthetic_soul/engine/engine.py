"""What the doors hold: every door (HTTP, terminal, a program of one's own) calls this."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from functools import partial
from typing import TYPE_CHECKING

from synthetic_soul.engine import agents as adopting
from synthetic_soul.engine import job_queries as jobs
from synthetic_soul.engine import presenters, privacy
from synthetic_soul.engine.background import thinker
from synthetic_soul.engine.background.scheduler import Scheduler
from synthetic_soul.engine.memory.reflection import reflect_all
from synthetic_soul.engine.turn import submit
from synthetic_soul.engine.turn.turn import answer_all, give_up
from synthetic_soul.engine.views import ThoughtView
from synthetic_soul.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from soulscript import Soul
    from synthetic_soul.engine.counters import Counters
    from synthetic_soul.engine.runtime import Runtime
    from synthetic_soul.engine.views import (
        AgentDetail,
        AgentView,
        FactView,
        FeelingView,
        JobEvent,
        JobView,
        LineView,
        WhyView,
    )
    from synthetic_soul.settings import Settings
    from synthetic_soul.stores.base import Store

GRACE = 25.0
LONGEST_TURN = 3600.0


class Engine:
    """Characters with an inner life, ready to be talked to once ``start`` has returned.

    A person is named by an id that the door has authenticated. Whatever is not that person's
    is ``NotFound``, exactly like what does not exist.
    """

    def __init__(self, parts: Runtime) -> None:
        self._parts = parts
        self._rounds = Scheduler(parts)

    @property
    def settings(self) -> Settings:
        """The settings it was made with."""
        return self._parts.settings

    @property
    def store(self) -> Store:
        """Where everything is kept."""
        return self._parts.store

    @property
    def active(self) -> str:
        """The id of the agent that is meant where none is named."""
        return self._parts.active

    @property
    def running(self) -> int:
        """How many conversations this process is working on."""
        return self._parts.runner.running

    @property
    def tally(self) -> Counters:
        """What has happened in this process since it started."""
        return self._parts.tally

    def clock(self) -> int:
        """The time in milliseconds."""
        return self._parts.clock()

    async def start(self) -> None:
        """Open the store, wake the agents, answer what still waits, begin the rounds."""
        parts = self._parts
        await parts.store.open()
        await parts.event_bus.open()
        for name in parts.souls:
            await adopting.tidied(parts, await adopting.awaken(parts, name))
        await adopting.learn(parts)
        await parts.runner.start(partial(answer_all, parts), partial(give_up, parts))
        await self._rounds.start()

    async def stop(self) -> None:
        """Take nothing more, finish what is under way, keep snapshots, close the store."""
        await self._rounds.stop()
        await self._parts.runner.stop(GRACE)
        await self._close()

    async def _close(self) -> None:
        for agent in self._parts.served:
            with suppress(Unavailable):  # a snapshot is only a cache
                await agent.live.keep()
        if self._parts.fast is not None:
            await self._parts.fast.aclose()
        await self._parts.event_bus.close()
        await self._parts.store.close()

    def notify(self, agent: str, conversation: str) -> None:
        """Have the runner look at a conversation; one of an unknown agent is passed over there."""
        self._parts.runner.notify(agent, conversation)

    async def attend(self, agent: str, conversation: str) -> None:
        """Instead of ``start`` and ``stop``: answer what waits in one conversation, and end."""
        parts = self._parts
        await parts.store.open()
        try:
            await parts.event_bus.open()
            for name in dict.fromkeys((agent, parts.active)):
                if name in parts.souls:
                    await adopting.awaken(parts, name)
            await adopting.find(parts, agent)
            await parts.runner.start(partial(answer_all, parts), partial(give_up, parts))
            parts.runner.notify(agent, conversation)
            await parts.runner.stop(LONGEST_TURN)
            await reflect_all(parts)
        finally:
            await self._close()

    async def hear(
        self,
        *,
        person: str,
        text: str,
        agent: str | None = None,
        group: bool = False,
        key: str | None = None,
    ) -> JobView:
        """Take in a message; it is on disk, and awaits a reply, when this returns.

        ``key`` makes repeats harmless: the first job is returned, or ``Conflict`` (code
        ``key_reused``) if the message was another. ``InvalidInput`` for an empty text or one
        above 4,000 characters, ``NotFound`` for an unknown agent.
        """
        return await submit.hear(
            self._parts, person=person, text=text, agent=agent, to_group=group, key=key
        )

    async def job(self, person: str, job: str) -> JobView:
        """How a message of this person stands."""
        return await jobs.view(self._parts, person, job)

    async def retry(self, person: str, job: str) -> JobView:
        """Let a message wait again whose turn failed; ``Conflict`` for any other."""
        return await jobs.retry(self._parts, person, job)

    async def follow(
        self, person: str, job: str, *, after: str | None = None
    ) -> AsyncIterator[JobEvent]:
        """The events of a job, past and to come; ends after ``done``.

        ``after`` is the id of the last event seen: nothing up to it is repeated, nothing behind
        it is left out, whichever process is asked.
        """
        async with aclosing(await self.follow_together(person, job, after=after)) as together:
            async for events in together:
                for event in events:
                    yield event

    async def follow_together(
        self, person: str, job: str, *, after: str | None = None
    ) -> AsyncGenerator[list[JobEvent]]:
        """As ``follow``, with the events that came at the same moment in one list.

        ``NotFound`` comes from this call, not from the first step.
        """
        return await jobs.follow(self._parts, person, job, after=after)

    async def conversation(
        self,
        person: str,
        *,
        agent: str | None = None,
        group: bool = False,
        limit: int = 50,
        before: str | None = None,
    ) -> list[LineView]:
        """The last ``limit`` lines (before the line with id ``before``), oldest first.

        A group's lines are shown only to those who have spoken in it.
        """
        found = await adopting.find(self._parts, agent)
        talk = submit.conversation_of(person, to_group=group)
        return await privacy.conversation(
            self._parts, found, person, talk, limit=limit, before=before
        )

    async def agents(self) -> list[AgentView]:
        """All agents, by id."""
        await adopting.learn(self._parts)
        now = self.clock()
        return [
            presenters.agent_view(agent, self.active, now)
            for _, agent in sorted(self._parts.agents.items())
        ]

    async def agent(self, id: str | None, person: str) -> AgentDetail:
        """One agent as this person may see it; None is the active one."""
        found = await adopting.find(self._parts, id)
        await found.live.catch_up()
        found = await adopting.present(self._parts, found)
        bond = await found.live.bond(person)
        return presenters.agent_detail(
            found, self.active, bond, self._parts.voice.name, self.clock()
        )

    async def live(self, agent: str | None = None) -> AsyncIterator[FeelingView]:
        """How an agent feels: now, after each turn, and each ``EMOTIONAL_DECAY_RATE`` seconds."""
        found = await adopting.find(self._parts, agent)
        listener = self._parts.event_bus.follow(found.id)
        try:
            while True:
                await found.live.catch_up()
                yield presenters.feeling(found.live.mind, self.clock())
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.settings.emotional_decay_rate):
                        await anext(listener)
        finally:
            await listener.aclose()

    async def give(
        self, name: str, soul: Soul, *, replacing: bool = False
    ) -> tuple[AgentView, bool]:
        """Let an agent be born of a soul that lies in no file; every process will serve it.

        Its id is made of ``name``. Says also whether it is new: with ``replacing`` one that was
        given before gets this soul and stays who it was to everybody. ``Conflict`` (code
        ``agent_exists``) where there is one of that id.
        """
        agent, new = await adopting.give(
            self._parts, adopting.agent_id(name[: adopting.LONGEST]), soul, replacing=replacing
        )
        await agent.live.catch_up()
        return presenters.agent_view(agent, self.active, self.clock()), new

    async def state_hash(self, agent: str | None = None) -> tuple[int, str]:
        """Number of entries and hash of the live state; a replay gives the same."""
        return await (await adopting.find(self._parts, agent)).live.hash()

    async def thought(self, person: str, agent: str | None = None) -> ThoughtView | None:
        """The newest thought that this person may see."""
        found = await adopting.find(self._parts, agent)
        entries = await self.store.journal.thoughts(found.id, person=person, limit=1)
        return presenters.thought(entries[0], found.id) if entries else None

    async def random_thought(self, agent: str | None = None) -> ThoughtView:
        """A new thought from soul and mood alone, which anybody may see; it is not kept."""
        found = await adopting.find(self._parts, agent)
        thought = await thinker.muse(self._parts, found)
        return ThoughtView(
            id="", agent=found.id, thought=thought.text, vibe=thought.vibe, timestamp=self.clock()
        )

    async def known(self, person: str, agent: str | None = None) -> list[FactView]:
        """What an agent holds about this person, oldest first."""
        found = await adopting.find(self._parts, agent)
        return await privacy.known(self._parts, found, person)

    async def forget(self, person: str, fact: str, agent: str | None = None) -> None:
        """Have an agent forget a fact about this person, words and all."""
        found = await adopting.find(self._parts, agent)
        await privacy.forget(self._parts, found, person, fact)

    async def why(self, person: str, message: str) -> WhyView:
        """What a reply to this person (or to their message) was made of."""
        return await privacy.why(self._parts, person, message)

    async def export(self, person: str) -> dict[str, object]:
        """Everything of this person's, from all agents, machine-readable."""
        return await privacy.export(self._parts, person)

    async def erase(self, person: str, *, idle: bool = False) -> None:
        """Remove every word of this person from every journal; the numbers stay.

        ``idle``: nobody can be talking as this person at this moment.
        """
        await privacy.erase(self._parts, person, idle=idle)

    async def healthy(self) -> dict[str, str]:
        """``status`` (ok, degraded) and how each part does."""
        store = "ok" if await self.store.healthy() else "away"
        jobs = "ok" if await self._parts.event_bus.healthy() else "away"
        status = "ok" if store == jobs == "ok" else "degraded"
        return {"status": status, "store": store, "jobs": jobs, "voice": self._parts.voice.name}

    async def queue(self) -> dict[str, int]:
        """How many conversations wait, and how many are being worked on."""
        waiting = await self.store.jobs.waiting(sorted(self._parts.agents))
        return {"waiting": len(waiting), "running": self.running}

    def model_use(self) -> dict[str, object]:
        """Calls, tokens and failures since the start, and today's thoughts."""
        return {
            "voice": self._parts.voice.name,
            **self._parts.use.totals,
            "thoughts_today": self._parts.use.today(thinker.BUDGET),
            "thought_budget": self.settings.thought_budget,
        }
