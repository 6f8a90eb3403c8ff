"""Bounds of connections: heads, waiting requests and unread answers of each; sockets by address.

uvicorn collects the lines of a head, or of a chunked body's trailer, without end, and waits for
them for ever. Here a head that is too large gets 431, and one that does not come in time is cut.

It also takes any number of requests that a client sends ahead, and writes each answer at once,
however little the client reads. Here the requests that wait in a connection are together no larger
than one head may be, and answers are written in pieces, each when the socket has taken the one
before. A client that takes nothing for a minute is cut.

An address that holds too many sockets loses those that have waited for their client for longest: a
flood closes its own, and whoever shares the address is still answered. Trusted proxies hold the
sockets of all their clients; only the bound of all sockets is theirs.
"""

import asyncio
from collections.abc import Callable, Sized
from contextlib import suppress
from typing import Any, ClassVar, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

MAX_HEAD_BYTES: Final = 65_536
MAX_HEAD_LINES: Final = 200
HEAD_TIMEOUT_SECONDS: Final = 20.0
MAX_WAITING_REQUESTS: Final = 32
"""Requests of one connection that wait for the answer to an earlier one."""
PIECE_BYTES: Final = 16_384
WRITE_TIMEOUT_SECONDS: Final = 60.0
MAX_SOCKETS_PER_ADDRESS: Final = 1_024
MAX_FILES: Final = 16_384
MIN_SOCKETS: Final = 64
SPARE_FILES: Final = 128
"""Open files that are left to the store and to calls of models."""

_ADVICE: Final = f"send {MAX_HEAD_LINES} lines and {MAX_HEAD_BYTES >> 10} KiB at most.\n"
_TOO_LARGE: Final = (
    "HTTP/1.1 431 Request Header Fields Too Large\r\n"
    "content-type: text/plain; charset=utf-8\r\n"
    f"content-length: {len(_ADVICE)}\r\nconnection: close\r\n\r\n{_ADVICE}"
).encode()


def bounded_protocol(
    *,
    max_open: int,
    is_proxy: Callable[[str], bool],
    max_per_address: int = MAX_SOCKETS_PER_ADDRESS,
) -> type[asyncio.Protocol]:
    """Return the class of the connections of one server, as ``uvicorn.Config`` takes it."""
    sockets = OpenSockets(max_open=max_open, is_proxy=is_proxy, max_per_address=max_per_address)

    class OfThisServer(BoundedProtocol):
        open_sockets = sockets

    return OfThisServer


def max_sockets() -> int:
    """Return how many sockets this process may hold, once it may open as many files as it can."""
    try:
        import resource
    except ImportError:
        return MAX_SOCKETS_PER_ADDRESS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_FILES)
    if soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return max(MIN_SOCKETS, min(soft, MAX_FILES) - SPARE_FILES)


def in_pieces(app: ASGIApp) -> ASGIApp:
    """Return the application with bodies sent in pieces of ``PIECE_BYTES``.

    uvicorn waits for the socket between two messages, but writes each of them whole.
    """

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_pieces(message: Message) -> None:
            body, sent = message.get("body", b""), 0
            while len(body) - sent > PIECE_BYTES:
                piece = body[sent : sent + PIECE_BYTES]
                await send({**message, "body": piece, "more_body": True})
                sent += PIECE_BYTES
            await send({**message, "body": body[sent:]} if sent else message)

        await app(scope, receive, send_pieces)

    return serve


class OpenSockets:
    """The sockets of a server: how many each address holds, and which wait for their client.

    ``is_proxy`` tells whether an address may hold any number; ``max_open`` bounds all together.
    """

    def __init__(
        self,
        *,
        max_open: int,
        is_proxy: Callable[[str], bool],
        max_per_address: int = MAX_SOCKETS_PER_ADDRESS,
    ) -> None:
        self._max_open = max_open
        self._max_per_address = max_per_address
        self._is_proxy = is_proxy
        self._idle: dict[str, dict[BoundedProtocol, None]] = {}
        self._open: dict[str, int] = {}
        self._count = 0

    def opened(self, protocol: "BoundedProtocol", address: str) -> None:
        """Count a socket, which has no request yet; cut the one that has waited for longest."""
        self._open[address] = self._open.get(address, 0) + 1
        self._count += 1
        self.idle(protocol, address)
        if self._open[address] > self._max_per_address and not self._is_proxy(address):
            self._cut_oldest(address)
        if self._count > self._max_open:
            self._cut_oldest(max(self._idle, key=lambda each: len(self._idle[each])))

    def idle(self, protocol: "BoundedProtocol", address: str) -> None:
        """Note that a socket waits for its client: to ask, to send a body or to read."""
        self._idle.setdefault(address, {})[protocol] = None

    def busy(self, protocol: "BoundedProtocol", address: str) -> None:
        """Note that a socket waits for the server, and is not to be cut."""
        idle = self._idle.get(address)
        if idle is not None and protocol in idle:
            del idle[protocol]
            if not idle:
                del self._idle[address]

    def closed(self, protocol: "BoundedProtocol", address: str) -> None:
        """Forget a socket."""
        self.busy(protocol, address)
        self._count -= 1
        self._open[address] -= 1
        if not self._open[address]:
            del self._open[address]

    def _cut_oldest(self, address: str) -> None:
        for protocol in self._idle.get(address, ()):
            self.busy(protocol, address)
            protocol.cut()
            return


