"""A mongod that dies or steps down under load: nothing acknowledged is lost, nothing is twice."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from synthetic_soul.errors import Conflict, FenceBroken, SoulError, Unavailable
from synthetic_soul.stores.codec import verify
from tests.contracts.backends import MongoBackend
from tests.contracts.journals import START, append, felt, fresh, heard, journal, reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from synthetic_soul.stores.base import Entry, Lease
    from synthetic_soul.stores.mongo.mongo_store import MongoStore
    from tests.support.servers import MongoServer

pytestmark = pytest.mark.anyio

TTL = 60_000


class Load:
    """Appends from several stores until told to stop, and what they were told."""

    def __init__(self, stores: list[MongoStore]) -> None:
        self.stores = stores
        self.given: list[Entry] = []
        self.lost: list[SoulError] = []
        self.going = True

    async def run(self) -> None:
        workers = [self._work(store) for store in self.stores for _ in range(4)]
        await asyncio.gather(*workers)

    async def more(self, count: int) -> None:
        """Wait until so many more entries have been acknowledged."""
        enough = len(self.given) + count
        while len(self.given) < enough:  # noqa: ASYNC110 - looks at what was told
            await asyncio.sleep(0.01)

    async def _work(self, store: MongoStore) -> None:
        while self.going:
            message = heard(fresh("text"))
            try:
                self.given.append(await append(store, message))
                self.given.append(await append(store, felt(), reply(message)))
            except (Unavailable, Conflict) as error:
                self.lost.append(error)


async def check(load: Load, store: MongoStore) -> None:
    """All that was acknowledged is there, as it was told, in one chain, and nothing is twice."""
    kept = {entry.seq: entry for entry in await journal(store)}
    assert all(kept.get(entry.seq) == entry for entry in load.given)
    verdict = await verify(
        store.journal.entries("jasmine"), last=await store.journal.last("jasmine")
    )
    assert verdict.entries == len(kept)
    assert len(kept) - len(load.given) <= 2 * len(load.lost)
    messages = [
        event.id
        for entry in kept.values()
        for event in entry.events
        if event.kind == "message_heard"
    ]
    assert len(set(messages)) == len(messages)


@pytest.fixture
async def backend(mongo_backend: MongoBackend) -> AsyncIterator[MongoBackend]:
    """One whose server runs again afterwards."""
    yield mongo_backend
    await asyncio.to_thread(mongo_backend.server.start)


async def test_a_killed_mongod_loses_nothing_and_leaves_no_gap(backend: MongoBackend) -> None:
    load = Load([await backend.open() for _ in range(2)])
    work = asyncio.create_task(load.run())
    for _ in range(3):
        await load.more(30)
        await asyncio.sleep(random.uniform(0, 0.1))  # noqa: S311 - any moment will do
        await asyncio.to_thread(backend.server.kill)
        await asyncio.to_thread(backend.server.start)
    load.going = False
    await work
    await check(load, await backend.open())


async def test_what_a_killed_mongod_keeps_away_is_told_and_nothing_hangs(
    backend: MongoBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthetic_soul.stores.mongo.mongo_database.RETRY_S", 0.5)
    monkeypatch.setattr("synthetic_soul.stores.mongo.mongo_database.SELECTION_TIMEOUT_MS", 1_000)
    store = await backend.open()
    await append(store, felt())
    await asyncio.to_thread(backend.server.kill)
    told = await asyncio.gather(
        *(append(store, felt()) for _ in range(3)),
        store.journal.last("jasmine"),
        return_exceptions=True,
    )
    assert [type(each) for each in told] == [Unavailable] * 4
    assert not await store.healthy()
    await asyncio.to_thread(backend.server.start)
    while not await store.healthy():  # noqa: ASYNC110 - asks the server
        await asyncio.sleep(0.05)
    last = await append(store, felt())
    assert (await verify(store.journal.entries("jasmine"))).entries == last.seq


async def test_a_primary_that_steps_down_loses_nothing_and_doubles_nothing(
    mongo_replica_set: MongoServer,
) -> None:
    backend = MongoBackend(mongo_replica_set)
    load = Load([await backend.open() for _ in range(2)])
    work = asyncio.create_task(load.run())
    for _ in range(3):
        await load.more(30)
        await step_down(mongo_replica_set)
    load.going = False
    await work
    assert load.lost == []
    await check(load, await backend.open())
    await backend.close()


async def step_down(server: MongoServer) -> None:
    """Let the only node be no primary for a second; it is elected again afterwards."""
    async with AsyncMongoClient[dict[str, object]](server.uri) as client:
        try:
            await client.admin.command("replSetStepDown", 1, force=True)
        except PyMongoError:
            pytest.fail("it would not step down")


async def test_a_lease_ends_with_the_run_of_the_server_it_was_taken_in(
    backend: MongoBackend,
) -> None:
    store = await backend.open()
    await append(store, felt())
    lease = await take(store)
    await asyncio.to_thread(backend.server.kill)
    await asyncio.to_thread(backend.server.start)
    await append(store, felt())
    with pytest.raises(FenceBroken):
        await store.journal.append("jasmine", [felt()], at=START, lease=lease)
    await store.leases.release(lease)
    again = await take(store)
    assert (await store.journal.append("jasmine", [felt()], at=START, lease=again)).seq == 3


async def take(store: MongoStore) -> Lease:
    lease = await store.leases.acquire("jasmine", "dm", ttl=TTL, holder="one")
    assert lease is not None
    return lease
