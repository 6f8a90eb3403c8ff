"""Markdown files about a character as chapters: what each section is about, and its facts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import as_text, as_texts
from soulscript.formats.markdown.front_matter import FrontMatter, front_matter_of
from soulscript.formats.markdown.headings import (
    FACTS,
    INSTRUCTIONS,
    UNIFORM,
    fact_of_label,
    name_in_text,
    name_in_title,
    role_of_file,
    role_of_heading,
    speaks_of_a_character,
    without_file_name,
)
from soulscript.formats.markdown.outline import Block, Section, parse_sections
from soulscript.formats.markdown.placeholders import is_placeholder, without_trailing_hint

IDENTITY: Final = ("identity", "persona")
"""Roles of texts that are the background, without their headings."""
PRINCIPLE: Final = "principle"
"""Role of a section under a heading for values: its heading names one."""
_ABOUT_FILE: Final = re.compile(
    r"(?:this (?:soul |identity )?(?:file|document|template)\b|these files\b)", re.IGNORECASE
)
_MAX_REMARK_CHARS: Final = 200
_MAX_FACT_CHARS: Final = 160
_MAX_NAME_CHARS: Final = 60
# Role of a heading -> the facts that its bullets may state.
_FACTS_OF_ROLE: Final = {
    "identity": FACTS,
    "persona": FACTS,
    "voice": frozenset({"style", "tone", "qualities"}),
}
_PROSE_KEYS: Final = ("description", "bio", "persona", "background", "backstory")
_LISTED_ROLES: Final = ("personality", "values", "boundaries", "tensions")


@dataclass(slots=True)
class Chapter:
    """A section of a file with its role ("" for none).

    ``facts`` has the text and the line of each fact that the section states; ``blocks`` is its
    other text, and ``fact_blocks`` the text that states a fact.
    """

    file: str
    role: str
    section: Section
    blocks: list[Block] = field(default_factory=list)
    facts: dict[str, tuple[str, int]] = field(default_factory=dict)
    fact_blocks: dict[str, Block] = field(default_factory=dict)
    placeholders: int = 0
    remarks: int = 0  # paragraphs about the file, not about the character
    metadata: tuple[str, ...] = ()  # keys of front matter that say nothing about the character
    is_title: bool = False

    @property
    def title(self) -> str:
        """The heading; the file's name for what is before the first one."""
        return self.section.title or self.file

    @property
    def heading(self) -> str:
        """The heading as it stands before its text in the background; "" where it has none."""
        title = self.section.title
        is_usual = self.role in IDENTITY and role_of_heading(title) in IDENTITY
        is_left_out = self.is_title and not self._says_more()
        if not self.section.level or is_left_out or is_usual:
            return ""
        return f"{'#' * self.section.level} {title}"

    def _says_more(self) -> bool:
        """Return whether a title is more than a file's name, a known heading and a name."""
        title = self.section.title
        is_known = is_placeholder(title) or role_of_heading(title) is not None
        rest = without_file_name(title)
        return bool(rest) and not is_known and rest != self.facts.get("name", ("",))[0]


def roles_of_files(texts: Mapping[str, str]) -> dict[str, str | None]:
    """Return the role of each file; None for one that is not about the character.

    A file of instructions that is alone counts as a character's if it says "You are …".
    """
    alone = len(texts) == 1
    roles = {name: role_of_file(name, alone=alone) for name in texts}
    for name, text in texts.items():
        if alone and roles[name] == INSTRUCTIONS and speaks_of_a_character(text):
            roles[name] = ""
    return roles


def chapters_of(name: str, text: str, file_role: str) -> Iterator[Chapter]:
    """Yield the chapters of a file; unknown headings have no role, but in files of memories."""
    front = front_matter_of(text)
    if file_role != INSTRUCTIONS:
        yield from _front_chapters(name, front, file_role)
    sections = parse_sections(text, front.length)
    titles = [section for section in sections if section.level == 1]
    outer: list[tuple[int, str]] = []
    named = "name" in front.values
    for section in sections:
        while outer and outer[-1][0] >= section.level and not section.is_rest:
            outer.pop()
        is_title = bool(titles) and section is titles[0]
        inner = outer[-1][1] if outer else ""
        role = _role(section, file_role, inner, is_title=is_title)
        # The only title is that of the file as a whole, so its role is not that of every section.
        if section.level and not (is_title and len(titles) == 1):
            outer.append((section.level, role))
        if file_role == INSTRUCTIONS and role not in (*IDENTITY, "personality"):
            continue
        chapter = Chapter(name, role, section, is_title=is_title)
        if is_title and file_role in ("", "identity"):
            _add_name(chapter, name_in_title(section.title, text), section.first - 1)
        _sort_blocks(chapter)
        named |= "name" in chapter.facts
        yield chapter
    if not named and file_role == "" and (found := name_in_text(text)):
        chapter = Chapter(name, "identity", Section(0, "", len(text), len(text)))
        _add_name(chapter, found, _line_of(found, text))
        yield chapter


