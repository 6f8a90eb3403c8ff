"""``soul graph``: the memories of a file as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soulscript import MemoryGraph, draw
from soulscript.formats import read_file
from synthetic_soul.cli.console import give, say
from synthetic_soul.cli.files import put

if TYPE_CHECKING:
    from pathlib import Path


def graph(path: Path, out: Path | None, *, force: bool) -> None:
    """Draw the memories as SVG, into a file or onto standard output."""
    found = read_file(path)
    name = found.soul.name if found.soul else ""
    title = f"What {name} remembers" if name else f"Memories: {path.name}"
    picture = draw(MemoryGraph(found.memories), title=title)
    if out is None:
        give(picture.rstrip("\n"))
        return
    put({out: picture.encode()}, force=force)
    say(f"{out} written: {len(found.memories)} memories")
