"""A runner and an event bus that lose, double and delay what they carry."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthetic_soul.jobs.base import Chunk, GiveUp, Listener, Work
    from tests.simulation.faults import Faults, FaultyPath
    from tests.simulation.world import Process, World

    Notify = Callable[[str, str], None]

LATE = 20.0
BACKLOG = 4096


class Redis:
    """What all processes share besides the store, and what may be lost at any time.

    ``begun`` is told (topic, epoch) of every turn that somebody was told of.
    """

    def __init__(self, world: World, faults: Faults, *, begun: Callable[[str, int], None]) -> None:
        self._world, self._weather, self._begun = world, faults, begun
        self._workers: dict[Process, Notify] = {}
        self._current: dict[str, list[Chunk]] = {}
        self._listeners: dict[str, dict[_Listener, float]] = {}

    def work_for(self, process: Process, notify: Notify) -> None:
        """Let this process hear of work."""
        self._workers[process] = notify

    def leave(self, process: Process) -> None:
        """This process hears of no more work, and of nothing else."""
        self._workers.pop(process, None)
        for listeners in self._listeners.values():
            for listener in [each for each in listeners if each.process is process]:
                del listeners[listener]

    def notify(self, agent: str, conversation: str) -> None:
        """Tell one of the workers, if the notification is not lost."""
        chance, faults = self._world.chance, self._weather
        if faults.redis_away or chance.random() < faults.ring_lost or not self._workers:
            self._world.tell(f"a notification for {conversation} is lost")
            return
        for _ in range(2 if chance.random() < faults.ring_doubled else 1):
            late = chance.random() < faults.ring_late
            process = chance.choice(list(self._workers))
            delay = chance.random() * (LATE if late else faults.delay)
            notify = self._workers[process]
            self._world.call_later(delay, notify, agent, conversation, context=process.context)

    def flush(self) -> None:
        """Forget everything, as FLUSHALL does."""
        self._world.tell("redis is flushed")
        self._current.clear()

    def publish(self, topic: str, chunk: Chunk) -> None:
        """Hand a chunk to every listener whom it reaches."""
        if chunk.kind == "begun":
            self._begun(topic, chunk.epoch)
        if self._weather.redis_away:
            return
        self._keep(topic, chunk)
        chance, faults = self._world.chance, self._weather
        for listener, due in self._listeners.get(topic, {}).items():
            if chance.random() >= faults.piece_lost:
                # One connection carries things in order, however long it takes.
                when = max(due, self._world.time() + chance.random() * faults.delay)
                self._listeners[topic][listener] = when
                context = listener.process.context
                self._world.call_at(when, listener.hand, chunk, context=context)

    def _keep(self, topic: str, chunk: Chunk) -> None:
        chunks = self._current.get(topic)
        epoch = chunks[0].epoch if chunks else 0
        if chunk.kind == "begun" and chunk.epoch >= epoch:
            self._current[topic] = [chunk]
        elif chunks and chunk.epoch == epoch:
            if chunk.kind == "ended":
                del self._current[topic]
            elif self._world.chance.random() >= self._weather.piece_lost:
                chunks.append(chunk)

    def follow(self, topic: str, process: Process) -> Listener:
        """A new listener; it begins with what is known of the turn under way."""
        listener = _Listener(self, topic, process)
        for chunk in self._current.get(topic, ()):
            listener.hand(chunk)
        self._listeners.setdefault(topic, {})[listener] = 0.0
        return listener

    def unfollow(self, topic: str, listener: _Listener) -> None:
        """Forget a listener."""
        self._listeners.get(topic, {}).pop(listener, None)

    def covered(self, topic: str) -> tuple[str, ...]:
        """The messages of the turn under way."""
        chunks = self._current.get(topic)
        return chunks[0].covers if chunks else ()


class _Listener:
    def __init__(self, redis: Redis, topic: str, process: Process) -> None:
        self._redis, self._topic, self.process = redis, topic, process
        self._queue: asyncio.Queue[Chunk] = asyncio.Queue()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Chunk:
        return await self._queue.get()

    def hand(self, chunk: Chunk) -> None:
        """Let it hear a chunk."""
        self._queue.put_nowait(chunk)

    async def aclose(self) -> None:
        """Stop listening."""
        self._redis.unfollow(self._topic, self)


class LossyEventBus:
    """Implements ``jobs.base.EventBus`` for one process."""

    def __init__(self, redis: Redis, process: Process, way: FaultyPath) -> None:
        self._redis, self._process, self._way = redis, process, way

    async def publish(self, topic: str, chunk: Chunk) -> None:
        await self._way.step("publish")
        self._redis.publish(topic, chunk)

    def follow(self, topic: str) -> Listener:
        return self._redis.follow(topic, self._process)

    async def covered(self, topic: str) -> tuple[str, ...]:
        return self._redis.covered(topic)

    async def open(self) -> None:
        """There is nothing to connect to."""

    async def close(self) -> None:
        """There is nothing to let go."""

    async def healthy(self) -> bool:
        return True


class BellRunner:
    """Implements ``jobs.base.Runner`` where there are only API hosts: it notifies the workers."""

    running = 0

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def start(self, work: Work, give_up: GiveUp) -> None:
        """There is no work here."""

    def notify(self, agent: str, conversation: str) -> None:
        self._redis.notify(agent, conversation)

    async def stop(self, grace: float) -> None:
        """There is no work here."""
