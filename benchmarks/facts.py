"""Measure which facts are read out of messages: precision, recall, and the time it takes.

    python benchmarks/facts.py [FILE] [--against SRC] [--missed]

FILE is a table such as ``benchmarks/data/facts_held_out.txt``, whose head explains it. SRC is the
``src`` folder of another version of the program, which is measured on the same table in a process
of its own and printed beside. ``--missed`` lists what was missed and what was wrong; nobody who
tunes the reader should look at that for a file that is reported on.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HELD_OUT = Path(__file__).parent / "data" / "facts_held_out.txt"
ROUNDS = 5
MAX_EXTRA_WORDS = 7


@dataclass(frozen=True)
class Expected:
    """A fact that should be found: topics that will do, words of its value, and marks."""

    topics: tuple[str, ...]
    words: tuple[str, ...]
    retracts: bool
    optional: bool


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    before: str
    said: str
    facts: tuple[Expected, ...]


def expected(cell: str) -> Expected:
    """Return the fact that a cell of the table names."""
    optional = cell.startswith("(")
    topics, _, words = cell.strip("()").partition("=")
    topics = topics.strip()
    retracts = topics.startswith("-")
    plain = [topic.lstrip("-<!?+").strip().casefold() for topic in topics.split("/")]
    return Expected(tuple(plain), tuple(words.casefold().split()), retracts, optional)


def table(path: Path) -> list[Row]:
    """Return the rows of a table."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        said, _, cells = line.rpartition(" | ")
        before, _, last = said.rpartition(" >> ")
        facts = [] if cells.strip() == "nothing" else cells.split(";")
        rows.append(Row(before, last.strip(), tuple(expected(cell.strip()) for cell in facts)))
    return rows


def fits(wanted: Expected, fact: dict[str, object]) -> bool:
    """Return whether a fact that was read is the one wanted."""
    topic, value = str(fact["topic"]).casefold(), str(fact["value"]).casefold()
    if topic not in wanted.topics or bool(fact["retracts"]) != wanted.retracts:
        return False
    words = re.findall(r"[\w£$'-]+", value)
    held = all(any(word.startswith(part) for word in words) for part in wanted.words)
    return held and len(words) <= len(wanted.words) + MAX_EXTRA_WORDS


def read(rows: list[Row]) -> tuple[list[list[dict[str, object]]], float]:
    """Return the facts of each row, and the median time of reading one message in milliseconds."""
    from synthetic_soul.nlu import interpret  # noqa: PLC0415 - another version may be on the path

    facts, times = [], []
    for row in rows:
        taken = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            found = interpret(row.said, name="Jasmine", before=row.before).fact_mentions
            taken.append(time.perf_counter() - start)
        times.append(min(taken[1:]))
        facts.append([{"topic": x.topic, "value": x.value, "retracts": x.retracts} for x in found])
    return facts, 1_000 * statistics.median(times)


def read_by(source: str, path: Path) -> tuple[list[list[dict[str, object]]], float]:
    """Return the same, as read by the program in another ``src`` folder."""
    spec = Path(source).resolve().parent / "soulscript" / "src"
    environment = os.environ | {"PYTHONPATH": f"{Path(source).resolve()}{os.pathsep}{spec}"}
    command = [sys.executable, __file__, str(path), "--json"]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    facts, taken = json.loads(done.stdout)
    return facts, taken


def score(rows: list[Row], facts: list[list[dict[str, object]]], *, missed: bool) -> str:
    """Return precision and recall; print each fault where ``missed``."""
    right = wrong = wanted = found = 0
    for row, read_facts in zip(rows, facts, strict=True):
        needed = [fact for fact in row.facts if not fact.optional]
        hits = [want for want in needed if any(fits(want, fact) for fact in read_facts)]
        stray = [f for f in read_facts if not any(fits(want, f) for want in row.facts)]
        wanted, found = wanted + len(needed), found + len(hits)
        right, wrong = right + len(read_facts) - len(stray), wrong + len(stray)
        if missed:
            for want in needed:
                if want not in hits:
                    print(f"missed  {row.said}\n        {'/'.join(want.topics)} = {want.words}")
            for fact in stray:
                print(f"wrong   {row.said}\n        {fact['topic']} = {fact['value']}")
    precision, recall = right / max(1, right + wrong), found / max(1, wanted)
    return (
        f"precision {100 * precision:5.1f} % ({right} of {right + wrong})   "
        f"recall {100 * recall:5.1f} % ({found} of {wanted})"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path, default=HELD_OUT)
    parser.add_argument("--against", help="the src folder of another version")
    parser.add_argument("--missed", action="store_true", help="list the faults")
    parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    rows = table(options.file)
    facts, taken = read(rows)
    if options.json:
        print(json.dumps([facts, taken]))
        return
    empty = sum(not row.facts for row in rows)
    print(f"{len(rows)} messages, {empty} of them without a fact")
    if options.against:
        others, other_time = read_by(options.against, options.file)
        print(f"other  {score(rows, others, missed=False)}   {other_time:.2f} ms a message")
    print(f"this   {score(rows, facts, missed=options.missed)}   {taken:.2f} ms a message")


if __name__ == "__main__":
    main()
