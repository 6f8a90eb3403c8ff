"""The program from outside: commands, a server, and what one asks it over HTTP."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.compatibility.surface import COMMAND

SOON = 60.0
GATES = ("GUEST", "SUBMIT", "POLL", "LOGIN", "CLAIM", "AGENTS")
PASSWORD = "correct horse battery"
# with these the accounts in the journals were made
SECRETS = {
    "JWT_SECRET": "pinned-signing-key-0123456789abcdefghijkl",
    "PASSWORD_PEPPER": "pinned-pepper-0123456789abcdefghijklmnop",
}
AT_REST = {
    **SECRETS,
    **{f"RATE_LIMIT_{gate}": "" for gate in GATES},
    "GUEST_TTL": "1000000000",
    "THINKING_RATE": "1000000",
}

Json = Any
Result = subprocess.CompletedProcess[str]


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Only what a process needs, and the settings given."""
    kept = ("PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "SYSTEMROOT")
    inherited = {name: os.environ[name] for name in kept if name in os.environ}
    plain = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    return {**inherited, **plain, "DATA_DIR": str(folder), **settings}


def soul(folder: Path, *words: str, **settings: str) -> Result:
    """A command, with ``folder`` as where it stands and as its DATA_DIR."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", COMMAND, *words],
        input="",
        cwd=folder,
        env=environment(folder, settings),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SOON,
        check=False,
    )


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[str]:
    """``soul serve`` on ``folder``; gives its address, and ends it by SIGTERM."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", COMMAND, "serve", "--port", "0"],
        cwd=folder,
        env=environment(folder, {**AT_REST, **settings}),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    try:
        words = process.stdout.readline().split()
        address = next(word for word in words if word.startswith("http://"))
        assert httpx.get(f"{address}/v1/meta/ping", timeout=SOON).status_code == 200
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=SOON)
    assert process.returncode == 0


@contextmanager
def entered(address: str, token: str) -> Iterator[httpx.Client]:
    """Somebody who asks with a token."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, headers=headers, timeout=SOON) as client:
        yield client


@contextmanager
def signed_in(address: str, name: str) -> Iterator[httpx.Client]:
    """Somebody whose account stands in a journal."""
    form = {"email": f"{name}@example.org", "password": PASSWORD}
    answer = httpx.post(f"{address}/v1/auth/login", json=form, timeout=SOON)
    assert answer.status_code == 200, answer.text
    with entered(address, answer.json()["access_token"]) as client:
        yield client


@contextmanager
def guest(address: str) -> Iterator[httpx.Client]:
    """Somebody new."""
    answer = httpx.post(f"{address}/v1/auth/guest", timeout=SOON)
    assert answer.status_code == 200, answer.text
    with entered(address, answer.json()["access_token"]) as client:
        yield client


def asked(client: httpx.Client, path: str, **query: str | int) -> Json:
    """What a GET answers."""
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def events(client: httpx.Client, path: str, *, first: bool = False) -> list[tuple[str, Json]]:
    """The events of a stream, or its first one alone: name and body."""
    found: list[tuple[str, Json]] = []
    fields: dict[str, str] = {}
    with client.stream("GET", path) as response:
        assert response.status_code == 200
        for line in response.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
                continue
            found.append((fields["event"], json.loads(fields["data"])))
            fields = {}
            if first:
                break
    return found
