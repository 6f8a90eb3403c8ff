"""Wishes not to have a subject mentioned any more, and to have it mentioned again.

Patterns stand in ``data/questions.toml``, table ``mention``.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from soulscript.text import terms
from synthetic_soul.caches import personal_cache
from synthetic_soul.nlu.acts.questions import (
    EVERYTHING,
    topic_of,
    topics_named,
    with_one_word_friends,
)
from synthetic_soul.nlu.facts.subjects import company_of, subject_form
from synthetic_soul.nlu.resources import load
from synthetic_soul.nlu.text.sentences import Sentence, split_sentences, words_of
from synthetic_soul.nlu.text.vocabulary import (
    FACT_TOPICS,
    PETS,
    RELATION_KINDS,
    RELATIONS,
    STOP_WORDS,
)

MAX_SUBJECT_CHARS = 100
"""Characters of a subject that are kept."""

_TABLE = load("questions").table("mention")
(
    _HIDE,
    _CLOSED,
    _WISH,
    _SHOW,
    _LASTING,
    _PASSING,
    _IDIOMS,
    _PRONOUNS,
    _LISTENER,
    _UNMEANT,
    _NOISE,
) = (
    _TABLE.pattern(name, _TABLE.fragments())
    for name in (
        "hide",
        "closed",
        "wish",
        "show",
        "lasting",
        "passing",
        "idioms",
        "pronouns",
        "listener",
        "unmeant",
        "noise",
    )
)
_OF_LISTENER, _THINGS = (frozenset(_TABLE.words(name)) for name in ("of_listener", "things"))
_PARTS = re.compile(r",? (?:and|or|nor) |, ")
_NO_OWNERS = "|".join(_TABLE.words("no_owners"))
_OWNED = re.compile(rf"\b(?!(?:{_NO_OWNERS})['’])\w+(?:['’]s|(?<=s)['’]) +\w", re.IGNORECASE)
_TOPICS_BY_TERM = {
    found[0]: topic_of(word)
    for word in (*FACT_TOPICS, *RELATIONS, *PETS)
    if len(found := terms(word)) == 1 and found[0] not in STOP_WORDS
}
"""The topic of facts that a term stands for: of "jobs", "working" and "mum's"."""
_SENSES = _TABLE.table("senses")
_LOOSE = frozenset(term for word in _SENSES.words("loose") for term in terms(word))
_OWNERS, _ARTICLES, _QUALITIES = (
    frozenset(_SENSES.words(name)) for name in ("owners", "articles", "qualities")
)
_MAX_QUALITIES = 2
_MEANT = {name: _SENSES.table("topics").pattern(name) for name in ("home", "study")}
"""By topic, the stretches of a text that mean it in other ways."""


@dataclass(frozen=True, slots=True)
class MentionWishes:
    """The subjects that are to be mentioned no more, and again, in the speaker's words.

    ``hides`` and ``shows``: the speaker asks for that; without a subject they did not say of what.
    ``sentences`` are those that ask.
    """

    hides: bool = False
    shows: bool = False
    hidden: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject by what somebody called it.

    ``topics`` are the topics of facts and the words that it names (``*``: everything). ``terms``
    are what stands in every line about it, a word that has a topic as that topic; empty where one
    of ``topics`` alone says what it is. ``is_part``: it is one thing of somebody's or of
    something's ("my dad's cancer"), so that nothing less is meant.
    """

    text: str
    topics: tuple[str, ...]
    terms: frozenset[str]
    is_part: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether it is all that is known of the speaker; no words of a text tell that."""
        return EVERYTHING in self.topics

    def is_touched_by(self, text: str) -> bool:
        """Return whether a text is about the subject, or names it."""
        topics = _topics_touched(text, frozenset(terms(self.text)))
        if self.terms and self.terms <= topics | set(terms(text)):
            return True
        return not self.is_part and not topics.isdisjoint(self.topics)


def _topics_touched(text: str, own: frozenset[str]) -> set[str]:
    """Return the topics that the words of a text name in any form: "the job's over", "my kids".

    Who is one of several is among them: of a son also those of a child and of children. Of what
    has several senses the other ones name nothing: "I'm at home", "I live for jazz". ``own`` are
    the terms of what the subject was called.
    """
    plain = _UNMEANT.sub(" ", _joined(text))
    named = {topic for topic, pattern in _MEANT.items() if pattern.search(plain)}
    said = words_of(plain)
    for at, word in enumerate(said):
        found = terms(word)
        if _LOOSE.isdisjoint(found) or _is_owned(said[:at], is_own=not own.isdisjoint(found)):
            named |= {_noun_topic(word), *(_TOPICS_BY_TERM.get(term, "") for term in found)}
    return {kind for topic in named if topic for kind in (topic, *_wider(topic))}


def _is_owned(before: Sequence[str], *, is_own: bool) -> bool:
    """Return whether the words before a noun say whose it is, or that it is a certain one."""
    for word in before[: -_MAX_QUALITIES - 2 : -1]:
        if word in _OWNERS or (is_own and word in _ARTICLES):
            return True
        if word not in _QUALITIES:
            return False
    return False


def _wider(topic: str) -> tuple[str, ...]:
    """Return the topics of the relations of less meaning that may stand for one."""
    kind = topic.partition(":")[2]
    alike = RELATION_KINDS.get(kind)
    return tuple(
        f"person:{wider}"
        for wider, kinds in RELATION_KINDS.items()
        if kind in kinds or kinds == alike
    )


def _joined(text: str) -> str:
    return with_one_word_friends(text.lower().replace("’", "'"))


def _noun_topic(word: str) -> str:
    """Return the topic that a word names, in the singular, the plural or the possessive."""
    noun = word.removesuffix("'s")
    return topic_of(noun) or topic_of(noun.removesuffix("s"))


@personal_cache(256)
def subject_of(text: str) -> Subject:
    """Return what is meant by a subject as somebody called it ("my job")."""
    said = words_of(_joined(text))
    plain = " ".join(words_of(text.lower().replace("’", "'")))
    topics = topics_named(plain, plain)
    if EVERYTHING in topics:
        return Subject(text, topics, frozenset())
    plural = (_noun_topic(topic) for topic in topics)  # "jobs" has no topic of its own
    topics = tuple(dict.fromkeys((*topics, *(topic for topic in plural if topic))))
    words = [word for word in said if word.removesuffix("'s") not in STOP_WORDS]
    known = [topic for word in words if (topic := _noun_topic(word))]
    if _OWNED.search(text):
        others = (word for word in words if not _noun_topic(word))
        return Subject(text, topics, frozenset((*known, *terms(" ".join(others)))), is_part=True)
    # What has a topic is met by any word of that topic, whatever stands beside it.
    is_named = any(topic in topics for topic in known)
    return Subject(text, topics, frozenset() if is_named else frozenset(terms(" ".join(words))))


def mention_wishes(sentences: Iterable[Sentence], before: str = "") -> MentionWishes:
    """Return the wishes in some sentences; ``before`` is what the speaker said last.

    "Never bring that up again" is about the last sentence before, "her" about the woman in it.
    """
    hidden: dict[str, None] = {}
    shown: dict[str, None] = {}
    asking: list[Sentence] = []
    hides = shows = False
    for sentence in sentences:
        for said, clause in _clauses(sentence):
            rest, hiding = _asked(clause, sentence)
            subjects = _subjects(rest, before) if rest else None
            before = f"{before}\n{said}"
            if subjects is None:
                continue
            asking.append(sentence)
            hides, shows = hides or hiding, shows or not hiding
            (hidden if hiding else shown).update(dict.fromkeys(subjects))
    return MentionWishes(hides, shows, tuple(hidden), tuple(shown), tuple(asking))


def _clauses(sentence: Sentence) -> Iterable[tuple[str, str]]:
    """Return the clauses of a sentence that are the speaker's own, as said and in small letters."""
    return [
        (clause.said, clause.full.lower())
        for clause in sentence.clauses
        if clause.states or sentence.asks
    ]


