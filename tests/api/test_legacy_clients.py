"""The page and the Discord bot of the first Synthetic Soul API, before this server.

Each test makes a client's calls in the client's order, over a real connection, and reads from the
answers what the client reads. Paths, headers and bodies are as those programs send them.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.api.conftest import MakeSettings, RunningApi, build, serving

pytestmark = pytest.mark.anyio

PAGE = "https://page.example"
JSON = {"Accept": "application/json"}
FORM = "application/x-www-form-urlencoded"
EMOTIONS = {"joy", "sadness", "anger", "fear", "surprise", "love", "disgust"}
EXTENSIONS = ("jpeg", "jpg", "png", "webp")
Json = Any


@pytest.fixture
def address(make_settings: MakeSettings) -> Iterator[str]:
    with serving(build(make_settings(web_ui_domain=PAGE, thinking_rate=1))) as address:
        yield address


class WebPage:
    """The first API's page: another origin, cookies, and the token in its local storage."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.token = ""

    async def fetch(
        self, method: str, path: str, json: Json = None, **headers: str
    ) -> httpx.Response:
        headers = {**JSON, "Origin": PAGE, **headers}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        answer = await self.http.request(method, path, headers=headers, json=json)
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert answer.headers["access-control-allow-credentials"] == "true"
        return answer

    async def read(self, method: str, path: str, json: Json = None, **headers: str) -> Json:
        answer = await self.fetch(method, path, json, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ask(self, text: str) -> Json:
        """Send a message, be refused the stream with the token in its address, then poll."""
        answer = await self.fetch(
            "POST", "/v1/messages/submit", json={"message": text, "type": "dm"}
        )
        assert answer.status_code == 202
        location = answer.headers["location"]
        assert "Location" in answer.headers["access-control-expose-headers"]
        stream = await self.http.get(
            f"{location}/events", params={"access_token": self.token}, headers={"Origin": PAGE}
        )
        assert stream.status_code == 401
        job = await settled(self, location)
        assert job["job_id"] == answer.json()["job_id"]
        assert isinstance(job["result"]["time"], int | float)
        return job["result"]


async def settled(client: "WebPage | Bot", path: str) -> Json:
    for _ in range(400):
        job = await client.read("GET", path)
        if job["status"] == "succeeded":
            return job
        await asyncio.sleep(0.025)
    raise AssertionError("no reply within ten seconds")


@pytest.fixture
async def page(address: str) -> AsyncIterator[WebPage]:
    async with httpx.AsyncClient(base_url=address, timeout=20) as http:
        yield WebPage(http)


def moment(text: str) -> datetime:
    """As the programs read it: ISO 8601 with its zone."""
    read = datetime.fromisoformat(text)
    assert read.tzinfo == UTC
    assert abs((datetime.now(UTC) - read).total_seconds()) < 3600
    return read


async def test_the_page_finds_all_that_it_shows(page: WebPage) -> None:
    assert (await page.read("GET", "/v1/meta/version"))["version"]
    page.token = (await page.read("POST", "/v1/auth/guest"))["access_token"]
    assert (await page.read("GET", "/v1/auth/me"))["guest"] is True
    empty = (await page.read("GET", "/v1/messages/conversation"))["conversation"]
    assert empty["messages"] == []
    agent = (await page.read("GET", "/v1/agents/active"))["agent"]
    assert agent["name"] == "Jasmine"
    assert len(agent["identity"]) > 20
    assert len(agent["personality"]["myers-briggs"]) == 4
    levels = [agent["personality"]["personality_matrix"], agent["emotional_status"]["emotions"]]
    assert len(levels[0]) == 10
    assert set(levels[1]) == EMOTIONS
    assert all(0 <= level["value"] <= 100 for group in levels for level in group.values())
    first = await page.ask("Hello! How are you?")
    second = await page.ask("I am glad to hear that.")
    told = (await page.read("GET", "/v1/messages/conversation"))["conversation"]["messages"]
    assert [line["from_agent"] for line in told] == [False, True, False, True]
    assert [told[1]["message"], told[3]["message"]] == [first["response"], second["response"]]
    assert [told[1]["expression"], told[3]["expression"]] == [
        first["expression"],
        second["expression"],
    ]
    assert len({line["id"] for line in told}) == 4
    moments = [moment(line["timestamp"]) for line in told]
    assert moments == sorted(moments)
    for expression in (agent["global_expression"], first["expression"], "neutral"):
        path = f"/static/expressions/{agent['name'].upper().lower()}/{expression}.jpeg"
        assert (await page.http.get(path)).headers["content-type"] == "image/png"


async def test_the_page_keeps_its_person_over_refresh_claim_logout_and_login(page: WebPage) -> None:
    page.token = (await page.read("POST", "/v1/auth/guest"))["access_token"]
    said = await page.ask("Remember the lighthouse.")
    csrf = {"X-CSRF-Token": page.http.cookies["refresh_csrf"]}
    page.token = (await page.read("POST", "/v1/auth/refresh", **csrf))["access_token"]
    account = {"email": "me@example.com", "username": "alice", "password": "secret-1234"}
    page.token = (await page.read("POST", "/v1/auth/claim", json=account))["access_token"]
    assert (await page.read("POST", "/v1/auth/logout")) == {"ok": True}
    page.token = ""
    assert (await page.fetch("GET", "/v1/auth/me")).status_code == 401
    del account["username"]
    page.token = (await page.read("POST", "/v1/auth/login", json=account))["access_token"]
    me = await page.read("GET", "/v1/auth/me")
    assert (me["username"], me["guest"]) == ("alice", False)
    told = (await page.read("GET", "/v1/messages/conversation"))["conversation"]["messages"]
    assert told[-1]["message"] == said["response"]


async def test_the_page_shows_the_latest_thought(page: WebPage) -> None:
    page.token = (await page.read("POST", "/v1/auth/guest"))["access_token"]
    await page.ask("I have been reading about comets.")
    deadline = asyncio.get_running_loop().time() + 20
    while not (answer := await page.read("GET", "/v1/thoughts/latest")):
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.1)
    assert answer["latest_thought"]["thought"] == answer["thought"]
    moment(answer["latest_thought"]["timestamp"])


