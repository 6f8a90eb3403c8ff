import asyncio

import httpx
import pytest

from tests.api.conftest import ORIGIN, Client, RunningApi, StartApi

pytestmark = pytest.mark.anyio

CLAIM = {"email": "me@example.com", "username": "alice", "password": "secret123"}
GOOD = "kV3yT0p-9zQmXw7RbLhN2sDfGjUaEcIo5B8"


def code(response: httpx.Response) -> str:
    return str(response.json()["error"]["code"])


async def refresh(who: Client, **headers: str) -> httpx.Response:
    csrf = who.http.cookies.get("refresh_csrf", "")
    return await who.post("/v1/auth/refresh", headers={"X-CSRF-Token": csrf, **headers})


async def test_a_guest_claims_an_account_logs_out_and_logs_in(api: RunningApi) -> None:
    who = await api.client().sign_in()
    assert who.username.startswith("guest_")
    before = (await who.get("/v1/auth/me")).json()
    assert before == {**before, "username": who.username, "guest": True}

    await who.become(await who.post("/v1/auth/claim", json=CLAIM))
    after = (await who.get("/v1/auth/me")).json()
    assert after == {**before, "username": "alice", "guest": False}

    await who.become(await refresh(who))
    assert (await who.post("/v1/auth/logout")).json() == {"ok": True}
    assert (await who.get("/v1/auth/me")).status_code == 401
    assert "rtoken" not in who.http.cookies

    login = await who.post(
        "/v1/auth/login", json={"email": CLAIM["email"], "password": "secret123"}
    )
    await who.become(login)
    assert set(login.json()) == {"access_token", "username", "expires_in"}
    assert (await who.get("/v1/auth/me")).json()["user_id"] == before["user_id"]
    assert not any(who.token in url or "rtoken" in url for url in who.seen)


async def test_the_same_without_the_prefix(api: RunningApi) -> None:
    who = api.client()
    await who.become(await who.post("/auth/guest"))
    await who.become(await who.post("/auth/claim", json=CLAIM))
    assert (await who.get("/auth/me")).json()["username"] == "alice"
    submitted = await who.post("/messages/submit", json={"username": "alice", "content": "Hello!"})
    assert submitted.status_code == 202
    assert (await who.get(f"/jobs/{submitted.json()['job_id']}")).status_code == 200
    assert (await who.post("/auth/logout")).json() == {"ok": True}


async def test_on_loopback_the_cookies_have_the_known_names(api: RunningApi) -> None:
    who = api.client()
    response = await who.post("/v1/auth/guest")
    cookies = {line.split("=")[0]: line.lower() for line in response.headers.get_list("set-cookie")}
    assert set(cookies) == {"sid", "rtoken", "refresh_csrf"}
    for line in cookies.values():
        assert "samesite=lax" in line
        assert "path=/" in line
        assert "secure" not in line
    assert "httponly" in cookies["rtoken"]
    assert "httponly" in cookies["sid"]
    assert "httponly" not in cookies["refresh_csrf"]
    assert response.headers["x-csrf-token"] == who.http.cookies["refresh_csrf"]


async def test_over_https_the_cookies_are_bound_to_host_and_https(start_api: StartApi) -> None:
    async with start_api(host="192.0.2.1", jwt_secret=GOOD, password_pepper=GOOD[::-1]) as api:
        response = await api.client(origin="https://soul.test").post("/v1/auth/guest")
        lines = [line.lower() for line in response.headers.get_list("set-cookie")]
        token = next(line for line in lines if line.startswith("__host-rtoken="))
        assert "httponly" in token
        assert all("secure" in line and "domain" not in line for line in lines)
        assert "strict-transport-security" in response.headers


