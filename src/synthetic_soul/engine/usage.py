"""Usage of models (totals of this process, daily budgets of all), and counters for metrics."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from synthetic_soul.errors import Unavailable
from synthetic_soul.llm.base import Usage
from synthetic_soul.mind.dynamics import DAY
from synthetic_soul.mind.events import Event, ReplySpoken, SilenceKept, TurnFailed
from synthetic_soul.stores.base import Store

BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
"""Upper bounds (s) of a histogram's buckets; a last bucket has no bound."""
OUTCOMES: Final[dict[type[Event], str]] = {
    ReplySpoken: "reply",
    SilenceKept: "silence",
    TurnFailed: "failure",
}


class UsageMeter:
    """Calls and tokens of this process since the start; budgets by UTC day, counted by the store.

    ``person_budget`` is the number of calls that a person may cause in a day, 0 for no limit.
    """

    def __init__(self, store: Store, clock: Callable[[], int], *, person_budget: int) -> None:
        self._store = store
        self._clock = clock
        self._person_budget = person_budget
        self._day = 0
        self._today: Counter[str] = Counter()
        self.totals: Counter[str] = Counter()

    async def count(
        self, purpose: str, usage: Usage, *, person: str = "", failed: bool = False
    ) -> None:
        """Count one utterance or reflection; ignore that the store is away."""
        self.totals["calls"] += usage.calls
        self.totals["prompt_tokens"] += usage.prompt_tokens
        self.totals["reply_tokens"] += usage.reply_tokens
        self.totals["failures"] += failed
        self.totals[purpose] += usage.calls
        if person and self._person_budget and usage.calls:
            with suppress(Unavailable):
                await self._add(f"person:{person}", usage.calls)

    async def affords(self, person: str) -> bool:
        """Return whether something is left of a person's calls for today.

        True while the store is away: nothing can be recorded then, which fails elsewhere.
        """
        if not self._person_budget:
            return True
        try:
            return await self._add(f"person:{person}", 0) < self._person_budget
        except Unavailable:
            return True

    def today(self, budget: str) -> int:
        """Return how much of a budget this process has spent today."""
        self._start_day()
        return self._today[budget]

    async def spend(self, budget: str, limit: int) -> bool:
        """Spend one of a daily budget; False when nothing is left, or the store is away."""
        try:
            if await self._add(budget, 1) > limit:
                return False
        except Unavailable:
            return False
        self._start_day()
        self._today[budget] += 1
        return True

    async def _add(self, budget: str, amount: int) -> int:
        """Add to what all processes have spent of a budget today, and return the sum."""
        key = f"{budget}@{self._clock() // DAY}"
        return (await self._store.counters.increment(key, window=DAY, by=amount))[0]

    def _start_day(self) -> None:
        day = self._clock() // DAY
        if day != self._day:
            self._day = day
            self._today.clear()


class Histogram:
    """Waiting times: how many fell into each of ``BUCKETS``, and their sum (s)."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS) + 1)
        self.sum = 0.0

    def add(self, seconds: float) -> None:
        """Count one waiting time."""
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.sum += seconds


class Counters:
    """Counts of this process since it started, for metrics to read.

    ``messages`` were acknowledged; ``swept`` conversations were found waiting by the sweep;
    ``turns`` and ``waiting_times`` are by outcome; ``leases_lost`` counts refused commits.
    """

    def __init__(self) -> None:
        self.messages = 0
        self.swept = 0
        self.leases_lost = 0
        self.turns: Counter[str] = Counter()
        self.waiting_times = {outcome: Histogram() for outcome in OUTCOMES.values()}

    def count_turn(self, events: Iterable[Event], waited: Iterable[int]) -> None:
        """Count a turn by the outcome among its events; its messages waited so long (ms)."""
        for event in events:
            outcome = OUTCOMES.get(type(event))
            if outcome is not None:
                self.turns[outcome] += 1
                for ms in waited:
                    self.waiting_times[outcome].add(max(0, ms) / 1000)
