"""The layout of a picture of memories: time from left to right, topics in lanes.

It is deterministic and does not depend on the order in which memories were added.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from soulscript.memory.consolidation import DAY, day
from soulscript.model.memory import Memory
from soulscript.text.display import clipped, one_line, width

_MINUTE: Final = 60_000  # milliseconds
_MONTH: Final = 30 * DAY
_YEAR: Final = 365 * DAY
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_MIN_DATE_DISTANCE: Final = 140.0  # in the picture's units


def date(at: int, unit: int = DAY) -> str:
    """Format a moment in UTC, by default as ``15 Mar 44 BC``.

    ``unit`` (ms) is the precision: a year gives ``2022``, a month ``Mar 2022``, less than a day
    adds the time of day.
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
    """A scale from moments, of which there is at least one, to x between ``left`` and ``right``.

    A place is the mean of a linear scale of time and one of rank, so that empty years do not crowd
    the rest. Equal moments have one place.
    """

    def __init__(self, moments: Iterable[int], left: float, right: float) -> None:
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
        """Return the x of a moment between the first and the last."""
        return _between(self._moments, self._places, at)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yield x and date of the first moment, the last, and round ones between them."""
        first, last = self._moments[0], self._moments[-1]
        ends = DAY if last - first >= 2 * DAY else _MINUTE
        left, right = self._places[0], self._places[-1]
        yield left, date(first, ends)
        previous = left
        count = int((right - left) / _MIN_DATE_DISTANCE)
        for number in range(1, count):
            wanted = left + (right - left) * number / count
            at, unit = self._round(wanted)
            place = self.place(at) if at > first else left
            if previous + _MIN_DATE_DISTANCE <= place <= right - _MIN_DATE_DISTANCE:
                yield place, date(at, unit)
                previous = place
        if last > first:
            yield right, date(last, ends)

    def _round(self, place: float) -> tuple[int, int]:
        """Return a round moment shortly before an x, and its precision (ms)."""
        at, before = (
            int(_between(self._places, self._moments, where))
            for where in (place, max(self._places[0], place - _MIN_DATE_DISTANCE))
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
    """Return the first moment of a moment's month."""
    return at // DAY * DAY - (_parts(at)[2] - 1) * DAY


def _between(known: Sequence[float], wanted: Sequence[float], at: float) -> float:
    """Interpolate linearly between points ``known`` -> ``wanted``, both rising."""
    if len(known) == 1:
        return wanted[0]
    after = min(bisect_right(known, at), len(known) - 1)
    before = after - 1
    part = (at - known[before]) / (known[after] - known[before])
    return wanted[before] + (wanted[after] - wanted[before]) * part


WIDTH: Final = 1280.0
TOP: Final = 92.0  # below the title
MAX_DRAWN: Final = 300  # memories drawn; the most important of more
_LEFT: Final = 44.0
_MAX_LABELLED: Final = 40  # of those, memories with their words beside them
_MAX_LANES: Final = 7  # topics with a lane of their own
_MAX_TOPICS: Final = 24  # topics of one memory that are looked at
_LABEL_COLUMNS: Final = 30  # of one of the two lines of a label
_MAX_CHARS_PER_COLUMN: Final = 16  # characters looked at for each of them
_COLUMN: Final = 6.5  # units that a column of a label takes, about
_LINE: Final = 14.0
_HEAD: Final = 26.0  # of a lane, for its name
_SPACE: Final = 5.0  # around each memory


@dataclass(frozen=True, slots=True)
class Spot:
    """A memory as a circle, with the lines of its label (none where there is no room)."""

    memory: Memory
    x: float
    y: float
    radius: float
    label: tuple[str, ...]
    leftwards: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A band of memories on one topic; ``name`` is empty for those that share none."""

    name: str
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole picture: spots by id in order of time, the lanes, the axis, the lower end (y)."""

    spots: Mapping[str, Spot]
    lanes: tuple[Lane, ...]
    axis: Axis | None
    bottom: float


def lay_out(memories: Iterable[Memory]) -> Layout:
    """Place the most important memories, at most ``MAX_DRAWN``."""
    ranked = sorted(memories, key=lambda m: (-m.importance_score, -m.creation_date, m.id))[
        :MAX_DRAWN
    ]
    if not ranked:
        return Layout({}, (), None, TOP)
    axis = Axis((memory.creation_date for memory in ranked), _LEFT, WIDTH - _LEFT)
    labelled = {memory.id for memory in ranked[:_MAX_LABELLED]}
    spots: dict[str, Spot] = {}
    lanes: list[Lane] = []
    top = TOP
    for name, members in _lanes(ranked):
        swarm = _Swarm()
        for memory in members:
            swarm.place(_spot(memory, axis.place(memory.creation_date), memory.id in labelled))
        height = swarm.height + _HEAD + _SPACE
        for spot in swarm.within(top + _HEAD):
            spots[spot.memory.id] = spot
        lanes.append(Lane(name, top, height))
        top += height
    in_time = sorted(spots.values(), key=lambda spot: (spot.memory.creation_date, spot.memory.id))
    return Layout({spot.memory.id: spot for spot in in_time}, tuple(lanes), axis, top)


