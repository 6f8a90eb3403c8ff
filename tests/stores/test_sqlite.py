"""What is particular to the SQLite store: its file, its plans, its failures."""
# ruff: noqa: ASYNC240 - a test may wait for its small files

from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from synthetic_soul.errors import JournalBroken, Misconfigured, StorageFull, Unavailable
from synthetic_soul.stores.codec import verify
from synthetic_soul.stores.sqlite import sqlite_schema
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore
from tests.contracts.journals import adopted, append, felt, heard, journal, reply

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio


def writing(store: SqliteStore) -> sqlite3.Connection:
    assert store.database._writer is not None
    return store.database._writer._db


# The file


async def test_the_file_is_its_owners_alone_and_whole_after_closing(
    store: SqliteStore, path: Path
) -> None:
    await append(store, felt())
    for each in path.parent.glob("soul.db*"):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600, each
    await store.close()
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "soul.db",
        "soul.db.heads",
        "soul.db.lock",
    ]


async def test_every_commit_reaches_the_disk_and_deleting_zeroes(store: SqliteStore) -> None:
    db = writing(store)
    pragmas = ("journal_mode", "synchronous", "secure_delete")
    assert [db.execute(f"PRAGMA {p}").fetchone()[0] for p in pragmas] == ["wal", 2, 1]


async def test_a_reader_beside_a_running_server_sees_what_is_committed(
    store: SqliteStore, path: Path
) -> None:
    reader = SqliteStore(path, readonly=True)
    message = heard()
    await append(store, message)
    await reader.open()
    await append(store, reply(message))
    assert await journal(reader) == await journal(store)
    job = await reader.jobs.get("jasmine", message.id)
    assert job is not None
    assert job.status == "succeeded"
    assert (await verify(reader.journal.entries("jasmine"))).entries == 2
    for writing_ in (
        append(reader, felt()),
        reader.leases.acquire("jasmine", "a", ttl=1, holder="b"),
    ):
        with pytest.raises(Unavailable) as refused:
            await writing_
        assert refused.value.code == "read_only"
    await reader.close()


async def test_a_reader_needs_no_server(store: SqliteStore, path: Path) -> None:
    await append(store, felt())
    await store.close()
    reader = SqliteStore(path, readonly=True)
    await reader.open()
    assert len(await journal(reader)) == 1
    await reader.close()


async def test_a_reader_of_nothing_says_so(path: Path) -> None:
    with pytest.raises(Misconfigured, match="no journal at"):
        await SqliteStore(path, readonly=True).open()


async def test_a_store_that_is_not_open_is_unavailable(path: Path) -> None:
    store = SqliteStore(path)
    for call in (store.journal.last("jasmine"), append(store, felt())):
        with pytest.raises(Unavailable):
            await call


async def test_where_no_log_can_be_kept_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as db, pytest.raises(Misconfigured, match="local"):
        sqlite_schema._prepare(db, path)


# Migrations


async def test_a_file_of_a_later_version_is_refused(store: SqliteStore, path: Path) -> None:
    await store.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {len(sqlite_schema.MIGRATIONS) + 1}")
    for readonly in (False, True):
        with pytest.raises(Misconfigured, match="later version"):
            await SqliteStore(path, readonly=readonly).open()


async def test_a_reader_does_not_migrate(path: Path) -> None:
    sqlite3.connect(path).close()
    path.touch()
    with pytest.raises(Misconfigured, match="start the server once"):
        await SqliteStore(path, readonly=True).open()


