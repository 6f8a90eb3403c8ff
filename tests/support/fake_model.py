"""A model that does what it is told: an OpenAI-compatible HTTP server for tests and benchmarks.

In a test it runs in a thread of its own (``FakeModel``, or the ``fake_model`` fixture). As a
program it runs alone and prints where it listens:

    python -m tests.support.fake_model --port 21003 --delay-ms 300

The program is read and steered over HTTP: ``GET /calls`` lists what was asked, ``DELETE /calls``
forgets it, ``PUT /script`` takes a JSON list of faults: ``[{"kind": "status", "status": 429}]``.
"""

import argparse
import asyncio
import contextlib
import json
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Literal, Self

import pytest

from synthetic_soul.jobs.base import cancel_all
from tests.support.fake_completions import (
    Call,
    Json,
    chunk,
    delta,
    embedded,
    smallest,
    usage,
    wanted_schema,
)

_JSON_TYPE = "application/json"
_ERRORS = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


Reply = str | Callable[[Call], str]
Kind = Literal[
    "status",
    "reset",
    "hang",
    "cut",
    "error",
    "garbage",
    "linger",
    "empty",
    "filter",
    "reply",
    "raw",
]


@dataclass(frozen=True)
class Fault:
    """What one call gets instead of an answer.

    ``status`` answers with that HTTP status; ``reset`` breaks the connection, ``hang`` falls
    silent, ``cut`` ends the stream politely but unfinished and ``error`` reports an error in its
    place, ``garbage`` sends what is no answer, each after ``after`` pieces (-1: at once, a reset
    or a silence even before the status line). ``linger`` leaves the line open after the end.
    ``empty`` answers without text; ``filter`` with ``text``, cut off by a content filter;
    ``reply`` with ``text`` as it is, also where JSON was asked for; ``raw`` with ``body`` byte for
    byte under ``status``. Reported errors repeat key and prompt, as careless providers do.
    """

    kind: Kind
    status: int = 500
    after: int = -1
    retry_after: str | None = None
    text: str = ""
    error_code: str = "fake_error"
    body: bytes = b""


