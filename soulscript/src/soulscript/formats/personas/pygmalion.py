"""Pygmalion's characters as JSON, which Gradio interfaces and older tools exchange.

``{char_name, char_persona, world_scenario, char_greeting, example_dialogue}``. Editors of that time
write the fields of a V1 card into the same file; a field of the card counts where it has a text.
"""

from typing import Final

from soulscript.formats.base import Export, Import, Source, as_text
from soulscript.formats.personas.card_fields import CardFields, Keys, card_codec, place
from soulscript.formats.round_trip import export_document, import_document
from soulscript.formats.target_macros import CARD_NAMES, FewMacros
from soulscript.jsontext.parser import JsonObject, as_object

_NAME: Final = "pygmalion"
_KEYS: Final[Keys] = {
    "name": ("char_name",),
    "description": ("char_persona",),
    "scenario": ("world_scenario",),
    "first_mes": ("char_greeting",),
    "mes_example": ("example_dialogue",),
}
_MIXED_KEYS: Final[Keys] = {name: (name, *keys) for name, keys in _KEYS.items()}
_CARD_ALONE: Final = ("personality",)  # a field of the card that Pygmalion has not
_MIN_KEYS: Final = 2  # by which a document is detected


def _keys(document: JsonObject) -> Keys:
    """Return the keys of a document, those of a card among them where it has any."""
    if not any(name in document for name in _MIXED_KEYS):
        return _KEYS
    own = {name: (name,) for name in _CARD_ALONE if name in document}
    return {**_MIXED_KEYS, **own}


def to_fields(document: JsonObject) -> CardFields:
    """Return the fields of a card that a character gives."""
    keys = _keys(document)
    found = CardFields()
    found.take(document, keys)
    found.keep_others(document, [key for names in keys.values() for key in names])
    return found


def from_fields(fields: JsonObject, original: JsonObject | None) -> JsonObject:
    """Write the fields of a card as a character."""
    if original is not None:
        return place(fields, _keys(original), original)
    document = place(fields, _KEYS, None)
    # There is no field for the qualities alone, so they stand in the persona.
    texts = (as_text(fields.get(name)) for name in ("description", "personality"))
    return document | {"char_persona": "\n".join(filter(None, texts))}


_CODEC: Final = card_codec(_NAME, to_fields, from_fields, macros=FewMacros(CARD_NAMES))


def detect(source: Source) -> bool:
    """Detect an object with keys of Pygmalion that says more than the card it may be as well."""
    document = source.document
    if not isinstance(document, dict) or isinstance(document.get("data"), dict):
        return False
    own = {name: keys[0] for name, keys in _KEYS.items() if keys[0] in document}
    if len(own) < _MIN_KEYS or not {"char_name", "char_persona"} & set(own.values()):
        return False
    return any(
        as_text(document[key]) != as_text(document.get(name)) and document[key]
        for name, key in own.items()
    ) or not any(name in document for name in own)


def decode(source: Source) -> Import:
    """Read a character. Raises ``NotASoulError`` where it is too large."""
    return import_document(_CODEC, _NAME, as_object(source.document), source, by_key=False)


def encode(imported: Import, stem: str) -> Export:
    """Write a soul as a character."""
    return export_document(_CODEC, imported, f"{stem}.json")
