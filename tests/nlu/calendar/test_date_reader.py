"""What dates mean; each row is a kind. They are said on Wednesday 11 March 2026, at 10:00."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic_soul.nlu.calendar.civil_time import easter, is_zone, local, moment, zone_of
from synthetic_soul.nlu.calendar.date_reader import (
    dates_in,
    language_of_dates,
    ranges_in,
    without_dates,
)
from synthetic_soul.nlu.calendar.named_date import DueDate
from synthetic_soul.nlu.resources import word_set

ZONE = "Europe/Berlin"


def at(*when: int, zone: str = ZONE) -> int:
    return moment(datetime(*when, tzinfo=zone_of(zone)))  # type: ignore[misc, arg-type]  # year to minute


NOW = at(2026, 3, 11, 10)


def read(text: str, now: int = NOW, zone: str = ZONE) -> list[tuple[str, str]]:
    """Return start, end and recurrence of each date, in the local time of the zone."""
    form = "%Y-%m-%dT%H:%M"
    return [
        (
            f"{local(d.due.start, zone_of(zone)):{form}}/{local(d.due.end, zone_of(zone)):{form}}",
            d.due.recurs,
        )
        for d in dates_in(text, now, zone)
    ]


@pytest.mark.parametrize(
    ("text", "start", "precision"),
    [
        ("I have my exam on Friday", "2026-03-13T00:00", "day"),
        ("on Friday I went home", "2026-03-06T00:00", "day"),
        ("on Wednesday I fly", "2026-03-18T00:00", "day"),
        ("on Wednesday I flew", "2026-03-04T00:00", "day"),
        ("this Friday we meet", "2026-03-13T00:00", "day"),
        ("next Friday we meet", "2026-03-20T00:00", "day"),
        ("nächsten Freitag treffen wir uns", "2026-03-13T00:00", "day"),
        ("last Friday", "2026-03-06T00:00", "day"),
        ("on Friday next week we fly", "2026-03-20T00:00", "day"),
        ("it's due in three weeks", "2026-03-30T00:00", "week"),
        ("three weeks ago", "2026-02-16T00:00", "week"),
        ("in 5 days", "2026-03-16T00:00", "day"),
        ("in ten minutes", "2026-03-11T10:10", "hour"),
        ("the day after tomorrow", "2026-03-13T00:00", "day"),
        ("on the 14th we sing", "2026-03-14T00:00", "day"),
        ("on the 9th we sing", "2026-04-09T00:00", "day"),
        ("on the 9th we sang", "2026-03-09T00:00", "day"),
        ("3 May 2026", "2026-05-03T00:00", "day"),
        ("May 3rd, 2027", "2027-05-03T00:00", "day"),
        ("am 14.3. um 15 Uhr", "2026-03-14T15:00", "hour"),
        ("am 3.4.27", "2027-04-03T00:00", "day"),
        ("on 3/4 we move", "2026-03-04T00:00", None),
        ("tonight at half past seven", "2026-03-11T19:30", "hour"),
        ("at 9 tomorrow", "2026-03-12T09:00", "hour"),
        ("tomorrow at three", "2026-03-12T15:00", "hour"),
        ("tomorrow at noon", "2026-03-12T12:00", "hour"),
        ("this weekend", "2026-03-14T00:00", "day"),
        ("next weekend", "2026-03-21T00:00", "day"),
        ("by the end of May", "2026-05-21T00:00", "week"),
        ("early next week", "2026-03-16T00:00", "day"),
        ("at Christmas", "2026-12-25T00:00", "day"),
        ("we met at Christmas", "2025-12-25T00:00", "day"),
        ("on Good Friday", "2026-04-03T00:00", "day"),
        ("two years ago", "2024-01-01T00:00", "year"),
        ("in 2015", "2015-01-01T00:00", "year"),
        ("in May", "2026-05-01T00:00", "month"),
        ("in May I was ill", "2025-05-01T00:00", "month"),
        ("in February we move", "2027-02-01T00:00", "month"),
        ("last summer", "2025-06-01T00:00", "month"),
        ("next month", "2026-04-01T00:00", "month"),
    ],
)  # fmt: skip
def test_a_date_is_resolved_from_the_moment_of_speaking(
    text: str, start: str, precision: str | None
) -> None:
    (named, *more) = dates_in(text, NOW, ZONE)
    assert not more
    if precision is None:  # 4 March is over: the next one
        start, precision = "2027-03-04T00:00", "day"
    assert f"{local(named.due.start, zone_of(ZONE)):%Y-%m-%dT%H:%M}" == start
    assert named.due.precision == precision


@pytest.mark.parametrize(
    "text",
    [
        "may I ask something?", "we march on", "wait a second", "I ran it in four hours",
        "the third floor", "I have three weeks", "the 20th century", "24/7", "it is 14.50 euros",
        "good morning!", "one day I will", "every other Friday", "he is second in the queue",
        "30 February", "the 31st of April 2026", "a sunny seat", "wedding", "tomorrows",
        "in 99999 years", "on the 45th", "at 27:80", "ich habe drei Tage frei", "zwei Hunde",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    days = [each for each in dates_in(text, NOW, ZONE) if each.due.precision in {"day", "hour"}]
    assert days == []


@pytest.mark.parametrize(
    ("text", "first", "recurs"),
    [
        ("I have choir every Thursday at 7pm", "2026-03-12T19:00", "weekly"),
        ("on Mondays I swim", "2026-03-16T00:00", "weekly"),
        ("every Wednesday", "2026-03-11T00:00", "weekly"),
        ("my birthday is on the 3rd of May", "2026-05-03T00:00", "yearly"),
        ("my birthday is in May", "2026-05-01T00:00", "yearly"),
        ("our anniversary is 29 February", "2028-02-29T00:00", "yearly"),
        ("the rent is due on the 1st of every month", "2026-04-01T00:00", "monthly"),
        ("my party is on the 3rd of May", "2026-05-03T00:00", ""),
    ],
)
def test_what_comes_again_says_so(text: str, first: str, recurs: str) -> None:
    (named,) = dates_in(text, NOW, ZONE)
    assert f"{local(named.due.start, zone_of(ZONE)):%Y-%m-%dT%H:%M}" == first
    assert named.due.recurs == recurs


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Pacific/Auckland", 12), ("Europe/Berlin", 11), ("UTC", 11), ("Pacific/Honolulu", 10)],
)
def test_today_is_that_of_the_person(zone: str, day: int) -> None:
    now = (
        at(2026, 3, 11, 5, zone="UTC")
        if zone == "Pacific/Honolulu"
        else at(2026, 3, 11, 13, zone="UTC")
    )
    (named,) = dates_in("see you today", now, zone)
    assert local(named.due.start, zone_of(zone)).day == day
    assert local(named.due.start, zone_of(zone)).hour == 0


@pytest.mark.parametrize(
    ("month", "day", "hours"),
    [(3, 29, 23), (10, 25, 25), (3, 28, 24)],
    ids=["short", "long", "plain"],
)
def test_a_day_is_as_long_as_its_clocks_make_it(month: int, day: int, hours: int) -> None:
    (named,) = dates_in("tomorrow", at(2026, month, day - 1, 23, 30), ZONE)
    assert named.due.end - named.due.start == hours * 3_600_000


def test_an_hour_that_clocks_skip_comes_after_the_gap() -> None:
    (named,) = dates_in("tomorrow at 2:30 am", at(2026, 3, 28, 12), ZONE)
    assert local(named.due.start, zone_of(ZONE)).date().day == 29
    assert 1 <= local(named.due.start, zone_of(ZONE)).hour <= 3


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("tomorrow", "2027-01-01"), ("next month", "2027-01-01"), ("next week", "2027-01-04"),
        ("next year", "2027-01-01"), ("on Sunday", "2027-01-03"), ("on 2 January", "2027-01-02"),
        ("last week", "2026-12-21"), ("in two months", "2027-02-01"),
    ],
)  # fmt: skip
def test_the_end_of_a_year_is_no_edge(text: str, start: str) -> None:
    (named,) = dates_in(text, at(2026, 12, 31, 20), ZONE)
    assert f"{local(named.due.start, zone_of(ZONE)):%Y-%m-%d}" == start


def test_a_month_of_31_days_leads_into_a_short_one() -> None:
    (named,) = dates_in("next month", at(2027, 1, 31, 9), ZONE)
    assert f"{local(named.due.start, zone_of(ZONE)):%Y-%m-%d}" == "2027-02-01"


def test_a_cue_becomes_ranges_and_a_text_loses_its_dates() -> None:
    text = "my exam is on Friday at three, in Leeds"
    ((start, end),) = ranges_in(text, NOW, ZONE)
    assert (start, end) == (at(2026, 3, 13, 15), at(2026, 3, 13, 16))
    assert without_dates(text, dates_in(text, NOW, ZONE)) == "my exam is, in Leeds"


def test_a_language_is_taken_where_its_words_are() -> None:
    assert language_of_dates("am Freitag") == "de"
    assert language_of_dates("I like tea") == ""
    assert language_of_dates("mañana tengo examen", ("es",)) == "es"


@pytest.mark.parametrize(
    ("year", "day"), [(2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2038, (4, 25))]
)
def test_easter(year: int, day: tuple[int, int]) -> None:
    assert (easter(year).month, easter(year).day) == day


def test_what_is_no_zone_is_utc() -> None:
    assert zone_of("Mars/Olympus") is UTC
    assert zone_of("../../etc/passwd") is UTC
    assert zone_of("x" * 99) is UTC
    assert is_zone("Asia/Kolkata")
    assert not is_zone("Europe")


@given(st.text(max_size=200), st.integers(min_value=0, max_value=4_000_000_000_000))
def test_no_text_raises(text: str, now: int) -> None:
    for named in dates_in(text, now, ZONE):
        assert named.due.start < named.due.end
        assert 0 <= named.begin < named.finish <= len(text)


_WORDS = word_set("""
    on in the next last friday may 3rd 14 2026 every of week ago three at half past 7 pm am
    tomorrow christmas end weekend month . , 14.3. 99 yesterday day
""")


@given(
    st.lists(st.sampled_from(sorted(_WORDS)), max_size=12),
    st.sampled_from([0, NOW, 4_102_444_799_000]),
)
def test_no_words_of_dates_in_any_order_raise(words: list[str], now: int) -> None:
    text = " ".join(words)
    for named in dates_in(text, now, "America/New_York"):
        assert named.due.start < named.due.end
        assert DueDate.load(named.due.dump()) is not None
