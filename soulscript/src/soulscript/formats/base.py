"""The interface of every format, and tolerant access to JSON values of unknown types.

The module of a format has ``detect(source)``, ``decode(source)`` and ``encode(imported, stem)``;
the registry in ``soulscript.formats`` makes a ``Format`` of each.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotJsonError, Problem
from soulscript.jsontext.parser import is_utf16, parse_noting
from soulscript.model.memory import Memory
from soulscript.model.soul import Soul
from soulscript.report import Report

SOURCE_KEY: Final = "soul:source"
"""Key of a soul or graph that was read from another format: ``{"format", "original"}``."""
SOUL_KEY: Final = "soul:soul"
"""Key under which a foreign document carries the whole soul that it was written from."""
MEMORIES_KEY: Final = "soul:memories"
"""Key of a soul for the memories that came with it: id -> memory, as in §5.2."""
FILES_KEY: Final = "soul:files"
"""Key of a soul in a file for the names of the files beside it, where not all are images of it."""
MODERATE: Final = 0.5

_BINARY_PREFIX_BYTES: Final = 64  # a NUL among them marks a file that is not text

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Source:
    """The files to read, by name relative to their folder with ``/``; one for a single file."""

    name: str
    files: Files

    @property
    def single(self) -> bytes | None:
        """The bytes of the only file; None for a folder of several."""
        return next(iter(self.files.values())) if len(self.files) == 1 else None

    @property
    def document(self) -> JsonValue:
        """The only file parsed as JSON, shared by all callers; None where it is not JSON."""
        return self._parsed[0]

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What was replaced in that document, so that it could be read."""
        return self._parsed[1]

    def require_json(self) -> None:
        """Raise the ``NotJsonError`` of a file that is not JSON."""
        fault = self._parsed[2]
        if fault is not None:
            raise fault

    @cached_property
    def _parsed(self) -> tuple[JsonValue, tuple[Problem, ...], NotJsonError | None]:
        raw = self.single
        if raw is None or (b"\0" in raw[:_BINARY_PREFIX_BYTES] and not is_utf16(raw)):
            return None, (), None
        try:
            return (*parse_noting(raw, source=self.name), None)
        except NotJsonError as error:
            return None, (), error


@dataclass(frozen=True, slots=True)
class Import:
    """The result of reading. ``soul`` is None for memories alone (a lorebook, a chat).

    ``memories`` are in the order of the source; the soul has them under ``soul:memories`` too.
    ``assets`` are images and other files: relative name -> bytes. ``extra`` holds further
    top-level keys of a graph's document, such as its ``soul:source``.
    """

    format: str
    soul: Soul | None
    memories: tuple[Memory, ...] = ()
    report: Report = field(default_factory=Report)
    problems: tuple[Problem, ...] = ()
    assets: Files = field(default_factory=dict)
    extra: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Export:
    """The files written, by name, and a note for each part of the soul."""

    files: Files
    report: Report = field(default_factory=Report)


@dataclass(frozen=True, slots=True)
class Format:
    """A row of the registry. ``writes`` is None for a format that is only read.

    ``sees`` detects the format by content, not by name; it must be fast and must not raise.
    ``reads`` raises ``SoulscriptError``. ``writes`` takes the stem of the names of its files.
    """

    name: str
    title: str
    ending: str
    sees: Callable[[Source], bool]
    reads: Callable[[Source], Import]
    writes: Callable[[Import, str], Export] | None = None


def json_bytes(document: Mapping[str, JsonValue] | Sequence[JsonValue]) -> bytes:
    """Serialize a document as indented JSON in UTF-8 with a final line break."""
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def as_text(value: JsonValue) -> str:
    """Return a string, a number as a string, or a list of texts joined; else an empty string."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(as_texts(value))
    return "" if value is None or isinstance(value, bool | dict) else str(value)


def as_texts(value: JsonValue) -> tuple[str, ...]:
    """Return the nonempty texts of a list; a single string is split at its commas."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    items = value if isinstance(value, list) else []
    return tuple(text for item in items if not isinstance(item, list) and (text := as_text(item)))


def as_number(value: JsonValue) -> float | None:
    """Return a finite number, also one written as a string; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
