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


class SqliteDatabase:
    """An open file; belongs to the event loop it was opened in.

    ``path`` is the database file; its folder is made where it is missing. ``clock`` (ms) times
    the leases, which live in memory: one process owns the file, by a lock beside it. With
    ``readonly`` nothing is locked or written, so that a journal can be read beside its server.
    """

    def __init__(
        self, path: Path, *, clock: Callable[[], int] = now, readonly: bool = False
    ) -> None:
        self._path = path
        self.clock = clock
        self._readonly = readonly
        self._ownership = Ownership(path)
        self._reader: Reader | None = None
        self._writer: Writer | None = None
        self.ledger = Ledger(Leases(clock))
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """Open the file; ``Misconfigured`` if another process owns it."""
        async with self._opening:
            if self._reader is not None:
                return
            if self._readonly:
                self._reader = await asyncio.to_thread(self._look)
                return
            db, reader, token = await asyncio.to_thread(self._own)
            memory = Memory(reader.near(sqlite_queries.queued))
            self.ledger = Ledger(Leases(self.clock, floor=token), memory)
            self._writer = Writer(db, self.ledger)
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
        """Finish the writes under way, then close the file and release the lock."""
        async with self._opening:
            if self._writer is not None:
                await self._writer.drain()
            # The writer goes last: only then is the log moved into the file and removed.
            for side in (self._reader, self._writer):
                if side is not None:
                    await asyncio.to_thread(side.close)
            self._reader = self._writer = None
            self._ownership.release()

    def healthy(self) -> bool:
        """Return whether a read works now."""
        try:
            self.near(schema.version_of)
        except SoulError:
            return False
        return True

    @property
    def owned(self) -> bool:
        """Whether this process owns the file, so that its cache is complete and current."""
        return self._writer is not None

    def _reading(self) -> Reader:
        if self._reader is None:
            raise Unavailable("the store is not open")
        return self._reader

    def near(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Read a few indexed rows on the event loop's thread."""
        return self._reading().near(read)

    async def far(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Read what may be much in a thread beside the event loop."""
        return await self._reading().far(read)

    def writer(self) -> Writer:
        """Return the writer; ``Unavailable`` where the store is closed or read-only."""
        if self._readonly:
            raise Unavailable("the store was opened for reading only", code="read_only")
        if self._writer is None:
            raise Unavailable("the store is not open")
        return self._writer

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run quick statements in the next transaction; return once they are on disk."""
        return await self.writer().write(work)

    async def scrub(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run an erasure, then empty the write-ahead log and the cache of texts."""
        try:
            return await self.writer().scrub(work)
        finally:
            self.ledger.memory.erase()
