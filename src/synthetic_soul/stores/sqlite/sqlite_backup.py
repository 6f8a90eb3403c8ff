"""A copy of a SQLite journal while a server writes it.

SQLite's own backup copies the pages of one moment: a read transaction, open for as long as it
takes, keeps that moment. Writers go on. Only an erasure has to wait, since it empties the log.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from synthetic_soul.errors import Conflict, JournalBroken, Misconfigured, StorageFull
from synthetic_soul.stores.base import Loss
from synthetic_soul.stores.sqlite import sqlite_schema as schema
from synthetic_soul.stores.sqlite.readonly_source import readable_source
from synthetic_soul.stores.sqlite.sqlite_database import FileLock
from synthetic_soul.stores.sqlite.sqlite_heads import heads_path, missing, read_heads

PAGES_PER_STEP: Final = 1_024
_BESIDE: Final = ("-wal", "-shm", ".heads")
"""Endings of files that belong to another file of the same name, and would spoil this one."""


@contextmanager
def target_file(path: Path, *, force: bool) -> Iterator[Path]:
    """Yield a new file (mode 0600) beside ``path``; at the end it is synced and takes its place.

    Where that is not reached it is removed. ``Conflict`` unless ``path`` is free or ``force`` is
    set, ``Misconfigured`` where a server uses it or nothing can be written there.
    """
    others = [path, *(path.with_name(path.name + ending) for ending in _BESIDE)]
    there = [str(each) for each in others if each.exists() or each.is_symlink()]
    if there and not force:
        raise Conflict(f"{', '.join(there)} is there already; --force writes over it")
    lock = FileLock(path)
    if there:
        lock.acquire()
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield temporary
        _sync(temporary)
        for other in others[1:]:
            other.unlink(missing_ok=True)
        temporary.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be written ({error.strerror})") from error
    finally:
        with suppress(OSError):
            temporary.unlink()
        lock.release()


def copy_database(source: Path, target: Path, report: Callable[[int, int], None]) -> list[Loss]:
    """Copy a database as it is now into an empty file; return what it is known to have lost.

    ``report`` is called with the pages copied and the pages in all. ``JournalBroken`` if the copy
    is damaged, ``StorageFull``, ``Misconfigured`` or ``Unavailable`` if it cannot be made.
    """
    kept = read_heads(heads_path(source))
    with (
        schema.translated_errors(),
        readable_source(source) as found,
        closing(schema.connect(found.path, readonly=True, immutable=found.immutable)) as db,
        closing(schema.connect(target)) as copy,
    ):
        db.execute("BEGIN")
        schema.check_readable(db)  # reads, so that the moment is kept from here on
        losses = [*kept.losses, *missing(db, kept)]
        _copy_pages(db, copy, report)
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file, readable anywhere
        (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise JournalBroken(f"{source} is damaged, and so is its copy: {verdict}")
    return losses


def _copy_pages(
    db: sqlite3.Connection, copy: sqlite3.Connection, report: Callable[[int, int], None]
) -> None:
    def progress(_status: int, remaining: int, total: int) -> None:
        report(total - remaining, total)

    try:
        db.backup(copy, pages=PAGES_PER_STEP, progress=progress, sleep=0)
    except sqlite3.OperationalError as error:
        if isinstance(schema.translate(error), StorageFull):
            raise StorageFull("no space is left for the backup; nothing was kept of it") from error
        raise


def _sync(path: Path) -> None:
    if path.is_dir() and not hasattr(os, "O_DIRECTORY"):
        return  # Windows opens no folders
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
