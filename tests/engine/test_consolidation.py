"""Consolidation of what is kept: once, by subject, replayable, and gone with what it rests on."""

import asyncio
import sys
from pathlib import Path

import pytest

from synthetic_soul.engine.memory import memory_consolidation as consolidation
from synthetic_soul.engine.memory.memory_consolidation import (
    consolidate_all,
    consolidated,
    moved_traits,
)
from synthetic_soul.engine.memory.reflection import reflect_all
from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.state.conversation_memories import Memories
from synthetic_soul.mind import state
from synthetic_soul.mind.events import FragmentKept, Impulse, TraitsMoved, Words
from tests.engine.test_perspective import soul_named, watcher
from tests.support.engine_harness import HOUR, MINUTE, Harness, OpenEngine, file_bytes

pytestmark = pytest.mark.anyio

BEES = "My neighbour keeps bees in the garden."
BEES_AGAIN = "The bees of my neighbour swarmed over the garden today!"
MOTHER = "My mother died last week."
BOAT = "I sold my little sailing boat."


async def talk_and_pause(harness: Harness, *lines: str, person: str = "ann") -> None:
    for line in lines:
        await harness.say(line, person)
    harness.clock.forward(2 * MINUTE)
    await reflect_all(harness.runtime)


async def consolidate_later(harness: Harness) -> int:
    harness.clock.forward(HOUR)
    return await consolidate_all(harness.runtime)


async def memories(harness: Harness) -> list[FragmentKept]:
    return [e for e in await harness.events() if isinstance(e, FragmentKept) and e.parts]


async def loaded(harness: Harness) -> Conversation:
    return await harness.runtime.conversations.get_whole("jasmine", "dm:ann")


def fragment(id: str, text: str, *, importance: float = 0.3, trait: str = "") -> FragmentKept:
    return FragmentKept(
        id=id,
        conversation="dm:ann",
        person="ann",
        type="observation",
        words=Words.seal(text, owner="ann", salt=id.encode().ljust(16)),
        importance=importance,
        valence=-0.5,
        sources=(f"m-{id}",),
        trait=trait,
    )


def folded(*events: FragmentKept) -> Memories:
    found = Memories()
    for at, event in enumerate(events):
        found.apply(event, at, at + 1)
    return found


async def test_in_a_longer_pause_fragments_become_memories_and_the_like_become_one(
    harness: Harness,
) -> None:
    await talk_and_pause(harness, BEES, MOTHER)
    assert await consolidate_all(harness.runtime) == 0
    assert await consolidate_later(harness) == 1
    first = await memories(harness)
    assert len(first) == 2
    await talk_and_pause(harness, BEES_AGAIN)
    assert await consolidate_later(harness) == 1
    (changed,) = (await memories(harness))[2:]
    assert changed.id in {each.id for each in first}
    assert len(changed.parts) == len(changed.sources) == 2
    live = (await loaded(harness)).memories.live
    assert {each.id for each in live} == {each.id for each in first}
    assert await consolidate_later(harness) == 0


async def test_after_a_restart_the_same_memories_are_read_and_nothing_is_consolidated_again(
    open_engine: OpenEngine,
) -> None:
    async with open_engine() as harness:
        await talk_and_pause(harness, BEES, MOTHER)
        await consolidate_later(harness)
        await talk_and_pause(harness, BEES_AGAIN)
        await consolidate_later(harness)
        before = (await loaded(harness)).memories.live
        hash_ = (await harness.engine.state_hash())[1]
    async with open_engine() as harness:
        assert (await loaded(harness)).memories.live == before
        assert await consolidate_later(harness) == 0
        replayed = await replay_journal(harness.engine.store, "jasmine", verify=True)
        assert replayed.hash == hash_ == (await harness.engine.state_hash())[1]


async def test_forgetting_a_message_takes_its_memory_and_leaves_the_other_parts(
    harness: Harness,
) -> None:
    await talk_and_pause(harness, "I have a cat called Miso.", BOAT)
    await talk_and_pause(harness, "My cat Miso stole a fish from the boat.")
    await consolidate_later(harness)
    assert b"Miso" in file_bytes(harness.engine.settings.data_dir)
    await harness.say("Please forget my cat's name.")
    live = (await loaded(harness)).memories.live
    assert [each.text for each in live if "Miso" in each.text] == []
    assert any("sailing boat" in each.text for each in live)
    await consolidate_later(harness)
    assert not any("Miso" in (each.words.text or "") for each in await memories(harness))
    kept = [e.words.text for e in await harness.events() if isinstance(e, FragmentKept)]
    assert not any("Miso" in (text or "") for text in kept)


async def test_an_erased_person_leaves_no_memory(harness: Harness) -> None:
    await talk_and_pause(harness, BEES, BOAT)
    await consolidate_later(harness)
    assert b"sailing boat" in file_bytes(harness.engine.settings.data_dir)
    await harness.engine.erase("ann")
    assert b"sailing boat" not in file_bytes(harness.engine.settings.data_dir)
    assert (await loaded(harness)).memories.live == ()


async def test_who_was_erased_is_not_consolidated(harness: Harness) -> None:
    await talk_and_pause(harness, MOTHER)
    conversation = await loaded(harness)
    harness.clock.forward(HOUR)
    assert consolidation.is_due(conversation, harness.clock())
    bond = await harness.runtime.agents.get().state.bond("ann")
    assert bond is not None
    await harness.engine.erase("ann")
    assert await consolidate_all(harness.runtime) == 0
    assert await memories(harness) == []


