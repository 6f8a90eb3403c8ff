"""A year of talks with a moved clock: what is remembered, corrected, forgotten, raised when due.

    python -m benchmarks.year

Five people talk to three souls, without a model, about three hundred times; the engine is started
anew now and then. Prints each answer that is wrong, words of one person in a reply to another one,
and whether the journals replay.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import tomllib
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from synthetic_soul.compose import compose
from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.settings import Settings
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from synthetic_soul.engine.engine import Engine

DATA: Final = Path(__file__).parent / "data" / "year.toml"
FIRST_DAY: Final = datetime(2026, 1, 1, 16, 0, tzinfo=UTC)
DAYS: Final = 360
EVERYDAY: Final = 6
"""So many days pass between two talks of which nothing is asked."""
RESTARTED_EACH: Final = 45
"""Days after which the engine is started anew."""
_MINUTE_MS: Final = 60_000


@dataclass
class Outcome:
    """What a year came to: ``wrong`` answers, ``leaks``, and how much was said and asked."""

    talks: int = 0
    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)


class Clock:
    """Milliseconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        """Return the present."""
        return self.now

    def set_day(self, day: int) -> None:
        """Go on to a day of the year, counted from 1."""
        moment = FIRST_DAY + timedelta(days=day - 1)
        self.now = max(self.now + _MINUTE_MS, int(moment.timestamp() * 1000))


@asynccontextmanager
async def running(folder: Path, clock: Clock) -> AsyncIterator[Engine]:
    """Run an engine with the composer on a folder until the block ends."""
    settings = Settings(data_dir=folder, thought_budget=0, _env_file=None)
    engine = compose(settings, clock=clock)
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()


async def say(engine: Engine, clock: Clock, person: dict[str, Any], text: str) -> str:
    """Return the reply to a line, a minute later."""
    clock.now += _MINUTE_MS
    job = await engine.submit(
        person=person["id"], text=text, agent=person["agent"], time_zone=person["time_zone"]
    )
    async for batch in await engine.follow(person["id"], job.job_id):
        if batch[-1].event == "done":
            break
    lines = await engine.conversation(person["id"], agent=person["agent"])
    return next(line.message for line in reversed(lines) if line.from_agent)


def faults_of(talk: dict[str, Any], reply: str) -> list[str]:
    """Return what is missing in a reply, and what must not be there."""
    low = reply.lower()
    missing = [
        each
        for each in talk.get("has", [])
        if not any(choice.lower() in low for choice in each.split("|"))
    ]
    return [f"lacks {each}" for each in missing] + [
        f"has {each}" for each in talk.get("not", []) if each.lower() in low
    ]


def talks_of(person: dict[str, Any], everyday: Sequence[str], number: int) -> dict[int, Any]:
    """Return a person's talks by day; ``number`` decides which days have an everyday one."""
    talks: dict[int, Any] = {
        day: {"say": [everyday[(day + number) % len(everyday)]]}
        for day in range(number + 2, DAYS, EVERYDAY)
    }
    return talks | {talk["day"]: talk for talk in person["talks"]}


def private_words(person: dict[str, Any]) -> set[str]:
    """Return the names that only this person ever says."""
    said = " ".join(line for talk in person["talks"] for line in talk["say"])
    return {
        word.strip(".,!?'") for word in said.split()[1:] if word[:1].isupper() and len(word) > 4
    }


async def one_talk(
    engine: Engine, clock: Clock, person: dict[str, Any], talk: dict[str, Any], outcome: Outcome
) -> list[str]:
    """Have a talk, note what is wrong with its last reply, and return all replies."""
    replies = [await say(engine, clock, person, line) for line in talk["say"]]
    outcome.talks += 1
    outcome.asked += "has" in talk or "not" in talk
    outcome.wrong += [
        f"day {talk.get('day', 0)} {person['id']}: {talk['say'][-1]} -> {replies[-1]} ({fault})"
        for fault in faults_of(talk, replies[-1])
    ]
    return replies


async def live(folder: Path, script: dict[str, Any]) -> Outcome:
    """Live through the year."""
    outcome, clock = Outcome(), Clock()
    people: list[dict[str, Any]] = script["people"]
    talks = [talks_of(each, script["everyday"], n) for n, each in enumerate(people)]
    words = [private_words(each) for each in people]
    for first in range(1, DAYS + 1, RESTARTED_EACH):
        clock.set_day(first)
        async with running(folder, clock) as engine:
            for day in range(first, min(first + RESTARTED_EACH, DAYS + 1)):
                for number, person in enumerate(people):
                    if day not in talks[number]:
                        continue
                    clock.set_day(day)
                    replies = await one_talk(engine, clock, person, talks[number][day], outcome)
                    others = set().union(*words[:number], *words[number + 1 :]) - words[number]
                    said = set(re.findall(r"\w+", " ".join(replies)))
                    outcome.leaks += [f"day {day} {person['id']}: {w}" for w in others & said]
    return outcome


async def replayed(folder: Path, agents: Sequence[str]) -> list[str]:
    """Return what each journal replays to."""
    store = SqliteStore(folder / "soul.db")
    await store.open()
    found = [await replay_journal(store, agent, verify=True) for agent in agents]
    await store.close()
    return [
        f"{agent}: {each.entries} entries replay" for agent, each in zip(agents, found, strict=True)
    ]


def main() -> None:
    """Live through the year and print what was wrong."""
    script = tomllib.loads(DATA.read_text(encoding="utf-8"))
    agents = sorted({person["agent"] for person in script["people"]})
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(live(Path(folder), script))
        journals = asyncio.run(replayed(Path(folder), agents))
    print(*outcome.wrong, *outcome.leaks, *journals, sep="\n")
    print(
        f"{outcome.talks} talks, {outcome.asked} questions: {len(outcome.wrong)} wrong, "
        f"{len(outcome.leaks)} leaks"
    )


if __name__ == "__main__":
    main()
