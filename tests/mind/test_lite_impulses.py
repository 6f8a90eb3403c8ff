"""Impulses on lite sentiments are lifted to rich ones."""

from __future__ import annotations

import pytest

from synthetic_soul.mind import state
from synthetic_soul.mind.appraisal import lift_sentiment
from synthetic_soul.mind.events import Impulse, SentimentsMoved
from synthetic_soul.mind.tables.sentiments import LITE_SENTIMENTS
from tests.mind.lives import ADA, BIRTH, born, live


def impulse(dimension: str, amount: float = 0.5) -> Impulse:
    return Impulse(dimension=dimension, amount=amount, cause="test")


@pytest.mark.parametrize("name", list(LITE_SENTIMENTS))
def test_a_lite_impulse_moves_the_lite_sentiment_it_names(name: str) -> None:
    moved = SentimentsMoved(person=ADA, impulses=lift_sentiment(impulse(name, 1.0)))
    _, bond = live(born(), None, [moved], BIRTH)
    assert state.lite_sentiments(bond, BIRTH)[name] > 0.1


def test_lifting_keeps_amount_and_cause() -> None:
    assert lift_sentiment(impulse("positive", 1e-6)) == (impulse("warmth", 1e-6),)


def test_a_rich_name_stays_and_an_unknown_one_is_dropped() -> None:
    assert lift_sentiment(impulse("nostalgia")) == (impulse("nostalgia"),)
    assert lift_sentiment(impulse("ennui")) == ()
