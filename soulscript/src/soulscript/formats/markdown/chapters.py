"""Markdown files about a character as chapters: their outline, and the role of each heading.

The outline covers what such files use, read tolerantly: ``#`` headings, paragraphs, list items with
continuation lines, quotes, front matter and thematic breaks; comments and fenced code are skipped.
Everything is linear in the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

# -- the outline -----------------------------------------------------------------------------------

_HEADING: Final = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*)")
_ITEM: Final = re.compile(r"\s*(?:[-*+]|[0-9]{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_FENCES: Final = ("```", "~~~")
_FRONT_MATTER: Final = "---"
_MIN_BREAK_CHARS: Final = 3
_KEY: Final = re.compile(r"[A-Za-z][\w -]{0,40}:")
_LINK: Final = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_MARKS: Final = re.compile(r"(?<![\w*])[*_]+|(?<![*_])[*_]+(?![\w*_])|`+|\*\*")
_BOLD_START: Final = re.compile(r"(?:\*\*|__)([^*]{1,200}?)(?:\*\*|__)")
_LABELLED: Final = re.compile(r"\*\*[^*]{1,60}(?::\*\*|\*\*:)")  # a line of its own: **Name:** Ada
_LABEL: Final = re.compile(r"([^:.!?\[\]]{1,60}):\s")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a list item: its Markdown on one line, and the index of its first line."""

    text: str
    is_item: bool
    line: int

    @property
    def plain(self) -> str:
        """The text without emphasis, links and code marks."""
        return plain_text(self.text)

    @property
    def lead(self) -> tuple[str, str]:
        """The bold text at the start and the rest, both plain; ("", all) without one."""
        bold = _BOLD_START.match(self.text)
        if bold is None:
            return "", self.plain
        return plain_text(bold[1]).rstrip(":. "), plain_text(
            self.text[bold.end() :].lstrip(" :—–-")
        )

    @property
    def label(self) -> tuple[str, str]:
        """The text in bold or before a colon at the start and the rest, both plain."""
        lead, rest = self.lead
        label = None if lead else _LABEL.match(f"{rest} ")
        return (label[1].strip(), rest[label.end() :]) if label else (lead, rest)


@dataclass(slots=True)
class Section:
    """A heading (level 0 for what is before the first one) and its body.

    The body has the lines from ``first`` up to, not including, ``last``.
    """

    level: int
    title: str
    first: int
    last: int = 0
    blocks: list[Block] = field(default_factory=list)


def split_lines(text: str) -> list[str]:
    """Split a text into lines that keep their line ends."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def parse_sections(text: str) -> list[Section]:
    """Return the sections of a text; the first one is what is before any heading."""
    lines = split_lines(text.removeprefix("\ufeff"))
    sections = [Section(0, "", 0)]
    open_block: list[str] = []
    start, is_item = 0, False

    def close() -> None:
        if open_block:
            sections[-1].blocks.append(Block(" ".join(open_block), is_item, start))
            open_block.clear()

    for number, line in _content_lines(lines):
        text = line.strip()
        if not text or _is_break(text):
            close()
        elif heading := _HEADING.match(line):
            close()
            sections[-1].last = number
            title = plain_text(heading[2].rstrip(" #\t"))
            sections.append(Section(len(heading[1]), title, number + 1))
        elif marker := _ITEM.match(line):
            close()
            start, is_item = number, True
            open_block.append(line[marker.end() :].strip())
        else:
            if open_block and not is_item and _LABELLED.match(text):
                close()
            if not open_block:
                start, is_item = number, False
            open_block.append(text.lstrip("> "))
    close()
    sections[-1].last = len(lines)
    return sections


def _is_break(text: str) -> bool:
    return len(text) >= _MIN_BREAK_CHARS and text[0] in "-*_=" and not text.strip(f"{text[0]} ")


def _content_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines without comments, code and the frame of front matter.

    A line of front matter is yielded as a list item.
    """
    fence = ""
    in_comment = False
    in_front_matter = bool(lines) and lines[0].strip() == _FRONT_MATTER
    for number, line in enumerate(lines):
        text = line.strip()
        if in_front_matter:
            if number and text == _FRONT_MATTER:
                in_front_matter = False
            elif _KEY.match(text):
                yield number, f"- {text}"
        elif fence:
            fence = "" if text.startswith(fence) else fence
        elif text.startswith(_FENCES) and not in_comment:
            fence = text[:3]
            yield number, ""
        else:
            content, in_comment = _without_comments(line, in_comment=in_comment)
            if content.strip() or not text:
                yield number, content


def _without_comments(line: str, *, in_comment: bool) -> tuple[str, bool]:
    """Return a line without comments, and whether a comment is open at its end."""
    content: list[str] = []
    rest = line
    while rest:
        before, mark, rest = rest.partition("-->" if in_comment else "<!--")
        if not in_comment:
            content.append(before)
        if mark:
            in_comment = not in_comment
    return "".join(content), in_comment


