"""Help, version, settings, and the commands check, prompt and agents."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.cli.soul_process import Soul

SOULS = Path(__file__).parents[2] / "src" / "synthetic_soul" / "data" / "souls"
LOAD_ALL = """
import sys
from synthetic_soul.cli.command_line import COMMANDS, load_command
for name in COMMANDS:
    load_command(name)
print(*sys.modules)
"""
COMMANDS = ("serve", "chat", "check", "prompt", "replay", "agents", "operator")


def test_the_help_names_every_command(soul: Soul) -> None:
    shown = soul("--help")
    assert shown.returncode == 0
    assert all(re.search(rf"^\W*{name}\b", shown.stdout, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(soul: Soul, name: str) -> None:
    shown = soul(name, "--help")
    assert shown.returncode == 0
    assert f"soul {name}" in shown.stdout


def test_help_loads_nothing_that_a_command_runs() -> None:
    loaded = subprocess.run(  # noqa: S603 - this Python itself
        [sys.executable, "-c", LOAD_ALL], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "typer" in loaded
    assert not {"fastapi", "uvicorn", "structlog", "pydantic_settings"} & set(loaded)
    assert not {name for name in loaded if name.startswith("synthetic_soul.engine")}


def test_the_version_is_the_packages(soul: Soul) -> None:
    assert soul("--version").stdout == f"soul {version('synthetic-soul')}\n"


def test_a_valid_soul_can_be_read(soul: Soul) -> None:
    checked = soul("check", str(SOULS / "jasmine.soul"), str(SOULS / "dr_luna.soul"))
    assert checked.returncode == 0
    assert "Jasmine can be read" in checked.stdout
    assert "Dr. Luna can be read" in checked.stdout


def test_a_faulty_soul_is_reported_with_file_line_and_column(soul: Soul, tmp_path: Path) -> None:
    (tmp_path / "bad.soul").write_text('{\n  "entity": {"name": 5},\n}\n', encoding="utf-8")
    checked = soul("check", "bad.soul", str(SOULS / "jasmine.soul"))
    assert checked.returncode == 1
    lines = checked.stdout.splitlines()
    assert all(re.match(r"bad\.soul:\d+:\d+: (error|warning) ", line) for line in lines[:-1])
    assert any(line.startswith("bad.soul:2:13: error missing at entity.form") for line in lines)
    assert lines[-1].endswith("Jasmine can be read")


@pytest.mark.parametrize("name", ["check", "prompt"])
def test_a_missing_file_is_reported_in_one_line(soul: Soul, name: str) -> None:
    result = soul(name, "nothing.soul")
    assert result.returncode == 1
    assert re.match(r"nothing\.soul: error: No such file", result.stdout + result.stderr)
    assert "Traceback" not in result.stderr


def test_strict_reading_accepts_only_the_layout_of_the_specification(
    soul: Soul, tmp_path: Path
) -> None:
    text = (SOULS / "dr_luna.soul").read_text(encoding="utf-8").rstrip().removesuffix("}")
    (tmp_path / "lax.soul").write_text(text.rstrip() + ",}", encoding="utf-8")
    assert soul("check", "lax.soul").returncode == 0
    strict = soul("check", "--strict", "lax.soul")
    assert strict.returncode == 1
    assert "error trailing_comma" in strict.stdout


def test_the_prompt_of_a_soul_is_printed(soul: Soul) -> None:
    plain = soul("prompt", str(SOULS / "dr_luna.soul"))
    assert plain.stdout.startswith("You are Dr. Luna, ")
    spec = soul("prompt", "--spec", str(SOULS / "dr_luna.soul"))
    full = soul("prompt", "--full", str(SOULS / "dr_luna.soul"))
    assert len(spec.stdout) < len(full.stdout) < len(plain.stdout)


def test_listing_the_agents_writes_nothing(soul: Soul, tmp_path: Path) -> None:
    listed = soul("agents")
    assert listed.returncode == 0
    assert re.search(
        r"^jasmine +Jasmine +companion in conversation .* active$", listed.stdout, re.MULTILINE
    )
    assert len(listed.stdout.splitlines()) == 6
    assert not (tmp_path / "kept").exists()


def test_the_list_shows_the_present_feelings(soul: Soul) -> None:
    before = soul("agents").stdout
    soul("chat", typed="My dog died yesterday.\n")
    after = soul("agents").stdout
    assert before != after
    assert "compassion" in after


def test_bot_name_chooses_the_agent_by_id_or_name(soul: Soul) -> None:
    for name in ("halvard", "Halvard", "Dr. Luna"):
        listed = soul("agents", BOT_NAME=name).stdout
        active = next(line for line in listed.splitlines() if line.endswith("active"))
        assert name.split(maxsplit=1)[-1].casefold() in active.casefold()
    wrong = soul("agents", BOT_NAME="nobody")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("soul: BOT_NAME is 'nobody'")
    assert len(wrong.stderr.splitlines()) == 1


def test_each_bad_setting_is_reported_in_one_line(soul: Soul) -> None:
    result = soul("agents", PORT="seventy", RATE_LIMIT_GUEST="often")
    assert result.returncode == 1
    assert result.stderr.startswith("soul: ")
    assert "PORT" in result.stderr
    assert "RATE_LIMIT_GUEST" in result.stderr
    assert len(result.stderr.splitlines()) == 2


def test_a_broken_soul_in_the_authors_folder_names_its_place(soul: Soul, tmp_path: Path) -> None:
    place = tmp_path / "kept" / "souls" / "mine.soul"
    place.parent.mkdir(parents=True)
    place.write_text('{\n  "entity": {"name": "Mo"\n', encoding="utf-8")
    for words in (("agents",), ("chat",), ("serve", "--port", "0")):
        result = soul(*words)
        assert result.returncode == 1
        assert re.match(rf"{re.escape(str(place))}:\d+:\d+: error ", result.stderr)
        assert "Traceback" not in result.stderr


def test_an_authors_soul_is_served_beside_the_others(soul: Soul, tmp_path: Path) -> None:
    place = tmp_path / "kept" / "souls" / "mine.soul"
    place.parent.mkdir(parents=True)
    text = (SOULS / "halvard.soul").read_text(encoding="utf-8")
    place.write_text(text.replace("Halvard", "Morten"), encoding="utf-8")
    assert "Morten" in soul("agents").stdout
    result = soul("chat", "mine", typed="Hello!\n")
    assert result.stdout.startswith("Morten, lighthouse keeper")
