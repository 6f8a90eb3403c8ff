"""What clients of the API rely on."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.compatibility import surface
from tests.compatibility.programs import (
    PASSWORD,
    SOON,
    Json,
    asked,
    events,
    guest,
    served,
    signed_in,
    soul,
)
from tests.compatibility.records import bare, recorded

CONFORMANCE = surface.conformance_cases()
ROOT = Path(__file__).parents[2]
JASMINE = (ROOT / "examples" / "souls" / "jasmine.soul").read_bytes()
BAD = (CONFORMANCE / "invalid" / "missing_comma.soul").read_bytes()
JSON = {"Content-Type": "application/json"}


def claimed(address: str, name: str) -> None:
    """An account of that name."""
    form = {"email": f"{name}@example.org", "username": name, "password": PASSWORD}
    with guest(address) as client:
        assert client.post("/v1/auth/claim", json=form).status_code == 200


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on a folder of its own, where olive is the operator."""
    folder = tmp_path_factory.mktemp("house")
    with served(folder) as first:
        claimed(first, "olive")
    assert soul(folder, "operator", "olive").returncode == 0
    with served(folder) as address:
        yield address


@pytest.fixture(scope="module")
def keeper(address: str) -> Iterator[httpx.Client]:
    with signed_in(address, "olive") as client:
        yield client


def operation(found: Json, schemas: dict[str, Json]) -> Json:
    """What of an operation programs see."""
    return {
        "parameters": bare(found.get("parameters", []), schemas),
        "body": bare(found.get("requestBody"), schemas),
        "responses": bare(found["responses"], schemas),
        "security": found.get("security", []),
    }


def test_the_document_tells_the_same(address: str) -> None:
    document = httpx.get(f"{address}/openapi.json").json()
    schemas = document["components"]["schemas"]
    found = {
        f"{method.upper()} {path}": operation(one, schemas)
        for path, item in document["paths"].items()
        for method, one in item.items()
    }
    problem = found["GET /v1/meta/ping"]["responses"]["500"]
    for one in found.values():
        alike = {status for status, told in one["responses"].items() if told == problem}
        assert alike >= {"500", "503"}
        one["responses"] |= dict.fromkeys(alike, "a problem")
    security = bare(document["components"]["securitySchemes"])
    recorded("openapi", {"operations": found, "problem": problem, "security": security})


def test_names_beside_the_document_are_the_same(address: str) -> None:
    document = httpx.get(f"{address}/openapi.json").json()
    operations = [one for item in document["paths"].values() for one in item.values()]
    names = {
        "schemas": sorted(document["components"]["schemas"]),
        "operations": sorted(one["operationId"] for one in operations),
        "tags": sorted({tag for one in operations for tag in one["tags"]}),
    }
    recorded("openapi_names", names)


def test_every_error_class_has_its_code_and_status() -> None:
    recorded("error_codes", surface.error_codes())


def refusals(address: str, keeper: httpx.Client) -> Iterator[tuple[str, httpx.Response]]:
    """Requests that are refused, each for a reason of its own."""
    nobody = httpx.Client(base_url=address, timeout=SOON)
    form = {"email": "new@example.org", "username": "newcomer", "password": PASSWORD}

    def claim(client: httpx.Client, **other: str) -> httpx.Response:
        return client.post("/v1/auth/claim", json={**form, **other})

    with nobody, guest(address) as new:
        yield "no token", nobody.get("/v1/auth/me")
        yield "bad token", nobody.get("/v1/auth/me", headers={"Authorization": "Bearer x.y.z"})
        yield "no path", nobody.get("/v1/nothing")
        yield "no method", nobody.put("/v1/meta/ping")
        yield (
            "wrong login",
            nobody.post("/v1/auth/login", json={"email": "a@b.org", "password": "x"}),
        )
        yield "no refresh", nobody.post("/v1/auth/refresh", json={})
        yield (
            "foreign page",
            nobody.post("/v1/auth/refresh", json={}, headers={"Origin": "http://else.test"}),
        )
        yield "no json", new.post("/v1/messages/submit", content=b"{", headers=JSON)
        yield "other type", new.post("/v1/messages/submit", content=b"hi")
        yield "empty", new.post("/v1/messages/submit", json={"message": ""})
        yield "unknown agent", new.post("/v1/messages/submit", json={"message": "x", "agent": "no"})
        yield "too large", new.post("/v1/messages/submit", json={"message": "x" * 70_000})
        yield "no agent", new.get("/v1/agents/nobody")
        yield "no job", new.get("/v1/jobs/jasmine.0")
        yield "no retry", new.post("/v1/jobs/jasmine.0/retry")
        yield "no reply", new.get("/v1/messages/jasmine.0/why")
        yield "no memory", new.delete("/v1/agents/jasmine/memories/jasmine.0")
        yield "bad limit", new.get("/v1/messages/conversation", params={"limit": 0})
        yield "no operator", new.post("/v1/agents", content=JASMINE, headers=JSON)
        yield "weak password", claim(new, password="password")
        yield "bad name", claim(new, username="a")
        yield "bad address", claim(new, email="nowhere")
        yield "name taken", claim(new, username="olive")
        yield "name of an agent", claim(new, username="jasmine")
        yield "address taken", claim(new, email="olive@example.org")
        yield "claimed already", claim(keeper)
        yield (
            "soul of a file",
            keeper.post("/v1/agents", content=JASMINE, headers=JSON, params={"name": "jasmine"}),
        )
        yield (
            "name of a path",
            keeper.post("/v1/agents", content=JASMINE, headers=JSON, params={"name": "active"}),
        )
        yield "no soul", keeper.post("/v1/agents", content=BAD, headers=JSON)
        first = new.post(
            "/v1/messages/submit", json={"message": "one"}, headers={"Idempotency-Key": "k"}
        )
        assert first.status_code == 202
        yield (
            "key reused",
            new.post(
                "/v1/messages/submit", json={"message": "2"}, headers={"Idempotency-Key": "k"}
            ),
        )
        events(new, f"/v1/jobs/{first.json()['job_id']}/events")
        yield "nothing failed", new.post(f"/v1/jobs/{first.json()['job_id']}/retry")
        assert new.delete("/v1/auth/me").status_code == 200
        yield "left", new.get("/v1/auth/me")


