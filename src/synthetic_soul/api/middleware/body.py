"""Request bodies: size, time, content type and origin are checked before the route runs.

A body is strict JSON, read and checked before its route. ``RAW_PATHS`` are those to which files
are uploaded: their route reads the body, once it knows who is asking, so that nobody else can
fill the memory; within the same kind of limits.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from soulscript.jsontext import StrictJsonError, strict_json
from synthetic_soul.api.origins import Origin, is_own_page
from synthetic_soul.api.problems import ClientDisconnected, RequestTimeout, UnsupportedMediaType
from synthetic_soul.errors import Forbidden, InvalidInput, TooLarge

MAX_LENGTH_DIGITS = 12  # of Content-Length; more would be too large anyway
# A form of any page can send these without a CORS preflight, cookies included.
FORM = "application/x-www-form-urlencoded"
SIMPLE_CONTENT_TYPES = {"text/plain", FORM, "multipart/form-data"}
CSRF_HEADER = b"x-csrf-token"
COOKIE_PATHS: Final = {"/v1/auth/refresh", "/v1/auth/logout", "/v1/auth/claim"}
"""These act on a session that the browser's cookies name, or keep it."""
SIGN_IN_PATHS: Final = {"/v1/auth/guest", "/v1/auth/login", "/v1/auth/me"}
"""These replace or remove the browser's cookies, whatever they were."""
FOREIGN_PAGE: Final = (
    "this page may not use the cookies; if it is this server's own, behind a proxy, name the proxy "
    "in TRUSTED_PROXIES, or the page in WEB_UI_DOMAIN"
)
MAX_DEPTH: Final = 32
MAX_DIGITS: Final = 300  # of an integer; Python itself refuses 4,300
JSON_HINTS: Final = {
    "duplicate_key": "write each key once",
    "integer_too_long": f"write integers of at most {MAX_DIGITS} digits",
    "not_finite": "write finite numbers",
    "not_json": "write valid JSON",
    "not_utf8": "write it in UTF-8",
    "surrogate": "leave out lone surrogates",
    "too_deep": f"nest at most {MAX_DEPTH} deep",
}


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Limits of a body, and the content types that are accepted."""

    max_bytes: int
    timeout_seconds: float
    content_types: Collection[str]


JSON = BodyLimits(65_536, 20.0, ("application/json",))
FILES = BodyLimits(
    8_388_608,
    60.0,
    (
        "application/json",
        "image/png",
        "image/webp",
        "image/jpeg",
        "application/zip",
        "text/markdown",
        "application/octet-stream",
    ),
)
RAW_PATHS: Mapping[tuple[str, str], BodyLimits] = {("POST", "/v1/agents"): FILES}


class BodyMiddleware:
    """ASGI middleware; ``origins`` may use the cookies besides the server's own pages.

    Raises ``Forbidden``, ``TooLarge``, ``UnsupportedMediaType``, ``RequestTimeout`` or
    ``InvalidInput`` before the route runs; for a file, when the route reads it.
    """

    def __init__(self, app: ASGIApp, *, origins: Collection[Origin]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the origin and the body, then run the route."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(dict(scope["headers"]), receive)
        if scope["method"] in {"POST", "DELETE"}:
            self._check_origin(scope, body)
        limits = RAW_PATHS.get((scope["method"], scope["path"]))
        if limits is not None:
            receive = _read_lazily(body, limits)
        elif body.is_announced:
            receive = _replay(await body.read_json(), receive)
        await self._app(scope, receive, send)

    def _check_origin(self, scope: Scope, body: "_Body") -> None:
        path = scope["path"]
        if path not in COOKIE_PATHS | SIGN_IN_PATHS:
            return
        is_form = body.content_type in SIMPLE_CONTENT_TYPES and not body.is_from_program
        if path in COOKIE_PATHS and is_form:
            raise Forbidden("send application/json", code="foreign_origin")
        if not is_own_page(scope, self._origins):
            raise Forbidden(FOREIGN_PAGE, code="foreign_origin")


class _Body:
    """The body of one request, still to be read."""

    def __init__(self, headers: dict[bytes, bytes], receive: Receive) -> None:
        self.headers = headers
        self.receive = receive
        content_type = headers.get(b"content-type", b"").split(b";")[0]
        self.content_type = content_type.strip().lower().decode("latin-1")

    @property
    def is_announced(self) -> bool:
        length = self.headers.get(b"content-length", b"0")
        return length != b"0" or b"transfer-encoding" in self.headers

    @property
    def is_from_program(self) -> bool:
        """Whether no form of a page can have sent this, though its type is that of a form.

        HTTP libraries name that type for an empty POST, too. A form can add no header, and its
        cookies come along. Of a body of that type, 415 remains.
        """
        has_mark = CSRF_HEADER in self.headers or b"cookie" not in self.headers
        return self.content_type == FORM and has_mark

    async def read_json(self) -> bytes:
        body = await self.read(JSON)
        if body:
            check_json(body)
        return body

    async def read(self, limits: BodyLimits) -> bytes:
        length = self.headers.get(b"content-length") or b"0"
        if not length.isdigit() or int(length[:MAX_LENGTH_DIGITS]) > limits.max_bytes:
            raise _too_large(limits)
        if self.headers.get(b"content-encoding", b"identity") != b"identity":
            raise UnsupportedMediaType("content-encoding: send the body unpacked")
        seconds = limits.timeout_seconds
        try:
            async with asyncio.timeout(seconds):
                body = await self._receive_all(limits)
        except TimeoutError:
            raise RequestTimeout(f"body: send it within {seconds:.0f} seconds") from None
        if body and self.content_type not in limits.content_types:
            raise UnsupportedMediaType(f"content-type: send {' or '.join(limits.content_types)}")
        return body

    async def _receive_all(self, limits: BodyLimits) -> bytes:
        body = bytearray()
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnected
            body += message.get("body", b"")
            if len(body) > limits.max_bytes:
                raise _too_large(limits)
            if not message.get("more_body", False):
                return bytes(body)


def check_json(body: bytes) -> None:
    """Raise ``InvalidInput`` for JSON that two readers might understand differently.

    The message repeats nothing of the body.
    """
    try:
        strict_json(body, max_depth=MAX_DEPTH, max_digits=MAX_DIGITS)
    except StrictJsonError as error:
        raise InvalidInput(f"body: {JSON_HINTS[error.code]}", code="invalid_json") from None


def _read_lazily(body: _Body, limits: BodyLimits) -> Receive:
    """Return a ``receive`` that reads and checks the whole body at its first call."""
    replay: Receive | None = None

    async def receive() -> Message:
        nonlocal replay
        if replay is None:
            replay = _replay(await body.read(limits), body.receive)
        return await replay()

    return receive


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that gives the whole body once, then what the real one gives."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


def _too_large(limits: BodyLimits) -> TooLarge:
    return TooLarge(f"body: send at most {limits.max_bytes} bytes")
