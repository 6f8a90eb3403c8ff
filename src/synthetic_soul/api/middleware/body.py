"""What is let in: bodies that are small, quick and of a known kind; no foreign page at the cookies.

A body is strict JSON, read and checked before its route sees anything. ``RAW`` names the paths to
which files are sent: their route reads them itself, once it knows who is asking, so that nobody
else can fill the memory; within the same kind of bounds.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from synthetic_soul.api.middleware.strict_json import check_json
from synthetic_soul.api.problems import Gone, TooSlow, Unsupported
from synthetic_soul.errors import Forbidden, TooLarge

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LENGTH = 12  # digits of a length worth reading: more are too many anyway
# A form on any page may send these without asking first, cookies included.
SIMPLE = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"}
COOKIE_PATHS = {"/v1/auth/refresh", "/v1/auth/logout", "/v1/auth/claim"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a body may be: so many bytes, in so many seconds, of these content types."""

    largest: int
    patience: float
    types: Collection[str]


JSON = Bounds(65_536, 20.0, ("application/json",))
FILES = Bounds(
    8_388_608,
    60.0,
    (
        "application/json",
        "image/png",
        "application/zip",
        "text/markdown",
        "application/octet-stream",
    ),
)
RAW: Mapping[tuple[str, str], Bounds] = {("POST", "/v1/agents"): FILES}
"""The paths whose bodies are files."""


class Intake:
    """ASGI middleware; ``origins`` may use the cookies besides the server's own pages.

    Raises ``Forbidden``, ``TooLarge``, ``Unsupported``, ``TooSlow`` or ``InvalidInput`` before
    the route sees anything; of a file, once the route reads what is wrong.
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
        raw = RAW.get((scope["method"], scope["path"]))
        if raw is not None:
            receive = _late(head, kind, receive, raw)
        elif head.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in head:
            receive = _replay(await _json(head, kind, receive), receive)
        await self._app(scope, receive, send)

    def _check_origin(self, head: dict[bytes, bytes], kind: str) -> None:
        origin = head.get(b"origin", b"").decode("latin-1").lower()
        own = head.get(b"host", b"").decode("latin-1").lower()
        if kind in SIMPLE:
            raise Forbidden("send application/json", code="foreign_origin")
        if origin and origin not in self._origins and _place(origin) != own:
            raise Forbidden("this page may not use the cookies", code="foreign_origin")


async def _json(head: dict[bytes, bytes], kind: str, receive: "Receive") -> bytes:
    body = await _body(head, kind, receive, JSON)
    if body:
        check_json(body)
    return body


async def _body(head: dict[bytes, bytes], kind: str, receive: "Receive", bounds: Bounds) -> bytes:
    declared = head.get(b"content-length", b"")
    if declared and (not declared.isdigit() or int(declared[:LENGTH]) > bounds.largest):
        raise _too_large(bounds)
    if head.get(b"content-encoding", b"identity") != b"identity":
        raise Unsupported("content-encoding: send the body unpacked")
    try:
        async with asyncio.timeout(bounds.patience):
            body = await _gather(receive, bounds)
    except TimeoutError:
        raise TooSlow(f"body: send it within {bounds.patience:.0f} seconds") from None
    if body and kind not in bounds.types:
        raise Unsupported(f"content-type: send {' or '.join(bounds.types)}")
    return body


async def _gather(receive: "Receive", bounds: Bounds) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        if len(body) > bounds.largest:
            raise _too_large(bounds)
        if not message.get("more_body", False):
            return bytes(body)


def _late(head: dict[bytes, bytes], kind: str, receive: "Receive", bounds: Bounds) -> "Receive":
    """A ``receive`` that reads and checks the whole body when it is first asked."""
    replayed: Receive | None = None

    async def late() -> "Message":
        nonlocal replayed
        if replayed is None:
            replayed = _replay(await _body(head, kind, receive, bounds), receive)
        return await replayed()

    return late


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


def _too_large(bounds: Bounds) -> TooLarge:
    return TooLarge(f"body: send at most {bounds.largest} bytes")
