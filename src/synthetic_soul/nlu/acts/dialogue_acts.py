"""Dialogue acts: what a person does by saying something.

Patterns stand in ``data/acts.toml``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.nlu.acts.questions import classify_question
from synthetic_soul.nlu.resources import load
from synthetic_soul.nlu.text.sentences import Sentence, content_words, find_emoji
from synthetic_soul.nlu.text.vocabulary import LAUGHING_EMOJI

_PRIORITY: tuple[Act, ...] = (
    Act.THREATEN, Act.FORGET, Act.INSULT, Act.BAD_NEWS, Act.GOOD_NEWS, Act.HIDE, Act.SHOW, Act.LOVE,
    Act.COMFORT, Act.APOLOGISE, Act.CORRECT, Act.ASK_MEMORY, Act.ASK_NATURE, Act.ASK_ABOUT_YOU,
    Act.ASK_FEELING, Act.ASK_OPINION, Act.REQUEST, Act.ASK, Act.TELL, Act.THANK, Act.PRAISE,
    Act.FAREWELL, Act.AGREE, Act.DISAGREE, Act.LAUGH, Act.GREET, Act.SMALL_TALK, Act.SILENCE,
)  # fmt: skip
"""What a reply must not pass over comes first."""

ACT_ATTITUDE: dict[Act, float] = {
    Act.THREATEN: -0.9, Act.INSULT: -0.8, Act.LOVE: 0.9, Act.PRAISE: 0.6, Act.THANK: 0.4,
    Act.COMFORT: 0.6, Act.APOLOGISE: 0.4, Act.GREET: 0.1, Act.FAREWELL: 0.1, Act.ASK_FEELING: 0.2,
}  # fmt: skip
"""What each act does to the listener, -1 (cruel) .. 1 (loving)."""

ACT_EMOTIONS: dict[Act, dict[str, float]] = {
    Act.THREATEN: {"anger": 0.7},
    Act.INSULT: {"anger": 0.6, "disgust": 0.2},
    Act.LOVE: {"love": 0.7, "affection": 0.4},
    Act.PRAISE: {"affection": 0.4, "happiness": 0.3},
    Act.THANK: {"gratitude": 0.6},
    Act.COMFORT: {"compassion": 0.5, "affection": 0.2},
    Act.APOLOGISE: {"guilt": 0.5},
    Act.LAUGH: {"happiness": 0.4},
}
"""Emotions 0..1 of somebody who does an act."""

ACT_VALENCE: dict[Act, float] = {
    Act.INSULT: -0.5, Act.THREATEN: -0.5, Act.LOVE: 0.5, Act.PRAISE: 0.4, Act.THANK: 0.3,
    Act.LAUGH: 0.3, Act.COMFORT: 0.2,
}  # fmt: skip
"""What an act adds to the valence of its words."""

_FILE = load("acts")
_FRAGMENTS = _FILE.fragments()


def _patterns(name: str) -> tuple[tuple[Act, re.Pattern[str]], ...]:
    acts = _FILE.table(name)
    return tuple(
        (acts.member(key, Act), acts.table(key).pattern("patterns", _FRAGMENTS)) for key in acts
    )


def _pattern(name: str) -> re.Pattern[str]:
    return _FILE.table(name).pattern("patterns", _FRAGMENTS)


_PATTERNS = _patterns("acts")
_NEWS = _patterns("news")
_ASKS_NATURE = _pattern("asks_nature")
_POLITE_ANSWER = _pattern("polite_answer")
_JIBE = _pattern("jibe")

_MINOR_ACTS = frozenset((Act.GREET, Act.LAUGH, Act.AGREE, Act.DISAGREE))
_FIRST_PERSON = frozenset(("i", "my", "me", "we", "our", "mine", "us"))
_MIN_WORDS_TO_TELL = 3
_MIN_WORDS_BEYOND_MINOR = 6
"""A sentence this long says more than yes or hello."""


@dataclass(slots=True)
class Acts:
    """The acts of a message as they are found, and what its questions are about.

    ``certain``: a pattern matched. ``jibes``: something small and unkind is said of the listener.
    ``tells``: the speaker states something beyond the acts found.
    """

    found: set[Act] = field(default_factory=set)
    question_topics: dict[str, None] = field(default_factory=dict)
    certain: bool = False
    jibes: bool = False
    tells: bool = False

    def ordered(self) -> tuple[Act, ...]:
        """Return the acts, most telling first; small talk when there is none."""
        return tuple(act for act in _PRIORITY if act in self.found) or (Act.SMALL_TALK,)


def classify_acts(
    sentences: tuple[Sentence, ...], fact_topics: Sequence[str], *, name: str, forgets: bool
) -> Acts:
    """Return the acts of the sentences.

    ``fact_topics``: topics of the facts that they state. ``name`` is the listener's. ``forgets``:
    they ask that something be forgotten.
    """
    acts = Acts(certain=forgets)
    pity = f"poor {name.lower()}" if name else ""
    for sentence in sentences:
        _add_sentence(acts, sentence, tuple(fact_topics), pity)
    if forgets:
        acts.found -= {Act.REQUEST, Act.ASK, Act.ASK_MEMORY}
        acts.found.add(Act.FORGET)
    if fact_topics or (acts.tells and acts.found <= _MINOR_ACTS):
        acts.found.add(Act.TELL)
    if not acts.found and not any(sentence.words for sentence in sentences):
        silent = not any(find_emoji(sentence.said) for sentence in sentences)
        acts.found.add(Act.SILENCE if silent else Act.SMALL_TALK)
        acts.certain = acts.certain or silent
    return acts


def _add_sentence(acts: Acts, sentence: Sentence, fact_topics: tuple[str, ...], pity: str) -> None:
    found = _matched_acts(sentence, pity)
    if _ASKS_NATURE.search(sentence.plain):
        found.add(Act.ASK_NATURE)
        acts.question_topics.update(dict.fromkeys(content_words(sentence.words)))
    elif not found & {Act.INSULT, Act.THREATEN, Act.LOVE}:
        question, about = classify_question(sentence, fact_topics)
        # "hello??" greets; it asks nothing.
        if question and not (question is Act.ASK and found and not about):
            found.add(question)
            acts.question_topics.update(dict.fromkeys(about))
    if not sentence.asks:
        found.update(act for act, pattern in _NEWS if pattern.search(sentence.plain))
    acts.jibes = acts.jibes or bool(_JIBE.search(sentence.plain))
    acts.certain = acts.certain or bool(found)
    acts.tells = acts.tells or _tells(sentence, found)
    acts.found |= found


def _matched_acts(sentence: Sentence, pity: str) -> set[Act]:
    acts = {act for act, pattern in _PATTERNS if pattern.search(sentence.plain)}
    if pity and pity in sentence.plain and re.search(rf"\b{re.escape(pity)}\b", sentence.plain):
        acts.add(Act.COMFORT)
    if not LAUGHING_EMOJI.isdisjoint(find_emoji(sentence.said)):
        acts.add(Act.LAUGH)
    if Act.COMFORT in acts and "sorry" in sentence.words:
        acts.discard(Act.APOLOGISE)
    if Act.THANK in acts and _POLITE_ANSWER.search(sentence.plain):
        acts.discard(Act.THANK)
        acts.add(Act.TELL)
    if Act.INSULT in acts or Act.THREATEN in acts:
        acts -= {Act.PRAISE, Act.AGREE}
    return acts


def _tells(sentence: Sentence, found: set[Act]) -> bool:
    """Return whether the sentence states something of the speaker beyond the acts found in it."""
    words = sentence.words
    if _FIRST_PERSON.isdisjoint(words) or sentence.asks or len(words) < _MIN_WORDS_TO_TELL:
        return False
    longer = len(sentence.clauses) > 1 or len(words) >= _MIN_WORDS_BEYOND_MINOR
    return not found or (found <= _MINOR_ACTS and longer)
