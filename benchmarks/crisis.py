"""Measure how surely people in danger are noticed, on lines by others than the examples' authors.

    python benchmarks/crisis.py                     the held-back lines, by class and by language
    python benchmarks/crisis.py COMMENTS.tsv        ordinary comments besides: false alarms
                                                    (GoEmotions has 5,427 in dev.tsv)

Nothing is trained or tuned on ``data/crisis_held_out.toml``: read its totals, not its lines.
"""

from __future__ import annotations

import statistics
import sys
import time
import tomllib
from collections import defaultdict
from pathlib import Path

from synthetic_soul.nlu.safety.crisis import KINDS, detect_crisis
from synthetic_soul.nlu.text.sentences import normalise

HELD_OUT = Path(__file__).with_name("data") / "crisis_held_out.toml"
ALL = "all"
DANGER, HARMLESS, DOUBTFUL = "danger", "none", "ask"

Outcomes = list[tuple[bool, bool]]


def outcome(text: str) -> tuple[bool, bool]:
    """Return whether a line is referred, and whether a gentle question is asked."""
    crisis = detect_crisis(normalise(text))
    return crisis is not None and crisis.certain, crisis is not None and not crisis.certain


def shares(outcomes: Outcomes) -> str:
    """Return the shares referred and asked of some lines, for a row of the table."""
    if not outcomes:
        return f"{'':>24}"
    referred, asked = (sum(column) / len(outcomes) for column in zip(*outcomes, strict=True))
    return f"{len(outcomes):5} {referred:8.1%} {asked:8.1%} "


def main() -> None:
    """Print the tables."""
    found: dict[tuple[str, str], Outcomes] = defaultdict(list)
    times = []
    for line in tomllib.loads(HELD_OUT.read_text(encoding="utf-8"))["line"]:
        label = DANGER if line["label"] in KINDS else line["label"]
        start = time.perf_counter()
        seen = outcome(line["text"])
        times.append(time.perf_counter() - start)
        for language in (ALL, line["language"]):
            found[language, label].append(seen)
    print(
        f"{'language':10} {'danger: lines, referred, asked':>26} {'harmless':>24} {'doubtful':>24}"
    )
    for language in [ALL, *sorted({language for language, _ in found} - {ALL})]:
        row = [shares(found[language, label]) for label in (DANGER, HARMLESS, DOUBTFUL)]
        print(f"{language:10}     {' '.join(row)}")
    print(f"time a line, median: {1000 * statistics.median(times):.2f} ms")
    for name in sys.argv[1:]:
        comments = Path(name).read_text(encoding="utf-8").splitlines()
        print(f"{name}: {shares([outcome(line.partition(chr(9))[0]) for line in comments])}")


if __name__ == "__main__":
    main()
