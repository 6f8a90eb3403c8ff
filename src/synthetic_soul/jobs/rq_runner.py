"""Notifications between processes as RQ jobs: ``RqRunner`` enqueues them, ``RqWorker`` takes them.

The id of such a job names the agent and the conversation, and the job holds nothing more. While
one stands in the queue another for the same conversation is refused. Notifications may be lost: a
sweep sends them again.

The worker is registered with RQ, so ``rq info`` shows it, and a plain ``rq worker`` may stand
beside it on the same queue. It takes a notification only while a slot is free; what does not fit
stays for others. It deletes the job before the work begins, so that a message that comes meanwhile
can notify again; and it reads nothing of a job but the id, so that no job put there by others can
do harm. For the same reason RQ's own cleaning of its registries never runs: it calls what a job
names for its failure.
"""

import asyncio
import binascii
import json
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from rq import Queue, Worker
from rq.job import Job, JobStatus
from rq.scripts import UNIQUE_ENQUEUE_SCRIPT
from rq.suspension import is_suspended
from rq.worker import WorkerStatus
from rq.worker_registration import clean_worker_registry
from typing_extensions import override

from synthetic_soul.jobs.base import GiveUp, Runner, Work
from synthetic_soul.jobs.redis_connection import AWAY, TIMEOUT_S, Backoff, connect_blocking

Notification = tuple[str, str]

log = structlog.get_logger(__name__)

QUEUE = "soul"
ANSWER = "synthetic_soul.worker.answer"
QUEUE_KEY = f"{Queue.redis_queue_namespace_prefix}{QUEUE}".encode()
JOB_KEY = Job.redis_job_namespace_prefix.encode()

NOTIFICATION_TTL_S = 600
WORK_TIMEOUT_S = 900  # that a plain worker gives a conversation
FAILURE_TTL_S = 60  # for which RQ remembers a failed job
LOST_AFTER = timedelta(seconds=8)  # more than any job waits between a pop and its deletion
MAX_BUFFERED = 10_000  # conversations that wait while Redis is away
MAX_BATCH = 64  # notifications in one round trip

WORKER_TTL_S = 16  # RQ's own default is 420
HEARTBEAT_S = 4.0
HEARTBEAT_TTL_S = 20
MAINTENANCE_S = 60.0  # after which killed workers are forgotten
POP_TIMEOUT_S = 0.5
FREE_SLOT_POLL_S = 0.005
STOP_TIMEOUT_S = 3.0  # that ``stop`` waits before it cuts the connection


def job_id(agent: str, conversation: str) -> str:
    """Return the id of a notification's job, in the characters that RQ allows."""
    return urlsafe_b64encode(json.dumps([agent, conversation]).encode()).decode().rstrip("=")


def notification_of(id: bytes) -> Notification | None:
    """Return the agent and conversation of a job; None for an id that is no notification's."""
    try:
        match json.loads(urlsafe_b64decode(id + b"=" * (-len(id) % 4))):
            case [str(agent), str(conversation)]:
                return agent, conversation
    except (binascii.Error, ValueError, RecursionError):
        pass
    return None


