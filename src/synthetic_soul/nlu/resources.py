"""Lexical resources: words and patterns, in data files and in code.

Those that are edited without Python are TOML files in the folder ``data``, whose README gives the
notation of words, phrases and patterns. Every error names the file and the entry.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

Kind = TypeVar("Kind", bound=StrEnum)

FOLDER = Path(__file__).with_name("data")
_FRAGMENT = re.compile(r"\{([a-z_]+)\}")


class ResourceError(ValueError):
    """A data file does not hold what it should; the message names the file and the entry."""


@dataclass(frozen=True, slots=True)
class ResourceTable:
    """One table of a data file; ``entry`` is its dotted name, empty for the whole file."""

    file: str
    entry: str
    values: Mapping[str, object]

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def table(self, key: str) -> ResourceTable:
        """Return the table ``[key]``."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            raise self._error(key, "a table is missing")
        return ResourceTable(self.file, self._entry(key), value)

    def tables(self, key: str) -> list[ResourceTable]:
        """Return the tables ``[[key]]`` in their order."""
        value = self.values.get(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._error(key, "an array of tables is missing")
        entry = self._entry(key)
        return [ResourceTable(self.file, f"{entry}[{n}]", item) for n, item in enumerate(value)]

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self._error(key, "a text is missing")
        return value

    def texts(self, key: str) -> list[str]:
        """Return an array of texts."""
        value = self.values.get(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._error(key, "an array of texts is missing")
        return value

    def number(self, key: str) -> float:
        """Return a number."""
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._error(key, "a number is missing")
        return float(value)

    def words(self, key: str) -> list[str]:
        """Return the words of a text, parted by white space."""
        return self.text(key).split()

    def phrases(self, key: str) -> list[str]:
        """Return the phrases of a text, parted by commas."""
        phrases = [" ".join(phrase.split()) for phrase in self.text(key).split(",")]
        if not all(phrases):
            raise self._error(key, "two commas with no phrase between them")
        return phrases

    def numbers(self, key: str, names: Mapping[str, object]) -> dict[str, float]:
        """Return the numbers of a table whose keys all stand in ``names``."""
        table = self.table(key)
        for name in table:
            if name not in names:
                raise self._error(key, f"{name!r} is not known")
        return {name: table.number(name) for name in table}

    def entries(self) -> dict[str, str]:
        """Return the texts of this table by key."""
        return {key: self.text(key) for key in self}

    def groups(self) -> dict[str, str]:
        """Return the key of each word of a table of texts: ``pup = "dog"`` for ``dog = "pup"``."""
        return {word: key for key in self for word in self.words(key)}

    def member(self, key: str, kinds: type[Kind]) -> Kind:
        """Return the member of ``kinds`` that a key of this table names."""
        try:
            return kinds(key)
        except ValueError:
            raise self._error(key, f"{kinds.__name__} has no such member") from None

    def fragments(self, given: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the patterns of the table ``[fragments]``, if there is one, by name.

        Each may use those above it, and those that are ``given``.
        """
        fragments = dict(given or {})
        if "fragments" in self:
            table = self.table("fragments")
            for name in table:
                fragments[name] = "|".join(table.expressions(name, fragments))
        return fragments

    def pattern(
        self,
        key: str,
        fragments: Mapping[str, str] | None = None,
        *,
        flags: int = 0,
        prepare: Callable[[str], str] = str,
    ) -> re.Pattern[str]:
        """Compile a block of patterns, one a line, of which any may match.

        ``fragments`` replace their names in braces; ``prepare`` turns the whole before it is
        compiled.
        """
        source = prepare("|".join(self.expressions(key, fragments or {})))
        with self._naming(key):
            return compiled_any(source, flags=flags)

    def patterns(
        self, key: str, fragments: Mapping[str, str], *, flags: int = 0
    ) -> tuple[re.Pattern[str], ...]:
        """Compile each pattern of a block by itself, for groups that several of them have."""
        sources = self.expressions(key, fragments)
        with self._naming(key):
            return tuple(re.compile(source, flags) for source in sources)

    def expressions(self, key: str, fragments: Mapping[str, str]) -> list[str]:
        """Return the sources of a block of patterns, with fragments in place of their names."""

        def fragment(match: re.Match[str]) -> str:
            if match[1] not in fragments:
                raise self._error(key, f"the fragment {match[0]} is not known")
            return fragments[match[1]]

        return [_FRAGMENT.sub(fragment, line) for line in self._lines(key)]

    def _lines(self, key: str) -> list[str]:
        lines: list[str] = []
        for line in self.text(key).splitlines():
            if line.startswith(" ") and lines:
                lines[-1] += line.strip()
            elif line.strip():
                lines.append(line.strip())
        return lines

    @contextmanager
    def _naming(self, key: str) -> Iterator[None]:
        """Name the entry in an error of a regular expression."""
        try:
            yield
        except (re.error, ValueError) as error:
            raise self._error(key, f"no regular expression: {error}") from error

    def _entry(self, key: str) -> str:
        return f"{self.entry}.{key}" if self.entry else key

    def _error(self, key: str, problem: str) -> ResourceError:
        return ResourceError(f"{self.file}: {self._entry(key)}: {problem}")


@cache
def load(name: str) -> ResourceTable:
    """Return the content of ``data/<name>.toml``; the file is read once."""
    file = f"nlu/data/{name}.toml"
    try:
        with (FOLDER / f"{name}.toml").open("rb") as content:
            return ResourceTable(file, "", tomllib.load(content))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ResourceError(f"{file}: {error}") from error


@cache
def names(folder: str, suffix: str = ".toml") -> tuple[str, ...]:
    """Return the names, without their suffix, of the files in ``data/<folder>``, in order."""
    return tuple(sorted(path.stem for path in (FOLDER / folder).glob(f"*{suffix}")))


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
