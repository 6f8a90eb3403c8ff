"""POST /v1/agents: permission, formats, responses, limits."""

import asyncio
import io
import json
import socket
import zipfile
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from soulscript.formats import Import, write_files
from synthetic_soul.api.middleware import body as body_middleware
from tests.api.conftest import Client, MakeSettings, RunningApi, StartApi, build, serving
from tests.support.sample_souls import eliza_character, sample_soul, sample_soul_file

pytestmark = pytest.mark.anyio

PATH = "/v1/agents"
JSON = {"Content-Type": "application/json"}
SECRET = "hunter2-hunter2"


async def member(api: RunningApi, name: str, role: str | None = None) -> Client:
    """Return a client with a claimed account, and perhaps a role."""
    who = await api.client().sign_in()
    form = {"email": f"{name}@example.com", "username": name, "password": "correct horse battery"}
    await who.become(await who.post("/v1/auth/claim", json=form, headers=csrf(who)))
    if role:
        await set_role(api, who, role)
    return who


def csrf(who: Client) -> dict[str, str]:
    return {"X-CSRF-Token": who.http.cookies.get("refresh_csrf") or ""}


async def set_role(api: RunningApi, who: Client, role: str) -> None:
    """Set the role as ``soul operator`` does, and drop the cached session."""
    me = (await who.get("/v1/auth/me")).json()
    await api.state.engine.store.accounts.set_role(me["user_id"], role)
    api.state.auth._sessions.forget_account(me["user_id"])


@pytest.fixture
async def owner(api: RunningApi) -> Client:
    return await member(api, "olive", "operator")


async def upload(
    who: Client, body: bytes, kind: str = "application/json", **query: str | bool
) -> httpx.Response:
    return await who.post(PATH, content=body, headers={"Content-Type": kind}, params=query)


async def test_only_the_operator_may(api: RunningApi) -> None:
    guest, user = await api.client().sign_in(), await member(api, "uma")
    owner = await member(api, "olive", "operator")
    assert (await upload(api.client(), sample_soul_file())).status_code == 401
    for who in (guest, user):
        refused = await upload(who, sample_soul_file())
        assert refused.status_code == 403
        assert refused.json()["error"]["code"] == "not_operator"
    assert "kiki" not in (await guest.get(PATH)).text
    assert (await upload(owner, sample_soul_file())).status_code == 201
    await set_role(api, owner, "user")
    assert (await upload(owner, sample_soul_file(), name="other")).status_code == 403


async def test_an_uploaded_soul_becomes_an_agent_for_every_user(
    api: RunningApi, owner: Client
) -> None:
    answer = await upload(owner, sample_soul_file())
    assert answer.status_code == 201
    assert answer.headers["location"] == "/v1/agents/kiki"
    data = answer.json()
    assert (data["agent"]["id"], data["agent"]["name"], data["format"]) == ("kiki", "Kiki", "soul")
    assert set(data["report"]) == {"kept", "changed", "defaulted", "dropped"}
    assert data["problems"] == []
    guest = await api.client().sign_in()
    assert (await guest.get(answer.headers["location"])).json()["name"] == "Kiki"
    message = {"message": "Hello!", "agent": "kiki"}
    job = (await guest.post("/v1/messages/submit", json=message)).json()["job_id"]
    assert (await guest.outcome(job))["status"] == "succeeded"


async def test_the_id_is_made_from_the_name_as_from_a_file_name(owner: Client) -> None:
    for name, made in (("Old Kiki.soul", "old-kiki"), ("ÄÖÜ", "soul"), ("x" * 64, "x" * 64)):
        assert (await upload(owner, sample_soul_file(), name=name)).json()["agent"]["id"] == made
    assert (await upload(owner, sample_soul_file("Dr. Kea"))).json()["agent"]["id"] == "dr-kea"
    for name in ("active", "ALL", "x" * 65):
        assert (await upload(owner, sample_soul_file(), name=name)).status_code == 422


async def test_a_name_that_is_taken_is_refused_unless_it_is_to_be_replaced(owner: Client) -> None:
    assert (await upload(owner, sample_soul_file())).status_code == 201
    again = await upload(owner, sample_soul_file("Koko"), name="kiki")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "agent_exists")
    replaced = await upload(owner, sample_soul_file("Koko"), name="kiki", replace=True)
    assert (replaced.status_code, replaced.json()["agent"]["name"]) == (200, "Koko")
    shipped = await upload(owner, sample_soul_file(), name="jasmine", replace=True)
    assert (shipped.status_code, shipped.json()["error"]["code"]) == (409, "agent_exists")
    assert (await owner.get("/v1/agents/jasmine")).json()["name"] == "Jasmine"


