"""Thoughts: only about something new, within a budget, for one audience."""

import pytest

from synthetic_soul.engine import background
from synthetic_soul.engine.background import Thinker
from synthetic_soul.engine.memory.reflection import reflect_all
from synthetic_soul.engine.memory.thought_seeds import LATELY, seed_of
from synthetic_soul.mind.events import MessageHeard, ThoughtHad, Words
from tests.support.engine_harness import DAY, MINUTE, Harness, OpenEngine, until
from tests.support.fake_model import FakeModel, Fault
from tests.support.stub_voices import FailingVoice, FixedVoice

pytestmark = pytest.mark.anyio


async def thoughts(harness: Harness) -> list[ThoughtHad]:
    return [event for event in await harness.events() if isinstance(event, ThoughtHad)]


async def think_later(harness: Harness, thinker: Thinker) -> int:
    harness.clock.forward(5 * MINUTE)
    return await thinker.think_all()


async def test_the_agent_thinks_only_after_something_new(harness: Harness) -> None:
    thinker = Thinker(harness.runtime)
    assert await think_later(harness, thinker) == 0
    await harness.say("I have a cat called Miso.")
    assert await think_later(harness, thinker) == 1
    assert await think_later(harness, thinker) == 0
    (thought,) = await thoughts(harness)
    assert (thought.audience, thought.words.owner, thought.voice) == ("ann", "ann", "composer")
    shown = await harness.engine.thought("ann")
    assert shown is not None
    assert (shown.id, shown.agent) == (thought.id, "jasmine")


async def test_a_thought_begins_from_what_was_said_and_names_it(harness: Harness) -> None:
    thinker = Thinker(harness.runtime)
    said = ("I repaired the old kitchen table.", "My sister plays the cello.")
    for line in said:
        await harness.say(line)
        assert await think_later(harness, thinker) == 1
    heard = [e.id for e in await harness.events() if isinstance(e, MessageHeard)]
    for thought, message in zip(await thoughts(harness), heard, strict=True):
        assert thought.sources[0] == message
        assert thought.conversation == "dm:ann"


async def test_a_thought_begins_from_no_line_twice_and_has_an_old_neighbour(
    harness: Harness,
) -> None:
    for line in ("My sister plays the cello.", "My brother plays chess."):
        await harness.say(line)
    harness.clock.forward(2 * MINUTE)
    await reflect_all(harness.runtime)
    conversation = await harness.runtime.conversations.get("jasmine", "dm:ann")
    first = seed_of(conversation, "ann", "Jasmine", ())
    assert [line.text for line in first.lines] == ["My brother plays chess."]
    assert first.neighbour is not None
    assert "cello" in first.neighbour.text
    had = ThoughtHad(id="t", words=Words(digest="", owner=""), vibe="", sources=first.sources)
    other = ThoughtHad(id="u", words=Words(digest="", owner=""), vibe="")
    later = seed_of(conversation, "ann", "Jasmine", [*[other] * LATELY, had])
    assert not later.lines
    assert later.memory is None
    only_line = had.model_copy(update={"sources": first.sources[:1]})
    second = seed_of(conversation, "ann", "Jasmine", [*[other] * LATELY, only_line])
    assert [line.text for line in second.lines] == ["My sister plays the cello."]
    both = only_line.model_copy(
        update={"sources": tuple(x.id for x in (*first.lines, *second.lines))}
    )
    assert seed_of(conversation, "ann", "Jasmine", [both]).sources == ()


async def test_a_thought_from_a_memory_where_every_line_is_old(harness: Harness) -> None:
    await harness.engine.remember("ann", "I am afraid of sailing boats.")
    conversation = await harness.runtime.conversations.get("jasmine", "dm:ann")
    seed = seed_of(conversation, "ann", "Jasmine", ())
    assert seed.memory is not None
    assert seed.sources == (seed.memory.id,)
    assert not seed.lines


async def test_a_thought_that_would_repeat_one_is_not_had(open_engine: OpenEngine) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        thinker = Thinker(harness.runtime)
        await harness.say("I repaired the table.")
        assert await think_later(harness, thinker) == 1
        await harness.say("My sister plays the cello.")
        assert await think_later(harness, thinker) == 1
        await harness.say("My brother plays chess.")
        await think_later(harness, thinker)
        texts = [thought.words.text for thought in await thoughts(harness)]
        assert len(set(texts)) == len(texts)


async def test_the_words_of_a_thought_go_with_the_line_that_it_began_from(harness: Harness) -> None:
    thinker = Thinker(harness.runtime)
    await harness.say("I have a cat called Miso.")
    assert await think_later(harness, thinker) == 1
    await harness.say("Please forget my cat's name.")
    (thought,) = await thoughts(harness)
    assert thought.words.text is None
    assert await harness.engine.thought("ann") is None


async def test_each_agent_thinks_for_itself(harness: Harness) -> None:
    thinker = Thinker(harness.runtime)
    await harness.say("Hello!")
    await harness.say("Hello!", agent="halvard")
    assert await think_later(harness, thinker) == 2
    assert await harness.engine.thought("ann", "halvard") is not None


