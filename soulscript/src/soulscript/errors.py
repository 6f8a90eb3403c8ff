"""Problems of souls and memories, and the errors that carry them.

    SoulscriptError
    ├── UnreadableError       the file cannot be opened
    ├── UnknownFormatError    the content is of no format that the library knows
    ├── NotJsonError          the text is not JSON, or passes a limit
    ├── NotASoulError         the text is JSON but not a soul of the specification
    └── NotAGraphError        the text is JSON but no memories of the specification

Each carries every problem that was found, warnings included, in the order of the text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from typing_extensions import override

Path = tuple[str | int, ...]
Severity = Literal["error", "warning"]
MAX_PROBLEMS = 200  # problems listed of one text, of each severity
_MAX_LINES = 20


def spell(path: Path) -> str:
    """Write a path like ``personality.core_traits[2].strength``; the root is ``$``."""
    written = ""
    for step in path:
        if isinstance(step, int):
            written += f"[{step}]"
        else:
            written += f".{step}" if written else step
    return written or "$"


UNREADABLE: Final = "unreadable"  # code of a file that cannot be opened


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a document, or one thing that a tolerant reading changed.

    ``code`` is stable and for programs. ``line`` and ``column`` count from 1, in characters.
    ``mend`` says what to do. ``rule`` is the dialect rule (``D5``) that covers it; it is empty for
    faults against the specification itself, against JSON, and against limits.
    """

    code: str
    severity: Severity
    path: str
    line: int
    column: int
    message: str
    mend: str
    source: str = "<text>"
    rule: str = ""

    @override
    def __str__(self) -> str:
        """Format it like a compiler: ``file:line:column: error CODE at path: message; mend``.

        What cannot be opened has no places: ``file: error: message; mend``.
        """
        if self.code == UNREADABLE:
            return f"{self.source}: {self.severity}: {self.message}; {self.mend}"
        place = f"{self.source}:{self.line}:{self.column}"
        return f"{place}: {self.severity} {self.code} at {self.path}: {self.message}; {self.mend}"


def whole_text(code: str, message: str, mend: str, source: str) -> Problem:
    """Return an error that concerns a text as a whole, or no single place of it."""
    return Problem(code, "error", "$", 1, 1, message, mend, source)


def more_problems(source: str, severity: Severity = "error") -> Problem:
    """Return the last problem of a list that was cut off."""
    message, mend = "there are more, not listed here", "mend these first"
    return Problem("more_problems", severity, "$", 1, 1, message, mend, source)


class SoulscriptError(Exception):
    """Base of the library's errors; ``problems`` holds all that were found, at least one an error.

    Its text has a line for each error, up to twenty.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        errors = [str(problem) for problem in self.problems if problem.severity == "error"]
        rest = [f"… and {len(errors) - _MAX_LINES} more"] if len(errors) > _MAX_LINES else []
        super().__init__("\n".join(errors[:_MAX_LINES] + rest))


class UnreadableError(SoulscriptError):
    """The file cannot be opened."""


class UnknownFormatError(SoulscriptError):
    """The content is of no format that the library knows, or no format has the name asked for."""


class NotJsonError(SoulscriptError):
    """The text is not JSON, or passes a limit of size, depth or count."""


class NotASoulError(SoulscriptError):
    """The text is JSON, but not a soul as the specification asks for it."""


class NotAGraphError(SoulscriptError):
    """The text is JSON, but not memories as the specification asks for them."""
