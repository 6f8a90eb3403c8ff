"""A person's rights to their data: forget a fact, export everything, erase everything."""

import json
from collections.abc import AsyncIterator, Sequence

from pydantic import JsonValue
from pydantic.main import IncEx

from soulscript import MemoryGraph
from synthetic_soul.engine import views
from synthetic_soul.engine.agents import Agent
from synthetic_soul.engine.memory import access
from synthetic_soul.engine.memory.facts import forget_fact
from synthetic_soul.engine.memory.hearsay import withdraw_hearsay
from synthetic_soul.engine.memory.memory_consolidation import as_fragment
from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.engine.state.conversation_memories import kept
from synthetic_soul.mind import state
from synthetic_soul.mind.events import Event, FactLearned, FragmentKept, ReplySpoken
from synthetic_soul.stores.base import Entry


async def forget(runtime: Runtime, agent: Agent, person: str, fact_id: str) -> None:
    """Forget one fact, or one memory: erase its words, and hide a fact's lines from recall."""
    await agent.state.catch_up()
    bond = await agent.state.bond(person)
    fact = next((f for f in bond.facts if f.id == fact_id), None) if bond else None
    if fact is None:
        await access.forget_memory(runtime, agent, person, fact_id)
        return
    forgetting = await forget_fact(runtime, agent.id, person, fact)
    heard = await withdraw_hearsay(runtime, agent, forgetting.events, person)
    await agent.state.append([*forgetting.events, *heard.events], at=runtime.clock())
    await runtime.lookups.erase_texts(agent.id, [*forgetting.digests, *heard.erased])
    for conversation in {event.conversation for event in forgetting.events}:
        await runtime.conversations.keep_up(agent.id, conversation)


async def erase(runtime: Runtime, person: str, *, idle: bool = False) -> None:
    """Erase a person from every journal: first record that they left, then remove their words.

    The active agent comes first, even if it never met them: a message in transit to another agent
    finds the record there (see ``AgentRegistry.erase_if_gone``). A person who is ``idle`` has no
    message in transit.
    """
    await runtime.agents.load_new()
    register = runtime.agents.get()
    others = [agent for agent in runtime.agents.loaded if agent is not register]
    for agent in (register, *others):
        await agent.state.catch_up()
        is_known = await agent.state.bond(person) is not None
        if is_known or (agent is register and not idle):
            await agent.state.erase_person(person, at=runtime.clock())


async def export(runtime: Runtime, person: str) -> AsyncIterator[str]:
    """Yield everything about the person, by agent, as the pieces of one JSON object's members.

    That is words, numbers, and the relationship. Observations are included as a memory graph,
    too, which other tools can read. No more than some hundred entries are held at a time.
    """
    now = runtime.clock()
    yield f'"person":{_json(person)},"exported_at":{now},"agents":{{'
    await runtime.agents.load_new()
    separator = ""
    for agent in runtime.agents.loaded:
        async for piece in _exported_agent(runtime, agent, person, now, separator):
            yield piece
            separator = ","
    yield "}"


async def _exported_agent(
    runtime: Runtime, agent: Agent, person: str, now: int, separator: str
) -> AsyncIterator[str]:
    """Yield the member of one agent behind the separator; nothing if it never met the person."""
    await agent.state.catch_up()
    bond = await agent.state.bond(person)
    chunks = runtime.store.journal.involving_by_chunk(agent.id, person)
    nothing: list[Entry] = []
    chunk = await anext(chunks, nothing)
    if bond is None and not chunk:
        return
    parts = {
        "standing": views.relationship_view(bond, now).model_dump(),
        "memories": [fact.model_dump() for fact in await access.facts(runtime, agent, person)],
        "state": state.bond_to_json(bond) if bond else None,
    }
    yield f'{separator}{_json(agent.id)}:{_json(parts)[:-1]},"journal":['
    observed: list[Entry] = []
    comma = ""
    while chunk:
        observed += [entry for entry in chunk if _has_fragment(entry)]
        yield comma + ",".join(_json(_exported(entry, person)) for entry in chunk)
        chunk, comma = await anext(chunks, nothing), ","
    yield f'],"memory_graph":{_json(memory_graph(observed, person))}}}'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _exported(entry: Entry, person: str) -> dict[str, object]:
    """Return an entry with the person's own events, words in the clear, and of nobody else."""
    events = [
        event.model_dump(mode="json", exclude=_of_others(event))
        for event in entry.events
        if _concerns(event, person)
    ]
    return {"seq": entry.seq, "at": entry.at, "events": events}


def _of_others(event: Event) -> IncEx | None:
    """Return the fields that hold ids of others: whose lines a reply had, who told a fact."""
    if isinstance(event, ReplySpoken):
        return {"sources"}
    return {"value": {"owner"}} if isinstance(event, FactLearned) and event.hearsay else None


def _concerns(event: object, person: str) -> bool:
    return person in (getattr(event, "person", None), getattr(event, "audience", None))


def memory_graph(entries: Sequence[Entry], person: str) -> dict[str, JsonValue]:
    """Return the document of Soulscript §5.2 of a person's fragments.

    Fragments of one memory are one there, those that are still open one a reflection. It holds
    nothing of anybody else, and nothing that has been forgotten since.
    """
    found = [
        kept(event, event.words.text, entry.at, (entry.seq,))
        for entry in entries
        for event in entry.events
        if isinstance(event, FragmentKept) and event.person == person and event.words.text
    ]
    agent = entries[0].agent if entries else ""
    episodes = {part: each.parts[0] for each in found for part in each.parts}
    graph = MemoryGraph()
    graph.integrate(
        as_fragment(each, episodes.get(each.id, f"{agent}.{each.seqs[0]}"))
        for each in found
        if not each.parts
    )
    return graph.dump()


def _has_fragment(entry: Entry) -> bool:
    return any(isinstance(event, FragmentKept) for event in entry.events)
