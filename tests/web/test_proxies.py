"""The page behind real proxies: Host kept or not, any port, below a path, over HTTPS or without.

By default some of the cases run, in which each pair of choices that act together occurs;
``PROXY_MATRIX=full`` runs all of them.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect
from typing_extensions import override

from tests.support.proxies import Caddy, Nginx, self_signed
from tests.support.servers import Server, free_port
from tests.web.conftest import Visitors, launched
from tests.web.soul_server import SoulServer
from tests.web.visits import Visit

PROMPT_SECONDS = 10.0  # far below the fifteen after which a comment would come
ROOT = Path(__file__).parents[2]
PRINTED_PATHS = ("", "/soul")
PREFIXES = {"none": "/", "stripped": "/stripped/", "kept": "/soul/"}
PROXY_HOSTS = {
    # How nginx and Caddy set Host for the server behind them.
    "nginx": {"kept": "$http_host", "without port": "$host", "rewritten": "$proxy_host"},
    "caddy": {"kept": "{host}", "rewritten": "{upstream_hostport}"},
}


@dataclass(frozen=True)
class Case:
    """One way through a proxy; ``port`` is whether the browser shows one."""

    proxy: str
    host: str
    tls: bool
    port: bool
    prefix: str

    @override
    def __str__(self) -> str:
        scheme = "https" if self.tls else "http"
        port = "port" if self.port else "default port"
        return f"{self.proxy}, Host {self.host}, {scheme}, {port}, prefix {self.prefix}"

    @property
    def name(self) -> str:
        words = (self.proxy, self.host.replace(" ", "-"), "s" if self.tls else "p")
        return "-".join([*words, "port" if self.port else "default"]) + ".test"


def every_case() -> list[Case]:
    return [
        Case(proxy, host, tls, port, prefix)
        for proxy, hosts in PROXY_HOSTS.items()
        for host, tls, port, prefix in product(hosts, (True, False), (True, False), PREFIXES)
    ]


def pairwise(cases: list[Case]) -> list[Case]:
    """Choose cases, greedily, until each pair of choices that act together occurs in one.

    Host is read beside scheme and port; each proxy takes a prefix off in its own way.
    """

    def pairs(case: Case) -> set[tuple[object, ...]]:
        return {
            ("host", case.proxy, case.host),
            ("scheme", case.host, case.tls),
            ("port", case.host, case.port),
            ("prefix", case.proxy, case.prefix),
        }

    left = set[tuple[object, ...]]().union(*map(pairs, cases))
    chosen = []
    while left:
        best = max(cases, key=lambda case: len(pairs(case) & left))
        chosen.append(best)
        left -= pairs(best)
    return chosen


CASES = every_case() if os.environ.get("PROXY_MATRIX") == "full" else pairwise(every_case())


@dataclass(frozen=True)
class Entrance:
    """The proxies with all their entrances; ``ports`` by proxy, Host and TLS."""

    ports: dict[tuple[str, str, bool], int]

    def url(self, case: Case) -> str:
        scheme = "https" if case.tls else "http"
        port = f":{self.ports[case.proxy, case.host, case.tls]}" if case.port else ""
        return f"{scheme}://{case.name}{port}{PREFIXES[case.prefix]}"

    def resolver_rules(self) -> str:
        """Where Chromium finds the names: those without a port lead to one all the same."""
        rules = []
        for case in every_case():
            port = f":{self.ports[case.proxy, case.host, case.tls]}" if not case.port else ""
            rules.append(f"MAP {case.name} 127.0.0.1{port}")
        rules.append("MAP printed.test 127.0.0.1")
        return ", ".join(dict.fromkeys(rules))


def printed(proxy: str) -> list[tuple[str, str]]:
    """The examples of the documentation for a proxy: where they serve, and what is printed."""
    text = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
    mark = rf"<!-- proxy: {proxy}(?: below (/\w+))? -->\n```\w+\n(.*?)```"
    blocks = re.findall(mark, text, re.DOTALL)
    assert [path for path, _ in blocks] == list(PRINTED_PATHS)
    return blocks


def printed_nginx(
    path: str, block: str, port: int, certificate: tuple[Path, Path], servers: "Servers"
) -> str:
    """The example with this machine's port, certificate and server; nothing else is changed."""
    block = block.replace("listen 443", f"listen 127.0.0.1:{port}")
    block = re.sub(r"(ssl_certificate +)[^;]+", rf"\1{certificate[0]}", block)
    block = re.sub(r"(ssl_certificate_key +)[^;]+", rf"\1{certificate[1]}", block)
    return block.replace("127.0.0.1:8000", f"127.0.0.1:{servers.behind(path).port}")


