"""Cards in JPEG and WebP pictures, which are only read, and what all pictures with cards share.

SillyTavern's WebP cards have the card in the user comment of EXIF: as JSON, as base64 of it, or as
its bytes in decimal numbers with commas. Others have it in XMP or behind the end of the picture.
"""

import base64
import binascii
import re
from dataclasses import replace
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotASoulError, NotJsonError, whole_text
from soulscript.formats.base import Import, Source
from soulscript.formats.cards import exif, faraday
from soulscript.formats.cards.card import card_soul, is_card, read_card
from soulscript.formats.sources import DEFAULT_EXPRESSION, image_files, images_of
from soulscript.jsontext.parser import parse_noting
from soulscript.model.soul import AVATAR, Soul
from soulscript.report import Note, Report
from soulscript.text.analysis import folded

_NAME: Final = "card-picture"
_DEFAULT_STEM: Final = "picture"
_NOT_IN_NAME = re.compile(r"[^a-z0-9]+")
_SPACES: Final = b" \t\r\n\v\f"
_NUMBERS: Final = re.compile(rb"\s*[0-9]{1,3}(?:\s*,\s*[0-9]{1,3})+\s*")
_MIN_CARD_CHARS: Final = 8  # of a text that can be a card in base64


def detect(source: Source) -> bool:
    """Detect a JPEG or WebP picture, also one without a card."""
    raw = source.single or b""
    return raw.startswith(exif.JPEG) or exif.is_webp(raw)


def decode(source: Source) -> Import:
    """Read the card in a JPEG or WebP picture; the picture becomes an asset and the avatar.

    Raises ``NotASoulError`` for a picture without a card.
    """
    raw = source.single or b""
    kind = "WebP" if exif.is_webp(raw) else "JPEG"
    for text in exif.texts(raw):
        try:
            document, problems = parse_noting(json_text(text, source.name), source=source.name)
        except NotJsonError:
            continue
        if is_card(document) or faraday.is_character(document):
            imported = with_picture(document, raw, source.name, kind.lower())
            kept = {faraday.NAME: faraday.NAME}
            return replace(
                imported,
                format=kept.get(imported.format, _NAME),
                problems=(*imported.problems, *problems),
            )
    message = f"this is a {kind} picture without a character card"
    mend = "bring the PNG, WebP or JPEG picture that the card came in, or its JSON or CHARX"
    raise NotASoulError([whole_text("not_a_card", message, mend, source.name)])


def json_text(text: bytes, source: str) -> bytes:
    """Return the JSON in a text of a picture; raises ``NotJsonError`` where there is none.

    It may be in base64, with broken lines or without padding, or in decimal numbers.
    """
    if text.lstrip()[:1] == b"{":
        return text
    if _NUMBERS.fullmatch(text):
        return bytes(int(number) & 0xFF for number in text.split(b","))
    bare = text.translate(None, _SPACES).rstrip(b"=")
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except binascii.Error as error:
        message, mend = "the card is not in base64", "save it anew"
        raise NotJsonError([whole_text("bad_base64", message, mend, source)]) from error


def with_picture(
    document: JsonValue, raw: bytes, source: str, extension: str, format: str = "card"
) -> Import:
    """Read the document that a picture holds; the picture becomes an asset and the avatar.

    ``format`` is that of a card; a character of Faraday has its own.
    """
    if faraday.is_character(document):
        imported = faraday.read(document, source)
    else:
        imported = read_card(document, format, source)
    soul, image = with_image(imported.soul or card_soul(imported), extension)
    note = Note("kept", "", AVATAR, "the picture itself")
    report = Report((*imported.report, note))
    return replace(imported, soul=soul, assets={image: raw}, report=report)


def with_image(soul: Soul, extension: str) -> tuple[Soul, str]:
    """Return the soul with the image in its avatar, and the name of the image there.

    The name is derived from the soul, not from the file: equal cards give equal souls.
    """
    if files := image_files(soul):
        return soul, files[0]
    stem = _NOT_IN_NAME.sub("-", folded(soul.name)).strip("-") or _DEFAULT_STEM
    name = f"{stem}.{extension}"
    images = images_of(soul)
    expression = "picture" if DEFAULT_EXPRESSION in images else DEFAULT_EXPRESSION
    avatar = {"default": expression, "images": {**images, expression: name}}
    # A valid soul stays one, so nothing has to be validated again.
    return soul.model_copy(update={AVATAR: avatar}), name
