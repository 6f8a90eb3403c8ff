"""Character card -> soul: what each field of a card becomes."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import (
    EXAMPLES_KEY,
    MEMORIES_KEY,
    SOUL_KEY,
    SOURCE_KEY,
    as_number,
    as_text,
    as_texts,
)
from soulscript.formats.cards.lorebook import CARD, is_disabled, read_entries
from soulscript.formats.fields import DEFAULT_OCCUPATION, DEFAULT_TRAIT, new_trait
from soulscript.formats.round_trip import BASELINE_KEY
from soulscript.formats.sources import DEFAULT_EXPRESSION, avatar_of, is_relative
from soulscript.formats.text_interpretation import (
    Description,
    PersonalityText,
    expand_macros,
    interpret_personality,
    parse_description,
    parse_dialogues,
    spoken_greeting,
)
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.model.soul import AVATAR, ENGINE, VERSION
from soulscript.report import Fate, Note

PERSONALITY_TEXT_KEY: Final = "st:personality"
"""Key of a personality for the text that its traits were inferred from."""
TALKATIVENESS_KEY: Final = "st:talkativeness"
V1_FIELDS: Final = (
    "name", "description", "personality", "scenario", "first_mes", "mes_example",
)  # fmt: skip
COPIED_FIELDS: Final = (
    "nickname", "scenario", "tags", "creator", "creator_notes", "character_version",
    "creation_date", "modification_date",
)  # fmt: skip
"""Fields that a soul has unchanged, under ``st:<field>``."""
FORM: Final = "character"  # where a card gives none
_UNNAMED: Final = "the character"
_PERSON: Final = "the person"
_AGE = re.compile(r"[0-9]{1,5}(?: ?[-–] ?[0-9]{1,5})?")
_EMBEDDED = re.compile(r"embedd?ed://", re.IGNORECASE)  # the specification has it misspelled
_MAX_FACT_CHARS: Final = 60
_ENTITY_KEYS: Final = {  # fact in a description -> key of the entity
    "gender": "gender",
    "sex": "gender",
    "species": "form",
    "race": "form",
    "occupation": "occupation",
    "job": "occupation",
    "profession": "occupation",
}
SECTION_HEADS: Final = (
    "Who {{char}} is:",
    "{{char}}'s communication style is",
    "{{char}}'s tone is",
    "{{char}} frequently:",
    "When speaking, {{char}} embodies these qualities:",
    "{{char}} knows a lot about:",
    "How {{char}}'s traits show:",
    "What {{char}} holds to:",
    "How {{char}} is with people:",
    "{{char}}'s boundaries:",
)
"""Heads of the sections that the card writer appends to a background.

They repeat parts of the soul that the card carries whole, so the reader drops them.
"""


def version_of(card: JsonObject) -> int:
    """Return the version of the card specification that a document follows: 1, 2 or 3."""
    if not isinstance(card.get("data"), dict):
        return 1
    return 3 if "v3" in as_text(card.get("spec")).lower() else 2


def fields_of(card: JsonObject) -> JsonObject:
    """Return a card's fields in any version; ``data`` takes precedence over the root."""
    if version_of(card) == 1:
        return card
    root = {key: card[key] for key in V1_FIELDS if key in card}
    return root | as_object(card["data"])


def name_of(fields: JsonObject) -> str:
    """Return the name that ``{{char}}`` stands for."""
    return as_text(fields.get("name")).strip() or _UNNAMED


def with_names(text: str, name: str) -> str:
    """Expand the macros of a text that is about the character."""
    return expand_macros(text, name, _PERSON)


def book_entries(fields: JsonObject) -> list[JsonValue]:
    """Return the entries of the card's book, a list or an object."""
    entries = as_object(fields.get("character_book")).get("entries")
    if isinstance(entries, dict):
        return list(entries.values())
    return entries if isinstance(entries, list) else []


def created_at(fields: JsonObject) -> int:
    """Return the card's date of creation in milliseconds since 1970, 0 if it has none."""
    seconds = as_number(fields.get("creation_date"))
    return int(seconds * 1000) if seconds is not None and abs(seconds) < 10**11 else 0


