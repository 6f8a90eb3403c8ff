"""A task is brought to its end, also one that does not hear the first cancel."""

import asyncio
from contextlib import suppress

import pytest

from synthetic_soul.jobs import cancel
from synthetic_soul.jobs.cancel import cancel_all

pytestmark = pytest.mark.anyio


async def test_a_cancel_that_was_swallowed_is_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cancel, "AGAIN", 0.01)
    swallowed = 0

    async def hard_of_hearing() -> None:
        nonlocal swallowed
        while swallowed < 2:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            swallowed += 1
        await asyncio.sleep(60)

    async def broken() -> None:
        raise ValueError

    tasks = [asyncio.create_task(hard_of_hearing()), asyncio.create_task(broken())]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await cancel_all(tasks)
    assert swallowed == 2
    assert tasks[0].cancelled()


async def test_nothing_is_ended_at_once() -> None:
    await cancel_all([])
