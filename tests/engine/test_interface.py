"""Every method of the engine, as a caller uses it."""

import asyncio
import shutil
from pathlib import Path

import pytest

from synthetic_soul.errors import Conflict, InvalidInput, NotFound, Unavailable
from synthetic_soul.nlu.text.sentences import MAX_MESSAGE_CHARS
from tests.support.engine_harness import HOUR, Harness, OpenEngine, check_guarantees

pytestmark = pytest.mark.anyio

SOULS = ["dr_luna", "halvard", "jasmine", "ottilie", "pemmican"]


async def test_a_message_is_a_job_that_ends_in_a_reply(harness: Harness) -> None:
    queued = await harness.engine.submit(person="ann", text="Hello there!")
    assert (queued.status, queued.progress, queued.result) == ("queued", 0, None)
    done = await harness.outcome(queued.job_id)
    assert (done.job_id, done.status, done.progress) == (queued.job_id, "succeeded", 100)
    assert done.result is not None
    assert done.result.response
    assert done == await harness.engine.job("ann", queued.job_id)


async def test_a_conversation_is_listed_oldest_first_with_the_status_of_each_message(
    harness: Harness,
) -> None:
    replies = [await harness.say(text) for text in ("Hello!", "I like hiking.", "It rains.")]
    lines = await harness.engine.conversation("ann")
    assert [line.message for line in lines if line.from_agent] == [r.response for r in replies]
    assert [line.message for line in lines[::2]] == ["Hello!", "I like hiking.", "It rains."]
    assert {line.status for line in lines if not line.from_agent} == {"succeeded"}
    assert {line.username for line in lines if line.from_agent} == {"Jasmine"}
    assert [line.timestamp for line in lines] == sorted(line.timestamp for line in lines)


async def test_a_conversation_can_be_paged_back_to_its_beginning(harness: Harness) -> None:
    for number in range(5):
        await harness.say(f"This is line {number}.")
    whole = await harness.engine.conversation("ann")
    lines = whole[:0]
    before = None
    while page := await harness.engine.conversation("ann", limit=3, before=before):
        lines = [*page, *lines]
        before = page[0].id
    assert lines == whole


async def test_each_agent_has_its_own_conversation(harness: Harness) -> None:
    await harness.say("Hello, Jasmine!")
    await harness.say("Hello, doctor!", agent="dr_luna")
    (line, _) = await harness.engine.conversation("ann", agent="dr_luna")
    assert line.message == "Hello, doctor!"


async def test_all_souls_are_agents_and_jasmine_is_active(harness: Harness) -> None:
    agents = await harness.engine.agents()
    assert [agent.id for agent in agents] == SOULS
    assert [agent.id for agent in agents if agent.active] == ["jasmine"]


async def test_an_agent_shows_how_it_stands_to_the_one_who_asks_alone(harness: Harness) -> None:
    await harness.say("You are wonderful, thank you so much!")
    to_ann = await harness.engine.agent(None, "ann")
    to_bob = await harness.engine.agent("jasmine", "bob")
    assert (to_ann.id, to_ann.name, to_ann.voice) == ("jasmine", "Jasmine", "composer")
    assert (to_ann.standing.messages, to_bob.standing.messages) == (1, 0)
    assert to_ann.standing.liking > to_bob.standing.liking == 0
    assert to_ann.standing.met_at == harness.clock.now
    assert to_bob.standing.relationship == "stranger"
    assert to_ann.feeling == to_bob.feeling


async def test_the_live_state_comes_at_once_and_after_each_turn(harness: Harness) -> None:
    feelings = harness.engine.live()
    before = await anext(feelings)
    coming = asyncio.ensure_future(anext(feelings))
    await harness.say("I love you, you are the best friend I have!")
    assert (await coming).lite["love"] > before.lite["love"]
    await feelings.aclose()  # type: ignore[attr-defined]  # an async generator


