"""A turn that fails: tried again, then recorded as a failure that people see and can retry."""

import errno

import pytest

from synthetic_soul.errors import StorageFull, Unavailable
from synthetic_soul.jobs.in_process import TRIES
from synthetic_soul.mind.events import TurnFailed
from tests.support.living import MINUTE, Life, Lives, check_promise, told_apart
from tests.support.speakers import Breaking, Held

pytestmark = pytest.mark.anyio


async def notify(life: Life) -> None:
    """Have the conversation looked at, as the sweep does."""
    life.runtime.runner.notify("jasmine", "dm:ann")
    await life.settled()


async def test_a_defect_is_recorded_as_internal_after_three_tries_and_can_be_retried(
    lives: Lives,
) -> None:
    voice = Breaking(ZeroDivisionError("a defect"))
    async with lives(voice=voice) as life:
        heard = await life.engine.submit(person="ann", text="My name is Tomas.")
        await life.settled()
        for tried in range(1, TRIES):
            assert voice.asked == tried
            assert (await life.engine.job("ann", heard.job_id)).status == "queued"
            await notify(life)
        job = await life.engine.job("ann", heard.job_id)
        assert voice.asked == TRIES
        assert job.status == "failed"
        assert job.error is not None
        assert (job.error.code, job.error.retryable) == ("internal", True)
        assert "defect" not in job.error.message
        assert await life.engine.facts("ann") == []
        assert isinstance((await life.events())[-1], TurnFailed)
        voice.fault = None
        await life.engine.retry("ann", heard.job_id)
        assert (await life.outcome(heard.job_id)).status == "succeeded"
        assert {fact.value for fact in await life.engine.facts("ann")} == {"Tomas"}


async def test_the_sweep_tries_again_by_itself(lives: Lives) -> None:
    voice = Breaking(ZeroDivisionError("a defect"))
    async with lives(voice=voice, sweep_rate=0.02) as life:
        heard = await life.engine.submit(person="ann", text="Hello!")
        life.clock.forward(MINUTE)
        assert (await life.outcome(heard.job_id)).status == "failed"
        assert voice.asked == TRIES


async def test_others_are_answered_meanwhile(lives: Lives) -> None:
    voice = Breaking(ZeroDivisionError("a defect"))
    async with lives(voice=voice) as life:
        poisoned = await life.engine.submit(person="ann", text="Hello!")
        await life.settled()
        voice.fault = None
        assert await life.told("Hello!", "bob")
        assert (await life.engine.job("ann", poisoned.job_id)).status == "queued"
        assert (await life.engine.queue())["waiting"] == 1
        await notify(life)
        await check_promise(life.engine, [poisoned.job_id])


async def test_storage_that_is_away_is_waited_for_however_long(lives: Lives) -> None:
    voice = Breaking(Unavailable("away"))
    async with lives(voice=voice) as life:
        heard = await life.engine.submit(person="ann", text="Hello!")
        for _ in range(3 * TRIES):
            await notify(life)
        assert (await life.engine.job("ann", heard.job_id)).status == "queued"
        voice.fault = None
        await notify(life)
        await check_promise(life.engine, [heard.job_id])


async def test_a_failure_that_cannot_be_recorded_yet_is_recorded_later(
    lives: Lives, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = Breaking(OSError(errno.EIO, "a defect"))
    async with lives(voice=voice) as life:
        heard = await life.engine.submit(person="ann", text="Hello!")
        for _ in range(TRIES - 2):
            await notify(life)
        with monkeypatch.context() as while_full:
            while_full.setattr(life.engine.store.journal, "append", full)
            await notify(life)
            await notify(life)
        assert (await life.engine.job("ann", heard.job_id)).status == "queued"
        await notify(life)
        job = await life.engine.job("ann", heard.job_id)
        assert job.error is not None
        assert job.error.code == "internal"
        assert len((await told_apart(life.engine.store))[heard.job_id]) == 1


async def full(*_: object, **__: object) -> None:
    raise StorageFull("no space")


async def test_a_turn_leaves_alone_what_another_process_is_answering(life: Life) -> None:
    lease = await life.engine.store.leases.acquire(
        "jasmine", "turn:dm:ann", ttl=MINUTE, holder="another"
    )
    assert lease is not None
    heard = await life.engine.submit(person="ann", text="Hello!")
    await notify(life)
    assert (await life.engine.job("ann", heard.job_id)).status == "queued"
    await life.engine.store.leases.release(lease)
    await notify(life)
    await check_promise(life.engine, [heard.job_id])


async def test_a_turn_that_lost_its_lease_records_nothing(lives: Lives) -> None:
    voice = Held()
    async with lives(voice=voice) as life:
        heard = await life.engine.submit(person="ann", text="My name is Tomas.")
        await voice.begun.wait()
        life.clock.forward(MINUTE)
        lease = await life.engine.store.leases.acquire(
            "jasmine", "turn:dm:ann", ttl=1, holder="another"
        )
        assert lease is not None
        await life.engine.store.leases.release(lease)
        voice.go.set()
        await life.settled()
        assert (await life.engine.job("ann", heard.job_id)).status == "queued"
        assert await life.engine.facts("ann") == []
        await notify(life)
        await check_promise(life.engine, [heard.job_id])


async def test_the_log_of_a_broken_turn_holds_nobodys_words(
    lives: Lives, capsys: pytest.CaptureFixture[str]
) -> None:
    voice = Breaking(ValueError("cannot make sense of: my sister Quintessa"))
    async with lives(voice=voice) as life:
        await life.engine.submit(person="ann", text="My sister is called Quintessa.")
        for _ in range(TRIES):
            await notify(life)
    told = "".join(capsys.readouterr())
    assert "turn_broke" in told
    assert "ValueError" in told
    assert "speakers.py" in told
    assert "Quintessa" not in told
