"""Servers and workers as people run them: ``soul`` processes over one MongoDB and one Redis.

They are killed, paused and ended as in life, keep a log each, and never outlive their test. Without
a MongoDB a cluster is a single server over a file.
"""

import os
import re
import secrets
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar

import pytest
import redis
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from typing_extensions import override

from synthetic_soul.compose import open_journal
from synthetic_soul.settings import Settings
from synthetic_soul.stores.base import Store
from tests.cli.soul_process import NO_LIMITS, command, environ
from tests.support.fake_completions import Call
from tests.support.fake_model import FakeModel
from tests.support.servers import MongoServer, RedisServer

SOON = 60.0
FULL = bool(os.environ.get("CLUSTER_FULL"))
"""Whether the cluster's tests run in full size: 32 people with 50 messages, Redis away for 60 s."""
LINES_SHOWN = 40
READY = re.compile(r"is awake|Listening on")

_GUARD = 'read _; kill -9 "$1" 2>/dev/null'
"""Ends the process when its standard input closes, which it does with the test's own process."""


class Process:
    """One process of a cluster; its log goes on when it is started again."""

    def __init__(self, name: str, words: list[str], folder: Path, env: Mapping[str, str]) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._words, self._folder, self._env = words, folder, dict(env)
        self._begins = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    def begin(self) -> Self:
        """Start it, without waiting until it is ready."""
        self._begins = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=self._env,
                start_new_session=True,  # Ctrl+C is for the tests
            )
        self._guard = subprocess.Popen(  # noqa: S603 - our own words
            ["/bin/sh", "-c", _GUARD, "guard", str(self._process.pid)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        return self

    def wait(self) -> Self:
        """Wait until it says that it is ready."""
        deadline = time.monotonic() + SOON
        while not READY.search(self.said):
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                pytest.fail(f"{self.name} did not come up:\n{self.last_words}")
            time.sleep(0.02)
        return self

    def start(self) -> Self:
        """Start it and wait until it is ready."""
        return self.begin().wait()

    @property
    def said(self) -> str:
        """What it has said since it was last started."""
        return self.log.read_bytes()[self._begins :].decode(errors="replace")

    @property
    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-LINES_SHOWN:])

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process is not None, f"{self.name} is not running"
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it is there."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """As kill -9: nothing is finished."""
        if self._process is not None:
            self._process.kill()
            self._gone()

    def end(self) -> None:
        """Ask it to finish and go; ``ended`` waits for that."""
        os.kill(self.pid, signal.SIGTERM)

    def ended(self, within: float = SOON) -> int:
        """Wait until it has gone; its exit code."""
        assert self._process is not None
        code = self._process.wait(within)
        self._gone()
        return code

    def pause(self) -> None:
        """Stop it where it is, as a machine that hangs."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on where it was."""
        os.kill(self.pid, signal.SIGCONT)

    def _gone(self) -> None:
        assert self._process is not None
        self._process.wait(SOON)
        self._process = None
        if self._guard is not None:
            self._guard.kill()  # first: its number may be another's by the time the pipe closes
            self._guard.communicate()
            self._guard = None


class Server(Process):
    """``soul serve``; it keeps its port when it is started again."""

    @override
    def wait(self) -> Self:
        # Also find out where it listens.
        super().wait()
        self._env["PORT"] = self.url.rpartition(":")[2]
        return self

    @property
    def url(self) -> str:
        """Where it listens, or did."""
        found = re.search(r"http://\S+", self.said)
        return found[0] if found else f"http://127.0.0.1:{self._env['PORT']}"


P = TypeVar("P", bound=Process)


