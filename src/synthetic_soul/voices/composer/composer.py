"""The composer: replies from the brief alone, without a model.

The order of a reply's parts is decided here; ``moves`` make the parts, ``phrase_book`` holds the
sentences, ``selection`` chooses among them. The same brief gives the same words on any machine.
"""

from __future__ import annotations

import re
from itertools import count, product
from typing import TYPE_CHECKING, Final

from synthetic_soul.llm.base import Usage
from synthetic_soul.mind.interpretation import Act
from synthetic_soul.nlu.text.language import UNDETERMINED, plain_words
from synthetic_soul.nlu.text.sentences import clip
from synthetic_soul.voices.composer import grammar
from synthetic_soul.voices.composer.moves import (
    answer,
    follow_up,
    react,
    recollect,
    small_talk,
)
from synthetic_soul.voices.composer.moves.thought import thought, vibe
from synthetic_soul.voices.composer.situation import Situation, assess, clean, phrase_selector

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from synthetic_soul.voices.base import Brief
    from synthetic_soul.voices.composer.selection import PhraseSelector

__all__ = ["Composer", "compose", "vibe"]

MAX_REPLY_CHARS: Final = 600
_MAX_ATTEMPTS: Final = 6
_MAX_PARTS: Final = 4
_MAX_PARTS_BRIEF: Final = 3
_MAX_EXTRA_CHARS: Final = 8
_UNREAD_CONFIDENCE: Final = 0.3
_FOREIGN_CONFIDENCE: Final = 0.7
_MIN_REPETITIONS: Final = 3
_MIN_WORDS_TO_REPEAT: Final = 3
_NEVER_SET_ASIDE: Final = frozenset(
    {Act.INSULT, Act.THREATEN, Act.BAD_NEWS, Act.APOLOGISE, Act.GREET, Act.REQUEST}
)
_QUESTIONS: Final = frozenset({
    Act.ASK_MEMORY, Act.ASK_FEELING, Act.ASK_NATURE, Act.ASK_ABOUT_YOU, Act.ASK_OPINION, Act.ASK,
    Act.REQUEST,
})  # fmt: skip
_RELAXED: Final = frozenset({Act.THANK, Act.LAUGH, Act.AGREE, Act.TELL, Act.SMALL_TALK, Act.PRAISE})
_PLAIN_STARTS: Final = frozenset(
    plain_words(
        "a all and come good have hello hey hi how i if it it's i'm i've my no oh one some thank "
        "that that's the then there this we well what what's where who why would yes you you're"
    )
)
_ASKS: Final = re.compile(r"\?|(?i:\b(?:go on|tell me|don't stop)\b)")
"""What invites an answer: one such thing is enough for a reply."""
_EMOJI: Final = {"happy": "😊✨🌼", "calm": "🙂🌿☕", "low": "🌧️💙🍂"}


class Composer:
    """The voice without a model."""

    name = "composer"

    def speak(self, brief: Brief) -> ComposedUtterance:
        """Compose the whole utterance at once."""
        return ComposedUtterance(compose(brief), vibe(brief))


class ComposedUtterance:
    """A complete utterance, streamed word by word."""

    def __init__(self, text: str, vibe: str) -> None:
        self.text, self.vibe = text, vibe
        self.usage = Usage()

    async def __aiter__(self) -> AsyncIterator[str]:
        """Yield the words, each with the space before it."""
        for piece in re.findall(r"\s*\S+", self.text):
            yield piece

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""


def compose(brief: Brief) -> str:
    """Compose the words for ``brief``: at most 600 characters, never equal to an earlier reply."""
    situation = assess(brief)
    text = ""
    for attempt in range(_MAX_ATTEMPTS):
        selector = phrase_selector(situation, attempt)
        parts = (
            [thought(situation, selector)]
            if brief.purpose == "thought"
            else _reply_parts(situation, selector)
        )
        text = _join(situation, selector, parts)
        if not _repeats(text, brief.earlier_replies):
            return text
    return _vary(situation, text, {_plain(text) for text in brief.earlier_replies})


