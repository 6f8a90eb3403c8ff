"""The outermost layer: request ids, headers of every response, and the last error handler."""

import os
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synthetic_soul.api.problems import catch_errors

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
CREDENTIALS = re.compile(rb"((?:^|&)(?:access_token|ticket)=)[^&]*")  # parameters of a query
VERSION_PREFIX = "/v1"
VERSIONED_PATHS = frozenset({"auth", "messages", "jobs", "agents", "thoughts", "meta", "health"})
CONTENT_SECURITY_POLICY = b"default-src 'none'; frame-ancestors 'none'"
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")


class HeadersMiddleware:
    """ASGI middleware around everything else.

    Each request gets an id (the client's own if valid). A path without ``/v1`` means the same as
    with it. Credentials in the query are kept from access logs. ``strict_transport`` adds
    Strict-Transport-Security to responses over HTTPS.
    """

    def __init__(self, app: ASGIApp, *, version: str, strict_transport: bool) -> None:
        self._app = app
        self._fixed = [
            (b"x-api-version", version.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"no-referrer"),
        ]
        self._strict_transport = strict_transport

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; every error becomes a response, unless the client has left."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        state = {**scope.get("state", {}), "request_id": request_id}
        query = scope.get("query_string", b"")
        # A server's access log reads the query from the outer scope.
        scope["query_string"] = CREDENTIALS.sub(rb"\1-", query)
        scope = {**scope, "state": state, "path": _versioned(scope["path"]), "query_string": query}
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(message, request_id)
                if self._strict_transport and scope["scheme"] == "https":
                    message["headers"].append(STRICT_TRANSPORT)
            await send(message)

        problem = await catch_errors(self._app(scope, receive, send_with_headers), request_id)
        # Once the head is sent, the connection is cut: half a response must not look complete.
        if problem is not None and not started:
            await problem(scope, receive, send_with_headers)

    def _add_headers(self, message: Message, request_id: str) -> None:
        headers = [*message.get("headers", ()), *self._fixed]
        headers.append((b"x-request-id", request_id.encode()))
        present = {name for name, _ in headers}
        if b"content-security-policy" not in present:
            headers.append((b"content-security-policy", CONTENT_SECURITY_POLICY))
        if b"cache-control" not in present:
            headers.append((b"cache-control", b"no-store"))
        message["headers"] = headers


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return str(value, "ascii")
    return os.urandom(16).hex()


def _versioned(path: str) -> str:
    return VERSION_PREFIX + path if path[1:].partition("/")[0] in VERSIONED_PATHS else path
