"""RQ jobs as notifications: doubled, lost, late and poisoned ones; workers side by side."""

import asyncio
import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from rq import Callback, Queue, Worker
from rq.job import JobStatus
from rq.registry import StartedJobRegistry

from synthetic_soul.jobs.rq_runner import (
    ANSWER,
    JOB_KEY,
    QUEUE,
    QUEUE_KEY,
    RqRunner,
    RqWorker,
    job_id,
    notification_of,
)
from tests.jobs.redis_fakes import SOON, Bomb, own_certificate, relayed, server_tls, until
from tests.support.servers import RedisServer

pytestmark = pytest.mark.anyio

RQ = [sys.executable, "-m", "rq.cli"]
Notification = tuple[str, str]


async def nothing(*_: object) -> None:
    """Work that is done elsewhere."""


async def no_work(*_: object) -> bool:
    return False


class Receiver:
    """Records the notifications of an ``RqWorker``; ``taken`` slots are in use."""

    def __init__(self) -> None:
        self.received: list[Notification] = []
        self.taken = 0

    def notify(self, agent: str, conversation: str) -> None:
        self.received.append((agent, conversation))


@asynccontextmanager
async def listening(url: str, slots: int = 100, taken: int = 0) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    receiver.taken = taken
    rq_worker = RqWorker(url, slots=slots, notify=receiver.notify, running=lambda: receiver.taken)
    await rq_worker.start()
    try:
        yield receiver
    finally:
        await rq_worker.stop()


@pytest.fixture
async def runner(server: RedisServer) -> AsyncIterator[RqRunner]:
    made = RqRunner(server.url)
    await made.start(no_work, nothing)
    yield made
    await made.stop(5)


def workers(raw: redis.Redis) -> int:
    return Worker.count(connection=raw)


@pytest.mark.parametrize("name", ["dm:ann", "group", "dm:Łuká/š \n%'\"", "", "x" * 300, "\ud800"])
def test_an_id_holds_every_name(name: str) -> None:
    assert notification_of(job_id("jasmine", name).encode()) == ("jasmine", name)
    assert job_id("a", "bc") != job_id("ab", "c")


@pytest.mark.parametrize("id", [b"", b"x", b"\xff\xfe", b"bnVsbA", b"WzEsMl0", b"W" * 90_000])
def test_a_foreign_id_is_no_notification(id: bytes) -> None:
    assert notification_of(id) is None


async def test_a_queued_notification_absorbs_others_for_the_same_conversation(
    server: RedisServer, runner: RqRunner, raw: redis.Redis
) -> None:
    for _ in range(50):
        runner.notify("jasmine", "dm:a")
        await asyncio.sleep(0.001)
    runner.notify("jasmine", "dm:b")
    await until(lambda: raw.llen(QUEUE_KEY) == 2)
    second = RqRunner(server.url)
    await second.start(no_work, nothing)
    second.notify("jasmine", "dm:a")
    second.notify("jasmine", "dm:c")
    await until(lambda: raw.llen(QUEUE_KEY) == 3)
    await second.stop(5)
    assert raw.llen(QUEUE_KEY) == 3


async def test_a_notification_that_was_received_can_come_again(
    server: RedisServer, runner: RqRunner
) -> None:
    async with listening(server.url) as receiver:
        for times in range(1, 6):
            runner.notify("jasmine", "dm:a")
            await until(lambda: len(receiver.received) == times)  # noqa: B023 - ends here
    assert set(receiver.received) == {("jasmine", "dm:a")}


async def test_its_job_is_deleted_when_a_notification_is_received(
    server: RedisServer, runner: RqRunner, raw: redis.Redis
) -> None:
    left: list[int] = []
    receiver = Receiver()

    def notify(agent: str, conversation: str) -> None:
        left.append(int(raw.exists(JOB_KEY + job_id(agent, conversation).encode())))
        receiver.notify(agent, conversation)

    rq_worker = RqWorker(server.url, slots=100, notify=notify, running=lambda: 0)
    await rq_worker.start()
    for number in range(20):
        runner.notify("jasmine", f"dm:{number}")
    await until(lambda: len(receiver.received) == 20)
    await rq_worker.stop()
    assert left == [0] * 20


