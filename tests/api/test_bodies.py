"""Every invalid body gets a documented, quick response that repeats nothing of it."""

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from synthetic_soul.api.middleware import body as body_middleware
from synthetic_soul.api.middleware.body import check_json
from synthetic_soul.errors import InvalidInput
from tests.api.conftest import RunningApi

pytestmark = pytest.mark.anyio

SECRET = "hunter2-hunter2"
HOSTILE = {
    "nothing": b"",
    "half an object": b'{"message": "' + SECRET.encode(),
    "not JSON": SECRET.encode(),
    "two keys": b'{"message": "hunter2-hunter2", "message": "b"}',
    "NaN": b'{"message": NaN}',
    "infinity": b'{"message": -Infinity}',
    "a huge float": b'{"message": 1e999}',
    "a huge integer": b'{"message": ' + b"9" * 5000 + b"}",
    "NUL": rb'{"message": "hunter2-hunter2\u0000"}',
    "a lone surrogate": rb'{"message": "hunter2-hunter2\ud800"}',
    "a surrogate in a key": rb'{"message": "x", "\udfff": 1}',
    "invalid UTF-8": b'{"message": "\xff\xfe"}',
    "UTF-16": '{"message": "x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"message": "x"}',
    "deep lists": b"[" * 30_000 + b"]" * 30_000,
    "deep objects": b'{"message":' * 5_000 + b"1" + b"}" * 5_000,
    "33 deep": b'{"x":' + b"[" * 32 + b"]" * 32 + b', "message": "x"}',
    "a control character": b'{"message": "\x07"}',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("path", ["/v1/messages/submit", "/v1/auth/login", "/v1/auth/claim"])
async def test_hostile_json_is_refused_at_once(api: RunningApi, path: str, body: bytes) -> None:
    who = await api.client().sign_in()
    begun = time.perf_counter()
    answer = await who.post(path, content=body, headers={"Content-Type": "application/json"})
    assert time.perf_counter() - begun < 1
    assert answer.status_code == 422
    assert SECRET not in answer.text


def test_ordinary_json_passes() -> None:
    check_json(
        b'{"a": [1, -2.5, true, null, "\\ud83d\\ude00", {"b": {}}], "c": 999999999999999999999}'
    )
    check_json(b"[" * 32 + b"]" * 32)


def test_an_integer_of_three_hundred_and_one_digits_is_refused() -> None:
    check_json(b"-" + b"9" * 300)
    with pytest.raises(InvalidInput, match="300 digits"):
        check_json(b"-1" + b"0" * 300)


async def test_ten_megabytes_are_refused_whether_announced_or_not(api: RunningApi) -> None:
    who = await api.client().sign_in()
    announced = await who.post(
        "/v1/messages/submit",
        content=b"x" * 10_000_000,
        headers={"Content-Type": "application/json"},
    )
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 10_000
            yield b"x" * 10_000

    streamed = await who.post(
        "/v1/messages/submit", content=pieces(), headers={"Content-Type": "application/json"}
    )
    for answer in (announced, streamed):
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "too_large"
    assert sent < 100_000


@pytest.mark.parametrize("length", ["-1", "x", "9" * 5000])
async def test_a_false_length_is_refused(api: RunningApi, length: str) -> None:
    who = await api.client().sign_in()
    answer = await who.post(
        "/v1/messages/submit",
        content=b"{}",
        headers={"Content-Type": "application/json", "Content-Length": length},
    )
    assert answer.status_code == 413


async def knock(api: RunningApi, *messages: dict[str, object]) -> list[dict[str, object]]:
    """Send the pieces of a body over a bare ASGI connection, and then nothing more."""
    data: list[dict[str, object]] = []
    waiting = list(messages)

    async def receive() -> dict[str, object]:
        if not waiting:
            await asyncio.sleep(60)
        return waiting.pop(0)

    async def send(message: dict[str, object]) -> None:
        data.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/auth/login",
        "query_string": b"",
        "client": None,
        "headers": [(b"transfer-encoding", b"chunked"), (b"content-type", b"application/json")],
    }
    await api.app(scope, receive, send)  # type: ignore[arg-type]  # enough of ASGI
    return data


async def test_a_body_that_never_ends_is_given_up(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        body_middleware, "JSON", replace(body_middleware.JSON, timeout_seconds=0.05)
    )
    head, body = await knock(api, {"type": "http.request", "body": b"{", "more_body": True})
    assert head["status"] == 408
    assert b"request_timeout" in bytes(str(body["body"]), "ascii")


async def test_a_client_that_disconnects_midway_gets_no_response(api: RunningApi) -> None:
    begun = {"type": "http.request", "body": b"{", "more_body": True}
    assert await knock(api, begun, {"type": "http.disconnect"}) == []


async def test_a_chunked_body_is_joined_also_from_an_unknown_address(api: RunningApi) -> None:
    pieces = [b'{"email": "a@b.de",', b' "password": "tea"}', b""]
    head, _ = await knock(
        api,
        *({"type": "http.request", "body": piece, "more_body": piece != b""} for piece in pieces),
    )
    assert head["status"] == 401


async def test_an_empty_chunked_body_is_no_body(api: RunningApi) -> None:
    head, _ = await knock(api, {"type": "http.request", "body": b"", "more_body": False})
    assert head["status"] == 422


async def test_a_compressed_body_is_refused(api: RunningApi) -> None:
    who = await api.client().sign_in()
    answer = await who.post(
        "/v1/messages/submit",
        content=gzip.compress(b"0" * 1_000_000),
        headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
    )
    assert answer.status_code == 415


@pytest.mark.parametrize("kind", ["text/plain", "", "application/xml", "multipart/form-data"])
async def test_other_types_are_refused(api: RunningApi, kind: str) -> None:
    who = await api.client().sign_in()
    body = json.dumps({"message": "x"}).encode()
    headers = {"Content-Type": kind} if kind else {}
    for path in ("/v1/messages/submit", "/v1/auth/guest", "/v1/auth/login"):
        answer = await who.post(path, content=body, headers=headers)
        assert answer.status_code == 415
        assert answer.json()["error"]["code"] == "unsupported_media_type"


async def test_a_type_may_name_its_encoding(api: RunningApi) -> None:
    who = await api.client().sign_in()
    answer = await who.post(
        "/v1/messages/submit",
        content=b'{"message": "x"}',
        headers={"Content-Type": "Application/JSON; charset=utf-8"},
    )
    assert answer.status_code == 202


@pytest.mark.parametrize(
    "id",
    [
        "%00",
        "%ff",
        "a" * 129,
        "a" * 5000,
        "..%2f..%2fetc",
        "%0a",
        "%ed%a0%80",
        "'%20OR%201=1",
        "%20",
    ],
)
async def test_impossible_ids_are_not_found(api: RunningApi, id: str) -> None:
    who = await api.client().sign_in()
    for path in ("jobs/{}", "agents/{}", "messages/{}/why", "agents/jasmine/memories/{}"):
        method = "DELETE" if "memories" in path else "GET"
        answer = await who.ask(method, "/v1/" + path.format(id))
        assert answer.status_code == 404, (path, answer.text)
    for name in ("before", "agent"):
        answer = await who.get(f"/v1/messages/conversation?{name}={id}")
        assert answer.status_code in {404, 422}
