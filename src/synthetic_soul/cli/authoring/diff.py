"""``soul diff``."""

from pathlib import Path
from typing import Annotated

import typer

from soulscript import Soul, SoulscriptError, differences
from soulscript.formats import with_memories
from synthetic_soul.cli.authoring.prompt import read_soul
from synthetic_soul.cli.console import AnyFile, print_json, say

EQUAL, DIFFERENT, TROUBLE = 0, 1, 2  # the exit codes of diff(1)
SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def diff(
    a: AnyFile,
    b: AnyFile,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON: a list.")] = False,
) -> None:
    """Print a line for each difference between two personalities."""
    try:
        old, new = _with_memories(a), _with_memories(b)
    except SoulscriptError as error:
        say(error, err=True)
        raise typer.Exit(TROUBLE) from None
    changes = differences(old, new)
    if json:
        print_json([{"path": d.path, "kind": d.kind, "sentence": d.sentence} for d in changes])
    else:
        for difference in changes:
            say(f"{SIGNS[difference.kind]} {difference}")
    raise typer.Exit(DIFFERENT if changes else EQUAL)


def _with_memories(path: Path) -> Soul:
    imported, soul = read_soul(path)
    return with_memories(soul, imported.memories)