async def test_one_process_at_a_time_consolidates(harness: Harness) -> None:
    await talk_and_pause(harness, MOTHER)
    harness.clock.forward(HOUR)
    lease = await harness.engine.store.leases.acquire(
        "jasmine", "reflect:dm:ann", ttl=HOUR, holder="another"
    )
    assert lease is not None
    assert await consolidate_all(harness.runtime) == 0
    await harness.engine.store.leases.release(lease)
    both = await asyncio.gather(consolidate_all(harness.runtime), consolidate_all(harness.runtime))
    assert sum(both) == 1
    assert len(await memories(harness)) == 1


async def test_an_important_memory_moves_how_a_trait_shows_and_is_named_as_the_cause(
    harness: Harness,
) -> None:
    await talk_and_pause(harness, MOTHER)
    before = state.traits(harness.runtime.agents.get().state.mind, harness.clock())
    await consolidate_later(harness)
    (moved,) = [
        e
        for e in await harness.events()
        if isinstance(e, TraitsMoved) and e.impulses[0].cause == consolidation.MEMORY
    ]
    (memory,) = await memories(harness)
    assert moved.by in memory.parts
    after = state.traits(harness.runtime.agents.get().state.mind, harness.clock())
    changed = {name for name in after if after[name] != before[name]}
    assert moved.impulses[0].dimension in changed
    assert abs(after[moved.impulses[0].dimension] - before[moved.impulses[0].dimension]) < 0.01


def test_a_trait_that_the_agent_lacks_moves_further_away_and_little_things_move_none() -> None:
    mind = watcher(soul_named("halvard")).mind
    lacks, little = "sociability", "patience"
    found = consolidated(
        folded(
            fragment("a", "They told me: “the harbour burned down”.", importance=0.9, trait=lacks),
            fragment("b", "They told me: “coffee was cold today”.", importance=0.2, trait=little),
        ),
        soul_named("halvard"),
    )
    moved = [event for each in found for event in moved_traits(each, mind)]
    assert [(e.by, len(e.impulses)) for e in moved] == [("a", 1)]
    (impulse,) = moved[0].impulses
    assert impulse == Impulse(dimension=lacks, amount=impulse.amount, cause=consolidation.MEMORY)
    assert -0.9 < impulse.amount < -0.5


def test_what_is_of_one_subject_is_one_memory_and_what_is_not_is_not() -> None:
    soul = soul_named("jasmine")
    found = consolidated(
        folded(
            fragment("a", "They told me: “my sister Ada plays the cello”. I was glad."),
            fragment("b", "They told me: “I repaired the roof”. I was glad."),
            fragment("c", "They told me: “Ada played the cello on stage”.", importance=0.8),
        ),
        soul,
    )
    assert [[part.id for part in each.parts] for each in found] == [["a", "c"], ["b"]]
    assert found[0].memory.core_memory.startswith("They told me: “Ada played")
    assert "my sister Ada" in found[0].memory.core_memory
    assert found[0].memory.importance_score == 0.8
    assert found[0].sources == ("m-a", "m-c")


def test_a_subject_that_is_full_begins_another_memory_and_texts_are_bounded() -> None:
    events = [
        fragment(f"f{n:02}", f"They told me: “my sister Ada plays the cello, part {n}”.")
        for n in range(consolidation.MAX_PARTS + 3)
    ]
    found = consolidated(folded(*events), soul_named("jasmine"))
    assert [len(each.parts) for each in found] == [consolidation.MAX_PARTS, 3]
    assert all(len(each.memory.core_memory) <= consolidation.MAX_MEMORY_CHARS for each in found)


def test_what_says_the_same_is_told_once() -> None:
    found = consolidated(
        folded(
            fragment("a", "They told me: “I repaired the old roof”. I note it."),
            fragment("b", "They told me: “I repaired the old roof!” I was glad."),
        ),
        soul_named("jasmine"),
    )
    (memory,) = found
    assert memory.memory.core_memory == "They told me: “I repaired the old roof”. I note it."


CHILD = """
import asyncio, sys
from synthetic_soul.compose import compose
from synthetic_soul.engine.memory.memory_consolidation import consolidate_all
from synthetic_soul.settings import Settings

async def main(folder, now):
    engine = compose(Settings(data_dir=folder), clock=lambda: now, elapsed=lambda: now)
    await engine.start()
    for number in range(12):
        await engine.runtime.conversations.get("jasmine", f"dm:p{number}")
    print("begins", flush=True)
    await consolidate_all(engine.runtime)
    print("done", flush=True)
    await asyncio.sleep(60)

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


async def kill_while_it_consolidates(folder: Path, now: int, after: float) -> None:
    """Let a process consolidate, and kill it so many seconds after it began."""
    words = (sys.executable, "-c", CHILD, str(folder), str(now))
    child = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    assert child.stdout is not None
    assert await child.stdout.readline() == b"begins\n"
    await asyncio.sleep(after)
    child.kill()
    await child.communicate()


async def test_a_process_killed_while_it_consolidates_doubles_and_loses_nothing(
    open_engine: OpenEngine,
) -> None:
    people = [f"p{number}" for number in range(12)]
    async with open_engine() as harness:
        for person in people:
            await talk_and_pause(harness, BEES, MOTHER, person=person)
        kept = {e.id for e in await harness.events() if isinstance(e, FragmentKept)}
        folder = harness.engine.settings.data_dir
    harness.clock.forward(HOUR)
    for after in (0.0, 0.01, 0.03, 0.06):
        await kill_while_it_consolidates(folder, harness.clock(), after)
        harness.clock.forward(MINUTE)  # the dead one's lease expires
    async with open_engine() as harness:
        for person in people:
            await harness.runtime.conversations.get("jasmine", f"dm:{person}")
        await consolidate_later(harness)
        parts = [part for memory in await memories(harness) for part in memory.parts]
        assert sorted(parts) == sorted(kept)
        assert await consolidate_later(harness) == 0
        await replay_journal(harness.engine.store, "jasmine", verify=True)
