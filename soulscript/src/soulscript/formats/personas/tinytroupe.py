"""TinyTroupe persons and fragments: ``{type, persona: {name, age, occupation, personality, …}}``.

Older files have the same in one flat object, under ``configuration`` or at the root. A fragment is
part of a person: read alone it gives a soul with many defaults, ``merge_fragment`` merges it into a
person as TinyTroupe does. Mental faculties stay in the original; none is run.
"""

import copy
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import MEMORIES_KEY, MODERATE, SOURCE_KEY, Export, Import, Source
from soulscript.formats.fields import (
    FieldLog,
    FieldReader,
    complete_soul,
    keyed_by_id,
    new_memory,
    new_trait,
    new_value,
)
from soulscript.formats.round_trip import Codec, export_document, import_document, memories_of
from soulscript.formats.target_macros import FewMacros
from soulscript.formats.text_interpretation import (
    SUBJECT,
    lower_first,
    principle_name,
    quality_of,
    sentence,
    without_full_stop,
)
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.model.soul import ENGINE, Soul
from soulscript.prompts.system_prompt import told_traits
from soulscript.report import Note

_NAME: Final = "tinytroupe"
_PERSON: Final = "TinyPerson"
_FRAGMENT: Final = "Fragment"
_PERSONA_KEYS: Final = ("persona", "configuration", "_configuration")
_RELATIONSHIP: Final = "relationship"  # kinds of memory
_FACT: Final = "fact"
_BACKGROUND: Final = "entity.background"
_TRAITS: Final = "personality.core_traits"
_TYPICAL_KEYS: Final = (
    "age", "nationality", "occupation", "residence", "personality", "personality_traits",
    "country_of_residence", "other_facts", "beliefs", "behaviors", "preferences",
)  # fmt: skip
_MIN_TYPICAL_KEYS: Final = 2  # by which a persona without a type is detected
# The big five -> the closest dispositions of ``soul:engine``.
_DISPOSITIONS: Final = {
    "openness": "openness",
    "conscientiousness": "discipline",
    "extraversion": "sociability",
    "agreeableness": "friendliness",
    "neuroticism": "neuroticism",
}


