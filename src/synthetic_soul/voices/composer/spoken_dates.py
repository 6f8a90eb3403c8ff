"""Dates in English words, seen from now: "tomorrow at 15:00", "on Friday", "in May"."""

from datetime import datetime
from typing import Final

from synthetic_soul.nlu.calendar.civil_time import HOUR, MONTHS, WEEKDAYS, local, week_of, zone_of
from synthetic_soul.nlu.calendar.named_date import DueDate, day_distance

_PARTS: Final = ((12, "in the morning"), (18, "in the afternoon"), (25, "in the evening"))
_NEAR: Final = {-1: "yesterday", 0: "today", 1: "tomorrow", 2: "the day after tomorrow"}
_DAYS_OF_WEEK: Final = 7
_WEEKEND_DAYS: Final = 2
_SATURDAY: Final = 5


def spoken_date(due: DueDate, now: int) -> str:
    """Return when something is or was, as one would say it now: "tomorrow", "last week"."""
    first, here = local(due.start, zone_of(due.zone)), local(now, zone_of(due.zone))
    match due.precision:
        case "hour":
            return f"{_day(due, first, here, now)} {_hour(due, first)}"
        case "week":
            return _week(due, first, here)
        case "month":
            return _month(first, here)
        case "year":
            return f"in {first.year}"
        case _:
            return _day(due, first, here, now)


def full_date(due: DueDate, now: int) -> str:
    """Return a date as it stands in a calendar: "Friday 13 March, 15:00"; its year if another."""
    first, here = local(due.start, zone_of(due.zone)), local(now, zone_of(due.zone))
    day = day_and_year(first).removesuffix(f" {here.year}")
    match due.precision:
        case "hour" if due.end - due.start <= HOUR:
            return f"{day}, {first:%H:%M}"
        case "hour":
            return f"{day} {_hour(due, first)}"
        case "week":
            return f"the week of {day}"
        case "month":
            return f"{MONTHS[first.month - 1]} {first.year}"
        case "year":
            return str(first.year)
        case _:
            return day


def day_and_year(at: datetime) -> str:
    """Return "Friday 13 March 2026"."""
    return f"{WEEKDAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]} {at.year}"


def _hour(due: DueDate, first: datetime) -> str:
    if due.end - due.start <= HOUR:
        return f"at {first:%H:%M}"
    return next(words for before, words in _PARTS if first.hour < before)


def _day(due: DueDate, first: datetime, here: datetime, now: int) -> str:
    distance = day_distance(due.start, now, due.zone)
    if _is_weekend(due, first):
        week = (week_of(first.date())[0] - week_of(here.date())[0]).days // _DAYS_OF_WEEK
        named = {-1: "last weekend", 0: "this weekend", 1: "next weekend"}.get(week)
        return named or f"on the weekend of {first.day} {MONTHS[first.month - 1]}"
    if distance in _NEAR:
        return _NEAR[distance]
    weekday = WEEKDAYS[first.weekday()]
    if 0 < distance < _DAYS_OF_WEEK:
        return f"on {weekday}"
    if -_DAYS_OF_WEEK < distance < 0:
        return f"last {weekday}"
    year = f" {first.year}" if first.year != here.year else ""
    return f"on {weekday}, {first.day} {MONTHS[first.month - 1]}{year}"


def _is_weekend(due: DueDate, first: datetime) -> bool:
    days = day_distance(due.end, due.start, due.zone)
    return days == _WEEKEND_DAYS and first.weekday() == _SATURDAY


def _week(due: DueDate, first: datetime, here: datetime) -> str:
    days = day_distance(due.end, due.start, due.zone)
    weeks = (week_of(first.date())[0] - week_of(here.date())[0]).days // _DAYS_OF_WEEK
    if days == _DAYS_OF_WEEK and abs(weeks) <= 1:
        return {-1: "last week", 0: "this week", 1: "next week"}[weeks]
    if days != _DAYS_OF_WEEK:
        last = local(due.end - 1, zone_of(due.zone))
        return f"between {first.day} and {last.day} {MONTHS[last.month - 1]}"
    return f"in the week of {first.day} {MONTHS[first.month - 1]}"


def _month(first: datetime, here: datetime) -> str:
    if (first.year, first.month) == (here.year, here.month):
        return "this month"
    year = f" {first.year}" if first.year != here.year else ""
    return f"in {MONTHS[first.month - 1]}{year}"
