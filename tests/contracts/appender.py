"""Appends to a store until it is killed, and prints each seq once it was acknowledged."""

import asyncio
import os
import sys
from pathlib import Path

from synthetic_soul.stores.sqlite import SqliteStore
from tests.contracts.journals import append, felt, heard, reply


async def work(store: SqliteStore, run: str, worker: int) -> None:
    turn = 0
    while True:
        turn += 1
        message = heard(f"line {turn}", message=f"{run}-{worker}-{turn}")
        for event in (message, felt(), reply(message)):
            entry = await append(store, event)
            os.write(1, b"%d %s\n" % (entry.seq, entry.hash.encode()))


async def main() -> None:
    store = SqliteStore(Path(sys.argv[1]))
    await store.open()
    await asyncio.gather(*(work(store, str(os.getpid()), worker) for worker in range(8)))


if __name__ == "__main__":
    asyncio.run(main())
