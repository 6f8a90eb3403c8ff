"""Estimate the tokens of a text by its scripts, for six vocabularies.

A tokenizer splits text at words and punctuation and merges bytes that were frequent where it was
trained. So what a character costs depends on its script and on the vocabulary: a letter of English
costs 0.2 tokens everywhere, a Devanagari letter 0.35 to 1.3. The weights stand in
``data/tokenizers.toml``. For chat in a language with much text on the web the estimate is within
15 % of the count.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from synthetic_soul.caches import personal_cache
from synthetic_soul.toml_tables import read_table

Vocabulary = Literal["o200k", "cl100k", "gemma", "llama", "qwen", "deepseek"]

_LATIN_WORD: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]+")
_WORD: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ']+")
_CODE_MARK: Final = re.compile(r"[{}()\[\]=;<>_]")
_MIN_CODE_MARKS: Final = 0.05  # share of characters
_MIN_FUNCTION_WORDS: Final = 0.12  # share of words
_FAMILIES: Final[Mapping[Vocabulary, re.Pattern[str]]] = {
    "gemma": re.compile(r"gemma|gemini"),
    "qwen": re.compile(r"qwen|qwq"),
    "deepseek": re.compile(r"deepseek(?!.*llama)"),
    "llama": re.compile(r"llama|hermes|mistral|mixtral|nemo\b"),
    "cl100k": re.compile(r"gpt-3|gpt-4(?!o|\.1|\.5)"),
}
_MAX_CACHED_CHARS: Final = 20_000
"""Characters of the longest text that is cached, as system messages are; more would fill memory."""


@dataclass(frozen=True, slots=True)
class _Weights:
    """What one vocabulary costs: see ``data/tokenizers.toml``.

    ``latin`` holds free letters, tokens of a word and of a further letter; ``scripts`` tokens of a
    run and of a character. ``piece`` finds runs, in a group named after their script.
    """

    accent: float
    latin: Mapping[str, tuple[int, float, float]]
    scripts: Mapping[str, tuple[float, float]]
    piece: re.Pattern[str]
    english: frozenset[str]
    common: frozenset[str]


def vocabulary_of(model: str) -> Vocabulary:
    """Return the vocabulary of a model by its name, or the most similar one; else "o200k"."""
    name = model.casefold()
    return next((row for row, pattern in _FAMILIES.items() if pattern.search(name)), "o200k")


def estimate_tokens(text: str, vocabulary: Vocabulary = "o200k") -> int:
    """Return the estimated tokens of a text, rounded up; 0 for an empty one."""
    estimate = _estimate if len(text) <= _MAX_CACHED_CHARS else _estimate.__wrapped__
    return estimate(text, vocabulary)


@personal_cache(2048)
def _estimate(text: str, vocabulary: Vocabulary) -> int:
    return math.ceil(_sum(text, _weights(vocabulary)))


def _sum(text: str, weights: _Weights) -> float:
    free, per_word, per_letter = weights.latin[_language_class(text, weights)]
    words = _LATIN_WORD.findall(text)
    total = per_word * len(words)
    total += per_letter * sum(length - free for length in map(len, words) if length > free)
    if not text.isascii():
        total += weights.accent * sum(not letter.isascii() for letter in "".join(words))
    for piece in weights.piece.finditer(text):
        per_run, per_character = weights.scripts[piece.lastgroup or "others"]
        total += per_run + per_character * (piece.end() - piece.start())
    return total


def _language_class(text: str, weights: _Weights) -> str:
    """Return the row of ``latin`` for a text; code counts as English, by its names."""
    if len(_CODE_MARK.findall(text)) >= max(1, _MIN_CODE_MARKS * len(text)):
        return "english"
    words = [word.lower() for word in _WORD.findall(text)]
    english = sum(word in weights.english for word in words)
    common = sum(word in weights.common for word in words)
    if max(english, common) < _MIN_FUNCTION_WORDS * len(words):
        return "rare"
    return "english" if english >= common else "common"


@cache
def _weights(vocabulary: Vocabulary) -> _Weights:
    data = read_table("synthetic_soul.llm", "tokenizers")
    column: int = data["vocabularies"].index(vocabulary)
    latin, scripts = data["latin"].items(), data["scripts"].items()
    classes = "|".join(f"(?P<{name}>[{row['characters']}]+)" for name, row in scripts)
    return _Weights(
        accent=data["accent"][column],
        latin={
            name: (row["free_letters"], row["word"][column], row["letter"][column])
            for name, row in latin
        },
        scripts={name: (row["run"][column], row["character"][column]) for name, row in scripts},
        # A single space belongs to the word behind it.
        piece=re.compile(rf"(?! [^\s])(?:{classes})"),
        english=frozenset(data["function_words"]["english"].split()),
        common=frozenset(data["function_words"]["common"].split()),
    )
