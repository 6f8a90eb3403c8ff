"""Appointments: what a person tells of their own that is to come, and when it is due."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from soulscript.text import terms
from synthetic_soul.nlu.calendar.civil_time import MONTHS, local, zone_of
from synthetic_soul.nlu.calendar.date_reader import dates_in, language_of_dates, without_dates
from synthetic_soul.nlu.calendar.named_date import DueDate, NamedDate
from synthetic_soul.nlu.facts.fact_values import clean
from synthetic_soul.nlu.resources import load, word_set
from synthetic_soul.nlu.text.sentences import normalise, segment

PLAN: Final = "plan"
BIRTHDAY: Final = "birthday"
APPOINTMENT: Final = "appointment"
"""The topic of what is due and is no plan of the speaker's own doing."""
DATED: Final = frozenset({PLAN, BIRTHDAY, APPOINTMENT})
"""The roots of topics whose facts are due at some time."""
OWN_BIRTHDAY: Final = "your birthday"
MAX_APPOINTMENTS: Final = 6
_MIN_CLAUSE_WORDS: Final = 3
_NO_WORD: Final = re.compile(r"^\W+")
_JOINED: Final = re.compile(r"\s(?:and|und|et|y|och|en|и)\s")
_EMPTY: Final = word_set("""
    have having going gonna get getting is are be will my your the a an at in on to of for with it
    that this there plan planning hoping you i we
""")
"""Words that do not tell one appointment from another."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """What is due: ``topic`` and ``value`` as those of a ``FactMention``."""

    topic: str
    value: str
    due: DueDate


def appointments_in(text: str, now: int, zone: str, language: str = "") -> tuple[Appointment, ...]:
    """Return what the text states of its speaker that is not over at ``now``, with its date.

    ``language`` is that of the text (ISO 639-1), "" for English or where it is unknown. In English
    the value is put into the second person; in other languages it is the sentence as it was said.
    """
    text = normalise(text)
    language = language_of_dates(text, (language,))
    found: dict[str, Appointment] = {}
    for sentence in segment(text) if language else ():
        named = () if sentence.asks else dates_in(sentence.said, now, zone, (language,))
        if any(_is_to_come(each, now) for each in named):
            clauses = [clause.said for clause in sentence.clauses if clause.states]
            for each in _of_sentence(sentence.said, clauses, now, zone, language):
                found.setdefault(each.value.casefold(), each)
    return tuple(found.values())[:MAX_APPOINTMENTS]


def due_of(topic: str, value: str, at: int, zone: str) -> DueDate | None:
    """Return when a fact that was told at ``at`` is due, None where its words do not say it."""
    root = topic.partition(":")[0]
    if root not in DATED:
        return None
    named = dates_in(value, at, zone)
    if root == BIRTHDAY:
        days = [each.due for each in named if each.due.precision in {"day", "month"}]
        return replace(days[0], recurs="yearly") if days else None
    return next((each.due for each in named if each.due.recurs or each.due.end > at), None)


def event_words(topic: str, value: str) -> frozenset[str]:
    """Return the stems of the words that say what a dated fact is about, without its date."""
    if topic == BIRTHDAY:
        return frozenset(terms(BIRTHDAY))
    said = without_dates(value, dates_in(value, 0))
    return frozenset(terms(" ".join(w for w in said.split() if w.casefold() not in _EMPTY)))


def question_kind(text: str) -> str:
    """Return what a question asks of the speaker's own dates: "when" something is, "what" there is.

    "" for any other text.
    """
    text = normalise(text)
    asking = [sentence.said for sentence in segment(text) if sentence.asks]
    if not asking:
        return ""
    if not _finds("own", text, "en"):
        return "what" if any(map(_asks_of_a_day, asking)) else ""
    if _finds("asks", text, "when"):
        return "when"
    return "what" if _finds("asks", text, "what") else ""


def _asks_of_a_day(question: str) -> bool:
    """Return whether a question names a time and nothing else: "what's on next Friday?"."""
    named = dates_in(question, 0)
    return bool(named) and _finds("asks", without_dates(question, named), "of_a_day")


def _is_to_come(named: NamedDate, now: int) -> bool:
    due = named.due
    if due.precision == "year" or (named.past and not due.recurs):
        return False
    return bool(due.recurs) or due.end > now


def _of_sentence(
    sentence: str, clauses: Sequence[str], now: int, zone: str, language: str
) -> Iterator[Appointment]:
    """Yield the appointments of a sentence: of each dated clause, or of all of it."""
    languages = (language,)
    pieces = [piece for clause in clauses for piece in _JOINED.split(clause)]
    own = [p for p in pieces if dates_in(p, now, zone, languages) and _finds("own", p, language)]
    whole = dates_in(sentence, now, zone, languages)
    # "On Saturday, at eight, I have a concert": the date stands apart from its clause.
    for part in own or [sentence]:
        named = [n for n in dates_in(part, now, zone, languages) if _is_to_come(n, now)]
        if len(whole) == len(named) == 1:  # "…on Saturday, at eight": the hour does
            named = [replace(named[0], due=whole[0].due)]
        settled = _finds("own", part, language) and not _finds("unsettled", part, language)
        if named and settled and (found := _appointment(part, named, now, language)):
            yield found


def _appointment(
    clause: str, named: Sequence[NamedDate], now: int, language: str
) -> Appointment | None:
    due = named[0].due
    is_later = due.start > now
    if language != "en":
        value = clause.rstrip(".!… ")
        return Appointment(f"{APPOINTMENT}:{language}", value, due) if is_later else None
    value = _NO_WORD.sub("", clean(without_dates(clause, named)))
    # "I'm working today" tells of the day; "my exam is today" of what is due.
    lasts = not is_later or due.recurs in {"daily", "weekly"} or _finds("lasting", value)
    if not event_words(APPOINTMENT, value):
        return None
    return _event(value, due) or (None if lasts else _doing(value, due))


def _event(value: str, due: DueDate) -> Appointment | None:
    """Return what a clause calls by a noun: "you have an exam", "your exam is"."""
    found = _match("noun", value) or _match("noun", value, "fixed")
    if found is None:
        return None
    noun = re.sub(r"(?i)^(?:the|my) ", "your ", found["noun"])
    return _birthday(due) if noun == OWN_BIRTHDAY else Appointment(PLAN, f"having {noun}", due)


def _doing(value: str, due: DueDate) -> Appointment | None:
    """Return what a clause says that the speaker, or somebody of theirs, will do."""
    found = _match("doing", value) or _match("doing", value, "will")
    if found is None:
        is_told = len(value.split()) >= _MIN_CLAUSE_WORDS  # "you start" tells nothing by itself
        return Appointment(APPOINTMENT, value, due) if is_told else None
    doing = found["doing"]
    doing = doing if doing.split()[0].endswith("ing") else f"going to {doing}"
    return Appointment(PLAN, doing, due)


def _birthday(due: DueDate) -> Appointment | None:
    """Return the speaker's birthday, whose value is a day of the year or a month."""
    if due.precision not in {"hour", "day", "month"}:
        return None
    first = local(due.start, zone_of(due.zone))
    month = MONTHS[first.month - 1]
    value = month if due.precision == "month" else f"{first.day} {month}"
    return Appointment(BIRTHDAY, value, replace(due, recurs="yearly"))


@cache
def _pattern(table: str, key: str) -> re.Pattern[str]:
    return load("schedule").table(table).pattern(key, flags=re.IGNORECASE)


def _finds(table: str, text: str, key: str = "any") -> bool:
    return bool(_pattern(table, key).search(text))


def _match(table: str, text: str, key: str = "any") -> re.Match[str] | None:
    return _pattern(table, key).match(text)
