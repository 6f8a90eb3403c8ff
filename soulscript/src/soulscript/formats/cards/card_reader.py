"""Character card -> soul: what each field of a card becomes."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import MEMORIES, SOUL, SOURCE, JsonObject
from soulscript.formats.cards.lore_entries import CARD, is_off, read_entries
from soulscript.formats.fields import INFERRED, MODERATE
from soulscript.formats.images import AVATAR, DEFAULT, avatar, is_relative
from soulscript.formats.round_trip import SEEN
from soulscript.formats.text.coerce import number, table, text, texts
from soulscript.formats.text.text_interpretation import (
    Described,
    Temper,
    described,
    exchanges,
    greeting,
    named,
    temper,
)
from soulscript.model.soul import ENGINE, VERSION
from soulscript.report import Fate, Note

TEXT: Final = "st:personality"
"""Key of a personality: the text that its traits were read out of."""
V1_FIELDS: Final = (
    "name",
    "description",
    "personality",
    "scenario",
    "first_mes",
    "mes_example",
)
# What stands on the soul as the card has it: field -> key.
AS_THEY_ARE: Final = {
    "nickname": "st:nickname",
    "scenario": "st:scenario",
    "tags": "st:tags",
    "creator": "st:creator",
    "creator_notes": "st:creator_notes",
    "character_version": "st:character_version",
    "creation_date": "st:creation_date",
    "modification_date": "st:modification_date",
}
TALKATIVENESS: Final = "st:talkativeness"
EXAMPLES: Final = "st:examples"
FORM, OCCUPATION, TRAIT = "character", "companion", "attentive"  # where a card says nothing
_NOBODY: Final = "the character"
_PERSON: Final = "the person"
_AGE = re.compile(r"[0-9]{1,5}(?: ?[-–] ?[0-9]{1,5})?")
_EMBEDDED = re.compile(r"embedd?ed://", re.IGNORECASE)
_LONGEST_FACT: Final = 60
_FACTS: Final = {  # what cards call it -> what a soul does
    "gender": "gender",
    "sex": "gender",
    "species": "form",
    "race": "form",
    "occupation": "occupation",
    "job": "occupation",
    "profession": "occupation",
}
# A description that was written from a soul goes on with these; the soul itself is carried along.
OWN_HEADS: Final = (
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


def version_of(card: JsonObject) -> int:
    """Say which version of the card specification a document follows: 1, 2 or 3."""
    if not isinstance(card.get("data"), dict):
        return 1
    return 3 if "v3" in text(card.get("spec")).lower() else 2


def fields_of(card: JsonObject) -> JsonObject:
    """Give a card's fields whatever its version; what stands in ``data`` counts before the root."""
    if version_of(card) == 1:
        return card
    root = {key: card[key] for key in V1_FIELDS if key in card}
    return root | table(card["data"])


def name_of(fields: JsonObject) -> str:
    """Give the name that stands for ``{{char}}``."""
    return text(fields.get("name")).strip() or _NOBODY


def book_of(fields: JsonObject) -> list[JsonValue]:
    """Give the entries of the card's book, be they a list or an object."""
    found = table(fields.get("character_book")).get("entries")
    if isinstance(found, dict):
        return list(found.values())
    return found if isinstance(found, list) else []


def since(fields: JsonObject) -> int:
    """Give the moment from which the card's lore is known, in milliseconds: when it was made."""
    made = number(fields.get("creation_date"))
    return int(made * 1000) if made is not None and abs(made) < 10**11 else 0


def soul_of(card: JsonObject) -> tuple[JsonObject, tuple[Note, ...]]:
    """Make a soul's document of a card, and say what became of each field."""
    fields = fields_of(card)
    name = name_of(fields)
    description = described(without_own(text(fields.get("description"))), name)
    mind = mind_of(text(fields.get("personality")), description, name)
    document: JsonObject = {
        "version": VERSION,
        "entity": _entity(description, name),
        "personality": _personality(fields, mind),
        "values": [],
        "voice": {"style": "", "tone": "", "qualities": [], "patterns": list(mind.habits)},
        "relationship": {"style": "", "boundaries": []},
        **dict(_more(fields, description, name)),
    }
    return document, tuple(_notes(card, fields, document))


