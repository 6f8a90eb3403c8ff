"""``soul graph``."""

from pathlib import Path
from typing import Annotated

import typer

from soulscript import MemoryGraph, draw
from soulscript.formats import read_file
from synthetic_soul.cli.console import AnyFile, Force, print_raw, say, write_files


def graph(
    file: AnyFile,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to write.")] = None,
    *,
    force: Force = False,
) -> None:
    """Draw the memories as SVG, into a file or to standard output."""
    imported = read_file(file)
    name = imported.soul.name if imported.soul else ""
    title = f"What {name} remembers" if name else f"Memories: {file.name}"
    picture = draw(MemoryGraph(imported.memories), title=title)
    if out is None:
        print_raw(picture.rstrip("\n"))
        return
    write_files({out: picture.encode()}, force=force)
    say(f"{out} written: {len(imported.memories)} memories")
