"""Events in a life, read from words that need not name any feeling.

One table of patterns, gravest first. ``whom`` is the one it happened to. What is asked, denied,
imagined, feared, or seen in a film has not happened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import LifeEvent  # noqa: TC001 - names a field at run time
from synthetic_soul.nlu.events.event_table import TABLE, THINGS, UNREAL, UNREAL_BEFORE
from synthetic_soul.nlu.text.normalization import EMPTY, PLAIN_WORDS
from synthetic_soul.nlu.text.regex import compiled
from synthetic_soul.nlu.text.sentences import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from synthetic_soul.nlu.text.sentences import Clause, Sentence

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
_NOBODY = EMPTY | PLAIN_WORDS | {"monday", "business", "covid", "christmas"}
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
    if _NOT.search(before) or UNREAL.search(before):
        return False
    whom = match.groupdict().get("whom") or ""
    nobody = whom[:1].isupper() and whom.lower() in _NOBODY and not _NAMED.match(whom)
    return not (whom and (nobody or THINGS.search(whom)))


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
        if UNREAL_BEFORE.search(sentence.plain):
            continue
        for clause in sentence.clauses:
            event = _in_clause(clause) if clause.states else None
            if event:
                found.append(event)
    order = [row.happening for row in TABLE]
    return sorted(found, key=lambda event: order.index(event.happening))
