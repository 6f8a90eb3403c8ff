"""Measure how many souls are read and checked in a second, and how long an import takes.

    python benchmarks/souls.py             the souls that come with the project
    python benchmarks/souls.py FILE …      these files

Prints one table. Reading is tolerant, from bytes, on one core, problems and report included; the
best of several rounds counts, since other processes use the machine too. An import is measured in
a fresh interpreter each time; the median of nine counts.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from soulscript import read

SOULS: Final = Path(__file__).parents[1] / "src" / "synthetic_soul" / "data" / "souls"
ROUNDS: Final = 12
SECONDS: Final = 0.05  # of one round
STARTS: Final = 9
IMPORTS: Final = (
    "import pydantic",
    "from pydantic import BaseModel",
    "import soulscript",
    "from soulscript import load",
)


def souls_a_second(text: bytes) -> tuple[float, int]:
    """Read a soul repeatedly; return the rate of the best round, and the number of problems."""
    best, problems = 0.0, 0
    for _ in range(ROUNDS):
        reads, start, passed = 0, time.perf_counter(), 0.0
        while passed < SECONDS:
            problems = len(read(text).problems)
            reads += 1
            passed = time.perf_counter() - start
        best = max(best, reads / passed)
    return best, problems


def milliseconds(statement: str) -> float:
    """Run a statement in fresh interpreters; return the median of its times."""
    script = f"import time; at = time.perf_counter(); {statement}; print(time.perf_counter() - at)"
    times = [
        float(
            subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
        )
        for _ in range(STARTS)
    ]
    return 1000 * statistics.median(times)


def main(arguments: list[str]) -> None:
    """Print the table for the files named, or for the souls of the project."""
    files = [Path(name) for name in arguments] or sorted(SOULS.glob("*.soul"))
    print(f"{'':<32}{'bytes':>9}{'problems':>9}{'souls/s':>9}")
    for path in files:
        text = path.read_bytes()
        rate, problems = souls_a_second(text)
        print(f"{path.name:<32}{len(text):>9}{problems:>9}{rate:>9.0f}")
    print(f"{'':<32}{'ms':>9}")
    for statement in IMPORTS:
        print(f"{statement:<32}{milliseconds(statement):>9.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
