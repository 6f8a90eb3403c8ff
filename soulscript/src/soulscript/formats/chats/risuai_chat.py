"""Chats of RisuAI: ``{type: "risuChat", data: {message: [{role, data, time}], localLore, …}}``.

``risuAllChats`` has a list of chats under ``data``. The lore of a single chat is read, too.
"""

from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from soulscript.errors import Path
from soulscript.formats.base import as_text
from soulscript.formats.books.risuai_book import RISUAI
from soulscript.formats.chats.lines import ChatLayout, Line, Speaker, objects
from soulscript.jsontext.parser import JsonObject, as_object

_TYPES: Final = ("risuChat", "risuAllChats")
_ROLES: Final[dict[str, Speaker]] = {"user": "person", "char": "character"}
_DATA: Final = "data"
_LORE: Final = "localLore"


def _sees(document: JsonValue) -> bool:
    return isinstance(document, dict) and document.get("type") in _TYPES and _DATA in document


def _lines(document: JsonValue) -> Iterator[Line]:
    data = as_object(document)[_DATA]
    chats = [((_DATA,), data)] if isinstance(data, dict) else objects(data, (_DATA,))
    for path, chat in chats:
        for place, message in objects(chat.get("message"), (*path, "message")):
            yield _line(place, message)


def _line(path: Path, message: JsonObject) -> Line:
    off = message.get("disabled") not in (None, False)
    comment = message.get("isComment") is True
    return Line(
        path,
        (*path, "data"),
        as_text(message.get("data")),
        "other" if comment else _ROLES.get(as_text(message.get("role")), "other"),
        name=as_text(message.get("name")),
        time=message.get("time"),
        time_path=(*path, "time"),
        skipped="it is turned off" if off else "",
    )


def _lore(document: JsonValue) -> Path | None:
    data = as_object(document)[_DATA]
    return (_DATA, _LORE) if isinstance(as_object(data).get(_LORE), list) else None


LAYOUT: Final = ChatLayout(_sees, _lines, frozenset({_DATA}), _lore, RISUAI)
