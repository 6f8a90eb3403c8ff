"""Load clients of a cluster: guests who send messages to its servers until acknowledged.

A guest sends bursts of messages, each with an Idempotency-Key, and repeats one for as long as a
server is away or answers 503; then follows the replies, resuming a stream that broke (or that was
cut on purpose) at any server. What it receives is recorded for ``cluster_invariants``.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

Json = dict[str, Any]
Addresses = Callable[[], Sequence[str]]

TIMEOUT_S = 90.0  # seconds, also while a server is started anew
RETRY_DELAY_S = 0.1
AWAY = {503}
CUT_RATIO = 0.2  # how many streams are cut once, after a few events
MESSAGES = (
    "Thank you, you are wonderful and I love talking to you!",
    "My dog died yesterday and I am so sad.",
    "You are stupid and useless.",
    "My name is Tomas and I bake bread in Ghent.",
    "What do you remember about me?",
    "I got the job! I am so happy!",
    "I am sorry, I did not mean it.",
)


async def eventually(condition: Callable[[], Awaitable[bool]], within: float = 30.0) -> None:
    """Wait until the condition holds."""
    async with asyncio.timeout(within):
        while not await condition():  # noqa: ASYNC110 - looks from outside
            await asyncio.sleep(0.02)


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One server-sent event."""

    id: str
    event: str
    body: Json


@dataclass
class Guest:
    """One person; ``said`` maps the acknowledged jobs, in order, to their messages."""

    http: httpx.AsyncClient
    addresses: Addresses
    rng: random.Random
    token: str = ""
    person: str = ""
    said: dict[str, str] = field(default_factory=dict)
    done: dict[str, Json] = field(default_factory=dict)
    repeats: int = 0
    resumed: int = 0

    async def sign_in(self) -> None:
        """Sign in as a new guest."""
        self.token = (await self.ask("POST", "/v1/auth/guest")).json()["access_token"]
        self.person = (await self.ask("GET", "/v1/auth/me")).json()["user_id"]

    @property
    def headers(self) -> dict[str, str]:
        """The headers that authenticate the guest."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def any_address(self) -> str:
        """Return the address of a random server."""
        return self.rng.choice(self.addresses())

    async def ask(
        self, method: str, path: str, *, expected: int = 200, at: str = "", **sent: object
    ) -> httpx.Response:
        """Return the answer of a random server; retry where it is away or answers 503."""
        headers = self.headers
        headers.update(sent.pop("headers", {}))  # type: ignore[call-overload]  # pairs of str
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                try:
                    url = (at or self.any_address()) + path
                    response = await self.http.request(method, url, headers=headers, **sent)  # type: ignore[arg-type]  # httpx checks them
                except httpx.TransportError:
                    response = None
                if response is not None and response.status_code not in AWAY:
                    assert response.status_code == expected, (path, response.text)
                    return response
                self.repeats += 1
                await asyncio.sleep(RETRY_DELAY_S)

    async def submit(self, text: str) -> str:
        """Send a message until it is acknowledged; return its job's id."""
        key = f"{self.rng.getrandbits(64):x}"
        response = await self.ask(
            "POST",
            "/v1/messages/submit",
            expected=202,
            json={"message": text},
            headers={"Idempotency-Key": key},
        )
        job = str(response.json()["job_id"])
        assert job not in self.said
        self.said[job] = text
        return job

    async def follow(self, job: str) -> list[ServerEvent]:
        """Return the job's events up to its end, over as many streams as it takes."""
        events: list[ServerEvent] = []
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._follow(job, events)
        except TimeoutError:
            raise AssertionError(await self._describe(job, events)) from None
        self.done[job] = events[-1].body
        check_stream(events)
        return events

    async def _follow(self, job: str, events: list[ServerEvent]) -> None:
        cut = self.rng.randint(1, 5) if self.rng.random() < CUT_RATIO else 0
        while True:
            fresh = 0
            try:
                async for event in self._stream(job, events[-1].id if events else None):
                    events.append(event)
                    fresh += 1
                    if event.event == "done":
                        return
                    if fresh == cut:
                        break
            except httpx.TransportError:
                await asyncio.sleep(RETRY_DELAY_S)
            cut = 0
            self.resumed += 1

    async def _describe(self, job: str, events: list[ServerEvent]) -> str:
        """Describe a job whose stream did not end, as each server shows it."""
        answers = [
            (await self.ask("GET", f"/v1/jobs/{job}", at=url)).text for url in self.addresses()
        ]
        return f"{job} was not settled in {TIMEOUT_S} s: {answers}; told: {events}"

    async def _stream(self, job: str, after: str | None) -> AsyncIterator[ServerEvent]:
        """Yield the events of one stream; end early where the server breaks off or is away."""
        headers = self.headers | ({"Last-Event-ID": after} if after else {})
        url = f"{self.any_address()}/v1/jobs/{job}/events"
        async with self.http.stream("GET", url, headers=headers) as response:
            if response.status_code in AWAY:
                await asyncio.sleep(RETRY_DELAY_S)
                return
            assert response.status_code == 200, await response.aread()
            fields: dict[str, str] = {}
            async for line in response.aiter_lines():
                name, _, value = line.partition(": ")
                if name:
                    fields[name] = value
                elif "event" in fields:
                    yield ServerEvent(fields["id"], fields["event"], json.loads(fields["data"]))
                    fields = {}

    async def talk(self, wanted: int | asyncio.Event, pace: float = 0.1) -> None:
        """Send so many messages, or until the event is set, in bursts of one to five."""
        left = wanted if isinstance(wanted, int) else 1 << 30
        while left and not (isinstance(wanted, asyncio.Event) and wanted.is_set()):
            burst = min(left, self.rng.choice((1, 1, 2, 3, 5)))
            left -= burst
            jobs = [
                await self.submit(f"{self.rng.choice(MESSAGES)} ({len(self.said)})")
                for _ in range(burst)
            ]
            await asyncio.gather(self.follow(jobs[-1]), self.follow(self.rng.choice(jobs)))
            await asyncio.sleep(self.rng.random() * 2 * pace)


