"""The face of an expression, drawn as the page draws it, from the same numbers.

The numbers stand in ``web/static/faces.json``: one row for each expression, with what differs from
a face at rest. ``face.js`` says what each means. Colours are those of ``style.css`` by day.
"""

import json
from colorsys import hls_to_rgb
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from synthetic_soul.api.faces.canvas import Canvas, Colour, Point, curve, ellipse, stroke

SIZE = 256  # pixels
UNITS = 100.0
NEUTRAL = "neutral_listening"
LINE = 3.2
DARK: Colour = (0x33, 0x20, 0x2A)
MOUTH: Colour = (0x7A, 0x27, 0x40)
TEAR: Colour = (0x4D, 0x93, 0xD6)
WHITE: Colour = (255, 255, 255)
MIN_OPEN_EYE = 0.2
MIN_OPEN_MOUTH = 0.02


class Features(NamedTuple):
    """What moves in a face; ``face.js`` has the ranges."""

    mouth: float
    open: float
    brow: float
    tilt: float
    eyes: float
    look: float
    blush: float
    tear: float
    wink: float


@cache
def features() -> dict[str, Features]:
    """Return the features of every expression."""
    path = files("synthetic_soul") / "web" / "static" / "faces.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    return {
        expression: Features(**{**table["rest"], **row})
        for expression, row in table["expressions"].items()
    }


def draw_face(expression: str, hue: int) -> bytes:
    """Return the PNG of an expression in a hue of 0 to 359 degrees."""
    face = features()[expression]
    canvas = Canvas(SIZE, UNITS)
    centre = (50.0, 50.0)
    canvas.fill(ellipse(centre, 46.75, 46.75), _hsl(hue, 0.45, 0.70))
    canvas.fill(ellipse(centre, 45.25, 45.25), _hsl(hue, 0.78, 0.84))
    canvas.fill(ellipse((37.0, 22.0), 18.0, 9.0, turn=-24.0), WHITE, 0.45)
    for x in (23.0, 77.0):
        canvas.fill(ellipse((x, 62.0), 8.0, 5.5), _hsl(348, 0.80, 0.66), 0.75 * face.blush)
    _draw_eye(canvas, 34.0, -1, face)
    _draw_eye(canvas, 66.0, 1, face)
    _draw_mouth(canvas, face)
    tear = [*curve((28, 58), (22, 67), (28, 71)), *curve((28, 71), (34, 67), (28, 58))]
    canvas.fill(tear, TEAR, face.tear)
    return canvas.png()


def _draw_eye(canvas: Canvas, x: float, side: int, face: Features) -> None:
    """Draw an eye and its brow; ``side`` is -1 left, 1 right."""
    lift, slope = 34 - 5 * face.brow, 4 * face.tilt * side
    _draw_line(canvas, curve((x - 8, lift - slope), (x, lift - 3), (x + 8, lift + slope)))
    is_open = face.eyes * (1 - face.wink) if side > 0 else face.eyes
    if is_open < MIN_OPEN_EYE:
        _draw_line(canvas, curve((x - 7, 48), (x, 54), (x + 7, 48)))
        return
    pupil = x + 4 * face.look
    canvas.fill(ellipse((pupil, 49), 5.2, 2 + 6 * is_open), DARK)
    canvas.fill(ellipse((pupil + 1.8, 47.5 - 2 * is_open), 1.7, 1.7), WHITE)


def _draw_mouth(canvas: Canvas, face: Features) -> None:
    bend, half = 12 * face.mouth, 11 + 3 * abs(face.mouth)
    height = 70 - bend / 3
    left, right = (50 - half, height), (50 + half, height)
    upper = curve(left, (50, height + bend), right)
    lower = curve(right, (50, height + bend + 22 * face.open), left)
    if face.open > MIN_OPEN_MOUTH:
        canvas.fill([*upper, *lower], MOUTH)
    _draw_line(canvas, upper)
    _draw_line(canvas, lower)


def _draw_line(canvas: Canvas, line: list[Point]) -> None:
    canvas.fill(stroke(line, LINE), DARK)


def _hsl(hue: int, saturation: float, lightness: float) -> Colour:
    red, green, blue = hls_to_rgb(hue / 360, lightness, saturation)
    return round(255 * red), round(255 * green), round(255 * blue)
