"""What an agent remembers about the caller: listed, searched, added, corrected, forgotten."""

import pytest

from synthetic_soul.engine.memory import memory_consolidation as consolidation
from synthetic_soul.engine.memory import reflection
from synthetic_soul.engine.memory.access import MAX_NOTE_CHARS
from synthetic_soul.engine.memory.memory_consolidation import consolidate_all
from synthetic_soul.engine.memory.reflection import reflect_all
from tests.api.conftest import Client, RunningApi, StartApi

pytestmark = pytest.mark.anyio

PATH = "/v1/agents/jasmine/memories"
BOAT = "I sold my little sailing boat."
MOVED = "We moved to a little house by the lake."


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reflection, "PAUSE", 0)
    monkeypatch.setattr(consolidation, "LONGER_PAUSE", 0)


async def talk(api: RunningApi, who: Client, *lines: str) -> None:
    for line in lines:
        await who.outcome(await who.say(line))
    await reflect_all(api.state.engine.runtime)
    await consolidate_all(api.state.engine.runtime)


async def kept(who: Client, **asked: object) -> list[dict[str, object]]:
    answer = await who.get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    listed: list[dict[str, object]] = answer.json()["kept"]
    return listed


async def test_what_is_kept_says_what_it_rests_on_and_why(api: RunningApi) -> None:
    who = await api.client().sign_in()
    job = await who.say("My mother died last week.")
    await who.outcome(job)
    await talk(api, who)
    (memory,) = await kept(who)
    assert (memory["type"], memory["sources"]) == ("memory", [job])
    assert "My mother died last week" in str(memory["text"])
    assert memory["why"] == ["important", "moving"]
    moved = memory["moved"]
    assert isinstance(moved, list)
    assert {each["of"] for each in moved} == {"trait"}
    assert "memory" in {each["cause"] for each in moved}


