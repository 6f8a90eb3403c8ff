"""The bounded caches of this program: bounded by number, or by time."""

import re
from collections.abc import Callable, Hashable
from functools import _lru_cache_wrapper, lru_cache
from typing import Generic, TypeVar

from soulscript.text import clear_terms

K = TypeVar("K", bound="Hashable")
V = TypeVar("V")

R = TypeVar("R")

MIN_VALUES_TO_SWEEP = 1024

_PERSONAL: list[Callable[[], None]] = []
"""What clears each cache that may hold people's names or words."""


def personal_cache(max_size: int) -> Callable[[Callable[..., R]], "_lru_cache_wrapper[R]"]:
    """Cache a function's last ``max_size`` values until somebody is erased.

    For arguments or values in which somebody may be called by name.
    """

    def cached(function: Callable[..., R]) -> "_lru_cache_wrapper[R]":
        wrapper = lru_cache(maxsize=max_size)(function)
        _PERSONAL.append(wrapper.cache_clear)
        return wrapper

    return cached


def clear_personal_caches() -> None:
    """Clear every personal cache of this process; what is needed is computed anew."""
    clear_terms()
    re.purge()  # patterns are made of people's words, too
    for clear in _PERSONAL:
        clear()


class LRUCache(Generic[K, V]):
    """At most ``max_size`` values by key; the least recently used one is evicted."""

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._values: dict[K, V] = {}

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        """Return the value, which counts as used now, or None."""
        value = self._values.pop(key, None)
        if value is not None:
            self._values[key] = value
        return value

    def put(self, key: K, value: V) -> None:
        """Add or replace a value, which counts as used now."""
        self._values.pop(key, None)
        self._values[key] = value
        if len(self._values) > self._max_size:
            del self._values[next(iter(self._values))]

    def pop(self, key: K) -> V | None:
        """Remove a value and return it, or None."""
        return self._values.pop(key, None)

    def items(self) -> list[tuple[K, V]]:
        """Return all keys and values, the least recently used first."""
        return list(self._values.items())

    def clear(self) -> None:
        """Remove all values."""
        self._values.clear()


class ExpiringCache(Generic[K, V]):
    """Values by key, each until a moment of its own; ``clock`` gives milliseconds.

    Expired values are swept out whenever the number of values has doubled since the last sweep,
    so that ``put`` costs the same however many there are.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._values: dict[K, tuple[V, int]] = {}
        self._sweep_at = MIN_VALUES_TO_SWEEP

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        """Return the value, or None once it has expired."""
        value, until = self._values.get(key, (None, 0))
        return value if until > self._clock() else None

    def put(self, key: K, value: V, *, until: int) -> None:
        """Add or replace a value that expires at ``until`` (ms)."""
        if len(self._values) >= self._sweep_at:
            now = self._clock()
            self._values = {k: kept for k, kept in self._values.items() if kept[1] > now}
            self._sweep_at = max(MIN_VALUES_TO_SWEEP, 2 * len(self._values))
        self._values[key] = value, until
