"""Leases, fences and snapshots: what every store promises of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from synthetic_soul.errors import FenceBroken
from synthetic_soul.stores.base import Lease, Snapshot
from tests.contracts.journals import START, append, felt

if TYPE_CHECKING:
    from synthetic_soul.stores.base import Store
    from tests.contracts.journals import SqliteHouse

pytestmark = pytest.mark.anyio


async def take(store: Store, holder: str, name: str = "dm", ttl: int = 1_000) -> Lease:
    lease = await store.lease(name, ttl=ttl, holder=holder)
    assert lease is not None
    return lease


async def test_one_holds_a_lease_until_it_ends(store: Store, house: SqliteHouse) -> None:
    first = await take(store, "one")
    assert first.until == START + 1_000
    assert await store.lease("dm", ttl=1_000, holder="two") is None
    assert await store.lease("other", ttl=1_000, holder="two") is not None
    house.clock.now += 1_000
    second = await take(store, "two")
    assert second.token > first.token


async def test_a_holder_renews_even_late_and_keeps_its_token(
    store: Store, house: SqliteHouse
) -> None:
    first = await take(store, "one")
    for pause in (500, 5_000):
        house.clock.now += pause
        again = await take(store, "one")
        assert again == Lease("dm", first.token, house.clock.now + 1_000)


async def test_a_released_lease_is_free_at_once(store: Store) -> None:
    first = await take(store, "one")
    await store.release(first)
    second = await take(store, "two")
    assert second.token > first.token
    await store.release(first)
    assert await store.lease("dm", ttl=1, holder="three") is None


async def test_a_write_under_a_lost_lease_is_refused(store: Store, house: SqliteHouse) -> None:
    first = await take(store, "one")
    await store.append("jasmine", [felt()], at=START, lease=first)
    house.clock.now += 2_000
    await store.append("jasmine", [felt()], at=START, lease=first)
    second = await take(store, "two")
    with pytest.raises(FenceBroken):
        await store.append("jasmine", [felt()], at=START, lease=first)
    await store.append("jasmine", [felt()], at=START, lease=second)
    await store.release(second)
    with pytest.raises(FenceBroken):
        await store.append("jasmine", [felt()], at=START, lease=second)
    assert (await store.last("jasmine"))[0] == 3


async def test_tokens_grow_over_restarts_even_when_the_clock_goes_back(
    store: Store, house: SqliteHouse
) -> None:
    first = await take(store, "one")
    await store.append("jasmine", [felt()], at=START, lease=first)
    await store.close()
    house.clock.now -= 60_000
    await store.open()
    with pytest.raises(FenceBroken):
        await store.append("jasmine", [felt()], at=START, lease=first)
    assert (await take(store, "two")).token > first.token


async def test_the_newest_snapshot_is_kept(store: Store) -> None:
    assert await store.snapshot("jasmine", "v1") is None
    assert await store.bonds("jasmine", "v1") == {}
    await store.keep("jasmine", "v1", Snapshot(5, {"mood": 0.5}, {"ann": {"a": 1}, "bob": {}}))
    await store.keep("jasmine", "v1", Snapshot(9, {"mood": 0.25}, {"ann": {"a": 2}}))
    assert await store.snapshot("jasmine", "v1") == (9, {"mood": 0.25})
    assert await store.bonds("jasmine", "v1") == {"ann": {"a": 2}, "bob": {}}
    assert await store.bond("jasmine", "v1", "ann") == {"a": 2}
    assert await store.bond("jasmine", "v1", "eve") is None
    assert await store.snapshot("luna", "v1") is None


async def test_an_older_snapshot_is_ignored_whole(store: Store) -> None:
    await store.keep("jasmine", "v1", Snapshot(9, {"n": 9}, {"ann": {"n": 9}}))
    await store.keep("jasmine", "v1", Snapshot(8, {"n": 8}, {"ann": {"n": 8}, "bob": {}}))
    assert await store.snapshot("jasmine", "v1") == (9, {"n": 9})
    assert await store.bonds("jasmine", "v1") == {"ann": {"n": 9}}


async def test_a_snapshot_belongs_to_its_dynamics_version(store: Store) -> None:
    await store.keep("jasmine", "v1", Snapshot(9, {"n": 9}, {"ann": {"n": 9}}))
    assert await store.snapshot("jasmine", "v2") is None
    assert await store.bonds("jasmine", "v2") == {}
    await store.keep("jasmine", "v2", Snapshot(3, {"n": 3}, {}))
    assert await store.snapshot("jasmine", "v2") == (3, {"n": 3})
    assert await store.bonds("jasmine", "v2") == {}


async def test_snapshots_and_journals_do_not_touch_each_other(store: Store) -> None:
    await append(store, felt())
    await store.keep("jasmine", "v1", Snapshot(1, {}, {}))
    assert (await store.last("jasmine"))[0] == 1
