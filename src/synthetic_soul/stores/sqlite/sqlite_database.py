"""The SQLite file: its lock, its readers, and its one writer with group commit.

Statements run on the event loop's own thread and only the commit, with its fsync, on the writer's.
A statement takes some ten microseconds; but a thread that runs it must win the interpreter's lock
back after each one, up to 5 ms every time while the loop is busy. Measured with 64 appenders beside
a saturated loop: 990 appends/s this way, 16 with all of it in a thread. Small indexed reads run on
the loop's thread for the same reason: a change of threads costs more than the read.
"""

import asyncio
import os
import sqlite3
import sys
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from synthetic_soul import clocks
from synthetic_soul.errors import Misconfigured, SoulError, Unavailable
from synthetic_soul.stores.base import READ_ONLY, WRITE_DEFECT, Loss
from synthetic_soul.stores.sqlite import sqlite_schema as schema
from synthetic_soul.stores.sqlite.readonly_source import readable_source
from synthetic_soul.stores.sqlite.sqlite_appender import (
    Appender,
    JournalCache,
    MemoryLeases,
    counts_of,
    queued_jobs,
)
from synthetic_soul.stores.sqlite.sqlite_heads import Heads, heads_path, missing, read_heads

T = TypeVar("T")

MAX_BATCH = 32  # writes of one transaction


@dataclass(slots=True, eq=False)
class _Write:
    """A write that waits; one with ``scrub`` runs in the thread and empties the log."""

    work: Callable[[sqlite3.Connection], object]
    future: asyncio.Future[object]
    scrub: bool
    answer: object = None
    refusal: SoulError | None = None


