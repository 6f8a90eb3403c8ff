from datetime import UTC, datetime

import pytest

from synthetic_soul.recall.dates import named_times

NOW = datetime(2025, 5, 14, 15, 30, tzinfo=UTC)  # a Wednesday


def millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


SPAN = (millis(datetime(2023, 2, 1, tzinfo=UTC)), millis(NOW))


def days(text: str, now: datetime | None = NOW) -> list[tuple[str, str]]:
    _, ranges = named_times(text, None if now is None else millis(now), SPAN)
    return [
        (
            datetime.fromtimestamp(start / 1000, UTC).strftime("%Y-%m-%d"),
            datetime.fromtimestamp(end / 1000, UTC).strftime("%Y-%m-%d"),
        )
        for start, end in ranges
    ]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("what did i do yesterday", "2025-05-13", "2025-05-14"),
        ("the day before yesterday", "2025-05-12", "2025-05-13"),
        ("last night", "2025-05-13", "2025-05-14"),
        ("last weekend", "2025-05-10", "2025-05-12"),
        ("last week", "2025-05-05", "2025-05-12"),
        ("last month", "2025-04-01", "2025-05-01"),
        ("last year", "2024-01-01", "2025-01-01"),
        ("3 days ago", "2025-05-11", "2025-05-12"),
        ("a week ago", "2025-05-03", "2025-05-10"),
        ("two months ago", "2025-02-28", "2025-03-30"),
        ("in may 2023", "2023-05-01", "2023-06-01"),
        ("december 2024", "2024-12-01", "2025-01-01"),
        ("in 2023", "2023-01-01", "2024-01-01"),
    ],
)
def test_a_time_is_reckoned_from_now(text: str, start: str, end: str) -> None:
    assert days(text) == [(start, end)]


def test_a_month_without_a_year_is_that_month_of_every_year_there_are_lines_of() -> None:
    assert days("in june", now=None) == [
        ("2023-06-01", "2023-07-01"),
        ("2024-06-01", "2024-07-01"),
        ("2025-06-01", "2025-07-01"),
    ]


@pytest.mark.parametrize("text", ["may i ask", "we march on", "jan is here", "room 2023"])
def test_a_word_that_only_looks_like_a_time_is_none(text: str) -> None:
    assert days(text) == []


def test_relative_times_leave_the_text_and_need_a_now() -> None:
    assert named_times("the zoo yesterday", millis(NOW), SPAN)[0].split() == ["the", "zoo"]
    assert named_times("the zoo yesterday", None, SPAN) == ("the zoo yesterday", ())


@pytest.mark.parametrize("now", [-(10**18), 0, 10**18])
def test_absurd_clocks_do_no_harm(now: int) -> None:
    for text in ("99 years ago", "last year", "in june", "last month"):
        assert named_times(text, now, (now, now))[1]
