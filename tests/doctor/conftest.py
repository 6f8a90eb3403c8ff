"""An installation in a folder of its own, a provider of models, and their examination."""

import json
import os
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typing_extensions import override

from synthetic_soul.doctor.examination import examine
from synthetic_soul.doctor.findings import Finding
from synthetic_soul.settings import Settings, read_sound_settings

SECRET = "sk-hunter2hunter2hunter2"


class Provider:
    """A server of models at ``base_url``: what it serves, its clock, and how it answers a call."""

    def __init__(self) -> None:
        self.models = ["mira-7b", "mira-70b"]
        self.drift = 0.0
        self.status = 200
        self.error = {"message": "no", "code": "no"}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            @override
            def log_message(self, format: str, *args: object) -> None:
                pass

            @override
            def date_time_string(self, timestamp: float | None = None) -> str:
                return formatdate(time.time() + provider.drift, usegmt=True)

            def do_GET(self) -> None:
                served = [{"id": name} for name in provider.models]
                found = self.path == "/v1/models"
                self._send(200 if found else 404, {"data": served} if found else {})

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                message = {"role": "assistant", "content": "Hello."}
                choice = {"index": 0, "message": message, "finish_reason": "stop"}
                if self.path != "/v1/chat/completions":
                    self._send(404, {"error": {"message": "page not found"}})
                elif provider.status != 200:
                    self._send(provider.status, {"error": provider.error})
                elif asked["model"] not in provider.models:
                    error = {"message": f"model '{asked['model']}' not found", "code": None}
                    self._send(404, {"error": error})
                else:
                    self._send(200, {"id": "1", "object": "chat.completion", "choices": [choice]})

            def _send(self, status: int, body: object) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self.server.server_port}/v1"


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the program is started, with a bare environment."""
    for name in os.environ:
        if name.lower() in Settings.model_fields or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "kept"))
    monkeypatch.setenv("PORT", "0")
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def examined() -> list[Finding]:
    """Examine what the environment and ``.env`` set."""
    settings, faults = read_sound_settings()
    found = [finding async for finding in examine(settings, faults, lambda _: None)]
    told = "\n".join(f"{finding.message} {finding.mend}" for finding in found)
    assert SECRET not in told
    return found


def wrong(findings: list[Finding]) -> list[Finding]:
    """Return those with something to mend."""
    return [finding for finding in findings if not finding.is_sound]
