"""What the score of a single line cannot tell: an order that depends on several candidates.

Recency as a part of the score makes answers worse. It decides where one line takes back what
another one says: see ``newest_first``.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Final

from soulscript.text import folded, terms
from synthetic_soul.recall import flags
from synthetic_soul.recall.candidates import Candidate
from synthetic_soul.recall.cue import Cue
from synthetic_soul.recall.index import Line

Found = Sequence[tuple[Candidate, Line]]

COMPARED: Final = 20
"""The first candidates, among which statements about the same thing change places."""
COMPARING: Final = frozenset({"whether", "overview"})
"""Kinds of cues for which any candidate may change its place."""
# Kinds of cues that ask for a value, and those of which older values are a part of the answer.
_VALUES: Final = frozenset({"when", "number", "name"})
_LASTING: Final = frozenset({"earlier", "span", "overview"})
# The share of the cue's terms, by rarity, that a sentence about the same thing holds: where it
# speaks of a change, and where two sentences differ by nothing but their values.
_ABOUT: Final = 0.2
_SAME: Final = 0.8
# How much better (in units of the score) the older statement may be in these cases.
_LEAD: Final = 6.0
_EQUAL: Final = 0.3
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+|\n")
_CODE: Final = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_SHOWN_SIDE: Final = 4
"""The place (from 0) at which one side of a contradiction stands at the latest."""
# What the closest sentence adds to a score; the distance (terms) of a pair; what a term alone
# counts beside a pair.
_CLOSE: Final = 12.0
_SIDE_BY_SIDE: Final = 2
_ALONE: Final = 0.3


def newest_first(cue: Cue, found: Found) -> Found:
    """Move a statement before older ones of the same speaker that it makes out of date.

    It does so if a sentence of it speaks of the cue and of a change, or is as much about the cue
    as a sentence of the older one; each with a value. A cue for something else than a value, or for
    what was before, is left alone.
    """
    if cue.kinds.isdisjoint(_VALUES) or cue.kinds & _LASTING:
        return found
    compared = found[:COMPARED]
    statements = [_Statement(cue, candidate, line) for candidate, line in compared]
    holders = Counter(chain.from_iterable(each.terms for each in statements))
    rarities = {term: math.log1p(len(compared) / (1 + count)) for term, count in holders.items()}
    for statement in statements:
        statement.weigh(rarities)
    order: list[int] = []
    for number, statement in enumerate(statements):
        older = (at for at, other in enumerate(order) if statement.outdates(statements[other]))
        order.insert(next(older, len(order)), number)
    return [*(found[number] for number in order), *found[COMPARED:]]


class _Statement:
    """What the sentences with a value in a line have in common with a cue.

    ``about`` is the greatest share of the cue's terms in one of them, and those terms; ``changed``
    the same of those that speak of a change.
    """

    def __init__(self, cue: Cue, candidate: Candidate, line: Line) -> None:
        wanted = frozenset(cue.terms)
        self.line: Final = line
        self.score: Final = candidate.score
        self.terms: Final = frozenset(line.terms) & wanted
        self.about: tuple[float, frozenset[str]] = (0.0, frozenset())
        self.changed: tuple[float, frozenset[str]] = (0.0, frozenset())
        self._sentences = [
            (frozenset(terms(sentence)) & wanted, changes)
            for sentence, changes in _valued_sentences(line.text)
        ]

    def weigh(self, rarities: Mapping[str, float]) -> None:
        """Find ``about`` and ``changed``."""
        whole = math.fsum(rarities.values()) or 1.0
        for held, changes in self._sentences:
            share = math.fsum(rarities.get(term, 0.0) for term in held) / whole
            if share > self.about[0]:
                self.about = (share, held)
            if changes and share > self.changed[0]:
                self.changed = (share, held)

    def outdates(self, other: _Statement) -> bool:
        """Return whether what the other one says is out of date by this one."""
        if self.line.speaker != other.line.speaker or self.line.at <= other.line.at:
            return False
        lead = other.score - self.score
        if min(self.about[0], other.about[0]) >= _SAME and lead < _EQUAL:
            return True
        common = self.changed[1] & other.about[1]
        return (
            min(self.changed[0], other.about[0]) >= _ABOUT
            and 2 * len(common) >= len(self.changed[1])
            and lead < _LEAD
        )


def _valued_sentences(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the sentences with a number or a time, and whether they speak of a change."""
    kinds = flags.kinds("statements")
    for sentence in _SENTENCE_END.split(text):
        plain = folded(sentence)
        if kinds["numbers"].search(plain) or kinds["times"].search(plain):
            yield sentence, bool(kinds["changes"].search(plain))


def both_sides(cue: Cue, found: Found) -> Found:
    """Bring forward both sides of a contradiction, for a cue that asks whether.

    Where one of the first lines says "never", lines come first that speak of the cue in one
    sentence. One of each side that uses a phrase of the cue comes among them.
    """
    if "whether" not in cue.kinds:
        return found
    wanted = frozenset(cue.terms)
    holders = Counter(chain.from_iterable(wanted.intersection(line.terms) for _, line in found))
    rarities = {term: math.log1p(len(found) / (1 + count)) for term, count in holders.items()}
    close = [_closeness(cue, line, rarities) for _, line in found]
    denies = [bool(candidate.flags & flags.NEVER) for candidate, _ in found]
    order = list(range(len(found)))
    if any(denies[: _SHOWN_SIDE + 1]):
        unit = max(close)[0] or 1.0
        order.sort(key=lambda at: -found[at][0].score - _CLOSE * close[at][0] / unit)
    for side in (False, True):
        best = max((at for at in order if denies[at] is side), key=close.__getitem__, default=None)
        if best is not None and close[best][1] and order.index(best) > _SHOWN_SIDE:
            order.remove(best)
            order.insert(_SHOWN_SIDE, best)
    return [found[at] for at in order]


def _statements(text: str) -> list[str]:
    """Return the sentences of a text, without what it quotes as code."""
    return _SENTENCE_END.split(_CODE.sub(" ", text))


def _closeness(cue: Cue, line: Line, rarities: Mapping[str, float]) -> tuple[float, bool]:
    """Return how much of the cue, by rarity, the closest sentence holds; whether it has a phrase.

    Terms of the cue that stand side by side there count once more, in either order.
    """
    best = 0.0, False
    for sentence in _statements(line.text):
        spoken = terms(sentence)
        beside = {
            pair
            for step in range(1, _SIDE_BY_SIDE + 1)
            for pair in zip(spoken, spoken[step:], strict=False)
        }
        pairs = {frozenset(each) for each in beside if each[0] != each[1]}
        found = _ALONE * math.fsum(rarities[term] for term in rarities.keys() & spoken)
        found += math.fsum(
            min(rarities[term] for term in pair) for pair in pairs if pair <= rarities.keys()
        )
        best = max(best, (found, not cue.phrases.isdisjoint(beside)))
    return best


def over_sessions(cue: Cue, found: Found) -> Found:
    """Let sessions take turns, for a cue that asks how something went over time."""
    if "overview" not in cue.kinds:
        return found
    sessions: defaultdict[int, list[tuple[Candidate, Line]]] = defaultdict(list)
    for candidate, line in found:
        sessions[candidate.session].append((candidate, line))
    rounds = zip_longest(*sessions.values())
    return [each for turn in rounds for each in turn if each is not None]
