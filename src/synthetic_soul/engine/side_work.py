"""Side work: model calls that nobody waits for, made only while nobody waits for a reply.

A model's server may answer one request at a time, as Ollama and llama.cpp do on a laptop. A
reflection that holds it would then delay a reply by its own length. So thoughts and reflection
wait for a free place, and are cancelled, connection and all, as soon as a message comes.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from typing import Any, Final, TypeVar

from synthetic_soul.errors import Unavailable
from synthetic_soul.jobs.base import Runner, cancel_all
from synthetic_soul.stores.base import Store

T = TypeVar("T")

IDLE_POLL_S: Final = 1.0
"""Seconds between two looks at what waits in other processes, which notify only their own."""


class SideWork:
    """The side work of one process, of ``agents()``.

    ``parallel`` is how many requests the model's server answers at once. Messages that wait for a
    reply anywhere count against it, and so does running side work.
    """

    def __init__(
        self, store: Store, runner: Runner, agents: Callable[[], Collection[str]], *, parallel: int
    ) -> None:
        self._store, self._runner, self._agents = store, runner, agents
        self._parallel = parallel
        self._tasks: set[asyncio.Task[Any]] = set()
        self._arrivals = 0

    def make_way(self) -> None:
        """Cancel running side work for a message that has just come, unless a place is free."""
        self._arrivals += 1
        if self._tasks and self._runner.running + len(self._tasks) >= self._parallel:
            for task in self._tasks:
                task.cancel()

    async def has_place(self) -> bool:
        """Return whether side work may begin; False while the store is away."""
        return await self._fits(len(self._tasks) + 1)

    async def _fits(self, tasks: int) -> bool:
        """Return whether so many tasks fit beside what waits for a reply, in any process."""
        try:
            waiting = await self._store.jobs.waiting(list(self._agents()))
        except Unavailable:
            return False
        return len(waiting) + tasks <= self._parallel

    async def wait_for_place(self, poll: float = IDLE_POLL_S) -> None:
        """Wait until side work may begin; look every ``poll`` seconds."""
        while not await self.has_place():  # noqa: ASYNC110 - other processes set no event here
            await asyncio.sleep(poll)

    async def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T | None:
        """Return the result of ``work()``, or None if it did not begin or was cancelled."""
        arrivals = self._arrivals
        if not await self.has_place() or arrivals != self._arrivals:
            return None
        task = asyncio.create_task(work())
        self._tasks.add(task)
        watch = asyncio.create_task(self._watch(task))
        try:
            await asyncio.wait({task})
        finally:  # also where this was cancelled itself
            self._tasks.discard(task)
            await cancel_all([task, watch])
        return None if task.cancelled() else task.result()

    async def _watch(self, task: asyncio.Task[T]) -> None:
        """Cancel ``task`` once too many messages wait in other processes."""
        while True:
            await asyncio.sleep(IDLE_POLL_S)
            if not await self._fits(len(self._tasks)):
                task.cancel()
