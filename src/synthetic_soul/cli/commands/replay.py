"""``soul replay``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from synthetic_soul.cli.console import load_settings

if TYPE_CHECKING:
    from synthetic_soul.settings import Settings


def replay(
    agent: Annotated[str, typer.Argument(help="The agent's id; `soul agents` lists them.")],
    *,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check the hash chain and the live state too.")
    ] = False,
) -> None:
    """Print the number of entries and, alone on the last line, the hash.

    ``JournalBroken`` names the first entry that fails, ``NotFound`` an agent without a journal.
    """
    asyncio.run(_replay(load_settings(), agent, verify=verify))


async def _replay(settings: Settings, agent: str, *, verify: bool) -> None:
    from synthetic_soul.compose import open_journal
    from synthetic_soul.engine.state.agent_state import replay_journal

    async with open_journal(settings) as store:
        result = await replay_journal(store, agent, verify=verify)
    typer.echo(f"{agent}: {result.entries} entries, {result.bonds} bonds")
    typer.echo(result.hash)
