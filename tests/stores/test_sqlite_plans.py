"""Whatever is asked of SQLite goes by an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from synthetic_soul.stores.base import Snapshot
from synthetic_soul.stores.sqlite.sqlite_appender import JournalCache
from synthetic_soul.stores.sqlite.sqlite_database import SqliteDatabase
from tests.contracts.journals import START, append, heard, journal, thought

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

pytestmark = pytest.mark.anyio

# An index that holds nothing but what is asked for may be read from end to end.
ALLOWED = ("SCAN picked", "SCAN jobs USING INDEX jobs_since", "LIST SUBQUERY", "USE TEMP B-TREE")


def writing(store: SqliteStore) -> sqlite3.Connection:
    assert store.database._writer is not None
    return store.database._writer._db


async def test_every_read_goes_by_an_index(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = heard(key="k")
    await append(store, message, thought())
    await store.snapshots.save("jasmine", "v", Snapshot(1, {}, {"ann": {}}))
    await store.indexes.write("jasmine", "dm", expected=0, seq=1, head=b"", parts={0: b""}, count=1)
    asked: list[str] = []
    assert store.database._reader is not None
    reader = store.database._reader._here
    read_here = store.database._reader.read

    async def here(read: Callable[[sqlite3.Connection], object]) -> object:
        return read_here(read)

    store.database.read_in_thread = here  # type: ignore[method-assign, assignment]  # one connection to listen to
    store.database.appender.cache = JournalCache()
    monkeypatch.setattr(SqliteDatabase, "owned", False)  # nothing is answered from the cache
    reader.set_trace_callback(asked.append)
    await journal(store)
    await store.journal.entry("jasmine", 1)
    await store.journal.tail("jasmine", "dm", limit=5)
    await store.journal.conversation("jasmine", "dm")
    await store.jobs.get("jasmine", message.id)
    await store.jobs.by_key("jasmine", "ann", "k")
    await store.jobs.unanswered("jasmine", "dm")
    await store.jobs.waiting(["jasmine"])
    await store.journal.last("jasmine")
    await store.journal.thoughts("jasmine", person="ann")
    await store.journal.involving("jasmine", "ann")
    await store.texts.read("jasmine", [message.words.digest])
    await store.snapshots.mind("jasmine", "v")
    await store.snapshots.bond("jasmine", "v", "ann")
    await store.snapshots.bonds("jasmine", "v")
    await store.indexes.read("jasmine", "dm")
    await store.indexes.seq_of("jasmine", "dm")
    await store.accounts.get("a")
    await store.accounts.by_email("a")
    await store.accounts.by_name("a")
    await store.accounts.idle_guests(START)
    await store.sessions.get("s")
    reader.set_trace_callback(None)
    assert len(set(asked)) > 18
    for sql in set(asked) - {"BEGIN", "ROLLBACK"}:
        plan = [row[3] for row in reader.execute(f"EXPLAIN QUERY PLAN {sql}")]
        steps = [step for step in plan if not step.startswith(ALLOWED)]
        assert all(step.startswith("SEARCH") for step in steps), (sql, plan)


async def test_erasing_goes_by_an_index_too(store: SqliteStore) -> None:
    asked: list[str] = []
    writing(store).set_trace_callback(asked.append)
    await store.texts.erase_person("jasmine", "ann")
    await store.texts.erase("jasmine", ["d"])
    await store.accounts.remove("a")
    await store.indexes.remove("jasmine", "dm", seq=1)
    writing(store).set_trace_callback(None)
    changes = [sql for sql in asked if sql.startswith(("UPDATE", "DELETE"))]
    assert len([sql for sql in changes if not sql.startswith("UPDATE fence")]) == 5
    for sql in changes:
        plan = [row[3] for row in writing(store).execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert all(step.startswith("SEARCH") for step in plan), (sql, plan)
