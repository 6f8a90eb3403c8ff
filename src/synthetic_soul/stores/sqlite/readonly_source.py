"""A SQLite file that can be read: the file itself, or a copy where its folder cannot be written.

To read a file with a write-ahead log, SQLite needs an index of that log beside it, which it makes
where it is missing. In a folder that cannot be written (a read-only disk, a backup, somebody else's
files) it fails. Without a log nothing has to be made. With one, the file is read in a copy.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from synthetic_soul.errors import Misconfigured
from synthetic_soul.stores.sqlite import sqlite_schema as schema

_NOTHING_CAN_BE_MADE: Final = frozenset(
    {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR}
)


@dataclass(frozen=True, slots=True)
class ReadableSource:
    """The file to read; an ``immutable`` one is written by nobody and has no log."""

    path: Path
    immutable: bool = False


@contextmanager
def readable_source(path: Path) -> Iterator[ReadableSource]:
    """Yield what can be read of a file; ``Misconfigured`` says why nothing can."""
    _check_readable(path)
    if not _needs_help(path):
        yield ReadableSource(path)
        return
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or log.stat().st_size == 0:
        yield ReadableSource(path, immutable=True)
        return
    _check_readable(log)
    with tempfile.TemporaryDirectory(prefix="soul-") as folder:  # of mode 0700
        for file in (path, log):
            _copy(file, Path(folder) / file.name)
        yield ReadableSource(Path(folder) / path.name)


def _check_readable(path: Path) -> None:
    try:
        path.open("rb").close()
    except FileNotFoundError:
        raise Misconfigured(f"there is no journal at {path}") from None
    except OSError as error:
        raise Misconfigured(
            f"{path} cannot be read ({error.strerror}); run this as the user whose file it is"
        ) from None


def _needs_help(path: Path) -> bool:
    """Return whether SQLite cannot read the file where it lies."""
    try:
        with closing(schema.connect(path, readonly=True)) as db:
            schema.version_of(db)
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOTHING_CAN_BE_MADE:
            return True
        raise
    return False


def _copy(file: Path, copy: Path) -> None:
    try:
        shutil.copyfile(file, copy)
    except OSError as error:
        raise Misconfigured(
            f"{file} lies in a folder that cannot be written, so a copy of it is read, which could "
            f"not be made in {copy.parent.parent} ({error.strerror}); set TMPDIR to a folder with "
            "space"
        ) from None
