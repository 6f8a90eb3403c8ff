"""Small WebP and JPEG pictures with texts, written for the tests."""

import struct

CHARSET = b"ASCII\0\0\0"
PIXELS = b"\xff\xda\0\x02 pixels \xff\xd9"


def exif(text: bytes, *, charset: bytes = CHARSET, order: str = "<", tag: int = 0x9286) -> bytes:
    """Return EXIF data with a text in the second table, or a description in the first."""
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    body = charset + text
    if tag != 0x9286:
        entry = struct.pack(f"{order}HHII", tag, 2, len(body), 26)
        return head + struct.pack(f"{order}H", 1) + entry + struct.pack(f"{order}I", 0) + body
    pointer = struct.pack(f"{order}HHII", 0x8769, 4, 1, 26)
    inline = body.ljust(4, b"\0") if len(body) <= 4 else struct.pack(f"{order}I", 44)
    comment = struct.pack(f"{order}HHI", tag, 7, len(body)) + inline
    first = struct.pack(f"{order}H", 1) + pointer + struct.pack(f"{order}I", 0)
    return head + first + struct.pack(f"{order}H", 1) + comment + struct.pack(f"{order}I", 0) + body


def webp(*chunks: tuple[bytes, bytes], behind: bytes = b"") -> bytes:
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
        for kind, data in ((b"VP8 ", b"pix"), *chunks)
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body + behind


def jpeg(*segments: tuple[int, bytes], behind: bytes = b"") -> bytes:
    parts = [
        bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data for marker, data in segments
    ]
    return b"\xff\xd8" + b"".join(parts) + PIXELS + behind
