"""How a text feels by its words."""

import pytest

from soulscript.memory.generation import valence


@pytest.mark.parametrize("text", ["I love it", "we won, and I'm so happy!", "it isn't hopeless"])
def test_good_news_is_pleasant(text: str) -> None:
    assert valence(text) > 0.3


@pytest.mark.parametrize("text", ["my dog died", "I am not happy", "I can't love this, I'm sad"])
def test_bad_news_is_not(text: str) -> None:
    assert valence(text) < -0.3


@pytest.mark.parametrize("text", ["", "the train is blue", "a good, bad day", "愛"])
def test_what_no_word_decides_is_neutral(text: str) -> None:
    assert valence(text) == 0


def test_a_negation_does_not_reach_far() -> None:
    assert valence("not the train that I took yesterday was good") > 0
