"""Recall: a deterministic, local search over the lines of conversations.

    index = Index()
    index.add(Line("m1", "anna", "my sister Mia plays the cello", at=0))
    search(index, "what does my sister play?", speakers=Speakers(asks="anna", asked="luna"))

An index holds the lines of one audience; the caller who fills it ensures that.
"""

from soulscript.text import terms
from synthetic_soul.recall.cue import Speakers
from synthetic_soul.recall.index import PAUSE, Index, Line
from synthetic_soul.recall.search import FLOOR, Hit, Weights, search

__all__ = ["FLOOR", "PAUSE", "Hit", "Index", "Line", "Speakers", "Weights", "search", "terms"]
