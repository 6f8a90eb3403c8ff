"""Several lines in a row, several persons at once: one outcome each, in order."""

import asyncio

import pytest

from synthetic_soul.mind.events import ReplySpoken
from tests.support.engine_harness import (
    Harness,
    OpenEngine,
    check_guarantees,
    outcomes_by_message,
    until,
)
from tests.support.fake_model import FakeModel
from tests.support.stub_voices import PausedVoice

pytestmark = pytest.mark.anyio


async def submit(harness: Harness, text: str, person: str = "ann", **where: object) -> str:
    return (await harness.engine.submit(person=person, text=text, **where)).job_id  # type: ignore[arg-type]  # passed on


async def test_three_messages_before_the_first_reply_are_each_covered_by_exactly_one(
    harness: Harness,
) -> None:
    jobs = await asyncio.gather(
        *(submit(harness, text) for text in ("Hi!", "I am Tomas.", "And you?"))
    )
    for job in jobs:
        await harness.outcome(job)
    await check_guarantees(harness.engine, jobs)


async def test_messages_during_a_reply_are_answered_together_afterwards(
    open_engine: OpenEngine,
) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice) as harness:
        first = await submit(harness, "Hi!")
        await voice.begun.wait()
        later = [
            await submit(harness, text) for text in ("I am Tomas.", "I bake bread.", "And you?")
        ]
        voice.go.set()
        results = [(await harness.outcome(job)).result for job in (first, *later)]
        assert len({result.message_id for result in results if result}) == 2
        assert [line.text for line in voice.briefs[1].messages] == [
            "I am Tomas.",
            "I bake bread.",
            "And you?",
        ]
        (reply,) = {
            id(o): o for o in (await outcomes_by_message(harness.engine.store))[later[0]]
        }.values()
        assert [answer.message for answer in reply.answers] == later
        facts = {(fact.topic, fact.value) for fact in await harness.engine.facts("ann")}
        assert ("name", "Tomas") in facts
        await check_guarantees(harness.engine, [first, *later])


async def test_a_burst_during_a_slow_call_costs_one_more_call(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    fake_model.holding = True
    async with open_engine(model=fake_model) as harness:
        jobs = [await submit(harness, "Hi!")]
        await until(lambda: len(fake_model.calls) == 1)
        jobs += [await submit(harness, f"Line {number}.") for number in range(4)]
        fake_model.holding = False
        for job in jobs:
            await harness.outcome(job)
        assert len(fake_model.calls) == 2
        assert all(f"Line {number}." in fake_model.calls[1].prompt for number in range(4))
        await check_guarantees(harness.engine, jobs)


async def test_a_long_burst_is_answered_in_turns_that_do_not_look_ahead(
    open_engine: OpenEngine,
) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice) as harness:
        jobs = [await submit(harness, "Hi!")]
        await voice.begun.wait()
        jobs += [await submit(harness, f"This is line {number}.") for number in range(25)]
        voice.go.set()
        for job in jobs:
            await harness.outcome(job)
        assert [len(brief.messages) for brief in voice.briefs] == [1, 20, 5]
        for brief in voice.briefs:
            shown = {
                line.id for line in (*brief.recent_lines, *brief.recalled_lines) if not line.mine
            }
            assert not shown & set(jobs[jobs.index(brief.messages[0].id) :])
        await check_guarantees(harness.engine, jobs)


async def test_the_relationship_counts_the_messages_before_the_burst(
    open_engine: OpenEngine,
) -> None:
    voice = PausedVoice()
    voice.go.set()
    async with open_engine(voice=voice) as harness:
        for text in ("Hi!", "How are you?"):
            await harness.say(text)
        assert [brief.relationship.messages for brief in voice.briefs] == [0, 1]
        assert [brief.relationship.met_at is None for brief in voice.briefs] == [True, False]


async def test_thirty_two_persons_with_bursts_are_each_answered_in_order(harness: Harness) -> None:
    async def talk(person: str) -> list[str]:
        jobs = []
        for number in range(6):
            jobs.append(await submit(harness, f"This is line {number} of {person}.", person))
            if number % 3 == 2:
                await harness.outcome(jobs[-1], person)
        for job in jobs:
            await harness.outcome(job, person)
        return jobs

    persons = [f"person-{number}" for number in range(32)]
    jobs_by_person = await asyncio.gather(*(talk(person) for person in persons))
    await check_guarantees(harness.engine, [job for jobs in jobs_by_person for job in jobs])
    for person in persons:
        lines = await harness.engine.conversation(person)
        mine = [line.message for line in lines if not line.from_agent]
        assert mine == [f"This is line {number} of {person}." for number in range(6)]


async def test_one_person_may_talk_to_all_agents_at_once(harness: Harness) -> None:
    agents = [agent.id for agent in await harness.engine.agents()]
    jobs = await asyncio.gather(*(submit(harness, "Hello!", agent=agent) for agent in agents))
    for job in jobs:
        assert (await harness.outcome(job)).result is not None
    for agent in agents:
        replies = [e for e in await harness.events(agent) if isinstance(e, ReplySpoken)]
        assert len(replies) == 1
