"""How much models are used: totals of this process, and daily budgets over all processes."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from synthetic_soul.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthetic_soul.llm import base as llm
    from synthetic_soul.stores.base import Store

DAY = 86_400_000


class Usage:
    """Calls and tokens of this process since the start; budgets by UTC day, counted by the store.

    ``a_person`` is how many calls a person may cause in a day, 0 for any number.
    """

    def __init__(self, store: Store, clock: Callable[[], int], *, a_person: int) -> None:
        self._store = store
        self._clock = clock
        self._a_person = a_person
        self._page = 0
        self._today: Counter[str] = Counter()
        self.totals: Counter[str] = Counter()

    async def count(
        self, purpose: str, cost: llm.Usage, *, person: str = "", failed: bool = False
    ) -> None:
        """Note what one utterance or reflection cost; what the store cannot note is passed over."""
        self.totals["calls"] += cost.calls
        self.totals["prompt_tokens"] += cost.prompt_tokens
        self.totals["reply_tokens"] += cost.reply_tokens
        self.totals["failures"] += failed
        self.totals[purpose] += cost.calls
        if person and self._a_person and cost.calls:
            with suppress(Unavailable):
                await self._add(_of(person), cost.calls)

    async def affords(self, person: str) -> bool:
        """Whether something is left of a person's calls for today.

        While the store is away, yes: nothing can be recorded then, and that is said elsewhere.
        """
        if not self._a_person:
            return True
        try:
            return await self._add(_of(person), 0) < self._a_person
        except Unavailable:
            return True

    def today(self, budget: str) -> int:
        """How much of a budget this process has taken today."""
        self._turn_page()
        return self._today[budget]

    async def spend(self, budget: str, most: int) -> bool:
        """Take one from a daily budget; False when nothing is left, or the store is away."""
        try:
            if await self._add(budget, 1) > most:
                return False
        except Unavailable:
            return False
        self._turn_page()
        self._today[budget] += 1
        return True

    async def _add(self, budget: str, by: int) -> int:
        """What all processes have taken from a budget today, ``by`` more included."""
        key = f"{budget}@{self._clock() // DAY}"
        return (await self._store.counters.increment(key, window=DAY, by=by))[0]

    def _turn_page(self) -> None:
        page = self._clock() // DAY
        if page != self._page:
            self._page = page
            self._today.clear()


def _of(person: str) -> str:
    return f"person:{person}"
