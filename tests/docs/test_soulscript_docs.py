"""What the documents about Soulscript show runs, and what they list is what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from soulscript.formats import read_file, write_files

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EXAMPLE = re.compile(r"<!-- example -->\n```python\n(.*?)```\n<!-- /example -->", re.DOTALL)
LINES = 10


def examples(name: str) -> list[str]:
    return EXAMPLE.findall((DOCS / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "count"), [("soulscript.md", 2), ("carry-a-character.md", 4)])
def test_each_example_runs_as_printed(name: str, count: int, tmp_path: Path) -> None:
    found = examples(name)
    assert len(found) == count
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    card = write_files(read_file(ROOT / "examples/souls/ottilie.soul"), "card-png", "seraphina")
    for path, content in card.files.items():
        (tmp_path / path).write_bytes(content)
    calls = ["assert 'You are Ottilie' in told.messages[0].content", "", "", ""]
    for number, example in enumerate(found):
        script = example + (calls[number] if name.startswith("carry") else "")
        subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)  # noqa: S603


def test_carrying_a_character_takes_ten_lines() -> None:
    first = examples("carry-a-character.md")[0]
    assert len([line for line in first.splitlines() if line.strip()]) <= LINES
