"""Patterns and word lists written over several lines."""

from __future__ import annotations

import re


def wide(block: str) -> str:
    """Return one pattern written over several lines: line ends and indentation do not count.

    A space at a line's edge is written ``[ ]``.
    """
    return "".join(line.strip() for line in block.splitlines())


def compiled(block: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a pattern written over several lines."""
    return re.compile(wide(block), flags)


def word_set(block: str) -> frozenset[str]:
    """Return the words of a list written over several lines."""
    return frozenset(block.split())


def phrase_set(block: str) -> frozenset[str]:
    """Return the phrases of a list parted by bars and written over several lines."""
    return frozenset(wide(block).split("|"))


def alternatives(pattern: str) -> list[str]:
    """Split a pattern at the bars that stand outside every bracket."""
    found, start, depth, at = [], 0, 0, 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\":
            at += 1
        elif letter == "[":
            at = pattern.index("]", at + 2)
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "|" and not depth:
            found.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*found, pattern[start:]]


def gathered(*blocks: str, flags: int = 0) -> re.Pattern[str]:
    """Compile several patterns, of which any may match, into one that is searched once.

    Alternatives that begin at the start or at a word's edge share that test, so that most places
    of a text are passed at the price of one.
    """
    every = [part for block in blocks for part in alternatives(wide(block))]
    first = [part[1:] for part in every if part.startswith("^")]
    edged = [part[2:] for part in every if part.startswith(r"\b")]
    other = [part for part in every if not part.startswith(("^", r"\b"))]
    shared = ([f"^(?:{'|'.join(first)})"] if first else []) + (
        [rf"\b(?:{'|'.join(edged)})"] if edged else []
    )
    return re.compile("|".join([*shared, *other]), flags)


def lower(text: str) -> str:
    """Return ``text`` in lower case, each letter in the one form that lists are written in.

    A pattern that ignores case also takes the dotted capital I, the dotless i, the long s and the
    Kelvin sign for plain letters; a table's key must be found for them too.
    """
    return text.lower().replace("i\u0307", "i").replace("ı", "i").replace("ſ", "s")