class FakeModel:
    """The server. Set ``reply``, ``answers`` and ``script``; read ``calls``.

    ``answers`` maps a schema's name to the fields that differ from the smallest valid object.
    ``script`` is eaten from the left, one fault a call; ``None`` in it means a proper answer.
    Of ``/embeddings`` there are calls, a script and a delay of their own; ``synonyms`` maps words
    to those of the same meaning. ``unsupported`` names response formats refused with 400;
    ``judge`` may give any call a fault. While ``holding``, every answer to a chat waits; that to
    ``/embeddings`` while ``holds_embedding`` says so. Times are seconds.
    """

    def __init__(
        self,
        reply: Reply = "I hear you.",
        *,
        port: int = 0,
        delay: float = 0.0,
        piece_delay: float = 0.0,
        piece_length: int = 8,
    ) -> None:
        self.reply = reply
        self.port = port
        self.delay = delay
        self.holding = False
        self.piece_delay = piece_delay
        self.piece_length = piece_length
        self.answers: dict[str, Json | Callable[[Call], Json]] = {}
        self.script: deque[Fault | None] = deque()
        self.unsupported: set[str] = set()
        self.judge: Callable[[Call], Fault | None] = lambda _: None
        self.reports_usage = True
        self.calls: list[Call] = []
        self.embeddings: list[Call] = []
        self.embedding_script: deque[Fault | None] = deque()
        self.embedding_delay = 0.0
        self.holds_embedding: Callable[[Call], bool] = lambda _: False
        self.synonyms: dict[str, str] = {}
        self.connections = 0
        self.hung_up = 0
        self._open: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def base_url(self) -> str:
        """Where a client points its ``base_url``."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.listen(), self._loop).result(10)
        return self

    def stop(self) -> None:
        """Leave the port, dropping every connection."""
        asyncio.run_coroutine_threadsafe(self.close(), self._loop).result(10)

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def listen(self) -> None:
        """Bind to the loopback address; port 0 takes a free one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=2**22)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        self._server.close()
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self.connections += 1
        try:
            with contextlib.suppress(*_ERRORS, asyncio.CancelledError):
                while await self._answer_one(reader, writer):
                    await writer.drain()
        finally:
            self._open.discard(task)
            writer.transport.abort()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        verb, path, _ = head[0].split(" ", 2)
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head[1:] if line)}
        body = json.loads(await reader.readexactly(int(headers.get("content-length", 0))) or b"{}")
        if path.endswith("/chat/completions"):
            return await self._answer_chat(reader, writer, headers, body)
        if path.endswith("/embeddings"):
            return await self._answer_embeddings(writer, headers, body)
        plain(writer, 200, json.dumps(self._steer(verb, path, body)).encode())
        return True

    def _steer(self, verb: str, path: str, body: object) -> object:
        match verb, path:
            case "DELETE", "/calls":
                self.calls.clear()
            case "PUT", "/script":
                assert isinstance(body, list)
                self.script.extend(Fault(**fault) if fault else None for fault in body)
        return {"count": len(self.calls), "calls": [asdict(call) for call in self.calls]}

    async def _answer_chat(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        headers: Mapping[str, str],
        body: Json,
    ) -> bool:
        call = Call(
            messages=tuple(body["messages"]),
            model=body["model"],
            stream=bool(body.get("stream")),
            headers=headers,
            body=body,
        )
        self.calls.append(call)
        fault = self.script.popleft() if self.script else self.judge(call)
        if fault is None and call.format in self.unsupported:
            fault = Fault("status", 400)
        watch = asyncio.create_task(self._watch(reader))
        answer = asyncio.create_task(self._answer_late(writer, call, fault))
        try:
            await asyncio.wait({watch, answer}, return_when="FIRST_COMPLETED")
            return await answer if answer.done() else False  # nobody is there to hear it
        finally:
            await cancel_all([watch, answer])

    async def _answer_embeddings(
        self, writer: asyncio.StreamWriter, headers: Mapping[str, str], body: Json
    ) -> bool:
        self.embeddings.append(Call((), body["model"], stream=False, headers=headers, body=body))
        call = self.embeddings[-1]
        fault = self.embedding_script.popleft() if self.embedding_script else self.judge(call)
        await asyncio.sleep(self.embedding_delay)
        while self.holds_embedding(call):  # noqa: ASYNC110 - asks the test's thread
            await asyncio.sleep(0.002)
        if fault and fault.kind == "reset":
            return await _break_off(fault, writer)
        answer = fault.body if fault else embedded(body, self.synonyms)
        plain(writer, fault.status if fault else 200, answer)
        return True

    async def _answer_late(
        self, writer: asyncio.StreamWriter, call: Call, fault: Fault | None
    ) -> bool:
        if self.delay:
            await asyncio.sleep(self.delay)
        while self.holding:  # noqa: ASYNC110 - set from the test's thread
            await asyncio.sleep(0.002)
        return await self._respond(writer, call, fault)

    async def _watch(self, reader: asyncio.StreamReader) -> None:
        """Count a caller that leaves before the answer is complete; nobody pipelines here."""
        with contextlib.suppress(ConnectionError):
            await reader.read(1)
        self.hung_up += 1

    async def _respond(self, writer: asyncio.StreamWriter, call: Call, fault: Fault | None) -> bool:
        if fault and fault.kind in {"status", "raw"}:
            extra = f"Retry-After: {fault.retry_after}\r\n" if fault.retry_after else ""
            body = fault.body if fault.kind == "raw" else _error(call, fault)
            plain(writer, fault.status, body, extra)
            return True
        if fault and fault.kind == "garbage" and fault.after < 0:
            plain(writer, 200, b"<html>It works!</html>")
            return True
        if fault and fault.after < 0 and not await _break_off(fault, writer):
            return False
        text = self._text(call, fault)
        if call.stream:
            return await self._stream(writer, call, text, fault)
        if fault and fault.kind == "reset":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
            return await _break_off(fault, writer)
        failed = fault and fault.kind == "error"
        whole = json.dumps(self._whole(call, text, fault)).encode()
        plain(writer, 200, _error(call, fault) if fault and failed else whole)
        return True

    def _text(self, call: Call, fault: Fault | None) -> str:
        if fault and fault.kind in {"empty", "filter", "reply"}:
            return fault.text
        wanted = wanted_schema(call)
        if wanted is None:
            return self.reply(call) if callable(self.reply) else self.reply
        name, schema = wanted
        answer = self.answers.get(name, {})
        differing = answer(call) if callable(answer) else answer
        least = smallest(schema, schema)
        assert isinstance(least, dict)
        return json.dumps(least | differing, ensure_ascii=False)

    def _whole(self, call: Call, text: str, fault: Fault | None) -> Json:
        finish = "content_filter" if fault and fault.kind == "filter" else "stop"
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": finish}
        counted = {"usage": usage(call, text)} if self.reports_usage else {}
        return {"object": "chat.completion", "model": call.model, "choices": [choice], **counted}

    async def _stream(
        self, writer: asyncio.StreamWriter, call: Call, text: str, fault: Fault | None
    ) -> bool:
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        waiting = bytearray()
        async for event in self._events(call, text, fault):
            if isinstance(event, Fault):
                writer.write(chunk(bytes(waiting)) if waiting else b"")
                return await _break_off(event, writer)
            waiting += b"data: " + event + b"\n\n"
            if self.piece_delay:
                writer.write(chunk(bytes(waiting)))
                waiting.clear()
        writer.write(chunk(bytes(waiting)) if waiting else b"")
        if fault and fault.kind == "linger":
            await asyncio.sleep(3600)
        writer.write(b"0\r\n\r\n")
        return True

    async def _events(
        self, call: Call, text: str, fault: Fault | None
    ) -> AsyncIterator[bytes | Fault]:
        step = self.piece_length
        pieces = [text[start : start + step] for start in range(0, len(text), step)]
        for count, piece in enumerate([*pieces, None]):
            if fault and max(fault.after, 0) == count:
                if fault.kind in {"error", "garbage"}:
                    yield _error(call, fault) if fault.kind == "error" else b"{no answer"
                if fault.kind in {"error", "cut", "garbage"}:
                    return
                if fault.kind in {"hang", "reset"}:
                    yield fault
            if piece is not None:
                if self.piece_delay and count:
                    await asyncio.sleep(self.piece_delay)
                yield delta(call.model, {"content": piece}, None)
        yield delta(
            call.model, {}, "content_filter" if fault and fault.kind == "filter" else "stop"
        )
        if (call.body.get("stream_options") or {}).get("include_usage") and self.reports_usage:
            yield json.dumps({"choices": [], "usage": usage(call, text)}).encode()
        yield b"[DONE]"


