"""Life events, detected in words that need not name any feeling.

What is asked, denied, imagined, feared, or seen in a film is no event.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import LifeEvent
from synthetic_soul.nlu.events.event_patterns import EVENT_PATTERNS
from synthetic_soul.nlu.text.regex import compiled, compiled_ignorecase
from synthetic_soul.nlu.text.sentences import words_of
from synthetic_soul.nlu.text.vocabulary import COMMON_WORDS, STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from synthetic_soul.nlu.text.sentences import Clause, Sentence

EVENT_EMOTIONS: dict[LifeEvent, dict[str, float]] = {
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
"""Emotions 0..1 of somebody who reports an event of their own."""

GOOD_EVENTS = frozenset(
    (
        LifeEvent.JOB, LifeEvent.SUCCESS, LifeEvent.BIRTH, LifeEvent.WEDDING, LifeEvent.RECOVERY,
        LifeEvent.GIFT, LifeEvent.ROMANCE, LifeEvent.CELEBRATION,
    ),
)  # fmt: skip

_LIFELESS = compiled_ignorecase(r"""
    \b(?:phone|laptop|battery|batteries|computer|pc|tablet|plants?|router|wifi|internet|watch
    |engine|hopes?|dreams?|motivation|characters?|console|tv|telly|fridge|camera|headphones
    |vibe|party|chat|server|conversation|jokes?|car|hero|villain|pokemon|sims?|legs?|feet|foot
    |arm|show|actor|what|how|that|this|god|jesus|fingers)$
""")
"""What "dies" without a death."""

_UNREAL = compiled_ignorecase(r"""
    \b(?:if|imagine|suppose|pretend|would|could|might|may|wish|hop(?:e|ed|ing)|afraid|scared
    |worried|worry|fear|fears|unless|in case|what if|wonder(?:ing)?|almost|nearly|want(?:s
    |ed)? to|should|tr(?:y|ied|ies|ying) to|dream(?:t|ed|ing)?|felt like|feels? like|as though
    |will)\b
""")
"""Words before an event by which it has not happened."""

_UNREAL_SENTENCE = compiled(r"""
    \b(?:in (?:the|a|this|that|my|our|some|one) (?:\w+ ){0,2}?(?:film|movie|book|novel|game
    |series|episode|story|song|show|dream|nightmare|play|manga|anime|sims|chapter
    |simulation)\b|(?:film|movie|book|novel|series|story|show|song) (?:where|in which|about)\b
    |i (?:had a |have a )?(?:dream(?:t|ed)?|nightmare)\b|imagine\b|hypothetical|let us (?:say
    |pretend)|pretend\b|what if\b|suppose\b|(?:^|, |and |but |even )if (?:i|we|my|he|she|they
    |our|you|the|only)\b|role ?play|character (?:is|was|has)|just kidding|as if\b)
""")
"""Sentences about fiction, dreams and suppositions."""
_DENIAL = compiled_ignorecase(r"\b(?:not|never|no longer|nobody|none|almost|nearly|hardly)\b")
_OPENING = compiled_ignorecase(r"""
    ^(?:(?:hi|hey|hello|well|oh|so|and|but|btw|by the way|also|actually|yes|yeah|no|listen
    |look|honestly|to be honest|guess what|you know|ok|okay|anyway|um|uh|omg|oh my god|i think
    |i just found out(?: that)?|i can not believe(?: it| that)?
    |i heard(?: that)?)\b[\s,!.:]*+){1,3}
""")
_NOT_PERSONS = STOP_WORDS | COMMON_WORDS | {"monday", "business", "covid", "christmas"}
"""Words that are nobody's name though they may begin a sentence with a capital."""
_PERSON_WORD = compiled_ignorecase(
    r"(?:i|me|us|my|our|we|he|she|they|mum|mom|dad|mummy|daddy|grand\w+|granny|nana?)$"
)
_AS_SUBJECT = {"i": "I", "my": "I", "me": "I", "our": "we", "us": "we"}
_END = compiled(r"[\s.!?…,;:]*+$")


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """An event as reported: whom it befell, as written (may be empty), and in which clause."""

    kind: LifeEvent
    subject: str
    clause: str

    @property
    def is_own(self) -> bool:
        """True if it befell the speaker or somebody close to the speaker."""
        own = r"(?:i|we|my|our|mum|mom|dad|gran\w*|nan)\b|$"
        return bool(re.match(own, self.subject.lower()))


def detect_events(sentences: Iterable[Sentence]) -> list[ReportedEvent]:
    """Return the events that the sentences report as facts, gravest first."""
    events: list[ReportedEvent] = []
    for sentence in sentences:
        if not _UNREAL_SENTENCE.search(sentence.plain):
            in_clauses = (_event_in(clause) for clause in sentence.clauses if clause.states)
            events.extend(event for event in in_clauses if event)
    return sorted(events, key=lambda event: _GRAVITY[event.kind])


_GRAVITY = {row.kind: place for place, row in enumerate(EVENT_PATTERNS)}


def _event_in(clause: Clause) -> ReportedEvent | None:
    words = set(words_of(clause.full))
    for row in EVENT_PATTERNS:
        for pattern in () if words.isdisjoint(row.cues) else row.patterns:
            match = pattern.search(clause.full)
            if match and _is_stated(clause, match):
                whom = (match.groupdict().get("whom") or "").strip()
                subject = _AS_SUBJECT.get(whom.lower(), whom.removesuffix("'s"))
                report = _OPENING.sub("", _END.sub("", clause.said)).strip()
                return ReportedEvent(row.kind, subject, report)
    return None


def _is_stated(clause: Clause, match: re.Match[str]) -> bool:
    """Return whether the matched event is stated as a fact, and of a person or pet."""
    before = clause.full[: match.start("verb")]
    if _DENIAL.search(before) or _UNREAL.search(before):
        return False
    whom = match.groupdict().get("whom") or ""
    no_name = whom[:1].isupper() and whom.lower() in _NOT_PERSONS and not _PERSON_WORD.match(whom)
    return not (whom and (no_name or _LIFELESS.search(whom)))
