"""What the speaker feels: words, phrases and drawings weighed in their clause.

Each hit is scaled by what stands before it (negation, strength), whose feeling it is, the turn of
the sentence ("but") and the emphasis of the whole. Hits of one emotion join by noisy-or, valences
by a saturating sum.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from synthetic_soul.nlu.affect.irony import ironic
from synthetic_soul.nlu.affect.lexicon import (
    FELT,
    NEGATORS,
    NEUTRAL_PHRASES,
    PHRASES,
    QUALITY,
    STRONGER,
    WORTH,
)
from synthetic_soul.nlu.text.emoji import DRAWN, drawings, mocks
from synthetic_soul.nlu.text.regex import word_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from synthetic_soul.nlu.text.sentences import Sentence

FLOOR = 0.05
"""Feelings weaker than this are not reported."""
_NEGATION_REACH = 4
_SUBJECT_REACH = 6
_SOFT = 0.35
"""Softness of the valence sum: one plain word of .5 gives about .65."""
_TOKEN = re.compile(r"[^\W_]++(?:['-][^\W_]++)*+|[,;:]")
_SHOUT = re.compile(r"\b[A-Z]{3,}+\b")
_STRETCH = re.compile(r"([^\W\d_])\1{2,}+")
_BREAKS = frozenset((",", ";", ":", "but", "because", "however", "although", "though"))
_TURNS = frozenset(("but", "however", "yet"))
_SELF = word_set("i me my myself we us our mine")
_OTHERS = word_set(
    "he she they him them it people someone everyone everybody sister brother mother father mum "
    "mom dad friend boss wife husband boyfriend girlfriend partner son daughter cat dog neighbour "
    "colleague teacher kid kids child grandma grandpa"
)
_UNREAL = word_set("would could might if wish hope hopefully maybe want")
_INVERTED = word_set("you we it he she they i that this there")
_ASKED_SHARE = 0.4
"""How much of a feeling is there that stands in a question."""
_LESS = {"gratitude": 0.0, "surprise": 0.0, "compassion": 0.0, "hope": 0.3}
"""What a denied feeling of these leaves of the usual opposite."""


@dataclass(slots=True)
class Felt:
    """A running account of feeling: emotions 0..1, valences to be summed, arousal 0..1."""

    emotions: dict[str, float] = field(default_factory=dict)
    worth: float = 0.0
    stir: float = 0.0
    hits: int = 0

    def feel(self, emotion: str, amount: float) -> None:
        """Join ``amount`` 0..1 of an emotion to what is there by noisy-or."""
        held = self.emotions.get(emotion, 0.0)
        self.emotions[emotion] = 1.0 - (1.0 - held) * (1.0 - min(max(amount, 0.0), 1.0))
        self.stir = max(self.stir, QUALITY[emotion][1] * min(amount, 1.0))

    def feel_all(self, emotions: Mapping[str, float], factor: float = 1.0) -> None:
        """Join several emotions, each times ``factor``, and their valence."""
        for emotion, weight in emotions.items():
            self.feel(emotion, weight * factor)
        self.worth += worth_of(emotions) * factor
        self.hits += 1

    @property
    def valence(self) -> float:
        """Valence -1..1 of all that was summed."""
        return self.worth / math.sqrt(self.worth * self.worth + _SOFT)

    def settled(self) -> dict[str, float]:
        """Return the feelings worth naming, strongest first, rounded to four places."""
        kept = [(name, round(size, 4)) for name, size in self.emotions.items() if size >= FLOOR]
        return dict(sorted(kept, key=lambda pair: (-pair[1], pair[0])))


def worth_of(emotions: Mapping[str, float]) -> float:
    """Return the valence -1..1 of a set of emotions: each one's own, times its weight."""
    total = sum(QUALITY[name][0] * weight for name, weight in emotions.items())
    return max(-1.0, min(1.0, total))


def emphasis(text: str) -> float:
    """Return how loudly a text is said: 1 for plain, up to 1.8 for capitals, marks, stretching."""
    marks = min(text.count("!"), 4)
    shouted = len(_SHOUT.findall(text)) if not text.isupper() else 2
    stretched = len(_STRETCH.findall(text.replace("...", "")))
    return 1.0 + min(0.1 * marks + 0.15 * min(shouted, 2) + 0.1 * min(stretched, 2), 0.8)


def _stems(word: str) -> Iterable[str]:
    yield word
    if word.endswith("ly"):
        yield word[:-2]
        yield word[:-3] + "y"
    if word.endswith("ing"):
        yield word[:-3]
        yield word[:-3] + "e"
    if word.endswith("ed"):
        yield word[:-1]
        yield word[:-2]
    if word.endswith("s"):
        yield word[:-1]
    if word.endswith(("ier", "iest")):
        yield word[: word.rindex("ie")] + "y"
    elif word.endswith(("er", "est")):
        yield word[: word.rindex("e")]
        yield word[: word.rindex("e") + 1]


_SHORTEST_STEM = 4


def known(word: str) -> str:
    """Return the form of ``word`` that the lexicon holds, or an empty string."""
    for stem in _stems(word):
        if (stem in FELT or stem in WORTH) and (stem == word or len(stem) >= _SHORTEST_STEM):
            return stem
    return ""


def _denied(tokens: list[str], at: int) -> bool:
    """Whether a negator reaches the token at ``at``."""
    for index in range(at - 1, max(at - 1 - _NEGATION_REACH, -1), -1):
        token = tokens[index]
        if token in _BREAKS:
            return False
        if token in NEGATORS:
            return not _only_seems_denied(tokens, index, at)
    return False


