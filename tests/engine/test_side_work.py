"""Reflection and thoughts beside replies, with a model that answers one request at a time."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from synthetic_soul.engine import side_work
from synthetic_soul.engine.background import Thinker
from synthetic_soul.engine.memory import reflection
from synthetic_soul.engine.memory.reflection import MIN_LINES
from synthetic_soul.mind.events import FragmentKept, MessageHeard, Reflected, ThoughtHad
from tests.support.engine_harness import MINUTE, Harness, OpenEngine, until
from tests.support.fake_model import Fault
from tests.support.strict_model import StrictModel

pytestmark = pytest.mark.anyio

LONG = 20.0  # seconds that nobody waits for here


async def talk(harness: Harness, person: str = "ann") -> None:
    for number in range(MIN_LINES):
        await harness.say(f"Honey is better than jam, I think ({number}).", person)
    harness.clock.forward(2 * MINUTE)


async def kept(harness: Harness) -> list[str]:
    return [event.kind for event in await harness.events() if isinstance(event, Reflected)]


async def reflect(harness: Harness) -> int:
    return await reflection.reflect_all(harness.runtime)


async def think(harness: Harness) -> int:
    return await Thinker(harness.runtime).think_all()


SIDE_WORK: dict[str, Callable[[Harness], Awaitable[int]]] = {"reflect": reflect, "think": think}


async def a_message(harness: Harness) -> None:
    await harness.say("Are you there?")


async def a_message_of_another_person(harness: Harness) -> None:
    await harness.say("Are you there?", "bob")


async def a_message_in_a_group(harness: Harness) -> None:
    await harness.say("Jasmine, are you there?", group=True)


async def a_message_to_another_agent(harness: Harness) -> None:
    await harness.say("Are you there?", agent="halvard")


ARRIVALS = [
    a_message,
    a_message_of_another_person,
    a_message_in_a_group,
    a_message_to_another_agent,
]


@pytest.mark.parametrize("kind", SIDE_WORK)
@pytest.mark.parametrize("arrives", ARRIVALS)
async def test_side_work_leaves_the_slot_to_a_message_at_once_and_nothing_is_recorded(
    open_engine: OpenEngine,
    strict_model: StrictModel,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    arrives: Callable[[Harness], Awaitable[None]],
) -> None:
    monkeypatch.setattr(side_work, "IDLE_POLL_S", 3600)  # no look at the store is waited for
    async with open_engine(model=strict_model) as harness:
        thinker = Thinker(harness.runtime)
        await talk(harness)
        strict_model.reading = LONG
        work = thinker.think_all() if kind == "think" else reflect(harness)
        aside = asyncio.ensure_future(work)
        replies = len(strict_model.begun)
        await until(lambda: len(strict_model.begun) == replies + 1)
        strict_model.reading = 0
        await arrives(harness)
        assert await aside == 0
        assert strict_model.hung_up == 1
        assert [call.stream for call in strict_model.begun[replies + 1 :]] == [True]
        events = await harness.events()
        assert not [e for e in events if isinstance(e, Reflected | ThoughtHad)]
        assert harness.engine.model_usage()["failures"] == 0
        assert (await harness.engine.healthy())["status"] == "ok"


async def test_a_cancelled_reflection_is_made_in_the_next_pause_with_every_line(
    open_engine: OpenEngine, strict_model: StrictModel
) -> None:
    strict_model.answers["Reflection"] = {
        "observations": [{"text": "Likes honey.", "lines": [1], "importance": 1, "valence": 1}]
    }
    async with open_engine(model=strict_model) as harness:
        await talk(harness)
        for number in range(4):
            strict_model.reading = LONG
            aside = asyncio.ensure_future(reflect(harness))
            begun = len(strict_model.begun)
            await until(lambda n=begun: len(strict_model.begun) == n + 1)  # type: ignore[misc]
            strict_model.reading = 0
            await harness.say(f"One more thing ({number}).")
            assert await aside == 0
            assert await reflect(harness) == 0  # no pause yet
            harness.clock.forward(2 * MINUTE)
        assert await reflect(harness) == 1
        prompt = strict_model.begun[-1].prompt
        assert all(f"jam, I think ({number})" in prompt for number in range(MIN_LINES))
        assert all(f"One more thing ({number})" in prompt for number in range(4))
        assert await kept(harness) == ["reflected"]
        assert [e for e in await harness.events() if isinstance(e, FragmentKept)]


@pytest.mark.parametrize("kind", SIDE_WORK)
async def test_side_work_does_not_begin_while_a_message_is_being_answered(
    open_engine: OpenEngine, strict_model: StrictModel, kind: str
) -> None:
    async with open_engine(model=strict_model) as harness:
        thinker = Thinker(harness.runtime)
        await talk(harness)
        begun = len(strict_model.begun)
        strict_model.script.append(Fault("hang", after=0))
        heard = await harness.engine.submit(person="bob", text="Hello!")
        await until(lambda: len(strict_model.begun) == begun + 1)
        aside = thinker.think_all() if kind == "think" else reflect(harness)
        assert await aside == 0
        assert len(strict_model.calls) == len(strict_model.begun) == begun + 1
        await harness.engine.erase("bob")
        assert heard.job_id


async def test_a_message_that_another_process_took_in_cancels_side_work_too(
    open_engine: OpenEngine, strict_model: StrictModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_work, "IDLE_POLL_S", 0.02)
    async with open_engine(model=strict_model, sweep_rate=3600) as harness:
        await talk(harness)
        strict_model.reading = LONG
        begun = len(strict_model.begun)
        aside = asyncio.ensure_future(reflect(harness))
        await until(lambda: len(strict_model.begun) == begun + 1)
        strict_model.reading = 0
        runtime = harness.runtime
        words = runtime.seal("Hello!", "bob")
        heard = MessageHeard(
            id=runtime.new_id("jasmine"), conversation="dm:bob", person="bob", words=words
        )
        await runtime.agents.get().state.append([heard], at=runtime.clock())
        assert await aside == 0
        await until(lambda: strict_model.hung_up == 1)


async def test_a_server_that_answers_several_at_once_does_both(
    open_engine: OpenEngine, strict_model: StrictModel
) -> None:
    async with open_engine(model=strict_model, llm_parallel=3) as harness:
        await talk(harness)
        strict_model.reading = 0.3
        aside = asyncio.ensure_future(reflect(harness))
        begun = len(strict_model.begun)
        await until(lambda: len(strict_model.begun) == begun + 1)
        await harness.say("Are you there?")
        assert await aside == 1
        assert strict_model.hung_up == 0
        assert await kept(harness) == ["reflected"]


async def test_an_engine_that_stops_closes_what_it_asked_aside(
    open_engine: OpenEngine, strict_model: StrictModel
) -> None:
    async with open_engine(model=strict_model) as harness:
        await talk(harness)
        strict_model.reading = LONG
        begun = len(strict_model.begun)
        aside = asyncio.ensure_future(reflect(harness))
        await until(lambda: len(strict_model.begun) == begun + 1)
        aside.cancel()
        with pytest.raises(asyncio.CancelledError):
            await aside
        await until(lambda: strict_model.hung_up == 1)
        assert await kept(harness) == []
