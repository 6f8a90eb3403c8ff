import asyncio

import pytest

from synthetic_soul.errors import InvalidInput
from tests.api.conftest import RunningApi, StartApi

pytestmark = pytest.mark.anyio


async def test_a_message_is_accepted_and_then_answered(api: RunningApi) -> None:
    who = await api.client().sign_in()
    sent = await who.post("/v1/messages/submit", json={"message": "Hello! How are you?"})
    assert sent.status_code == 202
    body = sent.json()
    assert set(body) == {"job_id", "status"}
    assert sent.headers["location"] == f"/v1/jobs/{body['job_id']}"
    assert sent.headers["retry-after"] == "1"
    job = await who.outcome(body["job_id"])
    assert job["status"] == "succeeded"
    assert job["progress"] == 100.0
    assert job["error"] is None
    result = job["result"]
    assert isinstance(result, dict)
    assert result["response"]
    assert {"response", "time", "expression"} <= set(result)


async def test_content_and_message_are_the_same(api: RunningApi) -> None:
    who = await api.client().sign_in()
    for body in ({"message": "Hello"}, {"username": "anybody", "content": "Hello", "type": "dm"}):
        job = (await who.post("/v1/messages/submit", json=body)).json()["job_id"]
        await who.outcome(job)
    lines = (await who.get("/v1/messages/conversation")).json()["messages"]
    assert [line["message"] for line in lines if not line["from_agent"]] == ["Hello", "Hello"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"message": ""}, "message"),
        ({"message": "x" * 4001}, "message"),
        ({"message": None}, "message"),
        ({"message": ["x"]}, "message"),
        ({"message": "x", "type": "shout"}, "type"),
        ([], "body"),
        ("hello", "body"),
    ],
)
async def test_an_invalid_message_is_refused_and_the_field_named(
    api: RunningApi, body: object, field: str
) -> None:
    who = await api.client().sign_in()
    answer = await who.post("/v1/messages/submit", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith(f"{field}: ")


UNSEEN = (
    " ",
    "\n\t ",
    "\u200b\u200d",
    "\ufeff",
    "\u00a0\u2003",
    "\x07",
    "\u2060\u200e",
    "\u3164",
    "\ufe0f",
)


async def test_a_message_of_which_nothing_can_be_seen_is_refused(api: RunningApi) -> None:
    who = await api.client().sign_in()
    for text in UNSEEN:
        for field in ("message", "content"):
            answer = await who.post("/v1/messages/submit", json={field: text})
            assert answer.status_code == 422, repr(text)
            message = answer.json()["error"]["message"]
            assert message == f"{field}: write something that can be seen"
        with pytest.raises(InvalidInput, match="nothing that can be seen"):
            await api.state.engine.submit(person="somebody", text=text)
    for seen in ("\U0001fb00", "\U000b00ad", "e\u0301", "\u6708", "?"):  # also of a Unicode to come
        assert (await who.post("/v1/messages/submit", json={"message": seen})).status_code == 202
    dot = {"message": f"{UNSEEN[1]}.{UNSEEN[2]}"}
    assert (await who.post("/v1/messages/submit", json=dot)).status_code == 202


MISSPELT = [
    ("messages/submit", "agnet", "agent"),
    ("messages/submit", "Agent", "agent"),
    ("messages/submit", "mesage", "message"),
    ("messages/submit", "types", "type"),
    ("messages/submit", "temperature", ""),
    ("auth/login", "pasword", "password"),
    ("auth/login", "remember", ""),
    ("auth/claim", "user_name", "username"),
    ("auth/ticket", "jobid", "job_id"),
    ("messages/submit", "x" * 200, ""),
    ("messages/submit", "a secret word", ""),
]


async def test_a_field_that_does_not_exist_is_refused_and_the_one_meant_is_named(
    api: RunningApi,
) -> None:
    who = await api.client().sign_in()
    for path, field, meant in MISSPELT:
        answer = await who.post(f"/v1/{path}", json={"message": "Hi", "content": "", field: "hal"})
        assert answer.status_code == 422
        message = answer.json()["error"]["message"]
        assert "the fields are " in message
        if path == "messages/submit":
            assert (f'did you mean "{meant}"?' in message) is bool(meant), message
            is_shown = len(field) < 40 and " " not in field
            assert (f'no field "{field}"' in message) is is_shown
        assert "hal" not in message.split("field")[0]


async def test_other_forms_name_their_fields(api: RunningApi) -> None:
    who = await api.client().sign_in()
    for path, field, meant in MISSPELT:
        if not path.startswith("messages"):
            answer = await who.post(f"/v1/{path}", json={field: "hal"})
            message = answer.json()["error"]["message"]
            assert f'no field "{field}"' in message
            assert (f'did you mean "{meant}"?' in message) is bool(meant)


async def test_four_thousand_emoji_fit(api: RunningApi) -> None:
    who = await api.client().sign_in()
    assert (await who.post("/v1/messages/submit", json={"message": "🌙" * 4000})).status_code == 202


async def test_an_agent_can_be_named_and_an_unknown_one_is_not_found(api: RunningApi) -> None:
    who = await api.client().sign_in()
    sent = await who.post("/v1/messages/submit", json={"message": "Hi", "agent": "jasmine"})
    assert sent.status_code == 202
    for agent in ("nobody", "x\ny", "../jasmine"):
        sent = await who.post("/v1/messages/submit", json={"message": "Hi", "agent": agent})
        assert sent.status_code == 404


async def test_the_same_key_twenty_times_is_one_message(api: RunningApi) -> None:
    who = await api.client().sign_in()
    key = {"Idempotency-Key": "7a2c"}
    sent = await asyncio.gather(
        *(who.post("/v1/messages/submit", json={"message": "Once"}, headers=key) for _ in range(20))
    )
    assert {answer.status_code for answer in sent} == {202}
    (job,) = {answer.json()["job_id"] for answer in sent}
    await who.outcome(job)
    other = await who.post("/v1/messages/submit", json={"message": "Twice"}, headers=key)
    assert other.status_code == 409
    lines = (await who.get("/v1/messages/conversation")).json()["messages"]
    assert [line["message"] for line in lines if not line["from_agent"]] == ["Once"]


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "é"])
async def test_an_invalid_idempotency_key_is_refused(api: RunningApi, key: str) -> None:
    who = await api.client().sign_in()
    answer = await who.post(
        "/v1/messages/submit",
        json={"message": "Hi"},
        headers={"Idempotency-Key": key.encode("latin-1")},
    )
    assert answer.status_code == 422


