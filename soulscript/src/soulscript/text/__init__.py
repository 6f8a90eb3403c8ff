"""Text as terms, by which it is found: words, stems, stop words."""

from soulscript.text.analysis import folded, terms, words
from soulscript.text.english import STOP_WORDS
from soulscript.text.porter import stem

__all__ = ["STOP_WORDS", "folded", "stem", "terms", "words"]
