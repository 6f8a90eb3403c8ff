"""Character cards as JSON: V1, V2 and V3, as SillyTavern and others read and write them.

The layouts are those of the public specifications of character cards V2 and V3. A card goes back
in the version that it came in; what it has no field for is carried under ``soul:soul``, in V2 and
V3 among ``data.extensions``.
"""

from typing import Final

from soulscript.errors import NotASoulError, whole_text
from soulscript.formats.base import Export, Import, JsonObject, Source
from soulscript.formats.cards.card_reader import V1_FIELDS, soul_of, version_of
from soulscript.formats.cards.card_writer import FAMILY, as_version, card_of, with_echoes
from soulscript.formats.round_trip import (
    Codec,
    document_from,
    origin_of,
    soul_from,
    text_of,
    with_memories,
)
from soulscript.jsontext.parser import parse
from soulscript.model.soul import Soul
from soulscript.report import Note, Report

LATEST: Final = 3
_ENOUGH: Final = 4  # of V1's six fields make a card of an object that names no specification


def shape(version: int, beside: frozenset[str] = frozenset(), *, packed: bool = False) -> Codec:
    """Give the shape of a version's cards; a packed one lies in an archive with its pictures."""
    return Codec(
        names=FAMILY,
        soul_of=soul_of,
        document_of=lambda soul: card_of(soul, version, packed=packed),
        place=() if version == 1 else ("data", "extensions"),
        base=lambda card: as_version(card, version),
        beside=beside,
    )


def is_card(document: object) -> bool:
    """Whether a JSON value is a character card of any version."""
    if not isinstance(document, dict):
        return False
    if isinstance(document.get("data"), dict):
        return str(document.get("spec")).startswith("chara_card")
    if not isinstance(document.get("name", ""), str) or "bio" in document:
        return False
    there = sum(key in document for key in V1_FIELDS)
    return there >= _ENOUGH or (there > 1 and "first_mes" in document)


def sees(source: Source) -> bool:
    """Whether it is a card as JSON."""
    return is_card(source.document)


def reads(source: Source) -> Import:
    """Read a card of any version."""
    return card_from(parse(source.single or b"", source=source.name), "card", source.name)


def card_from(document: object, format: str, source: str) -> Import:
    """Make a soul of a card's document; ``NotASoulError`` where it is none."""
    if not isinstance(document, dict) or not is_card(document):
        message, mend = "this is no character card", "write spec and data, as V2 and V3 have them"
        raise NotASoulError([whole_text("not_a_card", message, mend, source)])
    own = shape(version_of(document), packed=format == "charx")
    return soul_from(own, document, format=format, source=source)


def own_version(soul: Soul) -> int:
    """Give the version of the card that a soul came from, the latest for any other soul."""
    origin = origin_of(soul, FAMILY)
    return LATEST if origin is None else version_of(origin)


def card_with(
    what: Import, version: int | None = None, beside: frozenset[str] = frozenset()
) -> tuple[JsonObject, Report]:
    """Write what was read as a card's document; by default in the version that it came in."""
    soul = soul_in(what)
    return _card(soul, shape(version or own_version(soul), beside))


def packed_card(what: Import) -> tuple[JsonObject, Report]:
    """Write what was read as the document of a card that lies in an archive with its pictures.

    It is of the latest version, but for one that came in an archive in another.
    """
    soul = soul_in(what)
    version = own_version(soul) if what.format == "charx" else LATEST
    return _card(soul, shape(version, packed=True))


def _card(soul: Soul, shape: Codec) -> tuple[JsonObject, Report]:
    origin = origin_of(soul, FAMILY)
    card, report = document_from(shape, soul)
    return (card if origin is None else with_echoes(origin, card)), report


def soul_in(what: Import) -> Soul:
    """Give the soul of an import with all its memories; ``NotASoulError`` where there is none."""
    if what.soul is None:
        message, mend = "there is no soul to make a card of", "bring one, or write a lorebook"
        raise NotASoulError([whole_text("no_soul", message, mend, what.format)])
    return with_memories(what.soul, what.memories)


def writes(what: Import, stem: str) -> Export:
    """Write a card in the version that it came in, else in the latest."""
    return _written(what, stem, None)


def writes_v2(what: Import, stem: str) -> Export:
    """Write a card of V2."""
    return _written(what, stem, 2)


def writes_v1(what: Import, stem: str) -> Export:
    """Write a card of V1."""
    return _written(what, stem, 1)


def _written(what: Import, stem: str, version: int | None) -> Export:
    card, report = card_with(what, version)
    message = "a picture, which lies beside the card"
    pictures = Report(tuple(Note("kept", name, name, message) for name in what.assets))
    return Export({f"{stem}.json": text_of(card), **what.assets}, report + pictures)
