"""Server-sent events: one task a stream, nothing running between its events.

A stream pulls: an event is requested when the client has taken the one before, so slow readers
hold no memory. It ends with its source, when the client leaves, when the server stops, and within
five seconds of its session being revoked.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, Final

import structlog
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from synthetic_soul.errors import SoulError
from synthetic_soul.jobs.base import cancel_all

log = structlog.get_logger()

SESSION_CHECK_SECONDS = 2.0  # between two checks of the session
KEEP_ALIVE_SECONDS = 15.0  # of silence before a comment is sent
SEND_TIMEOUT_SECONDS = 30.0  # for a client to take one event
STREAMS_PER_PERSON: Final = 16
STREAMS_PER_ADDRESS: Final = 512
"""Fewer than the sockets of an address, so that a newcomer of that address is still answered."""
# Whoever passes the stream on is to hold nothing back and to compress nothing. Caddy 2.6 compresses
# in spite of no-transform, and then keeps what it has compressed until much has come together; it
# leaves alone what has an encoding.
UNBUFFERED = {
    "X-Accel-Buffering": "no",
    "Cache-Control": "no-store, no-transform",
    "Content-Encoding": "identity",
}
OPENAPI_RESPONSE: dict[str, Any] = {
    "description": "Server-sent events",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


def encode_event(event: str, body: object, id: str | None = None) -> bytes:
    """Encode one event; ``body`` is JSON in one line, or becomes it."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    id_line = f"id: {id}\n" if id else ""
    return f"{id_line}event: {event}\ndata: {text}\n\n".encode()


class OpenStreams:
    """The open streams by person and by address; of too many, the oldest ends.

    A client resumes a stream that ended. Refusing the newest instead would lock out a person whose
    earlier streams are open here alone, because their device went away without a word.
    """

    def __init__(self) -> None:
        self._by_key: dict[str, dict[EventStream, None]] = {}

    def add(self, stream: "EventStream") -> None:
        """Count a stream that opens; end the oldest one if there are too many."""
        for key, bound in stream.bounds.items():
            streams = self._by_key.setdefault(key, {})
            streams[stream] = None
            if len(streams) > bound:
                oldest = next(iter(streams))
                self.remove(oldest)
                oldest.end()

    def remove(self, stream: "EventStream") -> None:
        """Forget a stream; one that is not there does no harm."""
        for key in stream.bounds:
            streams = self._by_key.get(key, {})
            streams.pop(stream, None)
            if not streams:
                self._by_key.pop(key, None)


class EventStream(Response):
    """Sends the encoded events of ``source``; ``is_session_live`` is asked now and then.

    It is one of the ``open_streams`` of this person at this address until it ends.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        source: AsyncGenerator[bytes],
        *,
        is_session_live: Callable[[], Awaitable[bool]],
        shutdown: asyncio.Event,
        open_streams: OpenStreams,
        person: str,
        address: str,
    ) -> None:
        super().__init__(headers=UNBUFFERED)
        del self.headers["content-length"]
        self._source = source
        self._is_session_live = is_session_live
        self._shutdown = shutdown
        self._open_streams = open_streams
        self._is_surplus = asyncio.Event()
        self.bounds = {
            f"person:{person}": STREAMS_PER_PERSON,
            f"address:{address}": STREAMS_PER_ADDRESS,
        }
        self._checked_at = asyncio.get_running_loop().time()

    @override
    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        disconnected = asyncio.ensure_future(_disconnected(receive))
        stopped = asyncio.ensure_future(self._shutdown.wait())
        ended = asyncio.ensure_future(self._is_surplus.wait())
        self._open_streams.add(self)
        try:
            await self._pump(send, {disconnected, stopped, ended})
        except (TimeoutError, SoulError) as error:
            log.info("stream_ended", because=type(error).__name__)
        finally:
            gone = disconnected.done()
            self._open_streams.remove(self)
            await cancel_all([disconnected, stopped, ended])
            await self._source.aclose()
        if not gone:
            await send({"type": "http.response.body", "body": b""})

    def end(self) -> None:
        """End the stream soon, as if its source had ended."""
        self._is_surplus.set()

    async def _pump(self, send: Send, ends: set[asyncio.Future[Any]]) -> None:
        """Send events until the source or one of ``ends`` is done, or the session is over."""
        event = asyncio.ensure_future(_next(self._source))
        quiet = 0.0
        try:
            while True:
                done, _ = await asyncio.wait(
                    {event, *ends},
                    timeout=SESSION_CHECK_SECONDS,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if done & ends or not await self._check_session():
                    return
                chunk = b""
                if event in done:
                    chunk, quiet = event.result(), 0.0
                    if not chunk:
                        return
                    event = asyncio.ensure_future(_next(self._source))
                elif (quiet := quiet + SESSION_CHECK_SECONDS) >= KEEP_ALIVE_SECONDS:
                    chunk, quiet = b": still here\n\n", 0.0
                if chunk:
                    async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
        finally:
            await cancel_all([event])

    async def _check_session(self) -> bool:
        """Tell whether the session is live, asking every ``SESSION_CHECK_SECONDS`` at most."""
        now = asyncio.get_running_loop().time()
        if now - self._checked_at < SESSION_CHECK_SECONDS:
            return True
        self._checked_at = now
        return await self._is_session_live()


async def _next(source: AsyncGenerator[bytes]) -> bytes:
    """Return the next event, or b"" at the end: a task cannot raise StopAsyncIteration."""
    return await anext(source, b"")


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
