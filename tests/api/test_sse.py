"""Streams, over a real server."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import httpx
import pytest

from synthetic_soul.api import sse
from synthetic_soul.api.sse import STREAMS_PER_PERSON, EventStream, OpenStreams, encode_event
from synthetic_soul.errors import Unavailable
from tests.api.conftest import Client, MakeSettings, build, serving

pytestmark = pytest.mark.anyio


@dataclass
class Event:
    id: str
    event: str
    body: dict[str, object]


async def events(response: httpx.Response) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield Event(fields.get("id", ""), fields["event"], json.loads(fields["data"]))
            fields = {}


@pytest.fixture
async def who(served: str) -> AsyncIterator[Client]:
    async with httpx.AsyncClient(base_url=served, timeout=20) as http:
        yield await Client(http).sign_in()


async def follow(who: Client, job: str, after: str | None = None) -> list[Event]:
    headers = {"Authorization": f"Bearer {who.token}"}
    if after is not None:
        headers["Last-Event-ID"] = after
    async with who.http.stream("GET", f"/v1/jobs/{job}/events", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        return [event async for event in events(response)]


def text(data: list[Event]) -> str:
    return "".join(str(event.body["text"]) for event in data if event.event == "text")


async def test_a_reply_streams_in_and_the_stream_ends_with_it(who: Client) -> None:
    data = await follow(who, await who.say("Hello! How are you?"))
    assert {event.event for event in data} == {"status", "progress", "text", "done"}
    assert data[-1].event == "done"
    result = data[-1].body["result"]
    assert isinstance(result, dict)
    assert text(data) == result["response"]
    assert len({event.id for event in data}) == len(data)


async def test_a_stream_cut_anywhere_is_resumed_without_a_gap(who: Client) -> None:
    job = await who.say("Hello! How are you?")
    await who.outcome(job)
    whole = await follow(who, job)
    for place, event in enumerate(whole):
        assert await follow(who, job, after=event.id) == whole[place + 1 :]


async def test_anothers_stream_is_not_found(who: Client) -> None:
    job = await who.say("Hello")
    async with httpx.AsyncClient(base_url=str(who.http.base_url)) as http:
        other = await Client(http).sign_in()
        theirs = await other.get(f"/v1/jobs/{job}/events")
        missing = await other.get("/v1/jobs/no-such-job/events")
        assert theirs.status_code == missing.status_code == 404
        assert (await other.get("/v1/agents/nobody/live")).status_code == 404


async def test_feelings_are_shown_as_they_change(who: Client) -> None:
    headers = {"Authorization": f"Bearer {who.token}"}
    async with who.http.stream("GET", "/v1/agents/jasmine/live", headers=headers) as response:
        data = events(response)
        first = await anext(data)
        await who.say("I have wonderful news, I got the job!")
        second = await anext(data)
        assert first.event == second.event == "feeling"
        assert first.body["emotions"] != second.body["emotions"]


async def test_open_streams_do_not_slow_other_requests(who: Client) -> None:
    job = await who.say("Hello")
    await who.outcome(job)
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=who.http.base_url, limits=limits, timeout=20) as http:
        persons = [who, *[await Client(http).sign_in() for _ in range(2)]]
        opened = [
            http.stream(
                "GET", "/v1/agents/jasmine/live", headers={"Authorization": f"Bearer {each.token}"}
            )
            for each in persons
            for _ in range(STREAMS_PER_PERSON)
        ]
        responses = await asyncio.gather(*(each.__aenter__() for each in opened))
        assert {response.status_code for response in responses} == {200}
        slowest = 0.0
        for _ in range(50):
            begun = time.perf_counter()
            assert (await who.get(f"/v1/jobs/{job}")).status_code == 200
            slowest = max(slowest, time.perf_counter() - begun)
        await asyncio.gather(*(each.__aexit__(None, None, None) for each in opened))
    assert slowest < 0.5


@dataclass
class Live:
    """A stream of feelings that was opened, with the events that are still to come."""

    response: httpx.Response
    rest: AsyncIterator[Event]


async def live(http: httpx.AsyncClient, who: Client) -> Live:
    """Open a stream of feelings, from which the first event has come."""
    headers = {"Authorization": f"Bearer {who.token}"}
    request = http.build_request("GET", "/v1/agents/jasmine/live", headers=headers)
    response = await http.send(request, stream=True)
    rest = events(response)
    assert (await anext(rest)).event == "feeling"
    return Live(response, rest)


async def ended(streams: list[Live]) -> list[int]:
    """Return which streams the server has ended, and close the others."""

    async def is_ended(stream: Live) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                async for _ in stream.rest:
                    pass
                return True
        return False

    found = await asyncio.gather(*map(is_ended, streams))
    await asyncio.gather(*(stream.response.aclose() for stream in streams))
    return [number for number, ends in enumerate(found) if ends]


async def test_of_too_many_streams_of_a_person_the_oldest_end(who: Client) -> None:
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=who.http.base_url, limits=limits, timeout=20) as http:
        other = await Client(http).sign_in()
        streams = [await live(http, other)]
        streams += [await live(http, who) for _ in range(STREAMS_PER_PERSON + 3)]
        assert await ended(streams) == [1, 2, 3]


async def test_of_too_many_streams_of_an_address_the_oldest_end(
    who: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "STREAMS_PER_ADDRESS", 4)
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=who.http.base_url, limits=limits, timeout=20) as http:
        persons = [await Client(http).sign_in() for _ in range(6)]
        assert await ended([await live(http, each) for each in persons]) == [0, 1]


async def test_what_counts_as_open_is_what_is_open(make_settings: MakeSettings) -> None:
    app = build(make_settings())
    with serving(app) as address:
        async with httpx.AsyncClient(base_url=address, timeout=20) as http:
            who = await Client(http).sign_in()
            streams = [await live(http, who) for _ in range(3)]
            keys = app.state.app_state.open_streams._by_key
            assert [len(each) for each in keys.values()] == [3, 3]
            for stream in streams:
                await stream.response.aclose()
            async with asyncio.timeout(20):
                while keys:  # noqa: ASYNC110 - the server notices the end a little later
                    await asyncio.sleep(0.01)


async def test_a_stream_closes_soon_after_its_session_is_revoked(who: Client) -> None:
    headers = {"Authorization": f"Bearer {who.token}"}
    async with who.http.stream("GET", "/v1/agents/jasmine/live", headers=headers) as response:
        data = events(response)
        await anext(data)
        await who.post("/v1/auth/logout")
        begun = time.perf_counter()
        assert [event async for event in data] == []
        assert time.perf_counter() - begun < 5


async def test_a_server_with_open_streams_stops_at_once(make_settings: MakeSettings) -> None:
    with serving(build(make_settings())) as address:
        http = httpx.AsyncClient(base_url=address, timeout=20)
        who = await Client(http).sign_in()
        headers = {"Authorization": f"Bearer {who.token}"}
        opened = http.stream("GET", "/v1/agents/jasmine/live", headers=headers)
        data = events(await opened.__aenter__())
        await anext(data)
        begun = time.perf_counter()
    assert time.perf_counter() - begun < 5
    assert [event async for event in data] == []
    await http.aclose()


async def run(
    stream: EventStream,
    *,
    leaves: bool = False,
    stalls: bool = False,
    note: Callable[[dict[str, object]], None] = lambda _: None,
) -> list[dict[str, object]]:
    """Run a stream over a bare ASGI connection; ``note`` sees each message."""
    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)
        note(message)
        if stalls and len(sent) > 1:
            await asyncio.sleep(60)

    async def receive() -> dict[str, object]:
        if not leaves:
            await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    await asyncio.wait_for(stream({}, receive, send), 10)  # type: ignore[arg-type]  # enough of ASGI
    return sent


def opened(
    source: AsyncGenerator[bytes],
    *,
    is_session_live: Callable[[], Awaitable[bool]],
    shutdown: asyncio.Event,
) -> EventStream:
    return EventStream(
        source,
        is_session_live=is_session_live,
        shutdown=shutdown,
        open_streams=OpenStreams(),
        person="ann",
        address="192.0.2.7",
    )


async def silence() -> AsyncGenerator[bytes]:
    await asyncio.sleep(60)
    yield b""


async def holds() -> bool:
    return True


async def test_a_silent_stream_sends_keep_alive_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "SESSION_CHECK_SECONDS", 0.01)
    monkeypatch.setattr(sse, "KEEP_ALIVE_SECONDS", 0.05)
    shutdown = asyncio.Event()
    beats: list[float] = []

    def note(message: dict[str, object]) -> None:
        if message.get("body") == b": still here\n\n":
            beats.append(time.monotonic())
            if len(beats) == 3:
                shutdown.set()

    began = time.monotonic()
    sent = await run(opened(silence(), is_session_live=holds, shutdown=shutdown), note=note)
    assert beats[-1] - began >= 3 * 0.05
    assert sent[-1] == {"type": "http.response.body", "body": b""}


async def test_nothing_is_sent_to_a_client_that_left() -> None:
    stream = opened(silence(), is_session_live=holds, shutdown=asyncio.Event())
    sent = await run(stream, leaves=True)
    assert [message["type"] for message in sent] == ["http.response.start"]


async def test_a_client_that_reads_nothing_is_disconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "SEND_TIMEOUT_SECONDS", 0.05)

    async def two() -> AsyncGenerator[bytes]:
        yield encode_event("text", {"text": "a"}, "1.1")
        yield encode_event("text", {"text": "b"}, "1.2")

    stream = opened(two(), is_session_live=holds, shutdown=asyncio.Event())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(run(stream, stalls=True), 1)


async def test_an_unavailable_store_ends_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "SESSION_CHECK_SECONDS", 0.01)

    async def away() -> bool:
        raise Unavailable("the store is away")

    sent = await run(opened(silence(), is_session_live=away, shutdown=asyncio.Event()))
    assert sent[-1] == {"type": "http.response.body", "body": b""}


def test_an_event_is_one_line_of_json() -> None:
    wire = encode_event("text", {"text": "a\nb\u2028"}, "1.2").decode()
    assert wire == 'id: 1.2\nevent: text\ndata: {"text": "a\\nb\u2028"}\n\n'


async def test_streams_of_feelings_count_as_queries(make_settings: MakeSettings) -> None:
    with serving(build(make_settings(rate_limit_poll="2/minute"))) as address:
        async with httpx.AsyncClient(base_url=address, timeout=20) as http:
            who = await Client(http).sign_in()
            for _ in range(2):
                await (await live(http, who)).response.aclose()
            assert (await who.get("/v1/agents/jasmine/live")).status_code == 429
