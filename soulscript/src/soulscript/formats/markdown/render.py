"""A soul as Markdown: a SOUL.md written anew, or an older one with what has changed since."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import JsonObject
from soulscript.formats.fields import INFERRED
from soulscript.formats.markdown.chapter_roles import FACT_PLACES, PLACES, soul_of
from soulscript.formats.markdown.chapters import Chapter, chapters_of, role_of_file
from soulscript.formats.markdown.outline import lines_of
from soulscript.formats.markdown.statements import GENERAL, LONG, SITUATIONAL
from soulscript.formats.round_trip import bare, memories_of
from soulscript.model.soul import Boundary, Soul, Trait, Value

MAIN: Final = "SOUL.md"


def document_of(soul: Soul) -> JsonObject:
    """Write a soul anew as one file that reads well."""
    parts = [f"# {_line(soul.name)}".rstrip(), *_facts(soul)]
    for heading, lines in _HEADINGS.items():
        written = [*lines(soul)]
        if written:
            parts += ["", f"## {heading}", "", *written]
    return {MAIN: "\n".join(parts) + "\n"}


def _line(text: str) -> str:
    return " ".join(text.split())


def _facts(soul: Soul) -> Iterator[str]:
    entity = soul.entity
    told = {
        "Form": entity.form,
        "Role": entity.occupation,
        "Gender": entity.gender,
        "Age": entity.age,
    }
    lines = [f"- **{label}:** {_line(text)}" for label, text in told.items() if text]
    if lines:
        yield ""
        yield from lines


def _background(soul: Soul) -> Iterator[str]:
    """Write a paragraph for each line."""
    lines = [_line(line) for line in (soul.entity.background or "").split("\n") if line.strip()]
    yield from "\n\n".join(lines).splitlines()


def _traits(soul: Soul) -> Iterator[str]:
    return map(_trait, soul.personality.core_traits)


def _trait(trait: Trait) -> str:
    level = _level(trait, trait.strength)
    rules = "; ".join(map(_line, trait.expression_rules))
    return f"- **{_line(trait.trait)}**{level}: {rules}".removesuffix(": ")


def _level(part: Trait | Value, level: float) -> str:
    return "" if (part.model_extra or {}).get(INFERRED) else f" ({level:g})"


def _values(soul: Soul) -> Iterator[str]:
    for value in soul.values:
        level = _level(value, value.importance)
        yield f"- **{_line(value.name)}**{level}: {_line(value.expression)}"


def _tensions(soul: Soul) -> Iterator[str]:
    for value in soul.values:
        for conflict in value.conflicts:
            sides = f"{_line(value.name)} vs {_line(conflict.value)}"
            yield f"- **{sides}**: {_line(conflict.resolution)}"


def _style(soul: Soul) -> str:
    return soul.voice.style.removeprefix(LONG[0]).removesuffix(LONG[1])


def _voice(soul: Soul) -> Iterator[str]:
    voice = soul.voice
    told = {
        "Style": _style(soul),
        "Tone": voice.tone,
        "Qualities": ", ".join(voice.qualities),
    }
    yield from (f"- **{label}:** {_line(text)}" for label, text in told.items() if text)
    yield from (f"- {_line(pattern)}" for pattern in voice.patterns)


def _relationship(soul: Soul) -> Iterator[str]:
    if soul.relationship.style:
        yield _line(soul.relationship.style)


def _boundaries(soul: Soul) -> Iterator[str]:
    return map(_boundary, soul.relationship.boundaries)


def _boundary(boundary: Boundary) -> str:
    text = _line(boundary.description)
    if boundary.type == GENERAL and boundary.enforcement == SITUATIONAL:
        return f"- {text}"
    return f"- **{_line(boundary.type)}**: {text} ({_line(boundary.enforcement)})"


def _expertise(soul: Soul) -> Iterator[str]:
    return (f"- {_line(item)}" for item in soul.entity.expertise)


def _opinions(soul: Soul) -> Iterator[str]:
    for topic, text in soul.engine.opinions.items():
        yield f"- **{_line(topic)}**: {_line(text)}"


def _memories(soul: Soul) -> Iterator[str]:
    return (f"- {_line(found.core_memory)}" for found in memories_of(soul))


Lines = Callable[[Soul], Iterable[str]]
_HEADINGS: Final[dict[str, Lines]] = {
    "Who I am": _background,
    "Personality": _traits,
    "Values": _values,
    "Tensions": _tensions,
    "Voice": _voice,
    "With people": _relationship,
    "Boundaries": _boundaries,
    "Expertise": _expertise,
    "Opinions": _opinions,
    "Memories": _memories,
}
_ROLES: Final[dict[str, Lines]] = {
    "identity": _background,
    "personality": _traits,
    "values": _values,
    "tensions": _tensions,
    "voice": _voice,
    "relationship": _relationship,
    "boundaries": _boundaries,
    "expertise": _expertise,
    "opinions": _opinions,
    "memory": _memories,
}
_FACTS: Final[dict[str, Callable[[Soul], str | None]]] = {
    "name": lambda soul: soul.personality.name,
    "form": lambda soul: soul.entity.form,
    "occupation": lambda soul: soul.entity.occupation,
    "gender": lambda soul: soul.entity.gender,
    "age": lambda soul: soul.entity.age,
    "tone": lambda soul: soul.voice.tone,
    "style": _style,
    "qualities": lambda soul: ", ".join(soul.voice.qualities),
}
_MOST_REWRITTEN: Final = 16  # chapters; more are not tried, the soul is carried whole instead
_UNWRITTEN: Final = ("<!--", "-->", "```", "~~~")


# -- edits -----------------------------------------------------------------------------------------


def laid_over(origin: JsonObject, soul: Soul) -> JsonObject:
    """Write into files what has changed in their soul, where a rewritten part says just that.

    A fact keeps its line, a chapter its heading. What cannot be said so is left as it was.
    """
    files: JsonObject = {name: text for name, text in origin.items() if isinstance(text, str)}
    wanted = _parts(bare(soul))
    wrong = _differing(_parts(soul_of(files)[0]), wanted)
    chapters = [chapter for chapter in _chapters(files) if _tells(chapter, wrong)] if wrong else []
    # From the end, so that what was rewritten moves no line of what comes next.
    for chapter in chapters[: -_MOST_REWRITTEN - 1 : -1]:
        for rewrite in (_with_facts, _with_body):
            text = str(files[chapter.file])
            trial = {**files, chapter.file: rewrite(text, chapter, soul)}
            still = _differing(_parts(soul_of(trial)[0]), wanted)
            if still < wrong:
                files, wrong = trial, still
    return files


def _tells(chapter: Chapter, parts: set[str]) -> bool:
    """Whether a chapter holds any of some parts of a soul."""
    places = {FACT_PLACES[fact] for fact in chapter.facts} | {PLACES.get(chapter.role, "-")}
    return any(part.startswith(place) for part in parts for place in places)


def _chapters(files: JsonObject) -> Iterator[Chapter]:
    for name, text in files.items():
        base = role_of_file(name, alone=len(files) == 1)
        if base is not None:
            yield from chapters_of(name, str(text), base)


def _parts(document: JsonObject) -> dict[str, JsonValue]:
    """Take a soul's document apart, two levels deep."""
    parts: dict[str, JsonValue] = {}
    for key, value in document.items():
        inner = value if isinstance(value, dict) else {"": value}
        parts |= {f"{key}.{name}": part for name, part in inner.items()}
    return parts


