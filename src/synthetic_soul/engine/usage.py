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
GUESTS: Final = "guests"
"""The budget of all guests together."""


class UsageMeter:
    """Calls and tokens of this process since the start; budgets by UTC day, counted by the store.

    The budgets are numbers of calls in a day, 0 for no limit: ``person_budget`` of one person,
    ``guest_budget`` of all guests together, ``address_budget`` of the guests of one address.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], int],
        *,
        person_budget: int,
        guest_budget: int = 0,
        address_budget: int = 0,
    ) -> None:
        self._store = store
        self._clock = clock
        self._person_budget = person_budget
        self._guest_budget = guest_budget
        self._address_budget = address_budget
        self._day = 0
        self._today: Counter[str] = Counter()
        self.totals: Counter[str] = Counter()

    async def note_origin(self, message: str, address: str) -> None:
        """Count a guest's message as a call from its address.

        The turn, perhaps in another process, does not know the address: a message beyond the
        budget is marked, and ``reserve`` heeds the mark. Ignore that the store is away.
        """
        if address and self._address_budget:
            with suppress(Unavailable):
                if await self._add(f"address:{address}", 1) > self._address_budget:
                    await self._add(_beyond(message), 1)

    async def reserve(self, person: str, *, is_guest: bool, message: str = "") -> bool:
        """Spend one call of a person, for the reply to ``message``; False if nothing is left.

        It is spent before it is made, so that many at once exceed nothing. ``count`` adds what it
        cost beyond. True while the store is away: nothing can be recorded then, which fails
        elsewhere.
        """
        try:
            if is_guest and self._address_budget and await self._add(_beyond(message), 0):
                return False
            spent: list[str] = []
            for budget, limit in self._budgets(person, is_guest=is_guest):
                spent.append(budget)
                if await self._add(budget, 1) > limit:
                    for each in spent:
                        await self._add(each, -1)
                    return False
        except Unavailable:
            pass
        return True

    async def affords(self, person: str, *, is_guest: bool = False, share: float = 1.0) -> bool:
        """Return whether something is left of a share of a person's calls.

        True while the store is away.
        """
        try:
            for budget, limit in self._budgets(person, is_guest=is_guest):
                if await self._add(budget, 0) >= limit * share:
                    return False
        except Unavailable:
            pass
        return True

    async def count(
        self,
        purpose: str,
        usage: Usage,
        *,
        person: str = "",
        is_guest: bool = False,
        reserved: int = 0,
        failed: bool = False,
    ) -> None:
        """Count one utterance or reflection; ignore that the store is away.

        ``reserved`` calls of it are counted in the budgets already.
        """
        self.totals["calls"] += usage.calls
        self.totals["prompt_tokens"] += usage.prompt_tokens
        self.totals["reply_tokens"] += usage.reply_tokens
        self.totals["failures"] += failed
        self.totals[purpose] += usage.calls
        if person and usage.calls != reserved:
            with suppress(Unavailable):
                for budget, _ in self._budgets(person, is_guest=is_guest):
                    await self._add(budget, usage.calls - reserved)

    def _budgets(self, person: str, *, is_guest: bool) -> list[tuple[str, int]]:
        """Return the names and limits of the budgets that a person's calls are taken from."""
        budgets = [(f"person:{person}", self._person_budget)]
        if is_guest:
            budgets.append((GUESTS, self._guest_budget))
        return [(name, limit) for name, limit in budgets if limit]

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


def _beyond(message: str) -> str:
    return f"beyond:{message}"


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
