"""Recall: a deterministic, local search over the lines of conversations.

    index = Index()
    index.add(Line("m1", "anna", "my sister Mia plays the cello", at=0))
    search(index, "what does my sister play?", speakers=Speakers(asks="anna", asked="luna")).hits

A search has two phases: ``candidates`` reads the columns of a ``Corpus``, ``rank`` the lines that
it names. An index holds the lines of one audience; the caller who fills it ensures that.
"""

from soulscript.text import terms
from synthetic_soul.recall.candidates import LIMIT, Candidate, Weights, candidates
from synthetic_soul.recall.corpus import PAUSE, Corpus, Timeline
from synthetic_soul.recall.cue import Cue, Speakers, read
from synthetic_soul.recall.hits import Findings, Hit, rank, reach
from synthetic_soul.recall.index import Index, Line, Origin
from synthetic_soul.recall.pool import FLOOR
from synthetic_soul.recall.search import search

__all__ = [
    "FLOOR",
    "LIMIT",
    "PAUSE",
    "Candidate",
    "Corpus",
    "Cue",
    "Findings",
    "Hit",
    "Index",
    "Line",
    "Origin",
    "Speakers",
    "Timeline",
    "Weights",
    "candidates",
    "rank",
    "reach",
    "read",
    "search",
    "terms",
]
