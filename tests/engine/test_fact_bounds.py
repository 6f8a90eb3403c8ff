"""What an agent keeps of a flood of facts, what a reply names of it, and what an export holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.engine.memory.fact_changes import NewFact
from synthetic_soul.engine.memory.facts import (
    MAX_FACTS_PER_MESSAGE,
    MAX_KNOWN_FACTS,
    MAX_USED_FACTS,
    bounded,
)
from synthetic_soul.mind.events import FactLearned, ReplySpoken
from synthetic_soul.mind.interpretation import FactMention
from synthetic_soul.mind.state import Bond, Fact

if TYPE_CHECKING:
    from tests.support.engine_harness import Harness

pytestmark = pytest.mark.anyio

WORDS = [f"{a}{b}{c}" for a in "bdfg" for b in ("a", "e", "o") for c in ("lim", "ron", "tak")]


def flood(number: int) -> str:
    """Return a message of many facts, all new."""
    return " ".join(f"I like {word}{WORDS[number % 36]}ing." for word in WORDS)


def bond_of(*topics: str) -> Bond:
    facts = (Fact(f"f{n}", topic, f"d{n}", "dm:ann", n) for n, topic in enumerate(topics))
    return Bond("ann", 0, 0, facts=tuple(facts))


def news(*topics: str) -> list[NewFact]:
    return [NewFact(FactMention(topic, f"v{n}")) for n, topic in enumerate(topics)]


async def test_a_flood_of_facts_is_bounded_by_message_and_by_person(harness: Harness) -> None:
    for number in range(24):
        await harness.say(f"{flood(number)} My name is Tomas.")
    facts = await harness.engine.facts("ann")
    assert len(facts) == MAX_KNOWN_FACTS
    assert "Tomas" in {fact.value for fact in facts}, "a name does not yield to likes"
    entries = [entry async for entry in harness.engine.store.journal.entries("jasmine")]
    for entry in entries:
        learned = [event for event in entry.events if isinstance(event, FactLearned)]
        assert len(learned) <= MAX_FACTS_PER_MESSAGE
        for event in entry.events:
            if isinstance(event, ReplySpoken):
                assert len(event.model_dump_json()) < 8_192


async def test_a_reply_names_only_facts_that_it_used(harness: Harness) -> None:
    for animal, name in [("cat", "Miso"), ("dog", "Rufus"), ("parrot", "Kiwi"), ("horse", "Bo")]:
        await harness.say(f"I have a {animal} called {name}.")
    await harness.say("What is the name of my cat?")
    facts = {fact.id: fact.value for fact in await harness.engine.facts("ann")}
    assert len(facts) >= 4
    last = [event for event in await harness.events() if isinstance(event, ReplySpoken)][-1]
    named = {facts[each] for each in last.recalled if each in facts}
    assert "Miso" in named
    assert not {"Rufus", "Kiwi", "Bo"} & named


def test_the_oldest_yields_and_what_there_is_one_of_stays() -> None:
    bond = bond_of("name", *["like"] * (MAX_KNOWN_FACTS - 1))
    (new,) = bounded(news("hobby"), bond, ())
    assert new.replaces == ("f1",)


def test_what_ends_anyway_makes_room() -> None:
    bond = bond_of(*["like"] * MAX_KNOWN_FACTS)
    assert bounded(news("hobby"), bond, {"f7"})[0].replaces == ()


def test_of_one_message_the_first_facts_are_kept_and_single_ones_before_them() -> None:
    kept = bounded(news(*["like"] * 40, "name", "home"), None, ())
    assert len(kept) == MAX_FACTS_PER_MESSAGE
    assert [each.mention.topic for each in kept][-2:] == ["name", "home"]
    assert kept[0].mention.value == "v0"
    assert len(bounded(news(*["like"] * 40), None, (), messages=2)) == 2 * MAX_FACTS_PER_MESSAGE


def test_a_bond_that_had_too_many_facts_comes_within_the_bound() -> None:
    bond = bond_of(*["like"] * (MAX_KNOWN_FACTS + 50))
    (new,) = bounded(news("like"), bond, ())
    assert new.replaces == tuple(f"f{n}" for n in range(51))


async def test_an_export_is_one_document_of_pieces_that_stay_small(harness: Harness) -> None:
    for number in range(130):
        await harness.say(f"I like {WORDS[number % 36]} number {number}.")
    await harness.say("I like tea.", "bob")
    pieces = [piece async for piece in harness.engine.export_pieces("ann")]
    whole = json.loads("{" + "".join(pieces) + "}")
    agent = whole["agents"]["jasmine"]
    assert set(agent) == {"standing", "memories", "state", "memory_graph", "journal"}
    assert len([e for e in agent["journal"] if e["events"]]) >= 260
    assert [entry["seq"] for entry in agent["journal"]] == sorted(
        {entry["seq"] for entry in agent["journal"]}
    )
    assert max(map(len, pieces)) < len("".join(pieces)) / 2
    assert whole["agents"] == (await harness.engine.export("ann"))["agents"]
    assert "tea" not in json.dumps(whole)
    assert MAX_USED_FACTS < MAX_KNOWN_FACTS