@dataclass
class Cluster:
    """Processes with the same settings; ``env`` holds only what differs from the defaults."""

    folder: Path
    env: dict[str, str]
    servers: list[Server] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)
    others: list[Process] = field(default_factory=list)

    @property
    def processes(self) -> list[Process]:
        """All of them."""
        return [*self.servers, *self.workers, *self.others]

    @property
    def urls(self) -> list[str]:
        """Where the servers are."""
        return [server.url for server in self.servers]

    def server(self, **settings: str) -> Server:
        """One more server, not started yet."""
        made = self._made(Server, f"server-{len(self.servers) + 1}", command("serve"), settings)
        self.servers.append(made)
        return made

    def worker(self, slots: int = 8, **settings: str) -> Process:
        """One more worker, not started yet."""
        name = f"worker-{len(self.workers) + 1}"
        own = {"LLM_API_KEY": name, **settings}
        made = self._made(Process, name, command("worker", "--slots", str(slots)), own)
        self.workers.append(made)
        return made

    def other(self, name: str, words: list[str], **settings: str) -> Process:
        """A process of another program with the same environment, not started yet."""
        made = self._made(Process, name, words, settings)
        self.others.append(made)
        return made

    def calling(self, call: Call) -> Process:
        """The worker that asked a model: each has an API key of its own."""
        return next(each for each in self.workers if each.name in str(call.authorization))

    def _made(self, kind: type[P], name: str, words: list[str], settings: Mapping[str, str]) -> P:
        env = environ(self.folder / name, **{**self.env, **settings})
        return kind(name, words, self.folder, env)

    def start(self, servers: int = 2, workers: int = 2, slots: int = 8) -> Self:
        """Start so many, all at once, and wait until each is ready."""
        new: list[Process] = [self.server() for _ in range(servers)]
        new += [self.worker(slots) for _ in range(workers)]
        for process in new:
            process.begin()
        for process in new:
            process.wait()
        return self

    def close(self) -> None:
        """Kill whatever still runs."""
        for process in self.processes:
            process.kill()

    @asynccontextmanager
    async def journal(self) -> AsyncIterator[Store]:
        """The store, opened beside the processes."""
        names = ("MONGO_CONNECTION", "DATABASE_NAME")
        mongo = {name.lower(): self.env[name] for name in names if name in self.env}
        folder = self.folder / "server-1" / "kept"
        settings = Settings(_env_file=None, data_dir=folder, **mongo)  # type: ignore[arg-type]  # all are str
        async with open_journal(settings) as store:
            yield store

    def told(self) -> dict[str, str]:
        """The end of each log."""
        return {process.name: process.last_words for process in self.processes}


class Clusters:
    """Makes clusters for one test, and ends them all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.made: list[Cluster] = []
        self._undo: list[Callable[[], object]] = []

    def open(
        self,
        mongo: MongoServer | None = None,
        broker: RedisServer | None = None,
        model: FakeModel | None = None,
        **settings: str,
    ) -> Cluster:
        """A cluster without processes over a fresh database and an empty broker."""
        env = {"PORT": "0", **NO_LIMITS}
        env |= {name: secrets.token_urlsafe(48) for name in ("JWT_SECRET", "PASSWORD_PEPPER")}
        if mongo is not None:
            name = f"cluster_{secrets.token_hex(6)}"
            env |= {"MONGO_CONNECTION": mongo.uri, "DATABASE_NAME": name}
            self._undo.append(lambda: _drop(mongo, name))
        if broker is not None:
            with redis.Redis.from_url(broker.url) as client:
                client.flushall()
            env["REDIS_URL"] = broker.url
        if model is not None:
            env |= {"LLM_BASE_URL": model.base_url, "LLM_MODEL": "soul-1"}
        folder = self._folder / f"cluster-{len(self.made) + 1}"
        folder.mkdir(parents=True)
        cluster = Cluster(folder, {**env, **settings})
        self.made.append(cluster)
        return cluster

    def close(self) -> None:
        """End every process and remove the databases."""
        for cluster in self.made:
            cluster.close()
        for undo in self._undo:
            with suppress(PyMongoError):  # only a test that failed leaves a server away
                undo()


def _drop(mongo: MongoServer, name: str) -> None:
    with MongoClient[dict[str, object]](mongo.uri, serverSelectionTimeoutMS=2000) as client:
        client.drop_database(name)
