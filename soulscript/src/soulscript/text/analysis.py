"""Text analysis: the terms by which a text is found.

Latin, Greek and Cyrillic lose their accents, Arabic and Hebrew their vowel signs, as people leave
both out when they type. Scripts written without spaces become pairs of neighbouring characters.
English words are stemmed, and those that carry no topic are dropped.
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Final

# Short for "is", "am", "had", "will", …: stop words, as the words they stand for.
_CLITICS: Final = frozenset({"s", "m", "d", "ll", "re", "ve"})
_MAX_CACHED_WORDS: Final = 1 << 16
_ACCENTS: Final = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
# Vowel signs and viramas of Indic and South-East Asian scripts, which ``re`` counts as no letters.
_SIGNS: Final = (
    "\u0900-\u0963\u0971-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ece"
    "\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3"
)
_LETTERS: Final = rf"(?:[^\W_]|[{_SIGNS}])+"
_WORD: Final = re.compile(rf"{_LETTERS}(?:'{_LETTERS})*")
_PLAIN_WORD: Final = re.compile("[a-z0-9]+(?:'[a-z0-9]+)*")  # the same for ASCII, and quicker
# Thai, Lao, Burmese, Khmer, kana, Han; and Hangul, whose particles hang on to the word.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U000323af]+"
)


def folded(text: str) -> str:
    """Return the text in one spelling: compatibility forms, case and accents made equal."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).replace("’", "'").replace("ʼ", "'")
    return unicodedata.normalize("NFC", _ACCENTS.sub("", plain)).casefold()


def words(text: str) -> list[str]:
    """Return the words in order, folded, without possessive and contracted endings; not stemmed."""
    return [part for word in _written(text) for part in _unclipped(word)]


def terms(text: str) -> list[str]:
    """Return the terms of a text in order, repeats included."""
    return list(chain.from_iterable(map(_TERM_CACHE.__getitem__, _written(text))))


def _written(text: str) -> list[str]:
    plain = folded(text)
    return (_PLAIN_WORD if plain.isascii() else _WORD).findall(plain)


def _unclipped(word: str) -> list[str]:
    if word.endswith("n't"):
        return []
    return [part for part in word.split("'") if part not in _CLITICS]


class _TermCache(dict[str, tuple[str, ...]]):
    """A cache of the terms of words as they were written."""

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= _MAX_CACHED_WORDS:
            self.clear()
        word_terms = self[word] = _terms(word)
        return word_terms


_TERM_CACHE: Final = _TermCache()


def clear_terms() -> None:
    """Forget the words whose terms and stems are kept, which somebody may have said."""
    _TERM_CACHE.clear()
    _stemmed.cache_clear()


def _terms(word: str) -> tuple[str, ...]:
    word_terms: list[str] = []
    for part in _unclipped(word):
        if part in stop_words():
            continue
        if not part.isascii():
            word_terms += _parts(part)
        elif len(part) > 1 or part.isdigit():
            word_terms.append(stem(base_forms().get(part, part)))
    return tuple(word_terms)


def _parts(word: str) -> list[str]:
    """Split runs of scripts without spaces into pairs of characters; keep the rest as it is."""
    parts: list[str] = []
    end = 0
    for run in _UNSPACED.finditer(word):
        parts += [word[end : run.start()]] * (run.start() > end)
        chars = run.group()
        parts += [chars[i : i + 2] for i in range(max(1, len(chars) - 1))]
        end = run.end()
    return parts + [word[end:]] * (end < len(word))


_FOLDER = Path(__file__).parents[1] / "data" / "words"


def word_lines(name: str) -> list[list[str]]:
    """Return the words of each line of a list; lines that begin with # are comments."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if not line.startswith("#")]


@cache
def stop_words() -> frozenset[str]:
    """Return the words that are never a topic."""
    return frozenset(word for words in word_lines("stop_words") for word in words)


@cache
def base_forms() -> dict[str, str]:
    """Return the base word of each irregular or familiar form: "went" is "go", "mum" "mother"."""
    return {form: base for base, *forms in word_lines("base_forms") for form in forms}


# -- the Porter stemmer: "exams" and "exam" have one stem ------------------------------------------
#
# The rules are those of M. F. Porter, "An algorithm for suffix stripping", Program 14 (1980); the
# tables hold its suffixes. C is a run of consonants, V one of vowels: every word has the form
# [C](VC)^m[V], and m, its measure, decides whether a suffix may go.

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
    """Return Porter's m: the number of vowels with a consonant behind them."""
    return _shape(word).count("vc")


def _closed(word: str) -> bool:
    """Return Porter's *o: whether it ends consonant, vowel, consonant, the last not w, x, y."""
    return _shape(word).endswith("cvc") and word[-1] not in "wxy"


def _swap(word: str, table: dict[str, str], least: int | None) -> str:
    """Replace the longest suffix in the table, if the rest has m > ``least``."""
    for length in range(min(7, len(word)), 0, -1):
        suffix = word[-length:]
        if suffix in table:
            rest = word[:-length]
            measured = rest + table[suffix] if suffix in {"sion", "tion"} else rest
            fits = least is None or _measure(measured) > least
            return rest + table[suffix] if fits else word
    return word


def _inflection(word: str) -> str:
    """Remove -ed and -ing, and restore what they replaced ("hoping" -> "hope")."""
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for suffix in ("ed", "ing"):
        if word.endswith(suffix):
            rest = word[: -len(suffix)]
            return _restored(rest) if "v" in _shape(rest) else word
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