def test_every_refusal_has_its_status_and_code(address: str, keeper: httpx.Client) -> None:
    found = {}
    for name, response in refusals(address, keeper):
        error = response.json()["error"]
        found[name] = [response.status_code, error["code"], shape(error)]
    recorded("refusals", found)


def shape(value: Json) -> Json:
    """The keys of an answer, without its values; of a list its first item."""
    if isinstance(value, dict):
        return {key: shape(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def said(client: httpx.Client, text: str) -> str:
    answer = client.post("/v1/messages/submit", json={"message": text})
    assert answer.status_code == 202
    return str(answer.json()["job_id"])


def test_streams_have_their_events_and_fields(address: str) -> None:
    with guest(address) as client:
        told = events(client, f"/v1/jobs/{said(client, 'My name is Tomas.')}/events")
        feeling = events(client, "/v1/agents/jasmine/live", first=True)
    job = {name: shape(body) for name, body in told}
    recorded("streams", {"job": job, "live": {name: shape(body) for name, body in feeling}})


def test_answers_have_their_fields(address: str) -> None:
    with guest(address) as client:
        job = said(client, "My name is Tomas and I have a cat called Miso.")
        events(client, f"/v1/jobs/{job}/events")
        events(client, f"/v1/jobs/{said(client, 'What is my name?')}/events")
        talk = asked(client, "/v1/messages/conversation")
        reply = talk["messages"][-1]["id"]
        paths = {
            "/": "/",
            "me": "/v1/auth/me",
            "export": "/v1/auth/me/export",
            "agents": "/v1/agents",
            "agent": "/v1/agents/active",
            "memories": "/v1/agents/jasmine/memories",
            "why": f"/v1/messages/{reply}/why",
            "job": f"/v1/jobs/{job}",
            "thought": "/v1/thoughts/latest",
            "version": "/v1/meta/version",
            "health": "/v1/meta/health",
            "queue": "/v1/meta/queue",
            "llm": "/v1/meta/llm",
        }
        found = {name: shape(asked(client, path)) for name, path in paths.items()}
    export = found["export"]["agents"]["jasmine"]
    del export["state"]["sentiments"], export["journal"]  # they differ from talk to talk
    recorded("answers", {**found, "conversation": shape(talk)})


def test_a_soul_that_is_given_is_answered_with_the_same_fields(keeper: httpx.Client) -> None:
    answer = keeper.post("/v1/agents", content=JASMINE, headers=JSON, params={"name": "another"})
    assert answer.status_code == 201
    recorded("given", shape(answer.json()))


def cookies(response: httpx.Response) -> list[list[str]]:
    """Names and attributes of the cookies set, without their values."""
    lines = response.headers.get_list("set-cookie")
    return sorted([line.partition("=")[0], *sorted(line.split("; ")[1:])] for line in lines)


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_sessions_have_their_cookies_headers_and_claims(address: str) -> None:
    answer = httpx.post(f"{address}/v1/auth/guest", timeout=SOON)
    told = claims(answer.json()["access_token"])
    found = {
        "cookies": [
            [part for part in cookie if not part.startswith("expires=")]
            for cookie in cookies(answer)
        ],
        "headers": sorted(name for name in answer.headers if name != "date"),
        "claims": {name: shape(value) for name, value in told.items()},
        "audience": [told["aud"], told["iss"]],
    }
    recorded("sessions", found)


def test_paths_without_v1_are_the_same(address: str) -> None:
    with guest(address) as client:
        for path in ("/auth/me", "/agents", "/meta/version", "/messages/conversation"):
            assert asked(client, path) == asked(client, f"/v1{path}")


def test_metrics_have_their_names_and_labels(address: str) -> None:
    with guest(address) as client:
        events(client, f"/v1/jobs/{said(client, 'Hello!')}/events")
        text = client.get("/metrics").text
    found: dict[str, Json] = {}
    for line in text.splitlines():
        if line.startswith("# TYPE soul_"):
            name, kind = line.split()[2:]
            found[name] = {"type": kind, "samples": set()}
        elif line.startswith("soul_"):
            sample = line.rpartition(" ")[0]
            name = max((each for each in found if sample.startswith(each)), key=len)
            found[name]["samples"].add(sample)
    recorded(
        "metrics", {n: {**each, "samples": sorted(each["samples"])} for n, each in found.items()}
    )
