"""A message seen as a job: how it stands, tried again, watched until it is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_soul.engine import showing, stream
from synthetic_soul.engine.parts import agent_of, topic
from synthetic_soul.engine.views import JobView
from synthetic_soul.errors import Conflict, NotFound
from synthetic_soul.mind.events import MessageRetried

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from synthetic_soul.engine.parts import Parts
    from synthetic_soul.engine.views import JobEvent
    from synthetic_soul.stores.base import JobRecord

LOOK_AGAIN = 2.0


async def _record(parts: Parts, person: str, job: str) -> JobRecord:
    """A job of this person, else ``NotFound``."""
    agent = agent_of(job)
    record = await parts.store.job(agent, job) if agent in parts.agents else None
    if record is None or record.person != person:
        raise NotFound("there is no such job", code="job_not_found")
    return record


async def view(parts: Parts, person: str, job: str) -> JobView:
    """How a message of this person stands."""
    return (await _settled(parts, await _record(parts, person, job)))[0]


async def _settled(parts: Parts, record: JobRecord) -> tuple[JobView, int]:
    """The view of a job and the epoch that settled it (0 while it waits)."""
    if record.outcome is None:
        running = record.id in await parts.wire.covered(topic(record.agent, record.conversation))
        return showing.job_view(record, None, running=running), 0
    entry = await parts.store.entry(record.agent, record.outcome)
    outcome = showing.outcome_of(entry, record.id)
    return showing.job_view(record, outcome, running=False), outcome.epoch if outcome else 0


async def retry(parts: Parts, person: str, job: str) -> JobView:
    """Let a message wait again whose turn failed; ``Conflict`` for any other."""
    record = await _record(parts, person, job)
    if record.status != "failed":
        raise Conflict(f"only a failed job can be tried again; this one is {record.status}")
    again = MessageRetried(
        id=job, conversation=record.conversation, person=person, attempt=record.attempt + 1
    )
    await parts.agent(record.agent).live.append([again], at=parts.clock())
    parts.runner.ring(record.agent, record.conversation)
    return JobView(job_id=job, status="queued", progress=0.0)


async def follow(
    parts: Parts, person: str, job: str, *, after: str | None
) -> AsyncGenerator[list[JobEvent]]:
    """The events of a job, past and to come, those of one moment together; ends after ``done``."""
    record = await _record(parts, person, job)
    listener = parts.wire.follow(topic(record.agent, record.conversation))
    watch = stream.Watch(record.id, after=stream.parse_id(after))
    try:
        while (record := await _record(parts, person, job)).outcome is None:
            if greeting := watch.waiting():
                yield greeting
            async for events in watch.live(listener, LOOK_AGAIN):
                yield events
        told, epoch = await _settled(parts, record)
        yield watch.rest(stream.settled(told, epoch))
    finally:
        await listener.aclose()
