"""Measure how well acts, themes and polarity are read of talk that nothing is learned from.

    python -m benchmarks.talk_labels [FOLDER]

FOLDER holds lines as ``training/data/talk/README.md`` tells, by default those kept aside in
``benchmarks/data/talk_held_out``. Prints macro-F1 and accuracy over the first labels, the share of
lines of which the label found is one, first or not, and the median time that a line takes.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from synthetic_soul.nlu.acts.talk_labels import HEADS, read_labels, talk_features
from synthetic_soul.nlu.interpret import interpret
from synthetic_soul.nlu.resources import FOLDER
from synthetic_soul.nlu.text.classifier import Classifier
from training.talk_lines import macro_f1, read_lines

HELD_OUT = Path(__file__).parent / "data" / "talk_held_out"


def main() -> None:
    """Print the figures."""
    lines = read_lines(Path(sys.argv[1]) if sys.argv[1:] else HELD_OUT)
    read = {line.text: interpret(line.text) for line in lines}
    features = {text: talk_features(each) for text, each in read.items()}
    print(f"{len(lines)} lines of {len({line.style for line in lines})} styles")
    for head in HEADS:
        classifier = Classifier.read(FOLDER / f"talk_{head}.npz")
        shares = [classifier.probabilities(features[line.text]) for line in lines]
        found = [max(each, key=each.__getitem__) for each in shares]
        pairs = [(each, line.labels(head)) for each, line in zip(found, lines, strict=True)]
        first = statistics.mean(each == labels[0] for each, labels in pairs)
        right = statistics.mean(each in labels for each, labels in pairs)
        f1 = macro_f1(classifier, lines, features, head)
        print(f"{head:9} macro-F1 {f1:.3f}   accuracy {first:.1%}   one of its labels {right:.1%}")
    times = []
    for each in read.values():
        begun = time.perf_counter()
        read_labels(each)
        times.append(time.perf_counter() - begun)
    print(f"a line takes {1000 * statistics.median(times):.2f} ms (median)")


if __name__ == "__main__":
    main()
