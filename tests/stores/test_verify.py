"""A changed, missing or moved thing in a journal is found and named."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.errors import JournalBroken
from synthetic_soul.stores.codec import Verdict, checked, verify
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore
from tests.contracts.journals import START, append, felt, heard, reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from synthetic_soul.mind.events import Event
    from synthetic_soul.stores.base import Entry

pytestmark = pytest.mark.anyio


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A journal of nine entries, closed."""
    path = tmp_path / "soul.db"
    store = SqliteStore(path)
    await store.open()
    for turn in range(3):
        message = heard(f"line {turn}")
        events: tuple[Event, ...] = (message, felt(0.25), reply(message))
        for minute, event in enumerate(events):
            await append(store, event, at=START + turn * 10 + minute)
    await store.close()
    return path


async def judge(path: Path, last: tuple[int, str] | None = None) -> Verdict:
    store = SqliteStore(path)
    await store.open()
    try:
        return await verify(
            store.journal.entries("jasmine"), last=last or await store.journal.last("jasmine")
        )
    finally:
        await store.close()


def change(path: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        assert db.execute(sql, values).rowcount > 0


async def test_an_untouched_journal_verifies(file: Path) -> None:
    verdict = await judge(file)
    assert (verdict.entries, verdict.erased) == (9, 0)
    assert len(verdict.hash) == 64


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        (
            "UPDATE entries SET body = CAST(replace(body, '0.25', '0.35') AS BLOB) WHERE seq = 5",
            "entry 5",
        ),
        ("UPDATE entries SET body = substr(body, 2) WHERE seq = 4", "entry 4"),
        ("UPDATE entries SET hash = replace(hash, substr(hash, 9, 1), 'g') WHERE seq = 3", "3"),
        ("UPDATE entries SET previous = 'f' WHERE seq = 6", "entry 6"),
        ("UPDATE entries SET seq = 20 WHERE seq = 2", "entry 2 of jasmine: it is missing"),
        ("UPDATE entries SET agent = 'luna' WHERE seq = 8", "entry 8 of jasmine: it is missing"),
        ("DELETE FROM entries WHERE seq = 1", "entry 1 of jasmine: it is missing"),
        ("DELETE FROM entries WHERE seq = 7", "entry 7 of jasmine: it is missing"),
        ("DELETE FROM entries WHERE seq = 9", "entry 9 of jasmine: it is missing"),
        ("DELETE FROM entries WHERE seq > 0", "entry 1 of"),
        ("UPDATE words SET text = 'lime 1' WHERE text = CAST('line 1' AS BLOB)", "entry 4"),
        ("UPDATE words SET text = x'ff' WHERE text = CAST('line 2' AS BLOB)", "entry 7"),
        ("UPDATE words SET salt = zeroblob(16) WHERE text = CAST('line 0' AS BLOB)", "entry 1"),
    ],
)
async def test_the_first_bad_entry_is_named(file: Path, sql: str, named: str) -> None:
    change(file, sql)
    with pytest.raises(JournalBroken, match=named):
        await judge(file)


async def test_swapped_entries_are_found(file: Path) -> None:
    for old, new in ((4, -1), (5, 4), (-1, 5)):
        change(file, "UPDATE entries SET seq = ? WHERE seq = ?", new, old)
    with pytest.raises(JournalBroken, match="entry 4 of jasmine: its body is that of entry 5"):
        await judge(file)


async def test_a_forged_entry_with_a_hash_of_its_own_breaks_the_next(file: Path) -> None:
    store = SqliteStore(file.with_name("other.db"))
    await store.open()
    forged = await append(store, felt(-1))
    await store.close()
    row = (forged.body, forged.hash)
    change(file, "UPDATE entries SET body = ?, hash = ? WHERE seq = 1", *row)
    with pytest.raises(JournalBroken, match="entry 2 of jasmine: it does not follow"):
        await judge(file)


async def test_any_flipped_byte_of_a_body_hash_or_text_is_found(file: Path) -> None:
    chance = random.Random(3)  # noqa: S311 - which byte does not matter
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        for _ in range(40):
            table, column = chance.choice(
                [
                    ("entries", "body"),
                    ("entries", "hash"),
                    ("entries", "previous"),
                    ("words", "text"),
                ]
            )
            num, whole = db.execute(
                f"SELECT num, {column} FROM {table} WHERE {column} <> '' ORDER BY random() LIMIT 1"  # noqa: S608 - names from above
            ).fetchone()
            kept = whole.encode() if isinstance(whole, str) else whole
            at = chance.randrange(len(kept))
            flipped = bytes([*kept[:at], kept[at] ^ 1, *kept[at + 1 :]])
            value = flipped.decode() if isinstance(whole, str) else flipped
            update = f"UPDATE {table} SET {column} = ? WHERE num = ?"  # noqa: S608 - names from above
            db.execute(update, (value, num))
            with pytest.raises(JournalBroken):
                await judge(file)
            db.execute(update, (whole, num))
    assert (await judge(file)).entries == 9


async def test_time_that_goes_back_is_found(file: Path) -> None:
    store = SqliteStore(file, readonly=True)
    await store.open()
    entries = [entry async for entry in store.journal.entries("jasmine")]
    await store.close()
    entries[4] = replace(entries[4], at=START)

    async def told() -> AsyncIterator[Entry]:
        for entry in entries:
            yield entry

    with pytest.raises(JournalBroken, match="entry 5 of jasmine: its time"):
        await verify(told())


async def test_entries_pass_one_by_one_until_the_bad_one(file: Path) -> None:
    change(file, "DELETE FROM entries WHERE seq = 5")
    store = SqliteStore(file, readonly=True)
    await store.open()
    passed: list[int] = []

    async def read() -> None:
        async for entry in checked(store.journal.entries("jasmine")):
            passed.append(entry.seq)  # noqa: PERF401 - what passed before the error counts

    with pytest.raises(JournalBroken, match="entry 5"):
        await read()
    await store.close()
    assert passed == [1, 2, 3, 4]
