"""Text as terms, by which it is found, and texts with macros.

Words, stems, stop words, an inverted index with BM25; ``{{char}}`` and its like.
"""

from soulscript.text.analysis import clear_terms, folded, stem, stop_words, terms, words
from soulscript.text.bm25 import K1, B, Postings, add_gains, rarity
from soulscript.text.listed import Entry, entries_in
from soulscript.text.macros import Scene, expand, has_macros, tells_time
from soulscript.text.spoken import direct_speech, narration

__all__ = [
    "K1",
    "B",
    "Entry",
    "Postings",
    "Scene",
    "add_gains",
    "clear_terms",
    "direct_speech",
    "entries_in",
    "expand",
    "folded",
    "has_macros",
    "narration",
    "rarity",
    "stem",
    "stop_words",
    "tells_time",
    "terms",
    "words",
]
