"""The person's own words taken up: their weightiest clause, turned round; *actions* in kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from synthetic_soul.nlu.facts.subjects import is_name
from synthetic_soul.nlu.facts.word_tokens import tokenise
from synthetic_soul.nlu.interpret import interpret
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.nlu.text.sentences import split_sentences
from synthetic_soul.nlu.text.vocabulary import COMMON_WORDS, RELATIONS, STOP_WORDS
from synthetic_soul.toml_tables import read_table
from synthetic_soul.voices.composer import grammar

if TYPE_CHECKING:
    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_TABLE: Final = read_table("synthetic_soul.voices.composer", "grammar")["clause"]
_OPENERS: Final = re.compile(
    rf"(?i)^(?:(?:{'|'.join(_TABLE['openers'].split())}|i mean|you know|by the way)[, ]+)+"
)
_PARTS: Final = re.compile(rf"(?i),? (?:{'|'.join(_TABLE['joins'].split())}) (?=[a-z])|[;–—] ?|, ")
_SUBJECTS: Final = frozenset(plain_words(_TABLE["subjects"]))
_MIN_WORDS, _MAX_WORDS = 3, 13
_MAX_SENTENCES: Final = 12
"""The last sentences of a long message, which are read for what weighs most."""
_CLEAR, _CLEARLY_LOW = 0.6, 0.35
"""How clear a feeling is, by its words and as it was read together, that is named."""
_ACTION: Final = re.compile(r"\*([^*\n]{3,120})\*")
_MAX_ACTION_WORDS: Final = 14
_SECOND_VERB: Final = re.compile(r"(?<=\band )(\w+)\b")
_PHRASE: Final = re.compile(r"[,;.!?…] ?")


def clause(situation: Situation) -> tuple[str, float]:
    """Return the clause that weighs most, turned round, and its valence; "" where none can be.

    The strongest feeling decides, and of equal ones the last.
    """
    best, weight, valence = "", -1.0, 0.0
    for sentence in split_sentences(situation.text)[-_MAX_SENTENCES:]:
        if sentence.rstrip().endswith("?"):
            continue
        for part in _clauses(sentence):
            turned = situation.turn(part)
            if not turned:
                continue
            felt = interpret(part).valence
            if abs(felt) >= weight:
                best, weight, valence = turned, abs(felt), felt
    return (best if _is_name(best) else grammar.lower_first(best)) if best else "", valence


def _clauses(sentence: str) -> list[str]:
    whole = _OPENERS.sub("", sentence.strip())
    for pieces in ([whole], _PARTS.split(whole)):
        clauses = [_OPENERS.sub("", piece.strip(" .!…,")) for piece in pieces]
        if found := [each for each in clauses if _is_clause(each)]:
            return found
    return []


def _is_clause(text: str) -> bool:
    words = plain_words(text)
    if not _MIN_WORDS <= len(words) <= _MAX_WORDS:
        return False
    first = words[0].removesuffix("'s")
    return words[0] in _SUBJECTS or first in RELATIONS or _is_name(text)


def _is_name(text: str) -> bool:
    """Return whether a text begins with somebody's name."""
    first = tokenise(text)[0]
    return is_name(first) and first.low not in STOP_WORDS and first.low not in COMMON_WORDS


def take_up(situation: Situation, selector: PhraseSelector) -> str:
    """Say again what was told, with what was felt about it, or return ""."""
    told, sort = _told(situation)
    return selector.say(f"mirror.{sort}", clause=told) if told else ""


def lead(situation: Situation, selector: PhraseSelector) -> str:
    """Return what was told, said again in few words, to stand before a reply, or ""."""
    told, sort = _told(situation)
    return selector.say(f"mirror.lead.{sort}", "mirror.lead", clause=told) if told else ""


def _told(situation: Situation) -> tuple[str, str]:
    """Return the clause that weighs most, and how it is felt: low, glad or plain."""
    told, valence = clause(situation)
    felt = valence or situation.interpretation.valence
    if situation.labels is not None:
        felt += situation.labels.polarity["+"] - situation.labels.polarity["-"]
    return told, "low" if felt <= -_CLEARLY_LOW else "glad" if felt >= _CLEAR else "plain"


def in_kind(situation: Situation, selector: PhraseSelector) -> str:
    """Return what the agent does while the person does something, or "" where they do nothing."""
    match = _ACTION.search(situation.text)
    action = _done(situation, match[1]) if match and situation.light else ""
    return selector.say("play.act", action=action) if action else ""


def _done(situation: Situation, told: str) -> str:
    """Return "pushes my door open" as "push your door open"; "" where that may go wrong."""
    first, _, rest = _PHRASE.split(told.strip(), maxsplit=1)[0].partition(" ")
    low = first.casefold()
    if not low.endswith("s") or low.endswith("ss") or len(rest.split()) > _MAX_ACTION_WORDS:
        return ""
    verb = grammar.first_form(low)
    rest = _SECOND_VERB.sub(lambda second: _first_form(second[1]), rest)
    turned = situation.turn(f"I {verb} {rest}".strip())
    return turned.partition(" ")[2] if turned else ""


def _first_form(word: str) -> str:
    """Return the first form of a verb of the third person; any other word as it is."""
    is_verb = word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return grammar.first_form(word) if is_verb else word
