"""The shipped souls, and a moment to begin at."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from soulscript import Soul
from soulscript.prompts import EXAMPLES_KEY

SOULS = Path(__file__).parents[2] / "src" / "synthetic_soul" / "data" / "souls"
NAMES = ("jasmine", "dr_luna", "halvard", "ottilie", "pemmican")
START = 1_760_000_000_000
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@cache
def soul(name: str) -> Soul:
    return Soul.model_validate(json.loads((SOULS / f"{name}.soul").read_text("utf-8")))


@cache
def terse_soul(name: str) -> Soul:
    """Return a shipped soul without its examples of speech."""
    known = {key: value for key, value in soul(name).dump().items() if key != EXAMPLES_KEY}
    return Soul.model_validate(known)