class FilePlace:
    """Where an open file lies: what is written to one that was removed is gone with its process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = self._found()

    def _found(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def check(self) -> None:
        """Raise ``Unavailable`` unless the file still lies there."""
        if self._found() != self._file:
            raise Unavailable(f"{self._path} has been removed or replaced while it was open")


class Writer:
    """Runs writes in order, many to a transaction, each in a savepoint of its own.

    Group commit: whatever waits when a commit ends goes into the next one. A writer belongs to the
    event loop it was made in.
    """

    def __init__(
        self, db: sqlite3.Connection, place: FilePlace, appender: Appender, heads: Heads
    ) -> None:
        self._db = db
        self._place = place
        self._appender = appender
        self._heads = heads
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-commit")
        self._queue: deque[_Write] = deque()
        self._busy = False
        self._closing: asyncio.Future[None] | None = None

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run some quick statements; return once they are on disk.

        A ``SoulError`` that ``work`` raises undoes its own statements alone. ``StorageFull`` or
        ``Unavailable`` when the whole batch was lost.
        """
        return cast("T", await self._put(work, scrub=False))

    async def scrub(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run slow statements off the event loop, then empty the write-ahead log."""
        return cast("T", await self._put(work, scrub=True))

    def _put(
        self, work: Callable[[sqlite3.Connection], object], *, scrub: bool
    ) -> asyncio.Future[object]:
        if self._closing is not None:
            raise Unavailable("the store is closed")
        write = _Write(work, self._loop.create_future(), scrub)
        self._queue.append(write)
        if not self._busy:
            self._busy = True
            self._loop.call_soon(self._next)
        return write.future

    async def drain(self) -> None:
        """Refuse new writes and finish those that wait."""
        self._closing = self._loop.create_future()
        if self._busy:
            await self._closing

    def close(self) -> None:
        """End the thread and close the connection, once drained."""
        self._thread.shutdown()
        self._heads.close()
        with schema.translated_errors():
            self._db.close()

    def _next(self) -> None:
        batch = self._take()
        if not batch:
            self._busy = False
            if self._closing is not None:
                self._closing.set_result(None)
        elif batch[0].scrub:
            self._finish_with(batch, self._run_and_scrub, batch)
        elif self._run_here(batch):
            self._finish_with(batch, self._commit)

    def _take(self) -> list[_Write]:
        """Return the next writes of one kind; those whose caller was cancelled are dropped."""
        batch: list[_Write] = []
        while self._queue and len(batch) < MAX_BATCH:
            if batch and self._queue[0].scrub is not batch[0].scrub:
                break
            write = self._queue.popleft()
            if not write.future.cancelled():
                batch.append(write)
        return batch

    def _run_here(self, batch: list[_Write]) -> bool:
        """Run a batch up to its commit; return False when it is lost."""
        loss: SoulError | None = Unavailable(WRITE_DEFECT)
        try:
            self._run(batch)
            loss = None
        except sqlite3.Error as error:
            loss = schema.translate(error)
        finally:
            if loss is not None:
                self._lose(batch, loss)
        return loss is None

    def _run(self, batch: list[_Write]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        for write in batch:
            self._db.execute("SAVEPOINT one")
            try:
                write.answer = write.work(self._db)
            except SoulError as error:
                write.refusal = error
                self._db.execute("ROLLBACK TO one")
            self._db.execute("RELEASE one")
        self._appender.settle(self._db)

    def _commit(self) -> None:
        self._place.check()
        self._db.commit()
        self._heads.put(self._appender.commits + 1, self._appender.staged_ends)

    def _run_and_scrub(self, batch: list[_Write]) -> None:
        self._run(batch)
        self._commit()
        schema.scrub_log(self._db)

    def _finish_with(
        self, batch: list[_Write], last: Callable[..., None], *arguments: object
    ) -> None:
        done = self._loop.run_in_executor(self._thread, last, *arguments)
        done.add_done_callback(partial(self._finish, batch))

    def _finish(self, batch: list[_Write], done: asyncio.Future[None]) -> None:
        error = done.exception()
        if error is not None:
            known = schema.translate(error) if isinstance(error, sqlite3.Error) else error
            if isinstance(known, SoulError):
                self._lose(batch, known)
                return
            self._lose(batch, Unavailable(WRITE_DEFECT))
            raise error
        self._appender.committed()
        for write in batch:
            if write.future.done():
                continue
            if write.refusal is not None:
                write.future.set_exception(write.refusal)
            else:
                write.future.set_result(write.answer)
        self._loop.call_soon(self._next)

    def _lose(self, batch: list[_Write], loss: SoulError) -> None:
        """Roll back, fail the writes of the batch, and go on with the next."""
        self._loop.call_soon(self._next)
        self._appender.rolled_back()
        for write in batch:
            if not write.future.done():
                write.future.set_exception(write.refusal or loss)
        if self._db.in_transaction:
            self._db.rollback()


class Reader:
    """One connection for the event loop's own thread, a few for threads beside it."""

    def __init__(self, path: Path, *, immutable: bool = False) -> None:
        self._connect = partial(schema.connect, path, readonly=True, immutable=immutable)
        self._here = self._connect()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="sqlite-read")
        self._spare: list[sqlite3.Connection] = []

    def read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Read a few rows on the calling thread."""
        with schema.translated_errors():
            return read(self._here)

    async def read_in_thread(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Read what may be much, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._lend, read)

    def _lend(self, read: Callable[[sqlite3.Connection], T]) -> T:
        with schema.translated_errors():
            db = self._take_spare()
            try:
                return read(db)
            finally:
                self._spare.append(db)

    def _take_spare(self) -> sqlite3.Connection:
        try:
            return self._spare.pop()
        except IndexError:
            return self._connect()

    def close(self) -> None:
        """Finish the reads under way and close the connections."""
        self._threads.shutdown()
        for db in (self._here, *self._spare):
            db.close()


def lock_holder(path: Path) -> str | None:
    """Return the number of the process that holds the lock of a database file, if one does."""
    lock = path.with_name(f"{path.name}.lock")
    try:
        file = os.open(lock, os.O_RDWR)
    except OSError:
        return None
    try:
        _lock(file)
    except OSError:
        return (
            (os.pread(file, 32, 0) if hasattr(os, "pread") else os.read(file, 32)).decode().strip()
        )
    finally:
        os.close(file)
    return None


LOCKED_BYTE = 1 << 30  # Windows locks bytes: with one beyond the PID inside, that stays readable


class FileLock:
    """The lock on ``<file>.lock``, held until ``release`` or the process's end.

    Not ``filelock``: it does not tell which process holds a lock, and where ``flock`` is missing it
    falls back to one that outlives its process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}.lock")
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock; ``Misconfigured`` names the process that holds it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._unusable(error) from error
        try:
            _lock(file)
        except OSError:
            holder = os.pread(file, 32, 0) if hasattr(os, "pread") else os.read(file, 32)
            os.close(file)
            raise Misconfigured(
                f"{self._path.with_suffix('')} is in use by process {holder.decode().strip()}: "
                "stop that one, or set another DATA_DIR for this one",
                code="in_use",
            ) from None
        self._file = file
        try:
            os.ftruncate(file, 0)
            os.write(file, b"%d\n" % os.getpid())
        except OSError as error:
            self.release()
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> Misconfigured:
        return Misconfigured(
            f"{self._path} cannot be written ({error.strerror}); set DATA_DIR to a folder with "
            "space that this user can write"
        )

    def release(self) -> None:
        """Release the lock. The file stays, so that two who wait for it lock the same one."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


if sys.platform == "win32":  # pragma: no cover - the suite runs on POSIX
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class SqliteDatabase:
    """An open file; belongs to the event loop it was opened in.

    ``path`` is the database file; its folder is made where it is missing. By ``clock`` and
    ``elapsed`` (see ``clocks``) leases get their tokens and expire; they live in memory: one
    process owns the file, by a lock beside it. With ``readonly`` nothing is locked or written, so
    that a journal can be read beside its server.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], int] = clocks.now,
        elapsed: Callable[[], int] = clocks.elapsed,
        readonly: bool = False,
    ) -> None:
        self._path = path
        self._clock = clock
        self._elapsed = elapsed
        self._readonly = readonly
        self._lock = FileLock(path)
        self._reader: Reader | None = None
        self._writer: Writer | None = None
        self.appender = Appender(MemoryLeases(clock, elapsed))
        self._opening = asyncio.Lock()
        self._losses: list[Loss] = []
        self._undo = ExitStack()

    async def open(self) -> None:
        """Open the file; ``Misconfigured`` if another process owns it."""
        async with self._opening:
            if self._reader is not None:
                return
            if self._readonly:
                self._reader = await asyncio.to_thread(self._open_readonly)
                return
            db, reader, heads = await asyncio.to_thread(self._own)
            token, commits = reader.read(counts_of)
            cache = JournalCache(reader.read(queued_jobs))
            leases = MemoryLeases(self._clock, self._elapsed, floor=token)
            self.appender = Appender(leases, cache, commits=commits)
            self._writer = Writer(db, FilePlace(self._path), self.appender, heads)
            self._reader = reader

    def _own(self) -> tuple[sqlite3.Connection, Reader, Heads]:
        """Lock and migrate the file; return connections and the open heads."""
        with ExitStack() as undo, schema.translated_errors():
            self._lock.acquire()
            undo.callback(self._lock.release)
            db = schema.create(self._path)
            undo.callback(db.close)
            schema.migrate(db)
            schema.shorten_log(db)
            heads = Heads(heads_path(self._path), self._elapsed)
            undo.callback(heads.close)
            self._losses = heads.open(db)
            reader = Reader(self._path)
            undo.pop_all()
        return db, reader, heads

    def _open_readonly(self) -> Reader:
        """Open a file for reading that another process may own, or that nobody can write."""
        with ExitStack() as undo, schema.translated_errors():
            # First: what the heads say is in the file when that is opened, or later.
            kept = read_heads(heads_path(self._path))
            source = undo.enter_context(readable_source(self._path))
            reader = Reader(source.path, immutable=source.immutable)
            undo.callback(reader.close)
            reader.read(schema.check_readable)
            self._losses = [*kept.losses, *reader.read(partial(missing, kept=kept))]
            self._undo = undo.pop_all()
        return reader

    async def close(self) -> None:
        """Finish the writes under way, then close the file and release the lock."""
        async with self._opening:
            if self._writer is not None:
                await self._writer.drain()
            # The writer is closed last: only then does SQLite remove the log.
            for side in (self._reader, self._writer):
                if side is not None:
                    await asyncio.to_thread(side.close)
            self._reader = self._writer = None
            self._undo.close()
            self._lock.release()

    def healthy(self) -> bool:
        """Return whether a read works now."""
        try:
            self.read(schema.version_of)
        except SoulError:
            return False
        return True

    @property
    def losses(self) -> Sequence[Loss]:
        """What had been lost when the file was opened."""
        return self._losses

    @property
    def owned(self) -> bool:
        """Whether this process owns the file, so that its cache is complete and current."""
        return self._writer is not None

    def _reading(self) -> Reader:
        if self._reader is None:
            raise Unavailable("the store is not open")
        return self._reader

    def read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Read a few indexed rows on the event loop's thread."""
        return self._reading().read(read)

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Return the rows of one such read."""
        return self.read(lambda db: db.execute(sql, values).fetchall())

    async def read_in_thread(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Read what may be much, in a thread."""
        return await self._reading().read_in_thread(read)

    def writer(self) -> Writer:
        """Return the writer; ``Unavailable`` where the store is closed or read-only."""
        if self._readonly:
            raise Unavailable("the store was opened for reading only", code=READ_ONLY)
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
            self.appender.cache.clear_texts()