def _repeats(text: str, said: Sequence[str]) -> bool:
    """Return whether ``said`` has this text, but for case and spaces."""
    plain = _plain(text)
    return any(
        abs(len(old) - len(text)) <= _MAX_EXTRA_CHARS and _plain(old) == plain for old in said
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _reply_parts(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Return the parts of a reply, in order."""
    if situation.interpretation.crisis:
        return _crisis_parts(situation, selector)
    aside = _exceptional_reply(situation, selector)
    if aside:
        return [aside]
    opening = react.opening(situation, selector)
    reply = react.reaction(situation, selector)
    if _repeats_itself(situation):
        return [selector.say("again.tell")]
    # Whoever insults or threatens is not answered on other matters in the same breath.
    if situation.does(Act.INSULT, Act.THREATEN):
        return reply
    if not situation.does(Act.BAD_NEWS):
        reply += _content_parts(situation, selector, reply)
    said = [part for part in (*opening, *reply) if part]
    if not any(reply) and not situation.does(Act.GREET, Act.FAREWELL):
        said += (
            small_talk.reply(situation, selector)
            if not _nothing_understood(situation)
            else [selector.say("unclear")]
        )
    return _round_off(situation, selector, said)


def _exceptional_reply(situation: Situation, selector: PhraseSelector) -> str:
    """Return the reply to silence, manipulation, another language or endless repetition."""
    interpretation = situation.interpretation
    if interpretation.acts[:1] == (Act.SILENCE,):
        return selector.say("silence")
    if situation.cues.manipulates:
        return selector.say("steady")
    language = interpretation.language if interpretation.confidence < _FOREIGN_CONFIDENCE else ""
    if language:
        key = "tongue" if language == UNDETERMINED else f"tongue.{language}"
        return selector.say(key, "tongue")
    if (
        situation.repetitions >= _MIN_REPETITIONS
        and not situation.tender
        and not _NEVER_SET_ASIDE.intersection(interpretation.acts)
    ):
        return selector.say("again.many", count=grammar.number_word(situation.repetitions + 1))
    return ""


def _repeats_itself(situation: Situation) -> bool:
    """Return whether the person only says again what they said just before."""
    known = situation.does(Act.TELL) and not situation.brief.learned_facts and situation.light
    return bool(situation.repetitions) and known and len(situation.words) >= _MIN_WORDS_TO_REPEAT


def _nothing_understood(situation: Situation) -> bool:
    return situation.interpretation.confidence < _UNREAD_CONFIDENCE and not situation.tender


def _content_parts(
    situation: Situation, selector: PhraseSelector, reply: Sequence[str]
) -> list[str]:
    """Return what is said about facts forgotten and learned, and the answers to questions."""
    said: list[str] = []
    if situation.does(Act.FORGET):
        return recollect.forgot(situation, selector)
    # News of somebody is answered as news; their name is kept without a word.
    news = any(reply) and situation.does(Act.GOOD_NEWS, Act.BAD_NEWS)
    heavy = situation.weight == "danger" or (situation.tender and not situation.brief.learned_facts)
    if not news and not heavy:
        said += recollect.learned(situation, selector)
    if situation.does(Act.CORRECT) and not said and not situation.brief.learned_facts:
        said.append(selector.say("correct.none"))
    if situation.does(*_QUESTIONS):
        told = answer.answer(situation, selector)
        again = (
            told and situation.repetitions and situation.light and not situation.does(Act.REQUEST)
        )
        said += [selector.say("again.ask"), *told] if again else told
    elif not said:
        said += answer.more(situation, selector)
    return [part for part in said if part]


def _round_off(situation: Situation, selector: PhraseSelector, said: list[str]) -> list[str]:
    """Add what completes a reply: hurt that remains, an aside, a question, a goodbye."""
    if situation.temper == "hurt" and _may_show_hurt(situation, selector):
        said = [*said, selector.say("sore")]
    farewell = react.closing(situation, selector)
    if farewell:
        return [*said, farewell]
    asked = any(_ASKS.search(part) for part in said)
    most = _MAX_PARTS_BRIEF if situation.character.register.brief else _MAX_PARTS
    if situation.does(Act.TELL, Act.SMALL_TALK, Act.AGREE) and len(said) < most:
        full = asked or len(situation.brief.learned_facts) > 1
        extra = "" if full else follow_up.aside(situation, selector)
        if extra:
            return [*said, extra, "" if "?" in extra else follow_up.on_learned(situation, selector)]
        phrase = _catchphrase(situation, selector)
        if phrase:
            return [*said, phrase]
    if not asked and len(said) <= most:
        said = [*said, follow_up.own_question(situation, selector)]
    return said


def _may_show_hurt(situation: Situation, selector: PhraseSelector) -> bool:
    open_ = not situation.does(Act.APOLOGISE, Act.ASK_FEELING, Act.BAD_NEWS, Act.GREET)
    return open_ and not selector.used_lately(
        "sore", "insult", "insult.again", "greet.hurt", replies=3
    )


def _catchphrase(situation: Situation, selector: PhraseSelector) -> str:
    """Return one of the soul's catchphrases, rarely, where nothing weighs on the conversation."""
    interpretation = situation.interpretation
    if (
        not situation.light
        or not _RELAXED.issuperset(interpretation.acts)
        or situation.brief.learned_facts
    ):
        return ""
    if interpretation.valence < 0 or interpretation.ironic or react.is_tired(situation):
        return ""
    lines = [line for line in situation.notes.catchphrases if line.rstrip()[-1:] in ".!?…"]
    fresh = [line for line in lines if selector.is_fresh(line)]
    return selector.pick("catchphrase", fresh) if selector.chance("catchphrase", 0.12) else ""


def _crisis_parts(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Return a short, gentle reply; the engine appends the referral."""
    distress = situation.interpretation.crisis
    kind = distress.kind if distress else ""
    language = distress.language if distress else "en"
    if language != "en":
        return [selector.say(f"care.{language}", "care")]
    return [selector.say(f"care.{kind}", "care")]


def _join(situation: Situation, selector: PhraseSelector, parts: Sequence[str]) -> str:
    """Join the parts; from the end, leave out what exceeds the limit."""
    kept: list[str] = []
    for part in parts:
        if part and len(" ".join([*kept, part])) <= MAX_REPLY_CHARS - 8:
            kept.append(part)
    text = grammar.tidy(" ".join(kept))
    if len(text) > MAX_REPLY_CHARS:
        text = clip(text, MAX_REPLY_CHARS)
    text = _address(situation, text)
    mark = _emoji(situation, selector)
    return f"{text} {mark}" if mark else text


def _address(situation: Situation, text: str) -> str:
    """In a group, add the name of the person who is answered."""
    name = clean(situation.brief.person_name)
    if not situation.brief.is_group or not name or name.casefold() in text.casefold():
        return text
    first = text.split(" ", 1)[0].strip(",.!?").casefold()
    longer = f"{name}, {grammar.lower_first(text)}" if first in _PLAIN_STARTS else f"{name}. {text}"
    return longer if len(longer) <= MAX_REPLY_CHARS else text


def _emoji(situation: Situation, selector: PhraseSelector) -> str:
    grave = situation.interpretation.crisis or situation.does(
        Act.BAD_NEWS, Act.INSULT, Act.THREATEN
    )
    if (
        not situation.notes.emoji
        or not situation.light
        or grave
        or not selector.chance("emoji", 0.35)
    ):
        return ""
    pleasure = situation.brief.mood[0]
    marks = _EMOJI["low" if pleasure < 0 else "happy" if pleasure > 0.3 else "calm"]  # noqa: PLR2004 - a third of the way to bliss
    return marks[len(situation.text) % 3 : len(situation.text) % 3 + 1]


def _vary(situation: Situation, text: str, said: set[str]) -> str:
    """Make a repeated text new, when every phrase is used up: by more words, at last by a count."""
    tails = _tails(situation)
    for extra in (*((tail,) for tail in tails), *product(tails, repeat=2)):
        longer = grammar.tidy(" ".join((text, *extra)))
        if len(longer) <= MAX_REPLY_CHARS and _plain(longer) not in said:
            return longer
    short = text if len(text) < MAX_REPLY_CHARS // 2 else tails[0]
    numbered = (
        grammar.tidy(f"{short} I've answered you {number} times now, and I'm still here.")
        for number in count(len(said))
    )
    return next(line for line in numbered if _plain(line) not in said)


def _tails(situation: Situation) -> list[str]:
    if situation.interpretation.crisis:
        key = "care.more"
    elif situation.tender or situation.does(Act.BAD_NEWS):
        key = "tender.answer"
    else:
        key = "curt" if situation.guarded else "tail"
    return [choice.text for choice in situation.character.book.get(key, ()) if not choice.fields]
