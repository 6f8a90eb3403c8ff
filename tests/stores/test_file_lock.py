"""One process owns a file; the next is told who does."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.errors import Misconfigured
from synthetic_soul.stores.sqlite.sqlite_database import FileLock
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore
from tests.contracts.journals import append, felt, journal

if TYPE_CHECKING:
    from pathlib import Path

OPENING = """
import asyncio, sys
from pathlib import Path
from synthetic_soul.errors import Misconfigured
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore
try:
    asyncio.run(SqliteStore(Path(sys.argv[1])).open())
except Misconfigured as error:
    print(error.code, error.message)
"""


@pytest.mark.anyio
async def test_a_second_process_is_refused_and_told_who_holds_the_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "soul.db")
    await store.open()
    second = subprocess.run(  # noqa: ASYNC221, S603 - our own interpreter, and we wait for it
        [sys.executable, "-c", OPENING, str(tmp_path / "soul.db")],
        capture_output=True,
        check=True,
        text=True,
    )
    assert second.stdout.startswith("in_use ")
    assert f"in use by process {os.getpid()}" in second.stdout
    assert "soul.db is in use" in second.stdout
    await append(store, felt())
    await store.close()


@pytest.mark.anyio
async def test_a_second_store_in_one_process_is_refused_until_the_first_closes(
    tmp_path: Path,
) -> None:
    first, second = SqliteStore(tmp_path / "soul.db"), SqliteStore(tmp_path / "soul.db")
    await first.open()
    await append(first, felt())
    with pytest.raises(Misconfigured):
        await second.open()
    await first.close()
    await second.open()
    assert len(await journal(second)) == 1
    await second.close()


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "a" / "b" / "soul.db")
    lock.acquire()
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    lock.release()
    lock.release()


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="cannot be written"):
        FileLock(tmp_path / "file" / "soul.db").acquire()
