"""Reply to what is told by the occasion that it is: see ``occasions``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from synthetic_soul.mind.interpretation import Act, Signal
from synthetic_soul.voices.composer.occasions import Occasion, occasions
from synthetic_soul.voices.composer.selection import PhraseSelector, Template, template_of

if TYPE_CHECKING:
    from synthetic_soul.voices.composer.situation import Situation

_MOST_TRIED: Final = 3
"""The best occasions that are tried, where all phrases of the first have been said."""
_OF_THEIR_OWN: Final = (
    Act.INSULT, Act.THREATEN, Act.APOLOGISE, Act.LOVE, Act.PRAISE, Act.COMFORT, Act.THANK,
    Act.GREET, Act.FAREWELL, Act.FORGET, Act.CORRECT, Act.REQUEST, Act.ASK_MEMORY, Act.ASK_FEELING,
    Act.ASK_NATURE, Act.ASK_ABOUT_YOU, Act.ASK, Act.ASK_OPINION, Act.LAUGH,
)  # fmt: skip
"""Acts that have moves of their own."""
_MIN_WORDS: Final = 2
_TOLD: Final = (
    "good_news", "bad_news", "complaint", "worry", "pride", "regret", "feeling", "wish",
    "confession", "joke",
)  # fmt: skip
_CLEARLY: Final = 0.5
_NEARLY: Final = 0.72


def may_take_up(situation: Situation) -> bool:
    """Return whether something is told that no other move reacts to."""
    interpretation = situation.interpretation
    grave = interpretation.life_event is not None or interpretation.grief is not None
    plain = situation.light and not grave and not situation.does(*_OF_THEIR_OWN)
    answers = bool(situation.open_question) and situation.has(Signal.FRAGMENT)
    # What is learned is named anyway; of a plain fact no more is to be said.
    is_fact = bool(situation.brief.learned_facts) and situation.seems(*_TOLD) < _CLEARLY
    told = len(situation.words) >= _MIN_WORDS and not interpretation.ironic
    return plain and told and not (answers or is_fact)


def take_up(situation: Situation, selector: PhraseSelector) -> str:
    """Return a reply to what is told, or "" where no occasion fits or all has been said."""
    if situation.labels is None:
        return ""
    for match in occasions().matches(situation.text, situation.labels)[:_MOST_TRIED]:
        fresh = [each for each in _templates(situation, match.occasion) if selector.is_new(each)]
        phrase = selector.offer(fresh, match.occasion.key)
        if phrase:
            return phrase
    return ""


def take_up_closely(situation: Situation, selector: PhraseSelector) -> str:
    """Return the same where the words of a message are nearly those of an example, else ""."""
    if situation.labels is None:
        return ""
    matches = occasions().matches(situation.text, situation.labels)[:1]
    near = bool(matches) and matches[0].words >= _NEARLY
    return take_up(situation, selector) if near else ""


def _templates(situation: Situation, occasion: Occasion) -> list[Template]:
    """Return the phrases of an occasion that suit the soul; none asks where enough was asked."""
    speech = situation.character.register
    return [
        template_of(speech.voiced(phrase.text), rank + 1, phrase.manners)
        for phrase in occasion.phrases
        if (rank := speech.rank(phrase.manners)) is not None
        and not (situation.asked_twice and "?" in phrase.text)
    ]
