"""What each classifier is trained on, and the digest by which a stale one is noticed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from synthetic_soul.nlu.resources import FOLDER
from synthetic_soul.nlu.text.features import features_of
from synthetic_soul.nlu.text.language import language_features
from training import examples
from training.examples import Example
from training.talk_lines import read_lines

HARMLESS: Final = "none"
IS_HARMLESS: Final = "harmless"
TALK_SAMPLED: Final = 3
"""One line in so many of what people say harmlessly is learned for replies, too."""
ORDINARY: Final = "ordinary"
"""The group of the lines of talk among the harmless ones."""
ORDINARY_SAMPLED: Final = 2
"""One line of talk in so many is learned: with all, dangers are outweighed."""
_TELLS: Final = frozenset(
    {"feeling", "worry", "confession", "wish", "regret", "bad_news", "complaint", "threaten"}
)
_GRAVE: Final = frozenset({
    "none", "health", "mood", "grief", "meaning", "sleep", "dreams", "future", "trouble", "family",
    "children",
})  # fmt: skip
SAMPLED: Final = 40
"""Features of one line in so many go into a digest: a change of their code shows there."""


@dataclass(frozen=True, slots=True)
class Material:
    """The file of a classifier, its example lines, and what is seen of a line."""

    target: Path
    lines: Callable[[], Sequence[Example]]
    features: Callable[[Example], object]

    def digest(self) -> str:
        """Return the digest of all lines, and of what is seen of every fortieth."""
        lines = self.lines()
        found = hashlib.sha256()
        for each in lines:
            found.update(f"{each.language}\0{each.label}\0{each.text}\n".encode())
        for each in lines[::SAMPLED]:
            found.update(repr(self.features(each)).encode("utf-8", "surrogatepass"))
        return found.hexdigest()[:16]


def _dangers() -> Sequence[Example]:
    return examples.read("crisis", HARMLESS)


def _dangers_and_talk() -> Sequence[Example]:
    """Return the examples of danger and, as harmless ones, the lines of ordinary talk.

    What is told unhappily of a grave matter is left out: somebody may well be in danger there.
    """
    ordinary = (
        Example(line.text, "en", HARMLESS, ORDINARY)
        for line in read_lines()[::ORDINARY_SAMPLED]
        if line.polarity in {"0", "+"}
        or _TELLS.isdisjoint(line.acts)
        or _GRAVE.isdisjoint(line.themes)
    )
    return [*_dangers(), *ordinary]


def _replies() -> Sequence[Example]:
    """Return what a character may and may not say, and much of what people say harmlessly.

    Without the latter, anything unusual would be taken for harm.
    """
    said = [each for each in _dangers() if each.label == HARMLESS and each.group != examples.PAIRS]
    harmless = (replace(each, label=IS_HARMLESS) for each in said[::TALK_SAMPLED])
    return [*examples.read("reply_check"), *harmless]


def _sentence(example: Example) -> object:
    return features_of(example.text, example.language)


CRISIS: Final = Material(FOLDER / "crisis.npz", _dangers_and_talk, _sentence)
REPLY_CHECK: Final = Material(FOLDER / "reply_check.npz", _replies, _sentence)
LANGUAGES: Final = Material(
    FOLDER / "languages.npz",
    lambda: [*_dangers(), *examples.read("reply_check")],
    lambda example: language_features(example.text),
)
