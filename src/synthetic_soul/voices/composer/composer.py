"""The composer: replies from the brief alone, without a model.

The order of a reply's parts is decided here; ``moves`` make the parts, ``phrase_book`` holds the
sentences, ``selection`` chooses among them. The same brief gives the same words on any machine.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from itertools import count, permutations, takewhile
from typing import Final

from soulscript.prompts import Share
from synthetic_soul.llm.base import Usage
from synthetic_soul.mind.interpretation import Act, Signal
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.nlu.text.sentences import clip, split_sentences
from synthetic_soul.voices.base import Brief, Told
from synthetic_soul.voices.composer import grammar
from synthetic_soul.voices.composer.moves import (
    answer,
    appointment,
    follow_up,
    mirror,
    occasion,
    other_language,
    react,
    recollect,
    small_knowledge,
    small_talk,
)
from synthetic_soul.voices.composer.moves.thought import thought, vibe
from synthetic_soul.voices.composer.selection import PhraseSelector
from synthetic_soul.voices.composer.situation import Situation, assess, clean, phrase_selector
from synthetic_soul.voices.composer.used_items import used_items

__all__ = ["Composer", "compose", "vibe"]

MAX_REPLY_CHARS: Final = 600
_MAX_ATTEMPTS: Final = 6
_MAX_PARTS: Final = 4
_MAX_PARTS_BRIEF: Final = 3
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
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])\s+(?=[A-Z*“])")
_MIN_WORDS_LEFT: Final = 3
_LOW_SHARE: Final = 0.3
_LEAD_SHARE: Final = 0.8
_MIN_WORDS_TO_LEAD: Final = 4
_OF_THEIR_OWN: Final = (
    Act.INSULT, Act.THREATEN, Act.APOLOGISE, Act.LOVE, Act.PRAISE, Act.COMFORT, Act.THANK,
    Act.GREET, Act.FAREWELL,
)  # fmt: skip
"""What is done to the agent, and is not told again."""
_LONG_WORDS: Final = 45
"""Of a longer story the weightiest clause is taken up; what else was learned is kept silently."""
_COUNTED: Final = "{} I've answered you {} times now, and I'm still here."
_EMOJI: Final = {"happy": "😊✨🌼", "calm": "🙂🌿☕", "low": "🌧️💙🍂"}


class Composer:
    """The voice without a model."""

    name = "composer"

    def speak(self, brief: Brief) -> ComposedUtterance:
        """Compose the whole utterance at once."""
        text = compose(brief)
        return ComposedUtterance(text, vibe(brief), used_items(brief, text))


class ComposedUtterance:
    """A complete utterance, streamed word by word."""

    def __init__(self, text: str, vibe: str, told: Sequence[Told]) -> None:
        self.text, self.vibe, self.told = text, vibe, told
        self.usage = Usage()
        self.left_out: tuple[Share, ...] = ()

    async def __aiter__(self) -> AsyncIterator[str]:
        """Yield the words, each with the space before it."""
        for piece in re.findall(r"\s*\S+", self.text):
            yield piece

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""


def compose(brief: Brief) -> str:
    """Compose the words for ``brief``: at most 600 characters, never equal to an earlier reply."""
    situation = assess(brief)
    earlier = {_plain(text) for text in brief.earlier_replies}
    text = ""
    for attempt in range(_MAX_ATTEMPTS):
        selector = phrase_selector(situation, attempt)
        text = _join(situation, selector, _parts(situation, selector))
        if _plain(text) not in earlier:
            return text
    return _vary(situation, text, earlier)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _parts(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Return the parts of a reply or of a thought, in order."""
    if situation.brief.purpose == "thought":
        return [thought(situation, selector)]
    crisis = situation.interpretation.crisis
    if crisis:
        # Short and gentle: the engine adds the referral, or asks whether the person is safe.
        kind = crisis.kind if crisis.certain else "doubtful"
        kind = kind if crisis.language == "en" else crisis.language
        return [selector.say(f"care.{kind}", "care")]
    exception = _exceptional_reply(situation, selector)
    if exception:
        return [exception]
    opening = react.opening(situation, selector)
    reply = _taken_up(situation, selector) or _reacted(situation, selector)
    if _repeats_itself(situation):
        return [selector.say("again.tell")]
    # Whoever insults or threatens is not answered on other matters in the same breath.
    if situation.does(Act.INSULT, Act.THREATEN):
        return reply
    if not situation.does(Act.BAD_NEWS):
        reply += _content_parts(situation, selector, reacted=any(reply))
    parts = [part for part in (*opening, *reply) if part]
    due = appointment.raise_due(situation, selector)
    return [*parts, due] if due else _completed(situation, selector, parts, replied=any(reply))


