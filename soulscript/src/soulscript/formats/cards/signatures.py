"""What a file of no known format looks like, so that its refusal can say what would be taken."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pydantic import JsonValue

from soulscript.jsontext.parser import is_utf16

_MAX_LOOKED_AT: Final = 4_096  # bytes, of a text
_MAX_KEYS: Final = 6  # of an object that are named
_MAX_KEY_CHARS: Final = 30
_PICTURE: Final = "bring the PNG, WebP or JPEG picture that the card came in, or its JSON"
_PAGE: Final = "download the file itself, not the page that shows it"
_TEXT_FORM: Final = "save its text as SOUL.md, or the character as JSON"
_ARCHIVE: Final = (
    "bring a CHARX, BYAF or VOXPKG archive, or unpack it and name the file of the character"
)
_NONE: Final = "bring a soul, a character card (PNG, WebP, JPEG, JSON, CHARX) or another known file"
_MAGIC: Final = (  # first bytes, what it is, what would be taken
    (b"GIF8", "a GIF picture, which carries no character card", _PICTURE),
    (b"BM", "a BMP picture, which carries no character card", _PICTURE),
    (b"II*\0", "a TIFF picture, which carries no character card", _PICTURE),
    (b"MM\0*", "a TIFF picture, which carries no character card", _PICTURE),
    (b"%PDF-", "a PDF document", _TEXT_FORM),
    (b"\xd0\xcf\x11\xe0", "an old document of Word or Excel", _TEXT_FORM),
    (b"Rar!\x1a\7", "a RAR archive", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _ARCHIVE),
    (b"\x1f\x8b", "a gzip archive", _ARCHIVE),
    (b"PK\5\6", "a ZIP archive with nothing in it", _ARCHIVE),
    (b"SQLite format 3\0", "an SQLite database", _NONE),
    (b"ID3", "an MP3 recording", _NONE),
    (b"OggS", "an Ogg recording", _NONE),
    (b"RIFF", "a WAV or AVI recording", _NONE),
)
_BRANDS: Final = {b"avif": "an AVIF picture", b"heic": "a HEIC picture", b"mif1": "a HEIF picture"}
_IN_ZIP: Final = (  # how a name in an archive begins, what the archive is
    ("word/", "a Word document"),
    ("xl/", "an Excel table"),
    ("ppt/", "a PowerPoint document"),
    ("META-INF/container.xml", "an EPUB book"),
)
_HTML: Final = re.compile(
    rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_XML: Final = re.compile(rb"\s*<(?:\?xml|svg)\b")
_YAML_LINE: Final = re.compile(r"(?:- )?[\w .'\"-]{1,60}:(?: .*)?")
_MIN_YAML_LINES: Final = 2
_MIN_UTF16_CHARS: Final = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file looks like ("a GIF picture"), and what would be taken in its place."""

    name: str
    mend: str


_MARKUP: Final = ((_HTML, Kind("a page of HTML", _PAGE)), (_XML, Kind("an XML document", _NONE)))


def kind_of(raw: bytes, document: JsonValue = None) -> Kind | None:
    """Return what a file looks like, PNG, WebP, JPEG and ZIP aside; None where nothing tells.

    ``document`` is the value of a file that is JSON.
    """
    if isinstance(document, dict):
        keys = ", ".join(key[:_MAX_KEY_CHARS] for key in islice(document, _MAX_KEYS)) or "none"
        return Kind(f"JSON of another kind; its first keys are: {keys}", _NONE)
    if document is not None:
        return Kind("JSON, but no object", _NONE)
    if not raw.strip(b"\xef\xbb\xbf \t\r\n"):
        return Kind("an empty file", "bring the file anew: it may not have been saved")
    return _magic_kind(raw) or _text_kind(raw[:_MAX_LOOKED_AT])


def _magic_kind(raw: bytes) -> Kind | None:
    if raw[4:8] == b"ftyp":
        name = _BRANDS.get(raw[8:12])
        return Kind(f"{name}, which is not read", _PICTURE) if name else Kind("a video", _NONE)
    kinds = (Kind(name, mend) for magic, name, mend in _MAGIC if raw.startswith(magic))
    return next(kinds, None)


def zip_kind(names: Iterable[str]) -> Kind:
    """Return what a ZIP archive with these names is, one of no character."""
    names = tuple(names)
    for start, name in _IN_ZIP:
        if any(entry.startswith(start) for entry in names):
            return Kind(name, _TEXT_FORM)
    return Kind("a ZIP archive without a character", _ARCHIVE)


def _text_kind(head: bytes) -> Kind | None:
    if is_utf16(head):
        return Kind("text in UTF-16 with faults", "save it as UTF-8")
    if b"\0" in head:
        return _utf16_kind(head)
    for pattern, kind in _MARKUP:
        if pattern.match(head):
            return kind
    text = head.decode("utf-8-sig", "replace")
    if "\ufffd" in text[:-1]:  # the last character may be cut in two
        return None
    lines = [line for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith((" ", "\t", "#", "---"))]
    if len(lines) >= _MIN_YAML_LINES and all(map(_YAML_LINE.fullmatch, lines[:-1])):
        return Kind("YAML", "save the character as JSON")
    return Kind("plain text", _TEXT_FORM)


def _utf16_kind(head: bytes) -> Kind | None:
    """Tell UTF-16 by NUL as every other byte, as ASCII has it there; None for anything else."""
    few, many = sorted((head[0::2].count(0), head[1::2].count(0)))
    if many > max(len(head) // 4, _MIN_UTF16_CHARS) and few * 8 < many:
        return Kind("text in UTF-16 without its mark", "save it as UTF-8")
    return None
