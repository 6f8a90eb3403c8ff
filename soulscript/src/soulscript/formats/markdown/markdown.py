"""Markdown that describes a character: SOUL.md, IDENTITY.md, STYLE.md, MEMORY.md, USER.md.

The original is the files, as ``{name: text}``. A soul that the files cannot hold is carried in a
comment at the end of one of them.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotASoulError, NotJsonError, whole_text
from soulscript.formats.base import INFERRED_KEY, SOUL_KEY, Export, Files, Import, Source
from soulscript.formats.markdown.chapter_roles import FACT_PATHS, QUOTED_STYLE, ROLE_PATHS, to_soul
from soulscript.formats.markdown.chapters import (
    Chapter,
    chapters_of,
    role_of_file,
    role_of_heading,
    split_lines,
)
from soulscript.formats.round_trip import (
    BASELINE_KEY,
    Codec,
    memories_of,
    original_of,
    read_document,
    required_soul,
    without_source,
    write_document,
)
from soulscript.jsontext.parser import JsonObject, as_object, parse
from soulscript.model.soul import Soul, Trait, Value
from soulscript.reading.soul_dialects import DEFAULT_ENFORCEMENT, DEFAULT_TYPE
from soulscript.report import Note

_NAME: Final = "markdown"
_SUFFIX: Final = ".md"
_SUFFIXES: Final = (".md", ".markdown", ".mdx", ".txt")
_MAIN_FILE: Final = "SOUL.md"
_MAX_CHARS: Final = 1_000_000  # of all files together
_MAX_LINES: Final = 30_000
_MAX_DETECTION_BYTES: Final = 16_384  # of a file in which headings are looked for
_MAX_DETECTION_FILES: Final = 16
_JSON: Final = re.compile(r'(?:\s|#[^\n]*\n)*+[{"]')  # also behind lines of "#"
_MAIN_TITLE: Final = re.compile(r"(?:soul|identity|persona)\.md", re.IGNORECASE)
_CARRIED_KEYS: Final = (SOUL_KEY, BASELINE_KEY)
_COMMENT_START: Final = "\n<!-- soul:soul\n"
_COMMENT_END: Final = "\n-->\n"


# -- reading ---------------------------------------------------------------------------------------


def detect(source: Source) -> bool:
    """Detect Markdown with a heading or facts as files about characters have them."""
    alone = len(source.files) == 1
    roles = ((name, raw, _role(name, alone=alone)) for name, raw in source.files.items())
    candidates = ((name, raw, role) for name, raw, role in roles if role is not None)
    return any(
        _is_about_character(name, raw[:_MAX_DETECTION_BYTES], role)
        for name, raw, role in islice(candidates, _MAX_DETECTION_FILES)
    )


def _role(name: str, *, alone: bool) -> str | None:
    is_text = alone or name.lower().endswith(_SUFFIXES)
    return role_of_file(name, alone=alone) if is_text else None


def _is_about_character(name: str, raw: bytes, role: str) -> bool:
    text = raw.decode("utf-8-sig", "ignore")
    if "\0" in text or _JSON.match(text):
        return False
    chapters = [*chapters_of(name, text, role)]
    titles = [chapter.section.title for chapter in chapters]
    fact_count = sum(len(chapter.facts) for chapter in chapters)
    return fact_count > 1 or any(role_of_heading(t) or _MAIN_TITLE.search(t) for t in titles)


def decode(source: Source) -> Import:
    """Read files about a character; other files become assets.

    Raises ``NotASoulError`` for a text that is not UTF-8, or texts over the limits.
    """
    alone = len(source.files) == 1
    texts: dict[str, str] = {}
    carried: JsonObject = {}
    assets: dict[str, bytes] = {}
    for name, raw in source.files.items():
        if alone or name.lower().endswith(_SUFFIXES):
            texts[name], embedded = _split_carried(_decode_text(name, raw))
            carried |= embedded
        else:
            assets[name] = raw
    chars = sum(map(len, texts.values()))
    if chars > _MAX_CHARS or sum(text.count("\n") for text in texts.values()) > _MAX_LINES:
        message = f"there are more than {_MAX_CHARS} characters or {_MAX_LINES} lines"
        raise NotASoulError([whole_text("too_large", message, "shorten it", source.name)])
    imported = read_document(_CODEC, {**texts, **carried}, format=_NAME, source=source.name)
    notes = [Note("kept", name, name, "comes along as it is") for name in assets]
    return replace(imported, assets=assets, report=imported.report + notes)


def _decode_text(name: str, raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        message, mend = "this is not UTF-8", "save the file as UTF-8"
        raise NotASoulError([whole_text("not_utf8", message, mend, name)]) from error
    if "\0" in text:
        raise NotASoulError([whole_text("nul", "there is a NUL in it", "take it away", name)])
    return text


def _split_carried(text: str) -> tuple[str, JsonObject]:
    """Split the carried soul from the end of a text; a comment that is not JSON stays."""
    before, mark, after = text.rpartition(_COMMENT_START)
    comment = after.rstrip()
    if not mark or not comment.endswith(_COMMENT_END.strip()):
        return text, {}
    try:
        carried = as_object(parse(comment.removesuffix(_COMMENT_END.strip())))
    except NotJsonError:
        return text, {}
    if not carried:
        return text, {}
    return before, {key: carried[key] for key in _CARRIED_KEYS if key in carried}


# -- writing ---------------------------------------------------------------------------------------


def encode(imported: Import, stem: str) -> Export:
    """Write a soul into the files that it came from, else into one new file."""
    soul = required_soul(imported, stem + _SUFFIX)
    original = original_of(soul, _CODEC.formats)
    if original is None:
        document, report = write_document(_CODEC, soul)
        document[stem + _SUFFIX] = document.pop(_MAIN_FILE)
    else:
        document, report = write_document(_CODEC, soul, partial(_edited, original))
        if SOUL_KEY in document and document != original:
            # The files are not written anew by ``from_soul``, so only this records what they
            # read as.
            document.setdefault(BASELINE_KEY, to_soul(document)[0])
    return Export({**_files(document), **imported.assets}, report)


def _files(document: JsonObject) -> Files:
    """Return the texts as files, with the carried soul at the end of the main one."""
    texts = {name: text for name, text in document.items() if isinstance(text, str)}
    carried = {key: document[key] for key in _CARRIED_KEYS if key in document}
    if carried:
        main = min(
            texts, key=lambda name: role_of_file(name, alone=False) != "", default=_MAIN_FILE
        )
        # Without ">" no text in the soul can end the comment.
        comment = json.dumps(carried, ensure_ascii=False).replace(">", "\\u003e")
        texts[main] = f"{texts.get(main, '')}{_COMMENT_START}{comment}{_COMMENT_END}"
    return {name: text.encode() for name, text in texts.items()}


def from_soul(soul: Soul) -> JsonObject:
    """Write a soul as one readable file."""
    lines = [f"# {_one_line(soul.name)}".rstrip()]
    if facts := [*_entity_facts(soul)]:
        lines += ["", *facts]
    for heading, _, write in _CHAPTERS:
        body = [*write(soul)]
        if body:
            lines += ["", f"## {heading}", "", *body]
    return {_MAIN_FILE: "\n".join(lines) + "\n"}


_CODEC: Final = Codec(frozenset({_NAME}), to_soul, from_soul)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _facts(facts: Mapping[str, str | None]) -> Iterator[str]:
    return (f"- **{label}:** {_one_line(text)}" for label, text in facts.items() if text)


def _items(texts: Iterable[str]) -> Iterator[str]:
    return (f"- {_one_line(text)}" for text in texts)


def _entity_facts(soul: Soul) -> Iterator[str]:
    entity = soul.entity
    role, gender, age = entity.occupation, entity.gender, entity.age
    return _facts({"Form": entity.form, "Role": role, "Gender": gender, "Age": age})


def _background(soul: Soul) -> Iterator[str]:
    """Yield a paragraph for each line."""
    lines = [_one_line(line) for line in (soul.entity.background or "").split("\n") if line.strip()]
    yield from "\n\n".join(lines).splitlines()


def _traits(soul: Soul) -> Iterator[str]:
    for trait in soul.personality.core_traits:
        level = _level(trait, trait.strength)
        rules = "; ".join(map(_one_line, trait.expression_rules))
        yield f"- **{_one_line(trait.trait)}**{level}: {rules}".removesuffix(": ")


def _level(part: Trait | Value, level: float) -> str:
    return "" if (part.model_extra or {}).get(INFERRED_KEY) else f" ({level:g})"


def _values(soul: Soul) -> Iterator[str]:
    for value in soul.values:
        level = _level(value, value.importance)
        yield f"- **{_one_line(value.name)}**{level}: {_one_line(value.expression)}"


def _tensions(soul: Soul) -> Iterator[str]:
    for value in soul.values:
        for conflict in value.conflicts:
            sides = f"{_one_line(value.name)} vs {_one_line(conflict.value)}"
            yield f"- **{sides}**: {_one_line(conflict.resolution)}"


def _style(soul: Soul) -> str:
    return soul.voice.style.removeprefix(QUOTED_STYLE[0]).removesuffix(QUOTED_STYLE[1])


def _voice(soul: Soul) -> Iterator[str]:
    voice = soul.voice
    qualities = ", ".join(voice.qualities)
    yield from _facts({"Style": _style(soul), "Tone": voice.tone, "Qualities": qualities})
    yield from _items(voice.patterns)


def _relationship(soul: Soul) -> Iterator[str]:
    if soul.relationship.style:
        yield _one_line(soul.relationship.style)


def _boundaries(soul: Soul) -> Iterator[str]:
    for boundary in soul.relationship.boundaries:
        text = _one_line(boundary.description)
        if (boundary.type, boundary.enforcement) == (DEFAULT_TYPE, DEFAULT_ENFORCEMENT):
            yield f"- {text}"
        else:
            yield f"- **{_one_line(boundary.type)}**: {text} ({_one_line(boundary.enforcement)})"


def _opinions(soul: Soul) -> Iterator[str]:
    for topic, text in soul.engine.opinions.items():
        yield f"- **{_one_line(topic)}**: {_one_line(text)}"


# Heading of a new file, role of a chapter, its lines; in the order of a new file.
_CHAPTERS: Final[tuple[tuple[str, str, Callable[[Soul], Iterable[str]]], ...]] = (
    ("Who I am", "identity", _background),
    ("Personality", "personality", _traits),
    ("Values", "values", _values),
    ("Tensions", "tensions", _tensions),
    ("Voice", "voice", _voice),
    ("With people", "relationship", _relationship),
    ("Boundaries", "boundaries", _boundaries),
    ("Expertise", "expertise", lambda soul: _items(soul.entity.expertise)),
    ("Opinions", "opinions", _opinions),
    ("Memories", "memory", lambda soul: _items(m.core_memory for m in memories_of(soul))),
)
_WRITERS: Final = {role: write for _, role, write in _CHAPTERS}


# -- edits of the original -------------------------------------------------------------------------

_MAX_REWRITTEN_CHAPTERS: Final = 16  # beyond that the soul is carried whole
_NOT_REWRITTEN: Final = ("<!--", "-->", "```", "~~~")  # a body with any of them stays
_FACT_TEXTS: Final[dict[str, Callable[[Soul], str | None]]] = {
    "name": lambda soul: soul.personality.name,
    "form": lambda soul: soul.entity.form,
    "occupation": lambda soul: soul.entity.occupation,
    "gender": lambda soul: soul.entity.gender,
    "age": lambda soul: soul.entity.age,
    "tone": lambda soul: soul.voice.tone,
    "style": _style,
    "qualities": lambda soul: ", ".join(soul.voice.qualities),
}


def _edited(original: JsonObject, soul: Soul) -> JsonObject:
    """Return the files with what has changed in their soul.

    Each chapter that concerns a changed part is rewritten, and the rewriting is kept only if
    reading the files then differs from the soul in fewer parts. The rest stays as it was.
    """
    files: JsonObject = {name: text for name, text in original.items() if isinstance(text, str)}
    wanted = _parts(without_source(soul))
    wrong = _differences(_parts(to_soul(files)[0]), wanted)
    chapters = (
        [chapter for chapter in _chapters(files) if _concerns(chapter, wrong)] if wrong else []
    )
    # From the end, so that no rewriting moves the lines of the chapters that follow.
    for chapter in chapters[: -_MAX_REWRITTEN_CHAPTERS - 1 : -1]:
        for rewrite in (_with_facts, _with_body):
            text = rewrite(str(files[chapter.file]), chapter, soul)
            trial = {**files, chapter.file: text}
            still_wrong = _differences(_parts(to_soul(trial)[0]), wanted)
            if still_wrong < wrong:
                files, wrong = trial, still_wrong
    return files


def _concerns(chapter: Chapter, parts: set[str]) -> bool:
    paths = {FACT_PATHS[fact] for fact in chapter.facts} | {ROLE_PATHS.get(chapter.role, "-")}
    return any(part.startswith(path) for part in parts for path in paths)


def _chapters(files: JsonObject) -> Iterator[Chapter]:
    for name, text in files.items():
        role = role_of_file(name, alone=len(files) == 1)
        if role is not None:
            yield from chapters_of(name, str(text), role)


def _parts(document: JsonObject) -> dict[str, JsonValue]:
    """Return the parts of a soul's document, two levels deep."""
    parts: dict[str, JsonValue] = {}
    for key, value in document.items():
        inner = value if isinstance(value, dict) else {"": value}
        parts |= {f"{key}.{name}": part for name, part in inner.items()}
    return parts


