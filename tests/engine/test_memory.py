"""What an agent remembers of a person: learned, used, corrected, forgotten, exported, erased."""

import json
from pathlib import Path
from typing import Any

import pytest

from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.errors import NotFound
from synthetic_soul.mind.events import FactForgotten
from synthetic_soul.stores.base import Entry
from synthetic_soul.stores.codec import verify
from tests.support.living import SECOND, Life, Lives, check_promise, file_bytes, told_apart
from tests.support.speakers import Held, Terse

pytestmark = pytest.mark.anyio


async def facts(life: Life, person: str = "ann") -> dict[str, str]:
    return {fact.topic: fact.value for fact in await life.engine.facts(person)}


async def test_facts_are_learned_and_used(life: Life) -> None:
    job = await life.ask("My name is Tomas and I have a cat called Miso.")
    found = await life.engine.facts("ann")
    assert {(f.topic, f.value) for f in found} == {("name", "Tomas"), ("pet:cat", "Miso")}
    assert {(f.source, f.since) for f in found} == {(job.job_id, life.clock.now)}
    assert "Miso" in await life.told("What is the name of my cat?")
    assert "Tomas" in await life.told("What is my name?")


async def test_a_correction_replaces_what_was_held(life: Life) -> None:
    await life.say("My name is Tomas.")
    await life.say("Actually, my name is Tobias.")
    assert (await facts(life))["name"] == "Tobias"
    reply = await life.told("What is my name?")
    assert "Tobias" in reply
    assert "Tomas" not in reply


async def test_what_is_withdrawn_is_held_no_more(life: Life) -> None:
    await life.say("I like green tea.")
    assert "like" in await facts(life)
    await life.say("I don't like green tea any more.")
    assert "like" not in await facts(life)


async def test_what_is_told_twice_is_held_once(life: Life) -> None:
    for _ in range(2):
        await life.say("I have a cat called Miso.")
    assert len(await life.engine.facts("ann")) == 1


async def test_forgetting_by_saying_so(lives: Lives) -> None:
    voice = Terse()
    async with lives(voice=voice) as life:
        await life.say("I have a cat called Miso.")
        await life.say("Miso sleeps on my piano.")
        assert any("Miso" in fact.value for fact in voice.briefs[-1].known_facts)
        await life.say("Please forget my cat's name.")
        assert [fact.value for fact in voice.briefs[-1].forgotten_facts] == ["Miso"]
        assert await facts(life) == {}
        for text in ("What did I tell you about Miso?", "Where does my cat sleep?"):
            await life.say(text)
            brief = voice.briefs[-1]
            assert not [
                x for x in (*brief.recent_lines, *brief.recalled_lines) if "piano" in x.text
            ]
            assert not [
                x for x in (*brief.recent_lines, *brief.recalled_lines) if "cat called" in x.text
            ]
            assert brief.known_facts == ()
    async with lives(voice=voice) as life:
        await life.say("Where does my cat sleep?")
        brief = voice.briefs[-1]
        shown = [line.text for line in (*brief.recent_lines, *brief.recalled_lines)]
        assert "I have a cat called Miso." not in shown
        assert "Miso sleeps on my piano." not in shown


async def test_what_she_said_of_it_herself_does_not_come_back_either(lives: Lives) -> None:
    voice = Held()
    voice.go.set()
    async with lives(voice=voice) as life:
        await life.say("I have a cat called Miso.")
        await life.say("What is my cat called?")
        assert [line.text for line in voice.briefs[-1].recent_lines if "Miso" in line.text]
        await life.say("Please forget my cat's name.")
        await life.say("How are you?")
        assert not [line.text for line in voice.briefs[-1].recent_lines if "Miso" in line.text]


async def test_forgetting_a_short_name_hides_only_the_lines_that_name_it(lives: Lives) -> None:
    voice = Terse()
    async with lives(voice=voice) as life:
        await life.say("My name is Al.")
        await life.say("I walked along the canal also today.")
        await life.say("Please forget my name.")
        await life.say("Hm.")
        shown = [line.text for line in voice.briefs[-1].recent_lines]
        assert "My name is Al." not in shown
        assert "I walked along the canal also today." in shown


async def test_forgetting_everything_leaves_nothing_to_recall(lives: Lives) -> None:
    voice = Terse()
    async with lives(voice=voice) as life:
        await life.say("My name is Tomas.")
        await life.say("I repaired a lighthouse lamp with Ines in Gdansk.")
        await life.say("Please forget everything I told you.")
        assert await facts(life) == {}
        await life.say("What do you know about the lighthouse lamp?")
        brief = voice.briefs[-1]
        assert [x for x in (*brief.recent_lines, *brief.recalled_lines) if "Ines" in x.text] == []
        assert [x for x in brief.recent_lines if "Tomas" in x.text] == []


