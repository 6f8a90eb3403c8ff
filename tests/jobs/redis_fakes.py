"""Relays, certificates and other aids of the tests that use Redis."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from typing_extensions import override

SOON = 30.0


async def until(ready: Callable[[], object]) -> None:
    async with asyncio.timeout(SOON):
        while not ready():  # noqa: ASYNC110 - looks at state of any kind
            await asyncio.sleep(0.005)


@asynccontextmanager
async def relayed(
    port: int, *, tls: ssl.SSLContext | None = None, slow: bytes = b"\0"
) -> AsyncIterator[int]:
    """Relay a port to Redis; what contains ``slow`` is delayed on its way there."""

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while some := await source.read(65_536):
            await asyncio.sleep(0.2 if slow in some else 0)
            target.write(some)
        target.close()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(
            carry(reader, behind_writer), carry(behind_reader, writer), return_exceptions=True
        )

    async with await asyncio.start_server(relay, "127.0.0.1", 0, ssl=tls) as front:
        yield front.sockets[0].getsockname()[1]


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine, and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext"
    subprocess.run(  # noqa: S603 - our own command
        [*command.split(), "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    return certificate, key


def server_tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return the TLS context of a server with that certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


class Bomb:
    """Runs code where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    @override
    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self._mark,)
