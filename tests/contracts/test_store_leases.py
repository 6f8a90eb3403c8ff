"""Leases, fences and snapshots: what every store promises of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.errors import AlreadyAnswered, FenceBroken
from synthetic_soul.stores.base import BondSnapshot, Lease, Snapshot
from tests.contracts.journals import START, append, felt, heard, reply

if TYPE_CHECKING:
    from synthetic_soul.stores.base import Store
    from tests.contracts.backends import Backend

pytestmark = pytest.mark.anyio

TTL = 60_000


async def take(store: Store, holder: str, name: str = "dm") -> Lease:
    lease = await store.leases.acquire("jasmine", name, ttl=TTL, holder=holder)
    assert lease is not None
    return lease


async def commit(store: Store, lease: Lease) -> int:
    return (await store.journal.append("jasmine", [felt()], at=START, lease=lease)).seq


async def test_one_holds_a_lease_until_it_ends(store: Store, backend: Backend) -> None:
    first = await take(store, "one")
    assert await store.leases.acquire("jasmine", "dm", ttl=TTL, holder="two") is None
    assert await store.leases.acquire("jasmine", "other", ttl=TTL, holder="two") is not None
    assert await store.leases.acquire("luna", "dm", ttl=TTL, holder="two") is not None
    await backend.pass_time(TTL)
    second = await take(store, "two")
    assert second.token > first.token
    assert await store.leases.acquire("jasmine", "dm", ttl=TTL, holder="one") is None


async def test_a_holder_renews_even_late_and_keeps_its_token(
    store: Store, backend: Backend
) -> None:
    first = await take(store, "one")
    for pause in (TTL // 2, 5 * TTL):
        await backend.pass_time(pause)
        assert await take(store, "one") == first
        assert await store.leases.acquire("jasmine", "dm", ttl=TTL, holder="two") is None
    assert await commit(store, first) == 1


async def test_a_released_lease_is_free_at_once(store: Store) -> None:
    first = await take(store, "one")
    await store.leases.release(first)
    second = await take(store, "two")
    assert second.token > first.token
    await store.leases.release(first)
    assert await store.leases.acquire("jasmine", "dm", ttl=1, holder="three") is None


async def test_a_lease_commits_one_entry(store: Store) -> None:
    lease = await take(store, "one")
    assert await commit(store, lease) == 1
    for again in (lease, await take(store, "one")):
        with pytest.raises(FenceBroken):
            await commit(store, again)
    await store.leases.release(lease)
    assert await commit(store, await take(store, "one")) == 2


async def test_of_two_writes_under_one_lease_one_is_there(store: Store) -> None:
    lease = await take(store, "one")
    told = await asyncio.gather(*(commit(store, lease) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(each, FenceBroken) for each in told) == 4
    assert (await store.journal.last("jasmine"))[0] == 1


async def test_a_refused_write_leaves_its_lease_as_it_was(store: Store) -> None:
    message = heard()
    await append(store, message)
    await append(store, reply(message))
    lease = await take(store, "one")
    with pytest.raises(AlreadyAnswered):
        await store.journal.append("jasmine", [reply(message)], at=START, lease=lease)
    assert await commit(store, lease) == 3


async def test_a_write_under_a_lost_lease_is_refused(store: Store, backend: Backend) -> None:
    first = await take(store, "one")
    await backend.pass_time(2 * TTL)
    second = await take(store, "two")
    with pytest.raises(FenceBroken):
        await commit(store, first)
    assert await commit(store, second) == 1
    await store.leases.release(second)
    third = await take(store, "two")
    await store.leases.release(third)
    for gone in (first, second, third):
        with pytest.raises(FenceBroken):
            await commit(store, gone)
    assert (await store.journal.last("jasmine"))[0] == 1


async def test_a_late_lease_that_nobody_took_still_commits(store: Store, backend: Backend) -> None:
    lease = await take(store, "one")
    await backend.pass_time(2 * TTL)
    assert await commit(store, lease) == 1


async def test_a_lease_is_taken_over_from_one_who_has_committed(
    store: Store, backend: Backend
) -> None:
    assert await commit(store, await take(store, "one")) == 1
    await backend.pass_time(TTL)
    assert await commit(store, await take(store, "two")) == 2


async def test_tokens_grow_over_restarts_even_when_the_clock_goes_back(
    store: Store, backend: Backend
) -> None:
    first = await take(store, "one")
    await commit(store, first)
    await store.leases.release(first)
    await store.close()
    await backend.pass_time(-TTL)
    await store.open()
    with pytest.raises(FenceBroken):
        await commit(store, first)
    assert (await take(store, "two")).token > first.token


async def test_the_newest_snapshot_is_kept(store: Store) -> None:
    assert await store.snapshots.mind("jasmine", "v1") is None
    assert await store.snapshots.bonds("jasmine", "v1") == {}
    await store.snapshots.save(
        "jasmine", "v1", Snapshot(5, {"mood": 0.5}, {"ann": {"a": 1}, "bob": {}})
    )
    await store.snapshots.save("jasmine", "v1", Snapshot(9, {"mood": 0.25}, {"ann": {"a": 2}}))
    assert await store.snapshots.mind("jasmine", "v1") == (9, {"mood": 0.25})
    kept = {"ann": BondSnapshot(9, {"a": 2}), "bob": BondSnapshot(5, {})}
    assert await store.snapshots.bonds("jasmine", "v1") == kept
    assert await store.snapshots.bond("jasmine", "v1", "ann") == kept["ann"]
    assert await store.snapshots.bond("jasmine", "v1", "eve") is None
    assert await store.snapshots.mind("luna", "v1") is None
    assert await store.snapshots.bonds("luna", "v1") == {}


async def test_what_is_kept_as_of_a_later_entry_stays(store: Store) -> None:
    await store.snapshots.save("jasmine", "v1", Snapshot(9, {"n": 9}, {"ann": {"n": 9}}))
    await store.snapshots.save("jasmine", "v1", Snapshot(8, {"n": 8}, {"ann": {"n": 8}}))
    assert await store.snapshots.mind("jasmine", "v1") == (9, {"n": 9})
    assert await store.snapshots.bonds("jasmine", "v1") == {"ann": BondSnapshot(9, {"n": 9})}


async def test_a_snapshot_is_kept_again_as_of_the_same_entry(store: Store) -> None:
    for mood in (0.5, 0.25):
        await store.snapshots.save(
            "jasmine", "v1", Snapshot(9, {"mood": mood}, {"ann": {"n": mood}})
        )
    assert await store.snapshots.mind("jasmine", "v1") == (9, {"mood": 0.25})
    assert await store.snapshots.bond("jasmine", "v1", "ann") == BondSnapshot(9, {"n": 0.25})


async def test_a_snapshot_belongs_to_its_dynamics_version(store: Store) -> None:
    await store.snapshots.save("jasmine", "v1", Snapshot(9, {"n": 9}, {"ann": {"n": 9}}))
    assert await store.snapshots.mind("jasmine", "v2") is None
    assert await store.snapshots.bonds("jasmine", "v2") == {}
    await store.snapshots.save("jasmine", "v2", Snapshot(3, {"n": 3}, {}))
    assert await store.snapshots.mind("jasmine", "v2") == (3, {"n": 3})
    assert await store.snapshots.bonds("jasmine", "v2") == {}


async def test_snapshots_and_journals_do_not_touch_each_other(store: Store) -> None:
    await append(store, felt())
    await store.snapshots.save("jasmine", "v1", Snapshot(1, {}, {}))
    assert (await store.journal.last("jasmine"))[0] == 1
