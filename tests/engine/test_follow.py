"""Following a reply: live, late, cut anywhere and resumed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from synthetic_soul.engine.views import JobEvent
from synthetic_soul.errors import ModelError
from tests.support.engine_harness import SOON, Harness, OpenEngine, each_event
from tests.support.fake_model import FakeModel, Fault
from tests.support.stub_voices import FailingVoice, PausedVoice

pytestmark = pytest.mark.anyio


def text_of(events: list[JobEvent]) -> str:
    return "".join(str(event.body["text"]) for event in events if event.event == "text")


async def listen(harness: Harness, job: str, after: str | None = None) -> list[JobEvent]:
    return await harness.followed(job, after=after)


async def rest_of(events: AsyncIterator[JobEvent]) -> list[JobEvent]:
    async with asyncio.timeout(SOON):
        return [event async for event in events]


async def cut(harness: Harness, job: str, *, after: str | None, steps: int) -> list[JobEvent]:
    """Read so many events and hang up."""
    events = each_event(harness.engine, "ann", job, after=after)
    received: list[JobEvent] = []
    async with aclosing(events):
        while len(received) < steps and (event := await anext(events, None)):
            received.append(event)
    return received


async def test_a_stream_cut_at_every_event_has_no_gap_and_no_repetition(harness: Harness) -> None:
    queued = await harness.engine.submit(person="ann", text="Tell me about yourself, please.")
    whole = await listen(harness, queued.job_id)
    assert whole[-1].event == "done"
    received: list[JobEvent] = []
    while batch := await cut(
        harness, queued.job_id, after=received[-1].id if received else None, steps=1
    ):
        received += batch
    assert received == [event for event in whole if event.id != "0.0"]
    for place, event in enumerate(received):
        assert await listen(harness, queued.job_id, event.id) == received[place + 1 :]


async def test_a_late_listener_gets_the_same_events_with_the_same_ids(harness: Harness) -> None:
    queued = await harness.engine.submit(person="ann", text="How are you?")
    live = await listen(harness, queued.job_id)
    late = await listen(harness, queued.job_id)
    assert late == [event for event in live if event.id != "0.0"]
    done = await harness.engine.job("ann", queued.job_id)
    assert done.result is not None
    assert text_of(late) == done.result.response
    assert late[-1].body == done.model_dump(mode="json")


async def test_a_listener_who_joins_during_a_run_gets_it_from_the_start(
    open_engine: OpenEngine,
) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice) as harness:
        queued = await harness.engine.submit(person="ann", text="Are you there?")
        early = asyncio.ensure_future(listen(harness, queued.job_id))
        await voice.begun.wait()
        middle = asyncio.ensure_future(listen(harness, queued.job_id))
        assert (await harness.engine.job("ann", queued.job_id)).status == "running"
        assert (await harness.engine.conversation("ann"))[-1].status == "running"
        await asyncio.sleep(0.05)
        voice.go.set()
        assert [e for e in await early if e.id != "0.0"] == [
            e for e in await middle if e.id != "0.0"
        ]
        assert await listen(harness, queued.job_id) == [e for e in await middle if e.id != "0.0"]


async def test_a_stream_resumed_during_the_run_continues_where_it_was_cut(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    fake_model.reply = "One two three four five six seven eight nine ten eleven twelve."
    fake_model.piece_delay = 0.03
    async with open_engine(model=fake_model) as harness:
        queued = await harness.engine.submit(person="ann", text="Count for me.")
        received: list[JobEvent] = []
        while batch := await cut(
            harness, queued.job_id, after=received[-1].id if received else None, steps=2
        ):
            received += batch
        assert [e for e in received if e.id != "0.0"] == await listen(harness, queued.job_id)
        assert text_of(received) == fake_model.reply


async def test_text_comes_before_the_model_has_ended(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    fake_model.reply = "One two three four five six seven."
    fake_model.piece_delay = 0.05
    async with open_engine(model=fake_model) as harness:
        queued = await harness.engine.submit(person="ann", text="Count for me.")
        async for event in each_event(harness.engine, "ann", queued.job_id):
            if event.event == "text":
                break
        assert (await harness.engine.job("ann", queued.job_id)).status == "running"
        await harness.outcome(queued.job_id)


async def test_a_reply_that_broke_off_ends_with_done_for_every_listener(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    fake_model.reply = "One. Two three. Four five six seven eight nine ten."
    fake_model.piece_delay = 0.01
    fake_model.script.extend([None, Fault("reset", after=4)])
    async with open_engine(model=fake_model) as harness:
        await harness.told("Hello.")  # the first reply of an unknown model is held back whole
        queued = await harness.engine.submit(person="ann", text="Count for me.")
        live = await listen(harness, queued.job_id)
        assert text_of(live).startswith("One. Two")
        assert live[-1].event == "done"
        assert live[-1].body["status"] == "failed"
        assert len({event.id for event in live}) == len(live)
        late = await listen(harness, queued.job_id)
        assert {e.id: e for e in live} | {e.id: e for e in late} == {e.id: e for e in live}
        for event in live[:-1]:
            assert (await listen(harness, queued.job_id, event.id))[-1] == live[-1]
        assert await listen(harness, queued.job_id, live[-1].id) == []


async def test_a_run_after_a_broken_one_restarts_the_stream_of_its_listeners(
    open_engine: OpenEngine,
) -> None:
    voice = FailingVoice(ZeroDivisionError("a defect"))
    async with open_engine(voice=voice, sweep_rate=0.05) as harness:
        voice.go.clear()
        queued = await harness.engine.submit(person="ann", text="Hello!")
        following = each_event(harness.engine, "ann", queued.job_id)
        events = [await anext(following)]
        while events[-1].event != "text":
            events.append(await anext(following))
        listening = asyncio.ensure_future(rest_of(following))
        voice.go.set()
        await harness.settled()
        voice.fault = None
        harness.clock.forward(60_000)
        events += await listening
        runs = [event.id for event in events if event.body.get("status") == "running"]
        assert len(runs) == 2
        last = [e for e in events if e.id.partition(".")[0] == events[-1].id.partition(".")[0]]
        assert last == await listen(harness, queued.job_id)


async def test_a_retried_job_is_followed_on_from_its_failure(open_engine: OpenEngine) -> None:
    voice = FailingVoice(ModelError("no"))
    async with open_engine(voice=voice) as harness:
        queued = await harness.engine.submit(person="ann", text="Hello!")
        failed = await listen(harness, queued.job_id)
        voice.fault = None
        await harness.engine.retry("ann", queued.job_id)
        again = await listen(harness, queued.job_id, failed[-1].id)
        assert again[-1].body["status"] == "succeeded"
        assert again[0].body["status"] == "running"


async def test_a_silence_is_followed_to_its_end(harness: Harness) -> None:
    queued = await harness.engine.submit(person="ann", text="Bob, did you see that?", group=True)
    events = await listen(harness, queued.job_id)
    assert text_of(events) == ""
    result = events[-1].body["result"]
    assert isinstance(result, dict)
    assert result["silent"]


async def test_an_invalid_id_begins_at_the_beginning(harness: Harness) -> None:
    queued = await harness.engine.submit(person="ann", text="Hello!")
    whole = await listen(harness, queued.job_id)
    assert (await listen(harness, queued.job_id, "rubbish"))[-1] == whole[-1]
    assert await listen(harness, queued.job_id, "0.0") == [e for e in whole if e.id != "0.0"]
