"""``soul replay``: the journal folded from its first entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from synthetic_soul.compose import open_journal
from synthetic_soul.engine.state.agent_state import replay_journal

if TYPE_CHECKING:
    from synthetic_soul.settings import Settings


async def replay(settings: Settings, agent: str, *, verify: bool) -> None:
    """Print how many entries there are and, alone on the last line, the hash.

    ``JournalBroken`` names the first entry that fails, ``NotFound`` an agent without a journal.
    """
    async with open_journal(settings) as store:
        replayed = await replay_journal(store, agent, verify=verify)
    typer.echo(f"{agent}: {replayed.entries} entries, {replayed.bonds} bonds")
    typer.echo(replayed.hash)
