"""``soul phrases check``: the faults of the composer's phrase files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_soul.cli.console import say
from synthetic_soul.voices.composer.phrase_book import FOLDER, read_phrases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def check_phrases(paths: Sequence[Path]) -> int:
    """Print each fault with its file and line; return 0 if there is none, else 1.

    Of a folder the ``.txt`` files are read; without paths the shipped phrases.
    """
    files = [
        file
        for path in paths or [FOLDER]
        for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path])
    ]
    book, faults = read_phrases(files)
    for fault in faults:
        say(fault)
    phrases = sum(len(each) for each in book.values())
    say(f"{_count(phrases, 'phrase')}, {_count(len(book), 'key')}, {_count(len(faults), 'fault')}")
    return 1 if faults or not files else 0


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
