"""Character cards in PNG pictures: text chunks ``chara`` (V2) and ``ccv3`` (V3), base64 of JSON.

The container is that of the PNG specification (ISO/IEC 15948): chunks with length, type and CRC.
Pixels are never decoded.
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
from soulscript.formats.base import Export, Import, JsonObject, Source
from soulscript.formats.cards.card import LATEST, card_from, card_with, own_version, soul_in
from soulscript.formats.cards.card_reader import soul_of
from soulscript.formats.cards.card_writer import FAMILY
from soulscript.formats.images import AVATAR, DEFAULT, files_of, images_of
from soulscript.formats.round_trip import origin_of
from soulscript.jsontext.parser import parse
from soulscript.model.soul import Soul
from soulscript.report import Note, Report
from soulscript.text.analysis import folded

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
KEYS: Final = (b"ccv3", b"chara")  # in the order in which they are looked for
_MOST_CHUNKS: Final = 50_000
_LONGEST_TEXT: Final = 4 << 20  # bytes of a card in base64, unpacked
_UNNAMED: Final = "picture"
_NO_NAME = re.compile(r"[^a-z0-9]+")
_SPACE = re.compile(rb"\s+")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a PNG file: its type, what it holds, all its bytes, whether the CRC is right."""

    kind: bytes
    body: bytes
    whole: bytes
    sound: bool


def chunks(raw: bytes, source: str) -> Iterator[Chunk]:
    """Go through the chunks up to IEND; ``UnreadableError`` where the file ends before."""
    if not raw.startswith(SIGNATURE):
        raise _unreadable("this is no PNG picture", "bring one", source)
    at = len(SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        length = int.from_bytes(raw[at : at + 4], "big")
        end = at + 12 + length
        if end > len(raw) or at + 12 > len(raw):
            raise _unreadable("a piece of the picture is cut off", "fetch it anew", source)
        kind, body = raw[at + 4 : at + 8], raw[at + 8 : end - 4]
        sound = zlib.crc32(raw[at + 4 : end - 4]) == int.from_bytes(raw[end - 4 : end], "big")
        yield Chunk(kind, body, raw[at:end], sound)
        if kind == b"IEND":
            return
        at = end
    raise _unreadable(f"the picture has more than {_MOST_CHUNKS} pieces", "save it anew", source)


def sees(source: Source) -> bool:
    """Whether it is a PNG file."""
    return (source.single or b"").startswith(SIGNATURE)


def reads(source: Source) -> Import:
    """Read the card in a picture; the picture itself becomes an asset and the avatar."""
    raw = source.single or b""
    found: dict[bytes, bytes] = {}
    problems: list[Problem] = []
    for chunk in chunks(raw, source.name):
        key = _key(chunk)
        if key in KEYS:
            found.setdefault(key, _text(chunk, source.name))
        if not chunk.sound:
            problems.append(_warning("bad_crc", f"the CRC of {chunk.kind!r} is wrong", source.name))
    document = _document(found, problems, source.name)
    read = card_from(document, "card-png", source.name)
    soul, shown = _shown_by(soul_in(read))
    return replace(
        read,
        soul=soul,
        problems=(*read.problems, *problems),
        assets={shown: raw},
        report=Report((*read.report, Note("kept", "", AVATAR, "the picture itself"))),
    )


def _shown_by(soul: Soul) -> tuple[Soul, str]:
    """Let the picture show the soul, under the name that the soul has for it, else its own.

    What the file is called is no part of who somebody is.
    """
    if files := files_of(soul):
        return soul, files[0]
    name = (_NO_NAME.sub("-", folded(soul.name)).strip("-") or _UNNAMED) + ".png"
    images = images_of(soul)
    expression = DEFAULT if DEFAULT not in images else "picture"
    document = soul.dump()
    document[AVATAR] = {"default": expression, "images": {**images, expression: name}}
    return Soul.model_validate(document), name


def _document(found: dict[bytes, bytes], problems: list[Problem], source: str) -> object:
    """Read the first card that can be read; what is wrong with one before it is a warning."""
    for place, (key, text) in enumerate(
        sorted(found.items(), key=lambda pair: KEYS.index(pair[0]))
    ):
        try:
            return parse(_decoded(text, source), source=source)
        except NotJsonError as error:
            if place + 1 == len(found):
                raise
            problems.append(
                _warning("bad_card", f"{key.decode()}: {error.problems[0].message}", source)
            )
    message, mend = "this picture carries no character card", "bring one that does, or its JSON"
    raise NotASoulError([whole_text("not_a_card", message, mend, source)])


def _key(chunk: Chunk) -> bytes:
    if chunk.kind not in {b"tEXt", b"zTXt", b"iTXt"}:
        return b""
    return chunk.body[:80].partition(b"\0")[0].lower()


def _text(chunk: Chunk, source: str) -> bytes:
    """Give the text of a tEXt, zTXt or iTXt chunk, unpacked within limits."""
    rest = chunk.body.partition(b"\0")[2]
    packed = chunk.kind == b"zTXt"
    if chunk.kind == b"zTXt":
        rest = rest[1:]  # the method of compression, of which there is one
    elif chunk.kind == b"iTXt":
        packed = rest[:1] == b"\1"
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]  # language, translated keyword
    if packed:
        try:
            rest = zlib.decompressobj().decompress(rest, _LONGEST_TEXT + 1)
        except zlib.error as error:
            raise _unreadable(
                "the card in it cannot be unpacked", "save it anew", source
            ) from error
    if len(rest) > _LONGEST_TEXT:
        raise _unreadable(f"the card has over {_LONGEST_TEXT} bytes", "make it smaller", source)
    return rest


