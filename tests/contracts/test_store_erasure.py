"""Erasure: a person's words leave every file, and everything else stays as it was."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.mind.events import PersonErased, Words
from synthetic_soul.stores.base import Account
from synthetic_soul.stores.codec import verify
from tests.contracts.journals import START, append, fresh, heard, journal, reply, sealed, thought

if TYPE_CHECKING:
    from synthetic_soul.stores.base import Entry, Store
    from tests.contracts.backends import Backend

pytestmark = pytest.mark.anyio


def texts(entries: list[Entry]) -> list[str | None]:
    return [getattr(event, "words").text for entry in entries for event in entry.events]  # noqa: B009 - every event here has words


async def test_erased_words_leave_the_files_and_the_chain_still_verifies(
    store: Store, backend: Backend
) -> None:
    mine, others = heard("my secret orchard", person="ann"), heard("the lake", person="bob")
    await append(store, mine)
    await append(store, others)
    await append(store, reply(mine, text="an orchard, really"))
    await append(store, thought("the agent's own orchid"))
    before = await journal(store)
    assert b"orchard" in await backend.raw()
    assert await store.texts.erase_person("jasmine", "ann") == 2
    raw = await backend.raw()
    assert b"orchard" not in raw
    assert b"the lake" in raw
    after = await journal(store)
    assert texts(after) == [None, "the lake", None, "the agent's own orchid"]
    assert [entry.hash for entry in after] == [entry.hash for entry in before]
    verdict = await verify(
        store.journal.entries("jasmine"), last=await store.journal.last("jasmine")
    )
    assert (verdict.entries, verdict.erased) == (4, 2)
    assert await store.texts.read("jasmine", [mine.words.digest]) == {}
    assert await store.texts.erase_person("jasmine", "ann") == 0


async def test_the_salt_goes_with_the_text(store: Store, backend: Backend) -> None:
    words = Words.seal("yes", owner="ann", salt=b"salt of a kind!!")
    await append(store, heard().model_copy(update={"words": words}))
    assert b"salt of a kind!!" in await backend.raw()
    await store.texts.erase_person("jasmine", "ann")
    assert b"salt of a kind!!" not in await backend.raw()


async def test_nothing_stays_behind_among_many_words_of_many_people(
    store: Store, backend: Backend
) -> None:
    chance = random.Random(7)  # noqa: S311 - lengths and owners for a test
    secrets: dict[str, list[str]] = {f"p{n}": [] for n in range(40)}
    for step in range(160):
        messages = []
        for person in chance.choices(sorted(secrets), k=30):
            word = f"<{fresh('secret')}>"
            secrets[person].append(word)
            filling = "x" * (9_000 if chance.random() < 0.02 else chance.randrange(400))
            messages.append(heard(f"{word}{filling}{word}", person=person))
        await append(store, *messages)
        if step % 5 == 4:
            leaving = chance.choice(sorted(secrets))
            assert await store.texts.erase_person("jasmine", leaving) == len(secrets[leaving])
            secrets[leaving] = []
    kept = [word for words in secrets.values() for word in words]
    raw = (await backend.raw()).decode("latin-1")
    assert {part.partition(">")[0] for part in raw.split("<secret")[1:]} == {
        word[7:-1] for word in kept
    }


async def test_the_agents_own_words_are_nobodys_to_erase(store: Store) -> None:
    await append(store, thought("mine"))
    assert await store.texts.erase_person("jasmine", "") == 0
    assert texts(await journal(store)) == ["mine"]


async def test_erasure_keeps_to_one_agent(store: Store) -> None:
    await append(store, heard("a", person="ann"), agent="luna")
    await append(store, heard("a", person="ann"))
    assert await store.texts.erase_person("jasmine", "ann") == 1
    assert texts(await journal(store, "luna")) == ["a"]


async def test_single_texts_are_forgotten_in_the_same_way(store: Store, backend: Backend) -> None:
    first, second = heard("a walnut allergy"), heard("a red bicycle")
    await append(store, first, second)
    digests = [first.words.digest, first.words.digest, "unknown"]
    assert await store.texts.erase("jasmine", digests) == 1
    assert await store.texts.erase("jasmine", digests) == 0
    assert await store.texts.erase("jasmine", []) == 0
    assert b"walnut" not in await backend.raw()
    assert texts(await journal(store)) == [None, "a red bicycle"]


async def test_a_late_turn_brings_nothing_of_the_erased_back(
    store: Store, backend: Backend
) -> None:
    message = heard("a lighthouse", person="ann")
    await append(store, message)
    await append(store, PersonErased(person="ann"))
    assert await store.texts.erase_person("jasmine", "ann") == 1
    late = thought("about others").model_copy(update={"words": sealed("of Bob", "bob")})
    entry = await append(store, reply(message, text="a lighthouse!"), late)
    assert texts([entry]) == [None, "of Bob"]
    assert entry == await store.journal.entry("jasmine", entry.seq)
    assert b"lighthouse" not in await backend.raw()
    assert (await verify(store.journal.entries("jasmine"))).erased == 2


async def test_erased_words_stay_erased_when_written_again(store: Store) -> None:
    words = sealed("once", "ann")
    await append(store, heard().model_copy(update={"words": words}))
    await store.texts.erase_person("jasmine", "ann")
    await append(store, heard().model_copy(update={"words": words}))
    assert texts(await journal(store)) == [None, None]


async def test_a_removed_account_leaves_neither_name_nor_email(
    store: Store, backend: Backend
) -> None:
    for n in range(400):
        await store.accounts.add(Account(f"a{n}", f"<Guest{n}>", f"<guest{n}>", START, START))
    for n in range(0, 400, 2):
        name, email, secret = f"<Name{n}>", f"<mail{n}>@example.com", f"<hash{n}>" + "x" * (n % 99)
        named = Account(f"a{n}", name, name.lower(), START, START, email, secret, "operator")
        assert await store.accounts.claim(named)
    leaving = [n for n in range(400) if n % 4] + list(range(0, 400, 16))
    for start in range(0, len(leaving), 25):
        chunk = leaving[start : start + 25]
        await asyncio.gather(*(store.accounts.remove(f"a{n}") for n in chunk))
    raw = (await backend.raw()).decode("latin-1").lower()
    kept = {n for n in range(400) if n not in leaving}
    for word in ("name", "mail", "hash"):
        assert {int(part.partition(">")[0]) for part in raw.split(f"<{word}")[1:]} == kept
    assert "<guest" not in raw
