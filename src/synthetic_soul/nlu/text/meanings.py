"""Meanings: what the words of a text stand for, named alike in every language.

``data/meanings/<language>.txt`` lists the words of each meaning: ``die: sterben, stirb*, tot``.
What is learned from examples in one language so holds in the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from synthetic_soul.nlu.resources import FOLDER, ResourceError, names
from synthetic_soul.nlu.text.normal_form import UNSPACED, normal_form, words_of

MEANINGS = "meanings"
_MIN_STEM = 2
_MAX_PHRASE_WORDS = 5
_LANGUAGES_KEPT = 8
"""Lexica that are kept in memory, of about one megabyte each."""


@dataclass(frozen=True, slots=True)
class MeaningLexicon:
    """The words of one language by meaning, in normal form.

    ``words`` are whole words, and phrases with one space between words; ``stems`` are beginnings of
    words. ``inside`` finds the words of scripts without spaces wherever they stand.
    """

    words: Mapping[str, str]
    stems: Mapping[str, str]
    phrase_starts: frozenset[str]
    inside: re.Pattern[str] | None

    def find(self, form: str) -> list[str]:
        """Return the meanings of a text in normal form, in their order."""
        if self.inside is not None:
            return [self.words[match[0]] for match in self.inside.finditer(form)]
        words = words_of(form)
        found: list[str] = []
        place = 0
        while place < len(words):
            meaning, length = self._at(words, place)
            if meaning:
                found.append(meaning)
            place += length
        return found

    def _at(self, words: Sequence[str], place: int) -> tuple[str, int]:
        """Return the meaning that begins at a word, "" if none, and how many words it takes."""
        word = words[place]
        if word in self.phrase_starts:
            for length in range(min(_MAX_PHRASE_WORDS, len(words) - place), 1, -1):
                meaning = self.words.get(" ".join(words[place : place + length]), "")
                if meaning:
                    return meaning, length
        return self._of_word(word), 1

    def _of_word(self, word: str) -> str:
        word = word if word in self.words else word.removesuffix("'s")
        if word in self.words:
            return self.words[word]
        lengths = range(len(word), _MIN_STEM - 1, -1)
        return next((self.stems[word[:n]] for n in lengths if word[:n] in self.stems), "")


@lru_cache(maxsize=_LANGUAGES_KEPT)
def meaning_lexicon(language: str) -> MeaningLexicon:
    """Return the lexicon of a language, an empty one where there is none."""
    if language not in names(MEANINGS, ".txt"):
        return MeaningLexicon({}, {}, frozenset(), None)
    path = FOLDER / MEANINGS / f"{language}.txt"
    return _lexicon_of(path.read_text(encoding="utf-8"), f"nlu/data/{MEANINGS}/{path.name}")


def _lexicon_of(text: str, file: str) -> MeaningLexicon:
    words: dict[str, str] = {}
    stems: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        meaning, colon, entries = line.partition(":")
        if not colon and line.strip() and not line.startswith("#"):
            raise ResourceError(f"{file}: line {number}: a colon after the meaning is missing")
        for entry, is_stem in _entries(entries) if not line.startswith("#") else ():
            (stems if is_stem else words).setdefault(entry, meaning.strip())
    unspaced = sorted(filter(UNSPACED.search, words), key=len, reverse=True)
    return MeaningLexicon(
        words,
        stems,
        frozenset(entry.split(" ")[0] for entry in words if " " in entry),
        re.compile("|".join(map(re.escape, unspaced))) if unspaced else None,
    )


def _entries(text: str) -> Iterator[tuple[str, bool]]:
    for entry in text.split(","):
        form = " ".join(words_of(normal_form(entry.replace("*", " "))))
        if form:
            is_word = " " in form or len(form) < _MIN_STEM or UNSPACED.search(form)
            yield form, entry.strip().endswith("*") and not is_word
