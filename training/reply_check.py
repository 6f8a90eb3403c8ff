"""Train the check of what a model may say: ``python -m training.reply_check``."""

from __future__ import annotations

from synthetic_soul.nlu.safety.reply_check import HARMFUL, MIN_HARMFUL
from synthetic_soul.nlu.text.features import features_of
from training import examples, network
from training.material import REPLY_CHECK

PLAN = network.Plan(epochs=12)
_PARTS = 10


def main() -> None:
    """Print the figures of a trial on a part of the lines, then train on all and write the file."""
    found = REPLY_CHECK.lines()
    seen = [features_of(example.text, example.language) for example in found]
    labels = [example.label for example in found]
    kept, held = examples.split(found, _PARTS, 0)
    trial = network.train([seen[place] for place in kept], [labels[place] for place in kept], PLAN)
    for label in sorted(set(labels)):
        places = [place for place in held if labels[place] == label]
        shares = [trial.probabilities(seen[at].buckets, seen[at].meanings) for at in places]
        stopped = sum(share[HARMFUL] >= MIN_HARMFUL for share in shares)
        print(f"{label:10} {len(places):6} lines: {stopped / len(places):.1%} are stopped")
    network.train(seen, labels, PLAN, trained_on=REPLY_CHECK.digest()).write(REPLY_CHECK.target)


if __name__ == "__main__":
    main()
