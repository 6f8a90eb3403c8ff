"""Impulses on lite dimensions are lifted to rich ones."""

from __future__ import annotations

import pytest

from synthetic_soul.mind import reduce, state
from synthetic_soul.mind.appraisal import lift_emotion, lift_sentiment, lift_trait
from synthetic_soul.mind.events import Felt, Impulse, SentimentsMoved
from synthetic_soul.mind.tables.dimensions import LITE_EMOTIONS, LITE_SENTIMENTS, LITE_TRAITS
from tests.mind.lives import ADA, BIRTH, born, levels, live


def asked(dimension: str, amount: float = 0.5) -> Impulse:
    return Impulse(dimension=dimension, amount=amount, cause="test")


@pytest.mark.parametrize("name", list(LITE_EMOTIONS))
def test_a_lite_impulse_moves_the_lite_emotion_it_names(name: str) -> None:
    mind = born(levels(0.0))
    after, _ = reduce.step(mind, None, Felt(impulses=lift_emotion(asked(name))), BIRTH)
    assert state.lite_emotions(after, BIRTH)[name] > state.lite_emotions(mind, BIRTH)[name] + 0.2


@pytest.mark.parametrize("name", list(LITE_SENTIMENTS))
def test_a_lite_impulse_moves_the_lite_sentiment_it_names(name: str) -> None:
    moved = SentimentsMoved(person=ADA, impulses=lift_sentiment(asked(name, 1.0)))
    _, bond = live(born(), None, [moved], BIRTH)
    assert state.lite_sentiments(bond, BIRTH)[name] > 0.1


@pytest.mark.parametrize("name", list(LITE_TRAITS))
def test_a_lite_trait_lifts_onto_one_that_speaks_for_it(name: str) -> None:
    (lifted,) = lift_trait(asked(name))
    assert LITE_TRAITS[name][lifted.dimension] > 0


def test_lifting_keeps_amount_and_cause() -> None:
    assert lift_emotion(asked("joy", 1e-6)) == (asked("happiness", 1e-6),)


def test_a_rich_name_stays_and_an_unknown_one_is_dropped() -> None:
    assert lift_sentiment(asked("nostalgia")) == (asked("nostalgia"),)
    assert lift_emotion(asked("ennui")) == ()
