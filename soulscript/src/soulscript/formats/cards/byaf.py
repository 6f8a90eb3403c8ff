"""BYAF, the archive of Backyard: a manifest, a character, scenarios and images in a zip.

``manifest.json`` names ``characters/<id>/character.json`` {name, displayName, persona, loreItems,
images} and the scenarios {narrative, formattingInstructions, firstMessages, exampleMessages,
messages}. The document that a soul keeps is the object of all JSON files by name. The first
scenario is the card's; the first messages of the others are further greetings.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotASoulError, Path, whole_text
from soulscript.formats.base import Export, Files, Import, Source, as_text, json_bytes
from soulscript.formats.cards import foreign
from soulscript.formats.cards.archive import ZIP, names_of, pack, unpack
from soulscript.formats.cards.card_reader import book_entries
from soulscript.formats.cards.faraday import turns
from soulscript.formats.cards.foreign import CardFields
from soulscript.formats.round_trip import (
    Codec,
    import_document,
    original_of,
    required_soul,
    write_document,
)
from soulscript.formats.sources import DEFAULT_EXPRESSION, extension_of, images_of, is_relative
from soulscript.formats.target_macros import FewMacros, Spelling
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.model.soul import Soul
from soulscript.report import Note, Report
from soulscript.text.analysis import folded
from soulscript.text.macros import Scene

_NAME: Final = "byaf"
_FORMATS: Final = frozenset({_NAME})
_MANIFEST: Final = "manifest.json"
_CARRIED: Final = "soulscript.json"  # the file for what no other has a field for
_CHARACTER: Final = re.compile(r"characters/[^/]+/character\.json\Z")
_SCENARIO: Final = re.compile(r"scenarios/[^/]+\.json")
_IMAGES: Final = "images/"
_START: Final = re.compile(r"^<START>[ \t]*\n", re.MULTILINE)
_TURN: Final = re.compile(r"^\{\{(user|char)\}\}:", re.MULTILINE)
_SPEAKER: Final = re.compile(r"^(#\{(?:user|character)\}:)", re.MULTILINE)
_NOT_IN_NAME: Final = re.compile(r"[^a-z0-9]+")
_SCHEMA: Final = "https://backyard.ai/schemas/byaf-"
_MODEL: Final[JsonObject] = {  # settings that a scenario must have, as Backyard sets them
    "minP": 0.1,
    "minPEnabled": True,
    "temperature": 1.2,
    "repeatPenalty": 1.05,
    "repeatLastN": 256,
    "topK": 30,
    "topP": 0.9,
    "canDeleteExampleMessages": True,
    "promptTemplate": None,
    "grammar": None,
    "messages": [],
}


def detect(source: Source) -> bool:
    """Detect an archive with a manifest and a character."""
    raw = source.single or b""
    if not raw.startswith(ZIP):
        return False
    names = names_of(raw)
    in_folder = any(name.endswith(_MANIFEST) and name.count("/") <= 1 for name in names)
    return in_folder and any(map(_CHARACTER.search, names))


def decode(source: Source) -> Import:
    """Read the character of an archive; its images become assets.

    Raises ``UnreadableError`` as ``unpack`` does, ``NotJsonError`` for a file that is not JSON.
    """
    files, notes = unpack(source.single or b"", source.name, _MANIFEST)
    document, problems = foreign.parse_texts(files, source.name)
    document |= as_object(document.pop(_CARRIED, None))
    if not any(map(_CHARACTER.fullmatch, document)):
        message, mend = "there is no character in it", "bring an archive that Backyard exported"
        raise NotASoulError([whole_text("not_a_card", message, mend, source.name)])
    imported = import_document(_CODEC, _NAME, document, source, by_key=False)
    assets = _asset_names(files, _place(document))
    kept = [Note("kept", name, name, "comes along as it is") for name in assets]
    return replace(
        imported,
        assets=assets,
        report=Report((*imported.report, *notes, *kept)),
        problems=(*imported.problems, *problems),
    )


def encode(imported: Import, stem: str) -> Export:
    """Write a soul as an archive with its images; equal souls give equal bytes."""
    soul = required_soul(imported, _NAME)
    document, report = write_document(_CODEC, soul)
    place, images = _place(document), images_of(soul).values()
    carried = {key: value for key, value in document.items() if not key.endswith(".json")}
    files = {
        name: json_bytes(as_object(document[name])) for name in document if name not in carried
    }
    if carried:
        files[_CARRIED] = json_bytes(carried)
    for name, raw in imported.assets.items():
        files[f"{_folder(place)}{_IMAGES}{name}" if name in images else name] = raw
    notes = (Note("kept", name, name, "goes along as it is") for name in imported.assets)
    return Export({f"{stem}.byaf": pack(files)}, Report((*report, *notes)))


def _asset_names(files: Files, place: str) -> dict[str, bytes]:
    """Return the files named as in a soul's folder: an image of the character in no folder."""
    folder = f"{_folder(place)}{_IMAGES}"
    return {
        name if (bare := name.removeprefix(folder)) in files else bare: raw
        for name, raw in files.items()
    }


