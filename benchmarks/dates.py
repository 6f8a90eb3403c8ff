"""Precision and recall of the reader of dates, by language, on sentences it was not tuned on.

    python benchmarks/dates.py [--dateparser] [--faults]

``data/dates.tsv`` holds the sentences. A date counts as found where its start lies in the date
that was meant (for an hour: is that hour); as exact where start, end and recurrence agree.
``--dateparser`` measures ``dateparser`` beside it, if it is installed, in the language of each
sentence; ``--faults`` prints what is wrong.
"""

from __future__ import annotations

import argparse
import importlib
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from synthetic_soul.nlu.calendar.civil_time import (
    DAY,
    HOUR,
    days,
    midnight,
    moment,
    month_of,
    week_of,
    year_of,
    zone_of,
)
from synthetic_soul.nlu.calendar.date_reader import dates_in

SENTENCES: Final = Path(__file__).parent / "data" / "dates.tsv"
ZONE: Final = "Europe/Berlin"
NOW: Final = moment(datetime(2026, 3, 11, 10, tzinfo=zone_of(ZONE)))
Date = tuple[int, int, bool]
"""Start, end (0: unknown), and whether it recurs."""
Reader = Callable[[str, str], list[Date]]


@dataclass
class Score:
    """Counts over the sentences of a language."""

    meant: int = 0
    named: int = 0
    found: int = 0
    exact: int = 0
    faults: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        """Return precision, recall and exactness in percent."""
        precision = 100 * self.found / self.named if self.named else 0
        recall = 100 * self.found / self.meant if self.meant else 0
        exact = 100 * self.exact / self.meant if self.meant else 0
        return f"{name:12} {self.meant:5} {precision:9.1f} {recall:7.1f} {exact:6.1f}"


def sentences() -> Iterator[tuple[str, str, list[Date]]]:
    """Yield language, sentence and the dates it names."""
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            language, sentence, meant = line.split("\t")
            named = [] if meant == "-" else [_date(each) for each in meant.split("; ")]
            yield language, sentence, named


def _date(text: str) -> Date:
    recurs = text.startswith("R/")
    text = text.removeprefix("R/")
    zone = zone_of(ZONE)
    if "T" in text:
        start = moment(datetime.fromisoformat(text).replace(tzinfo=zone))
        return start, start + HOUR, recurs
    if "/" in text:
        first, last = map(date.fromisoformat, text.split("/"))
    elif match := re.fullmatch(r"(\d{4})-W(\d\d)", text):
        first, last = week_of(date.fromisocalendar(int(match[1]), int(match[2]), 1))
    elif len(text) == 4:
        first, last = year_of(date(int(text), 1, 1))
    elif len(text) == 7:
        first, last = month_of(date.fromisoformat(f"{text}-01"))
    else:
        first = date.fromisoformat(text)
        last = first + DAY
    return *days(first, last, zone), recurs


def own(_language: str, sentence: str) -> list[Date]:
    """Read a sentence with the project's reader, which is not told the language."""
    return [(n.due.start, n.due.end, bool(n.due.recurs)) for n in dates_in(sentence, NOW, ZONE)]


def library(language: str, sentence: str) -> list[Date]:
    """Read a sentence with ``dateparser``, which is told the language."""
    found = importlib.import_module("dateparser.search").search_dates(
        sentence,
        languages=[language],
        settings={
            "RELATIVE_BASE": datetime(2026, 3, 11, 10),  # noqa: DTZ001 - the library's convention
            "PREFER_DATES_FROM": "future",
        },
    )
    zone = zone_of(ZONE)
    return [(moment(at.replace(tzinfo=at.tzinfo or zone)), 0, False) for _, at in found or ()]


def _hits(meant: Date, named: Date) -> bool:
    is_hour = meant[1] - meant[0] == HOUR
    if is_hour:
        return named[0] == meant[0]
    # The library puts the hour of speaking into a day without one: the day is what counts.
    day = midnight((datetime.fromtimestamp(named[0] / 1000, zone_of(ZONE))).date(), zone_of(ZONE))
    return meant[0] <= day < meant[1] or meant[0] <= named[0] < meant[1]


def measure(read: Reader) -> tuple[dict[str, Score], list[float]]:
    """Return the scores by language and the time of each sentence in milliseconds."""
    scores: dict[str, Score] = defaultdict(Score)
    times: list[float] = []
    for language, sentence, meant in sentences():
        begun = time.perf_counter()
        named = read(language, sentence)
        times.append((time.perf_counter() - begun) * 1000)
        found = [any(_hits(each, other) for other in named) for each in meant]
        exact = [each in named for each in meant]
        for score in (scores[language], scores["all"]):
            score.meant += len(meant)
            score.named += len(named)
            score.found += sum(found)
            score.exact += sum(exact)
        if not all(found) or len(named) > len(meant):
            shown = [str(timedelta(milliseconds=each[0] - NOW)) for each in named]
            scores["all"].faults.append(f"{language}\t{sentence}\t{shown}")
    return scores, times


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--dateparser", action="store_true")
    parser.add_argument("--faults", action="store_true")
    chosen = parser.parse_args()
    readers: dict[str, Reader] = {"own reader": own}
    if chosen.dateparser:
        readers["dateparser"] = library
    for name, read in readers.items():
        begun = time.perf_counter()
        read("en", "see you on Friday")
        first = (time.perf_counter() - begun) * 1000
        scores, times = measure(read)
        print(f"{name}: first call {first:.0f} ms, then median {statistics.median(times):.2f} ms")
        print("language     dates precision  recall  exact")
        for language in sorted(scores):
            print(scores[language].line(language))
        if chosen.faults:
            print(*scores["all"].faults, sep="\n")


if __name__ == "__main__":
    main()