def check_stream(events: Sequence[ServerEvent]) -> None:
    """Check that no event came twice and that the last run is complete, without a gap."""
    assert len({event.id for event in events}) == len(events), events
    places = [tuple(map(int, event.id.split("."))) for event in events]
    epochs = [epoch for epoch, _ in places]
    assert epochs == sorted(epochs), events
    last = [event for event, epoch in zip(events, epochs, strict=True) if epoch == epochs[-1]]
    result = last[-1].body["result"]
    if result is None:
        return
    numbers = [number for epoch, number in places if epoch == epochs[-1]]
    assert numbers == list(range(len(numbers))) or result["silent"], events
    told = "".join(event.body["text"] for event in last if event.event == "text")
    assert told == result["response"], events


@dataclass
class LoadClients:
    """Several guests of the same servers."""

    guests: list[Guest]

    @property
    def said(self) -> int:
        """How many messages have been acknowledged."""
        return sum(len(guest.said) for guest in self.guests)

    async def talk(self, wanted: int | asyncio.Event, pace: float = 0.1) -> None:
        """Send messages from all guests, each as in ``Guest.talk``."""
        async with asyncio.TaskGroup() as group:
            for guest in self.guests:
                group.create_task(guest.talk(wanted, pace))

    @asynccontextmanager
    async def talking(self, pace: float = 0.1) -> AsyncIterator[None]:
        """Send messages while the block runs; wait for the replies after it."""
        enough = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            talk = group.create_task(self.talk(enough, pace))
            enough_said = self.said + len(self.guests)

            async def busy() -> bool:
                return self.said >= enough_said or talk.done()

            await eventually(busy)
            yield
            enough.set()


@asynccontextmanager
async def load_clients(
    addresses: Addresses, size: int, seed: int = 1
) -> AsyncIterator[LoadClients]:
    """Open ``size`` guests who have signed in."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    timeout = httpx.Timeout(30, connect=5)
    async with httpx.AsyncClient(limits=limits, timeout=timeout) as http:
        guests = [Guest(http, addresses, random.Random(f"{seed}.{n}")) for n in range(size)]  # noqa: S311 - a test's own
        await asyncio.gather(*(guest.sign_in() for guest in guests))
        yield LoadClients(guests)
