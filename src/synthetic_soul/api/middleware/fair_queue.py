"""Fair queuing of requests: one of each address begins in each round of the event loop.

Everything runs in one thread: where hundreds of connections of one address ask at once, everybody
else's next step would wait for all of them. In a queue of its own, each address only delays itself.
Requests that have begun are not bounded here, so that event streams hold up nobody.
"""

import asyncio
from collections import deque

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from synthetic_soul.api.dependencies import client_address


class FairQueue:
    """What waits to begin, by key."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    async def wait(self, key: str) -> None:
        """Wait until the next may begin of those with this key; at once if none has just begun."""
        queue = self._waiting.get(key)
        if queue is not None:
            future = asyncio.get_running_loop().create_future()
            queue.append(future)
            await future
            return
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._next_round)
        self._waiting[key] = deque()

    def _next_round(self) -> None:
        for key, queue in list(self._waiting.items()):
            while queue and queue[0].done():  # cancelled
                queue.popleft()
            if queue:
                queue.popleft().set_result(None)
            else:
                del self._waiting[key]
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._next_round)


class FairQueueMiddleware:
    """ASGI middleware within ``ProxyMiddleware``, which finds out the client's address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._queue = FairQueue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request when the next of its address may begin."""
        if scope["type"] == "http":
            await self._queue.wait(client_address(Request(scope)))
        await self._app(scope, receive, send)
