"""The wire between processes: Redis pub/sub, with the turn under way kept for who comes late.

Redis may be away, or forget everything, at any time: pieces are then lost, and nothing else is.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from synthetic_soul.jobs.cancel import cancel_all
from synthetic_soul.jobs.redis.publisher import Publisher
from synthetic_soul.jobs.redis.redis_connection import AWAY, UNDER_WAY, connect, read
from synthetic_soul.jobs.redis.subscriber import Subscriber

if TYPE_CHECKING:
    from synthetic_soul.jobs.base import Chunk, Listener

PATIENCE = 0.5  # seconds for an answer that somebody waits for
LAST_WORDS = 1.0  # seconds for what is still to be sent at the end


class RedisEventBus:
    """A ``Wire`` over the Redis at ``url`` (``redis://`` or, over TLS, ``rediss://``)."""

    def __init__(self, url: str) -> None:
        self._client = connect(url)
        self._speaker = Publisher(self._client)
        self._ear = Subscriber(self._client)
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Begin to send and to listen; Redis may be away."""
        self._tasks = [
            asyncio.create_task(self._speaker.run()),
            asyncio.create_task(self._ear.run()),
        ]

    async def close(self) -> None:
        """Send what is left, as far as that takes no time, and let go."""
        if self._tasks:
            await self._speaker.finish(LAST_WORDS)
        await cancel_all(self._tasks)
        self._tasks = []
        await self._client.aclose()

    async def publish(self, topic: str, piece: Chunk) -> None:
        """Leave a piece to be sent; neither waits nor raises."""
        self._speaker.put(topic, piece)

    def follow(self, topic: str) -> Listener:
        """Listen from now on; begins with what the turn under way has said so far."""
        return self._ear.add(topic)

    async def covered(self, topic: str) -> tuple[str, ...]:
        """The messages that the turn under way answers; () also where Redis does not say."""
        kept = f"{UNDER_WAY}{topic}"
        async with self._client.pipeline(transaction=False) as pipe:
            pipe.lindex(kept, 0)
            pipe.lindex(kept, -1)
            try:
                async with asyncio.timeout(PATIENCE):
                    first, last = await pipe.execute(raise_on_error=False)
            except AWAY:
                return ()
        begun, newest = read(first)[:1], read(last)[-1:]
        if not begun or begun[0].kind != "begun" or (newest and newest[0].kind == "ended"):
            return ()
        return begun[0].covers

    async def healthy(self) -> bool:
        """Whether Redis answers."""
        try:
            async with asyncio.timeout(PATIENCE):
                return bool(await self._client.ping())
        except AWAY:
            return False