class RqRunner(Runner):
    """A runner for processes that only notify: workers elsewhere do the work."""

    def __init__(self, url: str) -> None:
        self._client = connect_blocking(url)
        self._queue = Queue(QUEUE, connection=self._client, serializer="json")
        self._buffer: dict[Notification, None] = {}
        self._lock = threading.Lock()
        self._filled = threading.Event()
        self._stop_at: float | None = None
        self._thread: threading.Thread | None = None

    @override
    async def start(self, work: Work, give_up: GiveUp) -> None:
        self._stop_at = None
        self._thread = threading.Thread(target=self._run, name="notifications", daemon=True)
        self._thread.start()

    @override
    def notify(self, agent: str, conversation: str) -> None:
        with self._lock:
            if len(self._buffer) < MAX_BUFFERED:
                self._buffer[agent, conversation] = None
        self._filled.set()

    @property
    @override
    def running(self) -> int:
        return 0

    @override
    async def stop(self, grace: float) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stop_at = time.monotonic() + min(grace, TIMEOUT_S)
            self._filled.set()
            await asyncio.to_thread(thread.join)
        self._client.close()

    def _run(self) -> None:
        backoff = Backoff()
        while True:
            self._filled.wait()
            batch = self._take()
            try:
                self._send(batch)
            except AWAY as error:
                self._put_back(batch)
                if not backoff.failing:
                    log.warning("notifications_delayed", error=type(error).__name__)
                time.sleep(backoff.next_delay())  # in this thread alone
            else:
                backoff.reset()
            if self._stop_at and (not self._buffer or time.monotonic() > self._stop_at):
                return

    def _take(self) -> list[Notification]:
        with self._lock:
            batch = list(self._buffer)[:MAX_BATCH]
            for notification in batch:
                del self._buffer[notification]
            if not self._buffer:
                self._filled.clear()
        return batch

    def _put_back(self, batch: Iterable[Notification]) -> None:
        with self._lock:
            self._buffer = dict.fromkeys((*batch, *self._buffer))
        self._filled.set()

    def _send(self, batch: Sequence[Notification]) -> None:
        """Enqueue in one round trip; look once more at those that were refused."""
        jobs = [self._job(*notification) for notification in batch]
        refused = [job for job, taken in zip(jobs, self._enqueue(jobs), strict=True) if not taken]
        lost = self._lost(refused)
        if lost:
            self._client.delete(*(job.key for job in lost))
            self._enqueue(lost)

    def _job(self, agent: str, conversation: str) -> Job:
        job = self._queue.create_job(
            ANSWER,
            args=(agent, conversation),
            job_id=job_id(agent, conversation),
            description=f"messages for {agent}",  # the default repeats whose conversation it is
            status=JobStatus.QUEUED,
            timeout=WORK_TIMEOUT_S,
            result_ttl=0,
            failure_ttl=FAILURE_TTL_S,
            ttl=NOTIFICATION_TTL_S,
        )
        job.enqueued_at = datetime.now(UTC)
        return job

    def _enqueue(self, jobs: Sequence[Job]) -> list[bool]:
        """Do what ``Queue.enqueue(unique=True)`` does, for many jobs; return which were taken."""
        if not jobs:
            return []
        with self._client.pipeline(transaction=False) as pipe:
            pipe.sadd(Queue.redis_queues_keys, self._queue.key)
            for job in jobs:
                keys, options = (job.key, self._queue.key), (job.id, "R", NOTIFICATION_TTL_S)
                pipe.eval(UNIQUE_ENQUEUE_SCRIPT, 2, *keys, *options, *_fields(job))
            _, *taken = pipe.execute()
        return [each == 1 for each in taken]

    def _lost(self, jobs: Sequence[Job]) -> list[Job]:
        """Return those that are ``LOST_AFTER`` old and no longer in the queue.

        The worker that took such a one was killed, or is slow; to notify again is harmless.
        """
        if not jobs:
            return []
        with self._client.pipeline(transaction=False) as pipe:
            for job in jobs:
                pipe.hget(job.key, "enqueued_at")
                pipe.lpos(self._queue.key, job.id)
            answers = pipe.execute(raise_on_error=False)
        rows = zip(jobs, answers[::2], answers[1::2], strict=True)
        return [job for job, since, place in rows if place is None and _is_old(since)]


def _fields(job: Job) -> list[bytes | str]:
    """Return a job as Redis keeps it: names and values in turn."""
    kept = {name: value for name, value in job.to_dict().items() if value is not None}
    return [
        each if isinstance(each, bytes | str) else str(each)
        for field in kept.items()
        for each in field
    ]


def _is_old(enqueued_at: object) -> bool:
    try:
        text = enqueued_at.decode() if isinstance(enqueued_at, bytes) else ""
        since = datetime.fromisoformat(text)
    except ValueError:
        return True
    return datetime.now(UTC) - since > LOST_AFTER


class _Registered(Protocol):
    """The methods of an RQ worker that are used here, with types."""

    @property
    def key(self) -> str: ...
    def register_birth(self) -> None: ...
    def register_death(self) -> None: ...
    def heartbeat(self, timeout: int) -> None: ...
    def set_state(self, state: str) -> None: ...


class _BaseWorker(Worker):
    @property
    @override
    def connection_timeout(self) -> int:
        """Seconds to wait for a silent Redis; RQ's own are 11."""
        return round(TIMEOUT_S)