async def test_many_notifications_are_each_received_once_by_one_of_several(
    server: RedisServer, runner: RqRunner
) -> None:
    async with listening(server.url) as one, listening(server.url) as other:
        notifications = [("jasmine", f"dm:{number}") for number in range(300)]
        for notification in notifications:
            runner.notify(*notification)
        await until(lambda: len(one.received) + len(other.received) >= len(notifications))
    assert sorted(one.received + other.received) == sorted(notifications)


async def test_a_worker_without_free_slots_leaves_notifications_to_another(
    server: RedisServer, runner: RqRunner, raw: redis.Redis
) -> None:
    async with listening(server.url, slots=4, taken=4) as full:
        for number in range(10):
            runner.notify("jasmine", f"dm:{number}")
        await until(lambda: raw.llen(QUEUE_KEY) == 10)
        await asyncio.sleep(0.05)
        assert (raw.llen(QUEUE_KEY), full.received) == (10, [])
        async with listening(server.url) as free:
            await until(lambda: len(free.received) == 10)
        runner.notify("jasmine", "dm:late")
        full.taken = 3
        await until(lambda: full.received == [("jasmine", "dm:late")])


async def test_no_more_notifications_are_taken_than_there_are_slots(
    server: RedisServer, runner: RqRunner, raw: redis.Redis
) -> None:
    receiver = Receiver()

    def notify(agent: str, conversation: str) -> None:
        receiver.notify(agent, conversation)
        receiver.taken += 1

    rq_worker = RqWorker(server.url, slots=3, notify=notify, running=lambda: receiver.taken)
    for number in range(10):
        runner.notify("jasmine", f"dm:{number}")
    await until(lambda: raw.llen(QUEUE_KEY) == 10)
    await rq_worker.start()
    await until(lambda: len(receiver.received) == 3)
    await asyncio.sleep(0.05)
    assert raw.llen(QUEUE_KEY) == 7
    await rq_worker.stop()
    assert len(receiver.received) == 3


async def test_a_stopped_worker_has_passed_on_all_that_it_took(
    server: RedisServer, runner: RqRunner, raw: redis.Redis
) -> None:
    for number in range(500):
        runner.notify("jasmine", f"dm:{number}")
    async with listening(server.url, slots=1000) as receiver:
        await until(lambda: receiver.received)
    await runner.stop(5)
    await asyncio.sleep(0)
    assert len(receiver.received) + raw.llen(QUEUE_KEY) == 500


async def test_notifications_arrive_again_after_redis_was_killed(
    server: RedisServer, runner: RqRunner, raw: redis.Redis
) -> None:
    async with listening(server.url) as receiver:
        runner.notify("jasmine", "dm:before")
        await until(lambda: receiver.received == [("jasmine", "dm:before")])
        server.kill()
        runner.notify("jasmine", "dm:meanwhile")
        await asyncio.sleep(0.3)
        server.start()
        await until(lambda: ("jasmine", "dm:meanwhile") in receiver.received)
        runner.notify("jasmine", "dm:after")
        await until(lambda: ("jasmine", "dm:after") in receiver.received)
        await until(lambda: workers(raw) == 1)


async def test_notifying_never_waits_and_stopping_not_for_long_while_redis_is_away(
    server: RedisServer,
) -> None:
    server.kill()
    runner = RqRunner(server.url)
    async with asyncio.timeout(SOON), listening(server.url):
        await runner.start(no_work, nothing)
        for number in range(20_000):
            runner.notify("jasmine", f"dm:{number}")
        assert len(runner._buffer) < 10_100
        await runner.stop(1)
    server.start()


