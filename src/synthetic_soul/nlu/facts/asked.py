"""What a question asks about the speaker or somebody of theirs, read as statements are.

"What food do I hate?" asks for what "I hate …" would state; "who plays the cello?" for whoever a
statement of that kind was about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from synthetic_soul.nlu.facts.frames import FRAMES
from synthetic_soul.nlu.facts.subjects import mention_at
from synthetic_soul.nlu.facts.verb_group import ADVERBS, FORMS
from synthetic_soul.nlu.facts.word_tokens import Token, tokenise
from synthetic_soul.nlu.resources import load

SPEAKER: Final = ""
ANYBODY: Final = "*"
EXPERIENCE: Final = "experience"

_GRAMMAR: Final = load("fact_frames").table("grammar")
_AUXILIARIES: Final = frozenset(_GRAMMAR.words("asking"))
_OPENS: Final = frozenset(_GRAMMAR.words("asks_for_facts"))
_NO_FACTS: Final = frozenset(_GRAMMAR.words("asks_for_no_facts"))
_STATES_ALL: Final = frozenset(_GRAMMAR.words("states_all"))
_AT_MOST: Final = frozenset(_GRAMMAR.words("at_most"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for facts.

    ``who`` is the topic or name of the person, ``SPEAKER``, or ``ANYBODY`` whose name is asked for.
    ``topics`` are those of what the verb states of the speaker; ``verb`` is in its base form, and
    ``words`` are the other ones. ``is_open`` tells a question for a value from one for yes or no.
    """

    who: str
    verb: str
    topics: frozenset[str]
    words: tuple[str, ...]
    is_open: bool


def asked_of(sentence: str) -> Asked | None:
    """Return what a question asks for; None where it is none that facts could answer."""
    tokens = [token for token in tokenise(sentence) if token.is_word]
    if len(tokens) < 2 or not _NO_FACTS.isdisjoint(token.low for token in tokens[:2]):  # noqa: PLR2004 - a verb and its subject
        return None
    is_open = tokens[0].low in _OPENS
    if tokens[0].low == "who":
        found = _of_anybody(tokens)
        if found is not None:
            return found
    for place, token in enumerate(tokens[:-2]):
        if token.low in _AUXILIARIES and (is_open or place == 0):
            return _of_subject(tokens, place, is_open=is_open)
    return None


def _of_anybody(tokens: Sequence[Token]) -> Asked | None:
    low = tokens[1].low
    verb = FORMS.get(low, {}).get("third", "")
    words = tuple(token.low for token in tokens[2:])
    if low in {"is", "'s"} and words[:1] in {("a",), ("an",)}:
        return Asked(ANYBODY, "be", frozenset(), words[1:], is_open=True)
    return Asked(ANYBODY, verb, frozenset(), words, is_open=True) if verb and words else None


def _of_subject(tokens: Sequence[Token], auxiliary: int, *, is_open: bool) -> Asked | None:
    at = auxiliary + 1 + (tokens[auxiliary + 1].low == "not")
    if at >= len(tokens):
        return None
    if tokens[at].low in {"i", "we"}:
        who, at = SPEAKER, at + 1
    elif mention := mention_at(tokens, at):
        who, at = mention.who.topic, mention.end
    elif tokens[at].is_capital:
        who, at = tokens[at].text, at + 1
    else:
        return None
    while at < len(tokens) and tokens[at].low in ADVERBS:
        at += 1
    if at >= len(tokens):
        return None
    verb = tokens[at].low
    words = (*(token.low for token in tokens[1:auxiliary]), *(x.low for x in tokens[at + 1 :]))
    topics: set[str] = set()
    if who == SPEAKER:
        topics = {frame.topic for frame in FRAMES.get(verb, ()) if verb not in _STATES_ALL}
        # What is over is asked for in the past.
        topics -= {""} if tokens[auxiliary].low == "did" else {"", EXPERIENCE}
        topics = {"favourite"} if "like" in topics and not _AT_MOST.isdisjoint(words) else topics
        if not topics:
            return None
    return Asked(who, verb, frozenset(topics), words, is_open=is_open)
