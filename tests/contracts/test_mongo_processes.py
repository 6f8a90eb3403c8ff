"""Many stores on one database at once, as several processes on several machines have it."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import pytest
from pymongo.errors import AutoReconnect
from typing_extensions import override

from synthetic_soul.errors import Conflict, FenceBroken
from synthetic_soul.mind.events import PersonErased
from synthetic_soul.stores.codec import verify
from synthetic_soul.stores.mongo.mongo_entries import Inserts
from tests.contracts.backends import MongoBackend
from tests.contracts.journals import (
    START,
    append,
    failure,
    felt,
    fresh,
    heard,
    journal,
    reply,
    retry,
    sealed,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from synthetic_soul.stores.base import Entry
    from synthetic_soul.stores.mongo.mongo_database import Document, MongoDatabase
    from synthetic_soul.stores.mongo.mongo_entries import JournalEnd, Sent
    from synthetic_soul.stores.mongo.mongo_store import MongoStore
    from tests.support.servers import MongoServer

pytestmark = pytest.mark.anyio

TTL = 60_000
SOON = 30.0


class Held(Inserts):
    """Inserts that can be held up, or lose an answer, where the network would."""

    def __init__(self, database: MongoDatabase) -> None:
        super().__init__(database)
        self.reached = asyncio.Event()
        self.go = asyncio.Event()
        self.deaf = 0

    @override
    async def insert(self, documents: Sequence[Document]) -> Sent:
        return await self._through(lambda: super(Held, self).insert(documents))

    @override
    async def insert_after(self, documents: Sequence[Document], parent: JournalEnd) -> Sent:
        return await self._through(lambda: super(Held, self).insert_after(documents, parent))

    async def _through(self, send: Callable[[], Awaitable[Sent]]) -> Sent:
        self.reached.set()
        await self.go.wait()
        sent = await send()
        if self.deaf:
            self.deaf -= 1
            raise AutoReconnect("the answer was lost")
        return sent


def held(store: MongoStore) -> Held:
    """Hold up what this store inserts from now on."""
    inserts = store.journal._inserts = Held(store.database)
    store.journal._appenders.clear()
    return inserts


async def test_many_stores_open_an_empty_database_at_once(mongo_standalone: MongoServer) -> None:
    backend = MongoBackend(mongo_standalone, fresh=True)
    try:
        stores = await asyncio.gather(*(backend.open() for _ in range(6)))
        await asyncio.gather(*(append(store, heard()) for store in stores))
        indexes = await backend.db["entries"].index_information()
        assert {"place", "fence", "heard", "keys", "tickets", "words"} <= set(indexes)
        assert (await verify(stores[0].journal.entries("jasmine"))).entries == 6
    finally:
        await backend.close()


async def test_stores_that_append_at_once_keep_one_unbroken_chain(
    mongo_backend: MongoBackend,
) -> None:
    stores = [await mongo_backend.open() for _ in range(4)]
    given: list[Entry] = []

    async def work(store: MongoStore) -> None:
        for _ in range(10):
            given.extend(await asyncio.gather(*(append(store, heard()) for _ in range(5))))

    await asyncio.gather(*(work(store) for store in stores))
    assert sorted(entry.seq for entry in given) == list(range(1, 201))
    kept = {entry.seq: entry for entry in await journal(stores[0])}
    assert all(kept[entry.seq] == entry for entry in given)
    assert (await verify(stores[1].journal.entries("jasmine"))).entries == 200


async def test_processes_that_append_at_once_keep_one_unbroken_chain(
    mongo_backend: MongoBackend,
) -> None:
    store = await mongo_backend.open()
    pipe = asyncio.subprocess.PIPE
    children = [
        await asyncio.create_subprocess_exec(*mongo_backend.appender(), stdout=pipe)
        for _ in range(3)
    ]
    acknowledged: dict[int, str] = {}
    for child in children:
        assert child.stdout is not None
        for _ in range(60):
            seq, hash_ = (await asyncio.wait_for(child.stdout.readline(), SOON)).split()
            acknowledged[int(seq)] = hash_.decode()
    for child in children:
        child.send_signal(signal.SIGKILL)
        await child.communicate()
    assert len(acknowledged) == 180
    kept = {entry.seq: entry.hash for entry in await journal(store)}
    assert acknowledged.items() <= kept.items()
    verdict = await verify(
        store.journal.entries("jasmine"), last=await store.journal.last("jasmine")
    )
    assert verdict.entries == len(kept)


async def test_a_takeover_fences_a_holder_between_its_check_and_its_insert(
    mongo_backend: MongoBackend,
) -> None:
    old, new = await mongo_backend.open(), await mongo_backend.open()
    await append(old, felt())
    first = await old.leases.acquire("jasmine", "dm", ttl=TTL, holder="old")
    inserts = held(old)
    write = asyncio.create_task(old.journal.append("jasmine", [felt()], at=START, lease=first))
    await inserts.reached.wait()
    await mongo_backend.pass_time(TTL)
    second = await new.leases.acquire("jasmine", "dm", ttl=TTL, holder="new")
    assert first
    assert second
    assert second.token > first.token
    inserts.go.set()
    with pytest.raises(FenceBroken):
        await write
    assert (await new.journal.append("jasmine", [felt()], at=START, lease=second)).seq == 2
    await old.leases.release(first)
    assert await old.leases.acquire("jasmine", "dm", ttl=TTL, holder="old") is None
    assert [entry.seq for entry in await journal(new)] == [1, 2]


async def test_an_insert_on_its_way_is_not_committed_under_a_released_lease(
    mongo_backend: MongoBackend,
) -> None:
    store, other = await mongo_backend.open(), await mongo_backend.open()
    lease = await store.leases.acquire("jasmine", "dm", ttl=TTL, holder="one")
    assert lease
    inserts = held(store)
    write = asyncio.create_task(store.journal.append("jasmine", [felt()], at=START, lease=lease))
    await inserts.reached.wait()
    await store.leases.release(lease)
    assert await other.leases.acquire("jasmine", "dm", ttl=TTL, holder="two")
    inserts.go.set()
    with pytest.raises(FenceBroken):
        await write
    assert await journal(store) == []


async def test_a_committed_entry_counts_though_its_holder_died_before_the_release(
    mongo_backend: MongoBackend,
) -> None:
    old, new = await mongo_backend.open(), await mongo_backend.open()
    first = await old.leases.acquire("jasmine", "dm", ttl=TTL, holder="old")
    await old.journal.append("jasmine", [felt()], at=START, lease=first)
    await old.close()
    assert await new.leases.acquire("jasmine", "dm", ttl=TTL, holder="new") is None
    await mongo_backend.pass_time(TTL)
    second = await new.leases.acquire("jasmine", "dm", ttl=TTL, holder="new")
    assert (await new.journal.append("jasmine", [felt()], at=START, lease=second)).seq == 2


async def test_of_many_who_want_a_late_lease_one_gets_it(mongo_backend: MongoBackend) -> None:
    stores = [await mongo_backend.open() for _ in range(5)]
    assert await stores[0].leases.acquire("jasmine", "dm", ttl=TTL, holder="gone")
    for _ in range(5):
        await mongo_backend.pass_time(TTL)
        taken = await asyncio.gather(
            *(
                store.leases.acquire("jasmine", "dm", ttl=TTL, holder=fresh("run"))
                for store in stores
            )
        )
        assert sum(lease is not None for lease in taken) == 1


async def test_an_answer_that_was_lost_makes_no_entry_twice(mongo_backend: MongoBackend) -> None:
    store, other = await mongo_backend.open(), await mongo_backend.open()
    await append(store, felt())
    lease = await store.leases.acquire("jasmine", "dm", ttl=TTL, holder="one")
    inserts = held(store)
    inserts.go.set()
    inserts.deaf = 3
    writes = [append(store, heard(), felt()) for _ in range(4)]
    writes.append(store.journal.append("jasmine", [felt()], at=START, lease=lease))
    given = await asyncio.gather(*writes)
    assert inserts.deaf == 0
    await append(other, felt())
    inserts.deaf = 2
    given += await asyncio.gather(append(store, heard(), felt()), append(store, felt()))
    kept = {entry.seq: entry for entry in await journal(other)}
    assert all(kept[entry.seq] == entry for entry in given)
    assert len(kept) == 9
    assert (await verify(store.journal.entries("jasmine"))).entries == 9


async def test_nothing_follows_an_entry_that_a_crash_took_back(mongo_backend: MongoBackend) -> None:
    first, second = await mongo_backend.open(), await mongo_backend.open()
    for _ in range(3):
        await append(first, felt())
    inserts = held(second)
    write = asyncio.gather(*(append(second, felt()) for _ in range(3)))
    await inserts.reached.wait()
    await mongo_backend.db["entries"].delete_one({"seq": 3})
    inserts.go.set()
    assert [entry.seq for entry in await write] == [3, 4, 5]
    assert (await verify(second.journal.entries("jasmine"))).entries == 5


async def test_one_sees_at_once_who_has_left_by_anothers_word(mongo_backend: MongoBackend) -> None:
    first, second = await mongo_backend.open(), await mongo_backend.open()
    await append(first, heard("before", person="ann"))
    await append(second, PersonErased(person="ann"))
    assert await second.texts.erase_person("jasmine", "ann") == 1
    late = await append(first, heard("a lighthouse", person="ann"))
    assert b"lighthouse" not in await mongo_backend.raw()
    assert await second.journal.entry("jasmine", late.seq) == late


async def test_one_word_stands_once_whoever_writes_it(mongo_backend: MongoBackend) -> None:
    first, second = await mongo_backend.open(), await mongo_backend.open()
    words = sealed("an orchard", "ann")
    entries = [
        await append(store, heard().model_copy(update={"words": words}), heard("more"))
        for store in (first, second, first)
    ]
    assert await journal(second) == entries
    assert await second.texts.erase_person("jasmine", "ann") == 4
    assert await first.texts.read("jasmine", [words.digest]) == {}
    assert b"orchard" not in await mongo_backend.raw()


async def test_a_retry_is_checked_where_it_stands(mongo_backend: MongoBackend) -> None:
    stores = [await mongo_backend.open() for _ in range(3)]
    message = heard()
    await append(stores[0], message)
    await append(stores[1], failure(message))
    tries = await asyncio.gather(
        *(append(store, retry(message, attempt)) for attempt in (1, 2) for store in stores),
        return_exceptions=True,
    )
    refused = [each for each in tries if isinstance(each, Conflict)]
    assert [each.code for each in refused] == ["not_failed"] * 5


async def test_a_mark_left_behind_is_seen_through_and_taken_away(
    mongo_backend: MongoBackend,
) -> None:
    first, second = await mongo_backend.open(), await mongo_backend.open()
    answered, waits = heard(), heard()
    await append(first, answered)
    await append(first, waits)
    await append(first, reply(answered))
    first._marks._stale.clear()  # as if the process had died before it came to that
    assert await marks(mongo_backend) == {answered.id, waits.id}
    assert [job.id for job in await second.jobs.unanswered("jasmine", "dm")] == [waits.id]
    assert len(await second.jobs.waiting(["jasmine"])) == 1
    await second._marks.drain()
    assert await marks(mongo_backend) == {waits.id}
    assert [job.id for job in await second.jobs.unanswered("jasmine", "dm")] == [waits.id]


async def marks(backend: MongoBackend) -> set[str]:
    entries = await backend.db["entries"].find({"waiting": {"$exists": True}}).to_list()
    return {mark["id"] for entry in entries for mark in entry["waiting"]}
