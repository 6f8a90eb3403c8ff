from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_soul.voices.composer.occasions import OCCASIONS

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


def counted(summary: str) -> int:
    return int(summary.split(" phrases", 1)[0].replace(",", ""))


def test_the_shipped_occasions_are_checked_with_the_phrases(soul: Soul) -> None:
    result = soul("phrases", "check", OCCASIONS)
    assert result.returncode == 0
    every = soul("phrases", "check")
    assert counted(every.stdout) > counted(result.stdout) > 0


def test_faults_of_occasions_are_reported_with_file_and_line(soul: Soul, tmp_path: Path) -> None:
    folder = tmp_path / "occasions"
    folder.mkdir()
    folder.joinpath("work.txt").write_text(
        "# Of work.\n[work.late]\nacts: complaint\nany: Late again.\n"
        "[wrok.late]\nacts: complaint\nany: Late again.\n"
        "[work.none]\nany: No acts.\n"
        "[work.evnt]\nacts: evnt\nany: An act.\n"
        "[work.dry]\nacts: event\ndry: For nobody else.\n",
        encoding="utf-8",
    )
    for path in ("occasions/work.txt", "occasions"):
        result = soul("phrases", "check", path)
        assert result.returncode == 1
        assert "work.txt:5: [wrok.late] has no known theme; did you mean 'work'?" in result.stdout
        assert "work.txt:8: [work.none] names no acts" in result.stdout
        assert "work.txt:10: [work.evnt] has the unknown act 'evnt'" in result.stdout
        assert "work.txt:13: [work.dry] has no phrase for everyone" in result.stdout
        assert "5 phrases, 5 keys, 4 faults" in result.stdout
