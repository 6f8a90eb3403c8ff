"""Soul -> character card: a card that reads well in the tools that people use."""

from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import SOUL, JsonObject
from soulscript.formats.cards.card_reader import (
    AS_THEY_ARE,
    EXAMPLES,
    FORM,
    OCCUPATION,
    OWN_HEADS,
    TALKATIVENESS,
    TEXT,
    V1_FIELDS,
    book_of,
    fields_of,
    mind_of,
    name_of,
    said_in,
    since,
    soul_of,
    traits_of,
    version_of,
    without_own,
)
from soulscript.formats.cards.lore_entries import CARD, held_as, write_entries
from soulscript.formats.fields import INFERRED, MODERATE
from soulscript.formats.images import DEFAULT, ending, images_of
from soulscript.formats.round_trip import SEEN, memories_of, origin_of
from soulscript.formats.text.coerce import table, text
from soulscript.formats.text.text_interpretation import described, dialogue
from soulscript.model.soul import Soul, Trait
from soulscript.system_prompt import prompt

FAMILY: Final = frozenset({"card", "card-v1", "card-v2", "card-png", "charx"})
"""The formats that hold a character card."""
_STRONG: Final = 0.5  # as for traits in the prompt
# How a section of the prompt begins -> how it does in a card, which speaks of somebody.
_HEADS: Final = tuple(
    zip(
        (
            "Your communication style is",
            "Your tone is",
            "You frequently:",
            "When speaking, you embody these qualities:",
            "You know a lot about:",
            "How your traits show:",
            "What you hold to:",
            "How you are with people:",
            "Your boundaries:",
        ),
        OWN_HEADS[1:],
        strict=True,
    )
)


def card_of(soul: Soul, version: int, *, packed: bool = False) -> JsonObject:
    """Write a soul as a card of a version of the card specification.

    A packed card names the pictures that lie beside it in its archive.
    """
    fields = _fields(soul)
    if packed and (assets := [_asset(*image) for image in images_of(soul).items()]):
        fields["assets"] = assets
    if version == 1:
        return {key: value for key, value in fields.items() if value or key in V1_FIELDS}
    return in_frame(fields, version)


def in_frame(fields: JsonObject, version: int) -> JsonObject:
    """Put a card's fields into the frame of version 2 or 3."""
    return {"spec": f"chara_card_v{version}", "spec_version": f"{version}.0", "data": fields}


def as_version(card: JsonObject, version: int) -> JsonObject:
    """Bring a card into the layout of another version; every field of it goes along."""
    before = version_of(card)
    if before == version:
        return card
    if before == 1:
        inner = {key: value for key, value in card.items() if key not in {SOUL, SEEN}}
        carried: JsonObject = {key: card[key] for key in (SOUL, SEEN) if key in card}
        return in_frame(inner | {"extensions": table(card.get("extensions")) | carried}, version)
    if version > 1:
        return card | in_frame(table(card["data"]), version)
    fields = fields_of(card)
    extensions = table(fields.get("extensions"))
    carried = {key: extensions[key] for key in (SOUL, SEEN) if key in extensions}
    root = {
        key: value for key, value in card.items() if key not in {"spec", "spec_version", "data"}
    }
    plain = {key: value for key, value in extensions.items() if key not in carried}
    return root | fields | {"extensions": plain} | carried


def with_echoes(original: JsonObject, card: JsonObject) -> JsonObject:
    """Let the root repeat what has changed in ``data``, where it repeated it before."""
    before, after = table(original.get("data")), table(card.get("data"))
    repeated = (key for key in before if key in original and original[key] == before[key])
    return card | {key: after[key] for key in repeated if key in after and key in card}


def _asset(expression: str, place: str) -> JsonValue:
    icon = expression == DEFAULT
    return {
        "type": "icon" if icon else "emotion",
        "uri": place if ":" in place else f"embeded://{place}",
        "name": "main" if icon else expression,
        "ext": ending(place) if ":" not in place else "unknown",
    }


@dataclass(frozen=True, slots=True)
class _Known:
    """The card that a soul came from, and what it says where nothing has changed since."""

    fields: JsonObject
    soul: Soul


def _known(soul: Soul) -> _Known | None:
    origin = origin_of(soul, FAMILY)
    if origin is None:
        return None
    return _Known(fields_of(origin), Soul.model_validate(soul_of(origin)[0]))


