"""Budgets of model calls: of one person, of one address, and of all guests together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.stores.base import Account, Session

if TYPE_CHECKING:
    from synthetic_soul.engine.engine import Engine
    from tests.support.engine_harness import Harness, OpenEngine
    from tests.support.fake_model import FakeModel

pytestmark = pytest.mark.anyio

HOME = "192.0.2.7"


async def guest(engine: Engine, name: str) -> str:
    now = engine.clock()
    account = Account(name, name, name, now, now)
    session = Session(f"s-{name}", name, f"t-{name}", "csrf", now, now + 10**9)
    await engine.store.accounts.add_guest(account, session)
    return name


async def answered(harness: Harness, person: str, address: str = HOME) -> bool:
    job = await harness.ask("Hello!", person, address=address)
    assert job.result is not None or (job.error and job.error.code == "budget_spent")
    return job.result is not None


async def test_an_address_has_one_budget_however_many_guests_come_from_it(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, address_budget=3) as harness:
        guests = [await guest(harness.engine, f"g{number}") for number in range(5)]
        assert [await answered(harness, each) for each in guests] == [True] * 3 + [False] * 2
        assert await answered(harness, guests[4], "198.51.100.9"), "another address has its own"
        assert not await answered(harness, guests[0])
        assert len(fake_model.calls) == 4


async def test_who_has_an_account_spends_nothing_of_an_address(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, address_budget=1, guest_budget=1) as harness:
        assert [await answered(harness, "ann") for _ in range(3)] == [True] * 3
        assert await answered(harness, await guest(harness.engine, "g"))


async def test_all_guests_together_have_a_budget_also_if_they_come_at_once(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, guest_budget=4) as harness:
        guests = [await guest(harness.engine, f"g{number}") for number in range(12)]
        heard = [
            await harness.engine.submit(person=each, text="Hello!", address=f"10.0.0.{number}")
            for number, each in enumerate(guests)
        ]
        jobs = await asyncio.gather(
            *(harness.outcome(job.job_id, each) for job, each in zip(heard, guests, strict=True))
        )
        assert sum(job.result is not None for job in jobs) == 4
        assert len(fake_model.calls) == 4


async def test_a_message_beyond_the_budget_of_its_address_is_not_answered_by_a_retry(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, address_budget=1) as harness:
        one, two = [await guest(harness.engine, name) for name in ("one", "two")]
        assert await answered(harness, one)
        job = await harness.ask("Hello!", two, address=HOME)
        await harness.engine.retry(two, job.job_id, address=HOME)
        assert (await harness.outcome(job.job_id, two)).result is None
        harness.clock.forward(24 * 3_600_000)
        await harness.engine.retry(two, job.job_id, address=HOME)
        assert (await harness.outcome(job.job_id, two)).result is not None


async def test_a_person_in_danger_is_answered_when_the_budget_of_the_address_is_spent(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, address_budget=1) as harness:
        person = await guest(harness.engine, "g")
        assert await answered(harness, person)
        assert await harness.told("I want to kill myself.", person, address=HOME)
        assert len(fake_model.calls) == 1


async def test_without_a_model_nothing_is_counted_against_an_address(
    open_engine: OpenEngine,
) -> None:
    async with open_engine(address_budget=1, guest_budget=1) as harness:
        person = await guest(harness.engine, "g")
        assert [await answered(harness, person) for _ in range(3)] == [True] * 3


@pytest.mark.parametrize("budget", ["person_budget", "address_budget", "guest_budget"])
async def test_what_was_spent_is_still_spent_after_a_restart(
    open_engine: OpenEngine, fake_model: FakeModel, budget: str
) -> None:
    chosen = {budget: 2}
    async with open_engine(model=fake_model, **chosen) as harness:
        person = await guest(harness.engine, "g")
        assert [await answered(harness, person) for _ in range(2)] == [True] * 2
    async with open_engine(model=fake_model, **chosen) as harness:
        assert not await answered(harness, person)
        await harness.crash()
    async with open_engine(model=fake_model, **chosen) as harness:
        assert not await answered(harness, person)
        harness.clock.forward(24 * 3_600_000)
        assert await answered(harness, person)
        assert len(fake_model.calls) == 3


async def test_thoughts_of_a_day_do_not_begin_anew_with_a_restart(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        assert await harness.runtime.usage.spend("thoughts", 1)
    async with open_engine(model=fake_model) as harness:
        assert not await harness.runtime.usage.spend("thoughts", 1)
