"""Train what tells languages apart, from all example lines: ``python -m training.languages``."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from synthetic_soul.nlu.text.classifier import Classifier
from synthetic_soul.nlu.text.language import LANGUAGE_BUCKETS, language_features
from training import examples, linear
from training.examples import Example
from training.material import LANGUAGES

_PARTS = 10
_MAX_FRAGMENT_WORDS = 3


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
    learned = [*found, *_fragments(found)]
    return linear.train(
        [language_features(example.text) for example in learned],
        [example.language for example in learned],
        buckets=LANGUAGE_BUCKETS,
        trained_on=trained_on,
    )


def _fragments(found: Sequence[Example]) -> Iterator[Example]:
    """Yield a few words of each line.

    Without them it would be as sure of a word or two as it may be of a sentence.
    """
    chance = random.Random(0)  # noqa: S311 - the same fragments each time
    for example in found:
        words = example.text.split()
        start = chance.randrange(len(words))
        part = words[start : start + chance.randint(1, _MAX_FRAGMENT_WORDS)]
        yield replace(example, text=" ".join(part))


if __name__ == "__main__":
    main()