def without_own(description: str) -> str:
    """Cut off what was written behind a soul's background when it became a card."""
    starts = (f"\n\n{description}".find(f"\n\n{head}") for head in OWN_HEADS)
    return description[: min((start for start in starts if start >= 0), default=None)]


def mind_of(personality: str, description: Described | None, name: str) -> Temper:
    """Find what a card's texts say about the character's nature."""
    listed = description.qualities if description else ()
    return temper(named(personality, name, _PERSON), listed)


def traits_of(mind: Temper) -> list[JsonValue]:
    """Write the qualities that were found as traits of a soul; where there are none, a mild one."""
    traits: list[JsonValue] = [
        {
            "trait": quality.name,
            "strength": quality.strength,
            **({"expression_rules": [quality.shown]} if quality.shown else {}),
            INFERRED: True,
        }
        for quality in mind.qualities
    ]
    return traits or [{"trait": TRAIT, "strength": MODERATE, INFERRED: True}]


def said_in(text: str, name: str) -> str:
    """Put the names into a text that is about the character."""
    return named(text, name, _PERSON)


def _entity(description: Described, name: str) -> JsonObject:
    entity: JsonObject = {"form": FORM, "occupation": OCCUPATION}
    for fact, value in description.facts.items():
        if fact in _FACTS and 0 < len(value) <= _LONGEST_FACT:
            entity[_FACTS[fact]] = named(value, name, _PERSON)
    if age := _AGE.match(description.facts.get("age", "")):
        entity["age"] = age[0]
    if description.prose:
        entity["background"] = named(description.prose, name, _PERSON)
    return entity


def _personality(fields: JsonObject, mind: Temper) -> JsonObject:
    name, said = text(fields.get("name")).strip(), text(fields.get("personality"))
    return {
        **({"name": name} if name else {}),
        "core_traits": traits_of(mind),
        **({TEXT: said} if said else {}),
    }


def _more(fields: JsonObject, description: Described, name: str) -> Iterator[tuple[str, JsonValue]]:
    """Give what stands on the soul beyond the specification."""
    for field, key in AS_THEY_ARE.items():
        if value := _as_it_is(field, fields.get(field)):
            yield key, value
    talkativeness = number(table(fields.get("extensions")).get("talkativeness"))
    if talkativeness is not None and 0 <= talkativeness <= 1:
        yield TALKATIVENESS, talkativeness
    said = [fields.get("first_mes"), *_list(fields.get("alternate_greetings"))]
    greetings: list[JsonValue] = [line for item in said if (line := greeting(text(item), name))]
    if greetings:
        yield ENGINE, {"greetings": greetings}
    examples = f"{text(fields.get('mes_example'))}\n{description.dialogue}"
    if turns := list(exchanges(examples, name)):
        yield EXAMPLES, turns  # type: ignore[misc]  # lists of objects of texts are JSON
    if images := list(_images(fields)):
        yield AVATAR, avatar(images)
    memories = read_entries(
        book_of(fields), CARD, since(fields), lambda said: named(said, name, _PERSON)
    )
    held: JsonObject = {memory.id: memory.dump() for memory in memories if memory}
    if held:
        yield MEMORIES, held


def _as_it_is(field: str, value: JsonValue) -> JsonValue:
    if field == "tags":
        return list(texts(value))
    return number(value) if field.endswith("_date") else text(value)


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def _images(fields: JsonObject) -> Iterator[tuple[str, str]]:
    """Give the pictures among the assets of V3: what each expresses, and where it is."""
    for item in _list(fields.get("assets")):
        asset = table(item)
        kind, name, place = (text(asset.get(key)) for key in ("type", "name", "uri"))
        if kind not in {"icon", "emotion"} or not name:
            continue
        file = _EMBEDDED.sub("", place, count=1)
        if place.startswith("https://") or (file != place and is_relative(file)):
            yield DEFAULT if (kind, name) == ("icon", "main") else name, file


