"""Gates count in the store, so that all processes of it count together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.api.rate_limits import FIRST_SWEEP, Gate
from synthetic_soul.errors import TooMany
from synthetic_soul.stores.mongo.mongo_accounts import MongoAccounts
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.servers import MongoServer

pytestmark = pytest.mark.anyio


class Clock:
    """Milliseconds that stand still until moved."""

    now = 0

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "soul.db", clock=clock)
    await store.open()
    yield store
    await store.close()


async def test_a_gate_closes_when_enough_have_entered_and_opens_again(
    store: SqliteStore, clock: Clock
) -> None:
    gate = Gate("submit", "2/minute", store, clock)
    await gate.enter("a")
    await gate.enter("a")
    await gate.enter("b")
    clock.now = 20_000
    for _ in range(2):
        with pytest.raises(TooMany) as raised:
            await gate.enter("a")
        assert raised.value.retry_after == 40
    clock.now = 60_000
    await gate.enter("a")


async def test_two_gates_of_one_name_count_together_and_others_apart(
    store: SqliteStore, clock: Clock
) -> None:
    for name, refused in (("submit", False), ("submit", True), ("poll", False)):
        gate = Gate(name, "1/minute", store, clock)
        if refused:
            with pytest.raises(TooMany):
                await gate.enter("a")
        else:
            await gate.enter("a")


async def test_a_flood_that_is_refused_costs_the_store_nothing(
    store: SqliteStore, clock: Clock
) -> None:
    gate = Gate("submit", "3/minute", store, clock)
    for attempt in range(100):
        if attempt < 3:
            await gate.enter("a")
        else:
            with pytest.raises(TooMany):
                await gate.enter("a")
    assert (await store.count("submit:a", window=1, by=0))[0] == 4


async def test_an_empty_rate_is_no_limit(store: SqliteStore, clock: Clock) -> None:
    gate = Gate("submit", "", store, clock)
    for _ in range(1000):
        await gate.enter("a")
    assert (await store.count("submit:a", window=1, by=0))[0] == 0


async def test_while_the_store_is_away_everybody_is_let_through(
    store: SqliteStore, clock: Clock
) -> None:
    gate = Gate("submit", "1/minute", store, clock)
    await store.close()
    for _ in range(3):
        await gate.enter("a")


async def test_refusals_that_are_over_are_forgotten(store: SqliteStore, clock: Clock) -> None:
    gate = Gate("submit", "1/second", store, clock)
    for number in range(5 * FIRST_SWEEP):
        clock.now = number * 10
        await gate.enter(str(number))
        with pytest.raises(TooMany):
            await gate.enter(str(number))
    assert len(gate._refused) <= FIRST_SWEEP + 101


@pytest.mark.parametrize("wrong", [-3_600_000, 0, 3_600_000])
async def test_processes_whose_clocks_differ_let_so_many_through_together(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, wrong: int
) -> None:
    stores = [MongoAccounts(mongo_standalone.uri, f"gates_{tmp_path.name}") for _ in range(2)]
    await asyncio.gather(*(store.open() for store in stores))
    at = (await stores[0].count("now", window=0, by=0))[1]
    clock.now = at + wrong
    gates = [Gate("guest", "5/hour", store, clock) for store in stores]
    tries = await asyncio.gather(
        *(gate.enter("a") for gate in gates for _ in range(8)), return_exceptions=True
    )
    refused = [each for each in tries if isinstance(each, TooMany)]
    assert len(refused) == 11
    assert all(0 < (each.retry_after or 0) <= 3600 for each in refused)
    await stores[0]._connected().drop_database(f"gates_{tmp_path.name}")
    await asyncio.gather(*(store.close() for store in stores))
