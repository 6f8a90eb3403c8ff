"""Thoughts: only about something new, within a budget, for one audience."""

import pytest

from synthetic_soul.engine import background
from synthetic_soul.engine.background import Thinker
from synthetic_soul.mind.events import ThoughtHad
from tests.support.fake_model import FakeModel, Fault
from tests.support.living import DAY, MINUTE, Life, Lives, until
from tests.support.speakers import Breaking, Terse

pytestmark = pytest.mark.anyio


async def thoughts(life: Life) -> list[ThoughtHad]:
    return [event for event in await life.events() if isinstance(event, ThoughtHad)]


async def chance(life: Life, thinker: Thinker) -> int:
    life.clock.forward(5 * MINUTE)
    return await thinker.think_all()


async def test_she_thinks_only_after_something_new(life: Life) -> None:
    thinker = Thinker(life.runtime)
    assert await chance(life, thinker) == 0
    await life.say("I have a cat called Miso.")
    assert await chance(life, thinker) == 1
    assert await chance(life, thinker) == 0
    (thought,) = await thoughts(life)
    assert (thought.audience, thought.words.owner, thought.voice) == ("ann", "ann", "composer")
    shown = await life.engine.thought("ann")
    assert shown is not None
    assert (shown.id, shown.agent) == (thought.id, "jasmine")


async def test_each_agent_thinks_for_itself(life: Life) -> None:
    thinker = Thinker(life.runtime)
    await life.say("Hello!")
    await life.say("Hello!", agent="halvard")
    assert await chance(life, thinker) == 2
    assert await life.engine.thought("ann", "halvard") is not None


async def test_what_is_old_at_the_start_is_not_thought_about(lives: Lives) -> None:
    async with lives() as life:
        await life.say("Hello!")
    async with lives() as life:
        assert await chance(life, Thinker(life.runtime)) == 0


async def test_the_daily_budget_ends_it_until_tomorrow(lives: Lives) -> None:
    async with lives(thought_budget=2) as life:
        thinker = Thinker(life.runtime)
        made = []
        for number in range(4):
            await life.say(f"This is line {number}.")
            made.append(await chance(life, thinker))
        assert made == [1, 1, 0, 0]
        assert life.engine.model_usage()["thoughts_today"] == 2
        life.clock.forward(DAY)
        await life.say("Good morning!")
        assert await chance(life, thinker) == 1


async def test_a_thought_costs_one_call_and_comes_into_the_next_brief_of_its_person(
    lives: Lives, fake_model: FakeModel
) -> None:
    async with lives(model=fake_model) as life:
        thinker = Thinker(life.runtime)
        await life.say("I have a cat called Miso.")
        fake_model.reply = "[wistful] I wonder whether Miso likes rain."
        assert await chance(life, thinker) == 1
        assert len(fake_model.calls) == 2
        (thought,) = await thoughts(life)
        assert thought.calls == 1
        assert thought.words.text == "I wonder whether Miso likes rain."
        fake_model.reply = "Hm."
        await life.say("Hello again!")
        assert "likes rain" in fake_model.calls[-1].prompt
        await life.say("Hello!", "bob")
        assert "likes rain" not in fake_model.calls[-1].prompt


async def test_a_thought_from_before_a_forgetting_is_not_brought_up(
    lives: Lives, fake_model: FakeModel
) -> None:
    async with lives(model=fake_model) as life:
        thinker = Thinker(life.runtime)
        await life.say("I have a cat called Miso.")
        fake_model.reply = "I wonder whether Miso likes rain."
        assert await chance(life, thinker) == 1
        fake_model.reply = "Hm."
        await life.say("Please forget my cat's name.")
        await life.say("Hello again!")
        assert "Miso" not in fake_model.calls[-1].prompt


async def test_she_thinks_without_a_model_where_it_fails(
    lives: Lives, fake_model: FakeModel
) -> None:
    async with lives(model=fake_model) as life:
        thinker = Thinker(life.runtime)
        await life.say("I have a cat called Miso.")
        fake_model.script.append(Fault("status", 401))
        assert await chance(life, thinker) == 1
        (thought,) = await thoughts(life)
        assert thought.voice == "composer"
        assert thought.words.text


async def test_after_a_group_she_thinks_of_nobodys_words(lives: Lives) -> None:
    voice = Terse()
    async with lives(voice=voice) as life:
        thinker = Thinker(life.runtime)
        await life.say("Jasmine, I have a cat called Miso.", group=True)
        assert await chance(life, thinker) == 1
        (thought,) = await thoughts(life)
        assert (thought.audience, thought.words.owner) == (None, "")
        brief = voice.briefs[-1]
        assert (brief.purpose, brief.known_facts, brief.recent_lines) == ("thought", [], [])
        assert await life.engine.thought("bob") is not None


async def test_she_does_not_think_of_who_has_left(life: Life) -> None:
    thinker = Thinker(life.runtime)
    await life.say("Hello!")
    await life.engine.erase("ann")
    assert await chance(life, thinker) == 0
    assert await life.engine.thought("ann") is None


async def test_an_erased_thought_is_shown_to_nobody(life: Life) -> None:
    thinker = Thinker(life.runtime)
    await life.say("Hello!")
    assert await chance(life, thinker) == 1
    await life.engine.erase("ann")
    assert await life.engine.thought("ann") is None


async def test_one_thinker_at_a_time(life: Life) -> None:
    thinker = Thinker(life.runtime)
    await life.say("Hello!")
    lease = await life.engine.store.leases.acquire("jasmine", "think", ttl=DAY, holder="another")
    assert lease is not None
    assert await chance(life, thinker) == 0
    await life.engine.store.leases.release(lease)
    assert await chance(life, thinker) == 1


async def test_the_rounds_give_her_chances_by_themselves(lives: Lives) -> None:
    async with lives(thinking_rate=0.02) as life:
        await life.say("Hello!")
        before = life.engine.model_usage()["thoughts_today"]
        await until(lambda: life.engine.model_usage()["thoughts_today"] != before)
        await until(lambda: life.runtime.agents.get().state.seq > 3)
        assert await life.engine.thought("ann") is not None


async def test_a_round_that_breaks_is_done_again(
    lives: Lives, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "REFLECTION_INTERVAL", 0.02)
    voice = Breaking(ZeroDivisionError("a defect"), purpose="thought")
    async with lives(voice=voice, thinking_rate=0.02) as life:
        await life.say("Hello!")
        await until(lambda: voice.asked > 1)
        assert not [event for event in await life.events() if isinstance(event, ThoughtHad)]
        voice.fault = None
        asked = voice.asked
        await life.say("Are you there?")
        life.clock.forward(MINUTE)
        await until(lambda: voice.asked > asked + 1)
