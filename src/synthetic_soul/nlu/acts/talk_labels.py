"""What a message does and what it is about: the judgement of three trained classifiers.

They see words, pieces of words, and what the rules found. Rules stay in charge where they are
exact; these labels decide which of many replies fits. ``docs/talk-classifier.md`` is their model
card.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final
from zlib import crc32

from soulscript.text import terms
from synthetic_soul.mind.interpretation import Interpretation
from synthetic_soul.nlu.resources import FOLDER, load
from synthetic_soul.nlu.text.classifier import Classifier
from synthetic_soul.nlu.text.meanings import meaning_lexicon
from synthetic_soul.nlu.text.normal_form import normal_form, words_of

TALK_BUCKETS: Final = 2**15
NO_THEME: Final = "none"
HEADS: Final = ("acts", "themes", "polarity")
"""The classifiers, each in a file of its own, and the tables that name their classes."""

_MAX_WORDS: Final = 120
_GRAM_SIZES: Final = (3, 4, 5)
_WORDS_A_STEP, _MAX_STEPS = 3, 8
_FIRST_WORDS: Final = 2
_MAX_FEELINGS: Final = 4
_CLEAR_VALENCE: Final = 0.2
_MARKS: Final = "?!*…"
_NUMBER: Final = re.compile(r"\d+")
_START, _END = "^", "$"


@dataclass(frozen=True, slots=True)
class TalkLabels:
    """Probabilities, each head's summing to 1: of acts, of themes (and none), of the polarity.

    The polarity is how the person feels about what they say: "-", "0", "+", or "~" for mixed.
    """

    acts: Mapping[str, float]
    themes: Mapping[str, float]
    polarity: Mapping[str, float]

    @property
    def act(self) -> str:
        """The most likely act."""
        return max(self.acts, key=self.acts.__getitem__)

    @property
    def theme(self) -> str:
        """The most likely theme, ``NO_THEME`` where it is none."""
        return max(self.themes, key=self.themes.__getitem__)


def classes_of(head: str) -> tuple[str, ...]:
    """Return the classes of one of ``HEADS``, as the data file names them."""
    return tuple(load("talk_labels").table(head).words("names"))


def read_labels(interpretation: Interpretation) -> TalkLabels:
    """Return the labels of a message."""
    features = talk_features(interpretation)
    return TalkLabels(*(_classifier(head).probabilities(features) for head in HEADS))


def talk_features(interpretation: Interpretation) -> list[int]:
    """Return the features of a message, numbers below ``TALK_BUCKETS``, each once."""
    form = normal_form(interpretation.text)
    words = [_NUMBER.sub("0", word) for word in words_of(form)[:_MAX_WORDS]]
    texts = dict.fromkeys(
        (
            *_features_of_words(words),
            *(f"M{meaning}" for meaning in meaning_lexicon("en").find(form)),
            *_features_of_themes(interpretation.text),
            *_features_of_marks(interpretation.text),
            *_features_of_rules(interpretation),
        )
    )
    found = (crc32(each.encode("utf-8", "surrogatepass")) % TALK_BUCKETS for each in texts)
    return list(dict.fromkeys(found))


def _features_of_words(words: Sequence[str]) -> Iterator[str]:
    """Yield words, pieces of words, pairs next to each other or one apart, ends and length."""
    yield f"l{min(len(words) // _WORDS_A_STEP, _MAX_STEPS)}"
    for word in words:
        yield f"w{word}"
        padded = f" {word} "
        for size in _GRAM_SIZES:
            yield from (f"g{padded[at : at + size]}" for at in range(len(padded) - size + 1))
    whole = [_START, *words, _END]
    yield from (f"b{a} {b}" for a, b in pairwise(whole))
    yield from (f"s{a} {b}" for a, b in zip(whole, whole[2:], strict=False))
    yield from (f"p{place}{word}" for place, word in enumerate(words[:_FIRST_WORDS]))


def _features_of_themes(text: str) -> Iterator[str]:
    """Yield the themes that words of the text speak of, those of several words, and the first."""
    counts: Counter[str] = Counter()
    for term in dict.fromkeys(terms(text)):
        counts.update(_themes_by_term().get(term, ()))
    for theme, count in counts.items():
        yield f"H{theme}"
        if count > 1:
            yield f"HH{theme}"
    if counts:
        yield f"HB{max(counts, key=lambda theme: (counts[theme], theme))}"


@cache
def _themes_by_term() -> Mapping[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    words = load("themes")
    for theme in words:
        for term in dict.fromkeys(terms(" ".join(words.words(theme)))):
            found[term].append(theme)
    return {term: tuple(themes) for term, themes in found.items()}


def _features_of_marks(text: str) -> Iterator[str]:
    yield from (f"m{mark}" for mark in _MARKS if mark in text)
    if text.rstrip().endswith("?"):
        yield "m?$"


def _features_of_rules(interpretation: Interpretation) -> Iterator[str]:
    """Yield what the rules found: acts, signals, requests, events, facts, feelings."""
    signals = interpretation.signals
    yield from (f"A{act.value}" for act in interpretation.acts)
    yield from (f"S{signal.value}" for signal in signals.marks)
    yield from (f"T{fact.topic.partition(':')[0]}" for fact in interpretation.fact_mentions)
    yield from (f"E{name}" for name in [*interpretation.feelings][:_MAX_FEELINGS])
    if signals.request:
        yield f"R{signals.request.value}"
    if interpretation.life_event:
        yield f"L{interpretation.life_event.value}"
    if abs(interpretation.valence) > _CLEAR_VALENCE:
        yield "V+" if interpretation.valence > 0 else "V-"


@cache
def _classifier(head: str) -> Classifier:
    return Classifier.read(FOLDER / f"talk_{head}.npz")
