"""Character cards as JSON: V1, V2 and V3, as SillyTavern and others read and write them.

The layouts follow the public specifications of character cards V2 and V3. A card is written in the
version that it came in; what it has no field for is carried under ``soul:soul``, in V2 and V3
within ``data.extensions``.
"""

from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotASoulError, whole_text
from soulscript.formats.base import MODERATE, SOUL_KEY, Export, Import, Source, as_text, json_bytes
from soulscript.formats.books.book_entries import CARD, in_container, write_entries
from soulscript.formats.cards.card_reader import (
    COPIED_FIELDS,
    SECTION_HEADS,
    TALKATIVENESS_KEY,
    V1_FIELDS,
    book_entries,
    created_at,
    fields_of,
    to_soul,
    traits_of,
    version_of,
    without_sections,
)
from soulscript.formats.fields import DEFAULT_OCCUPATION
from soulscript.formats.round_trip import (
    BASELINE_KEY,
    Codec,
    memories_of,
    original_of,
    read_document,
    required_soul,
    write_document,
)
from soulscript.formats.sources import DEFAULT_EXPRESSION, extension_of, images_of
from soulscript.formats.text_interpretation import parse_description
from soulscript.jsontext.parser import JsonObject, as_object, parse
from soulscript.model.dialogues import (
    DEPTH_PROMPT_KEY,
    EXAMPLES_KEY,
    INFERRED_KEY,
    OPENING_KEY,
    PERSONALITY_KEY,
    dialogues_of,
    format_dialogues,
)
from soulscript.model.soul import Soul, Trait
from soulscript.prompts.system_prompt import STRONG, told_traits
from soulscript.prompts.system_prompt import sections as prompt_sections
from soulscript.report import Note, Report

CARD_FORMATS: Final = frozenset({"card", "card-v1", "card-v2", "card-png", "charx"})
"""The formats that hold a character card."""
LATEST: Final = 3
_MIN_V1_FIELDS: Final = 4  # by which an object without a specification is detected


def is_card(document: object) -> bool:
    """Return whether a JSON value is a character card of any version."""
    if not isinstance(document, dict):
        return False
    if isinstance(data := document.get("data"), dict):
        # Some tools leave the name of the specification out.
        is_framed = "spec" not in document and all(key in data for key in V1_FIELDS)
        return is_framed or str(document.get("spec")).startswith("chara_card")
    if not isinstance(document.get("name", ""), str) or "bio" in document:
        return False
    count = sum(key in document for key in V1_FIELDS)
    return count >= _MIN_V1_FIELDS or (count > 1 and "first_mes" in document)


def detect(source: Source) -> bool:
    """Detect a card of any version as JSON."""
    return is_card(source.document)


def decode(source: Source) -> Import:
    """Read a card of any version."""
    return read_card(parse(source.single or b"", source=source.name), "card", source.name)


def read_card(document: object, format: str, source: str) -> Import:
    """Make a soul of a card's document. Raises ``NotASoulError`` if it is none."""
    if not isinstance(document, dict) or not is_card(document):
        message, mend = "this is no character card", "write spec and data, as V2 and V3 have them"
        raise NotASoulError([whole_text("not_a_card", message, mend, source)])
    codec = _codec(version_of(document), archived=format == "charx")
    return read_document(codec, document, format=format, source=source)


def encode(imported: Import, stem: str) -> Export:
    """Write a card in the version that it came in, else in the latest."""
    return _encode(imported, stem, None)


def encode_v2(imported: Import, stem: str) -> Export:
    """Write a card of V2."""
    return _encode(imported, stem, 2)


def encode_v1(imported: Import, stem: str) -> Export:
    """Write a card of V1."""
    return _encode(imported, stem, 1)


def _encode(imported: Import, stem: str, version: int | None) -> Export:
    card, report = write_card(imported, version)
    message = "a picture, which lies beside the card"
    images = Report(tuple(Note("kept", name, name, message) for name in imported.assets))
    return Export({f"{stem}.json": json_bytes(card), **imported.assets}, report + images)


def write_card(
    imported: Import, version: int | None = None, external: frozenset[str] = frozenset()
) -> tuple[JsonObject, Report]:
    """Write a card's document, by default in the version that it came in.

    ``external`` is as in ``Codec``.
    """
    soul = card_soul(imported)
    return _write(soul, _codec(version or original_version(soul), external))


