"""What somebody in a group says of somebody else who is in it: "Ben moved to Leeds".

Precision before recall: only clauses whose subject is a name are read, and of them only topics that
are harmless to keep (``data/facts.toml``, table ``hearsay``).
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from synthetic_soul.mind.interpretation import FactMention, Hearsay
from synthetic_soul.nlu.facts.clause_parts import Part, is_copula_s
from synthetic_soul.nlu.facts.fact_values import clean
from synthetic_soul.nlu.facts.predicates import of_self
from synthetic_soul.nlu.facts.subjects import Company, is_name
from synthetic_soul.nlu.facts.topics import Subject
from synthetic_soul.nlu.facts.verb_group import FORMS, verb_group
from synthetic_soul.nlu.resources import load
from synthetic_soul.nlu.text.sentences import words_of

_TABLE = load("facts").table("hearsay")
_TOPICS, _PRONOUNS = (frozenset(_TABLE.words(name)) for name in ("topics", "pronouns"))


def member_at(part: Part, members: Collection[str], company: Company) -> str:
    """Return the name, among ``members``, of whom a clause is about; "" for anybody else.

    Whoever of the speaker's own people has that name is meant by it: "my brother Ben".
    """
    tokens = part.tokens
    if len(tokens) < 2 or not is_name(tokens[0]) or company.named(tokens[0].text):  # noqa: PLR2004 - subject and verb
        return ""
    if tokens[1].low == "'s" and not is_copula_s(tokens, 1):
        return ""  # "Ben's cat" is another subject
    if FORMS.get(tokens[1].low, {}).keys() == {"base"}:
        return ""  # "Ben work harder" asks him
    return next((name for name in members if name.casefold() == tokens[0].low), "")


def hearsay_of(part: Part, name: str) -> Iterator[Hearsay]:
    """Yield what a clause that begins with a name says of its bearer."""
    group = verb_group(part.tokens, 1)
    for fact in of_self(part, Subject("self", 1), group, greeted=False):
        if not isinstance(fact, FactMention) or fact.topic not in _TOPICS:
            continue
        value = clean(fact.value)
        # Whose "her house" is, nobody can tell who reads it apart from the talk.
        if value and _PRONOUNS.isdisjoint(words_of(value.lower())):
            yield Hearsay(name, replace(fact, value=value))
