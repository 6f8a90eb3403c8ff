"""Lists of messages that name the role of who speaks.

``[{role, content}]`` as the interfaces of models have it, ``[{from, value}]`` of ShareGPT and their
like; alone, under ``messages`` or ``conversations``, or several such chats in a list.
"""

from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from soulscript.errors import Path
from soulscript.formats.base import as_text
from soulscript.formats.chats.lines import ChatLayout, Line, Speaker, listed, objects
from soulscript.jsontext.parser import JsonObject, as_object

_LISTS: Final = ("messages", "conversations", "conversation")
_SPEAKER_KEYS: Final = ("role", "from", "sender", "speaker", "author")
_TEXT_KEYS: Final = ("content", "value", "text", "message")
_TIME_KEYS: Final = ("timestamp", "created_at", "createdAt", "create_time", "time", "date")
_OF_MEMORIES: Final = frozenset({"core_memory", "fragments"})  # keys that no message has
_ROLES: Final[dict[str, Speaker]] = {
    **dict.fromkeys(("user", "human", "person", "you", "me"), "person"),
    **dict.fromkeys(
        ("assistant", "ai", "bot", "char", "character", "chatbot", "chatgpt", "gpt", "model"),
        "character",
    ),
    **dict.fromkeys(("system", "developer", "tool", "function", "observation"), "other"),
}
_UNKNOWN: Final = "nothing tells whether the person said it"


def _speaker_of(message: JsonObject) -> str:
    return next((name for key in _SPEAKER_KEYS if (name := as_text(message.get(key)))), "")


def _is_message(item: JsonValue) -> bool:
    if not isinstance(item, dict) or item.keys() & _OF_MEMORIES:
        return False
    return bool(_speaker_of(item)) and any(key in item for key in _TEXT_KEYS)


def _chats(document: JsonValue) -> Iterator[tuple[Path, list[JsonValue]]]:
    """Yield the lists of messages of a document, with their paths."""
    if isinstance(document, list) and any(map(_is_message, document)):
        yield (), document
        return
    outer = [((), document)] if isinstance(document, dict) else objects(document, ())
    for path, chat in outer:
        for key in _LISTS:
            if any(map(_is_message, listed(chat.get(key)))):
                yield (*path, key), listed(chat[key])


def _sees(document: JsonValue) -> bool:
    messages = (item for _, chat in _chats(document) for item in map(as_object, chat))
    return any(_is_message(item) and _speaker_of(item).lower() in _ROLES for item in messages)


def _lines(document: JsonValue) -> Iterator[Line]:
    for root, chat in _chats(document):
        for path, message in objects(chat, root):
            yield from _message(path, message)


def _message(path: Path, message: JsonObject) -> Iterator[Line]:
    """Yield the line of a message, of each text where its content has several parts."""
    role = _speaker_of(message)
    speaker = _ROLES.get(role.lower())
    text_key = next((key for key in _TEXT_KEYS if key in message), _TEXT_KEYS[0])
    time_key = next((key for key in _TIME_KEYS if key in message), "")
    content = message.get(text_key)
    texts = [((*path, text_key), as_text(content))]
    if isinstance(content, list):
        parts = objects(content, (*path, text_key))
        texts = [
            ((*place, "text"), as_text(part["text"])) for place, part in parts if "text" in part
        ]
    for text_path, text in texts:
        yield Line(
            path if len(texts) == 1 else text_path,
            text_path,
            text,
            speaker or "other",
            name=as_text(message.get("name")),
            time=message.get(time_key),
            time_path=(*path, time_key) if time_key else (),
            skipped="" if speaker else _UNKNOWN,
        )


LAYOUT: Final = ChatLayout(_sees, _lines, frozenset(_LISTS))
