"""Rate limits are counted in the store, for all processes together; slots in this one."""

from __future__ import annotations

import asyncio
import gc
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.api.rate_limits import (
    READS_IN_ALL,
    READS_PER_ADDRESS,
    READS_PER_PERSON,
    RateLimit,
    ReadSlots,
)
from synthetic_soul.caches import MIN_VALUES_TO_SWEEP
from synthetic_soul.errors import TooMany
from synthetic_soul.stores.mongo.mongo_store import MongoStore
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.api.conftest import RunningApi
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
    store = SqliteStore(tmp_path / "soul.db", elapsed=clock)
    await store.open()
    yield store
    await store.close()


async def test_a_limit_refuses_after_its_amount_and_allows_again_after_its_window(
    store: SqliteStore, clock: Clock
) -> None:
    limit = RateLimit("submit", "2/minute", store, clock)
    await limit.hit("a")
    await limit.hit("a")
    await limit.hit("b")
    clock.now = 20_000
    for _ in range(2):
        with pytest.raises(TooMany) as raised:
            await limit.hit("a")
        assert raised.value.retry_after == 40
    clock.now = 60_000
    await limit.hit("a")


async def test_two_limits_of_one_name_count_together_and_others_apart(
    store: SqliteStore, clock: Clock
) -> None:
    for name, refused in (("submit", False), ("submit", True), ("poll", False)):
        limit = RateLimit(name, "1/minute", store, clock)
        if refused:
            with pytest.raises(TooMany):
                await limit.hit("a")
        else:
            await limit.hit("a")


async def test_a_flood_that_is_refused_costs_the_store_nothing(
    store: SqliteStore, clock: Clock
) -> None:
    limit = RateLimit("submit", "3/minute", store, clock)
    for attempt in range(100):
        if attempt < 3:
            await limit.hit("a")
        else:
            with pytest.raises(TooMany):
                await limit.hit("a")
    assert (await store.counters.increment("submit:a", window=60_000, by=0))[0] == 4


async def test_an_empty_rate_is_no_limit(store: SqliteStore, clock: Clock) -> None:
    limit = RateLimit("submit", "", store, clock)
    for _ in range(1000):
        await limit.hit("a")
    assert (await store.counters.increment("submit:a", window=60_000, by=0))[0] == 0


async def test_while_the_store_is_unavailable_everything_is_allowed(
    store: SqliteStore, clock: Clock
) -> None:
    limit = RateLimit("submit", "1/minute", store, clock)
    await store.close()
    for _ in range(3):
        await limit.hit("a")


async def test_expired_refusals_are_dropped(store: SqliteStore, clock: Clock) -> None:
    limit = RateLimit("submit", "1/second", store, clock)
    for number in range(5 * MIN_VALUES_TO_SWEEP):
        clock.now = number * 10
        await limit.hit(str(number))
        with pytest.raises(TooMany):
            await limit.hit(str(number))
    assert len(limit._refused) <= MIN_VALUES_TO_SWEEP + 101


@pytest.mark.parametrize("wrong", [-3_600_000, 0, 3_600_000])
async def test_processes_with_different_clocks_share_one_count(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, wrong: int
) -> None:
    stores = [MongoStore(mongo_standalone.uri, f"limits_{tmp_path.name}") for _ in range(2)]
    await asyncio.gather(*(store.open() for store in stores))
    clock.now = 1_760_000_000_000 + wrong
    limits = [RateLimit("guest", "5/hour", store, clock) for store in stores]
    tries = await asyncio.gather(
        *(limit.hit("a") for limit in limits for _ in range(8)), return_exceptions=True
    )
    refused = [each for each in tries if isinstance(each, TooMany)]
    assert len(refused) == 11
    assert all(0 < (each.retry_after or 0) <= 3600 for each in refused)
    await stores[0].database._connected().drop_database(f"limits_{tmp_path.name}")
    await asyncio.gather(*(store.close() for store in stores))


SHORT = 0.3
BOUNDS = {
    "of a person": (READS_PER_PERSON, "ann", "192.0.2.{}"),
    "of an address": (READS_PER_ADDRESS, "person-{}", "192.0.2.1"),
    "in all": (READS_IN_ALL, "person-{}", "192.0.2.{}"),
}


async def is_refused(slots: ReadSlots, person: str, address: str) -> None:
    with pytest.raises(TooMany) as raised:
        async with slots.taken(person, address):
            pass
    assert raised.value.retry_after


@pytest.mark.parametrize(("bound", "person", "address"), BOUNDS.values(), ids=BOUNDS)
async def test_large_reads_are_bounded_at_once(bound: int, person: str, address: str) -> None:
    slots = ReadSlots(patience=SHORT)
    async with AsyncExitStack() as held:
        for number in range(bound):
            taken = slots.taken(person.format(number), address.format(number))
            await held.enter_async_context(taken)
        await is_refused(slots, person.format("x"), address.format("x"))
        if bound < READS_IN_ALL:
            async with slots.taken("somebody else", "198.51.100.7"):
                pass
    async with slots.taken(person.format("x"), address.format("x")):
        pass
    await asyncio.sleep(0)  # the loop lets go of the waiter that gave up
    gc.collect()
    assert len(slots._by_key) == 0


async def test_after_a_large_read_as_much_time_passes_before_the_next() -> None:
    slots, clock = ReadSlots(), asyncio.get_running_loop().time
    async with slots.taken("ann", "192.0.2.1"):
        await asyncio.sleep(0.03)
    ended = clock()
    async with slots.taken("bob", "192.0.2.2"):
        assert clock() - ended >= 0.02


async def test_who_waits_for_a_slot_takes_it_when_one_is_free() -> None:
    slots, read = ReadSlots(), 0

    async def reading() -> None:
        nonlocal read
        async with slots.taken("ann", "192.0.2.1"):
            await asyncio.sleep(0)
            read += 1

    await asyncio.gather(*(reading() for _ in range(20)))
    assert read == 20


async def test_large_reads_of_a_person_wait_for_their_earlier_ones(api: RunningApi) -> None:
    who, other = await api.client().sign_in(), await api.client("192.0.2.8").sign_in()
    api.state.read_slots._patience = SHORT
    reads = ("/v1/messages/conversation", "/v1/agents/jasmine/memories", "/v1/auth/me/export")
    user = (await who.get("/v1/auth/me")).json()["user_id"]
    async with AsyncExitStack() as held:
        for _ in range(READS_PER_PERSON):
            await held.enter_async_context(api.state.read_slots.taken(user, "192.0.2.9"))
        for path in reads:
            refused = await who.get(path)
            assert refused.status_code == 429
            assert int(refused.headers["Retry-After"]) > 0
            assert (await other.get(path)).status_code == 200
    for path in reads:
        assert (await who.get(path)).status_code == 200