def _asked(clause: str, sentence: Sentence) -> tuple[str, bool]:
    """Return how a clause names a subject, "" where it asks nothing; and whether to hide it."""
    if _IDIOMS.search(sentence.plain):
        return "", False
    is_lasting = bool(_LASTING.search(sentence.plain))
    hidden = _HIDE.match(clause) or _CLOSED.match(clause)
    hidden = hidden or (_WISH.match(clause) if is_lasting else None)
    match = hidden or (_SHOW.match(clause) if is_lasting else None)
    # "Never refer to my knee" names a subject by "to my"; "not to my son" behind one is for now.
    if match is None or _PASSING.search(match["rest"]):
        return "", False
    return match["rest"], hidden is not None


def _subjects(rest: str, before: str) -> tuple[str, ...] | None:
    """Return the subjects that are named, none where nobody can tell; None: it is no such wish."""
    if _PRONOUNS.match(f" {rest.strip()}"):
        meant = _meant_by(words_of(rest)[0], before)
        return (meant,) if meant else ()
    found = []
    named = " ".join(_NOISE.sub(" ", rest).split())
    to_somebody = _LISTENER.match(named)  # whom it is not to be told is none of the subject
    for part in _PARTS.split(to_somebody["subject"] if to_somebody else named):
        text = " ".join(part.split())[:MAX_SUBJECT_CHARS].strip()
        if text and subject_of(text).topics and _OF_LISTENER.isdisjoint(words_of(text)[:1]):
            found.append(text)
    return tuple(found) or None


def _meant_by(pronoun: str, before: str) -> str:
    """Return what a pronoun stands for: somebody, or what was said last; "" if that is unknown."""
    if pronoun in _THINGS:
        said = split_sentences(before)
        text = " ".join(said[-1].split())[:MAX_SUBJECT_CHARS] if said else ""
        return text if text and subject_of(text).topics else ""
    somebody = company_of(before).meant_by(subject_form(pronoun))
    if somebody is None or not somebody.topic:
        return ""
    return f"my {somebody.topic.partition(':')[2]}"