def _differing(said: dict[str, JsonValue], wanted: dict[str, JsonValue]) -> set[str]:
    return {key for key in said.keys() | wanted.keys() if said.get(key) != wanted.get(key)}


def _with_facts(text: str, chapter: Chapter, soul: Soul) -> str:
    """Write the soul's facts into the lines of a chapter that tell them."""
    lines = lines_of(text)
    for fact, (old, number) in chapter.facts.items():
        before, found, after = lines[number].rpartition(old)
        new = _line(_FACTS[fact](soul) or "") if fact in _FACTS else ""
        if found and new:
            lines[number] = f"{before}{new}{after}"
    return "".join(lines)


def _with_body(text: str, chapter: Chapter, soul: Soul) -> str:
    """Write anew what stands under a heading, unless comments or code stand there too."""
    lines = lines_of(text)
    first, last = chapter.section.first, chapter.section.last
    body = "".join(lines[first:last])
    write = _ROLES.get(chapter.role)
    if write is None or not chapter.blocks or any(mark in body for mark in _UNWRITTEN):
        return text
    start = next(n for n in range(first, last) if lines[n].strip())
    spoken = (n for n in range(last, start, -1) if lines[n - 1].strip(" -*_\r\n"))
    end = next(spoken, last)
    return "".join([*lines[:start], *(f"{line}\n" for line in write(soul)), *lines[end:]])