def _only_seems_denied(tokens: list[str], negator: int, at: int) -> bool:
    after = tokens[negator + 1 : at]
    if after and after[0] in _INVERTED and tokens[negator] == "not":
        return True  # "isn't that great"
    if "only" in after or "just" in after[:1]:
        return True
    climbing = bool({"so", "this", "such", "more"} & set(after)) or tokens[at].endswith("er")
    bound = tokens[max(negator - 1, 0)] in ("could", "can") or tokens[negator] == "never"
    return climbing and bound and bool({"be", "been", "felt", "had", "seen"} & set(after))


def _strength(tokens: list[str], at: int) -> float:
    factor = 1.0
    for index in range(max(at - 2, 0), at):
        factor *= STRONGER.get(tokens[index], 1.0)
    if tokens[max(at - 2, 0) : at] in (["kind", "of"], ["sort", "of"]):
        factor *= 0.6
    return factor


def _owner(tokens: list[str], at: int, *, asks: bool) -> float:
    """Return how much of a feeling at ``at`` is the speaker's own."""
    share = 1.0
    for index in range(at - 1, max(at - 1 - _SUBJECT_REACH, -1), -1):
        token = tokens[index]
        if token in _UNREAL:
            share *= 0.5
        if token in _SELF:
            return share * (_ASKED_SHARE if asks else 1.0)
        if token in ("you", "your"):
            return 0.0 if asks else share * 0.4
        if token in _OTHERS:
            return share * 0.5
        if token in _BREAKS:
            break
    return share * (_ASKED_SHARE if asks else 1.0)


_LONGEST_FROM: dict[str, int] = {}
"""The most words of any phrase that begins with a word."""
for _known in (*PHRASES, *NEUTRAL_PHRASES):
    _first, *_rest = _known.split()
    _LONGEST_FROM[_first] = max(_LONGEST_FROM.get(_first, 0), 1 + len(_rest))


def _phrase(tokens: list[str], at: int) -> tuple[str, int]:
    """Return the longest known phrase that starts at ``at``, and its number of words."""
    for size in range(min(_LONGEST_FROM.get(tokens[at], 0), len(tokens) - at), 1, -1):
        phrase = " ".join(tokens[at : at + size])
        if phrase in PHRASES or phrase in NEUTRAL_PHRASES:
            return phrase, size
    return "", 0


def _weigh(felt: Felt, emotions: Mapping[str, float], worth: float, share: float) -> None:
    for emotion, weight in emotions.items():
        felt.feel(emotion, weight * share)
    felt.worth += worth
    felt.hits += 1


def _deny(felt: Felt, emotions: Mapping[str, float], worth: float, share: float) -> None:
    """Weigh a feeling that is said not to be: no joy is sadness, no sorrow a little relief."""
    left = min((_LESS.get(name, 1.0) for name in emotions), default=1.0)
    size = abs(worth) * share * left
    if worth > 0:
        felt.feel("frustration", 0.5 * size)
        felt.feel("sadness", 0.4 * size)
        felt.worth -= 0.8 * worth
    elif worth < 0:
        felt.feel("relief", 0.25 * size)
        felt.worth -= 0.35 * worth
    felt.hits += 1


_TASTES = word_set("love loves loving adore adores like enjoy hate hates detest despise loathe")
"""Words that say what somebody likes or not, where a taste is told, and no feeling of the hour."""
_TASTE = 0.35
_TASTE_PHRASES = frozenset(("i like", "i really like", "i also like", "we like", "do not like"))


def _read_words(felt: Felt, sentence: Sentence, loud: float, *, sour: bool, tastes: bool) -> None:
    tokens = _TOKEN.findall(sentence.plain)
    turn = max((index for index, token in enumerate(tokens) if token in _TURNS), default=-1)
    at = 0
    while at < len(tokens):
        phrase, size = _phrase(tokens, at)
        stem = "" if phrase else known(tokens[at])
        emotions = PHRASES.get(phrase) if phrase else FELT.get(stem)
        if (phrase or stem) and phrase not in NEUTRAL_PHRASES:
            share = loud * _strength(tokens, at) * (0.5 if at < turn else 1.0)
            if tastes and (stem in _TASTES or phrase in _TASTE_PHRASES):
                share *= _TASTE
            own = _owner(tokens, at, asks=sentence.asks)
            heard = own if sentence.asks else 0.3 + 0.7 * own if emotions else 1.0
            worth = (worth_of(emotions) if emotions else WORTH[stem]) * share * heard
            held = emotions or {}
            if sour and worth > 0:
                _weigh(felt, {"frustration": 0.5}, -0.5 * loud, loud)
            elif _denied(tokens, at):
                _deny(felt, held, worth, own)
            else:
                _weigh(felt, held, worth, share * own)
        at += max(size, 1)


def read_feeling(parts: Iterable[Sentence], *, tastes: bool = False) -> tuple[Felt, bool]:
    """Return what the sentences' own words, marks and drawings feel, and whether with irony.

    ``tastes``: a like or dislike was told, so that "hate" is no anger and "love" no love.
    """
    felt = Felt()
    any_irony = False
    for sentence in parts:
        drawn = drawings(sentence.said)
        sour = ironic(sentence.plain, mocking=mocks(drawn))
        any_irony = any_irony or sour
        loud = emphasis(sentence.said)
        before = felt.hits
        _read_words(felt, sentence, loud, sour=sour, tastes=tastes)
        if sour and felt.hits == before:
            felt.feel_all({"frustration": 0.5})
        for mark in drawn:
            felt.feel_all(DRAWN[mark], loud)
        felt.stir = max(felt.stir, min((loud - 1.0) * 0.9, 0.9))
    return felt, any_irony