async def test_what_no_longer_holds_is_listed_with_its_end(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await talk(api, who, "I live in York.", "I moved to Leeds last week.")
    listed = (await who.get(PATH)).json()
    assert [(fact["topic"], fact["value"]) for fact in listed["memories"]] == [("home", "Leeds")]
    assert "until" not in listed["memories"][0]
    (past,) = listed["past"]
    assert (past["value"], past["since"] <= past["until"]) == ("York", True)
    assert "past" not in (await who.get(PATH, params={"before": "x"})).json()


async def test_everybody_sees_their_own_alone(api: RunningApi) -> None:
    who, other = await api.client().sign_in(), await api.client().sign_in()
    await talk(api, who, BOAT)
    (memory,) = await kept(who)
    assert await kept(other) == []
    assert (await other.ask("DELETE", f"{PATH}/{memory['id']}")).status_code == 404
    changed = await other.ask("PATCH", f"{PATH}/{memory['id']}", json={"text": "I have a boat."})
    assert changed.status_code == 404
    assert await kept(who) == [memory]


async def test_pages_follow_each_other_and_a_search_gives_the_best_first(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await talk(api, who, BOAT, MOVED, "My sister Ada plays the cello.")
    every = await kept(who)
    assert len(every) == 3
    first = (await who.get(PATH, params={"limit": 2})).json()
    rest = (await who.get(PATH, params={"limit": 2, "before": first["next"]})).json()
    assert first["kept"] + rest["kept"] == every
    assert rest["next"] is None
    assert first["memories"]
    assert rest["memories"] == []
    (found,) = await kept(who, search="the boat?")
    assert BOAT[:-1] in str(found["text"])
    assert found["words"] == ["boat"]
    since = max(int(str(memory["since"])) for memory in every)
    assert await kept(who, since=since + 1) == []
    assert await kept(who, until=1) == []
    assert (await who.get(PATH, params={"before": "nothing"})).status_code == 404
    assert (await who.get(PATH, params={"limit": 101})).status_code == 422


async def test_a_person_adds_something_and_its_facts_are_known(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await who.outcome(await who.say("Hello!"))
    added = await who.post(PATH, json={"text": "My name is Robin and I am allergic to nuts."})
    assert added.status_code == 201
    note = added.json()
    assert (note["type"], note["why"], note["sources"]) == ("note", ["asked", "important"], [])
    listed = (await who.get(PATH)).json()
    assert [each["id"] for each in listed["kept"]] == [note["id"]]
    facts = {fact["topic"]: fact for fact in listed["memories"]}
    assert facts["name"]["value"] == "Robin"
    assert facts["name"]["source"] == note["id"]
    assert (await who.ask("DELETE", f"{PATH}/{facts['name']['id']}")).json() == {"ok": True}
    assert await kept(who) == []  # it told the fact


@pytest.mark.parametrize(
    "text",
    ["", " ", "the", "x" * (MAX_NOTE_CHARS + 1), "a \0 b"],
    ids=["", "blank", "no", "long", "nul"],
)
async def test_what_says_nothing_or_too_much_is_refused(api: RunningApi, text: str) -> None:
    who = await api.client().sign_in()
    assert (await who.post(PATH, json={"text": text})).status_code == 422
    assert await kept(who) == []


async def test_a_fact_and_a_memory_can_be_corrected(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await talk(api, who, "My name is Robin.", BOAT)
    listed = (await who.get(PATH)).json()
    (name,) = [fact for fact in listed["memories"] if fact["topic"] == "name"]
    answer = await who.ask("PATCH", f"{PATH}/{name['id']}", json={"text": "Robyn"})
    assert answer.json()["memory"]["value"] == "Robyn"
    names = [f["value"] for f in (await who.get(PATH)).json()["memories"] if f["topic"] == "name"]
    assert names == ["Robyn"]
    (boat,) = [each for each in listed["kept"] if "boat" in each["text"]]
    said = "I gave my boat to my brother, I did not sell it."
    answer = await who.ask("PATCH", f"{PATH}/{boat['id']}", json={"text": said})
    assert answer.json()["kept"]["type"] == "note"
    texts = [str(each["text"]) for each in await kept(who)]
    assert sum("boat" in text for text in texts) == 1
    assert any("brother" in text for text in texts)
    again = await who.ask("PATCH", f"{PATH}/{boat['id']}", json={"text": said})
    assert again.status_code == 404
    await talk(api, who)
    assert sum("boat" in str(each["text"]) for each in await kept(who)) == 1


async def test_a_memory_is_forgotten_with_its_words(api: RunningApi) -> None:
    who = await api.client().sign_in()
    await talk(api, who, BOAT)
    (memory,) = await kept(who)
    assert (await who.ask("DELETE", f"{PATH}/{memory['id']}")).json() == {"ok": True}
    assert await kept(who) == []
    assert (await who.ask("DELETE", f"{PATH}/{memory['id']}")).status_code == 404
    await talk(api, who)
    assert await kept(who) == []
    exported = (await who.get("/v1/auth/me/export")).json()
    assert "They told me" not in str(exported)


async def test_a_reply_names_the_memories_it_had_and_the_words_that_brought_them(
    api: RunningApi,
) -> None:
    who = await api.client().sign_in()
    await who.post(PATH, json={"text": "I am afraid of sailing boats."})
    done = await who.outcome(await who.say("Shall we talk about boats?"))
    (memory,) = await kept(who)
    result = done["result"]
    assert isinstance(result, dict)
    assert memory["id"] in result["recalled"]
    why = (await who.get(f"/v1/messages/{result['message_id']}/why")).json()
    assert [each["id"] for each in why["memories"]] == [memory["id"]]
    assert why["memories"][0]["words"] == ["boats"]


async def test_what_is_added_counts_as_a_message(start_api: StartApi) -> None:
    async with start_api(rate_limit_submit="1/minute") as api:
        who = await api.client().sign_in()
        assert (await who.post(PATH, json={"text": "I like tea."})).status_code == 201
        refused = await who.post(PATH, json={"text": "I like coffee."})
        assert refused.status_code == 429
        assert (await who.ask("PATCH", f"{PATH}/x", json={"text": "Tea."})).status_code == 429
