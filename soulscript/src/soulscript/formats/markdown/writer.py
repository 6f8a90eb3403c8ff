"""A soul -> a readable Markdown file, and the lines of each of its chapters."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from soulscript.formats.markdown.headings import name_in_title
from soulscript.formats.markdown.readings import QUOTED_STYLE
from soulscript.formats.round_trip import memories_of
from soulscript.jsontext.parser import JsonObject
from soulscript.model.dialogues import INFERRED_KEY
from soulscript.model.soul import Soul, Trait, Value
from soulscript.prompts.system_prompt import told_traits
from soulscript.reading.soul_dialects import DEFAULT_ENFORCEMENT, DEFAULT_TYPE

MAIN_FILE: Final = "SOUL.md"


def from_soul(soul: Soul) -> JsonObject:
    """Write a soul as one readable file."""
    name = one_line(soul.personality.name or "")
    is_title = bool(name) and name_in_title(name, "") == name
    lines = [f"# {name if is_title else MAIN_FILE}"]
    if facts := [*_facts({"Name": "" if is_title else name}), *_entity_facts(soul)]:
        lines += ["", *facts]
    for heading, _, write in _CHAPTERS:
        body = [*write(soul)]
        if body:
            lines += ["", f"## {heading}", "", *body]
    return {MAIN_FILE: "\n".join(lines) + "\n"}


def one_line(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def _facts(facts: Mapping[str, str | None]) -> Iterator[str]:
    return (f"- **{label}:** {one_line(text)}" for label, text in facts.items() if text)


def _items(texts: Iterable[str]) -> Iterator[str]:
    return (f"- {one_line(text)}" for text in texts)


def _entity_facts(soul: Soul) -> Iterator[str]:
    entity = soul.entity
    role, gender, age = entity.occupation, entity.gender, entity.age
    return _facts({"Form": entity.form, "Role": role, "Gender": gender, "Age": age})


def _background(soul: Soul) -> list[str]:
    """Return the lines of the background as they are."""
    return (soul.entity.background or "").strip("\n").split("\n") if soul.entity.background else []


def _traits(soul: Soul) -> Iterator[str]:
    for trait in told_traits(soul):
        level = _level(trait, trait.strength)
        rules = "; ".join(map(one_line, trait.expression_rules))
        yield f"- **{one_line(trait.trait)}**{level}: {rules}".removesuffix(": ")


def _level(part: Trait | Value, level: float) -> str:
    return "" if (part.model_extra or {}).get(INFERRED_KEY) else f" ({level:g})"


def _values(soul: Soul) -> Iterator[str]:
    for value in soul.values:
        level = _level(value, value.importance)
        yield f"- **{one_line(value.name)}**{level}: {one_line(value.expression)}"


def _tensions(soul: Soul) -> Iterator[str]:
    for value in soul.values:
        for conflict in value.conflicts:
            sides = f"{one_line(value.name)} vs {one_line(conflict.value)}"
            yield f"- **{sides}**: {one_line(conflict.resolution)}"


def style_of(soul: Soul) -> str:
    """Return the style as a file states it, without the words that its reading puts around it."""
    return soul.voice.style.removeprefix(QUOTED_STYLE[0]).removesuffix(QUOTED_STYLE[1])


def _voice(soul: Soul) -> Iterator[str]:
    voice = soul.voice
    qualities = ", ".join(voice.qualities)
    # A style of several sentences is a paragraph.
    is_text = voice.style.startswith(QUOTED_STYLE[0])
    style = "" if is_text else style_of(soul)
    facts = _facts({"Style": style, "Tone": voice.tone, "Qualities": qualities})
    lines = [*facts, *_items(voice.patterns)]
    if is_text:
        yield one_line(style_of(soul))
        yield from [""] if lines else []
    yield from lines


def _relationship(soul: Soul) -> Iterator[str]:
    if soul.relationship.style:
        yield one_line(soul.relationship.style)


def _boundaries(soul: Soul) -> Iterator[str]:
    for boundary in soul.relationship.boundaries:
        text = one_line(boundary.description)
        if (boundary.type, boundary.enforcement) == (DEFAULT_TYPE, DEFAULT_ENFORCEMENT):
            yield f"- {text}"
        else:
            yield f"- **{one_line(boundary.type)}**: {text} ({one_line(boundary.enforcement)})"


def _opinions(soul: Soul) -> Iterator[str]:
    for topic, text in soul.engine.opinions.items():
        yield f"- **{one_line(topic)}**: {one_line(text)}"


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
WRITERS: Final = {role: write for _, role, write in _CHAPTERS}
"""Role of a heading -> the function that writes the lines below it."""
