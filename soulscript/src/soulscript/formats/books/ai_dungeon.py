"""Story cards of AI Dungeon: ``{keys, value, type, title, description, …}``.

Keys stand in one text with commas between them. Older exports call the text ``entry``.
"""

from typing import Final

from soulscript.formats.base import as_text
from soulscript.formats.books.book_entries import EntryLayout
from soulscript.formats.books.field_map import FieldMap, joined_keys, split_keys
from soulscript.jsontext.parser import JsonObject, as_object

_TOOL: Final = "aidungeon"


def _read(common: JsonObject) -> None:
    common["keys"] = split_keys(common.get("keys"))


def _write(common: JsonObject) -> None:
    common["keys"] = joined_keys(common.get("keys"))
    common.setdefault("comment", as_text(common.get("name")))
    as_object(as_object(common["extensions"])[_TOOL]).setdefault("type", "")


def _layout(content: str) -> EntryLayout:
    names = {"id": "id", "keys": "keys", "content": content, "comment": "title"}
    return FieldMap(_TOOL, names, read=_read, write=_write).layout()


AI_DUNGEON: Final = _layout("value")
"""The entries of a list of story cards."""
AI_DUNGEON_OLD: Final = _layout("entry")
"""The entries of an older export, called world info."""
