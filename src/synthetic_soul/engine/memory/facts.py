"""What is held about a person, as they tell, correct, withdraw it or ask to forget it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_soul.mind.interpretation import FactMention
    from synthetic_soul.voices.base import KnownFact

ONE_ONLY = {"name", "age", "birthday", "home", "origin", "work", "study"}
ONE_ONLY_FAMILIES = ("favourite:",)
OPPOSITE = {"like": "dislike", "dislike": "like"}
ALIASES = {
    "address": "home",
    "city": "home",
    "town": "home",
    "job": "work",
    "profession": "work",
}
EVERYTHING = "*"
WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Learned:
    """A fact to be held, and the ids of those it replaces."""

    told: FactMention
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a message does to the facts: ``dropped`` holds ids with their cause."""

    learned: tuple[Learned, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()


def weigh(
    told: Sequence[FactMention], forget: Sequence[str], known: Sequence[KnownFact]
) -> Changes:
    """The changes that what was told, and what is to be forgotten, make to what is known.

    Facts of which there can be one only (a name, a home) replace each other; liking something
    ends disliking it; what is already known is not learned twice.
    """
    dropped = {fact.id: "asked" for fact in known if any(_meant(fact, what) for what in forget)}
    learned: list[Learned] = []
    for fact in told:
        if fact.retracts:
            dropped |= {old.id: "retracted" for old in known if _withdrawn(old, fact)}
        elif not any(_same(old, fact) for old in known if old.id not in dropped):
            replaced = tuple(old.id for old in known if _replaced(old, fact, known))
            learned.append(Learned(fact, replaced))
    replaced_ids = {old for item in learned for old in item.replaces}
    return Changes(
        tuple(learned), tuple((i, c) for i, c in dropped.items() if i not in replaced_ids)
    )


def _one_only(topic: str) -> bool:
    return topic in ONE_ONLY or topic.startswith(ONE_ONLY_FAMILIES)


def _words(text: str) -> set[str]:
    return {word for word in WORD.findall(text.casefold()) if len(word) > 1}


def _same(old: KnownFact, fact: FactMention) -> bool:
    return old.topic == fact.topic and old.value.casefold() == fact.value.casefold()


def _withdrawn(old: KnownFact, fact: FactMention) -> bool:
    if old.topic != fact.topic:
        return False
    return not fact.value or bool(_words(old.value) & _words(fact.value))


def _replaced(old: KnownFact, fact: FactMention, known: Sequence[KnownFact]) -> bool:
    if old.topic == OPPOSITE.get(fact.topic):
        return old.value.casefold() == fact.value.casefold()
    if old.topic != fact.topic:
        return False
    if _one_only(fact.topic):
        return True
    return fact.corrects and old is _latest(fact.topic, known)


def _latest(topic: str, known: Sequence[KnownFact]) -> KnownFact:
    return max((old for old in known if old.topic == topic), key=lambda old: (old.at, old.id))


def _meant(fact: KnownFact, what: str) -> bool:
    """Whether a request to forget ``what`` (a topic, a word, or everything) means this fact."""
    wanted = ALIASES.get(what.casefold(), what.casefold())
    if wanted == EVERYTHING or wanted in (fact.topic, fact.topic.partition(":")[2]):
        return True
    return bool(_words(wanted)) and _words(wanted) <= _words(f"{fact.topic} {fact.value}")