def _differences(parts: dict[str, JsonValue], wanted: dict[str, JsonValue]) -> set[str]:
    return {key for key in parts.keys() | wanted.keys() if parts.get(key) != wanted.get(key)}


def _with_facts(text: str, chapter: Chapter, soul: Soul) -> str:
    """Replace the facts of a chapter in their lines."""
    lines = split_lines(text)
    for fact, (old, number) in chapter.facts.items():
        before, match, after = lines[number].rpartition(old)
        new = _one_line(_FACT_TEXTS[fact](soul) or "") if fact in _FACT_TEXTS else ""
        if match and new:
            lines[number] = f"{before}{new}{after}"
    return "".join(lines)


def _with_body(text: str, chapter: Chapter, soul: Soul) -> str:
    """Replace the body of a chapter, unless it has comments or code."""
    lines = split_lines(text)
    first, last = chapter.section.first, chapter.section.last
    body = "".join(lines[first:last])
    write = _WRITERS.get(chapter.role)
    if write is None or not chapter.blocks or any(mark in body for mark in _NOT_REWRITTEN):
        return text
    # Blank lines and breaks around the body stay.
    start = next(n for n in range(first, last) if lines[n].strip())
    ends = (n for n in range(last, start, -1) if lines[n - 1].strip(" -*_\r\n"))
    end = next(ends, last)
    return "".join([*lines[:start], *(f"{line}\n" for line in write(soul)), *lines[end:]])
