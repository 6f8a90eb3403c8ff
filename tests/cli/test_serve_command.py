"""``soul serve`` starts, reports why it cannot start, and stops on a signal."""

import json
import os
import re
import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from urllib.request import Request, urlopen

import pytest

from tests.cli.soul_process import Soul, start
from tests.support.sample_souls import eliza_character

GREETING = 3  # lines: who is awake where, what speaks, where the journal lies
SECRETS = {name: secrets.token_urlsafe(48) for name in ("JWT_SECRET", "PASSWORD_PEPPER")}


@contextmanager
def serving(folder: Path, *words: str, **settings: str) -> Iterator[tuple[str, Popen[str]]]:
    with start(folder, "serve", "--port", "0", *words, **settings) as server:
        try:
            assert server.stdout is not None
            greeting = "".join(server.stdout.readline() for _ in range(GREETING))
            url = re.search(r"http://[^\s]+", greeting)
            assert url, greeting or (server.stderr and server.stderr.read())
            assert "voice    composer" in greeting
            assert str(folder / "kept" / "soul.db") in greeting
            yield url[0], server
        finally:
            server.kill()
            server.communicate(timeout=30)


def ended(server: Popen[str]) -> tuple[str, str]:
    return server.communicate(timeout=30)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_its_address_and_stops_within_seconds(tmp_path: Path, number: int) -> None:
    with serving(tmp_path) as (url, server):
        with urlopen(f"{url}/v1/meta/health", timeout=10) as answer:  # noqa: S310 - always http
            assert answer.status == 200
        os.kill(server.pid, number)
        said, complaints = ended(server)
        assert server.returncode == 0
        assert (said, complaints) == ("", "")


def test_it_imports_a_soul_of_another_tool_and_prints_the_report(tmp_path: Path) -> None:
    (tmp_path / "nima.character.json").write_text(json.dumps(eliza_character()))
    with serving(tmp_path, "--soul", "nima.character.json") as (_, server):
        assert server.stdout is not None
        line = server.stdout.readline()
        assert re.match(r"soul     Nima, from a .*Eliza.*: \d+ kept", line), line


def test_it_stops_in_time_while_a_stream_is_open(tmp_path: Path) -> None:
    with serving(tmp_path) as (url, server):
        request = Request(f"{url}/v1/auth/guest", b"", method="POST")  # noqa: S310 - always http
        with urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
            found = re.search(rb'"access_token":"([^"]+)"', answer.read())
        assert found
        head = {"Authorization": f"Bearer {found[1].decode()}"}
        live = Request(f"{url}/v1/agents/jasmine/live", headers=head)  # noqa: S310 - as above
        with urlopen(live, timeout=10) as stream:  # noqa: S310 - as above
            assert stream.readline()
            server.terminate()
            ended(server)
        assert server.returncode == 0


def test_a_second_server_on_the_same_folder_is_refused_in_one_line(
    tmp_path: Path, soul: Soul
) -> None:
    with serving(tmp_path) as (_url, server):
        mends = {
            ("serve", "--port", "0"): "or set another DATA_DIR",
            ("chat",): "talk on its page instead",
            ("operator", "ann"): "stop that server, run this again, and start it",
        }
        for words, mend in mends.items():
            result = soul(*words)
            assert mend in result.stderr
            assert result.returncode == 1
            assert re.match(rf"soul: \S+ is in use by process {server.pid}: ", result.stderr)
            assert len(result.stderr.splitlines()) == 1
        assert soul("agents").returncode == 0
        assert soul("replay", "jasmine", "--verify").returncode == 0


def test_a_taken_port_is_reported_in_one_line(soul: Soul) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = soul("serve", "--port", str(port))
    assert result.returncode == 1
    assert result.stdout == ""
    assert re.match(rf"soul: 127\.0\.0\.1:{port} cannot be listened on", result.stderr)
    assert len(result.stderr.splitlines()) == 1


def test_beyond_loopback_it_needs_configured_secrets(tmp_path: Path, soul: Soul) -> None:
    result = soul("serve", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - the refusal is the point
    assert result.returncode == 1
    assert result.stderr.startswith("soul: JWT_SECRET is not set")
    assert len(result.stderr.splitlines()) == 1
    with serving(tmp_path, "--host", "0.0.0.0", **SECRETS) as (_, server):  # noqa: S104 - as above
        server.terminate()
        ended(server)
        assert server.returncode == 0


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("LOG_LEVEL", "loud"),
        ("PORT", "99999"),
        ("REDIS_URL", "redis://x"),
        ("MONGO_CONNECTION", "mongodb://"),
    ],
)
def test_a_failure_to_start_is_reported_in_one_line(soul: Soul, setting: str, value: str) -> None:
    result = soul("serve", **{setting: value})
    assert result.returncode == 1
    assert result.stderr.startswith("soul: ")
    assert setting in result.stderr
    assert len(result.stderr.splitlines()) == 1