def to_soul(card: JsonObject) -> tuple[JsonObject, tuple[Note, ...]]:
    """Return the soul document of a card, and a note for each field."""
    fields = fields_of(card)
    name = name_of(fields)
    description = parse_description(without_sections(as_text(fields.get("description"))), name)
    personality = interpret(as_text(fields.get("personality")), description, name)
    habits = list(personality.habits)
    document: JsonObject = {
        "version": VERSION,
        "entity": _entity(description, name),
        "personality": _personality(fields, personality),
        "values": [],
        "voice": {"style": "", "tone": "", "qualities": [], "patterns": [*habits]},
        "relationship": {"style": "", "boundaries": []},
        **dict(_extensions(fields, description, name)),
    }
    return document, tuple(_notes(card, fields, document))


def without_sections(description: str) -> str:
    """Return a description without the sections that the card writer appended."""
    starts = (f"\n\n{description}".find(f"\n\n{head}") for head in SECTION_HEADS)
    return description[: min((start for start in starts if start >= 0), default=None)]


def interpret(personality: str, description: Description | None, name: str) -> PersonalityText:
    """Interpret a card's personality, and the qualities that its description lists."""
    listed = description.qualities if description else ()
    return interpret_personality(with_names(personality, name), listed)


def traits_of(personality: PersonalityText) -> list[JsonValue]:
    """Return the qualities as traits of a soul, a mild default trait if there are none."""
    traits: list[JsonValue] = [
        new_trait(quality.name, quality.strength, [quality.rule] if quality.rule else ())
        for quality in personality.qualities
    ]
    return traits or [new_trait(DEFAULT_TRAIT)]


def _entity(description: Description, name: str) -> JsonObject:
    entity: JsonObject = {"form": FORM, "occupation": DEFAULT_OCCUPATION}
    for fact, value in description.facts.items():
        if fact in _ENTITY_KEYS and 0 < len(value) <= _MAX_FACT_CHARS:
            entity[_ENTITY_KEYS[fact]] = with_names(value, name)
    if age := _AGE.match(description.facts.get("age", "")):
        entity["age"] = age[0]
    if description.prose:
        entity["background"] = with_names(description.prose, name)
    return entity


def _personality(fields: JsonObject, personality: PersonalityText) -> JsonObject:
    name, text = as_text(fields.get("name")).strip(), as_text(fields.get("personality"))
    return {
        **({"name": name} if name else {}),
        "core_traits": traits_of(personality),
        **({PERSONALITY_TEXT_KEY: text} if text else {}),
    }


def _extensions(
    fields: JsonObject, description: Description, name: str
) -> Iterator[tuple[str, JsonValue]]:
    """Yield the keys of the soul beyond the specification."""
    for field in COPIED_FIELDS:
        if value := _copied(field, fields.get(field)):
            yield f"st:{field}", value
    talkativeness = as_number(as_object(fields.get("extensions")).get("talkativeness"))
    if talkativeness is not None and 0 <= talkativeness <= 1:
        yield TALKATIVENESS_KEY, talkativeness
    openings = [fields.get("first_mes"), *_as_list(fields.get("alternate_greetings"))]
    spoken = (spoken_greeting(as_text(opening), name) for opening in openings)
    greetings: list[JsonValue] = [greeting for greeting in spoken if greeting]
    if greetings:
        yield ENGINE, {"greetings": greetings}
    examples = f"{as_text(fields.get('mes_example'))}\n{description.dialogue}"
    dialogues: list[JsonValue] = [*parse_dialogues(examples, name)]
    if dialogues:
        yield EXAMPLES_KEY, dialogues
    if images := list(_images(fields)):
        yield AVATAR, avatar_of(images)
    entries, at = book_entries(fields), created_at(fields)
    memories = read_entries(entries, CARD, at, lambda text: with_names(text, name))
    documents: JsonObject = {memory.id: memory.dump() for memory in memories if memory}
    if documents:
        yield MEMORIES_KEY, documents


def _copied(field: str, value: JsonValue) -> JsonValue:
    if field == "tags":
        return list(as_texts(value))
    return as_number(value) if field.endswith("_date") else as_text(value)


