"""What may go wrong in a simulated cluster, how often, and the way on which it does."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from synthetic_soul.errors import SoulError, Unavailable
from synthetic_soul.stores.base import Entry, Lease

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.simulation.world import Process, World

T = TypeVar("T")


@dataclass
class Faults:
    """Chances (0..1) of each fault at one step, and longest waits (s).

    ``store_away`` and ``redis_away`` last until they are taken back.
    """

    delay: float = 0.02
    slow: float = 0.0
    flaky: float = 0.0
    killed: float = 0.0
    stopped: float = 0.0
    ring_lost: float = 0.0
    ring_doubled: float = 0.0
    ring_late: float = 0.0
    piece_lost: float = 0.0
    model_fails: float = 0.0
    voice_breaks: float = 0.0
    store_away: bool = False
    redis_away: bool = False

    def clear_up(self) -> None:
        """Nothing goes wrong any more."""
        self.__dict__.update(Faults(delay=self.delay).__dict__)


FAULTS = {
    "slow": 0.05,
    "flaky": 0.03,
    "killed": 0.012,
    "stopped": 0.02,
    "ring_lost": 0.5,
    "ring_doubled": 0.3,
    "ring_late": 0.3,
    "piece_lost": 0.3,
    "model_fails": 0.1,
    "voice_breaks": 0.05,
}


def random_faults(chance: random.Random) -> Faults:
    """The faults of one history: about half of the faults, each more or less often."""
    faults = Faults()
    for name, most in FAULTS.items():
        if chance.random() < 0.5:
            setattr(faults, name, most * chance.random())
    return faults


class FaultyPath:
    """The way of one process to the disk, in this faults."""

    def __init__(self, world: World, process: Process, faults: Faults) -> None:
        self._world, self._process, self._weather = world, process, faults

    async def __call__(self, what: str, act: Callable[[], T]) -> T:
        """As ``memory_store.Way``."""
        await self.step(what)
        self._may_fail(what, "asked nothing")
        try:
            found = act()
        except SoulError as refused:
            self._tell(what, refused.code)
            raise
        if self._world.trace is not None:
            self._tell(what, _brief(found))
        await self.step(what)
        self._may_fail(what, "heard nothing")
        return found

    def _tell(self, what: str, how: str) -> None:
        self._world.tell(f"{self._process.name} {what}: {how}")

    def _may_fail(self, what: str, how: str) -> None:
        faults = self._weather
        if faults.store_away or (faults.flaky and self._world.chance.random() < faults.flaky):
            self._tell(what, how)
            raise Unavailable("the store is away")

    async def step(self, what: str) -> None:
        """Some time, in which the process may be killed or stopped."""
        if self._world.over:
            raise asyncio.CancelledError
        faults, chance = self._weather, self._world.chance
        if faults.killed and chance.random() < faults.killed:
            self._tell(what, "on the way")
            self._process.kill()
            await self._world.create_future()
        if faults.stopped and chance.random() < faults.stopped:
            self._process.stop()
            seconds = chance.random() * 15
            self._world.root.after(seconds, self._process.go_on)
            await asyncio.sleep(0)
        if faults.slow and chance.random() < faults.slow:
            await asyncio.sleep(chance.random() * 3)
        elif chance.random() < 0.5:
            await asyncio.sleep(chance.random() * faults.delay)


def _brief(found: object) -> str:
    """What the store answered, in a word or two."""
    match found:
        case Entry():
            return f"#{found.seq}"
        case Lease():
            return f"token {found.token}"
        case list() | dict():
            return f"{len(found)} found"
        case None | bool() | int() | str() | tuple():
            return str(found)
        case _:
            return type(found).__name__
