"""``soul memories``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from synthetic_soul.cli.commands.chat import PERSON
from synthetic_soul.cli.console import in_use_mend, load_settings, print_json, say
from synthetic_soul.cli.tables import cells, print_table
from synthetic_soul.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from synthetic_soul.engine.engine import Engine
    from synthetic_soul.engine.memory.profile import ProfileFact, ProfileView
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
    profile: Annotated[
        bool, typer.Option("--profile", help="Print what it knows of you, with ids.")
    ] = False,
    json_: Annotated[
        bool, typer.Option("--json", help="Print profile and memories as JSON.")
    ] = False,
    hide: Annotated[
        str, typer.Option(metavar="ID|SUBJECT", help="Have a fact, or a subject, never mentioned.")
    ] = "",
    show: Annotated[
        str, typer.Option(metavar="ID", help="Let a fact or subject be mentioned again.")
    ] = "",
    correct: Annotated[
        str, typer.Option(metavar="ID", help="Replace a fact or memory by what `--text` says.")
    ] = "",
    text: Annotated[str, typer.Option(help="What is right instead.")] = "",
    forget: Annotated[
        str, typer.Option(metavar="ID", help="Have a fact or memory forgotten, words included.")
    ] = "",
) -> None:
    """Print a table; reads the journal only, so a server may be running.

    ``NotFound`` for an agent without a journal. While something is changed, a server over a SQLite
    file must be stopped.
    """
    settings = load_settings()
    asked = {"hide": hide, "show": show, "correct": correct, "forget": forget}
    changes = {kind: what for kind, what in asked.items() if what}
    if bool(correct) is not bool(text):
        raise InvalidInput("--correct ID and --text TEXT belong together", code="usage")
    if not changes:
        asyncio.run(
            _print(settings, agent, search, limit, graph=graph, profile=profile, as_json=json_)
        )
        return
    with in_use_mend("stop that server, run this again, and start it; or use its page or API"):
        done = asyncio.run(_changed(settings, agent, changes, text))
    for line in done:
        say(line)


async def _changed(
    settings: Settings, agent: str, changes: Mapping[str, str], text: str
) -> list[str]:
    """Change what is remembered; return what is said of each change."""
    from synthetic_soul.compose import compose

    engine = compose(settings)
    store, agents = engine.runtime.store, engine.runtime.agents
    await store.open()
    try:
        await _check_journal(store, agent)
        if agent in agents.souls:
            await agents.open_from_file(agent)
        return [await _change(engine, agent, kind, what, text) for kind, what in changes.items()]
    finally:
        await store.close()


async def _change(engine: Engine, agent: str, kind: str, what: str, text: str) -> str:
    from synthetic_soul.engine.runtime import agent_of

    if kind == "forget":
        await engine.forget(PERSON, what, agent)
        return "forgotten"
    if kind == "correct":
        return f"corrected; its id is now {(await engine.correct(PERSON, what, text, agent)).id}"
    known = await engine.profile(PERSON, agent)
    subjects = {subject.id for subject in known.hidden_subjects}
    if kind == "show" and what in subjects:
        await engine.show_subject(PERSON, what, agent)
    elif kind == "show" or agent_of(what) == agent:
        await engine.set_hidden(PERSON, what, agent, hidden=kind == "hide")
    else:
        await engine.hide_subject(PERSON, what, agent)
    return "never mentioned from now on" if kind == "hide" else "may be mentioned again"


async def _print(
    settings: Settings,
    agent: str,
    search: str,
    limit: int,
    *,
    graph: bool,
    profile: bool,
    as_json: bool,
) -> None:
    from synthetic_soul.compose import open_journal
    from synthetic_soul.engine.privacy import memory_graph

    async with open_journal(settings) as store:
        await _check_journal(store, agent)
        if graph:
            document = memory_graph(await store.journal.involving(agent, PERSON), PERSON)
            typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
            return
        kept = (await _kept(store, agent, search))[:limit]
        known = await _profile(store, agent, search) if profile or as_json else None
    if as_json and known is not None:
        print_json(_document(known, kept, search))
    elif known is not None:
        print_table(_profile_table(known))
    else:
        print_table(_kept_table(kept))


async def _check_journal(store: Store, agent: str) -> None:
    if agent not in await store.journal.agents():
        raise NotFound(f"there is no journal of {agent!r}", code="agent_not_found")


def _document(known: ProfileView, kept: list[Kept], search: str) -> dict[str, object]:
    """Return the JSON that the API gives as profile, and as ``kept`` of the memories."""
    from synthetic_soul.engine.memory.access import memory_view

    memories = [memory_view(each, search).model_dump(mode="json") for each in kept]
    return {**known.model_dump(mode="json"), "kept": memories}


def _kept_table(kept: list[Kept]) -> Table:
    table = Table("kept", "type", "importance", "valence", "text", box=None, pad_edge=False)
    for each in kept:
        kind = "note" if each.is_note else each.type
        levels = f"{each.importance:+.2f}", f"{each.valence:+.2f}"
        table.add_row(*cells(_day(each.at), kind, *levels, each.text))
    return table


def _profile_table(known: ProfileView) -> Table:
    table = Table(
        "id", "topic", "value", "source", "since", "used", "notes", box=None, pad_edge=False
    )
    for fact in (fact for topic in known.topics for fact in topic.facts):
        words = fact.id, fact.topic, fact.value, _source(fact)
        table.add_row(*cells(*words, _day(fact.since), str(fact.used), _notes(fact)))
    for subject in known.hidden_subjects:
        table.add_row(*cells(subject.id, "", subject.text, "", _day(subject.since), "", "hidden"))
    return table


def _source(fact: ProfileFact) -> str:
    return f"{fact.kind}, {fact.told_by} in {fact.told_in}" if fact.told_by else fact.kind


def _notes(fact: ProfileFact) -> str:
    notes = (
        ("hidden", fact.hidden),
        ("uncertain", not fact.certain),
        (f"until {_day(fact.until or 0)}", fact.until is not None),
    )
    return ", ".join(note for note, holds in notes if holds)


async def _kept(store: Store, agent: str, search: str) -> list[Kept]:
    """Return what is kept: the newest first, with ``search`` the best first."""
    from synthetic_soul.engine.state.conversation import ConversationCache
    from synthetic_soul.engine.state.conversation_ids import private_conversation

    cache = ConversationCache(store)
    conversation = await cache.get_whole(agent, private_conversation(PERSON))
    return conversation.memories.ranked(search)


async def _profile(store: Store, agent: str, search: str) -> ProfileView:
    """Return the profile of whoever talks at this terminal."""
    from synthetic_soul.clocks import now
    from synthetic_soul.engine.memory.profile import profile_of
    from synthetic_soul.engine.runtime import Lookups, TextReader
    from synthetic_soul.engine.state.agent_state import AgentState

    state = AgentState(store, agent)
    await state.open()
    reads = TextReader(Lookups(store, now))
    return await profile_of(reads, agent, await state.bond(PERSON), search)


def _day(at: int) -> str:
    from datetime import datetime

    return datetime.fromtimestamp(at / 1000).astimezone().strftime("%Y-%m-%d")
