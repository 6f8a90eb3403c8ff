"""What survives a restart: memory, relationships, and every acknowledged message."""

import asyncio
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.errors import JournalBroken, NotFound
from synthetic_soul.mind.events import FactForgotten, PersonErased, ReplySpoken
from synthetic_soul.mind.state import VERSION
from synthetic_soul.stores.base import Snapshot
from tests.support.living import (
    DAY,
    HOUR,
    Clock,
    Life,
    Lives,
    check_promise,
    file_bytes,
    told_apart,
)
from tests.support.speakers import Held, Terse

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
REPLAY = "from synthetic_soul.cli.command_line import run; run()"
KILLS = 5


async def test_what_was_learned_is_remembered_and_used_tomorrow(lives: Lives) -> None:
    async with lives() as life:
        await life.say("My name is Tomas and I have a cat called Miso.")
        await life.say("You are wonderful, I like you very much.")
        before = await life.engine.agent(None, "ann")
        state = await life.engine.state_hash()
    async with lives() as life:
        assert await life.engine.state_hash() == state
        assert (await life.engine.agent(None, "ann")).standing == before.standing
        life.clock.forward(DAY)
        assert {fact.value for fact in await life.engine.facts("ann")} >= {"Tomas", "Miso"}
        assert "Miso" in await life.told("What is the name of my cat?")
        assert (await life.engine.agent(None, "ann")).standing.messages == 3


async def test_what_was_not_answered_is_answered_after_the_restart_once(lives: Lives) -> None:
    voice = Held()
    async with lives(voice=voice) as life:
        first = await life.engine.submit(person="ann", text="Hi!")
        await voice.begun.wait()
        more = [await life.engine.submit(person="ann", text=text) for text in ("I bake.", "You?")]
        jobs = [heard.job_id for heard in (first, *more)]
        await life.crash()
    async with lives() as life:
        results = [(await life.outcome(job)).result for job in jobs]
        assert len({result.message_id for result in results if result}) == 1
        await check_promise(life.engine, jobs)
        assert [line.from_agent for line in await life.engine.conversation("ann")] == [
            False,
            False,
            False,
            True,
        ]


async def test_a_stop_lets_her_finish_what_she_is_saying(lives: Lives) -> None:
    voice = Held()
    async with lives(voice=voice) as life:
        heard = await life.engine.submit(person="ann", text="Hi!")
        await voice.begun.wait()
        asyncio.get_running_loop().call_later(0.05, voice.go.set)
    async with lives() as life:
        assert (await life.engine.job("ann", heard.job_id)).status == "succeeded"
        await check_promise(life.engine, [heard.job_id])


async def test_she_does_not_repeat_herself_after_a_restart(lives: Lives) -> None:
    replies = []
    for _ in range(4):
        async with lives() as life:
            replies.append(await life.told("How are you today?"))
    assert len(set(replies)) == 4


async def test_a_journal_without_its_snapshot_gives_the_same_state(lives: Lives) -> None:
    async with lives() as life:
        for person in ("ann", "bob"):
            await life.say("My name is Tomas. You are stupid.", person)
        state = await life.engine.state_hash()
        await life.crash()
    async with lives() as life:
        assert await life.engine.state_hash() == state


