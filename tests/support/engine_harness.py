"""Fixtures: an engine in a temporary folder, with a clock that tests move and a fake model.

``harness`` uses the composer; ``open_engine`` opens engines with other settings, such as one that
asks the fake model over HTTP: ``async with open_engine(model=fake_model) as harness``.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from synthetic_soul.compose import compose
from synthetic_soul.engine.engine import Engine
from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.engine.views import JobEvent, JobView, ReplyView
from synthetic_soul.mind.events import Event, MessageHeard, Outcome
from synthetic_soul.settings import Settings
from synthetic_soul.stores.base import Store
from synthetic_soul.voices.base import Voice
from tests.support.fake_model import FakeModel

START = 1_760_000_000_000
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
SOON = 30.0


class Clock:
    """Milliseconds that pass only when told to."""

    def __init__(self, now: int = START) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def forward(self, millis: int) -> None:
        self.now += millis


@dataclass
class Harness:
    """A started engine and its clock."""

    engine: Engine
    clock: Clock
    crashed: bool = False

    @property
    def runtime(self) -> Runtime:
        return self.engine.runtime

    async def ask(self, text: str, person: str = "ann", **where: object) -> JobView:
        """Send a message twenty seconds later; return its job once that has its outcome."""
        self.clock.forward(20 * SECOND)
        heard = await self.engine.submit(person=person, text=text, **where)  # type: ignore[arg-type]  # passed on
        return await self.outcome(heard.job_id, person)

    async def say(self, text: str, person: str = "ann", **where: object) -> ReplyView:
        """Send a message; return its reply; fail where there is none."""
        job = await self.ask(text, person, **where)
        assert job.result is not None, job.error
        return job.result

    async def told(self, text: str, person: str = "ann", **where: object) -> str:
        return (await self.say(text, person, **where)).response

    async def outcome(self, job: str, person: str = "ann") -> JobView:
        return JobView.model_validate((await self.followed(job, person))[-1].body)

    async def followed(
        self, job: str, person: str = "ann", after: str | None = None
    ) -> list[JobEvent]:
        async with asyncio.timeout(SOON):
            return [event async for event in each_event(self.engine, person, job, after=after)]

    async def events(self, agent: str = "jasmine") -> list[Event]:
        return [e async for entry in self.engine.store.journal.entries(agent) for e in entry.events]

    async def crash(self) -> None:
        """End as a killed process does: neither turns nor snapshots are finished."""
        self.crashed = True
        await self.engine.scheduler.stop()
        await self.runtime.runner.stop(0)
        await self.runtime.store.close()

    async def settled(self) -> None:
        """Wait until nothing is being worked on."""
        await until(lambda: self.runtime.runner.running == 0)


async def each_event(
    engine: Engine, person: str, job: str, *, after: str | None = None
) -> AsyncGenerator[JobEvent]:
    """Yield the events that ``Engine.follow`` gives in batches."""
    async with aclosing(await engine.follow(person, job, after=after)) as batches:
        async for batch in batches:
            for event in batch:
                yield event


async def until(ready: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not ready():  # noqa: ASYNC110 - looks at state of any kind
            await asyncio.sleep(0.002)


async def outcomes_by_message(store: Store, agent: str = "jasmine") -> Mapping[str, list[Outcome]]:
    """Return each message's outcomes; fail unless they follow the order of each conversation."""
    heard: dict[str, list[str]] = {}
    outcomes: dict[str, list[Outcome]] = {}
    settled: dict[str, list[str]] = {}
    async for entry in store.journal.entries(agent):
        for event in entry.events:
            if isinstance(event, MessageHeard):
                heard.setdefault(event.conversation, []).append(event.id)
                outcomes[event.id] = []
            elif isinstance(event, Outcome):
                for answer in event.answers:
                    outcomes[answer.message].append(event)
                    settled.setdefault(event.conversation, []).append(answer.message)
    for conversation, messages in settled.items():
        first = list(dict.fromkeys(messages))
        assert first == heard[conversation][: len(first)], conversation
    return outcomes


async def check_guarantees(engine: Engine, acknowledged: Collection[str]) -> None:
    """Check that each acknowledged message has one outcome, in order, and that a replay agrees."""
    outcomes = await outcomes_by_message(engine.store)
    assert set(acknowledged) <= set(outcomes)
    assert {message: len(found) for message, found in outcomes.items() if len(found) != 1} == {}
    replayed = await replay_journal(engine.store, "jasmine", verify=True)
    assert (replayed.entries, replayed.hash) == await engine.state_hash()


def file_bytes(folder: Path) -> bytes:
    """Return the bytes of all files of a store."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("soul.db*")))


OpenEngine = Callable[..., AbstractAsyncContextManager[Harness]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_engine(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> OpenEngine:
    """Open engines one after the other, in the same folder and with the same clock."""
    monkeypatch.chdir(tmp_path)  # no .env file is read
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    @asynccontextmanager
    async def open_one(
        *, model: FakeModel | None = None, voice: Voice | None = None, **chosen: object
    ) -> AsyncIterator[Harness]:
        if model is not None:
            chosen = {"llm_base_url": model.base_url, "llm_model": "soul-1", **chosen}
        settings = Settings(**{"data_dir": tmp_path, **chosen})  # type: ignore[arg-type]  # checked by pydantic
        engine = compose(settings, clock=clock, elapsed=clock, voice=voice)
        await engine.start()
        harness = Harness(engine, clock)
        try:
            yield harness
        finally:
            if not harness.crashed:
                await engine.stop()

    return open_one


@pytest.fixture
async def harness(open_engine: OpenEngine) -> AsyncIterator[Harness]:
    async with open_engine() as alive:
        yield alive
