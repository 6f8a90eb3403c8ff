"""Reactions to what a person does: kindness, unkindness, news, feelings, partings."""

import re
from collections.abc import Mapping
from typing import Final

from soulscript.prompts import openings_of
from synthetic_soul.mind.interpretation import Act, LifeEvent, Signal
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.selection import PhraseSelector, templates_of
from synthetic_soul.voices.composer.situation import MIN_HURT, MIN_WARY_HURT, Situation

_FEELINGS: Final = {
    "sad": ("sadness", "grief", "disappointment"), "lonely": ("loneliness",),
    "afraid": ("fear", "anxiety"),
    "angry": ("anger", "bitterness", "disgust", "envy"), "annoyed": ("frustration",),
    "ashamed": ("guilt", "shame", "embarrassment", "self_loathing"),
    "grateful": ("gratitude",), "hopeful": ("hope",),
    "happy": ("happiness", "excitement", "pride", "relief", "contentment", "serenity"),
}  # fmt: skip
_ACTS_BY_WEIGHT: Final = (
    Act.THREATEN, Act.INSULT, Act.BAD_NEWS, Act.APOLOGISE, Act.GOOD_NEWS, Act.LOVE, Act.PRAISE,
    Act.COMFORT, Act.THANK,
)  # fmt: skip
GLAD: Final = frozenset({"happy", "grateful", "hopeful"})
_HEAVY: Final = frozenset({"sad", "lonely", "afraid", "ashamed"})
_MIN_WORDS: Final = 3
_MIN_EMOTION: Final = 0.35
_MAX_SAD_VALENCE: Final = -0.45
_SPEAKS_OF_BEFORE: Final = re.compile(
    r"(?i)\b(?:again|back|it'?s you|there you are|you came|since last|last time|hello, you)\b"
)
_LONG_ABSENCE: Final = 36 * grammar.HOUR
_SESSION: Final = 3 * grammar.HOUR
_SECOND_SENTENCE: Final = {
    LifeEvent.DEATH: "bad.stay", LifeEvent.ILLNESS: "bad.care", LifeEvent.ACCIDENT: "bad.care",
    LifeEvent.BREAK_UP: "bad.care", LifeEvent.LOSS: "bad.hope", LifeEvent.JOB_LOSS: "bad.hope",
    LifeEvent.FAILURE: "bad.hope", LifeEvent.CONFLICT: "bad.hope",
}  # fmt: skip
_COMFORTED: Final = frozenset({LifeEvent.DEATH, LifeEvent.BREAK_UP})
"""What the soul's own words of comfort are meant for; they are too large for a broken cup."""
_PRONOUNS: Final = {"he": "him", "she": "her", "they": "them", "it": "it"}
_OWN_STORY: Final = frozenset({
    LifeEvent.ROMANCE, LifeEvent.BREAK_UP, LifeEvent.CONFLICT, LifeEvent.GIFT, LifeEvent.JOB_LOSS,
})  # fmt: skip
"""Events in which "he" does something to the speaker, whose story it is."""


