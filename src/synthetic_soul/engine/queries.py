"""What a person may read: conversations, known facts, and the reasons of a reply."""

from collections.abc import Sequence

from soulscript.formats import memories_of
from soulscript.lore import parse_decorators
from soulscript.prompts import Scene, expand, scene_of
from synthetic_soul.engine import views
from synthetic_soul.engine.agents import Agent
from synthetic_soul.engine.memory.access import memory_view
from synthetic_soul.engine.memory.facts import known_facts
from synthetic_soul.engine.runtime import LORE, Runtime, agent_of, message_of, topic
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.state.conversation_ids import private_conversation
from synthetic_soul.engine.turn.first_message import is_opening, make_opening
from synthetic_soul.engine.turn.lore import lore_seed
from synthetic_soul.engine.views import FactView, LineView, LoreView, PartView, WhyView
from synthetic_soul.errors import NotFound
from synthetic_soul.mind.events import MessageHeard, ReplySpoken
from synthetic_soul.stores.base import Entry


async def lines(
    runtime: Runtime,
    agent: Agent,
    person: str,
    id: str,
    *,
    limit: int,
    before: str | None,
    opening: int = 0,
) -> list[LineView]:
    """Return the last lines of the conversation ``id``, with the status of each of its messages.

    A group's lines are returned only to those who have spoken in it. Where nothing has been said,
    there is the agent's opening alone, if its soul has one: that of this number.
    """
    conversation = await runtime.conversations.get(agent.id, id)
    if before is not None and (
        is_opening(before) or not await _takes_part(runtime, conversation, person)
    ):
        return []
    end = await _seq_of(runtime, agent.id, id, before) if before is not None else None
    entries = await runtime.store.journal.tail(agent.id, id, limit=limit, before=end)
    if not entries and before is None:
        event = await make_opening(runtime, agent, id, person, opening)
        return [views.line_view(event, runtime.clock(), agent.name, {})] if event else []
    if not await _takes_part(runtime, conversation, person):
        return []
    names = await _usernames(runtime, entries)
    lines = _last(views.line_views(entries, id, agent.name, names), limit)
    running = await runtime.event_bus.covered(topic(agent.id, id))
    return [await _with_status(runtime, line, running) if line.job_id else line for line in lines]


async def _takes_part(runtime: Runtime, conversation: Conversation, person: str) -> bool:
    """Return whether a conversation is private, or a group in which the person has spoken."""
    if conversation.is_group and not conversation.has_speaker(person):
        await conversation.read_whole(runtime.store)
    return not conversation.is_group or conversation.has_speaker(person)


def _last(lines: Sequence[LineView], limit: int) -> Sequence[LineView]:
    """Return the last lines; an opening comes with the message that it was recorded with."""
    start = max(0, len(lines) - limit)
    return lines[start - (start > 0 and is_opening(lines[start - 1].id)) :]


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
    events = (event for entry in entries for event in entry.events)
    persons = {event.person for event in events if isinstance(event, MessageHeard)}
    accounts = [await runtime.store.accounts.get(person) for person in sorted(persons)]
    return {account.id: account.username for account in accounts if account is not None}


async def facts(
    runtime: Runtime, agent: Agent, person: str, *, past: bool = False
) -> list[FactView]:
    """Return what an agent knows about the person, oldest first; or what held in the ``past``."""
    await agent.state.catch_up()
    bond = await agent.state.bond(person)
    kept = {fact.id: fact for fact in bond.facts} if bond else {}
    known = await known_facts(runtime, agent.id, bond, private_conversation(person), past=past)
    return [
        FactView(
            id=fact.id,
            topic=fact.topic,
            value=fact.value,
            since=fact.at,
            source=kept[fact.id].by,
            until=fact.ended_at,
            certain=kept[fact.id].certain,
            hidden=fact.hidden,
        )
        for fact in known
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
    conversation = await runtime.conversations.get_whole(agent.id, reply.conversation)
    recalled: list[LineView | FactView] = []
    for recalled_id in reply.recalled:
        line = await conversation.recallable_line(runtime.store, recalled_id)
        if recalled_id in known:
            recalled.append(known[recalled_id])
        elif line is not None:
            recalled.append(
                LineView(id=line.id, from_agent=line.mine, message=line.text, timestamp=line.at)
            )
    moved = views.impulse_views(entry, person)
    asked = [
        line.text
        for each in reply.answers
        if (line := await conversation.recallable_line(runtime.store, each.message)) is not None
    ]
    kept = (conversation.memories.get(each) for each in reply.recalled)
    return WhyView(
        message_id=reply.id,
        recalled=recalled,
        memories=[memory_view(each, " ".join(asked)) for each in kept if each is not None],
        lore=_lore(agent, reply),
        moved=moved,
        left_out=[PartView.model_validate(part.model_dump()) for part in reply.left_out],
    )


def _lore(agent: Agent, reply: ReplySpoken) -> list[LoreView]:
    """Return the soul's own memories in a reply's brief, as far as the soul still has them."""
    memories = {memory.id: memory for memory in memories_of(agent.soul)}
    seed = lore_seed(agent.id, reply.conversation, reply.answers[-1].message)
    lasting = lore_seed(agent.id, reply.conversation)
    scene = scene_of(agent.soul, Scene("", seed=seed, lasting_seed=lasting))
    told = {each.id: each for each in reply.lore}
    ids = (each.removeprefix(LORE) for each in reply.recalled if each.startswith(LORE))
    return [
        LoreView(
            id=each,
            says=expand(parse_decorators(memories[each].core_memory)[1], scene),
            **(told[each].model_dump(exclude={"id"}) if each in told else {}),
        )
        for each in ids
        if each in memories
    ]