async def test_ten_tabs_refresh_at_once_and_all_go_on(api: RunningApi) -> None:
    who = await api.client().sign_in()
    sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in who.http.cookies.items())}
    csrf = {"X-CSRF-Token": who.http.cookies["refresh_csrf"]}
    tabs = [api.client() for _ in range(10)]
    answers = await asyncio.gather(
        *(tab.post("/v1/auth/refresh", headers={**sent, **csrf}) for tab in tabs)
    )
    assert [answer.status_code for answer in answers] == [200] * 10
    assert len({tab.http.cookies["rtoken"] for tab in tabs}) == 1
    assert (await refresh(tabs[3])).status_code == 200


async def test_an_old_refresh_token_ends_the_session(api: RunningApi) -> None:
    who = await api.client().sign_in()
    old = dict(who.http.cookies)
    for _ in range(2):
        assert (await refresh(who)).status_code == 200
    thief = api.client()
    thief.http.cookies.update(old)
    answer = await refresh(thief)
    assert (answer.status_code, code(answer)) == (401, "refresh_reused")
    assert (await refresh(who)).status_code == 401
    assert (await who.get("/v1/auth/me")).status_code == 401


async def test_a_refresh_without_its_csrf_value_is_forbidden(api: RunningApi) -> None:
    who = await api.client().sign_in()
    for headers in ({}, {"X-CSRF-Token": "guess"}):
        answer = await who.post("/v1/auth/refresh", headers=headers)
        assert (answer.status_code, code(answer)) == (403, "csrf_failed")
    assert (await api.client().post("/v1/auth/refresh")).status_code == 401


async def test_the_cookie_alone_logs_out_on_the_server(api: RunningApi) -> None:
    who = await api.client().sign_in()
    kept = dict(who.http.cookies)
    browser = api.client()
    browser.http.cookies.update(kept)
    assert (await browser.post("/v1/auth/logout")).status_code == 200
    assert (await who.get("/v1/auth/me")).status_code == 401
    assert (await refresh(who)).status_code == 401


@pytest.mark.parametrize("path", ["refresh", "logout", "claim"])
@pytest.mark.parametrize("prefix", ["/v1", ""])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
        {"Origin": f"{ORIGIN}.elsewhere.example"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
    ids=str,
)
async def test_a_foreign_page_may_not_use_the_cookies(
    start_api: StartApi, prefix: str, path: str, headers: dict[str, str]
) -> None:
    async with start_api(web_ui_domain="https://page.example") as api:
        who = await api.client().sign_in()
        answer = await who.post(f"{prefix}/auth/{path}", headers=headers)
        assert (answer.status_code, code(answer)) == (403, "foreign_origin")
        assert (await who.get("/v1/auth/me")).json()["guest"]


async def test_own_pages_and_configured_origins_may_use_the_cookies(start_api: StartApi) -> None:
    async with start_api(web_ui_domain="https://page.example") as api:
        for origin in (ORIGIN, "https://soul.test", "https://page.example"):
            who = await api.client().sign_in()
            assert (await refresh(who, Origin=origin)).status_code == 200


async def test_configured_origins_get_cors_headers_with_credentials(start_api: StartApi) -> None:
    async with start_api(web_ui_domain="page.example") as api:
        asked = {
            "Origin": "https://page.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,idempotency-key,x-csrf-token",
        }
        answer = await api.client().ask("OPTIONS", "/v1/messages/submit", headers=asked)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "https://page.example"
        assert answer.headers["access-control-allow-credentials"] == "true"
        schema = (await api.client().get("/openapi.json")).json()
        for path, verbs in schema["paths"].items():
            for verb in verbs:
                asked["Access-Control-Request-Method"] = verb.upper()
                assert (await api.client().ask("OPTIONS", path, headers=asked)).status_code == 200
        other = await api.client().get("/v1/meta/ping", headers={"Origin": "https://other.example"})
        assert "access-control-allow-origin" not in other.headers


