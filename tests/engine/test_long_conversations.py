"""What can be recalled of long conversations: at once, in every process, and nothing forgotten."""

from zlib import crc32

import pytest

from synthetic_soul.engine.state import conversation, recollection
from synthetic_soul.engine.state.conversation import Conversation, ConversationCache
from synthetic_soul.engine.state.conversation_ids import MAIN_GROUP
from synthetic_soul.engine.state.recollection import Recollection
from synthetic_soul.errors import StorageFull
from synthetic_soul.recall import terms
from synthetic_soul.stores.base import StoredIndex
from tests.support.engine_harness import Harness, OpenEngine
from tests.support.stub_voices import FixedVoice

pytestmark = pytest.mark.anyio

OLD = ("We buried the time capsule under the walnut tree.", "The ferry to Malmö was delayed.")
CUE = "What did we bury under the walnut tree?"
DM = "dm:ann"


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "LATEST", 8)
    monkeypatch.setattr(recollection, "STEP", 7)
    monkeypatch.setattr(recollection, "SAVED_EVERY", 4)
    monkeypatch.setattr(recollection, "HELD_LINES", 3)


async def chat(harness: Harness, lines: int = 12, *, group: bool = False) -> None:
    for number in range(lines):
        await harness.say(f"Jasmine, today I painted chair number {number}.", group=group)


async def long_talk(harness: Harness) -> None:
    for text in OLD:
        await harness.say(text)
    await chat(harness)
    await harness.settled()


async def load(harness: Harness, id: str = DM) -> Conversation:
    return await harness.runtime.conversations.get("jasmine", id)


async def recalled(harness: Harness, loaded: Conversation, cue: str = CUE) -> list[str]:
    store, now = harness.engine.store, harness.clock()
    lines, _ = await loaded.recall(store, cue, person="ann", now=now, without=(), limit=6)
    return [line.text for line in lines]


async def texts(harness: Harness, past: Recollection) -> set[str]:
    lines = await past.lines(harness.engine.store, past.index.slots_with([]))
    return {line.text for line in lines.values()}


async def stored(harness: Harness, id: str = DM) -> StoredIndex:
    found = await harness.engine.store.indexes.read("jasmine", id)
    assert found is not None
    return found


async def saved(harness: Harness) -> Recollection:
    return await Recollection.load(harness.engine.store, "jasmine", DM)


async def test_an_old_line_is_recalled_at_once_after_a_restart_without_reading_it_all(
    open_engine: OpenEngine,
) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        await long_talk(harness)
    async with open_engine(voice=FixedVoice()) as harness:
        past = await saved(harness)
        assert past.seq > 20
        assert not list(past.index.lines()), "no words are held"
        loaded = await load(harness)
        assert loaded.is_whole
        assert (await recalled(harness, loaded))[0] == OLD[0]
        assert OLD[0] in await recalled(harness, loaded, "the capsule"), "and again"


async def test_a_process_that_begins_anew_for_each_message_recalls_the_same(
    open_engine: OpenEngine,
) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        for text in OLD:
            await harness.say(text)
        await chat(harness)
        for turn in range(3):
            await harness.settled()
            other = await ConversationCache(harness.engine.store).get("jasmine", DM)
            assert await recalled(harness, other) == await recalled(harness, await load(harness))
            await harness.say(f"Chair {turn} is dry.")


async def test_what_is_loaded_equals_what_was_built_live(open_engine: OpenEngine) -> None:
    async def whole(harness: Harness, past: Recollection) -> object:
        return (
            await texts(harness, past),
            past.hidden,
            past.memories.live,
            past.speakers,
            past.forgot_at,
            past.seq,
            [past.index.origin(slot) for slot in past.index.slots_with([])],
        )

    async with open_engine() as harness:
        for text in (*OLD, "My sister is called Ingrid.", "Please forget my sister's name."):
            await harness.say(text)
        await chat(harness)
        await harness.settled()
        before = await whole(harness, (await load(harness)).past)
    async with open_engine() as harness:
        assert await whole(harness, (await load(harness)).past) == before
        anew = Recollection("jasmine", DM)
        await anew.catch_up(harness.engine.store, (await load(harness)).past.seq)
        await anew.restore(harness.engine.store)
        assert await whole(harness, anew) == before


