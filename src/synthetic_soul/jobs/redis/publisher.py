"""The speaking end of the wire over Redis: a buffer, and one task that sends what has gathered."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import structlog

from synthetic_soul.jobs.redis.redis_connection import (
    AWAY,
    CHANNEL,
    UNDER_WAY,
    Pauses,
    bundle,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redis.asyncio import Redis
    from redis.asyncio.client import Pipeline

    from synthetic_soul.jobs.base import Chunk

log = structlog.get_logger(__name__)

BUFFER = 16_384  # pieces that wait while Redis is away; the oldest go first
AT_ONCE = 512  # pieces in one round trip
KEPT = 600  # seconds that the pieces of a turn are kept for those who come late
GATHERS = 0.005  # seconds for which words wait for others; a beginning and an end do not wait
LINGERS = 10  # seconds that they are after its end, for whoever was just about to listen


class _Written(NamedTuple):
    topic: str
    kind: str
    text: bytes


class Publisher:
    """Takes pieces at any time and sends them as soon as Redis takes them, in order."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._waiting: deque[_Written] = deque(maxlen=BUFFER)
        self._going: list[_Written] = []
        self._filled = asyncio.Event()
        self._urgent = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()

    def put(self, topic: str, piece: Chunk) -> None:
        """Leave a piece to be sent; it may be lost."""
        try:
            written = _Written(topic, piece.kind, write(piece))
        except ValueError:  # a text that is no Unicode; the journal refuses it as well
            return
        self._waiting.append(written)
        self._filled.set()
        self._empty.clear()
        if piece.kind != "text":
            self._urgent.set()

    async def run(self) -> None:
        """Send until cancelled."""
        pauses = Pauses()
        while True:
            await self._filled.wait()
            self._urgent.clear()
            try:
                await self._send()
            except AWAY as error:
                if not pauses.begun:
                    log.warning("pieces_held_up", error=type(error).__name__)
                await asyncio.sleep(pauses.next())
            else:
                pauses.over()
                with suppress(TimeoutError):
                    async with asyncio.timeout(GATHERS):
                        await self._urgent.wait()

    async def finish(self, patience: float) -> None:
        """Wait up to so many seconds until everything is sent."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._empty.wait()

    async def _send(self) -> None:
        """One round trip; what is not known to have arrived is sent again the next time."""
        if not self._going:
            many = min(AT_ONCE, len(self._waiting))
            self._going = [self._waiting.popleft() for _ in range(many)]
        async with self._client.pipeline(transaction=False) as pipe:
            for passage in _passages(self._going):
                _say(pipe, passage)
            # One topic's trouble, such as a foreign value under its key, is not the others'.
            await pipe.execute(raise_on_error=False)
        self._going = []
        if not self._waiting:
            self._filled.clear()
            self._empty.set()


def _passages(going: Sequence[_Written]) -> Iterator[list[_Written]]:
    """The pieces by topic, in order; a passage begins with its turn and ends with it."""
    topics: dict[str, list[_Written]] = {}
    for written in going:
        passage = topics.setdefault(written.topic, [])
        if passage and (written.kind == "begun" or passage[-1].kind == "ended"):
            yield passage
            passage = topics[written.topic] = []
        passage.append(written)
    yield from topics.values()


def _say(pipe: Pipeline, passage: Sequence[_Written]) -> None:
    """Keep what is said of a turn, then publish it.

    In this order, so that whoever subscribes first and then reads what was kept misses nothing.
    """
    topic = passage[0].topic
    kept, message = f"{UNDER_WAY}{topic}", bundle([written.text for written in passage])
    ends = passage[-1].kind == "ended"
    if passage[0].kind == "begun":
        pipe.delete(kept)
        pipe.rpush(kept, message)
        pipe.expire(kept, LINGERS if ends else KEPT)
    else:
        # Nothing where the beginning is missing: nobody has use for the rest.
        pipe.rpushx(kept, message)  # type: ignore[arg-type]  # takes bytes like the others
        if ends:
            pipe.expire(kept, LINGERS)
    pipe.publish(f"{CHANNEL}{topic}", message)
