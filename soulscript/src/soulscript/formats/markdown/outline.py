"""Markdown as an outline: headings, and under each its paragraphs and list items.

Just what files about characters use, read tolerantly: ``#`` headings, paragraphs, bullets and
numbered items with their continuation lines, quotes, front matter, comments and fenced code (both
passed over), thematic breaks. Everything is linear in the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_HEADING: Final = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*)")
_ITEM: Final = re.compile(r"\s*(?:[-*+]|[0-9]{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_FENCE: Final = ("```", "~~~")
_FRONT: Final = "---"
_KEY: Final = re.compile(r"[A-Za-z][\w -]{0,40}:")
_LINK: Final = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_MARKS: Final = re.compile(r"(?<![\w*])[*_]+|(?<![*_])[*_]+(?![\w*_])|`+|\*\*")
_LEADS: Final = re.compile(r"(?:\*\*|__)([^*]{1,200}?)(?:\*\*|__)")
_LABELLED: Final = re.compile(r"\*\*[^*]{1,60}(?::\*\*|\*\*:)")  # a line of its own: **Name:** Ada
_LABEL: Final = re.compile(r"([^:.!?\[\]]{1,60}):\s")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a list item: its text on one line, marks included, and its first line."""

    text: str
    item: bool
    line: int

    @property
    def plain(self) -> str:
        """The text without marks of emphasis, links and code."""
        return plain(self.text)

    @property
    def lead(self) -> tuple[str, str]:
        """What stands in bold at the start, and the rest, both plain; ("", all) without one."""
        bold = _LEADS.match(self.text)
        if bold is None:
            return "", self.plain
        return plain(bold[1]).rstrip(":. "), plain(self.text[bold.end() :].lstrip(" :—–-"))

    @property
    def label(self) -> tuple[str, str]:
        """What stands before a colon at the start, or in bold, and the rest, both plain."""
        lead, rest = self.lead
        label = None if lead else _LABEL.match(f"{rest} ")
        return (label[1].strip(), rest[label.end() :]) if label else (lead, rest)


@dataclass(slots=True)
class Section:
    """A heading (level 0 for what stands before the first) and what stands under it.

    ``first`` and ``last`` are the lines of its body: from ``first`` up to, not including, ``last``.
    """

    level: int
    title: str
    first: int
    last: int = 0
    blocks: list[Block] = field(default_factory=list)


def lines_of(text: str) -> list[str]:
    """Take a text apart into lines, line ends included; joined they are the text again."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def sections_of(text: str) -> list[Section]:
    """Read the outline of a text; the first section is the one before any heading."""
    lines = lines_of(text.removeprefix("\ufeff"))
    sections = [Section(0, "", 0)]
    open_block: list[str] = []
    started = (0, False)

    def close() -> None:
        if open_block:
            line, item = started
            sections[-1].blocks.append(Block(" ".join(open_block), item, line))
            open_block.clear()

    for number, line in _spoken(lines):
        text = line.strip()
        if not text or _is_break(text):
            close()
        elif heading := _HEADING.match(line):
            close()
            sections[-1].last = number
            sections.append(Section(len(heading[1]), plain(heading[2].rstrip(" #\t")), number + 1))
        elif marker := _ITEM.match(line):
            close()
            started = (number, True)
            open_block.append(line[marker.end() :].strip())
        else:
            if open_block and not started[1] and _LABELLED.match(text):
                close()
            if not open_block:
                started = (number, False)
            open_block.append(text.lstrip("> "))
    close()
    sections[-1].last = len(lines)
    return sections


def _is_break(text: str) -> bool:
    return len(text) >= len(_FRONT) and text[0] in "-*_=" and not text.strip(f"{text[0]} ")


def _spoken(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Give the lines that say something: without front matter's frame, code and comments.

    A line of front matter counts as an item of its own.
    """
    fence = ""
    hidden = False
    front = bool(lines) and lines[0].strip() == _FRONT
    for number, line in enumerate(lines):
        text = line.strip()
        if front:
            if number and text == _FRONT:
                front = False
            elif _KEY.match(text):
                yield number, f"- {text}"
            continue
        if fence:
            fence = "" if text.startswith(fence) else fence
            continue
        if text.startswith(_FENCE) and not hidden:
            fence = text[:3]
            yield number, ""
            continue
        said, hidden = _uncommented(line, hidden=hidden)
        if said.strip() or not line.strip():
            yield number, said


def _uncommented(line: str, *, hidden: bool) -> tuple[str, bool]:
    """Take comments out of a line; say whether one is still open at its end."""
    said: list[str] = []
    rest = line
    while rest:
        before, mark, rest = rest.partition("-->" if hidden else "<!--")
        if not hidden:
            said.append(before)
        if mark:
            hidden = not hidden
    return "".join(said), hidden


def plain(text: str) -> str:
    """Take the marks of emphasis, links and code away from a text."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())
