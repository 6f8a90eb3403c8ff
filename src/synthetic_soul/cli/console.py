"""Lines for people and documents for programs; nothing that a terminal would obey."""

from __future__ import annotations

import json
import sys

import typer


def say(text: object, *, err: bool = False) -> None:
    """Print text line by line; what came out of a file cannot move the cursor."""
    for line in str(text).split("\n"):
        typer.echo(_harmless(line), err=err)


def give(text: str) -> None:
    """Print a text as it is into a file or a pipe, and made harmless on a terminal."""
    if sys.stdout.isatty():
        say(text)
    else:
        typer.echo(text)


def give_json(document: object) -> None:
    """Print a document as indented JSON, which escapes what a terminal would obey."""
    typer.echo(json.dumps(document, indent=2))


def _harmless(line: str) -> str:
    return "".join(char for char in line.expandtabs(4) if char.isprintable())
