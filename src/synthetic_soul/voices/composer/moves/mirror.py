"""The person's own words taken up: their weightiest clause, turned round, and what was felt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from synthetic_soul.nlu.interpret import interpret
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.nlu.text.sentences import split_sentences
from synthetic_soul.nlu.text.vocabulary import RELATIONS
from synthetic_soul.voices.composer import grammar

if TYPE_CHECKING:
    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_OPENERS: Final = re.compile(
    r"(?i)^(?:(?:so|and|but|ok|okay|well|oh|yeah|yes|no|nah|hm+|anyway|also|then|lol|haha|omg|ugh|"
    r"because|honestly|actually|like|i mean|you know|by the way|btw)[, ]+)+"
)
_PARTS: Final = re.compile(r"(?i),? (?:but|and then|because|so that|although|though) |, and |[;–—] ?|, ")
_SUBJECTS: Final = frozenset(
    plain_words("i i'm i've i'd i'll we we're we've we'd we'll he he's he'd she she's she'd it it's they they're they've my "
    "our his her their the this that that's there there's nobody everybody somebody someone everyone")
)
_VERB_AFTER: Final = 1
_MIN_WORDS, _MAX_WORDS = 3, 13
_LOW, _GLAD = -0.15, 0.2


def clause(situation: Situation) -> tuple[str, float]:
    """Return the clause that weighs most, turned round, and its valence; "" where none can be.

    The strongest feeling decides, and of equal ones the last.
    """
    best, weight, valence = "", -1.0, 0.0
    for sentence in split_sentences(situation.text):
        if sentence.rstrip().endswith("?"):
            continue
        for part in _clauses(sentence):
            turned = situation.turn(part)
            if not turned:
                continue
            felt = interpret(part).valence
            if abs(felt) >= weight:
                best, weight, valence = turned, abs(felt), felt
    return grammar.lower_first(best), valence


def _clauses(sentence: str) -> list[str]:
    whole = _OPENERS.sub("", sentence.strip())
    pieces = [whole] if len(whole.split()) <= _MAX_WORDS else _PARTS.split(whole)
    return [piece for each in pieces if _is_clause(piece := _OPENERS.sub("", each.strip(" .!…,")))]


def _is_clause(text: str) -> bool:
    words = plain_words(text)
    if not _MIN_WORDS <= len(words) <= _MAX_WORDS:
        return False
    return words[0] in _SUBJECTS or words[0] in RELATIONS


def take_up(situation: Situation, selector: PhraseSelector) -> str:
    """Say again what was told, with what was felt about it, or return ""."""
    told, valence = clause(situation)
    if not told:
        return ""
    felt = valence or situation.interpretation.valence
    sort = "low" if felt <= _LOW else "glad" if felt >= _GLAD else "plain"
    return selector.say(f"mirror.{sort}", clause=told)


def lead(situation: Situation, selector: PhraseSelector) -> str:
    """Return what was told, said again in few words, to stand before a reply; "" where it cannot be."""
    told, _ = clause(situation)
    return selector.say("mirror.lead", clause=told) if told else ""
