"""Regular expressions and word lists that are written over several lines."""

from __future__ import annotations

import re


def join_lines(block: str) -> str:
    """Return the pattern of a block: line ends and indentation do not count.

    A space at the edge of a line is written ``[ ]``.
    """
    return "".join(line.strip() for line in block.splitlines())


def compiled(block: str, flags: int = 0) -> re.Pattern[str]:
    """Compile the pattern of a block."""
    return re.compile(join_lines(block), flags)


def compiled_ignorecase(block: str) -> re.Pattern[str]:
    """Compile the pattern of a block so that it ignores case."""
    return compiled(block, re.IGNORECASE)


def compiled_any(*blocks: str, flags: int = 0) -> re.Pattern[str]:
    """Compile several patterns, of which any may match, into one that is searched once.

    Alternatives that begin at the start or at the edge of a word share that test, so that most
    places of a text cost one test.
    """
    parts = [part for block in blocks for part in alternatives(join_lines(block))]
    at_start = [part.removeprefix("^") for part in parts if part.startswith("^")]
    at_edge = [part.removeprefix(r"\b") for part in parts if part.startswith(r"\b")]
    others = [part for part in parts if not part.startswith(("^", r"\b"))]
    shared = [f"{edge}(?:{'|'.join(group)})" for edge, group in (("^", at_start), (r"\b", at_edge))
              if group]  # fmt: skip
    return re.compile("|".join([*shared, *others]), flags)


def alternatives(pattern: str) -> list[str]:
    """Split a pattern at the bars that stand outside every bracket."""
    parts, start, depth, at = [], 0, 0, 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\":
            at += 1
        elif letter == "[":
            at = pattern.index("]", at + 2)
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "|" and not depth:
            parts.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*parts, pattern[start:]]


def word_set(block: str) -> frozenset[str]:
    """Return the words of a block."""
    return frozenset(block.split())


def lower(text: str) -> str:
    """Return ``text`` in lower case, each letter in the one form that tables are written in.

    A pattern that ignores case also takes the dotted capital I, the dotless i, the long s and the
    Kelvin sign for plain letters; a key of a table must be found for them, too.
    """
    return text.lower().replace("i\u0307", "i").replace("ı", "i").replace("ſ", "s")
