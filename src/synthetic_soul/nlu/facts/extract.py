"""Facts that people tell of themselves; precision goes before recall.

Only clauses that state something count: no question, no supposition, nothing denied, nothing that
somebody else says. Patterns start where the clause starts, so that "my sister likes jazz" is never
the speaker's taste; the names of those close are looked for anywhere in a stating clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import FactMention
from synthetic_soul.nlu.facts.candidates import Found
from synthetic_soul.nlu.facts.fact_patterns import facts_in
from synthetic_soul.nlu.facts.fact_values import capital_names, clean
from synthetic_soul.nlu.facts.relations import (
    mentioned,
    named_after,
    people_and_pets,
    several_named,
)
from synthetic_soul.nlu.text.regex import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from synthetic_soul.nlu.text.sentences import Clause, Sentence

_UNREAL = compiled(
    r"""
        \b(?:if|imagine|suppose|pretend|what if|wish|hypothetically|let's say|as if|dreamt|dreamed
        |role ?play|unless|in case|just kidding|would|wouldn't|maybe someday|not true that)\b
        |\b(?:i|i'd) (?:had a dream|used to think)\b|\bin (?:the|a|this|that|my) (?:\w+ )?(?:film
        |movie|book|novel|game|story|dream|song|series)\b|\b(?:my|the|her
        |his) (?:\w+ )?character\b
    """,
    re.IGNORECASE,
)
_SUPPOSING = compiled(
    r"^(?:if|imagine|suppose|pretend|let's (?:say|pretend)|what if|hypothetically)\b", re.IGNORECASE
)
_WHEN = compiled(r"^(?:when|while|before|after|until|since|whenever)\b", re.IGNORECASE)
_CORRECTING = compiled(
    r"""
        ^(?:(?:oh|no|nope|sorry|wait|well|hm+|hey|but|um|er)[,.!]* )*(?:actually
        |i meant(?: to say)?|correction|i mean|no[,.!]|no$|nope[,.]|wrong[,.]|that's (?:not right
        |wrong))(?=[\s,:.!]|$)
    """,
    re.IGNORECASE,
)
_LEAD = compiled(
    r"""
        ^(?:(?:hi|hey|hello|hiya|well|oh|so|and|but|by the way|also|actually|yes|yeah|yep|no|nope
        |sorry|i mean|i meant|honestly|to be honest|guess what|you know|listen|look|ok|okay|anyway
        |um|uh|er|then|plus|good morning|good evening|nice to meet you|hi there|correction|wait
        |fun fact|in fact|personally|because|as you know|for me|these days|nowadays|currently
        |thanks|thank you|right now|now|please|just|i think|i guess|did i mention
        |remember(?: that)?|i told you(?: that)?|i said(?: that)?|the thing is|cool|nice|great
        |sure|haha|lol|today|good question|of course|oh my god)(?=[\s,.!:])[\s,!.:]*+){1,5}
    """,
    re.IGNORECASE,
)
_GREETING = compiled(r"h(?:i|ey|ello|iya)\b|good (?:morning|evening)\b", re.IGNORECASE)
_LISTING = compiled(
    r"""
        i (?:\w+ )?(?:love|like|enjoy|adore|hate|dislike|speak|play|don't like)\b
        |(?:i|we) have (?:two|three|four|five|\d) [\w-]+\b
    """,
    re.IGNORECASE,
)
_INTRODUCED = compiled(r"(?:i'm|i am) [A-Z][\w'-]+$|my name(?:'s| is) ", re.IGNORECASE)
_ALSO_A = compiled(r"(?:and )?an? [\w' -]+$", re.IGNORECASE)
_LISTED = compiled(r"""
    (?!(?:i|my|you|we|he|she|they|it)\b)[\w'-]+(?: [\w'-]+)?(?: (?:and|or) [\w'-]+(?: [\w'-]+)?)?$
