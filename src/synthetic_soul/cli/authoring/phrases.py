"""``soul phrases check``."""

from pathlib import Path
from typing import Annotated

import typer

from synthetic_soul.cli.console import say
from synthetic_soul.voices.composer.phrase_book import FOLDER, TONGUES, read_phrases

phrases = typer.Typer(no_args_is_help=True)


@phrases.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Phrase files or folders; by default those shipped.")
    ] = None,
) -> None:
    """Check phrase files; name the file and line of each fault."""
    files = [
        file
        for path in paths or [FOLDER, TONGUES]
        for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path])
    ]
    book, faults = read_phrases(files)
    for fault in faults:
        say(fault)
    count = sum(len(options) for options in book.values())
    say(f"{_count(count, 'phrase')}, {_count(len(book), 'key')}, {_count(len(faults), 'fault')}")
    raise typer.Exit(1 if faults or not files else 0)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
