"""Dates as they are kept: their text, and their occurrences as the clock moves on."""

from __future__ import annotations

from datetime import datetime

import pytest

from synthetic_soul.nlu.calendar.civil_time import local, moment, zone_of
from synthetic_soul.nlu.calendar.named_date import DueDate, Recurrence, day_distance

ZONE = "Europe/Berlin"


def at(*when: int) -> int:
    return moment(datetime(*when, tzinfo=zone_of(ZONE)))  # type: ignore[misc, arg-type]  # year to minute


def due(*when: int, recurs: Recurrence = "", days: int = 1) -> DueDate:
    year, month, day = when
    return DueDate(at(year, month, day), at(year, month, day + days), "day", recurs, ZONE)


def day_of(date: DueDate) -> str:
    return f"{local(date.start, zone_of(ZONE)):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("recurs", ["", "daily", "weekly", "monthly", "yearly"])
def test_a_date_is_read_as_it_was_written(recurs: Recurrence) -> None:
    date = due(2026, 3, 13, recurs=recurs)
    assert DueDate.load(date.dump()) == date


@pytest.mark.parametrize(
    "text", ["", "day", "day - a/b UTC", "eon - 2026-03-13T00:00+01:00/2026-03-14T00:00+01:00 UTC",
             "day R/P9Y 2026-03-13T00:00+01:00/2026-03-14T00:00+01:00 UTC",
             "day - 2026-03-13T00:00/2026-03-14T00:00 UTC"],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert DueDate.load(text) is None


@pytest.mark.parametrize(
    ("recurs", "first", "now", "near", "before"),
    [
        ("yearly", (2026, 5, 3), (2026, 3, 1), "2026-05-03 00:00", None),
        ("yearly", (2026, 5, 3), (2026, 5, 3), "2026-05-03 00:00", None),
        ("yearly", (2026, 5, 3), (2026, 5, 4), "2027-05-03 00:00", "2026-05-03 00:00"),
        ("yearly", (2024, 2, 29), (2026, 1, 1), "2026-02-28 00:00", "2025-02-28 00:00"),
        ("yearly", (2024, 2, 29), (2027, 12, 1), "2028-02-29 00:00", "2027-02-28 00:00"),
        ("weekly", (2026, 3, 26), (2026, 3, 30), "2026-04-02 00:00", "2026-03-26 00:00"),
        ("daily", (2026, 3, 28), (2026, 4, 2), "2026-04-02 00:00", "2026-04-01 00:00"),
        ("monthly", (2026, 1, 31), (2026, 2, 1), "2026-02-28 00:00", "2026-01-31 00:00"),
        ("monthly", (2026, 1, 31), (2026, 3, 1), "2026-03-31 00:00", "2026-02-28 00:00"),
        ("monthly", (2026, 12, 1), (2027, 1, 15), "2027-02-01 00:00", "2027-01-01 00:00"),
    ],
)
def test_the_next_and_the_last_occurrence(
    recurs: Recurrence,
    first: tuple[int, int, int],
    now: tuple[int, int, int],
    near: str,
    before: str | None,
) -> None:
    start = at(*first)
    date = DueDate(start, start + 24 * 3_600_000, "day", recurs, ZONE)
    assert day_of(date.near(at(*now))) == near
    last = date.before(at(*now))
    assert (last and day_of(last)) == before


def test_the_hour_of_the_clock_stays_when_clocks_change() -> None:
    start = at(2026, 3, 26, 19)
    date = DueDate(start, start + 3_600_000, "hour", "weekly", ZONE)
    assert day_of(date.near(at(2026, 3, 31))) == "2026-04-02 19:00"
    assert day_of(date.near(at(2026, 10, 27))) == "2026-10-29 19:00"


def test_a_month_that_recurs_is_the_whole_month() -> None:
    date = DueDate(at(2026, 5, 1), at(2026, 6, 1), "month", "yearly", ZONE)
    later = date.near(at(2027, 1, 1))
    assert (day_of(later), later.end) == ("2027-05-01 00:00", at(2027, 6, 1))


def test_a_single_date_is_over_when_it_ends() -> None:
    date = due(2026, 3, 13)
    assert not date.is_over(date.end - 1)
    assert date.is_over(date.end)
    assert date.before(date.end - 1) is None
    assert date.before(date.end) is date
    assert not due(2026, 3, 13, recurs="yearly").is_over(at(2030, 1, 1))


def test_days_are_counted_by_midnights() -> None:
    assert day_distance(at(2026, 3, 12, 1), at(2026, 3, 11, 23), ZONE) == 1
    assert day_distance(at(2026, 3, 29, 23), at(2026, 3, 28, 1), ZONE) == 1
