"""What is counted in memory, for a store that one process owns.

A window is opened by its first count. One more costs the same however many keys there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_SWEEP = 1024  # keys before closed windows are first dropped


class Counters:
    """Counts by key; ``clock`` gives milliseconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._windows: dict[str, tuple[int, int]] = {}  # key -> (counted, closes at ms)
        self._sweep_at = FIRST_SWEEP

    def __len__(self) -> int:
        return len(self._windows)

    def add(self, key: str, *, window: int, by: int) -> tuple[int, int]:
        """As ``Accounts.count``."""
        now = self._clock()
        counted, closes = self._windows.get(key, (0, 0))
        if closes <= now:
            counted, closes = 0, now + window
            self._sweep(now)
        self._windows[key] = (counted + by, closes)
        return self._windows[key]

    def _sweep(self, now: int) -> None:
        """Drop closed windows whenever their number has doubled: a constant cost a count."""
        if len(self._windows) >= self._sweep_at:
            self._windows = {k: w for k, w in self._windows.items() if w[1] > now}
            self._sweep_at = max(FIRST_SWEEP, 2 * len(self._windows))
