"""Ollama's Modelfiles: a model (``FROM``), what it is told (``SYSTEM``), an opening (``MESSAGE``).

A system message becomes the description, a reply before any question the greeting, and further
messages an example dialogue. Parameters, templates and all else stay in the original. A Modelfile
names nobody. A soul that it cannot hold is carried in a comment.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotASoulError, NotJsonError, Problem, whole_text
from soulscript.formats.base import SOUL_KEY, Export, Import, Source, as_text
from soulscript.formats.personas.card_fields import CardFields, card_codec
from soulscript.formats.round_trip import (
    BASELINE_KEY,
    import_document,
    original_of,
    required_soul,
    write_document,
)
from soulscript.formats.target_macros import FewMacros, Spelling, in_all_texts
from soulscript.jsontext.parser import MAX_FOREIGN_BYTES, JsonObject, as_object, decoded, parse
from soulscript.report import Note
from soulscript.text.macros import Scene

_NAME: Final = "modelfile"
_INSTRUCTIONS: Final = "instructions"
"""Key of a document for its instructions in their order: ``{"name", "value", "role"?}``."""
_COMMENT: Final = "#"
_CARRIED: Final = (SOUL_KEY, BASELINE_KEY)  # each in a comment of its own
_DEFAULT_MODEL: Final = "llama3.2"
_ROLES: Final = {"user": "{{user}}", "assistant": "{{char}}"}
_ALL_ROLES: Final = frozenset({*_ROLES, "system"})
_QUOTES: Final = '"""'
_LINE: Final = re.compile(r"[ \t]*([A-Za-z]{2,20})(?:[ \t]+(.*))?", re.DOTALL)
_NAMES: Final = frozenset({
    "FROM", "SYSTEM", "MESSAGE", "PARAMETER", "TEMPLATE", "ADAPTER", "LICENSE", "RENDERER",
    "PARSER", "REQUIRES",
})  # fmt: skip
_MAX_INSTRUCTIONS: Final = 5_000
_DETECTED_BYTES: Final = 65_536  # in which instructions are looked for
_START: Final = re.compile(
    rf"\A\ufeff?(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?:{'|'.join(sorted(_NAMES))})[ \t]",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"^[ \t]*(?:FROM|from)[ \t]+\S", re.MULTILINE)
_SPEECH: Final = re.compile(
    rf"^[ \t]*(?:(?:SYSTEM|MESSAGE|system|message)[ \t]+\S|# {SOUL_KEY} \{{)", re.MULTILINE
)
_TURN: Final = re.compile(r"^(?:\{\{(user|char)\}\}):[ \t]?", re.MULTILINE)


# -- text ------------------------------------------------------------------------------------------


def read_modelfile(text: str, source: str) -> JsonObject:
    """Parse a Modelfile. Raises ``NotASoulError`` with the line of what is no instruction."""
    document: JsonObject = {}
    listed: list[JsonValue] = []
    lines = iter(enumerate(text.removeprefix("\ufeff").split("\n"), 1))
    for number, line in lines:
        if not line.strip():
            continue
        if line.lstrip().startswith(_COMMENT):
            comment = line.strip().removeprefix(_COMMENT)
            if not _take_carried(comment, document):
                listed.append({"name": _COMMENT, "value": comment})
            continue
        match = _LINE.fullmatch(line)
        name = match[1].upper() if match else ""
        if match is None or name not in _NAMES:
            message, mend = "this line is no instruction", 'put texts of several lines between """'
            raise NotASoulError([_problem(number, message, mend, source)])
        if len(listed) >= _MAX_INSTRUCTIONS:
            message = f"there are more than {_MAX_INSTRUCTIONS} instructions"
            raise NotASoulError([_problem(number, message, "leave some out", source)])
        listed.append(_instruction(name, (match[2] or "").lstrip(), lines, number, source))
    return document | {_INSTRUCTIONS: listed}