async def test_words_can_be_forgotten_that_were_never_a_fact(lives: Lives) -> None:
    voice = Terse()
    async with lives(voice=voice) as life:
        await life.say("We repaired a lighthouse lamp in Gdansk.")
        await life.say("The soup was good.")
        await life.say("Please forget what I said about the lighthouse.")
        await life.say("What about the lighthouse and the soup?")
        brief = voice.briefs[-1]
        shown = [line.text for line in (*brief.recent_lines, *brief.recalled_lines)]
        assert "We repaired a lighthouse lamp in Gdansk." not in shown
        assert "The soup was good." in shown


async def test_forget_what_i_just_said_means_the_last_line_and_its_facts(lives: Lives) -> None:
    voice = Terse()
    async with lives(voice=voice) as life:
        await life.say("My name is Tomas.")
        await life.say("I live in Ghent.")
        await life.say("Please forget what I just said.")
        assert await facts(life) == {"name": "Tomas"}
        await life.say("Hm.")
        shown = [line.text for line in voice.briefs[-1].recent_lines]
        assert "I live in Ghent." not in shown
        assert "My name is Tomas." in shown


async def test_forgetting_through_the_engine_removes_words_and_source(
    lives: Lives, tmp_path: Path
) -> None:
    voice = Terse()
    async with lives(voice=voice) as life:
        await life.say("I work at my uncle's bakery.")
        (fact,) = await life.engine.facts("ann")
        assert fact.value.encode() in file_bytes(tmp_path)
        await life.engine.forget("ann", fact.id)
        assert await life.engine.facts("ann") == []
        await life.say("What about the bakery of my uncle?")
        brief = voice.briefs[-1]
        assert [
            x for x in (*brief.recent_lines, *brief.recalled_lines) if "uncle's bakery" in x.text
        ] == []
        with pytest.raises(NotFound):
            await life.engine.forget("ann", fact.id)
        await check_promise(life.engine, [])
        digests = [
            event["value"]["text"]
            for event in (await events_of(life, "ann"))
            if event["kind"] == "fact_learned"
        ]
        assert digests == [None]


async def events_of(life: Life, person: str) -> list[dict[str, Any]]:
    exported = json.loads(json.dumps(await life.engine.export(person)))
    journal = exported["agents"]["jasmine"]["journal"]
    return [event for entry in journal for event in entry["events"]]


async def test_the_words_of_a_forgotten_fact_are_gone_from_the_files(
    lives: Lives, tmp_path: Path
) -> None:
    async with lives(voice=Terse()) as life:
        await life.say("I work at my uncle's bakery.")
        (fact,) = await life.engine.facts("ann")
        assert fact.value != "my uncle's bakery"  # turned round, so it stands nowhere else
        await life.say("Please forget where I work.")
        assert await life.engine.facts("ann") == []
        assert fact.value.encode() not in file_bytes(tmp_path)
    assert fact.value.encode() not in file_bytes(tmp_path)


async def test_a_fact_told_in_a_group_and_forgotten_in_private_is_forgotten_there(
    lives: Lives,
) -> None:
    voice = Terse()
    async with lives(voice=voice) as life:
        await life.say("Jasmine, I have a cat called Miso.", group=True)
        await life.say("Do you know my cat's name?")
        assert [fact.value for fact in voice.briefs[-1].known_facts] == ["Miso"]
        await life.say("Please forget my cat's name.")
        places = [e.conversation for e in await life.events() if isinstance(e, FactForgotten)]
        assert "group:main" in places
        await life.say("Jasmine, what was the name of my cat?", group=True)
        brief = voice.briefs[-1]
        assert [x for x in (*brief.recent_lines, *brief.recalled_lines) if "Miso" in x.text] == []


async def test_an_export_holds_everything_of_ones_own_and_nothing_of_others(life: Life) -> None:
    said = ["My name is Tomas and I have a cat called Miso.", "You are stupid.", "I am sorry."]
    replies = [await life.told(text) for text in said]
    await life.say("Hello, doctor!", agent="dr_luna")
    await life.say("My name is Brunhilde and I collect thimbles.", "bob")
    await life.say("Jasmine, hello from Brunhilde.", "bob", group=True)
    await life.say("Jasmine, hello from Tomas.", group=True)
    exported = await life.engine.export("ann")
    text = json.dumps(exported, ensure_ascii=False)
    for words in (*said, *replies, "Hello, doctor!", "Jasmine, hello from Tomas."):
        assert json.dumps(words, ensure_ascii=False)[1:-1] in text
    assert exported["person"] == "ann"
    agents = exported["agents"]
    assert isinstance(agents, dict)
    assert list(agents) == ["dr_luna", "jasmine"]
    assert {fact["value"] for fact in agents["jasmine"]["memories"]} == {"Tomas", "Miso"}
    assert agents["jasmine"]["standing"]["messages"] == 4
    for foreign in ("Brunhilde", "thimbles", '"bob"'):
        assert foreign not in text
    assert (await life.engine.export("nobody"))["agents"] == {}


