"""Leases are short, and renewed while work is done under them."""

import asyncio

import pytest

from synthetic_soul.engine import runtime
from synthetic_soul.engine.engine import Engine
from synthetic_soul.engine.runtime import LEASE_TTL
from synthetic_soul.errors import FenceBroken, NotFound
from synthetic_soul.mind.events import MessageHeard
from tests.support.engine_harness import Harness, OpenEngine, check_guarantees, until
from tests.support.stub_voices import PausedVoice

pytestmark = pytest.mark.anyio


async def free(harness: Harness, name: str = "work") -> bool:
    lease = await harness.engine.store.leases.acquire("jasmine", name, ttl=1, holder="another")
    if lease is not None:
        await harness.engine.store.leases.release(lease)
    return lease is not None


async def test_a_lease_is_renewed_while_the_work_lasts(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "LEASE_RENEWAL", 0.005)
    async with harness.runtime.lease("jasmine", "work") as lease:
        assert lease is not None
        for _ in range(4):
            harness.clock.forward(LEASE_TTL - 1)
            assert not await free(harness)
            await asyncio.sleep(0.05)
    assert await free(harness)


async def test_a_lease_that_nobody_renews_runs_out(harness: Harness) -> None:
    async with harness.runtime.lease("jasmine", "work") as lease:
        assert lease is not None
        harness.clock.forward(LEASE_TTL)
        assert await free(harness)


async def test_a_lease_that_was_taken_is_not_taken_back(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "LEASE_RENEWAL", 0.005)
    async with harness.runtime.lease("jasmine", "work"):
        harness.clock.forward(LEASE_TTL)
        other = await harness.engine.store.leases.acquire(
            "jasmine", "work", ttl=LEASE_TTL, holder="another"
        )
        assert other is not None
        await asyncio.sleep(0.05)
        async with harness.runtime.lease("jasmine", "work") as again:
            assert again is None
    async with harness.runtime.lease("jasmine", "work") as again:
        assert again is None


async def test_a_lease_that_another_had_and_released_is_not_kept(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "LEASE_RENEWAL", 0.005)
    async with harness.runtime.lease("jasmine", "work") as lease:
        assert lease is not None
        harness.clock.forward(LEASE_TTL)
        assert await free(harness)
        await asyncio.sleep(0.05)
        assert await free(harness)
        with pytest.raises(FenceBroken):
            await harness.runtime.agents.get().state.append([], at=harness.clock(), lease=lease)


async def test_an_engine_that_only_attends_answers_one_notification(
    open_engine: OpenEngine,
) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice) as harness:
        queued = [
            await harness.engine.submit(person="ann", text=text) for text in ("Hi!", "There?")
        ]
        await voice.begun.wait()
        await harness.crash()
        harness.clock.forward(LEASE_TTL)
        voice.go.set()
        alone = Engine(harness.runtime)
        await alone.attend("jasmine", "dm:ann")
        with pytest.raises(NotFound):
            await alone.attend("nobody", "dm:ann")
    async with open_engine() as harness:
        await check_guarantees(harness.engine, [job.job_id for job in queued])


async def test_a_message_accepted_while_the_lease_was_held_is_found_at_the_last_check(
    open_engine: OpenEngine,
) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice) as harness:
        first = await harness.engine.submit(person="ann", text="Hi!")
        await voice.begun.wait()
        second = MessageHeard(
            id=harness.runtime.new_id("jasmine"),
            conversation="dm:ann",
            person="ann",
            words=harness.runtime.seal("Still there?", "ann"),
        )
        await harness.runtime.agents.get().state.append(
            [second], at=harness.clock()
        )  # notified elsewhere
        voice.go.set()
        await until(lambda: harness.runtime.runner.running == 0)
        await check_guarantees(harness.engine, [first.job_id, second.id])
