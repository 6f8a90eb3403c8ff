"""What is let in: bodies that are small, quick and strict JSON; no foreign page at the cookies."""

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from synthetic_soul.api.problems import Gone, TooSlow, Unsupported
from synthetic_soul.api.strict import check_json
from synthetic_soul.errors import Forbidden, TooLarge

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 65_536  # bytes
LENGTH = 12  # digits of a length worth reading: more are too many anyway
PATIENCE = 20.0  # seconds for a body to arrive
# A form on any page may send these without asking first, cookies included.
SIMPLE = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"}
COOKIE_PATHS = {"/v1/auth/refresh", "/v1/auth/logout", "/v1/auth/claim"}


class Intake:
    """ASGI middleware; ``origins`` may use the cookies besides the server's own pages.

    Raises ``Forbidden``, ``TooLarge``, ``Unsupported``, ``TooSlow`` or ``InvalidInput`` before
    the route sees anything.
    """

    def __init__(self, app: "ASGIApp", *, origins: "Collection[str]") -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Check, read and hand on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head: dict[bytes, bytes] = dict(scope["headers"])
        kind = head.get(b"content-type", b"").split(b";")[0].strip().lower().decode("latin-1")
        if scope["path"] in COOKIE_PATHS and scope["method"] == "POST":
            self._check_origin(head, kind)
        if head.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in head:
            receive = _replay(await _body(head, kind, receive), receive)
        await self._app(scope, receive, send)

    def _check_origin(self, head: dict[bytes, bytes], kind: str) -> None:
        origin = head.get(b"origin", b"").decode("latin-1").lower()
        own = head.get(b"host", b"").decode("latin-1").lower()
        if kind in SIMPLE:
            raise Forbidden("send application/json", code="foreign_origin")
        if origin and origin not in self._origins and _place(origin) != own:
            raise Forbidden("this page may not use the cookies", code="foreign_origin")


async def _body(head: dict[bytes, bytes], kind: str, receive: "Receive") -> bytes:
    declared = head.get(b"content-length", b"")
    if declared and (not declared.isdigit() or int(declared[:LENGTH]) > LARGEST):
        raise _too_large()
    if head.get(b"content-encoding", b"identity") != b"identity":
        raise Unsupported("content-encoding: send the body unpacked")
    try:
        async with asyncio.timeout(PATIENCE):
            body = await _gather(receive)
    except TimeoutError:
        raise TooSlow(f"body: send it within {PATIENCE:.0f} seconds") from None
    if body:
        if kind != "application/json":
            raise Unsupported("content-type: send application/json")
        check_json(body)
    return body


async def _gather(receive: "Receive") -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise _too_large()
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: "Receive") -> "Receive":
    """A ``receive`` that gives the whole body once, then what the real one gives."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> "Message":
        return waiting.pop() if waiting else await receive()

    return replayed


def _place(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _too_large() -> TooLarge:
    return TooLarge(f"body: send at most {LARGEST} bytes")
