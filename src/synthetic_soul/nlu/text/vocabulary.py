"""Word tables: spelling, relations, pets, trades and other words that ``nlu`` knows by name.

The tables stand in ``data/{spelling,vocabulary,emoji}.toml``.
"""

from synthetic_soul.mind.tables.emotions import EMOTIONS
from synthetic_soul.nlu.resources import load

_SPELLING = load("spelling")
_VOCABULARY = load("vocabulary")
_WORDS = _VOCABULARY.table("words")


def _words(key: str) -> frozenset[str]:
    return frozenset(_WORDS.words(key))


CHAT_SPELLINGS = _SPELLING.table("chat").entries()
"""What a chat spelling stands for; keys are single words in lower case."""
CONTRACTION_ENDINGS = _SPELLING.table("contraction_endings").entries()
"""What an ending after an apostrophe stands for."""
IRREGULAR_CONTRACTIONS = _SPELLING.table("irregular_contractions").entries()
IS_AFTER = frozenset(_SPELLING.table("is").words("after"))
"""Words after which 's is the verb, not the possessive."""
IS_BEFORE = frozenset(_SPELLING.table("is").words("before"))
"""Words before which 's after any noun is the verb: "mum's in hospital"."""

RELATIONS = _VOCABULARY.table("relations").groups()
"""The relation that a word names: "mum" -> "mother"."""
RELATION_KINDS = {
    kind: tuple(words.split())
    for kind, words in _VOCABULARY.table("relation_kinds").entries().items()
}
"""The relations that a word of less meaning may stand for: "child" for "son"."""
IN_LAWS = _words("in_laws")
"""Relations that "-in-law" may follow."""
BREEDS = _VOCABULARY.table("breeds").groups()
"""The kind of pet of which a word names a breed: "collie" -> "dog"."""
PETS = {**BREEDS, **_VOCABULARY.table("pets").groups()}
"""The kind of pet that a word names: "pup" -> "dog"."""
FACT_TOPICS = _VOCABULARY.table("fact_topics").groups()
"""The topic of facts that a word names in a question: "job" -> "work"."""
THINGS = _VOCABULARY.table("things").groups()
"""One spelling for one thing: "movies" -> "film"."""
CRAFTS = _VOCABULARY.table("crafts").entries()
"""What a hobby is called: "paint" -> "painting"."""

TRADES = _words("trades")
"""Last words of a phrase that says what somebody does for a living."""
LEARNERS = _words("learners")
LANGUAGES = _words("languages")
NATIONS = _words("nations")
POSSESSIONS = _words("possessions")
"""Things that are worth remembering that somebody has."""
CALENDAR = _words("calendar")
"""Days, months, seasons and feasts."""
NOT_NAMES = _words("not_names")
"""Words that are never taken for somebody's name."""
STOP_WORDS = _words("stop_words")
"""Words that do not say what a message is about."""
COMMON_WORDS = _words("common_words")
"""Common content words: knowing them raises the confidence that a text is English."""

_EMOJI = load("emoji")
EMOJI_EMOTIONS: dict[str, dict[str, float]] = {
    emoji: row.numbers("emotions", EMOTIONS)
    for row in _EMOJI.tables("emotion_emoji")
    for emoji in row.words("emoji")
}
"""The emotions, 0..1, that the sender of an emoji or emoticon feels."""
LAUGHING_EMOJI = frozenset(_EMOJI.table("laughing").words("emoji"))
MOCKING_EMOJI = frozenset(_EMOJI.table("mocking").words("emoji"))
"""Emoji that roll their eyes."""
