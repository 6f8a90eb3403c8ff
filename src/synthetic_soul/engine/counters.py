"""What has happened in this process since it started, in plain numbers, for metrics to read."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from synthetic_soul.mind.events import ReplySpoken, SilenceKept, TurnFailed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from synthetic_soul.mind.events import Event

BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
"""Upper bounds (s) of the steps in which waiting times are counted; a last one has no bound."""

OUTCOMES: dict[type[Event], str] = {
    ReplySpoken: "reply",
    SilenceKept: "silence",
    TurnFailed: "failure",
}


class Histogram:
    """Waiting times: how many fell into each step of ``BOUNDS``, and their sum (s)."""

    def __init__(self) -> None:
        self.steps = [0] * (len(BOUNDS) + 1)
        self.sum = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.steps[bisect_left(BOUNDS, seconds)] += 1
        self.sum += seconds


class Counters:
    """Messages heard, rings of the sweep, turns by outcome, turns whose lease was lost."""

    def __init__(self) -> None:
        self.heard = 0
        self.rung = 0
        self.leases_lost = 0
        self.turns: Counter[str] = Counter()
        self.waited = {outcome: Histogram() for outcome in OUTCOMES.values()}

    def settled(self, events: Iterable[Event], waited: Iterable[int]) -> None:
        """Count a turn by the outcome among its events; its messages waited so long (ms)."""
        for event in events:
            outcome = OUTCOMES.get(type(event))
            if outcome is not None:
                self.turns[outcome] += 1
                for ms in waited:
                    self.waited[outcome].add(max(0, ms) / 1000)
