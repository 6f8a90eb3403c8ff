"""SillyTavern chats (JSONL) as memories: what the person said becomes observations.

A header is an object without ``mes``; a message has ``name``, ``is_user``, ``send_date``, ``mes``.
What the character said itself is never made a memory: it is held in the original alone.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotAGraphError, NotJsonError, Problem, whole_text
from soulscript.formats.base import SOURCE, Export, Import, JsonObject, Source
from soulscript.formats.cards.chat_times import moment
from soulscript.formats.text.coerce import table, text
from soulscript.jsontext.parser import parse
from soulscript.memory.graph import MemoryGraph
from soulscript.model.memory import CHAT, Fragment
from soulscript.report import Note, Report

NAME: Final = "chat"
_FIRST: Final = 65_536  # bytes of the first line that are looked at
_MOST: Final = 50_000  # lines
_LARGEST: Final = 2 << 20  # bytes, as of any document of unknown origin
_SIGNS: Final = ("mes", "chat_metadata", "user_name", "character_name")
_IMPORTANCE: Final = 0.5  # nobody said how important a line is (D6)


def sees(source: Source) -> bool:
    """Whether the first line is the header or a message of a chat."""
    first = (source.single or b"").lstrip(b"\xef\xbb\xbf\r\n\t ")[:_FIRST].split(b"\n", 1)[0]
    try:
        found = parse(first)
    except NotJsonError:
        return False
    return isinstance(found, dict) and any(sign in found for sign in _SIGNS)


def reads(source: Source) -> Import:
    """Read a chat; a line that cannot be read is a warning and is kept as it is."""
    lines, problems = _lines(source)
    spoken = [line for line in lines if isinstance(line, dict) and "mes" in line]
    if not spoken:
        message, mend = "there is no message in it", "bring a chat as JSON lines"
        raise NotAGraphError([*problems, whole_text("not_a_chat", message, mend, source.name)])
    graph = MemoryGraph()
    graph.integrate(_fragments(spoken))
    return Import(
        NAME,
        None,
        tuple(graph),
        Report(tuple(_notes(lines))),
        tuple(problems),
        extra={SOURCE: {"format": NAME, "original": {"lines": lines}}},
    )


def _lines(source: Source) -> tuple[list[JsonValue], list[Problem]]:
    """Read line by line; one that is no object stays a text."""
    raw = source.single or b""
    written = raw.decode("utf-8-sig", "replace").split("\n")
    if len(raw) > _LARGEST or len(written) > _MOST:
        message = f"the chat has over {_LARGEST} bytes or {_MOST} lines"
        raise NotJsonError([whole_text("too_large", message, "take it apart", source.name)])
    lines: list[JsonValue] = []
    problems: list[Problem] = []
    for number, line in enumerate(written, 1):
        if not line.strip():
            continue
        try:
            found = parse(line, source=source.name)
        except NotJsonError as error:
            problems.append(_warning(error.problems[0], number))
            found = None
        lines.append(found if isinstance(found, dict) else line)
        if found is not None and not isinstance(found, dict):
            odd = whole_text("not_an_object", "a line is an object", "write { … }", source.name)
            problems.append(_warning(odd, number))
    return lines, problems


def _warning(problem: Problem, line: int) -> Problem:
    return replace(problem, severity="warning", line=line)


def _of_person(line: JsonObject) -> bool:
    return line.get("is_user") is True and line.get("is_system") is not True


def _fragments(spoken: Sequence[JsonObject]) -> Iterator[Fragment]:
    """Make an observation of each line of the person, at its time or that of the line before."""
    at = 0
    for line in spoken:
        sent = moment(line.get("send_date"))
        at = at if sent is None else sent
        said = text(line.get("mes")).strip()
        if not said or not _of_person(line):
            continue
        name = text(line.get("name"))
        context = {"interaction_type": CHAT, **({"user_name": name} if name else {})}
        yield Fragment.model_validate(
            {
                "type": "observation",
                "content": said,
                "timestamp": at,
                "importance": _IMPORTANCE,
                "emotional_valence": 0.0,
                "context": context,
            }
        )


def _notes(lines: Sequence[JsonValue]) -> Iterator[Note]:
    """Say what became of each line."""
    for number, value in enumerate(lines):
        path, line = f"lines[{number}]", table(value)
        if not line:
            yield Note("kept", path, SOURCE, "cannot be read; held as it is")
        elif "mes" not in line:
            yield Note("kept", path, SOURCE, "the header, held in the original alone")
        elif line.get("is_system") is True:
            yield Note("kept", path, SOURCE, "of the system: no memory")
        elif not _of_person(line):
            yield Note("kept", path, SOURCE, "what the character said itself is never a memory")
        elif not text(line["mes"]).strip():
            yield Note("kept", path, SOURCE, "there is nothing in it")
        else:
            yield Note("changed", path, "memories", "an observation of what the person said")
            if moment(line.get("send_date")) is None:
                message = "not said when; taken as the time of the line before"
                yield Note("defaulted", f"{path}.send_date", "memories", message)


def writes(what: Import, stem: str) -> Export:
    """Write back the chat that memories came from; ``NotAGraphError`` where there is none."""
    source = table(what.extra.get(SOURCE))
    lines = table(source.get("original")).get("lines")
    if source.get("format") != NAME or not isinstance(lines, list):
        message, mend = "these memories came from no chat", "write them as memories or a lorebook"
        raise NotAGraphError([whole_text("not_a_chat", message, mend, what.format)])
    written = (
        line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines
    )
    note = Note("kept", SOURCE, "$", "the chat as it was; no change to a memory is carried into it")
    return Export({f"{stem}.jsonl": "\n".join(written).encode()}, Report((note,)))
