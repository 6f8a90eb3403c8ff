"""What an agent remembers of a person: learned, used, corrected, forgotten, exported, erased."""

import json
from pathlib import Path
from typing import Any

import pytest

from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.errors import NotFound
from synthetic_soul.mind.events import FactForgotten, FactLearned
from synthetic_soul.stores.base import Entry
from synthetic_soul.stores.codec import verify
from tests.support.engine_harness import (
    SECOND,
    Harness,
    OpenEngine,
    check_guarantees,
    file_bytes,
    outcomes_by_message,
)
from tests.support.fake_model import FakeModel, Fault
from tests.support.stub_voices import FixedVoice, PausedVoice

pytestmark = pytest.mark.anyio


async def facts(harness: Harness, person: str = "ann") -> dict[str, str]:
    return {fact.topic: fact.value for fact in await harness.engine.facts(person)}


async def test_facts_are_learned_and_used(harness: Harness) -> None:
    job = await harness.ask("My name is Tomas and I have a cat called Miso.")
    learned = await harness.engine.facts("ann")
    assert {(f.topic, f.value) for f in learned} == {("name", "Tomas"), ("pet:cat", "Miso")}
    assert {(f.source, f.since) for f in learned} == {(job.job_id, harness.clock.now)}
    assert "Miso" in await harness.told("What is the name of my cat?")
    assert "Tomas" in await harness.told("What is my name?")


async def test_a_correction_replaces_a_known_fact(harness: Harness) -> None:
    await harness.say("My name is Tomas.")
    await harness.say("Actually, my name is Tobias.")
    assert (await facts(harness))["name"] == "Tobias"
    reply = await harness.told("What is my name?")
    assert "Tobias" in reply
    assert "Tomas" not in reply


async def test_a_retracted_fact_is_no_longer_known(harness: Harness) -> None:
    await harness.say("I like green tea.")
    assert "like" in await facts(harness)
    await harness.say("I don't like green tea any more.")
    assert "like" not in await facts(harness)


async def test_a_fact_stated_twice_is_known_once(harness: Harness) -> None:
    for _ in range(2):
        await harness.say("I have a cat called Miso.")
    assert len(await harness.engine.facts("ann")) == 1


async def test_forgetting_by_saying_so(open_engine: OpenEngine) -> None:
    voice = FixedVoice()
    async with open_engine(voice=voice) as harness:
        await harness.say("I have a cat called Miso.")
        await harness.say("Miso sleeps on my piano.")
        assert any("Miso" in fact.value for fact in voice.briefs[-1].known_facts)
        await harness.say("Please forget my cat's name.")
        assert [fact.value for fact in voice.briefs[-1].forgotten_facts] == ["Miso"]
        assert await facts(harness) == {}
        for text in ("What did I tell you about Miso?", "Where does my cat sleep?"):
            await harness.say(text)
            brief = voice.briefs[-1]
            assert not [
                x for x in (*brief.recent_lines, *brief.recalled_lines) if "piano" in x.text
            ]
            assert not [
                x for x in (*brief.recent_lines, *brief.recalled_lines) if "cat called" in x.text
            ]
            assert brief.known_facts == ()
    async with open_engine(voice=voice) as harness:
        await harness.say("Where does my cat sleep?")
        brief = voice.briefs[-1]
        shown = [line.text for line in (*brief.recent_lines, *brief.recalled_lines)]
        assert "I have a cat called Miso." not in shown
        assert "Miso sleeps on my piano." not in shown


async def test_the_agents_own_lines_about_a_forgotten_fact_are_hidden_too(
    open_engine: OpenEngine,
) -> None:
    voice = PausedVoice()
    voice.go.set()
    async with open_engine(voice=voice) as harness:
        await harness.say("I have a cat called Miso.")
        await harness.say("What is my cat called?")
        assert [line.text for line in voice.briefs[-1].recent_lines if "Miso" in line.text]
        await harness.say("Please forget my cat's name.")
        await harness.say("How are you?")
        assert not [line.text for line in voice.briefs[-1].recent_lines if "Miso" in line.text]