""", re.IGNORECASE)  # fmt: skip
_IT_IS = compiled(r"(?:it's|it is|i'm|i am) (?P<value>[^\W\d_][\w'-]*)$", re.IGNORECASE)
_NOT_THIS = compiled(
    r"""
        ^(?:it's|it is|its|i'm|i am|my name's|my name is|that's|the name's
        |i said) (?P<value>[^\W\d_][\w'-]*),? (?:and )?not (?P<old>[^\W\d_][\w'-]*)$
    """,
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Teller:
    """What has been told so far, and what the next clause may refer to."""

    told: dict[tuple[str, str, bool], FactMention] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    """Topics just said not to be so: what follows on them corrects."""
    of_whom: str = ""
    """The topic of the one last mentioned, whom "her name" is about."""
    before: str = ""
    """What was said before, should nobody be mentioned."""

    def keep(self, fact: Found, *, corrects: bool) -> None:
        """Clean a fact and keep it, once; a certain one replaces a guess."""
        if fact.denied:
            self.denied.add(fact.topic)
            return
        value = clean(fact.value)
        renews = not fact.retracts and (corrects or fact.renews or fact.topic in self.denied)
        key = (fact.topic, value.lower(), fact.retracts)
        known = self.told.get(key)
        # "I quit my job" takes back whatever work is known, without naming it.
        kept = bool(value) or (fact.retracts and fact.topic == "work")
        if kept and (known is None or (fact.certain and not known.certain)):
            self.told[key] = FactMention(fact.topic, value, fact.certain, fact.retracts, renews)
        if fact.retracts:
            self.denied.add(fact.topic)


def _corrected_name(stated: list[str]) -> Found | None:
    """Read "no, it's Bo, not Bob": a name put right where the word name need not stand."""
    joined = ", ".join(stated)
    match = _NOT_THIS.match(joined)
    if not match or not capital_names(match["value"]) or not capital_names(match["old"]):
        return None
    return Found("name", match["value"], certain="name" in joined.lower(), renews=True)


def _stated(clauses: tuple[Clause, ...]) -> list[str]:
    """Return the stating clauses without fillers, the parts of a list of tastes joined again."""
    found: list[str] = []
    for clause in clauses:
        said = _LEAD.sub("", f"{clause.said} ").strip()
        if not clause.states or not said:
            continue
        if found and _LISTING.match(found[-1]) and _LISTED.match(said):
            found[-1] = f"{found[-1]}, {said}"
        elif found and _INTRODUCED.match(found[-1]) and _ALSO_A.match(said):
            found.append(f"I'm {said.removeprefix('and ')}")
        else:
            found.append(said)
    return found


def _in_clause(teller: _Teller, said: str, *, greeted: bool) -> Iterator[Found]:
    right = _IT_IS.match(said)
    if "name" in teller.denied and right and capital_names(right["value"]):
        yield Found("name", right["value"])
        return
    theirs = named_after(said, teller.of_whom, teller.before)
    if theirs:
        yield theirs
        return
    several = several_named(said)
    if several:
        yield several
        return
    yield from facts_in(said, greeted=greeted)
    yield from people_and_pets(said)


def _read_sentence(teller: _Teller, sentence: Sentence, *, corrects: bool) -> None:
    stated = _stated(sentence.clauses)
    put_right = _corrected_name(stated)
    if put_right:
        teller.keep(put_right, corrects=True)
        return
    greeted = bool(_GREETING.match(sentence.said))
    for said in stated:
        if _SUPPOSING.match(said):
            return
        if _UNREAL.search(said) or _WHEN.match(said):
            continue
        for fact in _in_clause(teller, said, greeted=greeted):
            teller.keep(fact, corrects=corrects)
        teller.of_whom = mentioned(said) or teller.of_whom


def read_telling(parts: Iterable[Sentence], before: str = "") -> tuple[FactMention, ...]:
    """Return the facts that the sentences tell of their speaker, in order, each once.

    ``before``: what was said just before, where the one may stand whom "her name" is about.
    """
    teller = _Teller(before=before)
    corrects = False
    for sentence in parts:
        starts = bool(_CORRECTING.match(sentence.said))
        held = len(teller.told)
        _read_sentence(teller, sentence, corrects=corrects or starts)
        # "No. My name is Bo." corrects; anything else said in between ends it.
        corrects = starts and len(teller.told) == held
        teller.denied.clear()
    return tuple(teller.told.values())
