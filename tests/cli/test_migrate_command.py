"""``soul migrate``: from one store to another and back, also after it was killed midway."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sqlite3
import time
from contextlib import contextmanager
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from synthetic_soul.compose import open_store
from synthetic_soul.mind.events import SoulAdopted
from tests.cli.soul_process import TIMEOUT_SECONDS, Soul, start
from tests.contracts.journals import START, felt, fresh, heard, reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.servers import MongoServer

SAID = "Hello!\nMy name is Ann and I love hiking.\nMy dog died yesterday.\n"
HASH = re.compile(r"^(\w+): (\d+) entries, \d+ bonds, ([0-9a-f]{64})$", re.MULTILINE)
PASSWORD = "correct-horse-battery"
LONG = 2400


def migrated(soul: Soul, source: object, target: object) -> dict[str, tuple[str, str]]:
    result = soul("migrate", "--from", str(source), "--to", str(target))
    assert result.returncode == 0, result.stderr
    return {agent: (entries, hash_) for agent, entries, hash_ in HASH.findall(result.stdout)}


@pytest.fixture(params=["standalone", "replica set"])
def elsewhere(request: pytest.FixtureRequest) -> str:
    """The URL of an empty store."""
    kind = request.param.replace(" ", "_")
    server: MongoServer = request.getfixturevalue(f"mongo_{kind}")
    hosts, _, options = server.uri.partition("/?")
    return f"{hosts}/{fresh(f'migrate_{os.getpid()}_')}?{options}".rstrip("?")


def test_there_and_back_gives_the_same_hashes(soul: Soul, tmp_path: Path, elsewhere: str) -> None:
    soul("chat", typed=SAID)
    before = soul("replay", "jasmine", "--verify").stdout.splitlines()[-1]
    there = migrated(soul, tmp_path / "kept", elsewhere)
    assert there["jasmine"][1] == before
    assert len(there) == 5
    back = tmp_path / "back"
    assert migrated(soul, elsewhere, back) == there
    result = soul("replay", "jasmine", "--verify", DATA_DIR=str(back))
    assert result.stdout.splitlines()[-1] == before
    recalled = soul("chat", typed="What is my name?\n", DATA_DIR=str(back))
    assert "Ann" in recalled.stdout


def test_progress_is_printed_in_lines_without_a_terminal(soul: Soul, tmp_path: Path) -> None:
    soul("chat", typed=SAID)
    result = soul("migrate", "--from", str(tmp_path / "kept"), "--to", str(tmp_path / "new"))
    lines = result.stderr.splitlines()
    entries = dict(HASH.findall(result.stdout)[i][:2] for i in range(5))["jasmine"]
    assert f"jasmine: 0 of {entries} copied" in lines
    assert f"jasmine: {entries} of {entries} copied" in lines
    assert f"jasmine: {entries} of {entries} compared" in lines
    assert lines[-1] == "accounts: 0 of 0 copied"
    assert "\x1b" not in result.stderr
    assert result.stdout.splitlines()[-1].endswith(f"is now also at {tmp_path}/new/soul.db")


def test_a_journal_in_use_is_not_migrated(soul: Soul, tmp_path: Path) -> None:
    with serving(tmp_path, tmp_path / "kept") as (_, pid):
        result = soul("migrate", "--from", str(tmp_path / "kept"), "--to", str(tmp_path / "new"))
    assert result.returncode == 1
    assert f"is in use by process {pid}: " in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "new").exists()


def test_a_failed_migration_is_reported_in_one_line(soul: Soul, tmp_path: Path) -> None:
    soul("chat", typed=SAID)
    wrong = {
        ("nowhere", "new"): "there is no journal at ",
        ("kept", "kept/soul.db"): "is both where it comes from and where it goes",
        ("kept", "postgres://me:hush@host/db"): "postgres://host/db is no address of a store",
        ("kept", "mongodb://me:hush@127.0.0.1:9"): "mongodb://127.0.0.1:9 names no database",
    }
    for (source, target), why in wrong.items():
        result = soul("migrate", "--from", source, "--to", target)
        assert result.returncode == 1
        assert why in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert "hush" not in result.stdout + result.stderr
    assert not (tmp_path / "nowhere").exists()
    assert not (tmp_path / "new").exists()


def test_an_unavailable_mongodb_is_reported_without_its_password(
    soul: Soul, tmp_path: Path
) -> None:
    soul("chat", typed="Hello!\n")
    result = soul(
        "migrate", "--from", str(tmp_path / "kept"), "--to", "mongodb://a:hush@127.0.0.1:9/b"
    )
    assert result.returncode == 1
    assert result.stderr.startswith("soul: MongoDB is away for now")
    assert "hush" not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


@pytest.fixture
def long_lived(tmp_path: Path) -> Path:
    """A journal that takes a while to migrate; every third message has been erased."""
    folder = tmp_path / "long"

    async def fill() -> None:
        async with open_store(str(folder)) as store:
            adopted = SoulAdopted(name="Jasmine", digest="d", soul={}, traits={})
            await store.journal.append("jasmine", [adopted], at=START)
            for number in range(LONG // 3):
                said = heard(f"words {number}", person="bob" if number % 3 else "ann")
                both = [store.journal.append("jasmine", [e], at=START) for e in (said, felt())]
                await asyncio.gather(*both)
                await store.journal.append("jasmine", [reply(said)], at=START)
            await store.texts.erase_person("jasmine", "ann")

    asyncio.run(fill())
    return folder


def test_a_killed_migration_continues_when_run_again(
    soul: Soul, tmp_path: Path, long_lived: Path, elsewhere: str
) -> None:
    words = ("migrate", "--from", str(long_lived), "--to", elsewhere)
    with start(tmp_path, *words) as moving:
        assert moving.stderr is not None
        for line in moving.stderr:
            if re.match(rf"jasmine: [1-9]\d* of {LONG + 1} copied", line):
                break
        moving.send_signal(signal.SIGKILL)
        moving.communicate(timeout=60)
        assert moving.returncode == -signal.SIGKILL
    again = soul(*words)
    assert again.returncode == 0, again.stderr
    begun = re.match(rf"jasmine: (\d+) of {LONG + 1} copied", again.stderr)
    assert begun
    assert 0 < int(begun[1]) < LONG + 1
    hashes = migrated(soul, elsewhere, tmp_path / "back")
    assert hashes == migrated(soul, long_lived, tmp_path / "direct")
    assert texts(tmp_path / "back") == texts(long_lived)


def texts(folder: Path) -> set[tuple[str, bytes]]:
    db = sqlite3.connect(folder / "soul.db")
    try:
        return set(db.execute("SELECT owner, text FROM words WHERE erased = 0"))
    finally:
        db.close()


@contextmanager
def serving(folder: Path, kept: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """A server on ``kept``; its address and process."""
    with start(folder, "serve", "--port", "0", DATA_DIR=str(kept), **settings) as server:
        try:
            assert server.stdout is not None
            url = re.search(r"http://\S+", server.stdout.readline())
            assert url, server.stderr and server.stderr.read()
            yield url[0], server.pid
        finally:
            server.terminate()
            server.communicate(timeout=60)


class Browser:
    """Keeps its cookies, whichever port they come from."""

    def __init__(self) -> None:
        self._jar = CookieJar()
        self._http = build_opener(HTTPCookieProcessor(self._jar))
        self.token = ""

    def post(self, url: str, body: object, **more: str) -> dict[str, object]:
        cookies = {cookie.name: cookie.value or "" for cookie in self._jar}
        crumb = {"X-CSRF-Token": cookies.get("refresh_csrf", "")}
        signed = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        head = {"Content-Type": "application/json", **crumb, **signed, **more}
        request = Request(url, json.dumps(body).encode(), head, method="POST")  # noqa: S310 - always http
        with self._http.open(request, timeout=30) as answer:
            result = dict(json.load(answer))
        self.token = str(result.get("access_token", self.token))
        return result

    def outcome(self, url: str, job: object) -> str:
        """How a job ends."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        request = Request(f"{url}/v1/jobs/{job}", headers={"Authorization": f"Bearer {self.token}"})  # noqa: S310 - always http
        while True:
            assert time.monotonic() < deadline
            with self._http.open(request, timeout=30) as answer:
                status = str(json.load(answer)["status"])
            if status in {"succeeded", "failed"}:
                return status
            time.sleep(0.05)