async def test_forgetting_a_short_name_hides_only_the_lines_that_name_it(
    open_engine: OpenEngine,
) -> None:
    voice = FixedVoice()
    async with open_engine(voice=voice) as harness:
        await harness.say("My name is Al.")
        await harness.say("I walked along the canal also today.")
        await harness.say("Please forget my name.")
        await harness.say("Hm.")
        shown = [line.text for line in voice.briefs[-1].recent_lines]
        assert "My name is Al." not in shown
        assert "I walked along the canal also today." in shown


async def test_forgetting_everything_leaves_nothing_to_recall(open_engine: OpenEngine) -> None:
    voice = FixedVoice()
    async with open_engine(voice=voice) as harness:
        await harness.say("My name is Tomas.")
        await harness.say("I repaired a lighthouse lamp with Ines in Gdansk.")
        await harness.say("Please forget everything I told you.")
        assert await facts(harness) == {}
        await harness.say("What do you know about the lighthouse lamp?")
        brief = voice.briefs[-1]
        assert [x for x in (*brief.recent_lines, *brief.recalled_lines) if "Ines" in x.text] == []
        assert [x for x in brief.recent_lines if "Tomas" in x.text] == []


async def test_words_can_be_forgotten_that_were_never_a_fact(open_engine: OpenEngine) -> None:
    voice = FixedVoice()
    async with open_engine(voice=voice) as harness:
        await harness.say("We repaired a lighthouse lamp in Gdansk.")
        await harness.say("The soup was good.")
        await harness.say("Please forget what I said about the lighthouse.")
        await harness.say("What about the lighthouse and the soup?")
        brief = voice.briefs[-1]
        shown = [line.text for line in (*brief.recent_lines, *brief.recalled_lines)]
        assert "We repaired a lighthouse lamp in Gdansk." not in shown
        assert "The soup was good." in shown


async def test_forget_what_i_just_said_means_the_last_line_and_its_facts(
    open_engine: OpenEngine,
) -> None:
    voice = FixedVoice()
    async with open_engine(voice=voice) as harness:
        await harness.say("My name is Tomas.")
        await harness.say("I live in Ghent.")
        await harness.say("Please forget what I just said.")
        assert await facts(harness) == {"name": "Tomas"}
        await harness.say("Hm.")
        shown = [line.text for line in voice.briefs[-1].recent_lines]
        assert "I live in Ghent." not in shown
        assert "My name is Tomas." in shown


async def test_forgetting_through_the_engine_removes_words_and_source(
    open_engine: OpenEngine, tmp_path: Path
) -> None:
    voice = FixedVoice()
    async with open_engine(voice=voice) as harness:
        await harness.say("I work at my uncle's bakery.")
        (fact,) = await harness.engine.facts("ann")
        assert fact.value.encode() in file_bytes(tmp_path)
        await harness.engine.forget("ann", fact.id)
        assert await harness.engine.facts("ann") == []
        await harness.say("What about the bakery of my uncle?")
        brief = voice.briefs[-1]
        assert [
            x for x in (*brief.recent_lines, *brief.recalled_lines) if "uncle's bakery" in x.text
        ] == []
        with pytest.raises(NotFound):
            await harness.engine.forget("ann", fact.id)
        await check_guarantees(harness.engine, [])
        digests = [
            event["value"]["text"]
            for event in (await events_of(harness, "ann"))
            if event["kind"] == "fact_learned"
        ]
        assert digests == [None]


async def events_of(harness: Harness, person: str) -> list[dict[str, Any]]:
    exported = json.loads(json.dumps(await harness.engine.export(person)))
    journal = exported["agents"]["jasmine"]["journal"]
    return [event for entry in journal for event in entry["events"]]


async def test_the_words_of_a_forgotten_fact_are_gone_from_the_files(
    open_engine: OpenEngine, tmp_path: Path
) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        await harness.say("I work at my uncle's bakery.")
        (fact,) = await harness.engine.facts("ann")
        assert fact.value != "my uncle's bakery"  # turned round, so it stands nowhere else
        await harness.say("Please forget where I work.")
        assert await harness.engine.facts("ann") == []
        assert fact.value.encode() not in file_bytes(tmp_path)
    assert fact.value.encode() not in file_bytes(tmp_path)


