"""The document between text and model, which the dialect rules change, with its problems."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic import BaseModel, JsonValue

from soulscript.errors import MAX_PROBLEMS, Path, Problem, Severity, more_problems, spell
from soulscript.jsontext.parser import JsonObject, Parsed
from soulscript.jsontext.scanner import in_order
from soulscript.model.soul import METADATA, Part, Soul, parts_within
from soulscript.report import Fate, Note

MAX_MARKS = 2_000  # listed; further changes are only counted

Words = tuple[str, str, str]  # message, mend, rule


class Mark(NamedTuple):
    """A problem of one part; its place in the text is computed on demand.

    ``origin`` is the part's path in the text. ``offset`` is known for faults of the text alone.
    """

    severity: Severity
    code: str
    origin: Path
    words: Words
    fate: Fate
    offset: int = -1


@dataclass(slots=True)
class AnnotatedDocument:
    """A document that the rules bring into the specification's layout, with its problems.

    The rules change ``root``; ``moves`` maps moved parts to their paths in the text, so that a
    problem has the path that the author knows. ``failed`` says whether any problem is an error;
    ``more`` is the number of changes that are not listed.
    """

    text: str
    parsed: Parsed
    strict: bool
    source: str
    root: JsonObject = field(default_factory=dict)
    moves: dict[Path, Path] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    more: int = 0
    failed: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.parsed.value, dict):
            self.root = self.parsed.value
        for fault in self.parsed.faults:
            severity: Severity = "warning" if fault.tolerable and not self.strict else "error"
            words = (fault.message, fault.mend, fault.rule)
            fate: Fate = "dropped" if fault.code == "comment" else "changed"
            self.failed |= severity == "error"
            self.marks.append(Mark(severity, fault.code, fault.path, words, fate, fault.offset))

    # -- problems ------------------------------------------------------------------------------

    def change(
        self, code: str, path: Path, message: str, mend: str, rule: str, *, fate: Fate = "changed"
    ) -> None:
        """Report what a rule changes: an error in strict reading, a warning in tolerant."""
        self._mark("error" if self.strict else "warning", code, path, (message, mend, rule), fate)

    def error(self, code: str, path: Path, message: str, mend: str, rule: str = "") -> None:
        """Report an error in either mode."""
        self._mark("error", code, path, (message, mend, rule), "changed")

    def warn(
        self, code: str, path: Path, message: str, mend: str, rule: str = "", *, fate: Fate = "kept"
    ) -> None:
        """Report a warning in either mode."""
        self._mark("warning", code, path, (message, mend, rule), fate)

    def default(self, holder: JsonObject, path: Path, value: JsonValue, rule: str) -> None:
        """Set the last key of ``path`` if it has none, and report it."""
        key = str(path[-1])
        if key not in holder and self._full and not self.strict:
            self.more += 1
            holder[key] = value
        elif key not in holder:
            shown = json.dumps(value)
            code, taken = ("missing", "") if self.strict else ("defaulted", f", taken as {shown}")
            message, mend = f'"{key}" is missing{taken}', f'add "{key}": {shown}'
            self.change(code, path, message, mend, rule, fate="defaulted")
            holder[key] = value

    def _mark(self, severity: Severity, code: str, path: Path, words: Words, fate: Fate) -> None:
        """Report a problem of the part at ``path``, unless the scanner has reported it."""
        if self._full and (severity == "warning" or self.failed):
            self.more += 1
            return
        origin = self.origin(path)
        if origin not in self.parsed.broken:
            self.failed |= severity == "error"
            self.marks.append(Mark(severity, code, origin, words, fate))

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems in the order of the text; the last says if some are left out."""
        counts: Counter[Severity] = Counter()
        listed = []
        for mark in self.marks:
            counts[mark.severity] += 1
            if counts[mark.severity] <= MAX_PROBLEMS:
                listed.append(mark)
        problems = [
            Problem(code, severity, spell(path), line, column, message, mend, self.source, rule)
            for mark, (line, column) in in_order(self.text, self._placed(listed))
            for severity, code, path, (message, mend, rule), *_ in (mark,)
        ]
        if self.more or len(self.marks) > len(listed):
            problems.append(more_problems(self.source, "error" if self.failed else "warning"))
        return tuple(problems)

    @property
    def _full(self) -> bool:
        return len(self.marks) >= MAX_MARKS

    # -- the report ----------------------------------------------------------------------------

    def notes(self) -> Iterator[Note]:
        """Yield a note for each part that was not kept, in the order in which it was seen."""
        now = {before: now for now, before in self.moves.items()}
        for _, code, origin, (message, _, rule), fate, _ in self.marks:
            if fate == "kept":
                continue
            dropped = fate == "dropped" and code not in _STILL_WRITTEN
            path = spell(origin)
            yield Note(
                fate,
                "" if fate == "defaulted" else path,
                "" if dropped else spell(_exchanged(origin, now)),
                message,
                rule,
            )
        if self.more:
            yield Note("changed", "", "", f"and {self.more} things more, not listed here")

    def kept(self, path: Path) -> Note:
        """Return the note that an unknown key is kept (D10)."""
        key = str(path[-1])
        kind = "an extension" if ":" in key else key if key == METADATA else "an unknown key"
        return Note("kept", spell(self.origin(path)), spell(path), f"{kind}, kept as it is", "D10")

    # -- places --------------------------------------------------------------------------------

    def moved(self, moves: Mapping[Path, Path]) -> None:
        """Record moved parts: new path -> former path."""
        self.moves |= {now: self.origin(before) for now, before in moves.items()}

    def origin(self, path: Path) -> Path:
        """Return the path in the text of the part at ``path``."""
        return _exchanged(path, self.moves) if self.moves else path

    def _placed(self, marks: Sequence[Mark]) -> Iterator[tuple[int, Mark]]:
        """Yield the offset of each value or its key, or of the nearest part around it."""
        unplaced = [mark.origin for mark in marks if mark.offset < 0]
        offsets = self.parsed.offsets(unplaced) if unplaced else {}
        for mark in marks:
            if mark.offset >= 0:
                yield mark.offset, mark
                continue
            nearest = mark.origin
            while nearest not in offsets:
                nearest = nearest[:-1]
            about_key = mark.code in _ABOUT_KEYS and nearest == mark.origin
            yield offsets[nearest].key if about_key else offsets[nearest].value, mark

    # -- parts ---------------------------------------------------------------------------------

    def objects(self) -> Iterator[tuple[Path, type[BaseModel], JsonObject]]:
        """Iterate over the parts of the specification that the document has, as plain objects."""
        return _objects(self.root, (), Soul)

    def values(self, where: tuple[str, ...]) -> Iterator[tuple[Path, JsonValue]]:
        """Iterate over the values at ``where``, through lists on the path and at its end."""
        return _walk(self.root, (), where)


# Parts that count as absent, but are written again.
_STILL_WRITTEN = frozenset({"bad_note", "bad_avatar"})
# A problem with a key points to the key, all others to the value.
_ABOUT_KEYS = frozenset({"misspelt", "misplaced", "other_name"})


def _exchanged(path: Path, moves: Mapping[Path, Path]) -> Path:
    """Replace the longest prefix of ``path`` that ``moves`` maps to another."""
    for length in range(len(path), 0, -1):
        other = moves.get(path[:length])
        if other is not None:
            return other + path[length:]
    return path


def _objects(
    value: JsonValue, path: Path, part: type[Part]
) -> Iterator[tuple[Path, type[BaseModel], JsonObject]]:
    if isinstance(value, dict):
        yield path, part, value
        for key, inner in parts_within(part):
            if key in value:
                yield from _objects(value[key], (*path, key), inner)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _objects(item, (*path, index), part)


def _walk(value: JsonValue, path: Path, rest: tuple[str, ...]) -> Iterator[tuple[Path, JsonValue]]:
    if isinstance(value, list) and path:
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index), rest)
    elif not rest:
        yield path, value
    elif isinstance(value, dict) and rest[0] in value:
        yield from _walk(value[rest[0]], (*path, rest[0]), rest[1:])
