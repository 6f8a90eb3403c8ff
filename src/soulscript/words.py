"""Text to terms: the words by which a line is found.

Latin, Greek and Cyrillic lose their accents, Arabic and Hebrew their vowel signs, as people leave
both out when they type. Scripts written without spaces become pairs of neighbouring characters.
English words are stemmed, and those that carry no topic are dropped.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from soulscript.english import BASE, STOP_WORDS
from soulscript.stems import stem

# Short for "is", "am", "had", "will", …: they say as little as the words they stand for.
_CLITICS: Final = frozenset({"s", "m", "d", "ll", "re", "ve"})
_LEFT_OUT: Final = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
# Vowel signs and viramas of Indic and South-East Asian scripts, which are no letters to ``re``.
_SIGNS: Final = (
    "\u0900-\u0963\u0971-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ece"
    "\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3"
)
_LETTERS: Final = rf"(?:[^\W_]|[{_SIGNS}])+"
_WORD: Final = re.compile(rf"{_LETTERS}(?:'{_LETTERS})*")
# Thai, Lao, Burmese, Khmer, kana, Han; and Hangul, whose particles hang on to the word.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U000323af]+"
)


def folded(text: str) -> str:
    """The text in one spelling: compatibility forms, case and accents made equal."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).replace("’", "'").replace("ʼ", "'")
    return unicodedata.normalize("NFC", _LEFT_OUT.sub("", plain)).casefold()


def words(text: str) -> list[str]:
    """The words in order, folded, without possessive and contracted endings; not stemmed."""
    found: list[str] = []
    for word in _WORD.findall(folded(text)):
        if not word.endswith("n't"):
            found += [part for part in word.split("'") if part not in _CLITICS]
    return found


def terms(text: str) -> list[str]:
    """What a text is found by, in order, repeats included; empty if it says nothing."""
    found: list[str] = []
    for word in words(text):
        if word in STOP_WORDS:
            continue
        if word.isascii():
            if len(word) > 1 or word.isdigit():
                found.append(stem(BASE.get(word, word)))
        else:
            found.extend(_parts(word))
    return found


def _parts(word: str) -> list[str]:
    """Pairs of characters for each run without spaces, and what stands between as it is."""
    parts: list[str] = []
    end = 0
    for run in _UNSPACED.finditer(word):
        parts += [word[end : run.start()]] * (run.start() > end)
        chars = run.group()
        parts += [chars[i : i + 2] for i in range(max(1, len(chars) - 1))]
        end = run.end()
    return parts + [word[end:]] * (end < len(word))
