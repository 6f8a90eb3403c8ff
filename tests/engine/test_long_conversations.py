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


async def held(harness: Harness) -> Conversation:
    return await harness.runtime.conversations.get("jasmine", "dm:ann")


def texts(talk: Conversation) -> set[str]:
    return {line.text for line in talk._index.lines()}


async def test_the_latest_lines_are_there_at_once_and_the_rest_after_some_turns(
    open_engine: OpenEngine,
) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        for text in OLD:
            await harness.say(text)
        await chat(harness)
    async with open_engine(voice=FixedVoice()) as harness:
        talk = await held(harness)
        assert not talk.is_whole
        assert len(texts(talk)) == 4
        for turn in range(3):
            assert texts(talk).isdisjoint(OLD)
            await harness.say(f"Chair {turn} is dry.")
        await harness.settled()
        assert talk.is_whole
        assert texts(talk) >= set(OLD)
        cue = "What did we bury under the walnut tree?"
        found = talk.recall(cue, person="ann", now=harness.clock(), without=(), limit=6)
        assert found[0].text == OLD[0]


async def test_what_is_read_back_is_what_was_in_mind_before(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        for text in (*OLD, "My sister is called Ingrid.", "Please forget my sister's name."):
            await harness.say(text)
        await chat(harness)
        talk = await held(harness)
        before = texts(talk), talk._hidden, talk._sources, talk.observations, talk._speakers
    async with open_engine() as harness:
        talk = await harness.runtime.conversations.get_whole("jasmine", "dm:ann")
        assert (
            texts(talk),
            talk._hidden,
            talk._sources,
            talk.observations,
            talk._speakers,
        ) == before


async def test_everything_is_forgotten_also_what_was_not_read_yet(open_engine: OpenEngine) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        for text in OLD:
            await harness.say(text)
        await chat(harness)
    async with open_engine(voice=FixedVoice()) as harness:
        await harness.say("Please forget everything I told you.")
        assert texts(await held(harness)).isdisjoint(OLD)
    async with open_engine(voice=FixedVoice()) as harness:
        talk = await harness.runtime.conversations.get_whole("jasmine", "dm:ann")
        assert texts(talk).isdisjoint(OLD)


async def test_a_group_still_knows_who_spoke_in_it_long_ago(open_engine: OpenEngine) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        await harness.say("Hi Jasmine, I am new here.", "bob", group=True)
        for _ in range(10):
            await harness.say("Jasmine, another round!", "ann", group=True)
    async with open_engine(voice=FixedVoice()) as harness:
        assert await harness.engine.conversation("bob", group=True)
        assert await harness.engine.conversation("eve", group=True) == []


async def test_as_much_is_held_as_is_of_use(
    open_engine: OpenEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MAX_RECALLABLE_LINES", 6)
    async with open_engine(voice=FixedVoice()) as harness:
        await chat(harness)
        harness.clock.forward(DAY)
    async with open_engine(voice=FixedVoice()) as harness:
        talk = await harness.runtime.conversations.get_whole("jasmine", "dm:ann")
        assert talk.is_whole
        assert len(texts(talk)) < 10
