"""Play: what is done between asterisks is answered in kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from synthetic_soul.voices.composer import grammar

if TYPE_CHECKING:
    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_ACTION: Final = re.compile(r"\*([^*\n]{3,120})\*")
_MAX_WORDS: Final = 14
_SECOND_VERB: Final = re.compile(r"(?<=\band )(\w+)\b")
_PART: Final = re.compile(r"[,;.!?…] ?")


def answer(situation: Situation, selector: PhraseSelector) -> str:
    """Return what the agent does while the person does something, or "" where they do nothing."""
    match = _ACTION.search(situation.text)
    action = _done(situation, match[1]) if match and situation.light else ""
    return selector.say("play.act", action=action) if action else ""


def _done(situation: Situation, told: str) -> str:
    """Return "pushes my door open" as "push your door open"; "" where that may go wrong."""
    first, _, rest = _PART.split(told.strip(), maxsplit=1)[0].partition(" ")
    low = first.casefold()
    if not low.endswith("s") or low.endswith("ss") or len(rest.split()) > _MAX_WORDS:
        return ""
    verb = grammar.first_form(low)
    rest = _SECOND_VERB.sub(lambda second: _first_form(second[1]), rest)
    turned = situation.turn(f"I {verb} {rest}".strip())
    return turned.partition(" ")[2] if turned else ""


def _first_form(word: str) -> str:
    """Return the first form of a verb of the third person; any other word as it is."""
    is_verb = word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return grammar.first_form(word) if is_verb else word
