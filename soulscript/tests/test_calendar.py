"""Days for any year."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soulscript.memory.consolidation import DAY, day


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (0, "1970-01-01"),
        (-1, "1969-12-31"),
        (1_698_451_200_000, "2023-10-28"),
        (951_782_400_000, "2000-02-29"),
        (-5_695_987_200_000, "1789-07-02"),
        (-63_549_446_400_000, "-0044-03-14"),
        (10**15, "33658-09-27"),
    ],
)
def test_a_moment_has_its_day(at: int, written: str) -> None:
    assert day(at) == written


@given(st.integers(-719_162, 2_932_896))
def test_days_are_those_of_the_standard_library_where_it_reaches(days: int) -> None:
    expected = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days)
    assert day(days * DAY) == expected.date().isoformat()
    assert day(days * DAY + DAY - 1) == expected.date().isoformat()
