"""Train what tells languages apart, from all example lines: ``python -m training.languages``."""

from __future__ import annotations

from collections.abc import Sequence

from synthetic_soul.nlu.text.classifier import Classifier
from synthetic_soul.nlu.text.language import LANGUAGE_BUCKETS, language_features
from training import examples, linear
from training.examples import Example
from training.material import LANGUAGES

_PARTS = 10


def main() -> None:
    """Print the share of lines held back that are told rightly, and write the classifier."""
    found = LANGUAGES.lines()
    kept, held = examples.split(found, _PARTS, 0)
    trial = _train([found[place] for place in kept])
    right = 0
    for place in held:
        shares = trial.probabilities(language_features(found[place].text))
        right += max(shares, key=shares.__getitem__) == found[place].language
    print(f"languages: {len(found)} lines, {right / len(held):.1%} of those held back are right")
    _train(found, LANGUAGES.digest()).write(LANGUAGES.target)


def _train(found: Sequence[Example], trained_on: str = "") -> Classifier:
    return linear.train(
        [language_features(example.text) for example in found],
        [example.language for example in found],
        buckets=LANGUAGE_BUCKETS,
        trained_on=trained_on,
    )


if __name__ == "__main__":
    main()
