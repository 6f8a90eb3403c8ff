"""Lines of talk with their labels, and the digest by which a stale classifier is noticed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from synthetic_soul.nlu.acts.talk_labels import NO_THEME, classes_of
from synthetic_soul.nlu.text.classifier import Classifier
from synthetic_soul.voices.composer.occasions import OCCASIONS, read_occasions
from training.examples import DATA

TALK: Final = DATA / "talk"
_COLUMNS: Final = 4


class BadLine(ValueError):
    """A line of talk is not as it should be; the message names file, line and fault."""


@dataclass(frozen=True, slots=True)
class TalkLine:
    """A line, its acts and themes (the weightiest first), its polarity, and its style's name."""

    text: str
    acts: tuple[str, ...]
    themes: tuple[str, ...]
    polarity: str
    style: str

    def labels(self, head: str) -> tuple[str, ...]:
        """Return the labels that one of the classifiers learns, the weightiest first."""
        return {"acts": self.acts, "themes": self.themes, "polarity": (self.polarity,)}[head]


def read_lines(folder: Path = TALK) -> list[TalkLine]:
    """Return the lines of all files of a folder; raise BadLine where one is faulty."""
    return [line for file in sorted(folder.glob("*.tsv")) for line in _lines_of(file)]


def _lines_of(file: Path) -> Iterator[TalkLine]:
    for number, row in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not row.strip() or row.startswith("#"):
            continue
        columns = row.split("\t")
        if len(columns) != _COLUMNS:
            raise BadLine(f"{file}:{number}: text, acts, themes, polarity, with tabs between")
        text, acts, themes, polarity = columns
        line = TalkLine(
            text,
            tuple(acts.split(",")),
            (NO_THEME,) if themes == "-" else tuple(themes.split(",")),
            polarity,
            file.stem,
        )
        for head in ("acts", "themes", "polarity"):
            unknown = set(line.labels(head)).difference(classes_of(head))
            if unknown:
                raise BadLine(f"{file}:{number}: {head} has no {sorted(unknown)}")
        yield line


def examples_of_occasions() -> list[TalkLine]:
    """Return the examples of all occasions as lines, without a polarity of their own."""
    occasions, _ = read_occasions(sorted(OCCASIONS.glob("*.txt")))
    return [
        TalkLine(text, occasion.acts, (occasion.theme,), "0", "occasions")
        for occasion in occasions
        for text in occasion.examples
    ]


def digest() -> str:
    """Return the digest of all that is learned."""
    found = hashlib.sha256()
    lines: Iterable[TalkLine] = (*read_lines(), *examples_of_occasions())
    for line in lines:
        found.update(repr(line).encode())
    return found.hexdigest()[:16]


def macro_f1(
    classifier: Classifier,
    lines: Sequence[TalkLine],
    features: Mapping[str, Sequence[int]],
    head: str,
) -> float:
    """Return the mean F1 over the classes that the lines have as their first labels, 0..1."""
    right: dict[str, int] = {}
    told: dict[str, int] = {}
    wanted: dict[str, int] = {}
    for line in lines:
        shares = classifier.probabilities(features[line.text])
        found, first = max(shares, key=shares.__getitem__), line.labels(head)[0]
        told[found] = told.get(found, 0) + 1
        wanted[first] = wanted.get(first, 0) + 1
        right[first] = right.get(first, 0) + (found == first)
    return sum(2 * right[x] / (wanted[x] + told.get(x, 0)) for x in wanted) / len(wanted)
