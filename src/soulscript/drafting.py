"""The document between text and soul: what the dialect rules work on, and where it came from."""

import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pydantic import BaseModel, JsonValue

from soulscript.errors import Path, Problem, Severity, spell, whole_text
from soulscript.model import PARTS
from soulscript.scanning import Scan

_MOST = 200  # problems reported, of each severity

JsonObject = dict[str, JsonValue]
Words = tuple[str, str, str]  # message, mend, rule


@dataclass(slots=True)
class Draft:
    """A document being brought into the specification's layout.

    ``root`` is changed by the rules; ``moves`` keeps where moved parts stood in the text, so that a
    problem always names the place its author knows.
    """

    text: str
    found: Scan
    strict: bool
    source: str
    root: JsonObject = field(default_factory=dict)
    moves: dict[Path, Path] = field(default_factory=dict)
    _problems: list[tuple[int, Problem]] = field(default_factory=list)
    _counts: Counter[Severity] = field(default_factory=Counter)
    _lines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find the line ends once, and take over what the scanner found."""
        if isinstance(self.found.value, dict):
            self.root = self.found.value
        self._lines = [found.start() for found in re.finditer("\n", self.text)]
        for fault in self.found.faults:
            severity: Severity = "warning" if fault.tolerable and not self.strict else "error"
            words = (fault.message, fault.mend, "D1" if fault.tolerable else "")
            self._add(severity, fault.code, fault.path, fault.offset, words)

    # -- problems ------------------------------------------------------------------------------

    def change(self, code: str, path: Path, message: str, mend: str, rule: str) -> None:
        """Report what a rule changes: an error in strict reading, a warning in tolerant."""
        self._note("error" if self.strict else "warning", code, path, (message, mend, rule))

    def error(self, code: str, path: Path, message: str, mend: str) -> None:
        """Report what keeps the draft from being a soul, in either mode."""
        self._note("error", code, path, (message, mend, ""))

    def warn(self, code: str, path: Path, message: str, mend: str) -> None:
        """Report what the author may not have meant, in either mode."""
        self._note("warning", code, path, (message, mend, ""))

    def default(self, holder: JsonObject, path: Path, value: JsonValue, rule: str) -> None:
        """Give ``holder`` a value for the last key of ``path`` if it has none, and report it."""
        key = str(path[-1])
        if key not in holder:
            shown = json.dumps(value)
            code, taken = ("missing", "") if self.strict else ("defaulted", f", taken as {shown}")
            self.change(code, path, f'"{key}" is missing{taken}', f'add "{key}": {shown}', rule)
            holder[key] = value

    def _note(self, severity: Severity, code: str, path: Path, words: Words) -> None:
        """Report on the part that now stands at ``path``.

        A value that the scanner could not read has been reported already.
        """
        origin = self.origin(path)
        if origin not in self.found.broken:
            offset = self._offset(origin, key=code in _ABOUT_KEYS)
            self._add(severity, code, origin, offset, words)

    def _add(self, severity: Severity, code: str, origin: Path, offset: int, words: Words) -> None:
        """Keep a problem, unless there are far too many of its severity already."""
        self._counts[severity] += 1
        if self._counts[severity] > _MOST:
            return
        line, column = self._place(offset)
        message, mend, rule = words
        problem = Problem(
            code, severity, spell(origin), line, column, message, mend, self.source, rule
        )
        self._problems.append((offset, problem))

    def problems(self) -> tuple[Problem, ...]:
        """All problems in the order of the text; a last one says if some are left out."""
        listed = [problem for _, problem in sorted(self._problems, key=lambda pair: pair[0])]
        if self._counts.total() > len(listed):
            last = whole_text(
                "more_problems", "there are more, not listed here", "mend these first", self.source
            )
            listed.append(last if self.failed else replace(last, severity="warning"))
        return tuple(listed)

    @property
    def failed(self) -> bool:
        """Whether any problem is an error."""
        return self._counts["error"] > 0

    # -- places --------------------------------------------------------------------------------

    def moved(self, moves: Mapping[Path, Path]) -> None:
        """Remember where parts now at the keys stood just before, at the values."""
        self.moves |= {now: self.origin(before) for now, before in moves.items()}

    def origin(self, path: Path) -> Path:
        """Say where in the text the part at ``path`` stood."""
        for length in range(len(path), 0, -1):
            before = self.moves.get(path[:length])
            if before is not None:
                return before + path[length:]
        return path

    def _offset(self, origin: Path, *, key: bool) -> int:
        """Give the offset of a value or its key, or of the nearest thing around it."""
        nearest = origin
        while nearest not in self.found.standings:
            nearest = nearest[:-1]
        standing = self.found.standings[nearest]
        return standing.key if key and nearest == origin else standing.value

    def _place(self, offset: int) -> tuple[int, int]:
        """Give line and column, from 1, of an offset from 0."""
        line = bisect_left(self._lines, offset)
        return line + 1, offset - (self._lines[line - 1] if line else -1)

    # -- parts ---------------------------------------------------------------------------------

    def objects(self) -> Iterator[tuple[Path, type[BaseModel], JsonObject]]:
        """Walk over the parts of the specification that the document has, as plain objects."""
        for where, part in PARTS.items():
            for path, value in self.values(where):
                if isinstance(value, dict):
                    yield path, part, value

    def values(self, where: tuple[str, ...]) -> Iterator[tuple[Path, JsonValue]]:
        """Walk over what stands at ``where``, and through lists on the way and at the end."""
        return _walk(self.root, (), where)


# A problem with a key points to the key, all others to the value.
_ABOUT_KEYS = frozenset({"misspelt", "misplaced", "other_name"})


def _walk(value: JsonValue, path: Path, rest: tuple[str, ...]) -> Iterator[tuple[Path, JsonValue]]:
    if isinstance(value, list) and path:
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index), rest)
    elif not rest:
        yield path, value
    elif isinstance(value, dict) and rest[0] in value:
        yield from _walk(value[rest[0]], (*path, rest[0]), rest[1:])