async def test_the_answer_to_a_question_is_found_by_the_question_after_a_restart(
    open_engine: OpenEngine,
) -> None:
    async with open_engine(voice=FixedVoice("And what is your sister called?")) as harness:
        await harness.say("Jasmine, good morning to you.")
        await harness.say("Ingrid, of course.")
        await chat(harness, 2)
        await harness.settled()
        await (await load(harness)).past.save(harness.engine.store)
        other = await ConversationCache(harness.engine.store).get("jasmine", DM)
        assert "Ingrid, of course." in await recalled(harness, other, "my sister")


async def test_what_answered_a_forgotten_question_is_found_without_it(
    open_engine: OpenEngine,
) -> None:
    async with open_engine(voice=FixedVoice("And where did the ferry go?")) as harness:
        await harness.say("Jasmine, good morning to you.")
        await harness.say("Visby, in the evening sun.")
        await chat(harness, 2)
        assert "Visby, in the evening sun." in await recalled(harness, await load(harness), "ferry")
        await harness.say("Please forget what you said about the ferry.")
        await harness.settled()
        digest = crc32(terms("ferry")[0].encode()).to_bytes(4, "little")
        assert not any(digest in part for part in (await stored(harness)).parts)
        for past in ((await load(harness)).past, await saved(harness)):
            assert "Visby, in the evening sun." in await texts(harness, past)


async def test_nothing_of_a_forgotten_line_stays_in_the_stored_index(
    open_engine: OpenEngine,
) -> None:
    async with open_engine() as harness:
        for text in (*OLD, "My sister is called Ingrid."):
            await harness.say(text)
        await chat(harness)
        await harness.settled()
        digest = crc32(terms("Ingrid")[0].encode()).to_bytes(4, "little")
        assert any(digest in part for part in (await stored(harness)).parts)
        await harness.say("Please forget my sister's name.")
        await harness.settled()
        assert not any(digest in part for part in (await stored(harness)).parts)


async def test_everything_is_forgotten_also_what_is_not_held(open_engine: OpenEngine) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        for text in OLD:
            await harness.say(text)
        await chat(harness)
    async with open_engine(voice=FixedVoice()) as harness:
        await harness.say("Please forget everything I told you.")
        await harness.settled()
        assert (await texts(harness, (await load(harness)).past)).isdisjoint(OLD)
    async with open_engine(voice=FixedVoice()) as harness:
        assert (await texts(harness, (await load(harness)).past)).isdisjoint(OLD)
        assert await recalled(harness, await load(harness)) == []


async def test_of_two_processes_that_save_neither_undoes_what_the_other_forgot(
    open_engine: OpenEngine,
) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        await long_talk(harness)
        store = harness.engine.store
        other = await ConversationCache(store).get("jasmine", DM)
        await harness.say("Please forget what I said about the walnut tree.")
        await harness.settled()
        now = await stored(harness)
        other.past._must_save = True
        await other.past.save_if_due(store)  # it does not know of the wish yet
        assert await stored(harness) == now
        await other.refresh(store)
        await chat(harness, 3)
        await other.refresh(store)
        await other.past.save_if_due(store)
        assert other.past.saved_seq == (await stored(harness)).seq < other.past.seq
        assert other.is_whole
        assert OLD[0] not in await texts(harness, other.past)
        for past in (other.past, (await load(harness)).past):
            await past.save(store)
            assert past.saved_seq == past.seq == (await stored(harness)).seq
        last = await ConversationCache(store).get("jasmine", DM)
        assert OLD[0] not in await texts(harness, last.past)
        assert OLD[1] in await texts(harness, last.past)


