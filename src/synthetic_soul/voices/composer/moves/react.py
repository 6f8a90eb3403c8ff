"""What she says to what somebody does: kindness, unkindness, news, feelings, telling, parting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from synthetic_soul.mind.interpretation import Act, Cue, LifeEvent
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.grammar import HOUR
from synthetic_soul.voices.composer.selection import own_templates
from synthetic_soul.voices.composer.situation import HURT, WARY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_MOODS: Final = {
    "sad": ("sadness", "grief", "disappointment"), "lonely": ("loneliness",),
    "afraid": ("fear", "anxiety"),
    "angry": ("anger", "bitterness", "disgust", "envy"), "annoyed": ("frustration",),
    "ashamed": ("guilt", "shame", "embarrassment", "self_loathing"),
    "grateful": ("gratitude",), "hopeful": ("hope",),
    "happy": ("happiness", "excitement", "pride", "relief", "contentment", "serenity"),
}  # fmt: skip
GLAD: Final = frozenset({"happy", "grateful", "hopeful"})
_HEAVY: Final = frozenset({"sad", "lonely", "afraid", "ashamed"})
_FEW: Final = 3
_FELT: Final = 0.35
_SAD: Final = -0.45
_AGAIN: Final = re.compile(
    r"(?i)\b(?:again|back|it'?s you|there you are|you came|since last|last time|hello, you)\b"
)
_AWAY: Final = 36 * HOUR
_SESSION: Final = 3 * HOUR
_AFTER: Final = {
    LifeEvent.DEATH: "bad.stay", LifeEvent.ILLNESS: "bad.care", LifeEvent.ACCIDENT: "bad.care",
    LifeEvent.BREAK_UP: "bad.care", LifeEvent.LOSS: "bad.hope", LifeEvent.JOB_LOSS: "bad.hope",
    LifeEvent.FAILURE: "bad.hope", LifeEvent.CONFLICT: "bad.hope",
}  # fmt: skip
_GRAVE: Final = frozenset({LifeEvent.DEATH, LifeEvent.BREAK_UP})
"""What the soul's own words of comfort are meant for; they are too large for a broken cup."""
_PRONOUNS: Final = {"he": "him", "she": "her", "they": "them", "it": "it"}
_OWN_STORY: Final = frozenset({
    LifeEvent.ROMANCE, LifeEvent.BREAK_UP, LifeEvent.CONFLICT, LifeEvent.GIFT, LifeEvent.JOB_LOSS,
})  # fmt: skip
"""Events in which "he" does something to the speaker, whose story it is."""


