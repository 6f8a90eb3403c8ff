"""Foreign documents by way of a card's fields, as their own tools import and export cards.

A format gives two pure functions: its document -> the fields of a card, and back. The whole
original is kept, so that the second function need only know what a card has a field for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import SOUL_KEY, SOURCE_KEY
from soulscript.formats.cards import card, card_reader
from soulscript.formats.round_trip import BASELINE_KEY, Codec, original_of
from soulscript.formats.target_macros import FewMacros
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.model.soul import Soul
from soulscript.report import Note

_VERSION: Final = 2  # of the card whose fields are written
_CARRIED: Final = frozenset({SOUL_KEY, BASELINE_KEY})

Keys = Mapping[str, Sequence[str]]
"""Field of a card -> keys of the document that hold it; the first is that of a new document."""


@dataclass(frozen=True, slots=True)
class CardFields:
    """The fields of a card that a document gives.

    ``paths`` has the place in the document of each field; ``notes`` are on what has no field.
    """

    fields: JsonObject = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def put(self, name: str, value: JsonValue, path: str) -> None:
        """Add a field, and where it was in the document."""
        self.fields[name] = value
        self.paths[name] = path

    def keep(self, path: str, message: str) -> None:
        """Note that a part of the document stays in the original."""
        self.notes.append(Note("kept", path, SOURCE_KEY, message))

    def take(self, document: JsonObject, keys: Keys) -> None:
        """Add the fields that keys of a document hold: of several keys, the first with a text."""
        for name, names in keys.items():
            present = [key for key in names if key in document]
            if not present:
                continue
            chosen = next((key for key in present if _is_filled(document[key])), present[0])
            self.put(name, document[chosen], chosen)
            for key in present:
                if document[key] == document[chosen] and key != chosen:
                    self.keep(key, f"repeats {chosen}")
                elif key != chosen and _is_filled(document[key]):
                    self.keep(key, f"{chosen} says otherwise, and that one counts")
                elif key != chosen:
                    self.keep(key, "there is nothing in it")

    def keep_others(self, document: JsonObject, read: Sequence[str]) -> None:
        """Note every key of a document that is not among those read."""
        for key in document:
            if key not in read and key not in _CARRIED:
                self.keep(key, "held in the original alone")


def _is_filled(value: JsonValue) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)


def place(fields: JsonObject, keys: Keys, original: JsonObject | None) -> JsonObject:
    """Write the fields of a card under the keys that the original has, else the first of each."""
    document: JsonObject = {}
    for name, names in keys.items():
        for key in [key for key in names if key in (original or {})] or names[:1]:
            document[key] = fields.get(name, "")
    return document


def card_codec(
    name: str,
    to_fields: Callable[[JsonObject], CardFields],
    from_fields: Callable[[JsonObject, JsonObject | None], JsonObject],
    carrier: tuple[str, ...] = (),
    macros: FewMacros | None = None,
) -> Codec:
    """Return the codec of a format.

    ``from_fields`` takes the fields of a card and the document's original, None where it has none;
    what it leaves out stays as it is in the original. ``carrier`` and ``macros`` are as in
    ``Codec``.
    """

    def to_soul(document: JsonObject) -> tuple[JsonObject, Sequence[Note]]:
        found = to_fields(document)
        soul, notes = card_reader.to_soul(found.fields)
        return soul, [*_located(notes, found.paths), *found.notes]

    def from_soul(soul: Soul) -> JsonObject:
        original = original_of(soul, frozenset({name}))
        if original is not None:
            # The card writer keeps what has not changed as the card has it.
            source: JsonObject = {"format": "card", "original": to_fields(original).fields}
            soul = Soul.model_validate(soul.dump() | {SOURCE_KEY: source})
        written = card.from_soul(soul, _VERSION)
        return from_fields(as_object(written["data"]), original)

    return Codec(frozenset({name}), to_soul, from_soul, carrier, macros=macros)


def _located(notes: Sequence[Note], paths: Mapping[str, str]) -> Iterator[Note]:
    """Yield notes on a card's fields with their places in the document."""
    for note in notes:
        name = note.path.partition(".")[0].partition("[")[0]
        path = paths.get(name, name) + note.path[len(name) :]
        yield Note(note.fate, path, note.became, note.message, note.rule)
