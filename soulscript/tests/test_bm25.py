"""The inverted index, and the score that it is made for."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soulscript.text import K1, Postings, add_gains, rarity

DOCUMENTS = st.lists(st.lists(st.sampled_from("abc"), max_size=6), max_size=6)


@given(DOCUMENTS, st.sets(st.integers(0, 5)))
def test_a_term_is_counted_in_the_documents_that_are_held(
    documents: list[list[str]], removed: set[int]
) -> None:
    postings = Postings()
    for number, terms in enumerate(documents):
        postings.add(number, terms)
    for number in removed & set(range(len(documents))):
        postings.remove(number, documents[number])
    held = {n: Counter(terms) for n, terms in enumerate(documents) if n not in removed}
    for term in "abcd":
        expected = {n: counts[term] for n, counts in held.items() if term in counts}
        assert postings.counts(term) == expected
        assert postings.frequency(term) == sum(expected.values())
        assert (term in postings) == bool(expected)
        assert {n for n in range(6) if postings.holds(n, term)} == set(expected)


def test_a_rare_term_counts_more_and_none_counts_against_a_document() -> None:
    values = [rarity(holders, 10) for holders in range(1, 11)]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0
    assert rarity(1, 10) == pytest.approx(math.log(1 + 9.5 / 1.5))


def test_gains_add_up_and_saturate() -> None:
    scores: dict[int, float] = {}
    add_gains(scores, {1: 1, 2: 1000}, [K1, K1], 2.0)
    assert scores[1] == pytest.approx(2.0 / (1 + K1))
    assert 1.99 < scores[2] < 2.0
    add_gains(scores, {1: 1}, [K1], 2.0)
    assert scores[1] == pytest.approx(4.0 / (1 + K1))
