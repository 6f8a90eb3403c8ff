"""Accept a message: check it, append it durably, notify the runner."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from synthetic_soul.engine import job_events
from synthetic_soul.engine.agents import Agent
from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.engine.state.conversation_ids import MAIN_GROUP, private_conversation
from synthetic_soul.engine.turn.first_message import opening_of_new
from synthetic_soul.engine.views import JobView
from synthetic_soul.errors import Conflict, InvalidInput, NotFound
from synthetic_soul.mind.events import Event, MessageHeard
from synthetic_soul.nlu.calendar.civil_time import is_zone
from synthetic_soul.nlu.text.sentences import MAX_MESSAGE_CHARS, is_blank
from synthetic_soul.stores.base import Entry

KEY_REUSED: Final = "key_reused"


async def submit(
    runtime: Runtime,
    *,
    person: str,
    text: str,
    agent: str | None,
    group: bool,
    key: str | None,
    address: str = "",
    country: str = "",
    time_zone: str = "",
    opening: int = 0,
) -> JobView:
    """Accept a message; see ``Engine.submit``."""
    recipient = await runtime.agents.find(agent)
    _check_length(text)
    is_first = await _is_stranger(runtime, recipient, person)
    message = MessageHeard(
        id=runtime.new_id(recipient.id),
        conversation=conversation_of(person, group=group),
        person=person,
        group=group,
        words=runtime.seal(text, person),
        key=_key_digest(person, key) if key else None,
        country=country,
        time_zone=time_zone if is_zone(time_zone) else "",
    )
    begun = await opening_of_new(runtime, recipient, message.conversation, person, opening)
    append = recipient.state.append if runtime.answers else recipient.state.append_unfolded
    try:
        async with _key_for_one_agent(runtime, recipient, message):
            await runtime.note_origin(message.id, person, address)
            events: list[Event] = [begun, message] if begun else [message]
            entry = await append(events, at=runtime.clock())
    except Conflict as conflict:
        if conflict.code != KEY_REUSED or message.key is None:
            raise
        return await _first_job(runtime, recipient, message, conflict)
    if _is_erased(entry) or (is_first and await runtime.agents.erase_if_gone(recipient, person)):
        raise _person_erased()
    runtime.counters.messages += 1
    runtime.notify(recipient.id, message.conversation)
    return JobView(job_id=message.id, status="queued", progress=0.0)


def conversation_of(person: str, *, group: bool) -> str:
    """Return the id of the conversation that a person speaks in."""
    return MAIN_GROUP if group else private_conversation(person)


async def _is_stranger(runtime: Runtime, agent: Agent, person: str) -> bool:
    """Return whether the agent has never met the person; ``NotFound`` if they have left."""
    bond = await agent.state.bond(person)
    known = bond or await runtime.agents.get().state.bond(person)
    if known is not None and known.erased:
        raise _person_erased()
    return bond is None


@asynccontextmanager
async def _key_for_one_agent(
    runtime: Runtime, recipient: Agent, message: MessageHeard
) -> AsyncIterator[None]:
    """Raise ``Conflict`` where the key makes, or has made, a message to another agent.

    Stores know keys by agent. Two processes that get one key at the same moment are not told apart.
    """
    key = message.key
    if key is None:
        yield
        return
    if runtime.keys_in_use.setdefault(key, recipient.id) != recipient.id:
        raise _key_of_another_agent()
    try:
        for agent in runtime.agents.loaded:
            if agent is not recipient and await runtime.store.jobs.by_key(
                agent.id, message.person, key
            ):
                raise _key_of_another_agent()
        yield
    finally:
        runtime.keys_in_use.pop(key, None)


def _key_of_another_agent() -> Conflict:
    return Conflict("this key has made a message to another agent", code=KEY_REUSED)


async def _first_job(
    runtime: Runtime, agent: Agent, message: MessageHeard, conflict: Conflict
) -> JobView:
    """Return the job that was made first with this key, if the message is the same."""
    record = await runtime.store.jobs.by_key(agent.id, message.person, message.key or "")
    entry = await runtime.store.journal.entry(agent.id, record.heard) if record else None
    for event in entry.events if entry else ():
        if isinstance(event, MessageHeard) and record and event.id == record.id:
            if (event.words.text, event.group) != (message.words.text, message.group):
                break
            return await job_events.job_of(runtime, message.person, record.id)
    raise conflict


def _check_length(text: str) -> None:
    if not text:
        raise InvalidInput(f"the message is empty; write 1 to {MAX_MESSAGE_CHARS} characters")
    if is_blank(text):
        raise InvalidInput("the message holds nothing that can be seen; write a word")
    if len(text) > MAX_MESSAGE_CHARS:
        raise InvalidInput(
            f"the message has {len(text)} characters; at most {MAX_MESSAGE_CHARS} fit"
        )


def _is_erased(entry: Entry) -> bool:
    """Return whether a message was stored without its words, since its person has left."""
    return any(isinstance(e, MessageHeard) and e.words.text is None for e in entry.events)


def _person_erased() -> NotFound:
    return NotFound("this person has left", code="person_erased")


def _key_digest(person: str, key: str) -> str:
    """Return an idempotency key as it is stored: bound to its person, and not readable."""
    return hashlib.sha256(f"{person}\0{key}".encode()).hexdigest()
