"""Estimate the tokens of a text by its scripts, for six vocabularies.

A tokenizer splits text at words and punctuation and merges bytes that were frequent where it was
trained. So what a character costs depends on its script and on the vocabulary: a letter of English
costs 0.2 tokens everywhere, a Devanagari letter 0.35 to 1.3. The weights below were fitted by
non-negative least squares to the counts of the real tokenizers for texts of twenty languages;
``tests/llm/data/token_counts.json`` has the counts of those texts and of others that were kept
aside. For chat in a language with much text on the web the estimate is within 15 % of the count.
"""

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

Vocabulary = Literal["o200k", "cl100k", "gemma", "llama", "qwen", "deepseek"]
VOCABULARIES: Final[tuple[Vocabulary, ...]] = (
    "o200k", "cl100k", "gemma", "llama", "qwen", "deepseek",
)  # fmt: skip

_Weights = tuple[float, float, float, float, float, float]
"""Tokens in the order of ``VOCABULARIES``."""

_NOTHING: Final[_Weights] = (0.0,) * 6

# Name: characters, tokens of each run of them, tokens of each character.
_SCRIPTS: Final[Mapping[str, tuple[str, _Weights, _Weights]]] = {
    "punctuation": (
        r"!-/:-@\[-`{-~¡-¿‐-‧₠-₿　-〠！-＠",
        (0.83, 0.75, 0.76, 0.79, 0.73, 0.84),
        _NOTHING,
    ),
    "digits": (r"0-9", (1.04, 0.96, 1.44, 0.89, 1.24, 1.0), (0.35, 0.32, 0.48, 0.3, 0.41, 0.34)),
    "spaces": (r"\s", (0.24, 0.4, 0.1, 0.34, 0.12, 0.1), (0.1,) * 6),
    "cyrillic": (r"Ѐ-ӿ", (0.0, 1.15, 0.0, 0.0, 0.41, 0.29), (0.37, 0.37, 0.33, 0.39, 0.37, 0.38)),
    "greek": (r"Ͱ-Ͽἀ-῿", _NOTHING, (0.48, 1.06, 0.51, 0.52, 1.03, 0.62)),
    "hebrew": (r"\u0590-\u05ff", _NOTHING, (0.42, 1.15, 0.53, 1.15, 0.41, 0.55)),
    "arabic": (
        r"\u0600-\u06ff\u0750-\u077f",
        (0.84, 1.03, 0.41, 0.67, 1.16, 0.99),
        (0.2, 0.64, 0.31, 0.32, 0.16, 0.24),
    ),
    "indic": (r"\u0900-\u0dff", _NOTHING, (0.41, 1.32, 0.35, 0.66, 1.21, 0.78)),
    "southeast_asian": (
        r"\u0e00-\u109f\u1780-\u17ff",
        _NOTHING,
        (0.42, 0.97, 0.37, 0.52, 0.59, 0.43),
    ),
    "hangul": (
        r"\uac00-\ud7af\u1100-\u11ff",
        (2.13, 0.12, 0.88, 1.93, 2.36, 1.49),
        (0.09, 1.29, 0.46, 0.16, 0.05, 0.46),
    ),
    "kana": (r"\u3040-\u30ff", _NOTHING, (0.77, 1.09, 0.53, 0.67, 0.7, 0.78)),
    "han": (r"\u3400-\u9fff\uf900-\ufaff", _NOTHING, (0.81, 1.28, 0.67, 0.82, 0.6, 0.53)),
    "faces": (r"\U0001f600-\U0001f64f", _NOTHING, (1.32, 1.99, 0.89, 1.99, 1.03, 1.61)),
    "joiners": (
        r"\u200d\ufe0f\U0001f3fb-\U0001f3ff",
        _NOTHING,
        (0.1, 1.97, 0.23, 1.42, 2.09, 1.09),
    ),
    "flags": (r"\U0001f1e6-\U0001f1ff", _NOTHING, (3.57, 2.51, 3.03, 2.42, 1.29, 1.15)),
    "emoji": (
        r"\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001f5ff\U0001f650-\U0001faff",
        _NOTHING,
        (2.27, 2.98, 1.04, 2.98, 1.08, 2.36),
    ),
    "symbols": (r"←-⯿", _NOTHING, (1.89, 1.45, 1.23, 1.59, 0.81, 1.3)),
    # Whatever is in no table costs about a token for two bytes of its UTF-8.
    "others": (
        r"\x00-\x08\x0e-\x1b\x7f-\u00bf×÷\u0250-\u1dff\u1f00-\U0010ffff",
        _NOTHING,
        (1.5,) * 6,
    ),
}

