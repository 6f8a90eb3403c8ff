"""What every store promises of its journals (the words of ``stores/base.py``)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.errors import AlreadyAnswered, Conflict, InvalidInput
from synthetic_soul.mind.events import SoulAdopted
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import JobRecord, Waiting
from synthetic_soul.stores.codec import verify
from tests.contracts.journals import (
    START,
    adopted,
    append,
    failure,
    felt,
    heard,
    journal,
    reply,
    retry,
    sealed,
    silence,
    thought,
)

if TYPE_CHECKING:
    from synthetic_soul.stores.base import Entry, Store

pytestmark = pytest.mark.anyio

AGENTS = ["jasmine", "luna"]


def seqs(entries: list[Entry]) -> list[int]:
    return [entry.seq for entry in entries]


async def test_an_entry_comes_back_as_it_went_in(store: Store) -> None:
    message = heard("hello, it's me — 你好 \ud800 \0 🙂")
    given = await append(store, message, felt(-0.1))
    assert await store.journal.entry("jasmine", 1) == given
    assert await journal(store) == [given]
    assert given.events[0] == message
    assert given.body == (await journal(store))[0].body


async def test_a_journal_counts_from_one_without_gaps_and_chains(store: Store) -> None:
    first, second = await append(store, felt()), await append(store, felt())
    assert seqs([first, second]) == [1, 2]
    assert (first.previous, second.previous) == ("", first.hash)
    assert await store.journal.last("jasmine") == (2, second.hash)
    assert (await verify(store.journal.entries("jasmine"), last=(2, second.hash))).entries == 2


async def test_an_empty_journal_has_nothing_to_say(store: Store) -> None:
    assert await store.journal.last("jasmine") == (0, "")
    assert await journal(store) == []
    assert await store.journal.entry("jasmine", 1) is None
    assert await store.journal.agents() == []
    assert await store.jobs.get("jasmine", "m") is None
    assert (await verify(store.journal.entries("jasmine"))).entries == 0


async def test_each_agent_has_a_journal_of_its_own(store: Store) -> None:
    message = heard(key="k")
    await append(store, message, agent="luna")
    await append(store, message, agent="jasmine")
    assert await store.journal.agents() == ["jasmine", "luna"]
    assert (await store.journal.last("luna"))[0] == (await store.journal.last("jasmine"))[0] == 1
    assert len(await store.jobs.waiting(AGENTS)) == 2


async def test_time_never_goes_back(store: Store) -> None:
    await append(store, felt(), at=START)
    assert (await append(store, felt(), at=START - 5_000)).at == START
    assert (await append(store, felt(), at=START + 1)).at == START + 1


async def test_reading_goes_on_after_a_seq_and_over_many_entries(store: Store) -> None:
    await asyncio.gather(*(append(store, felt()) for _ in range(230)))
    assert seqs(await journal(store, after=7)) == list(range(8, 231))
    assert await journal(store, after=230) == []


async def test_fifty_parallel_appends_make_one_unbroken_chain(store: Store) -> None:
    given = await asyncio.gather(*(append(store, heard()) for _ in range(50)))
    assert sorted(seqs(given)) == list(range(1, 51))
    assert (await verify(store.journal.entries("jasmine"))).entries == 50


async def test_a_soul_is_kept_as_it_was_written(store: Store) -> None:
    soul = {"name": "Jasmine", "digest": "x", "owner": "y", "n": [1, 1.0, 0.1, None, {"ü": "\n"}]}
    event = SoulAdopted(name="Jasmine", digest="d", soul=soul, traits={"warmth": 0.25})
    given = await append(store, event)
    assert (await journal(store))[0].events == given.events == (event,)


async def test_what_json_cannot_hold_is_refused_before_anything_is_written(store: Store) -> None:
    for value in (float("nan"), "\ud800"):
        event = SoulAdopted(name="J", digest="d", soul={"a": value}, traits={})
        with pytest.raises(InvalidInput):
            await append(store, event)
    assert await store.journal.last("jasmine") == (0, "")


async def test_a_message_waits_and_is_a_job_until_its_outcome(store: Store) -> None:
    message = heard()
    await append(store, message, at=START)
    queued = JobRecord(message.id, "jasmine", "dm", "ann", 0, "queued", 1)
    assert await store.jobs.get("jasmine", message.id) == queued
    assert await store.jobs.unanswered("jasmine", "dm") == [queued]
    assert await store.jobs.waiting(AGENTS) == [Waiting("jasmine", "dm", START)]
    await append(store, reply(message))
    settled = JobRecord(message.id, "jasmine", "dm", "ann", 0, "succeeded", 1, 2)
    assert await store.jobs.get("jasmine", message.id) == settled
    assert await store.jobs.unanswered("jasmine", "dm") == []
    assert await store.jobs.waiting(AGENTS) == []


async def test_a_silence_succeeds_and_one_outcome_settles_a_burst(store: Store) -> None:
    burst = [heard(text) for text in ("I", "have", "news")]
    for message in burst:
        await append(store, message)
    assert [job.id for job in await store.jobs.unanswered("jasmine", "dm")] == [m.id for m in burst]
    await append(store, silence(*burst))
    jobs = [await store.jobs.get("jasmine", message.id) for message in burst]
    assert [(job.status, job.outcome) for job in jobs if job] == [("succeeded", 4)] * 3


async def test_a_failed_message_can_be_retried_and_then_answered(store: Store) -> None:
    message = heard()
    await append(store, message, at=START)
    await append(store, failure(message))
    job = await store.jobs.get("jasmine", message.id)
    assert job is not None
    assert (job.status, job.attempt, job.outcome) == ("failed", 0, 2)
    await append(store, retry(message), at=START + 9)
    assert await store.jobs.waiting(AGENTS) == [Waiting("jasmine", "dm", START + 9)]
    again = await store.jobs.get("jasmine", message.id)
    assert again == JobRecord(message.id, "jasmine", "dm", "ann", 1, "queued", 1)
    await append(store, reply(message, attempt=1))
    assert (await store.jobs.unanswered("jasmine", "dm")) == []


async def test_only_a_failed_message_is_retried_and_only_once(store: Store) -> None:
    message = heard()
    await append(store, message)
    for step in (retry(message), retry(heard())):
        with pytest.raises(Conflict) as refused:
            await append(store, step)
        assert refused.value.code == "not_failed"
    await append(store, failure(message))
    tries = await asyncio.gather(
        *(append(store, retry(message)) for _ in range(9)), return_exceptions=True
    )
    assert sum(not isinstance(each, Conflict) for each in tries) == 1


async def test_of_two_turns_for_one_message_one_is_recorded(store: Store) -> None:
    message = heard()
    await append(store, message)
    turns = await asyncio.gather(
        *(append(store, felt(), reply(message)) for _ in range(9)), return_exceptions=True
    )
    assert sum(isinstance(turn, AlreadyAnswered) for turn in turns) == 8
    assert (await store.journal.last("jasmine"))[0] == 2
    assert (await verify(store.journal.entries("jasmine"))).entries == 2


async def test_an_outcome_of_what_was_never_heard_changes_no_job(store: Store) -> None:
    message = heard()
    await append(store, message)
    await append(store, reply(heard()))
    await append(store, reply(message, attempt=1))
    assert [job.id for job in await store.jobs.unanswered("jasmine", "dm")] == [message.id]


async def test_a_refused_entry_leaves_nothing_behind(store: Store) -> None:
    first, second = heard("one"), heard("two")
    for message in (first, second):
        await append(store, message)
    await append(store, reply(first))
    with pytest.raises(AlreadyAnswered):
        await append(store, thought("gone"), reply(second, text="gone"), reply(first))
    assert [job.id for job in await store.jobs.unanswered("jasmine", "dm")] == [second.id]
    assert await store.journal.thoughts("jasmine", person=None) == []
    await append(store, reply(second))


async def test_of_twenty_messages_with_one_key_the_first_is_heard(store: Store) -> None:
    tries = await asyncio.gather(
        *(append(store, heard(key="k")) for _ in range(20)), return_exceptions=True
    )
    refused = [each for each in tries if isinstance(each, Conflict)]
    assert [each.code for each in refused] == ["key_reused"] * 19
    job = await store.jobs.by_key("jasmine", "ann", "k")
    assert job is not None
    assert job.heard == 1
    assert await store.jobs.by_key("jasmine", "bob", "k") is None
    await append(store, heard(person="bob", key="k"), heard(), heard())


async def test_a_message_id_is_taken_once(store: Store) -> None:
    message = heard()
    await append(store, message)
    with pytest.raises(Conflict) as refused:
        await append(store, heard(message=message.id))
    assert refused.value.code == "id_taken"


async def test_conversations_wait_oldest_first(store: Store) -> None:
    for minute, name in enumerate(("c", "a", "b", "a")):
        await append(store, heard(conversation=name), at=START + minute)
    assert [each.conversation for each in await store.jobs.waiting(AGENTS)] == ["c", "a", "b"]
    assert [each.since - START for each in await store.jobs.waiting(AGENTS)] == [0, 1, 2]
    assert [each.conversation for each in await store.jobs.waiting(AGENTS, limit=2)] == ["c", "a"]


async def test_a_conversation_is_read_from_its_end_or_between_two_entries(store: Store) -> None:
    for number in range(6):
        await append(store, heard(f"{number}", conversation="dm" if number % 2 else "other"))
    await append(store, felt(), heard(conversation="dm"))
    assert seqs(await store.journal.conversation("jasmine", "dm")) == [2, 4, 6, 7]
    assert seqs(await store.journal.conversation("jasmine", "dm", last=2)) == [6, 7]
    assert seqs(await store.journal.conversation("jasmine", "dm", last=0)) == []
    assert seqs(await store.journal.conversation("jasmine", "dm", before=6)) == [2, 4]
    assert seqs(await store.journal.conversation("jasmine", "dm", before=7, last=1)) == [6]
    assert seqs(await store.journal.conversation("jasmine", "dm", after=2, before=7, last=9)) == [
        4,
        6,
    ]
    assert seqs(await store.journal.conversation("jasmine", "nothing", last=3)) == []
    assert seqs(await store.journal.conversation("jasmine", "dm", first=3)) == [2, 4, 6]
    assert seqs(await store.journal.conversation("jasmine", "dm", first=0)) == []
    assert seqs(await store.journal.conversation("jasmine", "dm", after=2, before=7, first=1)) == [
        4
    ]


async def test_a_tail_holds_what_was_said_and_a_conversation_all_of_it(store: Store) -> None:
    messages = [heard(f"{n}") for n in range(4)]
    for message in messages:
        await append(store, message)
    await append(store, heard(conversation="other"))
    await append(store, silence(*messages[:2]))
    await append(store, felt(), reply(*messages[2:]))
    assert seqs(await store.journal.tail("jasmine", "dm", limit=3)) == [3, 4, 7]
    assert seqs(await store.journal.tail("jasmine", "dm", limit=2, before=4)) == [2, 3]
    assert seqs(await store.journal.conversation("jasmine", "dm")) == [1, 2, 3, 4, 6, 7]
    assert seqs(await store.journal.conversation("jasmine", "dm", after=4)) == [6, 7]
    assert seqs(await store.journal.conversation("jasmine", "dm", unspoken=True)) == [6]
    assert seqs(await store.journal.conversation("jasmine", "dm", first=5)) == [1, 2, 3, 4, 6]
    whole = await journal(store)
    assert await store.journal.tail("jasmine", "dm", limit=3) == [whole[2], whole[3], whole[6]]


async def test_a_long_conversation_comes_whole(store: Store) -> None:
    await asyncio.gather(*(append(store, heard()) for _ in range(120)))
    assert seqs(await store.journal.conversation("jasmine", "dm")) == list(range(1, 121))
    assert seqs(await store.journal.conversation("jasmine", "dm", first=90)) == list(range(1, 91))
    assert seqs(await store.journal.picked("jasmine", range(20, 200))) == list(range(20, 121))
    assert seqs(await store.journal.picked("jasmine", [7, 3, 400])) == [3, 7]
    assert await store.journal.picked("jasmine", []) == []
    assert await store.journal.picked("nobody", [1]) == []


async def test_a_thought_is_shown_to_its_audience_alone(store: Store) -> None:
    for audience in (None, "ann", "bob", None, "ann"):
        await append(store, thought(audience=audience))
    assert seqs(await store.journal.thoughts("jasmine", person=None)) == [4, 1]
    assert seqs(await store.journal.thoughts("jasmine", person="ann")) == [5, 4, 2, 1]
    assert seqs(await store.journal.thoughts("jasmine", person="ann", limit=2)) == [5, 4]
    assert seqs(await store.journal.thoughts("jasmine", person="bob")) == [4, 3, 1]


async def test_whom_an_entry_names_owns_or_settles_it_involves(store: Store) -> None:
    ann, bob = heard(person="ann"), heard(person="bob", conversation="dm2")
    await append(store, ann)
    await append(store, bob)
    await append(store, silence(ann))
    await append(store, felt(person="ann"))
    await append(store, thought(audience="ann"))
    await append(store, thought().model_copy(update={"words": sealed("of her", "ann")}))
    await append(store, felt())
    assert seqs(await store.journal.involving("jasmine", "ann")) == [1, 3, 4, 5, 6]
    assert seqs(await store.journal.involving("jasmine", "bob")) == [2]
    assert await store.journal.involving("jasmine", "") == []
    since = store.journal.involving_by_chunk("jasmine", "ann", after=3)
    assert [entry.seq async for chunk in since for entry in chunk] == [4, 5, 6]


async def test_words_are_found_by_their_digests(store: Store) -> None:
    messages = [heard(f"text {n}") for n in range(150)]
    await append(store, *messages)
    digests = [message.words.digest for message in messages]
    assert await store.texts.read("jasmine", [*digests[:2], "unknown"]) == {
        digests[0]: "text 0",
        digests[1]: "text 1",
    }
    assert list((await store.texts.read("jasmine", digests)).values()).count("text 149") == 1
    assert await store.texts.read("luna", digests) == {}


async def test_a_store_that_was_closed_goes_on_where_it_stopped(store: Store) -> None:
    message = heard(key="k")
    first = await append(store, message)
    await store.close()
    await store.open()
    assert (await append(store, reply(message))).previous == first.hash
    with pytest.raises(AlreadyAnswered):
        await append(store, reply(message))
    with pytest.raises(Conflict):
        await append(store, heard(key="k"))


async def test_opening_twice_is_harmless_and_health_is_told(store: Store) -> None:
    await asyncio.gather(store.open(), store.open())
    assert await store.healthy()
    await store.close()
    await store.close()
    assert not await store.healthy()


async def test_the_newest_soul_of_each_agent_is_known(store: Store) -> None:
    assert await store.journal.adoptions() == {}
    assert await store.journal.adoptions("jasmine") == {}
    await append(store, adopted("first"))
    await append(store, felt())
    newest = await append(store, felt(), adopted("second", given=True))
    await append(store, heard())
    await append(store, adopted(), agent="luna")
    await append(store, heard(), agent="nobody")
    assert await store.journal.adoptions() == {"jasmine": newest.seq, "luna": 1}
    assert await store.journal.adoptions("jasmine") == {"jasmine": 3}
    assert await store.journal.adoptions("nobody") == {}
    kept = await store.journal.entry("jasmine", newest.seq)
    assert kept is not None
    assert kept.events[1] == adopted("second", given=True)


async def test_a_soul_that_came_with_entries_of_another_store_is_known(store: Store) -> None:
    entry = await append(store, adopted(given=True), agent="luna")
    await store.journal.adopt([codec.seal("kea", 1, entry.at, codec.draft(entry.events), "")])
    assert await store.journal.adoptions("kea") == {"kea": 1}
