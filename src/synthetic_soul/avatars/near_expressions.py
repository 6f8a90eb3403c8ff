"""The picture that comes nearest an expression; the words stand in ``data/near_expressions.txt``.

Names of pictures come from many tools: the thirty expressions of this program, the twenty-eight
emotions of cards, or whatever an author wrote (``Smile 2``, ``angry-left``, ``笑顔``, ``😊``).
"""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

MAX_NAME_CHARS: Final = 64
_NOT_IN_NAME: Final = frozenset("PZC")
"""General categories of Unicode that part words: punctuation, blanks and controls."""


def normal_name(name: str) -> str:
    """Return an expression's name in one spelling: folded, with ``_`` between words; "" if empty.

    Letters keep their marks, whether a system writes them as one character or as two. What cannot
    be encoded is left out, and the end of a long name.
    """
    encodable = name.encode("utf-8", "ignore").decode()
    folded = unicodedata.normalize("NFKC", encodable.casefold())
    words = "".join(" " if unicodedata.category(x)[0] in _NOT_IN_NAME else x for x in folded)
    return "_".join(words.split())[:MAX_NAME_CHARS].strip("_")


def nearest(wanted: str, names: Iterable[str]) -> str | None:
    """Return that name, else one that shares a word with it, else one near it; None of none.

    ``names`` are in the spelling of ``normal_name``, in any order. Of several with the same word
    it is that of the fewest words, of these the shortest ("angry" before "angry_left", "smile_2"
    before "smile_10"), then the first by the alphabet.
    """
    names = sorted(names, key=lambda name: (name.count("_"), len(name), name))
    wanted = normal_name(wanted)
    if wanted in names:
        return wanted
    words = [*(word for word in wanted.split("_") if not word.isdigit()), *_near(wanted)]
    by_word: dict[str, str] = {}
    for name in names:
        for word in name.split("_"):
            by_word.setdefault(word, name)
    return next((by_word[word] for word in words if word in by_word), None)


def _near(wanted: str) -> Iterable[str]:
    """Return the words near an expression: of its own line, else of the line that names it first.

    Of several lines that name a word, that counts in which it stands furthest in front.
    """
    table = _table()
    if wanted in table:
        return table[wanted]
    words = set(wanted.split("_"))
    places = [
        (place, line) for line in table.values() for place, word in enumerate(line) if word in words
    ]
    return min(places, key=lambda found: found[0], default=(0, ()))[1]


@cache
def _table() -> Mapping[str, tuple[str, ...]]:
    """Return by expression the words that come near it, nearest first."""
    path = files("synthetic_soul.avatars") / "data" / "near_expressions.txt"
    lines = [line.partition(":") for line in path.read_text("utf-8").splitlines()]
    return {
        expression: tuple(words.split())
        for expression, colon, words in lines
        if colon and not expression.startswith("#")
    }
