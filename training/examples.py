"""Example lines by language: read from ``data``, and split so that no line is on both sides."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from synthetic_soul.nlu.text.normal_form import normal_form

DATA = Path(__file__).with_name("data")
HELD_OUT = Path(__file__).parents[1] / "benchmarks" / "data" / "crisis_held_out.toml"
PAIRS = "pairs"
PAIR_MARK = "##"
"""Between the dangerous line of a pair, which stands first, and the harmless one."""


@dataclass(frozen=True, slots=True)
class Example:
    """A line, its language, its class, and the group of its class that it stands in."""

    text: str
    language: str
    label: str
    group: str


def read(folder: str, harmless: str = "") -> list[Example]:
    """Return the examples of a folder in ``data``, no line twice.

    A file is named after its language and its author (``en-2.toml``). Its tables are classes,
    their keys are groups of lines. Pairs are grouped by the class of their first line; ``harmless``
    is that of the second.
    """
    seen: dict[tuple[str, str], Example] = {}
    for path in sorted((DATA / folder).glob("*.toml")):
        for example in _of_file(path, harmless):
            seen.setdefault((example.language, normal_form(example.text)), example)
    return list(seen.values())


def _of_file(path: Path, harmless: str) -> Iterator[Example]:
    language = path.stem.partition("-")[0]
    for label, groups in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for group, block in groups.items():
            for line in filter(None, map(str.strip, block.splitlines())):
                if label != PAIRS:
                    yield Example(line, language, label, group)
                    continue
                for text, side in zip(line.split(PAIR_MARK), (group, harmless), strict=True):
                    yield Example(text.strip(), language, side, PAIRS)


def held_out() -> list[dict[str, str]]:
    """Return the lines that nothing may be learned from: tables with language, label and text."""
    lines: list[dict[str, str]] = tomllib.loads(HELD_OUT.read_text(encoding="utf-8"))["line"]
    return lines


def split(examples: Iterable[Example], parts: int, part: int) -> tuple[list[int], list[int]]:
    """Return the places of what is learned from and of the ``part``th of ``parts`` held back."""
    places = [(_part(example, parts), place) for place, example in enumerate(examples)]
    kept = [place for number, place in places if number != part]
    return kept, [place for number, place in places if number == part]


def _part(example: Example, parts: int) -> int:
    """Return a number that is the same for one line at any time."""
    return int(hashlib.sha256(example.text.encode()).hexdigest(), 16) % parts
