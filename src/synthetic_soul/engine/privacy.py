"""What belongs to a person: to see, to correct, to take away, to have erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_soul.engine import agents as adopting
from synthetic_soul.engine import presenters
from synthetic_soul.engine.memory.forgetting import forgetting
from synthetic_soul.engine.memory.graph_export import graph_of
from synthetic_soul.engine.runtime import LORE, agent_of, message_of, topic
from synthetic_soul.engine.state.conversation import dm
from synthetic_soul.engine.turn.brief import known_facts
from synthetic_soul.engine.views import FactView, LineView, LoreView, WhyView
from synthetic_soul.errors import NotFound
from synthetic_soul.mind import state
from synthetic_soul.mind.events import MessageHeard, PersonErased, ReplySpoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_soul.engine.runtime import Agent, Runtime
    from synthetic_soul.stores.base import Entry


async def conversation(
    parts: Runtime,
    agent: Agent,
    person: str,
    id: str,
    *,
    limit: int,
    before: str | None,
) -> list[LineView]:
    """The last lines of a conversation, with how each of the person's messages stands."""
    talk = await parts.conversations.get(agent.id, id)
    if talk.group and person not in talk.persons:
        talk = await parts.conversations.whole(agent.id, id)
    if talk.group and person not in talk.persons:
        return []
    end = await _place(parts, agent.id, id, before) if before is not None else None
    entries = await parts.store.journal.tail(agent.id, id, limit=limit, before=end)
    names = await _names(parts, entries)
    shown = presenters.lines(entries, id, agent.soul.name, names)[-limit:]
    running = await parts.event_bus.covered(topic(agent.id, id))
    return [await _with_status(parts, x, running) if x.job_id else x for x in shown]


async def _with_status(parts: Runtime, line: LineView, running: Sequence[str]) -> LineView:
    record = await parts.store.jobs.get(agent_of(line.id), line.id)
    if record is None:
        return line
    runs = record.status == "queued" and line.id in running
    return line.model_copy(update={"status": "running" if runs else record.status})


async def _place(parts: Runtime, agent: str, conversation: str, line: str) -> int:
    """The seq of a line of the conversation: of a message, or of a reply."""
    record = await parts.store.jobs.get(agent, message_of(line))
    seq = record and (record.heard if message_of(line) == line else record.outcome)
    if record is None or record.conversation != conversation or not seq:
        raise NotFound("there is no such message; name one of your own", code="message_not_found")
    return seq


async def _names(parts: Runtime, entries: Sequence[Entry]) -> dict[str, str]:
    """Usernames of the persons in these entries."""
    persons = {e.person for x in entries for e in x.events if isinstance(e, MessageHeard)}
    accounts = [await parts.store.accounts.get(person) for person in sorted(persons)]
    return {account.id: account.username for account in accounts if account is not None}


async def known(parts: Runtime, agent: Agent, person: str) -> list[FactView]:
    """What is held about the person."""
    await agent.live.catch_up()
    bond = await agent.live.bond(person)
    sources = {fact.id: fact.by for fact in bond.facts} if bond else {}
    return [
        FactView(id=f.id, topic=f.topic, value=f.value, since=f.at, source=sources.get(f.id))
        for f in await known_facts(parts, agent.id, bond, dm(person))
    ]


async def forget(parts: Runtime, agent: Agent, person: str, fact_id: str) -> None:
    """Forget one fact: it is held no more, its words go, recall no longer finds its source."""
    await agent.live.catch_up()
    bond = await agent.live.bond(person)
    fact = next((f for f in bond.facts if f.id == fact_id), None) if bond else None
    if fact is None:
        raise NotFound("there is no such memory", code="memory_not_found")
    gone = await forgetting(parts, agent, person, fact)
    await agent.live.append(gone.events, at=parts.clock())
    await parts.store.texts.erase(agent.id, gone.digests)
    parts.recent.drop()


