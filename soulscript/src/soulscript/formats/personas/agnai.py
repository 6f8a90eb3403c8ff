"""Agnai's characters: ``{kind: "character", name, persona, greeting, scenario, sampleChat, …}``.

A persona is a text, or lists of attributes, which Agnai writes for a model in one of several
notations: W++ (``wpp``), square brackets (``sbf``), Boostyle, or lines. It becomes the description
in that notation; an edited one is written as a text. ``description`` is what its maker notes.
"""

from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import Export, Import, Source, as_text, as_texts
from soulscript.formats.personas.card_fields import CardFields, Keys, card_codec, place
from soulscript.formats.round_trip import export_document, import_document
from soulscript.formats.target_macros import CARD_NAMES, FewMacros
from soulscript.jsontext.parser import JsonObject, as_object

_NAME: Final = "agnai"
_KEYS: Final[Keys] = {
    "name": ("name",),
    "first_mes": ("greeting",),
    "alternate_greetings": ("alternateGreetings",),
    "scenario": ("scenario",),
    "mes_example": ("sampleChat",),
    "creator_notes": ("description",),
    "tags": ("tags",),
    "creator": ("creator",),
    "character_version": ("characterVersion",),
}
_INSTRUCTIONS: Final[Keys] = {
    "system_prompt": ("systemPrompt",),
    "post_history_instructions": ("postHistoryInstructions",),
}
_PERSONA: Final = "persona"
_BOOK: Final = "characterBook"
_INSERT: Final = "insert"
_EXTENSIONS: Final = "extensions"
_READ_KEYS: Final = (
    *(keys[0] for keys in (*_KEYS.values(), *_INSTRUCTIONS.values())),
    _PERSONA, _BOOK, _INSERT, _EXTENSIONS, "kind",
)  # fmt: skip
_ENTRY_NAMES: Final = {
    "keywords": "keys",
    "entry": "content",
    "weight": "insertion_order",
    "secondaryKeys": "secondary_keys",
}
_BOOK_NAMES: Final = {
    "scanDepth": "scan_depth",
    "tokenBudget": "token_budget",
    "recursiveScanning": "recursive_scanning",
}
_NATIVE_KEYS: Final = ("name", _PERSONA, "greeting", "scenario", "sampleChat")


# -- reading ---------------------------------------------------------------------------------------


def to_fields(document: JsonObject) -> CardFields:
    """Return the fields of a card that a character gives."""
    found = CardFields()
    found.take(document, {**_KEYS, **_INSTRUCTIONS})
    name = as_text(document.get("name"))
    if _PERSONA in document:
        found.put("description", persona_text(name, document[_PERSONA]), _PERSONA)
    if isinstance(document.get(_BOOK), dict):
        found.put("character_book", _card_book(as_object(document[_BOOK])), _BOOK)
    elif _BOOK in document:
        found.keep(_BOOK, "there is nothing in it")
    if _EXTENSIONS in document:
        found.put(_EXTENSIONS, document[_EXTENSIONS], _EXTENSIONS)
    if _INSERT in document:
        found.keep(_INSERT, "an instruction, applied only with consent")
    found.keep_others(document, _READ_KEYS)
    return found


def persona_text(name: str, persona: JsonValue) -> str:
    """Write a persona in its own notation: ``mind("calm" + "dry")`` and the like."""
    if not isinstance(persona, dict):
        return as_text(persona)
    kind = persona.get("kind")
    attributes = {
        key: _values(value) for key, value in as_object(persona.get("attributes")).items()
    }
    if kind == "text":
        return as_text(persona.get("text")) or "\n".join(attributes.get("text", []))
    if kind == "wpp":
        lines = [f"{key}({_quoted(values, ' + ')})" for key, values in attributes.items()]
        return "\n".join([f'[character("{name}") {{', *lines, "}]"])
    if kind == "sbf":
        parts = [f"{key}: {_quoted(values, ', ')}" for key, values in attributes.items()]
        return "; ".join([f'[ character: "{name}"', *parts]) + " ]"
    if kind == "boostyle":
        return " + ".join([name, *(value for values in attributes.values() for value in values)])
    return "\n".join(f"{key}: {', '.join(values)}" for key, values in attributes.items())


def _values(value: JsonValue) -> list[str]:
    """Return the values of an attribute; a text alone is one value, whatever commas it has."""
    return [value] if isinstance(value, str) else list(as_texts(value))


def _quoted(values: list[str], separator: str) -> str:
    return separator.join(f'"{value}"' for value in values)


def _card_book(book: JsonObject) -> JsonObject:
    entries = book.get("entries")
    listed = entries if isinstance(entries, list) else []
    renamed: list[JsonValue] = [_renamed(as_object(entry), _ENTRY_NAMES) for entry in listed]
    return _renamed(book, _BOOK_NAMES) | {"entries": renamed}


def _renamed(value: JsonObject, names: Mapping[str, str]) -> JsonObject:
    return {names.get(key, key): inner for key, inner in value.items()}


# -- writing ---------------------------------------------------------------------------------------


def from_fields(fields: JsonObject, original: JsonObject | None) -> JsonObject:
    """Write the fields of a card as a character."""
    document = place(fields, _KEYS, original)
    document[_PERSONA] = _persona(fields, original)
    if isinstance(book := fields.get("character_book"), dict):
        document[_BOOK] = _agnai_book(book, original)
    return document if original is not None else {"kind": "character", **document}


def _persona(fields: JsonObject, original: JsonObject | None) -> JsonValue:
    """Return the persona of the original where it still says the same, else a text."""
    texts = [as_text(fields.get("description"))]
    if original is not None:
        before = original.get(_PERSONA)
        if texts[0] == persona_text(as_text(original.get("name")), before):
            return before
    else:
        # There is no field for the qualities alone, so they stand in the persona.
        texts.append(as_text(fields.get("personality")))
    return {"kind": "text", "attributes": {"text": ["\n".join(filter(None, texts))]}}


def _agnai_book(book: JsonObject, original: JsonObject | None) -> JsonObject:
    entries = book.get("entries")
    listed = entries if isinstance(entries, list) else []
    entry_names, book_names = _inverse(_ENTRY_NAMES), _inverse(_BOOK_NAMES)
    written: list[JsonValue] = [_renamed(as_object(entry), entry_names) for entry in listed]
    kind: JsonObject = {} if original is not None else {"kind": "memory"}
    return {**kind, **_renamed(book, book_names), "entries": written}


def _inverse(names: Mapping[str, str]) -> dict[str, str]:
    return {new: old for old, new in names.items()}


# -- the format ------------------------------------------------------------------------------------

_CODEC: Final = card_codec(
    _NAME, to_fields, from_fields, carrier=(_EXTENSIONS,), macros=FewMacros(CARD_NAMES)
)


def detect(source: Source) -> bool:
    """Detect an object that says it is a character of Agnai, or has all the fields of one."""
    document = source.document
    if not isinstance(document, dict) or isinstance(document.get("data"), dict):
        return False
    if document.get("kind") == "character":
        return _PERSONA in document or "greeting" in document
    return all(key in document for key in _NATIVE_KEYS)


def decode(source: Source) -> Import:
    """Read a character. Raises ``NotASoulError`` where it is too large."""
    return import_document(_CODEC, _NAME, as_object(source.document), source, by_key=False)


def encode(imported: Import, stem: str) -> Export:
    """Write a soul as a character."""
    return export_document(_CODEC, imported, f"{stem}.json")
