"""Agents of uploaded souls: added, kept, loaded by other processes, replaced."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import zip_longest
from pathlib import Path

import pytest

from soulscript import write
from synthetic_soul.avatars.avatars import TTL_MS
from synthetic_soul.avatars.images import to_webp
from synthetic_soul.compose import compose
from synthetic_soul.engine.background import Thinker
from synthetic_soul.engine.engine import Engine
from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.errors import Conflict, NotFound
from synthetic_soul.mind.events import MessageHeard, PersonErased, SoulAdopted, Words
from synthetic_soul.settings import Settings
from tests.engine.test_cards import bram
from tests.support.engine_harness import START, Clock, Harness, OpenEngine, each_event
from tests.support.fake_model import FakeModel
from tests.support.pictures import BLUE, RED, picture
from tests.support.sample_souls import sample_soul
from tests.support.servers import MongoServer

pytestmark = pytest.mark.anyio


async def test_an_uploaded_soul_is_an_agent_like_any_other(harness: Harness) -> None:
    view, new = await harness.engine.add_agent("Kiki of the Mast", sample_soul())
    assert (view.id, view.name, view.occupation) == ("kiki-of-the-mast", "Kiki", "lookout")
    assert new
    assert not view.active
    assert view in await harness.engine.agents()
    assert await harness.told("Hello! My name is Ann.", agent=view.id)
    assert [fact.value for fact in await harness.engine.facts("ann", view.id)] == ["Ann"]
    assert (await harness.engine.agent(view.id, "ann")).standing.messages == 1
    replayed = await replay_journal(harness.engine.store, view.id, verify=True)
    assert (replayed.entries, replayed.hash) == await harness.engine.state_hash(view.id)


async def test_the_journal_says_that_the_soul_was_uploaded(harness: Harness) -> None:
    await harness.engine.add_agent("kiki", sample_soul())
    (born,) = await harness.events("kiki")
    assert isinstance(born, SoulAdopted)
    assert born.given
    (jasmine,) = await harness.events("jasmine")
    assert isinstance(jasmine, SoulAdopted)
    assert not jasmine.given
    entry = await harness.engine.store.journal.entry("jasmine", 1)
    assert entry is not None
    assert b'"given":' not in entry.body, "what comes from files is written as it always was"


async def test_an_uploaded_agent_exists_after_a_restart_and_remembers(
    open_engine: OpenEngine,
) -> None:
    async with open_engine() as harness:
        await harness.engine.add_agent("kiki", sample_soul())
        await harness.told("My name is Ann.", agent="kiki")
        state = await harness.engine.state_hash("kiki")
    async with open_engine() as harness:
        assert "kiki" in [agent.id for agent in await harness.engine.agents()]
        assert await harness.engine.state_hash("kiki") == state
        assert "Ann" in await harness.told("What is my name?", agent="kiki")
        assert len([e for e in await harness.events("kiki") if isinstance(e, SoulAdopted)]) == 1


async def test_an_uploaded_agent_exists_after_a_crash(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        await harness.engine.add_agent("kiki", sample_soul())
        await harness.crash()
    async with open_engine() as harness:
        assert await harness.told("Hello!", agent="kiki")


async def test_no_agent_is_added_twice_or_takes_the_id_of_a_file(harness: Harness) -> None:
    await harness.engine.add_agent("kiki", sample_soul())
    for name, replacing in (("Kiki", False), ("jasmine", False), ("jasmine", True)):
        with pytest.raises(Conflict) as refused:
            await harness.engine.add_agent(name, sample_soul("Other"), replacing=replacing)
        assert refused.value.code == "agent_exists"
    assert (await harness.engine.agent("kiki", "ann")).name == "Kiki"
    assert len(await harness.events("jasmine")) == 1


async def test_a_replaced_soul_keeps_its_bonds(harness: Harness) -> None:
    await harness.engine.add_agent("kiki", sample_soul())
    await harness.told("My name is Ann.", agent="kiki")
    view, new = await harness.engine.add_agent("kiki", sample_soul("Koko"), replacing=True)
    assert (view.id, view.name, new) == ("kiki", "Koko", False)
    assert (await harness.engine.agent("kiki", "ann")).standing.messages == 1
    before = len(await harness.events("kiki"))
    await harness.engine.add_agent("kiki", sample_soul("Koko"), replacing=True)
    assert len(await harness.events("kiki")) == before, "the same soul again is no news"


async def test_simultaneous_uploads_of_one_name_give_one_agent(harness: Harness) -> None:
    uploads = [harness.engine.add_agent("kiki", sample_soul(f"Kiki {n}")) for n in range(8)]
    outcomes = await asyncio.gather(*uploads, return_exceptions=True)
    assert sum(isinstance(each, tuple) for each in outcomes) == 1
    assert sum(isinstance(each, Conflict) for each in outcomes) == 7
    assert len(await harness.events("kiki")) == 1


async def test_agents_may_be_added_while_something_is_done_for_each(harness: Harness) -> None:
    """What goes through the agents one by one meets no change of their number."""
    await harness.told("My name is Ann.")
    thinker = Thinker(harness.runtime)

    async def busy() -> None:
        for _ in range(20):
            await harness.engine.export("ann")
            await thinker.think_all()

    async def born() -> None:
        for number in range(10):
            await harness.engine.add_agent(f"kiki-{number}", sample_soul())

    await asyncio.gather(busy(), born(), harness.engine.erase("bob"))
    assert len(await harness.engine.agents()) > 10


async def test_an_agent_whose_file_is_gone_is_not_served_and_its_name_is_kept(
    open_engine: OpenEngine, tmp_path: Path
) -> None:
    file = tmp_path / "souls" / "kiki.soul"
    file.parent.mkdir()
    file.write_text(write(sample_soul()))
    async with open_engine() as harness:
        assert await harness.told("Hello!", agent="kiki")
    file.unlink()
    async with open_engine() as harness:
        assert "kiki" not in [agent.id for agent in await harness.engine.agents()]
        for _ in range(2):
            with pytest.raises(NotFound):
                await harness.engine.submit(person="ann", text="Hello?", agent="kiki")
        with pytest.raises(Conflict):
            await harness.engine.add_agent("kiki", sample_soul(), replacing=True)


async def test_a_file_replaces_an_uploaded_soul_of_its_name(
    open_engine: OpenEngine, tmp_path: Path
) -> None:
    async with open_engine() as harness:
        await harness.engine.add_agent("kiki", sample_soul())
        await harness.told("My name is Ann.", agent="kiki")
    file = tmp_path / "souls" / "kiki.soul"
    file.parent.mkdir()
    file.write_text(write(sample_soul("Koko")))
    async with open_engine() as harness:
        detail = await harness.engine.agent("kiki", "ann")
        assert (detail.name, detail.standing.messages) == ("Koko", 1)
        with pytest.raises(Conflict):
            await harness.engine.add_agent("kiki", sample_soul(), replacing=True)


async def test_a_soul_that_this_version_does_not_accept_prevents_no_start(
    open_engine: OpenEngine,
) -> None:
    async with open_engine() as harness:
        odd = SoulAdopted(name="?", digest="d", soul={"entity": 1}, traits={}, given=True)
        await harness.engine.store.journal.append("odd", [odd], at=START)
    async with open_engine() as harness:
        assert "odd" not in [agent.id for agent in await harness.engine.agents()]
        assert await harness.told("Hello!")


async def test_a_person_is_exported_and_erased_from_an_uploaded_agent_too(harness: Harness) -> None:
    await harness.engine.add_agent("kiki", sample_soul())
    await harness.told("My name is Annabella.", agent="kiki")
    exported = await harness.engine.export("ann")
    assert "Annabella" in str(exported["agents"])
    await harness.engine.erase("ann")
    assert not [
        w for e in await harness.events("kiki") if (w := getattr(e, "words", None)) and w.text
    ]
    replayed = await replay_journal(harness.engine.store, "kiki", verify=True)
    assert replayed.hash == (await harness.engine.state_hash("kiki"))[1]


async def test_an_interrupted_erasure_is_finished_at_the_next_start(
    open_engine: OpenEngine,
) -> None:
    async with open_engine() as harness:
        await harness.engine.add_agent("kiki", sample_soul())
        await harness.told("My name is Annabella.", agent="kiki")
        await harness.engine.store.journal.append("kiki", [PersonErased(person="ann")], at=START)
        await harness.crash()
    async with open_engine() as harness:
        assert "Annabella" not in str(await harness.events("kiki"))


async def test_a_notification_for_an_unknown_agent_is_ignored(harness: Harness) -> None:
    harness.engine.notify("nobody", "dm:ann")
    await harness.settled()
    assert await harness.told("Hello!")


async def test_an_engine_that_only_attends_answers_an_uploaded_agent(
    open_engine: OpenEngine,
) -> None:
    async with open_engine() as harness:
        await harness.engine.add_agent("kiki", sample_soul())
        message = MessageHeard(
            id=harness.runtime.new_id("kiki"),
            conversation="dm:ann",
            person="ann",
            words=harness.runtime.seal("Hello!", "ann"),
        )
        await harness.engine.store.journal.append("kiki", [message], at=START)
        await harness.crash()
        alone = compose(harness.engine.settings, clock=harness.clock)
        await alone.attend("kiki", "dm:ann")
    async with open_engine() as harness:
        assert (await harness.engine.job("ann", message.id)).status == "succeeded"


# Several processes over one MongoDB


@asynccontextmanager
async def engines(
    server: MongoServer, folder: Path, clock: Clock, *models: FakeModel
) -> AsyncIterator[list[Engine]]:
    """Two engines that share nothing but MongoDB, as two processes would.

    The second one is not started yet if there is a soul in its folder. Each asks its own of
    ``models``, the composer if there are none.
    """
    database = f"soul_{uuid.uuid4().hex[:12]}"
    settings = [
        Settings(
            data_dir=folder / name,
            mongo_connection=server.uri,
            database_name=database,
            llm_base_url=model.base_url if model else "",
            llm_model="soul-1" if model else "",
        )
        for name, model in zip_longest(("one", "two"), models)
    ]
    async with AsyncExitStack() as undo:
        made = [compose(each, clock=clock) for each in settings]
        for engine in made:
            if not (engine.settings.data_dir / "souls").exists():
                await engine.start()
            undo.push_async_callback(engine.stop)
        yield made


async def test_processes_learn_of_each_others_agents_when_they_are_named(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with engines(mongo_standalone, tmp_path, clock) as (one, two):
        await one.add_agent("kiki", sample_soul())
        job = await two.submit(person="ann", text="My name is Annabella.", agent="kiki")
        async for _ in each_event(one, "ann", job.job_id):
            pass
        assert [fact.value for fact in await one.facts("ann", "kiki")] == ["Annabella"]
        with pytest.raises(Conflict):
            await two.add_agent("kiki", sample_soul("Other"))
        await two.add_agent("kiki", sample_soul("Koko"), replacing=True)
        job = await one.submit(person="ann", text="What is your name?", agent="kiki")
        bodies = [event.body async for event in each_event(one, "ann", job.job_id)]
        assert "Koko" in str(bodies[-1])
        assert (await one.agent("kiki", "ann")).name == "Koko"
        await one.add_agent("kea", sample_soul("Kea"))
        assert "kea" in [agent.id for agent in await two.agents()]
        assert await one.state_hash("kiki") == await two.state_hash("kiki")


async def test_processes_see_each_others_pictures(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    red, blue = to_webp(picture(RED)).webp, to_webp(picture(BLUE)).webp
    async with engines(mongo_standalone, tmp_path, clock) as (one, two):
        await one.add_agent("kiki", sample_soul(), {"joy": red})
        for engine in (one, two):
            shown = await engine.avatar("kiki", "joy_happy")
            assert shown is not None
            assert shown.body == red
        await two.add_agent("kiki", sample_soul(), {"joy": blue}, replacing=True)
        clock.forward(TTL_MS)
        for engine in (one, two):
            shown = await engine.avatar("kiki", "joy_happy")
            assert shown is not None
            assert shown.body == blue
        versions = {(await engine.agent("kiki", "ann")).avatar for engine in (one, two)}
        assert len(versions) == 1
        await one.add_agent("kiki", sample_soul(), replacing=True)
        clock.forward(TTL_MS)
        assert [await engine.avatar("kiki") for engine in (one, two)] == [None, None]


async def test_a_picture_that_another_process_has_just_replaced_is_looked_for_again(
    harness: Harness,
) -> None:
    red, blue = to_webp(picture(RED)).webp, to_webp(picture(BLUE)).webp
    await harness.engine.add_agent("kiki", sample_soul(), {"joy": red})
    assert (await harness.engine.agent("kiki", "ann")).avatar
    await harness.engine.store.pictures.replace("kiki", {"sad": blue})
    shown = await harness.engine.avatar("kiki")
    assert shown is not None
    assert shown.body == blue


async def test_a_sweep_finds_messages_to_an_agent_that_the_process_had_not_loaded(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with engines(mongo_standalone, tmp_path, clock) as (one, two):
        await one.add_agent("kiki", sample_soul())
        words = Words.seal("My name is Annabella.", owner="ann", salt=bytes(16))
        message = MessageHeard(id="kiki.1", conversation="dm:ann", person="ann", words=words)
        await one.store.journal.append("kiki", [message], at=START)
        assert await two.scheduler.sweep() == 0
        assert await two.scheduler.sweep() == 1
        async for _ in each_event(two, "ann", "kiki.1"):
            pass


async def test_a_process_that_had_not_loaded_the_agent_exports_its_data(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with engines(mongo_standalone, tmp_path, clock) as (one, two):
        await one.add_agent("kiki", sample_soul())
        await one.submit(person="ann", text="My name is Annabella.", agent="kiki")
        assert "Annabella" in str(await two.export("ann"))


async def test_a_process_that_had_not_loaded_the_agent_erases_the_person_there(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with engines(mongo_standalone, tmp_path, clock) as (one, two):
        await one.add_agent("kiki", sample_soul())
        job = await one.submit(person="ann", text="My name is Annabella.", agent="kiki")
        async for _ in each_event(one, "ann", job.job_id):
            pass
        await two.erase("ann")
        kept = [e async for entry in one.store.journal.entries("kiki") for e in entry.events]
        assert "Annabella" not in str(kept)


async def test_a_file_of_another_process_replaces_an_uploaded_soul(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "two" / "souls" / "kiki.soul"
    file.parent.mkdir(parents=True)
    file.write_text(write(sample_soul("Koko")))
    async with engines(mongo_standalone, tmp_path, clock) as (one, two):
        await one.add_agent("kiki", sample_soul())
        assert (await one.agent("kiki", "ann")).name == "Kiki"
        await two.start()
        assert (await one.agent("kiki", "ann")).name == "Koko"
        with pytest.raises(Conflict):
            await one.add_agent("kiki", sample_soul(), replacing=True)
        assert await one.state_hash("kiki") == await two.state_hash("kiki")


async def test_consent_withdrawn_in_one_process_holds_in_another_at_once(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with FakeModel() as model_one, FakeModel() as model_two:
        async with engines(mongo_standalone, tmp_path, clock, model_one, model_two) as (one, two):
            await one.add_agent("bram", bram(), trusted=True)
            assert "present tense" in await system_prompt(one, model_one)
            assert (await two.instructions("bram")).applied
            await two.trust("bram", trusted=False)
            assert "present tense" not in await system_prompt(one, model_one)
            await one.trust("bram", trusted=True)
            assert "present tense" in await system_prompt(two, model_two)
            assert await one.state_hash("bram") == await two.state_hash("bram")


async def test_consent_to_a_soul_that_another_process_has_replaced_is_refused(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with engines(mongo_standalone, tmp_path, clock) as (one, two):
        await one.add_agent("bram", bram())
        read = await one.instructions("bram")
        await two.add_agent("bram", bram(system_prompt="Shout."), replacing=True)
        with pytest.raises(Conflict) as refused:
            await one.trust("bram", trusted=True, digest=read.digest)
        assert refused.value.code == "soul_replaced"
        now = await two.instructions("bram")
        assert not now.applied
        assert (await one.trust("bram", trusted=True, digest=now.digest)).applied


async def system_prompt(engine: Engine, model: FakeModel) -> str:
    """Say something to Bram in this process; return what stands first in the prompt it made."""
    before = len(model.calls)
    job = await engine.submit(person="ann", text="Good evening.", agent="bram")
    async for _ in each_event(engine, "ann", job.job_id):
        pass
    return str(model.calls[before].messages[0]["content"])
