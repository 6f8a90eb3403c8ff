"""The report of a reading or writing: what it kept, changed, defaulted and dropped."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from typing_extensions import override

Fate = Literal["kept", "changed", "defaulted", "dropped"]
FATES: tuple[Fate, ...] = get_args(Fate)


@dataclass(frozen=True, slots=True)
class Note:
    """What became of one part of a document.

    ``path`` is its place in the source and ``became`` its place in the result, both written like
    ``entity.background``; ``became`` is empty for what was dropped, ``path`` for what the source
    did not have. ``message`` says what was done and why, ``rule`` by which rule (``D6``), if any.
    """

    fate: Fate
    path: str
    became: str
    message: str
    rule: str = ""

    @override
    def __str__(self) -> str:
        """Format it on one line: ``changed data.personality -> personality.core_traits: …``."""
        way = " -> ".join(filter(None, (self.path, self.became)))
        return f"{self.fate} {way}: {self.message}" + (f" ({self.rule})" if self.rule else "")


@dataclass(frozen=True, slots=True)
class Report:
    """Every note of one reading or writing, in the order in which it was made."""

    notes: tuple[Note, ...] = ()

    def __iter__(self) -> Iterator[Note]:
        return iter(self.notes)

    def __add__(self, other: Iterable[Note]) -> "Report":
        """Return a report with the other's notes behind its own."""
        return Report((*self.notes, *other))

    def of(self, fate: Fate) -> tuple[Note, ...]:
        """Return the notes of one fate."""
        return tuple(note for note in self.notes if note.fate == fate)

    def summary(self) -> str:
        """Return the number of notes of each fate: ``12 kept, 2 changed``; nothing of none."""
        counts = Counter(note.fate for note in self.notes)
        return ", ".join(f"{counts[fate]} {fate}" for fate in FATES if counts[fate])

    def dump(self) -> dict[str, list[dict[str, str]]]:
        """Return the notes as plain JSON, by fate."""
        return {fate: [asdict(note) for note in self.of(fate)] for fate in FATES}
