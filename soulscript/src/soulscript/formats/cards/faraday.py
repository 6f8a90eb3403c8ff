"""Characters of Faraday, now Backyard, as JSON in the EXIF data of a PNG picture; only read.

The document is ``{"version": 4, "character": {aiName, aiPersona, basePrompt, scenario,
customDialogue, firstMessage, loreItems, …}}``.
"""

import re
from typing import Final

from pydantic import JsonValue

from soulscript.errors import Path
from soulscript.formats.base import Import, Source, as_text
from soulscript.formats.cards import foreign
from soulscript.formats.cards.foreign import CardFields
from soulscript.formats.round_trip import Codec, import_document, original_of
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.model.soul import Soul
from soulscript.report import Note

NAME: Final = "faraday"
_FORMATS: Final = frozenset({NAME})
_CHARACTER: Final = "character"
_MIN_TYPICAL_KEYS: Final = 2
_TEXTS: Final = {  # key of the character -> field of a card
    "aiName": "name",
    "aiPersona": "description",
    "scenario": "scenario",
    "basePrompt": "system_prompt",
    "firstMessage": "first_mes",
    "customDialogue": "mes_example",
}
_TURN: Final = re.compile(r"^#?\{(user|character)\}:", re.MULTILINE)


def is_character(document: object) -> bool:
    """Return whether a JSON value is a character of Faraday."""
    if not isinstance(document, dict) or not isinstance(document.get(_CHARACTER), dict):
        return False
    return sum(key in document[_CHARACTER] for key in _TEXTS) >= _MIN_TYPICAL_KEYS


def detect(source: Source) -> bool:
    """Detect a character of Faraday as JSON."""
    return is_character(source.document)


def decode(source: Source) -> Import:
    """Read a character from JSON."""
    return read(source.document, source.name)


def read(document: JsonValue, source: str) -> Import:
    """Make a soul of a document for which ``is_character`` holds."""
    return import_document(_CODEC, NAME, as_object(document), Source(source, {}), by_key=False)


def turns(text: str) -> str:
    """Return an example dialogue with the speakers named as in cards."""
    return _TURN.sub(lambda found: "{{user}}:" if found[1] == "user" else "{{char}}:", text)


def _fields(document: JsonObject) -> CardFields:
    character = as_object(document.get(_CHARACTER))
    values: dict[str, JsonValue] = {}
    places: dict[str, Path] = {}
    for key, name in _TEXTS.items():
        if text := as_text(character.get(key)):
            values[name] = turns(text) if name == "mes_example" else text
            places[name] = (_CHARACTER, key)
    if "name" not in values and (name := as_text(character.get("aiDisplayName"))):
        values["name"], places["name"] = name, (_CHARACTER, "aiDisplayName")
    items = character.get("loreItems")
    if isinstance(items, list) and items:
        entries = (as_object(item) for item in items)
        book = [foreign.lore_entry(entry.get("key"), entry.get("value")) for entry in entries]
        values["character_book"] = {"entries": [*book], "extensions": {}}
        places["character_book"] = (_CHARACTER, "loreItems")
    if (created := foreign.seconds_of(character.get("createdAt"))) is not None:
        values["creation_date"], places["creation_date"] = created, (_CHARACTER, "createdAt")
    return CardFields(values, places)


def _to_soul(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    return foreign.to_soul(document, _fields(document))


def _from_soul(soul: Soul) -> JsonObject:
    fields = foreign.from_soul(soul, _fields(original_of(soul, _FORMATS) or {}).values)
    return {_CHARACTER: {key: fields.get(name) for key, name in _TEXTS.items()}}


_CODEC: Final = Codec(_FORMATS, _to_soul, _from_soul)
