"""The hook that mends line ends changes what is wrong and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repository.line_ends import mended

ROOT = Path(__file__).parents[2]
FOLDERS = ("src", "soulscript/src", "tests", "docs")
KINDS = {".py", ".js", ".css", ".html", ".md"}


@pytest.mark.parametrize(
    ("text", "good"), [("a\n", "a\n"), ("a", "a\n"), ("a \t\nb\n\n\n", "a\nb\n"), ("", "")]
)
def test_lines_end_with_no_space_and_files_with_one_line_break(text: str, good: str) -> None:
    assert mended(text) == good


def test_every_source_file_and_page_has_good_line_ends() -> None:
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    wrong = {
        path.relative_to(ROOT).as_posix()
        for path in paths
        if path.suffix in KINDS and "node_modules" not in path.parts
        if "conformance" not in path.parts and mended(text := path.read_text("utf-8")) != text
    }
    assert not wrong
