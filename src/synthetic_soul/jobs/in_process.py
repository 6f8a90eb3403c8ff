"""Jobs inside the process: asyncio tasks and queues, nothing to install."""

from __future__ import annotations

import asyncio
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Self

import structlog

from synthetic_soul.errors import AlreadyAnswered, FenceBroken, SoulError, Unavailable

if TYPE_CHECKING:
    from synthetic_soul.jobs.base import Chunk, GiveUp, Listener, Work

log = structlog.get_logger(__name__)

SLOTS = 64
TRIES = 3
LISTENER_BACKLOG = 4096
FRAMES_LOGGED = 4
PUT_OFF = (Unavailable, AlreadyAnswered, FenceBroken)

_Key = tuple[str, str]


class InProcessRunner:
    """A ``Runner`` of tasks in this event loop; ``slots`` bounds how many work at once."""

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

    async def start(self, work: Work, give_up: GiveUp) -> None:
        """Begin; rings that came before count."""
        self._work, self._give_up, self._stopping = work, give_up, False
        early, self._early = self._early, []
        for key in early:
            self.notify(*key)

    def notify(self, agent: str, conversation: str) -> None:
        """Start on the conversation, or have it looked at once more when its task ends."""
        key = (agent, conversation)
        if self._work is None:
            self._early.append(key)
        elif key in self._tasks:
            self._again.add(key)
        elif not self._stopping:
            self._tasks[key] = asyncio.get_running_loop().create_task(self._run(key))

    @property
    def running(self) -> int:
        """How many conversations have a task."""
        return len(self._tasks)

    async def stop(self, grace: float) -> None:
        """Drain: nothing new begins, what runs has ``grace`` seconds, the rest is cancelled."""
        self._stopping = True
        tasks = list(self._tasks.values())
        if tasks:
            done, _ = await asyncio.wait(tasks, timeout=grace)
            late = [task for task in tasks if task not in done]
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
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
            await self._work(*key)
        except PUT_OFF as error:
            log.warning("turn_put_off", agent=key[0], code=error.code)
        except Exception as error:  # noqa: BLE001 - the border where a turn's fault is contained
            await self._failed(key, error)
        else:
            self._failures.pop(key, None)

    async def _failed(self, key: _Key, error: Exception) -> None:
        """Leave it to the sweep; after enough tries record the failure where people see it."""
        failures = self._failures.get(key, 0) + 1
        self._failures[key] = failures
        log.error("turn_broke", agent=key[0], tries=failures, **_told(error))
        if failures < self._tries or self._give_up is None:
            return
        try:
            await self._give_up(*key, error)
        except Exception as worse:  # noqa: BLE001 - as above; the sweep comes back to it
            log.error("turn_not_given_up", agent=key[0], **_told(worse))  # noqa: TRY400 - see _told
        else:
            del self._failures[key]


def _told(error: Exception) -> dict[str, str]:
    """An error for the log: what and where, without its message or locals, which hold words."""
    code = error.code if isinstance(error, SoulError) else "internal"
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_LOGGED:]
    places = (f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})" for frame in frames)
    return {"code": code, "error": type(error).__name__, "at": " > ".join(places)}


class InProcessEventBus:
    """A ``Wire`` of queues; keeps the pieces of the turn under way for those who come late."""

    def __init__(self) -> None:
        self._under_way: dict[str, list[Chunk]] = {}
        self._listeners: dict[str, set[_Listener]] = {}

    async def publish(self, topic: str, piece: Chunk) -> None:
        """Hand the piece to every listener of the topic."""
        if piece.kind == "begun":
            self._under_way[topic] = []
        if piece.kind == "ended":
            self._under_way.pop(topic, None)
        elif topic in self._under_way:
            self._under_way[topic].append(piece)
        for listener in self._listeners.get(topic, ()):
            listener.hand(piece)

    def follow(self, topic: str) -> Listener:
        """Listen from now on; begins with what the turn under way has said so far."""
        listener = _Listener(self._listeners, topic, self._under_way.get(topic, []))
        self._listeners.setdefault(topic, set()).add(listener)
        return listener

    async def covered(self, topic: str) -> tuple[str, ...]:
        """The messages that the turn under way answers."""
        said = self._under_way.get(topic)
        return said[0].covers if said else ()

    async def open(self) -> None:
        """Nothing is to be opened."""

    async def close(self) -> None:
        """Nothing is held."""

    async def healthy(self) -> bool:
        """Always: there is nothing in between."""
        return True


class _Listener:
    """An endless iterator over one topic; gives up its place when closed or dropped."""

    def __init__(self, places: dict[str, set[_Listener]], topic: str, so_far: list[Chunk]) -> None:
        self._places, self._topic = places, topic
        self._queue: asyncio.Queue[Chunk] = asyncio.Queue(LISTENER_BACKLOG)
        for piece in so_far[-LISTENER_BACKLOG:]:
            self._queue.put_nowait(piece)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Chunk:
        return await self._queue.get()

    def hand(self, piece: Chunk) -> None:
        """Queue a piece; a listener too slow to keep up reads the journal instead."""
        if not self._queue.full():
            self._queue.put_nowait(piece)

    async def aclose(self) -> None:
        """Stop listening."""
        listeners = self._places.get(self._topic, set())
        listeners.discard(self)
        if not listeners:
            self._places.pop(self._topic, None)
