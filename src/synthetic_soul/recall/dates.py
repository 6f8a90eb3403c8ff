"""The times that a cue names, as half-open ranges of milliseconds in UTC.

Months and years are looked for over the whole span of the lines, relative times before ``now``.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

Range = tuple[int, int]

_MONTHS: Final = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7,
    "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9,
    "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
# Words with other meanings: months only as in "in May" or "May 2023".
_AMBIGUOUS_MONTHS: Final = {"may", "march", "jan", "mar", "apr", "jun", "sep", "oct", "dec"}
_TIME_PREPOSITIONS: Final = {
    "in", "of", "last", "this", "since", "during", "until", "till", "by", "early", "late",
}  # fmt: skip
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NUMERALS: Final = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_UNIT_DAYS: Final = {"day": 1, "week": 7, "month": 30, "year": 365}
_AGO: Final = re.compile(rf"\b(\d\d?|{'|'.join(_NUMERALS)}) (day|week|month|year)s? ago\b")
_LAST: Final = re.compile(
    r"\b(day before yesterday|yesterday|last (?:night|weekend|week|month|year))\b"
)
_DAY: Final = timedelta(days=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Times are clamped to 1970-2200; anything beyond is taken for a mistake.
_LATEST: Final = 7_258_118_400_000


def named_times(plain: str, now: int | None, span: Range) -> tuple[str, tuple[Range, ...]]:
    """Return the text without the relative times it names, and all times it names.

    ``plain`` is folded words with single spaces; ``span`` holds the times of the first and the
    last line. Without ``now`` relative times stay in the text and give no range.
    """
    ranges = _calendar(plain.split(), span)
    if now is None:
        return plain, ranges
    today = _moment(now).replace(hour=0, minute=0, second=0, microsecond=0)
    for match in _AGO.finditer(plain):
        count = _NUMERALS.get(match[1]) or int(match[1])
        ranges += (_ago(today, count, match[2]),)
    for match in _LAST.finditer(plain):
        ranges += (_last(today, match[1]),)
    return _LAST.sub(" ", _AGO.sub(" ", plain)), ranges


def _calendar(words: list[str], span: Range) -> tuple[Range, ...]:
    """Return the months of the year named beside them, else of every year; and "in 2022"."""
    first, last = (_moment(at).year for at in span)
    ranges: tuple[Range, ...] = ()
    for index, word in enumerate(words):
        lead = words[index - 1] if index else ""
        after = words[index + 1] if index + 1 < len(words) else ""
        year = int(after) if _YEAR.fullmatch(after) else None
        if word in _MONTHS and (
            word not in _AMBIGUOUS_MONTHS or lead in _TIME_PREPOSITIONS or year
        ):
            years = (year,) if year else range(first, last + 1)
            ranges += tuple(_month(each, _MONTHS[word]) for each in years)
        elif lead in _TIME_PREPOSITIONS and _YEAR.fullmatch(word):
            ranges += ((_month(int(word), 1)[0], _month(int(word), 12)[1]),)
    return ranges


def _ago(today: datetime, count: int, unit: str) -> Range:
    """Return the very day for days; for longer units, half a unit to both sides."""
    length = _UNIT_DAYS[unit] * _DAY
    middle = today - count * length
    if unit == "day":
        return _range(middle, middle + _DAY)
    return _range(middle - length / 2, middle + length / 2)


def _last(today: datetime, phrase: str) -> Range:
    monday = today - today.weekday() * _DAY
    first = today.replace(day=1)
    new_year = first.replace(month=1)
    spans = {
        "yesterday": (today - _DAY, today),
        "day before yesterday": (today - 2 * _DAY, today - _DAY),
        "last night": (today - _DAY / 2, today + _DAY / 4),
        "last weekend": (monday - 2 * _DAY, monday),
        "last week": (monday - 7 * _DAY, monday),
        "last month": ((first - _DAY).replace(day=1), first),
        "last year": ((new_year - _DAY).replace(month=1, day=1), new_year),
    }
    return _range(*spans[phrase])


def _month(year: int, month: int) -> Range:
    start = datetime(year, month, 1, tzinfo=UTC)
    return _range(start, (start + 31 * _DAY).replace(day=1))


def _range(start: datetime, end: datetime) -> Range:
    millisecond = timedelta(milliseconds=1)
    return (start - _EPOCH) // millisecond, (end - _EPOCH) // millisecond


def _moment(at: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=min(max(at, 0), _LATEST))