def _taken_up(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Return what is told taken up: by what was said long ago, or by the occasion that it is.

    A reply that has none of the person's words stands behind some of them.
    """
    if not occasion.may_take_up(situation):
        return []
    earlier = follow_up.callback(situation, selector)
    told = earlier or occasion.take_up(situation, selector)
    if earlier or not told:
        return [earlier] if earlier else []
    return [_with_lead(situation, selector, told)]


def _reacted(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Return the reaction to what is done; to news and feelings behind the person's own words."""
    reply = react.reaction(situation, selector)
    grave = situation.interpretation.grief is not None or situation.guarded
    if not any(reply) or grave:
        return reply
    if situation.does(*_OF_THEIR_OWN) and not situation.does(Act.GOOD_NEWS, Act.BAD_NEWS):
        return [*reply, _told_besides(situation, selector)]
    return [_with_lead(situation, selector, reply[0]), *reply[1:]]


def _told_besides(situation: Situation, selector: PhraseSelector) -> str:
    """Take up what is told beside thanks or an apology, in a sentence of its own."""
    several = len(split_sentences(situation.text)) > 1 and situation.does(Act.TELL)
    if not several or situation.does(*_QUESTIONS) or situation.brief.learned_facts:
        return ""
    return mirror.take_up(situation, selector)


def _with_lead(situation: Situation, selector: PhraseSelector, told: str) -> str:
    """Return a reply, behind the person's own words where it has none of them."""
    bare = recollect.stems(situation.text).isdisjoint(recollect.stems(told))
    long = len(situation.words) >= _MIN_WORDS_TO_LEAD
    led = bare and long and selector.chance("lead", _LEAD_SHARE)
    return f"{mirror.lead(situation, selector) if led else ''} {told}".strip()


def _completed(
    situation: Situation, selector: PhraseSelector, parts: list[str], *, replied: bool
) -> list[str]:
    """Return the parts with small talk, where nothing answers yet, and rounded off."""
    if not replied and not situation.does(Act.GREET, Act.FAREWELL):
        parts = parts + small_talk.reply(situation, selector)
    return _round_off(situation, selector, parts)


def _exceptional_reply(situation: Situation, selector: PhraseSelector) -> str:
    """Return the reply to silence, manipulation, another language or endless repetition."""
    interpretation = situation.interpretation
    played = mirror.in_kind(situation, selector)
    if played:
        return played
    if interpretation.acts[:1] == (Act.SILENCE,):
        return selector.say("silence")
    if situation.signals.manipulates:
        return selector.say("steady")
    if interpretation.language:
        return other_language.reply(situation, selector)
    endless = situation.repetitions >= _MIN_REPETITIONS and not situation.tender
    if endless and not _NEVER_SET_ASIDE.intersection(interpretation.acts):
        return selector.say("again.many", count=grammar.number_word(situation.repetitions + 1))
    return ""


def _repeats_itself(situation: Situation) -> bool:
    """Return whether the person only says again what they said just before."""
    known = situation.does(Act.TELL) and not situation.brief.learned_facts and situation.light
    return bool(situation.repetitions) and known and len(situation.words) >= _MIN_WORDS_TO_REPEAT


def _content_parts(situation: Situation, selector: PhraseSelector, *, reacted: bool) -> list[str]:
    """Return what is said about facts forgotten and learned, and the answers to questions."""
    parts: list[str] = []
    if situation.does(Act.FORGET):
        return recollect.forgot(situation, selector)
    if situation.does(Act.HIDE, Act.SHOW):
        return recollect.hid(situation, selector)
    small = small_knowledge.answer(situation, selector)
    if small:
        return [small]
    # News of somebody is answered as news; their name is kept without a word.
    news = reacted and situation.does(Act.GOOD_NEWS, Act.BAD_NEWS)
    heavy = situation.burden == "danger" or (situation.tender and not situation.brief.learned_facts)
    if not news and not heavy and len(situation.words) < _LONG_WORDS:
        learned = recollect.learned(situation, selector)
        parts += [_with_lead(situation, selector, learned[0]), *learned[1:]] if learned else []
    if situation.does(Act.CORRECT) and not parts and not situation.brief.learned_facts:
        parts.append(selector.say("correct.none"))
    if situation.does(*_QUESTIONS):
        answers = answer.answer(situation, selector)
        again = situation.repetitions and situation.light and not situation.does(Act.REQUEST)
        parts += [selector.say("again.ask"), *answers] if answers and again else answers
    elif not parts:
        parts += answer.more(situation, selector)
    return [part for part in parts if part]


def _round_off(situation: Situation, selector: PhraseSelector, parts: list[str]) -> list[str]:
    """Add what completes a reply: hurt that remains, an aside, a question, a goodbye."""
    if situation.temper == "hurt" and _may_show_hurt(situation, selector):
        parts = [*parts, selector.say("sore")]
    farewell = react.closing(situation, selector)
    if farewell:
        return [*parts, farewell]
    asked = any(_ASKS.search(part) for part in parts)
    most = _MAX_PARTS_BRIEF if situation.character.register.brief else _MAX_PARTS
    if situation.does(Act.TELL, Act.SMALL_TALK, Act.AGREE) and len(parts) < most:
        full = asked or len(situation.brief.learned_facts) > 1
        extra = "" if full else follow_up.aside(situation, selector)
        if extra:
            question = "" if "?" in extra else follow_up.on_learned(situation, selector)
            return [*parts, extra, question]
        phrase = _catchphrase(situation, selector)
        if phrase:
            return [*parts, phrase]
    if not asked and len(parts) <= most:
        parts = [*parts, follow_up.own_question(situation, selector)]
    return parts


def _may_show_hurt(situation: Situation, selector: PhraseSelector) -> bool:
    if situation.does(Act.APOLOGISE, Act.ASK_FEELING, Act.BAD_NEWS, Act.GREET):
        return False
    return not selector.used_lately("sore", "insult", "insult.again", "greet.hurt", replies=3)


def _catchphrase(situation: Situation, selector: PhraseSelector) -> str:
    """Return one of the soul's catchphrases, rarely, where the conversation is light."""
    interpretation = situation.interpretation
    relaxed = situation.light and _RELAXED.issuperset(interpretation.acts)
    if not relaxed or situation.brief.learned_facts or situation.has(Signal.TIRED):
        return ""
    is_low = situation.labels is not None and situation.labels.polarity["-"] >= _LOW_SHARE
    if interpretation.valence < 0 or interpretation.ironic or is_low:
        return ""
    lines = [line for line in situation.notes.catchphrases if line.rstrip()[-1:] in ".!?…"]
    fresh = [line for line in lines if selector.is_fresh(line)]
    return selector.pick("catchphrase", fresh) if selector.chance("catchphrase", 0.12) else ""


def _join(situation: Situation, selector: PhraseSelector, parts: Sequence[str]) -> str:
    """Join the parts; from the end, leave out what exceeds the limit."""
    fitting: list[str] = []
    for part in parts:
        if part and len(" ".join([*fitting, part])) <= MAX_REPLY_CHARS - 8:
            fitting.append(part)
    joined = " ".join(fitting)
    # Stops and capitals are those of English.
    tidied = joined if other_language.answers(situation) else grammar.tidy(joined)
    if situation.asked_twice and not situation.interpretation.crisis:
        tidied = _without_questions(tidied)
    text = _address(situation, clip(tidied, MAX_REPLY_CHARS))
    mark = _emoji(situation, selector)
    return f"{text} {mark}" if mark else text


def _without_questions(text: str) -> str:
    """Return what a reply tells before its first question, where that is anything."""
    told = list(takewhile(lambda each: not _ASKS.search(each), _SENTENCE_END.split(text)))
    return " ".join(told) if sum(len(each.split()) for each in told) >= _MIN_WORDS_LEFT else text


def _address(situation: Situation, text: str) -> str:
    """In a group, add the name of the person who is answered."""
    name = clean(situation.brief.person_name)
    if not situation.brief.is_group or not name or name.casefold() in text.casefold():
        return text
    first = text.split(" ", 1)[0].strip(",.!?").casefold()
    longer = f"{name}, {grammar.lower_first(text)}" if first in _PLAIN_STARTS else f"{name}. {text}"
    return longer if len(longer) <= MAX_REPLY_CHARS else text


def _emoji(situation: Situation, selector: PhraseSelector) -> str:
    if not situation.notes.emoji or not situation.light or situation.interpretation.crisis:
        return ""
    if situation.does(Act.BAD_NEWS, Act.INSULT, Act.THREATEN) or not selector.chance("emoji", 0.35):
        return ""
    pleasure = situation.brief.mood[0]
    marks = _EMOJI["low" if pleasure < 0 else "happy" if pleasure > 0.3 else "calm"]  # noqa: PLR2004 - a third of the way to bliss
    return marks[len(situation.text) % 3]


def _vary(situation: Situation, text: str, earlier: set[str]) -> str:
    """Make a repeated text new, when every phrase is used up: by more words, at last by a count."""
    tails = _tails(situation)
    for extra in (*((tail,) for tail in tails), *permutations(tails, 2)):
        longer = grammar.tidy(" ".join((text, *extra)))
        if len(longer) <= MAX_REPLY_CHARS and _plain(longer) not in earlier:
            return longer
    short = text if len(text) < MAX_REPLY_CHARS // 2 else tails[0]
    numbered = (grammar.tidy(_COUNTED.format(short, number)) for number in count(len(earlier)))
    return next(line for line in numbered if _plain(line) not in earlier)


def _tails(situation: Situation) -> list[str]:
    if situation.interpretation.crisis:
        key = "care.more"
    elif other_language.answers(situation):
        key = f"tongue.{situation.interpretation.language}"
    elif situation.tender or situation.does(Act.BAD_NEWS):
        key = "tender.answer"
    else:
        key = "curt" if situation.guarded else "tail"
    templates = situation.character.book.get(key, ())
    return [template.text for template in templates if not template.fields]
