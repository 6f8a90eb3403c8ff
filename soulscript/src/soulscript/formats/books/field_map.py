"""Conversion of entries between the fields of one tool and those of character cards.

A field that cards have is renamed; one that SillyTavern keeps under ``extensions`` goes there; any
other is kept under ``extensions.<tool>``, so that the entry can be written back as it was.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import as_texts
from soulscript.formats.books.book_entries import MEMORY_KEY, EntryLayout, card_defaults
from soulscript.jsontext.parser import JsonObject, as_object

AND_ANY: Final = 0
AND_ALL: Final = 3
NOT_ANY: Final = 2
"""Values of ``extensions.selectiveLogic``: which secondary keys must be there, or must not be."""

_REGEX_START: Final = re.compile(r",\s*(?=/)")

Adapt = Callable[[JsonObject], None]
"""Changes an entry in place."""


def _unchanged(_: JsonObject) -> None:
    return


def _defaults(_: JsonValue) -> JsonObject:
    # Most tools have no ids, or other ones than numbers.
    return {key: value for key, value in card_defaults(None).items() if key != "id"}


@dataclass(frozen=True, slots=True)
class FieldMap:
    """The fields of a tool's entries.

    ``names`` and ``extensions`` are common name -> the tool's name, the latter under
    ``extensions``. ``implied`` are extensions that hold for every entry of the tool and
    ``implied_fields`` likewise fields; neither is written. ``read`` completes a common entry from
    what lies under ``extensions.<tool>``; ``write`` undoes that before the names are changed back.
    """

    tool: str
    names: Mapping[str, str]
    extensions: Mapping[str, str] = field(default_factory=dict)
    implied: Mapping[str, JsonValue] = field(default_factory=dict)
    implied_fields: Mapping[str, JsonValue] = field(default_factory=dict)
    read: Adapt = _unchanged
    write: Adapt = _unchanged

    def layout(self) -> EntryLayout:
        """Return the layout that reads and writes entries with these fields."""
        return EntryLayout(_defaults, self.to_common, self.from_common, self.tool)

    def to_common(self, entry: JsonObject) -> JsonObject:
        """Return the entry with the fields of a card."""
        common: JsonObject = dict(self.implied_fields)
        common |= {key: entry[own] for key, own in self.names.items() if own in entry}
        moved = {key: entry[own] for key, own in self.extensions.items() if own in entry}
        known = {*self.names.values(), *self.extensions.values(), "extensions"}
        own: JsonObject = {key: value for key, value in entry.items() if key not in known}
        kept = as_object(entry.get("extensions"))
        common["extensions"] = {**self.implied, **kept, **moved, self.tool: own}
        self.read(common)
        if not own:
            del as_object(common["extensions"])[self.tool]
        return common

    def from_common(self, common: JsonObject) -> JsonObject:
        """Return a card's entry with the fields of the tool.

        What only other tools have a field for is left out: the book carries it beside the entries.
        """
        common = {**common, "extensions": dict(as_object(common.get("extensions")))}
        extensions = as_object(common["extensions"])
        extensions[self.tool] = dict(as_object(extensions.get(self.tool)))
        self.write(common)
        own = as_object(extensions.pop(self.tool))
        entry = {own_name: common[key] for key, own_name in self.names.items() if key in common}
        entry |= {
            own_name: extensions[key]
            for key, own_name in self.extensions.items()
            if key in extensions
        }
        entry |= own
        if MEMORY_KEY in extensions:
            entry["extensions"] = {MEMORY_KEY: extensions[MEMORY_KEY]}
        return entry


# -- keys ------------------------------------------------------------------------------------------


def split_keys(value: JsonValue) -> list[JsonValue]:
    """Return keys that stand in one text with commas between them; a list stays one."""
    return [*as_texts(value)]


def split_regexes(value: JsonValue) -> list[JsonValue]:
    """Return regular expressions that stand in one text; a comma within one does not end it."""
    if not isinstance(value, str):
        return split_keys(value)
    return [part.strip() for part in _REGEX_START.split(value) if part.strip()]


def joined_keys(value: JsonValue) -> str:
    """Return keys as one text with commas between them."""
    return ", ".join(as_texts(value))


def is_regex(key: str) -> bool:
    """Return whether a key is written ``/pattern/flags``."""
    return re.fullmatch(r"/.+/[a-z]*", key, re.DOTALL) is not None


def whole_word(text: str) -> str:
    """Return the pattern of a text that stands as a word of its own."""
    return rf"(?<!\w){escaped(text)}(?!\w)"


def escaped(text: str) -> str:
    """Return a text as a pattern of JavaScript that stands between slashes."""
    return re.sub(r"([\\^$.*+?()[\]{}|/])", r"\\\1", text)
