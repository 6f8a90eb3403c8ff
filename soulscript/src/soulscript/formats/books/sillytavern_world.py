"""Entries of SillyTavern's world files: ``{uid, key, keysecondary, order, disable, position, …}``.

SillyTavern has each of these fields under another name in the book of a card: some at the entry,
most under its ``extensions``. It moves them from one to the other itself when it imports a book, so
that an entry means the same in both.
"""

from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import as_number
from soulscript.formats.books.book_entries import EntryLayout, card_defaults, is_disabled
from soulscript.jsontext.parser import JsonObject, as_object

_FIELDS: Final = {  # of a card's entry -> of a world's
    "id": "uid",
    "keys": "key",
    "secondary_keys": "keysecondary",
    "insertion_order": "order",
}
_EXTENSIONS: Final = {  # under the ``extensions`` of a card's entry -> of a world's
    "position": "position",
    "depth": "depth",
    "role": "role",
    "display_index": "displayIndex",
    "probability": "probability",
    "useProbability": "useProbability",
    "selectiveLogic": "selectiveLogic",
    "outlet_name": "outletName",
    "exclude_recursion": "excludeRecursion",
    "prevent_recursion": "preventRecursion",
    "delay_until_recursion": "delayUntilRecursion",
    "group": "group",
    "group_override": "groupOverride",
    "group_weight": "groupWeight",
    "use_group_scoring": "useGroupScoring",
    "scan_depth": "scanDepth",
    "case_sensitive": "caseSensitive",
    "match_whole_words": "matchWholeWords",
    "automation_id": "automationId",
    "vectorized": "vectorized",
    "sticky": "sticky",
    "cooldown": "cooldown",
    "delay": "delay",
    "triggers": "triggers",
    "ignore_budget": "ignoreBudget",
    "character_filter": "characterFilter",
    "match_persona_description": "matchPersonaDescription",
    "match_character_description": "matchCharacterDescription",
    "match_character_personality": "matchCharacterPersonality",
    "match_character_depth_prompt": "matchCharacterDepthPrompt",
    "match_scenario": "matchScenario",
    "match_creator_notes": "matchCreatorNotes",
}
_MOVED: Final = frozenset(_EXTENSIONS.values())
_COMMON_NAMES: Final = {own: common for common, own in _FIELDS.items()}
_BEFORE: Final = "before_char"
_AFTER: Final = "after_char"


def _to_common(entry: JsonObject) -> JsonObject:
    place = entry.get("position")
    moved = {name: entry[own] for name, own in _EXTENSIONS.items() if own in entry}
    if isinstance(place, str) and as_number(place) is None:
        del moved["position"]  # written as in a card
    common: JsonObject = {
        _COMMON_NAMES.get(key, key): value
        for key, value in entry.items()
        if key not in _MOVED and key not in {"disable", "extensions"}
    }
    if "disable" in entry:
        common["enabled"] = entry["disable"] is not True
    if "position" in moved:
        common["position"] = _BEFORE if as_number(moved["position"]) == 0 else _AFTER
    elif place is not None:
        common["position"] = place
    if moved or "extensions" in entry:
        common["extensions"] = as_object(entry.get("extensions")) | moved
    return common


def _from_common(common: JsonObject) -> JsonObject:
    extensions = as_object(common.get("extensions"))
    entry: JsonObject = {
        _FIELDS.get(key, key): value
        for key, value in common.items()
        if key not in {"enabled", "position", "extensions"}
    }
    entry |= {own: extensions[name] for name, own in _EXTENSIONS.items() if name in extensions}
    entry.setdefault("position", _number(common.get("position")))
    entry["disable"] = is_disabled(common)
    rest = {key: value for key, value in extensions.items() if key not in _EXTENSIONS}
    return entry | ({"extensions": rest} if rest else {})


def _number(place: JsonValue) -> JsonValue:
    """Return SillyTavern's number of a place that a card names."""
    return int(place != _BEFORE) if isinstance(place, str) else place


WORLD: Final = EntryLayout(card_defaults, _to_common, _from_common, is_numbered=True)
"""The entries of SillyTavern's world files."""
