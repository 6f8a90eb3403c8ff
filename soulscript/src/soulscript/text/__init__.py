"""Text as terms, by which it is found: words, stems, stop words, an inverted index with BM25."""

from soulscript.text.analysis import folded, terms, words
from soulscript.text.bm25 import K1, B, Postings, add_gains, rarity
from soulscript.text.english import STOP_WORDS
from soulscript.text.porter import stem

__all__ = [
    "K1",
    "STOP_WORDS",
    "B",
    "Postings",
    "add_gains",
    "folded",
    "rarity",
    "stem",
    "terms",
    "words",
]
