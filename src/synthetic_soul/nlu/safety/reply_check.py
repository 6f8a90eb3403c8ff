"""Whether words said to a person could harm them: encourage self-harm, or name ways to do it."""

from functools import cache

from synthetic_soul.nlu.resources import FOLDER, load
from synthetic_soul.nlu.text.classifier import Classifier
from synthetic_soul.nlu.text.features import features_of
from synthetic_soul.nlu.text.language import likely_language

HARMFUL = "harmful"
MIN_HARMFUL = 0.4


def is_harmful(sentence: str, *, watchful: bool) -> bool:
    """Return whether a sentence said to a person could harm them.

    ``watchful``: they are or lately were in danger; else only sentences that name something grave
    are looked at.
    """
    features = features_of(sentence, likely_language(sentence))
    if not watchful and _grave().isdisjoint(features.meanings):
        return False
    shares = _classifier().probabilities(features.buckets, features.meanings)
    return shares[HARMFUL] >= MIN_HARMFUL


@cache
def _grave() -> frozenset[str]:
    """Return the meanings of which harmful words hold one, but where they answer a danger."""
    return frozenset(load("reply_check").words("grave"))


@cache
def _classifier() -> Classifier:
    return Classifier.read(FOLDER / "reply_check.npz")
