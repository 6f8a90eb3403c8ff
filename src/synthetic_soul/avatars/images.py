"""Pictures from anywhere, decoded and written anew: of the original its pixels alone come through.

Neither metadata, nor the card in a PNG, nor an archive behind a JPEG remains. What a file claims to
be does not count: its first bytes decide, and what is none of ``_KINDS`` (an SVG, say) is refused.
Size is bounded in bytes before anything is read, in pixels before anything is decoded.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_SIDE: Final = 512
"""Pixels of the longer side of what is written."""
MAX_BYTES: Final = 16 << 20
"""Bytes of one picture as it comes."""
MAX_PIXELS: Final = 24_000_000
"""Pixels of one picture as it comes; decoded they take 4 bytes each."""

_KINDS: Final = ("PNG", "JPEG", "WEBP", "GIF")
_WEBP_CANVAS: Final = struct.Struct("<4s4x4s4s4xB3x6s")  # RIFF, WEBP, VP8X, flags, canvas
_QUALITY: Final = 82
_EFFORT: Final = 4  # of 6; the last two take twice the time for 2 % of the bytes
_FAULTS: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    Warning,
    struct.error,
    zlib.error,
)
"""What Pillow's decoders raise for damaged files, by its tests and its fuzzers."""


class BadPicture(Exception):
    """This is no picture that can be shown; the text says why, and quotes nothing of it.

    It ends within this package: whatever is wrong with a picture, the agent is served without it.
    """


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture written anew as WebP, and how many ``pixels`` the original had."""

    webp: bytes
    pixels: int


def to_webp(raw: bytes, *, max_pixels: int = MAX_PIXELS) -> Decoded:
    """Return a picture of at most ``MAX_SIDE`` pixels; of an animation the first frame.

    It takes some 100 ms: call it in a thread. ``BadPicture`` for what is no PNG, JPEG, WebP or GIF,
    is damaged or cut short, or is over a limit.
    """
    if len(raw) > MAX_BYTES:
        raise BadPicture(f"it is larger than {MAX_BYTES >> 20} MiB")
    image, pixels = _opened(raw, min(max_pixels, MAX_PIXELS))
    written = io.BytesIO()
    image.save(written, "WEBP", quality=_QUALITY, method=_EFFORT)
    return Decoded(written.getvalue(), pixels)


def to_png(webp: bytes) -> bytes:
    """Return a picture that ``to_webp`` has written as PNG, for clients that expect one."""
    image, _ = _opened(webp, MAX_SIDE * MAX_SIDE)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _opened(raw: bytes, max_pixels: int) -> tuple["Image", int]:
    """Return the picture upright, small enough and without metadata; and its original pixels."""
    # Its import takes 60 ms, which most commands need not wait for.
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415

    _check_canvas(raw, max_pixels)
    try:
        with Image.open(io.BytesIO(raw), formats=_KINDS) as image:
            pixels = _checked_pixels(image.size, max_pixels)
            image.draft("RGB", (2 * MAX_SIDE, 2 * MAX_SIDE))  # a large JPEG is decoded smaller
            upright = ImageOps.exif_transpose(image)
            mode = "RGBA" if upright.has_transparency_data else "RGB"
            shown = upright.convert(mode)
            shown.thumbnail((MAX_SIDE, MAX_SIDE))
            clean = Image.new(mode, shown.size)  # without what the original carries beside pixels
            clean.paste(shown)
    except UnidentifiedImageError:
        raise BadPicture("it is no PNG, JPEG, WebP or GIF picture") from None
    except Image.DecompressionBombError:
        raise _too_many(max_pixels) from None
    except _FAULTS:
        raise BadPicture("it is damaged or cut short; save it anew") from None
    return clean, pixels


def _check_canvas(raw: bytes, max_pixels: int) -> None:
    """Check the size of an extended WebP: its decoder takes memory for all of it on opening."""
    if len(raw) < _WEBP_CANVAS.size:
        return
    riff, webp, chunk, _, canvas = _WEBP_CANVAS.unpack_from(raw)
    if (riff, webp, chunk) == (b"RIFF", b"WEBP", b"VP8X"):
        sides = (int.from_bytes(canvas[at : at + 3], "little") + 1 for at in (0, 3))
        _checked_pixels((next(sides), next(sides)), max_pixels)


def _checked_pixels(size: tuple[int, int], max_pixels: int) -> int:
    pixels = size[0] * size[1]
    if pixels > max_pixels:
        raise _too_many(max_pixels)
    return pixels


def _too_many(max_pixels: int) -> BadPicture:
    return BadPicture(f"it has more than {max_pixels} pixels")
