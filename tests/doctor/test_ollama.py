"""The line on an Ollama that runs beside ``soul serve``: a real server plays it."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typing_extensions import override

from synthetic_soul.doctor import ollama
from tests.cli.soul_process import start

pytestmark = pytest.mark.anyio


def model(name: str, family: str, modified: str = "2026-01-01", **more: object) -> object:
    details = {"family": family, "families": [family]}
    return {"name": name, "model": name, "modified_at": modified, "details": details, **more}


MODELS = [
    model("nomic-embed-text:latest", "nomic-bert", "2026-09-09"),
    model("gemma3:4b", "gemma3", "2026-05-01"),
    model("llama3.1:8b", "llama", "2026-06-01"),
]


@contextmanager
def answering(body: bytes, *, status: int = 200, hangs: bool = False) -> Iterator[str]:
    """Serve ``/api/tags`` on a free port; yield host and port."""
    stopped = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if hangs:
                stopped.wait(30)
            self.send_response(status if self.path == "/api/tags" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            stopped.set()
            server.shutdown()
            thread.join()


def tags(*models: object) -> bytes:
    return json.dumps({"models": models}).encode()


async def test_it_names_the_newest_model_that_chats_and_how_to_use_it() -> None:
    with answering(tags(*MODELS)) as host:
        line = await ollama.hint({"OLLAMA_HOST": host})
    assert f"LLM_BASE_URL=http://{host}/v1 LLM_MODEL=llama3.1:8b" in line
    assert "gemma3:4b" in line
    assert "nomic" not in line
    assert "\n" not in line


@pytest.mark.parametrize(
    "embedding",
    [
        model("bge-m3:latest", "bert"),
        model("all-minilm", "bert"),
        model("snowflake-arctic-embed2", "bert"),
        model("paraphrase-multilingual", "unknown"),
        model("embeddinggemma:300m", "gemma3"),
        model("qwen3-embedding:0.6b", "qwen3"),
        model("somebody/my-vectors", "jina-bert-v2"),
        model("somebody/qwen3-reranker", "qwen3"),
        model("plain-name", "llama", capabilities=["embedding"]),
        model("", "llama"),
        model("red\x1b[31m", "llama"),
        "no model",
        None,
    ],
)
async def test_what_cannot_chat_is_not_offered(embedding: object) -> None:
    assert ollama.chat_models({"models": [embedding]}) == []
    assert ollama.chat_models({"models": [embedding, *MODELS]}) == ["llama3.1:8b", "gemma3:4b"]


async def test_capabilities_decide_where_they_are_told() -> None:
    told = model("bert-writes-poems", "bert", capabilities=["completion", "tools"])
    assert ollama.chat_models({"models": [told]}) == ["bert-writes-poems"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200),
        (b"{", 200),
        (b"[]", 200),
        (b'{"models": null}', 200),
        (b'{"models": [1, {}]}', 200),
        (tags(), 200),
        (tags(*MODELS), 500),
        (b"<html>It works!</html>", 200),
        (b'{"models": "' + b"x" * (ollama.MAX_ANSWER_BYTES + 9) + b'"}', 200),
    ],
)
async def test_whatever_else_answers_on_that_port_is_passed_over(body: bytes, status: int) -> None:
    with answering(body, status=status) as host:
        assert await ollama.hint({"OLLAMA_HOST": host}) == ""


async def test_one_that_hangs_or_is_not_there_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ollama, "TIMEOUT_S", 0.05)
    with answering(b"", hangs=True) as host:
        assert await ollama.hint({"OLLAMA_HOST": host}) == ""
    assert await ollama.hint({"OLLAMA_HOST": host}) == ""


@pytest.mark.parametrize(
    ("setting", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),  # noqa: S104 - nothing listens here
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        (":8080", "http://127.0.0.1:8080"),
        ("box.lan", "http://box.lan:11434"),
        ("http://box.lan", "http://box.lan:80"),
        ("https://box.lan/ollama/", "https://box.lan:443/ollama"),
        ('"192.168.1.7:11435"', "http://192.168.1.7:11435"),
        ("[::]:11434", "http://[::1]:11434"),
        ("::1", "http://[::1]:11434"),
        ("box.lan:99999", "http://box.lan:11434"),
    ],
)
def test_its_address_is_read_as_ollama_reads_it(setting: str, url: str) -> None:
    assert ollama.address({"OLLAMA_HOST": setting}).url == url


def test_the_server_says_it_after_its_greeting(tmp_path: Path) -> None:
    with (
        answering(tags(*MODELS)) as host,
        start(tmp_path, "serve", "--port", "0", OLLAMA_HOST=host) as server,
    ):
        assert server.stdout is not None
        try:
            lines = [server.stdout.readline() for _ in range(4)]
        finally:
            server.kill()
            server.communicate(timeout=30)
    assert re.match(r"model    Ollama runs here: .*LLM_MODEL=llama3.1:8b", lines[3]), lines
