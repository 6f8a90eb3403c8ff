"""What weighs on somebody for a while after they told it: a death, a parting, worry for others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import Grief, LifeEvent
from synthetic_soul.nlu.events.life_events import detect_events
from synthetic_soul.nlu.resources import load
from synthetic_soul.nlu.text.sentences import normalise, segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from synthetic_soul.nlu.events.life_events import ReportedEvent

MAX_SUBJECT_WORDS = 3

_KINDS = {
    LifeEvent.DEATH: "death", LifeEvent.BREAK_UP: "parting", LifeEvent.ILLNESS: "worry",
    LifeEvent.ACCIDENT: "worry", LifeEvent.JOB_LOSS: "worry",
}  # fmt: skip
_OF_OTHERS = frozenset((LifeEvent.ILLNESS, LifeEvent.ACCIDENT))
"""Events that weigh when they befall somebody of the speaker's: a cold of their own does not."""
_MOURNING, _DEATH = (
    load("life_events").table("grief").pattern(name, flags=re.IGNORECASE)
    for name in ("mourning", "death")
)


def grief_of_events(events: Iterable[ReportedEvent], text: str) -> Grief | None:
    """Return what weighs on the speaker of a normalised ``text``, given its life events."""
    for event in events:
        kind = _KINDS.get(event.kind, "")
        own = event.subject.lower() in {"i", "we"}
        if not kind or (event.kind in _OF_OTHERS and (own or not event.is_own)):
            continue
        unclear = own or len(event.subject.split()) > MAX_SUBJECT_WORDS
        return Grief(kind, "" if unclear else event.subject)
    return Grief("death") if _MOURNING.search(text) else None


def grief_in(text: str) -> Grief | None:
    """Return what weighs on whoever said ``text``, interpreted by itself."""
    normal = normalise(text)
    return grief_of_events(detect_events(segment(normal)), normal)


def mentions_death(text: str) -> bool:
    """Return whether a word of death stands in ``text``, told as a fact or not.

    Broad on purpose: it decides whom not to ask after, and a mistake costs one question.
    """
    return bool(_DEATH.search(text))
