"""Adoption: another store takes a journal exactly as it was."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.errors import AlreadyAnswered, Conflict
from synthetic_soul.mind.events import PersonErased
from synthetic_soul.stores.base import Waiting
from synthetic_soul.stores.codec import verify
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore
from tests.contracts.journals import (
    START,
    append,
    failure,
    felt,
    heard,
    journal,
    reply,
    retry,
    thought,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from synthetic_soul.stores.base import Store

pytestmark = pytest.mark.anyio


@pytest.fixture
async def source(tmp_path: Path) -> AsyncIterator[Store]:
    """The store to move out of."""
    store = SqliteStore(tmp_path / "source.db")
    await store.open()
    yield store
    await store.close()


async def test_a_journal_moves_with_its_hashes_words_and_jobs(source: Store, store: Store) -> None:
    first, second, third = heard(key="k"), heard("gone", person="bob"), heard()
    for events in (
        [first],
        [second],
        [felt(), reply(first), thought("mine")],
        [failure(second)],
        [retry(second)],
        [PersonErased(person="bob")],
        [third],
    ):
        await append(source, *events)
    await source.texts.erase_person("jasmine", "bob")
    moved = await journal(source)
    await store.journal.adopt(moved[:4])
    await store.journal.adopt(moved[4:])
    assert await journal(store) == moved
    assert [entry.body for entry in await journal(store)] == [entry.body for entry in moved]
    assert await store.journal.last("jasmine") == await source.journal.last("jasmine")
    for message in (first, second, third):
        known = await source.jobs.get("jasmine", message.id)
        assert await store.jobs.get("jasmine", message.id) == known
    assert await store.jobs.unanswered("jasmine", "dm") == await source.jobs.unanswered(
        "jasmine", "dm"
    )
    assert await store.jobs.waiting(["jasmine"]) == [Waiting("jasmine", "dm", START)]
    assert await store.jobs.by_key("jasmine", "ann", "k") == await source.jobs.by_key(
        "jasmine", "ann", "k"
    )
    assert await store.texts.read("jasmine", [second.words.digest]) == {}
    assert await store.journal.involving("jasmine", "bob") == await source.journal.involving(
        "jasmine", "bob"
    )
    assert (await verify(store.journal.entries("jasmine"))).erased == 1


async def test_the_target_can_be_appended_to(source: Store, store: Store) -> None:
    first, second = heard(key="k"), heard()
    for event in (first, reply(first), second):
        await append(source, event)
    await store.journal.adopt(await journal(source))
    with pytest.raises(AlreadyAnswered):
        await append(store, reply(first))
    with pytest.raises(Conflict):
        await append(store, heard(key="k"))
    assert (await append(store, reply(second))).seq == 4
    assert (await verify(store.journal.entries("jasmine"))).entries == 4
    assert await store.jobs.unanswered("jasmine", "dm") == []


async def test_only_what_follows_is_adopted(source: Store, store: Store) -> None:
    for _ in range(4):
        await append(source, felt())
    moved = await journal(source)
    other = await append(source, felt(), agent="luna")
    for stretch in (moved[1:], moved[2:3]):
        with pytest.raises(Conflict) as refused:
            await store.journal.adopt(stretch)
        assert refused.value.code == "out_of_place"
    assert await store.journal.last("jasmine") == (0, "")
    await store.journal.adopt([])
    await store.journal.adopt(moved[:2])
    await store.journal.adopt([other])
    for stretch in (moved[:2], moved[1:], moved[3:]):
        with pytest.raises(Conflict):
            await store.journal.adopt(stretch)
    assert await journal(store) == moved[:2]
    await store.journal.adopt(moved[2:])
    assert await journal(store) == moved


async def test_a_long_journal_is_adopted_whole(source: Store, store: Store) -> None:
    for _ in range(30):
        await asyncio.gather(*(append(source, heard(), thought()) for _ in range(10)))
    moved = await journal(source)
    await store.journal.adopt(moved)
    assert await journal(store) == moved


async def test_what_was_adopted_elsewhere_than_it_grew_is_refused(
    source: Store, store: Store
) -> None:
    await append(source, felt(), at=START)
    await append(source, felt(), at=START)
    await append(store, felt(0.25), at=START)
    with pytest.raises(Conflict) as refused:
        await store.journal.adopt((await journal(source))[1:])
    assert refused.value.code == "out_of_place"
