"""A server whose disk refuses writes, and one whose log its disk has damaged."""

from __future__ import annotations

import json
import re
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.cli.soul_process import TIMEOUT_SECONDS, Soul, start

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

resource = pytest.importorskip("resource")


class Served:
    """A running server, its visitor, and what it has logged once it ended."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url
        self.log = ""
        self._token = ""
        status, body = self.ask("/v1/auth/guest", {})
        assert status == 200
        self._token = str(body["access_token"])

    def ask(self, path: str, body: object = None) -> tuple[int, dict[str, object]]:
        head = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        content = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, content, head if self._token else {**head})  # noqa: S310 - http
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - as above
                return answer.status, json.load(answer)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)

    def submit(self) -> int:
        return self.ask("/v1/messages/submit", {"message": "Hello!"})[0]

    def health(self) -> dict[str, object]:
        return self.ask("/v1/meta/health")[1]


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    with start(folder, "serve", "--port", "0") as process:
        assert process.stdout is not None
        url = re.search(r"http://\S+", process.stdout.readline())
        assert url is not None
        served = Served(process, url[0])
        try:
            yield served
        finally:
            process.terminate()
            served.log = process.communicate(timeout=TIMEOUT_SECONDS)[1]


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of others are set on Linux")
def test_a_disk_that_takes_nothing_is_named_and_needs_no_restart(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        assert served.submit() == 202
        assert served.health()["status"] == "ok"
        limits = resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (512, limits[1]))
        refused = {served.submit() for _ in range(4)}
        assert refused <= {503, 507}
        told = served.health()
        assert told["status"] == "degraded"
        assert told["store"] in {"full", "not_writable"}
        assert told["reason"]
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, limits)
        assert served.submit() == 202
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while served.health()["status"] != "ok":
            assert time.monotonic() < deadline
            time.sleep(0.5)
    lines = [line for line in served.log.splitlines() if "request_refused" in line]
    assert len({line.partition("reason=")[2] for line in lines}) == len(lines)
    assert all("/v1/messages/submit" in line for line in lines)
    assert lines


def test_a_damaged_log_is_named_by_replay_the_server_and_its_health(
    soul: Soul, tmp_path: Path
) -> None:
    with serving(tmp_path) as served:
        for _ in range(3):
            assert served.submit() == 202
        served.process.send_signal(signal.SIGKILL)
        served.process.wait()
    assert soul("replay", "jasmine").returncode == 0  # opens the log beside the file as it is
    log = tmp_path / "kept" / "soul.db-wal"
    raw = bytearray(log.read_bytes())
    raw[len(raw) // 2] ^= 1
    log.write_bytes(raw)
    named = re.compile(r"entr(y|ies) \d+( to \d+)? of jasmine (is|are) lost: ")
    checked = soul("replay", "jasmine", "--verify")
    assert checked.returncode == 1
    (line,) = checked.stderr.splitlines()
    assert named.search(line)
    with serving(tmp_path) as served:
        told = served.health()
        assert told["status"] == "degraded"
        assert named.search(str(told["lost"]))
        assert served.submit() == 202
    assert named.search(served.log)
    assert "journal_damaged" in served.log
    assert soul("replay", "jasmine", "--verify").stderr == checked.stderr
