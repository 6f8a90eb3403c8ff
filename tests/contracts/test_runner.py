"""What every runner and every event bus guarantees; a new one is a new parameter."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import redis

from synthetic_soul.errors import Unavailable
from synthetic_soul.jobs.base import Chunk, EventBus, GiveUp, Runner, Work
from synthetic_soul.jobs.in_process import InProcessEventBus, InProcessRunner
from synthetic_soul.jobs.redis_event_bus import RedisEventBus
from synthetic_soul.jobs.rq_runner import RqRunner, RqWorker
from tests.support.servers import RedisServer

pytestmark = pytest.mark.anyio

Place = tuple[str, str]


class StubWork:
    """Work that can be paused, and that records what was done."""

    def __init__(self) -> None:
        self.done: list[Place] = []
        self.ended = 0
        self.given_up: list[Place] = []
        self.at_once: dict[Place, int] = {}
        self.most_at_once = 0
        self.allowed = asyncio.Event()
        self.allowed.set()
        self.fault: Exception | None = None
        self.rounds: dict[Place, int] = {}

    async def work(self, agent: str, conversation: str) -> bool:
        place = (agent, conversation)
        self.at_once[place] = self.at_once.get(place, 0) + 1
        self.most_at_once = max(self.most_at_once, *self.at_once.values())
        await self.allowed.wait()
        await asyncio.sleep(0)
        self.at_once[place] -= 1
        self.ended += 1
        if self.fault is not None:
            raise self.fault
        self.done.append(place)
        return self.done.count(place) < self.rounds.get(place, 1)

    async def give_up(self, agent: str, conversation: str, error: Exception) -> None:
        assert error is self.fault
        self.given_up.append((agent, conversation))

    async def until(self, ready: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not ready():  # noqa: ASYNC110 - looks at state of any kind
                await asyncio.sleep(0.001)


class RunnerOverRedis:
    """Notifications from one process, through RQ, to a worker's own runner."""

    def __init__(self, url: str) -> None:
        self._runner = RqRunner(url)
        self._in_process = InProcessRunner()
        self._rq_worker = RqWorker(
            url, slots=8, notify=self._in_process.notify, running=lambda: self._in_process.running
        )
        self._started = False

    async def start(self, work: Work, give_up: GiveUp) -> None:
        self._started = True
        await self._in_process.start(work, give_up)
        await self._rq_worker.start()
        await self._runner.start(work, give_up)

    def notify(self, agent: str, conversation: str) -> None:
        self._runner.notify(agent, conversation)

    @property
    def running(self) -> int:
        return self._in_process.running

    async def stop(self, grace: float) -> None:
        if self._started:
            self._started = False
            await self._runner.stop(grace)
            await self._rq_worker.stop()
            await self._in_process.stop(grace)


def emptied(server: RedisServer) -> str:
    with redis.Redis.from_url(server.url) as client:
        client.flushall()
    return server.url


@pytest.fixture(params=["embedded", "redis"])
async def runner(request: pytest.FixtureRequest) -> AsyncIterator[Runner]:
    made: Runner = InProcessRunner()
    if request.param == "redis":
        made = RunnerOverRedis(emptied(request.getfixturevalue("redis_server")))
    yield made
    await made.stop(0)


@pytest.fixture(params=["embedded", "redis"])
async def event_bus(request: pytest.FixtureRequest) -> AsyncIterator[EventBus]:
    made: EventBus = InProcessEventBus()
    if request.param == "redis":
        made = RedisEventBus(emptied(request.getfixturevalue("redis_server")))
    await made.open()
    yield made
    await made.close()


async def test_a_notification_is_answered(runner: Runner) -> None:
    stub = StubWork()
    await runner.start(stub.work, stub.give_up)
    runner.notify("jasmine", "dm:a")
    await stub.until(lambda: stub.done == [("jasmine", "dm:a")])
    await stub.until(lambda: runner.running == 0)


async def test_a_notification_before_the_start_counts(runner: Runner) -> None:
    stub = StubWork()
    runner.notify("jasmine", "dm:a")
    await runner.start(stub.work, stub.give_up)
    await stub.until(lambda: stub.done == [("jasmine", "dm:a")])


async def test_one_conversation_is_worked_on_once_at_a_time_and_looked_at_again(
    runner: Runner,
) -> None:
    stub = StubWork()
    stub.allowed.clear()
    await runner.start(stub.work, stub.give_up)
    runner.notify("jasmine", "dm:a")
    await stub.until(lambda: stub.at_once.get(("jasmine", "dm:a")) == 1)
    for _ in range(5):
        runner.notify("jasmine", "dm:a")
    await asyncio.sleep(0.02)
    stub.allowed.set()
    await stub.until(lambda: len(stub.done) >= 2 and runner.running == 0)
    await asyncio.sleep(0.02)
    assert len(stub.done) <= 3  # a notification may be in transit when the last run begins
    assert stub.most_at_once == 1


async def test_different_conversations_are_worked_on_side_by_side(runner: Runner) -> None:
    stub = StubWork()
    stub.allowed.clear()
    await runner.start(stub.work, stub.give_up)
    for name in "abc":
        runner.notify("jasmine", f"dm:{name}")
    await stub.until(lambda: sum(stub.at_once.values()) == 3)
    assert runner.running == 3
    stub.allowed.set()
    await stub.until(lambda: len(stub.done) == 3)