def printed_caddy(
    path: str, block: str, port: int, certificate: tuple[Path, Path], servers: "Servers"
) -> str:
    """As ``printed_nginx``; the site has no name, and no certificate is fetched for it."""
    site = f"https://:{port} {{\n\tbind 127.0.0.1\n\ttls {certificate[0]} {certificate[1]}"
    block = re.sub(r"^\S+ \{", lambda _: site, block)
    return block.replace("127.0.0.1:8000", f"127.0.0.1:{servers.behind(path).port}")


NAMES = [f"printed{path}" for path in PRINTED_PATHS]
PRINTED = {"nginx": printed_nginx, "caddy": printed_caddy}


def nginx_block(
    port: int, certificate: tuple[Path, Path] | None, host: str, servers: "Servers"
) -> str:
    tls = "ssl http2" if certificate else ""
    keys = ""
    if certificate:
        keys = f"ssl_certificate {certificate[0]}; ssl_certificate_key {certificate[1]};"
    # proxy_pass alone is nginx's default in all else: HTTP/1.0, buffers, no header told.
    return f"""
server {{
  listen 127.0.0.1:{port} {tls};
  server_name_in_redirect off; absolute_redirect off;
  {keys}
  proxy_set_header Host {host};
  location / {{ proxy_pass http://127.0.0.1:{servers.plain.port}; }}
  location /stripped/ {{ proxy_pass http://127.0.0.1:{servers.plain.port}/; }}
  location /soul/ {{ proxy_pass http://127.0.0.1:{servers.prefixed.port}; }}
}}"""


def caddy_site(
    port: int, certificate: tuple[Path, Path] | None, host: str, servers: "Servers"
) -> str:
    scheme = "https" if certificate else "http"
    tls = f"tls {certificate[0]} {certificate[1]}" if certificate else ""
    back = f"{{\n header_up Host {host}\n}}"
    return f"""
{scheme}://:{port} {{
  bind 127.0.0.1
  {tls}
  encode gzip
  handle_path /stripped/* {{
    reverse_proxy 127.0.0.1:{servers.plain.port} {back}
  }}
  redir /soul /soul/
  handle /soul/* {{
    reverse_proxy 127.0.0.1:{servers.prefixed.port} {back}
  }}
  handle {{
    reverse_proxy 127.0.0.1:{servers.plain.port} {back}
  }}
}}"""


@dataclass(frozen=True)
class Servers:
    """Two servers: one at the root, one below ``/soul``."""

    plain: SoulServer
    prefixed: SoulServer

    def behind(self, path: str) -> SoulServer:
        return self.prefixed if path else self.plain


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder = tmp_path_factory.mktemp("servers")
    both = Servers(
        SoulServer(folder / "plain", TRUSTED_PROXIES="127.0.0.1").open(),
        SoulServer(folder / "prefixed", TRUSTED_PROXIES="127.0.0.1", ROOT_PATH="/soul").open(),
    )
    yield both
    both.plain.close()
    both.prefixed.close()


@pytest.fixture(scope="module")
def entrance(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entrance]:
    folder = tmp_path_factory.mktemp("proxies")
    certificate = self_signed(folder)
    ports = {
        key: free_port()
        for key in product(PROXY_HOSTS, (*PROXY_HOSTS["nginx"], *NAMES), (True, False))
    }
    makers: dict[str, tuple[Callable[..., str], Callable[[Path, str, int], Server]]] = {
        "nginx": (nginx_block, Nginx),
        "caddy": (caddy_site, Caddy),
    }
    running = []
    try:
        for proxy, (block, program) in makers.items():
            blocks = [
                block(ports[proxy, host, tls], certificate if tls else None, value, servers)
                for (host, value), tls in product(PROXY_HOSTS[proxy].items(), (True, False))
            ]
            for path, text in printed(proxy):
                port = ports[proxy, f"printed{path}", True]
                blocks.append(PRINTED[proxy](path, text, port, certificate, servers))
            last = ports[proxy, "rewritten", False]
            running.append(program(folder / proxy, "\n".join(blocks), last).start())
        yield Entrance(ports)
    finally:
        for each in running:
            each.kill()