async def test_snapshots_are_kept_on_the_way(lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetic_soul.engine.state.agent_state.SNAPSHOT_EVERY", 4)
    monkeypatch.setattr("synthetic_soul.engine.state.agent_state.MAX_BONDS", 2)
    async with lives() as life:
        for number in range(8):
            await life.say("My name is Tomas. You are kind.", f"person-{number}")
        for number in range(8):
            detail = await life.engine.agent(None, f"person-{number}")
            assert detail.standing.messages == 1
        await life.say("What is my name?", "person-0")
        await check_promise(life.engine, [])


async def kill_under_load(folder: Path) -> dict[str, str]:
    """Start many talkers, kill their process at some instant; what it acknowledged."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.engine.talker",
        str(folder),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"]},
    )
    assert child.stdout is not None
    first = await child.stdout.readline()
    await asyncio.sleep(random.uniform(0, 0.7))  # noqa: S311 - any instant will do
    child.send_signal(signal.SIGKILL)
    lines = [first, *(await child.stdout.read()).splitlines(keepends=True)]
    await child.wait()
    told = [line.decode().split() for line in lines if line.endswith(b"\n")]
    return {line[0]: line[1] for line in told}


async def replayed(folder: Path, **environment: str) -> tuple[int, list[str]]:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", REPLAY, "replay", "jasmine", "--verify"),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **environment},
    )
    out, _ = await child.communicate()
    return child.returncode or 0, out.decode().split("\n")


async def test_kill_9_at_any_instant_loses_nothing_and_doubles_nothing(
    lives: Lives, clock: Clock, tmp_path: Path
) -> None:
    acknowledged: dict[str, str] = {}
    for _ in range(KILLS):
        acknowledged |= await kill_under_load(tmp_path)
    assert len(acknowledged) > KILLS
    clock.now = time.time_ns() // 1_000_000
    async with lives() as life:
        for job, person in acknowledged.items():
            assert (await life.outcome(job, person)).status == "succeeded"
        await life.settled()
        await check_promise(life.engine, list(acknowledged))
        _, state = await life.engine.state_hash()
    elsewhere = (
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LC_ALL": "tr_TR.UTF-8"},
        {"PYTHONHASHSEED": "4711", "TZ": "America/St_Johns", "LC_ALL": "C"},
    )
    for environment in elsewhere:
        code, lines = await replayed(tmp_path, **environment)
        assert code == 0
        assert lines[-2:] == [state, ""]


async def test_a_replay_may_run_beside_the_living_engine(life: Life, tmp_path: Path) -> None:
    await life.say("Hello!")
    code, lines = await replayed(tmp_path)
    assert (code, lines[-2]) == (0, (await life.engine.state_hash())[1])


async def test_an_unknown_journal_cannot_be_replayed(life: Life) -> None:
    with pytest.raises(NotFound):
        await replay_journal(life.engine.store, "nobody", verify=True)


async def test_a_snapshot_that_is_not_the_journals_is_found(life: Life) -> None:
    await life.say("Hello!")
    _, state = await life.engine.state_hash()
    assert (await replay_journal(life.engine.store, "jasmine", verify=True)).hash == state
    await life.runtime.agents.get().state.save_snapshot()
    kept = await life.engine.store.snapshots.mind("jasmine", VERSION)
    assert kept is not None
    mind = {**kept[1], "at": life.clock.now + HOUR}
    await life.engine.store.snapshots.save("jasmine", VERSION, Snapshot(kept[0], mind, {}))
    with pytest.raises(JournalBroken, match="snapshot"):
        await replay_journal(life.engine.store, "jasmine", verify=True)
    assert (await replay_journal(life.engine.store, "jasmine")).hash == state


async def test_what_was_to_be_forgotten_when_the_process_died_is_gone_after_the_restart(
    lives: Lives, tmp_path: Path
) -> None:
    async with lives(voice=Terse()) as life:
        await life.say("I work at my uncle's bakery.")
        (fact,) = await life.engine.facts("ann")
        assert file_bytes(tmp_path).count(fact.value.encode()) >= 1
        told = FactForgotten(
            id=fact.id, person="ann", conversation="dm:ann", cause="asked", hidden=()
        )
        await life.runtime.agents.get().state.append([told], at=life.clock())
        await life.say("My brother is called Theobald.", "bob")
        await life.runtime.agents.get().state.append([PersonErased(person="bob")], at=life.clock())
        await life.crash()
    assert b"Theobald" in file_bytes(tmp_path)
    async with lives() as life:
        await check_promise(life.engine, [])
    assert b"Theobald" not in file_bytes(tmp_path)
    assert fact.value.encode() not in file_bytes(tmp_path)


async def test_epochs_grow_over_restarts(lives: Lives) -> None:
    for _ in range(3):
        async with lives() as life:
            await life.say("Hello!")
    async with lives() as life:
        epochs = [event.epoch for event in await life.events() if isinstance(event, ReplySpoken)]
        assert epochs == sorted(set(epochs))
        assert all(len(found) == 1 for found in (await told_apart(life.engine.store)).values())
