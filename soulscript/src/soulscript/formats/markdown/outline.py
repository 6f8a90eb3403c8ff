"""The outline of a Markdown text: its headings, and the blocks of text under each.

The outline covers what files about characters use, read tolerantly: ``#`` headings, paragraphs,
list items with continuation lines, quotes, tables, fenced code and thematic breaks. Comments, the
tags of a layout and the hints of a template are left out and counted. Everything is linear in the
length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from soulscript.formats.markdown.placeholders import without_hint

Kind = Literal["paragraph", "item", "quote", "table", "code"]
"""The kind of a block; the last three are kept as they are written."""

_HEADING: Final = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*)")
_ITEM: Final = re.compile(r"\s*(?:[-*+•]|[0-9]{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_FENCES: Final = ("```", "~~~")
_MIN_BREAK_CHARS: Final = 3
_TAGS: Final = re.compile(
    r"(?:</?(?:div|p|br|center|span|img|hr|details|summary|a)\b[^<>]{0,300}>\s*)+", re.IGNORECASE
)
_LINK: Final = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_MARKS: Final = re.compile(r"(?<![\w*])[*_]+|(?<![*_])[*_]+(?![\w*_])|`+|\*\*")
_CODE_OR_MARKS: Final = re.compile(
    r"(`[^`\n]{1,200}`)|(?<![\w*])[*_]+(?=[^\s*_])|(?<=[^\s*_])[*_]+(?![\w*_])|\*\*"
)
_BOLD_START: Final = re.compile(r"(?:\*\*|__)([^*]{1,200}?)(?:\*\*|__)")
_LABELLED: Final = re.compile(r"\*\*[^*]{1,60}(?:[:：]\*\*|\*\*[:：])")  # **Name:** Ada
_LABEL: Final = re.compile(r"([^:：.!?。\[\]]{1,60})(?::\s|：)")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text: its Markdown on one line, its first line, and its lines as written.

    ``after_gap`` is whether a blank line, a break or a heading stands before it.
    """

    text: str
    kind: Kind
    line: int
    lines: tuple[tuple[int, str], ...] = ()
    after_gap: bool = True

    @property
    def is_item(self) -> bool:
        """Whether this is an item of a list."""
        return self.kind == "item"

    @property
    def is_plain(self) -> bool:
        """Whether this is a paragraph or an item of a list."""
        return self.kind in ("paragraph", "item")

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
        return plain_text(bold[1]).rstrip(":：. "), plain_text(
            self.text[bold.end() :].lstrip(" :：—–-")
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

    The body has the lines from ``first`` up to, not including, ``last``. ``left_out`` counts the
    comments and hints. ``is_rest`` marks what follows a thematic break: it ends a heading's text.
    """

    level: int
    title: str
    first: int
    last: int = 0
    blocks: list[Block] = field(default_factory=list)
    left_out: int = 0
    is_rest: bool = False


def split_lines(text: str) -> list[str]:
    """Split a text into lines that keep their line ends."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def plain_text(text: str) -> str:
    """Return a text without emphasis, links and code marks."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())


def without_emphasis(line: str) -> str:
    """Return a line of text without emphasis; code and the mark of an item stay as they are."""
    marker = _ITEM.match(line)
    start = marker.end() if marker else 0
    return line[:start] + _CODE_OR_MARKS.sub(lambda match: match[1] or "", line[start:])


def parse_sections(text: str, start: int = 0) -> list[Section]:
    """Return the sections of a text from a line on; the first is what is before any heading."""
    lines = split_lines(text.removeprefix("\ufeff"))
    outline = _Outline([Section(0, "", start)])
    for number, line, is_code in _content_lines(lines, start, outline):
        outline.add(number, line, is_code=is_code)
    outline.close()
    outline.sections[-1].last = len(lines)
    return outline.sections


@dataclass(slots=True)
class _Outline:
    """The sections so far, and the block that is still open."""

    sections: list[Section]
    kind: Kind = "paragraph"
    texts: list[str] = field(default_factory=list)
    lines: list[tuple[int, str]] = field(default_factory=list)
    after_gap: bool = True
    gap: bool = True
    broken: bool = False  # a thematic break has ended the section

    def close(self) -> None:
        """End the open block."""
        if self.texts:
            text = " ".join(filter(None, self.texts))
            first = self.lines[0][0]
            block = Block(text, self.kind, first, tuple(self.lines), self.after_gap)
            self.sections[-1].blocks.append(block)
        self.texts, self.lines = [], []

    def open(self, kind: Kind, number: int) -> None:
        """Begin a block; one that is open ends."""
        self.close()
        self.kind, self.after_gap, self.gap = kind, self.gap, False
        if self.broken:
            self.sections[-1].last = number
            self.sections.append(Section(0, "", number, is_rest=True))
            self.broken = False

    def add(self, number: int, line: str, *, is_code: bool) -> None:
        """Add a line to the open block, or begin another with it."""
        text, content = line.strip(), line.rstrip()
        if is_code:
            self._continue("code", number, content, content)
        elif not text or _is_break(text):
            self.close()
            self.gap = True
            self.broken |= bool(text and self.sections[-1].blocks)
        elif heading := _HEADING.match(line):
            self.close()
            self.gap, self.broken = True, False
            self.sections[-1].last = number
            title = plain_text(heading[2].rstrip(" #\t"))
            self.sections.append(Section(len(heading[1]), title, number + 1))
        elif marker := _ITEM.match(line):
            self.open("item", number)
            self._append(number, line[marker.end() :].strip(), content)
        elif text.startswith("|"):
            self._continue("table", number, text, content)
        elif text.startswith(">"):
            self._continue("quote", number, text.lstrip("> "), content)
        elif self.texts and self.kind == "code":
            self.open("paragraph", number)
            self._append(number, text, content)
        else:
            if not self.texts or (self.kind == "paragraph" and _LABELLED.match(text)):
                self.open("paragraph", number)
            self._append(number, text, content)

    def _continue(self, kind: Kind, number: int, text: str, line: str) -> None:
        if not self.texts or self.kind != kind:
            self.open(kind, number)
        self._append(number, text, line)

    def _append(self, number: int, text: str, line: str) -> None:
        self.texts.append(text)
        self.lines.append((number, line))


def _is_break(text: str) -> bool:
    return len(text) >= _MIN_BREAK_CHARS and text[0] in "-*_=" and not text.strip(f"{text[0]} ")


def _content_lines(
    lines: list[str], start: int, outline: _Outline
) -> Iterator[tuple[int, str, bool]]:
    """Yield the numbered lines without comments, hints and tags, and whether each is code.

    The frame of a block of code belongs to the code.
    """
    fence = ""
    in_comment = False
    for number, line in enumerate(lines[start:], start):
        text = line.strip()
        if fence:
            fence = "" if text.startswith(fence) else fence
            yield number, line, True
        elif text.startswith(_FENCES) and not in_comment:
            fence = text[:3]
            yield number, line, True
        else:
            content, in_comment, comments = _without_comments(line, in_comment=in_comment)
            content, hints = without_hint(content)
            outline.sections[-1].left_out += comments + hints
            if not text or (content.strip() and not _TAGS.fullmatch(content.strip())):
                yield number, content, False


def _without_comments(line: str, *, in_comment: bool) -> tuple[str, bool, int]:
    """Return a line without comments, whether one is open at its end, and how many begin."""
    content: list[str] = []
    rest, count = line, 0
    while rest:
        before, mark, rest = rest.partition("-->" if in_comment else "<!--")
        if not in_comment:
            content.append(before)
            count += bool(mark)
        if mark:
            in_comment = not in_comment
    return "".join(content), in_comment, count
