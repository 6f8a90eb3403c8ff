"""Real servers for tests: mongod and redis-server, started without root, killed with SIGKILL.

Each is a session's own, on a free loopback port and in a temporary folder, and is started only
when a test asks for it. A test takes a fresh database name (or key prefix) for itself, and leaves
a server that it killed running again.
"""

import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self, TypeVar

import pytest
import redis
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from typing_extensions import override

from tests.support.binaries import binary

SOON = 60.0
PORTS = range(20_000, 32_000)
"""Below those that systems give to outgoing connections: while a server is away, no client that
tries to reach it can be given its port."""

_GUARD = 'read _; kill -9 "$1" 2>/dev/null'
"""Ends the server when its standard input closes, which it does with the test process, however
that ends."""


def free_port() -> int:
    """A loopback port that nothing listens on."""
    while True:
        port = random.choice(PORTS)  # noqa: S311 - any will do
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


class Server:
    """A process on ``port`` with its files in ``folder``; start, kill and start it again."""

    program = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._binary = binary(self.program)
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """What to run."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Whether it does its work by now."""
        raise NotImplementedError

    @property
    def pid(self) -> int:
        """The process, for signals of other kinds (SIGSTOP, SIGCONT)."""
        assert self._process is not None, "the server is not running"
        return self._process.pid

    def start(self) -> Self:
        """Start it and wait until it works; it may be running already."""
        if self._process is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._run()
        self._wait()
        return self

    def kill(self) -> None:
        """As kill -9: nothing is finished, nothing is saved."""
        if self._process is not None:
            self._process.kill()
            self._gone()

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        if self._process is not None:
            self._process.terminate()
            self._gone()

    def _run(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own server
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,  # Ctrl+C is for the tests
            )
        self._guard = subprocess.Popen(  # noqa: S603 - our own words
            ["/bin/sh", "-c", _GUARD, "guard", str(self._process.pid)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + SOON
        while not self.ready():
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                pytest.fail(f"{self.program} did not come up:\n{self._last_words()}")
            time.sleep(0.02)

    def _gone(self) -> None:
        assert self._process is not None
        self._process.wait(SOON)
        self._process = None
        if self._guard is not None:
            self._guard.kill()  # first: its number may be another's by the time the pipe closes
            self._guard.communicate()
            self._guard = None

    def _last_words(self) -> str:
        lines = (self.folder / "log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-5:])


S = TypeVar("S", bound=Server)


class RedisServer(Server):
    """Redis as it is shipped, without snapshots; with ``append_only`` it keeps its log on disk."""

    program = "redis-server"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"redis://127.0.0.1:{self.port}"
        self._append_only = False

    @override
    def start(self, *, append_only: bool | None = None) -> Self:
        # Unless ``append_only`` is given, the log stays on or off.
        if append_only is not None and append_only != self._append_only:
            self.stop()
            self._append_only = append_only
        return super().start()

    @override
    def command(self) -> list[str]:
        return [
            *(str(self._binary), "--port", str(self.port), "--bind", "127.0.0.1"),
            *("--dir", str(self.folder), "--save", "", "--daemonize", "no"),
            *("--appendonly", "yes" if self._append_only else "no"),
        ]

    @override
    def ready(self) -> bool:
        # It responds, and has read its log.
        with redis.Redis.from_url(self.url, socket_timeout=5) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


class MongoServer(Server):
    """MongoDB on its own, or with ``replica_set`` as the one node of a set."""

    program = "mongod"

    def __init__(self, folder: Path, replica_set: str = "") -> None:
        super().__init__(folder)
        self._replica_set = replica_set
        query = f"/?replicaSet={replica_set}" if replica_set else ""
        self.uri = f"mongodb://127.0.0.1:{self.port}{query}"

    @override
    def command(self) -> list[str]:
        (self.folder / "db").mkdir(exist_ok=True)
        command = [
            *(str(self._binary), "--port", str(self.port), "--bind_ip", "127.0.0.1"),
            *("--dbpath", str(self.folder / "db"), "--nounixsocket"),
            *("--wiredTigerCacheSizeGB", "0.25", "--setParameter", "ttlMonitorSleepSecs=1"),
        ]
        if self._replica_set:
            command += ["--replSet", self._replica_set, "--oplogSize", "50"]
        return command

    @override
    def ready(self) -> bool:
        # It takes writes; a new set is initiated on the way.
        address = f"mongodb://127.0.0.1:{self.port}/?directConnection=true"
        with MongoClient[dict[str, Any]](address, serverSelectionTimeoutMS=200) as client:
            try:
                if self._replica_set and not client.admin.command("hello").get("setName"):
                    self._initiate(client)
                return bool(client.admin.command("hello")["isWritablePrimary"])
            except PyMongoError:
                return False

    def _initiate(self, client: MongoClient[dict[str, Any]]) -> None:
        members = [{"_id": 0, "host": f"127.0.0.1:{self.port}"}]
        client.admin.command("replSetInitiate", {"_id": self._replica_set, "members": members})


def _lent(server: S) -> Iterator[S]:
    try:
        yield server.start()
    finally:
        server.kill()
        shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A running ``RedisServer``."""
    yield from _lent(RedisServer(tmp_path_factory.mktemp("redis")))


@pytest.fixture(scope="session")
def mongo_standalone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoServer]:
    """A running ``MongoServer`` on its own."""
    yield from _lent(MongoServer(tmp_path_factory.mktemp("mongo")))


@pytest.fixture(scope="session")
def mongo_replica_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoServer]:
    """A running ``MongoServer`` that is the primary of its own set."""
    yield from _lent(MongoServer(tmp_path_factory.mktemp("mongo"), replica_set="soul"))
