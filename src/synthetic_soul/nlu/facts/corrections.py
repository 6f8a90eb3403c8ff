"""Corrections that name only what is new: "it's Rupert, not Rufus", "no, in May"."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from synthetic_soul.mind.interpretation import FactMention
from synthetic_soul.nlu.facts.fact_values import capital_names
from synthetic_soul.nlu.facts.frames import is_date
from synthetic_soul.nlu.facts.subjects import relation_of
from synthetic_soul.nlu.facts.verb_group import is_verb_form
from synthetic_soul.nlu.resources import load
from synthetic_soul.nlu.text.sentences import Sentence
from synthetic_soul.nlu.text.vocabulary import CALENDAR

_FILE = load("facts")
_PATTERNS = _FILE.table("corrections")
_INSTEAD, _NOT_FIRST, _FRAGMENT = (
    _PATTERNS.pattern(name, _FILE.fragments(), flags=re.IGNORECASE)
    for name in ("instead", "not_first", "fragment")
)
_PREPOSITION = re.compile(r"(?:in|on|at|a|an|the) ", re.IGNORECASE)


def corrections(
    sentences: Sequence[Sentence],
    earlier: Callable[[], list[FactMention]],
    stated: Sequence[FactMention],
) -> tuple[FactMention, ...]:
    """Return ``stated`` with the facts that a correction changes.

    ``earlier`` returns what was stated before, oldest first; it is read only where something is
    corrected. A fact that no earlier one explains is left to whoever knows the person better:
    its ``instead_of`` says what it replaces.
    """
    found = list(stated)
    for sentence in sentences:
        # Most sentences correct nothing and cost one look.
        if " not " in f" {sentence.plain}":
            found = _instead(sentence.said, earlier, found)
        elif not stated and len(sentence.words) <= _MAX_FRAGMENT_WORDS:
            found += _completed(sentence.said, earlier)
    return tuple(found)


_MAX_FRAGMENT_WORDS = 8


def _instead(  # noqa: PLR0911 - one return for each kind of correction
    said: str, earlier: Callable[[], list[FactMention]], found: list[FactMention]
) -> list[FactMention]:
    said = re.sub(r"\s+$", "", said)
    match = _INSTEAD.match(said) or _NOT_FIRST.match(said)
    if not match:
        return found
    new, old = _bare(match["new"]), _bare(match["old"])
    if not new or not old or any(is_verb_form(word) for word in new.lower().split()):
        return found
    known = [fact for fact in earlier() if not fact.retracts]
    kinds = relation_of(old.lower()), relation_of(new.lower())
    if all(kinds):
        return [*found, *_of_other_kind(*kinds, known)]
    fact = next((x for x in reversed(known) if _holds(x.value, old)), None)
    if fact is not None:
        value = re.sub(rf"\b{re.escape(old)}\b", lambda _: new, fact.value, flags=re.IGNORECASE)
        rest = [
            x for x in found if x.topic not in {fact.topic, "name"} or x.value not in {new, value}
        ]
        if fact in rest:
            rest.remove(fact)
        return [*rest, replace(fact, value=value, corrects=True, instead_of=old)]
    if any(x.value.casefold() == new.casefold() for x in found):
        return found
    if capital_names(new) == new and capital_names(old) == old:
        certain = "name" in (match.groupdict().get("lead") or "").lower()
        return [*found, FactMention("name", new, certain=certain, corrects=True, instead_of=old)]
    return found


def _bare(words: str) -> str:
    return _PREPOSITION.sub("", words.strip())


def _holds(value: str, words: str) -> bool:
    return bool(re.search(rf"\b{re.escape(words)}\b", value, re.IGNORECASE))


def _of_other_kind(old: str, new: str, known: Iterable[FactMention]) -> Iterable[FactMention]:
    """Yield the facts about a dog that turns out to be a cat."""
    facts = [fact for fact in known if fact.topic == old]
    for fact in facts:
        yield replace(fact, retracts=True)
        yield replace(fact, topic=new, corrects=True)


def _completed(said: str, earlier: Callable[[], list[FactMention]]) -> Iterable[FactMention]:
    """Yield the fact told last with what a fragment says in place of its own: "no, in May"."""
    match = _FRAGMENT.match(said)
    if not match:
        return
    new = _bare(match["new"])
    kind = _kind(new)
    if not kind:
        return
    for fact in reversed(earlier()):
        old = _part_of_kind(fact.value, kind)
        if old and not fact.retracts:
            if old.casefold() != new.casefold():
                value = fact.value.replace(old, new, 1)
                yield replace(fact, value=value, corrects=True, instead_of=old)
            return


_DATE = re.compile(rf"\b(?:{'|'.join(sorted(CALENDAR))})\b", re.IGNORECASE)
_NUMBER = re.compile(r"\b\d+\b")
_CAPITAL = re.compile(r"(?<![\w'])[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")


def _kind(words: str) -> str:
    """Return what a fragment is: a date, a number or a name; "" for anything else."""
    if _DATE.fullmatch(words):
        return "date"
    if _NUMBER.fullmatch(words):
        return "number"
    return "name" if _CAPITAL.fullmatch(words) and capital_names(words) == words else ""


def _part_of_kind(value: str, kind: str) -> str:
    pattern = {"date": _DATE, "number": _NUMBER, "name": _CAPITAL}[kind]
    match = pattern.search(value)
    if match and kind == "name" and is_date(match[0]):
        return ""
    return match[0] if match else ""