async def test_erasing_leaves_no_plaintext_and_the_chain_and_the_state_stand(
    lives: Lives, tmp_path: Path
) -> None:
    async with lives() as life:
        await life.say("My name is Zebulon and my sister Quintessa plays the theorbo.")
        await life.say("Jasmine, Zebulon here.", group=True)
        await life.say("Good day, doctor, Zebulon speaking.", agent="dr_luna")
        await life.say("My name is Tomas and I have a cat called Miso.", "bob")
        theirs = await life.engine.export("bob")
        _, state = await life.engine.state_hash()
        await life.engine.erase("ann")
        for word in (b"Zebulon", b"Quintessa", b"theorbo"):
            assert word not in file_bytes(tmp_path)
        for agent in ("jasmine", "dr_luna"):
            verdict = await verify(
                life.engine.store.journal.entries(agent),
                last=await life.engine.store.journal.last(agent),
            )
            assert verdict.entries
            replayed = await replay_journal(life.engine.store, agent, verify=True)
            assert (replayed.entries, replayed.hash) == await life.engine.state_hash(agent)
        assert state != (await life.engine.state_hash())[1]
        after = await life.engine.export("bob")
        assert after["agents"] == theirs["agents"]
        assert await facts(life) == {}
        assert await life.engine.conversation("ann") == []
        assert "Miso" in await life.told("What is my cat's name?", "bob")
        assert "Zebulon" not in json.dumps(await life.engine.export("ann"))
    async with lives() as life:
        assert b"Zebulon" not in file_bytes(tmp_path)
        replayed = await replay_journal(life.engine.store, "jasmine", verify=True)
        assert (replayed.entries, replayed.hash) == await life.engine.state_hash()


@pytest.mark.parametrize("agent", ["jasmine", "halvard"])
async def test_what_is_on_its_way_while_its_person_leaves_leaves_no_word(
    lives: Lives, agent: str, tmp_path: Path
) -> None:
    async with lives() as life:
        state = life.runtime.agents.get(agent).state
        append = state.append

        async def leave_meanwhile(*events: object, **place: object) -> Entry:
            state.append = append  # type: ignore[method-assign]  # only the first is late
            await life.engine.erase("ann")
            return await append(*events, **place)  # type: ignore[arg-type]  # handed on

        state.append = leave_meanwhile  # type: ignore[method-assign]  # the message is on its way
        with pytest.raises(NotFound):
            await life.engine.submit(person="ann", text="My name is Rumpelstiltskin.", agent=agent)
        assert life.runtime.runner.running == 0
        with pytest.raises(NotFound):
            await life.engine.submit(person="ann", text="Rumpelstiltskin again.", agent=agent)
        replayed = await replay_journal(life.engine.store, "jasmine", verify=True)
        assert (replayed.entries, replayed.hash) == await life.engine.state_hash()
    assert b"Rumpelstiltskin" not in file_bytes(tmp_path)


async def test_who_was_erased_is_not_heard_any_more_by_any_agent(lives: Lives) -> None:
    async with lives() as life:
        await life.say("Hello!")
        await life.engine.erase("ann")
        await life.engine.erase("ann")
        await life.engine.erase("nobody")
    async with lives() as life:
        for agent in ("jasmine", "halvard"):
            with pytest.raises(NotFound) as raised:
                await life.engine.submit(person="ann", text="Me again.", agent=agent)
            assert raised.value.code == "person_erased"


async def test_erasing_during_a_turn_brings_nothing_back(lives: Lives, tmp_path: Path) -> None:
    voice = Held()
    async with lives(voice=voice) as life:
        first = await life.engine.submit(person="ann", text="My name is Zebulon.")
        await voice.begun.wait()
        second = await life.engine.submit(person="ann", text="Zebulon likes theorbos.")
        await life.engine.erase("ann")
        voice.go.set()
        for job in (first, second):
            await life.outcome(job.job_id)
        outcomes = await told_apart(life.engine.store)
        kinds = [outcomes[job.job_id][0].kind for job in (first, second)]  # type: ignore[attr-defined]  # each has one
        assert kinds == ["reply_spoken", "silence_kept"]
        assert len(voice.briefs) == 1
        await check_promise(life.engine, [first.job_id, second.job_id])
        assert b"Zebulon" not in file_bytes(tmp_path)


async def test_the_time_she_was_away_is_known(lives: Lives) -> None:
    voice = Terse()
    async with lives(voice=voice) as life:
        await life.say("Bye!")
        life.clock.forward(3 * 86_400 * SECOND)
        await life.say("I am back.")
        assert voice.briefs[-1].relationship.away == 3 * 86_400 * SECOND + 20 * SECOND
