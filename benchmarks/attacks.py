"""What a hostile client can do to a server without an account of value, one function each.

    python benchmarks/attacks.py NAME PORT TOKEN SECONDS

``floods.py`` runs this in a process of its own, so that what it measures waits for the server and
not for the attacker. TOKEN is the access token of a person of whom much is stored.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.client import Client

CLIENTS = 500
ADDRESSES = [f"127.0.0.{number}" for number in range(2, 10)]
SLOW_BODY = 60_000
DEEP = b"[" * SLOW_BODY

Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Target:
    """The server under attack, and the sockets that the attack holds."""

    port: int
    token: str
    held: list[Pair] = field(default_factory=list)
    sources: itertools.cycle[str] = field(default_factory=lambda: itertools.cycle(ADDRESSES))

    async def connect(self) -> Pair:
        """Open a connection from the next address; nothing is read ahead of what is asked for."""
        pair = await asyncio.open_connection(
            "127.0.0.1", self.port, local_addr=(next(self.sources), 0), limit=1
        )
        self.held.append(pair)
        return pair

    def head(self, verb: str, path: str, *lines: str) -> bytes:
        """Return the head of a request of the person."""
        own = (f"Host: 127.0.0.1:{self.port}", f"Authorization: Bearer {self.token}")
        return "\r\n".join([f"{verb} {path} HTTP/1.1", *own, *lines, "", ""]).encode()


Attack = Callable[[Target], Awaitable[None]]


async def repeat(once: Callable[[], Awaitable[None]], workers: int) -> None:
    """Repeat something in so many workers for ever; a lost connection starts the next round."""

    async def work() -> None:
        while True:
            with suppress(OSError, asyncio.IncompleteReadError, ValueError):
                await once()
            await asyncio.sleep(0)

    await asyncio.gather(*(work() for _ in range(workers)))


async def trickle(target: Target, begin: bytes, more: bytes) -> None:
    """Let 500 clients begin a request and send a little more of it each second."""

    async def once() -> None:
        _, writer = await target.connect()
        writer.write(begin)
        while True:
            await writer.drain()
            await asyncio.sleep(1)
            writer.write(more)

    await repeat(once, CLIENTS)


async def slow_heads(target: Target) -> None:
    """Send heads of 60 KB in many lines that never end."""
    lines = b"".join(b"x-%d: %s\r\n" % (number, b"y" * 300) for number in range(150))
    await trickle(target, b"GET / HTTP/1.1\r\nHost: x\r\n" + lines, b"z: z\r\n")


async def slow_bodies(target: Target) -> None:
    """Send bodies that never end."""
    lines = ("Content-Type: application/json", f"Content-Length: {SLOW_BODY}")
    head = target.head("POST", "/v1/auth/login", *lines)
    await trickle(target, head + b" " * (SLOW_BODY - 1_000), b" ")


def unread(path: str, *, clients: int = CLIENTS, requests: int = 1) -> Attack:
    """Return the attack that sends so many requests at once over and over and reads nothing."""

    async def attack(target: Target) -> None:
        async def once() -> None:
            _, writer = await target.connect()
            while True:
                writer.write(target.head("GET", path) * requests)
                await writer.drain()
                await asyncio.sleep(0.05)

        await repeat(once, clients)

    return attack


def read(path: str, *, workers: int) -> Attack:
    """Return the attack that asks for something as fast as it is answered, and reads it."""

    async def attack(target: Target) -> None:
        async def once() -> None:
            reader, writer = await target.connect()
            writer.write(target.head("GET", path, "Connection: close"))
            while await reader.read(1 << 20):
                pass
            writer.close()
            target.held.remove((reader, writer))

        await repeat(once, workers)

    return attack


def flood(begin: bytes, piece: bytes) -> Attack:
    """Return the attack that begins a request and sends pieces of it until it is cut off."""

    async def attack(target: Target) -> None:
        async def once() -> None:
            reader, writer = await target.connect()
            writer.write(begin)
            try:
                while not reader.at_eof():
                    writer.write(piece)
                    await writer.drain()
            finally:
                writer.transport.abort()
                target.held.remove((reader, writer))

        await repeat(once, 50)

    return attack


async def sockets(target: Target) -> None:
    """Open as many connections as the server and this process can hold."""

    async def once() -> None:
        if len(target.held) < 15_000:
            await target.connect()
        else:
            await asyncio.sleep(1)

    await repeat(once, 50)


async def requests(target: Target) -> None:
    """Ask for something small from 500 connections as fast as it is answered."""
    head = target.head("GET", "/v1/auth/me")

    async def once() -> None:
        reader, writer = await target.connect()
        while True:
            writer.write(head)
            if not await reader.read(65_536):
                return

    await repeat(once, CLIENTS)


def messages(guests: int) -> Attack:
    """Return the attack in which guests tell facts as fast as they are taken."""

    async def attack(target: Target) -> None:
        numbers = itertools.count()

        async def once() -> None:
            async with Client(target.port, source=next(target.sources)) as client:
                await client.guest()
                while True:
                    told = (f"My friend {name}{next(numbers)} lives in Ghent." for name in "AB" * 6)
                    form = {"message": " ".join(told), "type": "dm"}
                    await client.ask("POST", "/v1/messages/submit", form)

        await repeat(once, guests)

    return attack


async def new_guests(target: Target) -> None:
    """Become a guest over and over."""

    async def once() -> None:
        async with Client(target.port, source=next(target.sources)) as client:
            while True:
                await client.ask("POST", "/v1/auth/guest")

    await repeat(once, 100)


MANY_LINES = b"".join(b"x-%d: y\r\n" % number for number in range(9_999))
POST = b"POST /v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
CHUNK = b"%x\r\n%s\r\n" % (200_000, b" " * 200_000)
ATTACKS: dict[str, Attack] = {
    "slow heads": slow_heads,
    "slow bodies": slow_bodies,
    "slow readers of the document": unread("/openapi.json"),
    "slow readers of the page": unread("/static/app.js", requests=20),
    "slow readers of a conversation": unread("/v1/messages/conversation?limit=200"),
    "slow readers of exports": unread("/v1/auth/me/export"),
    "pipelined, unread": unread("/v1/meta/version", clients=50, requests=2_000),
    "pipelined streams": unread("/v1/agents/jasmine/live", clients=50, requests=200),
    "live streams": unread("/v1/agents/jasmine/live"),
    "heads of many lines": flood(b"GET / HTTP/1.1\r\nHost: x\r\n", MANY_LINES),
    "heads of one line": flood(b"GET / HTTP/1.1\r\nHost: x\r\nx: ", b"y" * 200_000),
    "large bodies": flood(POST + b"Transfer-Encoding: chunked\r\n\r\n", CHUNK),
    "deep bodies": flood(b"", POST + b"Content-Length: %d\r\n\r\n" % len(DEEP) + DEEP),
    "sockets": sockets,
    "requests": requests,
    "conversations": read("/v1/messages/conversation?limit=200", workers=100),
    "exports": read("/v1/auth/me/export", workers=100),
    "facts of one guest": messages(1),
    "facts of many guests": messages(100),
    "guests": new_guests,
}


async def main() -> None:
    """Attack until the time is over."""
    name, port, token, seconds = sys.argv[1:]
    target = Target(int(port), token)
    with suppress(TimeoutError):
        async with asyncio.timeout(float(seconds)):
            await ATTACKS[name](target)


if __name__ == "__main__":
    asyncio.run(main())
