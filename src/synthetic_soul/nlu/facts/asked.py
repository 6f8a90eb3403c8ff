"""What a question asks about the speaker or somebody of theirs, read as statements are.

"What food do I hate?" asks for what "I hate …" would state; "who plays the cello?" for whoever a
statement of that kind was about.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from synthetic_soul.nlu.facts.frames import FRAMES
from synthetic_soul.nlu.facts.subjects import company_of, mention_at, subject_form
from synthetic_soul.nlu.facts.verb_group import ADVERBS, FORMS, ing_of
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
_COPULAS: Final = frozenset(("is", "are", "was", "were"))
_PRONOUN: Final = re.compile(r"(?i)\b(?:he|she|him)\b")
_AT_MOST: Final = frozenset(_GRAMMAR.words("at_most"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for facts.

    ``who`` is the topic or name of the person, ``SPEAKER``, or ``ANYBODY`` whose name is asked for.
    ``topics`` are those of what the verb states of the speaker, each with the words that its value
    begins with; ``verb`` is in its base form, and ``words`` are the other ones. ``is_open`` tells
    a question for a value from one for yes or no.
    """

    who: str
    verb: str
    topics: frozenset[tuple[str, str]]
    words: tuple[str, ...]
    is_open: bool


def asked_of(sentence: str, names: Collection[str] = ()) -> Asked | None:
    """Return what a question asks for; None where it is none that facts could answer.

    ``names``, in lower case, are known to be somebody's, however they are written.
    """
    tokens = [token for token in tokenise(sentence) if token.is_word]
    if len(tokens) < 2 or not _NO_FACTS.isdisjoint(token.low for token in tokens[:2]):  # noqa: PLR2004 - a verb and its subject
        return None
    is_open = tokens[0].low in _OPENS
    if tokens[0].low == "who":
        found = _of_anybody(tokens)
        if found is not None:
            return found
    if tokens[0].low in _COPULAS:
        return _of_being(tokens, names)
    for place, token in enumerate(tokens[:-2]):
        if token.low in _AUXILIARIES and (is_open or place == 0):
            return _of_subject(tokens, place, names, is_open=is_open)
        if token.low == "am" and tokens[place + 1].low == "i":
            return _of_state(tokens, place, is_open=is_open)
    return None


def with_names(sentence: str, told: str) -> str:
    """Return a question with the first pronoun replaced by whom of those ``told`` of it means."""
    found = _PRONOUN.search(sentence)
    if found is None:
        return sentence
    company = company_of(told)
    somebody = company.meant_by(subject_form(found[0]))
    if somebody is None or not somebody.topic:
        return sentence
    relation = somebody.topic.partition(":")[2]
    return (
        f"{sentence[: found.start()]}{somebody.name or f'my {relation}'}{sentence[found.end() :]}"
    )


def _of_state(tokens: Sequence[Token], auxiliary: int, *, is_open: bool) -> Asked | None:
    """Read "what am I afraid of?"."""
    rest = " ".join(token.low for token in tokens[auxiliary + 2 :])
    leads = ((frame, words) for frame in FRAMES["be"] for words in frame.drop)
    topics = {
        (frame.topic, frame.lead)
        for frame, words in leads
        if frame.topic and " " in words and rest.startswith(words)
    }
    words = tuple(token.low for token in tokens[auxiliary + 2 :])
    return Asked(SPEAKER, "be", frozenset(topics), words, is_open=is_open) if topics else None


def _of_anybody(tokens: Sequence[Token]) -> Asked | None:
    low = tokens[1].low
    verb = FORMS.get(low, {}).get("third", "")
    words = tuple(token.low for token in tokens[2:])
    if low in {"is", "'s"} and words[:1] in {("a",), ("an",)}:
        return Asked(ANYBODY, "be", frozenset(), words[1:], is_open=True)
    return Asked(ANYBODY, verb, frozenset(), words, is_open=True) if verb and words else None


def _of_subject(
    tokens: Sequence[Token], auxiliary: int, names: Collection[str], *, is_open: bool
) -> Asked | None:
    at = auxiliary + 1 + (tokens[auxiliary + 1].low == "not")
    if at >= len(tokens):
        return None
    if tokens[at].low in {"i", "we"}:
        who, at = SPEAKER, at + 1
    elif somebody := _somebody_at(tokens, at, names):
        who, at = somebody
    else:
        return None
    while at < len(tokens) - 1 and tokens[at].low in ADVERBS:
        at += 1
    if at >= len(tokens):
        return None
    verb = tokens[at].low
    words = (*(token.low for token in tokens[1:auxiliary]), *(x.low for x in tokens[at + 1 :]))
    if who != SPEAKER:
        return Asked(who, verb, frozenset(), words, is_open=is_open)
    topics = _topics(verb, words, is_past=tokens[auxiliary].low == "did")
    # "When did I get married?" asks after nothing that the verb alone tells.
    is_open = is_open and verb not in _STATES_ALL
    return Asked(who, verb, topics, words, is_open=is_open) if topics else None


def _of_being(tokens: Sequence[Token], names: Collection[str]) -> Asked | None:
    """Read "is Ray a baker?"."""
    somebody = _somebody_at(tokens, 1, names)
    if somebody is None or somebody[1] >= len(tokens):
        return None
    words = tuple(token.low for token in tokens[somebody[1] :])
    return Asked(somebody[0], "be", frozenset(), words, is_open=False)


def _somebody_at(
    tokens: Sequence[Token], at: int, names: Collection[str]
) -> tuple[str, int] | None:
    """Return the topic or name of somebody else, and the place after it."""
    if mention := mention_at(tokens, at):
        return mention.who.topic, mention.end
    if tokens[at].is_capital or tokens[at].low in names:
        return tokens[at].text, at + 1
    return None


def _topics(verb: str, words: Sequence[str], *, is_past: bool) -> frozenset[tuple[str, str]]:
    """Return the topics of what a verb states of the speaker; what is over is asked in the past."""
    if verb in _STATES_ALL:
        return frozenset({(EXPERIENCE, "")} if is_past else ())
    frames = FRAMES.get(verb, ())
    if any(frame.topic == "like" for frame in frames) and not _AT_MOST.isdisjoint(words):
        return frozenset({("favourite", "")})
    unasked = {""} if is_past else {"", EXPERIENCE}
    return frozenset(
        (frame.topic, frame.lead or (ing_of(verb) if frame.lead_ing else ""))
        for frame in frames
        if frame.topic not in unasked
    )
