"""Whatever is asked of SQLite goes by an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from synthetic_soul.stores.base import Snapshot
from synthetic_soul.stores.sqlite import sqlite_queries
from synthetic_soul.stores.sqlite.sqlite_cache import Memory
from tests.contracts.journals import START, append, heard, journal, thought

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

pytestmark = pytest.mark.anyio

# An index that holds nothing but what is asked for may be read from end to end.
ALLOWED = ("SCAN picked", "SCAN jobs USING INDEX jobs_since", "LIST SUBQUERY", "USE TEMP B-TREE")


def writing(store: SqliteStore) -> sqlite3.Connection:
    assert store._writer is not None
    return store._writer._db


async def test_every_read_goes_by_an_index(store: SqliteStore) -> None:
    message = heard(key="k")
    await append(store, message, thought())
    await store.keep("jasmine", "v", Snapshot(1, {}, {"ann": {}}))
    asked: list[str] = []
    assert store._reader is not None
    reader = store._reader._here
    monkey = store._reader.near

    async def here(read: Callable[[sqlite3.Connection], object]) -> object:
        return monkey(read)

    store._far = here  # type: ignore[method-assign, assignment]  # one connection to listen to
    store._ledger.memory = Memory()
    reader.set_trace_callback(asked.append)
    await journal(store)
    await store.entry("jasmine", 1)
    await store.tail("jasmine", "dm", limit=5)
    await store.conversation("jasmine", "dm")
    await store.job("jasmine", message.id)
    await store.by_key("jasmine", "ann", "k")
    sqlite_queries.unanswered(reader, "jasmine", "dm")
    await store.waiting(["jasmine"])
    await store.last("jasmine")
    await store.thoughts("jasmine", person="ann")
    await store.involving("jasmine", "ann")
    await store.words("jasmine", [message.words.digest])
    await store.snapshot("jasmine", "v")
    await store.bond("jasmine", "v", "ann")
    await store.bonds("jasmine", "v")
    await store.account("a")
    await store.account_by_email("a")
    await store.account_by_name("a")
    await store.idle_guests(START)
    await store.session("s")
    reader.set_trace_callback(None)
    assert len(set(asked)) > 18
    for sql in set(asked):
        plan = [row[3] for row in reader.execute(f"EXPLAIN QUERY PLAN {sql}")]
        steps = [step for step in plan if not step.startswith(ALLOWED)]
        assert all(step.startswith("SEARCH") for step in steps), (sql, plan)


async def test_erasing_goes_by_an_index_too(store: SqliteStore) -> None:
    asked: list[str] = []
    writing(store).set_trace_callback(asked.append)
    await store.erase("jasmine", "ann")
    await store.forget("jasmine", ["d"])
    await store.remove_account("a")
    writing(store).set_trace_callback(None)
    changes = [sql for sql in asked if sql.startswith(("UPDATE", "DELETE"))]
    assert len(changes) == 4
    for sql in changes:
        plan = [row[3] for row in writing(store).execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert all(step.startswith("SEARCH") for step in plan), (sql, plan)
