"""What the agent said itself: recalled as its own, never taken for the person's."""

import re

import pytest

from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.views import LineView
from synthetic_soul.mind.events import FactLearned
from synthetic_soul.voices.base import Line
from tests.support.engine_harness import DAY, MINUTE, Harness, OpenEngine
from tests.support.fake_model import FakeModel
from tests.support.prompts import note_of

pytestmark = pytest.mark.anyio

OWN = "My favourite colour is petrol blue, and I promise to sing you the ferry song."
FILLER = "Jasmine, today I painted a chair."
ASKED = "What did you say your favourite colour was?"


async def found_by(harness: Harness, loaded: Conversation, cue: str) -> list[Line]:
    store = harness.engine.store
    lines, _ = await loaded.recall(
        store, cue, person="ann", now=harness.clock(), without=(), limit=9
    )
    return lines


async def talk(harness: Harness, model: FakeModel, *, turns: int = 40, group: bool = False) -> None:
    """Have the agent say ``OWN``, then let so many turns pass that it is in no recent line."""
    model.reply = OWN
    await harness.say("Jasmine, tell me about you.", group=group)
    model.reply = "I see."
    for _ in range(turns):
        await harness.say(FILLER, group=group)
    harness.clock.forward(DAY)


async def conversation(harness: Harness, id: str = "dm:ann") -> Conversation:
    return await harness.runtime.conversations.get("jasmine", id)


@pytest.mark.parametrize("asked", [ASKED, "You promised to sing something, do you remember?"])
async def test_what_the_agent_said_comes_back_as_its_own_words(
    open_engine: OpenEngine, fake_model: FakeModel, asked: str
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await talk(harness, fake_model)
        await harness.say(asked)
        assert re.search(
            r"You said .{3,20}: “My favourite colour is petrol blue", note_of(fake_model)
        )
        assert "person: “My favourite" not in note_of(fake_model)


async def test_it_comes_back_after_a_restart(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await talk(harness, fake_model)
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await harness.say(ASKED)
        assert "petrol blue" in note_of(fake_model)


async def test_why_tells_whose_words_they_were(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await talk(harness, fake_model)
        reply = await harness.say(ASKED)
        view = await harness.engine.why("ann", reply.message_id)
        said = {
            line.message: line.from_agent for line in view.recalled if isinstance(line, LineView)
        }
        assert said[OWN]
        assert not said.get(FILLER)


async def test_own_words_are_no_material_for_facts_or_reflection(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        fake_model.reply = "I live in Ghent, my name is Odo and I have a dog called Rufus."
        for _ in range(8):
            await harness.say("Go on.")
        loaded = await conversation(harness)
        assert {line.text for line in loaded.unreflected} <= {"Go on."}
        harness.clock.forward(2 * MINUTE)
        learned = [e for e in await harness.events() if isinstance(e, FactLearned)]
        assert learned == []


async def test_own_words_go_with_the_person_they_were_said_to(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await talk(harness, fake_model, turns=2)
        await harness.engine.erase("ann")
        loaded = await conversation(harness)
        assert await found_by(harness, loaded, ASKED) == []


async def test_forgetting_a_word_takes_own_lines_with_it_along(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await talk(harness, fake_model)
        await harness.say("Please forget what I told you about the ferry.")
        await harness.say(ASKED)
        assert "petrol blue" not in note_of(fake_model)


async def test_in_a_group_own_words_are_not_searched(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await talk(harness, fake_model, turns=2, group=True)
        loaded = await conversation(harness, "group:main")
        found = await found_by(harness, loaded, ASKED)
        assert not any(line.mine for line in found)


async def test_replies_that_say_nothing_or_the_same_again_take_no_place(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        fake_model.reply = "Mm."
        for word in ("first", "second", "third"):
            await harness.say(f"I painted the {word} chair and it rained all day.")
        fake_model.reply = "You did paint a chair blue."
        for _ in range(20):
            await harness.say("Hm.")
        fake_model.reply = "I see."
        for _ in range(40):
            await harness.say("It rains and I bake bread.")
        harness.clock.forward(DAY)
        await harness.say("Which chair did I paint blue?")
        note = note_of(fake_model)
        assert all(f"painted the {word} chair" in note for word in ("first", "second", "third"))
        assert note.count("You did paint a chair blue") == 1
        assert "Mm" not in note