def opening(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Hello, and how long it has been."""
    said: list[str] = []
    standing = situation.brief.relationship
    if situation.does(Act.GREET):
        said.append(_hello(situation, selector))
        named = f"{situation.text} {said[0]}".casefold()
        if not standing.messages and situation.brief.name.casefold() not in named:
            said.append(selector.say("introduce"))
    # After grave news nobody wants to hear how long it has been.
    if standing.away >= _AWAY and not _grave(situation):
        span = grammar.span(standing.away)
        said.append(selector.say("away", span=span))
    return said


def _hello(situation: Situation, selector: PhraseSelector) -> str:
    recent = situation.brief.relationship.away < _SESSION and situation.brief.recent_lines
    if recent and selector.lately("greet", "greet.new", "greet.friend", "greet.again", replies=12):
        return selector.say("greet.again")
    if situation.bereaved and not situation.guarded:
        return selector.say("greet.tender")
    lines = own_templates(situation.who.notes.greetings) if situation.light else ()
    if situation.brief.relationship.away >= _SESSION:
        # After an absence there is something better to ask.
        lines = tuple(line for line in lines if "?" not in line.text)
    if not situation.brief.relationship.messages:
        lines = tuple(line for line in lines if not _AGAIN.search(line.text))
    return selector.offer(lines, "greet")


def _grave(situation: Situation) -> bool:
    return situation.does(Act.BAD_NEWS, Act.THREATEN, Act.INSULT) or situation.tender


def closing(situation: Situation, selector: PhraseSelector) -> str:
    """Goodbye, when the person takes leave."""
    if not situation.does(Act.FAREWELL):
        return ""
    if situation.has(Cue.BEDTIME):
        return selector.say("farewell.night")
    lines = (
        own_templates(situation.who.notes.farewells)
        if situation.light and not situation.bereaved
        else ()
    )
    return selector.offer(lines, "farewell")


def reaction(situation: Situation, selector: PhraseSelector) -> list[str]:
    """What she says to the most telling thing done, questions and facts apart."""
    for act in _WEIGHT:
        if situation.does(act):
            said = _to(act, situation, selector)
            if said:
                return said
    return [] if situation.does(Act.LAUGH) else feelings(situation, selector)


_WEIGHT: Final = (
    Act.THREATEN, Act.INSULT, Act.BAD_NEWS, Act.APOLOGISE, Act.GOOD_NEWS, Act.LOVE, Act.PRAISE,
    Act.COMFORT, Act.THANK,
)  # fmt: skip


def _to(  # noqa: PLR0911 - one return for each act
    act: Act, situation: Situation, selector: PhraseSelector
) -> list[str]:
    match act:
        case Act.INSULT:
            return [_insulted(situation, selector)]
        case Act.BAD_NEWS:
            return sorrow(situation, selector)
        case Act.GOOD_NEWS:
            return _joy(situation, selector)
        case Act.APOLOGISE:
            return [_forgiven(situation, selector)]
        case Act.COMFORT:
            low = situation.brief.mood[0] < 0 or situation.brief.relationship.hurt >= WARY
            return [selector.say("comfort" if low else "comfort.fine")]
        case Act.THREATEN:
            return [selector.say("threat")]
        case Act.THANK if well(situation):
            return []
        # "Can you help me?" asks; it does not praise.
        case Act.PRAISE if situation.does(Act.REQUEST) and "?" in situation.text:
            return []
        case Act.LOVE | Act.PRAISE if situation.tender:
            return [selector.say("thank.tender")]
        case _:
            return [selector.say(act.value)]


def _insulted(situation: Situation, selector: PhraseSelector) -> str:
    if selector.lately("insult", "insult.close", "insult.again", replies=6):
        return selector.say("insult.again")
    if situation.closeness in {"dear", "friend"} and "name" in selector.fields:
        return selector.say("insult.close")
    return selector.say("insult")


def _forgiven(situation: Situation, selector: PhraseSelector) -> str:
    hurt = situation.brief.relationship.hurt
    lately = selector.lately("insult", "insult.close", "insult.again", replies=6)
    if hurt >= HURT:
        return selector.say("apology.hurt")
    return selector.say("apology.wary" if lately or hurt >= WARY else "apology.plain")


def _joy(situation: Situation, selector: PhraseSelector) -> list[str]:
    happening = situation.brief.interpretation.life_event
    if situation.tender:
        return [selector.say("tender.joy")]
    if situation.guarded:
        return [selector.say("wounded.joy")]
    if situation.has(Cue.OWN_BIRTHDAY):
        return [selector.say("good.birthday")]
    found = whom(situation)
    if happening is LifeEvent.RECOVERY:
        return [selector.say("good.recovery", "good", **found)]
    if found and selector.chance("other", 0.6):
        said = selector.say("good.other", **found)
    else:
        lines = (
            own_templates(situation.who.notes.delights) if selector.chance("delight", 0.5) else ()
        )
        key = f"good.{happening.value}" if happening else "good"
        said = selector.offer(lines, key, "good", **found)
    if (
        situation.pressed
        or "?" in said
        or happening is LifeEvent.CELEBRATION
        or not selector.chance("ask", 0.7)
    ):
        return [said]
    return [said, selector.say("good.theirs" if found else "good.ask")]


def feelings(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Answer how somebody feels, where it is clear and nothing else was more telling."""
    if situation.brief.interpretation.ironic and situation.light:
        return [selector.say("irony")]
    plain = _plainly(situation, selector)
    if plain:
        return plain
    mood = mood_of(situation.brief.interpretation.feelings)
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
    tells = situation.does(Act.TELL, Act.SMALL_TALK, Act.AGREE) and len(situation.words) >= _FEW
    hard = situation.brief.interpretation.valence <= _SAD and tells and not situation.tender
    return [selector.say("feel.hard")] if hard else []


def _plainly(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Answer what is said of oneself in so many words: well, tired, bored, at a loss."""
    if well(situation):
        fine = "answer.better" if situation.has(Cue.BETTER) else "answer.well"
        return [selector.say("tender.fine" if situation.tender else fine)]
    if situation.brief.interpretation.attitude < 0 and not situation.does(Act.LAUGH):
        return [selector.say("jibe")]
    if weary(situation):
        return [
            selector.say("feel.tired"),
            "" if situation.pressed else selector.say("feel.tired.ask"),
        ]
    if situation.has(Cue.BORED):
        return [selector.say("feel.bored")]
    if situation.has(Cue.STUCK) and not situation.guarded:
        return [selector.say("feel.stuck")]
    return []


def _ask_on(situation: Situation, selector: PhraseSelector) -> str:
    return (
        selector.say("feel.ask") if not situation.pressed and selector.chance("feel?", 0.5) else ""
    )


def weary(situation: Situation) -> bool:
    """Whether somebody says that they are tired."""
    return situation.has(Cue.TIRED)


def well(situation: Situation) -> bool:
    """Whether somebody who was asked says that all is well ("fine, thanks")."""
    if situation.guarded or situation.does(Act.ASK_MEMORY, Act.BAD_NEWS, Act.GOOD_NEWS):
        return False
    return situation.has(Cue.WELL) and bool(situation.asked or situation.has(Cue.THANKS))


def mood_of(felt: Mapping[str, float]) -> str:
    """The kind of feeling that is clearest in ``felt`` (rich emotions), "" where none is clear."""
    best, kind = _FELT, ""
    for name, emotions in _MOODS.items():
        level = max((felt.get(emotion, 0.0) for emotion in emotions), default=0.0)
        if level > best:
            best, kind = level, name
    return kind


def whom(situation: Situation) -> dict[str, str]:
    """The fields for whoever the news is about; none when it is the speaker.

    ``whom`` is who it is, turned ("your dog"); ``called`` the name, where it is known; ``who``
    the better of the two.
    """
    raw = situation.brief.interpretation.event_subject
    low = raw.casefold()
    if not raw or low in {"i", "me", "we"}:
        return {}
    if low in _PRONOUNS:
        if situation.brief.interpretation.life_event in _OWN_STORY:
            return {}
        return {"whom": _PRONOUNS[low], "who": _PRONOUNS[low]}
    turned = grammar.turn(raw)
    if not turned or " and you" in turned:
        return {}
    name = _name(situation, raw)
    found = {"whom": turned, "who": name or turned}
    return found | {"called": name} if name else found


def _name(situation: Situation, raw: str) -> str:
    """The name in "my dog Rex"; "my dog" is Rex, if exactly one dog is known."""
    spoken = re.search(r"(?:^| )([A-Z][\w'-]+)$", raw)
    if spoken:
        return spoken[1]
    kinds = set(plain_words(raw))
    names = [
        fact_clauses.called(fact.value)
        for fact in situation.brief.known_facts
        if fact.topic.startswith(("pet:", "person:")) and fact.topic.partition(":")[2] in kinds
    ]
    return names[0] if len(names) == 1 else ""


def sorrow(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Words for bad news, and what to say or ask after them."""
    happening = situation.brief.interpretation.life_event
    found = whom(situation)
    found |= {"Who": found["who"][:1].upper() + found["who"][1:]} if found else {}
    stay = _AFTER.get(happening, "bad.care") if happening else "bad.care"
    if situation.guarded:
        return [selector.say("wounded.sorry"), selector.say("bad.stay", **found)]
    # The dead are named, so that she is never heard to ask how they are.
    own_grief = "called" in found if happening is LifeEvent.DEATH else not found
    if happening in _GRAVE and own_grief and selector.chance("comfort", 0.5):
        lead = selector.say("bad.oh", **found) if found and happening is LifeEvent.DEATH else ""
        lines = [
            text for text in situation.who.notes.comforts if not (lead and text.startswith("Oh"))
        ]
        line = selector.offer(own_templates(lines), "bad", **found)
        return [lead, line] if "?" in line else [lead, line, selector.say(stay, **found)]
    key = f"bad.{happening.value}" if happening else "bad"
    keys = (f"{key}.other", "bad.other") if found else (key,)
    said = selector.say(*keys, key, "bad", **found)
    return [said] if "?" in said else [said, selector.say(stay, **found)]
