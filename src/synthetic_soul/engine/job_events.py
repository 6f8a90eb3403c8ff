"""A job's events: the same ids for the same things, whether watched live or read back later.

A run of a turn has an epoch (its fencing token). Within it events are numbered: 0 says that it
runs, 1 is the first progress, then one for each chunk of text, then progress 100 and done. All
of them follow from the recorded outcome, so a stream that was cut is resumed from the journal
without a gap. An event of a new epoch 0 tells a listener to begin the text anew.

A run that failed may have sent text which is recorded nowhere, and text may be erased; so the end
of a story without text has numbers that no text can have.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from synthetic_soul.engine.views import JobEvent, JobView

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from synthetic_soul.jobs.base import Chunk, Listener

CHUNK = re.compile(r"\s*\S{1,12}")
RUNNING, BEGUN, TEXT = 0, 1, 2
END_WITHOUT_TEXT = 999_999_998


class Chunker:
    """Cuts a text, as it comes, into the same chunks that the whole text would give.

    A chunk is at most twelve characters of a word with the white space before it; it is let go
    once nothing that follows could change it.
    """

    def __init__(self) -> None:
        self._rest = ""
        self._begun = False

    def feed(self, piece: str) -> list[str]:
        """The chunks that are certain now."""
        self._rest += piece
        if not self._begun:
            self._rest = self._rest.lstrip()
            self._begun = bool(self._rest)
        chunks: list[str] = []
        place = 0
        for found in CHUNK.finditer(self._rest):
            if found.end() == len(self._rest):
                break
            chunks.append(found.group())
            place = found.end()
        self._rest = self._rest[place:]
        return chunks

    def finish(self) -> list[str]:
        """What is left, without the white space at the end."""
        rest, self._rest = self._rest, ""
        return CHUNK.findall(rest)


def chunks_of(text: str) -> list[str]:
    """The chunks of a whole text; joined they are the text without white space at its ends."""
    return CHUNK.findall(text.strip())


def parse_id(after: str | None) -> tuple[int, int] | None:
    """``epoch.number`` as a pair, None for anything else."""
    found = re.fullmatch(r"(\d{1,19})\.(\d{1,9})", after or "")
    return (int(found[1]), int(found[2])) if found else None


def queued(job_id: str) -> JobEvent:
    """The event before any run."""
    return JobEvent(id="0.0", event="status", body={"job_id": job_id, "status": "queued"})


def begun(job_id: str, epoch: int) -> list[JobEvent]:
    """The two events with which a run begins."""
    return [
        JobEvent(
            id=f"{epoch}.{RUNNING}", event="status", body={"job_id": job_id, "status": "running"}
        ),
        JobEvent(id=f"{epoch}.{BEGUN}", event="progress", body={"job_id": job_id, "progress": 10}),
    ]


def text(epoch: int, number: int, chunk: str) -> JobEvent:
    """One chunk of the reply; ``number`` counts chunks from 0."""
    return JobEvent(id=f"{epoch}.{TEXT + number}", event="text", body={"text": chunk})


def settled(job: JobView, epoch: int) -> Iterator[JobEvent]:
    """Every event of the run that settled the job, from its recorded outcome."""
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
    """What one listener has been shown of a job, so that nothing is doubled or left out.

    ``after`` is the place (epoch, number) up to which an earlier stream had come.
    """

    def __init__(self, job: str, *, after: tuple[int, int] | None = None) -> None:
        self._job = job
        self._epoch = 0
        self._next = 0
        self._after = after
        self._greeted = after is not None

    def waiting(self) -> list[JobEvent]:
        """Says once that the job is queued; a listener that resumes has heard it."""
        if self._greeted:
            return []
        self._greeted = True
        return [queued(self._job)]

    async def live(self, listener: Listener, patience: float) -> AsyncIterator[list[JobEvent]]:
        """The events of the run under way; ends with the run, or after ``patience`` seconds."""
        while True:
            try:
                async with asyncio.timeout(patience):
                    piece = await anext(listener)
            except TimeoutError:
                return
            if piece.kind == "ended" and self._job in piece.covers:
                return
            if events := self._new(self._shown(piece)):
                yield events

    def _shown(self, piece: Chunk) -> Iterator[JobEvent]:
        if piece.kind == "begun" and self._job in piece.covers and self._is_next(piece.epoch):
            self._epoch, self._next = piece.epoch, TEXT
            yield from begun(self._job, piece.epoch)
        elif piece.kind == "text" and piece.epoch == self._epoch:
            for number, chunk in enumerate(piece.texts, piece.number):
                # After a lost piece the rest is left to the recorded outcome.
                if number + TEXT == self._next:
                    self._next += 1
                    yield text(self._epoch, number, chunk)

    def _is_next(self, epoch: int) -> bool:
        """Whether a run may still settle the job: one of a later epoch has fenced off all before.

        A process that stood still may tell of its own run long after another has begun anew.
        """
        seen = self._after[0] if self._after else 0
        return epoch > self._epoch and epoch >= seen

    def rest(self, events: Iterator[JobEvent]) -> list[JobEvent]:
        """Those of the recorded events that were not shown live."""
        return self._new(event for event in events if self._to_come(event))

    def _to_come(self, event: JobEvent) -> bool:
        epoch, number = parse_id(event.id) or (0, 0)
        return epoch != self._epoch or number >= self._next

    def _new(self, events: Iterator[JobEvent]) -> list[JobEvent]:
        """Without those that an earlier stream has shown."""
        if self._after is None:
            return list(events)
        epoch, number = self._after
        places = ((event, parse_id(event.id) or (0, 0)) for event in events)
        return [event for event, place in places if place[0] != epoch or place[1] > number]
