"""Time as a line from left to right: where a moment stands, and which dates stand below it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from soulscript.memory.calendar import DAY, day

_MINUTE: Final = 60_000  # milliseconds
_MONTH: Final = 30 * DAY
_YEAR: Final = 365 * DAY
_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_GAP: Final = 140.0  # least distance of two dates, in the picture's units


def date(at: int, unit: int = DAY) -> str:
    """Write a moment as people do, in UTC: ``15 Mar 44 BC``; ``unit`` says how exactly.

    Milliseconds: of a year gives ``2022``, of a month ``Mar 2022``, of less than a day the time
    of day too.
    """
    year, month, of_month = _parts(at)
    written = str(year) if year > 0 else f"{1 - year} BC"
    if unit >= _YEAR:
        return written
    written = f"{_MONTHS[month - 1]} {written}"
    if unit > DAY:
        return written
    written = f"{of_month} {written}"
    minutes = at % DAY // _MINUTE
    return written if unit == DAY else f"{written}, {minutes // 60:02d}:{minutes % 60:02d}"


def _parts(at: int) -> tuple[int, int, int]:
    year, month, of_month = day(at).rsplit("-", 2)
    return int(year), int(month), int(of_month)


class Axis:
    """Moments -> places between ``left`` and ``right``.

    Half by the time that lies between moments and half by their order, so that years in which
    nothing happened do not press the rest into a corner. Equal moments stand in one place.
    """

    def __init__(self, moments: Iterable[int], left: float, right: float) -> None:
        """Take at least one moment."""
        self._moments = sorted(set(moments))
        first, last = self._moments[0], self._moments[-1]
        steps, span = len(self._moments) - 1, last - first
        self._places = [
            left + (right - left) * ((at - first) / span + rank / steps) / 2
            if steps
            else (2 * left + right) / 3
            for rank, at in enumerate(self._moments)
        ]

    def place(self, at: int) -> float:
        """Say where a moment between the first and the last stands."""
        return _between(self._moments, self._places, at)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Give places and dates: the first moment, the last, and round ones between them."""
        first, last = self._moments[0], self._moments[-1]
        ends = DAY if last - first >= 2 * DAY else _MINUTE
        left, right = self._places[0], self._places[-1]
        yield left, date(first, ends)
        taken = left
        count = int((right - left) / _GAP)
        for number in range(1, count):
            wanted = left + (right - left) * number / count
            at, unit = self._round(wanted)
            place = self.place(at) if at > first else left
            if taken + _GAP <= place <= right - _GAP:
                yield place, date(at, unit)
                taken = place
        if last > first:
            yield right, date(last, ends)

    def _round(self, place: float) -> tuple[int, int]:
        """Give a round moment shortly before a place, and how exact it is."""
        at, before = (
            int(_between(self._places, self._moments, where))
            for where in (place, max(self._places[0], place - _GAP))
        )
        if at - before > 2 * _YEAR:
            for _ in range(_parts(at)[1] - 1):
                at = _month(at) - DAY
            return _month(at), _YEAR
        if at - before > 2 * _MONTH:
            return _month(at), _MONTH
        unit = DAY if at - before > DAY // 4 else _MINUTE
        return at // unit * unit, unit


def _month(at: int) -> int:
    """Give the first moment of a moment's month."""
    return at // DAY * DAY - (_parts(at)[2] - 1) * DAY


def _between(known: Sequence[float], wanted: Sequence[float], at: float) -> float:
    """Read off a line through points: ``known`` -> ``wanted``, both rising."""
    if len(known) == 1:
        return wanted[0]
    after = min(bisect_right(known, at), len(known) - 1)
    before = after - 1
    part = (at - known[before]) / (known[after] - known[before])
    return wanted[before] + (wanted[after] - wanted[before]) * part
