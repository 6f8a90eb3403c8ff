"""The filter of a model's output: what a character would not say itself is taken off.

A model may put the speaker's name before its words, and a thought's vibe in brackets; control
characters may stand anywhere.
"""

import re
from typing import Final

from synthetic_soul.mind.expression import VIBES

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029\ufeff]")
_TAGGED: Final = re.compile(r"\s*\[([^\]\n]{1,40})\]\s*")
_MAX_LABEL_MARKS: Final = 6


class OutputFilter:
    """Filter the text of one utterance piece by piece: control characters and a label go.

    The beginning is held back until it is longer than any label of ``name``. A thought is held
    back whole, because it is one line; ``vibe`` is the one of ``VIBES`` that it names, else "".
    """

    def __init__(self, name: str, *, is_thought: bool = False) -> None:
        self.vibe = ""
        self._is_thought = is_thought
        self._label = re.compile(rf"\s*\**{re.escape(name)}\**\s*:\**\s*", re.IGNORECASE)
        self._max_label_chars = len(name) + _MAX_LABEL_MARKS
        self._held_back = ""
        self._has_begun = False

    def feed(self, piece: str) -> str:
        """Return what may be shown of the text so far and was not yet, or ""."""
        clean = _CONTROL.sub("", piece)
        if self._has_begun:
            return clean
        self._held_back += clean
        if self._is_thought or len(self._held_back.lstrip()) <= self._max_label_chars:
            return ""
        self._has_begun = True
        return self._without_label(self._held_back)

    def finish(self) -> str:
        """Return what was held back to the end."""
        if self._has_begun:
            return ""
        text = self._thought() if self._is_thought else self._held_back
        return self._without_label(text).rstrip()

    def _without_label(self, text: str) -> str:
        return self._label.sub("", text, count=1) if self._label.match(text) else text.lstrip()

    def _thought(self) -> str:
        """Return the first line of the text; take off its vibe and note it."""
        text = self._held_back
        line = next((line for line in text.splitlines() if line.strip()), "")
        match = _TAGGED.match(line)
        if match is None:
            return line
        vibe = match[1].strip().casefold().replace(" ", "-").replace("_", "-")
        self.vibe = vibe if vibe in VIBES else ""
        return line[match.end() :] or text[text.find(line) + len(line) :].strip()
