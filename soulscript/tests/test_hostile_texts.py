"""Texts made to hurt end in a clear error, or are read, within 2 seconds and 200 MB each.

They are read in a process of their own whose memory and time the system limits, so that one that
takes too much ends it. A tracer would slow it down several times; it runs without one.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from soulscript import NotASoulError, NotJsonError, SoulscriptError, read
from soulscript.jsontext.scanner import MAX_KNOWN_VALUES

SCRIPT = Path(__file__).parent / "support" / "hostile_texts.py"


def test_hostile_texts_end_soon_in_little_memory() -> None:
    settings = {name: value for name, value in os.environ.items() if "COV" not in name}
    run = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False, env=settings
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines()[-1] == "all"


def problem_of(text: str) -> tuple[str, str]:
    with pytest.raises(SoulscriptError) as caught:
        read(text)
    assert isinstance(caught.value, NotASoulError | NotJsonError)
    first = caught.value.problems[0]
    return first.code, first.path


def test_a_part_that_is_understood_may_not_hold_too_much() -> None:
    assert problem_of('{"values": [' + "0," * MAX_KNOWN_VALUES + "0]}") == ("too_many", "values")
    keys = ",".join(f'"x:{place}": 0' for place in range(MAX_KNOWN_VALUES + 1))
    assert problem_of("{" + keys + "}") == ("too_many", "$")
    keys = ",".join(f'"{place}": 0' for place in range(MAX_KNOWN_VALUES + 1))
    assert problem_of('{"soul:engine": {' + keys + "}}") == ("too_many", "soul:engine")
