"""A turn that fails: tried again, then recorded as a failure that people see and can retry."""

import errno

import pytest

from synthetic_soul.errors import StorageFull, Unavailable
from synthetic_soul.jobs.in_process import TRIES
from synthetic_soul.mind.events import TurnFailed
from tests.support.engine_harness import (
    MINUTE,
    Harness,
    OpenEngine,
    check_guarantees,
    outcomes_by_message,
)
from tests.support.stub_voices import FailingVoice, PausedVoice

pytestmark = pytest.mark.anyio


async def notify(harness: Harness) -> None:
    """Have the conversation looked at, as the sweep does."""
    harness.runtime.runner.notify("jasmine", "dm:ann")
    await harness.settled()


async def test_a_defect_is_recorded_as_internal_after_three_tries_and_can_be_retried(
    open_engine: OpenEngine,
) -> None:
    voice = FailingVoice(ZeroDivisionError("a defect"))
    async with open_engine(voice=voice) as harness:
        queued = await harness.engine.submit(person="ann", text="My name is Tomas.")
        await harness.settled()
        for tried in range(1, TRIES):
            assert voice.asked == tried
            assert (await harness.engine.job("ann", queued.job_id)).status == "queued"
            await notify(harness)
        job = await harness.engine.job("ann", queued.job_id)
        assert voice.asked == TRIES
        assert job.status == "failed"
        assert job.error is not None
        assert (job.error.code, job.error.retryable) == ("internal", True)
        assert "defect" not in job.error.message
        assert await harness.engine.facts("ann") == []
        assert isinstance((await harness.events())[-1], TurnFailed)
        voice.fault = None
        await harness.engine.retry("ann", queued.job_id)
        assert (await harness.outcome(queued.job_id)).status == "succeeded"
        assert {fact.value for fact in await harness.engine.facts("ann")} == {"Tomas"}


async def test_the_sweep_tries_again_by_itself(open_engine: OpenEngine) -> None:
    voice = FailingVoice(ZeroDivisionError("a defect"))
    async with open_engine(voice=voice, sweep_rate=0.02) as harness:
        queued = await harness.engine.submit(person="ann", text="Hello!")
        harness.clock.forward(MINUTE)
        assert (await harness.outcome(queued.job_id)).status == "failed"
        assert voice.asked == TRIES


async def test_others_are_answered_meanwhile(open_engine: OpenEngine) -> None:
    voice = FailingVoice(ZeroDivisionError("a defect"))
    async with open_engine(voice=voice) as harness:
        poisoned = await harness.engine.submit(person="ann", text="Hello!")
        await harness.settled()
        voice.fault = None
        assert await harness.told("Hello!", "bob")
        assert (await harness.engine.job("ann", poisoned.job_id)).status == "queued"
        assert (await harness.engine.queue())["waiting"] == 1
        await notify(harness)
        await check_guarantees(harness.engine, [poisoned.job_id])


async def test_storage_that_is_away_is_waited_for_however_long(open_engine: OpenEngine) -> None:
    voice = FailingVoice(Unavailable("away"))
    async with open_engine(voice=voice) as harness:
        queued = await harness.engine.submit(person="ann", text="Hello!")
        for _ in range(3 * TRIES):
            await notify(harness)
        assert (await harness.engine.job("ann", queued.job_id)).status == "queued"
        voice.fault = None
        await notify(harness)
        await check_guarantees(harness.engine, [queued.job_id])


async def test_a_failure_that_cannot_be_recorded_yet_is_recorded_later(
    open_engine: OpenEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = FailingVoice(OSError(errno.EIO, "a defect"))
    async with open_engine(voice=voice) as harness:
        queued = await harness.engine.submit(person="ann", text="Hello!")
        for _ in range(TRIES - 2):
            await notify(harness)
        with monkeypatch.context() as while_full:
            while_full.setattr(harness.engine.store.journal, "append", full)
            await notify(harness)
            await notify(harness)
        assert (await harness.engine.job("ann", queued.job_id)).status == "queued"
        await notify(harness)
        job = await harness.engine.job("ann", queued.job_id)
        assert job.error is not None
        assert job.error.code == "internal"
        assert len((await outcomes_by_message(harness.engine.store))[queued.job_id]) == 1


async def full(*_: object, **__: object) -> None:
    raise StorageFull("no space")


async def test_a_turn_leaves_alone_what_another_process_is_answering(harness: Harness) -> None:
    lease = await harness.engine.store.leases.acquire(
        "jasmine", "turn:dm:ann", ttl=MINUTE, holder="another"
    )
    assert lease is not None
    queued = await harness.engine.submit(person="ann", text="Hello!")
    await notify(harness)
    assert (await harness.engine.job("ann", queued.job_id)).status == "queued"
    await harness.engine.store.leases.release(lease)
    await notify(harness)
    await check_guarantees(harness.engine, [queued.job_id])


async def test_a_turn_that_lost_its_lease_records_nothing(open_engine: OpenEngine) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice) as harness:
        queued = await harness.engine.submit(person="ann", text="My name is Tomas.")
        await voice.begun.wait()
        harness.clock.forward(MINUTE)
        lease = await harness.engine.store.leases.acquire(
            "jasmine", "turn:dm:ann", ttl=1, holder="another"
        )
        assert lease is not None
        await harness.engine.store.leases.release(lease)
        voice.go.set()
        await harness.settled()
        assert (await harness.engine.job("ann", queued.job_id)).status == "queued"
        assert await harness.engine.facts("ann") == []
        await notify(harness)
        await check_guarantees(harness.engine, [queued.job_id])


async def test_the_log_of_a_broken_turn_holds_nobodys_words(
    open_engine: OpenEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    voice = FailingVoice(ValueError("cannot make sense of: my sister Quintessa"))
    async with open_engine(voice=voice) as harness:
        await harness.engine.submit(person="ann", text="My sister is called Quintessa.")
        for _ in range(TRIES):
            await notify(harness)
    logged = "".join(capsys.readouterr())
    assert "turn_attempt_failed" in logged
    assert "ValueError" in logged
    assert "stub_voices.py" in logged
    assert "Quintessa" not in logged