@pytest.mark.parametrize("elsewhere", ["replica set"], indirect=True)
def test_keys_failed_jobs_passwords_and_sessions_survive_a_migration(
    soul: Soul, tmp_path: Path, elsewhere: str
) -> None:
    ann, form = Browser(), {"email": "ann@example.com", "password": PASSWORD}
    message, once = {"message": "My name is Ann."}, {"Idempotency-Key": "once"}
    away = {"LLM_BASE_URL": "http://127.0.0.1:9/v1", "LLM_MODEL": "m", "LLM_TIMEOUT": "20"}
    with serving(tmp_path, tmp_path / "kept", **away) as (url, _):
        ann.post(f"{url}/v1/auth/guest", {})
        ann.post(f"{url}/v1/auth/claim", {**form, "username": "ann-k"})
        job = ann.post(f"{url}/v1/messages/submit", message, **once)["job_id"]
        assert ann.outcome(url, job) == "failed"
    migrated(soul, tmp_path / "kept", elsewhere)
    migrated(soul, elsewhere, tmp_path / "new")
    with serving(tmp_path, tmp_path / "new") as (url, _):
        assert ann.post(f"{url}/v1/messages/submit", message, **once)["job_id"] == job
        assert ann.post(f"{url}/v1/auth/refresh", {})["username"] == "ann-k"
        assert Browser().post(f"{url}/v1/auth/login", form)["username"] == "ann-k"
        assert ann.outcome(url, job) == "failed"
        ann.post(f"{url}/v1/jobs/{job}/retry", {})
        assert ann.outcome(url, job) == "succeeded"
