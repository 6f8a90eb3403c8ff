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
from tests.support.engine_harness import (
    DAY,
    HOUR,
    Clock,
    Harness,
    OpenEngine,
    check_guarantees,
    file_bytes,
    outcomes_by_message,
)
from tests.support.stub_voices import FixedVoice, PausedVoice

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
REPLAY = "from synthetic_soul.cli.command_line import run; run()"
KILLS = 5


async def test_what_was_learned_is_remembered_and_used_tomorrow(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        await harness.say("My name is Tomas and I have a cat called Miso.")
        await harness.say("You are wonderful, I like you very much.")
        before = await harness.engine.agent(None, "ann")
        state = await harness.engine.state_hash()
    async with open_engine() as harness:
        assert await harness.engine.state_hash() == state
        assert (await harness.engine.agent(None, "ann")).standing == before.standing
        harness.clock.forward(DAY)
        assert {fact.value for fact in await harness.engine.facts("ann")} >= {"Tomas", "Miso"}
        assert "Miso" in await harness.told("What is the name of my cat?")
        assert (await harness.engine.agent(None, "ann")).standing.messages == 3


async def test_what_was_not_answered_is_answered_after_the_restart_once(
    open_engine: OpenEngine,
) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice) as harness:
        first = await harness.engine.submit(person="ann", text="Hi!")
        await voice.begun.wait()
        more = [
            await harness.engine.submit(person="ann", text=text) for text in ("I bake.", "You?")
        ]
        jobs = [queued.job_id for queued in (first, *more)]
        await harness.crash()
    async with open_engine() as harness:
        results = [(await harness.outcome(job)).result for job in jobs]
        assert len({result.message_id for result in results if result}) == 1
        await check_guarantees(harness.engine, jobs)
        assert [line.from_agent for line in await harness.engine.conversation("ann")] == [
            False,
            False,
            False,
            True,
        ]


async def test_a_stop_waits_for_the_current_reply(open_engine: OpenEngine) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice) as harness:
        queued = await harness.engine.submit(person="ann", text="Hi!")
        await voice.begun.wait()
        asyncio.get_running_loop().call_later(0.05, voice.go.set)
    async with open_engine() as harness:
        assert (await harness.engine.job("ann", queued.job_id)).status == "succeeded"
        await check_guarantees(harness.engine, [queued.job_id])


async def test_the_agent_does_not_repeat_itself_after_a_restart(open_engine: OpenEngine) -> None:
    replies = []
    for _ in range(4):
        async with open_engine() as harness:
            replies.append(await harness.told("How are you today?"))
    assert len(set(replies)) == 4


async def test_a_journal_without_its_snapshot_gives_the_same_state(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        for person in ("ann", "bob"):
            await harness.say("My name is Tomas. You are stupid.", person)
        state = await harness.engine.state_hash()
        await harness.crash()
    async with open_engine() as harness:
        assert await harness.engine.state_hash() == state


async def test_snapshots_are_saved_while_running(
    open_engine: OpenEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthetic_soul.engine.state.agent_state.SNAPSHOT_EVERY", 4)
    monkeypatch.setattr("synthetic_soul.engine.state.agent_state.MAX_BONDS", 2)
    async with open_engine() as harness:
        for number in range(8):
            await harness.say("My name is Tomas. You are kind.", f"person-{number}")
        for number in range(8):
            detail = await harness.engine.agent(None, f"person-{number}")
            assert detail.standing.messages == 1
        await harness.say("What is my name?", "person-0")
        await check_guarantees(harness.engine, [])


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
    acknowledged = [line.decode().split() for line in lines if line.endswith(b"\n")]
    return {line[0]: line[1] for line in acknowledged}


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
    open_engine: OpenEngine, clock: Clock, tmp_path: Path
) -> None:
    acknowledged: dict[str, str] = {}
    for _ in range(KILLS):
        acknowledged |= await kill_under_load(tmp_path)
    assert len(acknowledged) > KILLS
    clock.now = time.time_ns() // 1_000_000
    async with open_engine() as harness:
        for job, person in acknowledged.items():
            assert (await harness.outcome(job, person)).status == "succeeded"
        await harness.settled()
        await check_guarantees(harness.engine, list(acknowledged))
        _, state = await harness.engine.state_hash()
    elsewhere = (
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LC_ALL": "tr_TR.UTF-8"},
        {"PYTHONHASHSEED": "4711", "TZ": "America/St_Johns", "LC_ALL": "C"},
    )
    for environment in elsewhere:
        code, lines = await replayed(tmp_path, **environment)
        assert code == 0
        assert lines[-2:] == [state, ""]


async def test_a_replay_may_run_beside_the_living_engine(harness: Harness, tmp_path: Path) -> None:
    await harness.say("Hello!")
    code, lines = await replayed(tmp_path)
    assert (code, lines[-2]) == (0, (await harness.engine.state_hash())[1])


async def test_an_unknown_journal_cannot_be_replayed(harness: Harness) -> None:
    with pytest.raises(NotFound):
        await replay_journal(harness.engine.store, "nobody", verify=True)


async def test_a_snapshot_that_is_not_the_journals_is_found(harness: Harness) -> None:
    await harness.say("Hello!")
    _, state = await harness.engine.state_hash()
    assert (await replay_journal(harness.engine.store, "jasmine", verify=True)).hash == state
    await harness.runtime.agents.get().state.save_snapshot()
    saved = await harness.engine.store.snapshots.mind("jasmine", VERSION)
    assert saved is not None
    mind = {**saved[1], "at": harness.clock.now + HOUR}
    await harness.engine.store.snapshots.save("jasmine", VERSION, Snapshot(saved[0], mind, {}))
    with pytest.raises(JournalBroken, match="snapshot"):
        await replay_journal(harness.engine.store, "jasmine", verify=True)
    assert (await replay_journal(harness.engine.store, "jasmine")).hash == state


async def test_what_was_to_be_forgotten_when_the_process_died_is_gone_after_the_restart(
    open_engine: OpenEngine, tmp_path: Path
) -> None:
    async with open_engine(voice=FixedVoice()) as harness:
        await harness.say("I work at my uncle's bakery.")
        (fact,) = await harness.engine.facts("ann")
        assert file_bytes(tmp_path).count(fact.value.encode()) >= 1
        forgotten = FactForgotten(
            id=fact.id, person="ann", conversation="dm:ann", cause="asked", hidden=()
        )
        await harness.runtime.agents.get().state.append([forgotten], at=harness.clock())
        await harness.say("My brother is called Theobald.", "bob")
        await harness.runtime.agents.get().state.append(
            [PersonErased(person="bob")], at=harness.clock()
        )
        await harness.crash()
    assert b"Theobald" in file_bytes(tmp_path)
    async with open_engine() as harness:
        await check_guarantees(harness.engine, [])
    assert b"Theobald" not in file_bytes(tmp_path)
    assert fact.value.encode() not in file_bytes(tmp_path)


async def test_epochs_grow_over_restarts(open_engine: OpenEngine) -> None:
    for _ in range(3):
        async with open_engine() as harness:
            await harness.say("Hello!")
    async with open_engine() as harness:
        epochs = [event.epoch for event in await harness.events() if isinstance(event, ReplySpoken)]
        assert epochs == sorted(set(epochs))
        assert all(
            len(found) == 1 for found in (await outcomes_by_message(harness.engine.store)).values()
        )
