"""Answers out of what the person said before: the sentence of theirs that a question seeks."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from soulscript.text import terms
from synthetic_soul.nlu.facts.sought import PERSON, Sought, meant_by, people_in, sought_in
from synthetic_soul.nlu.facts.subjects import Company, company_of
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.nlu.text.sentences import split_sentences
from synthetic_soul.voices.base import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from synthetic_soul.voices.composer.situation import Situation

_MIN_SHARE: Final = 0.5
"""Of the weight of a question's terms, the least that a sentence has that answers it."""
_MIN_SHARE_OF_KIND: Final = 0.45
"""The same where the sentence holds what is sought: a name, an amount, a time."""
_KIND_BONUS: Final = 0.5
_MAX_QUOTED_CHARS: Final = 90
_PART: Final = re.compile(
    r"(?i)[,;:] (?:and |but |so )?| (?:and|but|that) (?=(?:i|we|he|she|they|it)\b)"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The sentence of a line that answers, and ``who`` is meant by its pronoun, where sought."""

    line: Line
    who: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a line, with those mentioned in it and before it."""

    line: Line
    text: str
    found: frozenset[str]
    company: Company


def found(situation: Situation) -> Answer | None:
    """Return what the person said that answers the message, or None where they said nothing."""
    sought = sought_in(situation.text)
    if sought is None or situation.avoids(situation.text):
        return None
    candidates = list(_candidates(situation))
    best = _best(sought, candidates, _known_to_be_meant(sought, candidates))
    if best is None:
        return None
    return Answer(replace(best.line, text=_narrowed(best, sought)), _subject(sought, best))


def _narrowed(best: Candidate, sought: Sought) -> str:
    """Return a line if it is short, else the sentence, or the part of it that answers."""
    if len(best.line.text) <= _MAX_QUOTED_CHARS:
        return best.line.text
    if len(best.text) <= _MAX_QUOTED_CHARS:
        return best.text
    parts = [part for part in _PART.split(best.text) if part.strip()]

    def worth(part: str) -> tuple[int, bool]:
        return len(sought.terms.intersection(terms(part))), bool(sought.looks_in(part))

    return max(parts, key=worth).strip()


def _candidates(situation: Situation) -> Iterator[Candidate]:
    """Yield the sentences that the person said, the oldest first."""
    brief = situation.brief
    recent = [line for line in brief.talk_lines or brief.recent_lines if not line.mine]
    known = {line.id for line in recent}
    older = [line for line in brief.recalled_lines if not line.mine and line.id not in known]
    company = Company()
    for line in (*sorted(older, key=lambda line: line.at), *recent):
        for sentence in split_sentences(line.text):
            for somebody in company_of(sentence).people:
                company.add(somebody)
            if not sentence.rstrip().endswith("?") and not situation.avoids(sentence):
                present = Company(list(company.people))
                yield Candidate(line, sentence, frozenset(terms(sentence)), present)


def _known_to_be_meant(sought: Sought, candidates: list[Candidate]) -> frozenset[str]:
    """Return the terms of whom the question's pronouns mean."""
    company = candidates[-1].company if candidates else Company()
    return frozenset(terms(" ".join(meant_by(each, company) for each in sought.pronouns)))


def _best(sought: Sought, candidates: list[Candidate], meant: frozenset[str]) -> Candidate | None:
    """Return the sentence that answers best, of equal ones the newest; None where none does."""
    counts = Counter(term for each in candidates for term in each.found)
    total = sum(_weight(term, counts, len(candidates)) for term in sought.terms)
    best, top = None, 0.0
    holding = []
    for each in candidates:
        holds = bool(sought.kind) and bool(sought.looks_in(each.text) or _subject(sought, each))
        if holds:
            holding.append(each)
        if sought.kind and not holds:
            continue
        shared = sought.terms & each.found
        share = sum(_weight(term, counts, len(candidates)) for term in shared) / (total or 1.0)
        about = 0.3 if _is_about(each, meant, sought) else 0.0
        least = _MIN_SHARE_OF_KIND if holds else _MIN_SHARE
        fits = share + about >= least if shared else about and (holds or not sought.terms)
        if fits:
            score = share + about + _KIND_BONUS * holds
            if score >= top:
                best, top = each, score
    if best is None and sought.kind in {"amount", "span"} and len(holding) == 1:
        return holding[0]
    return best


def _weight(term: str, counts: Counter[str], lines: int) -> float:
    return math.log(1 + (lines + 1) / (0.5 + counts[term]))


def _is_about(candidate: Candidate, meant: frozenset[str], sought: Sought) -> bool:
    """Return whether a sentence is about whom the question's pronouns mean."""
    if not meant.isdisjoint(candidate.found):
        return True
    same = [word for word in plain_words(candidate.text) if word in sought.pronouns]
    return any(meant.intersection(terms(meant_by(word, candidate.company))) for word in same)


def _subject(sought: Sought, candidate: Candidate) -> str:
    """Return who is meant by the pronoun a sentence begins with, where a person is sought."""
    if sought.kind != PERSON:
        return ""
    named = [name for name in people_in(candidate.text) if terms(name)]
    first = next(iter(plain_words(candidate.text)), "").partition("'")[0]
    if named or first not in {"he", "she", "they"}:
        return ""
    somebody = candidate.company.meant_by(first)
    if somebody is None:
        return ""
    return somebody.name or f"Your {somebody.topic.partition(':')[2]}"
