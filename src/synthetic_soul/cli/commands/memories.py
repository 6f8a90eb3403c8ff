"""``soul memories``."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from synthetic_soul.cli.commands.agents import PIPE_COLUMNS
from synthetic_soul.cli.commands.chat import PERSON
from synthetic_soul.cli.console import load_settings

if TYPE_CHECKING:
    from synthetic_soul.engine.state.conversation_memories import Kept
    from synthetic_soul.settings import Settings
    from synthetic_soul.stores.base import Store

MAX_LISTED = 1_000


def memories(
    agent: Annotated[str, typer.Argument(help="The agent's id; `soul agents` lists them.")],
    *,
    search: Annotated[str, typer.Option(help="Words; the best fitting come first.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=MAX_LISTED, help="How many.")] = 50,
    graph: Annotated[
        bool, typer.Option("--graph", help="Print all as JSON, for `soul graph`.")
    ] = False,
) -> None:
    """Print a table; reads the journal only, so a server may be running.

    ``NotFound`` for an agent without a journal.
    """
    asyncio.run(_print(load_settings(), agent, search, limit, graph=graph))


async def _print(settings: Settings, agent: str, search: str, limit: int, *, graph: bool) -> None:
    from synthetic_soul.compose import open_journal
    from synthetic_soul.engine.privacy import memory_graph
    from synthetic_soul.errors import NotFound

    async with open_journal(settings) as store:
        if agent not in await store.journal.agents():
            raise NotFound(f"there is no journal of {agent!r}", code="agent_not_found")
        if graph:
            document = memory_graph(await store.journal.involving(agent, PERSON), PERSON)
            typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
            return
        kept = await _kept(store, agent, search)
    table = Table("kept", "type", "importance", "valence", "text", box=None, pad_edge=False)
    for each in kept[:limit]:
        kind = "note" if each.is_note else each.type
        levels = f"{each.importance:+.2f}", f"{each.valence:+.2f}"
        table.add_row(_day(each.at), kind, *levels, each.text)
    console = Console()
    (console if console.is_terminal else Console(width=PIPE_COLUMNS)).print(table)


async def _kept(store: Store, agent: str, search: str) -> list[Kept]:
    """Return what is kept: the newest first, with ``search`` the best first."""
    from synthetic_soul.engine.state.conversation import ConversationCache
    from synthetic_soul.engine.state.conversation_ids import private_conversation

    cache = ConversationCache(store)
    conversation = await cache.get_whole(agent, private_conversation(PERSON))
    return conversation.memories.ranked(search)


def _day(at: int) -> str:
    from datetime import datetime

    return datetime.fromtimestamp(at / 1000).astimezone().strftime("%Y-%m-%d")
