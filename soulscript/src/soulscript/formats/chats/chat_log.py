"""Chats of every tool as memories: what the person said becomes observations.

SillyTavern writes JSON lines, the other tools one JSON document. A chat is written back in the
layout that it came in, with what has changed in its observations.
"""

import copy
import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import JsonValue

from soulscript.errors import NotAGraphError, Path, Problem, spell, whole_text
from soulscript.formats.base import SOURCE_KEY, Export, Import, Source, json_bytes
from soulscript.formats.books.book_entries import read_entries, write_entries
from soulscript.formats.chats import (
    agnai_chat,
    character_ai,
    koboldai_story,
    oobabooga_chat,
    risuai_chat,
    roles,
    sillytavern,
)
from soulscript.formats.chats.lines import (
    ChatLayout,
    Line,
    Observation,
    listed,
    memories_of_days,
    notes_of,
    observations,
)
from soulscript.jsontext.parser import JsonObject, as_object, parse
from soulscript.memory.consolidation import canonical
from soulscript.model.memory import Fragment, Memory
from soulscript.report import Note, Report

_NAME: Final = "chat"
# Layouts with the most distinctive signs come first.
_LAYOUTS: Final = (
    sillytavern.LAYOUT,
    risuai_chat.LAYOUT,
    agnai_chat.LAYOUT,
    character_ai.LAYOUT,
    koboldai_story.LAYOUT,
    oobabooga_chat.LAYOUT,
    roles.LAYOUT,
)


def _layout_of(document: JsonValue) -> ChatLayout | None:
    return next((layout for layout in _LAYOUTS if layout.sees(document)), None)


def detect(source: Source) -> bool:
    """Detect JSON lines of SillyTavern by the first, and the JSON chats of other tools."""
    return sillytavern.has_lines(source) or _layout_of(source.document) is not None


# -- reading ---------------------------------------------------------------------------------------


def decode(source: Source) -> Import:
    """Read a chat; a JSON line that cannot be read is a warning and kept as it is.

    Raises ``NotAGraphError`` where there is no message, ``NotJsonError`` for a chat over 16 MiB.
    """
    problems: list[Problem] = []
    document: JsonValue
    if sillytavern.has_lines(source):
        document, problems = sillytavern.read_lines(source)
    else:
        document = parse(source.single or b"", source=source.name)
    layout = _layout_of(document)
    document, secrets = layout.redact(document) if layout else (document, [])
    lines = [*layout.lines(document)] if layout else []
    if layout is None or not lines:
        message, mend = "there is no message in it", "bring a chat as JSON lines or JSON"
        raise NotAGraphError([*problems, whole_text("not_a_chat", message, mend, source.name)])
    made = [*observations(lines)]
    notes = [*notes_of(lines, made), *_notes(document, layout), *secrets]
    return Import(
        _NAME,
        None,
        _memories(document, layout, made),
        Report(tuple(notes)),
        tuple(problems),
        extra={SOURCE_KEY: {"format": _NAME, "original": document}},
    )


def _memories(
    document: JsonValue, layout: ChatLayout, made: Iterable[Observation]
) -> tuple[Memory, ...]:
    """Return a memory of each day, then one of each entry of the lore that came along."""
    days = memories_of_days(one.fragment for one in made if one.fragment)
    return (*days, *filter(None, _lore_of(document, layout)))


def _lore_of(document: JsonValue, layout: ChatLayout) -> tuple[Memory | None, ...]:
    path = layout.lore(document)
    if path is None or layout.entries is None:
        return ()
    return read_entries(listed(_at(document, path)), layout.entries, 0)


def _notes(document: JsonValue, layout: ChatLayout) -> Iterator[Note]:
    path = layout.lore(document) or ()
    for index, memory in enumerate(_lore_of(document, layout)):
        place = spell((*path, index))
        if memory is not None:
            yield Note("changed", place, f"memories.{memory.id}", "a memory, found by its keys")
        else:
            yield Note("kept", place, SOURCE_KEY, "no memory: it is turned off or says nothing")
    for key in as_object(document):
        if key not in layout.read:
            yield Note("kept", key, SOURCE_KEY, "held in the original alone")


# -- writing ---------------------------------------------------------------------------------------


