"""Entries of NovelAI's lorebooks: ``{text, displayName, keys, forceActivation, contextConfig, …}``.

A key is looked for as a whole word in any case. ``/pattern/flags`` is a regular expression, and the
parts of ``a & b`` must all be found. An entry is off where its category is, too. The range of
search counts characters, not messages, so it stays a field of NovelAI alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import as_number, as_text, as_texts
from soulscript.formats.books.book_entries import EntryLayout
from soulscript.formats.books.field_map import AND_ALL, AND_ANY, FieldMap, is_regex, whole_word
from soulscript.jsontext.parser import JsonObject, as_object

_TOOL: Final = "novelai"
_CONTEXT: Final = "contextConfig"
_CASCADE: Final = "nonStoryActivatable"  # whether other entries activate it, too
_AT_DEPTH: Final = 4  # SillyTavern's position of a text among the messages
_DEFAULT_CONTEXT: Final[JsonObject] = {
    "prefix": "",
    "suffix": "\n",
    "tokenBudget": 1,
    "reservedTokens": 0,
    "trimDirection": "trimBottom",
    "insertionType": "newline",
    "maximumTrimType": "sentence",
    "insertionPosition": -1,
}
_DEFAULT_FIELDS: Final[JsonObject] = {
    "searchRange": 1000,
    "keyRelative": False,
    _CASCADE: False,
    "category": "",
}


def _parts(key: str) -> list[str]:
    """Return the parts of a key that must all be found, one for any other key."""
    parts = [key] if is_regex(key) else key.split("&")
    return [part.strip() for part in parts if part.strip()]


def _all_of(parts: Iterable[str]) -> str:
    """Return a regular expression that finds all of some words, in any order."""
    return "/^" + "".join(rf"(?=[\s\S]*{whole_word(part)})" for part in parts) + "/i"


def _read(common: JsonObject) -> None:
    extensions = as_object(common["extensions"])
    own = as_object(extensions[_TOOL])
    keys = common.get("keys")
    listed = keys if isinstance(keys, list) else []  # a comma is a part of a key here
    split = [parts for key in listed if (parts := _parts(as_text(key)))]
    if len(split) == 1 and len(split[0]) > 1:
        first, *others = split[0]
        common |= {"keys": [first], "secondary_keys": [*others], "selective": True}
        extensions["selectiveLogic"] = AND_ALL
    else:
        common["keys"] = [parts[0] if len(parts) == 1 else _all_of(parts) for parts in split]
    context = as_object(own.get(_CONTEXT))
    priority, place = (as_number(context.get(k)) for k in ("budgetPriority", "insertionPosition"))
    if priority is not None:
        common["insertion_order"] = int(priority)
        if priority < 0 and place is not None and place < 0:
            # It is put in after the story, counted from the end of it.
            extensions |= {"position": _AT_DEPTH, "depth": int(-place - 1), "role": 0}
    if isinstance(own.get(_CASCADE), bool):
        extensions["exclude_recursion"] = not own[_CASCADE]


def _write(common: JsonObject) -> None:
    extensions = as_object(common["extensions"])
    own = as_object(extensions[_TOOL])
    keys = as_texts(common.get("keys"))
    secondary = as_texts(common.get("secondary_keys")) if common.get("selective") is True else ()
    common["keys"] = [*_with_secondary(keys, secondary, extensions.get("selectiveLogic"))]
    order: JsonObject = {"budgetPriority": common["insertion_order"]}
    for key, value in _DEFAULT_FIELDS.items():
        own.setdefault(key, value)
    own[_CONTEXT] = _DEFAULT_CONTEXT | as_object(own.get(_CONTEXT)) | order
    if isinstance(extensions.get("exclude_recursion"), bool):
        own[_CASCADE] = not extensions["exclude_recursion"]
    common.setdefault("comment", as_text(common.get("name")))


def _with_secondary(keys: Sequence[str], secondary: Sequence[str], logic: JsonValue) -> list[str]:
    """Return keys that also ask for secondary ones; a pattern cannot be a part of a key."""
    if not secondary or any(map(is_regex, (*keys, *secondary))):
        return [*keys]
    if logic == AND_ALL:
        return [" & ".join((key, *secondary)) for key in keys]
    if logic in (AND_ANY, None):
        return [f"{key} & {second}" for key in keys for second in secondary]
    return [*keys]


_FIELDS: Final = FieldMap(
    _TOOL,
    names={
        "id": "id",
        "keys": "keys",
        "content": "text",
        "comment": "displayName",
        "enabled": "enabled",
        "constant": "forceActivation",
    },
    implied={"match_whole_words": True},
    implied_fields={"case_sensitive": False},
    read=_read,
    write=_write,
)


def layout_of(document: JsonObject) -> EntryLayout:
    """Return the layout of the entries of a NovelAI lorebook, whose categories may be off."""
    categories = document.get("categories")
    off = {
        as_text(category.get("id"))
        for category in (categories if isinstance(categories, list) else [])
        if isinstance(category, dict) and category.get("enabled") is False
    }

    def to_common(entry: JsonObject) -> JsonObject:
        common = _FIELDS.to_common(entry)
        if as_text(entry.get("category")) in off - {""}:
            common["enabled"] = False
        return common

    return replace(_FIELDS.layout(), to_common=to_common)
