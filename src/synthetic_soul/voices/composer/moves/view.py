"""Views on what the person asks about in their own words: "should I text her?", "is he right?"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from synthetic_soul.nlu.acts.asked_views import asked_view
from synthetic_soul.nlu.facts.subjects import company_of
from synthetic_soul.nlu.interpret import interpret

if TYPE_CHECKING:
    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_MAX_WORDS: Final = 14
_BAD: Final = -0.15
_PRONOUNS: Final = frozenset({"he", "she", "it", "that", "this", "they"})


def of_words(situation: Situation, selector: PhraseSelector) -> str:
    """Return a view on what is asked in the person's own words, or "" where none is."""
    asked = asked_view(situation.text)
    if asked is None:
        return ""
    fields = {}
    for name, words in asked.parts.items():
        turned = situation.turn(words) if len(words.split()) <= _MAX_WORDS else None
        if turned is None:
            return ""
        fields[name] = turned
    if fields.get("who", "").casefold() in _PRONOUNS:
        fields["who"] = _meant(situation, fields["who"].casefold())
    words = fields.get("state") or fields.get("clause") or ""
    key = f"view.{asked.kind}"
    grave = bool(words) and interpret(words).valence <= _BAD
    return selector.say(*([f"{key}.bad"] if grave else []), key, **fields)


def of_two(situation: Situation, selector: PhraseSelector) -> str:
    """Choose where one of two is asked for ("cats or dogs?"), or give up a riddle; else ""."""
    asked = asked_view(situation.text)
    if asked is None or asked.kind not in {"either", "riddle"}:
        return ""
    return of_words(situation, selector)


def _meant(situation: Situation, pronoun: str) -> str:
    told = "\n".join(line.text for line in situation.brief.recent_lines if not line.mine)
    somebody = company_of(told).meant_by(pronoun) if pronoun in {"he", "she", "they"} else None
    if somebody is None:
        return pronoun
    return somebody.name or f"your {somebody.topic.partition(':')[2]}"
