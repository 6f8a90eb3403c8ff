"""What was acknowledged is there after any death of the process."""

from __future__ import annotations

import asyncio
import random
import signal
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.mind.events import MessageHeard, ReplySpoken
from synthetic_soul.stores.codec import verify
from tests.contracts.journals import journal

if TYPE_CHECKING:
    from synthetic_soul.stores.base import Entry
    from tests.contracts.backends import Backend

pytestmark = pytest.mark.anyio


async def kill_while_it_appends(backend: Backend, seconds: float) -> dict[int, str]:
    """Start an appender, let it run on after its first line, kill it; what it acknowledged."""
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(*backend.appender(), stdout=pipe)
    assert child.stdout is not None
    first = await child.stdout.readline()
    await asyncio.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    lines = [first, *(await child.stdout.read()).splitlines(keepends=True)]
    await child.wait()
    told = [line.split() for line in lines if line.endswith(b"\n")]
    return {int(seq): hash_.decode() for seq, hash_ in told}


async def test_what_was_acknowledged_survives_kill_9(backend: Backend) -> None:
    acknowledged: dict[int, str] = {}
    for _ in range(3):
        pause = random.uniform(0, 0.6)  # noqa: S311 - any moment will do
        acknowledged |= await kill_while_it_appends(backend, pause)
    store = await backend.open()
    kept = {entry.seq: entry.hash for entry in await journal(store)}
    assert acknowledged.items() <= kept.items()
    verdict = await verify(
        store.journal.entries("jasmine"), last=await store.journal.last("jasmine")
    )
    assert verdict.entries == len(kept)
    assert {
        job.id for job in await store.jobs.unanswered("jasmine", "dm")
    } == waiting_by_the_journal(await journal(store))


def waiting_by_the_journal(entries: list[Entry]) -> set[str]:
    events = [event for entry in entries for event in entry.events]
    said = {event.id for event in events if isinstance(event, MessageHeard)}
    settled = {a.message for e in events if isinstance(e, ReplySpoken) for a in e.answers}
    return said - settled
