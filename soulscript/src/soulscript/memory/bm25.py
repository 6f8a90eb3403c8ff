"""Which texts hold which term, and how well a text answers a cue (BM25)."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from functools import partial
from operator import add, truediv
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

K1: Final = 0.9
B: Final = 0.5
"""Saturation of repeats and weight of length (Robertson & Zaragoza 2009); as for what was said."""
USUAL: Final = 40
"""Terms of a text of usual length. A fixed number: what is held changes no other text's score."""
_FEW: Final = 1_000  # texts from which on common terms are left out
_COMMON: Final = 8  # a term is common that more than one text in so many holds


class Postings:
    """Texts by their terms. A text is a slot, a number that is never used again."""

    def __init__(self) -> None:
        # Slots in order, each as often as the text holds the term.
        self._lists: defaultdict[str, array[int]] = defaultdict(partial(array, "I"))
        self._norms = array("d")  # what a text's length adds to a count, by slot
        self._texts = 0

    def add(self, terms: Sequence[str]) -> int:
        """Take in the terms of a text; gives its slot."""
        slot, lists = len(self._norms), self._lists
        for term in terms:
            lists[term].append(slot)
        self._norms.append(K1 * (1 - B + B * len(terms) / USUAL))
        self._texts += 1
        return slot

    def remove(self, slot: int, terms: Iterable[str]) -> None:
        """Forget a text whose terms these are."""
        for term in set(terms):
            slots = self._lists[term]
            del slots[bisect_left(slots, slot) : bisect_right(slots, slot)]
            if not slots:
                del self._lists[term]
        self._texts -= 1

    def known(self, terms: Iterable[str]) -> tuple[str, ...]:
        """Give those terms that any text holds, each once, the rarest first."""
        often = {term: len(self._lists[term]) for term in terms if term in self._lists}
        return tuple(sorted(often, key=lambda term: (often[term], term)))

    def telling(self, known: Iterable[str]) -> tuple[str, ...]:
        """Give those of known terms that, among many texts, at most one in eight of them holds."""
        most = max(_FEW, self._texts // _COMMON)
        return tuple(term for term in known if len(self._lists[term]) <= most)

    def holds(self, slot: int, term: str) -> bool:
        """Whether a text holds a term that is known."""
        slots = self._lists[term]
        at = bisect_left(slots, slot)
        return at < len(slots) and slots[at] == slot

    def scores(self, terms: Iterable[str]) -> dict[int, float]:
        """Give slot -> BM25 for the texts that hold any of the terms, which are all held."""
        scores: dict[int, float] = {}
        for term in terms:
            self._gather(scores, self._lists[term])
        return scores

    def _gather(self, scores: dict[int, float], slots: array[int]) -> None:
        """Add a term's part to the score of every text that holds it.

        Its rarity is taken from how often it stands anywhere. The loops are C's: there may be many.
        """
        counts = Counter(slots)
        often = min(len(slots), self._texts)
        weight = math.log1p((self._texts - often + 0.5) / (often + 0.5)) * (K1 + 1)
        lengths = map(self._norms.__getitem__, counts)
        gains = map(truediv, counts.values(), map(add, counts.values(), lengths))
        gained = dict(zip(counts, map(weight.__mul__, gains), strict=True))
        if scores:
            gained = {slot: scores.get(slot, 0.0) + gain for slot, gain in gained.items()}
        scores.update(gained)
