"""Why a reply was what it was: what its voice was told, what had no room, and what lore said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.engine.turn.lore import MAX_KEPT_CHARS
from synthetic_soul.mind.events import ReplySpoken
from tests.engine.test_cards import bram
from tests.support.engine_harness import HOUR

if TYPE_CHECKING:
    from soulscript import Soul
    from synthetic_soul.engine.views import ItemView, WhyView
    from tests.support.engine_harness import Harness, OpenEngine
    from tests.support.fake_model import FakeModel

pytestmark = pytest.mark.anyio

LONG = "The storm took the roof, the gate and the boat of the keeper. " * 60


def entry(number: int, key: str, content: str, **more: object) -> dict[str, object]:
    return {"id": number, "keys": [key], "content": content, **more}


def keeper(*entries: dict[str, object]) -> Soul:
    return bram(character_book={"entries": entries})


async def why_of(harness: Harness, text: str) -> WhyView:
    """Say it and return the reasons of the reply."""
    reply = await harness.say(text, agent="bram")
    return await harness.engine.why("ann", reply.message_id)


async def last_reply(harness: Harness) -> ReplySpoken:
    return [e for e in await harness.events("bram") if isinstance(e, ReplySpoken)][-1]


def items(why: WhyView, kind: str) -> list[ItemView]:
    return [item for item in why.items if item.kind == kind]


def prompt(model: FakeModel) -> str:
    return "\n".join(message["content"] for message in model.calls[-1].messages)


async def test_each_fact_says_why_it_was_told(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await harness.engine.add_agent("bram", bram())
        new = items(await why_of(harness, "My name is Ada and I have a cat called Miso."), "fact")
        assert {(fact.reason, fact.told) for fact in new} == {("new", True), ("name", True)}
        assert any("Miso" in fact.text for fact in new)
        (cat,) = [
            fact
            for fact in items(await why_of(harness, "Is my cat well?"), "fact")
            if "Miso" in fact.text
        ]
        assert (cat.reason, cat.told, cat.left_out, cat.words) == ("asked", True, "", ["cat"])
        (cat,) = [
            fact
            for fact in items(await why_of(harness, "The weather is grey."), "fact")
            if "Miso" in fact.text
        ]
        assert (cat.reason, cat.words) == ("important", [])


async def test_a_line_that_came_back_shows_the_words_that_did_it(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await harness.engine.add_agent("bram", bram())
        asked = "Last summer I repaired a lighthouse lamp with Ines in Gdansk."
        await harness.say(asked, agent="bram")
        for number in range(70):
            await harness.say(f"The weather is grey, day {number}.", agent="bram")
        why = await why_of(harness, "Do you remember the lighthouse lamp?")
        (line,) = [item for item in items(why, "line") if item.text == asked]
        assert (line.told, line.reason) == (True, "words")
        assert line.words == ["lighthouse", "lamp"]
        assert "repaired a lighthouse lamp" in prompt(fake_model)


async def test_lore_without_room_is_named_and_was_not_told(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    soul = keeper(
        entry(1, "fog", "Fog comes from the north.", insertion_order=1),
        entry(2, "storm", LONG, insertion_order=2, extensions={"sticky": 3, "cooldown": 5}),
    )
    async with open_engine(model=fake_model, llm_context=2_048) as harness:
        await harness.engine.add_agent("bram", soul)
        why = await why_of(harness, "Is there a storm behind the fog?")
        told = {item.text[:8]: (item.told, item.left_out) for item in items(why, "lore")}
        assert told == {"Fog come": (True, ""), "The stor": (False, "room")}
        assert [lore.says for lore in why.lore] == ["Fog comes from the north."]
        reply = await last_reply(harness)
        assert reply.fired_lore == {}
        assert LONG[:40] not in prompt(fake_model)
        again = await why_of(harness, "Is it quiet?")
        assert items(again, "lore") == []
        storm = items(await why_of(harness, "Tell me of the storm."), "lore")
        assert [item.reason for item in storm] == ["key"]


async def test_lore_with_room_stays_in_as_it_says(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    soul = keeper(entry(2, "storm", "The storm took the roof.", extensions={"sticky": 3}))
    async with open_engine(model=fake_model, llm_context=2_048) as harness:
        await harness.engine.add_agent("bram", soul)
        await why_of(harness, "Is there a storm?")
        assert len((await last_reply(harness)).fired_lore) == 1
        stayed = items(await why_of(harness, "Is it quiet?"), "lore")
        assert [item.reason for item in stayed] == ["sticky"]


async def test_lore_is_told_in_the_words_that_the_model_read(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    said = "{{user}} lit the lamp at {{time}}; the wick was {{random:red,blue,green,black,white}}."
    soul = keeper(entry(1, "lamp", said), entry(2, "fog", "{{char}} fears fog."))
    async with open_engine(model=fake_model) as harness:
        await harness.engine.add_agent("bram", soul)
        await harness.say("My name is Ada.", agent="bram")
        reply = await harness.say("Who lit the lamp in the fog?", agent="bram")
        read = prompt(fake_model)
        await harness.say("My name is Eva, not Ada.", agent="bram")
        harness.clock.forward(HOUR)
        why = await harness.engine.why("ann", reply.message_id)
        lamp, fog = sorted((lore.says for lore in why.lore), reverse=True)
        assert lamp.startswith("Ada lit the lamp at ") or fog.startswith("Ada lit the lamp at ")
        assert all(says in read for says in (lamp, fog))
        assert {item.text for item in items(why, "lore")} == {lamp, fog}
        event = next(e for e in await harness.events("bram")
                     if isinstance(e, ReplySpoken) and e.id == reply.message_id)  # fmt: skip
        assert event.lore_texts is not None
        assert event.lore_texts.owner == "ann"
        assert "fears" not in (event.lore_texts.text or "")


async def test_lore_that_the_author_has_changed_since_is_not_told_as_what_was_said(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    plain, named = entry(1, "fog", "Fog is white."), entry(2, "fog", "{{user}} fears fog.")
    async with open_engine(model=fake_model) as harness:
        await harness.engine.add_agent("bram", keeper(plain, named))
        await harness.say("My name is Ada.", agent="bram")
        reply = await harness.say("Is there fog?", agent="bram")
        other = keeper(entry(1, "fog", "Fog is grey."), entry(2, "fog", "Nobody fears fog."))
        await harness.engine.add_agent("bram", other, replacing=True)
        why = await harness.engine.why("ann", reply.message_id)
        assert [lore.says for lore in why.lore] == ["Ada fears fog."]
        assert sorted(item.text for item in items(why, "lore")) == ["", "Ada fears fog."]


async def test_of_lore_with_names_in_it_only_what_was_told_is_kept(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    told = entry(1, "fog", "{{user}} fears fog.", insertion_order=1)
    left = entry(2, "fog", f"{{{{user}}}} fears storms. {LONG}", insertion_order=2)
    async with open_engine(model=fake_model, llm_context=2_048) as harness:
        await harness.engine.add_agent("bram", keeper(told, left))
        await harness.say("My name is Ada.", agent="bram")
        why = await why_of(harness, "Is there fog?")
        texts = (await last_reply(harness)).lore_texts
        assert texts is not None
        assert list(json.loads(texts.text or "").values()) == ["Ada fears fog."]
        assert [lore.says for lore in why.lore] == ["Ada fears fog."]
        assert sorted((x.text, x.told) for x in items(why, "lore")) == [
            ("", False), ("Ada fears fog.", True),
        ]  # fmt: skip


async def test_where_nothing_with_a_name_was_told_the_soul_is_not_quoted_for_it(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    left = entry(2, "fog", f"{{{{user}}}} fears storms. {LONG}")
    async with open_engine(model=fake_model, llm_context=2_048) as harness:
        await harness.engine.add_agent("bram", keeper(left))
        await harness.say("My name is Ada.", agent="bram")
        why = await why_of(harness, "Is there fog?")
        assert [(x.text, x.left_out) for x in items(why, "lore")] == [("", "room")]


async def test_of_much_lore_with_names_in_it_little_is_kept(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    said = "{{user}} knows of lamp " + "one and one of the boats " * 20
    always = [entry(n, "", f"{said}{n}.", constant=True) for n in range(30)]
    async with open_engine(model=fake_model, llm_context=32_768) as harness:
        await harness.engine.add_agent("bram", keeper(*always))
        await harness.say("My name is Ada.", agent="bram")
        why = await why_of(harness, "Is it quiet?")
        texts = (await last_reply(harness)).lore_texts
        assert texts is not None
        kept = json.loads(texts.text or "")
        assert MAX_KEPT_CHARS - 600 < sum(map(len, kept.values())) <= MAX_KEPT_CHARS
        lore = items(why, "lore")
        assert sum(item.told for item in lore) > len(kept)
        assert sorted(x.text for x in lore if x.text) == sorted(kept.values())


async def test_what_lore_said_of_a_person_is_forgotten_and_erased_with_their_name(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await harness.engine.add_agent("bram", keeper(entry(1, "fog", "{{user}} fears fog.")))
        await harness.say("My name is Ada.", agent="bram")
        reply = await harness.say("Is there fog?", agent="bram")
        (name,) = await harness.engine.facts("ann", agent="bram")
        await harness.engine.forget("ann", name.id, agent="bram")
        why = await harness.engine.why("ann", reply.message_id)
        assert "Ada fears" not in why.model_dump_json()
        await harness.engine.erase("ann")
        event = await last_reply(harness)
        assert event.lore_texts is not None
        assert event.lore_texts.text is None


async def test_what_lore_said_in_private_is_forgotten_with_a_name_told_in_a_group(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await harness.engine.add_agent("bram", keeper(entry(1, "fog", "{{user}} fears fog.")))
        await harness.say("Bram, my name is Ada.", agent="bram", group=True)
        reply = await harness.say("Is there fog?", agent="bram")
        harness.clock.forward(HOUR)
        await harness.say("Bram, my name is Ben. Forget my name.", "ben", agent="bram", group=True)
        why = await harness.engine.why("ann", reply.message_id)
        assert [lore.says for lore in why.lore] == ["Ada fears fog."]
        (name,) = await harness.engine.facts("ann", agent="bram")
        await harness.engine.forget("ann", name.id, agent="bram")
        why = await harness.engine.why("ann", reply.message_id)
        assert "Ada" not in why.model_dump_json()
        harness.clock.forward(HOUR)
        await harness.say("My name is Eva.", agent="bram")
        again = await why_of(harness, "Is there fog?")
        assert [lore.says for lore in again.lore] == ["Eva fears fog."]


async def test_a_forgotten_fact_leaves_an_item_without_words(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await harness.engine.add_agent("bram", bram())
        await harness.say("I have a cat called Miso.", agent="bram")
        reply = await harness.say("Is my cat well?", agent="bram")
        (cat,) = await harness.engine.facts("ann", agent="bram")
        await harness.engine.forget("ann", cat.id, agent="bram")
        why = await harness.engine.why("ann", reply.message_id)
        assert "Miso" not in why.model_dump_json()
        assert [item.text for item in items(why, "fact") if item.id == cat.id] == [""]


async def test_without_a_model_the_reply_itself_says_what_was_told(harness: Harness) -> None:
    await harness.engine.add_agent("bram", bram())
    why = await why_of(harness, "Who lit the lamp of Bram?")
    (lore,) = items(why, "lore")
    assert (lore.text, lore.told, lore.reason) == ("The lamp of Bram was lit in 1871.", True, "key")
    await harness.say("I have a cat called Miso.", agent="bram")
    (cat,) = items(await why_of(harness, "What is the name of my cat?"), "fact")
    assert (cat.told, cat.reason) == (True, "known")
    assert items(await why_of(harness, "Good night!"), "lore") == []