def _instruction(
    name: str, rest: str, lines: Iterator[tuple[int, str]], number: int, source: str
) -> JsonObject:
    role: JsonObject = {}
    if name == "MESSAGE":
        word, *rests = rest.split(maxsplit=1) or [""]
        if word.lower() not in _ALL_ROLES:
            message, mend = "a message needs its speaker", "write user, assistant or system"
            raise NotASoulError([_problem(number, message, mend, source)])
        role, rest = {"role": word.lower()}, "".join(rests)
    if not rest.startswith(_QUOTES):
        rest = rest.strip()
        is_quoted = len(rest) > 1 and rest[0] == rest[-1] == '"'
        value = _holdable(rest[1:-1]) if is_quoted else rest
        return {"name": name, **role, "value": value}
    pieces = [rest.removeprefix(_QUOTES)]
    while _QUOTES not in pieces[-1]:
        _, following = next(lines, (0, None))
        if following is None:
            message, mend = 'a text that begins with """ does not end', 'close it with """'
            raise NotASoulError([_problem(number, message, mend, source)])
        pieces.append(following)
    pieces[-1] = pieces[-1].partition(_QUOTES)[0]
    return {"name": name, **role, "value": "\n".join(pieces)}


def _problem(line: int, message: str, mend: str, source: str) -> Problem:
    return Problem("bad_modelfile", "error", "$", line, 1, message, mend, source)


def _take_carried(comment: str, document: JsonObject) -> bool:
    """Read a soul that a comment carries; return whether it does."""
    key = next((key for key in _CARRIED if comment.lstrip().startswith(f"{key} {{")), None)
    if key is None:
        return False
    try:
        document[key] = parse(comment.lstrip().removeprefix(key))
    except NotJsonError:
        return False
    return True


def write_modelfile(document: JsonObject) -> str:
    """Write a document as a text that reads as the same document."""
    listed = document.get(_INSTRUCTIONS)
    lines = [_line(as_object(item)) for item in (listed if isinstance(listed, list) else [])]
    lines += [f"# {key} {json.dumps(document[key])}" for key in _CARRIED if key in document]
    return "\n".join([*lines, ""])


def _line(instruction: JsonObject) -> str:
    name, value = as_text(instruction.get("name")), as_text(instruction.get("value"))
    if name == _COMMENT:
        return name + value
    role = as_text(instruction.get("role"))
    is_plain = "\n" not in value and value == value.strip() and not value.startswith('"')
    quoted = value if value and is_plain else f"{_QUOTES}{value}{_QUOTES}"
    return " ".join(filter(None, (name, role, quoted)))


# -- fields of a card ------------------------------------------------------------------------------


def to_fields(document: JsonObject) -> CardFields:
    """Return the fields of a card that instructions give; of several systems the last counts."""
    found = CardFields()
    turns: list[str] = []
    systems: list[tuple[str, JsonValue]] = []
    listed = document.get(_INSTRUCTIONS)
    for index, item in enumerate(listed if isinstance(listed, list) else []):
        instruction = as_object(item)
        name, value = as_text(instruction.get("name")), as_text(instruction.get("value"))
        role, path = as_text(instruction.get("role")), f"{name}[{index}]"
        if name == "SYSTEM":
            systems.append((path, value))
        elif role == "assistant" and not turns and "first_mes" not in found.fields:
            found.put("first_mes", value, path)
        elif role in _ROLES:
            turns.append(f"{_ROLES[role]}: {value}")
            found.paths.setdefault("mes_example", path)
        elif name != _COMMENT:
            found.keep(path, "held in the original alone")
    if turns:
        found.fields["mes_example"] = "\n".join(["<START>", *turns])
    for path, _ in systems[:-1]:
        found.keep(path, "a later SYSTEM counts")
    if systems:
        found.put("description", systems[-1][1], systems[-1][0])
    return found


