"""What is over: whom a death took, and the work that somebody lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import FactMention, LifeEvent
from synthetic_soul.nlu.facts.relations import belongs
from synthetic_soul.nlu.text.regex import compiled

_LONG_AGO = compiled(
    r"""
        \b(?:years?|months|ages|decades?|long) ago\b|\b(?:last (?:year|summer|winter|spring|autumn)
        |in (?:19|20)\d\d|back in|when i was|as a (?:child|kid)|years before)\b
    """,
    re.IGNORECASE,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from synthetic_soul.nlu.events.life_events import Event


def losses(events: Iterable[Event]) -> tuple[FactMention, ...]:
    """Return a fact for each one of the speaker's whose death is told.

    The topic is ``lost:`` and the topic under which the one is kept ("lost:pet:dog"), or ``lost``
    alone where only a name is said; ``late`` instead of ``lost`` after a death of long ago. The
    value is the name, else the kind. What was told of them before stays: it is still asked for.
    Whoever lost a job has no such work any more.
    """
    found: dict[str, FactMention] = {}
    for event in events:
        if event.happening is LifeEvent.JOB_LOSS and event.whom == "I":
            found["work"] = FactMention("work", "", retracts=True)
        if event.happening is not LifeEvent.DEATH or "'s " in event.whom:
            continue
        topic, name = belongs(event.whom)
        if topic or name:
            since = "late" if _LONG_AGO.search(event.what) else "lost"
            key = f"{since}:{topic}" if topic else since
            found.setdefault(key, FactMention(key, name or topic.rpartition(":")[2]))
    return tuple(found.values())
