"""Text as terms, by which it is found: words, stems, stop words, an inverted index with BM25."""

from soulscript.text.analysis import folded, stem, stop_words, terms, words
from soulscript.text.bm25 import K1, B, Postings, add_gains, rarity

__all__ = [
    "K1",
    "B",
    "Postings",
    "add_gains",
    "folded",
    "rarity",
    "stem",
    "stop_words",
    "terms",
    "words",
]
