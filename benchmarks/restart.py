"""How soon an old line is recalled after a restart, in a conversation of many lines.

    python -m benchmarks.restart 100000 [folder]

Writes a journal of so many lines into the folder (a temporary one, unless named; what is there
already is used), lets one engine fold it, and then times, in engines that begin anew and in one
that goes on, how long a message takes until its answer and whether an old line was recalled.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Final

from synthetic_soul.compose import compose
from synthetic_soul.engine.state.conversation_ids import private_conversation
from synthetic_soul.mind.events import Answered, MessageHeard, ReplySpoken, Words
from synthetic_soul.settings import Settings
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from synthetic_soul.engine.engine import Engine

PERSON: Final = "ann"
AGENT: Final = "jasmine"
DM: Final = private_conversation(PERSON)
TREES: Final = [
    "walnut",
    "apple",
    "cherry",
    "willow",
    "cedar",
    "maple",
    "birch",
    "olive",
    "hazel",
    "poplar",
    "juniper",
    "chestnut",
    "almond",
    "linden",
]  # one for each question
RESTARTS: Final = 4
_START_SECONDS: Final = 0.5  # that a server takes at least until it has its first message
TURNS: Final = 5
_AT_ONCE: Final = 500
_START: Final = 1_700_000_000_000


def old(tree: str) -> str:
    """Return the line that is asked for."""
    return f"We buried the capsule under the {tree} tree."


def said(count: int) -> Iterator[str]:
    """Generate lines whose words are about as rare as those of people (Zipf)."""
    chance = random.Random(0)  # noqa: S311 - no secret
    words = [f"word{number}" for number in range(50_000)]
    upto = list(accumulate(1 / (number + 30) for number in range(len(words))))
    yield from map(old, TREES)
    for _ in range(count - len(TREES)):
        yield " ".join(chance.choices(words, cum_weights=upto, k=12)) + "."


def events(lines: int) -> Iterator[tuple[MessageHeard | ReplySpoken, int]]:
    """Generate what a talk of so many lines records, each second line the agent's, and when."""
    last = ""
    for number, text in enumerate(said(lines)):
        at = _START + number // 40 * 3_600_000 + number % 40 * 20_000
        words = Words.seal(text, owner=PERSON, salt=number.to_bytes(16, "little"))
        if number % 2:
            yield (
                ReplySpoken(
                    id=f"{last}.r0",
                    conversation=DM,
                    answers=(Answered(message=last),),
                    epoch=1,
                    person=PERSON,
                    words=words,
                    expression="neutral",
                    took=1,
                ),
                at,
            )
        else:
            last = f"{AGENT}.{at:012x}{number:016x}"
            yield MessageHeard(id=last, conversation=DM, person=PERSON, words=words), at


async def write(folder: Path, lines: int) -> None:
    """Write a journal of so many lines."""
    async with running(folder):
        pass  # the agent has its soul now
    store = SqliteStore(folder / "soul.db")
    await store.open()
    pending = []
    for number, (event, at) in enumerate(events(lines)):
        pending.append(store.journal.append(AGENT, [event], at=at))
        if len(pending) == _AT_ONCE or number == lines - 1:
            await asyncio.gather(*pending)
            pending = []
    await store.close()


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Engine]:
    """Run an engine with the composer on a folder until the block ends."""
    engine = compose(Settings(data_dir=folder, thought_budget=0, _env_file=None))
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()


async def answer(engine: Engine, tree: str) -> tuple[float, float, bool]:
    """Return the ms on the clock and of the processor for an answer; whether it recalled."""
    start, used = time.perf_counter(), time.process_time()
    job = await engine.submit(person=PERSON, text=f"What did we bury under the {tree} tree?")
    async for batch in await engine.follow(PERSON, job.job_id):
        if batch[-1].event == "done":
            break
    took, used = time.perf_counter() - start, time.process_time() - used
    reply = next(x for x in reversed(await engine.conversation(PERSON)) if x.from_agent)
    why = await engine.why(PERSON, reply.id)
    return (
        took * 1000,
        used * 1000,
        any(getattr(x, "message", "") == old(tree) for x in why.recalled),
    )


async def measure(folder: Path) -> None:
    """Print the times."""
    start, trees = time.perf_counter(), iter(TREES)
    async with running(folder) as engine:
        await answer(engine, next(trees))
        conversation = await engine.runtime.conversations.get(AGENT, DM)
        await conversation.keep_up(engine.store)
        await conversation.past.save(engine.store)
        warm = [await answer(engine, next(trees)) for _ in range(TURNS)]
    print(f"folded, saved and {TURNS} answers in {time.perf_counter() - start:.1f} s")
    rows = {"goes on": warm, "begins anew": [], "asked at once": []}
    for number in range(2 * RESTARTS):
        async with running(folder) as engine:
            await asyncio.sleep(_START_SECONDS * (number % 2))
            rows["begins anew" if number % 2 else "asked at once"].append(
                await answer(engine, next(trees))
            )
    for name, measured in rows.items():
        clock, processor, found = zip(*measured, strict=True)
        print(
            f"{name:<14} clock {statistics.median(clock):6.1f} ms  "
            f"processor {statistics.median(processor):6.1f} ms  "
            f"recalled {sum(found)} of {len(found)}"
        )
    cold = statistics.median(x[0] for x in rows["begins anew"])
    ratio = cold / statistics.median(x[0] for x in warm)
    print(f"the first answer takes {ratio:.2f} times a later one's")


def main(arguments: Sequence[str]) -> None:
    """Measure what the arguments ask for."""
    lines = int(arguments[0]) if arguments else 10_000
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments[1] if len(arguments) > 1 else temporary)
        if not any(folder.glob("*.db")):
            folder.mkdir(parents=True, exist_ok=True)
            asyncio.run(write(folder, lines))
        asyncio.run(measure(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
