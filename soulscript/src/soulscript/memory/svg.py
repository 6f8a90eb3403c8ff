"""A memory graph as SVG, in light and dark colours: time from left to right, topics in lanes.

Circles are memories: a larger one is more important, blue is pleasant, orange unpleasant, and a
wide ring intense. Lines are connections, dashed stubs those to missing memories. Texts of memories
are escaped, so they cannot hold markup, scripts or links. The layout is deterministic and does not
depend on the order in which memories were added.
"""

import html
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final, Protocol

from soulscript.memory.consolidation import DAY, day
from soulscript.model.memory import Memory
from soulscript.text.display import clipped, one_line, width

_MAX_LINES: Final = 600  # connections drawn; more would cover the picture
_MAX_CLEAR_LINES: Final = 60  # more are drawn with the lower opacity
_CLEAR_OPACITY, _FAINT_OPACITY = 0.55, 0.3
_STUBS: Final = ((-0.55, -0.85), (0.25, -1.0), (-0.95, -0.3))  # directions of one memory's stubs
_MAX_NAMES: Final = 12  # topics and unresolved connections named in a tooltip
_MAX_TITLE_COLUMNS: Final = 400  # columns of a text in a tooltip
_FOOT: Final = 104.0  # below the lanes: the dates, then the legend
# Orange to blue is distinct for people of any colour vision, on white and on black.
_UNPLEASANT, _NEUTRAL, _PLEASANT = (201, 85, 28), (168, 168, 164), (38, 122, 190)
_STYLE: Final = "\n" + (files("soulscript") / "data" / "picture.css").read_text("utf-8")

# -- layout ----------------------------------------------------------------------------------------

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
    for name, members in _assign_lanes(ranked):
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


def _assign_lanes(ranked: Sequence[Memory]) -> list[tuple[str, list[Memory]]]:
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


# -- picture ---------------------------------------------------------------------------------------


class Drawable(Protocol):
    """A memory graph, or anything with the same two members."""

    @property
    def memories(self) -> Mapping[str, Memory]:
        """The memories by id."""

    def get(self, id: str) -> Memory | None:
        """Return the memory of that id or alias; None where there is none."""


def draw(graph: Drawable, *, title: str = "Memories") -> str:
    """Return an SVG document of the memories over time, by topic; equal graphs give equal texts.

    Of more than 300 memories the most important are drawn, and the picture says so.
    """
    memories = graph.memories
    layout = lay_out(memories.values())
    ties = _ties(graph, layout)
    opacity = _CLEAR_OPACITY if len(ties) <= _MAX_CLEAR_LINES else _FAINT_OPACITY
    size = f'width="{WIDTH:.0f}" height="{layout.bottom + _FOOT:.0f}"'
    box = f'viewBox="0 0 {WIDTH:.0f} {layout.bottom + _FOOT:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} {size} role="img">',
        f"<title>{_text(title)}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" {size}/>',
        _words("title", 32, 42, clipped(title, 90)),
        _words("said", 32, 64, _subtitle(graph, layout, ties)),
        *_lanes(layout),
        *_dates(layout),
        f'<g stroke-opacity="{opacity}">',
        *(_tie(layout.spots[a], layout.spots[b]) for a, b in ties[:_MAX_LINES]),
        "</g>",
        *(_memory(spot, _unresolved(graph, spot.memory)) for spot in layout.spots.values()),
        *_legend(layout.bottom + 76),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


# -- texts ---------------------------------------------------------------------------------------


def _ties(graph: Drawable, layout: Layout) -> list[tuple[str, str]]:
    """Return the connections between spots, each once, the most important first."""
    found: dict[tuple[str, str], float] = {}
    for here in (spot.memory for spot in layout.spots.values()):
        for name in here.connections:
            there = graph.get(name)
            if there is not None and there.id in layout.spots and there.id != here.id:
                pair = (min(here.id, there.id), max(here.id, there.id))
                found[pair] = here.importance_score + there.importance_score
    return sorted(found, key=lambda pair: (-found[pair], pair))


