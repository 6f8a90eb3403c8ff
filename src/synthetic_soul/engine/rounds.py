"""What the engine does by the clock: sweep, think, reflect. None of it writes an idle state."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from synthetic_soul.engine.remember import reflect_all
from synthetic_soul.engine.think import Thinker
from synthetic_soul.errors import SoulError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from synthetic_soul.engine.parts import Parts

log = structlog.get_logger(__name__)

REFLECTION_RATE = 5.0


class Rounds:
    """The engine's background tasks."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Ring for everything that waits, then begin."""
        settings = self._parts.settings
        await self.sweep()
        thinker = Thinker(self._parts)
        self._tasks = [
            asyncio.create_task(_each(settings.sweep_rate, self._sweep_old)),
            asyncio.create_task(_each(settings.thinking_rate, thinker.chance)),
            asyncio.create_task(_each(REFLECTION_RATE, self._reflect)),
        ]

    async def stop(self) -> None:
        """End the tasks."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def sweep(self, before: int | None = None) -> int:
        """Ring for conversations that wait (since ``before`` ms); how many there are."""
        waiting = await self._parts.store.waiting(before=before)
        for place in waiting:
            if place.agent in self._parts.agents:
                self._parts.runner.ring(place.agent, place.conversation)
        return len(waiting)

    async def _sweep_old(self) -> int:
        return await self.sweep(
            before=self._parts.clock() - round(self._parts.settings.sweep_rate * 1000)
        )

    async def _reflect(self) -> int:
        return await reflect_all(self._parts)


async def _each(seconds: float, act: Callable[[], Awaitable[int]]) -> None:
    """Do ``act`` each so many seconds; what fails is tried again at the next round.

    Also after a defect: a sweep that ended for good would leave messages unanswered.
    """
    while True:
        await asyncio.sleep(seconds)
        (outcome,) = await asyncio.gather(act(), return_exceptions=True)
        if isinstance(outcome, BaseException):
            code = outcome.code if isinstance(outcome, SoulError) else type(outcome).__name__
            log.warning("round_failed", act=act.__qualname__, code=code)
