"""``soul worker`` and a plain ``rq worker`` answer the messages that a server accepts."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from rq import Worker

from synthetic_soul.compose import compose
from synthetic_soul.engine.engine import Engine
from synthetic_soul.engine.views import JobEvent
from synthetic_soul.settings import Settings
from tests.cli.soul_process import Soul, environ, start
from tests.support.engine_harness import each_event
from tests.support.servers import MongoServer, RedisServer

pytestmark = pytest.mark.anyio

TIMEOUT_SECONDS = 60.0
RQ = [sys.executable, "-m", "rq.cli", "worker", "--serializer", "json", "soul"]


@dataclass(frozen=True)
class Place:
    """A data folder, MongoDB and Redis that a server and its workers share."""

    folder: Path
    settings: dict[str, str]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Engine]:
        given = {name.lower(): value for name, value in self.settings.items()}
        engine = compose(Settings(_env_file=None, data_dir=self.folder / "kept", **given))  # type: ignore[arg-type]  # pydantic checks them
        await engine.start()
        try:
            yield engine
        finally:
            await engine.stop()

    @contextmanager
    def working(self, slots: int = 4) -> Iterator[subprocess.Popen[str]]:
        with start(self.folder, "worker", "--slots", str(slots), **self.settings) as worker:
            try:
                assert worker.stdout is not None
                greeting = worker.stdout.readline()
                assert f"Listening on soul, {slots} conversations" in greeting, worker.communicate()
                yield worker
            finally:
                worker.kill()
                worker.communicate(timeout=TIMEOUT_SECONDS)


@pytest.fixture
def place(tmp_path: Path, mongo_standalone: MongoServer, redis_server: RedisServer) -> Place:
    with redis.Redis.from_url(redis_server.start().url) as client:
        client.flushall()
    return Place(
        tmp_path,
        {
            "MONGO_CONNECTION": mongo_standalone.start().uri,
            "DATABASE_NAME": f"working_{secrets.token_hex(6)}",
            "REDIS_URL": redis_server.url,
        },
    )


async def reply_events(engine: Engine, text: str, person: str = "ann") -> list[JobEvent]:
    job = await engine.submit(person=person, text=text)
    async with asyncio.timeout(TIMEOUT_SECONDS):
        return [event async for event in each_event(engine, person, job.job_id)]


async def test_a_worker_answers_and_its_reply_is_streamed(place: Place) -> None:
    async with place.serving() as engine:
        with place.working() as worker:
            for text in ("Hello, I am Ann.", "I got the job!"):
                events = await reply_events(engine, text)
                assert [each.event for each in events[:3]] == ["status", "status", "progress"]
                assert events[-1].body["status"] == "succeeded"
                assert "text" in {each.event for each in events}
            worker.terminate()
            said, complaints = worker.communicate(timeout=TIMEOUT_SECONDS)
            assert (worker.returncode, said) == (0, "")
            assert "worker_stopped" in complaints
            assert "Traceback" not in complaints


async def test_a_stopping_worker_finishes_running_jobs(place: Place) -> None:
    async with place.serving() as engine:
        with place.working() as worker:
            jobs = [
                await engine.submit(person=f"p{number}", text="I lost my dog today.")
                for number in range(12)
            ]
            os.kill(worker.pid, signal.SIGTERM)
            await asyncio.to_thread(worker.wait, TIMEOUT_SECONDS)
            assert worker.returncode == 0
        with place.working():
            for number, job in enumerate(jobs):
                async with asyncio.timeout(TIMEOUT_SECONDS):
                    events = [each async for each in each_event(engine, f"p{number}", job.job_id)]
                assert events[-1].body["status"] == "succeeded"


async def test_rq_knows_the_worker_until_it_ends(place: Place) -> None:
    with redis.Redis.from_url(place.settings["REDIS_URL"]) as client:
        with place.working() as worker:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                while not Worker.count(connection=client):  # noqa: ASYNC110 - another process's
                    await asyncio.sleep(0.05)
            (known,) = Worker.all(connection=client)
            assert (known.pid, known.queue_names()) == (worker.pid, ["soul"])
            worker.terminate()
            worker.communicate(timeout=TIMEOUT_SECONDS)
        assert not Worker.count(connection=client)


async def test_a_plain_rq_worker_answers_too(place: Place) -> None:
    async with place.serving() as engine:
        first = await engine.submit(person="ann", text="Hello, I am Ann.")
        again = await engine.submit(person="ann", text="I got the job!")
        worker = await asyncio.to_thread(
            subprocess.run,
            [*RQ, "--url", place.settings["REDIS_URL"], "--max-jobs", "1"],
            cwd=place.folder,
            env=environ(place.folder, **place.settings),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        assert worker.returncode == 0, worker.stderr
        assert "Traceback" not in worker.stdout + worker.stderr
        for job in (first, again):
            assert (await engine.job("ann", job.job_id)).status == "succeeded"


def test_without_redis_a_worker_does_not_start(soul: Soul) -> None:
    result = soul("worker")
    assert result.returncode == 1
    assert result.stderr.startswith("soul: a worker is notified through Redis: set REDIS_URL")
    assert len(result.stderr.splitlines()) == 1
