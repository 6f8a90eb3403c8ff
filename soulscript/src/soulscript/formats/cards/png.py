"""Character cards in PNG images: text chunks ``chara`` (V2) and ``ccv3`` (V3), base64 of JSON.

The container is that of the PNG specification (ISO/IEC 15948): a signature, then chunks of length,
type, data and CRC, the last one IEND. Pixels are never decoded.
"""

import base64
import binascii
import json
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from soulscript.errors import NotASoulError, NotJsonError, Problem, UnreadableError, whole_text
from soulscript.formats.base import Export, Import, Source
from soulscript.formats.cards.card import (
    CARD_FORMATS,
    LATEST,
    card_soul,
    original_version,
    read_card,
    write_card,
)
from soulscript.formats.cards.card_reader import to_soul
from soulscript.formats.round_trip import original_of
from soulscript.formats.sources import DEFAULT_EXPRESSION, image_files, images_of
from soulscript.jsontext.parser import JsonObject, parse
from soulscript.model.soul import AVATAR, Soul
from soulscript.report import Note, Report
from soulscript.text.analysis import folded

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_FRAME_BYTES: Final = 12  # of a chunk besides its data: length, type, CRC
_KEYWORDS: Final = (b"ccv3", b"chara")  # by precedence: V3 is the more complete one
_MAX_CHUNKS: Final = 50_000
_MAX_TEXT_BYTES: Final = 4 << 20  # of a card in base64, decompressed
_DEFAULT_STEM: Final = "picture"
_WIDTH, _HEIGHT = 400, 600  # pixels of a plain image
_NOT_IN_NAME = re.compile(r"[^a-z0-9]+")
_SPACE = re.compile(rb"\s+")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk: its type, its data, all its bytes, and whether its CRC is right."""

    kind: bytes
    data: bytes
    raw: bytes
    is_sound: bool


def chunks(raw: bytes, source: str) -> Iterator[Chunk]:
    """Yield the chunks up to IEND. Raises ``UnreadableError`` where the file ends before."""
    if not raw.startswith(_SIGNATURE):
        raise _unreadable("this is no PNG picture", "bring one", source)
    start = len(_SIGNATURE)
    for _ in range(_MAX_CHUNKS):
        end = start + _FRAME_BYTES + int.from_bytes(raw[start : start + 4], "big")
        if end > len(raw) or start + _FRAME_BYTES > len(raw):
            raise _unreadable("a piece of the picture is cut off", "fetch it anew", source)
        kind, data = raw[start + 4 : start + 8], raw[start + 8 : end - 4]
        crc = int.from_bytes(raw[end - 4 : end], "big")
        yield Chunk(kind, data, raw[start:end], zlib.crc32(raw[start + 4 : end - 4]) == crc)
        if kind == b"IEND":
            return
        start = end
    raise _unreadable(f"the picture has more than {_MAX_CHUNKS} pieces", "save it anew", source)


# -- reading ---------------------------------------------------------------------------------------


def detect(source: Source) -> bool:
    """Detect a PNG file."""
    return (source.single or b"").startswith(_SIGNATURE)


def decode(source: Source) -> Import:
    """Read the card in an image; the image itself becomes an asset and the avatar."""
    raw = source.single or b""
    texts: dict[bytes, bytes] = {}
    problems: list[Problem] = []
    for chunk in chunks(raw, source.name):
        keyword = _keyword(chunk)
        if keyword in _KEYWORDS:
            texts.setdefault(keyword, _text(chunk, source.name))
        if not chunk.is_sound:
            problems.append(_warning("bad_crc", f"the CRC of {chunk.kind!r} is wrong", source.name))
    document = _document(texts, problems, source.name)
    imported = read_card(document, "card-png", source.name)
    soul, image = _with_image(card_soul(imported))
    return replace(
        imported,
        soul=soul,
        problems=(*imported.problems, *problems),
        assets={image: raw},
        report=Report((*imported.report, Note("kept", "", AVATAR, "the picture itself"))),
    )


def _with_image(soul: Soul) -> tuple[Soul, str]:
    """Return the soul with the image in its avatar, and the name of the image there.

    The name is derived from the soul, not from the file: equal cards give equal souls.
    """
    if files := image_files(soul):
        return soul, files[0]
    name = (_NOT_IN_NAME.sub("-", folded(soul.name)).strip("-") or _DEFAULT_STEM) + ".png"
    images = images_of(soul)
    expression = "picture" if DEFAULT_EXPRESSION in images else DEFAULT_EXPRESSION
    avatar = {"default": expression, "images": {**images, expression: name}}
    return Soul.model_validate(soul.dump() | {AVATAR: avatar}), name


def _document(texts: dict[bytes, bytes], problems: list[Problem], source: str) -> object:
    """Parse the first readable card by precedence; faults of those before it are warnings."""
    keywords = [keyword for keyword in _KEYWORDS if keyword in texts]
    for keyword in keywords:
        try:
            return parse(_decode_base64(texts[keyword], source), source=source)
        except NotJsonError as error:
            if keyword == keywords[-1]:
                raise
            message = f"{keyword.decode()}: {error.problems[0].message}"
            problems.append(_warning("bad_card", message, source))
    message, mend = "this picture carries no character card", "bring one that does, or its JSON"
    raise NotASoulError([whole_text("not_a_card", message, mend, source)])


def _keyword(chunk: Chunk) -> bytes:
    if chunk.kind not in {b"tEXt", b"zTXt", b"iTXt"}:
        return b""
    return chunk.data[:80].partition(b"\0")[0].lower()


def _text(chunk: Chunk, source: str) -> bytes:
    """Return the text of a tEXt, zTXt or iTXt chunk, decompressed up to the limit."""
    rest = chunk.data.partition(b"\0")[2]
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


def _decode_base64(text: bytes, source: str) -> bytes:
    # Some tools wrap lines, some leave out the padding, and some write plain JSON.
    if text.lstrip()[:1] == b"{":
        return text
    bare = _SPACE.sub(b"", text).rstrip(b"=")
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except binascii.Error as error:
        message, mend = "the card is not in base64", "save it anew"
        raise NotJsonError([whole_text("bad_base64", message, mend, source)]) from error


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
    others = [chunk.raw for chunk in present if _keyword(chunk) not in _KEYWORDS]
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
    reread, _ = _with_image(Soul.model_validate(to_soul(original)[0]))
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
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


def _warning(code: str, message: str, source: str) -> Problem:
    return replace(whole_text(code, message, "save the picture anew", source), severity="warning")


def _unreadable(message: str, mend: str, source: str) -> UnreadableError:
    return UnreadableError([whole_text("bad_picture", message, mend, source)])