@pytest.fixture(scope="module")
def browser(entrance: Entrance) -> Iterator[Browser]:
    with launched(f"--host-resolver-rules={entrance.resolver_rules()}") as opened:
        yield opened


@pytest.fixture
def arrive(visitors: Visitors, entrance: Entrance) -> Callable[[Case], Visit]:
    return lambda case: visitors(entrance.url(case), ignore_https_errors=True)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_talk_reload_refresh_claim_and_events_work_behind_a_proxy(
    case: Case, arrive: Callable[[Case], Visit], entrance: Entrance
) -> None:
    ann = arrive(case)
    ann.say("My name is Tomas.")  # the reply comes as events
    expect(ann.memories).to_have_count(1)
    ann.reload()  # a refresh
    expect(ann.said).to_have_text(["My name is Tomas."])
    name = f"tomas-{abs(hash(case)) % 10**12}"
    ann.claim(f"{name}@example.com", name)
    expect(ann.at("#who")).to_have_text(name)
    ann.reload()
    expect(ann.at("#who")).to_have_text(name)
    assert "Tomas" in ann.say("What is my name?")
    ann.page.click("#open-account")
    ann.page.get_by_role("button", name="Sign out").click()
    expect(ann.at("#who")).to_have_text("Guest")
    expect(ann.said).to_have_count(0)
    expect(ann.at("#insecure")).to_be_visible(visible=not case.tls)
    assert ann.complaints == []
    assert all(url.startswith(entrance.url(case)) for url in ann.requests)
    if case.tls:
        used = "() => performance.getEntriesByType('navigation')[0].nextHopProtocol"
        assert ann.page.evaluate(used) == "h2"
    own = {"plain_csrf"}  # the page's own, over plain HTTP
    cookies = [each for each in ann.page.context.cookies() if each["name"] not in own]
    assert {cookie["secure"] for cookie in cookies} == {case.tls}
    assert {cookie["path"] for cookie in cookies} == {"/soul" if case.prefix == "kept" else "/"}


@pytest.mark.parametrize("tls", [True, False], ids=["https", "http"])
@pytest.mark.parametrize("proxy", PROXY_HOSTS)
def test_events_pass_a_proxy_one_by_one_though_it_compresses_and_buffers(
    proxy: str, *, tls: bool, entrance: Entrance
) -> None:
    scheme = "https" if tls else "http"
    url = f"{scheme}://127.0.0.1:{entrance.ports[proxy, 'rewritten', tls]}/v1"
    with httpx.Client(verify=False, timeout=PROMPT_SECONDS) as client:  # noqa: S501 - self-signed
        token = client.post(f"{url}/auth/guest").json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        page = client.get(f"{url.removesuffix('v1')}static/app.js")
        assert page.headers["content-encoding"] == "gzip"  # it would if it could
        with client.stream("GET", f"{url}/agents/jasmine/live") as response:
            assert next(response.iter_lines())  # while the stream goes on
            assert response.headers["cache-control"] == "no-store, no-transform"


@pytest.mark.parametrize("path", PRINTED_PATHS, ids=["at the root", "below a path"])
@pytest.mark.parametrize("proxy", PRINTED)
def test_the_printed_configurations_work(
    proxy: str, path: str, visitors: Visitors, entrance: Entrance
) -> None:
    url = f"https://printed.test:{entrance.ports[proxy, f'printed{path}', True]}{path}"
    ann = visitors(url, ignore_https_errors=True)  # without the last slash
    assert ann.page.url == f"{url}/"
    ann.say("Hello!")
    ann.reload()
    expect(ann.said).to_have_text(["Hello!"])
    assert {cookie["secure"] for cookie in ann.page.context.cookies()} == {True}
    assert ann.complaints == []


@pytest.mark.parametrize("proxy", PROXY_HOSTS)
def test_metrics_are_for_nobody_who_comes_through_a_proxy(proxy: str, entrance: Entrance) -> None:
    port = entrance.ports[proxy, "rewritten", False]
    assert httpx.get(f"http://127.0.0.1:{port}/metrics").status_code == 404
