"""Budgets hold over all processes of a store; totals are each process's own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from synthetic_soul.engine.usage import UsageMeter
from synthetic_soul.llm.base import Usage
from synthetic_soul.mind.dynamics import DAY
from synthetic_soul.stores.mongo.mongo_store import MongoStore
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.servers import MongoServer

pytestmark = pytest.mark.anyio

NOON = 20_000 * DAY + DAY // 2


@pytest.fixture(params=["sqlite", "mongo"])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[SqliteStore | MongoStore]:
    if request.param == "sqlite":
        file = SqliteStore(tmp_path / "soul.db", clock=lambda: NOON)
        await file.open()
        yield file
        await file.close()
        return
    server: MongoServer = request.getfixturevalue("mongo_standalone")
    mongo = MongoStore(server.uri, f"use_{uuid4().hex}")
    await mongo.open()
    yield mongo
    await mongo.database._connected().drop_database(mongo.database._name)
    await mongo.close()


async def test_a_daily_budget_is_spent_once_by_all_processes_and_anew_the_next_day(
    store: SqliteStore | MongoStore,
) -> None:
    now = NOON
    meters = [UsageMeter(store, lambda: now, person_budget=0) for _ in range(3)]
    spent = await asyncio.gather(
        *(meter.spend("thoughts", 5) for meter in meters for _ in range(4))
    )
    assert sum(spent) == 5
    assert sum(meter.today("thoughts") for meter in meters) == 5
    now += DAY // 2
    assert meters[0].today("thoughts") == 0
    assert await meters[0].spend("thoughts", 5)
    assert not await meters[0].spend("dreams", 0)


async def test_a_persons_calls_are_counted_wherever_they_were_made(
    store: SqliteStore | MongoStore,
) -> None:
    one, two = (UsageMeter(store, lambda: NOON, person_budget=3) for _ in range(2))
    for meter in (one, two):
        assert await meter.affords("ann")
        await meter.count("replies", Usage(calls=2, prompt_tokens=7), person="ann")
    assert not await one.affords("ann")
    assert not await two.affords("ann")
    assert await two.affords("bob")
    assert +one.totals == {"calls": 2, "prompt_tokens": 7, "replies": 2}


async def test_without_a_budget_nobody_is_counted(store: SqliteStore | MongoStore) -> None:
    meter = UsageMeter(store, lambda: NOON, person_budget=0)
    await meter.count("replies", Usage(calls=9), person="ann")
    assert await meter.affords("ann")
    assert (await store.counters.increment(f"person:ann@{NOON // DAY}", window=DAY, by=0))[0] == 0


async def test_while_the_store_is_away_people_are_answered_and_nothing_is_thought(
    store: SqliteStore | MongoStore,
) -> None:
    meter = UsageMeter(store, lambda: NOON, person_budget=1)
    await store.close()
    await meter.count("replies", Usage(calls=1), person="ann")
    assert await meter.affords("ann")
    assert not await meter.spend("thoughts", 5)
    assert meter.totals["calls"] == 1
    await store.open()
