"""Words of a group's member in replies to others go with their owner; one key makes one job."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.engine.state.quotations import replies_made_of, runs_of
from synthetic_soul.errors import Conflict
from synthetic_soul.mind.events import ReplySpoken
from tests.support.engine_harness import file_bytes
from tests.support.stub_voices import Quoting

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.engine_harness import Harness, OpenEngine

pytestmark = pytest.mark.anyio

SECRET = "Jasmine, my grandmother hid seventeen zebulons under the stairs."
WORD = "zebulons"


async def everything(harness: Harness, person: str) -> str:
    lines = await harness.engine.conversation(person, group=True)
    return json.dumps(
        [[line.message for line in lines], await harness.engine.export(person)], ensure_ascii=False
    )


async def test_a_reply_that_quotes_somebody_goes_with_them_wherever_it_is_read(
    open_engine: OpenEngine, tmp_path: Path
) -> None:
    async with open_engine(voice=Quoting()) as harness:
        await harness.say(SECRET, "ann", group=True)
        told = await harness.say("Jasmine, what did you hear?", "bob", group=True)
        assert WORD in told.response
        reply = [event for event in await harness.events() if isinstance(event, ReplySpoken)][-1]
        assert reply.person == "bob"
        assert reply.sources == ("ann",)
        await harness.engine.erase("ann")
        assert WORD not in await everything(harness, "bob")
        later = await harness.told("Jasmine, what did you hear?", "bob", group=True)
        assert WORD not in later
    assert WORD.encode() not in file_bytes(tmp_path)
    async with open_engine() as harness:
        assert WORD not in await everything(harness, "bob")


async def test_what_was_repeated_from_an_earlier_reply_goes_too(open_engine: OpenEngine) -> None:
    async with open_engine(voice=Quoting(), message_retention=2) as harness:
        await harness.say(SECRET, "ann", group=True)
        for _ in range(4):  # each reply repeats the one before; the line itself is far behind
            told = await harness.told("Jasmine, and what did you say?", "bob", group=True)
        assert WORD in told
        await harness.engine.erase("ann")
        assert WORD not in await everything(harness, "bob")


async def test_replies_without_somebodys_words_stay(harness: Harness) -> None:
    await harness.say("Jasmine, hello!", "bob", group=True)
    kept = await harness.told("Jasmine, do you like music?", "bob", group=True)
    private = await harness.told("Do you like rain?", "bob")
    await harness.say("I like rain, do you?", "ann")
    await harness.say("Jasmine, good evening.", "ann", group=True)
    await harness.engine.erase("ann")
    text = await everything(harness, "bob")
    assert json.dumps(kept, ensure_ascii=False)[1:-1] in text
    assert json.dumps(private, ensure_ascii=False)[1:-1] in text


async def test_an_erasure_that_was_killed_is_finished_for_quotations_too(
    open_engine: OpenEngine,
) -> None:
    async with open_engine(voice=Quoting()) as harness:
        await harness.say(SECRET, "ann", group=True)
        await harness.say("Jasmine, what did you hear?", "bob", group=True)
        state = harness.runtime.agents.get().state
        digests = await replies_made_of(harness.engine.store, "jasmine", "ann")
        assert digests
        await state.finish_erasures()
        assert await harness.engine.store.texts.read("jasmine", digests), "nobody has left"
        await harness.engine.erase("ann")
        assert not await harness.engine.store.texts.read("jasmine", digests)


@pytest.mark.parametrize("group", [True, False])
async def test_one_key_makes_one_job_for_all_agents(harness: Harness, *, group: bool) -> None:
    first = await harness.engine.submit(person="ann", text="Hello!", key="k", group=group)
    for text in ("Hello!", "Good evening!"):
        with pytest.raises(Conflict) as refused:
            await harness.engine.submit(person="ann", text=text, agent="halvard", key="k")
        assert refused.value.code == "key_reused"
    again = await harness.engine.submit(person="ann", text="Hello!", key="k", group=group)
    assert again.job_id == first.job_id
    theirs = await harness.engine.submit(person="bob", text="Hello!", agent="halvard", key="k")
    assert theirs.job_id != first.job_id
    await harness.outcome(theirs.job_id, "bob")


async def test_one_key_sent_to_two_agents_at_once_makes_one_job(harness: Harness) -> None:
    answers = await asyncio.gather(
        *(
            harness.engine.submit(person="ann", text="Hello!", agent=agent, key="k")
            for agent in ("jasmine", "halvard", "dr_luna")
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 2


QUOTED = {
    "punctuation and case": (
        "Jasmine, I hid the Zebulons UNDER the stairs!",
        "the zebulons, under the stairs",
    ),
    "Japanese": (
        "Jasmine、祖母は階段の下に十七個の箱を隠した",
        "「階段の下に十七個の箱を隠した」と",
    ),
    "Thai": ("Jasmine คุณยายซ่อนกล่องไว้ใต้บันได", "เธอบอกว่ากล่องไว้ใต้บันไดนะ"),
    "apostrophes": ("Jasmine, it’s my sister's old red kite.", "it's my sister’s old red kite"),
}


@pytest.mark.parametrize("case", QUOTED)
def test_a_quotation_is_known_in_any_script(case: str) -> None:
    line, reply = QUOTED[case]
    assert not set(runs_of(line)).isdisjoint(runs_of(reply))


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("Thank you very much, Jasmine", "You are welcome, Bob"),
        ("ありがとうございます、Jasmine", "ありがとう、Bob"),
        ("I like red kites", "I like tea"),
    ],
)
def test_what_everybody_says_is_no_quotation(line: str, reply: str) -> None:
    assert set(runs_of(line)).isdisjoint(runs_of(reply))