async def test_the_live_state_comes_by_the_clock_where_nobody_speaks(
    open_engine: OpenEngine,
) -> None:
    async with open_engine(emotional_decay_rate=0.02) as harness:
        feelings = harness.engine.live()
        assert (await anext(feelings)).at == harness.clock.now
        harness.clock.forward(HOUR)
        assert (await anext(feelings)).at == harness.clock.now
        await feelings.aclose()  # type: ignore[attr-defined]  # an async generator


async def test_an_unknown_agent_is_not_found_and_the_error_names_those_there_are(
    harness: Harness,
) -> None:
    engine = harness.engine
    with pytest.raises(NotFound, match="dr_luna, halvard, jasmine") as raised:
        await engine.submit(person="ann", text="Hi", agent="nobody")
    assert raised.value.code == "agent_not_found"
    for asked in (
        engine.conversation("ann", agent="nobody"),
        engine.agent("nobody", "ann"),
        engine.thought("ann", "nobody"),
        engine.random_thought("nobody"),
        engine.facts("ann", "nobody"),
        engine.forget("ann", "x", "nobody"),
        engine.state_hash("nobody"),
        anext(engine.live("nobody")),
    ):
        with pytest.raises(NotFound):
            await asked


@pytest.mark.parametrize("id_", ["", "x", "jasmine.x", "nobody.x", "jasmine", ".", "a" * 9999])
async def test_what_does_not_exist_is_not_found(harness: Harness, id_: str) -> None:
    engine = harness.engine
    await harness.say("Hello!")
    for asked in (
        engine.job("ann", id_),
        engine.retry("ann", id_),
        engine.why("ann", id_),
        engine.forget("ann", id_),
        engine.conversation("ann", before=id_),
        engine.follow("ann", id_),
    ):
        with pytest.raises(NotFound):
            await asked


async def test_an_empty_or_overlong_message_is_refused_and_leaves_nothing(harness: Harness) -> None:
    before = await harness.engine.state_hash()
    for text in ("", "x" * (MAX_MESSAGE_CHARS + 1)):
        with pytest.raises(InvalidInput):
            await harness.engine.submit(person="ann", text=text)
    assert await harness.engine.state_hash() == before


@pytest.mark.parametrize(
    "text",
    [
        " a ",
        "x" * MAX_MESSAGE_CHARS,
        "a\0",
        "a\ud800",
        "a\u202eb",
        "🙂" * 1000,
        "<b>&amp;",
        "\n\na",
        "a" * 999,
    ],
)
async def test_any_other_text_gets_a_reply_and_comes_back_as_it_was(
    harness: Harness, text: str
) -> None:
    assert await harness.told(text)
    assert (await harness.engine.conversation("ann"))[0].message == text
    await check_guarantees(harness.engine, [])


async def test_a_repeated_key_is_one_message_and_one_reply(harness: Harness) -> None:
    async def send() -> str:
        return (await harness.engine.submit(person="ann", text="Hello!", key="k")).job_id

    jobs = await asyncio.gather(*(send() for _ in range(20)))
    assert len(set(jobs)) == 1
    await harness.outcome(jobs[0])
    assert (await harness.engine.submit(person="ann", text="Hello!", key="k")).status == "succeeded"
    assert [line.from_agent for line in await harness.engine.conversation("ann")] == [False, True]
    await check_guarantees(harness.engine, jobs)


async def test_a_key_used_for_another_message_is_a_conflict_also_after_a_restart(
    open_engine: OpenEngine,
) -> None:
    async with open_engine() as harness:
        first = await harness.engine.submit(person="ann", text="Hello!", key="k")
        await harness.outcome(first.job_id)
    async with open_engine() as harness:
        again = await harness.engine.submit(person="ann", text="Hello!", key="k")
        assert again.job_id == first.job_id
        for other in ({"text": "Bye!"}, {"text": "Hello!", "group": True}):
            with pytest.raises(Conflict) as raised:
                await harness.engine.submit(person="ann", key="k", **other)
            assert raised.value.code == "key_reused"
        assert len(await harness.engine.conversation("ann")) == 2


