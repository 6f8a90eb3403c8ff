"""Labels of talk: what a message does, is about, and how its writer feels."""

import pytest

from synthetic_soul.nlu.acts.talk_labels import HEADS, TALK_BUCKETS, classes_of, read_labels
from synthetic_soul.nlu.acts.talk_labels import talk_features as features
from synthetic_soul.nlu.interpret import interpret


@pytest.mark.parametrize(
    ("text", "acts", "theme", "polarity"),
    [
        ("thank you so much for listening", {"thank"}, "talk", "+"),
        ("goodbye, see you tomorrow", {"farewell"}, "none", "0"),
        ("what's your favourite song?", {"ask_taste"}, "music", "0"),
        ("my boss shouted at me in front of everybody", {"complaint", "bad_news"}, "work", "-"),
        (
            "the cat has been sick on the rug again",
            {"complaint", "other", "event", "bad_news"},
            "pets",
            "-",
        ),
    ],
)
def test_clear_lines_are_read(text: str, acts: set[str], theme: str, polarity: str) -> None:
    labels = read_labels(interpret(text))
    assert labels.act in acts, labels.act
    assert labels.theme in {theme, "agent", "none"}, labels.theme
    assert labels.polarity[polarity] >= 0.2, labels.polarity


@pytest.mark.parametrize("text", ["", "?", "x" * 5000, "why " * 2000, "مرحبا", "\x00\ud800"])
def test_any_text_has_labels(text: str) -> None:
    labels = read_labels(interpret(text))
    for head in HEADS:
        shares = getattr(labels, head)
        assert set(shares) == {*classes_of(head)}
        assert sum(shares.values()) == pytest.approx(1.0)


def test_the_features_of_a_long_text_are_bounded() -> None:
    long = " ".join(f"word{number}" for number in range(4000))
    found = features(interpret(long))
    assert len(found) < 5_000
    assert all(0 <= each < TALK_BUCKETS for each in found)
