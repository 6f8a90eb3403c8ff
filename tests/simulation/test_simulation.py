"""Thousands of histories of a cluster, each from a seed; none of them breaks the promise.

``SIMULATION_SEEDS`` says how many there are to be.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest

from tests.simulation.guards import GUARDS
from tests.simulation.history import simulate

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "1000"))
CHUNK = 100
GUARDED = 1000
TWICE = (3, 17, 41)


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_every_history_keeps_the_guarantees(first: int) -> None:
    for seed in range(first, min(first + CHUNK, SEEDS)):
        found = simulate(seed)
        assert not found, replay(seed, found)


def replay(seed: int, found: list[str]) -> str:
    """What was wrong, and how to see it again."""
    told = "\n  ".join(found[:20])
    return f"seed {seed}:\n  {told}\nreplay it: python -m tests.simulation {seed} --trace"


@pytest.mark.parametrize("guard", sorted(GUARDS))
def test_a_broken_guard_is_noticed(guard: str) -> None:
    noticed = next((s for s in range(GUARDED) if simulate(s, change=GUARDS[guard])), None)
    assert noticed is not None
    assert not simulate(noticed), "it is not the guard that makes the difference"


@pytest.mark.parametrize("seed", TWICE)
def test_a_seed_tells_the_same_history_in_any_process(seed: int) -> None:
    told: list[str] = []
    simulate(seed, trace=told.append)
    here = "".join(f"{line}\n" for line in told).encode()
    for hash_seed in ("1", "2"):
        there = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "tests.simulation", str(seed), "--trace"],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        assert hashlib.sha256(there).hexdigest() == hashlib.sha256(here).hexdigest()
