"""What a trusted proxy says counts, what others say does not; a foreign page is refused."""

from collections.abc import AsyncIterator
from ipaddress import ip_network

import httpx
import pytest
import structlog
from starlette.datastructures import Headers

from synthetic_soul.api.app import ALLOWED
from synthetic_soul.api.middleware.proxies import TrustedProxies, read_forwarded
from synthetic_soul.api.origins import OWN_PAGE_HEADER, read_origin
from synthetic_soul.errors import Misconfigured
from synthetic_soul.networks import read_networks
from synthetic_soul.settings import read_settings
from tests.api.conftest import Client, MakeSettings, RunningApi, StartApi, build

pytestmark = pytest.mark.anyio

PROXY = "127.0.0.1"
STRANGER = "192.0.2.7"
GOOD = "kV3yT0p-9zQmXw7RbLhN2sDfGjUaEcIo5B8"
BEYOND_LOOPBACK = {"host": "192.0.2.1", "jwt_secret": GOOD, "password_pepper": GOOD[::-1]}
PAGE = "https://soul.example"


@pytest.fixture
async def api(start_api: StartApi) -> AsyncIterator[RunningApi]:
    async with start_api(trusted_proxies=PROXY) as opened:
        yield opened


async def refused(api: RunningApi, peer: str, path: str = "refresh", **headers: str) -> bool:
    """Whether the origin check refuses a request that has all the rest right."""
    who = await api.client(peer).sign_in()
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent["X-CSRF-Token"] = who.http.cookies["refresh_csrf"]
    answer = await who.post(f"/v1/auth/{path}", headers=sent)
    if answer.status_code != 403:
        assert answer.status_code in {200, 401, 422}, answer.text
        return False
    assert answer.json()["error"]["code"] == "foreign_origin"
    assert (await who.get("/v1/auth/me")).status_code == 200  # the session is as it was
    return True