def _as_list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def _images(fields: JsonObject) -> Iterator[tuple[str, str]]:
    """Yield the images among the assets of V3 as (expression, location)."""
    for item in _as_list(fields.get("assets")):
        asset = as_object(item)
        kind, name, location = (as_text(asset.get(key)) for key in ("type", "name", "uri"))
        if kind not in {"icon", "emotion"} or not name:
            continue
        file = _EMBEDDED.sub("", location, count=1)
        if location.startswith("https://") or (file != location and is_relative(file)):
            yield DEFAULT_EXPRESSION if (kind, name) == ("icon", "main") else name, file


# -- the report ------------------------------------------------------------------------------------

_OUTCOMES: Final[Mapping[str, tuple[Fate, str, str]]] = {
    "name": ("kept", "personality.name", "as it is"),
    "description": ("changed", "entity.background", "names put in, lists written as sentences"),
    "personality": ("changed", "personality.core_traits", "its qualities, each a guess at 0.5"),
    "first_mes": ("changed", "soul:engine.greetings", "what is said aloud in it"),
    "alternate_greetings": ("changed", "soul:engine.greetings", "what is said aloud in them"),
    "mes_example": ("changed", EXAMPLES_KEY, "taken apart into turns"),
    "character_book": ("changed", MEMORIES_KEY, "a memory of each entry, found by its keys"),
    "assets": ("changed", AVATAR, "icons and emotions are pictures of the character"),
    "system_prompt": ("kept", SOURCE_KEY, "an instruction, applied only with consent"),
    "post_history_instructions": ("kept", SOURCE_KEY, "an instruction, applied only with consent"),
    **{field: ("kept", f"st:{field}", "as it is") for field in COPIED_FIELDS},
}


def _notes(card: JsonObject, fields: JsonObject, document: JsonObject) -> Iterator[Note]:
    prefix = "" if version_of(card) == 1 else "data."
    for key, value in fields.items():
        if not prefix or key in as_object(card["data"]):
            yield _note(f"{prefix}{key}", key, value)
    if prefix:
        yield from _root_notes(card)
    if TALKATIVENESS_KEY in document:
        message = "how readily it speaks in a group"
        yield Note("changed", f"{prefix}extensions.talkativeness", TALKATIVENESS_KEY, message)
    for index, item in enumerate(book_entries(fields)):
        entry = as_object(item)
        if is_disabled(entry) or not as_text(entry.get("content")).strip():
            path = f"{prefix}character_book.entries[{index}]"
            yield Note("kept", path, SOURCE_KEY, "no memory: it is turned off, or says nothing")
    yield from _default_notes(document)


def _note(path: str, key: str, value: JsonValue) -> Note:
    if key in _OUTCOMES and value not in (None, "", [], {}):
        fate, became, message = _OUTCOMES[key]
        return Note(fate, path, became, message)
    if key in _OUTCOMES:
        return Note("kept", path, SOURCE_KEY, "there is nothing in it")
    return Note("kept", path, SOURCE_KEY, "held in the original alone")


def _root_notes(card: JsonObject) -> Iterator[Note]:
    """Yield notes on the root of V2 and V3; tools repeat fields of ``data`` there for V1."""
    data = as_object(card["data"])
    for key, value in card.items():
        if key in {"data", SOUL_KEY, BASELINE_KEY}:
            continue
        if key in V1_FIELDS and key not in data:
            yield _note(key, key, value)
        elif key in data and data[key] != value:
            yield Note("kept", key, SOURCE_KEY, f"data.{key} says otherwise, and that one counts")
        elif key in data:
            yield Note("kept", key, SOURCE_KEY, f"repeats data.{key}")
        else:
            yield Note("kept", key, SOURCE_KEY, "held in the original alone")


def _default_notes(document: JsonObject) -> Iterator[Note]:
    entity, personality = as_object(document["entity"]), as_object(document["personality"])
    for key, default in (("form", FORM), ("occupation", DEFAULT_OCCUPATION)):
        if entity[key] == default:
            yield Note("defaulted", "", f"entity.{key}", f'taken as "{default}"')
    if "name" not in personality:
        yield Note("defaulted", "", "personality.name", "left out; the card names nobody")
    if as_object(_as_list(personality["core_traits"])[0])["trait"] == DEFAULT_TRAIT:
        yield Note("defaulted", "", "personality.core_traits", f'taken as "{DEFAULT_TRAIT}"')
    for path in ("values", "voice.style", "voice.tone", "voice.qualities", "relationship"):
        yield Note("defaulted", "", path, "left empty; a card does not say it")
