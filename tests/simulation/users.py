"""Persons who talk to a simulated cluster, try again where no answer came, and remember all."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from synthetic_soul.engine.job_events import END_WITHOUT_TEXT, chunks_of, parse_id
from synthetic_soul.errors import Conflict, NotFound, SoulError, Unavailable
from tests.simulation.cluster import Lost
from tests.simulation.fake_voice import POISON

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import TypeVar

    from synthetic_soul.engine.engine import Engine
    from synthetic_soul.engine.views import JobEvent, JobView
    from tests.simulation.cluster import Cluster

    T = TypeVar("T")

NAMES = ("ada", "ben", "cyd", "dov")
LINES = (
    "Hello there!",
    "My name is Robin.",
    "I like walnuts.",
    "Mo, you are wonderful, thank you!",
    "My grandmother died yesterday.",
    "Please forget that I like walnuts.",
    "What is my name?",
    "You are stupid.",
)
RETRIES = 2
HANG_UP = 12.0


def mark(person: str) -> str:
    """What stands in every line of this person's, and in nobody else's."""
    return f"mark-of-{person}-"


@dataclass
class Memory:
    """What all persons together have seen. ``complaints`` is what must not have happened."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    retried: dict[str, int] = field(default_factory=dict)
    leaving: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    shown: dict[tuple[str, str], str] = field(default_factory=dict)
    followed: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def accept(self, person: str, key: str | None, job: str) -> None:
        """A message was acknowledged under this id."""
        self.acknowledged[job] = person
        if key is not None and self.keys.setdefault((person, key), job) != job:
            self.complaints.append(f"key {key} made two jobs: {self.keys[person, key]} and {job}")


@dataclass(frozen=True, slots=True)
class Said:
    """A line, to whom, and whether before everybody."""

    text: str
    agent: str
    group: bool


