"""A task is cancelled for good, also one that swallows the first cancel."""

import asyncio
from contextlib import suppress

import pytest

from synthetic_soul.jobs import base
from synthetic_soul.jobs.base import cancel_all

pytestmark = pytest.mark.anyio


async def test_a_cancel_that_was_swallowed_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "CANCEL_AGAIN_S", 0.01)
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while swallowed < 2:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            swallowed += 1
        await asyncio.sleep(60)

    async def broken() -> None:
        raise ValueError

    tasks = [asyncio.create_task(stubborn()), asyncio.create_task(broken())]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await cancel_all(tasks)
    assert swallowed == 2
    assert tasks[0].cancelled()


async def test_cancelling_no_tasks_returns_at_once() -> None:
    await cancel_all([])


async def test_whoever_is_cancelled_while_it_cancels_leaves_no_task_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(base, "CANCEL_AGAIN_S", 0.01)

    async def stubborn() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    inner = asyncio.create_task(stubborn())

    async def parent() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await cancel_all([inner])

    outer = asyncio.create_task(parent())
    await asyncio.sleep(0)
    outer.cancel()
    await asyncio.sleep(0)
    outer.cancel()  # reaches it within ``cancel_all``
    async with asyncio.timeout(5):
        await asyncio.wait([outer])
    assert inner.cancelled()
    assert outer.cancelled()
