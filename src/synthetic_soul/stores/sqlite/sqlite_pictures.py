"""Pictures of agents in the SQLite file."""

import sqlite3
from collections.abc import Mapping
from typing import Final

from typing_extensions import override

from synthetic_soul.stores.base import PictureStore, check_pictures, picture_digest
from synthetic_soul.stores.sqlite import sqlite_schema as schema
from synthetic_soul.stores.sqlite.sqlite_database import SqliteDatabase

FIRST_WITH_PICTURES: Final = 6
"""Files of an earlier version, which only a reader meets, have no table of pictures."""


class SqlitePictures(PictureStore):
    """Pictures in a table; one that is replaced is overwritten with zeros (``secure_delete``)."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    async def digests(self, agent: str) -> dict[str, str]:
        def read(db: sqlite3.Connection) -> dict[str, str]:
            if schema.version_of(db) < FIRST_WITH_PICTURES:
                return {}
            sql = "SELECT expression, digest FROM pictures WHERE agent = ? ORDER BY expression"
            return dict(db.execute(sql, (agent,)).fetchall())

        return self._database.read(read)

    @override
    async def read(self, agent: str, digest: str) -> bytes | None:
        sql = "SELECT body FROM pictures WHERE agent = ? AND digest = ? LIMIT 1"
        found = await self._database.read_in_thread(
            lambda db: db.execute(sql, (agent, digest)).fetchone()
        )
        return bytes(found[0]) if found else None

    @override
    async def replace(self, agent: str, pictures: Mapping[str, bytes]) -> None:
        check_pictures(pictures)
        rows = [(agent, name, picture_digest(body), body) for name, body in pictures.items()]

        def put(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM pictures WHERE agent = ?", (agent,))
            db.executemany("INSERT INTO pictures VALUES (?, ?, ?, ?)", rows)

        await self._database.write(put)
