"""Things of another user get the same response as things that do not exist."""

import re

import pytest

from tests.api.conftest import Client, RunningApi

pytestmark = pytest.mark.anyio

PUBLIC = {
    ("GET", "/"),
    ("GET", "/v1/meta/ping"),
    ("GET", "/v1/meta/version"),
    ("GET", "/v1/meta/health"),
    ("POST", "/v1/auth/login"),
    ("POST", "/v1/auth/guest"),
    ("POST", "/v1/auth/logout"),
    ("GET", "/static/expressions/{agent}/{file}"),  # an <img> sends no token
}


def operations(api: RunningApi) -> list[tuple[str, str]]:
    return [
        (method.upper(), path)
        for path, item in api.app.openapi()["paths"].items()
        for method in item
    ]


async def test_all_paths_but_the_public_ones_need_a_token(api: RunningApi) -> None:
    paths = operations(api)
    assert set(paths) >= PUBLIC
    nobody = api.client()
    for method, path in paths:
        if (method, path) in PUBLIC:
            continue
        body = {"email": "a@b.de", "username": "abc", "password": "x" * 9, "message": "x"}
        sent = {"json": body} if method == "POST" else {}
        answer = await nobody.ask(method, re.sub(r"{\w+}", "x", path), **sent)
        assert answer.status_code == 401, (method, path)
        assert set(answer.json()["error"]) == {"code", "message", "request_id"}


async def gathered_ids(who: Client) -> set[str]:
    job = await who.outcome(await who.say("My name is Robin and I live in Lisbon."))
    lines = (await who.get("/v1/messages/conversation")).json()["messages"]
    facts = (await who.get("/v1/agents/jasmine/memories")).json()["memories"]
    me = (await who.get("/v1/auth/me")).json()
    ids = {str(job["job_id"]), me["user_id"], me["sid"], me["username"]}
    ids |= {line["id"] for line in lines} | {fact["id"] for fact in facts}
    return ids | {str(fact["source"]) for fact in facts if fact["source"]}


async def test_no_method_gives_access_by_the_id_of_another_user(api: RunningApi) -> None:
    robin, other = await api.client().sign_in(), await api.client().sign_in()
    ids = await gathered_ids(robin)
    assert len(ids) >= 6
    for method, path in operations(api):
        names = re.findall(r"{(\w+)}", path)
        if not names or names == ["agent_id"]:
            continue
        for each in sorted(ids):
            asked = path.replace("{agent_id}", "jasmine")
            sent = {"json": {"text": "I live in Porto."}} if method == "PATCH" else {}
            theirs = await other.ask(method, re.sub(r"{\w+}", each, asked), **sent)
            missing = await other.ask(method, re.sub(r"{\w+}", "no-such-id", asked), **sent)
            assert theirs.status_code == missing.status_code == 404, (method, path)
            first, second = theirs.json()["error"], missing.json()["error"]
            assert (first["code"], first["message"]) == (second["code"], second["message"])
    assert (await other.get("/v1/messages/conversation")).json()["messages"] == []
    assert "Robin" not in (await other.get("/v1/agents/jasmine")).text
    assert "Robin" not in (await other.get("/v1/auth/me/export")).text
    assert (await robin.get("/v1/agents/jasmine/memories")).json()["memories"]


async def test_another_users_line_is_no_page_boundary(api: RunningApi) -> None:
    robin, other = await api.client().sign_in(), await api.client().sign_in()
    await robin.outcome(await robin.say("A secret: the cake is a lie."))
    line = (await robin.get("/v1/messages/conversation")).json()["messages"][-1]["id"]
    answer = await other.get("/v1/messages/conversation", params={"before": line})
    missing = await other.get("/v1/messages/conversation", params={"before": "no-such-id"})
    assert answer.status_code == missing.status_code
    assert "cake" not in answer.text
