"""What is remembered says the same as the file, and no more than it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from synthetic_soul.stores.sqlite.sqlite_appender import JournalCache, queued_jobs
from tests.contracts.journals import append, heard, reply

if TYPE_CHECKING:
    from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

pytestmark = pytest.mark.anyio


async def test_memory_and_file_give_the_same_entries_words_and_queue(store: SqliteStore) -> None:
    messages = [heard() for _ in range(3)]
    for message in messages:
        await append(store, message)
    await append(store, reply(messages[0]))
    digests = [message.words.digest for message in messages]
    remembered = (
        [await store.journal.entry("jasmine", seq) for seq in range(1, 5)],
        await store.texts.read("jasmine", digests),
        await store.jobs.unanswered("jasmine", messages[0].conversation),
        await store.journal.conversation("jasmine", messages[0].conversation),
    )
    store.database.appender.cache = JournalCache(store.database.read(queued_jobs))
    assert remembered == (
        [await store.journal.entry("jasmine", seq) for seq in range(1, 5)],
        await store.texts.read("jasmine", digests),
        await store.jobs.unanswered("jasmine", messages[0].conversation),
        await store.journal.conversation("jasmine", messages[0].conversation),
    )
    assert [job.id for job in remembered[2]] == [message.id for message in messages[1:]]


async def test_nothing_erased_is_remembered(store: SqliteStore) -> None:
    message = heard()
    await append(store, message)
    await store.texts.erase_person("jasmine", message.person)
    assert await store.texts.read("jasmine", [message.words.digest]) == {}
    entry = await store.journal.entry("jasmine", 1)
    assert entry is not None
    assert entry.events[0].words.text is None  # type: ignore[union-attr]  # it is the message
