"""How words of dates combine, in the order of words of any language.

Each rule looks at the items from a place on, and returns the days they name and where they end.
Of several that apply, the one that reads the most words counts.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from synthetic_soul.nlu.calendar.civil_time import (
    DAY,
    anniversary,
    easter,
    month_of,
    week_of,
    year_of,
)
from synthetic_soul.nlu.calendar.date_words import Dialect, Item
from synthetic_soul.nlu.calendar.named_date import Precision, Recurrence

_ISO: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?!\d)")
_DOTTED: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}|\d\d)(?!\d))?")
_SLASHED: Final = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d\d))?(?![\d/])")
_YEARS: Final = range(1900, 2101)
_WEEKDAYS: Final = 7
_SATURDAY: Final = 5
_SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
_SEASON_MONTHS: Final = 3
_AHEAD: Final = {"next": 1, "this": 0, "last": -1}
_FINER: Final[dict[str, Precision]] = {"year": "month", "month": "week", "week": "day"}
_MAX_COUNT: Final = 400
"""Nobody means a date by a larger number of days, weeks or years."""
_MAX_LEADS: Final = 3


@dataclass(frozen=True, slots=True)
class Days:
    """The days ``first`` to ``last`` (not in it) that the items before ``after`` name.

    ``exact`` is a moment instead. ``part`` is a part of the day, ``by_date``: day or month were
    named by the calendar and not from the day of speaking.
    """

    first: date
    last: date
    after: int
    precision: Precision = "day"
    recurs: Recurrence = ""
    part: str = ""
    exact: datetime | None = None
    by_date: bool = False


def single(day: date, after: int, *, part: str = "", recurs: Recurrence = "") -> Days:
    """Return one day."""
    return Days(day, day + DAY, after, recurs=recurs, part=part)


@dataclass(frozen=True, slots=True)
class DateGrammar:
    """The items of a text, said at local time ``now``; ``is_past`` tells the tense at an item."""

    text: str
    items: Sequence[Item]
    dialect: Dialect
    now: datetime
    is_past: Callable[[int], bool]

    @property
    def today(self) -> date:
        """The day of speaking."""
        return self.now.date()

    def days_at(self, at: int) -> Days | None:
        """Return the days that are named from item ``at`` on, None where none are."""
        found: Days | None = None
        for rule in _RULES:
            try:
                days = rule(self, at)
            except (ValueError, OverflowError):  # the 30th of February, the year 12,000
                continue
            if days and (found is None or days.after > found.after):
                found = days
        return found

    def get(self, at: int, kind: str) -> str:
        """Return what item ``at`` means as a word of this kind, "" if it is none."""
        return self.items[at].get(kind) if 0 <= at < len(self.items) else ""

    def number(self, at: int) -> int | None:
        """Return the number at item ``at``."""
        return self.items[at].number if 0 <= at < len(self.items) else None

    def behind(self, at: int, *kinds: str) -> int:
        """Return the place behind a few words of the given kinds."""
        for place in range(at, min(at + _MAX_LEADS, len(self.items))):
            if not any(self.get(place, kind) for kind in kinds):
                return place
        return min(at + _MAX_LEADS, len(self.items))

    def text_at(self, at: int) -> str:
        """Return the words of item ``at`` as written, "" behind the last."""
        return self.items[at].text if 0 <= at < len(self.items) else ""

    def place_of(self, position: int) -> int:
        """Return the first item that begins at ``position`` or later."""
        return next(
            (n for n, item in enumerate(self.items) if item.begin >= position), len(self.items)
        )


def _relative_day(grammar: DateGrammar, at: int) -> Days | None:
    """Read "tomorrow" and "tonight"."""
    place = at + 1 if grammar.get(at, "on") else at
    shift, _, part = grammar.get(place, "daypart").partition(" ")
    shift = shift or grammar.get(place, "day")
    if not shift or (place > at and not part and grammar.get(place, "part")):
        return None
    return single(grammar.today + int(shift) * DAY, place + 1, part=part)


def _offset(grammar: DateGrammar, at: int) -> Days | None:
    """Read "in three weeks", "two years ago", "il y a trois ans"."""
    lead = grammar.get(at, "offset")
    place = at + 1 if lead in {"ahead", "back"} else grammar.behind(at, "on")
    count, unit = grammar.number(place), grammar.get(place + 1, "unit")
    if count is None or not unit or count > _MAX_COUNT:
        return None
    after = place + 2
    tail = grammar.get(after, "offset")
    if tail in {"ahead_after", "back_after"}:
        return _shifted(grammar, count if tail == "ahead_after" else -count, unit, after + 1)
    if lead == "back":
        return _shifted(grammar, -count, unit, after)
    # "I ran it in four hours" says how long it took.
    if lead == "ahead" and not grammar.is_past(at):
        return _shifted(grammar, count, unit, after)
    return None


def _shifted(grammar: DateGrammar, count: int, unit: str, after: int) -> Days | None:
    today = grammar.today
    if unit in {"minute", "hour"}:
        minutes = count * (60 if unit == "hour" else 1)
        exact = grammar.now + minutes * (DAY / 1440)
        return replace(single(exact.date(), after), exact=exact, precision="hour")
    if unit == "day":
        return single(today + count * DAY, after)
    return _unit_from(grammar, unit, count, after)


def _unit_from(grammar: DateGrammar, unit: str, ahead: int, after: int) -> Days | None:
    """Return the week, month, year or weekend so many from the one of today."""
    today = grammar.today
    if unit in {"week", "fortnight"}:
        weeks = ahead * (2 if unit == "fortnight" else 1)
        return Days(*week_of(today + weeks * _WEEKDAYS * DAY), after, precision="week")
    if unit == "month":
        return Days(*month_of(today, ahead), after, precision="month")
    if unit in {"year", "decade"}:
        years = ahead * (10 if unit == "decade" else 1)
        return Days(*year_of(today, years), after, precision="year")
    if unit == "weekend":
        saturday = week_of(today)[0] + (_SATURDAY + ahead * _WEEKDAYS) * DAY
        return Days(saturday, saturday + 2 * DAY, after, precision="day")
    return None


def _relative_unit(grammar: DateGrammar, at: int) -> Days | None:
    """Read "next week", "la semaine prochaine", "this weekend", and a weekday within it."""
    place = grammar.behind(at, "on", "in", "glue")
    found: Days | None = None
    for start in range(at, place + 1):
        found = found or _unit_and_relation(grammar, start)
    if found is None and place > at and grammar.get(place, "unit") == "weekend":
        found = _unit_from(grammar, "weekend", -1 if grammar.is_past(at) else 0, place + 1)
    if found is None or found.precision != "week":
        return found
    day = grammar.behind(found.after, "on", "glue")
    weekday = grammar.get(day, "weekday")
    return single(found.first + (int(weekday) - 1) * DAY, day + 1) if weekday else found


def _unit_and_relation(grammar: DateGrammar, at: int) -> Days | None:
    unit, ahead = grammar.get(at, "span").rpartition(" ")[::2]
    if unit:
        return _unit_from(grammar, unit, int(ahead), at + 1)
    relation, unit = grammar.get(at, "relative"), grammar.get(at + 1, "unit")
    if not (relation and unit):
        unit, relation = grammar.get(at, "unit"), grammar.get(at + 1, "relative")
    if not (relation and unit) or unit in {"minute", "hour", "day"}:
        return None
    return _unit_from(grammar, unit, _AHEAD[relation], at + 2)


def _weekday(grammar: DateGrammar, at: int) -> Days | None:
    """Read "on Friday", "next Friday", "vendredi prochain", "every Monday"; "Friday next week"."""
    place, relation, every = _leads(grammar, at)
    weekday = grammar.get(place, "weekday")
    word = grammar.text_at(place).casefold()
    if not weekday or (place == at and word in grammar.dialect.ambiguous_months):
        return None
    after = place + 1
    behind = "" if grammar.get(after + 1, "unit") else grammar.get(after, "relative")
    if behind and not relation:
        relation, after = behind, after + 1
    if every or grammar.get(place, "recurring"):
        ahead = (int(weekday) - 1 - grammar.today.weekday()) % _WEEKDAYS
        return single(grammar.today + ahead * DAY, after, recurs="weekly")
    week = _unit_and_relation(grammar, grammar.behind(after, "in", "glue"))
    if week and week.precision == "week" and not relation:
        return single(week.first + (int(weekday) - 1) * DAY, week.after)
    return single(_day_of_week(grammar, int(weekday), relation, past=grammar.is_past(place)), after)


def _leads(grammar: DateGrammar, at: int) -> tuple[int, str, bool]:
    """Return where a date begins behind its leading words, their relation, and if it recurs."""
    relation, every, place = "", False, at
    while place < min(at + _MAX_LEADS, len(grammar.items)):
        item = grammar.items[place]
        named = item.get("weekday") or item.get("month") or item.get("holiday")
        if named or item.get("repeat") in {"alternate", "always"}:
            break
        every = every or item.get("repeat") == "every"
        if not every:
            relation = item.get("relative") or relation
        if not any(map(item.get, ("on", "in", "glue", "relative", "repeat"))):
            break
        place += 1
    return place, relation, every


def _day_of_week(grammar: DateGrammar, weekday: int, relation: str, *, past: bool) -> date:
    today = grammar.today
    to_come = (weekday - 1 - today.weekday()) % _WEEKDAYS or _WEEKDAYS
    in_week = week_of(today)[0] + (weekday - 1) * DAY
    if relation == "last" or (past and relation != "next"):
        return today + (to_come - _WEEKDAYS) * DAY if to_come < _WEEKDAYS else today - 7 * DAY
    if relation == "next" and grammar.dialect.twelve_hours:
        # In English "next Friday" is of the next week, "this Friday" of this one.
        return in_week + _WEEKDAYS * DAY
    if relation == "this" and in_week == today:
        return today
    return today + to_come * DAY


def _edge(grammar: DateGrammar, at: int) -> Days | None:
    """Read "at the end of the month", "Anfang Mai": a third of it."""
    place = grammar.behind(at, "on", "in", "glue")
    place = next((n for n in range(at, place + 1) if grammar.get(n, "edge")), place)
    edge = grammar.get(place, "edge")
    inner = grammar.behind(place + 1, "glue", "on", "in")
    if not edge:
        return None
    whole = _month_or_year(grammar, place + 1) or _relative_unit(grammar, place + 1)
    unit = grammar.get(inner, "unit")
    if whole is None and unit in {"week", "month", "year"}:
        whole = _unit_from(grammar, unit, 0, inner + 1)
    if whole is None or whole.precision not in _FINER:
        return None
    third = (whole.last - whole.first).days // 3 * DAY
    finer: Precision = _FINER[whole.precision]
    first, last = {
        "start": (whole.first, whole.first + third),
        "middle": (whole.first + third, whole.first + 2 * third),
        "end": (whole.first + 2 * third, whole.last),
    }[edge]
    return replace(whole, first=first, last=last, precision=finer)


def _day_and_month(grammar: DateGrammar, at: int) -> Days | None:
    """Read "the 3rd of May 2026", "14. Mai", "on the 14th"."""
    place = grammar.behind(at, "on", "glue") if not grammar.items[at].text.isdecimal() else at
    day, after, marked = _day_of_month(grammar, place)
    if day is None:
        return None
    inner = grammar.behind(after, "glue", "in") if grammar.get(after, "glue") else after
    month = grammar.get(inner, "month")
    if month:
        return _dated(grammar, day, int(month), *_year_behind(grammar, inner + 1), at=at)
    monthly = grammar.behind(after, "glue")
    if grammar.get(monthly, "repeat") == "every" and grammar.get(monthly + 1, "unit") == "month":
        return replace(_in_month(grammar, day, past=False, after=monthly + 2), recurs="monthly")
    if place == at or not _may_be_alone(grammar, place, after, marked=marked):
        return None
    return _in_month(grammar, day, past=grammar.is_past(at), after=after)


def _day_of_month(grammar: DateGrammar, at: int) -> tuple[int | None, int, bool]:
    """Return the number of a day, where it ends, and whether it is marked as an ordinal."""
    ordinal = grammar.get(at, "ordinal")
    if ordinal:
        return int(ordinal), at + 1, True
    if not grammar.text_at(at).isdecimal() or not 0 < int(grammar.text_at(at)) <= 31:  # noqa: PLR2004 - the longest month
        return None, at, False
    marked = bool(grammar.get(at + 1, "ordinal_mark"))
    marked = marked and grammar.items[at + 1].begin == grammar.items[at].finish
    return int(grammar.text_at(at)), at + 2 if marked else at + 1, marked


def _may_be_alone(grammar: DateGrammar, place: int, after: int, *, marked: bool) -> bool:
    """Return whether a day without its month is one: "on the 14th", not "on the third floor"."""
    ends = after >= len(grammar.items) or not grammar.text_at(after)[:1].isalnum()
    in_digits = grammar.text_at(place).isdecimal()
    if grammar.get(after, "unit") or grammar.get(after, "yearly"):
        return False
    before = range(max(0, place - 2), place)
    led = any(grammar.get(n, "on") and not grammar.get(n, "glue") for n in before)
    leads_day = grammar.get(place - 1, "the_day")
    if marked and in_digits:
        return led or ends
    return ends and (bool(leads_day) or (marked and led))


def _in_month(grammar: DateGrammar, day: int, *, past: bool, after: int) -> Days:
    """Return the next day of that number, or the last one before today."""
    for ahead in (0, -1, -2) if past else (0, 1, 2):
        first, last = month_of(grammar.today, ahead)
        found = first + (day - 1) * DAY
        fits = found < grammar.today if past else found >= grammar.today
        if fits and found < last:
            return replace(single(found, after), by_date=True)
    raise ValueError(day)


def _month_and_day(grammar: DateGrammar, at: int) -> Days | None:
    """Read "December 27th, 2026" and "5月3日"."""
    place = grammar.behind(at, "on")
    if grammar.text_at(place).isdecimal() and grammar.get(place + 1, "month_mark"):
        day = grammar.text_at(place + 2)
        if day.isdecimal() and grammar.get(place + 3, "day_mark"):
            return _dated(grammar, int(day), int(grammar.text_at(place)), None, place + 4, at=at)
        return None
    month = grammar.get(place, "month")
    if not month or not grammar.dialect.month_first:
        return None
    number = place + 2 if grammar.text_at(place + 1) == "the" else place + 1
    day_of_month, after, _ = _day_of_month(grammar, number)
    if day_of_month is None or grammar.get(after, "unit") or grammar.text_at(after) == ":":
        return None
    return _dated(grammar, day_of_month, int(month), *_year_behind(grammar, after), at=at)


def _year_behind(grammar: DateGrammar, at: int) -> tuple[int | None, int]:
    """Return the year that follows a month or a day of one, and where it ends."""
    for place in (at, at + 1):
        if place > at and grammar.text_at(at) != "," and not grammar.get(at, "glue"):
            break
        word = grammar.text_at(place)
        if word.isdecimal() and int(word) in _YEARS and len(word) == 4:  # noqa: PLR2004 - years have four digits
            return int(word), place + 1
    return None, at


def _dated(
    grammar: DateGrammar, day: int, month: int, year: int | None, after: int, *, at: int
) -> Days:
    """Return a day of a month, in the year that is meant where none is named."""
    if year is not None:
        return replace(single(date(year, month, day), after), by_date=True)
    today = grammar.today
    date(2024, month, day)  # raises where no year has this day
    past = grammar.is_past(at)
    years = range(today.year, today.year - 9, -1) if past else range(today.year, today.year + 9)
    for each in years:
        if (month, day) == (2, 29) and anniversary(2, 29, each).day != day:
            continue
        found = date(each, month, day)
        if (found < today) if past else (found >= today):
            return replace(single(found, after), by_date=True)
    raise ValueError(day)


def _in_digits(grammar: DateGrammar, at: int) -> Days | None:
    """Read "2026-05-30", "14.3.", "3/5/2026"."""
    place = grammar.behind(at, "on")
    if not grammar.text_at(place).isdecimal():
        return None
    begin = grammar.items[place].begin
    if match := _ISO.match(grammar.text, begin):
        year, month, day = map(int, match.groups())
    elif match := _DOTTED.match(grammar.text, begin):
        day, month, year = int(match[1]), int(match[2]), _full_year(match[3])
    elif (match := _SLASHED.match(grammar.text, begin)) and (match[3] or place > at):
        day, month, year = int(match[1]), int(match[2]), _full_year(match[3])
        if grammar.dialect.month_first and day <= 12:  # noqa: PLR2004 - months of a year
            day, month = month, day
    else:
        return None
    return _dated(grammar, day, month, year or None, grammar.place_of(match.end()), at=at)


def _full_year(digits: str | None) -> int:
    """Return a year of two or four digits, 0 without one."""
    if not digits:
        return 0
    return int(digits) if len(digits) > 2 else 2000 + int(digits)  # noqa: PLR2004 - "26" is 2026


def _holiday(grammar: DateGrammar, at: int) -> Days | None:
    """Read "at Christmas", "next Easter"."""
    place, relation, every = _leads(grammar, at)
    name = grammar.get(place, "holiday")
    if not name:
        return None
    year, after = _year_behind(grammar, place + 1)
    past = relation == "last" or (grammar.is_past(at) and relation != "next")
    today = grammar.today
    years = [year] if year else [today.year - 1, today.year, today.year + 1]
    found = [_date_of_holiday(name, each) for each in years]
    if year is None:
        found = [day for day in found if ((day < today) if past else (day >= today))]
    days = single(found[-1 if past else 0], after, recurs="yearly" if every else "")
    return replace(days, by_date=True)


def _date_of_holiday(name: str, year: int) -> date:
    if name.startswith("easter"):
        return easter(year) + int(name.removeprefix("easter") or "0") * DAY
    month, day = map(int, name.split("-"))
    return date(year, month, day)


def _season(grammar: DateGrammar, at: int) -> Days | None:
    """Read "last summer", "im Winter"."""
    place = grammar.behind(at, "on", "in", "glue", "relative")
    season = grammar.get(place, "season")
    relation = next((r for n in range(at, place) if (r := grammar.get(n, "relative"))), "")
    after = place + 1
    if not relation and grammar.get(after, "relative"):
        relation, after = grammar.get(after, "relative"), after + 1
    if not season or (place == at and not relation):
        return None
    today = grammar.today
    begins = [date(today.year + year, _SEASONS[season], 1) for year in (-2, -1, 0, 1)]
    ends = [month_of(first, _SEASON_MONTHS)[0] for first in begins]
    past = relation == "last" or (grammar.is_past(at) and relation != "next")
    seasons = list(zip(begins, ends, strict=True))
    if past:
        first, last = [each for each in seasons if each[1] <= today][-1]
    else:
        first, last = next(each for each in seasons if each[1] > today)
    return Days(first, last, after, precision="month", by_date=True)


def _month_or_year(grammar: DateGrammar, at: int) -> Days | None:
    """Read "in May", "next May", "May 2026", "in 2015", "2015年"."""
    place, relation, every = _leads(grammar, at)
    led = place > at
    month = grammar.get(place, "month")
    number = grammar.text_at(place)
    if not month and number.isdecimal() and grammar.get(place + 1, "month_mark"):
        return _whole_month(grammar, int(number), None, place + 2, relation)
    if month:
        year, after = _year_behind(grammar, place + 1)
        if grammar.get(after, "relative") and not relation and not led:
            relation, after = grammar.get(after, "relative"), after + 1
        bare = number.casefold() in grammar.dialect.ambiguous_months
        if bare and not (year or relation or led):
            return None
        days = _whole_month(grammar, int(month), year, after, relation)
        return replace(days, recurs="yearly") if every else days
    return _whole_year(grammar, place, led=any(grammar.get(n, "in") for n in range(at, place)))


def _whole_month(
    grammar: DateGrammar, month: int, year: int | None, after: int, relation: str
) -> Days:
    today = grammar.today
    if year is None:
        year = today.year
        past = relation == "last" or (grammar.is_past(after - 1) and relation != "next")
        if past and (month > today.month or (relation == "last" and month == today.month)):
            year -= 1
        if not past and (month < today.month or (relation == "next" and month == today.month)):
            year += 1
    first = date(year, month, 1)
    return Days(*month_of(first), after, precision="month", by_date=True)


def _whole_year(grammar: DateGrammar, place: int, *, led: bool) -> Days | None:
    word = grammar.text_at(place)
    if not word.isdecimal() or len(word) != 4 or int(word) not in _YEARS:  # noqa: PLR2004 - years have four digits
        return None
    marked = bool(grammar.get(place + 1, "year_mark"))
    if (not led and not marked) or (grammar.get(place + 1, "unit") and not marked):
        return None
    after = place + 2 if marked else place + 1
    return Days(date(int(word), 1, 1), date(int(word) + 1, 1, 1), after, precision="year")


_RULES: Final[tuple[Callable[[DateGrammar, int], Days | None], ...]] = (
    _in_digits, _offset, _relative_day, _relative_unit, _edge, _day_and_month, _month_and_day,
    _holiday, _season, _month_or_year, _weekday,
)  # fmt: skip