async def test_what_is_old_at_the_start_is_not_thought_about(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        await harness.say("Hello!")
    async with open_engine() as harness:
        assert await think_later(harness, Thinker(harness.runtime)) == 0


async def test_the_daily_budget_ends_it_until_tomorrow(open_engine: OpenEngine) -> None:
    async with open_engine(thought_budget=2) as harness:
        thinker = Thinker(harness.runtime)
        counts = []
        for number in range(4):
            await harness.say(f"This is line {number}.")
            counts.append(await think_later(harness, thinker))
        assert counts == [1, 1, 0, 0]
        assert harness.engine.model_usage()["thoughts_today"] == 2
        harness.clock.forward(DAY)
        await harness.say("Good morning!")
        assert await think_later(harness, thinker) == 1


async def test_a_thought_costs_one_call_and_comes_into_the_next_brief_of_its_person(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        thinker = Thinker(harness.runtime)
        await harness.say("I have a cat called Miso.")
        fake_model.reply = "[wistful] I wonder whether Miso likes rain."
        assert await think_later(harness, thinker) == 1
        assert len(fake_model.calls) == 2
        (thought,) = await thoughts(harness)
        assert thought.calls == 1
        assert thought.words.text == "I wonder whether Miso likes rain."
        fake_model.reply = "Hm."
        await harness.say("Hello again!")
        assert "likes rain" in fake_model.calls[-1].prompt
        await harness.say("Hello!", "bob")
        assert "likes rain" not in fake_model.calls[-1].prompt


async def test_a_thought_from_before_a_forgetting_is_not_brought_up(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        thinker = Thinker(harness.runtime)
        await harness.say("I have a cat called Miso.")
        fake_model.reply = "I wonder whether Miso likes rain."
        assert await think_later(harness, thinker) == 1
        fake_model.reply = "Hm."
        await harness.say("Please forget my cat's name.")
        await harness.say("Hello again!")
        assert "Miso" not in fake_model.calls[-1].prompt


async def test_a_thought_needs_no_model_where_that_fails(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        thinker = Thinker(harness.runtime)
        await harness.say("I have a cat called Miso.")
        fake_model.script.append(Fault("status", 401))
        assert await think_later(harness, thinker) == 1
        (thought,) = await thoughts(harness)
        assert thought.voice == "composer"
        assert thought.words.text


async def test_a_thought_after_a_group_contains_nobodys_words(open_engine: OpenEngine) -> None:
    voice = FixedVoice()
    async with open_engine(voice=voice) as harness:
        thinker = Thinker(harness.runtime)
        await harness.say("Jasmine, I have a cat called Miso.", group=True)
        assert await think_later(harness, thinker) == 1
        (thought,) = await thoughts(harness)
        assert (thought.audience, thought.words.owner) == (None, "")
        brief = voice.briefs[-1]
        assert (brief.purpose, brief.known_facts, brief.recent_lines) == ("thought", [], [])
        assert await harness.engine.thought("bob") is not None


async def test_an_erased_person_is_not_thought_about(harness: Harness) -> None:
    thinker = Thinker(harness.runtime)
    await harness.say("Hello!")
    await harness.engine.erase("ann")
    assert await think_later(harness, thinker) == 0
    assert await harness.engine.thought("ann") is None


async def test_an_erased_thought_is_shown_to_nobody(harness: Harness) -> None:
    thinker = Thinker(harness.runtime)
    await harness.say("Hello!")
    assert await think_later(harness, thinker) == 1
    await harness.engine.erase("ann")
    assert await harness.engine.thought("ann") is None


async def test_one_thinker_at_a_time(harness: Harness) -> None:
    thinker = Thinker(harness.runtime)
    await harness.say("Hello!")
    lease = await harness.engine.store.leases.acquire("jasmine", "think", ttl=DAY, holder="another")
    assert lease is not None
    assert await think_later(harness, thinker) == 0
    await harness.engine.store.leases.release(lease)
    assert await think_later(harness, thinker) == 1


async def test_the_scheduler_lets_agents_think(open_engine: OpenEngine) -> None:
    async with open_engine(thinking_rate=0.02) as harness:
        before = harness.engine.model_usage()["thoughts_today"]
        await harness.say("Hello!")
        await until(lambda: harness.engine.model_usage()["thoughts_today"] != before)
        await until(lambda: harness.runtime.agents.get().state.seq > 3)
        assert await harness.engine.thought("ann") is not None


async def test_a_background_task_that_fails_is_run_again(
    open_engine: OpenEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "REFLECTION_INTERVAL", 0.02)
    voice = FailingVoice(ZeroDivisionError("a defect"), purpose="thought")
    async with open_engine(voice=voice, thinking_rate=0.02) as harness:
        await harness.say("Hello!")
        await until(lambda: voice.asked > 1)
        assert not [event for event in await harness.events() if isinstance(event, ThoughtHad)]
        voice.fault = None
        asked = voice.asked
        await harness.say("Are you there?")
        harness.clock.forward(MINUTE)
        await until(lambda: voice.asked > asked + 1)
