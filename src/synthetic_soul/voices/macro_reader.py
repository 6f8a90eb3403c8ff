"""Macros of character cards in what a model says: each becomes what it stands for.

A model that was trained on cards writes ``{{user}}`` where it means the person.
"""

import re
from typing import Final

from soulscript.prompts import Scene, expand

_PART: Final = re.compile(r"(?:\{\{[^}]{0,400}\}?|\{[^{}\n]{0,40}|<\s*[A-Za-z]{0,12})$")
"""What may be the beginning of a macro at the end of a text."""


class MacroReader:
    """Passes on a text piece by piece, with its macros expanded for ``scene``."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._held = ""

    def feed(self, piece: str) -> str:
        """Return what is whole of the text so far."""
        text = self._held + piece
        part = _PART.search(text)
        end = part.start() if part else len(text)
        self._held = text[end:]
        return expand(text[:end], self._scene)

    def end(self) -> str:
        """Return the rest."""
        rest, self._held = self._held, ""
        return expand(rest, self._scene)