# Words in Latin letters by how common their language is on the web: letters that each word has for
# nothing, tokens of a word, tokens of each further letter.
_LATIN: Final[Mapping[str, tuple[int, _Weights, _Weights]]] = {
    "english": (9, (0.98, 1.03, 1.07, 1.03, 1.07, 1.02), (0.1, 0.09, 0.07, 0.08, 0.07, 0.08)),
    "common": (3, (0.79, 0.95, 0.92, 0.97, 1.0, 0.9), (0.24, 0.27, 0.21, 0.3, 0.28, 0.27)),
    "rare": (3, (0.78, 0.96, 0.72, 0.98, 0.76, 0.65), (0.42, 0.41, 0.41, 0.42, 0.54, 0.49)),
}
_ACCENT: Final[_Weights] = (0.26, 0.96, 0.25, 0.0, 0.23, 1.02)  # more, for each letter beyond ASCII

_LATIN_WORD: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]+")
# A single space belongs to the word behind it.
_PIECE: Final = re.compile(
    r"(?! [^\s])(?:" + "|".join(f"(?P<{n}>[{row[0]}]+)" for n, row in _SCRIPTS.items()) + ")"
)
_WORD: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ']+")
_CODE_MARK: Final = re.compile(r"[{}()\[\]=;<>_]")
_MIN_CODE_MARKS: Final = 0.05  # share of characters
_MIN_FUNCTION_WORDS: Final = 0.12  # share of words
_ENGLISH_WORDS: Final = frozenset({
    "the", "and", "of", "is", "you", "with", "for", "this", "that", "have", "are", "not", "but",
    "my", "it", "they", "what", "be", "at", "from", "your", "how", "if",
    "i'm", "don't", "it's", "can't", "who", "just", "about",
})  # fmt: skip
# Of German, French, Spanish, Italian, Dutch and Portuguese.
_COMMON_WORDS: Final = frozenset({
    "der", "die", "das", "und", "ist", "nicht", "ich", "ein", "eine", "mit", "zu", "auf", "dem",
    "den", "les", "des", "et", "est", "que", "je", "pas", "une", "dans", "el", "los", "la", "las",
    "de", "en", "no", "un", "con", "il", "che", "di", "non", "per", "het", "een", "van", "dat",
    "ik", "o", "os", "do", "não", "uma",
})  # fmt: skip
_FAMILIES: Final[Mapping[Vocabulary, re.Pattern[str]]] = {
    "gemma": re.compile(r"gemma|gemini"),
    "qwen": re.compile(r"qwen|qwq"),
    "deepseek": re.compile(r"deepseek(?!.*llama)"),
    "llama": re.compile(r"llama|hermes|mistral|mixtral|nemo\b"),
    "cl100k": re.compile(r"gpt-3|gpt-4(?!o|\.1|\.5)"),
}


def vocabulary_of(model: str) -> Vocabulary:
    """Return the vocabulary of a model by its name, or the most similar one; else "o200k"."""
    name = model.casefold()
    return next((row for row, pattern in _FAMILIES.items() if pattern.search(name)), "o200k")


@lru_cache(maxsize=2048)
def estimate_tokens(text: str, vocabulary: Vocabulary = "o200k") -> int:
    """Return the estimated tokens of a text, rounded up; 0 for an empty one."""
    column = VOCABULARIES.index(vocabulary)
    free, per_word, per_letter = _LATIN[_language_class(text)]
    words = _LATIN_WORD.findall(text)
    total = per_word[column] * len(words)
    total += per_letter[column] * sum(length - free for length in map(len, words) if length > free)
    if not text.isascii():
        total += _ACCENT[column] * sum(not letter.isascii() for letter in "".join(words))
    for piece in _PIECE.finditer(text):
        _, per_run, per_character = _SCRIPTS[piece.lastgroup or "others"]
        total += per_run[column] + per_character[column] * (piece.end() - piece.start())
    return math.ceil(total)


def _language_class(text: str) -> str:
    """Return the row of ``_LATIN`` for a text; code counts as English, by its names."""
    if len(_CODE_MARK.findall(text)) >= max(1, _MIN_CODE_MARKS * len(text)):
        return "english"
    words = [word.lower() for word in _WORD.findall(text)]
    english = sum(word in _ENGLISH_WORDS for word in words)
    common = sum(word in _COMMON_WORDS for word in words)
    if max(english, common) < _MIN_FUNCTION_WORDS * len(words):
        return "rare"
    return "english" if english >= common else "common"
