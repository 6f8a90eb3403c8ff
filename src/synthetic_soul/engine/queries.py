"""The lines of conversations, as a person may read them."""

from collections.abc import Sequence

from synthetic_soul.engine import views
from synthetic_soul.engine.agents import Agent
from synthetic_soul.engine.runtime import Runtime, agent_of, message_of, topic
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.turn.first_message import is_opening, make_opening
from synthetic_soul.engine.views import LineView
from synthetic_soul.errors import NotFound
from synthetic_soul.mind.events import MessageHeard
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