async def test_a_fact_stated_in_a_group_and_forgotten_in_private_is_forgotten_in_the_group(
    open_engine: OpenEngine,
) -> None:
    voice = FixedVoice()
    async with open_engine(voice=voice) as harness:
        await harness.say("Jasmine, I have a cat called Miso.", group=True)
        await harness.say("Do you know my cat's name?")
        assert [fact.value for fact in voice.briefs[-1].known_facts] == ["Miso"]
        await harness.say("Please forget my cat's name.")
        places = [e.conversation for e in await harness.events() if isinstance(e, FactForgotten)]
        assert "group:main" in places
        await harness.say("Jasmine, what was the name of my cat?", group=True)
        brief = voice.briefs[-1]
        assert [x for x in (*brief.recent_lines, *brief.recalled_lines) if "Miso" in x.text] == []


async def test_an_export_holds_everything_of_ones_own_and_nothing_of_others(
    harness: Harness,
) -> None:
    texts = ["My name is Tomas and I have a cat called Miso.", "You are stupid.", "I am sorry."]
    replies = [await harness.told(text) for text in texts]
    await harness.say("Hello, doctor!", agent="dr_luna")
    await harness.say("My name is Brunhilde and I collect thimbles.", "bob")
    await harness.say("Jasmine, hello from Brunhilde.", "bob", group=True)
    await harness.say("Jasmine, hello from Tomas.", group=True)
    exported = await harness.engine.export("ann")
    text = json.dumps(exported, ensure_ascii=False)
    for words in (*texts, *replies, "Hello, doctor!", "Jasmine, hello from Tomas."):
        assert json.dumps(words, ensure_ascii=False)[1:-1] in text
    assert exported["person"] == "ann"
    agents = exported["agents"]
    assert isinstance(agents, dict)
    assert list(agents) == ["dr_luna", "jasmine"]
    assert {fact["value"] for fact in agents["jasmine"]["memories"]} == {"Tomas", "Miso"}
    assert agents["jasmine"]["standing"]["messages"] == 4
    for foreign in ("Brunhilde", "thimbles", '"bob"'):
        assert foreign not in text
    assert (await harness.engine.export("nobody"))["agents"] == {}


async def test_erasing_leaves_no_plaintext_and_keeps_the_chain_and_the_state_valid(
    open_engine: OpenEngine, tmp_path: Path
) -> None:
    async with open_engine() as harness:
        await harness.say("My name is Zebulon and my sister Quintessa plays the theorbo.")
        await harness.say("Jasmine, Zebulon here.", group=True)
        await harness.say("Good day, doctor, Zebulon speaking.", agent="dr_luna")
        await harness.say("My name is Tomas and I have a cat called Miso.", "bob")
        theirs = await harness.engine.export("bob")
        _, state = await harness.engine.state_hash()
        await harness.engine.erase("ann")
        for word in (b"Zebulon", b"Quintessa", b"theorbo"):
            assert word not in file_bytes(tmp_path)
        for agent in ("jasmine", "dr_luna"):
            verdict = await verify(
                harness.engine.store.journal.entries(agent),
                last=await harness.engine.store.journal.last(agent),
            )
            assert verdict.entries
            replayed = await replay_journal(harness.engine.store, agent, verify=True)
            assert (replayed.entries, replayed.hash) == await harness.engine.state_hash(agent)
        assert state != (await harness.engine.state_hash())[1]
        after = await harness.engine.export("bob")
        assert after["agents"] == theirs["agents"]
        assert await facts(harness) == {}
        assert await harness.engine.conversation("ann") == []
        assert "Miso" in await harness.told("What is my cat's name?", "bob")
        assert "Zebulon" not in json.dumps(await harness.engine.export("ann"))
    async with open_engine() as harness:
        assert b"Zebulon" not in file_bytes(tmp_path)
        replayed = await replay_journal(harness.engine.store, "jasmine", verify=True)
        assert (replayed.entries, replayed.hash) == await harness.engine.state_hash()


