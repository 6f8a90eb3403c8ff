"""MemoryLeases in memory stay few, and their tokens only grow."""

from synthetic_soul.clocks import elapsed, now
from synthetic_soul.stores.base import Lease
from synthetic_soul.stores.sqlite.sqlite_appender import MemoryLeases
from tests.contracts.journals import START, Clock


def take(leases: MemoryLeases, name: str, ttl: int = 1) -> Lease:
    lease = leases.acquire("jasmine", name, ttl=ttl, holder="h")
    assert lease is not None
    return lease


def test_the_clock_is_in_milliseconds() -> None:
    assert START < now() < START * 10


def test_tokens_start_at_the_clock_or_above_the_floor() -> None:
    clock = Clock()
    low = MemoryLeases(clock, elapsed, floor=5)
    high = MemoryLeases(clock, elapsed, floor=START + 10)
    tokens = [take(leases, name).token for leases in (low, high) for name in ("a", "b")]
    assert tokens == [START, START + 1, START + 11, START + 12]


def test_the_same_name_of_another_agent_is_another_lease() -> None:
    leases = MemoryLeases(Clock(), elapsed)
    take(leases, "turn", ttl=1_000)
    assert leases.acquire("luna", "turn", ttl=1, holder="another") is not None


def test_leases_long_expired_are_dropped_and_no_longer_fence_anything() -> None:
    clock = Clock()
    leases = MemoryLeases(clock, clock)
    first = take(leases, "first")
    clock.now += 10
    for n in range(10_001):
        take(leases, f"n{n}", ttl=100)
    assert not leases.holds(first)
    assert take(leases, "first").token > first.token