def _lanes(ranked: Sequence[Memory]) -> list[tuple[str, list[Memory]]]:
    """Assign each memory to a topic that it shares with others, the most frequent topics first."""
    names: dict[str, str] = {}
    about: defaultdict[str, set[str]] = defaultdict(set)
    for memory in ranked:
        for topic in filter(None, map(one_line, memory.topics[:_MAX_TOPICS])):
            names.setdefault(topic.casefold(), topic)
            about[memory.id].add(topic.casefold())
    remaining = list(ranked)
    lanes: list[tuple[str, list[Memory]]] = []
    while len(lanes) < _MAX_LANES:
        counts = Counter(topic for memory in remaining for topic in about[memory.id])
        widest = min(counts, key=lambda topic: (-counts[topic], topic), default="")
        if counts[widest] < 2:  # noqa: PLR2004 - a topic of one memory is not shared
            break
        lanes.append((names[widest], [m for m in remaining if widest in about[m.id]]))
        remaining = [memory for memory in remaining if widest not in about[memory.id]]
    lanes.sort(key=lambda lane: (min(memory.creation_date for memory in lane[1]), lane[0]))
    return [*lanes, *([("", remaining)] if remaining else [])]


def _spot(memory: Memory, x: float, labelled: bool) -> Spot:  # noqa: FBT001 - it says what it is
    radius = 9 + 6 * memory.importance_score
    label = _label(memory.core_memory) if labelled else ()
    space = max(map(width, label), default=0) * _COLUMN + radius + 2 * _SPACE
    return Spot(memory, x, 0.0, radius, label, leftwards=x + space > WIDTH - _LEFT / 2)


def _label(text: str) -> tuple[str, ...]:
    """Break the beginning of a text into one or two lines."""
    text = one_line(text[: _LABEL_COLUMNS * _MAX_CHARS_PER_COLUMN])
    first = clipped(text, _LABEL_COLUMNS)
    if first == text:
        return (text,)
    # The break is at the end of a word, or within a word that fills the line.
    cut = text.rfind(" ", 0, len(first)) if " " in first else len(first) - 1
    return text[:cut], clipped(text[cut:].lstrip(), _LABEL_COLUMNS)


@dataclass(slots=True)
class _Swarm:
    """The spots of one lane, each as near to its middle as the earlier ones allow (beeswarm)."""

    _spots: list[Spot] = field(default_factory=list)
    _boxes: list[tuple[float, float, float, float]] = field(default_factory=list)

    def place(self, spot: Spot) -> None:
        """Add a spot at the nearest height at which it overlaps no other."""
        label_width = max(map(width, spot.label), default=0) * _COLUMN
        before, after = (label_width, 0.0) if spot.leftwards else (0.0, label_width)
        left = spot.x - spot.radius - before - _SPACE
        right = spot.x + spot.radius + after + _SPACE
        half = max(spot.radius, len(spot.label) * _LINE / 2) + _SPACE
        y = _free(
            sorted(
                (top - half, bottom + half)
                for x0, x1, top, bottom in self._boxes
                if x0 < right and left < x1
            )
        )
        self._boxes.append((left, right, y - half, y + half))
        self._spots.append(Spot(spot.memory, spot.x, y, spot.radius, spot.label, spot.leftwards))

    @property
    def height(self) -> float:
        """The distance from the highest spot to the lowest, labels included."""
        return max(box[3] for box in self._boxes) - min(box[2] for box in self._boxes)

    def within(self, top: float) -> Iterable[Spot]:
        """Yield the spots, moved so that the highest begins at ``top``."""
        down = top - min(box[2] for box in self._boxes)
        for spot in self._spots:
            yield Spot(spot.memory, spot.x, spot.y + down, spot.radius, spot.label, spot.leftwards)


def _free(occupied: Sequence[tuple[float, float]]) -> float:
    """Return the height nearest to 0 that lies within none of the intervals, sorted by begin."""
    merged: list[tuple[float, float]] = []
    for begin, end in occupied:
        if merged and begin < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    for begin, end in merged:
        if begin < 0 < end:
            return begin if -begin < end else end
    return 0.0
