"""The SQLite writer: many writes to a commit, and none harmed by another."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.errors import Unavailable
from synthetic_soul.stores.codec import verify
from synthetic_soul.stores.sqlite.sqlite_appender import JournalCache
from tests.contracts.journals import append, felt, heard, journal, reply

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

pytestmark = pytest.mark.anyio


def writing(store: SqliteStore) -> sqlite3.Connection:
    assert store.database._writer is not None
    return store.database._writer._db


async def test_writes_that_wait_share_a_commit(store: SqliteStore) -> None:
    commits: list[int] = []
    writing(store).set_trace_callback(lambda sql: commits.append(1) if sql == "COMMIT" else None)
    await asyncio.gather(*(append(store, felt()) for _ in range(30)))
    assert 0 < len(commits) < 5


async def test_one_refused_write_does_not_spoil_the_others(store: SqliteStore) -> None:
    message = heard()
    await append(store, message)
    turns = (felt(), reply(message), reply(message), felt(), reply(message), felt())
    tries = await asyncio.gather(*(append(store, t) for t in turns), return_exceptions=True)
    kinds = [isinstance(each, BaseException) for each in tries]
    assert kinds == [False, False, True, False, True, False]
    assert (await verify(store.journal.entries("jasmine"))).entries == 5


async def test_a_write_whose_caller_went_away_is_not_made(store: SqliteStore) -> None:
    task = asyncio.ensure_future(append(store, felt(0.1)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(append(store, felt(0.2)), task, return_exceptions=True)
    assert len(await journal(store)) == 1


async def test_a_caller_that_goes_away_during_the_commit_harms_nobody(store: SqliteStore) -> None:
    tasks = [asyncio.ensure_future(append(store, felt())) for _ in range(3)]
    for _ in range(4):
        await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (await append(store, felt())).seq == len(await journal(store))


async def test_erasures_and_appends_keep_the_order_they_came_in(store: SqliteStore) -> None:
    calls = (
        append(store, heard("one", person="ann")),
        store.texts.erase_person("jasmine", "ann"),
        store.texts.erase_person("jasmine", "ann"),
        append(store, heard("two", person="ann")),
        store.texts.erase_person("jasmine", "ann"),
    )
    _, one, none, _, two = await asyncio.gather(*calls)
    assert (one, none, two) == (1, 0, 1)
    assert [entry.seq for entry in await journal(store)] == [1, 2]


async def test_closing_finishes_what_waits(store: SqliteStore) -> None:
    tasks = [asyncio.ensure_future(append(store, felt())) for _ in range(100)]
    await asyncio.sleep(0)
    await store.close()
    assert len(await asyncio.gather(*tasks)) == 100
    await store.open()
    assert len(await journal(store)) == 100


async def test_a_closing_store_takes_nothing_more(store: SqliteStore) -> None:
    first = asyncio.ensure_future(append(store, felt()))
    await asyncio.sleep(0)
    closing_ = asyncio.ensure_future(store.close())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="closed"):
        await append(store, felt())
    await asyncio.gather(first, closing_)


@pytest.mark.parametrize("scrub", [False, True])
async def test_a_defect_in_a_write_is_heard_of_and_stops_nobody(
    store: SqliteStore, *, scrub: bool
) -> None:
    heard_of: list[BaseException | None] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: heard_of.append(context.get("exception")))

    def defect(_: sqlite3.Connection) -> None:
        raise ZeroDivisionError

    run: Callable[..., object] = store.database.scrub if scrub else store.database.write
    with pytest.raises(Unavailable, match="defect"):
        await run(defect)  # type: ignore[misc]  # either is a coroutine
    assert (await append(store, felt())).seq == 1
    assert [type(each) for each in heard_of] == [ZeroDivisionError]


async def test_jobs_forgotten_by_memory_are_found_in_the_file(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["synthetic_soul.stores.sqlite.sqlite_appender"], "MAX_JOBS", 5)
    store.database.appender.cache = JournalCache()
    messages = [heard() for _ in range(20)]
    for message in messages:
        await append(store, message)
    assert store.database.appender.cache.job("jasmine", messages[0].id) is None
    jobs = [await store.jobs.get("jasmine", message.id) for message in messages]
    assert [job.id for job in jobs if job] == [message.id for message in messages]
    assert len(store.database.appender.cache._jobs._values) == 5
    await append(store, reply(messages[0]))
    settled = await store.jobs.get("jasmine", messages[0].id)
    assert settled is not None
    assert settled.status == "succeeded"
