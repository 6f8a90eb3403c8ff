"""Reactions to what a person does: kindness, unkindness, news, feelings, partings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from synthetic_soul.mind.interpretation import Act, Cue, LifeEvent
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.grammar import HOUR
from synthetic_soul.voices.composer.selection import templates_of
from synthetic_soul.voices.composer.situation import MIN_HURT, MIN_WARY_HURT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_FEELINGS: Final = {
    "sad": ("sadness", "grief", "disappointment"), "lonely": ("loneliness",),
    "afraid": ("fear", "anxiety"),
    "angry": ("anger", "bitterness", "disgust", "envy"), "annoyed": ("frustration",),
    "ashamed": ("guilt", "shame", "embarrassment", "self_loathing"),
    "grateful": ("gratitude",), "hopeful": ("hope",),
    "happy": ("happiness", "excitement", "pride", "relief", "contentment", "serenity"),
}  # fmt: skip
GLAD: Final = frozenset({"happy", "grateful", "hopeful"})
_HEAVY: Final = frozenset({"sad", "lonely", "afraid", "ashamed"})
_MIN_WORDS: Final = 3
_MIN_EMOTION: Final = 0.35
_MAX_SAD_VALENCE: Final = -0.45
_SPEAKS_OF_BEFORE: Final = re.compile(
    r"(?i)\b(?:again|back|it'?s you|there you are|you came|since last|last time|hello, you)\b"
)
_LONG_ABSENCE: Final = 36 * HOUR
_SESSION: Final = 3 * HOUR
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
    said: list[str] = []
    standing = situation.brief.relationship
    if situation.does(Act.GREET):
        said.append(_hello(situation, selector))
        named = f"{situation.text} {said[0]}".casefold()
        if not standing.messages and situation.brief.name.casefold() not in named:
            said.append(selector.say("introduce"))
    # After grave news nobody wants to hear how long it has been.
    if standing.away >= _LONG_ABSENCE and not _grave(situation):
        span = grammar.time_span(standing.away)
        said.append(selector.say("away", span=span))
    return said


def _hello(situation: Situation, selector: PhraseSelector) -> str:
    recent = situation.brief.relationship.away < _SESSION and situation.brief.recent_lines
    if recent and selector.used_lately(
        "greet", "greet.new", "greet.friend", "greet.again", replies=12
    ):
        return selector.say("greet.again")
    if situation.bereaved and not situation.guarded:
        return selector.say("greet.tender")
    lines = templates_of(situation.notes.greetings) if situation.light else ()
    if situation.brief.relationship.away >= _SESSION:
        # After an absence there is something better to ask.
        lines = tuple(line for line in lines if "?" not in line.text)
    if not situation.brief.relationship.messages:
        lines = tuple(line for line in lines if not _SPEAKS_OF_BEFORE.search(line.text))
    return selector.offer(lines, "greet")


def _grave(situation: Situation) -> bool:
    return situation.does(Act.BAD_NEWS, Act.THREATEN, Act.INSULT) or situation.tender


def closing(situation: Situation, selector: PhraseSelector) -> str:
    """Return a goodbye, when the person takes leave."""
    if not situation.does(Act.FAREWELL):
        return ""
    if situation.has(Cue.BEDTIME):
        return selector.say("farewell.night")
    lines = (
        templates_of(situation.notes.farewells)
        if situation.light and not situation.bereaved
        else ()
    )
    return selector.offer(lines, "farewell")


def reaction(situation: Situation, selector: PhraseSelector) -> list[str]:
    """React to the most telling act, questions and facts apart."""
    for act in _ACTS_BY_WEIGHT:
        if situation.does(act):
            said = _react_to(act, situation, selector)
            if said:
                return said
    return [] if situation.does(Act.LAUGH) else feelings(situation, selector)


_ACTS_BY_WEIGHT: Final = (
    Act.THREATEN, Act.INSULT, Act.BAD_NEWS, Act.APOLOGISE, Act.GOOD_NEWS, Act.LOVE, Act.PRAISE,
    Act.COMFORT, Act.THANK,
)  # fmt: skip


def _react_to(  # noqa: PLR0911 - one return for each act
    act: Act, situation: Situation, selector: PhraseSelector
) -> list[str]:
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
    if selector.used_lately("insult", "insult.close", "insult.again", replies=6):
        return selector.say("insult.again")
    if situation.closeness in {"dear", "friend"} and selector.can_fill("name"):
        return selector.say("insult.close")
    return selector.say("insult")


def _forgiven(situation: Situation, selector: PhraseSelector) -> str:
    hurt = situation.brief.relationship.hurt
    lately = selector.used_lately("insult", "insult.close", "insult.again", replies=6)
    if hurt >= MIN_HURT:
        return selector.say("apology.hurt")
    return selector.say("apology.wary" if lately or hurt >= MIN_WARY_HURT else "apology.plain")


def _rejoice(situation: Situation, selector: PhraseSelector) -> list[str]:
    happening = situation.interpretation.life_event
    if situation.tender:
        return [selector.say("tender.joy")]
    if situation.guarded:
        return [selector.say("wounded.joy")]
    if situation.has(Cue.OWN_BIRTHDAY):
        return [selector.say("good.birthday")]
    found = news_subject(situation)
    if happening is LifeEvent.RECOVERY:
        return [selector.say("good.recovery", "good", **found)]
    if found and selector.chance("other", 0.6):
        said = selector.say("good.other", **found)
    else:
        lines = templates_of(situation.notes.delights) if selector.chance("delight", 0.5) else ()
        key = f"good.{happening.value}" if happening else "good"
        said = selector.offer(lines, key, "good", **found)
    if (
        situation.asked_twice
        or "?" in said
        or happening is LifeEvent.CELEBRATION
        or not selector.chance("ask", 0.7)
    ):
        return [said]
    return [said, selector.say("good.theirs" if found else "good.ask")]


def feelings(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Reply to the person's feeling, where it is clear and nothing else was more telling."""
    if situation.interpretation.ironic and situation.light:
        return [selector.say("irony")]
    plain = _plain_state(situation, selector)
    if plain:
        return plain
    mood = clearest_feeling(situation.interpretation.feelings)
    # What is newly learned is taken up instead; only a heavy heart goes before it.
    if (situation.guarded and mood in GLAD) or (
        situation.brief.learned_facts and mood not in _HEAVY
    ):
        return []
    if situation.tender and mood in GLAD:
        return [selector.say("tender.fine")]
    if mood:
        said = selector.say(f"feel.{mood}")
        return [said] if mood in GLAD or "?" in said else [said, _ask_on(situation, selector)]
    tells = (
        situation.does(Act.TELL, Act.SMALL_TALK, Act.AGREE) and len(situation.words) >= _MIN_WORDS
    )
    hard = situation.interpretation.valence <= _MAX_SAD_VALENCE and tells and not situation.tender
    return [selector.say("feel.hard")] if hard else []