class RqWorker:
    """Takes notifications in a thread of its own and passes them to ``notify`` on the event loop.

    ``running`` says how many of the ``slots`` are taken, by whatever work.
    """

    def __init__(
        self,
        url: str,
        *,
        slots: int,
        notify: Callable[[str, str], None],
        running: Callable[[], int],
    ) -> None:
        self._client = connect_blocking(url)
        self._slots, self._notify, self._running = slots, notify, running
        self._loop: asyncio.AbstractEventLoop | None = None
        self._in_transit = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start; Redis may be away."""
        self._loop = asyncio.get_running_loop()
        self._stopping.clear()
        self._tasks = [asyncio.create_task(self._serve()), asyncio.create_task(self._maintain())]

    async def stop(self) -> None:
        """Take nothing more; what was taken has been passed on when this returns."""
        self._stopping.set()
        serving, maintaining = self._tasks
        maintaining.cancel()
        _, late = await asyncio.wait((serving,), timeout=STOP_TIMEOUT_S)
        self._client.connection_pool.disconnect()  # ends what waits for a Redis that is silent
        await asyncio.gather(*late, maintaining, return_exceptions=True)
        self._client.close()

    async def _serve(self) -> None:
        """Listen, and start anew whenever that ends too early."""
        backoff = Backoff()
        while not self._stopping.is_set():
            began = time.monotonic()
            (ended,) = await asyncio.gather(asyncio.to_thread(self._listen), return_exceptions=True)
            if self._stopping.is_set():
                return
            if time.monotonic() - began > HEARTBEAT_S:
                backoff.reset()
            if not backoff.failing:
                log.warning("rq_worker_lost", error=type(ended).__name__)
            await asyncio.sleep(backoff.next_delay())

    def _listen(self) -> None:
        worker = self._worker()
        worker.register_birth()
        beaten_at, suspended = 0.0, False
        try:
            while not self._stopping.is_set():
                if time.monotonic() - beaten_at > HEARTBEAT_S:
                    suspended = self._heartbeat(worker)
                    beaten_at = time.monotonic()
                if suspended or not self._has_free_slot():
                    self._stopping.wait(FREE_SLOT_POLL_S)
                else:
                    self._pop()
        finally:
            with suppress(*AWAY):
                worker.register_death()

    def _worker(self) -> _Registered:
        return _BaseWorker(
            [Queue(QUEUE, connection=self._client, serializer="json")],
            connection=self._client,
            worker_ttl=WORKER_TTL_S,
            serializer="json",
        )

    def _heartbeat(self, worker: _Registered) -> bool:
        """Renew the registration; return whether the queue is suspended (``rq suspend``)."""
        if not self._client.hexists(worker.key, "birth"):  # Redis has forgotten everything
            self._client.delete(worker.key)
            worker.register_birth()
        suspended = bool(is_suspended(self._client))
        busy = WorkerStatus.BUSY if self._running() else WorkerStatus.IDLE
        worker.set_state(WorkerStatus.SUSPENDED if suspended else busy)
        worker.heartbeat(HEARTBEAT_TTL_S)
        return suspended

    def _pop(self) -> None:
        """Take the next notification, if one comes soon, and those behind it that fit."""
        popped = self._client.blpop([QUEUE_KEY], timeout=POP_TIMEOUT_S)
        next_id = popped[1] if popped else None
        while isinstance(next_id, bytes):
            taken_id, next_id = next_id, None
            self._count(1)
            try:
                next_id = self._delete_and_pop(taken_id)
            finally:
                self._pass_on(taken_id)

    def _delete_and_pop(self, id: bytes) -> bytes | None:
        """Delete a job; return the id of the next one, if there is a slot for it."""
        with self._client.pipeline(transaction=False) as pipe:
            pipe.delete(JOB_KEY + id)
            if self._has_free_slot() and not self._stopping.is_set():
                pipe.lpop(QUEUE_KEY)
            _, *popped = pipe.execute()
        return popped[0] if popped else None

    def _has_free_slot(self) -> bool:
        return self._running() + self._in_transit < self._slots

    def _pass_on(self, id: bytes) -> None:
        assert self._loop is not None  # noqa: S101 - set before the thread begins
        self._loop.call_soon_threadsafe(self._arrive, notification_of(id))

    def _arrive(self, notification: Notification | None) -> None:
        if notification is None:
            log.warning("foreign_job_dropped")
        else:
            self._notify(*notification)
        self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            self._in_transit += more

    async def _maintain(self) -> None:
        """Have RQ forget killed workers now and then."""
        queue = Queue(QUEUE, connection=self._client, serializer="json")
        while True:
            await asyncio.sleep(MAINTENANCE_S)
            cleaning = asyncio.to_thread(clean_worker_registry, queue)
            outcome: BaseException | None
            (outcome,) = await asyncio.gather(cleaning, return_exceptions=True)
            if isinstance(outcome, Exception):
                log.warning("maintenance_failed", error=type(outcome).__name__)
