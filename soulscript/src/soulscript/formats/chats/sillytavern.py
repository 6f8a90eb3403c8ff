"""Chats of SillyTavern: JSON lines, or a list of the same messages.

A header is an object without ``mes``; a message has ``name``, ``is_user``, ``send_date``, ``mes``.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotJsonError, Problem, whole_text
from soulscript.formats.base import Source, as_text
from soulscript.formats.chats.lines import ChatLayout, Line, Speaker, listed
from soulscript.jsontext.parser import MAX_FOREIGN_BYTES, JsonObject, as_object, parse

LINES: Final = "lines"
"""Only key of the original of JSON lines: a list of objects, and of texts that are none."""
_MAX_FIRST_LINE_BYTES: Final = 65_536  # that are looked at for detection
_MAX_LINES: Final = 50_000
_TYPICAL_KEYS: Final = ("mes", "chat_metadata", "user_name", "character_name")


def has_lines(source: Source) -> bool:
    """Return whether the first line is the header or a message of a chat."""
    raw = (source.single or b"").lstrip(b"\xef\xbb\xbf\r\n\t ")
    try:
        line = parse(raw[:_MAX_FIRST_LINE_BYTES].split(b"\n", 1)[0])
    except NotJsonError:
        return False
    return isinstance(line, dict) and any(key in line for key in _TYPICAL_KEYS)


def read_lines(source: Source) -> tuple[JsonObject, list[Problem]]:
    """Parse JSON lines; one that cannot be read stays a text, with a warning.

    Raises ``NotJsonError`` for a chat over 16 MiB.
    """
    raw = source.single or b""
    texts = raw.decode("utf-8-sig", "replace").split("\n")
    if len(raw) > MAX_FOREIGN_BYTES or len(texts) > _MAX_LINES:
        message = f"the chat has over {MAX_FOREIGN_BYTES} bytes or {_MAX_LINES} lines"
        raise NotJsonError([whole_text("too_large", message, "take it apart", source.name)])
    lines: list[JsonValue] = []
    problems: list[Problem] = []
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        try:
            line = parse(text, source=source.name)
        except NotJsonError as error:
            problems.append(replace(error.problems[0], severity="warning", line=number))
            line = None
        lines.append(line if isinstance(line, dict) else text)
        if line is not None and not isinstance(line, dict):
            odd = whole_text("not_an_object", "a line is an object", "write { … }", source.name)
            problems.append(replace(odd, severity="warning", line=number))
    return {LINES: lines}, problems


def write_lines(document: JsonObject) -> bytes:
    """Write the original of JSON lines as it was read."""
    texts = (
        line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)
        for line in listed(document[LINES])
    )
    return "\n".join(texts).encode()


def _sees(document: JsonValue) -> bool:
    if isinstance(document, dict):
        document = document[LINES] if document.keys() == {LINES} else []
    return any(isinstance(item, dict) and "mes" in item for item in listed(document))


def _lines(document: JsonValue) -> Iterator[Line]:
    items = listed(document[LINES] if isinstance(document, dict) else document)
    root = (LINES,) if isinstance(document, dict) else ()
    for index, item in enumerate(items):
        path = (*root, index)
        line = as_object(item)
        text = as_text(line.get("mes"))
        skipped = ""
        if not line:
            skipped = "cannot be read; held as it is"
        elif "mes" not in line:
            skipped = "the header, held in the original alone"
        yield Line(
            path,
            (*path, "mes"),
            text,
            _speaker(line),
            name=as_text(line.get("name")),
            time=line.get("send_date"),
            time_path=(*path, "send_date"),
            skipped=skipped,
            unchosen=max(0, len(listed(line.get("swipes"))) - 1),
        )


def _speaker(line: JsonObject) -> Speaker:
    if line.get("is_system") is True:
        return "other"
    return "person" if line.get("is_user") is True else "character"


LAYOUT: Final = ChatLayout(_sees, _lines, frozenset({LINES}))
