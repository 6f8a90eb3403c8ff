"""Times of day among the words of a text: "at half past ten", "15:30", "um halb acht"."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from synthetic_soul.nlu.calendar.date_words import Dialect, Item

LATE_PARTS: Final = frozenset(("afternoon", "evening", "night"))
_HOURS: Final = 24
_MINUTES: Final = 60
_HALF_DAY: Final = 12
_LAST_BARE_AFTERNOON: Final = 6
"""Somebody who says "at six" means the afternoon; "at seven" may be either."""
_NO_CLOCK: Final = frozenset("%€$£-/.°")
"""What follows a number that is no hour."""
_POINTED: Final = frozenset((":", "."))


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day that ends before item ``after``; ``sure``: the words can mean nothing else."""

    hour: int
    minute: int
    after: int
    sure: bool = True

    def in_part(self, part: str, dialect: Dialect) -> "Clock":
        """Return the time within a part of the day: "eight" in the evening is 20:00."""
        late = part in LATE_PARTS and self.hour < _HALF_DAY
        guessed = (
            not part and not self.sure and dialect.twelve_hours
            and 0 < self.hour <= _LAST_BARE_AFTERNOON
        )  # fmt: skip
        hour = self.hour + _HALF_DAY if late or guessed else self.hour
        return Clock(hour, self.minute, self.after, sure=self.sure)


def clock_at(items: Sequence[Item], at: int) -> Clock | None:
    """Return the time of day that begins at item ``at``, None where there is none."""
    led = _is(items, at, "at")
    start = at + 1 if led else at
    found = _relative_to_hour(items, start) or _marked(items, start) or _pointed(items, start)
    if found is None and led:
        found = _bare(items, start)
    if found is None or not (0 <= found.hour < _HOURS and 0 <= found.minute < _MINUTES):
        return None
    return found


def _is(items: Sequence[Item], at: int, meaning: str) -> bool:
    return at < len(items) and items[at].get("clock") == meaning


def _number(items: Sequence[Item], at: int) -> int | None:
    return items[at].number if at < len(items) else None


def _relative_to_hour(items: Sequence[Item], at: int) -> Clock | None:
    """Read "half past ten", "halb acht", "quarter to nine"."""
    word = items[at].get("clock") if at < len(items) else ""
    minutes = {"half_past": 30, "half_to": -30, "quarter_past": 15, "quarter_to": -15}.get(word)
    hour = _number(items, at + 1)
    if minutes is None or hour is None or not 0 < hour <= _HALF_DAY:
        return None
    total = (hour * _MINUTES + minutes) % (_HOURS * _MINUTES)
    clock = Clock(total // _MINUTES, total % _MINUTES, at + 2, sure=False)
    return _with_half_of_day(items, clock)


def _marked(items: Sequence[Item], at: int) -> Clock | None:
    """Read "3 pm", "15 Uhr", "15h30", "8 o'clock", "三点半"."""
    hour = _number(items, at)
    if hour is None or at + 1 >= len(items):
        return None
    mark = items[at + 1].get("clock")
    if mark in {"am", "pm"}:
        return _with_half_of_day(items, Clock(hour, 0, at + 1))
    if mark not in {"oclock", "hour_mark"}:
        return None
    minute, after = _minutes(items, at + 2)
    return _with_half_of_day(items, Clock(hour, minute, after, sure=hour > _HALF_DAY or minute > 0))


def _minutes(items: Sequence[Item], at: int) -> tuple[int, int]:
    """Return the minutes behind an hour, and where they end."""
    if _is(items, at, "half_mark"):
        return 30, at + 1
    minute = _number(items, at)
    if minute is None or minute >= _MINUTES or not items[at].text.isdecimal():
        return 0, at
    return minute, at + 2 if _is(items, at + 1, "minute_mark") else at + 1


def _pointed(items: Sequence[Item], at: int) -> Clock | None:
    """Read "15:30", and "15.30" before a word for the hour."""
    if at + 2 >= len(items) or items[at + 1].text not in _POINTED:
        return None
    hour, minute = items[at], items[at + 2]
    close = hour.finish == items[at + 1].begin and items[at + 1].finish == minute.begin
    if not (close and hour.text.isdecimal() and minute.text.isdecimal() and len(minute.text) == 2):  # noqa: PLR2004 - two digits of minutes
        return None
    named = _is(items, at + 3, "oclock")
    if items[at + 1].text == "." and not named:
        return None
    clock = Clock(int(hour.text), int(minute.text), at + 4 if named else at + 3)
    return _with_half_of_day(items, clock)


def _bare(items: Sequence[Item], at: int) -> Clock | None:
    """Read the number of "at three"; "at three hours" and "at 25" are none."""
    hour = _number(items, at)
    if hour is None or hour > _HOURS:
        return None
    follower = items[at + 1] if at + 1 < len(items) else None
    ends = follower is None or (follower.text == "." and at + 2 == len(items))
    if (
        not ends
        and follower
        and (follower.get("unit") or follower.get("month") or follower.text in _NO_CLOCK)
    ):
        return None
    return Clock(hour % _HOURS, 0, at + 1, sure=False)


def _with_half_of_day(items: Sequence[Item], clock: Clock) -> Clock:
    """Return the time with "am" or "pm" behind it taken into account."""
    half = items[clock.after].get("clock") if clock.after < len(items) else ""
    if half not in {"am", "pm"} or not 0 < clock.hour <= _HALF_DAY:
        return clock
    hour = clock.hour % _HALF_DAY + (_HALF_DAY if half == "pm" else 0)
    return Clock(hour, clock.minute, clock.after + 1)
