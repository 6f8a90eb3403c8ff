"""``INNER_LIFE=private``: what one person sees of feelings tells nothing of others."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import JsonValue

from synthetic_soul.engine.state.conversation_ids import private_conversation
from synthetic_soul.engine.views import FeelingView
from tests.support.engine_harness import HOUR, START, Clock, Harness, OpenEngine, check_guarantees
from tests.support.sample_souls import sample_soul

pytestmark = pytest.mark.anyio

TALKS = {
    "love": ("I love you, you are my best friend!", "You make me so happy.", "Thank you!!"),
    "insults": ("You are stupid and useless.", "Shut up, you idiot.", "I hate all that you say."),
    "grief": ("My mother died last night.", "I cannot stop crying.", "I am scared of it all."),
}
OWN = ("Good morning!", "I got the job, I am so glad!", "How are you?", "You are wonderful.")


async def first_feeling(harness: Harness, person: str) -> FeelingView:
    live = harness.engine.live("jasmine", person)
    feeling = await anext(live)
    await live.aclose()  # type: ignore[attr-defined]  # an async generator
    return feeling


async def seen(harness: Harness, person: str) -> list[object]:
    """Return all that a person can read of feelings, and the mind that is spoken from."""
    detail = await harness.engine.agent("jasmine", person)
    listed = [(agent.id, agent.expression) for agent in await harness.engine.agents(person)]
    conversation = private_conversation(person) if person else ""
    mind = await harness.runtime.mind(harness.runtime.agents.get(), conversation)
    shown: list[object] = [await first_feeling(harness, person), detail.feeling, detail.traits]
    return [*shown, detail.standing, listed, mind]


async def bobs_view(open_engine: OpenEngine, talk: Sequence[str], **chosen: object) -> list[object]:
    """Return what Bob sees in the course of his talk, before each line of which Ann has talked."""
    found: list[object] = []
    async with open_engine(**chosen) as harness:
        for number, line in enumerate(OWN):
            harness.clock.now = START + 2 * number * HOUR
            for others in talk:
                await harness.say(others, "ann")
            harness.clock.now = START + (2 * number + 1) * HOUR
            reply = await harness.say(line, "bob")
            why = await harness.engine.why("bob", reply.message_id)
            found += [reply.expression, why.moved, *await seen(harness, "bob")]
        found += await seen(harness, "")
        await check_guarantees(harness.engine, [])
    return found


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
async def test_only_a_shared_mood_shows_what_others_said(
    open_engine: OpenEngine, clock: Clock, tmp_path: Path, talk: Sequence[str]
) -> None:
    async def view(inner_life: str, name: str, talk: Sequence[str]) -> list[object]:
        clock.now = START
        folder = tmp_path / f"{inner_life}-{name}"
        return await bobs_view(open_engine, talk, inner_life=inner_life, data_dir=folder)

    assert await view("private", "beside", talk) == await view("private", "alone", ())
    assert await view("shared", "beside", talk) != await view("shared", "alone", ())


async def test_ones_own_talk_moves_a_private_mood_and_is_still_there_after_a_restart(
    open_engine: OpenEngine,
) -> None:
    async with open_engine(inner_life="private") as harness:
        before = await first_feeling(harness, "bob")
        await harness.say("I love you, you are the best friend I have!", "bob")
        after = await first_feeling(harness, "bob")
        assert after.lite["love"] > before.lite["love"]
        await harness.say(TALKS["insults"][0], "ann")
        mind = (await seen(harness, "bob"))[-1]
    async with open_engine(inner_life="private") as harness:
        assert (await seen(harness, "bob"))[-1] == mind
        assert (await harness.engine.agent("jasmine", "ann")).feeling.lite["anger"] > 0


async def test_a_turn_of_somebody_else_wakes_no_private_listener(open_engine: OpenEngine) -> None:
    async with open_engine(inner_life="private") as harness:
        feelings = harness.engine.live("jasmine", "bob")
        await anext(feelings)
        coming = asyncio.ensure_future(anext(feelings))
        await harness.say("Hello!", "ann")
        await harness.settled()
        assert not coming.done()
        await harness.say("You are wonderful!", "bob")
        assert (await coming).lite["joy"] > 0
        await feelings.aclose()  # type: ignore[attr-defined]  # an async generator


async def test_a_groups_feelings_are_those_of_what_was_said_in_it(open_engine: OpenEngine) -> None:
    async with open_engine(inner_life="private") as harness:
        alone = await harness.say("Jasmine, how are you?", "bob", group=True)
        await harness.say(TALKS["insults"][0], "ann")
        agent = harness.runtime.agents.get()
        group = await harness.runtime.mind(agent, "group:main")
        await harness.say(TALKS["insults"][1], "ann")
        assert await harness.runtime.mind(agent, "group:main") == group
        await harness.say("Jasmine, you are wonderful!", "ann", group=True)
        assert await harness.runtime.mind(agent, "group:main") != group
        assert alone.response


async def test_a_private_mood_follows_a_new_version_of_the_soul(open_engine: OpenEngine) -> None:
    async with open_engine(inner_life="private") as harness:
        await harness.engine.add_agent("kiki", sample_soul("Kiki"))
        await harness.say("You are wonderful!", "bob", agent="kiki")
        before = await harness.engine.agent("kiki", "bob")
        personality: JsonValue = {
            "name": "Koko",
            "core_traits": [{"trait": "shy", "strength": 0.9}],
        }
        shy = sample_soul(more={"personality": personality})
        await harness.engine.add_agent("kiki", shy, replacing=True)
        after = await harness.engine.agent("kiki", "bob")
        assert (after.soul, after.standing) == (shy.digest, before.standing)
        assert after.traits != before.traits
        assert after.feeling.lite["joy"] > 0