def _fields(soul: Soul) -> JsonObject:
    more = soul.model_extra or {}
    known = _known(soul)
    greetings: list[JsonValue] = [*soul.engine.greetings] or [""]
    fields: JsonObject = {
        "name": soul.personality.name or "",
        "description": _described_again(soul, known) if known else _description(soul),
        "personality": _personality(soul, known),
        "scenario": "",
        "first_mes": greetings[0],
        "mes_example": _examples(more.get(EXAMPLES)),
        "creator_notes": "",
        "system_prompt": "",
        "post_history_instructions": "",
        "alternate_greetings": greetings[1:],
        "tags": [],
        "creator": "",
        "character_version": "",
        "group_only_greetings": [],
        "extensions": {},
    }
    fields |= {field: more[key] for field, key in AS_THEY_ARE.items() if key in more}
    if TALKATIVENESS in more:
        fields["extensions"] = {"talkativeness": more[TALKATIVENESS]}
    if book := _book(soul, known):
        fields["character_book"] = book
    return fields


def _description(soul: Soul) -> str:
    """Say the background, then what the prompt says, of somebody instead of to somebody."""
    return "\n\n".join(filter(None, [soul.entity.background, *_sections(soul)]))


def _described_again(soul: Soul, known: _Known) -> str:
    """Carry what has changed into the description of the card that a soul came from."""
    raw = text(known.fields.get("description"))
    body = without_own(raw)
    tail = raw[len(body) :]
    parts = described(body, name_of(known.fields))
    kept = parts.lists if _traits(soul) == _traits(known.soul) else ()
    if soul.entity.background != known.soul.entity.background:
        body = "\n".join(filter(None, [soul.entity.background, *kept, parts.dialogue]))
    elif not kept:
        for piece in parts.lists:
            body = body.replace(piece, "")
    sections = _sections(soul)
    if sections != _sections(known.soul):
        body, tail = body.rstrip(), "".join(f"\n\n{section}" for section in sections)
    return body + tail


def _sections(soul: Soul) -> list[str]:
    entity = soul.entity
    written: list[str] = []
    if (entity.form, entity.occupation) != (FORM, OCCUPATION) or entity.age or entity.gender:
        who = " ".join(filter(None, (entity.age, entity.gender, entity.occupation)))
        written.append(f"{OWN_HEADS[0]} {' '.join(f'{who}; {entity.form}'.split())}.")
    for section in prompt(soul, full=True).split("\n\n")[1:]:
        for head, own in _HEADS:
            if section.startswith(head):
                said = section.replace(head, own, 1)
                written.append(said.replace(" You frequently:", " {{char}} frequently:", 1))
    return written


def _traits(soul: Soul) -> list[JsonValue]:
    return [trait.dump() for trait in soul.personality.core_traits]


def _personality(soul: Soul, known: _Known | None) -> str:
    """Give the text that the traits were read out of, if they still are those; else list them."""
    traits = _traits(soul)
    said = text((soul.personality.model_extra or {}).get(TEXT))
    if known and traits == _traits(known.soul):
        return text(known.fields.get("personality"))
    if not known and traits == traits_of(mind_of(said, None, soul.personality.name or "")):
        return said
    return ", ".join(map(_phrase, soul.personality.core_traits))


def _phrase(trait: Trait) -> str:
    name = " ".join(trait.trait.split())
    if INFERRED in (trait.model_extra or {}) and trait.strength == MODERATE:
        return name
    if trait.strength >= 0:
        return f"{'notably' if trait.strength > _STRONG else 'somewhat'} {name}"
    return f"avoids being {name}" if trait.strength < -_STRONG else f"less {name} than usual"


def _examples(value: JsonValue) -> str:
    turns = [
        [(text(table(turn).get("speaker")), text(table(turn).get("text"))) for turn in example]
        for example in (value if isinstance(value, list) else [])
        if isinstance(example, list)
    ]
    return dialogue(turns)


def _book(soul: Soul, known: _Known | None) -> JsonObject | None:
    """Write the memories as entries: into the book they came from, if there is one."""
    memories = {memory.id: memory for memory in memories_of(soul)}
    if known is None:
        written = write_entries([], memories, CARD)
        return {"entries": held_as(None, written), "extensions": {}} if memories else None
    book, name = known.fields.get("character_book"), name_of(known.fields)
    at, before = since(known.fields), book_of(known.fields)
    written = write_entries(before, memories, CARD, at, lambda said: said_in(said, name))
    if not isinstance(book, dict):
        return {"entries": held_as(None, written), "extensions": {}} if written else None
    return book | {"entries": held_as(book.get("entries"), written)}
