"""Language identification: which language a line is in that is not English."""

import re
from collections.abc import Mapping
from functools import cache
from zlib import crc32

from synthetic_soul.nlu.resources import FOLDER, load
from synthetic_soul.nlu.text.classifier import Classifier
from synthetic_soul.nlu.text.meanings import meaning_lexicon
from synthetic_soul.nlu.text.normal_form import normal_form, words_of

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


LANGUAGE_BUCKETS = 2**14
_MAX_WORDS = 60
_GRAM_SIZES = (2, 3)
_MIN_PROBABILITY = 0.7
"""Less sure, what was said before decides; plain letters are taken for English."""
_MIN_OF_ONE_WORD = 0.85
"""The same for one word in plain letters."""
_MIN_POSSIBLE = 0.1
"""Less likely, letters that English lacks are not in the language of what was said before."""


def likely_language(text: str, *, before: str = "") -> str:
    """Return the most likely language of a text: ISO 639-1, "tl" for Tagalog.

    A text that leaves it open, as a few words may, is in the language of what was said ``before``;
    if that leaves it open, too, plain letters are English. Languages that are also typed in Latin
    letters have a second name for that: "hi_latn".
    """
    shares = _language_shares(text)
    if told := _told_language(text, shares):
        return told
    is_plain = _is_plain(text)
    earlier = _told_language(before, _language_shares(before))
    if earlier and (is_plain or shares[earlier] >= _MIN_POSSIBLE):
        return earlier
    return "en" if is_plain else max(shares, key=shares.__getitem__)


def told_language(text: str) -> str:
    """Return the language that a text tells by itself, "" where that is not sure."""
    return _told_language(text, _language_shares(text))


def _told_language(text: str, shares: Mapping[str, float]) -> str:
    """Return the language that a text tells by itself, "" if none.

    Pieces of words say what a word resembles, and one that was never learned resembles one of many
    languages: in plain letters a text is in another one than English only with a word that is known
    there, and a word alone has to be the surer.
    """
    language = max(shares, key=shares.__getitem__)
    if shares[language] < _MIN_PROBABILITY or not _LETTER.search(text):
        return ""
    if not _is_plain(text):
        return language
    form = normal_form(text)
    if shares[language] < _MIN_OF_ONE_WORD and len(words_of(form)) == 1:
        return ""
    is_known = language == "en" or bool(meaning_lexicon(language).find(form))
    return language if is_known else ""


def _is_plain(text: str) -> bool:
    """Return whether all letters of a text are those of English."""
    return text.isascii() or all(letter.isascii() for letter in _LETTER.findall(text))


def _language_shares(text: str) -> Mapping[str, float]:
    return _classifier().probabilities(language_features(text))


def language_features(text: str) -> list[int]:
    """Return the features by which a language is told, numbers below ``LANGUAGE_BUCKETS``."""
    found: dict[str, None] = {}
    for word in words_of(normal_form(text))[:_MAX_WORDS]:
        padded = f" {word} "
        found[f"w{word}"] = None
        for size in _GRAM_SIZES:
            found |= dict.fromkeys(padded[at : at + size] for at in range(len(padded) - size + 1))
    return [crc32(feature.encode("utf-8", "surrogatepass")) % LANGUAGE_BUCKETS for feature in found]


@cache
def _classifier() -> Classifier:
    return Classifier.read(FOLDER / "languages.npz")
