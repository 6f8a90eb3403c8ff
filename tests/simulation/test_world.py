"""The world of the simulation itself: its time, its processes, and their deaths."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from tests.simulation.world import Process, Stuck, World


def test_time_passes_only_in_the_world() -> None:
    world = World.of(1)

    async def story() -> float:
        async with asyncio.timeout(90_000):
            await asyncio.sleep(86_400)
        return world.time()

    assert world.live(story()) == 86_400


async def _works(done: list[str]) -> None:
    try:
        for _ in range(100):
            await asyncio.sleep(1)
            done.append("worked")
    finally:
        done.append("tidied up")


def _half_way(world: World, process: Process, fate: str, done: list[str]) -> list[str]:
    """What was done after something befell the process, in the time that all would have taken."""

    async def story() -> list[str]:
        process.run(_works(done))
        await asyncio.sleep(10.5)
        getattr(process, fate)()
        done.clear()
        await asyncio.sleep(200)
        return list(done)

    return world.live(story())


def test_a_killed_process_does_nothing_more_and_tidies_nothing_up() -> None:
    world = World.of(1)
    assert _half_way(world, world.process("one"), "kill", []) == []


def test_a_stopped_process_waits_with_all_it_has_until_it_is_continued() -> None:
    world = World.of(1)
    process = world.process("one")
    process.after(150, process.go_on)
    assert _half_way(world, process, "stop", []) == []
    world = World.of(1)
    process = world.process("one")
    world.root.after(150, process.go_on)
    assert _half_way(world, process, "stop", []).count("worked") > 50


def test_what_one_process_does_comes_in_its_order_and_others_in_any() -> None:
    orders = set()
    for seed in range(20):
        world = World.of(seed)
        order: list[str] = []

        async def story(world: World = world, order: list[str] = order) -> None:
            for name in ("a", "b"):
                process = world.process(name)
                for number in range(3):
                    process.after(1, partial(order.append, f"{name}{number}"))
            await asyncio.sleep(2)

        world.live(story())
        assert [each for each in order if each[0] == "a"] == ["a0", "a1", "a2"]
        orders.add(tuple(order))
    assert len(orders) > 1


def test_a_world_in_which_nothing_can_happen_says_so() -> None:
    world = World.of(1)
    with pytest.raises(Stuck):
        world.live(_never(world))


async def _never(world: World) -> None:
    await world.create_future()
