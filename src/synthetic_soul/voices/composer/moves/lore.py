"""What the soul's author gave it to know, told where it would otherwise have no answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from soulscript.text import terms
from synthetic_soul.voices.composer import grammar

if TYPE_CHECKING:
    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_LONGEST: Final = 240
_SENTENCE: Final = re.compile(r"(?<=[.!?。！？])\s+")


def answer(scene: Situation, choose: PhraseSelector) -> str:
    """The first sentence of the foremost lore that speaks of most of what was asked, quoted.

    "" where there is none: a word in common is no answer.
    """
    asked = set(terms(scene.text))
    for lore in scene.brief.lore:
        if asked and 2 * len(asked.intersection(terms(lore.text))) > len(asked):
            return choose.say("lore", quote=grammar.quoted(_first(lore.text), _LONGEST))
    return ""


def _first(text: str) -> str:
    return _SENTENCE.split(text.strip(), maxsplit=1)[0]
