"""Hostile files are refused within 2 s and 200 MB, all in one process of its own."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "support" / "hostile_files.py"


def test_hostile_files_are_refused_within_limits_of_time_and_memory() -> None:
    run = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False
    )
    assert run.stdout.splitlines()[-1:] == ["all refused or read"], run.stdout + run.stderr
