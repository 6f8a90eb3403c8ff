"""What newly stated facts mean for those that are known: added, corrected, ended, forgotten."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from soulscript.text import terms
from synthetic_soul.engine.state.recollection import ASKED
from synthetic_soul.mind.interpretation import FactMention
from synthetic_soul.mind.state import Fact
from synthetic_soul.nlu.acts.questions import EVERYTHING
from synthetic_soul.nlu.calendar.appointments import DATED, event_words
from synthetic_soul.nlu.calendar.named_date import DueDate
from synthetic_soul.voices.base import KnownFact

SINGLE_TOPICS: Final = {"name", "age", "birthday", "home", "origin", "work", "study"}
SINGLE_FAMILIES: Final = ("favourite:",)
OPPOSITE: Final = {"like": "dislike", "dislike": "like"}
ALIASES: Final = {
    "address": "home", "city": "home", "town": "home", "job": "work", "profession": "work",
}  # fmt: skip
RETRACTED: Final = "retracted"
MOVED_WITHIN: Final = 60 * 24 * 60 * 60 * 1000
"""Milliseconds from one date to another beyond which it is another appointment, not a moved one."""
HISTORICAL: Final = frozenset({
    "home", "work", "study", "hobby", "like", "dislike", "diet", "possession", "relationship",
    "habit",
})  # fmt: skip
"""Roots of topics whose facts stay as history when they cease to hold."""
_WORD = re.compile(r"\w+", re.UNICODE)
_NUMBER = re.compile(r"(?:is|are|was) (?:\d+|[a-z]+(?:-[a-z]+)?)$")
_SINGLE_VERBS = ("lives in", "works", "studies", "lives")


@dataclass(frozen=True, slots=True)
class NewFact:
    """A mention that becomes a fact, and the ids of the facts that it replaces or ends.

    ``when`` is when it is due.
    """

    mention: FactMention
    replaces: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    when: DueDate | None = None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The effect of mentions and requests to forget: ``dropped`` holds ids with their cause."""

    learned: tuple[NewFact, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()


def reconcile(
    mentions: Sequence[FactMention],
    forget: Sequence[str],
    known: Sequence[KnownFact],
    past: Sequence[KnownFact] = (),
    due: Mapping[FactMention, DueDate] = MappingProxyType({}),
) -> Reconciled:
    """Compare what is stated, and what is to be forgotten, with what is known.

    Facts of which there is only one (a name, a home) replace each other: a mistake goes, and what
    held until now stays as history. Liking something ends disliking it; what is known already is
    not learned twice. ``past`` facts no longer hold; they can be forgotten. ``due`` holds the dates
    of mentions: of one appointment the date told last counts.
    """
    everything = (*known, *past)
    dropped = {
        fact.id: ASKED for fact in everything if any(is_meant(fact, what) for what in forget)
    }
    learned: list[NewFact] = []
    for stated in mentions:
        mention = _resolved(stated, known)
        if mention is None:
            continue
        if mention.retracts:
            dropped |= {old.id: RETRACTED for old in known if _is_withdrawn(old, mention)}
            continue
        date = due.get(stated)
        if not any(_is_same(old, mention, date) for old in known if old.id not in dropped):
            replaced = [
                old
                for old in known
                if _is_replaced(old, mention, known) or _is_moved(old, mention, date)
            ]
            ended = tuple(old.id for old in replaced if _held_until_now(old, mention))
            wrong = tuple(old.id for old in replaced if old.id not in ended)
            learned.append(NewFact(mention, wrong, ended, date))
    handled = {old for item in learned for old in (*item.replaces, *item.ends)}
    return Reconciled(tuple(learned), tuple((i, c) for i, c in dropped.items() if i not in handled))


def is_single(topic: str) -> bool:
    """Return whether there is only one fact of a topic."""
    return topic in SINGLE_TOPICS or topic.startswith(SINGLE_FAMILIES)


def is_history(fact: KnownFact | Fact) -> bool:
    """Return whether a fact stays as history when it ceases to hold."""
    return fact.topic.partition(":")[0] in HISTORICAL


def is_meant(fact: KnownFact, what: str) -> bool:
    """Return whether a request to forget ``what`` (a topic, a word, or everything) means a fact."""
    wanted = ALIASES.get(what.casefold(), what.casefold())
    if wanted == EVERYTHING or wanted in (fact.topic, fact.topic.partition(":")[2]):
        return True
    return bool(_words(wanted)) and _words(wanted) <= _words(f"{fact.topic} {fact.value}")


def _resolved(mention: FactMention, known: Sequence[KnownFact]) -> FactMention | None:
    """Return a correction as one of the fact that holds what it replaces.

    "It's Rupert, not Rufus" is about the cat if the cat is Rufus. ``None``: nobody is called so,
    and nothing says that the speaker is meant.
    """
    old = mention.instead_of
    if not old:
        return mention
    holders = [fact for fact in known if _words(old) <= _words(fact.value)]
    if any(fact.topic == mention.topic for fact in holders):
        return mention
    if not holders:
        return mention if mention.certain else None
    fact = max(holders, key=lambda held: (held.at, held.id))
    pattern = re.compile(rf"\b{re.escape(old)}\b", re.IGNORECASE)
    value = pattern.sub(lambda _: mention.value, fact.value)
    return replace(mention, topic=fact.topic, value=value, certain=True)


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.casefold()) if len(word) > 1}


