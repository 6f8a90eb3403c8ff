"""The filter of a model's output: what a character would not say itself is taken off.

Four machines in a row, each fed with what the one before it lets through: control characters go;
``MarkReader`` takes off reasoning and the tokens of chat templates; ``TurnFilter`` labels, echoed
notes and other people's turns; ``SentenceHold`` keeps back the sentence that is being written.
The result is the same however the text is cut into pieces.
"""

import re
from typing import Final

from synthetic_soul.llm.marks import MarkReader, Signal
from synthetic_soul.mind.expression import VIBES
from synthetic_soul.toml_tables import any_of
from synthetic_soul.voices.model.foreign_text import CONTROL_CHARS
from synthetic_soul.voices.model.sentence_hold import SentenceHold
from synthetic_soul.voices.model.turn_filter import NoteLines, Speakers, TurnFilter, Whose, words

_CONTROL: Final = re.compile(rf"[{CONTROL_CHARS}\u200e\u200f]")
_TAGGED: Final = re.compile(r"\s*\[([^\]\n]{1,40})\]\s*")
_SUSPICIOUS: Final = any_of(sorted(words().suspicious))


class OutputFilter:
    """Filter the text of one utterance piece by piece.

    With ``holds`` nothing is shown before it is certain that no reasoning stands at the beginning
    without its opening mark; without it, only a suspicious beginning waits. A thought is held back
    whole, because it is one line; ``vibe`` is the one of ``VIBES`` that it names, else "".
    """

    def __init__(
        self, speakers: Speakers, note: NoteLines, *, holds: bool = False, is_thought: bool = False
    ) -> None:
        self.vibe = ""
        self.lost_opening = False
        """Whether reasoning stood at the beginning without its opening mark."""
        self.has_leaked = False
        """Whether some of that was returned already."""
        self._speakers, self._note = speakers, note
        self._holds = holds or is_thought
        self._is_thought = is_thought
        self._marks = MarkReader()
        self._turn_is_over = False
        self._turns = TurnFilter(speakers, note)
        self._sentences = SentenceHold()
        self._passed = ""
        self._has_shown = False

    def _lose(self) -> None:
        """Forget what was written so far: it was reasoning."""
        self.lost_opening = True
        self.has_leaked = self.has_leaked or self._has_shown
        self._sentences = SentenceHold()
        self._passed = ""

    @property
    def has_ended(self) -> bool:
        """Whether the reply is over, whatever follows."""
        return self._turn_is_over or (self._turns.has_ended and not self._holds)

    @property
    def has_reasoned(self) -> bool:
        """Whether any reasoning was taken off."""
        return self._marks.has_reasoned

    @property
    def is_unfinished(self) -> bool:
        """Whether no sentence is whole, and the first has begun."""
        return not self._sentences.has_passed and bool(self._sentences.held.strip())

    def feed(self, piece: str) -> str:
        """Return what may be shown of the text so far and was not yet, or ""."""
        self._take(self._marks.feed(_CONTROL.sub("", piece)))
        return self._shown()

    def end(self, *, was_cut: bool = False) -> str:
        """Return what was held back; of a reply that was cut, up to its last whole sentence.

        Where ``is_unfinished`` then, the text may still be gone on with, or given up.
        """
        self._take(self._marks.finish())
        text = self._turns.finish()
        if self._turns.has_restarted:
            self._lose()
        self._passed += self._sentences.feed(text)
        is_over = self._turn_is_over or self._turns.has_ended
        self._passed += (
            self._sentences.cut() if was_cut and not is_over else self._sentences.finish()
        )
        if self._is_thought and self.is_unfinished:  # it is not worth another call
            self._passed += self._sentences.give_up()
        self._holds = False
        return self._thought() if self._is_thought else self._released()

    def drop_word(self) -> str:
        """Take off the last word of an unfinished sentence and return the words before it."""
        return self._sentences.drop_word()

    def give_up(self) -> str:
        """Return the words of an unfinished sentence, with "…"."""
        return self._sentences.give_up()

    def _take(self, parts: list[str | Signal]) -> None:
        for part in parts:
            if part is Signal.RESET:
                self._turns = TurnFilter(self._speakers, self._note)
                self._lose()
            elif part is Signal.END:
                self._turn_is_over = True
            elif isinstance(part, str) and not self._turn_is_over:
                text = self._turns.feed(part)
                if self._turns.has_restarted:
                    self._lose()
                self._passed += self._sentences.feed(text)

    def _shown(self) -> str:
        if self._marks.has_closed:  # whatever follows, no reasoning without its mark comes before
            self._holds = self._is_thought
        if not self._passed or self._holds:
            return ""
        if not self._has_shown and not self.lost_opening and not self._marks.has_reasoned:
            self._holds = _SUSPICIOUS.search(self._passed) is not None
        return "" if self._holds else self._released()

    def _released(self) -> str:
        text, self._passed = self._passed, ""
        self._has_shown = self._has_shown or bool(text)
        return text

    def _thought(self) -> str:
        """Return the first line of the text; take off its vibe and note it."""
        text, self._passed = self._passed, ""
        line = next((line for line in text.splitlines() if line.strip()), "")
        match = _TAGGED.match(line)
        if match is None:
            return line
        vibe = match[1].strip().casefold().replace(" ", "-").replace("_", "-")
        self.vibe = vibe if vibe in VIBES else ""
        rest = line[match.end() :] or text[text.find(line) + len(line) :].strip()
        label = self._speakers.label(rest, at_start=True, is_whole=True)
        return label.rest if label.whose is Whose.OWN else rest
