"""Jobs inside the process: asyncio tasks and queues, nothing to install."""

from __future__ import annotations

import asyncio
import traceback
from pathlib import Path

import structlog
from typing_extensions import override

from synthetic_soul.errors import AlreadyAnswered, FenceBroken, SoulError, Unavailable
from synthetic_soul.jobs.base import (
    MAX_BACKLOG,
    Chunk,
    EventBus,
    GiveUp,
    Listener,
    QueueListener,
    Runner,
    Work,
    cancel_all,
)

log = structlog.get_logger(__name__)

SLOTS = 64
TRIES = 3
MAX_FRAMES_LOGGED = 4
POSTPONING = (Unavailable, AlreadyAnswered, FenceBroken)  # no fault of the turn: the sweep retries

_Key = tuple[str, str]


class InProcessRunner(Runner):
    """Runs work as tasks of this event loop, at most ``slots`` at once.

    A conversation in which more waits than one turn answers waits for a slot again, after others.
    Work that fails ``tries`` times in a row is given up.
    """

    def __init__(self, *, slots: int = SLOTS, tries: int = TRIES) -> None:
        self._slots = asyncio.Semaphore(slots)
        self._tries = tries
        self._tasks: dict[_Key, asyncio.Task[None]] = {}
        self._again: set[_Key] = set()
        self._early: list[_Key] = []
        self._failures: dict[_Key, int] = {}
        self._work: Work | None = None
        self._give_up: GiveUp | None = None
        self._stopping = False

    @override
    async def start(self, work: Work, give_up: GiveUp) -> None:
        self._work, self._give_up, self._stopping = work, give_up, False
        early, self._early = self._early, []
        for key in early:
            self.notify(*key)

    @override
    def notify(self, agent: str, conversation: str) -> None:
        key = (agent, conversation)
        if self._work is None:
            self._early.append(key)
        elif key in self._tasks:
            self._again.add(key)  # its task may have looked already: it runs once more
        elif not self._stopping:
            self._tasks[key] = asyncio.get_running_loop().create_task(self._run(key))

    @property
    @override
    def running(self) -> int:
        return len(self._tasks)

    @override
    async def stop(self, grace: float) -> None:
        self._stopping = True
        tasks = list(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            await cancel_all(late)
        self._work = None

    async def _run(self, key: _Key) -> None:
        try:
            async with self._slots:
                await self._attempt(key)
        finally:
            del self._tasks[key]
            if key in self._again and not self._stopping:
                self._again.discard(key)
                self.notify(*key)

    async def _attempt(self, key: _Key) -> None:
        assert self._work is not None  # noqa: S101 - tasks exist only between start and stop
        self._again.discard(key)
        try:
            while await self._work(*key):
                if not self._stopping:
                    # Else those who never cease to write would keep the slots from others.
                    self._again.add(key)
                    break
        except POSTPONING as error:
            log.warning("turn_postponed", agent=key[0], code=error.code)
        except Exception as error:  # noqa: BLE001 - the border where a turn's fault is contained
            await self._failed(key, error)
        else:
            self._failures.pop(key, None)

    async def _failed(self, key: _Key, error: Exception) -> None:
        """Leave it to the sweep; after ``tries`` failures record one that people see."""
        failures = self._failures.get(key, 0) + 1
        self._failures[key] = failures
        log.error("turn_attempt_failed", agent=key[0], tries=failures, **_log_fields(error))
        if failures < self._tries or self._give_up is None:
            return
        try:
            await self._give_up(*key, error)
        except Exception as worse:  # noqa: BLE001 - as above; the sweep comes back to it
            log.error("giving_up_failed", agent=key[0], **_log_fields(worse))  # noqa: TRY400 - see below
        else:
            del self._failures[key]


def _log_fields(error: Exception) -> dict[str, str]:
    """Return an error's type and place, without its message or locals, which hold words."""
    code = error.code if isinstance(error, SoulError) else "internal"
    frames = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES_LOGGED:]
    places = (f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})" for frame in frames)
    return {"code": code, "error": type(error).__name__, "at": " > ".join(places)}


class InProcessEventBus(EventBus):
    """An event bus of queues; keeps the chunks of the current turn for late listeners."""

    def __init__(self) -> None:
        self._current: dict[str, list[Chunk]] = {}
        self._listeners: dict[str, set[_Listener]] = {}

    @override
    async def publish(self, topic: str, chunk: Chunk) -> None:
        if chunk.kind == "begun":
            self._current[topic] = []
        if chunk.kind == "ended":
            self._current.pop(topic, None)
        elif topic in self._current:
            self._current[topic].append(chunk)
        for listener in self._listeners.get(topic, ()):
            listener.put(chunk)

    @override
    def follow(self, topic: str) -> Listener:
        listener = _Listener(self._listeners, topic, self._current.get(topic, []))
        self._listeners.setdefault(topic, set()).add(listener)
        return listener

    @override
    async def covered(self, topic: str) -> tuple[str, ...]:
        chunks = self._current.get(topic)
        return chunks[0].covers if chunks else ()

    @override
    async def open(self) -> None:
        pass

    @override
    async def close(self) -> None:
        pass

    @override
    async def healthy(self) -> bool:
        return True


class _Listener(QueueListener):
    """A listener to one topic, among all ``listeners`` of its bus."""

    def __init__(
        self, listeners: dict[str, set[_Listener]], topic: str, so_far: list[Chunk]
    ) -> None:
        super().__init__()
        self._listeners, self._topic = listeners, topic
        for chunk in so_far[-MAX_BACKLOG:]:
            self.put(chunk)

    @override
    async def aclose(self) -> None:
        listeners = self._listeners.get(self._topic, set())
        listeners.discard(self)
        if not listeners:
            self._listeners.pop(self._topic, None)
