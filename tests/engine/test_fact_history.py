"""Corrections, history and facts about others, from a message to the answer, through an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from synthetic_soul.engine.memory.fact_changes import reconcile
from synthetic_soul.engine.memory.facts import known_facts
from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.mind.events import FactLearned
from synthetic_soul.mind.interpretation import FactMention
from synthetic_soul.voices.base import KnownFact
from tests.support.engine_harness import DAY, file_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.engine_harness import Harness, OpenEngine

pytestmark = pytest.mark.anyio


async def facts(harness: Harness) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fact in await harness.engine.facts("ann"):
        found.setdefault(fact.topic, []).append(fact.value)
    return found


async def past(harness: Harness) -> list[tuple[str, str]]:
    agent = harness.runtime.agents.get()
    bond = await agent.state.bond("ann")
    found = await known_facts(harness.runtime, agent.id, bond, "dm:ann", past=True)
    return [(fact.topic, fact.value) for fact in found]


async def test_the_cats_name_is_corrected_and_not_the_persons(harness: Harness) -> None:
    await harness.say("My name is Dan and I've got a cat called Rufus")
    await harness.say("it's Rupert, not Rufus")
    assert await facts(harness) == {"name": ["Dan"], "pet:cat": ["Rupert"]}
    assert "Rupert" in await harness.told("what is my cat called?")


async def test_a_correction_finds_its_fact_long_after(harness: Harness) -> None:
    await harness.say("I've got a cat called Rufus")
    for line in ("The rain won't stop.", "I had soup.", "Busy week.", "Hm.", "The bus was late."):
        await harness.say(line)
    await harness.say("by the way he's Rupert, not Rufus")
    known = await facts(harness)
    assert known["pet:cat"] == ["Rupert"]
    assert "name" not in known


async def test_a_correction_of_nobody_known_names_nobody(harness: Harness) -> None:
    await harness.say("sorry, it's Rupert, not Rufus")
    assert await facts(harness) == {}


async def test_only_the_month_is_corrected(harness: Harness) -> None:
    await harness.say("My birthday is on the 3rd of March")
    await harness.say("no, in May")
    assert await facts(harness) == {"birthday": ["the 3rd of May"]}
    assert await past(harness) == []


async def test_an_old_home_is_history(harness: Harness) -> None:
    await harness.say("I live in Bruges")
    harness.clock.forward(DAY)
    await harness.say("We moved to Ghent")
    assert await facts(harness) == {"home": ["Ghent"]}
    assert await past(harness) == [("home", "Bruges")]
    assert "Ghent" in await harness.told("where do I live?")
    answer = await harness.told("where did I use to live?")
    assert "Bruges" in answer
    assert "Ghent" not in answer


async def test_a_mistaken_home_is_no_history(harness: Harness) -> None:
    await harness.say("I live in Bristol")
    await harness.say("no wait, I meant I live in Cardiff")
    assert await facts(harness) == {"home": ["Cardiff"]}
    assert await past(harness) == []


async def test_work_that_ended_is_history(harness: Harness) -> None:
    await harness.say("I work at the harbour")
    await harness.say("I don't work there any more")
    assert await facts(harness) == {}
    assert await past(harness) == [("work", "at the harbour")]
    assert "harbour" in await harness.told("where did I used to work?")


async def test_history_is_forgotten_on_request(harness: Harness) -> None:
    await harness.say("I live in Zandvoorde")
    await harness.say("We moved to Ghent")
    await harness.say("please forget where I live")
    assert await facts(harness) == {}
    assert await past(harness) == []
    assert "Zandvoorde" not in await harness.told("where did I use to live?")


async def test_facts_of_others_stand_under_their_names(harness: Harness) -> None:
    await harness.say("My mate Olly came round")
    await harness.say("he's got a boat")
    assert (await facts(harness))["person:Olly"] == ["has a boat"]
    assert "boat" in await harness.told("what do you know about Olly?")


async def test_a_name_in_a_topic_can_be_erased(open_engine: OpenEngine, tmp_path: Path) -> None:
    async with open_engine() as harness:
        await harness.say("My mate Quillonius has a boat")
        events = [e for e in await harness.events() if isinstance(e, FactLearned)]
        assert not any("Quillonius" in event.topic for event in events)
        assert (await facts(harness))["person:Quillonius"] == ["has a boat"]
        await harness.engine.erase("ann")
    assert b"Quillonius" not in file_bytes(tmp_path)


async def test_a_sisters_dog_and_a_daughters_age_are_known(harness: Harness) -> None:
    await harness.say("My sister's dog is called Rufus")
    await harness.say("My daughter Emma is 7")
    await harness.say("I have a dog called Rex")
    assert "Rufus" in await harness.told("what is my sister's dog called?")
    assert "7" in await harness.told("how old is my daughter?")
    assert "Rex" in await harness.told("what is my dog called?")


async def test_history_is_replayed(harness: Harness) -> None:
    await harness.say("I live in Bruges")
    await harness.say("We moved to Ghent")
    await harness.say("I don't live there any more")
    replayed = await replay_journal(harness.engine.store, "jasmine", verify=True)
    assert (replayed.entries, replayed.hash) == await harness.engine.state_hash()


async def test_nothing_is_learned_of_what_the_agent_says(harness: Harness) -> None:
    await harness.say("what is your favourite colour?")
    assert await facts(harness) == {}


def known(*rows: tuple[str, str]) -> list[KnownFact]:
    return [KnownFact(f"f{n}", topic, value, n) for n, (topic, value) in enumerate(rows)]


@pytest.mark.parametrize(
    ("mention", "ends"),
    [
        (FactMention("home", "Ghent"), ("f0",)),
        (FactMention("home", "Ghent", corrects=True, changes=True), ("f0",)),
        (FactMention("home", "Ghent", corrects=True), ()),
        (FactMention("home", "Bruges, Belgium"), ()),
        (FactMention("home", "Brugge", corrects=True, instead_of="Bruges"), ()),
    ],
)
def test_what_held_until_now_ends_and_a_mistake_goes(
    mention: FactMention, ends: tuple[str, ...]
) -> None:
    (learned,) = reconcile([mention], (), known(("home", "Bruges"))).learned
    assert learned.ends == ends
    assert learned.replaces == (() if ends else ("f0",))


def test_a_new_age_of_somebody_replaces_the_old_one_alone() -> None:
    rows = known(("person:Emma", "is 7"), ("person:Emma", "plays the cello"))
    (learned,) = reconcile([FactMention("person:Emma", "is 8")], (), rows).learned
    assert learned.replaces == ("f0",)
