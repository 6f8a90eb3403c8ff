"""TinyTroupe persons and fragments: ``{type, persona: {name, age, occupation, personality, …}}``.

Older files have the same in one flat object, under ``configuration`` or at the root. A fragment is
part of a person: read alone it gives a soul with much taken for granted, ``combined`` joins it to a
person as TinyTroupe does. Mental faculties are held in the original; none is run.
"""

import copy
import json
from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import MEMORIES, SOURCE, Export, Import, JsonObject, Source
from soulscript.formats.documents import exported, imported
from soulscript.formats.fields import Account, Fields, by_id, memory, value, whole
from soulscript.formats.round_trip import Codec, memories_of
from soulscript.formats.text.phrasing import lowered, named_after, unended
from soulscript.formats.tinytroupe.person_sentences import (
    DISPOSITIONS,
    at_home,
    at_work,
    common_noun,
    flat,
    grade,
    level,
    listed,
    skill,
    told,
    traits_of,
)
from soulscript.model.soul import ENGINE, Soul
from soulscript.report import Note

NAME: Final = "tinytroupe"
ENDING: Final = ".agent.json"
_PERSON: Final = "TinyPerson"
_FRAGMENT: Final = "Fragment"
_HOLDERS: Final = ("persona", "configuration", "_configuration")
_RELATION: Final = "relationship"
_FACT: Final = "fact"
_SIGNS: Final = (
    "age", "nationality", "occupation", "residence", "personality", "personality_traits",
    "country_of_residence", "other_facts", "beliefs", "behaviors", "preferences",
)  # fmt: skip
_ENOUGH: Final = 2