# -- places in the document ------------------------------------------------------------------------


def _folder(place: str) -> str:
    return place.rpartition("/")[0] + "/"


def _named(document: JsonObject, key: str, pattern: re.Pattern[str]) -> list[str]:
    """Return the files that the manifest names, else those whose names fit."""
    listed = as_object(document.get(_MANIFEST)).get(key)
    names = [as_text(name) for name in listed] if isinstance(listed, list) else []
    found = [name for name in names if isinstance(document.get(name), dict)]
    return found or [name for name in sorted(document) if pattern.fullmatch(name)]


def _place(document: JsonObject) -> str:
    """Return the name of the character's file; the first of several counts."""
    return next(iter(_named(document, "characters", _CHARACTER)), "")


# -- reading ---------------------------------------------------------------------------------------


def _fields(document: JsonObject) -> CardFields:
    place = _place(document)
    character = as_object(document.get(place))
    values: dict[str, JsonValue] = {}
    places: dict[str, Path] = {}
    found = [*_of_character(character, place), *_of_scenarios(document)]
    author = as_text(as_object(as_object(document.get(_MANIFEST)).get("author")).get("name"))
    found.append(("creator", author, (_MANIFEST, "author", "name")))
    for field, value, path in found:
        if value and field not in values:
            values[field], places[field] = value, path
    return CardFields(values, places)


def _of_character(character: JsonObject, place: str) -> Iterator[tuple[str, JsonValue, Path]]:
    yield "name", as_text(character.get("name")), (place, "name")
    yield "name", as_text(character.get("displayName")), (place, "displayName")
    yield "description", as_text(character.get("persona")), (place, "persona")
    items = character.get("loreItems")
    entries = [as_object(item) for item in items] if isinstance(items, list) else []
    book = [foreign.lore_entry(entry.get("key"), entry.get("value")) for entry in entries]
    if book:
        yield "character_book", {"entries": [*book], "extensions": {}}, (place, "loreItems")
    yield "assets", [*_assets(character.get("images"))], (place, "images")
    yield "creation_date", foreign.seconds_of(character.get("createdAt")), (place, "createdAt")
    changed = foreign.seconds_of(character.get("updatedAt"))
    yield "modification_date", changed, (place, "updatedAt")


def _assets(images: JsonValue) -> Iterator[JsonObject]:
    for index, item in enumerate(images if isinstance(images, list) else ()):
        image = as_object(item)
        name = as_text(image.get("path")).removeprefix(_IMAGES)
        label = as_text(image.get("label")) or f"image {index + 1}"
        if is_relative(name):
            yield {
                "type": "emotion" if index else "icon",
                "uri": f"embeded://{name}",  # spelled as in the specification of cards
                "name": label if index else "main",
                "ext": extension_of(name),
            }


def _of_scenarios(document: JsonObject) -> Iterator[tuple[str, JsonValue, Path]]:
    names = _named(document, "scenarios", _SCENARIO)
    greetings: list[JsonValue] = []
    for index, name in enumerate(names):
        scenario = as_object(document[name])
        greeting = _first_text(scenario.get("firstMessages"))
        if index:
            greetings += [greeting] if greeting else []
            continue
        yield "scenario", as_text(scenario.get("narrative")), (name, "narrative")
        system = as_text(scenario.get("formattingInstructions"))
        yield "system_prompt", system, (name, "formattingInstructions")
        yield "first_mes", greeting, (name, "firstMessages")
        texts = _texts(scenario.get("exampleMessages"))
        example = turns("\n".join(f"<START>\n{text}" for text in texts))
        yield "mes_example", example, (name, "exampleMessages")
    if greetings:
        yield "alternate_greetings", greetings, (names[1], "firstMessages")


def _texts(messages: JsonValue) -> list[str]:
    items = messages if isinstance(messages, list) else []
    return [text for item in items if (text := as_text(as_object(item).get("text")))]


def _first_text(messages: JsonValue) -> str:
    return next(iter(_texts(messages)), "")


