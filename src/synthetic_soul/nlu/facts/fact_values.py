"""What patterns of facts match: statements and the wording of their values."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from synthetic_soul.mind.interpretation import FactMention
from synthetic_soul.nlu.affect.emotion_scores import WORD_EMOTIONS, WORD_VALENCE
from synthetic_soul.nlu.resources import compiled, compiled_ignorecase, load, lower, word_set
from synthetic_soul.nlu.text.vocabulary import (
    CALENDAR,
    LANGUAGES,
    LEARNERS,
    NATIONS,
    NOT_NAMES,
    TRADES,
)

MAX_VALUE_CHARS = 120

_SECOND_PERSON = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "i'm": "you're",
    "i've": "you've", "i'll": "you'll", "i'd": "you'd", "our": "your", "ours": "yours",
    "we": "you", "us": "you", "ourselves": "yourselves", "we're": "you're", "we've": "you've",
    "we'll": "you'll", "we'd": "you'd",
}  # fmt: skip
_FIRST_PERSON = compiled_ignorecase(r"""
    \b(?:i'(?:m|ve|ll|d)|we'(?:re|ve|ll|d)|i|me|my|mine|myself|our|ours|we|us|ourselves)\b(?!')
    (?: (am|was)\b)?
""")
_TAIL = compiled_ignorecase(r"""
    \s++(?:(?:and|but|so|because|although|though|if|when|while|since|as|who|which|where|that
    |until|unless)\s(?:i|i'm|i've|my|we|he|she|they|it|it's|that|this|you|there|then|the)\b.*+
    |(?:which|who|because|but|unless|although)\b.*+|if\b.*+)$
""")
_TRAILING = compiled_ignorecase(r"""
    [\s,.;:!?…\"')]*(?:\b(?:too|as well|actually|though|by the way|lol|haha|honestly|very much
    |so much|a lot|you know|i think|i guess|to be honest|these days|at the moment|right now
    |also|again|originally|of course|in fact|anyway|please|now|nowadays|most|the most|for now
    |and|or|but
    |so|because|really|all the time|lately|genuinely|as much|for the most part|in general|tbh|ngl
    |sometimes)[\s,.;:!?…\"')]*)*$
""")
_NAMELIKE = compiled(r"[^\W\d_](?:[\w'’-]*[^\W_])?\.?$")
_PARTICLES = word_set("van von de der den da di del della la le du dos bin ibn al el ter ten")
_MAX_NAME_WORDS = 4
_TITLES = frozenset(load("facts").table("people").words("titles"))


def _second_person(match: re.Match[str]) -> str:
    pronoun = _SECOND_PERSON[lower(match[0].split()[0])]
    return pronoun + {"am": " are", "was": " were"}.get(lower(match[1] or ""), "")


def clean(text: str) -> str:
    """Return a value without trailing clauses and fillers, in the second person.

    "my old flat because …" becomes "your old flat"; longer values are cut at a word.
    """
    value = _TAIL.sub("", text.strip(" \t\"'“”"))
    value = _TRAILING.sub("", value)
    value = " ".join(_FIRST_PERSON.sub(_second_person, value).split())
    if len(value) > MAX_VALUE_CHARS:
        value = value[:MAX_VALUE_CHARS].rsplit(" ", 1)[0]
    return value.strip(" ,;:-")


def capital_names(text: str) -> str:
    """Return the name that ``text`` begins with: capitalised words and particles between them.

    A title stays with the name behind it ("Mr. Huber"), and is none by itself. Empty where it
    begins with none, or with a day, a nation or another word that is no name.
    """
    names: list[str] = []
    for word in text.split():
        bare = word.rstrip(",;:!?.")
        if not names and bare in _TITLES:
            names.append(word)
            continue
        low = bare.lower()
        if names and low in _PARTICLES:
            names.append(bare)
            continue
        fits = _NAMELIKE.match(bare) and not bare.islower() and not bare.isdigit()
        if not fits or low in NOT_NAMES or low in CALENDAR or low in NATIONS or low in LANGUAGES:
            break
        names.append(bare)
        if bare != word or len(names) == _MAX_NAME_WORDS:
            break
    while names and names[-1] in _PARTICLES:
        names.pop()
    return "" if len(names) == 1 and names[0].rstrip(".") in _TITLES else " ".join(names)


def given_name(text: str) -> str:
    """Return the name in "my name is …", which may be in lower case ("my name is bo")."""
    name = capital_names(text)
    if name:
        return name
    words = text.split()
    first = words[0].rstrip(",;:!?.") if words else ""
    rest = " ".join(words[1:2]).lower()
    follows = not rest or rest in ("and", "but", "what", "nice", "by", "lol", "from", "i'm", "not")
    if first in _TITLES:
        return ""
    usable = _NAMELIKE.match(first) and first.lower() not in NOT_NAMES and follows
    return first if usable else ""


@dataclass(frozen=True, slots=True)
class Denial:
    """A topic of which something is denied: no fact, but what follows on it corrects."""

    topic: str


Statement = FactMention | Denial
Reader = Callable[[re.Match[str]], Iterator[Statement]]
"""Turns the match of a pattern into what it states, with values as they are written."""

NO_MORE = re.compile(r"\b(?:any ?more|any longer)\b[\s.!,]*$", re.IGNORECASE)
NOW = re.compile(r"[\s,]+(?:now|these days|nowadays|instead)[\s.!]*$", re.IGNORECASE)
_ROLES = word_set("owner cleaner director")
_TRADE_ENDING = compiled(r"(?:ologist|ographer|ician|smith|monger)$")
_MAX_TRADE_WORDS = 4
"""As in \"a senior machine learning engineer\"."""


def is_trade(words: str) -> bool:
    """Return whether ``words``, such as "a pastry chef", name a trade."""
    head = re.split(r"\s(?:at|in|for|from|with|on|of|and|by)\s", words.lower(), maxsplit=1)[0]
    parts = [part.strip(".,;!?") for part in head.split()]
    parts = parts[1:] if parts[:1] in (["a"], ["an"], ["the"]) else parts
    named = bool(parts) and (
        parts[-1] in TRADES or parts[-1] in _ROLES or bool(_TRADE_ENDING.search(parts[-1]))
    )
    return named and len(parts) <= _MAX_TRADE_WORDS


_ADJECTIVE_ENDING = compiled(r"(?:ing|ed|ly|ful|less|ous|ish|able|ible|y|est|er|ic|al|ive)$")
_MIN_NAME_CHARS = 3


def maybe_name(value: str, *, greeted: bool) -> FactMention | None:
    """Read "I'm Bo": certain with a capital after a greeting, else a guess or nothing."""
    words = value.split()
    name = capital_names(value)
    whole = name and len(name.split()) == len(words)
    if name.isupper() and len(name) > 1:
        return None
    if whole and not _is_known_word(name.lower()):
        return FactMention("name", name, certain=greeted)
    low = value.lower()
    guess = greeted and len(words) == 1 and low.isalpha() and len(low) >= _MIN_NAME_CHARS
    if (
        guess
        and low not in NOT_NAMES
        and not _is_known_word(low)
        and not _ADJECTIVE_ENDING.search(low)
    ):
        return FactMention("name", value, certain=False)
    return None


def _is_known_word(word: str) -> bool:
    tables = (WORD_EMOTIONS, WORD_VALENCE, NATIONS, TRADES, LEARNERS)
    return any(word in table for table in tables)
