"""Occasions: what people say of the matters of their days, and what can be replied.

The files in ``data/en/occasions``, one a theme, are written as those of the phrase book. ``acts:``
names what a person does on an occasion, ``when:`` gives an example of how they put it. An occasion
without examples is the general one of its acts: it fits whatever is said of its theme so.

A message is compared with the examples by the words and pieces of words that it shares with them
(the cosine of vectors weighted by tf-idf), and with the occasion by the acts and the themes that it
was read as.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from soulscript.text import terms
from synthetic_soul.nlu.acts.talk_labels import TalkLabels, classes_of
from synthetic_soul.nlu.text.normal_form import normal_form, words_of
from synthetic_soul.voices.composer.phrase_book import (
    FOLDER,
    Fault,
    Phrase,
    PhraseFileError,
    PhraseFileReader,
    hint,
)

_Numbers: TypeAlias = NDArray[np.int32]
_Weights: TypeAlias = NDArray[np.float32]

OCCASIONS: Final = FOLDER / "occasions"
_ACTS, _WHEN = "acts", "when"
_WORD, _PIECE = "w", "g"
_GRAM: Final = 4
_GRAM_WEIGHT: Final = 0.3
"""What a piece of a word weighs beside a whole word."""
# What makes an occasion fit, and how well it has to.
_WORDS_WEIGHT: Final = 1.0
_ACT_WEIGHT: Final = 0.35
_THEME_WEIGHT: Final = 0.45
_MIN_WORDS: Final = 0.42
"""The least likeness to an example that makes a special occasion fit, where labels support it."""
_MIN_WORDS_ALONE: Final = 0.8
_MIN_THEME: Final = 0.15
_MIN_ACT: Final = 0.1
_MIN_LABELS: Final = 0.5
"""The least probability of act and of theme that makes a general occasion fit."""
_GLAD: Final = frozenset({"good_news", "pride", "praise", "affection"})
_LOW: Final = frozenset({"bad_news", "complaint", "worry", "regret", "grumble", "insult"})
_MAX_CONTRARY: Final = 0.35
"""The highest probability of the contrary feeling with which a glad or a low occasion fits."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What people do (``acts``) and say (``examples``) of a theme, and the replies to it."""

    key: str
    acts: tuple[str, ...]
    examples: tuple[str, ...]
    phrases: tuple[Phrase, ...]

    @property
    def theme(self) -> str:
        """The first part of the key."""
        return self.key.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Match:
    """An occasion that fits a message; ``words`` is the likeness to its best example, 0..1."""

    occasion: Occasion
    score: float
    words: float


