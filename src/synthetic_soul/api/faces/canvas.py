"""A small rasteriser: polygons with smooth edges on a transparent square, written as PNG.

A face is a dozen shapes, so this takes the place of an imaging library. Coverage is exact along a
line and sampled across it: each crossing of an edge with a scan line is added to a row of
differences, whose running sum is how much of each pixel is covered.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from math import atan2, ceil, cos, pi, sin

Point = tuple[float, float]
Colour = tuple[int, int, int]
Span = tuple[float, float]

SCANS = 4  # scan lines for each row of pixels
CURVE_STEPS = 12  # straight pieces of a curve
CAP_STEPS = 8  # straight pieces of a line's round end
ELLIPSE_STEPS = 64
MIN_COVER = 0.002  # less of a pixel is not drawn
FULL_COVER = 1 - MIN_COVER
OPAQUE = 255
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Canvas:
    """A square of ``size`` × ``size`` pixels over ``units`` × ``units`` of drawing units."""

    def __init__(self, size: int, units: float) -> None:
        self._size = size
        self._scale = size / units
        self._rows = [bytearray(4 * size) for _ in range(size)]

    def fill(self, outline: Sequence[Point], colour: Colour, opacity: float = 1.0) -> None:
        """Fill a closed outline; where it overlaps itself it is filled, too."""
        crossings = self._crossings(outline)
        for y in sorted({scan // SCANS for scan in crossings}):
            spans = [
                span
                for scan in range(y * SCANS, (y + 1) * SCANS)
                for span in _spans(sorted(crossings.get(scan, ())))
            ]
            self._blend(y, spans, colour, opacity)

    def png(self) -> bytes:
        """Return the picture as PNG with an alpha channel."""
        header = struct.pack(">IIBBBBB", self._size, self._size, 8, 6, 0, 0, 0)
        pixels = b"".join(b"\0" + row for row in self._rows)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b""))
        return PNG_SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)

    def _crossings(self, outline: Sequence[Point]) -> dict[int, list[tuple[float, int]]]:
        """Return by scan line where the outline crosses it, in pixels, and up or down."""
        scale, lines = self._scale, self._size * SCANS
        crossings: dict[int, list[tuple[float, int]]] = {}
        for (x0, y0), (x1, y1) in zip(outline, (*outline[1:], outline[0]), strict=True):
            direction = 1 if y1 > y0 else -1
            top, bottom = sorted((y0 * scale * SCANS, y1 * scale * SCANS))
            for scan in range(max(0, ceil(top - 0.5)), min(lines, ceil(bottom - 0.5))):
                part = ((scan + 0.5) / SCANS / scale - y0) / (y1 - y0)
                x = (x0 + part * (x1 - x0)) * scale
                crossings.setdefault(scan, []).append((x, direction))
        return crossings

    def _blend(self, y: int, spans: list[Span], colour: Colour, opacity: float) -> None:
        """Lay a colour over the pixels of a row that the spans of its scan lines cover."""
        row, solid = self._rows[y], bytes((*colour, OPAQUE))
        within = [
            (min(max(x0, 0.0), self._size), min(max(x1, 0.0), self._size)) for x0, x1 in spans
        ]
        first = int(min((x0 for x0, _ in within), default=0))
        for x, cover in enumerate(_covers(within, first), start=first):
            share = cover * opacity
            if share >= FULL_COVER:
                row[4 * x : 4 * x + 4] = solid
            elif share > MIN_COVER:
                _mix(row, 4 * x, colour, share)


def _covers(spans: list[Span], first: int) -> list[float]:
    """Return how much of each pixel from ``first`` on the spans of a row's scan lines cover."""
    changes = [0.0] * (int(max((x1 for _, x1 in spans), default=0)) - first + 2)
    for span in spans:
        for x, change in zip(span, (1 / SCANS, -1 / SCANS), strict=True):
            pixel = int(x)
            changes[pixel - first] += change * (pixel + 1 - x)
            changes[pixel - first + 1] += change * (x - pixel)
    return list(accumulate(changes[:-1]))


def _mix(row: bytearray, at: int, colour: Colour, share: float) -> None:
    """Lay a colour over the pixel at a place of the row."""
    below = row[at + 3] / OPAQUE * (1 - share)
    alpha = share + below
    for channel, level in enumerate(colour):
        row[at + channel] = round((level * share + row[at + channel] * below) / alpha)
    row[at + 3] = round(OPAQUE * alpha)


def _spans(crossings: Sequence[tuple[float, int]]) -> Iterator[Span]:
    """Yield from where to where a scan line lies inside, by the non-zero rule."""
    winding, start = 0, 0.0
    for x, direction in crossings:
        if winding == 0:
            start = x
        winding += direction
        if winding == 0:
            yield start, x


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def ellipse(centre: Point, rx: float, ry: float, turn: float = 0.0) -> list[Point]:
    """Return the outline of an ellipse, turned clockwise by so many degrees."""
    angle = turn * pi / 180
    steps = [2 * pi * step / ELLIPSE_STEPS for step in range(ELLIPSE_STEPS)]
    return [
        (
            centre[0] + rx * cos(t) * cos(angle) - ry * sin(t) * sin(angle),
            centre[1] + rx * cos(t) * sin(angle) + ry * sin(t) * cos(angle),
        )
        for t in steps
    ]


def curve(start: Point, control: Point, end: Point) -> list[Point]:
    """Return a quadratic Bézier curve as points, both ends included."""
    points: list[Point] = []
    for step in range(CURVE_STEPS + 1):
        t = step / CURVE_STEPS
        weights = ((1 - t) ** 2, 2 * t * (1 - t), t**2)
        x = sum(w * p[0] for w, p in zip(weights, (start, control, end), strict=True))
        y = sum(w * p[1] for w, p in zip(weights, (start, control, end), strict=True))
        points.append((x, y))
    return points


def stroke(line: Sequence[Point], width: float) -> list[Point]:
    """Return the outline of a line of at least two points, of that width, with round ends."""
    radius = width / 2
    angles = [atan2(y1 - y0, x1 - x0) for (x0, y0), (x1, y1) in pairwise(line)]
    directed = list(zip(line, (*angles, angles[-1]), strict=True))
    left = [_beside(point, angle - pi / 2, radius) for point, angle in directed]
    right = [_beside(point, angle + pi / 2, radius) for point, angle in directed]
    turns = [pi * step / CAP_STEPS - pi / 2 for step in range(CAP_STEPS + 1)]
    end = [_beside(line[-1], angles[-1] + turn, radius) for turn in turns]
    start = [_beside(line[0], angles[0] + pi + turn, radius) for turn in turns]
    return [*left, *end, *reversed(right), *start]


def _beside(point: Point, angle: float, distance: float) -> Point:
    return point[0] + distance * cos(angle), point[1] + distance * sin(angle)
