"""Proxies of any kind in the environment: used, excepted, or named in one line; never a crash."""

import os

import pytest

from synthetic_soul.errors import Misconfigured
from synthetic_soul.llm.base import Message
from synthetic_soul.llm.egress_proxy import is_local, proxy_for
from synthetic_soul.llm.providers import ModelSettings, build_models
from tests.support.fake_model import FakeModel

OUTSIDE = "https://api.example.com/v1"
PROXY = "http://proxy.example.com:3128"
SECRET = "hunter2"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("https_proxy", PROXY, PROXY),
        ("HTTPS_PROXY", PROXY, PROXY),
        ("all_proxy", PROXY, PROXY),
        ("ALL_PROXY", "proxy.example.com:3128", PROXY),
        (
            "https_proxy",
            "https://user:word@proxy.example.com",
            "https://user:word@proxy.example.com",
        ),
        ("http_proxy", PROXY, None),
        ("all_proxy", "", None),
    ],
)
def test_the_proxy_of_the_targets_scheme_is_used(
    name: str, value: str, expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert proxy_for(OUTSIDE) == expected


@pytest.mark.parametrize(
    "value",
    [
        f"socks://u:{SECRET}@127.0.0.1:7891/",
        f"socks5://u:{SECRET}@127.0.0.1:7891",
        "socks5h://127.0.0.1:7891",
        "socks4a://127.0.0.1",
        f"ftp://{SECRET}@127.0.0.1",
        f"http://u:{SECRET}@",
        f"http://127.0.0.1:{SECRET}",
        f"http://[{SECRET}",
    ],
)
@pytest.mark.parametrize("name", ["all_proxy", "HTTPS_PROXY"])
def test_a_proxy_that_cannot_be_used_is_one_line_with_a_mend(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured, match=f"^{name.lower()} .*no_proxy$") as refusal:
        build_models(ModelSettings(openai_api_key="k"))
    assert SECRET not in str(refusal.value)
    for address in ("http://127.0.0.1:11434/v1", "http://localhost/v1", "https://ollama:1/v1"):
        assert proxy_for(address) is None


@pytest.mark.parametrize(
    ("exceptions", "excepted"),
    [
        ("api.example.com", True),
        ("example.com", True),
        (".example.com", True),
        ("*.example.com", True),
        ("other.org, EXAMPLE.com", True),
        ("other.org example.com", True),
        ("*", True),
        ("example.com:443", True),
        ("example.com:8443", False),
        ("ample.com", False),
        ("other.org", False),
        ("10.0.0.0/8", False),
        ("", False),
    ],
)
def test_no_proxy_excepts_hosts_and_domains(
    exceptions: str, *, excepted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("all_proxy", "socks://127.0.0.1:7891")
    monkeypatch.setenv("no_proxy", exceptions)
    if excepted:
        assert proxy_for(OUTSIDE) is None
    else:
        with pytest.raises(Misconfigured):
            proxy_for(OUTSIDE)


def test_no_proxy_excepts_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", PROXY)
    monkeypatch.setenv("no_proxy", "8.8.0.0/16,[2620:fe::]/48")
    assert proxy_for("https://8.8.4.4/v1") is None
    assert proxy_for("https://9.9.9.9/v1") == PROXY


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("192.168.1.20", True),
        ("172.17.0.1", True),
        ("169.254.1.1", True),
        ("fd00::5", True),
        ("fe80::1%eth0", True),
        ("ollama", True),
        ("localhost", True),
        ("host.docker.internal", True),
        ("Tower.Local.", True),
        ("8.8.8.8", False),
        ("api.openai.com", False),
        ("local.example.com", False),
    ],
)
def test_local_addresses_are_known_by_name(host: str, *, local: bool) -> None:
    assert is_local(host) is local


@pytest.mark.anyio
@pytest.mark.parametrize("proxy", ["socks://127.0.0.1:9/", "http://127.0.0.1:9", "nonsense://["])
async def test_a_model_on_this_machine_answers_whatever_the_proxy(
    proxy: str, fake_model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("all_proxy", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, proxy)
    models = build_models(ModelSettings(llm_base_url=fake_model.base_url, llm_model="m"))
    assert models is not None
    try:
        answer = await models.quality.complete([Message("user", "Hi")], max_tokens=5, deadline=10)
        assert answer.text
    finally:
        await models.aclose()