async def test_after_flushall_the_worker_registers_again_and_notifications_arrive(
    server: RedisServer, runner: RqRunner, raw: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthetic_soul.jobs.rq_runner.HEARTBEAT_S", 0.1)
    async with listening(server.url) as receiver:
        await until(lambda: workers(raw) == 1)
        raw.flushall()
        runner.notify("jasmine", "dm:a")
        await until(lambda: receiver.received == [("jasmine", "dm:a")])
        await until(lambda: workers(raw) == 1)
    assert workers(raw) == 0


def out_since(raw: redis.Redis, seconds: float) -> None:
    """Leave a notification as a killed worker does: no more in the queue, its job still there."""
    key = JOB_KEY + job_id("jasmine", "dm:a").encode()
    at = datetime.now(UTC) - timedelta(seconds=seconds)
    raw.hset(key, mapping={"status": "started", "enqueued_at": at.isoformat()})


async def test_a_notification_that_was_lost_with_its_worker_is_sent_again(
    server: RedisServer, runner: RqRunner, raw: redis.Redis
) -> None:
    async with listening(server.url) as receiver:
        out_since(raw, 3)
        runner.notify("jasmine", "dm:a")
        runner.notify("jasmine", "dm:b")
        await until(lambda: receiver.received)
        assert receiver.received == [("jasmine", "dm:b")]
        out_since(raw, 20)
        runner.notify("jasmine", "dm:a")
        await until(lambda: ("jasmine", "dm:a") in receiver.received)


async def test_a_notification_that_waits_in_the_queue_is_not_sent_again(
    runner: RqRunner, raw: redis.Redis
) -> None:
    runner.notify("jasmine", "dm:a")
    await until(lambda: raw.llen(QUEUE_KEY) == 1)
    out_since(raw, 3600)
    for number in range(3):
        runner.notify("jasmine", "dm:a")
        runner.notify("jasmine", f"dm:{number}")
        await until(lambda: raw.llen(QUEUE_KEY) == number + 2)  # noqa: B023 - ends here


async def test_poisoned_jobs_do_no_harm(
    server: RedisServer, runner: RqRunner, raw: redis.Redis, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    poison = {"data": pickle.dumps(Bomb(mark)), "timeout": b"soon", "status": b"\xff"}
    for name in (b"foreign", b"\xff\x00", job_id("jasmine", "dm:poisoned").encode()):
        raw.hset(JOB_KEY + name, mapping=poison)  # type: ignore[arg-type]  # invariant
        raw.rpush(QUEUE_KEY, name)
    raw.set(JOB_KEY + job_id("jasmine", "dm:foreign").encode(), "no job at all")
    async with listening(server.url) as receiver:
        runner.notify("jasmine", "dm:foreign")
        runner.notify("jasmine", "dm:a")
        await until(lambda: len(receiver.received) == 3)
    assert set(receiver.received) == {
        ("jasmine", f"dm:{name}") for name in ("poisoned", "foreign", "a")
    }
    assert not mark.exists()
    assert not raw.keys(JOB_KEY + b"*")


async def test_maintenance_forgets_killed_workers_and_runs_nothing_that_a_job_names(
    server: RedisServer, raw: redis.Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthetic_soul.jobs.rq_runner.MAINTENANCE_S", 0.1)
    mark = tmp_path / "called"
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "named_by_a_job.py").write_text(f"open({str(mark)!r}, 'w').close()")
    queue = Queue(QUEUE, connection=raw, serializer="json")
    callback = Callback("named_by_a_job.call")
    abandoned = queue.create_job(ANSWER, status=JobStatus.STARTED, on_failure=callback)
    abandoned.save()
    raw.zadd(StartedJobRegistry(queue=queue).key, {f"{abandoned.id}:run": 1})
    raw.sadd("rq:workers", "rq:worker:killed")
    raw.sadd(f"rq:workers:{QUEUE}", "rq:worker:killed")
    async with listening(server.url):
        await until(lambda: not raw.sismember("rq:workers", "rq:worker:killed"))
        await until(lambda: not raw.sismember(f"rq:workers:{QUEUE}", "rq:worker:killed"))
    assert not mark.exists()


async def test_a_foreign_value_under_the_queues_key_is_survived(
    server: RedisServer, runner: RqRunner, raw: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthetic_soul.jobs.rq_runner.LOST_AFTER", timedelta())
    raw.set(QUEUE_KEY, "foreign")
    async with listening(server.url) as receiver:
        runner.notify("jasmine", "dm:a")
        await asyncio.sleep(0.2)
        raw.delete(QUEUE_KEY)

        def received() -> bool:
            runner.notify("jasmine", "dm:a")  # as the sweep does
            return bool(receiver.received)

        await until(received)


async def test_suspended_workers_leave_notifications_alone_until_they_are_resumed(
    server: RedisServer, runner: RqRunner, raw: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthetic_soul.jobs.rq_runner.HEARTBEAT_S", 0.05)
    await told("suspend", server)
    async with listening(server.url) as receiver:
        runner.notify("jasmine", "dm:a")
        await until(lambda: raw.llen(QUEUE_KEY) == 1)
        await asyncio.sleep(0.2)
        assert receiver.received == []
        await told("resume", server)
        await until(lambda: receiver.received == [("jasmine", "dm:a")])


async def told(command: str, server: RedisServer, *words: str, **settings: str) -> str:
    """What RQ's own program says."""
    process = await asyncio.to_thread(
        subprocess.run,
        [*RQ, command, "--url", server.url, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=SOON,
        env={**os.environ, "NO_COLOR": "1", "MONGO_CONNECTION": "", **settings},
    )
    assert process.returncode == 0, process.stderr
    return process.stdout + process.stderr


async def test_rq_info_sees_the_worker_and_what_waits(
    server: RedisServer, runner: RqRunner, raw: redis.Redis
) -> None:
    async with listening(server.url, slots=1, taken=1):
        runner.notify("jasmine", "dm:a")
        await until(lambda: raw.llen(QUEUE_KEY) == 1 and workers(raw) == 1)
        shown = await told("info", server, "--raw")
        assert "queue soul 1" in shown
        assert f"{os.getpid()}" in shown


async def test_a_plain_rq_worker_takes_the_same_jobs_from_the_same_queue(
    server: RedisServer, runner: RqRunner, raw: redis.Redis
) -> None:
    runner.notify("jasmine", "dm:a")
    await until(lambda: raw.llen(QUEUE_KEY) == 1)
    said = await told(
        "worker", server, "--burst", "--serializer", "json", QUEUE, REDIS_URL=server.url
    )
    assert "messages for jasmine" in said
    assert "dm:a" not in said  # whose conversation it is, is nobody's business
    queue = Queue(QUEUE, connection=raw, serializer="json")
    job = queue.fetch_job(job_id("jasmine", "dm:a"))
    assert job is not None
    assert (job.func_name, job.args, job.is_failed) == (ANSWER, ["jasmine", "dm:a"], True)
    assert "REDIS_URL is set without MONGO_CONNECTION" in said  # it ran, up to there
    assert raw.ttl(job.key) <= 60


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate")
async def test_notifications_go_over_tls(server: RedisServer, tmp_path: Path) -> None:
    certificate, key = own_certificate(tmp_path)
    async with relayed(server.port, tls=server_tls(certificate, key)) as port:
        url = f"rediss://127.0.0.1:{port}?ssl_ca_certs={certificate}"
        runner = RqRunner(url)
        await runner.start(no_work, nothing)
        async with listening(url) as receiver:
            runner.notify("jasmine", "dm:a")
            await until(lambda: receiver.received == [("jasmine", "dm:a")])
        await runner.stop(5)


async def test_a_worker_stops_soon_although_redis_is_silent(
    server: RedisServer, raw: redis.Redis
) -> None:
    try:
        async with asyncio.timeout(8), listening(server.url):
            await until(lambda: workers(raw))
            os.kill(server.pid, signal.SIGSTOP)
    finally:
        os.kill(server.pid, signal.SIGCONT)
