"""A memory graph as SVG, in light and dark colours.

Circles are memories: a larger one is more important, blue is pleasant, orange unpleasant, and a
wide ring intense. Lines are connections, dashed stubs those to missing memories. Texts of memories
are escaped, so they cannot hold markup, scripts or links.
"""

import html
from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from soulscript.drawing.layout import TOP, WIDTH, Layout, Spot, date, lay_out
from soulscript.model.memory import Memory
from soulscript.text.display import clipped

_MAX_LINES: Final = 600  # connections drawn; more would cover the picture
_MAX_CLEAR_LINES: Final = 60  # more are drawn with the lower opacity
_CLEAR_OPACITY, _FAINT_OPACITY = 0.55, 0.3
_STUBS: Final = ((-0.55, -0.85), (0.25, -1.0), (-0.95, -0.3))  # directions of one memory's stubs
_MAX_NAMES: Final = 12  # topics and unresolved connections named in a tooltip
_MAX_TITLE_COLUMNS: Final = 400  # columns of a text in a tooltip
_FOOT: Final = 104.0  # below the lanes: the dates, then the legend
# Orange to blue is distinct for people of any colour vision, on white and on black.
_UNPLEASANT, _NEUTRAL, _PLEASANT = (201, 85, 28), (168, 168, 164), (38, 122, 190)
_STYLE: Final = """
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:#23262b}
.ground{fill:#fcfcfa}.lane{fill:#f1f1ed}.other{fill:#fcfcfa}
.title{font-size:21px;font-weight:600}.said,.date,.key{font-size:12px;fill:#5d636c}
.topic{font-size:12px;font-weight:600;fill:#5d636c;letter-spacing:.03em}
.label{font-size:12px;paint-order:stroke;stroke:#fcfcfa;stroke-width:3px;stroke-linejoin:round}
.tie{fill:none;stroke:#6b7280;stroke-width:1.3}
.stub{fill:none;stroke:#6b7280;stroke-width:1.3;stroke-dasharray:2.5 2.5}
.end{fill:#fcfcfa;stroke:#6b7280;stroke-width:1.2}
.rule{stroke:#6b7280;stroke-opacity:.22;stroke-width:1}
.ring{fill:none;stroke-opacity:.55}.node{stroke:#fcfcfa;stroke-width:1.2}
@media (prefers-color-scheme:dark){
text{fill:#e6e7ea}.ground,.other{fill:#15171b}.lane{fill:#1d2026}
.said,.date,.key,.topic{fill:#a3a9b3}.label,.node{stroke:#15171b}.end{fill:#15171b}
.tie,.stub,.end,.rule{stroke:#9aa2ae}}
"""


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
