"""The texts that a picture carries: in EXIF, XMP, comments, and behind its end.

EXIF is a TIFF file without pixels (CIPA DC-008); WebP is a RIFF file of chunks, JPEG (ISO/IEC
10918-1) a list of segments. Pixels are never decoded, and nothing is read beyond the bytes given.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final, Literal

JPEG: Final = b"\xff\xd8\xff"
"""The first bytes of a JPEG picture."""
_MAX_PIECES: Final = 2_000  # chunks, segments or tags that are looked at
EXIF_HEAD: Final = b"Exif\0\0"
"""What stands before EXIF data in JPEG."""
_XMP_HEAD: Final = b"http://ns.adobe.com/xap/1.0/\0"
_APP1, _COMMENT, _SCAN, _END = 0xE1, 0xFE, 0xDA, 0xD9  # markers of JPEG
_SIZE_BYTES: Final = 2  # in a segment of JPEG
_JPEG_END: Final = b"\xff\xd9"
_MAX_TEXTS: Final = 4  # of EXIF data that are looked at
_EXIF_TABLE: Final = 0x8769  # tag of the table that holds the user comment
_USER_COMMENT: Final = 0x9286
_DESCRIPTION: Final = 0x010E
_TAGS: Final = frozenset({_USER_COMMENT, _DESCRIPTION, _EXIF_TABLE})
_TYPE_BYTES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1}  # of one value; other types hold no text
_INLINE_BYTES: Final = 4  # of a value that stands in its entry
_CHARSET_BYTES: Final = 8  # before the text of a user comment
_CHARSETS: Final = (b"ASCII\0\0\0", b"JIS\0\0\0\0\0", b"\0" * _CHARSET_BYTES)
_UNICODE: Final = b"UNICODE\0"
_XMP_TEXT: Final = re.compile(
    rb"\b(?:chara|ccv3|UserComment)(?:\s*=\s*\"([^\"]+)\"|[^<>]{0,200}>"
    rb"\s*(?:<rdf:\w+>\s*<rdf:li[^<>]{0,200}>)?([^<]+)<)"
)


def is_webp(raw: bytes) -> bool:
    """Return whether bytes are a WebP picture."""
    return raw[:4] == b"RIFF" and raw[8:12] == b"WEBP"


def texts(raw: bytes) -> Iterator[bytes]:
    """Yield each text that a JPEG or WebP picture carries, as UTF-8 where it is well-formed."""
    yield from _webp_texts(raw) if is_webp(raw) else _jpeg_texts(raw)


def _webp_texts(raw: bytes) -> Iterator[bytes]:
    start = 12
    for _ in range(_MAX_PIECES):
        kind, size = raw[start : start + 4], int.from_bytes(raw[start + 4 : start + 8], "little")
        data = raw[start + 8 : start + 8 + size] if kind in {b"EXIF", b"XMP "} else b""
        if kind == b"EXIF":
            yield from exif_texts(data.removeprefix(EXIF_HEAD))
        elif kind == b"XMP ":
            yield from _xmp_texts(data)
        start += 8 + size + size % 2
        if start >= len(raw):
            return
        if start >= 8 + int.from_bytes(raw[4:8], "little"):
            yield raw[start:]
            return


def _jpeg_texts(raw: bytes) -> Iterator[bytes]:
    start = 2
    for _ in range(_MAX_PIECES):
        marker, size = raw[start + 1 : start + 2], int.from_bytes(raw[start + 2 : start + 4], "big")
        # The size counts itself, so a smaller one is none; behind the scan come the pixels.
        if raw[start : start + 1] != b"\xff" or size < _SIZE_BYTES or marker[0] in (_SCAN, _END):
            break
        data = raw[start + 4 : start + 2 + size]
        if marker[0] == _APP1 and data.startswith(EXIF_HEAD):
            yield from exif_texts(data.removeprefix(EXIF_HEAD))
        elif marker[0] == _APP1 and data.startswith(_XMP_HEAD):
            yield from _xmp_texts(data)
        elif marker[0] == _COMMENT:
            yield data
        start += 2 + size
    # No byte of UTF-8 is 0xFF, so the last mark of an end is that of the picture.
    yield raw[raw.rfind(_JPEG_END) + 2 :]


def _xmp_texts(data: bytes) -> Iterator[bytes]:
    for match in _XMP_TEXT.finditer(data):
        yield unescape((match[1] or match[2]).decode("utf-8", "replace")).strip().encode()


# -- EXIF ------------------------------------------------------------------------------------------


def exif_texts(tiff: bytes) -> Iterator[bytes]:
    """Yield the user comment and the description of EXIF data, without its six-byte head."""
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"
    tables = [int.from_bytes(tiff[4:8], order)]
    seen = 0
    # The user comment stands in the second table, to which the first one points.
    for table in tables:
        count = int.from_bytes(tiff[table : table + 2], order)
        for index in range(min(count, _MAX_PIECES)):
            at = table + 2 + 12 * index
            tag, kind = (int.from_bytes(tiff[at + n : at + n + 2], order) for n in (0, 2))
            if tag not in _TAGS or seen == _MAX_TEXTS:
                continue
            value = _value(tiff, at, kind, order)
            if tag == _EXIF_TABLE and len(tables) == 1:
                tables.append(int.from_bytes(value, order))
            elif tag != _EXIF_TABLE and value:
                seen += 1  # many entries may point to the same megabytes
                yield _comment(value, order) if tag == _USER_COMMENT else value.rstrip(b"\0")


def _value(tiff: bytes, at: int, kind: int, order: Literal["little", "big"]) -> bytes:
    """Return the bytes of an entry's value: those in the entry itself, or where it points."""
    size = _TYPE_BYTES.get(kind, 0) * int.from_bytes(tiff[at + 4 : at + 8], order)
    start = at + 8 if size <= _INLINE_BYTES else int.from_bytes(tiff[at + 8 : at + 12], order)
    return tiff[start : start + size]


def _comment(value: bytes, order: Literal["little", "big"]) -> bytes:
    charset, text = value[:_CHARSET_BYTES], value[_CHARSET_BYTES:]
    if charset == _UNICODE and b"\0" in text:  # some tools write UTF-8 under this name
        codec = "utf-16-le" if order == "little" else "utf-16-be"
        return text.decode(codec, "replace").strip("\0 ").encode("utf-8", "replace")
    return (text if charset in (*_CHARSETS, _UNICODE) else value).strip(b"\0 ")
