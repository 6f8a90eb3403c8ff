"""Journals on disks that cannot be written, in copies, and of other users."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.compose import open_store
from tests.cli.soul_process import TIMEOUT_SECONDS, Result, Soul, command, environ
from tests.contracts.journals import adopted, append, heard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

pytestmark = pytest.mark.anyio


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Path]:
    """A folder that can be removed afterwards, whatever is done to it."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    yield folder
    for each in (folder, folder / "kept"):
        each.chmod(0o755)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Path]:
    """The folder of a journal that is open, so that its log is beside it."""
    folder = tmp_path / "running"
    async with open_store(str(folder)) as store:
        await append(store, adopted())
        for number in range(9):
            await append(store, heard(f"line {number}"))
        yield folder


def shelved(source: Path, shelf: Path, *endings: str, mode: int = 0o444) -> Path:
    """Copy files of a journal into a folder that cannot be written."""
    folder = shelf / "kept"
    folder.mkdir()
    for ending in endings:
        shutil.copy(source / f"soul.db{ending}", folder)
        (folder / f"soul.db{ending}").chmod(mode)
    folder.chmod(0o555)
    return folder


def restricted(folder: Path, *words: str) -> Result:
    """Run ``soul`` where the modes of files hold, which they do not for root as such."""
    without = "-dac_override,-dac_read_search,-fowner"
    prefix = ["setpriv", f"--bounding-set={without}"] if os.geteuid() == 0 else []
    if prefix and shutil.which("setpriv") is None:
        pytest.skip("modes of files do not hold for root, and there is no setpriv")
    return subprocess.run(  # noqa: S603 - our own program
        [*prefix, *command(*words)],
        cwd="/",
        env=environ(folder, DATA_DIR=str(folder)),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


@pytest.mark.parametrize(
    "endings",
    [("",), ("", "-wal"), ("", "-wal", "-shm"), ("", "-wal", ".heads"), ("", "-shm")],
    ids=" ".join,
)
async def test_a_copy_that_cannot_be_written_is_replayed(
    running: Path, shelf: Path, endings: tuple[str, ...]
) -> None:
    folder = shelved(running, shelf, *endings)
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    result = restricted(folder, "replay", "jasmine", "--verify")
    if "-wal" in endings:
        assert result.stderr == ""
        assert result.stdout.startswith("jasmine: 10 entries")
    else:  # all of it was still in the log
        assert result.stderr == "soul: there is no journal of 'jasmine'\n"
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


def test_a_journal_without_a_log_is_read_by_every_command_that_only_reads(
    soul: Soul, tmp_path: Path, shelf: Path
) -> None:
    soul("chat", typed="My name is Ann.\n")
    hash_ = soul("replay", "jasmine", "--verify").stdout
    folder = shelved(tmp_path / "kept", shelf, "", ".heads")
    assert restricted(folder, "replay", "jasmine", "--verify").stdout == hash_
    listed = restricted(folder, "agents")
    assert listed.returncode == 0, listed.stderr
    assert "Jasmine" in listed.stdout
    there = shelf / "there"
    moved = restricted(folder, "migrate", "--from", str(folder), "--to", str(there))
    assert moved.returncode == 0, moved.stderr
    assert soul("replay", "jasmine", "--verify", DATA_DIR=str(there)).stdout == hash_


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("chat",), ("operator", "ann")])
def test_what_has_to_write_says_where_it_cannot_in_one_line(
    soul: Soul, tmp_path: Path, shelf: Path, words: tuple[str, ...]
) -> None:
    soul("chat", typed="Hello!\n")
    folder = shelved(tmp_path / "kept", shelf, "", ".heads")
    result = restricted(folder, *words)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"soul: {folder}/")
    assert "Permission denied" in line
    assert "DATA_DIR" in line


def test_files_of_another_user_are_named(soul: Soul, tmp_path: Path, shelf: Path) -> None:
    soul("chat", typed="Hello!\n")
    folder = shelved(tmp_path / "kept", shelf, "", mode=0)
    for words in (("replay", "jasmine"), ("agents",)):
        result = restricted(folder, *words)
        assert result.returncode == 1
        assert result.stderr == (
            f"soul: {folder}/soul.db cannot be read (Permission denied); run this as the user "
            "whose file it is\n"
        )
    folder.chmod(0)
    for words in (("replay", "jasmine"), ("agents",)):
        result = restricted(folder, *words)
        assert result.returncode == 1
        (line,) = result.stderr.splitlines()
        assert "Permission denied" in line
