"""Pictures of expressions: the right bytes, types and caching, for known agents alone."""

import struct
import zlib
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest

from synthetic_soul.api.faces.canvas import Canvas, ellipse, stroke
from synthetic_soul.api.faces.face import SIZE, draw_face, features
from synthetic_soul.mind.expression import EXPRESSIONS
from tests.api.conftest import RunningApi, StartApi
from tests.support.sample_souls import sample_soul_file

pytestmark = pytest.mark.anyio

PATH = "/static/expressions"
Pixel = tuple[int, int, int, int]


def pixels(png: bytes) -> list[list[Pixel]]:
    """Decode a PNG as ``Canvas`` writes it, chunk by chunk."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, place = {}, 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, data = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        (crc,) = struct.unpack(">I", png[place + 8 + length : place + 12 + length])
        assert crc == zlib.crc32(kind + data)
        chunks[kind] = data
        place += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, *kinds = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert kinds == [8, 6, 0, 0, 0]
    raw = zlib.decompress(chunks[b"IDAT"])
    rows = [raw[y * (4 * width + 1) :][: 4 * width + 1] for y in range(height)]
    assert all(row[0] == 0 for row in rows)
    return [[tuple(row[1 + 4 * x : 5 + 4 * x]) for x in range(width)] for row in rows]  # type: ignore[misc]  # four each


def area(png: bytes) -> float:
    """How many pixels are covered."""
    return sum(pixel[3] for row in pixels(png) for pixel in row) / 255


@pytest.mark.parametrize("radius", [1.0, 2.0, 7.5])
@pytest.mark.parametrize("centre", [(10.0, 10.0), (9.7, 10.21)])
def test_a_shape_covers_its_area_wherever_it_lies(
    radius: float, centre: tuple[float, float]
) -> None:
    canvas = Canvas(40, 20)
    canvas.fill(ellipse(centre, radius, radius), (9, 8, 7))
    assert area(canvas.png()) == pytest.approx(3.14 * (2 * radius) ** 2, rel=0.03)


def test_what_lies_outside_is_left_out() -> None:
    canvas = Canvas(16, 16)
    canvas.fill(ellipse((0.0, 8.0), 40.0, 40.0), (1, 2, 3))
    canvas.fill(ellipse((90.0, -90.0), 4.0, 4.0), (1, 2, 3))
    assert {pixel for row in pixels(canvas.png()) for pixel in row} == {(1, 2, 3, 255)}


def test_a_line_has_its_width_and_round_ends() -> None:
    canvas = Canvas(40, 40)
    canvas.fill(stroke([(10.0, 20.0), (20.0, 20.0), (30.0, 20.0)], 6.0), (0, 0, 0))
    assert area(canvas.png()) == pytest.approx(20 * 6 + 3.14 * 9, rel=0.02)


def test_a_half_transparent_colour_is_mixed() -> None:
    canvas = Canvas(4, 4)
    whole = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
    canvas.fill(whole, (200, 0, 100))
    canvas.fill(whole, (0, 100, 100), 0.5)
    assert pixels(canvas.png())[2][2] == (100, 50, 100, 255)


def test_there_is_a_face_for_every_expression() -> None:
    assert set(features()) == set(EXPRESSIONS)


def test_faces_can_be_told_apart() -> None:
    drawn = [pixels(draw_face(expression, 0)) for expression in EXPRESSIONS[:8]]
    for one, other in pairwise(drawn):
        differing = sum(
            a != b for row in zip(one, other, strict=True) for a, b in zip(*row, strict=True)
        )
        assert differing > 100
    assert len(set(features().values())) == len(EXPRESSIONS)
    assert drawn[0] != pixels(draw_face(EXPRESSIONS[0], 180))


@pytest.mark.parametrize("agent", ["jasmine", "JASMINE", "Jasmine"])
@pytest.mark.parametrize("extension", ["jpeg", "jpg", "png", "webp"])
async def test_every_extension_gets_the_picture(
    api: RunningApi, agent: str, extension: str
) -> None:
    answer = await api.client().get(f"{PATH}/{agent}/joy_happy.{extension}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "max-age" in answer.headers["cache-control"]
    assert len(pixels(answer.content)) == SIZE


async def test_a_missing_expression_is_neutral(api: RunningApi) -> None:
    who = api.client()
    neutral = (await who.get(f"{PATH}/jasmine/neutral_listening.png")).content
    for name in ("neutral", "happy", "embarrased_shy", "__proto__", "a b", "X" * 64):
        assert (await who.get(f"{PATH}/jasmine/{name}.png")).content == neutral
    assert (await who.get(f"{PATH}/jasmine/sad.png")).content != neutral


async def test_a_picture_is_sent_once(api: RunningApi) -> None:
    who = api.client()
    first = await who.get(f"{PATH}/jasmine/sad.png")
    for known in (first.headers["etag"], f'"other", {first.headers["etag"]}'):
        again = await who.get(f"{PATH}/jasmine/sad.png", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    "path",
    [
        "nobody/neutral.png",
        "jasmine!/neutral.png",
        "%20/neutral.png",
        "jasmine/neutral.gif",
        "jasmine/neutral",
        "jasmine/.png",
        "jasmine/neutral.png.svg",
        "jasmine/faces.json",
        "jasmine/..%2fapp.png",
        "jasmine/..%5capp.png",
        "jasmine/%00.png",
        "jasmine/" + "x" * 65 + ".png",
        "../../static/app.png",
        "%2e%2e/%2e%2e/etc/passwd.png",
        "jasmine/deep/neutral.png",
        "x" * 200 + "/neutral.png",
    ],
)
async def test_nothing_else_is_found(api: RunningApi, path: str) -> None:
    answer = await api.client().get(f"{PATH}/{path}")
    assert answer.status_code == 404
    assert "jasmine" not in answer.text


async def test_a_name_may_be_of_any_letters(start_api: StartApi, tmp_path: Path) -> None:
    file = tmp_path / "ada.soul"
    file.write_bytes(sample_soul_file("Ada Straße/Ⅲ"))
    async with start_api(soul=file) as api:
        who = await api.client().sign_in()
        name = (await who.get("/v1/agents/active")).json()["agent"]["name"]
        shown = name.upper().lower()  # as the first API's page writes it
        assert (shown, name) == ("ada strasse/ⅲ", "Ada Straße/Ⅲ")
        answer = await api.client().get(f"{PATH}/{quote(shown, safe='')}/neutral.jpeg")
        assert answer.status_code == 200


async def test_agents_are_found_by_the_names_of_their_souls(api: RunningApi) -> None:
    who = await api.client().sign_in()
    agents = (await who.get("/v1/agents")).json()["agents"]
    assert len(agents) > 1
    nobody = api.client()
    for agent in agents:
        for name in (agent["name"].lower(), agent["id"]):
            assert (await nobody.get(f"{PATH}/{name}/sad.png")).status_code == 200
