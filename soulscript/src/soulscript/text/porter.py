"""The Porter stemmer: "exams" and "exam" have one stem.

The rules are those of M. F. Porter, "An algorithm for suffix stripping", Program 14 (1980); the
tables hold its suffixes. C is a run of consonants, V one of vowels: every word has the form
[C](VC)^m[V], and m, its measure, decides whether a suffix may go.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_PLURAL: Final = {"sses": "ss", "ies": "i", "ss": "ss", "s": ""}
_RESTORED: Final = {"at": "ate", "bl": "ble", "iz": "ize"}
_DOUBLE: Final = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize",
    "abli": "able", "alli": "al", "entli": "ent", "eli": "e", "ousli": "ous",
    "ization": "ize", "ation": "ate", "ator": "ate", "alism": "al", "iveness": "ive",
    "fulness": "ful", "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble",
}  # fmt: skip
_SINGLE: Final = {
    "icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": "",
}  # fmt: skip
_LAST: Final = dict.fromkeys(
    ("al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "sion",
     "tion", "ou", "ism", "ate", "iti", "ous", "ive", "ize"), "",
) | {"sion": "s", "tion": "t"}  # fmt: skip
_MIN_LETTERS: Final = 3
_MAX_LETTERS: Final = 40


def stem(word: str) -> str:
    """Return the stem of a casefolded word; only plain a-z of 3 to 40 letters is changed."""
    if _MIN_LETTERS <= len(word) <= _MAX_LETTERS and word.isascii() and word.isalpha():
        return _stemmed(word)
    return word


@lru_cache(maxsize=1 << 16)
def _stemmed(word: str) -> str:
    word = _inflection(_swap(word, _PLURAL, None))
    if word.endswith("y") and "v" in _shape(word[:-1]):
        word = word[:-1] + "i"
    word = _swap(_swap(_swap(word, _DOUBLE, 0), _SINGLE, 0), _LAST, 1)
    return _ending(word)


def _shape(word: str) -> str:
    """Return a letter for each of the word's: c for a consonant, v for a vowel."""
    shape = ""
    for letter in word:
        vowel = letter in "aeiou" or (letter == "y" and shape.endswith("c"))
        shape += "v" if vowel else "c"
    return shape


def _measure(word: str) -> int:
    """Return Porter's m: how often a vowel is followed by a consonant."""
    return _shape(word).count("vc")


def _closed(word: str) -> bool:
    """Return Porter's *o: whether it ends consonant, vowel, consonant, the last not w, x, y."""
    return _shape(word).endswith("cvc") and word[-1] not in "wxy"


def _swap(word: str, table: dict[str, str], least: int | None) -> str:
    """Replace the longest suffix that the table has, if the rest has m > ``least``."""
    for length in range(min(7, len(word)), 0, -1):
        suffix = word[-length:]
        if suffix in table:
            kept = word[:-length]
            measured = kept + table[suffix] if suffix in {"sion", "tion"} else kept
            fits = least is None or _measure(measured) > least
            return kept + table[suffix] if fits else word
    return word


def _inflection(word: str) -> str:
    """Remove -ed and -ing, and restore what they replaced ("hoping" -> "hope")."""
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for suffix in ("ed", "ing"):
        if word.endswith(suffix):
            kept = word[: -len(suffix)]
            return _restored(kept) if "v" in _shape(kept) else word
    return word


def _restored(word: str) -> str:
    if word[-2:] in _RESTORED:
        return _swap(word, _RESTORED, None)
    if word[-1:] == word[-2:-1] and _shape(word).endswith("c") and word[-1] not in "lsz":
        return word[:-1]
    return word + "e" if _measure(word) == 1 and _closed(word) else word


def _ending(word: str) -> str:
    """Remove a last -e, and one of a double -l."""
    if word.endswith("e"):
        size = _measure(word[:-1])
        if size > 1 or (size == 1 and not _closed(word[:-1])):
            word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word
