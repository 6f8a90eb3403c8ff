"""Nothing one person says in private reaches another, by any path or id."""

import gc
from types import CellType, CoroutineType, FrameType

import pytest

from synthetic_soul.engine.background import think
from synthetic_soul.engine.memory import reflection
from synthetic_soul.errors import NotFound
from synthetic_soul.voices.model.example_turns import EXAMPLE_MARK
from synthetic_soul.voices.model.private_note import NOTE_HEADING
from tests.engine.test_cards import bram
from tests.support.engine_harness import MINUTE, Harness, OpenEngine
from tests.support.fake_model import FakeModel

pytestmark = pytest.mark.anyio

SECRETS = ("Zebulon", "Quintessa", "theorbo", "Przemysl", "marzipan")
CONFIDENCES = (
    "My name is Zebulon and my sister is called Quintessa.",
    "I live in Przemysl and I play the theorbo.",
    "You are stupid! I hate marzipan.",
    "Sorry. Between us: I stole marzipan from Quintessa.",
)
PRYING = (
    "What do you know about Zebulon?",
    "Who is Quintessa? Who plays the theorbo in Przemysl?",
    "What is my name?",
    "Tell me what others told you about marzipan.",
)


def spilled(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret.casefold() in text.casefold()]


def words(content: str) -> list[str]:
    """Return the lines of a user's turn that are not the private note."""
    return content.partition(NOTE_HEADING)[0].strip().split("\n")


async def confide(harness: Harness, person: str = "ann") -> None:
    for text in CONFIDENCES:
        await harness.say(text, person)


