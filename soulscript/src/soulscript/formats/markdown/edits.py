"""Changes of a soul merged into the Markdown files that it came from."""

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import Final

from pydantic import JsonValue

from soulscript.formats.markdown.chapter_roles import to_soul
from soulscript.formats.markdown.chapters import Chapter, chapters_of, roles_of_files
from soulscript.formats.markdown.contents import FACT_PATHS, ROLE_PATHS, Line, contents_of
from soulscript.formats.markdown.outline import split_lines, without_emphasis
from soulscript.formats.markdown.writer import WRITERS, one_line, style_of
from soulscript.formats.round_trip import without_source
from soulscript.jsontext.parser import JsonObject
from soulscript.model.soul import Soul

_MAX_DIFF_LINES: Final = 2_000  # of both backgrounds; comparing them is quadratic
_MAX_REWRITTEN_CHAPTERS: Final = 16  # beyond that the soul is carried whole
_NOT_REWRITTEN: Final = ("<!--", "-->", "```", "~~~")  # a body with any of them stays
_FACT_TEXTS: Final[dict[str, Callable[[Soul], str | None]]] = {
    "name": lambda soul: soul.personality.name,
    "form": lambda soul: soul.entity.form,
    "occupation": lambda soul: soul.entity.occupation,
    "gender": lambda soul: soul.entity.gender,
    "age": lambda soul: soul.entity.age,
    "tone": lambda soul: soul.voice.tone,
    "style": style_of,
    "qualities": lambda soul: ", ".join(soul.voice.qualities),
}


def edited(original: JsonObject, soul: Soul) -> JsonObject:
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
    for trial in (_with_background(files, soul),) if "entity.background" in wrong else ():
        still_wrong = _differences(_parts(to_soul(trial)[0]), wanted)
        if still_wrong < wrong:
            files, wrong = trial, still_wrong
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
    texts = {name: str(text) for name, text in files.items()}
    for name, role in roles_of_files(texts).items():
        if role is not None:
            yield from chapters_of(name, texts[name], role)


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
        new = one_line(_FACT_TEXTS[fact](soul) or "") if fact in _FACT_TEXTS else ""
        if match and new:
            lines[number] = f"{before}{new}{after}"
    return "".join(lines)


def _with_body(text: str, chapter: Chapter, soul: Soul) -> str:
    """Replace the body of a chapter, unless it has comments or code."""
    lines = split_lines(text)
    first, last = chapter.section.first, chapter.section.last
    body = "".join(lines[first:last])
    write = WRITERS.get(chapter.role)
    if write is None or not chapter.blocks or any(mark in body for mark in _NOT_REWRITTEN):
        return text
    # Blank lines and breaks around the body stay.
    start = next(n for n in range(first, last) if lines[n].strip())
    ends = (n for n in range(last, start, -1) if lines[n - 1].strip(" -*_\r\n"))
    end = next(ends, last)
    return "".join([*lines[:start], *(f"{line}\n" for line in write(soul)), *lines[end:]])


# -- the background --------------------------------------------------------------------------------


def _with_background(files: JsonObject, soul: Soul) -> JsonObject:
    """Return the files with the lines of the background that have changed, where they stand."""
    old = contents_of(files).background
    new = (soul.entity.background or "").split("\n")
    if len(old) + len(new) > _MAX_DIFF_LINES:
        return files
    texts = {name: split_lines(str(text)) for name, text in files.items()}
    matcher = SequenceMatcher(None, [line for _, _, line in old], new, autojunk=False)
    # From the end, so that no change moves the lines of those before it.
    for tag, start, end, first, last in reversed(matcher.get_opcodes()):
        if tag == "equal":
            continue
        place = _place(old, start, end, texts)
        if place is None:
            return files
        name, begin, stop = place
        lines = texts[name]
        if begin and not lines[begin - 1].endswith("\n"):
            lines[begin - 1] += "\n"
        lines[begin:stop] = [f"{line}\n" for line in new[first:last]]
    return {name: "".join(lines) for name, lines in texts.items()}


def _place(
    old: list[Line], start: int, end: int, texts: dict[str, list[str]]
) -> tuple[str, int, int] | None:
    """Return the file and its lines where these lines of the background stand.

    None where they are not there as they are in the background: in front matter, around comments.
    """
    found = [line for line in old[start:end] if line[1] >= 0]
    if not found:
        before = next((line for line in reversed(old[:start]) if line[1] >= 0), None)
        return (before[0], before[1] + 1, before[1] + 1) if before else None
    name, first = found[0][:2]
    stop = found[-1][1] + 1
    lines = {number: line for file, number, line in found if file == name}
    for number in range(first, stop):
        there = without_emphasis(texts[name][number]).rstrip()
        if number in lines and there != lines[number]:
            return None
        if number not in lines and there:
            return None
    return name, first, stop