async def test_what_was_repaired_on_reading_is_reported(owner: Client) -> None:
    soul = json.loads(sample_soul_file())
    soul["personality"]["core_traits"][0]["strength"] = 7
    data = (await upload(owner, json.dumps(soul).encode())).json()
    (problem,) = data["problems"]
    assert problem["path"] == "personality.core_traits[0].strength"
    assert (problem["line"], problem["severity"]) == (1, "warning")
    assert problem["mend"]


@pytest.mark.parametrize(
    ("format_name", "kind"),
    [
        ("card-png", "image/png"),
        ("card", "application/json"),
        ("charx", "application/zip"),
        ("eliza", "application/octet-stream"),
    ],
)
async def test_souls_of_other_formats_are_accepted(
    owner: Client, format_name: str, kind: str
) -> None:
    carried = Import("soul", sample_soul("Kea"))
    (body,) = write_files(carried, format_name, "kea").files.values()
    answer = await upload(owner, body, kind)
    assert answer.status_code == 201, answer.text
    data = answer.json()
    assert (data["agent"]["id"], data["format"]) == ("kea", format_name)
    assert data["report"]["kept"]


async def test_a_file_of_another_tool_becomes_an_agent_with_traits_and_lore(owner: Client) -> None:
    data = (await upload(owner, json.dumps(eliza_character()).encode())).json()
    assert (data["agent"]["id"], data["format"]) == ("nima", "eliza")
    assert (await owner.get("/v1/agents/nima")).json()["traits"]["patience"] > 0.3
    message = {"message": "Who lit the lamp of the island?", "agent": "nima"}
    job = (await owner.post("/v1/messages/submit", json=message)).json()["job_id"]
    assert "mother" in json.dumps(await owner.outcome(job))


async def test_memories_alone_are_no_soul(owner: Client) -> None:
    book = {"entries": {"0": {"uid": 0, "key": ["lamp"], "content": f"The lamp. {SECRET}"}}}
    answer = await upload(owner, json.dumps(book).encode())
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "not_a_soul")
    assert SECRET not in answer.text


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "nothing")
    return packed.getvalue()


NO_SOULS = {
    "nothing": b"",
    "no JSON": SECRET.encode(),
    "half an object": b'{"entity": {"form": "' + SECRET.encode(),
    "another object": b'{"password": "' + SECRET.encode() + b'"}',
    "a half soul": b'{"entity": {"form": "' + SECRET.encode() + b'"}, "personality": {}}',
    "a lone surrogate": rb'{"entity": {"\udfff": 1}, "personality": {"traits": {"\ud800": "x"}}}',
    "deep": b"[" * 200_000,
    "a picture that is none": b"\x89PNG\r\n\x1a\n" + SECRET.encode(),
    "an archive of something else": zipped("a.txt", "../b.txt"),
    "bytes": bytes(range(256)) * 9,
}


@pytest.mark.parametrize("body", NO_SOULS.values(), ids=NO_SOULS)
async def test_what_is_no_soul_is_refused_without_repeating_it(owner: Client, body: bytes) -> None:
    for kind in body_middleware.FILES.content_types:
        if kind == "text/markdown" and body == SECRET.encode():
            continue  # prose that says of itself that it is a SOUL.md is one
        answer = await upload(owner, body, kind)
        assert answer.status_code == 422, (kind, answer.text)
        error = answer.json()["error"]
        assert error["code"] == "not_a_soul"
        assert SECRET not in answer.text
        assert all(p["message"] and p["mend"] and p["line"] > 0 for p in error["problems"])
    assert "soul" not in [agent["id"] for agent in (await owner.get(PATH)).json()["agents"]]


async def test_a_lone_surrogate_in_a_soul_is_no_internal_error(owner: Client) -> None:
    for spelled in (rb"\ud800", rb"K\udfffiki"):
        answer = await upload(owner, sample_soul_file().replace(b"Kiki", spelled), name="odd")
        assert answer.status_code in {201, 409, 422}, answer.text


async def test_other_types_packed_bodies_and_eight_megabytes_are_refused(owner: Client) -> None:
    for kind in ("text/html", "multipart/form-data", "image/gif", ""):
        answer = await upload(owner, sample_soul_file(), kind)
        assert (answer.status_code, answer.json()["error"]["code"]) == (
            415,
            "unsupported_media_type",
        )
    packed = {**JSON, "Content-Encoding": "gzip"}
    assert (await owner.post(PATH, content=b"x", headers=packed)).status_code == 415
    assert (await upload(owner, bytes(8_388_609), "image/png")).status_code == 413
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(40):
            sent += 1
            yield bytes(1_000_000)

    headers = {"Content-Type": "image/png"}
    assert (await owner.post(PATH, content=pieces(), headers=headers)).status_code == 413
    assert sent < 12, "no more is read than could be taken"


