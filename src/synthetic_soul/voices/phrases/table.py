"""The notation of the phrase tables.

A table is text. ``[key]`` opens a section; each line is marks, a space, and a phrase; a line that
begins with spaces goes on with the phrase above. The marks are the letters of
``register.MANNERS``, or ``*`` for everyone. ``{field}`` is filled in when spoken; a phrase whose
field is not at hand is not chosen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIELD: Final = re.compile(r"\{([A-Za-z]+)\}")
_LINE: Final = re.compile(r"([wpdgm]+|\*) (\S.*)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase, the marks of those it suits, the fields it needs, and its fixed pieces.

    ``pieces`` are casefolded: by them the phrase is known again in what was said.
    """

    text: str
    marks: str = "*"

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields to fill."""
        return frozenset(FIELD.findall(self.text))

    @property
    def pieces(self) -> tuple[str, ...]:
        """What stands between the fields, without edges that tidying may change."""
        cut = (piece.strip(" .,;:!?").casefold() for piece in FIELD.split(self.text)[::2])
        return tuple(piece for piece in cut if piece)


def parse(*tables: str) -> Mapping[str, tuple[Phrase, ...]]:
    """Read tables into key -> phrases; ValueError names the first line that is not understood."""
    book: dict[str, list[Phrase]] = {}
    key = ""
    for line in _joined(tables):
        if line.startswith("["):
            key = line.strip("[]")
            book.setdefault(key, [])
        elif key and (match := _LINE.fullmatch(line)):
            book[key].append(Phrase(text=match[2], marks=match[1]))
        else:
            raise ValueError(f"not a phrase: {line!r}")
    return {name: tuple(phrases) for name, phrases in book.items()}


def _joined(tables: Iterable[str]) -> list[str]:
    lines: list[str] = []
    for raw in "\n".join(tables).splitlines():
        if raw.startswith("  ") and lines:
            lines[-1] += " " + raw.strip()
        elif raw.strip():
            lines.append(raw.strip())
    return lines
