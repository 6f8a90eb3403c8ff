"""SillyTavern chats (JSON lines) as memories: what the person said becomes observations.

A header is an object without ``mes``; a message has ``name``, ``is_user``, ``send_date``, ``mes``.
The character's own messages are never memories: they stay in the original.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotAGraphError, NotJsonError, Problem, whole_text
from soulscript.formats.base import MODERATE, SOURCE_KEY, Export, Import, Source, as_number, as_text
from soulscript.jsontext.parser import MAX_FOREIGN_BYTES, JsonObject, as_object, parse
from soulscript.memory.graph import MemoryGraph
from soulscript.model.memory import CHAT, SECONDS, Fragment
from soulscript.report import Note, Report

_NAME: Final = "chat"
_MAX_FIRST_LINE_BYTES: Final = 65_536  # that are looked at for detection
_MAX_LINES: Final = 50_000
_TYPICAL_KEYS: Final = ("mes", "chat_metadata", "user_name", "character_name")


def detect(source: Source) -> bool:
    """Detect the header or a message of a chat in the first line."""
    raw = (source.single or b"").lstrip(b"\xef\xbb\xbf\r\n\t ")
    try:
        line = parse(raw[:_MAX_FIRST_LINE_BYTES].split(b"\n", 1)[0])
    except NotJsonError:
        return False
    return isinstance(line, dict) and any(key in line for key in _TYPICAL_KEYS)


def decode(source: Source) -> Import:
    """Read a chat; a line that cannot be read is a warning and kept as it is.

    Raises ``NotAGraphError`` where there is no message, ``NotJsonError`` for a chat over 2 MiB.
    """
    lines, problems = _lines(source)
    messages = [line for line in lines if isinstance(line, dict) and "mes" in line]
    if not messages:
        message, mend = "there is no message in it", "bring a chat as JSON lines"
        raise NotAGraphError([*problems, whole_text("not_a_chat", message, mend, source.name)])
    graph = MemoryGraph()
    graph.integrate(_fragments(messages))
    return Import(
        _NAME,
        None,
        tuple(graph),
        Report(tuple(_notes(lines))),
        tuple(problems),
        extra={SOURCE_KEY: {"format": _NAME, "original": {"lines": lines}}},
    )


def _lines(source: Source) -> tuple[list[JsonValue], list[Problem]]:
    """Parse each line; one that is not an object stays a text."""
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
    return lines, problems


def _is_of_person(line: JsonObject) -> bool:
    return line.get("is_user") is True and line.get("is_system") is not True


def _fragments(messages: Sequence[JsonObject]) -> Iterator[Fragment]:
    """Yield an observation of each message of the person; without a time it has the last one."""
    at = 0
    for message in messages:
        sent = parse_time(message.get("send_date"))
        at = at if sent is None else sent
        content = as_text(message.get("mes")).strip()
        if not content or not _is_of_person(message):
            continue
        name = as_text(message.get("name"))
        context = {"interaction_type": CHAT, **({"user_name": name} if name else {})}
        yield Fragment.model_validate(
            {
                "type": "observation",
                "content": content,
                "timestamp": at,
                "importance": MODERATE,  # chats do not rate lines (D6)
                "emotional_valence": 0.0,
                "context": context,
            }
        )


def _notes(lines: Sequence[JsonValue]) -> Iterator[Note]:
    for index, value in enumerate(lines):
        path, line = f"lines[{index}]", as_object(value)
        if reason := _reason_to_skip(line):
            yield Note("kept", path, SOURCE_KEY, reason)
            continue
        yield Note("changed", path, "memories", "an observation of what the person said")
        if parse_time(line.get("send_date")) is None:
            message = "not said when; taken as the time of the line before"
            yield Note("defaulted", f"{path}.send_date", "memories", message)


def _reason_to_skip(line: JsonObject) -> str:
    """Return why a line is no memory; an empty string for one that is."""
    if not line:
        return "cannot be read; held as it is"
    if "mes" not in line:
        return "the header, held in the original alone"
    if line.get("is_system") is True:
        return "of the system: no memory"
    if not _is_of_person(line):
        return "what the character said itself is never a memory"
    return "" if as_text(line["mes"]).strip() else "there is nothing in it"


def encode(imported: Import, stem: str) -> Export:
    """Write the chat that memories came from. Raises ``NotAGraphError`` if they came from none."""
    source = as_object(imported.extra.get(SOURCE_KEY))
    lines = as_object(source.get("original")).get("lines")
    if source.get("format") != _NAME or not isinstance(lines, list):
        message, mend = "these memories came from no chat", "write them as memories or a lorebook"
        raise NotAGraphError([whole_text("not_a_chat", message, mend, imported.format)])
    texts = (
        line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines
    )
    message = "the chat as it was; no change to a memory is carried into it"
    report = Report((Note("kept", SOURCE_KEY, "$", message),))
    return Export({f"{stem}.jsonl": "\n".join(texts).encode()}, report)


# -- times -----------------------------------------------------------------------------------------

_MAX_MILLISECONDS: Final = 10**14  # about the year 5138; a larger number is no time
_HUMANIZED = re.compile(  # 2023-4-21 @20h 02m 47s 124ms
    r"(\d{4})-(\d{1,2})-(\d{1,2}) ?@ ?(\d{1,2})h ?(\d{1,2})m ?(\d{1,2})s(?: ?(\d{1,3})ms)?"
)
_ENGLISH = re.compile(  # April 21, 2023 8:02pm
    r"([A-Za-z]{3,9}) (\d{1,2}), (\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))? ?([ap])m", re.IGNORECASE
)
_MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip


def parse_time(value: JsonValue) -> int | None:
    """Parse a time in any form that SillyTavern has written, as milliseconds since 1970.

    A number below 10^11 counts seconds (D15). A time without a zone counts as UTC: the writer's
    zone is unknown. Returns None for any other value.
    """
    number = as_number(value)
    if number is not None:
        at = number * 1000 if abs(number) < SECONDS else number
        return int(at) if abs(at) < _MAX_MILLISECONDS else None
    try:
        return _parse_text(value.strip() if isinstance(value, str) else "")
    except ValueError:
        return None


def _parse_text(text: str) -> int:
    if match := _HUMANIZED.fullmatch(text):
        year, month, day, hour, minute, second = map(int, match.groups()[:6])
        time = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return _milliseconds(time) + int(match[7] or 0)
    if match := _ENGLISH.fullmatch(text):
        month = _MONTHS.index(match[1][:3].lower()) + 1
        hour = int(match[4]) % 12 + (12 if match[7].lower() == "p" else 0)
        clock = (hour, int(match[5]), int(match[6] or 0))
        return _milliseconds(datetime(int(match[3]), month, int(match[2]), *clock, tzinfo=UTC))
    time = datetime.fromisoformat(text)
    return _milliseconds(time if time.tzinfo else time.replace(tzinfo=UTC))


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)
