"""Life events, detected in words that need not name any feeling.

What is asked, denied, imagined, feared, or seen in a film is no event. Patterns stand in
``data/life_events.toml``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from synthetic_soul.mind.interpretation import Grief, LifeEvent
from synthetic_soul.nlu.resources import ResourceTable, compiled_ignorecase, load
from synthetic_soul.nlu.text.sentences import (
    END_MARKS,
    Clause,
    Sentence,
    normalise,
    segment,
    words_of,
)
from synthetic_soul.nlu.text.vocabulary import COMMON_WORDS, PETS, RELATIONS, STOP_WORDS

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

_FILE = load("life_events")
_KIN = "|".join(sorted({*RELATIONS, *PETS, "dogs", "cats", "baby", "gran", "pets"}))
_FRAGMENTS = _FILE.fragments({"kin": _KIN})
_EXCEPTIONS = _FILE.table("exceptions")
_LIFELESS = _EXCEPTIONS.pattern("lifeless", flags=re.IGNORECASE)
_UNREAL = _EXCEPTIONS.pattern("unreal", flags=re.IGNORECASE)
_DENIED = _EXCEPTIONS.pattern("denied", flags=re.IGNORECASE)
_FICTION = _EXCEPTIONS.pattern("fiction")
_OPENING = _FILE.table("openings").pattern("patterns", flags=re.IGNORECASE)
_NOT_PERSONS = STOP_WORDS | COMMON_WORDS | {"monday", "business", "covid", "christmas"}
"""Words that are nobody's name though they may begin a sentence with a capital."""
_PERSON_WORD = compiled_ignorecase(
    r"(?:i|me|us|my|our|we|he|she|they|mum|mom|dad|mummy|daddy|grand\w+|granny|nana?)$"
)
_AS_SUBJECT = {"i": "I", "my": "I", "me": "I", "our": "we", "us": "we"}


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


@dataclass(frozen=True)
class _EventPatterns:
    """The patterns of an event; they are tried where one of its ``words`` occurs."""

    kind: LifeEvent
    words: frozenset[str]
    table: ResourceTable

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """The compiled patterns, made when first needed: they are a fifth of the import time."""
        return self.table.patterns("patterns", _FRAGMENTS, flags=re.IGNORECASE)


def _event_patterns() -> tuple[_EventPatterns, ...]:
    events = _FILE.table("events")
    kinds = {events.member(key, LifeEvent): events.table(key) for key in events}
    return tuple(
        _EventPatterns(kind, frozenset(table.words("words")), table)
        for kind, table in kinds.items()
    )


_EVENT_PATTERNS = _event_patterns()
_GRAVITY = {row.kind: place for place, row in enumerate(_EVENT_PATTERNS)}


def detect_events(sentences: Iterable[Sentence]) -> list[ReportedEvent]:
    """Return the events that the sentences report as facts, gravest first."""
    events: list[ReportedEvent] = []
    for sentence in sentences:
        if not _FICTION.search(sentence.plain):
            in_clauses = (_event_in(clause) for clause in sentence.clauses if clause.states)
            events.extend(event for event in in_clauses if event)
    return sorted(events, key=lambda event: _GRAVITY[event.kind])


def _event_in(clause: Clause) -> ReportedEvent | None:
    words = set(words_of(clause.full))
    for row in _EVENT_PATTERNS:
        for pattern in () if words.isdisjoint(row.words) else row.patterns:
            match = pattern.search(clause.full)
            if match and _is_stated(clause, match):
                whom = (match.groupdict().get("whom") or "").strip()
                subject = _AS_SUBJECT.get(whom.lower(), whom.removesuffix("'s"))
                report = _OPENING.sub("", END_MARKS.sub("", clause.said)).strip()
                return ReportedEvent(row.kind, subject, report)
    return None


def _is_stated(clause: Clause, match: re.Match[str]) -> bool:
    """Return whether the matched event is stated as a fact, and of a person or pet."""
    before = clause.full[: match.start("verb")]
    if _DENIED.search(before) or _UNREAL.search(before):
        return False
    whom = match.groupdict().get("whom") or ""
    no_name = whom[:1].isupper() and whom.lower() in _NOT_PERSONS and not _PERSON_WORD.match(whom)
    return not (whom and (no_name or _LIFELESS.search(whom)))


_MAX_SUBJECT_WORDS = 3
"""A longer subject of a report is taken for unclear."""

_GRIEF_KINDS = {
    LifeEvent.DEATH: "death", LifeEvent.BREAK_UP: "parting", LifeEvent.ILLNESS: "worry",
    LifeEvent.ACCIDENT: "worry", LifeEvent.JOB_LOSS: "worry",
}  # fmt: skip
_WORRYING_OF_OTHERS = frozenset((LifeEvent.ILLNESS, LifeEvent.ACCIDENT))
"""Events that are a worry when they befall somebody close; a cold of the speaker's own is none."""
_MOURNING, _DEATH = (
    _FILE.table("grief").pattern(name, flags=re.IGNORECASE) for name in ("mourning", "death")
)


def grief_of_events(events: Iterable[ReportedEvent], text: str) -> Grief | None:
    """Return the grief of the speaker of a normalised ``text``, given its life events."""
    for event in events:
        kind = _GRIEF_KINDS.get(event.kind, "")
        own = event.subject.lower() in {"i", "we"}
        if not kind or (event.kind in _WORRYING_OF_OTHERS and (own or not event.is_own)):
            continue
        unclear = own or len(event.subject.split()) > _MAX_SUBJECT_WORDS
        return Grief(kind, "" if unclear else event.subject)
    return Grief("death") if _MOURNING.search(text) else None


def grief_in(text: str) -> Grief | None:
    """Return the grief of whoever said ``text``, interpreted by itself."""
    normal = normalise(text)
    return grief_of_events(detect_events(segment(normal)), normal)


def mentions_death(text: str) -> bool:
    """Return whether a word of death stands in ``text``, told as a fact or not.

    Broad on purpose: it decides whom not to ask after, and a mistake costs one question.
    """
    return bool(_DEATH.search(text))
