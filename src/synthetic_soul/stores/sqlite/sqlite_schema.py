"""SQLite's tables and their migrations, connections, and the translation of errors.

Texts of people stand only in ``words`` and ``accounts``. Both are written at their end alone and
erased by overwriting in place with zeros of the same length: SQLite zeroes what it deletes
(``secure_delete``), but not the copies that stay behind when it moves neighbours to another page,
and rows that are never inserted in the middle, resized or deleted are never moved. Indexes over
them hold digests for the same reason.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from synthetic_soul.errors import JournalBroken, Misconfigured, SoulError, StorageFull, Unavailable
from synthetic_soul.stores.base import READ_ONLY


def _statements(script: Traversable) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, script.read_text("utf-8").split(";"))))


MIGRATIONS: tuple[tuple[str, ...], ...] = tuple(
    _statements(script)
    for script in sorted(
        resources.files("synthetic_soul.stores.sqlite").joinpath("migrations").iterdir(),
        key=lambda script: script.name,
    )
)
"""Step n takes a file of ``user_version`` n to n + 1, in one transaction."""

FIRST_READABLE = 3
"""Later migrations have added only what no reader of journals needs."""

WAIT_S = 0.5
"""How long a connection waits for a foreign lock; no second process writes, so hardly ever."""


def connect(path: Path, *, readonly: bool = False, immutable: bool = False) -> sqlite3.Connection:
    """Return a connection without implicit transactions, for any thread, one at a time.

    A file that is ``immutable`` is read without its log and without any lock.
    """
    options = f"mode={'ro' if readonly else 'rw'}{'&immutable=1' if immutable else ''}"
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=WAIT_S,
    )
    db.execute(f"PRAGMA cache_size = {-2_048 if readonly else -8_192}")
    return db


def create(path: Path) -> sqlite3.Connection:
    """Return the writing connection to a file, which is created (mode 0600) where missing."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise Misconfigured(f"{path} cannot be written: {error.strerror}") from error
    with ExitStack() as undo:
        db = connect(path)
        undo.callback(db.close)
        _prepare(db, path)
        undo.pop_all()
    return db


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    mode = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise Misconfigured(f"{path} lies where SQLite has no write-ahead log: use a local disk")
    for pragma in ("synchronous = FULL", "fullfsync = ON", "secure_delete = ON"):
        db.execute(f"PRAGMA {pragma}").fetchall()


def migrate(db: sqlite3.Connection) -> None:
    """Migrate the tables; killed anywhere, a rerun goes on where it stopped."""
    while version_of(db) < len(MIGRATIONS):
        db.execute("BEGIN IMMEDIATE")
        version = version_of(db)
        for statement in MIGRATIONS[version]:
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {version + 1}")
        db.commit()
    check(db)


def check(db: sqlite3.Connection) -> None:
    """Raise ``Misconfigured`` unless the tables are exactly those this program knows."""
    version = version_of(db)
    if version > len(MIGRATIONS):
        raise Misconfigured("the journal file was written by a later version of this program")
    if version < len(MIGRATIONS):
        raise Misconfigured("the journal file is of an earlier version: start the server once")


def check_readable(db: sqlite3.Connection) -> None:
    """Raise ``Misconfigured`` unless journals of these tables can be read, also without migrating.

    A copy that cannot be written may be of an earlier version.
    """
    if not FIRST_READABLE <= version_of(db) <= len(MIGRATIONS):
        check(db)


def version_of(db: sqlite3.Connection) -> int:
    """Return the file's ``user_version``: how many migrations it has had."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def scrub_log(db: sqlite3.Connection) -> None:
    """Move the write-ahead log into the file and truncate it.

    ``Unavailable`` while a reader of an older state keeps that from being done.
    """
    if not shorten_log(db):
        raise Unavailable("the write-ahead log is being read: ask for the erasure again")


def shorten_log(db: sqlite3.Connection) -> bool:
    """Do the same as far as readers allow; return whether nothing was left."""
    busy: int = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise SQLite's errors as this program's own."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate(error) from error


_MEANINGS: Final[dict[int, tuple[type[SoulError], str, str | None]]] = {
    sqlite3.SQLITE_FULL: (
        StorageFull,
        "no space is left for the journal; nothing was written",
        None,
    ),
    sqlite3.SQLITE_CORRUPT: (JournalBroken, "the journal file is damaged ({name})", None),
    sqlite3.SQLITE_NOTADB: (Misconfigured, "the journal file is not a SQLite database", None),
    sqlite3.SQLITE_READONLY: (
        Unavailable,
        "the journal file cannot be written: it, its folder or its disk is read-only",
        READ_ONLY,
    ),
    sqlite3.SQLITE_IOERR: (
        Unavailable,
        "the disk fails to read or write the journal file ({name})",
        None,
    ),
    sqlite3.SQLITE_BUSY: (Unavailable, "another program has locked the journal file", None),
}
"""By SQLite's primary code the error, its message and, where it has one, its code."""

_OTHERWISE = (Unavailable, "the journal file cannot be used for now ({name})", None)


def translate(error: sqlite3.Error) -> SoulError:
    """Return what an error of SQLite means to a caller; its text never holds a value."""
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    kind, message, code = _MEANINGS.get(primary, _OTHERWISE)
    return kind(message.format(name=name), code=code)
