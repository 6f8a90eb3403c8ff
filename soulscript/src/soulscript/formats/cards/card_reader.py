"""Character card -> soul: what each field of a card becomes."""

import re
from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import MEMORIES_KEY, SOUL_KEY, SOURCE_KEY, as_number, as_text, as_texts
from soulscript.formats.books.book_entries import CARD, is_disabled, read_entries
from soulscript.formats.fields import DEFAULT_OCCUPATION, new_trait, placeholder_trait
from soulscript.formats.round_trip import BASELINE_KEY
from soulscript.formats.sources import DEFAULT_EXPRESSION, avatar_of, is_relative
from soulscript.formats.text_interpretation import (
    Description,
    interpret_personality,
    parse_description,
)
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.model.dialogues import (
    ALTERNATES_KEY,
    DEPTH_PROMPT_KEY,
    EXAMPLES_KEY,
    GROUP_OPENINGS_KEY,
    OPENING_KEY,
    PERSONALITY_KEY,
)
from soulscript.model.soul import AVATAR, ENGINE, VERSION
from soulscript.report import Note
from soulscript.text.spoken import direct_speech

TALKATIVENESS_KEY: Final = "st:talkativeness"
V1_FIELDS: Final = (
    "name", "description", "personality", "scenario", "first_mes", "mes_example",
)  # fmt: skip
COPIED_FIELDS: Final = (
    "nickname", "scenario", "first_mes", "alternate_greetings", "group_only_greetings", "tags",
    "creator", "creator_notes", "character_version", "creation_date", "modification_date",
    "system_prompt", "post_history_instructions",
)  # fmt: skip
"""Fields that a soul has unchanged, under ``st:<field>``."""
_LISTS: Final = frozenset({"tags", "alternate_greetings", "group_only_greetings"})
_GAP: Final = "\n\n"
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
    """Return the soul document of a card, and a note for each field.

    Texts stay as they were written, with their macros. Traits are derived for the inner life; they
    stand in place of no text.
    """
    fields = fields_of(card)
    text = without_sections(as_text(fields.get("description")))
    description = parse_description(text)
    document: JsonObject = {
        "version": VERSION,
        "entity": _entity(fields, description, text),
        "personality": _personality(fields, description),
        "values": [],
        "voice": {"style": "", "tone": "", "qualities": [], "patterns": []},
        "relationship": {"style": "", "boundaries": []},
        **dict(_extensions(fields)),
    }
    return document, tuple(_notes(card, fields, document))


def without_sections(description: str) -> str:
    """Return a description without the sections that the card writer appended.

    They are its last paragraphs; the like in the midst of a description is its author's own.
    """
    end = len(description)
    while (start := description.rfind(_GAP, 0, end)) >= 0 or end:
        paragraph = description[start + len(_GAP) if start >= 0 else 0 : end]
        if not paragraph.startswith(SECTION_HEADS):
            break
        end = max(start, 0)
    return description[:end]


def traits_of(personality: str, description: Description) -> list[JsonValue]:
    """Return the qualities in a personality and in a description's lists as traits of a soul."""
    found = interpret_personality(personality, description.qualities)
    return [new_trait(name, strength) for name, strength in found] or [placeholder_trait()]


def _entity(fields: JsonObject, description: Description, text: str) -> JsonObject:
    name = as_text(fields.get("name")).strip()
    entity: JsonObject = {"form": "", "occupation": "" if name else DEFAULT_OCCUPATION}
    for fact, value in description.facts.items():
        if fact in _ENTITY_KEYS and 0 < len(value) <= _MAX_FACT_CHARS:
            entity[_ENTITY_KEYS[fact]] = value
    if age := _AGE.match(description.facts.get("age", "")):
        entity["age"] = age[0]
    if text.strip():
        entity["background"] = text
    return entity


def _personality(fields: JsonObject, description: Description) -> JsonObject:
    name, text = as_text(fields.get("name")).strip(), as_text(fields.get("personality"))
    return {
        **({"name": name} if name else {}),
        "core_traits": traits_of(text, description),
        **({PERSONALITY_KEY: text} if text.strip() else {}),
    }


def _extensions(fields: JsonObject) -> Iterator[tuple[str, JsonValue]]:
    """Yield the keys of the soul beyond the specification."""
    for field in COPIED_FIELDS:
        if value := _copied(field, fields.get(field)):
            yield f"st:{field}", value
    depth_prompt = as_object(as_object(fields.get("extensions")).get("depth_prompt"))
    if (text := as_text(depth_prompt.get("prompt"))).strip():
        yield DEPTH_PROMPT_KEY, text
    talkativeness = as_number(as_object(fields.get("extensions")).get("talkativeness"))
    if talkativeness is not None and 0 <= talkativeness <= 1:
        yield TALKATIVENESS_KEY, talkativeness
    openings = [fields.get("first_mes"), *_as_list(fields.get("alternate_greetings"))]
    spoken = (direct_speech(as_text(opening)) for opening in openings)
    greetings: list[JsonValue] = [greeting for greeting in spoken if greeting]
    if greetings:
        yield ENGINE, {"greetings": greetings}
    if (examples := as_text(fields.get("mes_example"))).strip():
        yield EXAMPLES_KEY, examples
    if images := list(_images(fields)):
        yield AVATAR, avatar_of(images)
    memories = read_entries(book_entries(fields), CARD, created_at(fields))
    documents: JsonObject = {memory.id: memory.dump() for memory in memories if memory}
    if documents:
        yield MEMORIES_KEY, documents


