"""The texts of all files sorted: what reads as a part of a soul, and what stays text.

Only what reads clearly as a trait, a value, a boundary and so on becomes one. All other text stays
in the background, in its order and with its headings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from soulscript.formats.base import MEMORIES_KEY, SOURCE_KEY
from soulscript.formats.fields import FieldLog
from soulscript.formats.markdown.chapters import (
    IDENTITY,
    PRINCIPLE,
    Chapter,
    chapters_of,
    roles_of_files,
)
from soulscript.formats.markdown.headings import UNIFORM
from soulscript.formats.markdown.outline import Block, without_emphasis
from soulscript.formats.markdown.readings import READERS
from soulscript.jsontext.parser import JsonObject
from soulscript.model.soul import AVATAR
from soulscript.report import Note

EMOJI_KEY: Final = "md:emoji"
_BACKGROUND: Final = "entity.background"
ROLE_PATHS: Final = {
    "values": "values",
    PRINCIPLE: "values",
    "tensions": "values",
    "voice": "voice",
    "vocabulary": "voice.patterns",
    "boundaries": "relationship.boundaries",
    "relationship": "relationship.style",
    "expertise": "entity.expertise",
    "personality": "personality.core_traits",
    "memory": MEMORIES_KEY,
    "profile": MEMORIES_KEY,
}
"""Role of a heading -> the part of a soul that its body becomes; else the background."""
FACT_PATHS: Final = {
    "name": "personality.name",
    "form": "entity.form",
    "occupation": "entity.occupation",
    "gender": "entity.gender",
    "age": "entity.age",
    "tone": "voice.tone",
    "style": "voice.style",
    "qualities": "voice.qualities",
    "emoji": EMOJI_KEY,
    "avatar": AVATAR,
}
"""Fact -> the part of a soul that it becomes."""

TitledBlock = tuple[str, Block]
"""A heading and a block of its body."""
Line = tuple[str, int, str]
"""A file, the number of a line in it, and the line as it stands in the background."""


@dataclass(slots=True)
class Contents:
    """The facts and chapters of all files; of a fact stated twice the first counts.

    ``background`` has the lines of what is nothing else; a line of number -1 is a blank one.
    """

    log: FieldLog = field(default_factory=FieldLog)
    facts: dict[str, str] = field(default_factory=dict)
    titled: list[tuple[Chapter, Block]] = field(default_factory=list)
    background: list[Line] = field(default_factory=list)

    def blocks(self, role: str) -> list[TitledBlock]:
        """Return the blocks of a role that read as it."""
        return [(chapter.title, block) for chapter, block in self.titled if chapter.role == role]

    def texts(self, role: str) -> list[str]:
        """Return the plain texts of a role."""
        return [block.plain for _, block in self.blocks(role)]


def contents_of(document: JsonObject) -> Contents:
    """Sort the texts of all files, those on identity first, and note each heading."""
    contents = Contents()
    texts = {name: text for name, text in document.items() if isinstance(text, str)}
    roles = roles_of_files(texts)
    for name in sorted(texts, key=lambda name: roles[name] != "identity"):
        role = roles[name]
        chapters = [*chapters_of(name, texts[name], role)] if role is not None else []
        if not chapters:
            message = "says nothing about the character itself"
            contents.log.note("kept", (name,), SOURCE_KEY, message)
        for chapter in chapters:
            _add_chapter(contents, chapter)
    while contents.background and contents.background[-1][1] < 0:
        contents.background.pop()
    return contents


def _add_chapter(contents: Contents, chapter: Chapter) -> None:
    """Add a chapter's facts and texts; text that does not read as its role joins the background."""
    repeated: list[Block] = []
    for fact, (text, _) in [*chapter.facts.items()]:
        if contents.facts.setdefault(fact, text) != text:
            repeated += [chapter.fact_blocks[fact]] if fact in chapter.fact_blocks else []
            # A title that names another than the files before it stays a title.
            del chapter.facts[fact]
    rest = [*repeated, *_unread_blocks(chapter)]
    unread = {id(block) for block in rest}
    read = [block for block in chapter.blocks if id(block) not in unread]
    contents.titled += [(chapter, block) for block in read]
    is_empty = not (chapter.blocks or chapter.placeholders or chapter.facts or chapter.remarks)
    is_bare = is_empty and chapter.role in ("", PRINCIPLE)
    if rest or is_bare or (chapter.is_title and chapter.role in IDENTITY):
        _add_to_background(contents, chapter, rest)
    contents.log.notes.extend(_notes(chapter, read=bool(read), unread=bool(rest)))


def _never(block: Block) -> bool:  # noqa: ARG001 - as the other readers
    return False


def _unread_blocks(chapter: Chapter) -> Iterator[Block]:
    """Yield the blocks that do not read as the role of their chapter.

    A list behind "I never:" would lose its meaning without that line, so both stay text.
    """
    if chapter.role in UNIFORM:
        return
    reads = READERS.get(chapter.role, _never)
    if chapter.role == PRINCIPLE and not all(block.is_plain for block in chapter.blocks):
        reads = _never
    is_introduced = False
    for block in chapter.blocks:
        starts_list = block.plain.endswith((":", "："))
        is_introduced = starts_list or (is_introduced and block.is_item)
        if is_introduced or not block.is_plain or not reads(block):
            yield block


def _add_to_background(contents: Contents, chapter: Chapter, blocks: Sequence[Block]) -> None:
    lines = contents.background
    heading, file = chapter.heading, chapter.file
    if heading:
        _add_gap(lines)
        lines.append((file, chapter.section.first - 1, heading))
    for block in sorted(blocks, key=lambda block: block.line):
        if block.after_gap or heading:
            _add_gap(lines)
        heading = ""
        as_code = block.kind == "code"
        lines += [
            (file, number, line if as_code else without_emphasis(line).rstrip())
            for number, line in block.lines
        ]
    _add_gap(lines)


def _add_gap(lines: list[Line]) -> None:
    if lines and lines[-1][1] >= 0:
        lines.append(("", -1, ""))


def _notes(chapter: Chapter, *, read: bool, unread: bool) -> Iterator[Note]:
    path = f"{chapter.file}#{chapter.section.title}"
    for fact in chapter.facts:
        yield Note("kept", path, FACT_PATHS[fact], f"its {fact}")
    if read:
        yield Note("changed", path, ROLE_PATHS[chapter.role], "what stands under this heading")
    if unread:
        yield Note("kept", path, _BACKGROUND, "as text, in its order")
    if chapter.placeholders:
        message = "its comments, and placeholders and hints of a template, count as empty"
        yield Note("kept", path, SOURCE_KEY, message)
    if chapter.remarks:
        yield Note("kept", path, SOURCE_KEY, "is about the file, not the character")
    for key in chapter.metadata:
        yield Note("kept", f"{chapter.file}#{key}", SOURCE_KEY, "is for the program that reads it")
