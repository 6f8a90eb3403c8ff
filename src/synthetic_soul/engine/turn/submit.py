"""A message comes in: it is checked, kept, and rung for."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from synthetic_soul.engine import agents, job_queries, privacy
from synthetic_soul.engine.state.conversation import dm, group
from synthetic_soul.engine.views import JobView
from synthetic_soul.errors import Conflict, InvalidInput, NotFound
from synthetic_soul.mind.events import MessageHeard

if TYPE_CHECKING:
    from synthetic_soul.engine.runtime import Agent, Runtime

LONGEST = 4000
KEY_REUSED = "key_reused"


async def hear(
    parts: Runtime, *, person: str, text: str, agent: str | None, to_group: bool, key: str | None
) -> JobView:
    """As ``Engine.hear``."""
    found = await agents.find(parts, agent)
    _check(text)
    first = await _meets(parts, found, person)
    message = MessageHeard(
        id=parts.new_id(found.id),
        conversation=conversation_of(person, to_group=to_group),
        person=person,
        group=to_group,
        words=parts.seal(text, person),
        key=_folded(person, key) if key else None,
    )
    keep = found.live.append if parts.answers else found.live.put
    try:
        entry = await keep([message], at=parts.clock())
    except Conflict as conflict:
        if conflict.code != KEY_REUSED or message.key is None:
            raise
        return await _repeated(parts, found, message, conflict)
    if privacy.wordless(entry) or (first and await privacy.left(parts, found, person)):
        raise _left()
    parts.tally.heard += 1
    parts.runner.notify(found.id, message.conversation)
    return JobView(job_id=message.id, status="queued", progress=0.0)


def conversation_of(person: str, *, to_group: bool) -> str:
    """The id of the conversation that a person speaks in."""
    return group() if to_group else dm(person)


async def _meets(parts: Runtime, agent: Agent, person: str) -> bool:
    """Whether the agent meets the person for the first time; ``NotFound`` if they have left."""
    bond = await agent.live.bond(person)
    home = bond or await parts.agent(None).live.bond(person)
    if home is not None and home.erased:
        raise _left()
    return bond is None


async def _repeated(
    parts: Runtime, agent: Agent, message: MessageHeard, conflict: Conflict
) -> JobView:
    """The job that this key made first, if the message is the same."""
    record = await parts.store.jobs.by_key(agent.id, message.person, message.key or "")
    entry = await parts.store.journal.entry(agent.id, record.heard) if record else None
    if record is None or entry is None:
        raise conflict
    for event in entry.events:
        if isinstance(event, MessageHeard) and event.id == record.id:
            same = event.words.text == message.words.text and event.group == message.group
            if same:
                return await job_queries.view(parts, message.person, record.id)
    raise conflict


def _check(text: str) -> None:
    if not text:
        raise InvalidInput("the message is empty; write 1 to 4000 characters")
    if len(text) > LONGEST:
        raise InvalidInput(f"the message has {len(text)} characters; at most {LONGEST} fit")


def _left() -> NotFound:
    return NotFound("this person has left", code="person_erased")


def _folded(person: str, key: str) -> str:
    """An idempotency key as it is kept: bound to its person, and not readable."""
    return hashlib.sha256(f"{person}\0{key}".encode()).hexdigest()
