"""Counters of long windows, such as daily budgets, which a restart does not begin anew.

Those of short windows are not worth a write to the disk each time. Rows hold a digest of the
counter's name, for names hold addresses of people, and are removed some time after their window.
"""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from typing_extensions import override

from synthetic_soul.errors import SoulError
from synthetic_soul.stores.base import CounterStore
from synthetic_soul.stores.sqlite.sqlite_database import SqliteDatabase

MIN_KEPT_WINDOW_MS: Final = 3_600_000
WRITES_PER_SWEEP: Final = 1_000
"""Writes between two removals of closed windows."""


class KeptCounters(CounterStore):
    """Counters in memory; those of long windows are on disk, too. ``clock`` gives ms."""

    def __init__(
        self, database: SqliteDatabase, memory: CounterStore, clock: Callable[[], int]
    ) -> None:
        self._database = database
        self._memory = memory
        self._clock = clock
        self._writes = 0

    @override
    async def increment(self, key: str, *, window: int, by: int = 1) -> tuple[int, int]:
        if window < MIN_KEPT_WINDOW_MS:
            return await self._memory.increment(key, window=window, by=by)
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
        counted, closes = await self._memory.increment(key, window=window, by=0)
        if not counted and (kept := self._kept(name)):  # not since the start of this process
            await self._memory.increment(key, window=window, by=kept)
        counted, closes = await self._memory.increment(key, window=window, by=by)
        if by:
            with suppress(SoulError):  # then it counts until this process ends
                await self._database.write(lambda db: self._put(db, name, counted, window))
        return counted, closes

    def _kept(self, name: bytes) -> int:
        sql = "SELECT counted FROM counters WHERE name = ? AND closes > ?"
        rows = self._database.rows(sql, name, self._clock())
        return int(rows[0][0]) if rows else 0

    def _put(self, db: sqlite3.Connection, name: bytes, counted: int, window: int) -> None:
        now = self._clock()
        if self._writes % WRITES_PER_SWEEP == 0:
            db.execute("DELETE FROM counters WHERE closes <= ?", (now,))
        self._writes += 1
        db.execute(
            "INSERT OR REPLACE INTO counters VALUES (?, ?, ?)", (name, counted, now + window)
        )