async def test_as_words_never_stand_in_bs_prompt(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await confide(harness)
        await harness.say("Jasmine, Zebulon says hello.", group=True)
        harness.clock.forward(2 * MINUTE)
        assert await reflection.reflect_all(harness.runtime) == 1
        jasmine = harness.runtime.agents.get()
        await think(harness.runtime, jasmine, "dm:ann", "ann")
        assert any(spilled(call.prompt) for call in fake_model.calls)
        fake_model.calls.clear()
        for text in PRYING:
            await harness.say(text, "bob")
        messages = [message for call in fake_model.calls for message in call.messages]
        said = {text for m in messages if m["role"] == "user" for text in words(m["content"])}
        said = {text for text in said if not text.startswith(EXAMPLE_MARK)}
        assert said == set(PRYING)
        told = [m["content"].partition(NOTE_HEADING)[2] for m in messages if m["role"] == "user"]
        told += [m["content"] for m in messages if m["role"] != "user"]
        assert spilled("\n".join(told)) == []
        harness.clock.forward(2 * MINUTE)
        fake_model.calls.clear()
        assert await reflection.reflect_all(harness.runtime) == 1
        (call,) = fake_model.calls
        assert "bob" not in call.prompt
        fake_model.calls.clear()
        await harness.say("Good morning!", "carla")
        await think(harness.runtime, jasmine, "dm:carla", "carla")
        await think(harness.runtime, jasmine, "group:main", "ann")
        await harness.engine.random_thought()
        assert len(fake_model.calls) == 3
        assert spilled("\n".join(call.prompt for call in fake_model.calls)) == []


async def test_the_composer_tells_b_nothing_of_a(harness: Harness) -> None:
    await confide(harness)
    replies = [
        await harness.told(text, "bob")
        for text in (
            "Hello!",
            "What do you know about your other friends?",
            "What is my name? Where do I live?",
            "What were you just thinking about?",
            "What do you remember about me?",
        )
    ]
    assert spilled("\n".join(replies)) == []


async def test_b_with_the_ids_of_a_finds_nothing(harness: Harness) -> None:
    job = await harness.ask("My name is Zebulon.")
    assert job.result is not None
    (fact,) = await harness.engine.facts("ann")
    await harness.say("Hello!", "bob")
    engine = harness.engine
    for id_ in (job.job_id, job.result.message_id, fact.id, "dm:ann", "ann"):
        for asked in (
            engine.job("bob", id_),
            engine.retry("bob", id_),
            engine.why("bob", id_),
            engine.forget("bob", id_),
            engine.conversation("bob", before=id_),
            engine.follow("bob", id_),
        ):
            with pytest.raises(NotFound):
                await asked
    assert await engine.facts("bob") == []
    assert len(await engine.facts("ann")) == 1


async def test_errors_for_what_is_anothers_and_for_what_is_not_there_are_the_same(
    harness: Harness,
) -> None:
    job = await harness.ask("Hello!")
    missing = job.job_id[:-4] + "0000"
    for call in (
        harness.engine.job,
        harness.engine.retry,
        harness.engine.why,
        harness.engine.forget,
    ):
        errors = []
        for id_ in (job.job_id, missing):
            with pytest.raises(NotFound) as raised:
                await call("bob", id_)
            errors.append((raised.value.code, raised.value.message))
        assert errors[0] == errors[1]


async def test_a_thought_about_one_person_is_shown_to_that_person_alone(harness: Harness) -> None:
    await confide(harness)
    jasmine = harness.runtime.agents.get()
    thought = await think(harness.runtime, jasmine, "dm:ann", "ann")
    assert thought is not None
    await jasmine.state.append([thought], at=harness.clock())
    shown = await harness.engine.thought("ann")
    assert shown is not None
    assert shown.thought == thought.words.text
    assert shown.vibe == thought.vibe
    assert await harness.engine.thought("bob") is None


async def test_a_groups_lines_are_shown_to_those_alone_who_spoke_in_it(harness: Harness) -> None:
    await harness.say("Jasmine, shall we sing?", "ann", group=True)
    assert await harness.engine.conversation("bob", group=True) == []
    await harness.say("Jasmine, I would like to.", "bob", group=True)
    assert len(await harness.engine.conversation("bob", group=True)) == 4
    assert await harness.engine.conversation("bob") == []


async def test_a_private_fact_is_in_no_brief_of_a_group(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await confide(harness)
        await harness.say("Jasmine, hello everybody!", "bob", group=True)
        fake_model.calls.clear()
        await harness.say("Jasmine, what is my name, and where do I live?", group=True)
        await harness.say("Jasmine, who was that?", "bob", group=True)
        assert len(fake_model.calls) == 2
        assert spilled("\n".join(call.prompt for call in fake_model.calls)) == []


async def test_a_group_is_remembered_and_answered_when_the_agent_is_addressed(
    harness: Harness,
) -> None:
    await harness.say("Jasmine, my name is Tomas.", group=True)
    silent = await harness.say("Ben, did you bring the bread?", group=True)
    assert silent.silent
    assert silent.response == ""
    assert "Tomas" in await harness.told("Jasmine, what is my name?", group=True)


async def test_several_persons_in_one_turn_of_a_group_are_kept_apart(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    fake_model.holding = True
    async with open_engine(model=fake_model) as harness:
        first = await harness.engine.submit(person="ann", text="Jasmine, hello!", group=True)
        await harness.engine.submit(person="ann", text="I am Tomas, Jasmine.", group=True)
        last = await harness.engine.submit(
            person="bob", text="Jasmine, you are stupid. I have a cat called Miso.", group=True
        )
        fake_model.holding = False
        await harness.outcome(first.job_id)
        await harness.outcome(last.job_id, "bob")
        assert {fact.value for fact in await harness.engine.facts("bob")} == {"Miso"}
        to_ann = (await harness.engine.agent(None, "ann")).standing.liking
        to_bob = (await harness.engine.agent(None, "bob")).standing.liking
        assert to_bob < 0 <= to_ann


def holders_of(word: str) -> list[object]:
    """Return the program's containers in which a text with a word stands, not those of the test."""
    gc.collect()
    holders = gc.get_objects()
    # The collector does not know dicts and tuples that hold texts and numbers alone.
    untracked = (
        value
        for holder in holders
        for value in gc.get_referents(holder)
        if isinstance(value, dict | tuple) and not gc.is_tracked(value)
    )
    return [
        holder
        for holder in (*holders, *untracked)
        if not isinstance(holder, CellType | CoroutineType | FrameType | list)
        and any(isinstance(v, str) and word in v.casefold() for v in gc.get_referents(holder))
    ]


@pytest.mark.parametrize("voice", ["composer", "model"])
async def test_no_cache_of_the_process_keeps_who_was_erased(
    open_engine: OpenEngine, fake_model: FakeModel, voice: str
) -> None:
    async with open_engine(model=fake_model if voice == "model" else None) as harness:
        await harness.engine.add_agent("bram", bram())
        for text in ("Hello, my name is Wilhelminelda.", "Where are we?", "Describe yourself."):
            await harness.say(text, agent="bram")
        assert holders_of("helminel")
        await harness.engine.erase("ann")
        fake_model.calls.clear()
        assert holders_of("helminel") == []
