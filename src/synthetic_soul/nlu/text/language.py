"""Language identification: which language a line is in that is not English."""

import re
from functools import cache

from synthetic_soul.nlu.resources import load

UNDETERMINED = "und"
"""ISO 639-2 for a language that is not known."""

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_MIN_WORDS = 2
_MIN_SHARE = 0.5
"""Share of a line's words that must be common words of its language."""


def plain_words(text: str) -> list[str]:
    """Return the words of ``text``, casefolded, with plain apostrophes; contractions stay."""
    return [word.replace("’", "'").casefold() for word in _TOKEN.findall(text)]


@cache
def _common_words() -> dict[str, frozenset[str]]:
    table = load("languages").table("common_words")
    return {language: frozenset(table.words(language)) for language in table}


@cache
def _english() -> frozenset[str]:
    return frozenset(load("languages").table("english").words("words"))


def identify_language(text: str) -> str:
    """Return the ISO 639-1 code of a language that is not English.

    Return ``UNDETERMINED`` for a script that is not Latin, and an empty string where the text may
    be English or nothing can be told.
    """
    letters = _LETTER.findall(text)
    latin = sum(bool(_LATIN.match(letter)) for letter in letters)
    if letters and latin * 2 < len(letters):
        return UNDETERMINED
    words = [word.strip("'") for word in plain_words(text)]
    counts = {
        language: sum(word in common for word in words)
        for language, common in _common_words().items()
    }
    language = max(sorted(counts), key=counts.__getitem__)
    enough = counts[language] >= _MIN_WORDS and counts[language] >= _MIN_SHARE * len(words)
    return language if enough and not _english().issuperset(words) else ""