def _decoded(text: bytes, source: str) -> bytes:
    """Decode base64, with line breaks or without padding; plain JSON is taken as it is."""
    if text.lstrip()[:1] == b"{":
        return text
    bare = _SPACE.sub(b"", text).rstrip(b"=")
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except binascii.Error as error:
        message, mend = "the card is not in base64", "save it anew"
        raise NotJsonError([whole_text("bad_base64", message, mend, source)]) from error


# -- writing ---------------------------------------------------------------------------------------


def writes(what: Import, stem: str) -> Export:
    """Write a soul into its picture; one that has none gets a plain one.

    A card of V1 or V2 goes back alone. Any other is written twice, as V2 and V3: not every tool
    looks for V3.
    """
    soul = soul_in(what)
    picture, notes = _picture(soul, what)
    beside = _held_by_the_picture(soul)
    version = own_version(soul)
    card, report = card_with(what, min(version, 2), beside)
    cards = [(b"chara", card)]
    if version == LATEST:
        latest, report = card_with(what, LATEST, beside)
        cards.append((b"ccv3", latest))
    return Export({f"{stem}.png": with_cards(picture, cards, stem)}, report + notes)


def with_cards(picture: bytes, cards: list[tuple[bytes, JsonObject]], source: str) -> bytes:
    """Put cards into a picture, in the place of those it has; all else stays byte for byte."""
    kept = [chunk for chunk in chunks(picture, source) if _key(chunk) not in KEYS]
    texts = []
    for key, card in cards:
        text = json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode()
        texts.append(_chunk(b"tEXt", key + b"\0" + base64.b64encode(text)))
    rest = picture[len(SIGNATURE) + sum(len(c.whole) for c in chunks(picture, source)) :]
    body = [chunk.whole for chunk in kept]
    return b"".join([SIGNATURE, *body[:-1], *texts, body[-1], rest])


def _picture(soul: Soul, what: Import) -> tuple[bytes, Report]:
    """Give the soul's own picture, and what becomes of the others."""
    names = [name for name in files_of(soul) if name in what.assets]
    names += [name for name in what.assets if name not in names]
    fit = next((name for name in names if what.assets[name].startswith(SIGNATURE)), None)
    if names and fit is None:
        message = f"{names[0]} is no PNG picture, and no other can hold a card here"
        mend = "save it as PNG, or write the card as JSON or CHARX"
        raise NotASoulError([whole_text("not_a_png", message, mend, names[0])])
    if fit is None:
        note = Note("defaulted", "", AVATAR, "the soul brings no picture, so a plain one was drawn")
        return drawn(soul), Report((note,))
    message = "a picture holds one picture alone; write CHARX to keep them all"
    lost = tuple(Note("dropped", name, "", message) for name in names if name != fit)
    return what.assets[fit], Report((Note("kept", fit, "", "the picture that holds it"), *lost))


def _held_by_the_picture(soul: Soul) -> frozenset[str]:
    """Say whether the avatar is no more than the picture itself, as a reading would find it."""
    origin, files = origin_of(soul, FAMILY), files_of(soul)
    if origin is None or not files:
        return frozenset()
    again, _ = _shown_by(Soul.model_validate(soul_of(origin)[0]))
    return frozenset({AVATAR}) if images_of(again) == images_of(soul) else frozenset()


def drawn(soul: Soul, width: int = 400, height: int = 600) -> bytes:
    """Draw a plain picture: a calm colour going over into another, both from the soul's digest."""
    seed = bytes.fromhex(soul.digest)
    above, below = ([96 + part % 96 for part in seed[at : at + 3]] for at in (0, 3))
    rows = bytearray()
    for row in range(height):
        colour = (a + (b - a) * row // (height - 1) for a, b in zip(above, below, strict=True))
        rows += b"\0" + bytes(colour) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(rows), 9)
    pieces = [(b"IHDR", head), (b"IDAT", pixels), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in pieces)


def _chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


def _warning(code: str, message: str, source: str) -> Problem:
    return replace(whole_text(code, message, "save the picture anew", source), severity="warning")


def _unreadable(message: str, mend: str, source: str) -> UnreadableError:
    return UnreadableError([whole_text("bad_picture", message, mend, source)])
