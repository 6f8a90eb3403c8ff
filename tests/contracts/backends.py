"""Where the stores come from that the contract runs over."""

from __future__ import annotations

import sys
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from bson import encode
from pymongo import AsyncMongoClient

from synthetic_soul.stores.mongo.mongo_store import MongoStore
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore
from tests.contracts.journals import Clock

if TYPE_CHECKING:
    from pathlib import Path

    from pymongo.asynchronous.database import AsyncDatabase

    from synthetic_soul.stores.base import Store
    from tests.support.servers import MongoServer


class Backend(Protocol):
    """One set of journals, and what a test has to be able to do to it."""

    async def open(self) -> Store:
        """A store of these journals; for MongoDB any number of them."""
        ...

    async def close(self) -> None:
        """Close every store and clean up."""
        ...

    async def pass_time(self, ms: int) -> None:
        """Let so much time pass for the leases; it may be negative where a clock can go back."""
        ...

    async def raw(self) -> bytes:
        """Every byte on disk; for MongoDB, whose files keep much for a while, every document."""
        ...

    def appender(self) -> list[str]:
        """The command that appends until it is killed and prints what was acknowledged."""
        ...


@dataclass
class SqliteBackend:
    """SQLite stores of one file."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    opened: list[Store] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.folder / "soul.db"

    async def open(self) -> Store:
        store = SqliteStore(self.path, clock=self.clock, elapsed=self.clock)
        self.opened.append(store)
        await store.open()
        return store

    async def close(self) -> None:
        for store in self.opened:
            await store.close()

    async def pass_time(self, ms: int) -> None:
        self.clock.now += ms

    async def raw(self) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("soul.db*")))

    def appender(self) -> list[str]:
        return [sys.executable, "-m", "tests.contracts.appender", str(self.path)]


class MongoBackend:
    """MongoDB stores of one database: a fresh one, or one that a test before has left empty."""

    _empty: ClassVar[dict[str, list[str]]] = {}

    def __init__(self, server: MongoServer, *, fresh: bool = False) -> None:
        self.server = server
        self._left = self._empty.setdefault(server.uri, [])
        used = self._left and not fresh
        self.name = self._left.pop() if used else f"soul_{uuid.uuid4().hex[:12]}"
        self.opened: list[MongoStore] = []
        self._client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(server.uri)

    @property
    def db(self) -> AsyncDatabase[dict[str, Any]]:
        """The database, as it is without a store before it."""
        return self._client[self.name]

    async def open(self) -> MongoStore:
        store = MongoStore(self.server.uri, self.name)
        self.opened.append(store)
        await store.open()
        return store

    async def close(self) -> None:
        for store in self.opened:
            await store.close()
        for name in await self.db.list_collection_names():
            await self.db[name].delete_many({})
        self._left.append(self.name)
        await self._client.close()

    async def pass_time(self, ms: int) -> None:
        shifted = {"$subtract": ["$until", ms]}
        await self.db["leases"].update_many({}, [{"$set": {"until": shifted}}])

    async def raw(self) -> bytes:
        names = sorted(await self.db.list_collection_names())
        return b"".join([encode(each) for name in names async for each in self.db[name].find()])

    def appender(self) -> list[str]:
        address = [self.server.uri, self.name]
        return [sys.executable, "-m", "tests.contracts.appender", *address]
