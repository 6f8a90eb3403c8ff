"""Under which names the server is asked; a foreign page's form signs nobody in."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import httpx
import pytest
import structlog

from synthetic_soul.errors import Misconfigured
from synthetic_soul.settings import read_settings

if TYPE_CHECKING:
    from tests.api.conftest import MakeSettings, RunningApi, StartApi

pytestmark = pytest.mark.anyio

PATHS = (
    "/v1/meta/ping",
    "/v1/health",
    "/metrics",
    "/",
    "/static/app.js",
    "/openapi.json",
    "/nothing",
)


async def status(api: RunningApi, host: str, path: str = "/v1/meta/ping", **said: str) -> int:
    transport = httpx.ASGITransport(api.app, client=("127.0.0.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        headers = {name.replace("_", "-"): value for name, value in said.items()}
        answer = await client.get(path, headers={"Host": host, **headers})
    if answer.status_code == 421:
        error = answer.json()["error"]
        assert error["code"] == "foreign_host"
        assert "ALLOWED_HOSTS" in error["message"]
        assert "x-request-id" in answer.headers
    return answer.status_code


FOREIGN = [
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "127.0.0.1.evil.example",
    "localhost@evil.example",
    "notlocalhost",
    "evil",
    "0x7f.1",
    "2130706433",
    "soul.example.evil.example",
    "localhost:99999",
    "[::1",
    "..",
    "xn--bcher-kva.example",
]
OWN = [
    "localhost",
    "LocalHost:8000",
    "localhost.",
    "soul.localhost:8000",
    "127.0.0.1",
    "127.0.0.1:8000",
    "127.9.9.9",
    "[::1]",
    "[::1]:8000",
    "192.168.1.20:8000",
    "203.0.113.9",
    "[2001:db8::7]:80",
    "host.docker.internal:8000",
    socket.gethostname(),
    f"{socket.gethostname().upper()}.local:8000",
    "",
]


async def test_only_names_of_this_server_are_served(start_api: StartApi) -> None:
    async with start_api(allowed_hosts="") as api:
        assert {host: await status(api, host) for host in OWN} == dict.fromkeys(OWN, 200)
        assert {host: await status(api, host) for host in FOREIGN} == dict.fromkeys(FOREIGN, 421)


async def test_no_path_is_served_under_a_foreign_name_and_all_by_address(
    start_api: StartApi,
) -> None:
    async with start_api(allowed_hosts="") as api:
        for path in PATHS:
            assert await status(api, "evil.example", path) == 421, path
            assert await status(api, "10.1.2.3:8000", path) in {200, 404}, path


@pytest.mark.parametrize(
    ("settings", "host", "expected"),
    [
        ({"allowed_hosts": "soul.example.org"}, "soul.example.org", 200),
        ({"allowed_hosts": "soul.example.org"}, "SOUL.example.org.:443", 200),
        ({"allowed_hosts": "soul.example.org"}, "a.soul.example.org", 421),
        ({"allowed_hosts": "https://Soul.Example.org:8443/"}, "soul.example.org", 200),
        ({"allowed_hosts": "*.example.org"}, "a.b.example.org", 200),
        ({"allowed_hosts": ".example.org"}, "a.example.org", 200),
        ({"allowed_hosts": "*.example.org"}, "example.org", 421),
        ({"allowed_hosts": "*.example.org"}, "evilexample.org", 421),
        ({"allowed_hosts": "a.test, b.test"}, "b.test", 200),
        ({"allowed_hosts": "a.test"}, "localhost", 200),
        ({"allowed_hosts": "*"}, "evil.example", 200),
        ({"web_ui_domain": "https://chat.example:8443"}, "chat.example", 200),
        ({"web_ui_domain": "chat.example"}, "evil.example", 421),
        ({"host": "soul.lan"}, "soul.lan:8000", 200),
    ],
)
async def test_names_can_be_allowed(
    start_api: StartApi, settings: dict[str, str], host: str, expected: int
) -> None:
    good = "kV3yT0p-9zQmXw7RbLhN2sDfGjUaEcIo5B8"
    secrets = {"jwt_secret": good, "password_pepper": good[::-1]} if "host" in settings else {}
    async with start_api(**{"allowed_hosts": "", **secrets, **settings}) as api:
        assert await status(api, host) == expected


@pytest.mark.parametrize(
    ("settings", "said", "expected"),
    [
        ({}, {"X_Forwarded_Host": "localhost"}, 421),
        ({}, {"Forwarded": "host=localhost"}, 421),
        ({"trusted_proxies": "127.0.0.1"}, {"X_Forwarded_Host": "soul.example"}, 200),
        ({"trusted_proxies": "127.0.0.1"}, {}, 200),
        ({"trusted_proxies": "10.0.0.1"}, {"X_Forwarded_Host": "soul.example"}, 421),
        (
            {"trusted_proxies": "127.0.0.1", "allowed_hosts": "soul.example"},
            {"X_Forwarded_Host": "soul.example"},
            421,
        ),
        (
            {"trusted_proxies": "127.0.0.1", "allowed_hosts": "soul.example, inner.test"},
            {"X_Forwarded_Host": "soul.example"},
            200,
        ),
        (
            {"trusted_proxies": "127.0.0.1", "allowed_hosts": "inner.test"},
            {"X_Forwarded_Host": "evil.example"},
            421,
        ),
    ],
)
async def test_a_trusted_proxy_chooses_the_names_unless_they_are_listed(
    start_api: StartApi, settings: dict[str, str], said: dict[str, str], expected: int
) -> None:
    async with start_api(**{"allowed_hosts": "", **settings}) as api:
        assert await status(api, "inner.test", **said) == expected


@pytest.mark.parametrize(
    ("settings", "said", "expected"),
    [
        ({}, {"Sec_Fetch_Site": "same-origin"}, 200),
        ({}, {"Sec_Fetch_Site": "none"}, 200),
        ({}, {"Sec_Fetch_Site": "same-origin", "Origin": "https://soul.example"}, 200),
        ({}, {"Sec_Fetch_Site": "same-origin", "Origin": "http://soul.example"}, 421),
        ({}, {"Sec_Fetch_Site": "same-origin", "Origin": "null"}, 421),
        ({}, {"Origin": "https://soul.example"}, 421),
        ({"allowed_hosts": "inner.test"}, {"Sec_Fetch_Site": "same-origin"}, 421),
    ],
)
async def test_a_browser_over_https_has_checked_the_name(
    start_api: StartApi, settings: dict[str, str], said: dict[str, str], expected: int
) -> None:
    async with start_api(**{"allowed_hosts": "", **settings}) as api:
        assert await status(api, "soul.example", **said) == expected


@pytest.mark.parametrize("written", ["soul example", "a/b", "exa*mple.org", "*.", "a..b"])
def test_what_is_no_name_is_refused(make_settings: MakeSettings, written: str) -> None:
    make_settings()
    with pytest.raises(Misconfigured, match=r"ALLOWED_HOSTS.*soul\.example\.org"):
        read_settings(allowed_hosts=written)


async def test_the_operator_is_told_once_of_a_name_that_was_refused(start_api: StartApi) -> None:
    async with start_api(allowed_hosts="") as api:
        with structlog.testing.capture_logs() as logs:
            for _ in range(3):
                await status(api, "soul.example")
        (line,) = [line for line in logs if line["event"] == "foreign_host_refused"]
        assert line["host"] == "soul.example"
        assert "ALLOWED_HOSTS" in line["hint"]


FORMS = [
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://soul.test.evil.example"},
]


@pytest.mark.parametrize("headers", FORMS, ids=str)
@pytest.mark.parametrize("path", ["guest", "login", "me"])
@pytest.mark.parametrize("kind", ["", "application/x-www-form-urlencoded", "text/plain"])
async def test_a_form_of_a_foreign_page_replaces_no_cookies(
    api: RunningApi, headers: dict[str, str], path: str, kind: str
) -> None:
    who = await api.client().sign_in()
    before = dict(who.http.cookies)
    sent = {**headers, "Content-Type": kind} if kind else headers
    method = "DELETE" if path == "me" else "POST"
    answer = await who.ask(method, f"/v1/auth/{path}", headers=sent)
    assert answer.status_code == 403, answer.text
    assert answer.json()["error"]["code"] == "foreign_origin"
    assert not answer.headers.get_list("set-cookie")
    assert dict(who.http.cookies) == before
    assert (await who.get("/v1/auth/me")).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"headers": {"Origin": "http://soul.test"}},
        {"headers": {"Sec-Fetch-Site": "same-origin"}},
        {"headers": {"Sec-Fetch-Site": "none"}},
        {"json": {}},
        {"headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    ],
    ids=str,
)
async def test_own_pages_and_programs_become_guests(
    api: RunningApi, sent: dict[str, object]
) -> None:
    assert (await api.client().post("/v1/auth/guest", **sent)).status_code == 200


async def test_a_configured_page_may_sign_in(start_api: StartApi) -> None:
    async with start_api(web_ui_domain="https://chat.example") as api:
        headers = {"Origin": "https://chat.example", "Sec-Fetch-Site": "cross-site"}
        assert (await api.client().post("/v1/auth/guest", headers=headers)).status_code == 200
