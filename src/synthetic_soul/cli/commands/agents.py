"""What the commands know of souls and agents; nothing here changes any."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from soulscript import NotASoulError, Problem
from soulscript.formats import read_file
from synthetic_soul.compose import active, now, open_journal, read_souls
from synthetic_soul.engine.state.agent_state import AgentState
from synthetic_soul.mind import reduce, state
from synthetic_soul.mind.events import SoulAdopted
from synthetic_soul.mind.soul_traits import traits_of

if TYPE_CHECKING:
    from pathlib import Path

    from soulscript import Soul
    from soulscript.formats import Import
    from synthetic_soul.mind.state import Mind
    from synthetic_soul.settings import Settings
    from synthetic_soul.stores.base import Store

WIDE = 200  # columns of a table that goes into a pipe


def brought(path: Path) -> tuple[Import, Soul]:
    """Read a file of any format that brings a soul; ``NotASoulError`` for memories alone."""
    found = read_file(path)
    if found.soul is None:
        message, mend = f"this holds no soul, but {found.format}", "name a file with a soul"
        raise NotASoulError([Problem("no_soul", "error", "$", 1, 1, message, mend, str(path))])
    return found, found.soul


async def agents(settings: Settings) -> None:
    """Print a table of the agents; reads the journal only, so a server may be running."""
    souls = read_souls(settings)
    chosen, at = active(settings, souls), now()
    table = Table("id", "name", "occupation", "feels", "", box=None, pad_edge=False)
    async with AsyncExitStack() as stack:
        store: Store | None = None
        if settings.database.exists():
            store = await stack.enter_async_context(open_journal(settings))
        for name, soul in souls.items():
            feels = state.describe(await _mind(store, name, soul, at), at)
            mark = "active" if name == chosen else ""
            table.add_row(name, soul.name, soul.entity.occupation, feels, mark)
    console = Console()
    (console if console.is_terminal else Console(width=WIDE)).print(table)


async def _mind(store: Store | None, name: str, soul: Soul, at: int) -> Mind:
    """The agent's mind; one that has no journal yet is as it will wake."""
    if store is not None:
        agent = AgentState(store, name)
        await agent.open()
        if agent.exists:
            return agent.mind
    adopted = SoulAdopted(
        name=soul.name, digest=soul.digest, soul=soul.dump(), traits=traits_of(soul)
    )
    return reduce.step(None, None, adopted, at)[0]
