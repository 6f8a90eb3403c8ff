"""The doorbell between processes: RQ jobs that say where something waits, and nothing more.

A ring is an RQ job whose id names the agent and the conversation; while one stands in the queue
another for the same conversation is refused. Rings may be lost: a sweep rings again.
"""

from __future__ import annotations

import asyncio
import binascii
import json
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from rq import Queue
from rq.job import Job, JobStatus
from rq.scripts import UNIQUE_ENQUEUE_SCRIPT

from synthetic_soul.jobs.redis.redis_connection import AWAY, PATIENCE, Pauses, connect_blocking

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from synthetic_soul.jobs.base import GiveUp, Work

    Ring = tuple[str, str]

log = structlog.get_logger(__name__)

QUEUE = "soul"
ANSWER = "synthetic_soul.worker.answer"
LIVES = 600  # seconds until a ring that nobody heard dies
LONGEST_TURN = 900  # seconds that a plain worker gives a conversation
FAILED_LIVES = 60  # seconds that RQ remembers a failed job
LOST = timedelta(seconds=8)
BUFFER = 10_000  # conversations to ring for while Redis is away
AT_ONCE = 64  # rings in one round trip


def ring_id(agent: str, conversation: str) -> str:
    """The id of a ring's job, in the characters that RQ allows."""
    return urlsafe_b64encode(json.dumps([agent, conversation]).encode()).decode().rstrip("=")


def ring_of(id: bytes) -> Ring | None:
    """Where a ring came from; None for an id that is no ring's."""
    try:
        match json.loads(urlsafe_b64decode(id + b"=" * (-len(id) % 4))):
            case [str(agent), str(conversation)]:
                return agent, conversation
    except (binascii.Error, ValueError, RecursionError):
        pass
    return None


class RqRunner:
    """A ``Runner`` for processes that only ring: workers elsewhere hear it and do the work."""

    def __init__(self, url: str) -> None:
        self._client = connect_blocking(url)
        self._queue = Queue(QUEUE, connection=self._client, serializer="json")
        self._rings: dict[Ring, None] = {}
        self._lock = threading.Lock()
        self._filled = threading.Event()
        self._until: float | None = None
        self._thread: threading.Thread | None = None

    async def start(self, work: Work, give_up: GiveUp) -> None:  # noqa: ARG002 - work is done elsewhere
        """Begin to ring; rings that came before count."""
        self._until = None
        self._thread = threading.Thread(target=self._run, name="rings", daemon=True)
        self._thread.start()

    def notify(self, agent: str, conversation: str) -> None:
        """Leave a ring to be sent; while Redis is away for long, rings are dropped."""
        with self._lock:
            if len(self._rings) < BUFFER:
                self._rings[agent, conversation] = None
        self._filled.set()

    @property
    def running(self) -> int:
        """Always 0: nothing runs here."""
        return 0

    async def stop(self, grace: float) -> None:
        """Send what is left, for at most ``grace`` seconds."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._until = time.monotonic() + min(grace, PATIENCE)
            self._filled.set()
            await asyncio.to_thread(thread.join)
        self._client.close()

    def _run(self) -> None:
        pauses = Pauses()
        while True:
            self._filled.wait()
            rings = self._gathered()
            try:
                self._send(rings)
            except AWAY as error:
                self._put_back(rings)
                if not pauses.begun:
                    log.warning("rings_held_up", error=type(error).__name__)
                time.sleep(pauses.next())
            else:
                pauses.over()
            if self._until and (not self._rings or time.monotonic() > self._until):
                return

    def _gathered(self) -> list[Ring]:
        with self._lock:
            rings = list(self._rings)[:AT_ONCE]
            for ring in rings:
                del self._rings[ring]
            if not self._rings:
                self._filled.clear()
        return rings

    def _put_back(self, rings: Iterable[Ring]) -> None:
        with self._lock:
            self._rings = dict.fromkeys((*rings, *self._rings))
        self._filled.set()

    def _send(self, rings: Sequence[Ring]) -> None:
        """All in one round trip; those that were refused are looked at once more."""
        jobs = [self._job(*ring) for ring in rings]
        refused = [job for job, taken in zip(jobs, self._enqueued(jobs), strict=True) if not taken]
        lost = self._lost(refused)
        if lost:
            self._client.delete(*(job.key for job in lost))
            self._enqueued(lost)

    def _job(self, agent: str, conversation: str) -> Job:
        job = self._queue.create_job(
            ANSWER,
            args=(agent, conversation),
            job_id=ring_id(agent, conversation),
            description=f"{agent} is spoken to",  # the default repeats whose conversation it is
            status=JobStatus.QUEUED,
            timeout=LONGEST_TURN,
            result_ttl=0,
            failure_ttl=FAILED_LIVES,
            ttl=LIVES,
        )
        job.enqueued_at = datetime.now(UTC)
        return job

    def _enqueued(self, jobs: Sequence[Job]) -> list[bool]:
        """What ``Queue.enqueue(unique=True)`` does, for many jobs at once: whether it was taken."""
        if not jobs:
            return []
        with self._client.pipeline(transaction=False) as pipe:
            pipe.sadd(Queue.redis_queues_keys, self._queue.key)
            for job in jobs:
                keys = (job.key, self._queue.key)
                pipe.eval(UNIQUE_ENQUEUE_SCRIPT, 2, *keys, job.id, "R", LIVES, *_fields(job))
            _, *taken = pipe.execute()
        return [each == 1 for each in taken]

    def _lost(self, jobs: Sequence[Job]) -> list[Job]:
        """Those that have been out for a while and stand in the queue no more.

        Whoever had taken such a ring was killed, or takes long; it is harmless to ring anew.
        """
        if not jobs:
            return []
        with self._client.pipeline(transaction=False) as pipe:
            for job in jobs:
                pipe.hget(job.key, "enqueued_at")
                pipe.lpos(self._queue.key, job.id)
            answers = pipe.execute(raise_on_error=False)
        since, places = answers[::2], answers[1::2]
        found = zip(jobs, since, places, strict=True)
        return [job for job, at, place in found if place is None and _long_ago(at)]


def _fields(job: Job) -> list[bytes | str]:
    """A job as Redis keeps it: names and values by turns."""
    kept = {name: value for name, value in job.to_dict().items() if value is not None}
    return [
        each if isinstance(each, bytes | str) else str(each)
        for field in kept.items()
        for each in field
    ]


def _long_ago(at: object) -> bool:
    """Whether a ring is older than any that waits its turn; so is one that does not say."""
    try:
        since = datetime.fromisoformat(at.decode()) if isinstance(at, bytes) else None
    except ValueError:
        since = None
    return since is None or datetime.now(UTC) - since > LOST
