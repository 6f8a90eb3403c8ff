"""Indexes of conversations for recall in the SQLite file.

SQLite zeroes what it deletes (``secure_delete``), but not the copies of rows that stay behind when
it moves neighbours to another page. Only the beginning of a row is ever moved; the rest lies in
pages of its own. So the bytes of an index come after a page of zeros.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from typing_extensions import override

from synthetic_soul.stores.base import IndexStore, StoredIndex
from synthetic_soul.stores.sqlite import sqlite_schema as schema
from synthetic_soul.stores.sqlite.sqlite_database import SqliteDatabase

FIRST_WITH_INDEXES: Final = 7
"""Files of an earlier version, which only a reader meets, have no tables of indexes."""

_ZEROS: Final = bytes(4_096)
"""At least as many bytes as SQLite keeps of a row in a page that it shares with others."""

_HEAD = "SELECT seq, substr(head, 4097) FROM recall_heads WHERE agent = ? AND conversation = ?"
_SEQ = "SELECT seq FROM recall_heads WHERE agent = ? AND conversation = ?"
_PUT_HEAD = "INSERT OR REPLACE INTO recall_heads VALUES (?, ?, ?, ?)"
_PARTS = (
    "SELECT substr(body, 4097) FROM recall_parts WHERE agent = ? AND conversation = ? "
    "ORDER BY number"
)
_NUMBERS = "SELECT number FROM recall_parts WHERE agent = ? AND conversation = ?"
_PUT_PART = "INSERT OR REPLACE INTO recall_parts VALUES (?, ?, ?, ?)"
_DROP_PARTS = "DELETE FROM recall_parts WHERE agent = ? AND conversation = ? AND number >= ?"


class SqliteIndexes(IndexStore):
    """Indexes in two tables: heads and parts.

    A write joins the next group commit, as those of snapshots do: an index as of a later entry than
    the journal's last would be worse than none. Ten MB take the event loop's thread some 20 ms.
    A removal is ``Unavailable`` while a reader holds on to the log, as an erasure is.
    """

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    async def read(self, agent: str, conversation: str) -> StoredIndex | None:
        of = agent, conversation

        def read(db: sqlite3.Connection) -> StoredIndex | None:
            if schema.version_of(db) < FIRST_WITH_INDEXES:
                return None
            with _one_state(db):
                found = db.execute(_HEAD, of).fetchone()
                parts = tuple(body for (body,) in db.execute(_PARTS, of))
            return StoredIndex(found[0], found[1], parts) if found else None

        return await self._database.read_in_thread(read)

    @override
    async def seq_of(self, agent: str, conversation: str) -> int:
        def read(db: sqlite3.Connection) -> int:
            is_there = schema.version_of(db) >= FIRST_WITH_INDEXES
            return _seq_of(db, agent, conversation) if is_there else 0

        return await self._database.read_in_thread(read)

    @override
    async def write(
        self,
        agent: str,
        conversation: str,
        *,
        expected: int,
        seq: int,
        head: bytes,
        parts: Mapping[int, bytes],
        count: int,
    ) -> bool:
        of = agent, conversation
        rows = [(*of, number, _ZEROS + body) for number, body in parts.items() if number < count]

        def put(db: sqlite3.Connection) -> bool:
            if not expected == _seq_of(db, *of) <= seq:
                return False
            there = {number for (number,) in db.execute(_NUMBERS, of)}
            if not there.union(parts).issuperset(range(count)):
                return False
            db.execute(_PUT_HEAD, (*of, seq, _ZEROS + head))
            db.execute(_DROP_PARTS, (*of, count))
            db.executemany(_PUT_PART, rows)
            return True

        return await self._database.write(put)

    @override
    async def remove(self, agent: str, conversation: str, *, seq: int) -> None:
        of = agent, conversation

        def empty(db: sqlite3.Connection) -> None:
            db.execute(_PUT_HEAD, (*of, max(seq, _seq_of(db, *of)), _ZEROS))
            db.execute(_DROP_PARTS, (*of, 0))

        await self._database.scrub(empty)


def _seq_of(db: sqlite3.Connection, agent: str, conversation: str) -> int:
    """Return the entry that an index is as of; 0 where there is none."""
    found: tuple[int] | None = db.execute(_SEQ, (agent, conversation)).fetchone()
    return found[0] if found else 0


@contextmanager
def _one_state(db: sqlite3.Connection) -> Iterator[None]:
    """Let several statements read one state of the file."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.rollback()