def _unresolved(graph: Drawable, memory: Memory) -> list[str]:
    return [name for name in dict.fromkeys(memory.connections) if graph.get(name) is None]


def _subtitle(graph: Drawable, layout: Layout, ties: list[tuple[str, str]]) -> str:
    """Count memories and connections, and those that are not shown."""
    total, shown = len(graph.memories), len(layout.spots)
    if not total:
        return "nothing is remembered yet"
    moments = [spot.memory.creation_date for spot in layout.spots.values()]
    span = " to ".join(dict.fromkeys([date(min(moments)), date(max(moments))]))
    parts = [f"{_counted(total, 'memory', 'memories')}, {span}"]
    if shown < total:
        parts[0] = f"the {shown:,} most important of {total:,} memories, {span}"
    parts.append(_counted(len(ties), "connection", "connections"))
    if len(ties) > _MAX_LINES:
        parts[-1] = f"{_MAX_LINES} of {parts[-1]}"
    missing = sum(len(_unresolved(graph, spot.memory)) for spot in layout.spots.values())
    if missing:
        parts.append(
            f"{_counted(missing, 'connection', 'connections')} to memories that are not here"
        )
    return " · ".join(parts)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _tooltip(memory: Memory, missing: list[str]) -> str:
    signature = memory.emotional_signature
    levels = f"importance {memory.importance_score:g}, valence {signature.valence:g}"
    lines = [
        clipped(memory.core_memory, _MAX_TITLE_COLUMNS),
        date(memory.creation_date),
        f"{levels}, intensity {signature.intensity:g}",
    ]
    if memory.topics:
        lines.append("about " + clipped(", ".join(memory.topics[:_MAX_NAMES]), _MAX_TITLE_COLUMNS))
    if missing:
        names = ", ".join(missing[:_MAX_NAMES])
        lines.append("not here: " + clipped(names, _MAX_TITLE_COLUMNS))
    return "\n".join(lines)


# -- shapes --------------------------------------------------------------------------------------


def _lanes(layout: Layout) -> Iterator[str]:
    for number, lane in enumerate(layout.lanes):
        kind = "other" if number % 2 else "lane"
        yield (
            f'<rect class="{kind}" x="16" y="{lane.top:.1f}" rx="6"'
            f' width="{WIDTH - 32:.1f}" height="{lane.height:.1f}"/>'
        )
        name = lane.name or ("other topics" if len(layout.lanes) > 1 else "")
        yield _words("topic", 32, lane.top + 19, clipped(name, 60))


def _dates(layout: Layout) -> Iterator[str]:
    if layout.axis is None:
        return
    for x, words in layout.axis.ticks():
        yield (
            f'<line class="rule" x1="{x:.1f}" y1="{TOP:.1f}" x2="{x:.1f}"'
            f' y2="{layout.bottom + 8:.1f}"/>'
        )
        anchor = "start" if x < WIDTH / 8 else "end" if x > WIDTH * 7 / 8 else "middle"
        yield _words("date", x, layout.bottom + 24, words, anchor)


def _tie(a: Spot, b: Spot) -> str:
    """Draw a curve with horizontal ends; an arc between memories of one height or time."""
    across, down = abs(a.x - b.x), abs(a.y - b.y)
    start, end = f"M{a.x:.1f} {a.y:.1f}", f"{b.x:.1f} {b.y:.1f}"
    if down < a.radius + b.radius:
        top = min(a.y, b.y) - min(64.0, 16 + across / 12)
        return f'<path class="tie" d="{start}Q{(a.x + b.x) / 2:.1f} {top:.1f} {end}"/>'
    middle = (a.x + b.x) / 2 if across > a.radius + b.radius else a.x - min(32.0, down / 3)
    bend = f"C{middle:.1f} {a.y:.1f} {middle:.1f} {b.y:.1f}"
    return f'<path class="tie" d="{start}{bend} {end}"/>'


