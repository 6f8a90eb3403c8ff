"""The outermost layer: request ids, headers on every answer, and the last translator of errors."""

import os
import re
from typing import TYPE_CHECKING

from synthetic_soul.api.problems import served

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
PREFIX = "/v1"
ROOMS = frozenset({"auth", "messages", "jobs", "agents", "thoughts", "meta", "health"})
STRICT = b"default-src 'none'; frame-ancestors 'none'"
TRANSPORT = (b"strict-transport-security", b"max-age=31536000")


class Frame:
    """ASGI middleware around everything else.

    Each request gets an id (the client's own if it is sane). A path without ``/v1`` is the same
    as with it. ``secure`` adds Strict-Transport-Security.
    """

    def __init__(self, app: "ASGIApp", *, version: str, secure: bool) -> None:
        self._app = app
        self._fixed = [
            (b"x-api-version", version.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"no-referrer"),
            *([TRANSPORT] if secure else []),
        ]

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve one request; nothing but a client's absence keeps it from an answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        state = {**scope.get("state", {}), "request_id": request_id}
        scope = {**scope, "state": state, "path": _full(scope["path"])}
        started = False

        async def framed(message: "Message") -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._dress(message, request_id)
            await send(message)

        problem = await served(self._app(scope, receive, framed), request_id)
        # After the head has gone, the connection is cut: half an answer must not look whole.
        if problem is not None and not started:
            await problem(scope, receive, framed)

    def _dress(self, message: "Message", request_id: str) -> None:
        headers = [*message.get("headers", ()), *self._fixed]
        headers.append((b"x-request-id", request_id.encode()))
        there = {name for name, _ in headers}
        if b"content-security-policy" not in there:
            headers.append((b"content-security-policy", STRICT))
        if b"cache-control" not in there:
            headers.append((b"cache-control", b"no-store"))
        message["headers"] = headers


def _request_id(scope: "Scope") -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return str(value, "ascii")
    return os.urandom(16).hex()


def _full(path: str) -> str:
    return PREFIX + path if path[1:].partition("/")[0] in ROOMS else path