def write_archived_card(imported: Import) -> tuple[JsonObject, Report]:
    """Write the document of a card that is in an archive with its images.

    Its version is the latest, or that of the archive that it came in.
    """
    soul = card_soul(imported)
    version = original_version(soul) if imported.format == "charx" else LATEST
    return _write(soul, _codec(version, archived=True))


def original_version(soul: Soul) -> int:
    """Return the version of the card that a soul came from, the latest for any other soul."""
    original = original_of(soul, CARD_FORMATS)
    return LATEST if original is None else version_of(original)


def card_soul(imported: Import) -> Soul:
    """Return the soul with all its memories. Raises ``NotASoulError`` if there is none."""
    message, mend = "there is no soul to make a card of", "bring one, or write a lorebook"
    return required_soul(imported, imported.format, message, mend)


def _codec(
    version: int, external: frozenset[str] = frozenset(), *, archived: bool = False
) -> Codec:
    return Codec(
        formats=CARD_FORMATS,
        to_soul=to_soul,
        from_soul=lambda soul: from_soul(soul, version, archived=archived),
        carrier=() if version == 1 else ("data", "extensions"),
        upgrade=lambda card: _as_version(card, version),
        external=external,
    )


def _write(soul: Soul, codec: Codec) -> tuple[JsonObject, Report]:
    """Write a card, and update the fields that the root of its original repeats from ``data``.

    SillyTavern writes the fields of V1 at the root of V2 and V3 too.
    """
    card, report = write_document(codec, soul)
    original = original_of(soul, CARD_FORMATS)
    if original is None:
        return card, report
    before, after = as_object(original.get("data")), as_object(card.get("data"))
    repeated = (key for key in before if key in original and original[key] == before[key])
    return card | {key: after[key] for key in repeated if key in after and key in card}, report


# -- versions --------------------------------------------------------------------------------------


def _framed(fields: JsonObject, version: int) -> JsonObject:
    return {"spec": f"chara_card_v{version}", "spec_version": f"{version}.0", "data": fields}


def _as_version(card: JsonObject, version: int) -> JsonObject:
    """Bring a card, with all its fields, into the layout of another version."""
    before = version_of(card)
    if before == version:
        return card
    carried_keys = {SOUL_KEY, BASELINE_KEY}
    if before == 1:
        fields = {key: value for key, value in card.items() if key not in carried_keys}
        carried: JsonObject = {key: card[key] for key in (SOUL_KEY, BASELINE_KEY) if key in card}
        extensions = as_object(card.get("extensions")) | carried
        return _framed(fields | {"extensions": extensions}, version)
    if version > 1:
        return card | _framed(as_object(card["data"]), version)
    fields = fields_of(card)
    extensions = as_object(fields.get("extensions"))
    carried = {key: extensions[key] for key in (SOUL_KEY, BASELINE_KEY) if key in extensions}
    frame = {"spec", "spec_version", "data"}
    root = {key: value for key, value in card.items() if key not in frame}
    others = {key: value for key, value in extensions.items() if key not in carried}
    return root | fields | {"extensions": others} | carried


# -- soul -> card ----------------------------------------------------------------------------------