async def test_a_migration_killed_half_way_is_done_again(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await append(store, heard())
    await store.close()
    good = "CREATE TABLE extra (a)"
    steps = sqlite_schema.MIGRATIONS
    monkeypatch.setattr(sqlite_schema, "MIGRATIONS", (*steps, (good, "CREATE TABLE broken")))
    with pytest.raises(Unavailable):
        await SqliteStore(path).open()
    monkeypatch.setattr(sqlite_schema, "MIGRATIONS", (*steps, (good, "CREATE TABLE more (b)")))
    await store.open()
    assert len(await journal(store)) == 1
    assert writing(store).execute("SELECT * FROM extra, more").fetchall() == []


async def test_the_souls_of_an_earlier_file_are_found(store: SqliteStore, path: Path) -> None:
    await append(store, adopted())
    await append(store, felt())
    await append(store, felt(), adopted())
    await append(store, felt(), agent="luna")
    await store.close()
    with closing(sqlite3.connect(path)) as db:
        for change in (
            "DROP TABLE souls",
            "DROP TABLE marks",
            "DROP TABLE counters",
            "DROP TABLE pictures",
            "DROP TABLE recall_heads",
            "DROP TABLE recall_parts",
            "ALTER TABLE fence DROP COLUMN commits",
        ):
            db.execute(change)
        db.execute("PRAGMA user_version = 2")
    await store.open()
    assert await store.journal.adoptions() == {"jasmine": 3}


async def test_an_earlier_file_that_is_only_read_has_no_pictures_and_no_indexes(
    store: SqliteStore, path: Path
) -> None:
    await store.close()
    with closing(sqlite3.connect(path)) as db:
        for table in ("pictures", "recall_heads", "recall_parts"):
            db.execute(f"DROP TABLE {table}")
        db.execute("PRAGMA user_version = 5")
    reader = SqliteStore(path, readonly=True)
    await reader.open()
    assert await reader.pictures.digests("jasmine") == {}
    assert await reader.indexes.read("jasmine", "dm") is None
    assert await reader.indexes.seq_of("jasmine", "dm") == 0
    await reader.close()


async def test_what_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"not a database at all " * 300)
    with pytest.raises(Misconfigured, match="not a SQLite database"):
        await SqliteStore(path).open()
    assert path.read_bytes() == b"not a database at all " * 300


async def test_a_path_that_cannot_be_a_file_is_refused(path: Path) -> None:
    path.mkdir()
    with pytest.raises(Misconfigured, match="cannot be written"):
        await SqliteStore(path).open()


# Failures


async def test_a_full_disk_acknowledges_nothing_reads_on_and_recovers(store: SqliteStore) -> None:
    message = heard()
    await append(store, message)
    before = await journal(store)
    pages = writing(store).execute("PRAGMA page_count").fetchone()[0]
    writing(store).execute(f"PRAGMA max_page_count = {pages}")
    big = [heard("x" * 20_000) for _ in range(20)]
    tries = await asyncio.gather(*(append(store, each) for each in big), return_exceptions=True)
    assert all(isinstance(each, StorageFull) for each in tries)
    assert await journal(store) == before
    assert [job.id for job in await store.jobs.unanswered("jasmine", "dm")] == [message.id]
    assert await store.jobs.get("jasmine", big[0].id) is None
    writing(store).execute("PRAGMA max_page_count = 1000000")
    entry = await append(store, big[0])
    assert entry.previous == before[-1].hash
    assert (await verify(store.journal.entries("jasmine"))).entries == 2


async def test_a_foreign_lock_is_unavailable_until_it_goes(store: SqliteStore, path: Path) -> None:
    writing(store).execute("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable):
            await append(store, felt())
        with pytest.raises(Unavailable):
            await store.texts.erase_person("jasmine", "ann")
        other.execute("ROLLBACK")
    assert (await append(store, felt())).seq == 1


async def test_an_erasure_is_not_told_done_while_a_reader_holds_the_log(
    store: SqliteStore, path: Path
) -> None:
    await append(store, heard("a windmill", person="ann"))
    writing(store).execute("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM words").fetchall()
        with pytest.raises(Unavailable, match="ask for the erasure again"):
            await store.texts.erase_person("jasmine", "ann")
    assert await store.texts.erase_person("jasmine", "ann") == 0
    raw = b"".join(each.read_bytes() for each in path.parent.glob("soul.db*"))
    assert b"windmill" not in raw


async def test_a_damaged_file_says_so(store: SqliteStore, path: Path) -> None:
    for _ in range(50):
        await append(store, heard("x" * 3_000))
    await store.close()
    raw = bytearray(path.read_bytes())
    raw[4096 * 20 :] = b"\xee" * (len(raw) - 4096 * 20)
    path.write_bytes(raw)
    broken = SqliteStore(path)

    async def read() -> None:
        await broken.open()
        await journal(broken)

    with pytest.raises(JournalBroken, match="damaged"):
        await read()
    await broken.close()


async def test_a_commit_that_fails_acknowledges_nothing(store: SqliteStore) -> None:
    class Failing(sqlite3.Connection):
        @override
        def commit(self) -> None:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise error

    assert store.database._writer is not None
    whole = store.database._writer._db
    failing = sqlite3.connect(
        whole.execute("PRAGMA database_list").fetchone()[2],
        factory=Failing,
        isolation_level=None,
        check_same_thread=False,
    )
    store.database._writer._db = failing
    with pytest.raises(Unavailable):
        await append(store, heard())
    store.database._writer._db = whole
    failing.close()
    assert (await append(store, felt())).seq == 1
