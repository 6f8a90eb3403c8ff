"""Commands that look at souls and agents, and change nothing."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

import soulscript
from synthetic_soul.compose import active, now, open_journal, read_souls
from synthetic_soul.engine.live import Live
from synthetic_soul.mind import reduce, state
from synthetic_soul.mind.events import SoulAdopted
from synthetic_soul.mind.temperament import traits_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from soulscript import Soul
    from synthetic_soul.mind.state import Mind
    from synthetic_soul.settings import Settings
    from synthetic_soul.stores.base import Store

WIDE = 200  # columns of a table that goes into a pipe


def check(files: Sequence[Path], *, strict: bool) -> int:
    """Print every problem of every file; 0 if all can be read, else 1."""
    failed = False
    for file in files:
        try:
            found = soulscript.load(file, strict=strict)
        except soulscript.SoulscriptError as error:
            failed = True
            for problem in error.problems:
                typer.echo(str(problem))
            continue
        for problem in found.problems:
            typer.echo(str(problem))
        typer.echo(f"{file}: {found.soul.name} can be read")
    return 1 if failed else 0


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
        live = Live(store, name)
        await live.open()
        if live.born:
            return live.mind
    adopted = SoulAdopted(
        name=soul.name, digest=soul.digest, soul=soul.dump(), traits=traits_of(soul)
    )
    return reduce.step(None, None, adopted, at)[0]
