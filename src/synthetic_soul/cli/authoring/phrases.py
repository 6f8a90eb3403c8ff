"""``soul phrases check``."""

from pathlib import Path
from typing import Annotated

import typer

from synthetic_soul.cli.console import say
from synthetic_soul.voices.composer.occasions import OCCASIONS, read_occasions
from synthetic_soul.voices.composer.phrase_book import FOLDER, TONGUES, read_phrases

phrases = typer.Typer(no_args_is_help=True)


@phrases.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Phrase files or folders; by default those shipped.")
    ] = None,
) -> None:
    """Check phrase files and occasions; name the file and line of each fault.

    Files in a folder named "occasions" are read as occasions.
    """
    files = [
        file
        for path in paths or [FOLDER, OCCASIONS, TONGUES]
        for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path])
    ]
    of_occasions = [file for file in files if file.parent.name == OCCASIONS.name]
    book, faults = read_phrases(file for file in files if file not in of_occasions)
    occasions, more = read_occasions(of_occasions)
    for fault in (*faults, *more):
        say(fault)
    count = sum(len(options) for options in book.values())
    count += sum(len(occasion.phrases) for occasion in occasions)
    keys, found = len(book) + len(occasions), len(faults) + len(more)
    say(f"{_count(count, 'phrase')}, {_count(keys, 'key')}, {_count(found, 'fault')}")
    raise typer.Exit(1 if found or not files else 0)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
