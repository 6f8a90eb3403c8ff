"""An inverted index and BM25 (Robertson & Zaragoza, Probabilistic Relevance Framework, 2009).

A document is a number that the caller chooses. Its score for a query is the sum over the query's
terms of

    (K1 + 1) * rarity * count / (count + norm),    norm = K1 * (1 - B + B * length / usual length)

The caller also chooses the usual length, and the number of documents in which a term is rare.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

K1: Final = 0.9
B: Final = 0.5
"""Saturation of repeats and weight of length; measured on lines of conversations."""

_SHORT_LIST: Final = 50  # occurrences up to which a Counter costs more than it saves


class Postings:
    """The documents of each term.

    A term's list is ascending and holds a document once for each occurrence, so that C code
    counts, finds and removes documents.
    """

    def __init__(self) -> None:
        self._lists: defaultdict[str, array[int]] = defaultdict(partial(array, "I"))

    def __contains__(self, term: str) -> bool:
        return term in self._lists

    def add(self, document: int, terms: Iterable[str]) -> None:
        """Add a document with its terms, repeats included; its number is the highest so far."""
        lists = self._lists
        for term in terms:
            lists[term].append(document)

    def remove(self, document: int, terms: Iterable[str]) -> None:
        """Remove a document that was added with these terms."""
        for term in set(terms):
            documents = self._lists[term]
            del documents[bisect_left(documents, document) : bisect_right(documents, document)]
            if not documents:
                del self._lists[term]

    def frequency(self, term: str) -> int:
        """Return the number of occurrences of a term in all documents."""
        return len(self._lists.get(term, ()))

    def counts(self, term: str) -> dict[int, int]:
        """Return the number of occurrences of a term by document, in ascending order."""
        documents = self._lists.get(term, ())
        # To make a Counter takes a microsecond, which a short list without repeats does not need.
        if len(documents) < _SHORT_LIST:
            once = dict.fromkeys(documents, 1)
            if len(once) == len(documents):
                return once
        return Counter(documents)

    def holds(self, document: int, term: str) -> bool:
        """Return whether a document holds a term."""
        documents = self._lists.get(term, ())
        position = bisect_left(documents, document)
        return position < len(documents) and documents[position] == document


def rarity(holders: int, documents: int) -> float:
    """Return the inverse document frequency in its form that is never negative."""
    return math.log1p((documents - holders + 0.5) / (holders + 0.5))


def add_gains(
    scores: dict[int, float], counts: Mapping[int, int], norms: Iterable[float], weight: float
) -> None:
    """Add one term's part to the score of each document that holds it.

    ``counts`` holds the number of occurrences by document, ``norms`` the documents' norms in the
    same order; ``weight`` is ``(K1 + 1) * rarity``.
    """
    score = scores.get
    for document, count, norm in zip(counts, counts.values(), norms, strict=True):
        scores[document] = score(document, 0.0) + weight * (count / (count + norm))
