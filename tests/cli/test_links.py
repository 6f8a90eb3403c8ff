"""The links that are printed at the start lead to the page, from here and from other machines."""

import socket

import pytest

from synthetic_soul.cli import links
from synthetic_soul.networks import listen
from synthetic_soul.settings import Settings


def settings(host: str, root_path: str = "") -> Settings:
    return Settings(host=host, port=0, root_path=root_path)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104 - nobody can open that one
        ("::", "127.0.0.1"),
        ("::1", "[::1]"),
        ("127.0.0.2", "127.0.0.2"),
    ],
)
def test_a_link_opens_on_this_machine(host: str, shown: str) -> None:
    if ":" in host and not socket.has_ipv6:
        pytest.skip("there is no IPv6")
    try:
        listener = listen(host, 0)
    except ValueError as error:
        if host != "127.0.0.2":  # not every system gives loopback a second address
            raise
        pytest.skip(str(error))
    with listener:
        port = listener.getsockname()[1]
        assert links.page_link(settings(host), listener) == f"http://{shown}:{port}"
        below = links.page_link(settings(host, "/soul"), listener)
        assert below == f"http://{shown}:{port}/soul/"
        name = shown.strip("[]")
        with socket.create_connection((name, port), timeout=10):
            pass


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - as above
def test_beyond_loopback_it_says_that_the_way_is_not_private(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "_own_address", lambda: "192.168.1.5")
    with listen(host, 0) as listener:
        notice = links.network_notice(settings(host), listener)
        port = listener.getsockname()[1]
    assert f"http://192.168.1.5:{port} from other machines" in notice
    assert "plain HTTP" in notice


def test_ipv6_alone_is_said() -> None:
    with socket.create_server(("::", 0), family=socket.AF_INET6) as listener:
        assert "IPv6 alone" in links.network_notice(settings("::"), listener)
        assert links.page_link(settings("::"), listener).startswith("http://[::1]:")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_on_loopback_there_is_nothing_to_say(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert links.network_notice(settings(host), listener) == ""


def test_a_name_is_shown_as_it_was_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert links.page_link(settings("soul.lan"), listener) == f"http://soul.lan:{port}"