class PipelineFlow(FlowControl):
    """Flow control that reads nothing more while ``waiting`` requests are to be answered."""

    def __init__(self, transport: asyncio.Transport, waiting: Sized) -> None:
        super().__init__(transport)
        self._waiting = waiting

    @override
    def resume_reading(self) -> None:
        # The request that runs asks for its next message, and would let in further requests.
        if not self._waiting:
            super().resume_reading()


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with bounds; ``open_sockets`` are those of its server."""

    open_sockets: ClassVar[OpenSockets]

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - passed on
        super().__init__(*arguments, **options)
        self.app = in_pieces(self.app)
        self._address = ""
        self._head_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._running: RequestResponseCycle | None = None
        self._pending_bytes = 0  # that belong to no head, body or message that was completed
        self._lines = 0
        self._waiting_bytes = self._waiting_lines = 0  # of heads of requests that wait
        self._is_refused = False

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        # Writing pauses as soon as the socket leaves anything to this process.
        transport.set_write_buffer_limits(high=0)
        self.flow = PipelineFlow(transport, self.pipeline)
        self._address = self.client[0] if self.client else ""
        self._await_head()
        self.open_sockets.opened(self, self._address)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head_timer()
        self._stop_write_timer()
        self.open_sockets.closed(self, self._address)
        super().connection_lost(exc)
        self.pipeline.clear()
        # uvicorn tells the request that came last, which need not be the one that runs.
        if self._running is not None:
            self._running.disconnected = True
            self._running.message_event.set()

    @override
    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        self._pending_bytes += len(data)
        super().data_received(data)
        if self._pending_bytes > MAX_HEAD_BYTES:
            self._refuse()

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._lines = 0
        self._await_head()

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        self._lines += 1
        if self._lines <= MAX_HEAD_LINES:
            super().on_header(name, value)
        else:
            self._refuse()

    @override
    def on_headers_complete(self) -> None:
        self._stop_head_timer()
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if self._is_refused or size > MAX_HEAD_BYTES:
            self._refuse()
            return
        self._pending_bytes = 0
        if self._running is not None and not self._may_wait(size):
            self._end_with_last_request()
            return
        super().on_headers_complete()
        if self._running is None:
            self._running = self.cycle

    @override
    def on_body(self, body: bytes) -> None:
        self._pending_bytes = 0
        if not self._is_refused:
            super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        self._pending_bytes = 0
        if not self._is_refused:
            super().on_message_complete()
            self._note_whose_turn()

    @override
    def on_response_complete(self) -> None:
        self._running = self.pipeline[-1][0] if self.pipeline else None
        super().on_response_complete()
        if not self.transport.is_closing():
            self._note_whose_turn()

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._stop_write_timer()
        self._write_timer = self.loop.call_later(WRITE_TIMEOUT_SECONDS, self.cut)
        self._note_whose_turn()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_write_timer()
        self._note_whose_turn()

    def cut(self) -> None:
        """Close the connection at once."""
        self._is_refused = True
        self.transport.abort()

    def _note_whose_turn(self) -> None:
        """Tell the open sockets whether this one waits for its client or for the server."""
        running = self._running
        is_busy = running is not None and not running.more_body and not self.flow.write_paused
        (self.open_sockets.busy if is_busy else self.open_sockets.idle)(self, self._address)

    def _may_wait(self, size: int) -> bool:
        """Count a request that has to wait; tell whether it may, as all that wait are bounded."""
        if not self.pipeline:
            self._waiting_bytes = self._waiting_lines = 0
        self._waiting_bytes += size
        self._waiting_lines += self._lines
        return (
            len(self.pipeline) < MAX_WAITING_REQUESTS
            and self._waiting_bytes <= MAX_HEAD_BYTES
            and self._waiting_lines <= MAX_HEAD_LINES
        )

    def _end_with_last_request(self) -> None:
        """Take no more, and close once what was taken is answered: the client repeats the rest.

        RFC 9112, 9.3.2, expects that of clients which send requests ahead.
        """
        self._is_refused = True
        self.cycle.keep_alive = False

    def _await_head(self) -> None:
        self._stop_head_timer()
        self._head_timer = self.loop.call_later(HEAD_TIMEOUT_SECONDS, self.cut)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def _refuse(self) -> None:
        if not self._is_refused:
            self._is_refused = True
            self.headers.clear()
            if not self.transport.is_closing():
                self.transport.write(_TOO_LARGE)
                self.transport.close()