async def test_a_conversation_with_more_to_answer_lets_others_go_first() -> None:
    runner, stub = InProcessRunner(slots=1), StubWork()
    stub.rounds[("jasmine", "dm:a")] = 3
    await runner.start(stub.work, stub.give_up)
    for name in "abc":
        runner.notify("jasmine", f"dm:{name}")
    await stub.until(lambda: runner.running == 0)
    assert [conversation[-1] for _, conversation in stub.done] == ["a", "b", "c", "a", "a"]


async def test_stop_lets_a_conversation_be_answered_to_its_end() -> None:
    runner, stub = InProcessRunner(slots=1), StubWork()
    stub.rounds[("jasmine", "dm:a")] = 3
    await runner.start(stub.work, stub.give_up)
    runner.notify("jasmine", "dm:a")
    await runner.stop(5)
    assert stub.done == [("jasmine", "dm:a")] * 3


async def test_work_that_breaks_time_and_again_is_given_up(runner: Runner) -> None:
    stub = StubWork()
    stub.fault = ValueError("broken")
    await runner.start(stub.work, stub.give_up)
    for tries in range(3):
        assert stub.given_up == []
        runner.notify("jasmine", "dm:a")
        await stub.until(lambda: stub.ended > tries and runner.running == 0)  # noqa: B023 - ends here
    assert stub.given_up == [("jasmine", "dm:a")]


async def test_work_put_off_by_storage_is_never_given_up(runner: Runner) -> None:
    stub = StubWork()
    stub.fault = Unavailable("away")
    await runner.start(stub.work, stub.give_up)
    for tries in range(9):
        runner.notify("jasmine", "dm:a")
        await stub.until(lambda: stub.ended > tries and runner.running == 0)  # noqa: B023 - ends here
    stub.fault = None
    runner.notify("jasmine", "dm:a")
    await stub.until(lambda: stub.done == [("jasmine", "dm:a")])
    assert stub.given_up == []


async def test_stop_lets_running_work_finish(runner: Runner) -> None:
    stub = StubWork()
    stub.allowed.clear()
    await runner.start(stub.work, stub.give_up)
    runner.notify("jasmine", "dm:a")
    await stub.until(lambda: runner.running == 1)
    asyncio.get_running_loop().call_later(0.02, stub.allowed.set)
    await runner.stop(5)
    assert stub.done == [("jasmine", "dm:a")]


async def test_stop_cancels_what_outlasts_its_grace(runner: Runner) -> None:
    stub = StubWork()
    stub.allowed.clear()
    await runner.start(stub.work, stub.give_up)
    runner.notify("jasmine", "dm:a")
    await stub.until(lambda: runner.running == 1)
    await runner.stop(0.01)
    assert runner.running == 0
    assert stub.done == []


async def test_a_listener_hears_what_comes(event_bus: EventBus) -> None:
    listener = event_bus.follow("t")
    chunks = [Chunk(1, "begun", ("m",)), Chunk(1, "text", number=0, texts=("Hi",))]
    for chunk in chunks:
        await event_bus.publish("t", chunk)
    assert [await anext(listener), await anext(listener)] == chunks
    await listener.aclose()


async def test_who_comes_late_hears_the_turn_under_way_from_its_beginning(
    event_bus: EventBus,
) -> None:
    await event_bus.publish("t", Chunk(1, "begun", ("old",)))
    await event_bus.publish("t", Chunk(1, "ended", ("old",)))
    begun, said = Chunk(2, "begun", ("m",)), Chunk(2, "text", texts=("Hi",))
    await event_bus.publish("t", begun)
    await event_bus.publish("t", said)
    listener = event_bus.follow("t")
    assert [await anext(listener), await anext(listener)] == [begun, said]
    await listener.aclose()


async def test_it_says_which_messages_the_turn_under_way_answers(event_bus: EventBus) -> None:
    assert await event_bus.covered("t") == ()
    listener = event_bus.follow("t")
    await event_bus.publish("t", Chunk(3, "begun", ("m", "n")))
    await event_bus.publish("t", Chunk(3, "text", texts=("Hi",)))
    assert (await anext(listener)).kind == "begun"
    assert await event_bus.covered("t") == ("m", "n")
    assert await event_bus.covered("elsewhere") == ()
    await event_bus.publish("t", Chunk(3, "ended", ("m", "n")))
    while (await anext(listener)).kind != "ended":
        pass
    assert await event_bus.covered("t") == ()
    assert await event_bus.healthy()
    await listener.aclose()


async def test_topics_are_apart_and_a_closed_listener_hears_nothing(event_bus: EventBus) -> None:
    here, there = event_bus.follow("here"), event_bus.follow("there")
    await there.aclose()
    await event_bus.publish("there", Chunk(1, "begun"))
    await event_bus.publish("here", Chunk(2, "begun"))
    assert (await anext(here)).epoch == 2
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await anext(there)
    await here.aclose()


async def test_a_listener_that_does_not_listen_holds_nobody_up(event_bus: EventBus) -> None:
    listener = event_bus.follow("t")
    await event_bus.publish("t", Chunk(1, "begun"))
    for number in range(10_000):
        await event_bus.publish("t", Chunk(1, "text", number=number, texts=("x",)))
    assert (await anext(listener)).kind == "begun"
    await listener.aclose()