def _line_of(found: str, text: str) -> int:
    return text[: text.index(found)].count("\n")


def _role(section: Section, file_role: str, inner: str, *, is_title: bool) -> str:
    """Return the role of a section; ``inner`` is that of the one around it."""
    if file_role in UNIFORM:
        return file_role
    own = role_of_heading(section.title)
    if file_role == INSTRUCTIONS:
        # Only what such a file says of a character under a heading of its own is about one.
        is_persona = own in ("persona", "personality") and not is_title
        return own if is_persona and own else inner
    if own or section.is_rest:
        return own or "identity"
    if is_title or not section.level:
        return file_role or "identity"
    return PRINCIPLE if inner in ("values", PRINCIPLE) else ""


def _add_name(chapter: Chapter, name: str, line: int) -> None:
    if name and not is_placeholder(name):
        chapter.facts["name"] = (name, line)


def _sort_blocks(chapter: Chapter) -> None:
    """Sort the blocks of a section into facts, texts, placeholders and remarks on the file."""
    possible = _FACTS_OF_ROLE.get(chapter.role, frozenset[str]())
    chapter.placeholders += chapter.section.left_out
    for block in chapter.section.blocks:
        if not block.is_plain:
            chapter.blocks.append(block)
            continue
        label, rest = block.label
        fact = fact_of_label(label)
        is_empty = is_placeholder(rest) if rest else fact in possible
        if is_placeholder(block.plain) or (label and is_empty):
            chapter.placeholders += 1
        elif fact in possible and fact not in chapter.facts and _states_fact(block, fact, rest):
            said = without_trailing_hint(rest)
            chapter.placeholders += said != rest
            chapter.facts[fact] = (said, block.line)
            chapter.fact_blocks[fact] = block
        elif chapter.role not in UNIFORM and not block.is_item and _is_remark(block):
            chapter.remarks += 1
        else:
            chapter.blocks.append(block)


def _may_be_fact(fact: str, text: str) -> bool:
    return len(text) <= (_MAX_NAME_CHARS if fact == "name" else _MAX_FACT_CHARS)


def _states_fact(block: Block, fact: str, text: str) -> bool:
    return (block.is_item or len(block.lines) == 1) and _may_be_fact(fact, text)


def _is_remark(block: Block) -> bool:
    return len(block.text) <= _MAX_REMARK_CHARS and _ABOUT_FILE.match(block.plain) is not None


# -- front matter ----------------------------------------------------------------------------------


def _front_chapters(name: str, front: FrontMatter, file_role: str) -> Iterator[Chapter]:
    """Yield chapters of what the front matter says about the character."""
    if not front.length:
        return
    top = Chapter(name, "identity", Section(0, "", 0, front.length))
    if file_role in UNIFORM:
        top.metadata = tuple(front.values)
        yield top
        return
    listed: list[Chapter] = []
    metadata: list[str] = []
    for key, value in front.values.items():
        fact, role, line = fact_of_label(key), role_of_heading(key), front.lines.get(key, 0)
        text = as_text(value).strip()
        if fact and text and not is_placeholder(text) and _may_be_fact(fact, text):
            top.facts.setdefault(fact, (text, line))
        elif key.lower() in _PROSE_KEYS and text and not is_placeholder(text):
            top.blocks.append(_prose(text, line))
        elif role in _LISTED_ROLES and as_texts(value):
            section = Section(2, key, line, line)
            listed.append(Chapter(name, role, section, _items(value, line)))
        else:
            metadata.append(key)
    top.metadata = tuple(metadata)
    yield top
    yield from listed


def _prose(text: str, line: int) -> Block:
    return Block(text, "paragraph", line, tuple((line, part) for part in text.splitlines()))


def _items(value: JsonValue, line: int) -> list[Block]:
    texts = [value] if isinstance(value, str) else as_texts(value)
    return [Block(text, "item", line, ((line, f"- {text}"),)) for text in texts]
