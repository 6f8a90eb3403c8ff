"""What a question seeks that somebody's earlier lines may hold: a person, an amount, a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from soulscript.text import terms
from synthetic_soul.nlu.facts.subjects import Company, mentions, subject_form
from synthetic_soul.nlu.facts.word_tokens import tokenise
from synthetic_soul.nlu.resources import load, lower
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.nlu.text.sentences import normalise, split_sentences

PERSON: Final = "person"
_FILE: Final = load("sought")
_ASKING: Final = frozenset(terms(" ".join(_FILE.table("words").words("asking"))))
_PRONOUNS: Final = frozenset(_FILE.table("words").words("pronouns"))
_KINDS: Final = _FILE.table("kinds")
_ASKS: Final = {kind: _KINDS.table(kind).pattern("asks") for kind in _KINDS}
_LOOKS: Final = {kind: _KINDS.table(kind).pattern("looks") for kind in _KINDS if kind != PERSON}


@dataclass(frozen=True, slots=True)
class Sought:
    """A question: the ``kind`` of what it seeks ("" for anything), and the terms it has.

    ``pronouns`` are those in it, in subject form, that mean somebody or something told before.
    """

    kind: str
    terms: frozenset[str]
    pronouns: tuple[str, ...]

    def looks_in(self, sentence: str) -> str:
        """Return what in a sentence may be what is sought, "" where nothing may."""
        if self.kind == PERSON:
            return next((name for name in people_in(sentence) if not self._asks_with(name)), "")
        looks = _LOOKS.get(self.kind)
        found = looks.search(sentence) if looks else None
        return found[0] if found else ""

    def _asks_with(self, name: str) -> bool:
        return not self.terms.isdisjoint(terms(name))


def sought_in(text: str) -> Sought | None:
    """Return what the last question of a message seeks; None where it asks nothing."""
    for sentence in reversed(split_sentences(normalise(text))):
        plain = lower(sentence)
        kind = next((kind for kind, asks in _ASKS.items() if asks.search(plain)), "")
        if not kind and not sentence.rstrip().endswith("?"):
            continue
        words = plain_words(plain)
        pronouns = tuple(subject_form(word) for word in words if word in _PRONOUNS)
        return Sought(kind, frozenset(terms(plain)) - _ASKING, pronouns)
    return None


def people_in(sentence: str) -> list[str]:
    """Return whom a sentence names, by name where it gives one, else as "your sister"."""
    found = [mention.who for _, mention in mentions(tokenise(sentence))]
    called = [who.name or f"your {who.topic.partition(':')[2]}" for who in found if who.topic]
    inside = re.findall(r"(?<=[^\W\d_] )[A-Z][a-z]+\b", sentence)
    return list(dict.fromkeys([*called, *inside]))


def meant_by(pronoun: str, company: Company) -> str:
    """Return the name and the relation of whom a pronoun means among those mentioned, or "".

    Somebody known to be a woman is rather meant by "she" than a landlord told of later.
    """
    sex = {"she": "f", "he": "m"}.get(pronoun, "")
    known = next((each for each in reversed(company.people) if sex and each.sex == sex), None)
    somebody = known or company.meant_by(pronoun)
    if somebody is None:
        return ""
    return f"{somebody.name} {somebody.topic.partition(':')[2]}".strip()
