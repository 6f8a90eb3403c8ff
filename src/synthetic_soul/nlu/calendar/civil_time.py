"""Civil time: days, weeks, months and years in a time zone, as half-open ranges of milliseconds.

A day is what lies between two midnights of its zone: 23 or 25 hours long where clocks are changed.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

Range = tuple[int, int]
"""Start and end in milliseconds since 1970, UTC; the end is not in it."""

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOUR: Final = 3_600_000
DAY: Final = timedelta(days=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_ZONE_NAME: Final = re.compile(r"[A-Za-z][\w+-]*(?:/[\w+-]+){0,2}")
_MAX_ZONE_CHARS: Final = 64


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo:
    """Return the time zone of an IANA name ("Europe/Zurich"), UTC where there is none such."""
    if len(name) > _MAX_ZONE_CHARS or not _ZONE_NAME.fullmatch(name):
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # no such zone, a folder of zones, a broken file
        return UTC


def is_zone(name: str) -> bool:
    """Return whether this machine knows the time zone."""
    return zone_of(name) is not UTC or name == "UTC"


def local(at: int, zone: tzinfo) -> datetime:
    """Return a moment (milliseconds) as the clocks of the zone show it."""
    return (_EPOCH + at * _MILLISECOND).astimezone(zone)


def moment(of: datetime) -> int:
    """Return the milliseconds of a local time; one that clocks skip counts as after the gap."""
    return (of - _EPOCH) // _MILLISECOND


def midnight(day: date, zone: tzinfo) -> int:
    """Return when a day begins in a zone, in milliseconds."""
    return moment(datetime(day.year, day.month, day.day, tzinfo=zone))


def days(first: date, after: date, zone: tzinfo) -> Range:
    """Return the days from ``first`` to the one before ``after``."""
    return midnight(first, zone), midnight(after, zone)


def week_of(day: date) -> tuple[date, date]:
    """Return the Monday of a day's week, and the next."""
    monday = day - day.weekday() * DAY
    return monday, monday + 7 * DAY


def month_of(day: date, ahead: int = 0) -> tuple[date, date]:
    """Return the first of the month so many months after a day's, and of the month after that."""
    return _first_of(day, ahead), _first_of(day, ahead + 1)


def year_of(day: date, ahead: int = 0) -> tuple[date, date]:
    """Return the first day of the year so many years after a day's, and of the next."""
    return date(day.year + ahead, 1, 1), date(day.year + ahead + 1, 1, 1)


def _first_of(day: date, ahead: int) -> date:
    years, month = divmod(day.month - 1 + ahead, 12)
    return date(day.year + years, month + 1, 1)


def anniversary(month: int, day: int, year: int) -> date:
    """Return a day in a year; 29 February is the 28th where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        if (month, day) != (2, 29):
            raise
        return date(year, 2, 28)


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher's algorithm)."""
    golden, century, rest = year % 19, year // 100, year % 100
    leap_centuries, shift = century // 4, century % 4
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    weekday = (32 + 2 * shift + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