class Person:
    """One who says a few things, and follows what becomes of them.

    ``alone`` with one agent, or to all of them, and sometimes in their group.
    """

    def __init__(self, name: str, cluster: Cluster, memory: Memory, *, alone: bool = False) -> None:
        self.name, self._cluster, self._memory, self._alone = name, cluster, memory, alone
        self._chance = cluster.world.chance

    async def live(self, lines: int, stay: float = 5.0) -> None:
        """Say so many things, perhaps leave for good after a while; ends when all is answered."""
        hasty = self._chance.random() < 0.5
        under_way = []
        for number in range(lines):
            await asyncio.sleep(self._chance.random() * (0.3 if hasty else 6))
            under_way.append(asyncio.ensure_future(self._talk(number)))
        if self._chance.random() < 0.2:
            await self._take_back()
        if self._chance.random() < 0.25:
            await asyncio.sleep(self._chance.random() * stay)
            await self._leave()
        await asyncio.gather(*under_way)

    async def _insist(self, request: Callable[[Engine], Coroutine[object, object, T]]) -> T:
        """Ask until there is an answer."""
        while True:
            try:
                return await self._cluster.ask(request)
            except (Lost, Unavailable):
                await asyncio.sleep(0.1 + self._chance.random() * 2)

    async def _take_back(self) -> None:
        """Have the first thing forgotten that is known of them."""
        agent = self._chance.choice(self._cluster.agents)
        known = await self._insist(lambda engine: engine.facts(self.name, agent))
        if known:
            with suppress(NotFound):  # an earlier try was not in vain
                await self._insist(lambda engine: engine.forget(self.name, known[0].id, agent))

    async def _leave(self) -> None:
        self._memory.leaving.add(self.name)
        await self._insist(lambda engine: engine.erase(self.name))
        self._cluster.world.tell(f"{self.name} has left")
        self._memory.erased.add(self.name)

    def _line(self, number: int) -> str:
        said = self._chance.choice(LINES)
        if self._chance.random() < 0.02:
            said += f" {POISON}"
        return f"{said} {mark(self.name)}{number}"

    async def _talk(self, number: int) -> None:
        """One message, from its submission to its last outcome."""
        agents = self._cluster.agents[:1] if self._alone else self._cluster.agents
        group = not self._alone and self._chance.random() < 0.2
        said = Said(self._line(number), self._chance.choice(agents), group)
        key = f"{self.name}-{number}" if self._chance.random() < 0.8 else None
        job = await self._submit(said, key)
        if job is None:
            return
        if key is not None and self._chance.random() < 0.2:
            await self._submit(said, key)
        for _ in range(RETRIES + 1):
            if self._chance.random() < 0.3:
                return  # somebody who does not look
            outcome = await self._follow(job)
            if outcome["status"] != "failed" or not await self._retry(job):
                return

    async def _submit(self, said: Said, key: str | None) -> str | None:
        async def hear(engine: Engine) -> JobView:
            if self.name in self._memory.erased:
                raise NotFound("this account is gone")  # as the API says
            return await engine.submit(
                person=self.name, text=said.text, agent=said.agent, group=said.group, key=key
            )

        try:
            view = await (self._insist(hear) if key else self._cluster.ask(hear))
        except (Lost, SoulError) as error:
            code = error.code if isinstance(error, SoulError) else "lost"
            self._cluster.world.tell(f"{self.name} is refused: {code}")
            if self.name not in self._memory.leaving and not isinstance(error, (Lost, Unavailable)):
                self._memory.complaints.append(f"a message of {self.name}: {code}")
            return None
        self._cluster.world.tell(f"{self.name} is told {view.job_id}")
        self._memory.accept(self.name, key, view.job_id)
        return view.job_id

    async def _retry(self, job: str) -> bool:
        """Have a failed message answered after all."""
        try:
            await self._insist(lambda engine: engine.retry(self.name, job))
        except Conflict:
            return True  # an earlier try was not in vain
        self._memory.retried[job] = self._memory.retried.get(job, 0) + 1
        return True

    async def _follow(self, job: str) -> dict[str, object]:
        """Follow a job to its end, over any number of streams."""
        self._memory.followed.add(job)
        story = Story(job, self._memory)
        while story.outcome is None:
            api_hosts = self._cluster.api_hosts()
            if not api_hosts:
                await asyncio.sleep(0.5)
                continue
            host = self._chance.choice(api_hosts)
            assert host.engine is not None
            batches: asyncio.Queue[list[JobEvent] | None] = asyncio.Queue()
            pump = host.process.run(self._pump(host.engine, job, story.last, batches))
            await self._listen(story, batches)
            pump.cancel()
        self._memory.done.add(job)
        return story.outcome

    async def _pump(
        self,
        engine: Engine,
        job: str,
        after: str | None,
        batches: asyncio.Queue[list[JobEvent] | None],
    ) -> None:
        """Send on what an API host streams, until that ends in any way."""
        try:
            async for events in await engine.follow(self.name, job, after=after):
                batches.put_nowait(events)
        except Unavailable:
            pass
        except NotFound:
            self._memory.complaints.append(f"job {job} is not found")
        batches.put_nowait(None)

    async def _listen(self, story: Story, batches: asyncio.Queue[list[JobEvent] | None]) -> None:
        """Hear one stream out, or hang up in the middle."""
        while story.outcome is None:
            try:
                async with asyncio.timeout(HANG_UP):
                    events = await batches.get()
            except TimeoutError:
                return
            if events is None:
                await asyncio.sleep(self._chance.random())
                return
            for event in events:
                story.take(event)
                if self._chance.random() < 0.1:
                    return


class Story:
    """What one follower was shown of a job: a stream that may be cut and resumed."""

    def __init__(self, job: str, memory: Memory) -> None:
        self._job, self._memory = job, memory
        self.last: str | None = None
        self.outcome: dict[str, object] | None = None
        self._epoch, self._next = 0, 0
        self._texts: list[str] = []

    def take(self, event: JobEvent) -> None:
        """Take in one event."""
        shown = json.dumps([event.event, event.body], sort_keys=True)
        if self._memory.shown.setdefault((self._job, event.id), shown) != shown:
            self._complain(f"event {event.id} is shown twice with another content")
        epoch, number = parse_id(event.id) or (0, 0)
        if number == 0 and epoch != self._epoch:
            self._epoch, self._next, self._texts = epoch, 0, []
        in_place = epoch == self._epoch and number <= self._next
        if not in_place and number < END_WITHOUT_TEXT:
            self._complain(f"after {self.last} comes {event.id}")
        if number == self._next or number >= END_WITHOUT_TEXT:
            self._next = number + 1
            if event.event == "text":
                self._texts.append(str(event.body["text"]))
        self.last = event.id
        if event.event == "done":
            self._end(event.body)

    def _end(self, outcome: dict[str, object]) -> None:
        self.outcome = outcome
        result = outcome["result"]
        said = str(result["response"]) if isinstance(result, dict) else ""
        if said and self._texts != chunks_of(said):
            self._complain(f"the stream said {self._texts}, the reply is {said!r}")
        erased = self._memory.leaving  # in a group the reply may belong to somebody else
        if isinstance(result, dict) and not said and not result["silent"] and not erased:
            self._complain("the reply is empty")

    def _complain(self, what: str) -> None:
        self._memory.complaints.append(f"job {self._job}: {what}")
