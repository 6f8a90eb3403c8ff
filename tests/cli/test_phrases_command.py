from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.soul_process import Soul


def test_the_shipped_phrases_have_no_fault(soul: Soul) -> None:
    result = soul("phrases", "check")
    assert result.returncode == 0
    assert ", 0 faults" in result.stdout


def test_faults_are_reported_with_file_and_line(soul: Soul, tmp_path: Path) -> None:
    tmp_path.joinpath("own.txt").write_text("[greet]\nany: Hi.\nworm: Ho.\n", encoding="utf-8")
    for path in ("own.txt", "."):
        result = soul("phrases", "check", path)
        assert result.returncode == 1
        assert "own.txt:3: unknown manner 'worm'" in result.stdout
        assert "1 phrase, 1 key, 1 fault" in result.stdout
    assert soul("phrases", "check", "none.txt").returncode == 1
