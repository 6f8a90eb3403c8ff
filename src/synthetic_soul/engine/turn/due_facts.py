"""Facts that are due: which of them the agent speaks of of its own accord, and when it did."""

from collections.abc import Collection, Sequence
from typing import Final

from soulscript.text import terms
from synthetic_soul.nlu.calendar.appointments import event_words
from synthetic_soul.nlu.calendar.civil_time import DAY, local, midnight, zone_of
from synthetic_soul.nlu.calendar.named_date import DueDate
from synthetic_soul.voices.base import DueFact, KnownFact

MAX_RAISED: Final = 2
"""Facts that one reply speaks of of its own accord."""
SAME_TALK: Final = 3 * 60 * 60 * 1000
"""Milliseconds after which what was told is no longer of the same talk."""
ASKED_WITHIN: Final = 14 * 24 * 60 * 60 * 1000
"""Milliseconds after its end in which the agent asks how something went."""
_ROUTINE: Final = frozenset({"daily", "weekly"})
_OVER_KINDS: Final = frozenset({"hour", "day", "week"})


def due_facts(known: Sequence[KnownFact], now: int) -> list[DueFact]:
    """Return the facts that are due today or tomorrow, or are over, and were not spoken of yet.

    Soonest first. A routine ("choir on Thursdays") is none, nor what was told in the same talk.
    """
    found = [due for fact in known if (due := _due(fact, now)) is not None]
    return sorted(found, key=lambda due: (due.date.start, due.fact.id))[:MAX_RAISED]


def raised(due: Sequence[DueFact], texts: Collection[str]) -> list[str]:
    """Return the ids of those that the texts speak of."""
    said = set(terms(" ".join(texts)))
    return [each.fact.id for each in due if said & event_words(each.fact.topic, each.fact.value)]


def _due(fact: KnownFact, now: int) -> DueFact | None:
    when = fact.when
    if when is None or when.recurs in _ROUTINE or when.precision == "year":
        return None
    over = when.before(now)
    if over is not None and _asks_after(fact, over, now):
        return DueFact(fact, over, is_over=True)
    date = when.near(now)
    return DueFact(fact, date) if _announces(fact, date, now) else None


def _asks_after(fact: KnownFact, over: DueDate, now: int) -> bool:
    """Return whether to ask how it went: lately over, told before, not asked since."""
    if over.precision not in _OVER_KINDS or over.recurs or fact.at >= over.end:
        return False
    asked = fact.raised_at is not None and fact.raised_at >= over.end
    return not asked and now - over.end <= ASKED_WITHIN


def _announces(fact: KnownFact, date: DueDate, now: int) -> bool:
    """Return whether to speak of it before: from the day before it, once, in a later talk."""
    first = local(date.start, zone_of(date.zone)).date() - DAY
    opens = midnight(first, zone_of(date.zone))
    closes = date.start if date.precision == "hour" else date.end
    if not opens <= now < closes or now - fact.at < SAME_TALK:
        return False
    return fact.raised_at is None or fact.raised_at < opens
