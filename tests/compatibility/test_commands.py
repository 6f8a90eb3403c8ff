"""What scripts call and how it ends stays."""

from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.compatibility import surface
from tests.compatibility.programs import soul
from tests.compatibility.records import recorded

CONFORMANCE = surface.conformance_cases()
ROOT = Path(__file__).parents[2]
JASMINE, LUNA = (str(ROOT / "examples" / "souls" / f"{n}.soul") for n in ("jasmine", "dr_luna"))
BAD = str(CONFORMANCE / "invalid" / "missing_comma.soul")
LOOSE = str(CONFORMANCE / "dialects" / "D01-comments.soul")
WARNED = str(CONFORMANCE / "dialects" / "D10-misspelt.soul")

CALLS = {
    "version": ("--version",),
    "nothing": (),
    "no such command": ("dance",),
    "no such option": ("check", "--dance", JASMINE),
    "check: ok": ("check", JASMINE),
    "check: mended": ("check", WARNED),
    "check: ok, strict": ("check", "--strict", JASMINE),
    "check: another layout": ("check", LOOSE),
    "check: another layout, strict": ("check", "--strict", LOOSE),
    "check: bad": ("check", BAD),
    "check: one of two bad": ("check", JASMINE, BAD),
    "check: no file": ("check", "nowhere.soul"),
    "check: nothing named": ("check",),
    "prompt: ok": ("prompt", JASMINE),
    "prompt: bad": ("prompt", BAD),
    "prompt: no file": ("prompt", "nowhere.soul"),
    "prompt: bad day": ("prompt", JASMINE, "--at", "someday"),
    "prompt: bad number": ("prompt", JASMINE, "--memories", "-1"),
    "convert: ok": ("convert", JASMINE, "out.json", "--to", "card-v2"),
    "convert: no such format": ("convert", JASMINE, "other.json", "--to", "dance"),
    "convert: no file": ("convert", "nowhere.soul", "out.soul"),
    "convert: one argument": ("convert", JASMINE),
    "diff: equal": ("diff", JASMINE, JASMINE),
    "diff: different": ("diff", JASMINE, LUNA),
    "diff: no file": ("diff", JASMINE, "nowhere.soul"),
    "graph: ok": ("graph", str(ROOT / "examples" / "memories" / "ottilie.memories.json")),
    "graph: of a soul": ("graph", JASMINE),
    "schema: ok": ("schema", "memories"),
    "schema: of what": ("schema", "dance"),
    "new: ok": ("new", "made.soul", "--yes", "--name", "Ada"),
    "new: there already": ("new", JASMINE, "--yes", "--name", "Ada"),
    "replay: no journal": ("replay", "jasmine"),
    "replay: nobody": ("replay",),
    "agents: no journal": ("agents",),
    "operator: no journal": ("operator", "ada"),
    "operator: nobody": ("operator",),
    "migrate: nothing there": ("migrate", "--from", "nowhere", "--to", "elsewhere"),
    "migrate: no target": ("migrate", "--from", "nowhere"),
    "worker: no Redis": ("worker",),
    "worker: no slots": ("worker", "--slots", "0"),
    "serve: bad port": ("serve", "--port", "many"),
    "serve: no such soul": ("serve", "--soul", "nowhere.soul"),
    "conformance: no cases": ("conformance", "--cases", "nowhere"),
}


def test_every_command_takes_its_options() -> None:
    recorded("commands", surface.commands())


def test_the_program_is_called_soul() -> None:
    assert [each.name for each in entry_points(group="console_scripts", name="soul")] == ["soul"]


@pytest.mark.parametrize("share", [0, 1])
def test_commands_end_with_their_codes(share: int, tmp_path: Path) -> None:
    calls = list(CALLS.items())[share::2]
    codes = {name: soul(tmp_path, *words).returncode for name, words in calls}
    recorded(f"exit_codes_{share + 1}", codes)


@pytest.mark.parametrize(
    ("setting", "value"), [("PORT", "many"), ("REDIS_URL", "redis://nowhere"), ("BOT_NAME", "Bo")]
)
def test_a_bad_setting_ends_with_1(setting: str, value: str, tmp_path: Path) -> None:
    result = soul(tmp_path, "serve", **{setting: value})
    assert result.returncode == 1
    assert setting in result.stderr
