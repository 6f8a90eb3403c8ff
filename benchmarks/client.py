"""A lean HTTP client for measuring: raw sockets, so that the client is not what is measured."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status and JSON body (None if there is none)."""

    status: int
    body: dict[str, Any]


class Client:
    """One kept-alive connection from the address ``source``; requests go one after the other."""

    def __init__(self, port: int, host: str = "127.0.0.1", *, source: str | None = None) -> None:
        self._host, self._port = host, port
        self._source = (source, 0) if source else None
        self.token = ""

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(
            self._host, self._port, local_addr=self._source
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def _ask(self, verb: str, path: str, body: object = None) -> tuple[int, dict[str, str]]:
        payload = b"" if body is None else json.dumps(body).encode()
        lines = [f"{verb} {path} HTTP/1.1", f"Host: {self._host}:{self._port}"]
        if self.token:
            lines.append(f"Authorization: Bearer {self.token}")
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(payload)}"]
        self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + payload)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in head[1:] if line)
        return int(head[0].split(" ")[1]), {name.lower(): value for name, value in pairs}

    async def ask(self, verb: str, path: str, body: object = None) -> Answer:
        """One request and its JSON answer."""
        status, headers = await self._ask(verb, path, body)
        raw = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(status, json.loads(raw) if raw else {})

    async def guest(self) -> None:
        """Become a guest."""
        answer = await self.ask("POST", "/v1/auth/guest")
        self.token = str(answer.body["access_token"])

    async def submit(self, text: str) -> str:
        """Send a message; returns the job's id."""
        answer = await self.ask("POST", "/v1/messages/submit", {"message": text, "type": "dm"})
        if answer.status != 202:
            raise RuntimeError(f"submit answered {answer.status}: {answer.body}")
        return str(answer.body["job_id"])

    async def events(self, job: str) -> AsyncIterator[tuple[str, dict[str, object]]]:
        """The events of a job until it is done, by their names."""
        _, headers = await self._ask("GET", f"/v1/jobs/{job}/events")
        chunked = headers.get("transfer-encoding") == "chunked"
        buffer, name = "", ""
        while True:
            buffer += (await self._piece() if chunked else await self._reader.read(65536)).decode()
            while "\n" in buffer:
                line, buffer = buffer.split("\n", 1)
                line = line.rstrip("\r")
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:"):
                    yield name, json.loads(line[5:])
                    if name == "done":
                        if chunked:
                            await self._drain()
                        return

    async def _piece(self) -> bytes:
        size = int(await self._reader.readline(), 16)
        piece = await self._reader.readexactly(size + 2)
        return piece[:-2]

    async def _drain(self) -> None:
        while await self._piece():
            pass
