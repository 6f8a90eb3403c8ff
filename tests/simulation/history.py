"""One history from its seed: a cluster, its people, what befalls them, and how it ends."""

from __future__ import annotations

import asyncio
import gc
import logging
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import structlog

from tests.simulation.cluster import AGENTS, Cluster, Host
from tests.simulation.faults import random_faults
from tests.simulation.oracle import complaints, waits
from tests.simulation.users import NAMES, Memory, Person
from tests.simulation.world import World, here

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, MutableMapping, Sequence

    from tests.simulation.faults import Faults

FAULTY_S, LONG = 30.0, 3.0
MUCH = 5
REST = 120.0
LOOK = 1.0
FARTHEST = 3_600_000


def simulate(
    seed: int,
    *,
    trace: Callable[[str], None] | None = None,
    change: Callable[[Cluster], None] = lambda _: None,
) -> list[str]:
    """The complaints about the history of this seed; ``change`` may break the cluster first."""
    world = World.of(seed, trace=trace)
    before = structlog.get_config()
    structlog.configure(
        processors=[partial(_logged, world)],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.CRITICAL if trace is None else logging.INFO
        ),
    )
    gc.disable()  # when garbage is collected, no seed decides
    try:
        return world.live(_run(world, change))
    finally:
        gc.enable()
        structlog.configure(**before)


def _logged(world: World, _: object, __: str, line: MutableMapping[str, object]) -> NoReturn:
    """Make what a process logs a part of the history."""
    told = " ".join(f"{name}={value}" for name, value in line.items() if name != "event")
    world.tell(f"{here().name} logs {line['event']} {told}")
    raise structlog.DropEvent


async def _run(world: World, change: Callable[[Cluster], None]) -> list[str]:
    chance = world.chance
    faults, memory = random_faults(chance), Memory()
    cluster = Cluster(world, faults, agents=AGENTS[: 1 + (chance.random() < 0.3)])
    change(cluster)
    _raise(cluster)
    upkeep = [asyncio.ensure_future(host.keep_up()) for host in cluster.hosts]
    evening = LONG if chance.random() < 0.15 else 1.0
    talks = [asyncio.ensure_future(talk) for talk in _talks(cluster, memory, evening)]
    await _inject_faults(cluster, faults, FAULTY_S * evening * chance.random())
    _repair(cluster, faults)
    await _settle(cluster, talks)
    found = await complaints(cluster, memory)
    for task in upkeep:
        task.cancel()
    return found


def _raise(cluster: Cluster) -> None:
    """Have one or two API hosts, and two or three workers."""
    chance = cluster.world.chance
    for number in range(chance.randint(1, 2)):
        Host(cluster, f"api{number}", "api")
    for number in range(chance.randint(2, 3)):
        Host(cluster, f"worker{number}", "forker" if chance.random() < 0.1 else "worker")


def _talks(
    cluster: Cluster, memory: Memory, evening: float
) -> Iterator[Coroutine[object, object, None]]:
    """Share three to eight messages between two to four persons.

    On a long evening one of them says so much, and takes so long, that it is reflected upon.
    """
    chance = cluster.world.chance
    names = NAMES[: chance.randint(2, len(NAMES))]
    left = chance.randint(max(3, len(names)), 8)
    for place, name in enumerate(names):
        count = max(1, left // (len(names) - place))
        left -= count
        if evening > 1 and place == 0:
            yield Person(name, cluster, memory, alone=True).live(MUCH, FAULTY_S * evening)
        else:
            yield Person(name, cluster, memory).live(count)


async def _inject_faults(cluster: Cluster, faults: Faults, seconds: float) -> None:
    """Let things happen to the cluster, one after the other."""
    chance = cluster.world.chance
    befall = chance.sample(BLOWS, chance.randint(0, len(BLOWS)))
    end = cluster.world.time() + seconds
    while cluster.world.time() < end:
        await asyncio.sleep(chance.random() * 5)
        if befall:
            chance.choice(befall)(cluster, chance.choice(cluster.hosts), faults)


def _kill(_: Cluster, host: Host, __: Faults) -> None:
    host.process.kill()


def _drain(_: Cluster, host: Host, __: Faults) -> None:
    host.drain()


def _stop(cluster: Cluster, host: Host, _: Faults) -> None:
    """Most of all one in the middle of a turn, and until its lease has run out."""
    busy = [each for each in cluster.hosts if each.running]
    process = cluster.world.chance.choice(busy or [host]).process
    process.stop()
    cluster.world.root.after(3 + cluster.world.chance.random() * 12, process.go_on)


def _move_clock(cluster: Cluster, host: Host, _: Faults) -> None:
    host.move_clock(round((cluster.world.chance.random() * 2 - 1) * FARTHEST))


def _lose_store(cluster: Cluster, _: Host, faults: Faults) -> None:
    cluster.world.tell("the store is away")
    faults.store_away = True
    cluster.world.root.after(cluster.world.chance.random() * 8, lambda: _bring_store(faults))


def _bring_store(faults: Faults) -> None:
    faults.store_away = False


def _lose_redis(cluster: Cluster, _: Host, faults: Faults) -> None:
    cluster.world.tell("redis is away")
    faults.redis_away = True
    cluster.redis.flush()
    cluster.world.root.after(cluster.world.chance.random() * 15, lambda: _bring_redis(faults))


def _bring_redis(faults: Faults) -> None:
    faults.redis_away = False


BLOWS = (_kill, _drain, _stop, _move_clock, _lose_store, _lose_redis)


def _repair(cluster: Cluster, faults: Faults) -> None:
    """From now on nothing more happens to anybody."""
    cluster.world.tell("the faults are over")
    faults.clear_up()
    for host in cluster.hosts:
        host.process.go_on()


async def _settle(cluster: Cluster, talks: Sequence[asyncio.Future[None]]) -> None:
    """Wait until all have said and heard what they will, or too long has gone by."""
    end = cluster.world.time() + REST
    while cluster.world.time() < end:
        await asyncio.sleep(LOOK)
        everybody = all(host.up for host in cluster.hosts)
        if everybody and all(talk.done() for talk in talks) and not waits(cluster):
            break
    for talk in talks:
        if talk.done():
            talk.result()
