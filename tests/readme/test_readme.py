"""The README is true: its conversation, settings and commands; tests/docs checks the links."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from synthetic_soul.settings import Settings
from tests.support.engine_harness import Harness, clock, harness, open_engine

__all__ = ["clock", "harness", "open_engine"]

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WORDS = re.compile(r"^(you|Jasmine): +(.+?)(?=^you:|^Jasmine:|\Z)", re.MULTILINE | re.DOTALL)


def conversation() -> list[tuple[str, str]]:
    block = README.split("<!-- conversation -->")[1].split("```text\n")[1].split("```")[0]
    return [(who, " ".join(said.split())) for who, said in WORDS.findall(block)]


@pytest.mark.anyio
async def test_the_conversation_is_reproduced_as_printed(harness: Harness) -> None:
    lines = conversation()
    assert len(lines) > 15
    for (_, said), (_, printed) in zip(lines[::2], lines[1::2], strict=True):
        assert " ".join((await harness.told(said)).split()) == printed


def test_the_conversation_is_reproduced_in_the_terminal(tmp_path: Path) -> None:
    lines = conversation()
    answer = subprocess.run(
        [sys.executable, "-m", "synthetic_soul.cli", "chat"],
        input="\n".join(said for who, said in lines if who == "you"),
        env={"DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    for who, printed in lines:
        assert who == "you" or printed in " ".join(answer.stdout.split())


def test_every_named_setting_exists() -> None:
    for name in re.findall(r"\b([A-Z]{2,}_[A-Z_]+)=", README):
        assert name.lower() in Settings.model_fields, name


COMMANDS = sorted(set(re.findall(r"^(?:\.venv/bin/|\| `)?soul (\w+)", README, re.MULTILINE)))


def test_the_readme_names_commands() -> None:
    assert {"serve", "check", "worker"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_named_command_exists(command: str) -> None:
    answer = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "synthetic_soul.cli", command, "--help"],
        capture_output=True,
        check=False,
    )
    assert answer.returncode == 0
