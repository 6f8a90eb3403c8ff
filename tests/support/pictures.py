"""Pictures for tests, made here, and what a picture shows."""

import io
import struct
import zlib

from PIL import Image

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 60), (40, 60, 200), (255, 255, 255)
Colour = tuple[int, int, int]
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def picture(
    colour: Colour = RED, kind: str = "PNG", size: tuple[int, int] = (64, 96), **options: object
) -> bytes:
    """Return a picture of one colour."""
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, kind, **options)
    return written.getvalue()


def opened(raw: bytes) -> Image.Image:
    """Return a picture that any viewer could open, decoded."""
    image = Image.open(io.BytesIO(raw))
    image.load()
    return image


def shows(raw: bytes, colour: Colour) -> bool:
    """Return whether the middle of a picture has about this colour."""
    image = opened(raw).convert("RGB")
    seen = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(seen, tuple)
    return all(abs(one - other) < 24 for one, other in zip(seen, colour, strict=True))


def chunk(kind: bytes, body: bytes) -> bytes:
    """Return a chunk of a PNG."""
    crc = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + crc


def with_chunk(png: bytes, kind: bytes, body: bytes) -> bytes:
    """Return a PNG with one more chunk behind its header."""
    header = len(SIGNATURE) + 25
    return png[:header] + chunk(kind, body) + png[header:]


def png_of_size(width: int, height: int) -> bytes:
    """Return a PNG that says to have this size and holds a little of it."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def webp_of_canvas(width: int, height: int) -> bytes:
    """Return the beginning of an animated WebP with a canvas of this size."""
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + sides
    return b"RIFF" + struct.pack("<I", len(body)) + body


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert("hunter2")</script></svg>'
HTML = b"<!doctype html><script>alert('hunter2')</script>"


def hostile() -> dict[str, bytes]:
    """Return files that are no pictures to show, by what they are."""
    png, jpeg, webp = picture(), picture(kind="JPEG"), picture(kind="WEBP", size=(300, 300))
    return {
        "nothing": b"",
        "a script": SVG,
        "a page": HTML,
        "a script behind a PNG's signature": SIGNATURE + SVG,
        "a script behind a GIF's signature": b"GIF89a" + SVG,
        "a document": b"%PDF-1.7\n" + bytes(99),
        "half a PNG": png[: len(png) // 2],
        "half a JPEG": jpeg[: len(jpeg) // 2],
        "half a WebP": webp[: len(webp) // 2],
        "a PNG of 3.6 gigapixels": png_of_size(60_000, 60_000),
        "a PNG of 30 megapixels": png_of_size(6_000, 5_000),
        "a PNG without pixels": png_of_size(0, 7),
        "a WebP of 268 megapixels": webp_of_canvas(16_383, 16_383),
        "text that grows to 200 MB": with_chunk(
            png, b"zTXt", b"chara\0\0" + zlib.compress(bytes(200_000_000), 9)
        ),
        "a profile that grows to 200 MB": with_chunk(
            png, b"iCCP", b"x\0\0" + zlib.compress(bytes(200_000_000), 9)
        ),
        "wrong checksums": png.replace(b"IDAT", b"IDAU"),
        "more than 16 MiB": png + bytes(16 << 20),
    }