def encode(imported: Import, stem: str) -> Export:
    """Write the chat that memories came from, with their observations as they are now.

    An edited observation changes its line. What has no line is left out, a line whose observation
    is gone stays, and the report says so. Raises ``NotAGraphError`` if they came from no chat.
    """
    source = as_object(imported.extra.get(SOURCE_KEY))
    original = source.get("original") if source.get("format") == _NAME else None
    layout = _layout_of(original)
    if layout is None or not isinstance(original, dict | list):
        message, mend = "these memories came from no chat", "write them as memories or a lorebook"
        raise NotAGraphError([whole_text("not_a_chat", message, mend, imported.format)])
    memories = {memory.id: memory for memory in imported.memories}
    document, count = _edited(original, layout, memories)
    document = _with_lore(document, layout, memories)
    report = Report((_written(count), *_differences(document, layout, memories)))
    if layout is sillytavern.LAYOUT and isinstance(document, dict):
        return Export({f"{stem}.jsonl": sillytavern.write_lines(document)}, report)
    return Export({f"{stem}.json": json_bytes(document)}, report)


def _written(count: int) -> Note:
    if count:
        return Note("changed", "memories", "$", f"the chat with {count} lines edited")
    return Note("kept", SOURCE_KEY, "$", "the chat as it was")


def _edited(
    original: JsonObject | list[JsonValue], layout: ChatLayout, memories: Mapping[str, Memory]
) -> tuple[JsonObject | list[JsonValue], int]:
    """Return the document with the texts of edited observations, and how many there are."""
    texts = _edits([*layout.lines(original)], memories)
    document = copy.deepcopy(original)
    # The last first: the spans of the lines before it stay right.
    for line, text in reversed(texts):
        new = line.text.replace(line.text.strip(), text, 1)
        if line.span is None:
            _set(document, line.text_path, new)
        else:
            whole, (start, end) = str(_at(document, line.text_path)), line.span
            _set(document, line.text_path, whole[:start] + new + whole[end:])
        for path in line.copies:
            copied = _at(original, path)
            if copied in (line.text, html.escape(line.text)):
                _set(document, path, new if copied == line.text else html.escape(new))
    return document, len(texts)


def _edits(lines: Sequence[Line], memories: Mapping[str, Memory]) -> list[tuple[Line, str]]:
    """Return the lines whose observation has another text now, with that text.

    An observation is known by the time that it has in its memory.
    """
    made = [(one.line, one.fragment) for one in observations(lines) if one.fragment]
    changed: dict[str, str] = {}
    for before in memories_of_days(fragment for _, fragment in made):
        after = memories.get(before.id, before).fragments
        kept = set(map(canonical, before.fragments)) & set(map(canonical, after))
        new: dict[int, list[Fragment]] = {}
        for fragment in after:
            if canonical(fragment) not in kept:
                new.setdefault(fragment.timestamp, []).append(fragment)
        for fragment in before.fragments:
            if canonical(fragment) not in kept and new.get(fragment.timestamp):
                changed[canonical(fragment)] = new[fragment.timestamp].pop(0).content
    return [
        (line, text)
        for line, fragment in made
        if (text := changed.get(canonical(fragment), fragment.content)) != fragment.content
    ]


def _with_lore(
    document: JsonObject | list[JsonValue], layout: ChatLayout, memories: Mapping[str, Memory]
) -> JsonObject | list[JsonValue]:
    path = layout.lore(document)
    if path is None or layout.entries is None:
        return document
    lore = {key: memory for key, memory in memories.items() if not memory.personal}
    entries = write_entries(listed(_at(document, path)), lore, layout.entries)
    _set(document, path, [entry for _, entry in entries])
    return document


def _differences(
    document: JsonValue, layout: ChatLayout, memories: Mapping[str, Memory]
) -> Iterator[Note]:
    """Note what of the memories is not read from the document again."""
    made = observations(layout.lines(document))
    found = {memory.id: memory for memory in _memories(document, layout, made)}
    for key, memory in memories.items():
        if found.get(key) != memory:
            message = "more than the lines of the chat can hold; write it as memories as well"
            yield Note("dropped", f"memories.{key}", "", message)
    for key in found:
        if key not in memories:
            message = "its memory was taken away, but what was said stays in the chat"
            yield Note("kept", SOURCE_KEY, f"memories.{key}", message)


# -- paths -----------------------------------------------------------------------------------------


def _at(document: JsonValue, path: Path) -> JsonValue:
    """Return the value at a path, None where there is none."""
    value = document
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _set(document: JsonValue, path: Path, new: JsonValue) -> None:
    """Change the value at a path that is there."""
    holder: Any = _at(document, path[:-1])
    holder[path[-1]] = new