async def test_whoever_leaves_is_in_no_index_and_comes_back_in_none(
    open_engine: OpenEngine,
) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        await harness.say("Jasmine, we buried a capsule under the walnut tree.", "bob", group=True)
        await chat(harness, group=True)
        await harness.settled()
        store = harness.engine.store
        other = await ConversationCache(store).get("jasmine", MAIN_GROUP)
        assert "bob" in other.past.index.speaker_names
        await harness.engine.erase("bob")
        assert (await stored(harness, MAIN_GROUP)).parts == ()
        other.past._must_save = True
        await other.past.save_if_due(store)
        assert (await stored(harness, MAIN_GROUP)).parts == ()
        await chat(harness, 6, group=True)
        await harness.settled()
        loaded = await load(harness, MAIN_GROUP)
        assert (await stored(harness, MAIN_GROUP)).parts
        assert "bob" not in loaded.past.index.speaker_names
        assert b"bob" not in (await stored(harness, MAIN_GROUP)).head
        assert await recalled(harness, loaded, "painted chair") != []


@pytest.mark.parametrize("damage", ["head", "part", "version", "missing"])
async def test_a_damaged_index_is_made_anew(open_engine: OpenEngine, damage: str) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        await long_talk(harness)
        found, store = await stored(harness), harness.engine.store
        heads = {"head": b"{", "version": b'{"version": 0}', "missing": b'{"version": 1}'}
        parts = {0: found.parts[0][:-1]} if damage == "part" else {}
        assert await store.indexes.write(
            "jasmine",
            DM,
            expected=found.seq,
            seq=found.seq,
            head=heads.get(damage, found.head),
            parts=parts,
            count=1,
        )
    async with open_engine(voice=FixedVoice()) as harness:
        assert (await recalled(harness, await load(harness)))[0] == OLD[0]
        await chat(harness, 1)
        await harness.settled()
        assert (await stored(harness)).seq == (await load(harness)).past.seq


async def test_where_much_has_to_be_folded_first_it_is_recalled_after_the_next_answer(
    open_engine: OpenEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        await long_talk(harness)
        await harness.engine.store.indexes.remove("jasmine", DM, seq=1)
    monkeypatch.setattr(conversation, "FIRST_FOLDED", 5)
    async with open_engine(voice=FixedVoice()) as harness:
        loaded = await load(harness)
        assert not loaded.is_whole
        assert await recalled(harness, loaded) == []
        await harness.say("Chairs, chairs.")
        await harness.settled()
        assert loaded.is_whole
        assert (await recalled(harness, loaded))[0] == OLD[0]


async def test_a_line_that_is_to_be_hidden_is_so_before_all_was_folded(
    open_engine: OpenEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        await chat(harness)
        await harness.say(OLD[0])
        await harness.say("Please forget what I said about the walnut tree.")
        await harness.settled()
        await harness.engine.store.indexes.remove("jasmine", DM, seq=1)
    monkeypatch.setattr(conversation, "FIRST_FOLDED", 5)
    async with open_engine(voice=FixedVoice()) as harness:
        loaded = await load(harness)
        assert not loaded.is_whole
        assert OLD[0] not in [line.text for line in loaded.recent_lines(50, without=())]
        assert OLD[0] not in [line.text for line in loaded.unreflected]


async def test_an_index_that_cannot_be_saved_costs_no_answer(
    open_engine: OpenEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        store = harness.engine.store

        async def full(*_: object, **__: object) -> bool:
            raise StorageFull("the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(store.indexes, "write", full)
            for text in OLD:
                await harness.say(text)
            await chat(harness)
            await harness.settled()
        assert (await recalled(harness, await load(harness)))[0] == OLD[0]
        await chat(harness, 1)
        await harness.settled()
        assert (await stored(harness)).seq == (await load(harness)).past.seq


async def test_a_group_still_knows_who_spoke_in_it_long_ago(open_engine: OpenEngine) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        await harness.say("Hi Jasmine, I am new here.", "bob", group=True)
        for _ in range(10):
            await harness.say("Jasmine, another round!", "ann", group=True)
    async with open_engine(voice=FixedVoice()) as harness:
        assert await harness.engine.conversation("bob", group=True)
        assert await harness.engine.conversation("eve", group=True) == []
