"""Character cards in PNG images: text chunks ``chara`` (V2) and ``ccv3`` (V3), base64 of JSON.

The container is that of the PNG specification (ISO/IEC 15948): a signature, then chunks of length,
type, data and CRC, the last one IEND. Pixels are never decoded.
"""

import base64
import binascii
import json
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotASoulError, NotJsonError, Problem, UnreadableError, whole_text
from soulscript.formats.base import Export, Import, Source
from soulscript.formats.cards.card import (
    CARD_FORMATS,
    LATEST,
    card_soul,
    original_version,
    write_card,
)
from soulscript.formats.cards.card_reader import to_soul
from soulscript.formats.cards.exif import EXIF_HEAD, exif_texts
from soulscript.formats.cards.picture_cards import json_text, with_image, with_picture
from soulscript.formats.round_trip import original_of
from soulscript.formats.sources import image_files, images_of
from soulscript.jsontext.parser import JsonObject, parse_noting
from soulscript.model.soul import AVATAR, Soul
from soulscript.report import Note, Report

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_FRAME_BYTES: Final = 12  # of a chunk besides its data: length, type, CRC
_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_KEYWORDS: Final = (b"ccv3", b"chara")  # by precedence: V3 is the more complete one
_EXIF: Final = b"eXIf"
_EXIF_PROFILES: Final = frozenset({b"raw profile type exif", b"raw profile type app1"})
_MAX_CHUNKS: Final = 50_000
_MAX_TEXT_BYTES: Final = 24 << 20  # of a card in base64, decompressed
_WIDTH, _HEIGHT = 400, 600  # pixels of a plain image


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of a picture, from ``start`` up to ``end``; its parts are cut out on demand."""

    kind: bytes
    picture: bytes
    start: int
    end: int

    @property
    def raw(self) -> bytes:
        """All bytes of the chunk."""
        return self.picture[self.start : self.end]

    @property
    def body(self) -> bytes:
        """What the chunk holds."""
        return self.picture[self.start + 8 : self.end - 4]

    @property
    def keyword(self) -> bytes:
        """The keyword of a text in lower case; empty for any other chunk."""
        if self.kind not in _TEXTS:
            return b""
        at = self.start + 8
        return self.picture[at : min(at + 80, self.end - 4)].partition(b"\0")[0].lower()

    @property
    def is_sound(self) -> bool:
        """Whether the CRC is right."""
        checked = memoryview(self.picture)[self.start + 4 : self.end - 4]
        return zlib.crc32(checked) == int.from_bytes(self.picture[self.end - 4 : self.end], "big")


def chunks(raw: bytes, source: str) -> Iterator[Chunk]:
    """Yield the chunks up to IEND. Raises ``UnreadableError`` where the file ends before."""
    if not raw.startswith(_SIGNATURE):
        raise _unreadable("this is no PNG picture", "bring one", source)
    start = len(_SIGNATURE)
    for _ in range(_MAX_CHUNKS):
        end = start + _FRAME_BYTES + int.from_bytes(raw[start : start + 4], "big")
        if end > len(raw) or start + _FRAME_BYTES > len(raw):
            raise _unreadable("a piece of the picture is cut off", "fetch it anew", source)
        chunk = Chunk(raw[start + 4 : start + 8], raw, start, end)
        yield chunk
        if chunk.kind == b"IEND":
            return
        start = end
    raise _unreadable(f"the picture has more than {_MAX_CHUNKS} pieces", "save it anew", source)


# -- reading ---------------------------------------------------------------------------------------


def detect(source: Source) -> bool:
    """Detect a PNG file."""
    return (source.single or b"").startswith(_SIGNATURE)


def decode(source: Source) -> Import:
    """Read the card in an image; the image itself becomes an asset and the avatar.

    Beside the cards in texts there are those that Faraday writes into EXIF.
    """
    raw = source.single or b""
    texts: dict[bytes, bytes] = {}
    problems: list[Problem] = []
    for chunk in chunks(raw, source.name):
        keyword = chunk.keyword
        if keyword in texts:
            continue  # the first of a kind counts; unpacking all could take long
        if keyword in _KEYWORDS:
            texts[keyword] = _text(chunk, source.name)
            if not chunk.is_sound:
                message = f"the CRC of {chunk.kind!r} is wrong"
                problems.append(_warning("bad_crc", message, source.name))
        elif keyword in _EXIF_PROFILES:
            texts[keyword] = _from_profile(_text(chunk, source.name))
        elif chunk.kind == _EXIF:
            texts[_EXIF] = chunk.body
    document = _document(texts, problems, source.name)
    imported = with_picture(document, raw, source.name, "png", "card-png")
    return replace(imported, problems=(*imported.problems, *problems))


def _document(texts: dict[bytes, bytes], problems: list[Problem], source: str) -> JsonValue:
    """Parse the first readable card by precedence; faults of those before it are warnings."""
    keywords = [keyword for keyword in _KEYWORDS if keyword in texts]
    for keyword in keywords:
        try:
            return _parsed(texts[keyword], problems, source)
        except NotJsonError as error:
            if keyword == keywords[-1]:
                raise
            message = f"{keyword.decode()}: {error.problems[0].message}"
            problems.append(_warning("bad_card", message, source))
    for text_chunk in texts.values():
        for text in exif_texts(text_chunk):
            with suppress(NotJsonError):  # a comment of a camera
                return _parsed(text, problems, source)
    message = "this PNG picture carries no character card"
    mend = "bring the picture that the card came in, or its JSON"
    raise NotASoulError([whole_text("not_a_card", message, mend, source)])


def _parsed(text: bytes, problems: list[Problem], source: str) -> JsonValue:
    document, warnings = parse_noting(json_text(text, source), source=source)
    problems += warnings
    return document


def _from_profile(text: bytes) -> bytes:
    """Return the bytes of a profile that is written as its name, its size and hexadecimal."""
    _, _, rest = text.strip().partition(b"\n")
    _, _, digits = rest.strip().partition(b"\n")
    try:
        return binascii.unhexlify(digits.translate(None, b"\r\n ")).removeprefix(EXIF_HEAD)
    except binascii.Error:
        return b""


def _text(chunk: Chunk, source: str) -> bytes:
    """Return the text of a tEXt, zTXt or iTXt chunk, decompressed up to the limit."""
    rest = chunk.body.partition(b"\0")[2]
    compressed = chunk.kind == b"zTXt"
    if chunk.kind == b"zTXt":
        rest = rest[1:]  # the compression method; the specification has only one
    elif chunk.kind == b"iTXt":
        compressed = rest[:1] == b"\1"
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]  # language, translated keyword
    if compressed:
        try:
            rest = zlib.decompressobj().decompress(rest, _MAX_TEXT_BYTES + 1)
        except zlib.error as error:
            message = "the card in it cannot be unpacked"
            raise _unreadable(message, "save it anew", source) from error
    if len(rest) > _MAX_TEXT_BYTES:
        raise _unreadable(f"the card has over {_MAX_TEXT_BYTES} bytes", "make it smaller", source)
    return rest


# -- writing ---------------------------------------------------------------------------------------


def encode(imported: Import, stem: str) -> Export:
    """Write a soul into its image, or into a plain one if it has none.

    A card of V1 or V2 is written alone, any other as V2 and as V3: not every tool reads V3.
    """
    soul = card_soul(imported)
    image, notes = _image(soul, imported)
    external = _external_keys(soul)
    version = original_version(soul)
    card, report = write_card(imported, min(version, 2), external)
    cards = [(b"chara", card)]
    if version == LATEST:
        latest, report = write_card(imported, LATEST, external)
        cards.append((b"ccv3", latest))
    return Export({f"{stem}.png": with_cards(image, cards, stem)}, report + notes)


def with_cards(image: bytes, cards: list[tuple[bytes, JsonObject]], source: str) -> bytes:
    """Replace the cards in an image; all other bytes stay, also those behind IEND."""
    present = list(chunks(image, source))
    others = [chunk.raw for chunk in present if chunk.keyword not in _KEYWORDS]
    texts = []
    for keyword, card in cards:
        text = json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode()
        texts.append(_chunk(b"tEXt", keyword + b"\0" + base64.b64encode(text)))
    tail = image[len(_SIGNATURE) + sum(len(chunk.raw) for chunk in present) :]
    # IHDR must be the first chunk and IEND the last; text chunks may stand anywhere between.
    return b"".join([_SIGNATURE, *others[:-1], *texts, others[-1], tail])


def _image(soul: Soul, imported: Import) -> tuple[bytes, Report]:
    """Return the PNG that is to hold the card, and notes on it and on the other images."""
    assets = imported.assets
    names = [name for name in image_files(soul) if name in assets]
    names += [name for name in assets if name not in names]
    chosen = next((name for name in names if assets[name].startswith(_SIGNATURE)), None)
    if names and chosen is None:
        message = f"{names[0]} is no PNG picture, and no other can hold a card here"
        mend = "save it as PNG, or write the card as JSON or CHARX"
        raise NotASoulError([whole_text("not_a_png", message, mend, names[0])])
    if chosen is None:
        note = Note("defaulted", "", AVATAR, "the soul brings no picture, so a plain one was drawn")
        return _plain_image(soul), Report((note,))
    message = "a picture holds one picture alone; write CHARX to keep them all"
    dropped = tuple(Note("dropped", name, "", message) for name in names if name != chosen)
    kept = Note("kept", chosen, "", "the picture that holds it")
    return assets[chosen], Report((kept, *dropped))


def _external_keys(soul: Soul) -> frozenset[str]:
    """Return the avatar's key if reading the image alone would give the soul's avatar."""
    original = original_of(soul, CARD_FORMATS)
    if original is None or not image_files(soul):
        return frozenset()
    reread, _ = with_image(Soul.model_validate(to_soul(original)[0]), "png")
    return frozenset({AVATAR}) if images_of(reread) == images_of(soul) else frozenset()


def _plain_image(soul: Soul) -> bytes:
    """Draw a gradient between two soft colours that are derived from the soul's digest."""
    seed = bytes.fromhex(soul.digest)
    top, bottom = ([96 + byte % 96 for byte in seed[start : start + 3]] for start in (0, 3))
    rows = bytearray()
    for row in range(_HEIGHT):
        colour = (a + (b - a) * row // (_HEIGHT - 1) for a, b in zip(top, bottom, strict=True))
        rows += b"\0" + bytes(colour) * _WIDTH
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)  # 8 bits, RGB
    pixels = zlib.compress(bytes(rows), 9)
    parts = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


def _warning(code: str, message: str, source: str) -> Problem:
    return replace(whole_text(code, message, "save the picture anew", source), severity="warning")


def _unreadable(message: str, mend: str, source: str) -> UnreadableError:
    return UnreadableError([whole_text("bad_picture", message, mend, source)])
