"""The SQLite file itself: owning it, opening and closing it, its one writer and its readers."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from synthetic_soul.errors import Misconfigured, SoulError, Unavailable
from synthetic_soul.stores.sqlite import sqlite_queries
from synthetic_soul.stores.sqlite import sqlite_schema as schema
from synthetic_soul.stores.sqlite.file_lock import Ownership
from synthetic_soul.stores.sqlite.memory_leases import Leases, now
from synthetic_soul.stores.sqlite.sqlite_appender import Ledger
from synthetic_soul.stores.sqlite.sqlite_cache import Memory
from synthetic_soul.stores.sqlite.sqlite_reader import Reader
from synthetic_soul.stores.sqlite.sqlite_writer import Writer

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")


class SqliteFile:
    """An open file; belongs to the event loop it was opened in.

    ``path`` is the database file; its folder is made where it is missing. ``clock`` (ms) times
    the leases, which live in memory: one process owns the file, by a lock beside it. With
    ``readonly`` nothing is locked or written, so that a journal can be read beside its server.
    """

    def __init__(
        self, path: Path, *, clock: Callable[[], int] = now, readonly: bool = False
    ) -> None:
        self._path = path
        self._clock = clock
        self._readonly = readonly
        self._ownership = Ownership(path)
        self._reader: Reader | None = None
        self._writer: Writer | None = None
        self._ledger = Ledger(Leases(clock))
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """As ``Store.open``; ``Misconfigured`` if another process owns the file."""
        async with self._opening:
            if self._reader is not None:
                return
            if self._readonly:
                self._reader = await asyncio.to_thread(self._look)
                return
            db, reader, token = await asyncio.to_thread(self._own)
            memory = Memory(reader.near(sqlite_queries.queued))
            self._ledger = Ledger(Leases(self._clock, floor=token), memory)
            self._writer = Writer(db, self._ledger)
            self._reader = reader

    def _own(self) -> tuple[sqlite3.Connection, Reader, int]:
        """Make the file ours and bring it up to date; the last token given comes with it."""
        with ExitStack() as undo, schema.border():
            self._ownership.take()
            undo.callback(self._ownership.release)
            db = schema.create(self._path)
            undo.callback(db.close)
            schema.migrate(db)
            schema.shorten_log(db)
            token: int = db.execute("SELECT token FROM fence").fetchone()[0]
            reader = Reader(self._path)
            undo.pop_all()
        return db, reader, token

    def _look(self) -> Reader:
        """Read a file that may be another process's."""
        if not self._path.exists():
            raise Misconfigured(f"there is no journal at {self._path}")
        with ExitStack() as undo, schema.border():
            reader = Reader(self._path)
            undo.callback(reader.close)
            reader.near(schema.check)
            undo.pop_all()
        return reader

    async def close(self) -> None:
        """As ``Store.close``."""
        async with self._opening:
            if self._writer is not None:
                await self._writer.drain()
            # The writer goes last: only then is the log moved into the file and removed.
            for side in (self._reader, self._writer):
                if side is not None:
                    await asyncio.to_thread(side.close)
            self._reader = self._writer = None
            self._ownership.release()

    async def healthy(self) -> bool:
        """As ``Store.healthy``."""
        try:
            self._near(schema.version_of)
        except SoulError:
            return False
        return True

    def _reading(self) -> Reader:
        if self._reader is None:
            raise Unavailable("the store is not open")
        return self._reader

    def _near(self, read: Callable[[sqlite3.Connection], T]) -> T:
        return self._reading().near(read)

    async def _far(self, read: Callable[[sqlite3.Connection], T]) -> T:
        return await self._reading().far(read)

    def _writing(self) -> Writer:
        if self._readonly:
            raise Unavailable("the store was opened for reading only", code="read_only")
        if self._writer is None:
            raise Unavailable("the store is not open")
        return self._writer

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._writing().write(work)

    async def _scrub(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await self._writing().scrub(work)
        finally:
            self._ledger.memory.erase()