class Occasions:
    """All occasions, searchable by what is said."""

    def __init__(self, occasions: Sequence[Occasion]) -> None:
        self._occasions = tuple(occasions)
        examples = [
            (place, Counter(_parts(text)))
            for place, occasion in enumerate(self._occasions)
            for text in occasion.examples
        ]
        self._general: defaultdict[str, list[int]] = defaultdict(list)
        for place, occasion in enumerate(self._occasions):
            if not occasion.examples:
                self._general[occasion.theme].append(place)
        self._owners = np.array([place for place, _ in examples], dtype=np.int32)
        counts = Counter(part for _, parts in examples for part in parts)
        self._rarity = {part: math.log(1 + len(examples) / n) for part, n in counts.items()}
        self._rarest = math.log(1 + len(examples))
        found: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (_, parts) in enumerate(examples):
            for part, weight in self._vector(parts).items():
                found[part].append((number, weight))
        self._postings: dict[str, tuple[_Numbers, _Weights]] = {
            part: (
                np.array([number for number, _ in pairs], dtype=np.int32),
                np.array([weight for _, weight in pairs], dtype=np.float32),
            )
            for part, pairs in found.items()
        }

    def matches(self, text: str, labels: TalkLabels) -> list[Match]:
        """Return the occasions that fit a message, the best first."""
        likeness = self._likeness(text)
        places = [*np.flatnonzero(likeness >= _MIN_WORDS).tolist(), *self._general[labels.theme]]
        found = (_match(self._occasions[at], float(likeness[at]), labels) for at in places)
        fitting = [match for match in found if match is not None]
        return sorted(fitting, key=lambda match: (-match.score, match.occasion.key))

    def _likeness(self, text: str) -> _Weights:
        """Return the likeness of a message to the best example of each occasion, 0..1."""
        like = np.zeros(len(self._owners), dtype=np.float32)
        for part, weight in self._vector(Counter(_parts(text))).items():
            if posting := self._postings.get(part):
                like[posting[0]] += weight * posting[1]
        best = np.zeros(len(self._occasions), dtype=np.float32)
        np.maximum.at(best, self._owners, like)
        return best

    def _vector(self, parts: Mapping[str, int]) -> dict[str, float]:
        """Return the weights of the parts of a text, of length 1."""
        weights = {
            part: (1 + math.log(count))
            * self._rarity.get(part, self._rarest)
            * (1.0 if part[0] == _WORD else _GRAM_WEIGHT)
            for part, count in parts.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {part: weight / length for part, weight in weights.items()}


def _parts(text: str) -> Iterator[str]:
    """Yield the terms of a text and the pieces of its words, each with a mark of its kind."""
    yield from (f"{_WORD}{term}" for term in terms(text))
    for word in words_of(normal_form(text)):
        padded = f" {word} "
        yield from (f"{_PIECE}{padded[at : at + _GRAM]}" for at in range(len(padded) - _GRAM + 1))


def _match(occasion: Occasion, words: float, labels: TalkLabels) -> Match | None:
    """Return the match of an occasion that fits: by its words; a general one, by labels."""
    act = min(1.0, sum(labels.acts.get(each, 0.0) for each in occasion.acts))
    theme = labels.themes.get(occasion.theme, 0.0)
    score = _WORDS_WEIGHT * words + _ACT_WEIGHT * act + _THEME_WEIGHT * theme
    if occasion.examples:
        supported = theme >= _MIN_THEME and act >= _MIN_ACT
        fits = words >= (_MIN_WORDS if supported else _MIN_WORDS_ALONE)
    else:
        fits = min(act, theme) >= _MIN_LABELS
    return Match(occasion, score, words) if fits and _suits(occasion, labels) else None


def _suits(occasion: Occasion, labels: TalkLabels) -> bool:
    """Return whether an occasion for glad things is not met with a sad one, nor the other way."""
    acts = {*occasion.acts}
    if acts & _GLAD and not acts & _LOW:
        return labels.polarity["-"] <= _MAX_CONTRARY
    if acts & _LOW and not acts & _GLAD:
        return labels.polarity["+"] <= _MAX_CONTRARY
    return True


def read_occasions(files: Iterable[Path]) -> tuple[list[Occasion], list[Fault]]:
    """Return the occasions of these files, and every fault found in them."""
    reader = PhraseFileReader(heads=frozenset({_ACTS, _WHEN}))
    for file in files:
        reader.read(file)
    reader.check_sections()
    known = {_ACTS: classes_of("acts"), "themes": classes_of("themes")}
    occasions = []
    for key, phrases in reader.sections.items():
        acts = [act for line in reader.headed[key][_ACTS] for act in line.split()]
        occasion = Occasion(key, tuple(acts), tuple(reader.headed[key][_WHEN]), tuple(phrases))
        if occasion.theme not in known["themes"]:
            reader.report(key, f"has no known theme; {hint(occasion.theme, known['themes'])}")
        if not acts:
            reader.report(key, "names no acts; add a line 'acts: …'")
        for act in sorted({*acts}.difference(known[_ACTS])):
            reader.report(key, f"has the unknown act {act!r}; {hint(act, known[_ACTS])}")
        occasions.append(occasion)
    return occasions, sorted(reader.faults, key=lambda fault: (str(fault.file), fault.line))


@cache
def occasions() -> Occasions:
    """Return the shipped occasions, read once; raise PhraseFileError where one is faulty."""
    found, faults = read_occasions(sorted(OCCASIONS.glob("*.txt")))
    if faults or not found:
        raise PhraseFileError("\n".join(map(str, faults)) or f"{OCCASIONS}: no occasions")
    return Occasions(found)
