"""What an agent knows of the caller: grouped, hidden and shown again, with the lines behind it."""

import pytest

from tests.api.conftest import Client, RunningApi

pytestmark = pytest.mark.anyio

AGENT = "/v1/agents/jasmine"
PROFILE = f"{AGENT}/profile"
SUBJECTS = f"{PROFILE}/hidden_subjects"


async def said(who: Client, text: str) -> str:
    done = await who.outcome(await who.say(text))
    result = done["result"]
    assert isinstance(result, dict)
    return str(result["response"])


async def facts(who: Client, **asked: object) -> dict[str, dict[str, object]]:
    answer = await who.get(PROFILE, params=asked)
    assert answer.status_code == 200, answer.text
    return {f["value"]: f for topic in answer.json()["topics"] for f in topic["facts"]}


async def test_a_profile_groups_what_is_known_with_its_history(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await said(who, "My name is Robin.")
    await said(who, "I live in York, and my cat is called Miso.")
    job = await who.say("I moved to Leeds last week.")
    await who.outcome(job)
    listed = (await who.get(PROFILE)).json()
    assert [topic["topic"] for topic in listed["topics"]] == ["name", "home", "pet"]
    leeds, york = listed["topics"][1]["facts"]
    assert (leeds["value"], leeds["until"], leeds["kind"], leeds["certain"]) == (
        "Leeds", None, "said", True,
    )  # fmt: skip
    assert (leeds["source"], leeds["hidden"]) == (job, False)
    assert york["since"] <= york["until"]
    assert listed["hidden_subjects"] == []
    assert (await facts(who, search="the cat?")).keys() == {"Miso"}
    assert (await facts(await api.client().sign_in())).keys() == set()


async def test_what_a_reply_used_is_counted(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await said(who, "My cat is called Miso.")
    before = (await facts(who))["Miso"]
    assert "Miso" in await said(who, "What is my cat called?")
    after = (await facts(who))["Miso"]
    assert after["used"] == int(str(before["used"])) + 1
    assert int(str(after["last_used"])) >= int(str(after["since"]))


async def test_a_fact_is_hidden_corrected_and_shown_again(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await said(who, "My cat is called Miso.")
    path = f"{AGENT}/memories/{(await facts(who))['Miso']['id']}"
    answer = await who.ask("PATCH", path, json={"hidden": True})
    assert answer.json()["memory"]["hidden"] is True
    assert "Miso" not in await said(who, "What is my cat called?")
    assert "Miso" not in await said(who, "What do you know about me?")
    corrected = (await who.ask("PATCH", path, json={"text": "Mika"})).json()["memory"]
    (mika,) = (await facts(who)).values()
    assert (mika["value"], mika["hidden"], mika["id"]) == ("Mika", True, corrected["id"])
    path = f"{AGENT}/memories/{corrected['id']}"
    answer = await who.ask("PATCH", path, json={"hidden": False})
    assert "hidden" not in answer.json()["memory"]
    assert "Mika" in await said(who, "What is my cat called?")


@pytest.mark.parametrize(
    "body", [{}, {"text": "a", "hidden": True}, {"hidden": "yes"}, {"text": " "}, {"hide": True}]
)
async def test_a_change_says_one_thing(api: RunningApi, body: dict[str, object]) -> None:
    who = await api.client().sign_in()
    await said(who, "My cat is called Miso.")
    path = f"{AGENT}/memories/{(await facts(who))['Miso']['id']}"
    assert (await who.ask("PATCH", path, json=body)).status_code == 422


async def test_nobody_hides_what_is_known_of_another(api: RunningApi) -> None:
    who, other = await api.client().sign_in(), await api.client().sign_in()
    await said(who, "My cat is called Miso.")
    path = f"{AGENT}/memories/{(await facts(who))['Miso']['id']}"
    assert (await other.ask("PATCH", path, json={"hidden": True})).status_code == 404
    assert (await other.get(f"{path}/sources")).status_code == 404
    assert (await facts(who))["Miso"]["hidden"] is False


async def test_a_subject_hides_what_is_known_and_what_is_told_later(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await said(who, "I work as a baker.")
    made = await who.post(SUBJECTS, json={"text": "my job"})
    assert made.status_code == 201
    again = await who.post(SUBJECTS, json={"text": "my work"})
    assert again.status_code == 201
    await said(who, "I work as a nurse now.")
    assert {f["value"]: f["hidden"] for f in (await facts(who)).values()} == {
        "a nurse": True, "a baker": True,
    }  # fmt: skip
    assert "nurse" not in await said(who, "What do I do for work?")
    for subject in (await who.get(PROFILE)).json()["hidden_subjects"]:
        path = f"{SUBJECTS}/{subject['id']}"
        assert (await who.ask("DELETE", path)).json() == {"ok": True}
        assert (await who.ask("DELETE", path)).status_code == 404
    assert not any(f["hidden"] for f in (await facts(who)).values())
    assert "nurse" in await said(who, "What do I do for work?")


@pytest.mark.parametrize("text", ["", "the", "x" * 101])
async def test_a_subject_has_to_name_something(api: RunningApi, text: str) -> None:
    who = await api.client().sign_in()
    assert (await who.post(SUBJECTS, json={"text": text})).status_code == 422


async def test_a_fact_and_a_memory_show_the_lines_they_rest_on(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await said(who, "My cat is called Miso.")
    fact = (await facts(who))["Miso"]
    (line,) = (await who.get(f"{AGENT}/memories/{fact['id']}/sources")).json()["lines"]
    assert (line["id"], line["message"]) == (fact["source"], "My cat is called Miso.")
    note = (await who.post(f"{AGENT}/memories", json={"text": "I fear spiders."})).json()
    told = await who.get(f"{AGENT}/memories/{note['id']}/sources")
    assert told.json() == {"lines": []}
    assert (await who.get(f"{AGENT}/memories/nothing/sources")).status_code == 404


async def test_hearsay_names_who_told_it_and_is_hidden_like_any_fact(api: RunningApi) -> None:
    ben, ann = await api.client().sign_in(), await api.client().sign_in()

    async def say(who: Client, text: str) -> None:
        form = {"message": text, "type": "group"}
        answer = await who.post("/v1/messages/submit", json=form)
        await who.outcome(answer.json()["job_id"])

    await say(ben, "Jasmine, my name is Ben.")
    await say(ann, "Jasmine, Ben loves chess.")
    chess = (await facts(ben))["chess"]
    line = (await ben.get(f"{AGENT}/memories/{chess['id']}/sources")).json()["lines"][0]
    assert (chess["kind"], chess["told_in"]) == ("hearsay", "group:main")
    assert chess["told_by"] == line["username"] != ""
    assert "chess" not in await facts(ann)
    path = f"{AGENT}/memories/{chess['id']}"
    assert (await ann.ask("PATCH", path, json={"hidden": True})).status_code == 404
    assert (await ben.ask("PATCH", path, json={"hidden": True})).json()["memory"]["hidden"] is True
    assert (await facts(ben))["chess"]["hidden"] is True
