"""The hearing end of the wire over Redis: one subscribed connection for all listeners.

A listener hears what was kept of the turn under way, then what comes. Redis keeps a piece before
it publishes it; so a listener is subscribed first, holds back what comes, reads what is kept, and
passes over what it has heard already. After a lost connection it does the same again.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from math import inf
from typing import TYPE_CHECKING, Self

import structlog
from redis.exceptions import ConnectionError as Lost

from synthetic_soul.jobs.redis.redis_connection import AWAY, CHANNEL, UNDER_WAY, Pauses, read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redis.asyncio import Redis
    from redis.asyncio.connection import AbstractConnection

    from synthetic_soul.jobs.base import Chunk

log = structlog.get_logger(__name__)

BACKLOG = 4096  # pieces that a listener may lag behind
PULSE = 2.0  # seconds between two looks at whether anything was heard
LOST = 3  # such looks in vain
STEPS = {"begun": -1, "ended": sys.maxsize}
NEWS, YES = b"message", b"subscribe"


class Subscriber:
    """Listens for everybody in this process."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._listeners: dict[str, set[RedisListener]] = {}
        self._behind: set[RedisListener] = set()
        self._asked: set[str] = set()
        self._unconfirmed: Counter[str] = Counter()
        self._news = asyncio.Event()
        self._pauses = Pauses()
        self._silent = 0

    def add(self, topic: str) -> RedisListener:
        """Listen to a topic from now on."""
        listener = RedisListener(self, topic)
        self._listeners.setdefault(topic, set()).add(listener)
        self._behind.add(listener)
        self._news.set()
        return listener

    def remove(self, listener: RedisListener) -> None:
        """Let a listener go, and its topic with the last one."""
        self._behind.discard(listener)
        listeners = self._listeners.get(listener.topic, set())
        listeners.discard(listener)
        if not listeners:
            self._listeners.pop(listener.topic, None)
            self._news.set()

    async def run(self) -> None:
        """Listen until cancelled; the first connection is made for the first listener."""
        while True:
            if not self._listeners:
                await self._news.wait()
            try:
                await self._listen()
            except* AWAY as errors:
                if not self._pauses.begun:
                    log.warning("listening_lost", error=type(errors.exceptions[0]).__name__)
            await asyncio.sleep(self._pauses.next())

    async def _listen(self) -> None:
        """Over one connection, until it is lost."""
        pool = self._client.connection_pool
        connection: AbstractConnection = pool.make_connection()  # type: ignore[no-untyped-call]
        self._asked.clear()
        self._unconfirmed.clear()
        self._silent = 0
        for listener in self._everybody():
            listener.fall_behind()
            self._behind.add(listener)
        self._news.set()
        try:
            async with asyncio.TaskGroup() as tasks:
                await connection.connect()  # type: ignore[no-untyped-call]  # as above: has no types
                tasks.create_task(self._hear(connection))
                tasks.create_task(self._ask(connection))
                tasks.create_task(self._feel(connection))
        finally:
            await connection.disconnect(nowait=True)

    def _everybody(self) -> Iterable[RedisListener]:
        return (listener for listeners in self._listeners.values() for listener in listeners)

    async def _hear(self, connection: AbstractConnection) -> None:
        while True:
            self._take(await connection.read_response(timeout=inf, disconnect_on_error=False))
            self._silent = 0

    async def _feel(self, connection: AbstractConnection) -> None:
        """After a silence ask whether anybody is there; lost is what does not answer."""
        while self._silent < LOST:
            self._silent += 1
            await asyncio.sleep(PULSE)
            if self._silent:
                await connection.send_command("PING", check_health=False)
        raise Lost("Redis is silent")

    def _take(self, reply: object) -> None:
        match reply:
            case [kind, bytes(channel), what] if kind in (NEWS, YES):
                topic = channel.decode().removeprefix(CHANNEL)
            case _:
                return
        if kind == NEWS:
            for piece in read(what):
                for listener in self._listeners.get(topic, ()):
                    listener.hand(piece)
        else:
            self._pauses.over()
            self._unconfirmed[topic] -= 1
            if not self._unconfirmed[topic]:
                del self._unconfirmed[topic]
                self._news.set()

    async def _ask(self, connection: AbstractConnection) -> None:
        """Subscribe to what is wanted, drop what is not, and have listeners catch up."""
        while True:
            await self._news.wait()
            self._news.clear()
            gone = self._asked - self._listeners.keys()
            if gone:
                self._asked -= gone
                await self._tell(connection, "UNSUBSCRIBE", gone)
            new = self._listeners.keys() - self._asked
            if new:
                self._asked |= new
                self._unconfirmed.update(new)
                await self._tell(connection, "SUBSCRIBE", new)
            await self._catch_up()

    async def _tell(self, connection: AbstractConnection, word: str, topics: set[str]) -> None:
        channels = (f"{CHANNEL}{topic}" for topic in topics)
        await connection.send_command(word, *channels, check_health=False)

    async def _catch_up(self) -> None:
        """Read what was kept, for those whose subscription is confirmed."""
        ready = [each for each in self._behind if self._subscribed(each.topic)]
        topics = list(dict.fromkeys(each.topic for each in ready))
        if not topics:
            return
        async with self._client.pipeline(transaction=False) as pipe:
            for topic in topics:
                pipe.lrange(f"{UNDER_WAY}{topic}", 0, BACKLOG)
            answers = await pipe.execute(raise_on_error=False)
        kept = dict(zip(topics, answers, strict=True))
        for listener in ready:
            self._behind.discard(listener)
            listener.catch_up(_pieces(kept[listener.topic]))

    def _subscribed(self, topic: str) -> bool:
        return topic in self._asked and topic not in self._unconfirmed


def _pieces(answer: object) -> list[Chunk]:
    """The kept pieces; none where a foreign value stood under the key."""
    messages = answer if isinstance(answer, list) else []
    return [piece for message in messages for piece in read(message)]


class RedisListener:
    """An endless iterator over one topic."""

    def __init__(self, ear: Subscriber, topic: str) -> None:
        self.topic = topic
        self._ear = ear
        self._queue: asyncio.Queue[Chunk] = asyncio.Queue(BACKLOG)
        self._held: list[Chunk] | None = []
        self._place = (-1, 0)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Chunk:
        return await self._queue.get()

    def hand(self, piece: Chunk) -> None:
        """A piece that was published; it waits until what came before it is known."""
        if self._held is None:
            self._pass_on(piece)
        elif len(self._held) < BACKLOG:
            self._held.append(piece)

    def fall_behind(self) -> None:
        """Hold back what comes until ``catch_up``: something may have been missed."""
        if self._held is None:
            self._held = []

    def catch_up(self, kept: Iterable[Chunk]) -> None:
        """What was kept of the turn under way, and then what was held back."""
        held, self._held = self._held or [], None
        for piece in (*kept, *held):
            self._pass_on(piece)

    def _pass_on(self, piece: Chunk) -> None:
        """Queue a piece unless it was heard before, or is of a turn that another has followed.

        A listener too slow to keep up reads the journal instead.
        """
        if piece.covers or piece.kind == "text":  # what belongs to no turn is news each time
            place = (piece.epoch, STEPS.get(piece.kind, piece.number))
            if place <= self._place:
                return
            self._place = place
        if not self._queue.full():
            self._queue.put_nowait(piece)

    async def aclose(self) -> None:
        """Stop listening."""
        self._ear.remove(self)
