"""What everything over Redis shares: clients, names, chunks as JSON, back-off.

Whatever is read back is validated: who can write to Redis can make a listener miss a chunk, which
the journal then supplies, and nothing else.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import redis
from pydantic import TypeAdapter, ValidationError
from redis import asyncio as redis_asyncio
from redis.asyncio.retry import Retry as RetryAsync
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from synthetic_soul.errors import Misconfigured
from synthetic_soul.jobs.base import Chunk

AWAY = (RedisError, OSError)
MAX_CONNECTIONS = 8
TIMEOUT_S = 2.0  # for a connection, an answer, a place in the pool
MAX_MESSAGE_BYTES = 1 << 20
CHANNEL, CURRENT_TURN = "soul:piece:", "soul:turn:"
MIN_DELAY_S, MAX_DELAY_S = 0.05, 2.0

_OPTIONS = {
    "protocol": 2,
    "socket_timeout": TIMEOUT_S,
    "socket_connect_timeout": TIMEOUT_S,
    "socket_keepalive": True,
}
_chunks = TypeAdapter(tuple[Chunk, ...])


def connect(url: str) -> redis_asyncio.Redis:
    """Return a client that connects when first used, also over TLS, and never retries.

    ``Misconfigured`` for what is no URL of a Redis; its text is not repeated.
    """
    with _a_url():
        pool = redis_asyncio.BlockingConnectionPool.from_url(
            url,
            max_connections=MAX_CONNECTIONS,
            timeout=TIMEOUT_S,
            retry=RetryAsync(NoBackoff(), 0),
            **_OPTIONS,
        )
    return redis_asyncio.Redis.from_pool(pool)


def connect_blocking(url: str) -> redis.Redis:
    """Return such a client for a thread of its own."""
    with _a_url():
        return redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **_OPTIONS)


@contextmanager
def _a_url() -> Iterator[None]:
    try:
        yield
    except ValueError:
        raise Misconfigured(
            "REDIS_URL is no address; write redis://host:6379/0, or rediss:// for TLS"
        ) from None


def encode(chunk: Chunk) -> bytes:
    """Return a chunk as JSON; ``ValueError`` for what JSON cannot hold."""
    return _chunks.dump_json((chunk,))[1:-1]


def join(chunks: Sequence[bytes]) -> bytes:
    """Return the message that holds these encoded chunks."""
    return b"[" + b",".join(chunks) + b"]"


def decode(message: object) -> tuple[Chunk, ...]:
    """Return the chunks of a message; none if it is not one of this program's."""
    if not isinstance(message, bytes) or len(message) > MAX_MESSAGE_BYTES:
        return ()
    try:
        return _chunks.validate_json(message, strict=True)
    except ValidationError:
        return ()


class Backoff:
    """The delay before the next try: doubled after each failure, up to a bound."""

    def __init__(self) -> None:
        self._delay = MIN_DELAY_S

    def next_delay(self) -> float:
        """Return the seconds to wait now."""
        delay, self._delay = self._delay, min(self._delay * 2, MAX_DELAY_S)
        return delay

    def reset(self) -> None:
        """Reset the delay after a success."""
        self._delay = MIN_DELAY_S

    @property
    def failing(self) -> bool:
        """Whether the last try failed."""
        return self._delay != MIN_DELAY_S
