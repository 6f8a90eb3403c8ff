"""Chats of Character.AI, as the site and the tools around it write them.

Now: ``turns`` with ``author`` and ``candidates``, of which one is chosen. Before:
``{info, histories: {histories: [{msgs: [{src, text}]}]}}``. CAI Tools writes
``[{date, chat: [{name, message, isHuman}]}]``, or the messages of one chat alone.
"""

from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from soulscript.errors import Path
from soulscript.formats.base import as_text
from soulscript.formats.chats.lines import ChatLayout, Line, Speaker, listed
from soulscript.jsontext.parser import JsonObject, as_object

_LISTS: Final = ("histories", "history", "chats", "chat", "msgs", "turns", "messages")
_HUMAN: Final = ("isHuman", "isUser")
_MAX_DEPTH: Final = 6  # of the lists that are looked through


def _is_message(item: JsonObject) -> bool:
    return (
        (isinstance(item.get("candidates"), list) and isinstance(item.get("author"), dict))
        or ("text" in item and (isinstance(item.get("src"), dict) or "src__is_human" in item))
        or ("message" in item and any(isinstance(item.get(key), bool) for key in _HUMAN))
    )


def _messages(value: JsonValue, path: Path, depth: int) -> Iterator[tuple[Path, JsonObject]]:
    if depth == 0:
        return
    for index, item in enumerate(listed(value)):
        if isinstance(item, dict) and _is_message(item):
            yield (*path, index), item
        elif isinstance(item, dict):
            yield from _messages(item, (*path, index), depth - 1)
    for key in _LISTS if isinstance(value, dict) else ():
        yield from _messages(as_object(value).get(key), (*path, key), depth - 1)


def _sees(document: JsonValue) -> bool:
    return next(_messages(document, (), _MAX_DEPTH), None) is not None


def _lines(document: JsonValue) -> Iterator[Line]:
    for path, message in _messages(document, (), _MAX_DEPTH):
        yield _turn(path, message) if "candidates" in message else _message(path, message)


def _turn(path: Path, turn: JsonObject) -> Line:
    """Return the line of a turn: its chosen candidate, else the first."""
    candidates = [as_object(item) for item in listed(turn["candidates"])]
    wanted = turn.get("primary_candidate_id")
    ids = [item.get("candidate_id") for item in candidates]
    place = ids.index(wanted) if wanted in ids else 0
    chosen = candidates[place] if candidates else {}
    author = as_object(turn["author"])
    return Line(
        path,
        (*path, "candidates", place, "raw_content"),
        as_text(chosen.get("raw_content")),
        _said_by(author.get("is_human")),
        name=as_text(author.get("name")),
        time=turn.get("create_time") or chosen.get("create_time"),
        time_path=(*path, "create_time"),
        unchosen=max(0, len(candidates) - 1),
    )


def _message(path: Path, message: JsonObject) -> Line:
    source = as_object(message.get("src"))
    text_key = "text" if "text" in message else "message"
    flags = (source.get("is_human"), message.get("src__is_human"), *map(message.get, _HUMAN))
    time_key = "created" if "created" in message else "date"
    alternative = message.get("is_alternative") is True
    return Line(
        path,
        (*path, text_key),
        as_text(message.get(text_key)),
        _said_by(True in flags),
        name=as_text(source.get("name")) or as_text(message.get("name")),
        time=message.get(time_key),
        time_path=(*path, time_key) if time_key in message else (),
        skipped="an answer that was not chosen" if alternative else "",
    )


def _said_by(human: JsonValue) -> Speaker:
    return "person" if human is True else "character"


LAYOUT: Final = ChatLayout(_sees, _lines, frozenset(_LISTS))
