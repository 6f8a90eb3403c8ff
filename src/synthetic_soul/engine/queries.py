"""What a person may read: conversations, known facts, and the reasons of a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_soul.engine import views
from synthetic_soul.engine.memory.facts import known_facts
from synthetic_soul.engine.runtime import LORE, agent_of, message_of, topic
from synthetic_soul.engine.state.conversation import private_conversation
from synthetic_soul.engine.views import FactView, LineView, LoreView, WhyView
from synthetic_soul.errors import NotFound
from synthetic_soul.mind.events import MessageHeard, ReplySpoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_soul.engine.agents import Agent
    from synthetic_soul.engine.runtime import Runtime
    from synthetic_soul.stores.base import Entry


async def lines(
    runtime: Runtime,
    agent: Agent,
    person: str,
    conversation: str,
    *,
    limit: int,
    before: str | None,
) -> list[LineView]:
    """Return the last lines of a conversation, with the status of each of its messages.

    A group's lines are returned only to those who have spoken in it.
    """
    talk = await runtime.conversations.get(agent.id, conversation)
    if talk.is_group and not talk.has_speaker(person):
        talk = await runtime.conversations.get_whole(agent.id, conversation)
    if talk.is_group and not talk.has_speaker(person):
        return []
    end = await _seq_of(runtime, agent.id, conversation, before) if before is not None else None
    entries = await runtime.store.journal.tail(agent.id, conversation, limit=limit, before=end)
    names = await _usernames(runtime, entries)
    shown = views.line_views(entries, conversation, agent.soul.name, names)[-limit:]
    running = await runtime.event_bus.covered(topic(agent.id, conversation))
    return [await _with_status(runtime, x, running) if x.job_id else x for x in shown]


async def _with_status(runtime: Runtime, line: LineView, running: Sequence[str]) -> LineView:
    record = await runtime.store.jobs.get(agent_of(line.id), line.id)
    if record is None:
        return line
    runs = record.status == "queued" and line.id in running
    return line.model_copy(update={"status": "running" if runs else record.status})


async def _seq_of(runtime: Runtime, agent: str, conversation: str, line: str) -> int:
    """Return the ``seq`` of a line of the conversation: of a message, or of a reply."""
    record = await runtime.store.jobs.get(agent, message_of(line))
    seq = record and (record.heard if message_of(line) == line else record.outcome)
    if record is None or record.conversation != conversation or not seq:
        raise NotFound("there is no such message; name one of your own", code="message_not_found")
    return seq


async def _usernames(runtime: Runtime, entries: Sequence[Entry]) -> dict[str, str]:
    """Return the usernames of the persons in these entries, by id."""
    persons = {e.person for x in entries for e in x.events if isinstance(e, MessageHeard)}
    accounts = [await runtime.store.accounts.get(person) for person in sorted(persons)]
    return {account.id: account.username for account in accounts if account is not None}


async def facts(runtime: Runtime, agent: Agent, person: str) -> list[FactView]:
    """Return what an agent knows about the person, oldest first."""
    await agent.state.catch_up()
    bond = await agent.state.bond(person)
    sources = {fact.id: fact.by for fact in bond.facts} if bond else {}
    return [
        FactView(id=f.id, topic=f.topic, value=f.value, since=f.at, source=sources.get(f.id))
        for f in await known_facts(runtime, agent.id, bond, private_conversation(person))
    ]


async def why(runtime: Runtime, person: str, message: str) -> WhyView:
    """Return what a reply was based on: lines and facts in its brief, and what had moved."""
    agent, job = await runtime.agents.load(agent_of(message)), message_of(message)
    record = await runtime.store.jobs.get(agent.id, job) if agent else None
    if agent and record and record.person == person and record.outcome:
        entry = await runtime.store.journal.entry(agent.id, record.outcome)
        outcome = views.outcome_of(entry, job)
        if entry and isinstance(outcome, ReplySpoken):
            return await _why(runtime, agent, person, outcome, entry)
    raise NotFound("there is no such reply", code="message_not_found")


async def _why(
    runtime: Runtime, agent: Agent, person: str, reply: ReplySpoken, entry: Entry
) -> WhyView:
    known = {fact.id: fact for fact in await facts(runtime, agent, person)}
    talk = await runtime.conversations.get_whole(agent.id, reply.conversation)
    recalled: list[LineView | FactView] = []
    for name in reply.recalled:
        line = talk.recallable_line(name)
        if name in known:
            recalled.append(known[name])
        elif line is not None:
            recalled.append(
                LineView(id=line.id, from_agent=False, message=line.text, timestamp=line.at)
            )
    return WhyView(
        message_id=reply.id,
        recalled=recalled,
        lore=_lore(agent, reply),
        moved=views.impulse_views(entry, person),
    )


def _lore(agent: Agent, reply: ReplySpoken) -> list[LoreView]:
    """Return the soul's own memories in a reply's brief, as far as the soul still has them."""
    names = (name.removeprefix(LORE) for name in reply.recalled if name.startswith(LORE))
    memories = (agent.lore.get(name) for name in names)
    return [LoreView(id=each.id, says=each.core_memory) for each in memories if each is not None]
