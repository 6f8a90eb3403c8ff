"""Event streams opened with a ticket instead of a header, over a real server."""

import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.conftest import Client, MakeSettings, StartApi, build, serving
from tests.api.test_sse import follow

pytestmark = pytest.mark.anyio


@pytest.fixture
async def who(served: str) -> AsyncIterator[Client]:
    async with httpx.AsyncClient(base_url=served, timeout=20) as http:
        yield await Client(http).sign_in()


async def ticket(who: Client, job: str) -> str:
    answer = await who.post("/v1/auth/ticket", json={"job_id": job})
    assert answer.status_code == 200, answer.text
    assert answer.json()["expires_in"] == 30
    return str(answer.json()["ticket"])


async def opened(
    base: httpx.URL, job: str, query: dict[str, str], **headers: str
) -> tuple[int, str, str]:
    """Status, type and content of a stream asked for by somebody without cookies or a token."""
    async with httpx.AsyncClient(base_url=base, timeout=20) as nobody:
        answer = await nobody.get(f"/v1/jobs/{job}/events", params=query, headers=headers)
    return answer.status_code, answer.headers["content-type"], answer.text


def code(answer: tuple[int, str, str]) -> tuple[int, str]:
    return answer[0], httpx.Response(200, text=answer[2]).json()["error"]["code"]


async def test_a_ticket_opens_the_same_stream_as_the_token_once(who: Client) -> None:
    job = await who.say("Hello! How are you?")
    base = who.http.base_url
    shown = await ticket(who, job)
    status, kind, content = await opened(base, job, {"ticket": shown})
    assert status == 200
    assert kind.startswith("text/event-stream")
    events = await follow(who, job)
    assert [f"id: {event.id}" in content for event in events] == [True] * len(events)
    assert code(await opened(base, job, {"ticket": shown})) == (401, "ticket_used")


async def test_a_broken_stream_goes_on_where_it_was(who: Client) -> None:
    job = await who.say("Hello! How are you?")
    shown = await ticket(who, job)
    _, _, whole = await opened(who.http.base_url, job, {"ticket": shown})
    seen = (await follow(who, job))[1].id
    query = {"ticket": shown}
    _, _, rest = await opened(who.http.base_url, job, query, **{"Last-Event-ID": seen})
    assert whole.endswith(rest)
    assert f"id: {seen}\n" not in rest


async def test_a_ticket_opens_nothing_else(who: Client) -> None:
    job, other = await who.say("Hello"), await who.say("And again")
    base, shown = who.http.base_url, await ticket(who, job)
    assert code(await opened(base, other, {"ticket": shown})) == (401, "ticket_invalid")
    async with httpx.AsyncClient(base_url=base) as nobody:
        for path in (f"/v1/jobs/{job}", "/v1/auth/me", "/v1/agents/jasmine/live"):
            assert (await nobody.get(path, params={"ticket": shown})).status_code == 401
            bearer = {"Authorization": f"Bearer {shown}"}
            assert (await nobody.get(path, headers=bearer)).status_code == 401


async def test_access_tokens_in_the_address_stay_refused(who: Client) -> None:
    job = await who.say("Hello")
    for name in ("access_token", "token", "ticket", "Authorization", "bearer"):
        status, _, _ = await opened(who.http.base_url, job, {name: who.token})
        assert status == 401


async def test_nobody_gets_a_ticket_for_anothers_job(who: Client) -> None:
    job = await who.say("Hello")
    async with httpx.AsyncClient(base_url=who.http.base_url) as http:
        other = await Client(http).sign_in()
        for wanted in (job, "jasmine.0", "nobody.1", "x" * 128, "../" + job):
            answer = await other.post("/v1/auth/ticket", json={"job_id": wanted})
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "job_not_found")
        for body in ({}, {"job_id": ""}, {"job_id": 7}, {"job_id": "x" * 129}, {"job_id": "a\0"}):
            assert (await other.post("/v1/auth/ticket", json=body)).status_code == 422
        assert (await http.post("/v1/auth/ticket", json={"job_id": job})).status_code == 401


async def test_tickets_count_among_the_job_queries(start_api: StartApi) -> None:
    async with start_api(rate_limit_poll="2/minute") as api:
        who = await api.client().sign_in()
        job = await who.say("Hello")
        answers = [await who.post("/v1/auth/ticket", json={"job_id": job}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_no_credential_in_an_address_gets_into_a_log(
    make_settings: MakeSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="uvicorn.access")
    with serving(build(make_settings()), access_log=True) as address:
        async with httpx.AsyncClient(base_url=address, timeout=20) as http:
            who = await Client(http).sign_in()
            job = await who.say("Hello")
            shown = await ticket(who, job)
            await opened(http.base_url, job, {"a": "1", "ticket": shown, "b": "2"})
            await opened(http.base_url, job, {"access_token": who.token})
    assert f"/v1/jobs/{job}/events?a=1&ticket=-&b=2" in caplog.text
    assert f"/v1/jobs/{job}/events?access_token=- " in caplog.text
    assert shown not in caplog.text
    assert who.token not in caplog.text
