"""Leases in memory stay few, and their tokens only grow."""

from synthetic_soul.stores.leases import Leases, now
from tests.contracts.journals import START, Clock


def test_the_clock_is_in_milliseconds() -> None:
    assert START < now() < START * 10


def test_tokens_start_at_the_clock_or_above_the_floor() -> None:
    clock = Clock()
    low, high = Leases(clock, floor=5), Leases(clock, floor=START + 10)
    tokens = [
        lease.token
        for leases in (low, high)
        for name in ("a", "b")
        if (lease := leases.take(name, ttl=1, holder="h"))
    ]
    assert tokens == [START, START + 1, START + 11, START + 12]


def test_leases_long_over_are_let_go_and_no_longer_fence_anything() -> None:
    clock = Clock()
    leases = Leases(clock)
    first = leases.take("first", ttl=1, holder="h")
    assert first is not None
    clock.now += 10
    for n in range(10_001):
        leases.take(f"n{n}", ttl=100, holder="h")
    assert not leases.holds(first)
    again = leases.take("first", ttl=1, holder="h")
    assert again is not None
    assert again.token > first.token