def _error(call: Call, fault: Fault) -> bytes:
    told = f"no to {call.authorization}: {call.prompt}"
    return json.dumps({"error": {"message": told, "code": fault.error_code}}).encode()


async def _break_off(fault: Fault, writer: asyncio.StreamWriter) -> bool:
    """Break the connection or fall silent, where the fault asks for it; say whether to go on."""
    if fault.kind == "reset":
        await writer.drain()
        if fault.after >= 0:
            await asyncio.sleep(0.05)  # let what was sent arrive before the reset overtakes it
        writer.transport.abort()
        return False
    if fault.kind == "hang":
        await writer.drain()
        await asyncio.sleep(3600)
    return True


def plain(writer: asyncio.StreamWriter, status: int, body: bytes, extra: str = "") -> None:
    """Write a whole answer of JSON."""
    head = f"HTTP/1.1 {status} Fake\r\nContent-Type: {_JSON_TYPE}\r\n{extra}"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


@pytest.fixture
def fake_model() -> Iterator[FakeModel]:
    """Serve one fake model for one test."""
    with FakeModel() as model:
        yield model


async def _run(model: FakeModel) -> None:
    await model.listen()
    print(f"listening on {model.base_url}", flush=True)  # noqa: T201 - whoever starts it reads this
    await asyncio.Event().wait()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="An OpenAI-compatible fake model")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay-ms", type=float, default=0.0, help="before the first byte")
    parser.add_argument("--piece-delay-ms", type=float, default=0.0, help="between two pieces")
    parser.add_argument("--reply", default="I hear you, and I am glad you told me.")
    asked = parser.parse_args()
    model = FakeModel(
        asked.reply,
        port=asked.port,
        delay=asked.delay_ms / 1000,
        piece_delay=asked.piece_delay_ms / 1000,
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(model))


if __name__ == "__main__":
    main()