# -- the report ------------------------------------------------------------------------------------

_FATES: Final[Mapping[str, tuple[Fate, str, str]]] = {
    "name": ("kept", "personality.name", "as it is"),
    "description": ("changed", "entity.background", "names put in, lists written as sentences"),
    "personality": ("changed", "personality.core_traits", "its qualities, each a guess at 0.5"),
    "scenario": ("kept", "st:scenario", "as it is"),
    "first_mes": ("changed", "soul:engine.greetings", "what is said aloud in it"),
    "alternate_greetings": ("changed", "soul:engine.greetings", "what is said aloud in them"),
    "mes_example": ("changed", EXAMPLES, "taken apart into turns"),
    "character_book": ("changed", MEMORIES, "a memory of each entry, found by its keys"),
    "assets": ("changed", AVATAR, "icons and emotions are pictures of the character"),
    "system_prompt": ("kept", SOURCE, "an instruction, applied only with consent"),
    "post_history_instructions": ("kept", SOURCE, "an instruction, applied only with consent"),
    **{field: ("kept", key, "as it is") for field, key in AS_THEY_ARE.items()},
}
_DEFAULTS: Final = {
    ("entity", "form"): FORM,
    ("entity", "occupation"): OCCUPATION,
}


def _notes(card: JsonObject, fields: JsonObject, document: JsonObject) -> Iterator[Note]:
    first = version_of(card) == 1
    for key, value in fields.items():
        if first or key in table(card["data"]):
            yield _note(key if first else f"data.{key}", key, value)
    if not first:
        yield from _root_notes(card)
    place = "" if first else "data."
    if TALKATIVENESS in document:
        message = "how readily it speaks in a group"
        yield Note("changed", f"{place}extensions.talkativeness", TALKATIVENESS, message)
    for number_of_it, item in enumerate(book_of(fields)):
        if not isinstance(item, dict) or is_off(item) or not text(item.get("content")).strip():
            path = f"{place}character_book.entries[{number_of_it}]"
            yield Note("kept", path, SOURCE, "no memory: it is turned off, or says nothing")
    yield from _defaults(document)


def _note(path: str, key: str, value: JsonValue) -> Note:
    if key in _FATES and value not in (None, "", [], {}):
        fate, became, message = _FATES[key]
        return Note(fate, path, became, message)
    if key in _FATES:
        return Note("kept", path, SOURCE, "there is nothing in it")
    return Note("kept", path, SOURCE, "held in the original alone")


def _root_notes(card: JsonObject) -> Iterator[Note]:
    inner = table(card["data"])
    for key, value in card.items():
        if key in {"data", SOUL, SEEN}:
            continue
        if key in V1_FIELDS and key not in inner:
            yield _note(key, key, value)
        elif key in inner and inner[key] != value:
            yield Note("kept", key, SOURCE, f"data.{key} says otherwise, and that one counts")
        elif key in inner:
            yield Note("kept", key, SOURCE, f"repeats data.{key}")
        else:
            yield Note("kept", key, SOURCE, "held in the original alone")


def _defaults(document: JsonObject) -> Iterator[Note]:
    """Say what the soul needs and the card did not have."""
    for (part, key), value in _DEFAULTS.items():
        if table(document[part])[key] == value:
            yield Note("defaulted", "", f"{part}.{key}", f'taken as "{value}"')
    personality = table(document["personality"])
    if "name" not in personality:
        yield Note("defaulted", "", "personality.name", "left out; the card names nobody")
    if table(_list(personality["core_traits"])[0])["trait"] == TRAIT:
        yield Note("defaulted", "", "personality.core_traits", f'taken as "{TRAIT}"')
    message = "left empty; a card does not say it"
    for path in ("values", "voice.style", "voice.tone", "voice.qualities", "relationship"):
        yield Note("defaulted", "", path, message)
