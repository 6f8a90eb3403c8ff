"""Agents of uploaded souls: added, kept, loaded by other processes, replaced."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from soulscript import write
from synthetic_soul.compose import compose
from synthetic_soul.engine.background import Thinker
from synthetic_soul.engine.engine import Engine
from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.errors import Conflict, NotFound
from synthetic_soul.mind.events import MessageHeard, PersonErased, SoulAdopted, Words
from synthetic_soul.settings import Settings
from tests.support.living import START, Clock, Life, Lives, each_event
from tests.support.parrots import parrot
from tests.support.servers import MongoServer

pytestmark = pytest.mark.anyio


async def test_an_uploaded_soul_is_an_agent_like_any_other(life: Life) -> None:
    view, new = await life.engine.add_agent("Kiki of the Mast", parrot())
    assert (view.id, view.name, view.occupation) == ("kiki-of-the-mast", "Kiki", "lookout")
    assert new
    assert not view.active
    assert view in await life.engine.agents()
    assert await life.told("Hello! My name is Ann.", agent=view.id)
    assert [fact.value for fact in await life.engine.facts("ann", view.id)] == ["Ann"]
    assert (await life.engine.agent(view.id, "ann")).standing.messages == 1
    replayed = await replay_journal(life.engine.store, view.id, verify=True)
    assert (replayed.entries, replayed.hash) == await life.engine.state_hash(view.id)


async def test_the_journal_says_that_it_was_given(life: Life) -> None:
    await life.engine.add_agent("kiki", parrot())
    (born,) = await life.events("kiki")
    assert isinstance(born, SoulAdopted)
    assert born.given
    (jasmine,) = await life.events("jasmine")
    assert isinstance(jasmine, SoulAdopted)
    assert not jasmine.given
    entry = await life.engine.store.journal.entry("jasmine", 1)
    assert entry is not None
    assert b'"given":' not in entry.body, "what comes from files is written as it always was"


async def test_it_is_there_after_a_restart_and_remembers(lives: Lives) -> None:
    async with lives() as life:
        await life.engine.add_agent("kiki", parrot())
        await life.told("My name is Ann.", agent="kiki")
        state = await life.engine.state_hash("kiki")
    async with lives() as life:
        assert "kiki" in [agent.id for agent in await life.engine.agents()]
        assert await life.engine.state_hash("kiki") == state
        assert "Ann" in await life.told("What is my name?", agent="kiki")
        assert len([e for e in await life.events("kiki") if isinstance(e, SoulAdopted)]) == 1


async def test_it_is_there_after_a_crash(lives: Lives) -> None:
    async with lives() as life:
        await life.engine.add_agent("kiki", parrot())
        await life.crash()
    async with lives() as life:
        assert await life.told("Hello!", agent="kiki")


async def test_no_agent_is_added_twice_or_takes_the_id_of_a_file(life: Life) -> None:
    await life.engine.add_agent("kiki", parrot())
    for name, replacing in (("Kiki", False), ("jasmine", False), ("jasmine", True)):
        with pytest.raises(Conflict) as refused:
            await life.engine.add_agent(name, parrot("Other"), replacing=replacing)
        assert refused.value.code == "agent_exists"
    assert (await life.engine.agent("kiki", "ann")).name == "Kiki"
    assert len(await life.events("jasmine")) == 1


async def test_a_replaced_soul_keeps_its_bonds(life: Life) -> None:
    await life.engine.add_agent("kiki", parrot())
    await life.told("My name is Ann.", agent="kiki")
    view, new = await life.engine.add_agent("kiki", parrot("Koko"), replacing=True)
    assert (view.id, view.name, new) == ("kiki", "Koko", False)
    assert (await life.engine.agent("kiki", "ann")).standing.messages == 1
    before = len(await life.events("kiki"))
    await life.engine.add_agent("kiki", parrot("Koko"), replacing=True)
    assert len(await life.events("kiki")) == before, "the same soul again is no news"


async def test_many_who_give_one_name_at_once_get_one_agent(life: Life) -> None:
    given = [life.engine.add_agent("kiki", parrot(f"Kiki {n}")) for n in range(8)]
    told = await asyncio.gather(*given, return_exceptions=True)
    assert sum(isinstance(each, tuple) for each in told) == 1
    assert sum(isinstance(each, Conflict) for each in told) == 7
    assert len(await life.events("kiki")) == 1


async def test_agents_may_be_added_while_something_is_done_for_each(life: Life) -> None:
    """What goes through the agents one by one meets no change of their number."""
    await life.told("My name is Ann.")
    thinker = Thinker(life.runtime)

    async def busy() -> None:
        for _ in range(20):
            await life.engine.export("ann")
            await thinker.think_all()

    async def born() -> None:
        for number in range(10):
            await life.engine.add_agent(f"kiki-{number}", parrot())

    await asyncio.gather(busy(), born(), life.engine.erase("bob"))
    assert len(await life.engine.agents()) > 10


async def test_an_agent_whose_file_is_gone_is_not_served_and_its_name_is_kept(
    lives: Lives, tmp_path: Path
) -> None:
    file = tmp_path / "souls" / "kiki.soul"
    file.parent.mkdir()
    file.write_text(write(parrot()))
    async with lives() as life:
        assert await life.told("Hello!", agent="kiki")
    file.unlink()
    async with lives() as life:
        assert "kiki" not in [agent.id for agent in await life.engine.agents()]
        for _ in range(2):
            with pytest.raises(NotFound):
                await life.engine.submit(person="ann", text="Hello?", agent="kiki")
        with pytest.raises(Conflict):
            await life.engine.add_agent("kiki", parrot(), replacing=True)


async def test_a_file_takes_the_place_of_a_given_soul_of_its_name(
    lives: Lives, tmp_path: Path
) -> None:
    async with lives() as life:
        await life.engine.add_agent("kiki", parrot())
        await life.told("My name is Ann.", agent="kiki")
    file = tmp_path / "souls" / "kiki.soul"
    file.parent.mkdir()
    file.write_text(write(parrot("Koko")))
    async with lives() as life:
        detail = await life.engine.agent("kiki", "ann")
        assert (detail.name, detail.standing.messages) == ("Koko", 1)
        with pytest.raises(Conflict):
            await life.engine.add_agent("kiki", parrot(), replacing=True)


async def test_a_soul_that_this_version_cannot_take_keeps_nobody_from_starting(
    lives: Lives,
) -> None:
    async with lives() as life:
        odd = SoulAdopted(name="?", digest="d", soul={"entity": 1}, traits={}, given=True)
        await life.engine.store.journal.append("odd", [odd], at=START)
    async with lives() as life:
        assert "odd" not in [agent.id for agent in await life.engine.agents()]
        assert await life.told("Hello!")


async def test_who_leaves_is_erased_there_too_and_takes_everything_along(life: Life) -> None:
    await life.engine.add_agent("kiki", parrot())
    await life.told("My name is Annabella.", agent="kiki")
    exported = await life.engine.export("ann")
    assert "Annabella" in str(exported["agents"])
    await life.engine.erase("ann")
    assert not [w for e in await life.events("kiki") if (w := getattr(e, "words", None)) and w.text]
    replayed = await replay_journal(life.engine.store, "kiki", verify=True)
    assert replayed.hash == (await life.engine.state_hash("kiki"))[1]


async def test_an_erasure_that_was_cut_short_is_finished_at_the_next_start(lives: Lives) -> None:
    async with lives() as life:
        await life.engine.add_agent("kiki", parrot())
        await life.told("My name is Annabella.", agent="kiki")
        await life.engine.store.journal.append("kiki", [PersonErased(person="ann")], at=START)
        await life.crash()
    async with lives() as life:
        assert "Annabella" not in str(await life.events("kiki"))


async def test_a_notification_for_an_unknown_agent_is_ignored(life: Life) -> None:
    life.engine.notify("nobody", "dm:ann")
    await life.settled()
    assert await life.told("Hello!")


async def test_an_engine_that_only_attends_answers_an_uploaded_agent(
    lives: Lives,
) -> None:
    async with lives() as life:
        await life.engine.add_agent("kiki", parrot())
        said = MessageHeard(
            id=life.runtime.new_id("kiki"),
            conversation="dm:ann",
            person="ann",
            words=life.runtime.seal("Hello!", "ann"),
        )
        await life.engine.store.journal.append("kiki", [said], at=START)
        await life.crash()
        alone = compose(life.engine.settings, clock=life.clock)
        await alone.attend("kiki", "dm:ann")
    async with lives() as life:
        assert (await life.engine.job("ann", said.id)).status == "succeeded"


# Several processes over one MongoDB


@asynccontextmanager
async def engines(server: MongoServer, folder: Path, clock: Clock) -> AsyncIterator[list[Engine]]:
    """Two processes, as good as: each with a store, a runner and a present of its own.

    The second one is not started yet if there is a soul in its folder.
    """
    database = f"soul_{uuid.uuid4().hex[:12]}"
    settings = [
        Settings(data_dir=folder / name, mongo_connection=server.uri, database_name=database)
        for name in ("one", "two")
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
        await one.add_agent("kiki", parrot())
        job = await two.submit(person="ann", text="My name is Annabella.", agent="kiki")
        async for _ in each_event(one, "ann", job.job_id):
            pass
        assert [fact.value for fact in await one.facts("ann", "kiki")] == ["Annabella"]
        with pytest.raises(Conflict):
            await two.add_agent("kiki", parrot("Other"))
        await two.add_agent("kiki", parrot("Koko"), replacing=True)
        job = await one.submit(person="ann", text="What is your name?", agent="kiki")
        told = [event.body async for event in each_event(one, "ann", job.job_id)]
        assert "Koko" in str(told[-1])
        assert (await one.agent("kiki", "ann")).name == "Koko"
        await one.add_agent("kea", parrot("Kea"))
        assert "kea" in [agent.id for agent in await two.agents()]
        assert await one.state_hash("kiki") == await two.state_hash("kiki")


async def test_what_waits_for_an_agent_that_a_process_never_met_is_found_at_its_sweep(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with engines(mongo_standalone, tmp_path, clock) as (one, two):
        await one.add_agent("kiki", parrot())
        words = Words.seal("My name is Annabella.", owner="ann", salt=bytes(16))
        said = MessageHeard(id="kiki.1", conversation="dm:ann", person="ann", words=words)
        await one.store.journal.append("kiki", [said], at=START)
        assert await two.scheduler.sweep() == 0
        assert await two.scheduler.sweep() == 1
        async for _ in each_event(two, "ann", "kiki.1"):
            pass


async def test_a_process_that_never_met_the_agent_exports_what_it_holds(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with engines(mongo_standalone, tmp_path, clock) as (one, two):
        await one.add_agent("kiki", parrot())
        await one.submit(person="ann", text="My name is Annabella.", agent="kiki")
        assert "Annabella" in str(await two.export("ann"))


async def test_who_leaves_through_a_process_that_never_met_the_agent_is_erased_there(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with engines(mongo_standalone, tmp_path, clock) as (one, two):
        await one.add_agent("kiki", parrot())
        job = await one.submit(person="ann", text="My name is Annabella.", agent="kiki")
        async for _ in each_event(one, "ann", job.job_id):
            pass
        await two.erase("ann")
        kept = [e async for entry in one.store.journal.entries("kiki") for e in entry.events]
        assert "Annabella" not in str(kept)


async def test_a_file_that_another_process_has_takes_the_place_of_a_given_soul(
    mongo_standalone: MongoServer, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "two" / "souls" / "kiki.soul"
    file.parent.mkdir(parents=True)
    file.write_text(write(parrot("Koko")))
    async with engines(mongo_standalone, tmp_path, clock) as (one, two):
        await one.add_agent("kiki", parrot())
        assert (await one.agent("kiki", "ann")).name == "Kiki"
        await two.start()
        assert (await one.agent("kiki", "ann")).name == "Koko"
        with pytest.raises(Conflict):
            await one.add_agent("kiki", parrot(), replacing=True)
        assert await one.state_hash("kiki") == await two.state_hash("kiki")
