"""Reading connections: one for the event loop's own thread, a few for threads beside it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from synthetic_soul.stores.sqlite.sqlite_schema import border, connect

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")


class Reader:
    """What is small and indexed is read at once: a change of threads costs more than the read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._here = connect(path, readonly=True)
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="sqlite-read")
        self._spare: list[sqlite3.Connection] = []

    def near(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Read a few rows here and now."""
        with border():
            return read(self._here)

    async def far(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Read what may be much, without holding up the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._lend, read)

    def _lend(self, read: Callable[[sqlite3.Connection], T]) -> T:
        with border():
            db = self._spare_one()
            try:
                return read(db)
            finally:
                self._spare.append(db)

    def _spare_one(self) -> sqlite3.Connection:
        try:
            return self._spare.pop()
        except IndexError:
            return connect(self._path, readonly=True)

    def close(self) -> None:
        """Wait for what is being read and let the connections go."""
        self._threads.shutdown()
        for db in (self._here, *self._spare):
            db.close()
