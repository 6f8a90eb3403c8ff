"""A character card at work: its opening, its persona, its lore and its author's instructions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from soulscript import Soul
from soulscript.formats import Source, read_source
from synthetic_soul.errors import NotFound
from synthetic_soul.mind.events import ConversationOpened, ReplySpoken
from synthetic_soul.voices.model.self_description import RULES_HEADING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.engine_harness import Harness, OpenEngine
    from tests.support.fake_model import FakeModel

pytestmark = pytest.mark.anyio

FIELDS: dict[str, Any] = {
    "name": "Bram",
    "description": "{{char}} keeps a lighthouse with {{user}}. His log is blue.",
    "personality": "patient, dry",
    "scenario": "{{user}} climbs the wet stairs of the tower.",
    "first_mes": '*{{char}} looks up.* "Mind the third step, {{user}}."',
    "alternate_greetings": ['"The kettle is on."'],
    "mes_example": "<START>\n{{user}}: Is it lonely?\n{{char}}: It is quiet.",
    "system_prompt": "Write in the present tense, {{char}}.",
    "post_history_instructions": "{{original}}Two sentences at most.",
    "extensions": {"depth_prompt": {"prompt": "{{char}} hums.", "depth": 4, "role": "system"}},
    "character_book": {
        "entries": [
            {"id": 1, "keys": [], "content": "The sea is salt here.", "constant": True},
            {"id": 2, "keys": ["lamp"], "content": "The lamp of {{char}} was lit in 1871."},
            {
                "id": 3,
                "keys": ["fog"],
                "content": "Fog comes from the north.",
                "extensions": {"sticky": 3},
            },
            {"id": 4, "keys": ["lamp"], "content": "Off.", "enabled": False},
            {"id": 5, "keys": ["lamp"], "content": "@@dont_activate\nNever told."},
            {"id": 6, "keys": ["/{{user}} sings/i"], "content": "A song."},
        ]
    },
}


def bram(**changes: object) -> Soul:
    document = {"spec": "chara_card_v2", "spec_version": "2.0", "data": FIELDS | changes}
    found = read_source(Source("b.json", {"b.json": json.dumps(document).encode()})).soul
    assert found is not None
    return found


async def prompt_of(harness: Harness, model: FakeModel, text: str) -> list[dict[str, str]]:
    await harness.say(text, agent="bram")
    return [dict(message) for message in model.calls[-1].messages]


async def test_a_conversation_begins_with_the_opening_and_keeps_it(harness: Harness) -> None:
    await harness.engine.add_agent("bram", bram())
    (before,) = await harness.engine.conversation("ann", agent="bram")
    assert before.from_agent
    assert before.message == '*Bram looks up.* "Mind the third step."'
    assert await harness.events("bram") == [
        event for event in await harness.events("bram") if not isinstance(event, ConversationOpened)
    ]
    await harness.say("Good evening.", agent="bram")
    first, asked, *_ = await harness.engine.conversation("ann", agent="bram")
    assert (first.id, first.message, first.from_agent) == (before.id, before.message, True)
    assert asked.message == "Good evening."
    await harness.engine.add_agent("bram", bram(first_mes="Another."), replacing=True)
    assert (await harness.engine.conversation("ann", agent="bram"))[0].message == before.message
    await harness.engine.erase("ann")
    (opened,) = [e for e in await harness.events("bram") if isinstance(e, ConversationOpened)]
    assert opened.words.text is None


async def test_nothing_comes_before_an_opening(harness: Harness) -> None:
    await harness.engine.add_agent("bram", bram())
    await harness.say("Hello!", agent="bram")
    first, *_ = await harness.engine.conversation("ann", agent="bram")
    assert await harness.engine.conversation("ann", agent="bram", before=first.id) == []


async def test_the_person_chooses_among_openings(harness: Harness) -> None:
    await harness.engine.add_agent("bram", bram())
    (second,) = await harness.engine.conversation("ann", agent="bram", opening=1)
    assert second.message == '"The kettle is on."'
    drawn = {(await harness.engine.conversation(f"p{n}", agent="bram", opening=-1))[0].message
             for n in range(30)}  # fmt: skip
    assert len(drawn) == 2
    await harness.engine.submit(person="ann", text="Hm?", agent="bram", opening=1)
    await harness.settled()
    assert (await harness.engine.conversation("ann", agent="bram"))[0].message == second.message
    assert (await harness.engine.agent("bram", "ann")).openings == 2


async def test_a_soul_without_an_opening_waits_to_be_spoken_to(harness: Harness) -> None:
    assert await harness.engine.conversation("ann") == []


async def test_the_whole_card_reaches_the_model(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await harness.engine.add_agent("bram", bram())
        system, asked, example, *rest = await prompt_of(harness, fake_model, "Hello!")
        for part in ("Bram keeps a lighthouse with the person.", "patient, dry", "wet stairs"):
            assert part in system["content"]
        assert "The sea is salt here." in system["content"]
        assert asked["content"].endswith("Is it lonely?")
        assert example["content"] == "It is quiet."
        assert [message["role"] for message in rest] == ["user", "assistant", "user"]
        assert rest[0]["content"] == "…"
        assert "Mind the third step." in rest[1]["content"]
        assert "{{" not in json.dumps([system, asked, example, *rest])
        assert "present tense" not in system["content"]


async def test_lore_comes_to_mind_by_its_key_and_why_says_so(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await harness.engine.add_agent("bram", bram())
        *_, last = await prompt_of(harness, fake_model, "Who lit the lamp?")
        assert (
            "Comes to mind, true in your world: The lamp of Bram was lit in 1871."
            in (last["content"])
        )
        assert "Never told" not in last["content"]
        assert "@@" not in last["content"]
        spoken = [e for e in await harness.events("bram") if isinstance(e, ReplySpoken)][-1]
        why = await harness.engine.why("ann", spoken.id)
        told = {lore.says: (lore.why, lore.key) for lore in why.lore}
        assert told["The lamp of Bram was lit in 1871."] == ("key", "lamp")
        assert told["The sea is salt here."] == ("constant", "")


async def test_sticky_lore_stays_for_some_messages(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await harness.engine.add_agent("bram", bram())
        said = [
            "Fog comes from the north."
            in (await prompt_of(harness, fake_model, text))[-1]["content"]
            for text in ("Is there fog?", "I see.", "And then?", "Go on.", "Well?")
        ]
        assert said[:2] == [True, True]
        assert said[-1] is False


async def test_instructions_are_style_and_want_the_operators_consent(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await harness.engine.add_agent("bram", bram(), trusted=True)
        system = (await prompt_of(harness, fake_model, "Hello!"))[0]["content"]
        for part in ("Write in the present tense, Bram.", "Two sentences at most.", "Bram hums."):
            assert part in system
        assert system.index("present tense") < system.index(RULES_HEADING)
        await harness.engine.add_agent("bram", bram(), replacing=True)
        assert (
            "present tense" not in (await prompt_of(harness, fake_model, "And now?"))[0]["content"]
        )


async def test_consent_is_given_and_withdrawn_and_outlives_a_restart(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await harness.engine.add_agent("bram", bram())
        found = await harness.engine.instructions("bram")
        assert found.instructions[0] == "Write in the present tense, {{char}}."
        assert not found.applied
        assert (await harness.engine.trust("bram", trusted=True)).applied
        adopted = len(await harness.events("bram"))
        await harness.engine.trust("bram", trusted=True)
        assert len(await harness.events("bram")) == adopted
    async with open_engine(model=fake_model) as harness:
        assert "present tense" in (await prompt_of(harness, fake_model, "Hello!"))[0]["content"]
        await harness.engine.trust("bram", trusted=False)
        assert "present tense" not in (await prompt_of(harness, fake_model, "So?"))[0]["content"]
        with pytest.raises(NotFound):
            await harness.engine.trust("nobody", trusted=True)


async def test_consent_to_a_soul_in_a_file_is_to_this_version_of_it(
    open_engine: OpenEngine, fake_model: FakeModel, tmp_path: Path
) -> None:
    file = tmp_path / "souls" / "bram.soul"
    file.parent.mkdir()
    file.write_text(json.dumps(bram().dump()), encoding="utf-8")
    async with open_engine(model=fake_model) as harness:
        assert not (await harness.engine.instructions("bram")).applied
        await harness.engine.trust("bram", trusted=True)
        assert "present tense" in (await prompt_of(harness, fake_model, "Hello!"))[0]["content"]
    async with open_engine(model=fake_model) as harness:
        assert "present tense" in (await prompt_of(harness, fake_model, "And?"))[0]["content"]
    file.write_text(json.dumps(bram(system_prompt="Rhyme.").dump()), encoding="utf-8")
    async with open_engine(model=fake_model) as harness:
        assert not (await harness.engine.instructions("bram")).applied
        assert "Rhyme" not in (await prompt_of(harness, fake_model, "Hm?"))[0]["content"]


async def test_why_says_what_had_no_room(open_engine: OpenEngine, fake_model: FakeModel) -> None:
    examples = "<START>\n{{char}}: It goes on and on and on.\n" * 400
    async with open_engine(model=fake_model, llm_context=2_048) as harness:
        await harness.engine.add_agent("bram", bram(mes_example=examples))
        reply = await harness.say("Hello!", agent="bram")
        (part,) = (await harness.engine.why("ann", reply.message_id)).left_out
        assert part.part == "examples"
        assert 0 <= part.told < part.whole