async def test_a_key_belongs_to_its_person(harness: Harness) -> None:
    mine = await harness.engine.submit(person="ann", text="Hello!", key="k")
    theirs = await harness.engine.submit(person="bob", text="Good day!", key="k")
    assert mine.job_id != theirs.job_id


async def test_only_a_failed_job_can_be_tried_again(harness: Harness) -> None:
    reply = await harness.engine.submit(person="ann", text="Hello!")
    await harness.outcome(reply.job_id)
    with pytest.raises(Conflict, match="succeeded"):
        await harness.engine.retry("ann", reply.job_id)


async def test_why_names_what_was_remembered_and_what_moved(harness: Harness) -> None:
    await harness.say("My name is Tomas and I have a cat called Miso.")
    reply = await harness.say("You are kind. What is the name of my cat?")
    why = await harness.engine.why("ann", reply.message_id)
    assert why.message_id == reply.message_id
    assert "Miso" in {fact.value for fact in why.recalled if hasattr(fact, "value")}
    assert {moved.of for moved in why.moved} >= {"emotion", "sentiment"}
    assert all(moved.cause for moved in why.moved)


async def test_why_shows_the_older_lines_that_came_back(harness: Harness) -> None:
    job = await harness.ask("Last summer I repaired a lighthouse lamp with Ines in Gdansk.")
    for number in range(8):
        await harness.say(f"The weather is grey, day {number}.")
    reply = await harness.ask("Do you remember the lighthouse lamp?")
    why = await harness.engine.why("ann", reply.job_id)
    assert job.job_id in {line.id for line in why.recalled}


async def test_ids_are_understood_whatever_the_agent_is_called(
    open_engine: OpenEngine, tmp_path: Path
) -> None:
    (tmp_path / "souls").mkdir()
    jasmine = (
        Path(__file__).parents[2] / "src" / "synthetic_soul" / "data" / "souls" / "jasmine.soul"
    )
    shutil.copy(jasmine, tmp_path / "souls" / "my-r2-robot.soul")
    async with open_engine() as harness:
        replies = [await harness.say(text, agent="my-r2-robot") for text in ("Hello!", "Hm.")]
        for reply in replies:
            why = await harness.engine.why("ann", reply.message_id)
            assert why.message_id == reply.message_id
        lines = await harness.engine.conversation("ann", agent="my-r2-robot")
        earlier = await harness.engine.conversation(
            "ann", agent="my-r2-robot", before=replies[1].message_id
        )
        assert earlier == lines[:3]


async def test_a_random_thought_is_about_nobody_and_is_not_recorded(harness: Harness) -> None:
    before = await harness.engine.state_hash()
    thought = await harness.engine.random_thought()
    assert thought.agent == "jasmine"
    assert thought.thought
    assert thought.vibe
    assert await harness.engine.state_hash() == before
    assert await harness.engine.thought("ann") is None


async def test_health_queue_and_usage_are_reported(harness: Harness) -> None:
    await harness.say("Hello!")
    await harness.settled()
    assert await harness.engine.healthy() == {
        "status": "ok",
        "store": "ok",
        "jobs": "ok",
        "voice": "composer",
    }
    assert await harness.engine.queue() == {"waiting": 0, "running": 0}
    usage = harness.engine.model_usage()
    assert usage["voice"] == "composer"
    assert usage["calls"] == usage["thoughts_today"] == 0
    assert usage["thought_budget"] == harness.engine.settings.thought_budget
    assert harness.engine.clock() == harness.clock.now


async def test_a_stopped_engine_accepts_no_message_and_reports_it(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        await harness.say("Hello!")
    with pytest.raises(Unavailable):
        await harness.engine.submit(person="ann", text="Anybody there?")
    assert (await harness.engine.healthy())["status"] == "degraded"
