"""A world of simulated processes in one thread, where every choice is made by a seeded chance.

An event loop without sockets, threads or real time: the time stands still while anything can be
done and then jumps to the next timer. Within a process callbacks run in the order in which they
were made ready, as asyncio promises; which process goes next is left to chance. A process can be
killed, or stand still, between any two callbacks; the tasks of a dead one never run again.
"""

from __future__ import annotations

import asyncio
import contextvars
import heapq
import itertools
import random
import sys
from collections import deque
from typing import TYPE_CHECKING, Self, TypeVar, TypeVarTuple

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

START = 1_760_000_000_000
MOST_STEPS = 400_000
LAST_CALLS = 20

_HERE: contextvars.ContextVar[Process] = contextvars.ContextVar("process")


class Stuck(Exception):
    """Nothing can ever happen any more, or things happen without end."""


class Process:
    """Tasks that share a fate and a wall clock; ``skew`` (ms) is how far that clock is off."""

    def __init__(self, world: World, name: str, *, skew: int = 0) -> None:
        self.world, self.name, self.skew = world, name, skew
        self.alive, self.stopped = True, False
        self.ready: deque[asyncio.Handle] = deque()
        self.tasks: list[asyncio.Task[object]] = []
        self.ended = asyncio.Event()
        self.context = contextvars.copy_context()
        self.context.run(_HERE.set, self)

    def clock(self) -> int:
        """The wall clock of this process, in ms."""
        return self.world.clock() + self.skew

    def run(self, work: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """Do something in this process."""
        return self.world.create_task(work, context=self.context.copy())

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Have something happen in this process so much later."""
        self.world.call_later(seconds, act, context=self.context)

    def kill(self) -> None:
        """As kill -9 does: nothing of it runs again, not even what would tidy up."""
        if self.alive and not self.world.over:
            self.world.tell(f"{self.name} is killed")
            self.alive = False
            self.world.running.remove(self)
            self.ended.set()

    def stop(self) -> None:
        """As SIGSTOP does: nothing of it runs until it is continued."""
        if self.alive:
            self.world.tell(f"{self.name} stands still")
            self.stopped = True

    def go_on(self) -> None:
        """As SIGCONT does."""
        if self.stopped:
            self.world.tell(f"{self.name} goes on")
            self.stopped = False


def here() -> Process:
    """The process to which the running task belongs."""
    return _HERE.get()


class World(asyncio.AbstractEventLoop):
    """The loop on which all processes live; ``root`` is one that nothing ever happens to.

    ``trace`` is told every step of the history, each a line with the time.
    """

    @classmethod
    def of(cls, seed: int, *, trace: Callable[[str], None] | None = None) -> Self:
        """The world of a seed. What asyncio can do without is left abstract."""
        return cls(seed, trace)

    def __init__(self, seed: int, trace: Callable[[str], None] | None) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a simulation is no secret
        self.trace = trace
        self.over = False
        self._now = 0.0
        self._count = itertools.count()
        self._timers: list[tuple[float, int, asyncio.TimerHandle, Process]] = []
        self._processes: list[Process] = []
        self.running: list[Process] = []
        self._generators: list[AsyncGenerator[object, object]] = []  # kept, as tasks are
        self.root = self.process("world")

    def process(self, name: str, *, skew: int = 0) -> Process:
        """A new process."""
        made = Process(self, name, skew=skew)
        self._processes.append(made)
        self.running.append(made)
        return made

    def tell(self, line: str) -> None:
        """Add a line to the history."""
        if self.trace is not None:
            self.trace(f"{self._now:9.4f} {line}")

    def clock(self) -> int:
        """The true time in ms, which the store's clock shows."""
        return START + int(self._now * 1000)

    @override
    def time(self) -> float:
        """Seconds since the world began."""
        return self._now

    def entropy(self, count: int) -> bytes:
        """So many bytes by chance."""
        return self.chance.randbytes(count)

    # What asyncio asks of a loop ----------------------------------------------------------

    @override
    def call_soon(
        self,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: contextvars.Context | None = None,
    ) -> asyncio.Handle:
        """Run a callback in the process of its context."""
        context = context if context is not None else contextvars.copy_context()
        handle = asyncio.Handle(callback, args, self, context)
        context[_HERE].ready.append(handle)
        return handle

    @override
    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run a callback at a moment of this world."""
        context = context if context is not None else contextvars.copy_context()
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, next(self._count), handle, context[_HERE]))
        return handle

    @override
    def call_later(
        self,
        delay: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run a callback so many seconds later."""
        return self.call_at(self._now + delay, callback, *args, context=context)

    @override
    def create_future(self) -> asyncio.Future[object]:
        """A future of this loop."""
        return asyncio.Future(loop=self)

    @override
    def create_task(
        self,
        coro: Coroutine[object, object, T],  # type: ignore[override]  # narrower is enough here
        *,
        name: str | None = None,
        context: contextvars.Context | None = None,
    ) -> asyncio.Task[T]:
        """A task of the process in whose context it is made."""
        context = context if context is not None else contextvars.copy_context()
        task = asyncio.Task(coro, loop=self, name=name or "-", context=context)
        context[_HERE].tasks.append(task)  # a dead task must not be collected, and so closed
        return task

    @override
    def get_debug(self) -> bool:
        """Never."""
        return False

    @override
    def is_running(self) -> bool:
        """Always, for whoever can ask."""
        return True

    @override
    def is_closed(self) -> bool:
        """Never."""
        return False

    @override
    def call_exception_handler(self, context: dict[str, object]) -> None:
        """What breaks outside of a task breaks the simulation; forgotten outcomes are nobody's."""
        error = context.get("exception")
        if "handle" in context and isinstance(error, BaseException):
            raise error

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """It is passed over when its time comes."""

    # The course of the world --------------------------------------------------------------

    def live(self, story: Coroutine[object, object, T]) -> T:
        """Run until the story, told in ``root``, has come to its end; what it returned."""
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=self._generators.append)
        asyncio._set_running_loop(self)
        try:
            told = self.root.run(story)
            for _ in range(MOST_STEPS):
                if told.done():
                    return told.result()
                self._step()
            raise Stuck(f"no end after {MOST_STEPS} steps")
        finally:
            self._bury()
            asyncio._set_running_loop(None)
            sys.set_asyncgen_hooks(*hooks)

    def _step(self) -> None:
        able = [each for each in self.running if each.ready and not each.stopped]
        if not able:
            self._jump()
            return
        # ``random`` is much cheaper than ``choice``.
        chosen = able[int(self.chance.random() * len(able))] if len(able) > 1 else able[0]
        handle = chosen.ready.popleft()
        if not handle.cancelled():
            handle._run()

    def _jump(self) -> None:
        """Go to the next moment at which something may happen, and make ready what then may."""
        moment: float | None = None
        while self._timers and (moment is None or self._timers[0][0] <= moment):
            when, _, handle, process = heapq.heappop(self._timers)
            if process.alive and not handle.cancelled():
                moment = self._now = max(self._now, when)
                process.ready.append(handle)
        if moment is None:
            raise Stuck("nothing will ever happen again")

    def _bury(self) -> None:
        """Let every task end, the dead ones' too, when what they do has no meaning any more."""
        self.over, self.trace, self.running = True, None, self._processes
        for process in self._processes:
            process.alive, process.stopped = True, False
        for _ in range(LAST_CALLS):
            left = [task for each in self._processes for task in each.tasks if not task.done()]
            if not left and not self._generators:
                return
            for task in left:
                task.cancel()
            while not left and self._generators:
                self.root.run(self._generators.pop().aclose())
            while any(each.ready for each in self._processes):
                self._step()
        raise Stuck(f"tasks that cannot be ended: {left}")
