"""Life events, detected in words that need not name any feeling.

What is asked, denied, imagined, feared, or seen in a film is no event.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import LifeEvent
from synthetic_soul.nlu.events.event_patterns import BAD, GOOD_ROWS
from synthetic_soul.nlu.text.regex import compiled
from synthetic_soul.nlu.text.sentences import words_of
from synthetic_soul.nlu.text.vocabulary import COMMON_WORDS, STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from synthetic_soul.nlu.text.sentences import Clause, Sentence

TABLE = (*BAD, *GOOD_ROWS)
"""The gravest first, so that of two events the heavier is answered."""

_LIFELESS = compiled(
    r"""
        \b(?:phone|laptop|battery|batteries|computer|pc|tablet|plants?|router|wifi|internet|watch
        |engine|hopes?|dreams?|motivation|characters?|console|tv|telly|fridge|camera|headphones
        |vibe|party|chat|server|conversation|jokes?|car|hero|villain|pokemon|sims?|legs?|feet|foot
        |arm|show|actor|what|how|that|this|god|jesus|fingers)$
    """,
    re.IGNORECASE,
)
"""Who or what dies without a death."""

_UNREAL = compiled(
    r"""
        \b(?:if|imagine|suppose|pretend|would|could|might|may|wish|hop(?:e|ed|ing)|afraid|scared
        |worried|worry|fear|fears|unless|in case|what if|wonder(?:ing)?|almost|nearly|want(?:s
        |ed)? to|should|tr(?:y|ied|ies|ying) to|dream(?:t|ed|ing)?|felt like|feels? like|as though
        |will)\b
    """,
    re.IGNORECASE,
)
"""Words before an event that leave it unhappened."""

_UNREAL_SENTENCE = compiled(
    r"""
        \b(?:in (?:the|a|this|that|my|our|some|one) (?:\w+ ){0,2}?(?:film|movie|book|novel|game
        |series|episode|story|song|show|dream|nightmare|play|manga|anime|sims|chapter
        |simulation)\b|(?:film|movie|book|novel|series|story|show|song) (?:where|in which|about)\b
        |i (?:had a |have a )?(?:dream(?:t|ed)?|nightmare)\b|imagine\b|hypothetical|let us (?:say
        |pretend)|pretend\b|what if\b|suppose\b|(?:^|, |and |but |even )if (?:i|we|my|he|she|they
        |our|you|the|only)\b|role ?play|character (?:is|was|has)|just kidding|as if\b)
    """,
)
"""Sentences that are told of another world altogether."""

FEELS: dict[LifeEvent, dict[str, float]] = {
    LifeEvent.DEATH: {"sadness": 0.9, "loneliness": 0.3},
    LifeEvent.ILLNESS: {"anxiety": 0.5, "sadness": 0.45},
    LifeEvent.ACCIDENT: {"fear": 0.4, "sadness": 0.4, "anxiety": 0.3},
    LifeEvent.BREAK_UP: {"sadness": 0.8, "loneliness": 0.5},
    LifeEvent.JOB_LOSS: {"anxiety": 0.6, "sadness": 0.55, "frustration": 0.3},
    LifeEvent.FAILURE: {"sadness": 0.6, "frustration": 0.5, "shame": 0.2},
    LifeEvent.CONFLICT: {"anger": 0.4, "sadness": 0.45, "frustration": 0.3},
    LifeEvent.LOSS: {"sadness": 0.5, "frustration": 0.5, "anxiety": 0.2},
    LifeEvent.JOB: {"happiness": 0.7, "excitement": 0.6, "pride": 0.4},
    LifeEvent.SUCCESS: {"happiness": 0.7, "pride": 0.6, "relief": 0.3},
    LifeEvent.BIRTH: {"happiness": 0.8, "love": 0.5, "excitement": 0.5},
    LifeEvent.WEDDING: {"happiness": 0.8, "love": 0.6, "excitement": 0.5},
    LifeEvent.RECOVERY: {"relief": 0.8, "happiness": 0.5},
    LifeEvent.GIFT: {"happiness": 0.6, "gratitude": 0.4},
    LifeEvent.ROMANCE: {"love": 0.5, "excitement": 0.6, "happiness": 0.5},
    LifeEvent.CELEBRATION: {"happiness": 0.5, "excitement": 0.4},
}
"""What an event makes the one feel who tells it as their own."""

GOOD = frozenset(
    (
        LifeEvent.JOB, LifeEvent.SUCCESS, LifeEvent.BIRTH, LifeEvent.WEDDING, LifeEvent.RECOVERY,
        LifeEvent.GIFT, LifeEvent.ROMANCE, LifeEvent.CELEBRATION,
    ),
)  # fmt: skip


_NOT = compiled(r"\b(?:not|never|no longer|nobody|none|almost|nearly|hardly)\b", re.IGNORECASE)
_LEAD = compiled(
    r"""
        ^(?:(?:hi|hey|hello|well|oh|so|and|but|btw|by the way|also|actually|yes|yeah|no|listen
        |look|honestly|to be honest|guess what|you know|ok|okay|anyway|um|uh|omg|oh my god|i think
        |i just found out(?: that)?|i can not believe(?: it| that)?
        |i heard(?: that)?)\b[\s,!.:]*+){1,3}
    """,
    re.IGNORECASE,
)
_NOBODY = STOP_WORDS | COMMON_WORDS | {"monday", "business", "covid", "christmas"}
"""Words that begin a sentence with a capital and are nobody's name."""
_NAMED = compiled(
    r"(?:i|me|us|my|our|we|he|she|they|mum|mom|dad|mummy|daddy|grand\w+|granny|nana?)$",
    re.IGNORECASE,
)
_AS_SUBJECT = {"i": "I", "my": "I", "me": "I", "our": "we", "us": "we"}
_END = compiled(r"[\s.!?…,;:]*+$")


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, to ``whom`` (as written, may be empty), and the clause that says so."""

    happening: LifeEvent
    whom: str
    what: str

    @property
    def own(self) -> bool:
        """Whether it happened to the speaker or to somebody of theirs."""
        return bool(re.match(r"(?:i|we|my|our|mum|mom|dad|gran\w*|nan)\b|$", self.whom.lower()))


def _real(clause: Clause, match: re.Match[str]) -> bool:
    """Whether the matched event is told as a fact."""
    before = clause.full[: match.start("verb")]
    if _NOT.search(before) or _UNREAL.search(before):
        return False
    whom = match.groupdict().get("whom") or ""
    nobody = whom[:1].isupper() and whom.lower() in _NOBODY and not _NAMED.match(whom)
    return not (whom and (nobody or _LIFELESS.search(whom)))


def _in_clause(clause: Clause) -> Event | None:
    said = set(words_of(clause.full))
    for happening, cues, patterns in TABLE:
        if said.isdisjoint(cues):
            continue
        for pattern in patterns:
            match = pattern.search(clause.full)
            if match and _real(clause, match):
                said_whom = (match.groupdict().get("whom") or "").strip()
                whom = _AS_SUBJECT.get(said_whom.lower(), said_whom.removesuffix("'s"))
                what = _LEAD.sub("", _END.sub("", clause.said)).strip()
                return Event(happening, whom, what)
    return None


def happenings(parts: Iterable[Sentence]) -> list[Event]:
    """Return the events that the sentences report as facts, gravest first."""
    found: list[Event] = []
    for sentence in parts:
        if _UNREAL_SENTENCE.search(sentence.plain):
            continue
        for clause in sentence.clauses:
            event = _in_clause(clause) if clause.states else None
            if event:
                found.append(event)
    order = [row.happening for row in TABLE]
    return sorted(found, key=lambda event: order.index(event.happening))