async def test_a_second_claim_is_a_conflict(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await who.become(await who.post("/v1/auth/claim", json=CLAIM))
    for claim in (CLAIM, {**CLAIM, "email": "x@example.com", "username": "bob"}):
        answer = await who.post("/v1/auth/claim", json=claim)
        assert (answer.status_code, code(answer)) == (409, "already_claimed")
    other = await api.client().sign_in()
    answer = await other.post("/v1/auth/claim", json={**CLAIM, "username": "bob"})
    assert (answer.status_code, code(answer)) == (409, "email_taken")
    answer = await other.post("/v1/auth/claim", json={**CLAIM, "username": "Jasmine"})
    assert (answer.status_code, code(answer)) == (409, "username_taken")


@pytest.mark.parametrize(
    ("claim", "field"),
    [
        ({**CLAIM, "password": "short"}, "password"),
        ({**CLAIM, "password": "password1"}, "password"),
        ({**CLAIM, "username": "al\u202eice"}, "username"),
        ({**CLAIM, "email": "no address"}, "email"),
        ({"email": "me@example.com", "username": "alice"}, "password"),
        ({**CLAIM, "password": 12345678}, "password"),
    ],
)
async def test_a_bad_claim_names_the_field_and_repeats_nothing(
    api: RunningApi, claim: dict[str, object], field: str
) -> None:
    who = await api.client().sign_in()
    answer = await who.post("/v1/auth/claim", json=claim)
    assert answer.status_code == 422
    message = answer.json()["error"]["message"]
    assert message.startswith(f"{field}: ")
    assert not any(str(value) in message for value in claim.values())


async def test_all_failed_logins_get_the_same_response(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await who.become(await who.post("/v1/auth/claim", json=CLAIM))
    answers = set()
    for email, password in [
        ("me@example.com", "secret124"),
        ("you@example.com", "secret123"),
        ("no address", "x"),
        ("me@example.com", "x" * 1000),
    ]:
        answer = await api.client().post(
            "/v1/auth/login", json={"email": email, "password": password}
        )
        assert answer.status_code == 401
        answers.add((code(answer), answer.json()["error"]["message"]))
    assert answers == {("login_failed", "email or password is wrong")}


async def test_a_thousand_guests_from_one_address_are_limited(start_api: StartApi) -> None:
    async with start_api(rate_limit_guest="5/minute") as api:
        answers = [await api.client().post("/v1/auth/guest") for _ in range(8)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert code(answers[-1]) == "too_many_requests"
        assert (await api.client("198.51.100.4").post("/v1/auth/guest")).status_code == 200


async def test_one_ipv6_network_is_one_address(start_api: StartApi) -> None:
    async with start_api(rate_limit_guest="1/minute") as api:
        assert (await api.client("2001:db8::1").post("/v1/auth/guest")).status_code == 200
        assert (await api.client("2001:db8::ffff:2").post("/v1/auth/guest")).status_code == 429
        assert (await api.client("2001:db8:1::1").post("/v1/auth/guest")).status_code == 200
        assert (await api.client("::ffff:192.0.2.9").post("/v1/auth/guest")).status_code == 200
        assert (await api.client("192.0.2.9").post("/v1/auth/guest")).status_code == 429


async def test_leaving_erases_the_account_and_every_word(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await who.outcome(await who.say("My sister Wilhelmina plays the bassoon."))
    export = (await who.get("/v1/auth/me/export")).json()
    assert export["account"]["username"] == who.username
    assert "Wilhelmina" in str(export)
    assert (await who.ask("DELETE", "/v1/auth/me")).json() == {"ok": True}
    assert (await who.get("/v1/auth/me")).status_code == 401
    assert (await refresh(who)).status_code == 401
    folder = api.state.settings.data_dir
    assert not any(b"Wilhelmina" in path.read_bytes() for path in folder.iterdir())


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer a.b.c", "Token x", "Bearer é"]
)
async def test_an_invalid_token_is_refused(api: RunningApi, header: str) -> None:
    headers = {"Authorization": header.encode()} if header else {}
    answer = await api.client().get("/v1/auth/me", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
