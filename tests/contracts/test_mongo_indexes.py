"""Indexes in MongoDB while processes die or answers are lost between the steps of a write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import AutoReconnect

from synthetic_soul.errors import Unavailable
from synthetic_soul.stores.base import StoredIndex
from synthetic_soul.stores.mongo import mongo_database
from synthetic_soul.stores.mongo.mongo_indexes import HEADS, PARTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from synthetic_soul.stores.mongo.mongo_database import Document
    from synthetic_soul.stores.mongo.mongo_store import MongoStore
    from tests.contracts.backends import MongoBackend

pytestmark = pytest.mark.anyio

FIRST = StoredIndex(1, b"1", (b"a", b"b"))
SECOND = StoredIndex(2, b"2", (b"a", b"B"))


async def write(store: MongoStore, seq: int, parts: dict[int, bytes]) -> bool:
    return await store.indexes.write(
        "ada", "dm", expected=seq - 1, seq=seq, head=b"%d" % seq, parts=parts, count=2
    )


async def kept_parts(backend: MongoBackend) -> list[bytes]:
    return sorted([bytes(each["body"]) async for each in backend.db[PARTS].find()])


def fail_at(monkeypatch: pytest.MonkeyPatch, operation: str, *, after: bool, times: int) -> None:
    """Lose so many operations of that name, or their answers."""
    real: Callable[..., Awaitable[object]] = getattr(AsyncCollection, operation)
    left = [times]

    async def failing(
        collection: AsyncCollection[Document], *values: object, **options: object
    ) -> object:
        if collection.name not in (HEADS, PARTS) or left[0] == 0:
            return await real(collection, *values, **options)
        left[0] -= 1
        if after:
            await real(collection, *values, **options)
        raise AutoReconnect("lost")

    monkeypatch.setattr(AsyncCollection, operation, failing)


STEPS = ("bulk_write", "replace_one", "delete_many")


@pytest.mark.parametrize("operation", STEPS)
@pytest.mark.parametrize("after", [False, True])
async def test_a_write_that_ends_between_its_steps_leaves_an_index_and_garbage_for_a_while(
    mongo_backend: MongoBackend, monkeypatch: pytest.MonkeyPatch, operation: str, *, after: bool
) -> None:
    store = await mongo_backend.open()
    assert await write(store, 1, {0: b"a", 1: b"b"})
    with monkeypatch.context() as patch:
        patch.setattr(mongo_database, "RETRY_S", -1.0)
        fail_at(patch, operation, after=after, times=-1)
        try:
            assert await write(store, 2, {1: b"B"})
        except Unavailable:
            assert operation != "delete_many"
    found = await store.indexes.read("ada", "dm")
    assert found in (FIRST, SECOND)
    assert found is not None
    assert await write(store, found.seq + 1, {0: b"x", 1: b"y"})
    assert await kept_parts(mongo_backend) == [b"x", b"y"]


@pytest.mark.parametrize("operation", ["insert_one", *STEPS, "find_one_and_update"])
async def test_a_lost_answer_is_asked_for_again(
    mongo_backend: MongoBackend, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    store = await mongo_backend.open()
    fail_at(monkeypatch, operation, after=True, times=1)
    assert await write(store, 1, {0: b"a", 1: b"b"})
    assert await write(store, 2, {1: b"B"})
    assert await store.indexes.read("ada", "dm") == SECOND
    assert await kept_parts(mongo_backend) == [b"B", b"a"]
    await store.indexes.remove("ada", "dm", seq=3)
    assert await store.indexes.read("ada", "dm") == StoredIndex(3, b"", ())
    assert await kept_parts(mongo_backend) == []


async def test_what_a_write_under_way_has_inserted_is_left_to_it(
    mongo_backend: MongoBackend,
) -> None:
    store = await mongo_backend.open()
    assert await write(store, 1, {0: b"a", 1: b"b"})
    head = await mongo_backend.db[HEADS].find_one()
    assert head is not None
    for generation in (head["generation"] + 1, head["generation"] + 2):
        part = {"_id": ObjectId(), "agent": "ada", "conversation": "dm", "body": b"under way"}
        await mongo_backend.db[PARTS].insert_one({**part, "generation": generation})
    assert await write(store, 2, {1: b"B"})
    assert await kept_parts(mongo_backend) == [b"B", b"a", b"under way"]


async def test_an_index_that_has_lost_a_part_reads_as_an_empty_one_that_can_be_replaced(
    mongo_backend: MongoBackend,
) -> None:
    store = await mongo_backend.open()
    assert await write(store, 1, {0: b"a", 1: b"b"})
    await mongo_backend.db[PARTS].delete_one({"body": b"b"})
    assert await store.indexes.read("ada", "dm") == StoredIndex(1, b"", ())
    assert await write(store, 2, {0: b"a", 1: b"B"})
    assert await store.indexes.read("ada", "dm") == SECOND


async def test_an_index_whose_head_somebody_dropped_can_be_written_anew(
    mongo_backend: MongoBackend,
) -> None:
    store = await mongo_backend.open()
    assert await write(store, 1, {0: b"a", 1: b"b"})
    await mongo_backend.db[HEADS].delete_many({})
    assert await store.indexes.read("ada", "dm") is None
    assert not await write(store, 2, {0: b"a", 1: b"b"})
    assert await write(store, 1, {0: b"a", 1: b"b"})
    assert await store.indexes.read("ada", "dm") == FIRST
    assert await kept_parts(mongo_backend) == [b"a", b"b"]
