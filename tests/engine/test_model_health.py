"""A model that fails: one line in the log, health that says why, and words for the person."""

import asyncio

import pytest

from synthetic_soul import errors
from synthetic_soul.engine.background import Thinker
from synthetic_soul.engine.memory import reflection
from synthetic_soul.engine.model_health import ModelHealth
from synthetic_soul.engine.views import failure_message
from synthetic_soul.errors import ModelError, ModelKeyRejected
from synthetic_soul.jobs.in_process import InProcessEventBus
from synthetic_soul.jobs.redis_event_bus import RedisEventBus
from synthetic_soul.llm.diagnosis.failures import BAD_REQUEST
from tests.support.engine_harness import MINUTE, SOON, Harness, OpenEngine
from tests.support.fake_model import FakeModel, Fault
from tests.support.servers import RedisServer

pytestmark = pytest.mark.anyio

KEY = "sk-0123456789abcdef"
TRIES = 3
FAULTS = {
    "key": ([Fault("status", 401)], "model_key"),
    "name": ([Fault("status", 404)], "model_name"),
    "quota": ([Fault("status", 429, error_code="insufficient_quota")], "model_quota"),
    "rate": ([Fault("status", 429)] * TRIES, "model_rate_limited"),
    "policy": ([Fault("filter")], "model_policy"),
    "context": ([Fault("status", 400, error_code="context_length_exceeded")] * 2, "model_context"),
    "unreachable": ([Fault("reset")] * TRIES, "model_unreachable"),
    "time": ([Fault("hang", after=1)], "model_timeout"),
    "garbled": ([Fault("garbage")] * TRIES, "model_garbled"),
    "broken off": ([Fault("cut", after=1)], "model_interrupted"),
    "server": ([Fault("status", 500)] * TRIES, "model_error"),
}


async def model_state(harness: Harness) -> dict[str, object]:
    health = await harness.engine.healthy()
    state = health["model"]
    assert isinstance(state, dict)
    assert health["status"] == ("ok" if state["status"] == "ok" else "degraded")
    return state