async def why(parts: Runtime, person: str, message: str) -> WhyView:
    """What a reply was made of: the lines and facts it was shown, and what had moved."""
    agent, job = await adopting.known(parts, agent_of(message)), message_of(message)
    record = await parts.store.jobs.get(agent.id, job) if agent else None
    if agent and record and record.person == person and record.outcome:
        entry = await parts.store.journal.entry(agent.id, record.outcome)
        outcome = presenters.outcome_of(entry, job)
        if entry and isinstance(outcome, ReplySpoken):
            return await _why(parts, agent, person, outcome, entry)
    raise NotFound("there is no such reply", code="message_not_found")


async def _why(
    parts: Runtime, agent: Agent, person: str, reply: ReplySpoken, entry: Entry
) -> WhyView:
    facts = {fact.id: fact for fact in await known(parts, agent, person)}
    talk = await parts.conversations.whole(agent.id, reply.conversation)
    shown: list[LineView | FactView] = []
    for name in reply.recalled:
        line = talk.find(name)
        if name in facts:
            shown.append(facts[name])
        elif line is not None:
            shown.append(
                LineView(id=line.id, from_agent=False, message=line.text, timestamp=line.at)
            )
    return WhyView(
        message_id=reply.id,
        recalled=shown,
        lore=_lore(agent, reply),
        moved=presenters.moved(entry, person),
    )


def _lore(agent: Agent, reply: ReplySpoken) -> list[LoreView]:
    """The memories of the soul's own that a reply was shown, as far as it still has them."""
    names = (name.removeprefix(LORE) for name in reply.recalled if name.startswith(LORE))
    memories = (agent.lore.get(name) for name in names)
    return [LoreView(id=each.id, says=each.core_memory) for each in memories if each is not None]


async def export(parts: Runtime, person: str) -> dict[str, object]:
    """Everything of the person's, agent by agent: words, numbers, and how things stand.

    What was observed of them is there as a graph of memories, too, for other tools to read.
    """
    agents: dict[str, object] = {}
    now = parts.clock()
    await adopting.learn(parts)
    for agent in parts.served:
        await agent.live.catch_up()
        bond = await agent.live.bond(person)
        entries = await parts.store.journal.involving(agent.id, person)
        if bond is None and not entries:
            continue
        agents[agent.id] = {
            "standing": presenters.standing(bond, now).model_dump(),
            "memories": [fact.model_dump() for fact in await known(parts, agent, person)],
            "state": state.bond_to_json(bond) if bond else None,
            "memory_graph": graph_of(entries, person),
            "journal": [_exported(entry, person) for entry in entries],
        }
    return {"person": person, "exported_at": now, "agents": agents}


def _exported(entry: Entry, person: str) -> dict[str, object]:
    """One entry as its person may have it: their own events, words in the clear."""
    events = [event.model_dump(mode="json") for event in entry.events if _theirs(event, person)]
    return {"seq": entry.seq, "at": entry.at, "events": events}


def _theirs(event: object, person: str) -> bool:
    return person in (getattr(event, "person", None), getattr(event, "audience", None))


async def erase(parts: Runtime, person: str, *, idle: bool = False) -> None:
    """Erase a person from every journal: first the fact that they left, then their words.

    The active agent is told first, also if she never met them: a message that is on its way to
    another agent finds it there (see ``left``). Somebody ``idle`` has none on its way.
    """
    await adopting.learn(parts)
    home = parts.agent(None)
    for agent in (home, *(each for each in parts.served if each is not home)):
        await agent.live.catch_up()
        known = await agent.live.bond(person) is not None
        if known or (agent is home and not idle):
            await _erase_in(parts, agent, person)


async def _erase_in(parts: Runtime, agent: Agent, person: str) -> None:
    await agent.live.append([PersonErased(person=person)], at=parts.clock())
    await parts.store.texts.erase_person(agent.id, person)
    parts.recent.drop()


def wordless(entry: Entry) -> bool:
    """Whether a message was kept without its words, since its person has left."""
    return any(isinstance(e, MessageHeard) and e.words.text is None for e in entry.events)


async def left(parts: Runtime, agent: Agent, person: str) -> bool:
    """Whether somebody whom the agent hardly knows has left; then they are erased here, too.

    Asked where their first message is heard, and once more where it is answered: a process may be
    killed before the first look.
    """
    home = parts.agent(None)
    if home is agent or not await parts.store.journal.person_erased(home.id, person):
        return False
    await _erase_in(parts, agent, person)
    return True