# Head of a section of the prompt -> its head in a card, which is in the third person.
_CARD_HEADS: Final = dict(
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
        SECTION_HEADS[1:],
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class _Original:
    """The fields of the card that a soul came from, and the soul that they give."""

    fields: JsonObject
    soul: Soul


def _original(soul: Soul) -> _Original | None:
    card = original_of(soul, CARD_FORMATS)
    if card is None:
        return None
    return _Original(fields_of(card), Soul.model_validate(to_soul(card)[0]))


def from_soul(soul: Soul, version: int, *, archived: bool = False) -> JsonObject:
    """Write a soul as a card of a version, for other tools to use as it is.

    The assets of an archived card name the images in its archive.
    """
    fields = _fields(soul)
    if archived and (assets := [_asset(*image) for image in images_of(soul).items()]):
        fields["assets"] = assets
    if version == 1:
        return {key: value for key, value in fields.items() if value or key in V1_FIELDS}
    return _framed(fields, version)


def _asset(expression: str, location: str) -> JsonValue:
    is_icon = expression == DEFAULT_EXPRESSION
    is_file = ":" not in location
    return {
        "type": "icon" if is_icon else "emotion",
        "uri": f"embeded://{location}" if is_file else location,  # spelled as in the specification
        "name": "main" if is_icon else expression,
        "ext": extension_of(location) if is_file else "unknown",
    }


def _fields(soul: Soul) -> JsonObject:
    extra = soul.model_extra or {}
    original = _original(soul)
    # A soul without an opening of its own says hello with its greetings.
    greetings: list[JsonValue] = [*soul.engine.greetings] if OPENING_KEY not in extra else []
    fields: JsonObject = {
        "name": soul.personality.name or "",
        "description": _edited_description(soul, original) if original else _description(soul),
        "personality": _personality(soul, original),
        "scenario": "",
        "first_mes": next(iter(greetings), ""),
        "mes_example": _examples(soul),
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
    fields |= {field: extra[f"st:{field}"] for field in COPIED_FIELDS if f"st:{field}" in extra}
    extensions: JsonObject = {}
    if TALKATIVENESS_KEY in extra:
        extensions["talkativeness"] = extra[TALKATIVENESS_KEY]
    if DEPTH_PROMPT_KEY in extra:
        extensions["depth_prompt"] = {"prompt": extra[DEPTH_PROMPT_KEY]}
    fields["extensions"] = extensions
    if book := _book(soul, original):
        fields["character_book"] = book
    return fields


def _description(soul: Soul) -> str:
    """Return the background, then the sections of the prompt in the third person."""
    return "\n\n".join(filter(None, [soul.entity.background, *_sections(soul)]))


def _edited_description(soul: Soul, original: _Original) -> str:
    """Return the description of the original with what has changed since."""
    text = as_text(original.fields.get("description"))
    body = without_sections(text)
    tail = text[len(body) :]
    if soul.entity.background != original.soul.entity.background:
        body = soul.entity.background or ""
    elif _traits(soul) != _traits(original.soul):
        for piece in parse_description(body).lists:
            body = body.replace(piece, "")
    sections = _sections(soul)
    if sections != _sections(original.soul):
        body, tail = body.rstrip(), "".join(f"\n\n{section}" for section in sections)
    return body + tail


def _sections(soul: Soul) -> list[str]:
    entity = soul.entity
    sections: list[str] = []
    occupation = "" if entity.occupation == DEFAULT_OCCUPATION else entity.occupation
    if occupation or entity.form or entity.age or entity.gender:
        who = " ".join(filter(None, (entity.age, entity.gender, occupation)))
        described = "; ".join(filter(None, (" ".join(who.split()), " ".join(entity.form.split()))))
        sections.append(f"{SECTION_HEADS[0]} {described}.")
    for text in (section.on_lines() for section in prompt_sections(soul)):
        for head, card_head in _CARD_HEADS.items():
            if text.startswith(head):
                told = text.replace(head, card_head, 1)
                sections.append(told.replace(" You frequently:", " {{char}} frequently:", 1))
    return sections


def _traits(soul: Soul) -> list[JsonValue]:
    return [trait.dump() for trait in soul.personality.core_traits]


def _personality(soul: Soul, original: _Original | None) -> str:
    """Return the text that stands for the traits if they are unchanged since, else a list."""
    text = as_text((soul.personality.model_extra or {}).get(PERSONALITY_KEY))
    if original:
        before = as_text((original.soul.personality.model_extra or {}).get(PERSONALITY_KEY))
        is_same = _traits(soul) == _traits(original.soul)
        if text != before or is_same:
            return text
    elif _traits(soul) == traits_of(text, parse_description(soul.entity.background or "")):
        return text
    return ", ".join(map(_trait_phrase, told_traits(soul)))


def _trait_phrase(trait: Trait) -> str:
    name = " ".join(trait.trait.split())
    if INFERRED_KEY in (trait.model_extra or {}) and trait.strength == MODERATE:
        return name
    if trait.strength >= 0:
        return f"{'notably' if trait.strength > STRONG else 'somewhat'} {name}"
    return f"avoids being {name}" if trait.strength < -STRONG else f"less {name} than usual"


def _examples(soul: Soul) -> str:
    value = (soul.model_extra or {}).get(EXAMPLES_KEY)
    return value if isinstance(value, str) else format_dialogues(dialogues_of(soul))


def _book(soul: Soul, original: _Original | None) -> JsonObject | None:
    """Write the memories as entries, into the book that they came from if there is one."""
    memories = {memory.id: memory for memory in memories_of(soul)}
    if original is None:
        entries = write_entries([], memories, CARD)
        return {"entries": in_container(None, entries), "extensions": {}} if memories else None
    fields = original.fields
    book = fields.get("character_book")
    entries = write_entries(book_entries(fields), memories, CARD, created_at(fields))
    if not isinstance(book, dict):
        return {"entries": in_container(None, entries), "extensions": {}} if entries else None
    return book | {"entries": in_container(book.get("entries"), entries)}
