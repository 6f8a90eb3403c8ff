"""How cost grows with the length of a journal: many persons, each with an ordinary conversation.

Two journals are made in each store, a short and a long one. A few people talk at a time, and when
they have said what they had to say others come. In both journals stands the same conversation with
the same person, spread over the whole of it. Then a mind is loaded, an entry
appended and a message answered in one and the other by turns, so that whatever the machine does
meanwhile meets both alike.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from synthetic_soul.compose import compose, read_souls
from synthetic_soul.engine.state.agent_state import SNAPSHOT_EVERY, AgentState
from synthetic_soul.mind import reduce, state
from synthetic_soul.mind.events import (
    Answered,
    Felt,
    Impulse,
    MessageHeard,
    ReplySpoken,
    SentimentsMoved,
    SilenceKept,
    SoulAdopted,
    Words,
)
from synthetic_soul.mind.soul_traits import traits_of
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import Snapshot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from soulscript import Soul
    from synthetic_soul.engine.engine import Engine
    from synthetic_soul.mind.events import Event
    from synthetic_soul.mind.state import Bond, Mind
    from synthetic_soul.settings import Settings
    from synthetic_soul.stores.base import Entry, Store

AGENT = "jasmine"
ANN = "ann"
TALK = 120  # messages of Ann's, in both journals
ORDINARY = 200  # messages of anybody else's conversation
AT_A_TIME = 4  # people, besides Ann, who talk in the same days
BATCH = 2_000
BEGAN = 1_750_000_000_000
STEP = 9_000  # ms between two entries
TAIL = SNAPSHOT_EVERY // 2  # entries behind the newest snapshot
SAID = (
    "I went down to the harbour before work and watched the boats come in.",
    "My sister Ada called last night, she has found a flat by the park.",
    "The oven broke again and I had to throw half of the dough away.",
    "Thank you for yesterday, I slept a little better after that.",
    "Do you remember what I told you about the garden?",
    "I am tired, and a bit sad about how that meeting went.",
)
REPLIED = (
    "That sounds like a good way to begin a day. Which boat was the first one in?",
    "A flat by the park! Is Ada happy about it, or only relieved?",
    "Oh no, the dough. I would have sat down on the floor for a minute.",
)
IMPULSES = (
    Impulse(dimension="compassion", amount=0.2, cause="bad_news"),
    Impulse(dimension="happiness", amount=0.15, cause="thanks"),
    Impulse(dimension="sadness", amount=0.1, cause="bad_news"),
)
TOWARDS = (
    Impulse(dimension="trust", amount=0.05, cause="thanks"),
    Impulse(dimension="affection", amount=0.05, cause="thanks"),
)


def _key(number: int) -> str:
    return f"{number:016x}"


@dataclass
class Story:
    """Makes the entries of a journal, in order, and folds them on the way.

    ``alone`` gives Ann all the messages: a single conversation as long as the journal.
    """

    size: int
    alone: bool = False
    rng: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - no secret
    seq: int = 0
    hash: str = ""
    mind: Mind | None = None
    bonds: dict[str, Bond] = field(default_factory=dict)
    kept: Snapshot | None = None

    def entries(self, soul: SoulAdopted) -> Iterator[Entry]:
        """All of them; the snapshot is taken where ``TAIL`` entries are still to come."""
        yield self._entry([soul])
        turns = (self.size - 1) // 2
        anns = {turn * turns // TALK for turn in range(TALK)}
        others = self._others()
        for turn in range(turns):
            person = ANN if self.alone or turn in anns else next(others)
            heard = self._heard(person, turn)
            yield self._entry([heard])
            yield self._entry(self._turn(heard, turn))

    def _others(self) -> Iterator[str]:
        """Who speaks next: so many at a time, each until all has been said."""
        came, there = 0, dict[str, int]()
        while True:
            while len(there) < AT_A_TIME:
                there[f"person-{came:06d}"] = ORDINARY
                came += 1
            person = self.rng.choice(list(there))
            there[person] -= 1
            if not there[person]:
                del there[person]
            yield person

    def _heard(self, person: str, turn: int) -> MessageHeard:
        return MessageHeard(
            id=f"{AGENT}.{BEGAN + self.seq * STEP:012x}{_key(turn)}",
            conversation=f"dm:{person}",
            person=person,
            words=self._words(f"{SAID[turn % len(SAID)]} ({turn})", person),
            key=_key(turn),
        )

    def _turn(self, heard: MessageHeard, turn: int) -> list[Event]:
        by = heard.id
        return [
            Felt(person=heard.person, by=by, impulses=IMPULSES),
            SentimentsMoved(person=heard.person, by=by, impulses=TOWARDS),
            ReplySpoken(
                id=f"{by}-r0",
                conversation=heard.conversation,
                answers=(Answered(message=by),),
                epoch=BEGAN + self.seq,
                person=heard.person,
                words=self._words(REPLIED[turn % len(REPLIED)], heard.person),
                expression="listening_deeply",
            ),
        ]

    def _words(self, text: str, owner: str) -> Words:
        return Words.seal(text, owner=owner, salt=self.rng.randbytes(16))

    def _entry(self, events: Sequence[Event]) -> Entry:
        at = BEGAN + self.seq * STEP
        entry = codec.seal(AGENT, self.seq + 1, at, codec.draft(events), self.hash)
        for event in entry.events:
            person = reduce.concerned_person(event)
            bond = self.bonds.get(person) if person else None
            self.mind, bond = reduce.step(self.mind, bond, event, at)
            if bond is not None:
                self.bonds[bond.person] = bond
        self.seq, self.hash = entry.seq, entry.hash
        if self.size - self.seq == TAIL and self.mind is not None:
            bonds = {person: state.bond_to_json(bond) for person, bond in self.bonds.items()}
            self.kept = Snapshot(self.seq, state.mind_to_json(self.mind), bonds)
        return entry


async def fill(stores: Sequence[Store], soul: Soul, size: int, *, alone: bool = False) -> float:
    """Make one journal of so many entries in all of these stores; entries a second."""
    born = SoulAdopted(name=soul.name, digest=soul.digest, soul=soul.dump(), traits=traits_of(soul))
    story, start = Story(size, alone=alone), time.perf_counter()
    entries = story.entries(born)
    while batch := list(islice(entries, BATCH)):
        await asyncio.gather(*(store.journal.adopt(batch) for store in stores))
    assert story.kept is not None  # noqa: S101 - a journal is longer than its tail
    for store in stores:
        await store.snapshots.save(AGENT, state.VERSION, story.kept)
    return story.seq / (time.perf_counter() - start)


@dataclass
class Spread:
    """Times in ms of what was done to each of the journals."""

    loaded: list[float] = field(default_factory=list)
    appended: list[float] = field(default_factory=list)
    fresh: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)

    def medians(self) -> dict[str, float]:
        """The median of each."""
        return {name: statistics.median(times) for name, times in vars(self).items()}


@asynccontextmanager
async def _timed(times: list[float]) -> AsyncIterator[None]:
    start = time.perf_counter()
    yield
    times.append((time.perf_counter() - start) * 1000)


async def _load(engine: Engine, spread: Spread) -> None:
    async with _timed(spread.loaded):
        live = AgentState(engine.store, AGENT)
        await live.open()
        await live.bond(ANN)


async def _append(engine: Engine, spread: Spread, number: int) -> None:
    """Somebody's message and that it was passed over, in one entry."""
    by = f"{AGENT}.{engine.clock():012x}{os.urandom(8).hex()}"
    words = Words.seal(SAID[number % len(SAID)], owner="passer-by", salt=os.urandom(16))
    where = "dm:passer-by"
    heard = MessageHeard(id=by, conversation=where, person="passer-by", words=words)
    passed = SilenceKept(conversation=where, answers=(Answered(message=by),), reason="measured")
    async with _timed(spread.appended):
        await engine.store.journal.append(AGENT, [heard, passed], at=engine.clock())


