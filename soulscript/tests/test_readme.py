"""The README's example runs as printed, and what the README names exists."""

import re
import subprocess
import sys
from pathlib import Path

import soulscript
from soulscript import formats

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_runs_as_printed() -> None:
    (example,) = re.findall(r"<!-- example -->\n```python\n(.*?)```", README, re.DOTALL)
    run = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", example], capture_output=True, text=True, check=True
    )
    assert "You are Bram, a lighthouse keeper." in run.stdout
    assert "You remember:" in run.stdout


def test_every_name_in_the_table_is_public() -> None:
    rows = re.findall(r"^\| (`.*?`) \|", README, re.MULTILINE)
    names = re.findall(r"`([\w.]+)`", " ".join(rows))
    assert "soulscript.formats" in names
    assert {name for name in names if "." not in name} <= set(soulscript.__all__)
    assert formats.__name__ == "soulscript.formats"


def test_every_file_that_is_linked_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