FOREIGN = {
    "another site": {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"},
    "another site, though its origin looks right": {
        "Origin": PAGE,
        "Host": "soul.example",
        "Sec_Fetch_Site": "cross-site",
    },
    "a sister site": {
        "Origin": "https://blog.soul.example",
        "Host": "soul.example",
        "Sec_Fetch_Site": "same-site",
    },
    "another port of the same host": {
        "Origin": "https://soul.example:8443",
        "Host": "soul.example",
        "Sec_Fetch_Site": "same-site",
    },
    "another site that claims to be a page of ours": {
        "Origin": "https://evil.example",
        "Sec_Fetch_Site": "cross-site",
        "X_Requested_With": "fetch",
    },
    "an old browser, another site": {"Origin": "https://evil.example", "Host": "soul.example"},
    "an old browser, another port": {"Origin": f"{PAGE}:8443", "Host": "soul.example:9443"},
    "an old browser, a port for another name": {"Origin": f"{PAGE}:8443", "Host": "evil.example"},
    "an old browser, a port left out": {"Origin": PAGE, "Host": "soul.example:8443"},
    "an old browser, the other scheme's port": {"Origin": PAGE, "Host": "soul.example:80"},
    "a sandboxed frame": {"Origin": "null", "Sec_Fetch_Site": "cross-site"},
    "a sandboxed frame of an old browser": {"Origin": "null", "Host": "soul.example"},
    "a host in the user's name": {"Origin": PAGE, "Host": "soul.example@evil.example"},
    "another scheme": {"Origin": "ftp://soul.example", "Host": "soul.example"},
    "a name that only begins so": {"Origin": f"{PAGE}.evil.example", "Host": "soul.example"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("peer", [PROXY, STRANGER])
async def test_a_foreign_page_is_refused(
    api: RunningApi, peer: str, headers: dict[str, str]
) -> None:
    assert await refused(api, peer, **headers)


@pytest.mark.parametrize("path", ["refresh", "claim", "logout"])
@pytest.mark.parametrize(
    "said",
    [
        {"X_Forwarded_Host": "soul.example"},
        {"X_Forwarded_Host": "soul.example", "X_Forwarded_Proto": "https"},
        {"Forwarded": "for=192.0.2.9;host=soul.example;proto=https"},
        {"X_Forwarded_Port": "443", "X_Forwarded_For": "127.0.0.1"},
        {"X_Forwarded_Host": "soul.example:443", "X_Forwarded_For": "127.0.0.1, ::1"},
    ],
    ids=str,
)
async def test_whoever_is_no_trusted_proxy_vouches_for_no_host(
    api: RunningApi, path: str, said: dict[str, str]
) -> None:
    assert await refused(api, STRANGER, path, Origin=PAGE, Host="127.0.0.1:8000", **said)


OWN = {
    "nginx's default": {"Host": "127.0.0.1:8000", "Sec_Fetch_Site": "same-origin"},
    "typed by hand": {"Host": "127.0.0.1:8000", "Sec_Fetch_Site": "none"},
    "a port that is the scheme's": {"Host": "soul.example:443"},
    "capitals": {"Host": "SOUL.example"},
    "another port, new browser": {"Host": "soul.example", "Sec_Fetch_Site": "same-origin"},
    "no header but the page's own": {"Host": "127.0.0.1:8000", "X_Requested_With": "fetch"},
}


@pytest.mark.parametrize("headers", OWN.values(), ids=OWN)
@pytest.mark.parametrize("peer", [PROXY, STRANGER])
async def test_the_servers_own_page_is_known_through_any_proxy(
    api: RunningApi, peer: str, headers: dict[str, str]
) -> None:
    for path in ("refresh", "claim", "logout"):
        assert not await refused(api, peer, path, Origin=PAGE, **headers)


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        (f"{PAGE}:8443", {"Host": "soul.example"}),
        ("http://soul.example:8080", {"Host": "soul.example"}),
        (PAGE, {"X_Forwarded_Host": "soul.example"}),
        (PAGE, {"X_Forwarded_Host": "soul.example:443"}),
        (PAGE, {"X_Forwarded_Host": "soul.example, inner.example"}),
        (f"{PAGE}:8443", {"X_Forwarded_Host": "soul.example:8443"}),
        (f"{PAGE}:8443", {"X_Forwarded_Host": "soul.example", "X_Forwarded_Port": "8443"}),
        (f"{PAGE}:8443", {"Host": "soul.example", "X_Forwarded_Port": "8443"}),
        (PAGE, {"Forwarded": "for=192.0.2.9; proto=https; Host=Soul.Example"}),
        (f"{PAGE}:8443", {"Forwarded": 'for="[2001:db8::1]:99";host="soul.example:8443"'}),
        ("http://[2001:db8::5]:8080", {"X_Forwarded_Host": "[2001:DB8::5]:8080"}),
        ("https://xn--bcher-kva.example", {"X_Forwarded_Host": "XN--bcher-kva.example"}),
    ],
    ids=str,
)
async def test_a_trusted_proxy_says_under_which_host_the_page_was_asked_for(
    api: RunningApi, origin: str, said: dict[str, str]
) -> None:
    assert not await refused(api, PROXY, Origin=origin, **{"Host": "127.0.0.1:8000", **said})


@pytest.mark.parametrize(
    "domains",
    [
        "soul.example",
        "https://soul.example/",
        "HTTPS://Soul.Example:443",
        "a.example, soul.example",
    ],
)
async def test_the_sites_own_domain_needs_no_proxy_that_tells_it(
    start_api: StartApi, domains: str
) -> None:
    async with start_api(web_ui_domain=domains) as api:
        host = {"Host": "127.0.0.1:8000"}
        assert not await refused(api, STRANGER, Origin=PAGE, **host)
        assert not await refused(api, STRANGER, Origin=PAGE, Sec_Fetch_Site="cross-site", **host)
        assert await refused(api, STRANGER, Origin="https://evil.example", **host)


async def test_no_other_origin_may_send_the_header_that_shows_a_page_to_be_own(
    start_api: StartApi,
) -> None:
    assert OWN_PAGE_HEADER not in {name.lower() for name in ALLOWED}
    async with start_api(web_ui_domain=PAGE) as api:
        for origin in (PAGE, "https://evil.example"):
            asked = {
                "Origin": origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": OWN_PAGE_HEADER,
            }
            answer = await api.client().ask("OPTIONS", "/v1/auth/refresh", headers=asked)
            assert answer.status_code == 400


async def test_a_name_rebound_to_this_server_brings_no_cookies_of_another(api: RunningApi) -> None:
    victim = await api.client(origin="http://127.0.0.1:8000").sign_in()
    jar = victim.http.cookies.jar
    assert {cookie.domain for cookie in jar} == {"127.0.0.1"}
    rebound = Client(
        httpx.AsyncClient(
            transport=httpx.ASGITransport(api.app), base_url="http://evil.example", cookies=jar
        )
    )
    answer = await rebound.post("/v1/auth/refresh", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.json()["error"]["code"] == "session_over"


@pytest.mark.parametrize(
    ("trusted", "headers", "client"),
    [
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, "203.0.113.9"),
        ("127.0.0.1", {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}, "203.0.113.9"),
        (
            "127.0.0.1, 10.0.0.0/8",
            {"X-Forwarded-For": "1.2.3.4, 203.0.113.9, 10.1.2.3"},
            "203.0.113.9",
        ),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9:4711"}, "203.0.113.9"),
        ("127.0.0.1", {"X-Forwarded-For": "[2001:db8::1]:4711"}, "2001:db8::1"),
        ("127.0.0.1", {"X-Forwarded-For": "2001:db8::1"}, "2001:db8::1"),
        ("127.0.0.1", {"X-Forwarded-For": "::ffff:203.0.113.9"}, "203.0.113.9"),
        ("127.0.0.1", {"X-Forwarded-For": "1.2.3.4, unknown"}, ""),
        ("127.0.0.1", {"X-Forwarded-For": "1.2.3.4, 999.1.1.1"}, ""),
        ("127.0.0.1", {"X-Forwarded-For": ""}, ""),
        ("10.0.0.0/8", {"X-Forwarded-For": "10.0.0.5, 10.0.0.6"}, "10.0.0.5"),
        ("*", {"X-Forwarded-For": "1.2.3.4, 203.0.113.9"}, "203.0.113.9"),
        ("*", {"X-Forwarded-For": "203.0.113.9, 172.18.0.2"}, "203.0.113.9"),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.9"}, "203.0.113.9"),
        ("127.0.0.1", {"Forwarded": 'For="[2001:db8::1]:99";proto=https'}, "2001:db8::1"),
        ("127.0.0.1", {"Forwarded": "for=1.2.3.4, for=203.0.113.9"}, "203.0.113.9"),
        ("127.0.0.1", {"Forwarded": "for=_hidden"}, ""),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.9 nonsense"}, ""),
        ("127.0.0.1", {"Forwarded": 'for="203.0.113.9'}, ""),
        # Passed on as the client wrote it, by a proxy that knows the other kind.
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=1.2.3.4"}, ""),
        (
            "127.0.0.1",
            {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"},
            "203.0.113.9",
        ),
    ],
)
def test_the_client_is_the_rightmost_address_that_is_no_proxy(
    trusted: str, headers: dict[str, str], client: str
) -> None:
    proxies = TrustedProxies(read_networks(trusted))
    assert read_forwarded(Headers(headers), proxies).client == client


def test_lines_of_one_header_are_one_list() -> None:
    lines = [(b"x-forwarded-for", b"1.2.3.4"), (b"x-forwarded-for", b"203.0.113.9")]
    proxies = TrustedProxies(read_networks("127.0.0.1"))
    assert read_forwarded(Headers(raw=lines), proxies).client == "203.0.113.9"


@pytest.mark.parametrize(
    ("settings", "peer", "counts"),
    [
        ({}, "127.0.0.1", False),
        ({}, "::1", False),
        ({}, "::ffff:127.0.0.1", False),
        ({}, STRANGER, False),
        ({"trusted_proxies": "127.0.0.1"}, "::ffff:127.0.0.1", True),
        ({"trusted_proxies": "127.0.0.1"}, "127.0.0.2", False),
        ({"trusted_proxies": "localhost"}, "127.8.8.8", True),
        ({"trusted_proxies": "localhost"}, "::1", True),
        ({}, "172.18.0.2", False),
        ({"trusted_proxies": "172.16.0.0/12"}, "172.18.0.2", True),
        ({"trusted_proxies": "172.18.0.2/16"}, "172.18.0.9", True),
        ({"trusted_proxies": "172.16.0.0/12"}, "127.0.0.1", False),
        ({"trusted_proxies": "2001:db8::/32"}, "2001:db8::7", True),
        ({"trusted_proxies": "*"}, STRANGER, True),
        ({"trusted_proxies": "none"}, "127.0.0.1", False),
        ({"forwarded_allow_ips": STRANGER}, STRANGER, True),
        ({"forwarded_allow_ips": "*"}, STRANGER, True),
        ({"forwarded_allow_ips": "*", "trusted_proxies": "10.0.0.1"}, STRANGER, False),
    ],
)
async def test_rate_limits_count_the_client_that_a_trusted_proxy_names(
    start_api: StartApi, settings: dict[str, str], peer: str, *, counts: bool
) -> None:
    async with start_api(rate_limit_guest="1/minute", **settings) as api:
        codes = []
        for client in ("203.0.113.1", "203.0.113.2"):
            headers = {"X-Forwarded-For": client}
            codes.append(
                (await api.client(peer).post("/v1/auth/guest", headers=headers)).status_code
            )
        assert codes == [200, 200 if counts else 429]


@pytest.mark.parametrize(
    "written", ["nginx", "10.0.0.0/99", "10.0.0.*", "http://10.0.0.1", "1.2.3"]
)
@pytest.mark.parametrize("name", ["trusted_proxies", "forwarded_allow_ips"])
def test_what_is_no_network_is_refused_by_name(
    make_settings: MakeSettings, name: str, written: str
) -> None:
    make_settings()
    with pytest.raises(Misconfigured, match=rf"{name.upper()}.*10\.0\.0\.0/8"):
        read_settings(**{name: f"127.0.0.1, {written}"})


async def test_forwarded_headers_of_a_stranger_are_told_to_the_operator_once(
    api: RunningApi,
) -> None:
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            await api.client().get("/v1/meta/ping", headers={"X-Forwarded-For": "203.0.113.9"})
    warnings = [line for line in logs if line["event"] == "forwarded_headers_ignored"]
    assert [line["peer"] for line in warnings] == [STRANGER]
    assert "TRUSTED_PROXIES" in warnings[0]["hint"]


async def test_where_uvicorn_has_read_the_headers_its_client_is_trusted_no_further(
    api: RunningApi,
) -> None:
    transport = httpx.ASGITransport(api.app, client=("203.0.113.9", 0))
    who = Client(httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000"))
    await who.sign_in()
    headers = {
        "Origin": PAGE,
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Host": "soul.example",
        "X-CSRF-Token": who.http.cookies["refresh_csrf"],
    }
    assert (await who.post("/v1/auth/refresh", headers=headers)).status_code == 200


# Prefixes


@pytest.mark.parametrize("written", ["/soul", "soul", "/soul/", " /soul/ "])
async def test_below_a_prefix_everything_works_stripped_or_not(
    start_api: StartApi, written: str
) -> None:
    async with start_api(root_path=written) as api:
        for prefix in ("/soul", ""):
            who = api.client(origin="http://soul.test/soul")
            assert (await who.get(f"http://soul.test{prefix}/v1/meta/ping")).status_code == 200
            assert (await who.get(f"http://soul.test{prefix}/meta/ping")).status_code == 200
            assert (await who.get(f"http://soul.test{prefix}/static/app.js")).status_code == 200
            page = await who.get(f"http://soul.test{prefix}/", headers={"Accept": "text/html"})
            assert "<title>" in page.text
            document = (await who.get(f"http://soul.test{prefix}/openapi.json")).json()
            assert document["servers"] == [{"url": "/soul"}]
            refused = await who.post(
                f"http://soul.test{prefix}/v1/auth/refresh",
                headers={"Origin": "https://evil.example"},
            )
            assert refused.json()["error"]["code"] == "foreign_origin"


async def test_a_deep_prefix_and_one_that_only_begins_so(start_api: StartApi) -> None:
    async with start_api(root_path="/a/soul") as api:
        who = api.client()
        assert (await who.get("/a/soul/v1/meta/ping")).status_code == 200
        assert (await who.get("/a/soulless/v1/meta/ping")).status_code == 404
        assert (await who.get("/a/soul/a/soul/v1/meta/ping")).status_code == 404


async def test_the_bare_prefix_leads_to_the_page(start_api: StartApi) -> None:
    async with start_api(root_path="/soul") as api:
        answer = await api.client().get("/soul?utm=1")
        assert (answer.status_code, answer.headers["location"]) == (307, "/soul/?utm=1")


async def test_a_location_is_below_the_prefix(start_api: StartApi) -> None:
    async with start_api(root_path="/soul") as api:
        who = await api.client(origin="http://soul.test/soul").sign_in()
        sent = await who.post("/v1/messages/submit", json={"message": "Hello!"})
        assert sent.headers["location"].startswith("/soul/v1/jobs/")
        assert (await who.get(f"http://soul.test{sent.headers['location']}")).status_code == 200


async def test_cookies_belong_to_the_prefix(start_api: StartApi) -> None:
    async with start_api(root_path="/soul") as api:
        for scheme, name in (("http", "rtoken"), ("https", "__Secure-rtoken")):
            who = await api.client(origin=f"{scheme}://soul.test/soul").sign_in()
            assert {cookie.path for cookie in who.http.cookies.jar} == {"/soul"}
            assert name in who.http.cookies
            csrf = {"X-CSRF-Token": who.http.cookies["refresh_csrf"]}
            assert (await who.post("/v1/auth/refresh", headers=csrf)).status_code == 200


async def test_of_two_cookies_with_one_name_the_nearer_one_counts(start_api: StartApi) -> None:
    async with start_api(root_path="/soul") as api:
        who = await api.client(origin="http://soul.test/soul").sign_in()
        csrf = who.http.cookies["refresh_csrf"]
        own = "; ".join(f"{name}={value}" for name, value in who.http.cookies.items())
        headers = {"Cookie": f"{own}; rtoken=old; refresh_csrf=old", "X-CSRF-Token": csrf}
        who.http.cookies.clear()
        assert (await who.post("/v1/auth/refresh", headers=headers)).status_code == 200


async def test_a_server_that_prefixes_paths_itself_is_understood(api: RunningApi) -> None:
    transport = httpx.ASGITransport(api.app, root_path="/soul")
    who = Client(httpx.AsyncClient(transport=transport, base_url="http://soul.test/soul"))
    assert (await who.get("/v1/meta/ping")).status_code == 200
    refused = await who.post("/auth/refresh", headers={"Origin": "https://evil.example"})
    assert refused.json()["error"]["code"] == "foreign_origin"


@pytest.mark.parametrize("written", ["https://x.example/soul", "/a/../b", "/so ul", "/a//b", "/sö"])
def test_what_is_no_path_is_refused_by_name(make_settings: MakeSettings, written: str) -> None:
    make_settings()
    with pytest.raises(Misconfigured, match=r"ROOT_PATH.*/soul"):
        read_settings(root_path=written)


@pytest.mark.parametrize("taken", ["/v1", "/static", "/auth", "/metrics/soul"])
def test_a_prefix_that_the_api_needs_itself_is_refused(
    make_settings: MakeSettings, taken: str
) -> None:
    with pytest.raises(Misconfigured, match="choose another"):
        build(make_settings(root_path=taken))


# Schemes and cookies


def cookies(answer: httpx.Response) -> dict[str, bool]:
    """The cookies that a response sets: name -> whether it is Secure."""
    lines = answer.headers.get_list("set-cookie")
    return {line.partition("=")[0]: "secure" in line.lower() for line in lines}


PLAIN = {"rtoken": False, "sid": False, "refresh_csrf": False}
SECURE = {"__Host-rtoken": True, "sid": True, "refresh_csrf": True}


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        (STRANGER, {}, PLAIN),
        (STRANGER, {"X-Forwarded-Proto": "https"}, PLAIN),
        (STRANGER, {"Forwarded": "proto=https"}, PLAIN),
        (STRANGER, {"Origin": "https://soul.test"}, SECURE),
        (STRANGER, {"Origin": PAGE, "Sec-Fetch-Site": "same-origin"}, SECURE),
        (PROXY, {"X-Forwarded-Proto": "https"}, SECURE),
        (PROXY, {"X-Forwarded-Proto": "HTTPS, http"}, SECURE),
        (PROXY, {"X-Forwarded-Proto": "gopher"}, PLAIN),
        (PROXY, {"X-Forwarded-Proto": "http"}, PLAIN),
        (PROXY, {"Forwarded": 'for=203.0.113.9;proto="https"'}, SECURE),
        (PROXY, {"X-Forwarded-Proto": "https", "Origin": "http://soul.test"}, PLAIN),
    ],
)
async def test_cookies_are_secure_where_the_client_comes_over_https(
    api: RunningApi, peer: str, headers: dict[str, str], expected: dict[str, bool]
) -> None:
    assert cookies(await api.client(peer).post("/v1/auth/guest", headers=headers)) == expected


@pytest.mark.parametrize(("decided", "expected"), [(True, SECURE), (False, PLAIN)])
@pytest.mark.parametrize("origin", ["http://soul.test", "https://soul.test"])
async def test_the_setting_decides_for_all_alike(
    start_api: StartApi, *, decided: bool, expected: dict[str, bool], origin: str
) -> None:
    async with start_api(secure_cookies=decided) as api:
        assert cookies(await api.client(origin=origin).post("/v1/auth/guest")) == expected


async def test_a_session_over_https_is_no_session_over_plain_http(api: RunningApi) -> None:
    who = await api.client(origin="https://soul.test").sign_in()
    csrf = {"X-CSRF-Token": who.http.cookies["refresh_csrf"]}
    plain = await who.post("http://soul.test/v1/auth/refresh", headers=csrf)
    assert plain.status_code == 401
    assert not plain.headers.get_list("set-cookie")
    assert (await who.post("/v1/auth/refresh", headers=csrf)).status_code == 200


@pytest.mark.parametrize("settings", [BEYOND_LOOPBACK, {"secure_cookies": True}], ids=str)
async def test_a_token_planted_over_plain_http_is_not_taken_over_https(
    start_api: StartApi, settings: dict[str, object]
) -> None:
    async with start_api(**settings) as api:
        grant = await api.state.auth.guest()
        victim = api.client(origin="https://soul.test")
        victim.http.cookies.update({"rtoken": grant.refresh_token, "refresh_csrf": grant.csrf})
        answer = await victim.post("/v1/auth/refresh", headers={"X-CSRF-Token": grant.csrf})
        assert answer.status_code == 401


async def test_a_guest_from_before_the_proxy_said_https_keeps_the_session(api: RunningApi) -> None:
    who = await api.client(PROXY).sign_in()
    headers = {
        "Origin": PAGE,
        "X-Forwarded-Host": "soul.example",
        "X-Forwarded-Proto": "https",
        "X-CSRF-Token": who.http.cookies["refresh_csrf"],
    }
    answer = await who.post("/v1/auth/refresh", headers=headers)
    assert answer.status_code == 200
    assert cookies(answer) == {**SECURE, "rtoken": False}  # the last one is taken away
    assert "rtoken" not in who.http.cookies


async def test_a_proxy_that_tells_no_scheme_keeps_a_session_that_began_as_plain(
    api: RunningApi,
) -> None:
    who = await api.client().sign_in()
    headers = {
        "Origin": PAGE,
        "Sec-Fetch-Site": "same-origin",
        "X-CSRF-Token": who.http.cookies["refresh_csrf"],
    }
    answer = await who.post("/v1/auth/refresh", headers=headers)
    assert answer.status_code == 200
    assert SECURE.items() <= cookies(answer).items()


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_strict_transport_is_asked_for_over_https_beyond_loopback(
    start_api: StartApi, scheme: str
) -> None:
    async with start_api(**BEYOND_LOOPBACK) as api:
        answer = await api.client(origin=f"{scheme}://soul.test").get("/v1/meta/ping")
        assert ("strict-transport-security" in answer.headers) == (scheme == "https")


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://X.example:443", "https://x.example"),
        ("http://x.example:8080/", "http://x.example:8080"),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://x.example.", "https://x.example"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("null", "None"),
        ("http://[broken", "None"),
        ("https://x.example:99999", "None"),
        ("https://a@x.example", "None"),
    ],
)
def test_an_origin_is_read_in_one_form(text: str, origin: str) -> None:
    assert str(read_origin(text)) == origin


def test_networks_are_read_as_people_write_them() -> None:
    assert read_networks(" 10.1.2.3/8 ,[::1],,localhost")[:2] == [
        ip_network("10.0.0.0/8"),
        ip_network("::1"),
    ]
