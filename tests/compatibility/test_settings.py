"""What is set in an environment today stays set."""

import re
from pathlib import Path

from tests.compatibility import surface
from tests.compatibility.records import recorded

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def test_every_setting_has_its_name_and_default() -> None:
    recorded("settings", surface.settings())


def test_the_example_names_them_all() -> None:
    lines = re.findall(r"^#([A-Z_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    recorded("env_example", dict(lines))