async def _answer(engine: Engine, times: list[float], number: int) -> None:
    text = f"{SAID[number % len(SAID)]} (again, {number})"
    async with _timed(times):
        job = await engine.submit(person=ANN, text=text, agent=AGENT)
        async for _ in await engine.follow(ANN, job.job_id):
            pass


async def measure(engines: Sequence[Engine], rounds: int) -> list[Spread]:
    """Do the same with each engine by turns."""
    spreads = [Spread() for _ in engines]
    pairs = list(zip(engines, spreads, strict=True))
    for number in range(rounds + 1):
        for engine, spread in pairs if number % 2 else reversed(pairs):
            await _load(engine, spread)
            for each in range(4):
                await _append(engine, spread, number * 4 + each)
            engine.runtime.conversations.evict(AGENT, None)  # as after a start
            await _answer(engine, spread.fresh, number)
            for each in range(4):
                await _answer(engine, spread.answered, number * 4 + each)
        if number == 0:  # the first round only warms up
            for spread in spreads:
                for times in vars(spread).values():
                    times.clear()
    return spreads


@asynccontextmanager
async def grown(
    places: Sequence[Settings], size: int, *, alone: bool = False
) -> AsyncIterator[list[Engine]]:
    """Engines that live on equal journals of so many entries, one in each place."""
    soul = read_souls(places[0])[0][AGENT]
    stores = [compose(place).store for place in places]
    await asyncio.gather(*(store.open() for store in stores))
    speed = await fill(stores, soul, size, alone=alone)
    print(f"made {size:,} entries in each store, {speed:,.0f} a second", flush=True)
    await asyncio.gather(*(store.close() for store in stores))
    async with AsyncExitStack() as stack:
        engines = [compose(place) for place in places]
        for engine in engines:
            await engine.start()
            stack.push_async_callback(engine.stop)
        yield engines


async def compare(
    make: Callable[[str], Sequence[Settings]], sizes: Sequence[int], rounds: int, *, long: int = 0
) -> list[list[Spread]]:
    """What it takes with journals of these sizes, and with one conversation of ``long`` entries.

    ``make`` gives the settings of fresh stores by a name. One list a journal, in that order, with
    one spread a store.
    """
    async with AsyncExitStack() as stack:
        engines: list[Engine] = []
        for size in sizes:
            engines += await stack.enter_async_context(grown(make(f"grown_{size}"), size))
        if long:
            alone = grown(make(f"long_{long}"), long, alone=True)
            engines += await stack.enter_async_context(alone)
        spreads = await measure(engines, rounds)
        width = len(make("any"))
        return [spreads[start : start + width] for start in range(0, len(spreads), width)]
