"""A conversation too long to be read at once: the latest first, the rest by stretches."""

import pytest

from synthetic_soul.engine.state import conversation
from synthetic_soul.engine.state.conversation import Conversation
from tests.support.engine_harness import DAY, Harness, OpenEngine
from tests.support.stub_voices import FixedVoice

pytestmark = pytest.mark.anyio

OLD = ("We buried the time capsule under the walnut tree.", "The ferry to Malmö was delayed.")


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "FIRST_READ", 8)
    monkeypatch.setattr(conversation, "READ_BACK", 6)


async def chat(harness: Harness, lines: int = 10) -> None:
    for number in range(lines):
        await harness.say(f"Today I painted chair number {number}.")


async def load(harness: Harness) -> Conversation:
    return await harness.runtime.conversations.get("jasmine", "dm:ann")


def texts(loaded: Conversation) -> set[str]:
    return {line.text for line in loaded._index.lines()}


async def test_the_latest_lines_are_there_at_once_and_the_rest_after_some_turns(
    open_engine: OpenEngine,
) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        for text in OLD:
            await harness.say(text)
        await chat(harness)
    async with open_engine(voice=FixedVoice()) as harness:
        loaded = await load(harness)
        assert not loaded.is_whole
        assert len(texts(loaded) - {"I see."}) == 4
        for turn in range(3):
            assert texts(loaded).isdisjoint(OLD)
            await harness.say(f"Chair {turn} is dry.")
        await harness.settled()
        assert loaded.is_whole
        assert texts(loaded) >= set(OLD)
        cue = "What did we bury under the walnut tree?"
        lines = loaded.recall(cue, person="ann", now=harness.clock(), without=(), limit=6)
        assert lines[0].text == OLD[0]


async def test_a_conversation_read_back_equals_the_one_built_live(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        for text in (*OLD, "My sister is called Ingrid.", "Please forget my sister's name."):
            await harness.say(text)
        await chat(harness)
        loaded = await load(harness)
        before = (
            texts(loaded),
            loaded._hidden,
            loaded._sources,
            loaded.memories.live,
            loaded._speakers,
        )
    async with open_engine() as harness:
        loaded = await harness.runtime.conversations.get_whole("jasmine", "dm:ann")
        assert (
            texts(loaded),
            loaded._hidden,
            loaded._sources,
            loaded.memories.live,
            loaded._speakers,
        ) == before


async def test_everything_is_forgotten_also_what_was_not_read_yet(open_engine: OpenEngine) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        for text in OLD:
            await harness.say(text)
        await chat(harness)
    async with open_engine(voice=FixedVoice()) as harness:
        await harness.say("Please forget everything I told you.")
        assert texts(await load(harness)).isdisjoint(OLD)
    async with open_engine(voice=FixedVoice()) as harness:
        loaded = await harness.runtime.conversations.get_whole("jasmine", "dm:ann")
        assert texts(loaded).isdisjoint(OLD)


async def test_a_group_still_knows_who_spoke_in_it_long_ago(open_engine: OpenEngine) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        await harness.say("Hi Jasmine, I am new here.", "bob", group=True)
        for _ in range(10):
            await harness.say("Jasmine, another round!", "ann", group=True)
    async with open_engine(voice=FixedVoice()) as harness:
        assert await harness.engine.conversation("bob", group=True)
        assert await harness.engine.conversation("eve", group=True) == []


async def test_reading_back_stops_at_the_maximum_of_recallable_lines(
    open_engine: OpenEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MAX_RECALLABLE_LINES", 6)
    async with open_engine(voice=FixedVoice()) as harness:
        await chat(harness)
        harness.clock.forward(DAY)
    async with open_engine(voice=FixedVoice()) as harness:
        loaded = await harness.runtime.conversations.get_whole("jasmine", "dm:ann")
        assert loaded.is_whole
        assert len(texts(loaded)) < 10
