"""The same brief, the same words: under any hash seed, time zone and locale."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.voices.souls import NAMES

ROOT = Path(__file__).parents[2]
SCRIPT = """
import json
from tests.voices.souls import NAMES
from tests.voices.script import perform
print(json.dumps({name: perform(name) for name in NAMES}))
"""


def run(**extra: str) -> dict[str, list[str]]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**os.environ, **extra},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_replies_do_not_depend_on_the_machine() -> None:
    first = run(PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C.UTF-8")
    second = run(PYTHONHASHSEED="4711", TZ="Pacific/Kiritimati", LC_ALL="C")
    assert first == second
    assert set(first) == set(NAMES)
