"""Features of a sentence, by which classifiers tell what it says.

A feature is a number below ``BUCKETS``: the CRC-32 of its text, which is the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

from synthetic_soul.nlu.text.meanings import meaning_lexicon
from synthetic_soul.nlu.text.normal_form import UNSPACED, normal_form, words_of

BUCKETS = 2**17
MAX_FEATURES = 800
MAX_MEANINGS = 32
_GRAM = 4
_WINDOW = 4
_MARKS = "?!"
_NUMBER = re.compile(r"\d+")
"""Any number is as good as another: that one stood in a line that was learned means nothing."""
_WORDS_A_STEP, _MAX_STEPS = 4, 6
_START, _END = "^", "$"


@dataclass(frozen=True, slots=True)
class Features:
    """What classifiers see of a sentence: its features, each once, and its meanings in order."""

    buckets: tuple[int, ...]
    meanings: tuple[str, ...]


def features_of(text: str, language: str) -> Features:
    """Return the features of a sentence in ``language``."""
    form = normal_form(text)
    words = [_NUMBER.sub("0", word) for word in words_of(form)]
    meanings = meaning_lexicon(language).find(form)
    texts = dict.fromkeys((*_meaning_features(meanings), *_word_features(words, text)))
    buckets = tuple(crc32(each.encode("utf-8", "surrogatepass")) % BUCKETS for each in texts)
    return Features(buckets[:MAX_FEATURES], tuple(meanings[:MAX_MEANINGS]))


def _meaning_features(meanings: Sequence[str]) -> Iterator[str]:
    """Yield meanings, those that follow each other, and those that stand near each other."""
    yield from (f"M{meaning}" for meaning in meanings)
    yield from (f"F{a}>{b}" for a, b in pairwise([_START, *meanings, _END]))
    for place, first in enumerate(meanings):
        for second in meanings[place + 1 : place + _WINDOW]:
            yield f"N{min(first, second)}~{max(first, second)}"


def _word_features(words: Sequence[str], text: str) -> Iterator[str]:
    """Yield words, pairs of words, pieces of words, the length, and the marks of a sentence."""
    yield f"l{min(len(words) // _WORDS_A_STEP, _MAX_STEPS)}"
    yield from (f"m{mark}" for mark in _MARKS if mark in text)
    for word in words:
        yield f"w{word}"
        if UNSPACED.match(word):
            for size in (1, 2, 3):
                yield from (f"u{word[at : at + size]}" for at in range(len(word) - size + 1))
        else:
            padded = f" {word} "
            yield from (f"g{padded[at : at + _GRAM]}" for at in range(len(padded) - _GRAM + 1))
    yield from (f"b{a} {b}" for a, b in pairwise([_START, *words, _END]))
