"""A message as a job: its status, its retry, and its events.

Events have the same ids for the same content, whether watched live or read back later. A run of
a turn has an epoch (its fencing token). Within it events are numbered: 0 says that it runs, 1 is
the first progress, then one for each chunk of text, then progress 100 and done. All of them
follow from the recorded outcome, so a stream that was cut is resumed from the journal without a
gap. Event ``<epoch>.0`` of a later epoch resets the client's text.

A run that failed may have sent text which is recorded nowhere, and text may be erased; so the
end of a job without text has numbers that no text can have.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Final

from synthetic_soul.engine import views
from synthetic_soul.engine.runtime import Runtime, agent_of, topic
from synthetic_soul.engine.views import JobEvent, JobView
from synthetic_soul.errors import Conflict, NotFound
from synthetic_soul.jobs.base import Chunk, Listener
from synthetic_soul.mind.events import MessageRetried
from synthetic_soul.stores.base import Entry, JobRecord

CHUNK = re.compile(r"\s*\S{1,12}")
RUNNING, BEGUN, TEXT = 0, 1, 2
END_WITHOUT_TEXT: Final = 999_999_998
POLL_INTERVAL: Final = 2.0
"""Seconds after which the outcome is read again, in case an event was lost."""


async def job_of(runtime: Runtime, person: str, job: str) -> JobView:
    """Return the status of a message of this person, or raise ``NotFound``."""
    record, entry = await _find(runtime, person, job)
    if entry is not None:
        return _settled_view(record, entry)[0]
    covered = await runtime.event_bus.covered(topic(record.agent, record.conversation))
    return views.job_view(record, None, running=record.id in covered)


async def retry(runtime: Runtime, person: str, job: str, *, address: str = "") -> JobView:
    """Queue a failed message again; ``Conflict`` for any other."""
    record, _ = await _find(runtime, person, job)
    if record.status != "failed":
        raise Conflict(f"only a failed job can be tried again; this one is {record.status}")
    await runtime.note_origin(job, person, address)
    again = MessageRetried(
        id=job, conversation=record.conversation, person=person, attempt=record.attempt + 1
    )
    await runtime.agents.get(record.agent).state.append([again], at=runtime.clock())
    runtime.notify(record.agent, record.conversation)
    return JobView(job_id=job, status="queued", progress=0.0)


async def follow(
    runtime: Runtime, person: str, job: str, *, after: str | None
) -> AsyncGenerator[list[JobEvent]]:
    """Return the events of a job, past and to come, in batches; they end after ``done``.

    ``NotFound`` is raised by this call, not with the first batch.
    """
    record, entry = await _find(runtime, person, job)
    return _follow(runtime, record, entry, Watch(record.id, after=parse_id(after)))


async def _follow(
    runtime: Runtime, record: JobRecord, entry: Entry | None, watch: Watch
) -> AsyncGenerator[list[JobEvent]]:
    listener = runtime.event_bus.follow(topic(record.agent, record.conversation))
    try:
        while entry is None:
            record, entry = await _find(runtime, record.person, record.id)
            if entry is None:
                if events := watch.waiting():
                    yield events
                async for events in watch.live(listener, POLL_INTERVAL):
                    yield events
        yield watch.rest(settled(*_settled_view(record, entry)))
    finally:
        await listener.aclose()


async def _find(runtime: Runtime, person: str, job: str) -> tuple[JobRecord, Entry | None]:
    """Return a job of this person with the entry of its outcome, or raise ``NotFound``."""
    agent = agent_of(job)
    is_served = await runtime.agents.load(agent) is not None
    record = await runtime.store.jobs.with_outcome(agent, job) if is_served else None
    if record is None or record[0].person != person:
        raise NotFound("there is no such job", code="job_not_found")
    return record


def _settled_view(record: JobRecord, entry: Entry) -> tuple[JobView, int]:
    """Return the view of a settled job and the epoch that settled it."""
    outcome = views.outcome_of(entry, record.id)
    return views.job_view(record, outcome, running=False), outcome.epoch if outcome else 0


class Chunker:
    """Splits a text, as it arrives, into the same chunks as the whole text.

    A chunk is at most twelve characters of a word with the white space before it. It is returned
    once nothing that follows can change it.
    """

    def __init__(self) -> None:
        self._rest = ""
        self._begun = False

    def feed(self, text: str) -> list[str]:
        """Return the chunks that are certain now."""
        self._rest += text
        if not self._begun:
            self._rest = self._rest.lstrip()
            self._begun = bool(self._rest)
        chunks = CHUNK.findall(self._rest)
        if chunks and self._rest.endswith(chunks[-1]):  # it may still grow
            chunks.pop()
        self._rest = self._rest[len("".join(chunks)) :]
        return chunks

    def finish(self) -> list[str]:
        """Return the last chunks, without the white space at the end."""
        rest, self._rest = self._rest, ""
        return CHUNK.findall(rest)


def chunks_of(text: str) -> list[str]:
    """Return the chunks of a whole text; joined they are the text, stripped."""
    return CHUNK.findall(text.strip())


def parse_id(after: str | None) -> tuple[int, int] | None:
    """Return ``epoch.number`` as a pair, None for anything else."""
    match = re.fullmatch(r"(\d{1,19})\.(\d{1,9})", after or "")
    return (int(match[1]), int(match[2])) if match else None


def queued(job_id: str) -> JobEvent:
    """Return the event before any run."""
    return JobEvent(id="0.0", event="status", body={"job_id": job_id, "status": "queued"})


def begun(job_id: str, epoch: int) -> list[JobEvent]:
    """Return the two events with which a run begins."""
    return [
        JobEvent(
            id=f"{epoch}.{RUNNING}", event="status", body={"job_id": job_id, "status": "running"}
        ),
        JobEvent(id=f"{epoch}.{BEGUN}", event="progress", body={"job_id": job_id, "progress": 10}),
    ]


def text(epoch: int, number: int, chunk: str) -> JobEvent:
    """Return the event of one chunk of the reply; ``number`` counts chunks from 0."""
    return JobEvent(id=f"{epoch}.{TEXT + number}", event="text", body={"text": chunk})


def settled(job: JobView, epoch: int) -> Iterator[JobEvent]:
    """Yield every event of the run that settled the job, from its recorded outcome."""
    yield from begun(job.job_id, epoch)
    chunks = chunks_of(job.result.response) if job.result else []
    for number, chunk in enumerate(chunks):
        yield text(epoch, number, chunk)
    end = TEXT + len(chunks) if chunks else END_WITHOUT_TEXT
    yield JobEvent(
        id=f"{epoch}.{end}", event="progress", body={"job_id": job.job_id, "progress": 100}
    )
    yield JobEvent(id=f"{epoch}.{end + 1}", event="done", body=job.model_dump(mode="json"))


class Watch:
    """Selects a job's events for one listener, so that none is repeated or missed.

    ``after`` is the last event (epoch, number) that an earlier stream has shown.
    """

    def __init__(self, job: str, *, after: tuple[int, int] | None = None) -> None:
        self._job = job
        self._epoch = 0
        self._next = 0
        self._after = after
        self._greeted = after is not None

    def waiting(self) -> list[JobEvent]:
        """Return, once, that the job is queued; nothing where a stream is resumed."""
        if self._greeted:
            return []
        self._greeted = True
        return [queued(self._job)]

    async def live(self, listener: Listener, patience: float) -> AsyncIterator[list[JobEvent]]:
        """Yield the events of the current run; end with the run, or after ``patience`` seconds."""
        while True:
            try:
                async with asyncio.timeout(patience):
                    chunk = await anext(listener)
            except TimeoutError:
                return
            if chunk.kind == "ended" and self._job in chunk.covers:
                return
            if events := self._new(self._events(chunk)):
                yield events

    def _events(self, chunk: Chunk) -> Iterator[JobEvent]:
        if chunk.kind == "begun" and self._job in chunk.covers and self._is_next(chunk.epoch):
            self._epoch, self._next = chunk.epoch, TEXT
            yield from begun(self._job, chunk.epoch)
        elif chunk.kind == "text" and chunk.epoch == self._epoch:
            for number, part in enumerate(chunk.texts, chunk.number):
                # After a lost chunk the rest is left to the recorded outcome.
                if number + TEXT == self._next:
                    self._next += 1
                    yield text(self._epoch, number, part)

    def _is_next(self, epoch: int) -> bool:
        """Return whether a run may still settle the job: a later epoch fences off earlier ones.

        A process that was suspended may publish its run long after a later one has begun.
        """
        seen = self._after[0] if self._after else 0
        return epoch > self._epoch and epoch >= seen

    def rest(self, events: Iterator[JobEvent]) -> list[JobEvent]:
        """Return the recorded events that were not shown live."""
        return self._new(event for event in events if self._is_to_come(event))

    def _is_to_come(self, event: JobEvent) -> bool:
        epoch, number = parse_id(event.id) or (0, 0)
        return epoch != self._epoch or number >= self._next

    def _new(self, events: Iterator[JobEvent]) -> list[JobEvent]:
        """Return the events without those that an earlier stream has shown."""
        if self._after is None:
            return list(events)
        epoch, number = self._after
        parsed = ((event, parse_id(event.id) or (0, 0)) for event in events)
        return [event for event, key in parsed if key[0] != epoch or key[1] > number]
