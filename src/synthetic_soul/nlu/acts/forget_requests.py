"""What a person asks to be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_soul.nlu.acts.questions import EVERYTHING, topic_of, topics_in
from synthetic_soul.nlu.text.regex import compiled
from synthetic_soul.nlu.text.sentences import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from synthetic_soul.nlu.text.sentences import Sentence

_FORGET = compiled(
    r"""
        ^(?:(?:hey|hi|so|and|ok|okay|now|then|well|please|just|actually|no|but|sorry
        |oh)[, ]+)*(?:(?:can|could|would|will) you (?:please |just )?|you (?:should|can|must
        |may) |i (?:want|need|would like) you to |i would prefer (?:if )?you )?(?:please )?
        (?:just )?(?:forget|erase|delete|wipe|unlearn|stop remembering|do not remember
        |remove)\b(?: all| everything| anything)?(?P<rest>.*)$
    """,
)
_NOT_ASKED = compiled(
    r"""
        ^\s*(?:it|about it|i said anything|to\b|you|me not|him|her|them|how|the (?:app
        |bot|game|file|message)|yourself|myself|sometimes|things|easily)?\s*[.!?…]*$|^ (?:it|to
        |you|yourself|him|her|them|how to)\b
    """,
)
_ALL = compiled(
    r"""
        ^(?:(?:forget|erase|delete|wipe) (?:it all|me|us)|.*\b(?:everything|anything
        |all)(?: (?:that )?(?:you (?:know|remember|have|learned|stored)|i (?:have )?(?:told|said
        |ever said)(?: to)?(?: you)?|we (?:talked|spoke) about|about (?:me|us|this)|of (?:it|this
        |me)|my (?:data|memories|details|information)|memories|the (?:things
        |facts)))*[^\w]*(?: (?:please|now|right now))?[^\w]*$|.*\bmy (?:data|memories|details
        |information)\b|.*\bwho i am\b|.*\bi (?:ever )?existed?\b|.*\babout (?:me|us)[^\w]*$)
    """,
)
_LAST = compiled(r"""
    \b(?:what|that|the (?:thing|last thing|part)) i (?:just |have just )?(?:said|told you
    |wrote)(?: (?:now|before|earlier|to you))?[.!]*$|^ (?:that|this|the last (?:thing|one|bit
    |message|part))(?: again| please| now)?[.!]*$
""")  # fmt: skip
_NOISE = compiled(
    r"""
        \b(?:what|that|i|said|told|you|about|mentioned|like|love|hate|live|work|am|have|please
        |forget|the|thing|things|ever|know|remember|erase|delete|data|fact)\b
    """,
)


_VERBS = (
    ("live", "home"), ("work", "work"), ("am from", "origin"), ("old i am", "age"),
    ("i like", "like"), ("i hate", "dislike"),
)  # fmt: skip
"""What is meant by "forget where I live"."""


def read_forgetting(parts: Iterable[Sentence]) -> tuple[bool, tuple[str, ...]]:
    """Return whether forgetting is asked for, and the topics and words; ``*`` means all.

    Asked without naming anything ("forget what I just said"), the second is empty: the last
    thing said is meant.
    """
    asked = False
    found: dict[str, None] = {}
    for sentence in parts:
        match = _FORGET.match(sentence.plain)
        idle = match and _NOT_ASKED.search(match["rest"]) and not _ALL.match(sentence.plain)
        if not match or idle:
            continue
        asked = True
        found.update(dict.fromkeys(_what(sentence.plain, match["rest"])))
    return asked, (EVERYTHING,) if EVERYTHING in found else tuple(found)


def _what(plain: str, rest: str) -> tuple[str, ...]:
    if _ALL.match(plain):
        return (EVERYTHING,)
    if _LAST.search(rest):
        return ()
    keys = topics_in(_NOISE.sub(" ", rest)) or _verb_topic(rest)
    # A word like "address" names a topic and also stands in what was said: both go.
    words = [
        word
        for word in words_of(_NOISE.sub(" ", rest))
        if topic_of(word) and topic_of(word) in keys
    ]
    spare = [word for word in words if not topic_of(word).endswith(word)]
    return (*keys, *(word for word in spare if word not in keys))


def _verb_topic(rest: str) -> tuple[str, ...]:
    return next(((topic,) for verb, topic in _VERBS if verb in rest), ())
