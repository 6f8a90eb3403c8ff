"""Packages of Voxta: characters, scenarios and memory books in a zip; only read.

``Characters/<id>/character.json`` has Name, Description, Profile, Personality, Scenario,
FirstMessage, MessageExamples and MemoryBooks, the ids of ``Books/<id>/book.json`` {Name, Items}.
``package.json`` is not in every package. The document that a soul keeps is the object of all JSON
files by name. Scripts are never run.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotASoulError, Path, whole_text
from soulscript.formats.base import Import, Source, as_number, as_text, as_texts
from soulscript.formats.cards import foreign
from soulscript.formats.cards.archive import ZIP, names_of, unpack
from soulscript.formats.cards.foreign import CardFields
from soulscript.formats.round_trip import Codec, import_document
from soulscript.formats.sources import DEFAULT_EXPRESSION, avatar_of
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.model.soul import AVATAR, Soul
from soulscript.report import Note, Report

_NAME: Final = "voxta"
_PACKAGE: Final = "package.json"
_CHARACTER: Final = re.compile(r"(?:\A|/)Characters/([^/]+)/character\.json\Z")
_BOOK: Final = re.compile(r"(?:Memory)?Books/([^/]+)/book\.json")
_FACE: Final = re.compile(r"Assets/Avatars/[^/]+/([A-Za-z]+)_Idle_0*1\.\w+")
_THUMBNAIL: Final = re.compile(r"thumbnail\.\w+")
_KIND_CHARACTER: Final = 1  # of the resource that a package opens with
_TEXTS: Final = {  # key of the character -> field of a card
    "Name": "name",
    "Profile": "description",
    "Personality": "personality",
    "Scenario": "scenario",
    "FirstMessage": "first_mes",
    "MessageExamples": "mes_example",
    "SystemPrompt": "system_prompt",
    "PostHistoryInstructions": "post_history_instructions",
    "CreatorNotes": "creator_notes",
    "Creator": "creator",
    "Version": "character_version",
}
_DATES: Final = {"DateCreated": "creation_date", "DateModified": "modification_date"}
_LISTS: Final = {"Tags": "tags", "AlternativeFirstMessages": "alternate_greetings"}


def detect(source: Source) -> bool:
    """Detect an archive with a character of Voxta."""
    raw = source.single or b""
    return raw.startswith(ZIP) and any(map(_CHARACTER.search, names_of(raw)))


def decode(source: Source) -> Import:
    """Read the character that a package opens with, else its first; images become assets.

    Raises ``UnreadableError`` as ``unpack`` does, ``NotJsonError`` for a file that is not JSON.
    """
    raw = source.single or b""
    files, notes = unpack(raw, source.name, _PACKAGE)
    document, problems = foreign.parse_texts(files, source.name)
    if not _place(document):
        message, mend = "there is no character in it", "bring a package that Voxta exported"
        raise NotASoulError([whole_text("not_a_card", message, mend, source.name)])
    imported = import_document(_CODEC, _NAME, document, source, by_key=False)
    images = dict(_images(files, _place(document).removesuffix("character.json")))
    kept = (Note("kept", name, name, "comes along as it is") for name in files)
    faces = (Note("kept", name, AVATAR, "a picture of the character") for name in images.values())
    return replace(
        imported,
        soul=_with_images(imported.soul, images),
        assets=files,
        report=Report((*imported.report, *notes, *kept, *faces)),
        problems=(*imported.problems, *problems),
    )


def _images(names: Iterable[str], folder: str) -> Iterator[tuple[str, str]]:
    """Yield the images of the character as (expression, name): its faces, its thumbnail."""
    found = [name.removeprefix(folder) for name in sorted(names) if name.startswith(folder)]
    for name in found:
        if face := _FACE.fullmatch(name):
            yield face[1].lower(), folder + name
    for name in filter(_THUMBNAIL.fullmatch, found):  # counts more than a neutral face
        yield DEFAULT_EXPRESSION, folder + name


def _with_images(soul: Soul | None, images: dict[str, str]) -> Soul | None:
    if soul is None or not images:
        return soul
    return Soul.model_validate(soul.dump() | {AVATAR: avatar_of(images.items())})


def _place(document: JsonObject) -> str:
    """Return the name of the character's file: where the package opens, else the first."""
    found = {match[1]: name for name in sorted(document) if (match := _CHARACTER.fullmatch(name))}
    entry = as_object(as_object(document.get(_PACKAGE)).get("EntryResource"))
    wanted = as_text(entry.get("Id")) if entry.get("Kind") == _KIND_CHARACTER else ""
    return found.get(wanted) or next(iter(found.values()), "")


def _fields(document: JsonObject) -> CardFields:
    place = _place(document)
    character = as_object(document.get(place))
    values: dict[str, JsonValue] = {}
    places: dict[str, Path] = {}
    for key, field in (_TEXTS | _LISTS | _DATES).items():
        value: JsonValue = as_text(character.get(key))
        if key in _LISTS:
            value = [*as_texts(character.get(key))]
        elif key in _DATES:
            value = foreign.seconds_of(value)
        if value:
            values[field], places[field] = value, (place, key)
    joined: dict[Path, str] = {}
    # Voxta tells its model the looks and the life; a card has one field for both.
    if looks := as_text(character.get("Description")):
        if "description" in values:
            joined[place, "Profile"] = "description"
        texts = (looks, as_text(values.get("description")))
        values["description"] = "\n\n".join(filter(None, texts))
        places["description"] = (place, "Description")
    for index, (path, entries) in enumerate(_books(document, character)):
        book = as_object(values.setdefault("character_book", {"entries": [], "extensions": {}}))
        book["entries"] = [*_list(book["entries"]), *entries]
        if index:
            joined[path] = "character_book"
        else:
            places["character_book"] = path
    return CardFields(values, places, joined)


def _books(document: JsonObject, character: JsonObject) -> Iterator[tuple[Path, list[JsonValue]]]:
    """Yield the entries of each memory book that the character names, of all if it names none."""
    wanted = as_texts(character.get("MemoryBooks"))
    for name in sorted(document):
        match = _BOOK.fullmatch(name)
        items = _list(as_object(document[name]).get("Items"))
        if match and items and (not wanted or match[1] in wanted):
            yield (name, "Items"), [_entry(as_object(item)) for item in items]


def _entry(item: JsonObject) -> JsonObject:
    entry = foreign.lore_entry(item.get("Keywords"), item.get("Text"))
    weight = as_number(item.get("Weight"))
    priority: JsonObject = {} if weight is None else {"priority": weight}
    return entry | priority | {"enabled": item.get("Deleted") is not True}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _to_soul(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    return foreign.to_soul(document, _fields(document))


# Nothing is written, and no archive has a file of the name under which a soul is carried.
_CODEC: Final = Codec(frozenset({_NAME}), _to_soul, Soul.dump)
