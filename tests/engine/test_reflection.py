"""Reflection on a stretch of conversation: proposals, checked and clamped."""

import asyncio
from typing import TypeVar

import pytest

from synthetic_soul.engine.memory import reflection
from synthetic_soul.engine.memory.reflection import (
    MAX_ATTEMPTS,
    MAX_LINES,
    MAX_LINES_UNREFLECTED,
    MAX_SENTIMENT_CHANGE,
    MIN_LINES,
)
from synthetic_soul.mind.events import (
    FactLearned,
    FragmentKept,
    MessageHeard,
    Reflected,
    SentimentsMoved,
)
from tests.support.engine_harness import MINUTE, Harness, OpenEngine, file_bytes, until
from tests.support.fake_model import FakeModel, Fault
from tests.support.stub_voices import FixedVoice

pytestmark = pytest.mark.anyio

T = TypeVar("T")

LINES = (
    "It rains here all day.",
    "My neighbour keeps bees in the garden.",
    "I would love to learn beekeeping one day.",
    "Honey on bread is the best breakfast.",
)


async def talk(harness: Harness, lines: tuple[str, ...] = LINES, person: str = "ann") -> None:
    for text in lines:
        await harness.say(text, person)


async def reflected(harness: Harness) -> int:
    harness.clock.forward(2 * MINUTE)
    return await reflection.reflect_all(harness.runtime)


def proposes(model: FakeModel, **fields: object) -> None:
    model.answers["Reflection"] = dict(fields)


def observation(text: str, *lines: int) -> dict[str, object]:
    base = {"type": "observation", "importance": 0.5, "valence": 0.1}
    return {**base, "text": text, "lines": list(lines)}


