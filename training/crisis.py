"""Train what notices people in danger: ``python -m training.crisis``.

The figures that it prints are those of lines held back from the same authors' files; how it does on
lines by others is measured by ``benchmarks/crisis.py``.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from synthetic_soul.nlu.resources import load
from synthetic_soul.nlu.safety.crisis import DOUBTFUL, KINDS, MIN_CERTAIN, MIN_DOUBTFUL
from synthetic_soul.nlu.text.classifier import Classifier
from synthetic_soul.nlu.text.features import Features, features_of
from training import examples, network
from training.examples import Example
from training.material import CRISIS, HARMLESS

PLAN = network.Plan(seed=1)
_PARTS = 10
_MIXTURES = 8_000
_FRAGMENTS = 6_000
_MAX_FRAGMENT_WORDS = 3
_MAX_WORDS = 30


def main() -> None:
    """Print the figures of a trial on a part of the lines, then train on all and write the file."""
    found = CRISIS.lines()
    seen = [features_of(example.text, example.language) for example in found]
    kept, held = examples.split(found, _PARTS, 0)
    trial = _train([seen[place] for place in kept], [found[place] for place in kept])
    _report(trial, [(found[place], seen[place]) for place in held])
    _train(seen, found, trained_on=CRISIS.digest()).write(CRISIS.target)


def _train(
    seen: Sequence[Features], found: Sequence[Example], *, trained_on: str = ""
) -> Classifier:
    mixed = [*_mixtures(found), *_fragments(found)]
    labels = [example.label for example in [*found, *mixed]]
    texts = [*seen, *(features_of(example.text, example.language) for example in mixed)]
    return network.train(texts, labels, PLAN, trained_on=trained_on)


def _mixtures(found: Sequence[Example]) -> list[Example]:
    """Return texts made of the beginning of one harmless line and the end of another.

    What is said about anything at all is as harmless, and there are too few lines for all of it.
    """
    chance = random.Random(0)  # noqa: S311 - the same mixtures each time
    lines: dict[str, list[list[str]]] = {}
    for example in found:
        if example.label == HARMLESS and example.group != examples.PAIRS and " " in example.text:
            lines.setdefault(example.language, []).append(example.text.split())
    languages = chance.choices([*lines], [len(lines[each]) for each in lines], k=_MIXTURES)
    mixed = []
    # In their order, since loading what is known of a language takes long.
    for language in sorted(languages):
        first, second = chance.choice(lines[language]), chance.choice(lines[language])
        words = first[: chance.randint(1, len(first))] + second[chance.randrange(len(second)) :]
        text = " ".join(words[:_MAX_WORDS])
        mixed.append(Example(text, language, HARMLESS, "mixture"))
    return mixed


def _fragments(found: Sequence[Example]) -> list[Example]:
    """Return a few words of harmless lines, some with a number behind them.

    So short a text says nothing, but where it names something grave: none of these does.
    """
    chance = random.Random(1)  # noqa: S311 - the same fragments each time
    grave = frozenset(load("reply_check").words("grave"))
    fragments = []
    lines = [each for each in found if each.label == HARMLESS and each.group != examples.PAIRS]
    for example in sorted(chance.choices(lines, k=_FRAGMENTS), key=lambda each: each.language):
        words = example.text.split()
        start = chance.randrange(len(words))
        part = words[start : start + chance.randint(1, _MAX_FRAGMENT_WORDS)]
        part += [str(chance.randint(0, 999))] * chance.randint(0, 1)
        text = " ".join(part)
        if grave.isdisjoint(features_of(text, example.language).meanings):
            fragments.append(Example(text, example.language, HARMLESS, "fragment"))
    return fragments


def _report(trial: Classifier, held: Sequence[tuple[Example, Features]]) -> None:
    rows: dict[str, list[tuple[bool, bool]]] = {}
    for example, seen in held:
        shares = trial.probabilities(seen.buckets, seen.meanings)
        danger = sum(shares[kind] for kind in KINDS)
        is_asked = danger < MIN_CERTAIN and danger + shares[DOUBTFUL] >= MIN_DOUBTFUL
        rows.setdefault(example.label, []).append((danger >= MIN_CERTAIN, is_asked))
    for label, outcomes in rows.items():
        referred, asked = (sum(column) / len(outcomes) for column in zip(*outcomes, strict=True))
        print(f"{label:10} {len(outcomes):6} lines: {referred:.1%} referred, {asked:.1%} asked")


if __name__ == "__main__":
    main()