class Bot:
    """The Discord bot: no browser, cookies kept by hand, the type of a form for an empty POST."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.token = ""
        self.cookies: dict[str, str] = {}

    async def post(self, path: str, body: Json = None, **headers: str) -> httpx.Response:
        self.http.cookies.clear()
        if body is not None:
            return await self.http.post(path, json=body, headers={**JSON, **headers})
        return await self.http.post(path, headers={**JSON, "Content-Type": FORM, **headers})

    async def read(self, method: str, path: str) -> Json:
        self.http.cookies.clear()
        answer = await self.http.request(method, path, headers={**JSON, **self.bearer})
        assert answer.status_code == 200, answer.text
        return answer.json()

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def cookie(self) -> str:
        named = [f"{name}={self.cookies[name]}" for name in ("sid", "rtoken", "refresh_csrf")]
        return "; ".join(named)

    def keep(self, answer: httpx.Response) -> None:
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["expires_in"] > 0
        assert told["username"]
        self.token = told["access_token"]
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value


@pytest.fixture
async def bot(address: str) -> AsyncIterator[Bot]:
    async with httpx.AsyncClient(base_url=address, timeout=20) as http:
        opened = Bot(http)
        opened.keep(await opened.post("/v1/auth/guest"))
        yield opened


async def test_the_bot_talks_and_shows_emotions_and_its_session(bot: Bot) -> None:
    sent = await bot.post("/v1/messages/submit", {"message": "Hi", "type": "dm"}, **bot.bearer)
    assert sent.status_code == 202
    job = await settled(bot, f"/v1/jobs/{sent.json()['job_id']}")
    assert isinstance(job["result"]["response"], str)
    me = await bot.read("GET", "/v1/auth/me")
    assert {"username", "sid"} <= set(me)
    conversation = (await bot.read("GET", "/v1/messages/conversation"))["conversation"]
    assert conversation["id"]
    assert conversation["messages"][-1]["from_agent"] is True
    assert conversation["messages"][-1]["message"] == job["result"]["response"]
    emotions = (await bot.read("GET", "/v1/agents/active"))["agent"]["emotional_status"]["emotions"]
    assert all(isinstance(level["value"], int) for level in emotions.values())
    assert len(emotions) <= 12  # more it does not show
    await bot.read("GET", "/v1/thoughts/latest")


async def test_the_bot_speaks_in_a_group(bot: Bot) -> None:
    message = {"message": "<@4711> are you there?", "type": "group"}
    sent = await bot.post("/v1/messages/submit", message, **bot.bearer)
    job = await settled(bot, f"/v1/jobs/{sent.json()['job_id']}")
    assert job["result"]["response"]  # its mention is a number, which the agent cannot know


async def test_the_bot_refreshes_claims_and_logs_out(bot: Bot) -> None:
    csrf = bot.cookies["refresh_csrf"]
    bot.keep(await bot.post("/v1/auth/refresh", **{"Cookie": bot.cookie, "X-CSRF-Token": csrf}))
    account = {"email": "bot@example.com", "username": "discord", "password": "secret-1234"}
    bot.keep(await bot.post("/v1/auth/claim", account, **bot.bearer))
    csrf = bot.cookies["refresh_csrf"]
    bot.keep(await bot.post("/v1/auth/refresh", **{"Cookie": bot.cookie, "X-CSRF-Token": csrf}))
    assert (await bot.read("GET", "/v1/auth/me"))["username"] == "discord"
    assert (await bot.post("/v1/auth/logout", **bot.bearer)).json() == {"ok": True}
    assert (await bot.http.get("/v1/auth/me", headers=bot.bearer)).status_code == 401
    del account["username"]
    bot.keep(await bot.post("/v1/auth/login", account))


# What comes with an empty POST of a form's type and the cookies ("*" is the CSRF value), and
# what the answer's status is.
FORMS: tuple[tuple[dict[str, str], bytes, int], ...] = (
    ({}, b"", 403),
    ({"Authorization": "Basic YTpi"}, b"", 403),
    ({"Origin": "https://elsewhere.example"}, b"", 403),
    ({"Origin": "https://elsewhere.example", "X-CSRF-Token": "*"}, b"", 403),
    ({"Content-Type": "text/plain", "X-CSRF-Token": "*"}, b"", 403),
    ({"Content-Type": "multipart/form-data; boundary=x", "X-CSRF-Token": "*"}, b"", 403),
    ({"X-CSRF-Token": "*"}, b"a=1", 415),
    ({"Content-Type": f"{FORM}; charset=utf-8", "X-CSRF-Token": "*"}, b"", 200),
    ({"X-CSRF-Token": "*"}, b"", 200),
)


@pytest.mark.parametrize("path", ["refresh", "logout"])
async def test_a_form_is_taken_with_the_csrf_header_alone(api: RunningApi, path: str) -> None:
    for headers, body, status in FORMS:
        who = await api.client().sign_in()
        csrf = who.http.cookies["refresh_csrf"]
        who.token = ""
        sent = {"Content-Type": FORM, **headers}
        sent = {name: csrf if value == "*" else value for name, value in sent.items()}
        answer = await who.post(f"/v1/auth/{path}", content=body, headers=sent)
        assert answer.status_code == status, (headers, answer.text)


async def test_nothing_private_of_another_person_is_shown(page: WebPage, bot: Bot) -> None:
    page.token = (await page.read("POST", "/v1/auth/guest"))["access_token"]
    await page.ask("My sister Ottoline is in hospital, and I am frightened.")
    shown = [
        await bot.read("GET", path)
        for path in ("/v1/agents/active", "/v1/messages/conversation", "/v1/thoughts/latest")
    ]
    assert "Ottoline" not in str(shown)
    assert shown[1]["conversation"]["messages"] == []
