"""What every format is to the library: files in, a soul or memories out, and back again.

A format is two pure functions over documents: one that makes a soul of a document, one that makes
a document of a soul. The rest follows: the whole original is kept under ``soul:source``, and
``merged`` carries what has changed since into it, so that going back loses nothing. What a format
has no place for travels in it as the whole soul, under ``soul:soul``, and comes back the same way.
"""

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotJsonError, Problem
from soulscript.jsontext.parser import parse
from soulscript.model.memory import Memory
from soulscript.model.soul import Soul
from soulscript.report import Report

SOURCE: Final = "soul:source"
"""Key of a soul (or a graph) that was read from another format: ``{"format", "original"}``."""
SOUL: Final = "soul:soul"
"""Key under which a foreign document carries the whole soul it was made from."""
MEMORIES: Final = "soul:memories"
"""Key of a soul that brings memories along: id -> memory, as under ``memories`` in §5.2."""

_FIRST: Final = 64  # bytes of a file in which a NUL says that it is no text

Files = Mapping[str, bytes]
JsonObject = dict[str, JsonValue]


@dataclass(frozen=True)
class Source:
    """What is to be read: files by name, relative with ``/``; one for a single file."""

    name: str
    files: Files

    @property
    def single(self) -> bytes | None:
        """The only file's bytes; None for a folder of several."""
        return next(iter(self.files.values())) if len(self.files) == 1 else None

    @cached_property
    def document(self) -> JsonValue:
        """The only file as JSON, read once and not to be changed; None where it is none."""
        raw = self.single
        if raw is None or b"\0" in raw[:_FIRST]:
            return None
        try:
            return parse(raw, source=self.name)
        except NotJsonError:
            return None


@dataclass(frozen=True, slots=True)
class Import:
    """What was read. ``soul`` is None where a file holds memories alone (a lorebook, a chat).

    ``memories`` are those that came along, in the order of the source; the soul carries them too,
    under ``soul:memories``. ``assets`` are pictures and the like: relative name -> bytes.
    ``extra`` holds top-level keys of a graph's document (its ``soul:source``).
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
    """What was written: files by name, and what became of each part of the soul."""

    files: Files
    report: Report = field(default_factory=Report)


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the registry. ``writes`` is None for what is only read.

    ``sees`` looks at the content, never at the name alone, and must be quick and never raise.
    ``reads`` raises ``SoulscriptError``. ``stem`` names the files that ``writes`` makes.
    """

    name: str
    title: str
    ending: str
    sees: Callable[[Source], bool]
    reads: Callable[[Source], Import]
    writes: Callable[[Import, str], Export] | None = None


def merged(base: JsonValue, before: JsonValue, after: JsonValue) -> JsonValue:
    """Carry into ``base`` what differs between ``before`` and ``after``: a three-way merge.

    Objects are merged key by key. In lists an item is merged with the one it was before: the equal
    one, else the one of its place; what is new there is taken as it is. Anything else is replaced
    whole. Equal ``before`` and ``after`` give ``base`` as it is.
    """
    if before == after:
        return copy.deepcopy(base)
    if isinstance(base, list) and isinstance(before, list) and isinstance(after, list):
        return _merged_lists(base, before, after)
    if not (isinstance(base, dict) and isinstance(before, dict) and isinstance(after, dict)):
        return copy.deepcopy(after)
    result: JsonObject = {}
    for key in dict.fromkeys([*base, *after]):
        if key not in after:
            if key not in before:
                result[key] = copy.deepcopy(base[key])
        elif key not in before:
            result[key] = copy.deepcopy(after[key])
        elif key in base or before[key] != after[key]:
            result[key] = merged(base.get(key), before[key], after[key])
    return result


def _merged_lists(
    base: Sequence[JsonValue], before: Sequence[JsonValue], after: Sequence[JsonValue]
) -> JsonValue:
    """Merge lists; where ``base`` does not run beside ``before`` nothing says what belongs."""
    if len(base) != len(before):
        return copy.deepcopy(list(after))
    places: dict[str, list[int]] = {}
    for place in reversed(range(len(before))):
        places.setdefault(_key(before[place]), []).append(place)
    came = [found.pop() if (found := places.get(_key(item))) else None for item in after]
    free = set(range(len(before))) - set(came)
    result: list[JsonValue] = []
    for place, (origin, item) in enumerate(zip(came, after, strict=True)):
        if origin is None and place in free:
            result.append(merged(base[place], before[place], item))
        else:
            result.append(copy.deepcopy(item if origin is None else base[origin]))
    return result


def _key(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True)