@pytest.mark.parametrize("agent", ["jasmine", "halvard"])
async def test_a_message_in_transit_while_its_person_is_erased_leaves_no_words(
    open_engine: OpenEngine, agent: str, tmp_path: Path
) -> None:
    async with open_engine() as harness:
        state = harness.runtime.agents.get(agent).state
        append = state.append

        async def leave_meanwhile(*events: object, **place: object) -> Entry:
            state.append = append  # type: ignore[method-assign]  # only the first is late
            await harness.engine.erase("ann")
            return await append(*events, **place)  # type: ignore[arg-type]  # handed on

        state.append = leave_meanwhile  # type: ignore[method-assign]  # the message is on its way
        with pytest.raises(NotFound):
            await harness.engine.submit(
                person="ann", text="My name is Rumpelstiltskin.", agent=agent
            )
        assert harness.runtime.runner.running == 0
        with pytest.raises(NotFound):
            await harness.engine.submit(person="ann", text="Rumpelstiltskin again.", agent=agent)
        replayed = await replay_journal(harness.engine.store, "jasmine", verify=True)
        assert (replayed.entries, replayed.hash) == await harness.engine.state_hash()
    assert b"Rumpelstiltskin" not in file_bytes(tmp_path)


async def test_an_erased_person_can_message_no_agent(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        await harness.say("Hello!")
        await harness.engine.erase("ann")
        await harness.engine.erase("ann")
        await harness.engine.erase("nobody")
    async with open_engine() as harness:
        for agent in ("jasmine", "halvard"):
            with pytest.raises(NotFound) as raised:
                await harness.engine.submit(person="ann", text="Me again.", agent=agent)
            assert raised.value.code == "person_erased"


async def test_erasing_during_a_turn_brings_nothing_back(
    open_engine: OpenEngine, tmp_path: Path
) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice) as harness:
        first = await harness.engine.submit(person="ann", text="My name is Zebulon.")
        await voice.begun.wait()
        second = await harness.engine.submit(person="ann", text="Zebulon likes theorbos.")
        await harness.engine.erase("ann")
        voice.go.set()
        for job in (first, second):
            await harness.outcome(job.job_id)
        outcomes = await outcomes_by_message(harness.engine.store)
        kinds = [outcomes[job.job_id][0].kind for job in (first, second)]  # type: ignore[attr-defined]  # each has one
        assert kinds == ["reply_spoken", "silence_kept"]
        assert len(voice.briefs) == 1
        await check_guarantees(harness.engine, [first.job_id, second.job_id])
        assert b"Zebulon" not in file_bytes(tmp_path)


async def test_the_duration_of_an_absence_is_known(open_engine: OpenEngine) -> None:
    voice = FixedVoice()
    async with open_engine(voice=voice) as harness:
        await harness.say("Bye!")
        harness.clock.forward(3 * 86_400 * SECOND)
        await harness.say("I am back.")
        assert voice.briefs[-1].relationship.away == 3 * 86_400 * SECOND + 20 * SECOND


async def test_a_turn_that_failed_erases_nothing_and_the_next_one_forgets_all_the_same(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await harness.say("I have a cat called Miso.")
        fake_model.script.append(Fault("status", 401))
        job = await harness.ask("Please forget my cat's name.")
        assert job.status == "failed"
        assert (await facts(harness))["pet:cat"] == "Miso"
        assert not [e for e in await harness.events() if isinstance(e, FactForgotten)]
        await harness.engine.retry("ann", job.job_id)
        assert (await harness.outcome(job.job_id)).status == "succeeded"
        assert "pet:cat" not in await facts(harness)


async def test_what_is_forgotten_in_a_turn_of_silence_is_erased_at_once(harness: Harness) -> None:
    await harness.say("Jasmine, I have a cat called Zebulon.", group=True)
    assert await learned_texts(harness) == ["Zebulon"]
    job = await harness.ask("Please forget my cat's name.", group=True)
    assert job.result is not None
    forgotten = [e for e in await harness.events() if isinstance(e, FactForgotten)]
    assert job.result.silent
    assert forgotten
    assert await learned_texts(harness) == [None]


async def learned_texts(harness: Harness) -> list[str | None]:
    return [e.value.text for e in await harness.events() if isinstance(e, FactLearned)]
