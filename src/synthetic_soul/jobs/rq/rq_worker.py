"""The worker's ear for rings: an RQ worker that hands each one to an event loop.

It is registered with RQ, so ``rq info`` shows it, and a plain ``rq worker`` may stand beside it on
the same queue. A ring is taken only while a slot is free; what does not fit stays for others. Its
job is deleted before the work begins, so that a message that comes meanwhile can ring again; and
nothing of it is read but the id, so that no job put there by others can do harm.
"""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

import structlog
from rq import Queue, Worker
from rq.job import Job
from rq.suspension import is_suspended
from rq.worker import WorkerStatus

from synthetic_soul.jobs.redis.redis_connection import AWAY, PATIENCE, Pauses, connect_blocking
from synthetic_soul.jobs.rq.rq_runner import QUEUE, ring_of

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger(__name__)

WORKER_TTL = 16  # seconds; RQ's own default is 420
BEAT = 4.0  # seconds between two heartbeats
FORGOTTEN = 20  # seconds after the last heartbeat
MAINTENANCE = 60.0  # seconds between two rounds of RQ's own tidying
WAIT = 0.5  # seconds of waiting for a ring before looking at anything else
QUEUE_KEY = f"{Queue.redis_queue_namespace_prefix}{QUEUE}".encode()
JOB_KEY = Job.redis_job_namespace_prefix.encode()
LOOK = 0.005  # seconds between two looks for a free slot
ENDING = 3.0  # seconds that ``stop`` waits before it cuts the connection


class Registered(Protocol):
    """What is used of an RQ worker, with types."""

    @property
    def key(self) -> str:
        """Where Redis keeps it."""
        ...

    def register_birth(self) -> None:
        """Make it known."""
        ...

    def register_death(self) -> None:
        """Say that it is gone."""
        ...

    def heartbeat(self, timeout: int) -> None:
        """Say that it is there for another ``timeout`` seconds."""
        ...

    def set_state(self, state: str) -> None:
        """Say what it does."""
        ...

    def clean_registries(self) -> None:
        """Tidy up what other workers left behind."""
        ...


class _Known(Worker):
    """RQ's own worker, but for how long it waits for a Redis that is silent."""

    @property
    def connection_timeout(self) -> int:
        """Seconds; RQ's own are 11."""
        return round(PATIENCE)


class RqWorker:
    """Hears rings in a thread of its own and passes them to ``ring`` on the event loop.

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
        self._on_the_way = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin; Redis may be away."""
        self._loop = asyncio.get_running_loop()
        self._stopping.clear()
        self._tasks = [asyncio.create_task(self._keep()), asyncio.create_task(self._tidy())]

    async def stop(self) -> None:
        """Take no more rings; those that were taken have been handed over when this returns."""
        self._stopping.set()
        keeping, tidying = self._tasks
        tidying.cancel()
        _, late = await asyncio.wait((keeping,), timeout=ENDING)
        self._client.connection_pool.disconnect()  # ends what waits for a Redis that is silent
        await asyncio.gather(*late, tidying, return_exceptions=True)
        self._client.close()

    async def _keep(self) -> None:
        """Listen, and begin anew whenever that ends before it should."""
        pauses = Pauses()
        while not self._stopping.is_set():
            began = time.monotonic()
            (ended,) = await asyncio.gather(asyncio.to_thread(self._listen), return_exceptions=True)
            if self._stopping.is_set():
                return
            if time.monotonic() - began > BEAT:
                pauses.over()
            if not pauses.begun:
                log.warning("bell_lost", error=type(ended).__name__)
            await asyncio.sleep(pauses.next())

    def _listen(self) -> None:
        worker = self._worker()
        worker.register_birth()
        beat, suspended = 0.0, False
        try:
            while not self._stopping.is_set():
                if time.monotonic() - beat > BEAT:
                    suspended = self._beat(worker)
                    beat = time.monotonic()
                if suspended or not self._free():
                    self._stopping.wait(LOOK)
                else:
                    self._hear()
        finally:
            with suppress(*AWAY):
                worker.register_death()

    def _worker(self) -> Registered:
        return _Known(
            [Queue(QUEUE, connection=self._client, serializer="json")],
            connection=self._client,
            worker_ttl=WORKER_TTL,
            serializer="json",
        )

    def _beat(self, worker: Registered) -> bool:
        """Say that we are there; whether rings are to be left alone (``rq suspend``)."""
        if not self._client.hexists(worker.key, "birth"):  # Redis has forgotten everything
            self._client.delete(worker.key)
            worker.register_birth()
        suspended = bool(is_suspended(self._client))
        busy = WorkerStatus.BUSY if self._running() else WorkerStatus.IDLE
        worker.set_state(WorkerStatus.SUSPENDED if suspended else busy)
        worker.heartbeat(FORGOTTEN)
        return suspended

    def _hear(self) -> None:
        """The next ring, if one comes soon, and those behind it while slots are free."""
        popped = self._client.blpop([QUEUE_KEY], timeout=WAIT)
        next_one = popped[1] if popped else None
        while isinstance(next_one, bytes):
            heard, next_one = next_one, None
            self._count(1)
            try:
                next_one = self._forget(heard)
            finally:
                self._hand(heard)

    def _forget(self, id: bytes) -> bytes | None:
        """Delete a ring's job; the next ring, if there is one and a slot for it."""
        with self._client.pipeline(transaction=False) as pipe:
            pipe.delete(JOB_KEY + id)
            if self._free() and not self._stopping.is_set():
                pipe.lpop(QUEUE_KEY)
            _, *popped = pipe.execute()
        return popped[0] if popped else None

    def _free(self) -> bool:
        return self._running() + self._on_the_way < self._slots

    def _hand(self, id: bytes) -> None:
        assert self._loop is not None  # noqa: S101 - set before the thread begins
        self._loop.call_soon_threadsafe(self._arrive, ring_of(id))

    def _arrive(self, ring: tuple[str, str] | None) -> None:
        if ring is None:
            log.warning("foreign_job_dropped")
        else:
            self._notify(*ring)
        self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            self._on_the_way += more

    async def _tidy(self) -> None:
        """RQ's own tidying: what killed workers left behind. A poisoned job may break it."""
        while True:
            await asyncio.sleep(MAINTENANCE)
            (outcome,) = await asyncio.gather(
                asyncio.to_thread(lambda: self._worker().clean_registries()), return_exceptions=True
            )
            if isinstance(outcome, Exception):
                log.warning("tidying_failed", error=type(outcome).__name__)
