"""Hold back the sentence that a model is still writing: a reply may be cut anywhere."""

import re
from typing import Final

_MAX_HELD_CHARS: Final = 400
"""A longer sentence is shown before its end."""

_END: Final = re.compile(r"[.!?…‽؟।]+[\"'”’»)\]*_~`]*(?=\s)|[。！？｡]+[」』”’）)]*|\n+")
_LAST_END: Final = re.compile(r"[.!?…‽؟।。！？｡][\"'”’»)\]*_~`」』）]*\s*$")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(])(?:(?i:mr|mrs|ms|dr|st|prof|sr|jr|vs|e\.g|i\.e)|[A-HJ-Z])\.$"
)


class SentenceHold:
    """Pass on a text sentence by sentence; white space at the end waits for more."""

    def __init__(self) -> None:
        self._held = ""
        self.has_passed = False

    @property
    def held(self) -> str:
        """What is held back."""
        return self._held

    def feed(self, text: str) -> str:
        """Return the sentences that are whole now."""
        self._held += text
        end = _last_end(self._held)
        if not end and len(self._held) > _MAX_HELD_CHARS:
            end = self._held.rfind(" ") + 1
        return self._pass(end)

    def finish(self) -> str:
        """Return the rest."""
        return self._pass(len(self._held))

    def cut(self) -> str:
        """Return the rest up to its last whole sentence, "" if there is none."""
        end = len(self._held) if _LAST_END.search(self._held) else _last_end(self._held)
        return self._pass(end)

    def drop_word(self) -> str:
        """Take off the last word, which may be a part of one, and return what is still held."""
        whole = self._held.rstrip()[:-1].rpartition(" ")[0].rstrip()
        self._held = whole or self._held
        return self._held

    def give_up(self) -> str:
        """Return the rest, which is no whole sentence, with "…"."""
        self._held = self._held.rstrip(" ,;:–—-…") + "…"
        return self.finish()

    def _pass(self, end: int) -> str:
        text = self._held[:end].rstrip()
        self._held = self._held[len(text) :]
        if not self.has_passed:
            text = text.lstrip()
        self.has_passed = self.has_passed or bool(text)
        return text


def _last_end(text: str) -> int:
    """Return where the last whole sentence ends, 0 for none."""
    end = 0
    for match in _END.finditer(text):
        if not _ABBREVIATION.search(text, max(0, match.start() - 8), match.end()):
            end = match.end()
    return end
