"""How much models are used: the counts that budgets and ``/meta/llm`` read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthetic_soul.voices.base import Spent

DAY = 86_400_000


class Use:
    """Calls and tokens since the start, and today's calls by budget (UTC days).

    ``a_person`` is how many calls a person may cause in a day, 0 for any number.
    """

    def __init__(self, clock: Callable[[], int], *, a_person: int) -> None:
        self._clock = clock
        self._a_person = a_person
        self._today = 0
        self._calls: Counter[str] = Counter()
        self.totals: Counter[str] = Counter()

    def count(self, purpose: str, spent: Spent, *, person: str = "", failed: bool = False) -> None:
        """Note what one utterance or reflection cost."""
        self._turn_page()
        self.totals["calls"] += spent.calls
        self.totals["prompt_tokens"] += spent.prompt_tokens
        self.totals["reply_tokens"] += spent.reply_tokens
        self.totals["failures"] += failed
        self.totals[purpose] += spent.calls
        if person:
            self._calls[f"person:{person}"] += spent.calls

    def affords(self, person: str) -> bool:
        """Whether something is left of a person's calls for today."""
        return self._a_person == 0 or self.today(f"person:{person}") < self._a_person

    def today(self, budget: str) -> int:
        """How much of a budget has gone today."""
        self._turn_page()
        return self._calls[budget]

    def spend(self, budget: str, most: int) -> bool:
        """Take one from a daily budget; False when nothing is left."""
        if self.today(budget) >= most:
            return False
        self._calls[budget] += 1
        return True

    def _turn_page(self) -> None:
        today = self._clock() // DAY
        if today != self._today:
            self._today = today
            self._calls.clear()
