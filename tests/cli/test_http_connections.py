"""Connections are bounded; whoever keeps to the bounds is answered meanwhile."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import pytest
import uvicorn

from synthetic_soul.cli import http_connections
from synthetic_soul.cli.http_connections import (
    MAX_HEAD_LINES,
    MAX_WAITING_REQUESTS,
    PIECE_BYTES,
    BoundedProtocol,
    bounded_protocol,
    max_sockets,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.types import Message, Receive, Scope, Send

pytestmark = pytest.mark.anyio

SOON = 20.0
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
LARGE = b"z" * 30_000_000
"""More than any socket takes while nobody reads."""


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer how many bytes of a body came.

    At /slow answer only when the client has left, at /ticks a byte at a time until then, and at
    /large what no socket takes at once.
    """
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    if scope["path"] == "/slow":
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    if scope["path"] == "/ticks":
        await tick(receive, send)
        return
    body = LARGE if scope["path"] == "/large" else b"%d" % size
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


RUNNING: list[asyncio.Future[Message]] = []


async def tick(receive: Receive, send: Send) -> None:
    left = asyncio.ensure_future(receive())
    RUNNING.append(left)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while not left.done():
        await send({"type": "http.response.body", "body": b".", "more_body": True})
        await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(
    *,
    per_address: int = 100,
    max_open: int = 1_000,
    proxy: str = "",
    made: list[uvicorn.Server] | None = None,
) -> AsyncIterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    protocol = bounded_protocol(
        max_open=max_open, is_proxy=proxy.__eq__, max_per_address=per_address
    )
    config = uvicorn.Config(answering, http=protocol, ws="none", lifespan="off", log_level="error")
    server = uvicorn.Server(config)
    if made is not None:
        made.append(server)
    task = asyncio.create_task(server.serve([listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        await task


async def told(port: int, *pieces: bytes) -> bytes:
    """Return what comes for these bytes until the server closes, or the answer is whole."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    async with asyncio.timeout(SOON):
        with suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
        with suppress(ConnectionError):
            while piece := await reader.read(65_536):
                answer += piece
                if b"200 OK" in answer:
                    break
    writer.close()
    return answer


def is_refused(answer: bytes) -> bool:
    """A close may overtake the answer where more is still being sent."""
    return answer == b"" or b" 431 " in answer or b" 400 " in answer


MANY_LINES = b"".join(b"x-%d: y\r\n" % number for number in range(9_999))
LONG_LINES = b"".join(b"x-%d: %s\r\n" % (number, b"y" * 7_000) for number in range(12))
FLOODS = {
    "lines without end": [GET, *[MANY_LINES] * 20],
    "one line without end": [GET, b"x: ", *[b"y" * 100_000] * 20],
    "a name without end": [GET, *[b"x" * 100_000] * 20],
    "an address without end": [b"GET /", *[b"y" * 100_000] * 20],
    "a whole head of many lines": [GET + b"x: y\r\n" * (MAX_HEAD_LINES + 1) + b"\r\n"],
    "a whole head of many bytes": [GET + b"x: " + b"y" * 70_000 + b"\r\n\r\n"],
    "many bytes in few lines": [GET + LONG_LINES + b"\r\n"],
    "a trailer without end": [
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        *[b"x: y\r\n" * 1_000] * 20,
    ],
    "a line of a trailer without end": [
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nx: ",
        *[b"y" * 100_000] * 20,
    ],
    "the second head of a connection": [
        b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + GET + b"x: y\r\n" * 400 + b"\r\n"
    ],
}


@pytest.mark.parametrize("pieces", FLOODS.values(), ids=FLOODS)
async def test_a_head_without_end_is_refused_and_others_are_answered(pieces: list[bytes]) -> None:
    async with serving() as port:
        assert is_refused(await told(port, *pieces))
        assert b"200 OK" in await told(port, GET + b"\r\n")


async def test_large_heads_and_bodies_within_the_bounds_are_taken() -> None:
    async with serving() as port:
        lines = b"".join(b"x-%d: %s\r\n" % (n, b"y" * 300) for n in range(MAX_HEAD_LINES - 2))
        assert b"200 OK" in await told(port, GET, lines[:30_000], lines[30_000:], b"\r\n")
        size = 3_000_000
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size
        answer = await told(port, head, *[b"y" * 100_000] * 30)
        assert b"200 OK" in answer
        chunk = b"%x\r\n%s\r\n" % (50_000, b"z" * 50_000)
        chunked = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert b"200 OK" in await told(port, chunked, *[chunk] * 20, b"0\r\n\r\n")


@pytest.mark.parametrize("begun", [b"", b"GET /", GET, GET + b"x-y: "])
async def test_a_half_sent_head_is_cut(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(http_connections, "HEAD_TIMEOUT_SECONDS", 0.2)
    async with serving() as port:
        assert await told(port, begun) == b""


async def test_a_running_request_is_not_cut_for_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connections, "HEAD_TIMEOUT_SECONDS", 0.2)
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.6):
                await reader.read(1)
        writer.close()


async def idle(port: int, number: int) -> list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    return [await asyncio.open_connection("127.0.0.1", port) for _ in range(number)]


async def cut(pairs: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]) -> int:
    count = 0
    for reader, writer in pairs:
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(0.05):
                count += await reader.read(1) == b""
            continue
        count += gone([(reader, writer)])
    return count


def gone(pairs: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]) -> int:
    return sum(reader.at_eof() or reader.exception() is not None for reader, _ in pairs)


async def test_the_oldest_idle_sockets_of_an_address_yield_and_it_is_still_answered() -> None:
    made: list[uvicorn.Server] = []
    async with serving(per_address=20, made=made) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: bool(made[0].server_state.tasks))
        flood = await idle(port, 40)
        assert b"200 OK" in await told(port, GET + b"\r\n")
        assert not reader.at_eof(), "a request that runs is never cut"
        assert await cut(flood[:20]) == 20
        assert await cut(flood[30:]) == 0
        for _, each in (*flood, (reader, writer)):
            each.close()


@pytest.mark.parametrize(("proxy", "expected"), [("127.0.0.1", 0), ("192.0.2.1", 20)])
async def test_a_trusted_proxy_holds_the_sockets_of_all_its_clients(
    proxy: str, expected: int
) -> None:
    made: list[uvicorn.Server] = []
    async with serving(per_address=10, proxy=proxy, made=made) as port:
        flood = await idle(port, 30)
        await until(lambda: len(connections(made)) == 30 - expected and gone(flood) == expected)
        assert await cut(flood[:20]) == expected
        for _, each in flood:
            each.close()


async def test_all_sockets_together_are_bounded() -> None:
    async with serving(max_open=20, proxy="127.0.0.1") as port:
        flood = await idle(port, 50)
        assert b"200 OK" in await told(port, GET + b"\r\n")
        assert await cut(flood[:20]) == 20
        for _, each in flood:
            each.close()
    assert max_sockets() >= 64


def connections(made: list[uvicorn.Server]) -> list[BoundedProtocol]:
    found = [each for server in made for each in server.server_state.connections]
    return [each for each in found if isinstance(each, BoundedProtocol)]


async def until(ready: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not ready():  # noqa: ASYNC110 - looks at state of any kind
            await asyncio.sleep(0.01)


async def asked(port: int, request: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send a request and read nothing of the answer; at most a few KB are read ahead."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
    writer.write(request)
    return reader, writer


async def all_told(port: int, request: bytes) -> bytes:
    """Return all that comes until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(SOON):
        answer = await reader.read()
    writer.close()
    return answer


async def test_requests_that_are_sent_ahead_are_answered_in_order() -> None:
    heads = [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (size, b"y" * size)
        for size in range(10, 10 + MAX_WAITING_REQUESTS)
    ]
    last = GET + b"Connection: close\r\n\r\n"
    async with serving() as port:
        answers = (await all_told(port, b"".join([*heads, last]))).split(b"HTTP/1.1 200 OK")
    sizes = [int(answer.rpartition(b"\r\n")[2]) for answer in answers[1:]]
    assert sizes == [*range(10, 10 + MAX_WAITING_REQUESTS), 0]


LINES = b"".join(b"x-%d: y\r\n" % number for number in range(49))


async def test_a_connection_may_send_requests_ahead_time_and_again() -> None:
    batch = [GET + LINES + b"\r\n"] * (MAX_HEAD_LINES // 50)
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(5):
            writer.write(b"".join(batch))
            answers = b""
            async with asyncio.timeout(SOON):
                while answers.count(b"\r\n\r\n0") < len(batch):
                    answers += await reader.readexactly(1)
        writer.close()


MANY_AHEAD = {
    "many": (GET + b"\r\n", 1 + MAX_WAITING_REQUESTS),
    "of many lines": (GET + LINES + b"\r\n", 1 + MAX_HEAD_LINES // 50),
    "of many bytes": (GET + b"x: " + b"y" * 30_000 + b"\r\n\r\n", 1 + 2),
}


@pytest.mark.parametrize(("request_", "taken"), MANY_AHEAD.values(), ids=MANY_AHEAD)
async def test_of_too_many_requests_ahead_the_first_are_answered_and_the_connection_ends(
    request_: bytes, taken: int
) -> None:
    made: list[uvicorn.Server] = []
    async with serving(made=made) as port:
        reader, writer = await asked(port, b"")
        await until(lambda: len(connections(made)) == 1)
        (connection,) = connections(made)
        connection.data_received(request_ * 100)  # as if all came at once, which no client decides
        async with asyncio.timeout(SOON):
            answer = await reader.read()
        assert answer.count(b"200 OK") == taken
        writer.close()
        assert b"200 OK" in await told(port, GET + b"\r\n")


async def test_nothing_more_is_read_while_a_request_waits() -> None:
    made: list[uvicorn.Server] = []
    async with serving(made=made) as port:
        _, writer = await asked(port, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + GET + b"\r\n")
        await until(lambda: any(each.pipeline for each in connections(made)))
        for _ in range(10):
            writer.write(GET + b"\r\n")
            await asyncio.sleep(0.01)
        assert [len(each.pipeline) for each in connections(made)] == [1]
        writer.transport.abort()


async def test_a_request_that_runs_is_told_of_its_clients_end_though_others_wait() -> None:
    made: list[uvicorn.Server] = []
    async with serving(made=made) as port:
        ticks = b"GET /ticks HTTP/1.1\r\nHost: x\r\n\r\n"
        _, writer = await asked(port, ticks + GET + b"\r\n")
        await until(lambda: any(each.pipeline for each in connections(made)))
        writer.transport.abort()
        await until(lambda: not made[0].server_state.tasks)
        assert RUNNING.pop().result()["type"] == "http.disconnect"


GET_LARGE = b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"


async def test_of_an_answer_that_is_not_read_one_piece_is_held_and_all_of_it_comes() -> None:
    made: list[uvicorn.Server] = []
    async with serving(made=made) as port:
        reader, writer = await asked(port, GET_LARGE)
        await until(lambda: any(each.flow.write_paused for each in connections(made)))
        await asyncio.sleep(0.1)
        (connection,) = connections(made)
        assert connection.transport.get_write_buffer_size() <= PIECE_BYTES
        size = 0
        async with asyncio.timeout(SOON):
            while size < len(LARGE):
                size += len(await reader.read(1_000_000))
        assert size - len(LARGE) < 1_000  # the head
        writer.close()


@pytest.mark.parametrize("last", [b"", b"Connection: close\r\n"], ids=["goes on", "is the last"])
async def test_a_client_that_reads_nothing_is_cut(
    monkeypatch: pytest.MonkeyPatch, last: bytes
) -> None:
    monkeypatch.setattr(http_connections, "WRITE_TIMEOUT_SECONDS", 0.2)
    made: list[uvicorn.Server] = []
    async with serving(made=made) as port:
        head = b"GET /large HTTP/1.1\r\nHost: x\r\n" + last + b"\r\n"
        _, writer = await asked(port, head)
        await until(lambda: any(each.flow.write_paused for each in connections(made)))
        await until(lambda: not connections(made) and not made[0].server_state.tasks)
        writer.close()


WAITING_FOR_THEIR_CLIENT = {
    "half a body": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\ny",
    "half a body behind another request": GET
    + b"\r\nPOST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\ny",
    "an answer unread": GET_LARGE,
}


@pytest.mark.parametrize(
    "request_", WAITING_FOR_THEIR_CLIENT.values(), ids=WAITING_FOR_THEIR_CLIENT
)
async def test_sockets_that_wait_for_their_client_yield_to_a_newcomer(request_: bytes) -> None:
    made: list[uvicorn.Server] = []
    async with serving(per_address=20, made=made) as port:
        flood = [await asked(port, request_) for _ in range(20)]
        reads = request_ is GET_LARGE
        await until(
            lambda: (
                sum(
                    each.flow.write_paused
                    if reads
                    else each.cycle is not None and not each.pipeline and each.cycle.more_body
                    for each in connections(made)
                )
                == 20
            )
        )
        assert b"200 OK" in await told(port, GET + b"\r\n")
        for _, writer in flood:
            writer.transport.abort()
