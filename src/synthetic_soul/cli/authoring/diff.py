"""``soul diff``: what differs between two personalities, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import soulscript
from soulscript import differences
from soulscript.formats import with_memories
from synthetic_soul.cli.commands.agents import brought
from synthetic_soul.cli.console import give_json, say

if TYPE_CHECKING:
    from pathlib import Path

    from soulscript import Soul

EQUAL, DIFFERENT, TROUBLE = 0, 1, 2
SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def diff(a: Path, b: Path, *, as_json: bool) -> int:
    """Print a line for each difference; as ``diff`` does, give 0 equal, 1 different, 2 trouble."""
    try:
        old, new = _soul(a), _soul(b)
    except soulscript.SoulscriptError as error:
        say(error, err=True)
        return TROUBLE
    found = differences(old, new)
    if as_json:
        give_json([{"path": d.path, "kind": d.kind, "sentence": d.sentence} for d in found])
    else:
        for difference in found:
            say(f"{SIGNS[difference.kind]} {difference}")
    return DIFFERENT if found else EQUAL


def _soul(path: Path) -> Soul:
    """Read a soul with the memories that came along."""
    found, soul = brought(path)
    return with_memories(soul, found.memories)
