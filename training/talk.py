"""Train what tells acts, themes and polarity of talk: ``python -m training.talk``.

The lines stand in ``data/talk``, a file a style of writing; examples of the composer's occasions
are learned, too. The figures printed are of styles held back, each in turn; what
``benchmarks/talk_labels.py`` measures is of styles that nothing is learned from.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Final

from synthetic_soul.nlu.acts.talk_labels import HEADS, TALK_BUCKETS, classes_of, talk_features
from synthetic_soul.nlu.interpret import interpret
from synthetic_soul.nlu.resources import FOLDER
from synthetic_soul.nlu.text.classifier import Classifier
from training import linear
from training.talk_lines import TalkLine, digest, examples_of_occasions, macro_f1, read_lines

_SHARES: Final = (1.0, 0.35, 0.2)
"""What the first, second and third label of a line weigh."""


def main() -> None:
    """Train on all lines and write the files; ``--trial`` prints figures of styles held back."""
    lines, occasions = read_lines(), examples_of_occasions()
    features = {each.text: talk_features(interpret(each.text)) for each in (*lines, *occasions)}
    if sys.argv[1:] == ["--trial"]:
        _try(lines, features)
        return
    for head in HEADS:
        learned = lines if head == "polarity" else [*lines, *occasions]
        trained = _train(learned, features, head, trained_on=digest())
        trained.write(FOLDER / f"talk_{head}.npz")


def _try(lines: Sequence[TalkLine], features: Mapping[str, Sequence[int]]) -> None:
    for style in sorted({line.style for line in lines}):
        kept = [line for line in lines if line.style != style]
        held = [line for line in lines if line.style == style]
        figures = {
            head: macro_f1(_train(kept, features, head), held, features, head) for head in HEADS
        }
        print(f"{style}: " + ", ".join(f"{head} {f1:.3f}" for head, f1 in figures.items()))


def _train(
    lines: Sequence[TalkLine],
    features: Mapping[str, Sequence[int]],
    head: str,
    *,
    trained_on: str = "",
) -> Classifier:
    return linear.fit(
        [features[line.text] for line in lines],
        [dict(zip(line.labels(head), _SHARES, strict=False)) for line in lines],
        classes_of(head),
        buckets=TALK_BUCKETS,
        trained_on=trained_on,
    )


if __name__ == "__main__":
    main()