def from_fields(fields: JsonObject, original: JsonObject | None) -> JsonObject:
    """Write the fields of a card as instructions, among those of the original."""
    texts = [as_text(fields.get("description"))]
    listed: JsonValue = [{"name": "FROM", "value": _DEFAULT_MODEL}]
    if original is None:
        texts.append(as_text(fields.get("personality")))
        if scenario := as_text(fields.get("scenario")):
            texts.append(f"Scenario: {scenario}")
    else:
        listed = original.get(_INSTRUCTIONS)
    system = _holdable("\n".join(filter(None, texts)))
    own: list[JsonValue] = [{"name": "SYSTEM", "value": system}] if system else []
    items = [as_object(item) for item in (listed if isinstance(listed, list) else [])]
    return {_INSTRUCTIONS: _in_places(items, own, list(_messages(fields)))}


def _in_places(
    items: Sequence[JsonObject], system: Sequence[JsonValue], messages: list[JsonValue]
) -> list[JsonValue]:
    """Put a system message and messages where instructions have theirs, the rest at the end."""
    systems = [index for index, item in enumerate(items) if item.get("name") == "SYSTEM"]
    placed: list[JsonValue] = []
    for index, item in enumerate(items):
        if systems and index == systems[-1]:
            placed += system
        elif item.get("role") not in _ROLES:
            placed.append(item)
        elif messages:
            placed.append(messages.pop(0))
    return [*placed, *([] if systems else system), *messages]


def _messages(fields: JsonObject) -> Iterator[JsonValue]:
    if greeting := as_text(fields.get("first_mes")):
        yield {"name": "MESSAGE", "role": "assistant", "value": _holdable(greeting)}
    examples = as_text(fields.get("mes_example"))
    marks = list(_TURN.finditer(examples))
    ends = [mark.start() for mark in marks[1:]] + [len(examples)]
    for mark, end in zip(marks, ends, strict=False):
        role = "user" if mark[1] == "user" else "assistant"
        text = examples[mark.end() : end].replace("<START>", "").strip()
        yield {"name": "MESSAGE", "role": role, "value": _holdable(text)}


def _holdable(text: str) -> str:
    """Return a text that can stand between three quotation marks, which have no escape."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(_QUOTES, "'''")
    return f"{text}\n" if text.endswith('"') else text


# -- the format ------------------------------------------------------------------------------------


def _spell_in(document: JsonValue, scene: Scene, spelling: Spelling) -> JsonValue:
    """Write out the macros in what is told and said; a template has braces of its own."""
    listed = as_object(document).get(_INSTRUCTIONS)
    written: list[JsonValue] = []
    for item in map(as_object, listed if isinstance(listed, list) else []):
        own = replace(scene, is_addressed=item.get("role") == "assistant")
        is_text = item.get("name") in {"SYSTEM", "MESSAGE"}
        written.append(in_all_texts(dict(item), own, spelling) if is_text else dict(item))
    return {**as_object(document), _INSTRUCTIONS: written}


_CODEC: Final = card_codec(_NAME, to_fields, from_fields, macros=FewMacros(spell_in=_spell_in))


def detect(source: Source) -> bool:
    """Detect a text of instructions that has a model and something said, or carries a soul."""
    raw = source.single
    if raw is None or b"\0" in raw[:64]:
        return False
    text = raw[:_DETECTED_BYTES].decode("utf-8", "replace")
    return bool(_START.match(text) and _FROM.search(text) and _SPEECH.search(text))


def decode(source: Source) -> Import:
    """Read a Modelfile. Raises ``NotASoulError`` with the line of a fault."""
    text = decoded(source.single or b"", source.name, MAX_FOREIGN_BYTES)
    if "\0" in text:
        message, mend = "there is a NUL in the text", "take it away"
        raise NotASoulError([whole_text("bad_modelfile", message, mend, source.name)])
    return import_document(_CODEC, _NAME, read_modelfile(text, source.name), source, by_key=False)


def encode(imported: Import, stem: str) -> Export:
    """Write a soul as a Modelfile. One without an original is given a model, which is reported."""
    name = f"{stem}.Modelfile"
    soul = required_soul(imported, name)
    document, report = write_document(_CODEC, soul)
    if original_of(soul, _CODEC.formats) is None:
        message = f'taken as "{_DEFAULT_MODEL}"; name the model that you have'
        report += [Note("defaulted", "", "FROM", message)]
    return Export({name: write_modelfile(document).encode(), **imported.assets}, report)