async def test_the_body_of_a_user_who_is_no_operator_is_not_read(api: RunningApi) -> None:
    guest, sent = await api.client().sign_in(), 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        sent += 1
        yield bytes(1_000_000)

    headers = {"Content-Type": "image/png"}
    assert (await guest.post(PATH, content=pieces(), headers=headers)).status_code == 403
    assert sent == 0


async def test_only_that_path_and_method_accept_files(owner: Client) -> None:
    for method, path in (("POST", "/v1/messages/submit"), ("DELETE", PATH), ("POST", f"{PATH}/")):
        answer = await owner.ask(method, path, content=b"x" * 70_000, headers=JSON)
        assert answer.status_code == 413, (method, path)
    wrong = await owner.post(
        "/v1/messages/submit", content=b"x", headers={"Content-Type": "image/png"}
    )
    assert wrong.status_code == 415
    assert (
        await owner.post("/agents", content=sample_soul_file(), headers=JSON)
    ).status_code == 201


async def test_the_operator_decides_whether_the_authors_instructions_are_applied(
    api: RunningApi, owner: Client
) -> None:
    fields = {"name": "Bram", "description": "A keeper.", "system_prompt": "Be brief, {{char}}."}
    card = {"spec": "chara_card_v2", "spec_version": "2.0", "data": fields}
    assert (await upload(owner, json.dumps(card).encode())).status_code == 201
    path = f"{PATH}/bram/instructions"
    before = (await owner.get(path)).json()
    assert before.pop("digest") == (await owner.get(f"{PATH}/bram")).json()["soul"]
    assert before == {"instructions": ["Be brief, {{char}}."], "applied": False}
    assert (await owner.ask("PUT", path, json={"applied": True})).json()["applied"] is True
    assert (await owner.get(path)).json()["applied"] is True
    assert (await owner.ask("PUT", path, json={"aplied": True})).status_code == 422
    unknown = await owner.ask("PUT", f"{PATH}/nobody/instructions", json={"applied": True})
    assert unknown.status_code == 404
    guest = await api.client().sign_in()
    assert (await guest.get(path)).status_code == 403
    assert (await guest.ask("PUT", path, json={"applied": False})).status_code == 403
    assert "brief" not in (await guest.get(f"{PATH}/bram")).text
    assert [(await who.get("/v1/auth/me")).json()["operator"] for who in (owner, guest)] == [
        True, False,
    ]  # fmt: skip


async def test_consent_to_instructions_of_a_soul_replaced_meanwhile_is_refused(
    owner: Client,
) -> None:
    def card(prompt: str) -> bytes:
        fields = {"name": "Bram", "description": "A keeper.", "system_prompt": prompt}
        return json.dumps({"spec": "chara_card_v2", "spec_version": "2.0", "data": fields}).encode()

    path = f"{PATH}/bram/instructions"
    await upload(owner, card("Be brief."))
    read = (await owner.get(path)).json()
    assert (await upload(owner, card("Shout."), replace="true")).status_code == 200
    for applied in (True, False):
        answer = await owner.ask("PUT", path, json={"applied": applied, "digest": read["digest"]})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "soul_replaced")
    now = (await owner.get(path)).json()
    assert (now["instructions"], now["applied"]) == (["Shout."], False)
    answer = await owner.ask("PUT", path, json={"applied": True, "digest": now["digest"]})
    assert answer.json() == {**now, "applied": True}


async def test_a_rate_limit_holds(start_api: StartApi) -> None:
    async with start_api(rate_limit_agents="2/minute") as api:
        owner = await member(api, "olive", "operator")
        codes = [(await upload(owner, b"no", name="a")).status_code for _ in range(3)]
        assert codes == [422, 422, 429]


async def test_a_body_that_never_ends_is_given_up(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = body_middleware.BodyLimits(1_000, 0.1, body_middleware.FILES.content_types)
    monkeypatch.setattr(body_middleware, "RAW_PATHS", {("POST", PATH): quick})

    async def pieces() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(30)

    answer = await owner.post(PATH, content=pieces(), headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (408, "request_timeout")


def test_a_client_that_disconnects_midway_breaks_nothing(make_settings: MakeSettings) -> None:
    with serving(build(make_settings())) as address:
        host = urlsplit(address)
        with socket.create_connection((host.hostname, host.port), timeout=20) as raw:
            raw.sendall(b"POST /v1/agents HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{")
            assert b" 401 " in raw.recv(4096)
        assert httpx.get(f"{address}/v1/meta/ping").status_code == 200
