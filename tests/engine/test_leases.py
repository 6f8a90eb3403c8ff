"""Leases are short, and renewed while work is done under them."""

import asyncio

import pytest

from synthetic_soul.engine import runtime
from synthetic_soul.engine.engine import Engine
from synthetic_soul.engine.runtime import LEASE_TTL
from synthetic_soul.errors import FenceBroken, NotFound
from synthetic_soul.mind.events import MessageHeard
from tests.support.living import Life, Lives, check_promise, until
from tests.support.speakers import Held

pytestmark = pytest.mark.anyio


async def free(life: Life, name: str = "work") -> bool:
    lease = await life.engine.store.leases.acquire("jasmine", name, ttl=1, holder="another")
    if lease is not None:
        await life.engine.store.leases.release(lease)
    return lease is not None


async def test_a_lease_is_renewed_while_the_work_lasts(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "LEASE_RENEWAL", 0.005)
    async with life.runtime.lease("jasmine", "work") as lease:
        assert lease is not None
        for _ in range(4):
            life.clock.forward(LEASE_TTL - 1)
            assert not await free(life)
            await asyncio.sleep(0.05)
    assert await free(life)


async def test_a_lease_that_nobody_renews_runs_out(life: Life) -> None:
    async with life.runtime.lease("jasmine", "work") as lease:
        assert lease is not None
        life.clock.forward(LEASE_TTL)
        assert await free(life)


async def test_a_lease_that_was_taken_is_not_taken_back(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "LEASE_RENEWAL", 0.005)
    async with life.runtime.lease("jasmine", "work"):
        life.clock.forward(LEASE_TTL)
        other = await life.engine.store.leases.acquire(
            "jasmine", "work", ttl=LEASE_TTL, holder="another"
        )
        assert other is not None
        await asyncio.sleep(0.05)
        async with life.runtime.lease("jasmine", "work") as again:
            assert again is None
    async with life.runtime.lease("jasmine", "work") as again:
        assert again is None


async def test_a_lease_that_another_had_and_released_is_not_kept(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "LEASE_RENEWAL", 0.005)
    async with life.runtime.lease("jasmine", "work") as lease:
        assert lease is not None
        life.clock.forward(LEASE_TTL)
        assert await free(life)
        await asyncio.sleep(0.05)
        assert await free(life)
        with pytest.raises(FenceBroken):
            await life.runtime.agents.get().state.append([], at=life.clock(), lease=lease)


async def test_an_engine_that_only_attends_answers_one_notification(lives: Lives) -> None:
    voice = Held()
    async with lives(voice=voice) as life:
        heard = [await life.engine.submit(person="ann", text=text) for text in ("Hi!", "There?")]
        await voice.begun.wait()
        await life.crash()
        life.clock.forward(LEASE_TTL)
        voice.go.set()
        alone = Engine(life.runtime)
        await alone.attend("jasmine", "dm:ann")
        with pytest.raises(NotFound):
            await alone.attend("nobody", "dm:ann")
    async with lives() as life:
        await check_promise(life.engine, [job.job_id for job in heard])


async def test_what_is_heard_while_the_lease_was_taken_is_seen_at_the_last_look(
    lives: Lives,
) -> None:
    voice = Held()
    async with lives(voice=voice) as life:
        first = await life.engine.submit(person="ann", text="Hi!")
        await voice.begun.wait()
        second = MessageHeard(
            id=life.runtime.new_id("jasmine"),
            conversation="dm:ann",
            person="ann",
            words=life.runtime.seal("Still there?", "ann"),
        )
        await life.runtime.agents.get().state.append(
            [second], at=life.clock()
        )  # rung for elsewhere
        voice.go.set()
        await until(lambda: life.runtime.runner.running == 0)
        await check_promise(life.engine, [first.job_id, second.id])
