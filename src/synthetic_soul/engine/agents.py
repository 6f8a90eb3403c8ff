"""How agents come to be: by the souls in files, or by souls that the journal alone holds.

The second kind was given through a door. Each process learns of it when the agent is named or
rung for, and at each sweep; one that has been given a newer soul is noticed in the same way.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog
from pydantic import ValidationError

from soulscript import Soul
from synthetic_soul.engine.leases import leased
from synthetic_soul.engine.memory.forgetting import finish
from synthetic_soul.engine.runtime import Agent
from synthetic_soul.engine.state.agent_state import AgentState
from synthetic_soul.errors import Conflict
from synthetic_soul.mind.events import SoulAdopted
from synthetic_soul.mind.soul_traits import traits_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from synthetic_soul.engine.runtime import Runtime
    from synthetic_soul.stores.base import Lease

log = structlog.get_logger(__name__)

LONGEST: Final = 64
"""Characters of a name that the id of a given soul is made of."""
NAMELESS: Final = "soul"
EXISTS: Final = "agent_exists"

_ADOPTING = 0.05  # seconds between two looks at whether another process has recorded a soul
_LOOK_BACK = 64


def agent_id(name: str) -> str:
    """The id of an agent of that name: in lower case, safe in a URL."""
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-") or NAMELESS


def adoption(soul: Soul, *, given: bool = False) -> SoulAdopted:
    """The event of a soul's adoption as of today."""
    return SoulAdopted(
        name=soul.name,
        digest=soul.digest,
        soul=soul.dump(),
        traits=traits_of(soul),
        given=given,
    )


async def awaken(parts: Runtime, id: str) -> Agent:
    """Open the journal of an agent whose soul lies in a file.

    Record its soul there if it is new or has another version. Of several processes that start
    together one records it; the others wait for that one.
    """
    soul = parts.souls[id]
    live = await _opened(parts, id)
    while not live.born or live.mind.soul != soul.digest:
        async with _right_to_adopt(parts, id) as lease:
            await live.catch_up()
            if not live.born or live.mind.soul != soul.digest:
                await live.append([adoption(soul)], at=parts.clock(), lease=lease)
    parts.agents[id] = Agent.of(id, soul, live)
    return parts.agents[id]


@asynccontextmanager
async def _right_to_adopt(parts: Runtime, id: str) -> AsyncIterator[Lease]:
    """The one lease under which a soul is recorded, as soon as nobody else has it."""
    while True:
        async with leased(parts, id, "adopt") as lease:
            if lease is not None:
                yield lease
                return
        await asyncio.sleep(_ADOPTING)


async def _opened(parts: Runtime, id: str) -> AgentState:
    def forget(person: str | None) -> None:
        parts.conversations.drop(id, person)
        parts.recent.drop()

    live = AgentState(parts.store, id, forget=forget)
    await live.open()
    return live


async def tidied(parts: Runtime, agent: Agent) -> Agent:
    """The agent, once what a killed process had begun to erase is erased."""
    await finish(parts.store, agent.id, after=max(0, agent.live.kept - _LOOK_BACK))
    return agent


async def known(parts: Runtime, id: str) -> Agent | None:
    """The agent of that id, learned of now if its soul was given elsewhere."""
    found = parts.agents.get(id)
    if found is None and id and id not in parts.souls:
        seq = (await parts.store.journal.adoptions(id)).get(id)
        found = await _learned(parts, id, seq) if seq else None
    return found


async def find(parts: Runtime, id: str | None) -> Agent:
    """The agent of that id (None: the active one); ``NotFound`` names some there are."""
    if id:
        await known(parts, id)
    return parts.agent(id)


async def learn(parts: Runtime) -> None:
    """Learn of every agent whose soul was given elsewhere, and of their newer souls."""
    for name, seq in sorted((await parts.store.journal.adoptions()).items()):
        agent = parts.agents.get(name)
        news = agent.given and agent.since < seq if agent else name not in parts.souls
        if news and parts.passed.get(name) != seq:
            await _learned(parts, name, seq)


async def present(parts: Runtime, agent: Agent) -> Agent:
    """The agent with the soul that its journal, as far as it is folded here, says it has now."""
    if not agent.given or agent.live.mind.soul == agent.given:
        return agent
    seq = (await parts.store.journal.adoptions(agent.id)).get(agent.id)
    return (await _learned(parts, agent.id, seq) if seq else None) or agent


async def _learned(parts: Runtime, id: str, seq: int) -> Agent | None:
    """The agent by the soul in an entry; None (and passed over) where that is of a file."""
    event = await _adopted(parts, id, seq)
    soul = _understood(id, event) if event and (event.given or id in parts.agents) else None
    if event is None or soul is None:
        parts.passed[id] = seq
        return None
    return await _taken(parts, id, soul, event.digest, seq)


async def _taken(parts: Runtime, id: str, soul: Soul, digest: str, seq: int) -> Agent:
    """Hold an agent by its newest soul; there is one present of each agent in a process."""
    live = parts.agents[id].live if id in parts.agents else await _opened(parts, id)
    fresh = Agent.of(id, soul, live, given=digest, since=seq)
    if id not in parts.agents:
        await tidied(parts, fresh)
    # Another task may have been as quick meanwhile.
    parts.agents[id] = replace(fresh, live=parts.agents.get(id, fresh).live)
    return parts.agents[id]


async def _adopted(parts: Runtime, id: str, seq: int) -> SoulAdopted | None:
    """The last adoption in an entry."""
    entry = await parts.store.journal.entry(id, seq)
    events = reversed(entry.events) if entry else ()
    return next((event for event in events if isinstance(event, SoulAdopted)), None)


def _understood(id: str, event: SoulAdopted) -> Soul | None:
    """The soul of an adoption, None where this version cannot take it any more."""
    try:
        return Soul.model_validate(event.soul)
    except ValidationError:
        log.warning("soul_not_understood", agent=id)
        return None


async def give(parts: Runtime, id: str, soul: Soul, *, replacing: bool) -> tuple[Agent, bool]:
    """Let an agent be born of a soul that lies in no file; the agent, and whether it is new.

    ``Conflict`` (code ``agent_exists``) where there is one of that id; with ``replacing`` only
    where its soul came from a file.
    """
    if id in parts.souls:
        raise _exists(id, "its soul comes from a file; choose another name")
    soul = Soul.model_validate_json(soul.canonical())  # as every other process will read it
    async with _right_to_adopt(parts, id) as lease:
        seq = (await parts.store.journal.adoptions(id)).get(id, 0)
        event = await _adopted(parts, id, seq) if seq else None
        _check(id, event, replacing=replacing)
        if event is None or event.digest != soul.digest:
            there = await known(parts, id)
            append = there.live.append if there else partial(parts.store.journal.append, id)
            entry = await append([adoption(soul, given=True)], at=parts.clock(), lease=lease)
            seq = entry.seq
    return await _taken(parts, id, soul, soul.digest, seq), event is None


def _check(id: str, event: SoulAdopted | None, *, replacing: bool) -> None:
    if event is not None and not event.given:
        raise _exists(id, "its soul comes from a file; choose another name")
    if event is not None and not replacing:
        raise _exists(id, "choose another name, or ask for it to be replaced")


def _exists(id: str, mend: str) -> Conflict:
    return Conflict(f"there is an agent {id} already: {mend}", code=EXISTS)
