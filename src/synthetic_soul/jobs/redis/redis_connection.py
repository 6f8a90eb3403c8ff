"""What everything over Redis shares: clients, names, pieces as JSON, patience.

Whatever is read back is checked before anybody sees it: who can write to Redis can make a
listener miss a piece, which the journal then tells, and nothing else.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import redis
from pydantic import TypeAdapter, ValidationError
from redis import asyncio as redis_asyncio
from redis.asyncio.retry import Retry as RetryAsync
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from synthetic_soul.errors import Misconfigured
from synthetic_soul.jobs.base import Chunk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AWAY = (RedisError, OSError)
CONNECTIONS = 8
PATIENCE = 2.0  # seconds for a connection, an answer, a place in the pool
LONGEST = 1 << 20  # bytes of one message
CHANNEL, UNDER_WAY = "soul:piece:", "soul:turn:"
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0

_pieces = TypeAdapter(tuple[Chunk, ...])


def connect(url: str) -> redis_asyncio.Redis:
    """A client that connects when first used, also over TLS (``rediss://``), and never retries.

    ``Misconfigured`` for what is no address of a Redis; its text is not repeated.
    """
    with _an_address():
        pool = redis_asyncio.BlockingConnectionPool.from_url(
            url,
            protocol=2,
            max_connections=CONNECTIONS,
            timeout=PATIENCE,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            socket_keepalive=True,
            retry=RetryAsync(NoBackoff(), 0),
        )
    return redis_asyncio.Redis.from_pool(pool)


def connect_blocking(url: str) -> redis.Redis:
    """The same for a thread of its own."""
    with _an_address():
        return redis.Redis.from_url(
            url,
            protocol=2,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),
        )


@contextmanager
def _an_address() -> Iterator[None]:
    try:
        yield
    except ValueError:
        raise Misconfigured(
            "REDIS_URL is no address; write redis://host:6379/0, or rediss:// for TLS"
        ) from None


def write(piece: Chunk) -> bytes:
    """One piece as JSON; ValueError for what JSON cannot hold."""
    return _pieces.dump_json((piece,))[1:-1]


def bundle(pieces: Sequence[bytes]) -> bytes:
    """The message that holds these written pieces."""
    return b"[" + b",".join(pieces) + b"]"


def read(message: object) -> tuple[Chunk, ...]:
    """The pieces of a message; none if it is not one of ours."""
    if not isinstance(message, bytes) or len(message) > LONGEST:
        return ()
    try:
        return _pieces.validate_json(message, strict=True)
    except ValidationError:
        return ()


class Pauses:
    """How long to wait before the next try: twice as long each time, up to a bound."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE

    def next(self) -> float:
        """Seconds to wait now."""
        now, self._next = self._next, min(self._next * 2, LONGEST_PAUSE)
        return now

    def over(self) -> None:
        """It worked: begin anew."""
        self._next = FIRST_PAUSE

    @property
    def begun(self) -> bool:
        """Whether the last try failed."""
        return self._next != FIRST_PAUSE
