"""Server-sent events, lean: one task a stream, nothing running between its events.

A stream pulls: an event is asked for when the one before has been taken by the client, so slow
readers hold no memory of ours. It ends with its source, when the client leaves, when the server
stops, and within five seconds of its session being revoked.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog
from fastapi.responses import Response

from synthetic_soul.errors import SoulError

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

log = structlog.get_logger()

LOOK = 2.0  # seconds between two looks at the session
KEEP_ALIVE = 15.0  # seconds of silence before a comment is sent
SLOWEST = 30.0  # seconds for a client to take one event
STREAM: dict[str, Any] = {  # how a stream stands in the OpenAPI document
    "description": "Server-sent events",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


def sse(event: str, body: object, id: str | None = None) -> bytes:
    """One event in the wire's form; ``body`` becomes JSON on one line."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    head = f"id: {id}\n" if id else ""
    return f"{head}event: {event}\ndata: {text}\n\n".encode()


class EventStream(Response):
    """Sends what ``source`` yields (``sse`` bytes) until one of the two sides is done.

    ``holds`` says whether the session still does.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        source: AsyncGenerator[bytes],
        *,
        holds: Callable[[], Awaitable[bool]],
        stopping: asyncio.Event,
    ) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._source = source
        self._holds = holds
        self._stopping = stopping
        self._looked = asyncio.get_running_loop().time()

    async def __call__(self, _scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Send the head, then events, then the end if anybody is there to hear it."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        left = asyncio.ensure_future(_left(receive))
        stopped = asyncio.ensure_future(self._stopping.wait())
        try:
            await self._pump(send, {left, stopped})
        except (TimeoutError, SoulError) as error:
            log.info("stream_ended", because=type(error).__name__)
        finally:
            gone = left.done()
            await _cancel(left, stopped)
            await self._source.aclose()
        if not gone:
            await send({"type": "http.response.body", "body": b""})

    async def _pump(self, send: "Send", ends: "set[asyncio.Future[Any]]") -> None:
        """Send events until the source, or one of ``ends``, is done, or the session over."""
        step = asyncio.ensure_future(_next(self._source))
        quiet = 0.0
        try:
            while True:
                done, _ = await asyncio.wait(
                    {step, *ends}, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED
                )
                if done & ends or not await self._still_holds():
                    return
                piece = b""
                if step in done:
                    piece, quiet = step.result(), 0.0
                    if not piece:
                        return
                    step = asyncio.ensure_future(_next(self._source))
                elif (quiet := quiet + LOOK) >= KEEP_ALIVE:
                    piece, quiet = b": still here\n\n", 0.0
                if piece:
                    async with asyncio.timeout(SLOWEST):
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
        finally:
            await _cancel(step)

    async def _still_holds(self) -> bool:
        """Whether the session holds; looked up every two seconds at most."""
        now = asyncio.get_running_loop().time()
        if now - self._looked < LOOK:
            return True
        self._looked = now
        return await self._holds()


async def _next(source: AsyncGenerator[bytes]) -> bytes:
    """The next event, or nothing at the end: a task cannot raise StopAsyncIteration."""
    return await anext(source, b"")


async def _left(receive: "Receive") -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancel(*tasks: "asyncio.Future[Any]") -> None:
    """Cancel and wait; whatever they end with no longer matters."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
