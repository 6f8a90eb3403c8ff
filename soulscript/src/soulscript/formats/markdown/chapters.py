"""Files about a character taken apart into chapters: what each heading means, and what it holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from soulscript.formats.markdown.headings import FACTS, FILES, fold, is_placeholder, meaning
from soulscript.formats.markdown.outline import Block, Section, sections_of

_WORDS: Final = re.compile(r"[A-Za-z]+")
_NAME_WORDS: Final = 5  # of a title that is a name
_ABOUT_FILE: Final = ("this file", "this soul file", "these files", "this document")
_WHOLE: Final = ("memory", "profile")  # files of which each part says the same kind of thing
# Which single facts bullets may tell, by what their heading means.
_TELLS: Final = {
    "identity": frozenset(FACTS.values()),
    "voice": frozenset({"style", "tone", "qualities"}),
}


@dataclass(slots=True)
class Chapter:
    """A heading of a file: its role ("" for none known), what it says and which facts it tells.

    ``facts`` gives for each fact its text and its line in the file.
    """

    file: str
    role: str
    section: Section
    blocks: list[Block] = field(default_factory=list)
    facts: dict[str, tuple[str, int]] = field(default_factory=dict)
    placeholders: int = 0
    skipped: int = 0

    @property
    def title(self) -> str:
        """The heading; of what stands before the first one, the file's name."""
        return self.section.title or self.file


def role_of_file(name: str, *, alone: bool) -> str | None:
    """Say what a file holds, by the words of its name; None for one that is no character's.

    A file that came ``alone`` may have any name.
    """
    words = _WORDS.findall(name.rpartition("/")[2].lower().replace("_", " "))
    known = next((FILES[word] for word in words if word in FILES), None)
    return "" if known is None and alone else known


def chapters_of(name: str, text: str, base: str) -> Iterator[Chapter]:
    """Take a file apart; ``base`` is what headings that say nothing mean in it."""
    sections = sections_of(text)
    tops = [section for section in sections if section.level == 1]
    outer: list[tuple[int, str]] = []
    for section in sections:
        while outer and outer[-1][0] >= section.level:
            outer.pop()
        role = _role(section, base, outer[-1][1] if outer else "")
        is_title = bool(tops) and section is tops[0]
        # The only title speaks for the file as a whole, not for each part of it.
        if section.level and not (is_title and len(tops) == 1):
            outer.append((section.level, role))
        if is_title or not section.level:
            role = role or "identity"
        chapter = Chapter(name, role, section)
        if is_title and base in ("", "identity"):
            _take_name(chapter)
        _fill(chapter)
        yield chapter


def _role(section: Section, base: str, outer: str) -> str:
    own = None if base in _WHOLE else meaning(section.title)
    return own or base or outer


def _take_name(chapter: Chapter) -> None:
    """Take a title for a name, unless it means something else: ``# Ada``, not ``# SOUL.md``."""
    title = chapter.section.title
    words = title.split()
    told = {word for found in words for word in _WORDS.findall(found.lower())} & set(FILES)
    if is_placeholder(title) or told or meaning(title) or len(words) > _NAME_WORDS:
        return
    chapter.facts["name"] = (title, chapter.section.first - 1)


def _fill(chapter: Chapter) -> None:
    """Sort what stands under a heading into facts, texts, placeholders and notes on the file."""
    may_tell = _TELLS.get(chapter.role, frozenset[str]())
    for block in chapter.section.blocks:
        label, rest = block.label
        fact = FACTS.get(fold(label))
        empty = is_placeholder(rest) if rest else fact in may_tell
        if is_placeholder(block.plain) or (label and empty):
            chapter.placeholders += 1
        elif fact in may_tell:
            chapter.facts[str(fact)] = (rest, block.line)
        elif chapter.role and not block.item and _is_about_file(block):
            chapter.skipped += 1
        else:
            chapter.blocks.append(block)


def _is_about_file(block: Block) -> bool:
    spoken = block.plain[:400].casefold()
    return any(phrase in spoken for phrase in _ABOUT_FILE)