async def test_it_is_due_after_a_pause_or_when_enough_has_gathered(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await talk(harness, LINES[: MIN_LINES - 1])
        assert await reflected(harness) == 0
        await harness.say("And one more.")
        assert await reflection.reflect_all(harness.runtime) == 0
        assert await reflected(harness) == 1
        assert await reflected(harness) == 0
        for number in range(MAX_LINES_UNREFLECTED):
            await harness.say(f"Line {number}.")
        assert await reflection.reflect_all(harness.runtime) == 1


async def test_without_a_model_the_agent_keeps_what_its_personality_makes_of_the_lines(
    harness: Harness,
) -> None:
    await talk(harness, ("Hello!", "My mother died last week.", "What do you think?"))
    heard = [e for e in await harness.events() if isinstance(e, MessageHeard)]
    assert await reflected(harness) == 1
    (kept,) = await harness_events(harness, FragmentKept)
    assert kept.sources == (heard[1].id,)
    assert kept.words.owner == kept.person == "ann"
    assert "“My mother died last week”" in (kept.words.text or "")
    assert kept.importance > 0.5
    assert kept.valence < -0.2
    (done,) = await harness_events(harness, Reflected)
    assert (done.upto, done.calls) == (heard[-1].id, 0)
    assert await reflected(harness) == 0


async def test_without_a_model_it_waits_for_a_pause_and_for_no_fourth_line(
    harness: Harness,
) -> None:
    await harness.say("My neighbour keeps bees in the garden.")
    assert await reflection.reflect_all(harness.runtime) == 0
    assert await reflected(harness) == 1


async def test_without_a_model_nothing_of_the_agents_own_lines_is_kept(
    open_engine: OpenEngine,
) -> None:
    voice = FixedVoice("I once sailed to Spitsbergen with a crate of oranges.")
    async with open_engine(voice=voice) as harness:
        await talk(harness)
        assert await reflected(harness) == 1
        kept = await harness_events(harness, FragmentKept)
        heard = {e.id for e in await harness.events() if isinstance(e, MessageHeard)}
        assert kept
        assert all(heard.issuperset(each.sources) for each in kept)
        assert not any("oranges" in (each.words.text or "") for each in kept)


async def test_words_of_a_danger_are_not_kept_to_be_brought_up_again(harness: Harness) -> None:
    await talk(harness, ("I want to kill myself.", "My neighbour keeps bees in the garden."))
    await reflected(harness)
    (kept,) = await harness_events(harness, FragmentKept)
    assert "bees" in (kept.words.text or "")


async def test_what_is_said_again_word_for_word_is_kept_once(harness: Harness) -> None:
    for _ in range(3):
        await harness.say("My neighbour keeps bees in the garden.")
        await reflected(harness)
    assert len(await harness_events(harness, FragmentKept)) == 1
    assert len(await harness_events(harness, Reflected)) == 3


async def test_a_group_is_not_reflected_upon(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        for text in LINES:
            await harness.say(text, group=True)
        assert await reflected(harness) == 0


async def test_facts_are_kept_where_the_persons_own_line_bears_them_out(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    proposes(
        fake_model,
        facts=[
            {"topic": "hobby", "value": "beekeeping", "line": 3},
            {"topic": "hobby", "value": "Beekeeping", "line": 3},
            {"topic": "home", "value": "a castle in Spain", "line": 1},
            {"topic": "like", "value": "honey", "line": 99},
            {"topic": "like", "value": "bees", "line": 0},
            {"topic": "like", "value": "honey", "line": 1},
        ],
    )
    async with open_engine(model=fake_model) as harness:
        await talk(harness)
        before = len(await harness.engine.facts("ann"))
        assert await reflected(harness) == 1
        learned = [e for e in await harness.events() if isinstance(e, FactLearned)][before:]
        assert [(e.topic, e.value.text, e.value.owner) for e in learned] == [
            ("hobby", "beekeeping", "ann")
        ]
        lines = await harness.engine.conversation("ann")
        assert learned[0].by == lines[4].id


async def test_a_proposal_never_replaces_what_the_person_said_plainly(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    proposes(fake_model, facts=[{"topic": "name", "value": "Bertram", "line": 2}])
    async with open_engine(model=fake_model) as harness:
        await talk(harness, ("My name is Tomas.", "Bertram keeps bees.", *LINES[2:]))
        await reflected(harness)
        names = [f.value for f in await harness.engine.facts("ann") if f.topic == "name"]
        assert names == ["Tomas"]


async def test_observations_are_kept_as_words_of_the_person_and_noted(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    proposes(
        fake_model,
        observations=[
            observation("Dreams of bees.", 3),
            observation("Rests on nothing."),
            observation("Rests on a line that is not there.", 3, 77),
        ],
    )
    async with open_engine(model=fake_model) as harness:
        await talk(harness)
        await reflected(harness)
        (kept,) = [event for event in await harness.events() if isinstance(event, FragmentKept)]
        assert (kept.words.text, kept.words.owner, kept.person) == ("Dreams of bees.", "ann", "ann")
        await harness.say("What do bees dream of?")
        assert "Dreams of bees." in fake_model.calls[-1].prompt
        await harness.say("Good morning.")
        assert "Dreams of bees." not in fake_model.calls[-1].prompt
        await harness.say("What do bees dream of?", "bob")
        assert "Dreams of bees." not in fake_model.calls[-1].prompt


async def test_sentiments_move_a_little_and_only_known_ones(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    proposes(
        fake_model,
        sentiments=[
            {"dimension": "love", "amount": 1.0},
            {"dimension": "world_domination", "amount": 1.0},
        ],
    )
    async with open_engine(model=fake_model) as harness:
        await talk(harness)
        before = len([e for e in await harness.events() if isinstance(e, SentimentsMoved)])
        await reflected(harness)
        moved = [e for e in await harness.events() if isinstance(e, SentimentsMoved)][before:]
        assert len(moved) == 1
        impulses = moved[0].impulses
        assert impulses
        assert max(abs(impulse.amount) for impulse in impulses) <= MAX_SENTIMENT_CHANGE
        assert {impulse.cause for impulse in impulses} == {"reflection"}


async def test_a_failed_reflection_is_tried_in_the_next_pauses_and_given_up_after_the_third(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await talk(harness)
        fake_model.script.extend([Fault("status", 401)] * MAX_ATTEMPTS)
        for tried in range(1, MAX_ATTEMPTS + 1):
            assert await harness_events(harness, Reflected) == []
            assert await reflected(harness) == 1
            assert await reflection.reflect_all(harness.runtime) == 0
            assert harness.engine.model_usage()["failures"] == tried
        (done,) = await harness_events(harness, Reflected)
        assert (done.person, done.calls) == ("ann", MAX_ATTEMPTS)
        kept = await harness_events(harness, FragmentKept)  # without the model, then
        assert any("beekeeping" in (each.words.text or "") for each in kept)
        assert await reflected(harness) == 0


async def test_what_a_failed_reflection_left_is_reflected_on_with_what_was_said_since(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await talk(harness)
        fake_model.script.append(Fault("status", 401))
        assert await reflected(harness) == 1
        await harness.say("And I play the cello.")
        assert await reflected(harness) == 1
        prompt = fake_model.calls[-1].prompt
        assert all(line in prompt for line in (*LINES, "And I play the cello."))
        (done,) = await harness_events(harness, Reflected)
        assert done.calls == 2


async def harness_events(harness: Harness, kind: type[T]) -> list[T]:
    return [event for event in await harness.events() if isinstance(event, kind)]


async def test_a_long_stretch_is_reflected_on_in_parts_the_oldest_first(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        for number in range(MAX_LINES + MIN_LINES):
            await harness.say(f"This is line number {number}.")
        await reflected(harness)
        prompt = fake_model.calls[-1].prompt
        assert "line number 0." in prompt
        assert f"line number {MAX_LINES - 1}." in prompt
        assert f"line number {MAX_LINES}." not in prompt
        assert await reflected(harness) == 1
        assert f"line number {MAX_LINES}." in fake_model.calls[-1].prompt
        assert await reflected(harness) == 0


async def test_what_was_forgotten_is_neither_shown_nor_learned_again(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await talk(harness, ("I have a cat called Miso.", *LINES, "Please forget my cat's name."))
        await reflected(harness)
        assert "Miso" not in fake_model.calls[-1].prompt


async def test_what_is_forgotten_while_the_model_reflects_is_not_learned(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    proposes(
        fake_model,
        facts=[{"topic": "pet:cat", "value": "Miso", "line": 1}],
        observations=[observation("Has a cat called Miso.", 1)],
    )
    async with open_engine(model=fake_model) as harness:
        await talk(harness, ("I have a cat called Miso.", *LINES))
        (fact,) = [f for f in await harness.engine.facts("ann") if f.value == "Miso"]
        fake_model.holding = True
        calls = len(fake_model.calls)
        reflecting = asyncio.ensure_future(reflected(harness))
        await until(lambda: len(fake_model.calls) > calls)
        await harness.engine.forget("ann", fact.id)
        fake_model.holding = False
        assert await reflecting == 1
        assert [f.value for f in await harness.engine.facts("ann") if f.topic == "pet:cat"] == []
        assert not [event for event in await harness.events() if isinstance(event, FragmentKept)]


async def test_what_was_noted_of_a_forgotten_line_is_gone_too(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    proposes(
        fake_model,
        observations=[observation("Owns a feline named Miso.", 1), observation("Likes honey.", 5)],
    )
    async with open_engine(model=fake_model) as harness:
        await talk(harness, ("I have a cat called Miso.", *LINES))
        await reflected(harness)
        await harness.say("Please forget my cat's name.")
        await harness.say("Is Miso fond of honey?")
        assert "feline" not in fake_model.calls[-1].prompt
        assert "Likes honey." in fake_model.calls[-1].prompt
        assert b"feline" not in file_bytes(harness.engine.settings.data_dir)


async def test_who_is_erased_while_the_model_reflects_leaves_no_word(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    proposes(fake_model, observations=[observation("Dreams of bees.", 3)])
    async with open_engine(model=fake_model) as harness:
        await talk(harness)
        fake_model.holding = True
        calls = len(fake_model.calls)
        reflecting = asyncio.ensure_future(reflected(harness))
        await until(lambda: len(fake_model.calls) > calls)
        await harness.engine.erase("ann")
        fake_model.holding = False
        await reflecting
        assert not [event for event in await harness.events() if isinstance(event, FragmentKept)]
        assert b"Dreams of bees" not in file_bytes(harness.engine.settings.data_dir)


async def test_two_who_reflect_at_once_ask_once(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await talk(harness)
        harness.clock.forward(2 * MINUTE)
        lease = await harness.engine.store.leases.acquire(
            "jasmine", "reflect:dm:ann", ttl=60_000, holder="another"
        )
        assert lease is not None
        assert await reflection.reflect_all(harness.runtime) == 0
        await harness.engine.store.leases.release(lease)
        assert await reflection.reflect_all(harness.runtime) == 1
