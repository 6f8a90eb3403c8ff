"""Chats of Agnai: ``{name, greeting, sampleChat, scenario, messages: [{handle, msg, …}]}``.

A message of the person has a ``userId``, one of a character a ``characterId``. Where messages name
their ``parent``, those that lead to ``treeLeafId`` were chosen.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import JsonValue

from soulscript.errors import Path
from soulscript.formats.base import as_text
from soulscript.formats.chats.lines import ChatLayout, Line, Speaker, listed, objects
from soulscript.jsontext.parser import JsonObject, as_object

_MESSAGES: Final = "messages"
_LEAF: Final = "treeLeafId"
_SPEAKER_KEYS: Final = frozenset({"userId", "characterId", "handle"})


def _messages(document: JsonValue) -> list[tuple[Path, JsonObject]]:
    if isinstance(document, dict):
        return [*objects(document.get(_MESSAGES), (_MESSAGES,))]
    return [*objects(document, ())]


def _sees(document: JsonValue) -> bool:
    messages = document.get(_MESSAGES) if isinstance(document, dict) else document
    return any(
        isinstance(item, dict) and isinstance(item.get("msg"), str) and item.keys() & _SPEAKER_KEYS
        for item in listed(messages)
    )


def _branch(leaf: str, messages: Sequence[JsonObject]) -> set[str]:
    """Return the ids of the messages that lead to a leaf; none where it is not there."""
    parents = {as_text(item.get("_id")): as_text(item.get("parent")) for item in messages}
    chosen: set[str] = set()
    while leaf in parents and leaf not in chosen:
        chosen.add(leaf)
        leaf = parents[leaf]
    return chosen


def _speaker(message: JsonObject) -> Speaker:
    if message.get("system") is True or message.get("event"):
        return "other"
    if message.get("userId"):
        return "person"
    return "character" if message.get("characterId") or not message.get("handle") else "person"


def _lines(document: JsonValue) -> Iterator[Line]:
    found = _messages(document)
    leaf = as_text(as_object(document).get(_LEAF))
    chosen = _branch(leaf, [message for _, message in found])
    for path, message in found:
        left = chosen and as_text(message.get("_id")) not in chosen
        yield Line(
            path,
            (*path, "msg"),
            as_text(message.get("msg")),
            _speaker(message),
            name=as_text(message.get("handle")) or as_text(message.get("name")),
            time=message.get("createdAt"),
            time_path=(*path, "createdAt") if "createdAt" in message else (),
            skipped="of a branch that was not chosen" if left else "",
            unchosen=len(listed(message.get("retries"))),
        )


LAYOUT: Final = ChatLayout(_sees, _lines, frozenset({_MESSAGES, _LEAF}))
