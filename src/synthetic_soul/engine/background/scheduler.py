"""What the engine does by the clock: sweep, think, reflect. None of it writes an idle state."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from synthetic_soul.engine import agents
from synthetic_soul.engine.background.thinker import Thinker
from synthetic_soul.engine.memory.reflection import reflect_all
from synthetic_soul.errors import SoulError
from synthetic_soul.jobs.cancel import cancel_all

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from synthetic_soul.engine.runtime import Runtime
    from synthetic_soul.stores.base import Waiting

log = structlog.get_logger(__name__)

REFLECTION_RATE = 5.0


class Scheduler:
    """The engine's background tasks."""

    def __init__(self, parts: Runtime) -> None:
        self._parts = parts
        self._seen: set[Waiting] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Ring for everything that waits, then begin."""
        settings = self._parts.settings
        self._notify(await self._waiting())
        thinker = Thinker(self._parts)
        self._tasks = [
            asyncio.create_task(_each(settings.sweep_rate, self._sweep)),
            asyncio.create_task(_each(settings.thinking_rate, thinker.chance)),
            asyncio.create_task(_each(REFLECTION_RATE, self._reflect)),
        ]

    async def stop(self) -> None:
        """End the tasks."""
        await cancel_all(self._tasks)
        self._tasks = []

    async def _sweep(self) -> int:
        """Ring for what has waited since the last look at least; how many conversations that is.

        Two looks, not two clocks: those of other machines may be ahead of this one's, or behind.
        """
        await agents.learn(self._parts)
        waiting = await self._waiting()
        late = waiting & self._seen
        self._seen = waiting
        self._parts.tally.rung += len(late)
        self._notify(late)
        return len(late)

    async def _waiting(self) -> set[Waiting]:
        return set(await self._parts.store.jobs.waiting(sorted(self._parts.agents)))

    def _notify(self, places: set[Waiting]) -> None:
        for place in sorted(places, key=lambda x: (x.since, x.agent, x.conversation)):
            self._parts.runner.notify(place.agent, place.conversation)

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