def _is_same(old: KnownFact, mention: FactMention, due: DueDate | None) -> bool:
    if old.topic != mention.topic or old.value.casefold() != mention.value.casefold():
        return False
    return due is None or old.when in {None, due}


def _is_moved(old: KnownFact, mention: FactMention, due: DueDate | None) -> bool:
    """Return whether a mention gives another date to what is known to come."""
    if due is None or old.when is None or old.root not in DATED or old.when.end <= old.at:
        return False
    if not (old.when.recurs or due.recurs) and old.when.end < due.start - MOVED_WITHIN:
        return False
    words = event_words(old.topic, old.value)
    return bool(words) and words == event_words(mention.topic, mention.value)


def _is_withdrawn(old: KnownFact, mention: FactMention) -> bool:
    """Return whether a fact no longer holds; of what ceased in part, only what is of that part."""
    if old.topic != mention.topic:
        return False
    if not mention.value:
        return True
    said, ended = set(terms(old.value)), set(terms(mention.value))
    part = set(terms(mention.only))
    if mention.only:
        whole = ended - part
        return part <= said and (not whole or not whole.isdisjoint(said))
    # Where both hold nothing but words like "you", those decide.
    return bool(said & ended if ended else _words(old.value) & _words(mention.value))


def _is_replaced(old: KnownFact, mention: FactMention, known: Sequence[KnownFact]) -> bool:
    if old.topic == OPPOSITE.get(mention.topic):
        return old.value.casefold() == mention.value.casefold()
    if old.topic != mention.topic:
        return False
    if is_single(mention.topic):
        return True
    if mention.instead_of:
        return _words(mention.instead_of) <= _words(old.value)
    if _predicate(old.value):
        return _predicate(old.value) == _predicate(mention.value)
    return mention.corrects and old is _latest(mention.topic, known)


def _predicate(value: str) -> str:
    """Return what is said of somebody, where only one such thing holds: their age, their home."""
    if _NUMBER.match(value):
        return "age"
    return next((verb for verb in _SINGLE_VERBS if value.startswith(f"{verb} ")), "")


def _held_until_now(old: KnownFact, mention: FactMention) -> bool:
    """Return whether a replaced fact was true, so that it is history and no mistake."""
    if old.root not in HISTORICAL or mention.instead_of or old.topic != mention.topic:
        return False
    if _words(old.value) & _words(mention.value):
        return mention.changes  # "in Ghent, Belgium" says more of "Ghent"
    return mention.changes or not mention.corrects


def _latest(topic: str, known: Sequence[KnownFact]) -> KnownFact:
    return max((old for old in known if old.topic == topic), key=lambda old: (old.at, old.id))
