"""What each classifier is trained on, and the digest by which a stale one is noticed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from synthetic_soul.nlu.resources import FOLDER
from synthetic_soul.nlu.safety.crisis import KINDS
from synthetic_soul.nlu.text.features import features_of
from synthetic_soul.nlu.text.language import language_features
from training import examples
from training.examples import Example

HARMLESS: Final = "none"
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
    return examples.read("crisis", (KINDS[0], HARMLESS))


def _replies() -> Sequence[Example]:
    return examples.read("reply_check")


def _sentence(example: Example) -> object:
    return features_of(example.text, example.language)


CRISIS: Final = Material(FOLDER / "crisis.npz", _dangers, _sentence)
REPLY_CHECK: Final = Material(FOLDER / "reply_check.npz", _replies, _sentence)
LANGUAGES: Final = Material(
    FOLDER / "languages.npz",
    lambda: [*_dangers(), *_replies()],
    lambda example: language_features(example.text),
)