def _plain_state(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Reply to a state that is named in words: well, tired, bored, at a loss."""
    if says_well(situation):
        fine = "answer.better" if situation.has(Cue.BETTER) else "answer.well"
        return [selector.say("tender.fine" if situation.tender else fine)]
    if situation.interpretation.attitude < 0 and not situation.does(Act.LAUGH):
        return [selector.say("jibe")]
    if is_tired(situation):
        return [
            selector.say("feel.tired"),
            "" if situation.asked_twice else selector.say("feel.tired.ask"),
        ]
    if situation.has(Cue.BORED):
        return [selector.say("feel.bored")]
    if situation.has(Cue.STUCK) and not situation.guarded:
        return [selector.say("feel.stuck")]
    return []


def _ask_on(situation: Situation, selector: PhraseSelector) -> str:
    return (
        selector.say("feel.ask")
        if not situation.asked_twice and selector.chance("feel?", 0.5)
        else ""
    )


def is_tired(situation: Situation) -> bool:
    """Return whether somebody says that they are tired."""
    return situation.has(Cue.TIRED)


def says_well(situation: Situation) -> bool:
    """Return whether somebody who was asked says that all is well ("fine, thanks")."""
    if situation.guarded or situation.does(Act.ASK_MEMORY, Act.BAD_NEWS, Act.GOOD_NEWS):
        return False
    return situation.has(Cue.WELL) and bool(situation.open_question or situation.has(Cue.THANKS))


def clearest_feeling(felt: Mapping[str, float]) -> str:
    """Return the kind of feeling that is clearest in rich emotions, or ""."""
    best, kind = _MIN_EMOTION, ""
    for name, emotions in _FEELINGS.items():
        level = max((felt.get(emotion, 0.0) for emotion in emotions), default=0.0)
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
    found = {"whom": turned, "who": name or turned}
    return found | {"called": name} if name else found


def _name(situation: Situation, raw: str) -> str:
    """Return the name in "my dog Rex"; "my dog" is Rex, if exactly one dog is known."""
    spoken = re.search(r"(?:^| )([A-Z][\w'-]+)$", raw)
    if spoken:
        return spoken[1]
    kinds = set(plain_words(raw))
    names = [
        fact_clauses.name_in(fact.value)
        for fact in situation.brief.known_facts
        if fact.topic.startswith(("pet:", "person:")) and fact.topic.partition(":")[2] in kinds
    ]
    return names[0] if len(names) == 1 else ""


def condole(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Condole over bad news, as gravely as the news is, and say or ask something after it."""
    happening = situation.interpretation.life_event
    found = news_subject(situation)
    found |= {"Who": grammar.upper_first(found["who"])} if found else {}
    stay = _SECOND_SENTENCE.get(happening, "bad.care") if happening else "bad.care"
    if situation.guarded:
        return [selector.say("wounded.sorry"), selector.say("bad.stay", **found)]
    # Name the dead, so that the reply never seems to ask how they are.
    own_grief = "called" in found if happening is LifeEvent.DEATH else not found
    if happening in _COMFORTED and own_grief and selector.chance("comfort", 0.5):
        lead = selector.say("bad.oh", **found) if found and happening is LifeEvent.DEATH else ""
        lines = [text for text in situation.notes.comforts if not (lead and text.startswith("Oh"))]
        line = selector.offer(templates_of(lines), "bad", **found)
        return [lead, line] if "?" in line else [lead, line, selector.say(stay, **found)]
    key = f"bad.{happening.value}" if happening else "bad"
    keys = (f"{key}.other", "bad.other") if found else (key,)
    said = selector.say(*keys, key, "bad", **found)
    return [said] if "?" in said else [said, selector.say(stay, **found)]