async def test_a_conversation_is_read_page_by_page(api: RunningApi) -> None:
    who = await api.client().sign_in()
    for number in range(3):
        await who.outcome(await who.say(f"Message number {number}"))
    whole = (await who.get("/v1/messages/conversation")).json()
    assert whole["before"] is None
    read: list[object] = []
    before = None
    while True:
        asked = {"limit": 2, **({"before": before} if before else {})}
        page = (await who.get("/v1/messages/conversation", params=asked)).json()
        read = page["messages"] + read
        before = page["before"]
        if before is None:
            break
    assert read == whole["messages"]
    assert len(read) >= 6


@pytest.mark.parametrize("limit", ["0", "201", "many", "1e3", "-1"])
async def test_a_limit_out_of_range_is_refused(api: RunningApi, limit: str) -> None:
    who = await api.client().sign_in()
    answer = await who.get("/v1/messages/conversation", params={"limit": limit})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith("limit: ")


async def test_a_reply_can_be_explained(api: RunningApi) -> None:
    who = await api.client().sign_in()
    job = await who.outcome(await who.say("Wonderful news: I passed the exam!"))
    result = job["result"]
    assert isinstance(result, dict)
    why = (await who.get(f"/v1/messages/{result['message_id']}/why")).json()
    assert {moved["of"] for moved in why["moved"]} <= {"emotion", "sentiment", "trait"}
    assert why["moved"]


async def test_only_a_failed_job_can_be_retried(api: RunningApi) -> None:
    who = await api.client().sign_in()
    job = await who.say("Hello")
    await who.outcome(job)
    assert (await who.post(f"/v1/jobs/{job}/retry")).status_code == 409


async def test_submits_and_polls_are_counted_by_person(start_api: StartApi) -> None:
    async with start_api(rate_limit_submit="2/minute", rate_limit_poll="3/minute") as api:
        one, other = await api.client().sign_in(), await api.client().sign_in()
        job = await one.say("Hello")
        await one.say("Again")
        answer = await one.post("/v1/messages/submit", json={"message": "More"})
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) >= 1
        polls = [(await one.get(f"/v1/jobs/{job}")).status_code for _ in range(4)]
        assert polls == [200, 200, 200, 429]
        await other.say("Hello")


async def test_what_an_agent_remembers_can_be_read_and_forgotten(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await who.outcome(await who.say("My name is Robin."))
    known = (await who.get("/v1/agents/jasmine/memories")).json()["memories"]
    assert "Robin" in [fact["value"] for fact in known]
    for fact in known:
        path = f"/v1/agents/jasmine/memories/{fact['id']}"
        assert (await who.ask("DELETE", path)).json() == {"ok": True}
        assert (await who.ask("DELETE", path)).status_code == 404
    left = (await who.get("/v1/agents/jasmine/memories")).json()
    assert left == {"memories": [], "kept": [], "next": None}


async def test_agents_and_their_state_are_shown(api: RunningApi) -> None:
    who = await api.client().sign_in()
    agents = (await who.get("/v1/agents")).json()
    assert agents == (await who.get("/v1/agents/all")).json()
    assert [agent["id"] for agent in agents["agents"] if agent["active"]] == ["jasmine"]
    active = (await who.get("/v1/agents/active")).json()
    named = (await who.get("/v1/agents/jasmine")).json()
    assert active["id"] == named["id"] == "jasmine"
    assert active["feeling"]["emotions"]


async def test_the_latest_thought_is_null_while_there_is_none(api: RunningApi) -> None:
    who = await api.client().sign_in()
    answer = await who.get("/v1/thoughts/latest")
    assert (answer.status_code, answer.json()) == (200, None)
    assert (await who.get("/v1/thoughts/latest", params={"agent": "nobody"})).status_code == 404
