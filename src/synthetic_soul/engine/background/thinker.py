"""Thoughts nobody asked for: only when something new has happened, and within a daily budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from synthetic_soul.engine.state.conversation import GROUP
from synthetic_soul.engine.turn import brief as briefs
from synthetic_soul.errors import ModelError
from synthetic_soul.mind.events import ThoughtHad
from synthetic_soul.mind.interpretation import Interpretation

if TYPE_CHECKING:
    from synthetic_soul.engine.runtime import Agent, Runtime
    from synthetic_soul.voices.base import Brief, Voice

log = structlog.get_logger(__name__)

BUDGET = "thoughts"
LONGEST = 600


class Thinker:
    """Gives each agent its chances to think; remembers what it has thought about already."""

    def __init__(self, parts: Runtime) -> None:
        self._parts = parts
        self._seen = {agent.id: agent.live.seq for agent in parts.agents.values()}

    async def chance(self) -> int:
        """Let every agent that has something new to think about think; how many did."""
        return sum([await self._consider(agent) for agent in self._parts.served])

    async def _consider(self, agent: Agent) -> bool:
        await agent.live.catch_up()
        latest = agent.live.latest
        seen = max(self._seen.get(agent.id, 0), agent.live.thought)
        if latest is None or latest.seq <= seen:
            return False
        # Not released: one thought a rate, however many processes take their chance.
        ttl = round(self._parts.settings.thinking_rate * 900)
        holder = self._parts.token()
        lease = await self._parts.store.leases.acquire(agent.id, "think", ttl=ttl, holder=holder)
        if lease is None:
            return False
        self._seen[agent.id] = latest.seq
        bond = await agent.live.bond(latest.person)
        if bond is None or bond.erased:
            return False
        if not await self._parts.use.spend(BUDGET, self._parts.settings.thought_budget):
            return False
        thought = await think(self._parts, agent, latest.conversation, latest.person)
        await agent.live.append([thought], at=self._parts.clock(), lease=lease)
        return True


@dataclass(frozen=True, slots=True)
class Thought:
    """A thought in words, whose voice it had, and what it cost."""

    text: str
    vibe: str
    voice: str
    calls: int


async def think(parts: Runtime, agent: Agent, conversation: str, person: str) -> ThoughtHad:
    """A thought about what was just talked about, for its person alone.

    After a group it has no audience but also knows nobody's words.
    """
    audience = None if conversation.startswith(GROUP) else person
    thought = await _voiced(parts, await _brief(parts, agent, audience or "", conversation))
    return ThoughtHad(
        id=parts.new_id(agent.id),
        words=parts.seal(thought.text, audience or ""),
        vibe=thought.vibe,
        audience=audience,
        voice=thought.voice,
        calls=thought.calls,
    )


async def muse(parts: Runtime, agent: Agent) -> Thought:
    """A thought from soul and mood alone; nothing is recorded, no model called."""
    return await _say(parts, parts.plain, await _brief(parts, agent, "", ""))


async def _brief(parts: Runtime, agent: Agent, person: str, conversation: str) -> Brief:
    """A thought's brief; without a person it holds nobody's words."""
    now = parts.clock()
    bond = await agent.live.bond(person) if person else None
    talk = await parts.conversations.get(agent.id, conversation if person else "")
    known = await briefs.known_facts(parts, agent.id, bond, conversation) if person else []
    matter = briefs.Matter(
        interpretation=Interpretation(text=""),
        standing=briefs.standing(bond, 0, now),
        known=known,
        person=briefs.name_of(known, ""),
        purpose="thought",
    )
    return await briefs.build(parts, agent, talk, agent.live.mind, matter)


async def _voiced(parts: Runtime, brief: Brief) -> Thought:
    """The thought in words; where the model fails she thinks without one."""
    try:
        return await _say(parts, parts.voice, brief)
    except ModelError as error:
        log.warning("thought_without_model", code=error.code)
        return await _say(parts, parts.plain, brief)


async def _say(parts: Runtime, voice: Voice, brief: Brief) -> Thought:
    utterance = voice.speak(brief)
    failed = True
    try:
        text = "".join([piece async for piece in utterance])
        failed = False
    finally:
        await utterance.aclose()
        await parts.use.count("thoughts", utterance.usage, failed=failed)
    return Thought(text.strip()[:LONGEST], utterance.vibe, voice.name, utterance.usage.calls)
