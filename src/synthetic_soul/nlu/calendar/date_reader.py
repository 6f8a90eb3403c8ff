"""The reader of dates: which dates a text names, resolved in the time zone of who said it."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from synthetic_soul.nlu.calendar.civil_time import DAY, Range, local, midnight, moment, zone_of
from synthetic_soul.nlu.calendar.date_grammar import DateGrammar, Days
from synthetic_soul.nlu.calendar.date_words import Dialect, Item, dialect, possible_languages
from synthetic_soul.nlu.calendar.named_date import DueDate, NamedDate, Recurrence
from synthetic_soul.nlu.calendar.time_of_day import Clock, clock_at
from synthetic_soul.nlu.text.language import likely_language

MAX_DATED_CHARS: Final = 2_000
"""Characters of a text in which dates are looked for."""
MAX_DATES: Final = 12
_CLAUSE_END: Final = re.compile(
    r"(?<!\d)[.!?;,](?=\s|$)|[。！？、\n]|\s[–—-]\s|\b(?:but|aber|mais)\b"
)
_BEFORE_MARK: Final = re.compile(r" (?=[,.;:!?])")
_MIN_CLAUSE_WORDS: Final = 4
_NEARBY_ITEMS: Final = 8
"""How many words may lie between a day and the hour that belongs to it."""
_SENTENCE_END: Final = frozenset(".!?。！？")


def dates_in(
    text: str, now: int, zone: str = "UTC", languages: Collection[str] = ()
) -> tuple[NamedDate, ...]:
    """Return the dates that a text names, in order, none twice.

    ``now`` is when it was said, in milliseconds, by somebody whose clocks show ``zone`` (IANA).
    ``languages`` are those that it is likely in (ISO 639-1); without them the language is guessed
    where more than one has such words. Never raises on any text.
    """
    text = text[:MAX_DATED_CHARS]
    language = language_of_dates(text, languages)
    if not language:
        return ()
    reader = _Reader(text, now, zone, dialect(language))
    return tuple(reader.dates())[:MAX_DATES]


def language_of_dates(text: str, languages: Collection[str] = ()) -> str:
    """Return the language in which a text may name a date, "" where it names none: cheap."""
    possible = possible_languages(text)
    return _language_of(text, possible, languages) if possible else ""


def ranges_in(
    text: str, now: int, zone: str = "UTC", languages: Collection[str] = ()
) -> tuple[Range, ...]:
    """Return the times that a cue names, as half-open ranges of milliseconds."""
    return tuple(dict.fromkeys(named.range for named in dates_in(text, now, zone, languages)))


def without_dates(text: str, dates: Sequence[NamedDate]) -> str:
    """Return a text without the dates that were read in it."""
    for named in sorted(dates, key=lambda each: -each.begin):
        text = f"{text[: named.begin].rstrip(' ,')} {text[named.finish :].lstrip(' ')}"
    return _BEFORE_MARK.sub("", " ".join(text.split())).strip(" ,;:-")


def _language_of(text: str, possible: Mapping[str, int], languages: Collection[str]) -> str:
    for language in languages:
        if language in possible:
            return language
    most = max(possible.values())
    best = sorted(language for language, count in possible.items() if count == most)
    if len(best) > 1 and (likely := likely_language(text)) in best:
        return likely
    return "en" if "en" in best else best[0]


@dataclass(frozen=True, slots=True)
class _Found:
    """Days or a time of day, from item ``first`` to before ``after``."""

    first: int
    after: int
    days: Days | None = None
    clock: Clock | None = None
    part: str = ""


class _Reader:
    """One pass over one text."""

    def __init__(self, text: str, now: int, zone: str, words: Dialect) -> None:
        self._text, self._now, self._zone_name = text, now, zone
        self._zone = zone_of(zone)
        self._dialect = words
        self._items: list[Item] = words.items(text)
        self._clause_ends = [match.end() for match in _CLAUSE_END.finditer(text)]
        self._tenses: dict[int, bool] = {}
        self._grammar = DateGrammar(text, self._items, words, local(now, self._zone), self._is_past)

    def dates(self) -> Iterator[NamedDate]:
        """Yield the dates in order."""
        found = self._with_hours(list(islice(self._found(), 2 * MAX_DATES)))
        for each in found:
            try:
                yield self._named(each)
            except (ValueError, OverflowError):  # beyond the calendar's ends
                continue

    def _found(self) -> Iterator[_Found]:
        at = 0
        while at < len(self._items):
            each = self._found_at(at)
            if each is not None:
                yield each
            at = self._next(at, each)

    def _next(self, at: int, found: _Found | None) -> int:
        if found is not None:
            return max(found.after, at + 1)
        if self._items[at].get("repeat") == "alternate":
            # "Every other Friday" names no Friday that anybody could tell.
            return self._grammar.behind(at + 1, "unit", "weekday", "glue")
        return at + 1

    def _found_at(self, at: int) -> _Found | None:
        days = self._grammar.days_at(at) if self._items[at].is_known else None
        if days is not None:
            return self._with_part_and_clock(at, days)
        clock = clock_at(self._items, at)
        if clock is not None:
            part = self._items[clock.after].get("part") if clock.after < len(self._items) else ""
            return _Found(at, clock.after + bool(part), clock=clock, part=part)
        part = self._items[at].get("part")
        if part and (clock := clock_at(self._items, at + 1)):
            return _Found(at, clock.after, clock=clock, part=part)
        return _Found(at, at + 1, part=part) if part else None

    def _with_part_and_clock(self, at: int, days: Days) -> _Found:
        """Take the part of the day and the hour that stand right behind a day, in either order."""
        part, after, clock = days.part, days.after, None
        for _ in range(2):
            place = self._grammar.behind(after, "on", "glue")
            for start in (after, place):
                if not part and start < len(self._items) and self._items[start].get("part"):
                    part, after = self._items[start].get("part"), start + 1
                    break
                if clock is None and (read := clock_at(self._items, start)):
                    clock, after = read, read.after
                    break
        return _Found(at, after, days=days, clock=clock, part=part)

    def _with_hours(self, found: list[_Found]) -> list[_Found]:
        """Give hours that stand alone to the nearest day of their sentence; drop the others."""
        whole: list[_Found] = [each for each in found if each.days]
        for each in found:
            if each.days:
                continue
            near = [at for at, other in enumerate(whole) if self._belongs(each, other)]
            if near:
                best = min(near, key=lambda at: self._distance(each, whole[at]))
                whole[best] = self._joined(whole[best], each)
            elif each.clock and (each.clock.sure or each.part):
                whole.append(replace(each, days=self._today(each)))
        return sorted(whole, key=lambda each: each.first)

    def _joined(self, day: _Found, hour: _Found) -> _Found:
        """Return a day with its hour, and the words of both where they stand side by side."""
        day = replace(day, clock=day.clock or hour.clock, part=day.part or hour.part)
        if self._distance(hour, day) > 1:
            return day
        return replace(day, first=min(day.first, hour.first), after=max(day.after, hour.after))

    def _belongs(self, hour: _Found, day: _Found) -> bool:
        if day.clock or not day.days or day.days.precision != "day" or day.days.exact:
            return False
        first, last = sorted((hour.first, day.first))
        between = self._items[first:last]
        apart = self._distance(hour, day) > _NEARBY_ITEMS
        return not apart and not any(item.text in _SENTENCE_END for item in between)

    def _distance(self, hour: _Found, day: _Found) -> int:
        return max(hour.first - day.after, day.first - hour.after)

    def _today(self, found: _Found) -> Days:
        """Return the day of an hour alone: the next time that clocks show it, or the last."""
        now = self._grammar.now
        clock = found.clock.in_part(found.part, self._dialect) if found.clock else None
        at = now.replace(hour=clock.hour, minute=clock.minute) if clock else now
        past = self._is_past(found.first)
        shift = DAY if at < now and not past else -DAY if at > now and past else timedelta()
        day = now.date() + shift
        return Days(day, day + DAY, found.after)

    def _named(self, found: _Found) -> NamedDate:
        days = found.days
        if days is None:
            raise ValueError(found)
        due = self._due(days, found)
        begin = self._items[found.first].begin
        finish = self._items[found.after - 1].finish
        past = due.end <= self._now or self._is_past(found.first)
        return NamedDate(begin, finish, due, past=past)

    def _due(self, days: Days, found: _Found) -> DueDate:
        recurs = days.recurs or self._recurrence(days)
        if days.exact:
            start = moment(days.exact) // 60_000 * 60_000
            return DueDate(start, start + 3_600_000, "hour", "", self._zone_name)
        start, end = midnight(days.first, self._zone), midnight(days.last, self._zone)
        if days.precision != "day" or days.last - days.first > DAY:
            return DueDate(start, end, days.precision, recurs, self._zone_name)
        if found.clock:
            clock = found.clock.in_part(found.part, self._dialect)
            start = self._at(days, clock.hour, clock.minute)
            return DueDate(start, start + 3_600_000, "hour", recurs, self._zone_name)
        if found.part in self._dialect.hours:
            first, last = self._dialect.hours[found.part]
            start = self._at(days, first)
            end = self._at(days, last) if last < 24 else end  # noqa: PLR2004 - midnight
            return DueDate(start, end, "hour", recurs, self._zone_name)
        return DueDate(start, end, "day", recurs, self._zone_name)

    def _at(self, days: Days, hour: int, minute: int = 0) -> int:
        day = days.first
        return moment(datetime(day.year, day.month, day.day, hour, minute, tzinfo=self._zone))

    def _recurrence(self, days: Days) -> Recurrence:
        """Return "yearly" for a day of a year that has a word for such days beside it."""
        if not days.by_date or days.precision not in {"day", "month"}:
            return ""
        always = any(item.get("repeat") == "always" for item in self._items)
        return "yearly" if always or any(item.get("yearly") for item in self._items) else ""

    def _is_past(self, at: int) -> bool:
        """Return whether the clause around an item speaks of what was."""
        begin = self._items[min(at, len(self._items) - 1)].begin
        clause = bisect_right(self._clause_ends, begin)
        if clause not in self._tenses:
            self._tenses[clause] = bool(self._dialect.past.search(self._clause(clause)))
        return self._tenses[clause]

    def _clause(self, clause: int) -> str:
        """Return a clause by its number; a very short one goes with the next."""
        start = self._clause_ends[clause - 1] if clause else 0
        for end in self._clause_ends[clause:]:
            if len(self._text[start:end].split()) >= _MIN_CLAUSE_WORDS:
                return self._text[start:end]
        return self._text[start:]
