"""How a soul speaks: its manners, read off its traits and the words of its voice."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from soulscript import Soul
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.toml_tables import read_table
from synthetic_soul.voices.composer.phrase_book import ANY, MANNERS

_SIGNS: Final = {
    manner: tuple(stems.split())
    for manner, stems in read_table("synthetic_soul.voices.composer", "manners").items()
}
"""Stems of words that authors use of a character, by the manner that each speaks for."""
_FORMAL: Final = ("formal", "ceremon", "stately", "digni", "courtly", "archaic", "victorian")
_TRAIT_WEIGHT: Final = 1.0
_VOICE_WEIGHT: Final = 0.6
_MIN_SECOND_SHARE: Final = 0.55

_ASKED_NOT: Final = re.compile(
    r"(?i)\b(is|are|was|were|do|does|did|have|has|had|would)n't (you|it|that|we)\b"
)
_HAS: Final = re.compile(r"(\w)'s (been|kept|annoyed|got|gone|had|made|taught)\b")
_CONTRACTIONS: Final = (
    ("can't", "cannot"), ("won't", "will not"), ("shan't", "shall not"), ("n't", " not"),
    ("I'm", "I am"), ("'re", " are"), ("'ve", " have"), ("'ll", " will"), ("I'd", "I would"),
    ("You'd", "You would"), ("you'd", "you would"), ("let's", "let us"), ("Let's", "Let us"),
    ("That's", "That is"), ("that's", "that is"), ("It's", "It is"), ("it's", "it is"),
    ("There's", "There is"), ("there's", "there is"), ("What's", "What is"),
    ("what's", "what is"), ("How's", "How is"), ("how's", "how is"), ("Who's", "Who is"),
    ("who's", "who is"), ("Here's", "Here is"), ("here's", "here is"), ("Where's", "Where is"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Register:
    """A way of speaking: one or two manners, best first; formal, quiet (no "!"), brief."""

    manners: tuple[str, ...]
    formal: bool = False
    quiet: bool = False
    brief: bool = False

    def rank(self, manners: Sequence[str]) -> int | None:
        """Return how well a phrase of these manners suits: 0 best, None not at all."""
        if any(manner in manners for manner in self.manners):
            return 0
        return 1 if ANY in manners else None

    def voiced(self, text: str) -> str:
        """Return the phrase in this register: contractions spelled out if formal, calm if quiet."""
        if self.quiet:
            text = text.replace("!", ".")
        if self.formal:
            text = _ASKED_NOT.sub(r"\1 \2 not", text)
            text = _HAS.sub(r"\1 has \2", text)
            for short, full in _CONTRACTIONS:
                text = text.replace(short, full)
        return text


def register(soul: Soul) -> Register:
    """Read the register off ``soul``; without a sign it is measured and warm."""
    scores = dict.fromkeys(MANNERS, 0.0)
    for word, weight in _words_of(soul):
        for manner, stems in _SIGNS.items():
            if word.startswith(stems):
                scores[manner] += weight
    order = sorted(scores, key=lambda manner: (-scores[manner], manner))
    first = scores[order[0]]
    if first <= 0:
        return Register(manners=("measured", "warm"), quiet=True)
    second = (order[1],) if scores[order[1]] >= _MIN_SECOND_SHARE * first else ()
    voice = soul.voice
    described = plain_words(" ".join((voice.style, voice.tone, *voice.qualities)))
    return Register(
        manners=(order[0], *second),
        formal=any(word.startswith(_FORMAL) for word in described),
        quiet=order[0] in {"dry", "gruff", "measured"},
        brief=order[0] == "gruff",
    )


def _words_of(soul: Soul) -> Iterator[tuple[str, float]]:
    traits, voice = soul.personality.core_traits, soul.voice
    weights = [(trait.trait, _TRAIT_WEIGHT * trait.strength) for trait in traits]
    weights += [(text, _VOICE_WEIGHT) for text in (voice.tone, voice.style)]
    weights += [(soul.relationship.style, _VOICE_WEIGHT * 0.5)]
    weights += [(text, _VOICE_WEIGHT) for text in voice.qualities]
    weights += [
        (name.replace("_", " "), 0.5 * level) for name, level in soul.engine.temperament.items()
    ]
    return ((word, weight) for text, weight in weights for word in plain_words(text))
