"""How many thoughts of an agent without a model touch what was said to it, and how many repeat.

A scripted run: sixty talks over sixty days, of one person or several (``--people``), to one of the
shipped souls (``--agent``). The same twenty things are told again and again, with pauses in which
it reflects, consolidates and thinks. A thought touches what was said if it shares a content word (a
stem) with any line of its person.

    python benchmarks/thoughts.py [--agent jasmine] [--people 1]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Final

from soulscript.text import terms
from synthetic_soul.compose import compose
from synthetic_soul.engine.background import NO_REPETITION_WITHIN, Thinker
from synthetic_soul.engine.engine import Engine
from synthetic_soul.engine.memory.memory_consolidation import consolidate_all
from synthetic_soul.engine.memory.reflection import reflect_all
from synthetic_soul.mind.events import ThoughtHad
from synthetic_soul.settings import Settings

MINUTE: Final = 60_000
DAY: Final = 24 * 60 * MINUTE
START: Final = 1_760_000_000_000
THOUGHTS: Final = 60
OPENINGS: Final = (
    "My sister plays the cello in an orchestra.",
    "I repaired the old kitchen table yesterday.",
    "The train was an hour late again.",
    "I am thinking about moving to the coast.",
    "My father taught me to fish on that lake.",
    "We had an argument about money.",
    "I finally finished the marathon!",
    "There is a fox living behind our shed.",
    "I burnt the bread for the third time.",
    "My best friend is expecting a child.",
    "The doctor says my knee needs rest.",
    "I found my grandmother's letters in a drawer.",
    "We planted two apple trees on Sunday.",
    "My boss wants the report by Friday.",
    "I dreamt of a house without doors.",
    "The neighbour's dog barked all night.",
    "I learned three songs on the piano.",
    "It snowed on my birthday.",
    "I lost my grey umbrella on the bus.",
    "My brother called from Lisbon.",
)


class Clock:
    """Milliseconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = START

    def time(self) -> int:
        """Return them."""
        return self.now


async def run(agent: str, people: int, folder: Path) -> list[tuple[ThoughtHad, set[str]]]:
    """Return sixty thoughts, each with the stems of all that its person had said by then."""
    clock = Clock()
    settings = Settings(data_dir=folder, thought_budget=1_000)
    engine = compose(settings, clock=clock.time, elapsed=clock.time)
    await engine.start()
    await engine.scheduler.stop()  # the script decides when it thinks
    thinker = Thinker(engine.runtime)
    said: dict[str, set[str]] = {f"p{number}": set() for number in range(people)}
    found: list[tuple[ThoughtHad, set[str]]] = []
    try:
        for turn in range(THOUGHTS):
            person = f"p{turn % people}"
            for text in _lines(turn):
                await _say(engine, clock, agent, person, text)
                said[person].update(terms(text))
            for pause, work in ((2, reflect_all), (30, consolidate_all)):
                clock.now += pause * MINUTE
                await work(engine.runtime)
            await thinker.think_all()
            thoughts = await engine.store.journal.thoughts(agent, person=person, limit=1)
            events = [e for x in thoughts for e in x.events if isinstance(e, ThoughtHad)]
            known = {each.id for each, _ in found}
            found += [(e, set(said[person])) for e in events if e.id not in known]
            clock.now += DAY
    finally:
        await engine.stop()
    return found


def _lines(turn: int) -> tuple[str, ...]:
    first = OPENINGS[turn % len(OPENINGS)]
    return ("Hello!", first) if turn % 4 else (first, "What do you think about that?")


async def _say(engine: Engine, clock: Clock, agent: str, person: str, text: str) -> None:
    clock.now += MINUTE // 3
    job = await engine.submit(person=person, text=text, agent=agent)
    async for _ in await engine.follow(person, job.job_id):
        pass


def report(found: list[tuple[ThoughtHad, set[str]]]) -> None:
    """Print how many thoughts touch what was said, and how many repeat one of the latest forty.

    Of each person's thoughts alone: what was said to one is no other's.
    """
    texts = [thought.words.text or "" for thought, _ in found]
    touching = sum(
        not said.isdisjoint(terms(text)) for text, (_, said) in zip(texts, found, strict=True)
    )
    repeated = 0
    for person in {thought.audience for thought, _ in found}:
        own = [thought.words.text for thought, _ in found if thought.audience == person]
        repeated += sum(
            text in own[max(0, place - NO_REPETITION_WITHIN) : place]
            for place, text in enumerate(own)
        )
    print(f"{len(texts)} thoughts, {touching} touch what was said, {repeated} repeat")
    for text in texts[:: max(1, len(texts) // 8)]:
        print(f"  {text}")


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", default="jasmine")
    parser.add_argument("--people", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report(asyncio.run(run(chosen.agent, chosen.people, Path(folder))))


if __name__ == "__main__":
    main()
