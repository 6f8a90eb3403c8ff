"""Subjects: whom a clause is about, and who has been mentioned and may be meant by "she"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from synthetic_soul.nlu.facts.clause_parts import is_copula_s
from synthetic_soul.nlu.facts.fact_values import capital_names
from synthetic_soul.nlu.facts.verb_group import ADVERBS, FORMS, is_verb_form
from synthetic_soul.nlu.facts.word_tokens import Token, tokenise
from synthetic_soul.nlu.resources import load, lower
from synthetic_soul.nlu.text.sentences import split_sentences
from synthetic_soul.nlu.text.vocabulary import (
    BREEDS,
    CALENDAR,
    COMMON_WORDS,
    IN_LAWS,
    NOT_NAMES,
    PETS,
    RELATIONS,
    STOP_WORDS,
    TRADES,
)

_PEOPLE = load("facts").table("people")
_GRAMMAR = load("fact_frames").table("grammar")
NO_GIVEN_NAMES, FEMALE, MALE, PLURAL = (
    frozenset(_PEOPLE.words(name)) for name in ("no_given_names", "female", "male", "plural")
)
_KIN = _PEOPLE.table("more_relations").groups()
_ADJECTIVES = frozenset(_PEOPLE.words("adjectives"))
_ELDEST = frozenset(_PEOPLE.words("eldest"))
_PERSONS, _WOMEN, _MEN = (
    frozenset(_GRAMMAR.words(name)) for name in ("persons", "female_persons", "male_persons")
)
_NUMBERS = frozenset(_GRAMMAR.words("numbers"))
_ADJECTIVE_ENDING = re.compile(r"(?:ing|ed|ly|ful|less|ous|ish|able|ible|er|ic|al|ive)$")
_MAX_NAMES = 6
_MIN_NAME_CHARS = 3
_THE_ONE = frozenset(_GRAMMAR.words("the_one"))
_LIKENING = frozenset(_GRAMMAR.words("likening"))


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person or an animal: the topic of facts about them, their name, and "f", "m" or ""."""

    topic: str
    name: str = ""
    sex: str = ""

    @property
    def key(self) -> str:
        """The topic under which facts about them are kept: by name, where that is known."""
        if not self.topic:
            return ""
        if not self.name:
            return self.topic
        return f"{self.topic.partition(':')[0]}:{self.name[:1].upper()}{self.name[1:]}"

    @property
    def is_several(self) -> bool:
        """Whether more than one is meant ("my kids")."""
        return self.topic.partition(":")[2] in PLURAL

    def may_be(self, pronoun: str) -> bool:
        """Return whether a pronoun may mean them."""
        relation = self.topic.partition(":")[2]
        if relation in PLURAL:
            return pronoun == "they"
        if pronoun == "they":
            return False
        if pronoun == "it":
            return self.topic.startswith("pet:")
        return {"she": self.sex != "m", "he": self.sex != "f"}.get(pronoun, True)


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase about somebody: ``end`` is the place after it.

    ``names`` are what it calls them ("my sister Ada"); ``owns`` is what of theirs is meant ("my
    sister's dog"), with ``owned_name`` where that is named. ``mine``: they are the speaker's.
    """

    who: Somebody
    end: int
    names: str = ""
    owns: str = ""
    owned_name: str = ""
    mine: bool = True
    certain: bool = True


@dataclass(slots=True)
class Company:
    """Everybody mentioned so far, the last one last."""

    people: list[Somebody] = field(default_factory=list)

    def add(self, somebody: Somebody) -> None:
        """Note a mention; one who gets a name replaces the nameless one."""
        self.people = [
            x for x in self.people if x.topic != somebody.topic or x.name != somebody.name
        ]
        self.people.append(somebody)

    def meant_by(self, pronoun: str) -> Somebody | None:
        """Return who is meant by a pronoun in its subject form."""
        return next((x for x in reversed(self.people) if x.may_be(pronoun)), None)

    def named(self, name: str) -> Somebody | None:
        """Return who has this name."""
        return next(
            (x for x in reversed(self.people) if x.name and name in {x.name, x.name.split()[0]}),
            None,
        )


def company_of(text: str) -> Company:
    """Return everybody whom a text mentions."""
    company = Company()
    for sentence in split_sentences(text):
        for _, mention in mentions(tokenise(sentence)):
            company.add(mention.who)
    return company


def mentions(tokens: Sequence[Token]) -> Iterator[tuple[int, Mention]]:
    """Yield each mention of somebody, and the place where it begins."""
    at = 0
    while at < len(tokens):
        # "I'm like a mother to her" introduces nobody.
        likened = at > 0 and tokens[at - 1].low in _LIKENING
        mention = mention_at(tokens, at) or (None if likened else introduced_at(tokens, at))
        if mention is None:
            at += 1
            continue
        yield at, mention
        at = max(mention.end, at + 1)


def somebody_called(words: str) -> Somebody:
    """Return whom a noun phrase means: "my dog Rex", "mum", "Rex"; without topic if unknown."""
    tokens = tokenise(words)
    mention = mention_at(tokens, 0) if tokens else None
    if mention is not None and mention.end == len(tokens):
        return mention.who
    topic = relation_of(lower(words))
    return Somebody(topic, "" if topic or " " in words else capital_names(words))


def sex_of(relation: str) -> str:
    """Return the sex that a relation implies: "f", "m" or ""."""
    return "f" if relation in FEMALE else "m" if relation in MALE else ""


def relation_of(word: str) -> str:
    """Return the topic of a word for kin or a pet, also in the plural, else ""."""
    for form in (word, word.removesuffix("s")):
        if form in RELATIONS:
            return f"person:{RELATIONS[form]}"
        if form in PETS:
            return f"pet:{PETS[form]}"
        if form in _KIN:
            return f"person:{_KIN[form]}"
    if word.startswith("ex-"):
        return "person:ex"
    law = re.fullmatch(r"(\w+)s?-in-law", word)
    if law and RELATIONS.get(law[1]) in IN_LAWS:
        return f"person:{RELATIONS[law[1]]}-in-law"
    return ""


def mention_at(tokens: Sequence[Token], at: int) -> Mention | None:
    """Return the mention of somebody of the speaker's that begins at a place: "my sister Ada"."""
    low = tokens[at].low
    start, topic, plural = at + 1, "", False
    if low in {"my", "our"} or (low == "the" and _is_the_one(tokens, at + 1)):
        start, topic, plural = _kin(tokens, at + 1)
    elif tokens[at].is_capital and low in RELATIONS and low not in {"child", "baby", "boss", "ex"}:
        topic, start = f"person:{RELATIONS[low]}", at + 1
        if tokens[at].text.isupper() or not _follows_bare(tokens, start):
            return None
    elif low in {"mum", "mom", "dad", "mam"} and _follows_bare(tokens, at + 1):
        topic = f"person:{RELATIONS[low]}"
    if not topic:
        return None
    return _with_names(tokens, start, topic, plural=plural)


def _is_the_one(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].low in _THE_ONE


def _follows_bare(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and (is_verb_form(tokens[at].low) or tokens[at].low == "'s")


def _kin(tokens: Sequence[Token], at: int) -> tuple[int, str, bool]:
    """Return the place after the word for kin, its topic, and whether there are several."""
    best = eldest = False
    for place in range(at, min(at + 4, len(tokens))):
        low = tokens[place].low
        following = tokens[place + 1].low if place + 1 < len(tokens) else ""
        topic = relation_of(low)
        if topic and not relation_of(following):
            return _after_kin(tokens, place, topic, best=best)
        if low in _ELDEST and not (relation_of(following) or following in _ADJECTIVES):
            return place + 1, "person:child", False
        if low in TRADES and place + 1 < len(tokens) and tokens[place + 1].is_capital:
            return place + 1, f"person:{low}", False
        best, eldest = best or low == "best", eldest or low in _ELDEST
        is_known = low in _ADJECTIVES or low in _NUMBERS or low.isdigit() or topic
        if not (is_known or following in BREEDS):  # "my border collie"
            break
    return at, "", False


def _after_kin(
    tokens: Sequence[Token], place: int, topic: str, *, best: bool
) -> tuple[int, str, bool]:
    low = tokens[place].low
    end = place + 1
    if [token.low for token in tokens[end : end + 2]] == ["in", "law"]:
        end, topic = end + 2, f"{topic}-in-law" if topic[7:] in IN_LAWS else topic
    if best and topic == "person:friend":
        topic = "person:best friend"
    plural = low.endswith("s") and relation_of(low.removesuffix("s")) == topic and low != "boss"
    return end, topic, plural or topic.endswith((":children", ":parents"))


def _with_names(tokens: Sequence[Token], at: int, topic: str, *, plural: bool) -> Mention:
    names, end, certain = _names_at(tokens, at, plural=plural)
    relation = topic.partition(":")[2]
    # Of several the facts are kept under their relation.
    who = Somebody(topic, "" if " and " in names or "," in names else names, sex_of(relation))
    owns, owned_name, after = _owned(tokens, end)
    return Mention(who, after, names, owns, owned_name, certain=certain)


def _names_at(tokens: Sequence[Token], at: int, *, plural: bool) -> tuple[str, int, bool]:
    """Return the name or names at a place, the place after them, and whether that is certain."""
    start = at
    if at < len(tokens) and tokens[at].low in {",", "(", ":"}:
        start += 1
    called = start < len(tokens) and tokens[start].low in {"called", "named"}
    start += called
    if start >= len(tokens):
        return "", at, True
    first = tokens[start]
    if is_name(first) and not (start > at and not called and not _closes(tokens, start)):
        return _run_of_names(tokens, start, plural=plural)
    if _is_lower_name(first) and (called or (start == at and _comes_before_verb(tokens, at))):
        return first.text, start + 1, called
    return "", at, True


def _closes(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a name set off by a comma or a bracket ends with one, or with the clause."""
    end = at
    while end < len(tokens) and (is_name(tokens[end]) or tokens[end].low in {"and", "&", ","}):
        end += 1
    before = tokens[end - 1].low
    return end >= len(tokens) or before == "," or tokens[end].low in {")", ",", ".", "!", "?", "-"}


_NEVER_NAMES = frozenset(_GRAMMAR.words("never_names"))


def is_name(token: Token) -> bool:
    """Return whether a token may be a given name."""
    shouted = token.text.isupper() and len(token.text) > 1
    known = token.low in NO_GIVEN_NAMES or token.low in _NEVER_NAMES
    return token.is_capital and not shouted and not known and bool(capital_names(token.text))


def _run_of_names(tokens: Sequence[Token], at: int, *, plural: bool) -> tuple[str, int, bool]:
    end = at
    while end < len(tokens) and end - at < _MAX_NAMES:
        token = tokens[end]
        joins = plural and token.low in {"and", "&", ","} and end + 1 < len(tokens)
        if not is_name(token) and not (joins and _name_after(tokens, end + 1)):
            break
        end += 1
    return _written(tokens[at:end]), end, True


def _name_after(tokens: Sequence[Token], at: int) -> bool:
    at += tokens[at].low == "and"
    return at < len(tokens) and is_name(tokens[at])


def _written(tokens: Sequence[Token]) -> str:
    text = " ".join(token.text for token in tokens).replace(" ,", ",")
    return text.replace(" & ", " and ")


def _is_lower_name(token: Token) -> bool:
    """Return whether a word in lower case may be a name: no word that means anything else."""
    low = token.low
    known = low in STOP_WORDS or low in COMMON_WORDS or low in FORMS or low in ADVERBS
    plain = low.isalpha() and len(low) >= _MIN_NAME_CHARS and not _ADJECTIVE_ENDING.search(low)
    return plain and not (
        known or low in NOT_NAMES or low in CALENDAR or relation_of(low) or low in TRADES
    )


def _comes_before_verb(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a word stands where a name does: "my cousin maya got married"."""
    following = tokens[at + 1].low if at + 1 < len(tokens) else "'s"
    return following != "'s" and is_verb_form(following)


def _owned(tokens: Sequence[Token], at: int) -> tuple[str, str, int]:
    """Return what of theirs is meant, its name, and the place after it: "'s dog Rufus"."""
    if at >= len(tokens) or tokens[at].low != "'s" or is_copula_s(tokens, at):
        return "", "", at
    end = at + 1
    words: list[str] = []
    while end < len(tokens) and len(words) < 3:  # noqa: PLR2004 - adjectives and a noun
        token = tokens[end]
        if not token.is_word or token.low == "'s" or token.is_capital:
            break
        if words and (is_verb_form(token.low) or token.low in {"called", "named", "and"}):
            break
        words.append(token.low)
        end += 1
    name, end, _ = _names_at(tokens, end, plural=False) if words else ("", end, True)
    return " ".join(words), name, end


def introduced_at(  # noqa: PLR0911 - one return for each way of being none
    tokens: Sequence[Token], at: int
) -> Mention | None:
    """Return the mention of somebody new that begins at a place: "a girl called Hannah"."""
    low = tokens[at].low
    if low in _NUMBERS or low.isdigit():
        return _several_at(tokens, at)
    if low not in {"a", "an", "this", "someone", "somebody", "one", "the"}:
        return None
    place = at + (tokens[at].low not in {"someone", "somebody"})
    for end in range(place, min(place + 3, len(tokens))):
        low = tokens[end].low
        person = low in _PERSONS
        topic = relation_of(low)
        if low in {"baby", "child", "kid"}:
            return None  # who is not born yet has no name
        if topic or person:
            if not topic and low in {"someone", "somebody"} and not _is_called(tokens, end + 1):
                return None
            sex = "f" if low in _WOMEN else "m" if low in _MEN else sex_of(topic[7:])
            called = _is_called(tokens, end + 1)
            if person and low in _KIN and not called:
                topic = ""  # "my boy" is a son, "a boy" is anybody
            name, after, _ = (
                _names_at(tokens, end + 1, plural=False) if called else ("", end + 1, True)
            )
            topic = topic or ("person:somebody" if name else "")
            return Mention(Somebody(topic, name, sex), after, name, mine=False)
        if is_verb_form(low) or low in _STOPS or not low.isalpha():
            return None
    return None


def _is_called(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].low in {"called", "named"}


_STOPS = frozenset(_GRAMMAR.words("ends_introduction"))


def _several_at(tokens: Sequence[Token], at: int) -> Mention | None:
    """Read "two cats, Miso and Tom"."""
    start, topic, plural = _kin(tokens, at + 1)
    if not topic or not plural:
        return None
    names, end, _ = _names_at(tokens, start, plural=True)
    if not names:
        return None
    if topic == "person:child":
        topic = "person:children"
    return Mention(Somebody(topic), end, names, mine=False)


def subject_form(pronoun: str) -> str:
    """Return a pronoun as a subject: "her" as "she"."""
    return {
        "her": "she",
        "him": "he",
        "his": "he",
        "its": "it",
        "their": "they",
        "them": "they",
    }.get(lower(pronoun), lower(pronoun))
