"""Appends to a store until it is killed, and prints each seq once it was acknowledged.

Called with a file for SQLite, with an address and a database name for MongoDB.
"""

import asyncio
import os
import sys
from pathlib import Path

from synthetic_soul.errors import Conflict, Unavailable
from synthetic_soul.stores.base import Store
from synthetic_soul.stores.mongo.mongo_store import MongoStore
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore
from tests.contracts.journals import append, felt, heard, reply


async def work(store: Store, run: str, worker: int) -> None:
    turn = 0
    while True:
        turn += 1
        message = heard(f"line {turn}", message=f"{run}-{worker}-{turn}")
        for event in (message, felt(), reply(message)):
            try:
                entry = await append(store, event)
            except (Unavailable, Conflict):
                break  # nobody knows whether it is there: another message is tried
            os.write(1, b"%d %s\n" % (entry.seq, entry.hash.encode()))


def chosen(arguments: list[str]) -> Store:
    return MongoStore(*arguments) if len(arguments) > 1 else SqliteStore(Path(arguments[0]))


async def main() -> None:
    store = chosen(sys.argv[1:])
    await store.open()
    await asyncio.gather(*(work(store, str(os.getpid()), worker) for worker in range(8)))


if __name__ == "__main__":
    asyncio.run(main())