def opening(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Return a greeting, and a word on a long absence."""
    phrases: list[str] = []
    relationship = situation.brief.relationship
    if situation.does(Act.GREET):
        phrases.append(_hello(situation, selector))
        named = f"{situation.text} {phrases[0]}".casefold()
        if not relationship.messages and situation.brief.name.casefold() not in named:
            phrases.append(selector.say("introduce"))
    # After grave news nobody wants to hear how long it has been.
    grave = situation.does(Act.BAD_NEWS, Act.THREATEN, Act.INSULT) or situation.tender
    if relationship.away >= _LONG_ABSENCE and not grave:
        phrases.append(selector.say("away", span=grammar.time_span(relationship.away)))
    return phrases


def _hello(situation: Situation, selector: PhraseSelector) -> str:
    relationship = situation.brief.relationship
    again = relationship.messages and relationship.away < _SESSION
    if again and situation.brief.recent_lines:
        greetings = ("greet", "greet.new", "greet.friend", "greet.again")
        if selector.used_lately(*greetings, replies=12):
            return selector.say("greet.again")
    if situation.bereaved and not situation.guarded:
        return selector.say("greet.tender")
    # What a card's character says at first is said once: it is the opening.
    begun = situation.brief.earlier_replies and openings_of(situation.character.soul)
    lines = templates_of(situation.notes.greetings) if situation.light and not begun else ()
    if relationship.away >= _SESSION:
        # After an absence there is something better to ask.
        lines = tuple(line for line in lines if "?" not in line.text)
    if not relationship.messages:
        lines = tuple(line for line in lines if not _SPEAKS_OF_BEFORE.search(line.text))
    return selector.offer(lines, "greet")


def closing(situation: Situation, selector: PhraseSelector) -> str:
    """Return a goodbye, when the person takes leave."""
    if not situation.does(Act.FAREWELL):
        return ""
    if situation.has(Signal.BEDTIME):
        return selector.say("farewell.night")
    own = situation.light and not situation.bereaved
    return selector.offer(templates_of(situation.notes.farewells) if own else (), "farewell")


def reaction(situation: Situation, selector: PhraseSelector) -> list[str]:
    """React to the most telling act, questions and facts apart."""
    for act in _ACTS_BY_WEIGHT:
        phrases = _react_to(situation, selector, act) if situation.does(act) else []
        if phrases:
            return phrases
    return [] if situation.does(Act.LAUGH) else feelings(situation, selector)


def _react_to(situation: Situation, selector: PhraseSelector, act: Act) -> list[str]:  # noqa: PLR0911 - one return for each act
    match act:
        case Act.INSULT:
            return [_insulted(situation, selector)]
        case Act.BAD_NEWS:
            return condole(situation, selector)
        case Act.GOOD_NEWS:
            return _rejoice(situation, selector)
        case Act.APOLOGISE:
            return [_forgiven(situation, selector)]
        case Act.COMFORT:
            low = situation.brief.mood[0] < 0 or situation.brief.relationship.hurt >= MIN_WARY_HURT
            return [selector.say("comfort" if low else "comfort.fine")]
        case Act.THREATEN:
            return [selector.say("threat")]
        case Act.THANK if says_well(situation):
            return []
        # "Can you help me?" asks; it does not praise.
        case Act.PRAISE if situation.does(Act.REQUEST) and "?" in situation.text:
            return []
        case Act.LOVE | Act.PRAISE if situation.tender:
            return [selector.say("thank.tender")]
        case _:
            return [selector.say(act.value)]


def _insulted(situation: Situation, selector: PhraseSelector) -> str:
    if _insulted_lately(selector):
        return selector.say("insult.again")
    if situation.closeness in {"dear", "friend"} and "name" in selector.fields:
        return selector.say("insult.close")
    return selector.say("insult")


def _forgiven(situation: Situation, selector: PhraseSelector) -> str:
    # "I'm sorry, you must miss her" comforts.
    if situation.seems("comfort") > situation.seems("apologise"):
        return selector.say("comfort.fine")
    hurt = situation.brief.relationship.hurt
    if hurt >= MIN_HURT:
        return selector.say("apology.hurt")
    wary = hurt >= MIN_WARY_HURT or _insulted_lately(selector)
    return selector.say("apology.wary" if wary else "apology.plain")


def _insulted_lately(selector: PhraseSelector) -> bool:
    return selector.used_lately("insult", "insult.close", "insult.again", replies=6)


def _rejoice(situation: Situation, selector: PhraseSelector) -> list[str]:
    event = situation.interpretation.life_event
    if situation.tender:
        return [selector.say("tender.joy")]
    if situation.guarded:
        return [selector.say("wounded.joy")]
    if situation.has(Signal.OWN_BIRTHDAY):
        return [selector.say("good.birthday")]
    subject = news_subject(situation)
    if event is LifeEvent.RECOVERY:
        return [selector.say("good.recovery", "good", **subject)]
    if subject and selector.chance("other", 0.6):
        phrase = selector.say("good.other", **subject)
    else:
        lines = templates_of(situation.notes.delights) if selector.chance("delight", 0.5) else ()
        key = f"good.{event.value}" if event else "good"
        phrase = selector.offer(lines, key, "good", **subject)
    asks = selector.chance("ask", 0.7) and not situation.asked_twice and "?" not in phrase
    if not asks or event is LifeEvent.CELEBRATION:
        return [phrase]
    return [phrase, selector.say("good.theirs" if subject else "good.ask")]


def feelings(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Reply to the person's feeling where it is clear; return nothing elsewhere."""
    if situation.interpretation.ironic and situation.light:
        return [selector.say("irony")]
    phrases = _plain_state(situation, selector)
    if phrases:
        return phrases
    mood = clearest_feeling(situation.interpretation.feelings)
    # What is newly learned is taken up instead; only a heavy heart goes before it.
    if situation.brief.learned_facts and mood not in _HEAVY:
        return []
    if mood in GLAD and (situation.guarded or situation.tender):
        return [] if situation.guarded else [selector.say("tender.fine")]
    if mood:
        phrase = selector.say(f"feel.{mood}")
        asks = mood not in GLAD and "?" not in phrase and not situation.asked_twice
        asks = asks and selector.chance("feel?", 0.5)
        return [phrase, selector.say("feel.ask")] if asks else [phrase]
    tells = situation.does(Act.TELL, Act.SMALL_TALK, Act.AGREE) and not situation.tender
    hard = tells and situation.interpretation.valence <= _MAX_SAD_VALENCE
    return [selector.say("feel.hard")] if hard and len(situation.words) >= _MIN_WORDS else []


def _plain_state(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Reply to a state that is named in words: well, tired, bored, at a loss."""
    if says_well(situation):
        fine = "answer.better" if situation.has(Signal.BETTER) else "answer.well"
        return [selector.say("tender.fine" if situation.tender else fine)]
    if situation.interpretation.attitude < 0 and not situation.does(Act.LAUGH):
        return [selector.say("jibe")]
    if situation.has(Signal.TIRED):
        tired = selector.say("feel.tired")
        return [tired] if situation.asked_twice else [tired, selector.say("feel.tired.ask")]
    if situation.has(Signal.BORED):
        return [selector.say("feel.bored")]
    if situation.has(Signal.STUCK) and not situation.guarded:
        return [selector.say("feel.stuck")]
    return []


def says_well(situation: Situation) -> bool:
    """Return whether somebody who was asked says that all is well ("fine, thanks")."""
    if situation.guarded or situation.does(Act.ASK_MEMORY, Act.BAD_NEWS, Act.GOOD_NEWS):
        return False
    return situation.has(Signal.WELL) and bool(
        situation.open_question or situation.has(Signal.THANKS)
    )


def clearest_feeling(feelings: Mapping[str, float]) -> str:
    """Return the kind of feeling that is clearest in rich emotions, or ""."""
    best, kind = _MIN_EMOTION, ""
    for name, emotions in _FEELINGS.items():
        level = max((feelings.get(emotion, 0.0) for emotion in emotions), default=0.0)
        if level > best:
            best, kind = level, name
    return kind


def news_subject(situation: Situation) -> dict[str, str]:
    """Return the fields for whom the news is about; none when it is the speaker.

    ``whom`` is turned ("your dog"); ``called`` is the name, where known; ``who`` the better.
    """
    raw = situation.interpretation.event_subject
    low = raw.casefold()
    if not raw or low in {"i", "me", "we"}:
        return {}
    if low in _PRONOUNS:
        if situation.interpretation.life_event in _OWN_STORY:
            return {}
        return {"whom": _PRONOUNS[low], "who": _PRONOUNS[low]}
    turned = situation.turn(raw)
    if not turned or " and you" in turned:
        return {}
    name = _name(situation, raw)
    fields = {"whom": turned, "who": name or turned}
    return fields | {"called": name} if name else fields


def _name(situation: Situation, raw: str) -> str:
    """Return the name in "my dog Rex"; "my dog" is Rex, if exactly one dog is known."""
    named = re.search(r"(?:^| )([A-Z][\w'-]+)$", raw)
    if named:
        return named[1]
    kinds = set(plain_words(raw))
    names = [
        fact_clauses.name_in(fact.value)
        for fact in situation.brief.known_facts
        if fact.topic.startswith(("pet:", "person:")) and fact.topic.partition(":")[2] in kinds
    ]
    return names[0] if len(names) == 1 else ""


def condole(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Condole over bad news, as gravely as the news is, and say or ask something after it."""
    event = situation.interpretation.life_event
    subject = news_subject(situation)
    second = _SECOND_SENTENCE.get(event, "bad.care") if event else "bad.care"
    if situation.guarded:
        return [selector.say("wounded.sorry"), selector.say("bad.stay", **subject)]
    # Name the dead, so that the reply never seems to ask how they are.
    own_grief = "called" in subject if event is LifeEvent.DEATH else not subject
    if event in _COMFORTED and own_grief and selector.chance("comfort", 0.5):
        lead = selector.say("bad.oh", **subject) if subject and event is LifeEvent.DEATH else ""
        lines = [text for text in situation.notes.comforts if not (lead and text.startswith("Oh"))]
        line = selector.offer(templates_of(lines), "bad", **subject)
        return [lead, line] if "?" in line else [lead, line, selector.say(second, **subject)]
    key = f"bad.{event.value}" if event else "bad"
    keys = (f"{key}.other", "bad.other") if subject else (key,)
    phrase = selector.say(*keys, key, "bad", **subject)
    return [phrase] if "?" in phrase else [phrase, selector.say(second, **subject)]