def _memory(spot: Spot, missing: list[str]) -> str:
    memory = spot.memory
    colour = _colour(memory.emotional_signature.valence)
    intensity = max(0.0, memory.emotional_signature.intensity)
    at = f'cx="{spot.x:.1f}" cy="{spot.y:.1f}"'
    parts = [f"<g><title>{_text(_tooltip(memory, missing))}</title>", *_stubs(spot, len(missing))]
    if intensity:
        ring = spot.radius + 1 + 2.5 * intensity
        parts.append(
            f'<circle class="ring" {at} r="{ring:.1f}" stroke="{colour}"'
            f' stroke-width="{5 * intensity:.1f}"/>'
        )
    parts.append(f'<circle class="node" {at} r="{spot.radius:.1f}" fill="{colour}"/>')
    offset = spot.radius + 5 + 5 * intensity
    x, anchor = (spot.x - offset, "end") if spot.leftwards else (spot.x + offset, "start")
    y = spot.y + 4 - 7 * (len(spot.label) - 1)
    parts += [_words("label", x, y + 14 * n, line, anchor) for n, line in enumerate(spot.label)]
    return "".join([*parts, "</g>"])


def _stubs(spot: Spot, count: int) -> Iterator[str]:
    for right, down in _STUBS[:count]:
        x, y = spot.x + right * (spot.radius + 16), spot.y + down * (spot.radius + 16)
        yield f'<path class="stub" d="M{spot.x:.1f} {spot.y:.1f}L{x:.1f} {y:.1f}"/>'
        yield f'<circle class="end" cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>'


def _colour(valence: float) -> str:
    end, part = (_PLEASANT, valence) if valence > 0 else (_UNPLEASANT, -valence)
    mixed = (round(n + (e - n) * part) for n, e in zip(_NEUTRAL, end, strict=True))
    return "#" + "".join(f"{one:02x}" for one in mixed)


def _legend(y: float) -> Iterator[str]:
    yield _words("key", 32, y + 4, "less important")
    for number, x in enumerate((134, 154, 182)):
        yield f'<circle cx="{x}" cy="{y:.1f}" r="{3 + 6 * number}" fill="{_colour(0)}"/>'
    yield _words("key", 206, y + 4, "more")
    yield _words("key", 300, y + 4, "unpleasant")
    for number in range(9):
        colour = _colour(number / 4 - 1)
        place = f'x="{372 + 14 * number}" y="{y - 7:.1f}"'
        yield f'<rect {place} width="14" height="14" fill="{colour}"/>'
    yield _words("key", 506, y + 4, "pleasant")
    for x, felt in ((624, 0.3), (656, 1.0)):
        yield (
            f'<circle class="ring" cx="{x}" cy="{y:.1f}" r="{8 + 2.5 * felt:.1f}"'
            f' stroke="{_colour(0)}" stroke-width="{5 * felt:.1f}"/>'
            f'<circle cx="{x}" cy="{y:.1f}" r="7" fill="{_colour(0)}"/>'
        )
    yield _words("key", 678, y + 4, "more strongly felt")
    yield f'<path class="tie" d="M830 {y:.1f}h34"/>'
    yield _words("key", 872, y + 4, "connected")
    yield f'<path class="stub" d="M970 {y:.1f}h24"/>'
    yield f'<circle class="end" cx="996" cy="{y:.1f}" r="2.6"/>'
    yield _words("key", 1008, y + 4, "connected to what is not here")


def _words(kind: str, x: float, y: float, text: str, anchor: str = "start") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_text(text)}</text>'
    )


def _text(text: str) -> str:
    """Escape a text for XML, without unprintable characters."""
    return html.escape("".join(char for char in text if char == "\n" or char.isprintable()))
