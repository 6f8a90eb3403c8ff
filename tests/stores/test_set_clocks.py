"""After a clock was set, ahead or back, nobody who was counted is locked out."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from pymongo import MongoClient

from synthetic_soul.api.rate_limits import RateLimit
from synthetic_soul.engine.usage import UsageMeter
from synthetic_soul.errors import TooMany
from synthetic_soul.llm.base import Usage
from synthetic_soul.mind.dynamics import DAY
from synthetic_soul.stores.mongo.mongo_store import MongoStore
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from pymongo.database import Database

    from tests.support.servers import MongoServer

pytestmark = pytest.mark.anyio

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
SET_BACK = [5 * SECOND, MINUTE, HOUR, 40 * DAY]


class WallClock:
    """The system's own clock, which the test sets."""

    def __init__(self) -> None:
        self.ahead_ms = 0
        self._time_ns = time.time_ns

    def __call__(self) -> int:
        return self._time_ns() + self.ahead_ms * 1_000_000


@pytest.fixture
def wall_clock(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    clock = WallClock()
    monkeypatch.setattr(time, "time_ns", clock)
    return clock


@pytest.fixture
async def file(tmp_path: Path, wall_clock: WallClock) -> AsyncIterator[SqliteStore]:
    assert wall_clock.ahead_ms == 0
    store = SqliteStore(tmp_path / "soul.db")
    await store.open()
    yield store
    await store.close()


@pytest.mark.parametrize("back", SET_BACK)
async def test_who_is_refused_is_told_no_more_than_the_window_and_let_in_after_it(
    file: SqliteStore, wall_clock: WallClock, back: int
) -> None:
    limit = RateLimit("submit", "1/second", file)
    await limit.hit("ann")
    with pytest.raises(TooMany):
        await limit.hit("ann")
    wall_clock.ahead_ms -= back
    with pytest.raises(TooMany) as refused:
        await limit.hit("ann")
    assert 0 < (refused.value.retry_after or 0) <= 1
    await asyncio.sleep(1.05)
    await limit.hit("ann")


async def test_a_clock_that_is_set_ahead_opens_no_window(
    file: SqliteStore, wall_clock: WallClock
) -> None:
    limit = RateLimit("login", "2/minute", file)
    for _ in range(2):
        await limit.hit("203.0.113.5")
    wall_clock.ahead_ms += 40 * DAY
    with pytest.raises(TooMany):
        await limit.hit("203.0.113.5")


async def test_a_budget_spent_under_a_wrong_date_is_whole_under_the_right_one(
    file: SqliteStore, wall_clock: WallClock
) -> None:
    meter = UsageMeter(file, lambda: time.time_ns() // 1_000_000, person_budget=3)
    wall_clock.ahead_ms += 40 * DAY
    await meter.count("replies", Usage(calls=3), person="ann")
    assert not await meter.affords("ann")
    wall_clock.ahead_ms -= 40 * DAY
    assert await meter.affords("ann")


async def test_a_lease_of_one_who_has_gone_ends_although_the_clock_went_back(
    file: SqliteStore, wall_clock: WallClock
) -> None:
    first = await file.leases.acquire("jasmine", "think", ttl=50, holder="gone")
    wall_clock.ahead_ms -= HOUR
    assert await file.leases.acquire("jasmine", "think", ttl=50, holder="next") is None
    await asyncio.sleep(0.06)
    second = await file.leases.acquire("jasmine", "think", ttl=50, holder="next")
    assert first is not None
    assert second is not None
    assert second.token > first.token


@pytest.fixture
async def shared(mongo_standalone: MongoServer) -> AsyncIterator[MongoStore]:
    store = MongoStore(mongo_standalone.uri, f"clock_{uuid4().hex}")
    await store.open()
    yield store
    await store.database._connected().drop_database(store.database._name)
    await store.close()


@pytest.fixture
def raw(shared: MongoStore, mongo_standalone: MongoServer) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](mongo_standalone.uri) as client:
        yield client[shared.database._name]


def set_server_clock(raw: Database[dict[str, Any]], ms: int) -> None:
    """Set the server's clock, as far as its documents know of it."""
    for collection, names in (("counters", ("at", "closes")), ("leases", ("until",))):
        dates = {name: {"$subtract": [f"${name}", ms]} for name in names}
        raw[collection].update_many({}, [{"$set": dates}])


@pytest.mark.parametrize("back", SET_BACK)
async def test_the_servers_clock_keeps_nobody_out_for_longer_than_a_window(
    shared: MongoStore, raw: Database[dict[str, Any]], back: int
) -> None:
    assert (await shared.counters.increment("login:ann", window=MINUTE, by=9))[0] == 9
    set_server_clock(raw, -back)
    for _ in range(2):
        counted, left = await shared.counters.increment("login:ann", window=MINUTE, by=0)
        assert counted == 9
        assert 0 < left <= MINUTE
    set_server_clock(raw, MINUTE)  # a minute passes
    assert await shared.counters.increment("login:ann", window=MINUTE, by=0) == (0, MINUTE)


async def test_a_count_of_an_earlier_version_keeps_nobody_out(
    shared: MongoStore, raw: Database[dict[str, Any]]
) -> None:
    now = raw.client.admin.command("hello")["localTime"]
    raw["counters"].insert_one({"_id": "a", "count": 7, "closes": now + timedelta(days=40)})
    assert await shared.counters.increment("a", window=MINUTE) == (1, MINUTE)
    raw["counters"].insert_one({"_id": "b", "count": 7, "closes": now + timedelta(seconds=30)})
    assert (await shared.counters.increment("b", window=MINUTE))[0] == 8


async def test_a_lease_from_before_the_servers_clock_went_back_is_taken_over(
    shared: MongoStore, raw: Database[dict[str, Any]]
) -> None:
    first = await shared.leases.acquire("jasmine", "dm", ttl=6 * SECOND, holder="gone")
    assert await shared.leases.acquire("jasmine", "dm", ttl=6 * SECOND, holder="next") is None
    set_server_clock(raw, -HOUR)
    second = await shared.leases.acquire("jasmine", "dm", ttl=6 * SECOND, holder="next")
    assert first is not None
    assert second is not None
    assert second.token > first.token
    assert await shared.leases.acquire("jasmine", "dm", ttl=6 * SECOND, holder="gone") is None
