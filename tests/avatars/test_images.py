"""Pictures are decoded and written anew: small, upright, and without anything but their pixels."""

import io
import resource
import time

import pytest
from PIL import Image

from synthetic_soul.avatars.images import MAX_PIXELS, MAX_SIDE, BadPicture, to_png, to_webp
from tests.support.pictures import (
    BLUE,
    GREEN,
    HTML,
    RED,
    hostile,
    opened,
    picture,
    shows,
    with_chunk,
)

HOSTILE = hostile()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_each_kind_becomes_a_small_webp(kind: str) -> None:
    found = to_webp(picture(GREEN, kind, size=(1500, 1000)))
    image = opened(found.webp)
    assert (image.format, image.size) == ("WEBP", (MAX_SIDE, 341))
    assert found.pixels == 1_500_000
    assert shows(found.webp, GREEN)


def test_a_small_picture_is_not_made_larger() -> None:
    assert opened(to_webp(picture(size=(7, 3))).webp).size == (7, 3)


def test_transparency_stays_and_odd_modes_are_read() -> None:
    for mode in ("RGBA", "LA", "P", "1", "L", "I;16", "CMYK", "PA"):
        written = io.BytesIO()
        made = Image.new("RGBA", (8, 8), (0, 0, 0, 0)) if mode == "PA" else Image.new(mode, (8, 8))
        kind = "JPEG" if mode == "CMYK" else "PNG"
        (made.quantize() if mode == "PA" else made).save(written, kind)
        image = opened(to_webp(written.getvalue()).webp)
        assert image.mode == ("RGBA" if mode in {"RGBA", "LA", "PA"} else "RGB"), mode


def test_png_is_for_clients_that_expect_it() -> None:
    png = to_png(to_webp(picture(BLUE)).webp)
    assert opened(png).format == "PNG"
    assert shows(png, BLUE)


def test_of_an_animation_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, GREEN, BLUE)]
    for kind in ("GIF", "WEBP", "PNG"):
        written = io.BytesIO()
        frames[0].save(written, kind, save_all=True, append_images=frames[1:], duration=50)
        image = opened(to_webp(written.getvalue()).webp)
        assert getattr(image, "n_frames", 1) == 1
        assert shows(to_webp(written.getvalue()).webp, RED)


def test_a_photo_that_was_held_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(to_webp(picture(kind="JPEG", size=(40, 20), exif=exif)).webp).size == (20, 40)


def test_nothing_but_the_pixels_comes_through() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at hunter2 street"
    png = with_chunk(picture(), b"tEXt", b"chara\0hunter2")
    for raw in (
        png + HTML,
        with_chunk(png, b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0hunter2"),
        picture(kind="JPEG", exif=exif, comment=b"hunter2") + HTML,
        picture(kind="WEBP", exif=exif, xmp=b"hunter2"),
        picture(kind="GIF", comment=b"hunter2") + HTML,
    ):
        assert b"hunter2" in raw
        webp = to_webp(raw).webp
        for body in (webp, to_png(webp)):
            assert b"hunter2" not in body
            assert b"script" not in body
            assert not opened(body).getexif()
            assert not {"comment", "exif", "xmp", "icc_profile", "chara"} & opened(body).info.keys()


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_shown_is_refused_soon_and_in_little_memory(raw: bytes) -> None:
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(BadPicture) as refused:
        to_webp(raw)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert time.monotonic() - start < 2
    assert grown < 64 << 10, "kilobytes"
    assert "hunter2" not in str(refused.value)


def test_the_limit_of_pixels_is_named() -> None:
    with pytest.raises(BadPicture, match=f"more than {MAX_PIXELS} pixels"):
        to_webp(HOSTILE["a PNG of 30 megapixels"])
    with pytest.raises(BadPicture, match="more than 99 pixels"):
        to_webp(picture(size=(10, 10)), max_pixels=99)


def test_any_damage_is_refused_or_makes_another_picture() -> None:
    for kind in ("PNG", "JPEG", "WEBP", "GIF"):
        raw = picture(kind=kind, size=(40, 40))
        for place in range(len(raw)):
            damaged = raw[:place] + bytes([raw[place] ^ 0xFF]) + raw[place + 1 :]
            try:
                image = opened(to_webp(damaged).webp)
            except BadPicture:
                continue
            assert max(image.size) <= MAX_SIDE