def failures_logged(capsys: pytest.CaptureFixture[str]) -> list[str]:
    logged = "".join(capsys.readouterr())
    assert KEY not in logged
    return [line for line in logged.splitlines() if "failed" in line]


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_failed_reply_is_one_line_in_the_log_and_one_class_in_health_until_a_success(
    open_engine: OpenEngine, fake_model: FakeModel, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    script, code = FAULTS[fault]
    timeout = 0.5 if fault == "time" else 60
    async with open_engine(model=fake_model, llm_api_key=KEY, llm_timeout=timeout) as harness:
        assert await model_state(harness) == {"status": "ok"}
        fake_model.script.extend(script)
        job = await harness.ask("My sister Quintessa is here.")
        (line,) = failures_logged(capsys)
        assert f"code={code}" in line
        assert "purpose=reply" in line
        assert "mend=" in line
        assert "Quintessa" not in line
        state = await model_state(harness)
        assert (state["status"], state["code"], state["since"]) == (
            "failing",
            code,
            harness.clock(),
        )
        assert state["mend"]
        assert KEY not in str(state)
        assert job.error is not None
        assert (job.error.code, job.error.message) == (code, failure_message(code))
        fake_model.script.clear()
        await harness.engine.retry("ann", job.job_id)
        assert (await harness.outcome(job.job_id)).status == "succeeded"
        assert await model_state(harness) == {"status": "ok"}
        assert failures_logged(capsys) == []


async def test_failures_in_a_row_are_a_line_each_and_since_the_first(
    open_engine: OpenEngine, fake_model: FakeModel, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_engine(model=fake_model) as harness:
        fake_model.script.extend([Fault("status", 401), Fault("status", 404)])
        await harness.ask("One.")
        first = harness.clock()
        await harness.ask("Two.")
        state = await model_state(harness)
        assert (state["code"], state["since"]) == ("model_name", first)
        assert len(failures_logged(capsys)) == 2


@pytest.mark.parametrize("purpose", ["reflection", "thought"])
async def test_side_work_that_fails_is_a_line_in_the_log_and_in_health_too(
    open_engine: OpenEngine, fake_model: FakeModel, capsys: pytest.CaptureFixture[str], purpose: str
) -> None:
    async with open_engine(model=fake_model) as harness:
        thinker = Thinker(harness.runtime)
        for number in range(reflection.MIN_LINES):
            await harness.say(f"Honey is better than jam, I think ({number}).")
        harness.clock.forward(2 * MINUTE)
        fake_model.script.append(Fault("status", 401))
        if purpose == "thought":
            await thinker.think_all()
        else:
            await reflection.reflect_all(harness.runtime)
        (line,) = failures_logged(capsys)
        assert f"purpose={purpose}" in line
        assert "code=model_key" in line
        assert (await model_state(harness))["code"] == "model_key"
        await harness.say("Good morning.")
        assert await model_state(harness) == {"status": "ok"}


async def test_a_spent_budget_is_no_fault_of_the_model(
    open_engine: OpenEngine, fake_model: FakeModel, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_engine(model=fake_model, person_budget=1) as harness:
        await harness.say("One.")
        job = await harness.ask("Two.")
        assert job.error is not None
        assert job.error.code == "budget_spent"
        assert await model_state(harness) == {"status": "ok"}
        assert failures_logged(capsys) == []


async def test_without_a_model_health_says_nothing_of_one(harness: Harness) -> None:
    assert "model" not in await harness.engine.healthy()


async def test_processes_see_each_others_failures_until_the_next_success() -> None:
    bus = InProcessEventBus()
    worker, api = ModelHealth(bus, lambda: 7), ModelHealth(bus, lambda: 9)
    assert await api.failure() is None
    await worker.failed("reply", "m", ModelKeyRejected("no", reason="bad key", mend="set a key"))
    seen = await api.failure()
    assert seen is not None
    assert (seen.code, seen.reason, seen.mend, seen.since) == (
        "model_key",
        "bad key",
        "set a key",
        7,
    )
    await worker.succeeded()
    assert await api.failure() is None


async def test_they_see_them_through_redis(redis_server: RedisServer) -> None:
    worker_bus, api_bus = RedisEventBus(redis_server.url), RedisEventBus(redis_server.url)
    worker, api = ModelHealth(worker_bus, lambda: 7), ModelHealth(api_bus, lambda: 9)
    await worker_bus.open()
    await api_bus.open()
    try:
        await worker.failed("reply", "m", ModelKeyRejected("no", reason="bad key", mend="set one"))
        async with asyncio.timeout(SOON):
            while (seen := await api.failure()) is None:  # noqa: ASYNC110 - asks Redis
                await asyncio.sleep(0.01)
        assert (seen.code, seen.reason, seen.since) == ("model_key", "bad key", 7)
        await worker.succeeded()
        async with asyncio.timeout(SOON):
            while await api.failure() is not None:  # noqa: ASYNC110 - asks Redis
                await asyncio.sleep(0.01)
    finally:
        await worker_bus.close()
        await api_bus.close()


async def test_a_worker_that_was_started_anew_takes_back_what_it_said_before() -> None:
    bus = InProcessEventBus()
    await ModelHealth(bus, lambda: 7).failed("reply", "m", ModelError("no"))
    await ModelHealth(bus, lambda: 8).succeeded()
    assert await ModelHealth(bus, lambda: 9).failure() is None


def model_errors(kind: type[ModelError] = ModelError) -> list[type[ModelError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in model_errors(child))]


@pytest.mark.parametrize("kind", model_errors(), ids=lambda kind: kind.code)
def test_every_class_of_failure_is_one_of_the_errors(kind: type[ModelError]) -> None:
    assert kind.__module__ == errors.__name__


@pytest.mark.parametrize("code", [*(kind.code for kind in model_errors()), BAD_REQUEST])
def test_every_class_of_failure_has_a_sentence_of_its_own(code: str) -> None:
    sentence = failure_message(code)
    assert sentence != failure_message("internal")
    assert sentence.endswith(".")
    assert "model" in sentence
