"""Replay one seed: ``python -m tests.simulation SEED [--trace]``."""

from __future__ import annotations

import argparse
import sys

from tests.simulation.history import simulate


def main() -> int:
    """Tell the history of a seed and what was wrong with it."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("seed", type=int)
    parser.add_argument("--trace", action="store_true", help="tell the history step by step")
    asked = parser.parse_args()
    found = simulate(asked.seed, trace=print if asked.trace else None)
    for complaint in found:
        sys.stdout.write(f"{complaint}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
