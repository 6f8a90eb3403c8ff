"""``soul agents``."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from rich.table import Table

from synthetic_soul.cli.console import load_settings
from synthetic_soul.cli.tables import cells, print_table

if TYPE_CHECKING:
    from soulscript import Soul
    from synthetic_soul.mind.state import Mind
    from synthetic_soul.settings import Settings
    from synthetic_soul.stores.base import Store

PACKAGED = "package"
ADDED = "added"


def agents() -> None:
    """Print a table of the agents; reads the journal only, so a server may be running.

    One that was added came by ``soul add`` or through the API.
    """
    asyncio.run(_print_agents(load_settings()))


async def _print_agents(settings: Settings) -> None:
    from synthetic_soul.clocks import now
    from synthetic_soul.compose import active, open_journal, read_souls
    from synthetic_soul.engine.agents import added_souls
    from synthetic_soul.mind import state

    souls, _ = read_souls(settings)
    origins = _files(settings)
    active_id, at = active(settings, souls), now()
    table = Table("id", "name", "occupation", "feels", "from", "", box=None, pad_edge=False)
    async with AsyncExitStack() as stack:
        store: Store | None = None
        if settings.mongo_connection.get_secret_value() or settings.database.exists():
            store = await stack.enter_async_context(open_journal(settings))
        added = await added_souls(store) if store else {}
        for agent_id, soul in sorted({**added, **souls}.items()):
            feeling = state.describe(await _mind(store, agent_id, soul, at), at)
            mark = "active" if agent_id == active_id else ""
            origin = origins.get(agent_id, ADDED)
            row = agent_id, soul.name, soul.entity.occupation, feeling, origin, mark
            table.add_row(*cells(*row))
    print_table(table)


def _files(settings: Settings) -> dict[str, str]:
    """Return where the souls of files come from, by agent id: a path, or that they come along."""
    from synthetic_soul.compose import served_files, soul_folders

    packaged = soul_folders(settings)[0]
    return {
        agent_id: PACKAGED if path.parent == packaged else str(path)
        for agent_id, path in served_files(settings).items()
    }


async def _mind(store: Store | None, agent_id: str, soul: Soul, at: int) -> Mind:
    """Return the agent's mind; without a journal, the initial one."""
    from synthetic_soul.engine.state.agent_state import AgentState
    from synthetic_soul.mind import reduce
    from synthetic_soul.mind.events import SoulAdopted
    from synthetic_soul.mind.soul_traits import traits_of

    if store is not None:
        agent = AgentState(store, agent_id)
        await agent.open()
        if agent.exists:
            return agent.mind
    adopted = SoulAdopted(
        name=soul.name, digest=soul.digest, soul=soul.dump(), traits=traits_of(soul)
    )
    return reduce.step(None, None, adopted, at)[0]
