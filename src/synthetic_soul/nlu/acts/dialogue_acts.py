"""What a person does by saying something: acts, most telling first, and what questions ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.nlu.acts.act_patterns import JIBE, NATURE, PATTERNS, WELL
from synthetic_soul.nlu.acts.questions import asked
from synthetic_soul.nlu.text.emoji import drawings, laughs
from synthetic_soul.nlu.text.regex import gathered
from synthetic_soul.nlu.text.sentences import content

if TYPE_CHECKING:
    from collections.abc import Iterable

    from synthetic_soul.nlu.text.sentences import Sentence

ORDER: tuple[Act, ...] = (
    Act.THREATEN, Act.FORGET, Act.INSULT, Act.BAD_NEWS, Act.GOOD_NEWS, Act.LOVE, Act.COMFORT,
    Act.APOLOGISE, Act.CORRECT, Act.ASK_MEMORY, Act.ASK_NATURE, Act.ASK_ABOUT_YOU, Act.ASK_FEELING,
    Act.ASK_OPINION, Act.REQUEST, Act.ASK, Act.TELL, Act.THANK, Act.PRAISE, Act.FAREWELL,
    Act.AGREE, Act.DISAGREE, Act.LAUGH, Act.GREET, Act.SMALL_TALK, Act.SILENCE,
)  # fmt: skip
"""How telling an act is: what a reply must not pass over comes first."""

TOWARDS: dict[Act, float] = {
    Act.THREATEN: -0.9, Act.INSULT: -0.8, Act.LOVE: 0.9, Act.PRAISE: 0.6, Act.THANK: 0.4,
    Act.COMFORT: 0.6, Act.APOLOGISE: 0.4, Act.GREET: 0.1, Act.FAREWELL: 0.1, Act.ASK_FEELING: 0.2,
}  # fmt: skip
"""What each act does to the listener, -1..1."""

FEELS: dict[Act, dict[str, float]] = {
    Act.THREATEN: {"anger": 0.7},
    Act.INSULT: {"anger": 0.6, "disgust": 0.2},
    Act.LOVE: {"love": 0.7, "affection": 0.4},
    Act.PRAISE: {"affection": 0.4, "happiness": 0.3},
    Act.THANK: {"gratitude": 0.6},
    Act.COMFORT: {"compassion": 0.5, "affection": 0.2},
    Act.APOLOGISE: {"guilt": 0.5},
    Act.LAUGH: {"happiness": 0.4},
}
"""What the one who does it most likely feels."""

_NEWS = (
    (Act.GOOD_NEWS, gathered(
        r"""
            \b(?:good|great|amazing|wonderful|fantastic|exciting|big) news\b(?! (?:channel
            |for you\?))|\bi (?:just )?had (?:the|a|an|such a) (?:really |very |most )*(?:best
            |great|amazing|lovely|wonderful|fantastic|perfect|brilliant|good) (?:day|week|weekend
            |time|evening)\b|\bbest day (?:ever|of my life)\b|\b(?:my day|today) (?:was|is
            |has been) (?:so |really |absolutely )*(?:great|amazing
        |wonderful|fantastic|lovely|perfect|the best)\b|\bmy dream came true\b
            |\bit (?:has been|was|is) (?:such )?(?:a|an) (?:really |very |so )*(?:great|amazing
            |wonderful|fantastic|lovely|brilliant|good) (?:day|week|weekend|evening|month|year)\b
            |\bi am so happy\b
        """,
    )),
    (Act.BAD_NEWS, gathered(
        r"""
            \b(?:bad|terrible|awful|sad|horrible) news\b(?! (?:channel|for you))|\b(?:had|having
            |been) (?:the|a|an|such a) (?:really |very |pretty |absolutely )*(?:worst|terrible
            |awful|bad|rough|horrible|shitty|hard|tough|rubbish|crappy) (?:day|week|month|year
            |time|night|morning)\b|\b(?:my day|today) (?:was|is
            |has been) (?:so |really |absolutely )*(?:terrible|awful|horrible
        |shit|the worst|rough|bad)\b|\bworst day (?:ever|of my life)\b
        """,
    )),
)  # fmt: skip
_MILD = frozenset((Act.GREET, Act.LAUGH, Act.AGREE, Act.DISAGREE))
_SELF = frozenset(("i", "my", "me", "we", "our", "mine", "us"))
_TELLING_WORDS = 3
_WORDS_BEYOND = 6
"""A sentence this long says more than yes or hello."""


@dataclass(slots=True)
class Done:
    """The acts of a message as they are found, and what its questions are about."""

    acts: set[Act] = field(default_factory=set)
    asks: dict[str, None] = field(default_factory=dict)
    certain: int = 0
    jibes: bool = False
    """Something small and unkind was said of the listener."""
    says_more: bool = False

    def ordered(self) -> tuple[Act, ...]:
        """Return the acts, most telling first; small talk when there is none."""
        return tuple(act for act in ORDER if act in self.acts) or (Act.SMALL_TALK,)


def _plain_acts(sentence: Sentence) -> set[Act]:
    acts = {act for act, pattern in PATTERNS if pattern.search(sentence.plain)}
    if laughs(drawings(sentence.said)):
        acts.add(Act.LAUGH)
    if Act.COMFORT in acts and "sorry" in sentence.words:
        acts.discard(Act.APOLOGISE)
    if Act.THANK in acts and WELL.search(sentence.plain):
        acts.discard(Act.THANK)
        acts.add(Act.TELL)
    if Act.INSULT in acts or Act.THREATEN in acts:
        acts.discard(Act.PRAISE)
        acts.discard(Act.AGREE)
    return acts


def _sentence_acts(done: Done, sentence: Sentence, told: tuple[str, ...]) -> None:
    found = _plain_acts(sentence)
    if NATURE.search(sentence.plain):
        found.add(Act.ASK_NATURE)
        done.asks.update(dict.fromkeys(content(sentence.words)))
    elif not found & {Act.INSULT, Act.THREATEN, Act.LOVE, Act.FORGET}:
        question, about = asked(sentence, told)
        # "hello??" greets; it asks nothing.
        if question and not (question is Act.ASK and found and not about):
            found.add(question)
            done.asks.update(dict.fromkeys(about))
    if not sentence.asks:
        found.update(act for act, pattern in _NEWS if pattern.search(sentence.plain))
    done.jibes = done.jibes or bool(JIBE.search(sentence.plain))
    done.certain += bool(found)
    done.says_more = done.says_more or _says_more(sentence, found)
    done.acts |= found


def _says_more(sentence: Sentence, found: set[Act]) -> bool:
    """Whether the sentence states something of the speaker beyond the acts found in it."""
    if _SELF.isdisjoint(sentence.words) or sentence.asks or len(sentence.words) < _TELLING_WORDS:
        return False
    longer = len(sentence.clauses) > 1 or len(sentence.words) >= _WORDS_BEYOND
    return not found or (found <= _MILD and longer)


def read_acts(parts: tuple[Sentence, ...], told: Iterable[str], *, forgets: bool) -> Done:
    """Return what the sentences do; ``told`` are the topics of the facts found in them."""
    topics = tuple(told)
    done = Done()
    if forgets:
        done.acts.add(Act.FORGET)
        done.certain += 1
    for sentence in parts:
        _sentence_acts(done, sentence, topics)
    if forgets:
        done.acts -= {Act.REQUEST, Act.ASK, Act.ASK_MEMORY}
    if topics or (done.says_more and done.acts <= _MILD):
        done.acts.add(Act.TELL)
    if not done.acts and not any(part.words for part in parts):
        silent = not any(drawings(part.said) for part in parts)
        done.acts.add(Act.SILENCE if silent else Act.SMALL_TALK)
        done.certain += silent
    return done
