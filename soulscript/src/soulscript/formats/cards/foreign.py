"""Characters of other tools as character cards: what their fields are called there.

A format gives the fields of a card that a document has, and where each stands in it; reading and
writing of cards does the rest.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from soulscript.errors import Path, Problem, spell
from soulscript.formats.base import SOUL_KEY, SOURCE_KEY, as_text
from soulscript.formats.cards import card, card_reader
from soulscript.formats.round_trip import BASELINE_KEY
from soulscript.jsontext.parser import JsonObject, as_object, parse_noting
from soulscript.model.soul import Soul
from soulscript.report import Note

_CARD_PATH: Final = re.compile(r"data\.(\w+)(?:\.entries)?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CardFields:
    """The fields of a card that a document has: name of the field -> value and place in it.

    ``joined`` are further places whose texts stand in a field: place -> name of the field.
    """

    values: dict[str, JsonValue]
    places: Mapping[str, Path]
    joined: Mapping[Path, str] = field(default_factory=dict)


def to_soul(document: JsonObject, fields: CardFields) -> tuple[JsonObject, list[Note]]:
    """Return the soul document of a card with these fields, and a note for each.

    The notes name the places in the document; what no field was read from is noted too.
    """
    soul, notes = card_reader.to_soul(_framed(fields.values))
    read = {*fields.places.values(), *fields.joined}
    located = [_located(note, fields.places) for note in notes if not note.path.startswith("spec")]
    held = (
        Note("kept", spell(path), SOURCE_KEY, "held in the original alone")
        for path in _unread(document, (), read)
    )
    joined = (
        Note("changed", spell(path), spell(fields.places[name]), f"stands in the {name} of a card")
        for path, name in fields.joined.items()
    )
    return soul, [*located, *joined, *held]


def from_soul(soul: Soul, original: Mapping[str, JsonValue]) -> JsonObject:
    """Return the fields of the card that a soul makes.

    ``original`` are those of the document that it came from, if any: what is unchanged stays.
    """
    if original:
        source: JsonObject = {"format": "card", "original": _framed(original)}
        soul = Soul.model_validate(soul.dump() | {SOURCE_KEY: source})
    return as_object(card.from_soul(soul, card.LATEST)["data"])


def _framed(values: Mapping[str, JsonValue]) -> JsonObject:
    return {"spec": "chara_card_v3", "spec_version": "3.0", "data": dict(values)}


def _located(note: Note, places: Mapping[str, Path]) -> Note:
    found = _CARD_PATH.fullmatch(note.path)
    if found is None or found[1] not in places:
        return note
    return replace(note, path=spell(places[found[1]]) + found[2])


def _unread(value: JsonObject, path: Path, read: set[Path]) -> Iterator[Path]:
    """Yield the places that no field was read from; objects are looked into."""
    around = {place[:length] for place in read for length in range(len(place))}
    for key, inner in value.items():
        here = (*path, key)
        if here in read or key in {SOUL_KEY, BASELINE_KEY}:
            continue
        if here in around:
            yield from _unread(as_object(inner), here, read)
        elif inner not in ("", [], {}, None):
            yield here


def parse_texts(
    files: dict[str, bytes], source: str, ending: str = ".json"
) -> tuple[JsonObject, list[Problem]]:
    """Take the JSON files out of an archive's: their values by name, and warnings.

    Raises ``NotJsonError`` for one that is not JSON.
    """
    document: JsonObject = {}
    problems: list[Problem] = []
    for name in [name for name in files if name.endswith(ending)]:
        document[name], found = parse_noting(files.pop(name), source=f"{source}/{name}")
        problems += found
    return document, problems


# -- values ----------------------------------------------------------------------------------------


def seconds_of(value: JsonValue) -> int | None:
    """Return a time in ISO 8601 as seconds since 1970; None for anything else."""
    try:
        time = datetime.fromisoformat(as_text(value))
    except ValueError:
        return None
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return int(aware.timestamp()) if aware.year > 1 else None


def lore_entry(keys: JsonValue, content: JsonValue) -> JsonObject:
    """Return an entry of a card's book; keys are a list, or a text with commas."""
    words = keys if isinstance(keys, list) else as_text(keys).split(",")
    found: list[JsonValue] = [word.strip() for word in map(as_text, words) if word.strip()]
    return {"keys": found, "content": as_text(content), "enabled": True}
