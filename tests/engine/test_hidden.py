"""What a person wants not to be mentioned: hidden by talking, in no brief, and shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from synthetic_soul.engine.background import think
from synthetic_soul.engine.memory.facts import hidden_from
from synthetic_soul.engine.memory.hidden import MAX_SUBJECTS
from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.engine.state.conversation_ids import private_conversation
from synthetic_soul.errors import InvalidInput
from synthetic_soul.mind.events import SentimentsMoved, SubjectHidden
from synthetic_soul.mind.interpretation import Act
from tests.support.engine_harness import DAY, file_bytes
from tests.support.fake_model import FakeModel
from tests.support.prompts import note_of
from tests.support.stub_voices import FixedVoice, PausedVoice

if TYPE_CHECKING:
    from tests.support.engine_harness import Harness, OpenEngine

pytestmark = pytest.mark.anyio


async def hidden(harness: Harness, person: str = "ann") -> dict[str, bool]:
    topics = (await harness.engine.profile(person)).topics
    return {fact.value: fact.hidden for topic in topics for fact in topic.facts}


async def test_a_subject_is_hidden_by_talking_and_stays_known(harness: Harness) -> None:
    await harness.say("I work as a baker. I live in York.")
    await harness.say("Don't mention my job again.")
    assert await hidden(harness) == {"York": False, "a baker": True}
    for question in ("What is my job?", "Where do I work?", "What do you know about me?"):
        assert "baker" not in await harness.told(question)
    assert "York" in await harness.told("Where do I live?")
    await harness.say("You can mention my job again.")
    assert await hidden(harness) == {"York": False, "a baker": False}
    assert "baker" in await harness.told("What is my job?")


async def test_who_is_hidden_by_what_they_are_is_hidden_by_name(harness: Harness) -> None:
    await harness.say("My brother Tom lives in Ghent.")
    await harness.say("Never bring up my brother.")
    assert set((await hidden(harness)).values()) == {True}
    await harness.say("My brother has a dog called Rex.")
    told = await harness.told("What do you know about me?")
    assert "Tom" not in told
    assert "brother" not in told


async def test_what_is_told_later_of_a_hidden_subject_is_hidden_too(harness: Harness) -> None:
    await harness.say("Please never bring up my job.")
    await harness.say("I work as a nurse.")
    assert await hidden(harness) == {"a nurse": True}
    assert "nurse" not in await harness.told("What do you know about me?")


async def test_that_and_her_mean_what_was_said_before(harness: Harness) -> None:
    await harness.say("My sister Ada moved to Oslo.")
    await harness.say("Never mention her again.")
    (subject,) = (await harness.engine.profile("ann")).hidden_subjects
    assert subject.text == "my sister"


async def test_without_a_subject_the_agent_asks_and_hides_nothing(harness: Harness) -> None:
    told = await harness.told("Never mention that again!")
    assert told.strip().endswith("?") or "mean" in told
    assert (await harness.engine.profile("ann")).hidden_subjects == []


async def test_a_model_is_told_the_subject_and_nothing_of_what_is_known(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await harness.say("I work as a baker in Lisbon.")
        await harness.say("How is the weather?")
        await harness.say("Don't mention my job again.")
        await harness.say("What should I do tonight?")
        note = note_of(fake_model)
        assert "not to bring up: “my job”" in note
        assert "baker" not in note
        await harness.say("You may talk about my job again.")
        await harness.say("What should I do tomorrow?")
        note = note_of(fake_model)
        assert "bring up" not in note
        assert "baker" in note


RELATIONS = ("brother", "dad", "friend", "cat", "best friend")
FORMS = ("{} wedding", "{}'s wedding", "{}’s wedding", "{}s wedding", "{}s' wedding")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("relation", RELATIONS)
async def test_what_is_known_of_somebody_hidden_is_hidden_in_every_form(
    open_engine: OpenEngine, fake_model: FakeModel, relation: str, form: str
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await harness.say(f"My {form.format(relation)} is in Leeds in May.")
        await harness.say(f"Never mention my {relation}.")
        await harness.say("What should I do in May?")
        asked = str(fake_model.calls[-1].messages)
        assert "bring up" in asked
        assert "wedding" not in asked
        assert "Leeds" not in asked


async def test_part_of_somebody_s_hides_nothing_else_of_them(harness: Harness) -> None:
    await harness.say("My dad lives in Ghent. My dad has cancer.")
    await harness.say("Never mention my dad's cancer.")
    found = await hidden(harness)
    assert found == {value: "cancer" in value for value in found}
    assert set(found.values()) == {True, False}


@pytest.mark.parametrize("subject", ["everything", "anything about me"])
async def test_everything_hidden_takes_lines_memories_and_thoughts(
    open_engine: OpenEngine, fake_model: FakeModel, subject: str
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await harness.say("The funeral of Alexander was the worst day of my life.")
        await harness.engine.remember("ann", "My zeppelin landed on the lake.")
        await harness.say("Where is my harpsichord?")
        await harness.engine.hide_subject("ann", subject)
        await harness.say("What should I do about the zeppelin on the lake?")
        asked = str(fake_model.calls[-1].messages)
        assert "Alexander" not in asked
        assert "landed" not in asked
        assert "harpsichord" not in asked
        agent = harness.runtime.agents.get()
        found = await hidden_from(harness.runtime, agent.id, await agent.state.bond("ann"))
        assert found.touches("Where is Alexander now, I wonder.")


async def test_everything_of_one_person_leaves_what_others_said_in_a_group(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await harness.say("Jasmine, my zeppelin landed.", group=True)
        await harness.say("Jasmine, my submarine sank.", "bob", group=True)
        await harness.engine.hide_subject("ann", "everything")
        await harness.say("Jasmine, how are you?", "bob", group=True)
        asked = str(fake_model.calls[-1].messages)
        assert "submarine" in asked
        assert "zeppelin" not in asked


async def test_thoughts_are_not_about_what_is_hidden(harness: Harness) -> None:
    await harness.say("My divorce from Alexander was the worst year of my life.")
    await harness.say("Never mention my divorce.")
    for _ in range(4):
        harness.clock.forward(DAY)
        await harness.say("Good morning.")
        agent = harness.runtime.agents.get()
        thought = await think(harness.runtime, agent, private_conversation("ann"), "ann")
        assert thought is None or "divorce" not in (thought.words.text or "")


async def test_a_hidden_fact_in_private_stays_out_of_a_group(harness: Harness) -> None:
    await harness.say("I love chess.", group=True)
    (fact,) = (await harness.engine.profile("ann")).topics[0].facts
    await harness.engine.set_hidden("ann", fact.id, hidden=True)
    reply = await harness.say("Jasmine, what do you know about me?", group=True)
    assert "chess" not in reply.response


async def test_a_subject_hidden_twice_at_once_is_shown_at_once(harness: Harness) -> None:
    await harness.say("I work as a baker.")
    agent = harness.runtime.agents.get()
    first = await harness.engine.hide_subject("ann", "my job")
    again = SubjectHidden(
        id="again",
        person="ann",
        conversation=private_conversation("ann"),
        subject=harness.runtime.seal("my job", "ann"),
    )
    await agent.state.append([again], at=harness.runtime.clock())
    await harness.engine.show_subject("ann", first.id)
    assert (await harness.engine.profile("ann")).hidden_subjects == []
    assert await hidden(harness) == {"a baker": False}


async def test_a_wish_of_another_speaker_of_the_turn_is_not_taken_for_the_last_one_s(
    open_engine: OpenEngine,
) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice) as harness:
        first = await harness.engine.submit(person="cleo", text="Jasmine, hello!", group=True)
        await voice.begun.wait()
        await harness.engine.submit(
            person="ann", text="Jasmine, never mention my job again.", group=True
        )
        last = await harness.engine.submit(person="bob", text="Jasmine, hello!", group=True)
        voice.go.set()
        await harness.outcome(first.job_id, "cleo")
        await harness.outcome(last.job_id, "bob")
        said = voice.briefs[-1].interpretation
        assert len(voice.briefs[-1].messages) == 2
        assert said.hidden_subjects == ()
        assert not said.does(Act.HIDE)
        assert (await harness.engine.profile("bob")).hidden_subjects == []


async def test_a_reply_without_a_word_of_a_fact_s_value_has_not_used_it(
    open_engine: OpenEngine,
) -> None:
    async with open_engine(voice=FixedVoice("Get home safe.")) as harness:
        await harness.say("I live in Leeds.")
        await harness.say("Bye!")
        (topic,) = (await harness.engine.profile("ann")).topics
        assert [fact.used for fact in topic.facts] == [0]
    async with open_engine(voice=FixedVoice("Leeds is nice.")) as harness:
        await harness.say("I love rain.")
        (topic, *_) = (await harness.engine.profile("ann")).topics
        assert [fact.used for fact in topic.facts] == [1]


async def test_forgetting_a_hidden_subject_erases_what_it_was_called(harness: Harness) -> None:
    await harness.say("Never bring up my zeppelin.")
    assert b"zeppelin" in file_bytes(harness.engine.settings.data_dir)
    await harness.say("Forget about my zeppelin.")
    assert (await harness.engine.profile("ann")).hidden_subjects == []


async def test_everything_hidden_is_erased_with_the_person(harness: Harness) -> None:
    await harness.say("I live in York.")
    await harness.engine.hide_subject("ann", "my zeppelin")
    await harness.engine.erase("ann")
    assert b"zeppelin" not in file_bytes(harness.engine.settings.data_dir)
    profile = await harness.engine.profile("ann")
    assert (profile.topics, profile.hidden_subjects) == ([], [])


async def test_subjects_are_bounded(harness: Harness) -> None:
    await harness.say("Hello!")
    for number in range(MAX_SUBJECTS):
        await harness.engine.hide_subject("ann", f"subject{number}")
    with pytest.raises(InvalidInput):
        await harness.engine.hide_subject("ann", "one more")
    await harness.say("Never bring up my brother.")
    subjects = (await harness.engine.profile("ann")).hidden_subjects
    assert len(subjects) == MAX_SUBJECTS
    assert subjects[-1].text == "my brother"


async def test_a_restart_and_a_replay_hide_the_same(harness: Harness) -> None:
    await harness.say("I work as a baker. I live in York.")
    await harness.say("Don't mention my job again.")
    facts = [f for t in (await harness.engine.profile("ann")).topics for f in t.facts]
    york = next(fact for fact in facts if fact.value == "York")
    await harness.engine.set_hidden("ann", york.id, hidden=True)
    agent = harness.runtime.agents.get()
    replayed = await replay_journal(harness.runtime.store, agent.id, verify=True)
    assert (await harness.engine.state_hash())[1] == replayed.hash
    assert await hidden(harness) == {"a baker": True, "York": True}
    found = await hidden_from(harness.runtime, agent.id, await agent.state.bond("ann"))
    assert found.touches("You are a baker, aren't you?")
    assert not found.touches("The weather is fine.")


async def test_each_speaker_of_a_turn_has_their_own_wishes_carried_out(
    open_engine: OpenEngine,
) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice) as harness:
        voice.go.set()
        await harness.say("Jasmine, I work as a baker. I live in York.", group=True)
        await harness.say("Jasmine, my cat is called Rex.", "dan", group=True)
        voice.go.clear()
        voice.begun.clear()
        first = await harness.engine.submit(person="cleo", text="Jasmine, hello!", group=True)
        await voice.begun.wait()
        for person, text in (
            ("ann", "Jasmine, never mention my job again."),
            ("dan", "Jasmine, forget my cat."),
            ("ann", "Jasmine, I love chess."),
        ):
            await harness.engine.submit(person=person, text=text, group=True)
        last = await harness.engine.submit(
            person="bob", text="Jasmine, never bring up my brother.", group=True
        )
        voice.go.set()
        await harness.outcome(first.job_id, "cleo")
        await harness.outcome(last.job_id, "bob")
        assert len(voice.briefs[-1].messages) == 4
        told = [*voice.briefs[-1].recent_lines, *voice.briefs[-1].recalled_lines]
        assert not [line for line in told if "baker" in line.text or "Rex" in line.text]
        assert await hidden(harness) == {"a baker": True, "York": False, "chess": False}
        assert await hidden(harness, "dan") == {}
        wishes = {
            person: [x.text for x in (await harness.engine.profile(person)).hidden_subjects]
            for person in ("ann", "bob", "cleo", "dan")
        }
        assert wishes == {"ann": ["my job"], "bob": ["my brother"], "cleo": [], "dan": []}
        replayed = await replay_journal(harness.runtime.store, "jasmine", verify=True)
        assert (await harness.engine.state_hash())[1] == replayed.hash


async def test_a_preview_of_one_bond_is_not_moved_by_what_another_said(harness: Harness) -> None:
    await harness.say("Jasmine, hello!", "bob", group=True)
    await harness.say("Jasmine, I hate you, you stupid machine!", "ann", group=True)
    agent = harness.runtime.agents.get()
    moved = [x for x in await harness.events() if isinstance(x, SentimentsMoved)]
    moved = [event for event in moved if event.person == "ann"]
    assert moved
    bond = await agent.state.bond("bob")
    mind = agent.state.mind
    assert (await agent.state.preview(moved, "bob", harness.clock(), mind))[1] == bond


async def test_no_thought_is_told_that_may_hold_what_was_forgotten_elsewhere(
    open_engine: OpenEngine,
) -> None:
    voice = FixedVoice("I wonder about Leeds.")
    async with open_engine(voice=voice, thought_budget=0) as harness:
        await harness.say("Jasmine, I live in Leeds.", group=True)
        await harness.say("Good morning.")
        agent = harness.runtime.agents.get()
        thought = await think(harness.runtime, agent, private_conversation("ann"), "ann")
        assert thought is not None
        await agent.state.append([thought], at=harness.clock())
        await harness.say("How are you?")
        assert voice.briefs[-1].thought == thought.words.text
        (fact,) = await harness.engine.facts("ann")
        await harness.engine.forget("ann", fact.id)
        await harness.say("How are you?")
        assert voice.briefs[-1].thought == ""


async def test_a_hidden_topic_takes_what_rests_on_its_facts_and_no_more(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await harness.say("We moved to Leeds.")
        await harness.say("I came home late from the concert on Friday.")
        await harness.say("Our flat in Leeds is cold.")
        await harness.say("Never mention my home.")
        await harness.say("What should I do at the concert on Friday?")
        asked = str(fake_model.calls[-1].messages)
        assert "came home late" in asked
        assert "Leeds" not in asked