def _copied(field: str, value: JsonValue) -> JsonValue:
    if field == "tags":
        return list(as_texts(value))
    if field in _LISTS:
        return [text for item in _as_list(value) if (text := as_text(item)).strip()]
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

_BECAME: Final = {
    "name": "personality.name",
    "description": "entity.background",
    "personality": f"personality.{PERSONALITY_KEY}",
    "first_mes": OPENING_KEY,
    "alternate_greetings": ALTERNATES_KEY,
    "group_only_greetings": GROUP_OPENINGS_KEY,
    "mes_example": EXAMPLES_KEY,
    **{field: f"st:{field}" for field in COPIED_FIELDS},
}
"""Place in the soul of each field that is kept as it is."""
_INSTRUCTIONS: Final = frozenset({"system_prompt", "post_history_instructions"})
_CONSENT: Final = "an instruction, applied only with consent"


def _notes(card: JsonObject, fields: JsonObject, document: JsonObject) -> Iterator[Note]:
    prefix = "" if version_of(card) == 1 else "data."
    for key, value in fields.items():
        if not prefix or key in as_object(card["data"]):
            yield _note(f"{prefix}{key}", key, value, document)
    if prefix:
        yield from _root_notes(card, document)
    if DEPTH_PROMPT_KEY in document:
        yield Note("kept", f"{prefix}extensions.depth_prompt", DEPTH_PROMPT_KEY, _CONSENT)
    if TALKATIVENESS_KEY in document:
        message = "how readily it speaks in a group"
        yield Note("changed", f"{prefix}extensions.talkativeness", TALKATIVENESS_KEY, message)
    for index, item in enumerate(book_entries(fields)):
        entry = as_object(item)
        path = f"{prefix}character_book.entries[{index}]"
        if is_disabled(entry):
            yield Note("kept", path, SOURCE_KEY, "no memory: it is turned off")
        elif not as_text(entry.get("content")).strip():
            yield Note("kept", path, SOURCE_KEY, "no memory: it says nothing")
    yield from _default_notes(document)


def _note(path: str, key: str, value: JsonValue, document: JsonObject) -> Note:
    """Return the note on a field, from what stands in the soul's document."""
    if value in (None, "", [], {}) or (isinstance(value, str) and not value.strip()):
        return Note("kept", path, SOURCE_KEY, "there is nothing in it")
    became = _BECAME.get(key, "")
    stored: JsonValue = document
    for step in became.split(".") if became else ():
        stored = as_object(stored).get(step)
    if became and stored:
        return _outcome(path, key, became, value, stored)
    if key == "character_book" and MEMORIES_KEY in document:
        made, whole = as_object(document[MEMORIES_KEY]), book_entries({key: value})
        message = f"{len(made)} of {len(whole)} entries as memories, found by their keys"
        return Note("changed", path, MEMORIES_KEY, message)
    if key == "assets" and AVATAR in document:
        return Note("changed", path, AVATAR, "icons and emotions are pictures of the character")
    return Note("kept", path, SOURCE_KEY, "held in the original alone")


def _outcome(path: str, key: str, became: str, value: JsonValue, stored: JsonValue) -> Note:
    if key == "description" and stored != value:
        message = "as it is, without the sections that repeat other parts of a soul"
        return Note("changed", path, became, message)
    if key in _INSTRUCTIONS:
        return Note("kept", path, became, _CONSENT)
    if stored != value and not isinstance(value, str):
        return Note("changed", path, became, "as far as it has the type that the field should have")
    return Note("kept", path, became, "as it is")


def _root_notes(card: JsonObject, document: JsonObject) -> Iterator[Note]:
    """Yield notes on the root of V2 and V3; tools repeat fields of ``data`` there for V1."""
    data = as_object(card["data"])
    for key, value in card.items():
        if key in {"data", SOUL_KEY, BASELINE_KEY}:
            continue
        if key in V1_FIELDS and key not in data:
            yield _note(key, key, value, document)
        elif key in data and data[key] != value:
            yield Note("kept", key, SOURCE_KEY, f"data.{key} says otherwise, and that one counts")
        elif key in data:
            yield Note("kept", key, SOURCE_KEY, f"repeats data.{key}")
        else:
            yield Note("kept", key, SOURCE_KEY, "held in the original alone")


def _default_notes(document: JsonObject) -> Iterator[Note]:
    entity, personality = as_object(document["entity"]), as_object(document["personality"])
    traits = _as_list(personality["core_traits"])
    if traits == [placeholder_trait()]:
        message = "none is named; one that nothing is said of fills the list"
        yield Note("defaulted", "", "personality.core_traits", message)
    else:
        message = f"{len(traits)} qualities that the card names, each a guess of its strength"
        yield Note("changed", "", "personality.core_traits", message)
    for key in ("form", "occupation"):
        if not entity[key]:
            yield Note("defaulted", "", f"entity.{key}", "left empty; the card does not say it")
    if "name" not in personality:
        yield Note("defaulted", "", "personality.name", "left out; the card names nobody")
        message = f'taken as "{entity["occupation"]}", to have something to call it'
        yield Note("defaulted", "", "entity.occupation", message)
    for path in ("values", "voice.style", "voice.tone", "voice.qualities", "relationship"):
        yield Note("defaulted", "", path, "left empty; a card does not say it")
