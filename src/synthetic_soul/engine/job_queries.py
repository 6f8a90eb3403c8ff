"""A message seen as a job: how it stands, tried again, watched until it is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_soul.engine import agents, job_events, presenters
from synthetic_soul.engine.runtime import agent_of, topic
from synthetic_soul.engine.views import JobView
from synthetic_soul.errors import Conflict, NotFound
from synthetic_soul.mind.events import MessageRetried

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from synthetic_soul.engine.runtime import Runtime
    from synthetic_soul.engine.views import JobEvent
    from synthetic_soul.stores.base import Entry, JobRecord

LOOK_AGAIN = 2.0


async def _found(parts: Runtime, person: str, job: str) -> tuple[JobRecord, Entry | None]:
    """A job of this person with the entry of its outcome, else ``NotFound``."""
    agent = agent_of(job)
    served = await agents.known(parts, agent) is not None
    found = await parts.store.jobs.with_outcome(agent, job) if served else None
    if found is None or found[0].person != person:
        raise NotFound("there is no such job", code="job_not_found")
    return found


async def view(parts: Runtime, person: str, job: str) -> JobView:
    """How a message of this person stands."""
    record, entry = await _found(parts, person, job)
    if entry is not None:
        return _told(record, entry)[0]
    running = record.id in await parts.event_bus.covered(topic(record.agent, record.conversation))
    return presenters.job_view(record, None, running=running)


def _told(record: JobRecord, entry: Entry) -> tuple[JobView, int]:
    """The view of a settled job and the epoch that settled it."""
    outcome = presenters.outcome_of(entry, record.id)
    return presenters.job_view(record, outcome, running=False), outcome.epoch if outcome else 0


async def retry(parts: Runtime, person: str, job: str) -> JobView:
    """Let a message wait again whose turn failed; ``Conflict`` for any other."""
    record, _ = await _found(parts, person, job)
    if record.status != "failed":
        raise Conflict(f"only a failed job can be tried again; this one is {record.status}")
    again = MessageRetried(
        id=job, conversation=record.conversation, person=person, attempt=record.attempt + 1
    )
    await parts.agent(record.agent).live.append([again], at=parts.clock())
    parts.runner.notify(record.agent, record.conversation)
    return JobView(job_id=job, status="queued", progress=0.0)


async def follow(
    parts: Runtime, person: str, job: str, *, after: str | None
) -> AsyncGenerator[list[JobEvent]]:
    """The events of a job, past and to come, those of one moment together; ends after ``done``.

    Raises ``NotFound`` at once, not with the first event.
    """
    record, entry = await _found(parts, person, job)
    return _follow(
        parts, record, entry, job_events.Watch(record.id, after=job_events.parse_id(after))
    )


async def _follow(
    parts: Runtime, record: JobRecord, entry: Entry | None, watch: job_events.Watch
) -> AsyncGenerator[list[JobEvent]]:
    listener = parts.event_bus.follow(topic(record.agent, record.conversation))
    try:
        while entry is None:
            record, entry = await _found(parts, record.person, record.id)
            if entry is None:
                if greeting := watch.waiting():
                    yield greeting
                async for events in watch.live(listener, LOOK_AGAIN):
                    yield events
        yield watch.rest(job_events.settled(*_told(record, entry)))
    finally:
        await listener.aclose()
