"""The latest of many things, remembered by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable

K = TypeVar("K", bound="Hashable")
V = TypeVar("V")


class LRUCache(Generic[K, V]):
    """The newest ``most`` values by key; the one longest unchanged makes place."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """The value, if it is still remembered."""
        return self._kept.get(key)

    def put(self, key: K, value: V) -> None:
        """Remember a value as the newest."""
        self._kept.pop(key, None)
        self._kept[key] = value
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]

    def clear(self) -> None:
        """Remember nothing."""
        self._kept.clear()
