"""Small changes of wording, so that texts of other formats read well where a soul has them."""

import re
from typing import Final

_ENDS: Final = (".", "!", "?", "…", ":", "”", '"')
_WORDY: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "with",
        "by",
        "that",
        "which",
        "who",
        "my",
        "your",
        "our",
        "his",
        "her",
        "its",
        "their",
        "not",
        "is",
        "are",
        "be",
        "as",
        "but",
        "than",
        "from",
    ]
)
_TELLS: Final = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "be",
        "should",
        "must",
        "shall",
        "can",
        "could",
        "will",
        "would",
        "has",
        "have",
        "had",
        "do",
        "does",
        "may",
        "might",
        "needs",
        "need",
        "deserves",
        "deserve",
    ]
)
_NOBODY: Final = frozenset(
    ["i", "you", "we", "he", "she", "they", "it", "there", "this", "that", "those", "these"]
)
_MOST: Final = 4  # words of a short name


def sentence(text: str) -> str:
    """Put a text on one line and end it as a sentence."""
    line = " ".join(text.split())
    return line if line.endswith(_ENDS) else f"{line}."


def unended(text: str) -> str:
    """Put a text on one line without the full stop at its end."""
    line = " ".join(text.split())
    return line[:-1] if line.endswith(".") and not line.endswith("..") else line


def lowered(text: str) -> str:
    """Write a text as it stands within a sentence: its first word without a capital letter.

    Words with more capitals than the first, and "I", stay as they are.
    """
    first = re.match(r"[^\W\d_]+", text)
    if first is None or first[0] == "I" or first[0][1:] != first[0][1:].lower():
        return text
    return text[0].lower() + text[1:]


def named_after(belief: str) -> str:
    """Name a principle by what its sentence is about, else by its first words."""
    words = unended(belief).split()
    place = next((n for n, word in enumerate(words[:7]) if word.casefold() in _TELLS), 0)
    if words and words[0].casefold() in _NOBODY:
        place = 0
    head = words[:place] or words[:_MOST]
    while len(head) > 1 and head[-1].casefold() in _WORDY:
        head.pop()
    return " ".join(head).rstrip(",;:") or "principle"