def _to_soul(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    return foreign.to_soul(document, _fields(document))


# -- writing ---------------------------------------------------------------------------------------


def _from_soul(soul: Soul) -> JsonObject:
    """Write a soul as the files of an archive, named as in its original."""
    original = original_of(soul, _FORMATS) or {}
    fields = foreign.from_soul(soul, _fields(original).values)
    slug = _NOT_IN_NAME.sub("-", folded(soul.name)).strip("-") or "character"
    place = _place(original) or f"characters/{slug}/character.json"
    scenarios = _scenarios(fields, original, place.split("/")[-2])
    created = _iso(fields.get("creation_date"))
    manifest: JsonObject = {
        "$schema": f"{_SCHEMA}manifest.schema.json",
        "schemaVersion": 1,
        "createdAt": created,
        "characters": [place],
        "scenarios": [*scenarios],
    }
    if creator := as_text(fields.get("creator")):
        manifest["author"] = {"name": creator}
    return {_MANIFEST: manifest, place: _character(soul, fields, slug), **scenarios}


def _character(soul: Soul, fields: JsonObject, slug: str) -> JsonObject:
    created = fields.get("creation_date")
    entries = (as_object(entry) for entry in book_entries(fields))
    items: list[JsonValue] = [
        {"key": ", ".join(_strings(entry.get("keys"))), "value": as_text(entry.get("content"))}
        for entry in entries
        if entry.get("enabled") is not False
    ]
    images: list[JsonValue] = [
        {"path": f"{_IMAGES}{name}", "label": "" if label == DEFAULT_EXPRESSION else label}
        for label, name in images_of(soul).items()
        if is_relative(name)
    ]
    return {
        "$schema": f"{_SCHEMA}character.schema.json",
        "schemaVersion": 1,
        "id": slug,
        "name": as_text(fields.get("name")),
        "displayName": as_text(fields.get("name")),
        "isNSFW": False,
        "persona": as_text(fields.get("description")),
        "createdAt": _iso(created),
        "updatedAt": _iso(fields.get("modification_date") or created),
        "loreItems": items,
        "images": images,
    }


def _scenarios(fields: JsonObject, original: JsonObject, slug: str) -> JsonObject:
    """Return a scenario for the opening and for each further greeting.

    Scenarios of the original that say nothing first are left out: no greeting came from them.
    """
    known = _named(original, "scenarios", _SCENARIO)
    speaking = [
        name for name in known[1:] if _first_text(as_object(original[name]).get("firstMessages"))
    ]
    names = iter([*known[:1], *speaking])
    numbers = iter(range(len(known) + 1, len(known) + 10_000))
    openings = [as_text(fields.get("first_mes")), *_strings(fields.get("alternate_greetings"))]
    result: JsonObject = {}
    for opening in openings:
        name = next(names, None) or f"scenarios/scenario{next(numbers)}.json"
        result[name] = _scenario(fields, opening, slug)
    return result


def _scenario(fields: JsonObject, opening: str, slug: str) -> JsonObject:
    examples = (text.strip() for text in _START.split(as_text(fields.get("mes_example"))))
    names = {"user": "#{user}:", "char": "#{character}:"}
    texts = [_TURN.sub(lambda found: names[found[1]], text) for text in examples if text]
    return {
        "$schema": f"{_SCHEMA}scenario.schema.json",
        "schemaVersion": 1,
        "narrative": as_text(fields.get("scenario")),
        "formattingInstructions": as_text(fields.get("system_prompt")),
        "firstMessages": [{"characterID": slug, "text": opening}] if opening else [],
        "exampleMessages": [{"characterID": slug, "text": text} for text in texts],
        **_MODEL,
    }


def _strings(value: JsonValue) -> list[str]:
    return [as_text(item) for item in value] if isinstance(value, list) else []


def _iso(seconds: JsonValue) -> str:
    """Return a time as ISO 8601; the beginning of 1970 where there is none."""
    known = isinstance(seconds, int | float) and 0 <= seconds < 10**11  # before the year 5138
    time = datetime.fromtimestamp(float(str(seconds)) if known else 0.0, UTC)
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _spell_in(value: JsonValue, scene: Scene, spelling: Spelling) -> JsonValue:
    """Write out the macros but the names of speakers before their turns, which are spelt apart."""
    if isinstance(value, str):
        parts = _SPEAKER.split(value)
        return "".join(
            part if index % 2 else spelling.write(part, scene) for index, part in enumerate(parts)
        )
    if isinstance(value, list):
        return [_spell_in(item, scene, spelling) for item in value]
    if isinstance(value, dict):
        return {key: _spell_in(item, scene, spelling) for key, item in value.items()}
    return value


_CODEC: Final = Codec(
    _FORMATS, _to_soul, _from_soul, macros=FewMacros(Spelling("{character}", "{user}"), _spell_in)
)
