"""What one says of another in a group: for whom it is about, with its source, and no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.engine.memory.hearsay import MAX_HEARSAY
from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.mind.events import FactLearned
from tests.support.engine_harness import file_bytes
from tests.support.fake_model import FakeModel
from tests.support.stub_voices import PausedVoice

if TYPE_CHECKING:
    from synthetic_soul.engine.memory.profile import ProfileFact
    from tests.support.engine_harness import Harness, OpenEngine

pytestmark = pytest.mark.anyio


async def known(harness: Harness, person: str) -> dict[str, ProfileFact]:
    topics = (await harness.engine.profile(person)).topics
    return {fact.value: fact for topic in topics for fact in topic.facts}


async def meet(harness: Harness, *persons: str) -> None:
    for person in persons:
        await harness.say("Jasmine, hello!", person, group=True)


@pytest.mark.parametrize(
    ("said", "topic", "value"),
    [
        ("Jasmine, guess what. Ben has a new job!", "experience", "got a new job"),
        ("Jasmine, Ben moved to Leeds.", "home", "Leeds"),
        ("Ben loves chess.", "like", "chess"),
        ("Jasmine, I live in York and Ben works as a nurse.", "work", "a nurse"),
    ],
)
async def test_whom_it_is_about_sees_it_with_its_source(
    harness: Harness, said: str, topic: str, value: str
) -> None:
    await meet(harness, "ben", "cleo")
    told = await harness.ask(said, "ann", group=True)
    fact = (await known(harness, "ben"))[value]
    assert (fact.topic, fact.kind, fact.told_in) == (topic, "hearsay", "group:main")
    assert fact.source == told.job_id
    (line,) = await harness.engine.sources("ben", fact.id)
    assert line.message == said
    assert value not in await known(harness, "ann")
    assert value not in await known(harness, "cleo")
    assert await harness.engine.facts("ben") == []


@pytest.mark.parametrize(
    "said",
    [
        "Ben has cancer.",
        "Ben is gay.",
        "Ben is divorced.",
        "Ben believes in God.",
        "Does Ben live in Leeds?",
        "If Ben moves to Leeds, I'll be sad.",
        "Tom says Ben lives in Leeds.",
        "Ben, I live in Leeds.",
        "Ben's cat lives in Leeds.",
        "My brother Ben lives in Leeds.",
        "Ben loves his dog.",
        "Tom lives in Leeds.",
        "Jasmine lives in Leeds.",
        "Ann lives in Leeds.",
        "Forget that Ben lives in Leeds.",
    ],
)
async def test_what_is_delicate_unsure_or_of_somebody_else_is_not_kept(
    harness: Harness, said: str
) -> None:
    await meet(harness, "ben", "ann")
    await harness.ask(said, "ann", group=True)
    assert await known(harness, "ben") == {}
    heard = [x for x in await harness.events() if isinstance(x, FactLearned) and x.hearsay]
    assert heard == []


async def test_what_is_said_in_private_of_somebody_is_never_hearsay(harness: Harness) -> None:
    await meet(harness, "ben", "ann")
    await harness.say("Ben moved to Leeds.", "ann")
    assert await known(harness, "ben") == {}


async def test_a_name_that_two_have_or_that_was_given_in_private_means_nobody(
    harness: Harness,
) -> None:
    await meet(harness, "bob", "dan")
    await harness.say("My name is Zed.", "dan")
    await harness.ask("Zed moved to Leeds.", "ann", group=True)
    assert (await known(harness, "dan")).keys() == {"Zed"}
    await harness.ask("My name is Zoe.", "bob", group=True)
    await harness.ask("Zoe moved to Leeds.", "ann", group=True)
    assert (await known(harness, "bob")).keys() == {"Zoe", "Leeds"}
    await harness.ask("My name is Zoe.", "dan", group=True)
    await harness.ask("Zoe loves chess.", "ann", group=True)
    assert "chess" not in await known(harness, "bob")
    assert "chess" not in await known(harness, "dan")


async def test_whoever_of_the_speaker_s_people_has_the_name_is_meant(harness: Harness) -> None:
    await meet(harness, "ben")
    await harness.say("My brother is called Ben.", "ann")
    await harness.ask("Ben moved to Leeds.", "ann", group=True)
    assert await known(harness, "ben") == {}


async def test_no_brief_holds_it_as_a_fact(open_engine: OpenEngine, fake_model: FakeModel) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await meet(harness, "ben")
        await harness.ask("Jasmine, Ben moved to Leeds.", "ann", group=True)
        for person in ("ben", "ann", "cleo"):
            await harness.say("Where does Ben live?", person)
            assert "Leeds" not in str(fake_model.calls[-1].messages)
        await harness.say("Jasmine, where does Ben live?", "cleo", group=True)
        assert "Ben moved to Leeds" in str(fake_model.calls[-1].messages)


async def test_it_is_hidden_corrected_and_forgotten(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await meet(harness, "ben")
        await harness.ask("Jasmine, Ben moved to Leeds.", "ann", group=True)
        leeds = (await known(harness, "ben"))["Leeds"]
        await harness.engine.set_hidden("ben", leeds.id, hidden=True)
        assert (await known(harness, "ben"))["Leeds"].hidden
        await harness.say("Jasmine, where does Ben live?", "cleo", group=True)
        assert "moved to Leeds" not in str(fake_model.calls[-1].messages)
        await harness.engine.correct("ben", leeds.id, "York")
        (york,) = (await known(harness, "ben")).values()
        assert (york.value, york.kind, york.told_in) == ("York", "said", None)
        await harness.say("Jasmine, where do I live?", "ben", group=True)
        assert "York" not in str(fake_model.calls[-1].messages)  # he said so in private
        await harness.ask("Jasmine, Ben loves zithers.", "ann", group=True)
        await harness.engine.forget("ben", (await known(harness, "ben"))["zithers"].id)
        assert "zithers" not in await known(harness, "ben")
        await harness.say("Jasmine, what does Ben love?", "cleo", group=True)
        assert "zithers" not in str(fake_model.calls[-1].messages)


async def test_it_is_forgotten_by_talking_too(harness: Harness) -> None:
    await meet(harness, "ben")
    await harness.ask("Jasmine, Ben works as a nurse.", "ann", group=True)
    await harness.say("Forget my job.", "ben")
    assert await known(harness, "ben") == {}


async def test_a_later_word_replaces_hearsay_and_never_what_was_said(harness: Harness) -> None:
    await meet(harness, "ben")
    await harness.say("I live in York.", "ben")
    await harness.ask("Ben lives in York.", "ann", group=True)
    assert (await known(harness, "ben"))["York"].kind == "said"
    await harness.ask("Ben moved to Leeds.", "ann", group=True)
    await harness.ask("Ben moved to Ghent.", "cleo", group=True)
    facts = await known(harness, "ben")
    assert {value for value, fact in facts.items() if fact.until is None} == {"York", "Ghent"}
    await harness.ask("Ben no longer lives in Ghent.", "cleo", group=True)
    facts = await known(harness, "ben")
    assert {value for value, fact in facts.items() if fact.until is None} == {"York"}


async def test_it_goes_with_a_line_that_its_teller_forgets(harness: Harness) -> None:
    await meet(harness, "ben")
    await harness.ask("Jasmine, Ben loves zithers.", "ann", group=True)
    await harness.ask("Jasmine, Ben hates opera.", "cleo", group=True)
    await harness.say("Jasmine, forget everything about me.", "ann", group=True)
    assert (await known(harness, "ben")).keys() == {"opera"}
    replayed = await replay_journal(harness.runtime.store, "jasmine", verify=True)
    assert (await harness.engine.state_hash())[1] == replayed.hash


@pytest.mark.parametrize("person", ["ann", "ben"])
async def test_its_words_go_with_who_told_it_and_with_whom_it_is_about(
    harness: Harness, person: str
) -> None:
    await meet(harness, "ben")
    await harness.ask("Ben loves Zithers.", "ann", group=True)
    (fact,) = (await known(harness, "ben")).values()
    (event,) = [x for x in await harness.events() if isinstance(x, FactLearned)]
    assert event.id == fact.id
    await harness.engine.erase(person)
    assert await known(harness, "ben") == {}
    assert not await harness.runtime.store.texts.read("jasmine", [event.value.digest])
    if person == "ann":
        assert b"Zithers" not in file_bytes(harness.engine.settings.data_dir)


async def test_an_export_names_nobody_who_told_it(harness: Harness) -> None:
    await meet(harness, "ben")
    await harness.ask("Ben loves zithers.", "ann", group=True)
    told = json.dumps(await harness.engine.export("ben"))
    assert "zithers" in told
    assert '"ann"' not in told
    own = await harness.engine.export("ann")
    assert '"hearsay"' not in json.dumps(own)


async def test_it_is_bounded_and_takes_no_room_from_what_was_said(harness: Harness) -> None:
    await meet(harness, "ben")
    for number in range(MAX_HEARSAY + 3):
        await harness.ask(f"Ben loves zither{number}s.", "ann", group=True)
    facts = await known(harness, "ben")
    assert len(facts) == MAX_HEARSAY
    assert f"zither{MAX_HEARSAY + 2}s" in facts
    assert "zither0s" not in facts


async def test_what_two_say_in_one_turn_is_kept_once(open_engine: OpenEngine) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice) as harness:
        first = await harness.engine.submit(person="ben", text="Jasmine, hello!", group=True)
        await voice.begun.wait()
        for person in ("ann", "cleo"):
            last = await harness.engine.submit(
                person=person, text="Jasmine, Ben loves chess.", group=True
            )
        voice.go.set()
        await harness.outcome(first.job_id, "ben")
        await harness.outcome(last.job_id, "cleo")
        heard = [x for x in await harness.events() if isinstance(x, FactLearned) and x.hearsay]
        assert [event.value.owner for event in heard] == ["ann"]
