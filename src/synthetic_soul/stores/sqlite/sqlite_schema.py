"""SQLite's tables and their migrations, connections, and the translation of errors.

Texts of people stand only in ``words`` and ``accounts``. Both are written at their end alone and
erased by overwriting in place with zeros of the same length: SQLite zeroes what it deletes
(``secure_delete``), but not the copies that stay behind when it moves neighbours to another page,
and rows that are never inserted in the middle, resized or deleted are never moved. Indexes over
them hold digests for the same reason.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from synthetic_soul.errors import (
    JournalBroken,
    Misconfigured,
    SoulError,
    StorageFull,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FIRST = (
    """CREATE TABLE journals (
        agent TEXT PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL, hash TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE entries (
        num INTEGER PRIMARY KEY, agent TEXT NOT NULL, seq INTEGER NOT NULL,
        previous TEXT NOT NULL, hash TEXT NOT NULL, body BLOB NOT NULL
    )""",
    "CREATE UNIQUE INDEX entries_place ON entries (agent, seq)",
    """CREATE TABLE words (
        num INTEGER PRIMARY KEY, agent TEXT NOT NULL, digest TEXT NOT NULL, owner TEXT NOT NULL,
        erased INTEGER NOT NULL DEFAULT 0, salt BLOB NOT NULL, text BLOB NOT NULL
    )""",
    "CREATE UNIQUE INDEX words_digest ON words (agent, digest)",
    "CREATE INDEX words_owner ON words (agent, owner) WHERE erased = 0",
    """CREATE TABLE lines (
        agent TEXT, conversation TEXT, spoken INTEGER, seq INTEGER,
        PRIMARY KEY (agent, conversation, spoken, seq)
    ) WITHOUT ROWID""",
    """CREATE TABLE involved (
        agent TEXT, person TEXT, seq INTEGER, PRIMARY KEY (agent, person, seq)
    ) WITHOUT ROWID""",
    """CREATE TABLE thoughts (
        agent TEXT, audience TEXT, seq INTEGER, PRIMARY KEY (agent, audience, seq)
    ) WITHOUT ROWID""",
    "CREATE TABLE gone (agent TEXT, person TEXT, PRIMARY KEY (agent, person)) WITHOUT ROWID",
    """CREATE TABLE jobs (
        agent TEXT, id TEXT, conversation TEXT NOT NULL, person TEXT NOT NULL, key TEXT,
        attempt INTEGER NOT NULL, status TEXT NOT NULL, heard INTEGER NOT NULL, outcome INTEGER,
        since INTEGER NOT NULL, PRIMARY KEY (agent, id)
    ) WITHOUT ROWID""",
    "CREATE UNIQUE INDEX jobs_key ON jobs (agent, person, key) WHERE key IS NOT NULL",
    "CREATE INDEX jobs_queued ON jobs (agent, conversation, heard) WHERE status = 'queued'",
    "CREATE INDEX jobs_since ON jobs (since) WHERE status = 'queued'",
    """CREATE TABLE tickets (
        agent TEXT, ticket TEXT, seq INTEGER NOT NULL, PRIMARY KEY (agent, ticket)
    ) WITHOUT ROWID""",
    """CREATE TABLE snapshots (
        agent TEXT PRIMARY KEY, version TEXT NOT NULL, seq INTEGER NOT NULL, mind BLOB NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE bonds (
        agent TEXT, version TEXT, person TEXT, bond BLOB NOT NULL,
        PRIMARY KEY (agent, version, person)
    ) WITHOUT ROWID""",
    "CREATE TABLE fence (one INTEGER PRIMARY KEY CHECK (one = 1), token INTEGER NOT NULL)",
    "INSERT INTO fence VALUES (1, 0)",
    """CREATE TABLE accounts (
        num INTEGER PRIMARY KEY, id TEXT NOT NULL, live INTEGER NOT NULL, guest INTEGER NOT NULL,
        role INTEGER NOT NULL, created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,
        name_digest BLOB NOT NULL, email_digest BLOB,
        username BLOB NOT NULL, name_key BLOB NOT NULL, email BLOB, password BLOB
    )""",
    "CREATE UNIQUE INDEX accounts_id ON accounts (id) WHERE live = 1",
    "CREATE UNIQUE INDEX accounts_name ON accounts (name_digest) WHERE live = 1",
    "CREATE UNIQUE INDEX accounts_email ON accounts (email_digest) WHERE live = 1",
    "CREATE INDEX accounts_idle ON accounts (seen_at) WHERE live = 1 AND guest = 1",
    """CREATE TABLE sessions (
        id TEXT PRIMARY KEY, account TEXT NOT NULL, token TEXT NOT NULL, csrf TEXT NOT NULL,
        created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, parent TEXT,
        rotated_at INTEGER NOT NULL, successor TEXT, revoked_at INTEGER
    ) WITHOUT ROWID""",
    "CREATE INDEX sessions_account ON sessions (account)",
)

_SECOND = (
    "ALTER TABLE bonds ADD COLUMN seq INTEGER NOT NULL DEFAULT 0",
    """UPDATE bonds SET seq = coalesce((SELECT seq FROM snapshots
        WHERE snapshots.agent = bonds.agent AND snapshots.version = bonds.version), 0)""",
    "CREATE TABLE secrets (name TEXT PRIMARY KEY, secret TEXT NOT NULL) WITHOUT ROWID",
)

_THIRD = (
    "CREATE TABLE souls (agent TEXT, seq INTEGER, PRIMARY KEY (agent, seq)) WITHOUT ROWID",
    """INSERT INTO souls SELECT agent, seq FROM entries
        WHERE instr(CAST(body AS TEXT), '"kind":"soul_adopted"')""",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _SECOND, _THIRD)
"""Step n takes a file of ``user_version`` n to n + 1, in one transaction."""

WAIT_S = 0.5
"""How long a connection waits for a foreign lock; no second process writes, so hardly ever."""


def connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    """Return a connection without implicit transactions, for any thread, one at a time."""
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rw'}",
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


def translate(error: sqlite3.Error) -> SoulError:
    """Return what an error of SQLite means to a caller; its text never holds a value."""
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return StorageFull("no space is left for the journal; nothing was written")
        case sqlite3.SQLITE_CORRUPT:
            return JournalBroken(f"the journal file is damaged ({name})")
        case sqlite3.SQLITE_NOTADB:
            return Misconfigured("the journal file is not a SQLite database")
        case _:
            return Unavailable(f"the journal file cannot be used for now ({name})")
