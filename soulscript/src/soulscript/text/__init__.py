"""Text as terms, by which it is found, and texts with macros.

Words, stems, stop words, an inverted index with BM25; ``{{char}}`` and its like.
"""

from soulscript.text.analysis import folded, stem, stop_words, terms, words
from soulscript.text.bm25 import K1, B, Postings, add_gains, rarity
from soulscript.text.macros import Scene, expand, has_macros, tells_time

__all__ = [
    "K1",
    "B",
    "Postings",
    "Scene",
    "add_gains",
    "expand",
    "folded",
    "has_macros",
    "rarity",
    "stem",
    "stop_words",
    "tells_time",
    "terms",
    "words",
]