def to_soul(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    """Return the soul document of a person or a single fragment, and a note for each field.

    Raises ``NotASoulError`` with a problem for each field of a wrong type.
    """
    log = FieldLog()
    root = FieldReader(document, log)
    persona_key = _persona_key(document)
    persona = root.object(persona_key) if persona_key else root
    kind = root.text("type")
    name = persona.text("name", "personality.name")
    entity = _entity(persona)
    patterns = list(_patterns(_object_or_list(persona, "behaviors", "general")))
    personality = _object_or_list(persona, "personality", "traits")
    traits = _texts(personality, "traits", _TRAITS)
    traits += _texts(persona, "personality_traits", _TRAITS)
    style = persona.text("style", "voice.style", "without its full stop", "changed")
    beliefs = _texts(persona, "beliefs", "values")
    soul: JsonObject = {
        "entity": entity,
        "personality": {"name": name, "core_traits": _traits(traits)},
        "values": [new_value(principle_name(belief), belief) for belief in beliefs],
        "voice": {
            "style": lower_first(without_full_stop(style)),
            "patterns": [*dict.fromkeys(patterns)],
        },
        ENGINE: _engine_notes(personality),
        MEMORIES_KEY: keyed_by_id(_memories(persona)),
    }
    for fields in (personality, persona, root) if persona is not root else (personality, persona):
        fields.note_unread("held in the original; nothing of it is run")
    if kind == _FRAGMENT:
        log.note("defaulted", (), "$", "a fragment is part of a person; the rest is missing")
    return complete_soul(log, soul), log.notes


def _texts(fields: FieldReader, key: str, became: str) -> list[str]:
    return flatten(fields.raw(key, became, "a text for each"))


def _background_text(fields: FieldReader, key: str) -> str:
    return ", ".join(flatten(fields.raw(key, _BACKGROUND, "told in a sentence")))


def _object_or_list(fields: FieldReader, key: str, list_key: str) -> FieldReader:
    """Return a reader of an object; a list counts as its field ``list_key``."""
    value = fields.value.get(key)
    if value is None or isinstance(value, dict):
        return fields.object(key)
    value = fields.raw(key, SOURCE_KEY, "a list alone", "kept")
    return FieldReader({list_key: value}, fields.log, (*fields.path, key))


_SELF_EXPLANATORY_KEYS: Final = frozenset(
    ("trait", "interest", "skill", "belief", "behavior", "fact", "text", "description", "value")
)


def flatten(value: JsonValue) -> list[str]:
    """Return a value as texts, one for each item of a list.

    In objects a text stands behind its key, unless the key adds nothing.
    """
    if isinstance(value, list):
        return [text for item in value if (text := "; ".join(flatten(item)))]
    if isinstance(value, dict):
        return [
            text if key in _SELF_EXPLANATORY_KEYS else f"{key.replace('_', ' ')}: {text}"
            for key, inner in value.items()
            for text in flatten(inner)
        ]
    if value is None or isinstance(value, bool):
        return []
    return [str(value)] if str(value).strip() else []


# -- entity ----------------------------------------------------------------------------------------

_SKILLED: Final = re.compile(
    rf"(?:{SUBJECT} (?:are|am|is) )?(?:(?:very|highly|quite|extremely) )?"
    r"(?:familiar with|proficient (?:in|with|at)|fluent in|skilled (?:in|at|with)|adept (?:at|in)|"
    r"experienced (?:in|with|at)|(?:an )?experts? (?:in|on|at)|good (?:at|with)|great (?:at|with)|"
    r"knowledgeable (?:about|in)|competent (?:in|at|with)|trained in|excellent at) ",
    re.IGNORECASE,
)
_CAPABLE: Final = re.compile(
    rf"(?:{SUBJECT} (?:(?:are|am|is) able to|can|knows? how to) |able to |can |knows? how to )",
    re.IGNORECASE,
)


def _entity(persona: FieldReader) -> JsonObject:
    """Return the entity; its background has a line for each field that a soul does not have."""
    title, organization, description = _occupation(persona)
    residence = _background_text(persona, "residence")
    residence = residence or _background_text(persona, "country_of_residence")
    background = persona.text("background", _BACKGROUND)
    lines = [
        *_origin(_background_text(persona, "nationality"), residence),
        *_list_line("Education", _texts(persona, "education", _BACKGROUND)),
        *_work(title, organization, description),
        *_list_line("Your long-term goals", _texts(persona, "long_term_goals", _BACKGROUND)),
        *_preferences(persona),
        *_list_line("Health", _texts(persona, "health", _BACKGROUND)),
    ]
    gender = persona.text("gender", "entity.gender")
    # A common noun such as "linguist" is in lower case in the description.
    occupation = title.lower() if title.lower() in description else title
    return {
        "form": "human",
        "occupation": occupation or "person",
        "gender": gender.lower() if gender.isalpha() else gender,
        "age": persona.text("age", "entity.age"),
        "expertise": [*dict.fromkeys(map(skill_in, _texts(persona, "skills", "entity.expertise")))],
        "background": background or "\n".join(lines),
    }


def _occupation(persona: FieldReader) -> tuple[str, str, str]:
    """Return title, organization and description of an occupation, a text or an object."""
    separate = persona.text("occupation_description", _BACKGROUND)
    if not isinstance(persona.value.get("occupation"), dict):
        return persona.text("occupation", "entity.occupation"), "", separate
    fields = persona.object("occupation")
    title = fields.text("title", "entity.occupation")
    message = "told by the description, if there is one"
    organization = fields.text("organization", _BACKGROUND, message)
    description = fields.text("description", _BACKGROUND) or separate
    fields.note_unread()
    return title, organization, description


def _origin(nationality: str, residence: str) -> list[str]:
    nation = f"You are {nationality}" if nationality else ""
    home = f"live in {residence}" if residence else ""
    if nation and home:
        return [sentence(f"{nation} and {home}")]
    return [sentence(nation or f"You {home}")] if nation or home else []


def _work(title: str, organization: str, description: str) -> list[str]:
    if description:
        return [sentence(description)]
    return [sentence(f"You work for {organization}")] if title and organization else []


def _preferences(persona: FieldReader) -> list[str]:
    fields = _object_or_list(persona, "preferences", "likes")
    interests = _texts(fields, "interests", _BACKGROUND)
    for key in ("professional_interests", "personal_interests"):
        interests += _texts(persona, key, _BACKGROUND)
    lines = _list_line("You are interested in", interests)
    lines += _list_line("You like", _texts(fields, "likes", _BACKGROUND))
    lines += _list_line("You dislike", _texts(fields, "dislikes", _BACKGROUND))
    fields.note_unread()
    return lines


def _list_line(head: str, items: Sequence[str]) -> list[str]:
    """Return ``head: …; ….`` as one line, no line without items."""
    return [sentence(f"{head}: {'; '.join(map(without_full_stop, items))}")] if items else []


def skill_in(text: str) -> str:
    """Return the skill of a sentence: "Python" of "You are proficient in Python."."""
    line = without_full_stop(text)
    if skilled := _SKILLED.match(line):
        return line[skilled.end() :]
    if capable := _CAPABLE.match(line):
        return f"how to {line[capable.end() :]}"
    return line


# -- personality -----------------------------------------------------------------------------------

_LEVELS: Final = {"low": -MODERATE, "medium": 0.0, "high": MODERATE}
_LEVEL_WORDS: Final = {
    "low": "low", "medium": "medium", "high": "high", "moderate": "medium", "average": "medium",
    "balanced": "medium", "moderately": "medium", "very": "", "extremely": "", "fairly": "",
}  # fmt: skip
_SCALES: Final = ((0.0, 1.0), (1.0, 5.0), (0.0, 10.0), (0.0, 100.0))  # the first that holds it
_LOW, _HIGH = 1 / 3, 2 / 3


def _traits(sentences: Iterable[str]) -> list[JsonValue]:
    """Make a trait of each quality that sentences name, with the sentences as its rules."""
    traits: dict[str, tuple[str, float, list[str]]] = {}
    for text in sentences:
        name, strength, bare = quality_of(text)
        trait = traits.setdefault(name.casefold(), (name, strength, []))
        if not bare:
            trait[2].append(text)
    return [new_trait(*trait) for trait in traits.values()]


def _trait_sentences(name: str, strength: float, rules: Sequence[str]) -> list[JsonValue]:
    if rules:
        return list(rules)
    if strength < 0:
        return [f"You are not {name}."]
    return [f"You are {'very ' if strength > MODERATE else ''}{name}."]


def _patterns(behaviors: FieldReader) -> Iterator[str]:
    for key, value in behaviors.value.items():
        if not isinstance(value, dict):
            yield from _texts(behaviors, key, "voice.patterns")
    behaviors.note_unread("routines are held in the original")


def _engine_notes(personality: FieldReader) -> JsonObject:
    """Return the big five as the temperament of the engine's notes."""
    fields = personality.object("big_five")
    temperament: JsonObject = {}
    for key, disposition in _DISPOSITIONS.items():
        became = f"{ENGINE}.temperament.{disposition}"
        level = parse_level(fields.raw(key, became, "high, medium or low as 0.5, 0 or -0.5"))
        if level is not None:
            temperament[disposition] = level
    fields.note_unread()
    return {"temperament": temperament} if temperament else {}


def parse_level(value: JsonValue) -> float | None:
    """Parse "High. …", "low" or a number on a usual scale; None for any other value."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str):
        words = re.findall(r"[a-z]+", value[:200].casefold())
        return next((_LEVELS[level] for word in words if (level := _LEVEL_WORDS.get(word))), None)
    for least, most in _SCALES:
        if least <= value <= most:
            share = (value - least) / (most - least)
            return -MODERATE if share < _LOW else MODERATE if share > _HIGH else 0.0
    return None


def format_level(strength: float) -> str:
    """Return "High.", "Medium." or "Low.", as TinyTroupe writes levels."""
    return "High." if strength > _LOW else "Low." if strength < -_LOW else "Medium."


# -- memories --------------------------------------------------------------------------------------


def _memories(persona: FieldReader) -> Iterator[JsonObject]:
    """Yield a memory of each relationship and of each further fact."""
    relationships = persona.raw("relationships", MEMORIES_KEY, "a memory for each")
    if isinstance(relationships, dict):
        relationships = [{"name": n, "description": d} for n, d in relationships.items()]
    for item in relationships if isinstance(relationships, list) else [relationships]:
        name = "; ".join(flatten(as_object(item).get("name")))
        others = {key: value for key, value in as_object(item).items() if key != "name"}
        description = "; ".join(flatten(others if isinstance(item, dict) else item))
        if description:
            text = f"{name}: {description}" if name else description
            yield new_memory(_RELATIONSHIP, text, tags=[name] if name else [])
    for text in _texts(persona, "other_facts", MEMORIES_KEY):
        yield new_memory(_FACT, text)


# -- writing ---------------------------------------------------------------------------------------


def from_soul(soul: Soul) -> JsonObject:
    """Write a soul as a person, without regard to an original."""
    entity, voice, temperament = soul.entity, soul.voice, soul.engine.temperament
    traits = [
        line
        for trait in told_traits(soul)
        for line in _trait_sentences(trait.trait, trait.strength, trait.expression_rules)
    ]
    big_five: JsonObject = {
        key: format_level(temperament[disposition])
        for key, disposition in _DISPOSITIONS.items()
        if disposition in temperament
    }
    relationships, facts = _split_memories(soul)
    age = entity.age
    is_number = age and age.isascii() and age.isdigit() and len(age) <= len("1000")
    persona: JsonObject = {
        "name": soul.name or "person",
        "age": int(age) if age and is_number else age,
        "gender": entity.gender,
        "occupation": {"title": entity.occupation},
        "background": entity.background,
        "style": voice.style,
        "personality": {"traits": traits, "big_five": big_five},
        "beliefs": [value.expression for value in soul.values],
        "skills": [*entity.expertise],
        "behaviors": {"general": [*voice.patterns]},
        "relationships": relationships,
        "other_facts": facts,
    }
    return {"type": _PERSON, "persona": {key: value for key, value in persona.items() if value}}


def _split_memories(soul: Soul) -> tuple[list[JsonValue], list[JsonValue]]:
    """Return the memories of relationships, by name, and all others as facts."""
    relationships: list[JsonValue] = []
    facts: list[JsonValue] = []
    for memory in memories_of(soul):
        notes = memory.metadata
        if notes is not None and notes.memory_type == _RELATIONSHIP and notes.topic_tags:
            name = notes.topic_tags[0]
            description = memory.core_memory.removeprefix(f"{name}: ")
            relationships.append({"name": name, "description": description})
        else:
            facts.append(memory.core_memory)
    return relationships, facts


# -- fragments -------------------------------------------------------------------------------------


def merge_fragment(person: JsonObject, fragment: JsonObject) -> JsonObject:
    """Merge a fragment: lists grow without repeats, objects merge, other values stay."""
    key = _persona_key(person)
    more = fragment.get(_persona_key(fragment) or "", {})
    if key is None:
        return _merge_objects(person, as_object(more))
    return {**copy.deepcopy(person), key: _merge(person[key], more)}


def _persona_key(document: JsonObject) -> str | None:
    """Return the key of the persona; None where the persona is the document itself."""
    return next((key for key in _PERSONA_KEYS if isinstance(document.get(key), dict)), None)


def _merge(own: JsonValue, other: JsonValue) -> JsonValue:
    if isinstance(own, dict) and isinstance(other, dict):
        return _merge_objects(own, other)
    if isinstance(own, list) and isinstance(other, list):
        known = {json.dumps(item, sort_keys=True) for item in own}
        new = [item for item in other if json.dumps(item, sort_keys=True) not in known]
        return copy.deepcopy(own + new)
    return copy.deepcopy(other if own is None else own)


def _merge_objects(own: JsonObject, other: JsonObject) -> JsonObject:
    return {key: _merge(own.get(key), other.get(key)) for key in dict.fromkeys([*own, *other])}


# -- the format ------------------------------------------------------------------------------------

_CODEC: Final = Codec(frozenset({_NAME}), to_soul, from_soul, macros=FewMacros())


def detect(source: Source) -> bool:
    """Detect a person or a fragment by its type, or by at least two typical keys."""
    document = source.document
    if not isinstance(document, dict) or "entity" in document:
        return False
    if document.get("type") in (_PERSON, _FRAGMENT):
        return True
    persona = document.get(_persona_key(document) or "", document)
    typical = sum(key in persona for key in _TYPICAL_KEYS) if isinstance(persona, dict) else 0
    return typical >= _MIN_TYPICAL_KEYS


def decode(source: Source) -> Import:
    """Read a person or a fragment. Raises ``NotASoulError`` with each wrong field."""
    return import_document(_CODEC, _NAME, as_object(source.document), source, by_key=False)


def encode(imported: Import, stem: str) -> Export:
    """Write a soul as a person."""
    return export_document(_CODEC, imported, f"{stem}.agent.json")
