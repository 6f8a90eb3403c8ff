"""A write-ahead log that a disk has damaged: what is lost is named."""
# ruff: noqa: ASYNC240 - a test may wait for its small files

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.errors import JournalBroken
from synthetic_soul.stores.base import Account, Loss
from synthetic_soul.stores.sqlite.sqlite_heads import SLOT_BYTES, heads_path, read_heads
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore
from tests.contracts.journals import START, adopted, append, felt, fresh, heard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

pytestmark = pytest.mark.anyio

FRAME = 4096 + 24
HEADER = 32


async def die(path: Path, write: Callable[[SqliteStore], Awaitable[None]]) -> None:
    """Write, and leave the files as a process leaves them that is killed before it closes them."""
    running = path.parent / fresh("running") / path.name
    await asyncio.to_thread(_copy, path, running)
    store = SqliteStore(running)
    await store.open()
    await write(store)
    await asyncio.to_thread(_copy, running, path)
    await store.close()


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    for ending in ("", "-wal", ".heads"):
        file, copy = (each.with_name(each.name + ending) for each in (source, target))
        copy.unlink(missing_ok=True)
        if file.exists():
            shutil.copy(file, copy)


async def twenty_entries(store: SqliteStore) -> None:
    await append(store, adopted())
    for number in range(18):
        await append(store, heard(f"line {number}"))
    await append(store, felt(), agent="luna")