def soul_of(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    """Make a soul of a person or of a fragment alone, with a note for each field.

    Raises ``NotASoulError`` that names each field of another type than it should be.
    """
    account = Account()
    root = Fields(document, account)
    holder = _holder(document)
    persona = root.inner(holder) if holder else root
    kind = root.text("type")
    name = persona.text("name", "personality.name")
    entity, background = _entity(persona)
    behaviors = _part(persona, "behaviors", "general")
    patterns = list(_habits(behaviors))
    temper = _part(persona, "personality", "traits")
    traits = _texts(temper, "traits", "personality.core_traits")
    traits += _texts(persona, "personality_traits", "personality.core_traits")
    style = persona.text("style", "voice.style", "without its full stop", "changed")
    values = [value(named_after(text), text) for text in _texts(persona, "beliefs", "values")]
    soul: JsonObject = {
        "entity": {**entity, "background": background},
        "personality": {"name": name, "core_traits": traits_of(traits)},
        "values": [*values],
        "voice": {"style": lowered(unended(style)), "patterns": [*dict.fromkeys(patterns)]},
        ENGINE: _engine(temper),
        MEMORIES: by_id([*_relations(persona), *_facts(persona)]),
    }
    for fields in (temper, persona, root) if persona is not root else (temper, persona):
        fields.rest("held in the original; nothing of it is run")
    if kind == _FRAGMENT:
        account.note("defaulted", (), "$", "a fragment is part of a person; the rest is missing")
    return whole(account, soul), account.notes


def _texts(fields: Fields, key: str, became: str) -> list[str]:
    """Give a list's items as texts, however they are written."""
    return flat(fields.said(key, became, "a text for each"))


def _text(fields: Fields, key: str) -> str:
    """Give as one text what may be several, for the background."""
    return ", ".join(flat(fields.said(key, _BACKGROUND, "told in a sentence")))


def _part(fields: Fields, key: str, whole: str) -> Fields:
    """Give an object within; a list alone stands for its part that is called ``whole``."""
    value = fields.value.get(key)
    if value is None or isinstance(value, dict):
        return fields.inner(key)
    return Fields(
        {whole: fields.said(key, SOURCE, "a list alone", "kept")},
        fields.account,
        (*fields.path, key),
    )


# -- who somebody is -------------------------------------------------------------------------------


def _entity(persona: Fields) -> tuple[JsonObject, str]:
    """Give the entity but for its background, and the background as sentences, a line for each."""
    title, organization, description = _occupation(persona)
    residence = _text(persona, "residence") or _text(persona, "country_of_residence")
    written = persona.text("background", _BACKGROUND)
    lines = [
        *at_home(_text(persona, "nationality"), residence),
        *listed("Education", _texts(persona, "education", _BACKGROUND)),
        *at_work(title, organization, description),
        *listed("Your long-term goals", _texts(persona, "long_term_goals", _BACKGROUND)),
        *_liked(persona),
        *listed("Health", _texts(persona, "health", _BACKGROUND)),
    ]
    gender = persona.text("gender", "entity.gender")
    entity: JsonObject = {
        "form": "human",
        "occupation": common_noun(title, description) or "person",
        "gender": gender.lower() if gender.isalpha() else gender,
        "age": persona.text("age", "entity.age"),
        "expertise": [*dict.fromkeys(map(skill, _texts(persona, "skills", "entity.expertise")))],
    }
    return entity, written or "\n".join(lines)


_BACKGROUND: Final = "entity.background"


def _occupation(persona: Fields) -> tuple[str, str, str]:
    """Give title, organization and description, be the occupation a text or an object."""
    apart = persona.text("occupation_description", _BACKGROUND)
    if not isinstance(persona.value.get("occupation"), dict):
        return persona.text("occupation", "entity.occupation"), "", apart
    inner = persona.inner("occupation")
    found = (
        inner.text("title", "entity.occupation"),
        inner.text("organization", _BACKGROUND, "told by the description, if there is one"),
        inner.text("description", _BACKGROUND) or apart,
    )
    inner.rest()
    return found


def _liked(persona: Fields) -> list[str]:
    """Say interests, likes and dislikes, a line for each."""
    inner = _part(persona, "preferences", "likes")
    interests = _texts(inner, "interests", _BACKGROUND)
    for key in ("professional_interests", "personal_interests"):
        interests += _texts(persona, key, _BACKGROUND)
    lines = listed("You are interested in", interests)
    lines += listed("You like", _texts(inner, "likes", _BACKGROUND))
    lines += listed("You dislike", _texts(inner, "dislikes", _BACKGROUND))
    inner.rest()
    return lines


def _habits(behaviors: Fields) -> Iterator[str]:
    """Give what somebody frequently does; daily routines are held in the original."""
    for key, found in behaviors.value.items():
        if not isinstance(found, dict):
            yield from _texts(behaviors, key, "voice.patterns")
    behaviors.rest("routines are held in the original")


def _engine(temper: Fields) -> JsonObject:
    """Give the big five as temperament."""
    inner = temper.inner("big_five")
    found: JsonObject = {}
    for key, disposition in DISPOSITIONS.items():
        became = f"{ENGINE}.temperament.{disposition}"
        strength = level(inner.said(key, became, "high, medium or low as 0.5, 0 or -0.5"))
        if strength is not None:
            found[disposition] = strength
    inner.rest()
    return {"temperament": found} if found else {}


# -- what somebody remembers -----------------------------------------------------------------------


def _relations(persona: Fields) -> Iterator[JsonObject]:
    """Make a memory of each relationship."""
    known = persona.said("relationships", MEMORIES, "a memory for each")
    if isinstance(known, dict):
        known = [{"name": name, "description": found} for name, found in known.items()]
    for item in known if isinstance(known, list) else [known]:
        named = item if isinstance(item, dict) else {}
        name = "; ".join(flat(named.get("name")))
        others = {key: found for key, found in named.items() if key != "name"}
        description = "; ".join(flat(others if named else item))
        if description:
            text = f"{name}: {description}" if name else description
            yield memory(_RELATION, text, tags=[name] if name else [])


def _facts(persona: Fields) -> Iterator[JsonObject]:
    for text in _texts(persona, "other_facts", MEMORIES):
        yield memory(_FACT, text)


# -- writing ---------------------------------------------------------------------------------------


def document_of(soul: Soul) -> JsonObject:
    """Write a soul anew as a person."""
    entity, voice = soul.entity, soul.voice
    told_of = [
        sentence
        for trait in soul.personality.core_traits
        for sentence in told(trait.trait, trait.strength, trait.expression_rules)
    ]
    temperament = soul.engine.temperament
    five = {key: grade(temperament[d]) for key, d in DISPOSITIONS.items() if d in temperament}
    relations, facts = _remembered(soul)
    persona: JsonObject = {
        "name": soul.name or "person",
        "age": _age(entity.age),
        "gender": entity.gender,
        "occupation": {"title": entity.occupation},
        "background": entity.background,
        "style": voice.style,
        "personality": {"traits": told_of, "big_five": {**five}},
        "beliefs": [held.expression for held in soul.values],
        "skills": [*entity.expertise],
        "behaviors": {"general": [*voice.patterns]},
        "relationships": relations,
        "other_facts": facts,
    }
    return {"type": _PERSON, "persona": {key: found for key, found in persona.items() if found}}


def _age(age: str | None) -> JsonValue:
    return int(age) if age and age.isascii() and age.isdigit() and len(age) <= len("1000") else age


def _remembered(soul: Soul) -> tuple[list[JsonValue], list[JsonValue]]:
    """Write memories: those of relationships by name, all others as facts."""
    relations: list[JsonValue] = []
    facts: list[JsonValue] = []
    for found in memories_of(soul):
        notes = found.metadata
        if notes is not None and notes.memory_type == _RELATION and notes.topic_tags:
            name = notes.topic_tags[0]
            relations.append(
                {"name": name, "description": found.core_memory.removeprefix(f"{name}: ")}
            )
        else:
            facts.append(found.core_memory)
    return relations, facts


# -- persons and fragments -------------------------------------------------------------------------


def merge(person: JsonObject, fragment: JsonObject) -> JsonObject:
    """Join a fragment to a person: lists grow without repeats, objects merge, other values stay."""
    holder = _holder(person)
    more = fragment.get(_holder(fragment) or "", {})
    if holder is None:
        return _objects(person, more if isinstance(more, dict) else {})
    return {**copy.deepcopy(person), holder: _joined(person[holder], more)}


def _holder(document: JsonObject) -> str | None:
    """Name the key under which the persona stands; None where it is the document itself."""
    return next((key for key in _HOLDERS if isinstance(document.get(key), dict)), None)


def _joined(own: JsonValue, other: JsonValue) -> JsonValue:
    if isinstance(own, dict) and isinstance(other, dict):
        return _objects(own, other)
    if isinstance(own, list) and isinstance(other, list):
        known = {json.dumps(item, sort_keys=True) for item in own}
        new = [item for item in other if json.dumps(item, sort_keys=True) not in known]
        return copy.deepcopy(own + new)
    return copy.deepcopy(other if own is None else own)


def _objects(own: JsonObject, other: JsonObject) -> JsonObject:
    return {key: _joined(own.get(key), other.get(key)) for key in dict.fromkeys([*own, *other])}


# -- files -----------------------------------------------------------------------------------------

SHAPE: Final = Codec(frozenset({NAME}), soul_of, document_of)


def sees(source: Source) -> bool:
    """Whether it is a person or a fragment by its type, or by what only persons have."""
    document = source.document
    if not isinstance(document, dict) or "entity" in document:
        return False
    persona = document.get(_holder(document) or "", document)
    if document.get("type") in (_PERSON, _FRAGMENT):
        return True
    return isinstance(persona, dict) and sum(key in persona for key in _SIGNS) >= _ENOUGH


def reads(source: Source) -> Import:
    """Read a person or a fragment. Raises ``NotASoulError`` that names what is wrong and where."""
    document = source.document if isinstance(source.document, dict) else {}
    return imported(SHAPE, NAME, document, source, by_key=False)


def writes(what: Import, stem: str) -> Export:
    """Write a soul as a person."""
    return exported(SHAPE, what, stem + ENDING)