def plain_text(text: str) -> str:
    """Return a text without emphasis, links and code marks."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())


# -- the meaning of headings -----------------------------------------------------------------------

_FOLDER: Final = Path(__file__).parents[2] / "data" / "headings"


def _table(file: str) -> dict[str, str]:
    """Return the first word of a line by each of its names, which are folded as by ``fold``."""
    lines = (_FOLDER / file).read_text(encoding="utf-8").splitlines()
    rows = (line.partition(":") for line in lines if not line.startswith("#"))
    return {name.strip(): role for role, _, names in rows for name in names.split(",")}


_ROLES: Final = _table("roles.txt")
_FACTS: Final = _table("facts.txt")
_FILES: Final = _table("files.txt")

_PUNCTUATION: Final = re.compile(r"[^\w\s&/-]+")
_PARTS: Final = re.compile(r"\s*(?:&|/|\band\b)\s*")
_POSSESSIVES: Final = re.compile(r"(?:my|your|the|our|core|key|personal|her|his|their|its)\s+")
_DASHES: Final = re.compile(r"\s[-–—]\s|:\s")
_MAX_TITLE_CHARS: Final = 80  # of a heading that are looked at
_PLACEHOLDER: Final = re.compile(
    r"(?:[^:\[\]]{0,40}:\s{0,9})?\[[^\[\]]{1,160}\](?:\Z|[:.])|"
    r"\(?(?:to be (?:set|decided|determined|filled|added)|tbd\b|todo\b|none yet|"
    r"your \w{1,20} here|one[- ]line summary)|(?:\.{3}|…)\Z|-\Z",
    re.IGNORECASE,
)


def role_of_heading(title: str) -> str | None:
    """Return the role that a heading gives to its body; None for an unknown heading."""
    for part in reversed(_DASHES.split(title[:_MAX_TITLE_CHARS])):
        folded = fold(part)
        candidates = [folded, *_PARTS.split(folded)]
        candidates += [_POSSESSIVES.sub("", candidate, count=2) for candidate in candidates]
        for candidate in candidates:
            if candidate in _ROLES:
                return _ROLES[candidate]
    return None


def fold(text: str) -> str:
    """Return a heading or a label in the spelling of the tables."""
    words = text[:_MAX_TITLE_CHARS].lower().replace("-", " ")
    return " ".join(_PUNCTUATION.sub("", words).split())


def is_placeholder(text: str) -> bool:
    """Return whether a text is a template's: ``[Belief 1]``, ``(to be set)``, ``...``."""
    return not text or _PLACEHOLDER.match(text) is not None


# -- chapters --------------------------------------------------------------------------------------

_WORDS: Final = re.compile(r"[A-Za-z]+")
_MAX_NAME_WORDS: Final = 5  # of a title that is a name
_MAX_REMARK_CHARS: Final = 400  # of a paragraph in which the file is looked for
_ABOUT_FILE: Final = ("this file", "this soul file", "these files", "this document")
_UNIFORM: Final = ("memory", "profile")  # roles of files that no heading changes
# Role of a heading -> the facts that its bullets may state.
_FACTS_OF_ROLE: Final = {
    "identity": frozenset(_FACTS.values()),
    "voice": frozenset({"style", "tone", "qualities"}),
}


@dataclass(slots=True)
class Chapter:
    """A section of a file with its role ("" for none).

    ``facts`` has the text and the line of each fact that the section states.
    """

    file: str
    role: str
    section: Section
    blocks: list[Block] = field(default_factory=list)
    facts: dict[str, tuple[str, int]] = field(default_factory=dict)
    placeholders: int = 0
    remarks: int = 0  # paragraphs about the file, not about the character

    @property
    def title(self) -> str:
        """The heading; the file's name for what is before the first one."""
        return self.section.title or self.file


def role_of_file(name: str, *, alone: bool) -> str | None:
    """Return the role of a file by its name; None for a file that is not about a character.

    A file that is ``alone`` may have any name.
    """
    words = _WORDS.findall(name.rpartition("/")[2].lower().replace("_", " "))
    role = next((_FILES[word] for word in words if word in _FILES), None)
    return "" if role is None and alone else role


def chapters_of(name: str, text: str, file_role: str) -> Iterator[Chapter]:
    """Yield the chapters of a file; unknown headings have the role of the file."""
    sections = parse_sections(text)
    titles = [section for section in sections if section.level == 1]
    outer: list[tuple[int, str]] = []
    for section in sections:
        while outer and outer[-1][0] >= section.level:
            outer.pop()
        own = None if file_role in _UNIFORM else role_of_heading(section.title)
        role = own or file_role or (outer[-1][1] if outer else "")
        is_title = bool(titles) and section is titles[0]
        # The only title is that of the file as a whole, so its role is not that of every section.
        if section.level and not (is_title and len(titles) == 1):
            outer.append((section.level, role))
        if is_title or not section.level:
            role = role or "identity"
        chapter = Chapter(name, role, section)
        if is_title and file_role in ("", "identity"):
            _add_name(chapter)
        _sort_blocks(chapter)
        yield chapter


def _add_name(chapter: Chapter) -> None:
    """Take a title as the name unless it means something else: ``# Ada``, not ``# SOUL.md``."""
    title = chapter.section.title
    words = title.split()
    is_file = any(part in _FILES for word in words for part in _WORDS.findall(word.lower()))
    if not (
        is_placeholder(title) or is_file or role_of_heading(title) or len(words) > _MAX_NAME_WORDS
    ):
        chapter.facts["name"] = (title, chapter.section.first - 1)


def _sort_blocks(chapter: Chapter) -> None:
    """Sort the blocks of a section into facts, texts, placeholders and remarks on the file."""
    possible = _FACTS_OF_ROLE.get(chapter.role, frozenset[str]())
    for block in chapter.section.blocks:
        label, rest = block.label
        fact = _FACTS.get(fold(label), "")
        is_empty = is_placeholder(rest) if rest else fact in possible
        if is_placeholder(block.plain) or (label and is_empty):
            chapter.placeholders += 1
        elif fact in possible:
            chapter.facts[fact] = (rest, block.line)
        elif chapter.role and not block.is_item and _is_remark(block):
            chapter.remarks += 1
        else:
            chapter.blocks.append(block)


def _is_remark(block: Block) -> bool:
    start = block.plain[:_MAX_REMARK_CHARS].casefold()
    return any(phrase in start for phrase in _ABOUT_FILE)
