"""Wishes not to have a subject mentioned any more, and to have it mentioned again.

Patterns stand in ``data/questions.toml``, table ``mention``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from soulscript.text import terms
from synthetic_soul.caches import personal_cache
from synthetic_soul.nlu.acts.questions import topic_of, topics_named
from synthetic_soul.nlu.facts.subjects import company_of, subject_form
from synthetic_soul.nlu.resources import load
from synthetic_soul.nlu.text.sentences import Sentence, split_sentences, words_of
from synthetic_soul.nlu.text.vocabulary import STOP_WORDS

MAX_SUBJECT_CHARS = 100
"""Characters of a subject that are kept."""

_TABLE = load("questions").table("mention")
_HIDE, _CLOSED, _WISH, _SHOW, _LASTING, _PASSING, _IDIOMS, _PRONOUNS, _NOISE = (
    _TABLE.pattern(name)
    for name in (
        "hide",
        "closed",
        "wish",
        "show",
        "lasting",
        "passing",
        "idioms",
        "pronouns",
        "noise",
    )
)
_OF_LISTENER = frozenset(("you", "your", "yours", "yourself"))
_THINGS = frozenset(("it", "that", "this"))
_PARTS = re.compile(r",? (?:and|or|nor) |, ")


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

    ``topics`` are the topics of facts and the words that it names (``*``: everything), ``terms``
    what stands in every line about it; empty where a topic alone says what it is.
    """

    text: str
    topics: tuple[str, ...]
    terms: frozenset[str]

    def is_touched_by(self, text: str) -> bool:
        """Return whether a text is about the subject, or names it."""
        if self.terms and self.terms <= set(terms(text)):
            return True
        return any(
            topic in self.topics for word in words_of(text.lower()) if (topic := topic_of(word))
        )


@personal_cache(256)
def subject_of(text: str) -> Subject:
    """Return what is meant by a subject as somebody called it ("my job")."""
    plain = " ".join(words_of(text.lower()))
    topics = topics_named(plain, plain)
    words = [word for word in words_of(plain) if word not in STOP_WORDS]
    # What has a topic is met by any word of that topic, whatever stands beside it.
    named = any(topic_of(word) in topics for word in words if topic_of(word))
    return Subject(text, topics, frozenset() if named else frozenset(terms(" ".join(words))))


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
    if _IDIOMS.search(sentence.plain) or _PASSING.search(clause):
        return "", False
    is_lasting = bool(_LASTING.search(sentence.plain))
    match = _HIDE.match(clause) or _CLOSED.match(clause)
    match = match or (_WISH.match(clause) if is_lasting else None)
    if match:
        return match["rest"], True
    shown = _SHOW.match(clause) if is_lasting else None
    return (shown["rest"], False) if shown else ("", False)


def _subjects(rest: str, before: str) -> tuple[str, ...] | None:
    """Return the subjects that are named, none where nobody can tell; None: it is no such wish."""
    if _PRONOUNS.match(f" {rest.strip()}"):
        meant = _meant_by(words_of(rest)[0], before)
        return (meant,) if meant else ()
    found = []
    for part in _PARTS.split(_NOISE.sub(" ", rest)):
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
