"""``soul backup``: while messages are written, and back again."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import stat
from contextlib import closing
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.auth.secrets import PEPPER, SIGNING, secret_in_file
from synthetic_soul.cli.commands.backup import _back_up
from synthetic_soul.compose import open_store
from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.errors import Conflict, JournalBroken, Misconfigured, StorageFull
from synthetic_soul.settings import Settings
from synthetic_soul.stores.sqlite import sqlite_backup
from synthetic_soul.stores.sqlite.sqlite_backup import copy_database, target_file
from synthetic_soul.stores.sqlite.sqlite_database import SqliteDatabase
from synthetic_soul.stores.sqlite.sqlite_heads import heads_path
from tests.cli.soul_process import Soul, start
from tests.contracts.journals import adopted, append, felt, heard, reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from synthetic_soul.stores.base import Store

SHIPPED = resources.files("synthetic_soul") / "data" / "souls" / "jasmine.soul"

pytestmark = pytest.mark.anyio


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Store]:
    """The store of a server that runs on ``kept``."""
    async with open_store(str(tmp_path / "kept")) as store:
        await append(store, adopted())
        for number in range(30):
            message = heard(f"line {number} {'x' * 500}")
            await append(store, message)
            await append(store, reply(message))
        yield store


def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "kept")


async def back_up(tmp_path: Path, file: Path, *, force: bool = False) -> None:
    assert await asyncio.to_thread(_back_up, settings(tmp_path), file, force=force) == []


async def hash_of(path: Path) -> tuple[int, str]:
    async with open_store(str(path)) as store:
        replayed = await replay_journal(store, "jasmine", verify=True)
        return replayed.entries, replayed.hash


def test_a_backup_beside_a_running_server_becomes_a_data_dir_with_everything(
    soul: Soul, tmp_path: Path
) -> None:
    soul("chat", typed="My name is Ann.\n")
    own = tmp_path / "kept" / "souls" / "own.soul"
    own.parent.mkdir()
    own.write_bytes(SHIPPED.read_bytes())
    with start(tmp_path, "serve", "--port", "0") as server:
        assert server.stdout is not None
        server.stdout.readline()
        made = soul("backup", str(tmp_path / "saved"))
        server.terminate()
        server.communicate(timeout=60)
    assert made.returncode == 0, made.stderr
    saved = tmp_path / "saved"
    assert {each.name for each in saved.iterdir()} == {"soul.db", SIGNING, PEPPER, "souls"}
    assert (saved / "souls" / own.name).read_bytes() == own.read_bytes()
    modes = {stat.S_IMODE(each.stat().st_mode) for each in saved.rglob("*") if each.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE(saved.stat().st_mode) == 0o700
    (line,) = (line for line in made.stdout.splitlines() if line.startswith("jasmine: "))
    told = soul("replay", "jasmine", "--verify", DATA_DIR=str(saved)).stdout.splitlines()
    assert line == f"{told[0]}, {told[1]}"
    assert "Ann" in soul("chat", typed="What is my name?\n", DATA_DIR=str(saved)).stdout
    again = soul("backup", str(saved))
    assert again.returncode == 1
    assert re.fullmatch(rf"soul: {saved}/soul\.db.* is there already; --force.*\n", again.stderr)


async def test_it_is_of_one_moment_while_messages_are_written(
    live: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_backup, "PAGES_PER_STEP", 1)
    written = asyncio.Event()

    async def write() -> None:
        while not written.is_set():
            message = heard("meanwhile")
            await append(live, message)
            await append(live, reply(message))

    writing = asyncio.ensure_future(write())
    files = [tmp_path / f"saved{n}" / "soul.db" for n in range(3)]
    for file in files:
        await back_up(tmp_path, file)
    written.set()
    await writing
    ends = [await hash_of(file) for file in files]
    assert [entries for entries, _ in ends] == sorted({entries for entries, _ in ends})
    for file, (entries, _) in zip(files, ends, strict=True):
        async with open_store(str(file)) as store:
            kept = await store.journal.entry("jasmine", entries)
            assert kept == await live.journal.entry("jasmine", entries)
            assert (await append(store, felt())).seq == entries + 1
        assert sorted(each.name for each in file.parent.iterdir()) == [
            "soul.db",
            "soul.db.heads",
            "soul.db.lock",
        ]


async def test_what_is_there_is_not_written_over_unasked(live: Store, tmp_path: Path) -> None:
    assert live is not None
    file = tmp_path / "saved" / "soul.db"
    await back_up(tmp_path, file)
    before = file.read_bytes()
    for path in (file, heads_path(file), file.with_name("soul.db-wal")):
        path.touch()
        with pytest.raises(Conflict, match=f"{path}.* is there already; --force"):
            await back_up(tmp_path, file)
    assert file.read_bytes() == before
    await append(live, felt())
    await back_up(tmp_path, file, force=True)
    assert {each.name for each in file.parent.iterdir()} == {"soul.db", "soul.db.lock"}
    assert (await hash_of(file))[0] == 62


async def test_a_journal_in_use_is_never_written_over(live: Store, tmp_path: Path) -> None:
    assert live is not None
    other = tmp_path / "other"
    async with open_store(str(other)) as store:
        await append(store, felt())
        with pytest.raises(Misconfigured, match="is in use by process"):
            await back_up(tmp_path, other / "soul.db", force=True)
        assert (await store.journal.last("jasmine"))[0] == 1


async def test_a_backup_that_fails_leaves_nothing(live: Store, tmp_path: Path) -> None:
    assert live is not None
    saved = tmp_path / "saved"
    for failure in (StorageFull("no space"), KeyboardInterrupt(), JournalBroken("entry 3")):

        def fail(*_: object, failure: BaseException = failure) -> None:
            raise failure

        def attempt() -> None:
            with target_file(saved / "soul.db", force=False) as temporary:
                copy_database(tmp_path / "kept" / "soul.db", temporary, fail)

        with pytest.raises(type(failure)):
            attempt()
        assert list(saved.iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="cannot be written"):
        await back_up(tmp_path, tmp_path / "file" / "soul.db")


async def test_a_damaged_journal_makes_no_backup(live: Store, tmp_path: Path) -> None:
    await live.close()
    with closing(sqlite3.connect(tmp_path / "kept" / "soul.db")) as db, db:
        db.execute("UPDATE entries SET body = CAST(replace(body, 'line', 'lime') AS BLOB)")
        db.execute("UPDATE entries SET hash = 'f' WHERE seq = 7")
    with pytest.raises(JournalBroken, match=r"entry \d+ of"):
        await back_up(tmp_path, tmp_path / "saved" / "soul.db")
    assert list((tmp_path / "saved").iterdir()) == []


async def test_what_the_journal_has_lost_is_told_with_its_backup(
    live: Store, tmp_path: Path
) -> None:
    kept = tmp_path / "kept" / "soul.db"
    copy = tmp_path / "copy" / "soul.db"
    copy.parent.mkdir()
    for ending in ("", ".heads"):  # without the log
        shutil.copy(kept.with_name(kept.name + ending), copy.with_name(copy.name + ending))
    assert live is not None
    database = SqliteDatabase(copy, readonly=True)
    await database.open()
    lost = list(database.losses)
    await database.close()
    found = await asyncio.to_thread(
        _back_up, Settings(data_dir=copy.parent), tmp_path / "saved" / "soul.db", force=False
    )
    assert found == lost
    assert found[0].last == 61


def test_a_file_is_made_without_the_secrets_and_says_so(soul: Soul, tmp_path: Path) -> None:
    soul("chat", typed="Hello!\n")
    for name in (SIGNING, PEPPER):
        secret_in_file(tmp_path / "kept" / name)
    made = soul("backup", str(tmp_path / "x" / "of-today.db"))
    assert made.returncode == 0
    assert [each.name for each in (tmp_path / "x").iterdir()] == ["of-today.db"]
    for name in (SIGNING, PEPPER):
        assert f"not in of-today.db, copy it too: {tmp_path}/kept/{name}" in made.stderr
    default = soul("backup")
    assert default.returncode == 0
    (folder,) = (tmp_path / "kept" / "backups").iterdir()
    assert re.fullmatch(r"\d{8}T\d{6}Z", folder.name)
    assert default.stdout.splitlines()[-1].endswith(f"is now also at {folder}/soul.db")


def test_where_there_is_nothing_to_copy_the_reason_is_one_line(soul: Soul, tmp_path: Path) -> None:
    wrong = {
        (): ("there is no journal at ", {}),
        ("mongodb://a:hush@host/b",): ("a backup is a file", {}),
        (str(tmp_path / "kept"),): ("is the journal itself", {}),
        ("x",): ("mongodump --oplog", {"MONGO_CONNECTION": "mongodb://a:hush@127.0.0.1:9"}),
    }
    for words, (why, environment) in wrong.items():
        result = soul("backup", *words, **environment)
        assert result.returncode == 1
        (line,) = result.stderr.splitlines()
        assert why in line
        assert "hush" not in line
    assert not (tmp_path / "x").exists()
