"""Small things that words show and that decide a reply: a kind of request, tiredness, a bare yes.

Words, phrases and patterns stand in ``data/signals.toml``.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from synthetic_soul.mind.interpretation import RequestKind, SelfTopic, Signal, Signals
from synthetic_soul.nlu.resources import Kind, compiled_any, load, lower
from synthetic_soul.nlu.text.language import plain_words

_FILE: Final = load("signals")
_MIN_PAST_CHARS: Final = 5
"""Shorter words in "-ed" are no past tense ("need", "bed")."""


def _kinds(name: str, kinds: type[Kind]) -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    table = _FILE.table(name)
    return tuple((table.member(key, kinds), table.table(key).pattern("patterns")) for key in table)


def _any_of(kinds: Iterable[tuple[object, re.Pattern[str]]]) -> re.Pattern[str]:
    """Return one pattern in place of all: most messages match none, and one search is cheaper."""
    return compiled_any(*(pattern.pattern for _, pattern in kinds))


def _signal_patterns() -> tuple[tuple[Signal, re.Pattern[str]], ...]:
    table = _FILE.table("patterns")
    return tuple(
        (table.member(key, Signal), table.pattern(key, flags=re.IGNORECASE)) for key in table
    )


def _cue_phrases() -> dict[str, list[tuple[str, Signal]]]:
    """Return phrases between spaces, and their signals, by their first words."""
    table = _FILE.table("phrases")
    index: dict[str, list[tuple[str, Signal]]] = {}
    for key in table:
        signal = table.member(key, Signal)
        for phrase in table.phrases(key):
            index.setdefault(phrase.split()[0], []).append((f" {phrase} ", signal))
    return index


def _words(name: str) -> frozenset[str]:
    return frozenset(_FILE.table("words").words(name))


_REQUESTS: Final = _kinds("requests", RequestKind)
_SELF_TOPICS: Final = _kinds("self_topics", SelfTopic)
_ANY_REQUEST: Final = _any_of(_REQUESTS)
_ANY_SELF_TOPIC: Final = _any_of(_SELF_TOPICS)
_MANIPULATION: Final = _FILE.table("manipulation").pattern("patterns")
_UNSETTLED: Final = _FILE.table("unsettled").pattern("patterns")
_OPINION, _LIKING = (
    _FILE.table("asked_for").pattern(name, flags=re.IGNORECASE) for name in ("opinion", "liking")
)
_PATTERNS: Final = _signal_patterns()
_PHRASES: Final = _cue_phrases()
_YES, _NO, _NOD = (_words(name) for name in ("yes", "no", "nod"))
_ONLY: Final = (
    (Signal.NOD, _NOD),
    (Signal.ONLY_YES, _YES | _NOD),
    (Signal.ASKED_BACK, _words("asked_back")),
)
"""Cues of messages that hold no other words than these."""
_ANY: Final = ((Signal.YES, _YES), (Signal.NO, _NO))
_BODY, _CLAUSE, _HEDGES, _PAST, _CLOSED_QUESTION = (
    _words(name) for name in ("body", "clause", "hedges", "past", "closed_question")
)
_MEDIA: Final = _FILE.table("media").entries()
_HOW_ARE_YOU, _LAUGHTER, _MORE = (
    _FILE.table("other").pattern(name, flags=re.IGNORECASE)
    for name in ("how_are_you", "laughter", "more")
)


def read_signals(text: str) -> Signals:
    """Return what the words of ``text`` show beyond their acts."""
    words = plain_words(text)
    plain = lower(text)
    return Signals(
        marks=tuple(sorted(_marks(text, words) | _shape(words))),
        request=_first(_REQUESTS, plain) if _ANY_REQUEST.search(plain) else None,
        self_topic=_first(_SELF_TOPICS, plain) if _ANY_SELF_TOPIC.search(plain) else None,
        manipulates=bool(_MANIPULATION.search(plain)),
        unsettled=is_unsettled(text),
        opinion_of=_asked_for(_OPINION, text.strip()),
        liking_of=_asked_for(_LIKING, text),
        body=next((word for word in words if word in _BODY), ""),
        media=tuple(kind for word, kind in _MEDIA.items() if word in words),
    )


def is_unsettled(text: str) -> bool:
    """Return whether ``text`` raises a question that nobody has settled ("is there a god?")."""
    return bool(_UNSETTLED.search(lower(text)))


def asks_how_you_are(question: str) -> bool:
    """Return whether a question is one after how somebody is, which is answered by itself."""
    return bool(_HOW_ARE_YOU.search(question))


def is_closed_question(question: str) -> bool:
    """Return whether a question can be answered with yes or no."""
    return not _CLOSED_QUESTION.isdisjoint(plain_words(question)[:1])


def _first(kinds: Iterable[tuple[Kind, re.Pattern[str]]], plain: str) -> Kind | None:
    return next((kind for kind, pattern in kinds if pattern.search(plain)), None)


def _asked_for(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""


def _marks(text: str, words: Sequence[str]) -> set[Signal]:
    spoken = f" {' '.join(words)} "
    marks = {signal for signal, pattern in _PATTERNS if pattern.search(text)}
    for word in set(words):
        marks.update(signal for phrase, signal in _PHRASES.get(word, ()) if phrase in spoken)
    marks.update(signal for signal, only in _ONLY if only.issuperset(words))
    marks.update(signal for signal, known in _ANY if not known.isdisjoint(words))
    if _MORE.fullmatch(_LAUGHTER.sub("", text.strip())):
        marks.add(Signal.MORE)
    return marks


def _shape(words: Sequence[str]) -> set[Signal]:
    """Return how the words are built: a bare answer, a hedge, a clause in the past."""
    shape = set()
    ends = any(word.endswith(("ed", "s's")) and len(word) >= _MIN_PAST_CHARS for word in words)
    if not ends and _CLAUSE.isdisjoint(words):
        shape.add(Signal.FRAGMENT)
    second = words[1] if len(words) > 1 else ""
    if second in _HEDGES:
        shape.add(Signal.HEDGED)
    if second in _PAST or (second.endswith("ed") and len(second) >= _MIN_PAST_CHARS):
        shape.add(Signal.PAST)
    return shape