def flip(path: Path, at: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[at] ^= 0x10
    path.write_bytes(raw)


def log_of(path: Path) -> Path:
    return path.with_name("soul.db-wal")


async def losses(path: Path, *, readonly: bool = False) -> list[Loss]:
    store = SqliteStore(path, readonly=readonly)
    await store.open()
    try:
        return list(await store.losses())
    finally:
        await store.close()


async def count(path: Path, agent: str = "jasmine") -> int:
    store = SqliteStore(path, readonly=True)
    await store.open()
    try:
        return (await store.journal.last(agent))[0]
    finally:
        await store.close()


async def test_a_killed_process_leaves_no_loss(path: Path) -> None:
    for _ in range(3):
        await die(path, twenty_entries)
        assert await losses(path, readonly=True) == []
    assert await losses(path) == []
    assert await count(path) == 3 * 19


@pytest.mark.parametrize("place", ["header", "salt", "first frame", "middle", "frame head", "last"])
async def test_a_flipped_byte_loses_nothing_without_a_word(path: Path, place: str) -> None:
    await die(path, twenty_entries)
    log = log_of(path)
    frames = (log.stat().st_size - HEADER) // FRAME
    at = {
        "header": 8,
        "salt": 17,
        "first frame": HEADER + 24 + 700,
        "middle": HEADER + frames // 2 * FRAME + 24 + 4000,
        "frame head": HEADER + frames // 3 * FRAME + 10,
        "last": log.stat().st_size - 9,
    }[place]
    flip(log, at)
    found = await losses(path, readonly=True)
    kept = {agent: await count(path, agent) for agent in ("jasmine", "luna")}
    expected = [
        Loss(agent, kept[agent] + 1, last)
        for agent, last in (("jasmine", 19), ("luna", 1))
        if kept[agent] < last
    ]
    assert found == expected
    assert found
    reader = SqliteStore(path, readonly=True)
    await reader.open()
    first = found[0]
    named = f"{first.first}.* of {first.agent} (is|are) lost: .* acknowledged"
    with pytest.raises(JournalBroken, match=named):
        await replay_journal(reader, first.agent, verify=True)
    await reader.close()


async def test_a_loss_is_told_for_as_long_as_its_note_is_there(path: Path) -> None:
    await die(path, twenty_entries)
    flip(log_of(path), HEADER + 24 + 100)
    found = await losses(path)
    assert [loss.agent for loss in found] == ["jasmine", "luna"]
    await die(path, twenty_entries)
    for _ in range(2):
        assert await losses(path) == found
        assert await losses(path, readonly=True) == found
    heads_path(path).unlink()
    assert await losses(path, readonly=True) == []
    assert await losses(path) == []


async def test_lost_accounts_are_noticed_although_no_entry_is_missing(path: Path) -> None:
    async def claim(store: SqliteStore) -> None:
        await append(store, adopted())
        for name in ("ann", "bob", "cleo"):
            await store.accounts.add(Account(name, name, name, START, START))

    await die(path, claim)
    flip(log_of(path), log_of(path).stat().st_size - 9)
    (loss,) = await losses(path)
    assert (loss.agent, loss.last - loss.first) == ("", 0)
    assert "account" in str(loss)


async def test_an_older_file_in_the_place_of_a_newer_is_a_loss(path: Path) -> None:
    await die(path, twenty_entries)
    store = SqliteStore(path)
    await store.open()
    await store.close()
    older = path.read_bytes()
    await die(path, twenty_entries)
    log_of(path).unlink()
    path.write_bytes(older)
    assert await losses(path) == [Loss("jasmine", 20, 38), Loss("luna", 2, 2)]


async def test_another_journal_in_the_same_place_is_noticed(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "soul.db"
    await die(path, twenty_entries)
    await die(other, twenty_entries)
    assert await losses(path) == await losses(other) == []
    path.write_bytes(other.read_bytes())
    assert await losses(path) == [Loss("jasmine", 19, 19)]  # luna felt the same in both


async def test_what_came_before_the_heads_is_no_loss(path: Path) -> None:
    await die(path, twenty_entries)
    heads_path(path).unlink()
    assert await losses(path, readonly=True) == []
    assert await losses(path) == []
    assert read_heads(heads_path(path)).heads["jasmine"].seq == 19


@pytest.mark.parametrize("at", [3, 40, SLOT_BYTES + 30, 2 * SLOT_BYTES + 80])
async def test_a_damaged_head_invents_no_loss(path: Path, at: int) -> None:
    await die(path, twenty_entries)
    flip(heads_path(path), at)
    assert await losses(path, readonly=True) == []
    assert await losses(path) == []


async def test_a_file_of_heads_cut_short_or_of_another_kind_invents_no_loss(path: Path) -> None:
    await die(path, twenty_entries)
    whole = heads_path(path).read_bytes()
    for content in (b"", whole[:700], b"\0" * 2000, b"\xff" * 1500, b"{}\n" * 400):
        heads_path(path).write_bytes(content)
        assert await losses(path, readonly=True) == []
    assert await losses(path) == []


async def test_the_heads_are_their_owners_alone_and_hold_no_words(path: Path) -> None:
    await die(path, twenty_entries)
    heads = heads_path(path)
    assert heads.stat().st_mode & 0o777 == 0o600
    assert b"line" not in heads.read_bytes()


async def test_an_agent_with_a_name_of_any_length_is_written(path: Path) -> None:
    names = ["x" * 255, "ü" * 64, "name\nwith a line", '"quoted"']

    async def many(store: SqliteStore) -> None:
        for name in names:
            await append(store, felt(), agent=name)

    await die(path, many)
    assert await losses(path) == []
    assert {await count(path, name) for name in names} == {1}


async def test_heads_that_cannot_be_written_keep_nothing_from_being_acknowledged(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heads_path(path).mkdir(parents=True)
    store = SqliteStore(path)
    await store.open()
    assert (await append(store, felt())).seq == 1
    await store.close()
    assert capsys.readouterr().out.count("heads_not_kept") == 1


async def test_writes_that_share_a_commit_share_their_heads(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    await asyncio.gather(*(append(store, felt(), agent=f"a{n % 7}") for n in range(100)))
    kept = read_heads(heads_path(path))
    ends = {agent: await store.journal.last(agent) for agent in await store.journal.agents()}
    assert {a: (head.seq, head.hash) for a, head in kept.heads.items() if a} == ends
    await store.close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT commits FROM fence").fetchone() == (kept.commits,)
