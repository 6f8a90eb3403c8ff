"""Text analysis: the terms by which a text is found.

Latin, Greek and Cyrillic lose their accents, Arabic and Hebrew their vowel signs, as people leave
both out when they type. Scripts written without spaces become pairs of neighbouring characters.
English words are stemmed, and those that carry no topic are dropped.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

from soulscript.text.porter import stem

# Short for "is", "am", "had", "will", …: they say as little as the words they stand for.
_CLITICS: Final = frozenset({"s", "m", "d", "ll", "re", "ve"})
_MAX_CACHED_WORDS: Final = 1 << 16
_LEFT_OUT: Final = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
# Vowel signs and viramas of Indic and South-East Asian scripts, which are no letters to ``re``.
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
    return unicodedata.normalize("NFC", _LEFT_OUT.sub("", plain)).casefold()


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
        found = self[word] = _terms(word)
        return found


_TERM_CACHE: Final = _TermCache()


def _terms(word: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in _unclipped(word):
        if part in stop_words():
            continue
        if not part.isascii():
            found += _parts(part)
        elif len(part) > 1 or part.isdigit():
            found.append(stem(base_forms().get(part, part)))
    return tuple(found)


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
    """Return the words that say nothing about a topic."""
    return frozenset(word for words in word_lines("stop_words") for word in words)


@cache
def base_forms() -> dict[str, str]:
    """Return the base word of each irregular or familiar form: "went" is "go", "mum" "mother"."""
    return {form: base for base, *forms in word_lines("base_forms") for form in forms}
