"""A date that somebody named, how it recurs, and its text in the journal."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from synthetic_soul.nlu.calendar.civil_time import (
    DAY,
    Range,
    anniversary,
    local,
    moment,
    month_of,
    zone_of,
)

Precision = Literal["hour", "day", "week", "month", "year"]
Recurrence = Literal["", "daily", "weekly", "monthly", "yearly"]

_PRECISIONS: Final[dict[str, Precision]] = {
    "hour": "hour", "day": "day", "week": "week", "month": "month", "year": "year",
}  # fmt: skip
_RECURRENCES: Final[dict[str, Recurrence]] = {
    "P1D": "daily", "P1W": "weekly", "P1M": "monthly", "P1Y": "yearly",
}  # fmt: skip
_PERIODS: Final = {name: period for period, name in _RECURRENCES.items()}
_LAST_DAY: Final = 28
"""The last day of month that every month has."""


@dataclass(frozen=True, slots=True)
class DueDate:
    """When something is: ``start`` to ``end`` (milliseconds, half-open) in the time zone ``zone``.

    ``precision`` says what was named: a day, or a week of which nobody said the day. A date with
    ``recurs`` is the first of its kind.
    """

    start: int
    end: int
    precision: Precision = "day"
    recurs: Recurrence = ""
    zone: str = "UTC"

    def dump(self) -> str:
        """Return the date as a text: precision, recurrence and local times in ISO 8601, zone."""
        zone = zone_of(self.zone)
        first, last = (
            local(at, zone).isoformat(timespec="minutes") for at in (self.start, self.end)
        )
        period = f"R/{_PERIODS[self.recurs]}" if self.recurs else "-"
        return f"{self.precision} {period} {first}/{last} {self.zone}"

    @classmethod
    def load(cls, text: str) -> "DueDate | None":
        """Return the date that ``dump`` wrote, None for any other text."""
        try:
            precision, period, times, zone = text.split(" ")
            first, last = (moment(datetime.fromisoformat(each)) for each in times.split("/"))
            recurs = "" if period == "-" else _RECURRENCES[period.removeprefix("R/")]
            return cls(first, last, _PRECISIONS[precision], recurs, zone)
        except (KeyError, ValueError, TypeError, OverflowError):
            return None

    def near(self, now: int) -> "DueDate":
        """Return the occurrence that lasts at ``now``, else the next; of a single date, itself."""
        return self if not self.recurs or self.end > now else self._occurrence(now, 0)

    def before(self, now: int) -> "DueDate | None":
        """Return the latest occurrence that is over at ``now``, None without one."""
        if self.end > now:
            return None
        return self._occurrence(now, -1) if self.recurs else self

    def is_over(self, now: int) -> bool:
        """Return whether nothing more will come of it after ``now``."""
        return not self.recurs and self.end <= now

    def _occurrence(self, now: int, which: int) -> "DueDate":
        """Return the first occurrence that ends after ``now``, or the one ``which`` from it."""
        zone = zone_of(self.zone)
        first, last = local(self.start, zone), local(self.end, zone)
        steps = self._steps_until(first, local(now, zone))
        while moment(self._moved(last, steps, first)) <= now:
            steps += 1
        steps = max(0, steps + which)
        start, end = self._moved(first, steps, first), self._moved(last, steps, first)
        return replace(self, start=moment(start), end=moment(end))

    def _steps_until(self, first: datetime, now: datetime) -> int:
        """Return a number of steps after which no occurrence is too late: one or two too few."""
        elapsed = (now.date() - first.date()).days
        months = (now.year - first.year) * 12 + now.month - first.month
        steps = {
            "daily": elapsed, "weekly": elapsed // 7, "monthly": months, "yearly": months // 12,
        }[self.recurs]  # fmt: skip
        return max(0, steps - 2)

    def _moved(self, at: datetime, steps: int, first: datetime) -> datetime:
        """Return a local time so many periods later, at the same hour of the clock."""
        if self.recurs in {"daily", "weekly"}:
            later = at.date() + steps * (DAY if self.recurs == "daily" else 7 * DAY)
            return at.replace(year=later.year, month=later.month, day=later.day)
        # The start moves by calendar; what follows it keeps its distance in days.
        begun = self._month_moved(first.date(), steps)
        if self.precision == "month":
            later = month_of(begun, 0 if at == first else 1)[0]
        else:
            later = begun + (at.date() - first.date())
        return at.replace(year=later.year, month=later.month, day=later.day)

    def _month_moved(self, day: date, steps: int) -> date:
        if self.recurs == "yearly":
            return anniversary(day.month, day.day, day.year + steps)
        first, after = month_of(day, steps)
        return (
            min(first + (day.day - 1) * DAY, after - DAY)
            if day.day > _LAST_DAY
            else (first + (day.day - 1) * DAY)
        )


@dataclass(frozen=True, slots=True)
class NamedDate:
    """A date in a text: characters ``begin`` to ``finish``, resolved as ``due``.

    ``past``: something before the moment of speaking is meant.
    """

    begin: int
    finish: int
    due: DueDate
    past: bool = False

    @property
    def range(self) -> Range:
        """The start and end in milliseconds."""
        return self.due.start, self.due.end


def day_distance(at: int, now: int, zone: str) -> int:
    """Return how many midnights of the zone lie between ``now`` and ``at``: 1 for tomorrow."""
    where = zone_of(zone)
    distance: timedelta = local(at, where).date() - local(now, where).date()
    return distance.days
