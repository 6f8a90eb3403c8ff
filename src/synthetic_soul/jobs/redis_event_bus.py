"""The event bus between processes: Redis pub/sub, with the current turn kept for late listeners.

Redis may be away, or forget everything, at any time: chunks are then lost, and nothing else is.

A listener gets what was kept of the current turn, then what comes. The publisher keeps a chunk
before it publishes it; so a listener subscribes first, holds back what comes, reads what is kept,
and skips what it has had already. After a lost connection it does the same again.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from math import inf
from typing import NamedTuple

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as ConnectionLost
from typing_extensions import override

from synthetic_soul.jobs.base import (
    MAX_BACKLOG,
    Chunk,
    EventBus,
    Listener,
    QueueListener,
    cancel_all,
)
from synthetic_soul.jobs.redis_connection import (
    AWAY,
    CHANNEL,
    CURRENT_TURN,
    Backoff,
    connect,
    decode,
    encode,
    join,
)

log = structlog.get_logger(__name__)

ANSWER_TIMEOUT_S = 0.5  # for an answer that somebody waits for
FLUSH_TIMEOUT_S = 1.0  # for what is still to be sent when the bus closes

MAX_BUFFERED = 16_384  # chunks that wait while Redis is away; the oldest are dropped
MAX_BATCH = 512  # chunks in one round trip
GATHER_S = 0.005  # for which texts wait for others; a beginning and an end do not wait
KEEP_S = 600  # for which the chunks of a turn are kept for late listeners
KEEP_ENDED_S = 10  # for which they are after its end, for listeners that are just subscribing

PING_S = 2.0  # between two checks of whether anything was received
MAX_SILENT_CHECKS = 3
STEP_ORDER = {"begun": -1, "ended": sys.maxsize}
MESSAGE, SUBSCRIBED = b"message", b"subscribe"


class RedisEventBus(EventBus):
    """An event bus over the Redis at ``url`` (``redis://`` or, over TLS, ``rediss://``)."""

    def __init__(self, url: str) -> None:
        self._client = connect(url)
        self._publisher = Publisher(self._client)
        self._subscriber = Subscriber(self._client)
        self._tasks: list[asyncio.Task[None]] = []

    @override
    async def open(self) -> None:
        self._tasks = [
            asyncio.create_task(self._publisher.run()),
            asyncio.create_task(self._subscriber.run()),
        ]

    @override
    async def close(self) -> None:
        if self._tasks:
            await self._publisher.flush(FLUSH_TIMEOUT_S)
        await cancel_all(self._tasks)
        self._tasks = []
        await self._client.aclose()

    @override
    async def publish(self, topic: str, chunk: Chunk) -> None:
        self._publisher.put(topic, chunk)

    @override
    def follow(self, topic: str) -> Listener:
        return self._subscriber.add(topic)

    @override
    async def covered(self, topic: str) -> tuple[str, ...]:
        key = f"{CURRENT_TURN}{topic}"
        async with self._client.pipeline(transaction=False) as pipe:
            pipe.lindex(key, 0)
            pipe.lindex(key, -1)
            try:
                async with asyncio.timeout(ANSWER_TIMEOUT_S):
                    first, last = await pipe.execute(raise_on_error=False)
            except AWAY:
                return ()
        begun, newest = decode(first)[:1], decode(last)[-1:]
        if not begun or begun[0].kind != "begun" or (newest and newest[0].kind == "ended"):
            return ()
        return begun[0].covers

    @override
    async def healthy(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                return bool(await self._client.ping())
        except AWAY:
            return False


class _Encoded(NamedTuple):
    topic: str
    kind: str
    json: bytes


class Publisher:
    """Buffers chunks and sends them, in order, as soon as Redis takes them."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._waiting: deque[_Encoded] = deque(maxlen=MAX_BUFFERED)
        self._batch: list[_Encoded] = []
        self._filled = asyncio.Event()
        self._urgent = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()

    def put(self, topic: str, chunk: Chunk) -> None:
        """Leave a chunk to be sent; it may be lost."""
        try:
            encoded = _Encoded(topic, chunk.kind, encode(chunk))
        except ValueError:  # a text that is no Unicode; the journal refuses it as well
            return
        self._waiting.append(encoded)
        self._filled.set()
        self._empty.clear()
        if chunk.kind != "text":
            self._urgent.set()

    async def run(self) -> None:
        """Send until cancelled."""
        backoff = Backoff()
        while True:
            await self._filled.wait()
            self._urgent.clear()
            try:
                await self._send()
            except AWAY as error:
                if not backoff.failing:
                    log.warning("chunks_delayed", error=type(error).__name__)
                await asyncio.sleep(backoff.next_delay())
            else:
                backoff.reset()
                with suppress(TimeoutError):
                    async with asyncio.timeout(GATHER_S):
                        await self._urgent.wait()

    async def flush(self, seconds: float) -> None:
        """Wait up to so many seconds until everything is sent."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._empty.wait()

    async def _send(self) -> None:
        """Send one batch; what is not known to have arrived is sent again the next time."""
        if not self._batch:
            size = min(MAX_BATCH, len(self._waiting))
            self._batch = [self._waiting.popleft() for _ in range(size)]
        async with self._client.pipeline(transaction=False) as pipe:
            for run in _runs(self._batch):
                _publish(pipe, run)
            # One topic's trouble, such as a foreign value under its key, is not the others'.
            await pipe.execute(raise_on_error=False)
        self._batch = []
        if not self._waiting:
            self._filled.clear()
            self._empty.set()


def _runs(batch: Sequence[_Encoded]) -> Iterator[list[_Encoded]]:
    """Group the chunks by topic, in order; a group begins with its turn and ends with it."""
    topics: dict[str, list[_Encoded]] = {}
    for encoded in batch:
        run = topics.setdefault(encoded.topic, [])
        if run and (encoded.kind == "begun" or run[-1].kind == "ended"):
            yield run
            run = topics[encoded.topic] = []
        run.append(encoded)
    yield from topics.values()


def _publish(pipe: Pipeline, run: Sequence[_Encoded]) -> None:
    """Keep chunks of a turn, then publish them: a listener that subscribes first misses none."""
    topic = run[0].topic
    key, message = f"{CURRENT_TURN}{topic}", join([encoded.json for encoded in run])
    ends = run[-1].kind == "ended"
    if run[0].kind == "begun":
        pipe.delete(key)
        pipe.rpush(key, message)
        pipe.expire(key, KEEP_ENDED_S if ends else KEEP_S)
    else:
        # Keeps nothing where the beginning is missing: nobody has use for the rest.
        pipe.rpushx(key, message)  # type: ignore[arg-type]  # takes bytes like the others
        if ends:
            pipe.expire(key, KEEP_ENDED_S)
    pipe.publish(f"{CHANNEL}{topic}", message)


class Subscriber:
    """Subscribes for all listeners of this process over one connection."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._listeners: dict[str, set[RedisListener]] = {}
        self._behind: set[RedisListener] = set()
        self._subscribed: set[str] = set()
        self._unconfirmed: Counter[str] = Counter()
        self._changed = asyncio.Event()
        self._backoff = Backoff()
        self._silent_checks = 0

    def add(self, topic: str) -> RedisListener:
        """Listen to a topic from now on."""
        listener = RedisListener(self, topic)
        self._listeners.setdefault(topic, set()).add(listener)
        self._behind.add(listener)
        self._changed.set()
        return listener

    def remove(self, listener: RedisListener) -> None:
        """Remove a listener, and its topic with the last one."""
        self._behind.discard(listener)
        listeners = self._listeners.get(listener.topic, set())
        listeners.discard(listener)
        if not listeners:
            self._listeners.pop(listener.topic, None)
            self._changed.set()

    async def run(self) -> None:
        """Listen until cancelled; the first connection is made for the first listener."""
        while True:
            if not self._listeners:
                await self._changed.wait()
            try:
                await self._listen()
            except AWAY as error:
                if not self._backoff.failing:
                    log.warning("subscriber_lost", error=type(error).__name__)
            await asyncio.sleep(self._backoff.next_delay())

    async def _listen(self) -> None:
        """Listen over one connection until it is lost."""
        pool = self._client.connection_pool
        connection: AbstractConnection = pool.make_connection()  # type: ignore[no-untyped-call]  # has no types
        self._subscribed.clear()
        self._unconfirmed.clear()
        self._silent_checks = 0
        # Whatever was published without a connection is missed: every listener catches up.
        for listener in (each for group in self._listeners.values() for each in group):
            listener.hold_back()
            self._behind.add(listener)
        self._changed.set()
        tasks: list[asyncio.Task[None]] = []
        try:
            await connection.connect()  # type: ignore[no-untyped-call]  # as above
            steps = (self._receive, self._subscribe, self._check_silence)
            tasks = [asyncio.create_task(step(connection)) for step in steps]
            await asyncio.gather(*tasks)
        finally:
            # A task group would cancel once, which is not enough.
            await cancel_all(tasks)
            await connection.disconnect(nowait=True)

    async def _receive(self, connection: AbstractConnection) -> None:
        while True:
            self._take(await connection.read_response(timeout=inf, disconnect_on_error=False))
            self._silent_checks = 0

    async def _check_silence(self, connection: AbstractConnection) -> None:
        """Ping after a silence; a connection on which nothing answers is lost."""
        while self._silent_checks < MAX_SILENT_CHECKS:
            self._silent_checks += 1
            await asyncio.sleep(PING_S)
            if self._silent_checks:
                await connection.send_command("PING", check_health=False)
        raise ConnectionLost("Redis is silent")

    def _take(self, reply: object) -> None:
        match reply:
            case [kind, bytes(channel), content] if kind in (MESSAGE, SUBSCRIBED):
                topic = channel.decode().removeprefix(CHANNEL)
            case _:
                return
        if kind == MESSAGE:
            for chunk in decode(content):
                for listener in self._listeners.get(topic, ()):
                    listener.hand(chunk)
        else:
            self._backoff.reset()
            self._unconfirmed[topic] -= 1
            if not self._unconfirmed[topic]:
                del self._unconfirmed[topic]
                self._changed.set()

    async def _subscribe(self, connection: AbstractConnection) -> None:
        """Subscribe to what is wanted, drop what is not, and have listeners catch up."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            gone = self._subscribed - self._listeners.keys()
            if gone:
                self._subscribed -= gone
                await _command(connection, "UNSUBSCRIBE", gone)
            new = self._listeners.keys() - self._subscribed
            if new:
                self._subscribed |= new
                self._unconfirmed.update(new)
                await _command(connection, "SUBSCRIBE", new)
            await self._catch_up()

    async def _catch_up(self) -> None:
        """Read what was kept, for those whose subscription is confirmed."""
        # Only a confirmed subscription gets every chunk that is published after this read.
        confirmed = self._subscribed - self._unconfirmed.keys()
        ready = [listener for listener in self._behind if listener.topic in confirmed]
        topics = list(dict.fromkeys(listener.topic for listener in ready))
        if not topics:
            return
        async with self._client.pipeline(transaction=False) as pipe:
            for topic in topics:
                pipe.lrange(f"{CURRENT_TURN}{topic}", 0, MAX_BACKLOG)
            answers = await pipe.execute(raise_on_error=False)
        kept = dict(zip(topics, answers, strict=True))
        for listener in ready:
            self._behind.discard(listener)
            listener.catch_up(_chunks(kept[listener.topic]))


async def _command(connection: AbstractConnection, name: str, topics: set[str]) -> None:
    channels = (f"{CHANNEL}{topic}" for topic in topics)
    await connection.send_command(name, *channels, check_health=False)


def _chunks(answer: object) -> list[Chunk]:
    """Return the kept chunks; none where a foreign value stands under the key."""
    messages = answer if isinstance(answer, list) else []
    return [chunk for message in messages for chunk in decode(message)]


class RedisListener(QueueListener):
    """A listener to one topic."""

    def __init__(self, subscriber: Subscriber, topic: str) -> None:
        super().__init__()
        self.topic = topic
        self._subscriber = subscriber
        self._held_back: list[Chunk] | None = []
        self._position = (-1, 0)

    def hand(self, chunk: Chunk) -> None:
        """Take a published chunk; it is held back until what came before it is known."""
        if self._held_back is None:
            self._pass_on(chunk)
        elif len(self._held_back) < MAX_BACKLOG:
            self._held_back.append(chunk)

    def hold_back(self) -> None:
        """Hold back what comes until ``catch_up``: something may have been missed."""
        if self._held_back is None:
            self._held_back = []

    def catch_up(self, kept: Iterable[Chunk]) -> None:
        """Pass on what was kept of the current turn, and then what was held back."""
        held_back, self._held_back = self._held_back or [], None
        for chunk in (*kept, *held_back):
            self._pass_on(chunk)

    def _pass_on(self, chunk: Chunk) -> None:
        """Queue a chunk unless it was passed on before or its turn has been superseded."""
        if chunk.covers or chunk.kind == "text":  # what belongs to no turn is new each time
            position = (chunk.epoch, STEP_ORDER.get(chunk.kind, chunk.number))
            if position <= self._position:
                return
            self._position = position
        self.put(chunk)

    @override
    async def aclose(self) -> None:
        self._subscriber.remove(self)
