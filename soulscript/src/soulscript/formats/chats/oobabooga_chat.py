"""Chats of Oobabooga's text generation web UI: ``{internal: [[user, bot], …], visible, metadata}``.

Older files call the lists ``data`` and ``data_visible``. The visible texts are escaped as HTML.
"""

from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from soulscript.errors import Path
from soulscript.formats.base import as_text
from soulscript.formats.chats.lines import ChatLayout, Line, Speaker, listed
from soulscript.jsontext.parser import JsonObject, as_object

_LISTS: Final = ("internal", "data", "visible", "data_visible")  # the first that is there is read
_START: Final = "<|BEGIN-VISIBLE-CHAT|>"  # stands where the person would have begun
_SPEAKERS: Final[tuple[tuple[Speaker, str], ...]] = (("person", "user"), ("character", "assistant"))
_METADATA: Final = "metadata"


def _pairs_key(document: JsonObject) -> str:
    return next((key for key in _LISTS if isinstance(document.get(key), list)), "")


def _sees(document: JsonValue) -> bool:
    if not isinstance(document, dict):
        return False
    pairs = listed(document.get(_pairs_key(document)))
    return bool(pairs) and all(isinstance(pair, list) and len(pair) <= 2 for pair in pairs)  # noqa: PLR2004 - a pair


def _lines(document: JsonValue) -> Iterator[Line]:
    chat = as_object(document)
    key = _pairs_key(chat)
    metadata = as_object(chat.get(_METADATA))
    for index, pair in enumerate(listed(chat[key])):
        for place, text in enumerate(listed(pair)):
            speaker, label = _SPEAKERS[place]
            known = as_object(metadata.get(f"{label}_{index}"))
            path: Path = (key, index, place)
            time_path: Path = (_METADATA, f"{label}_{index}", "timestamp") if known else ()
            yield Line(
                path,
                path,
                as_text(text),
                speaker,
                time=known.get("timestamp"),
                time_path=time_path,
                skipped="a mark of the program" if text == _START else "",
                unchosen=max(0, len(listed(known.get("versions"))) - 1),
                copies=tuple((other, index, place) for other in _LISTS if other != key),
            )


LAYOUT: Final = ChatLayout(_sees, _lines, frozenset({*_LISTS, _METADATA}))
