"""What she says to what somebody does: kindness, unkindness, news, feelings, telling, parting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from synthetic_soul.mind.interpretation import Act, LifeEvent
from synthetic_soul.voices.composer import grammar
from synthetic_soul.voices.composer.grammar import HOUR
from synthetic_soul.voices.composer.moves import condole
from synthetic_soul.voices.composer.selection import own
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
_TIRED: Final = ("tired", "exhausted", "exhausting", "tiring", "sleepy", "worn out", "knackered",
                 "long day", "long week", "no energy", "haven't slept", "can't sleep",
                 "couldn't sleep", "didn't sleep", "not sleeping", "hardly slept",
                 "barely slept")  # fmt: skip
_STUCK: Final = ("i don't know how", "i don't know what to do", "i can't decide", "i'm stuck",
                 "i have no idea how", "i don't know whether", "should i quit", "should just quit",
                 "i can't choose", "torn between")  # fmt: skip
_WELL: Final = re.compile(
    r"(?i)\W*(?:oh |yeah |yes )?(?:i'?m |i am |i feel |doing |it'?s )?"
    r"(?:not (?:too |so |that )?bad"
    r"|(?:pretty |very |quite |really |so |much |all |a bit |a little )*"
    r"(?:good|fine|well|okay|ok|great|better|alright|all right|lovely))\b"
    r"(?! (?:morning|night|evening|afternoon|luck|point|idea|question|one|bye))"
    r"(?:[^?]{0,24}$|,? (?:thanks|thank you)\b)"
)
_AWAY: Final = 36 * HOUR
_SESSION: Final = 3 * HOUR


def opening(scene: Situation, choose: PhraseSelector) -> list[str]:
    """Hello, and how long it has been."""
    said: list[str] = []
    standing = scene.brief.relationship
    if scene.does(Act.GREET):
        said.append(_hello(scene, choose))
        named = f"{scene.text} {said[0]}".casefold()
        if not standing.messages and scene.brief.name.casefold() not in named:
            said.append(choose.say("introduce"))
    # After grave news nobody wants to hear how long it has been.
    if standing.away >= _AWAY and not _grave(scene):
        span = grammar.span(standing.away)
        said.append(choose.say("away", span=span))
    return said


def _hello(scene: Situation, choose: PhraseSelector) -> str:
    recent = scene.brief.relationship.away < _SESSION and scene.brief.recent_lines
    if recent and choose.lately("greet", "greet.new", "greet.friend", "greet.again", replies=12):
        return choose.say("greet.again")
    if scene.bereaved and not scene.guarded:
        return choose.say("greet.tender")
    lines = own(scene.who.notes.greetings) if scene.light else ()
    if scene.brief.relationship.away >= _SESSION:
        # After an absence there is something better to ask.
        lines = tuple(line for line in lines if "?" not in line.text)
    if not scene.brief.relationship.messages:
        lines = tuple(line for line in lines if not _AGAIN.search(line.text))
    return choose.offer(lines, "greet")


def _grave(scene: Situation) -> bool:
    return scene.does(Act.BAD_NEWS, Act.THREATEN, Act.INSULT) or scene.tender


def closing(scene: Situation, choose: PhraseSelector) -> str:
    """Goodbye, when the person takes leave."""
    if not scene.does(Act.FAREWELL):
        return ""
    if scene.has("night", "bed", "sleep", "goodnight", "gn"):
        return choose.say("farewell.night")
    lines = own(scene.who.notes.farewells) if scene.light and not scene.bereaved else ()
    return choose.offer(lines, "farewell")


def reaction(scene: Situation, choose: PhraseSelector) -> list[str]:
    """What she says to the most telling thing done, questions and facts apart."""
    for act in _WEIGHT:
        if scene.does(act):
            said = _to(act, scene, choose)
            if said:
                return said
    return [] if scene.does(Act.LAUGH) else feelings(scene, choose)


_WEIGHT: Final = (
    Act.THREATEN, Act.INSULT, Act.BAD_NEWS, Act.APOLOGISE, Act.GOOD_NEWS, Act.LOVE, Act.PRAISE,
    Act.COMFORT, Act.THANK,
)  # fmt: skip


def _to(  # noqa: PLR0911 - one return for each act
    act: Act, scene: Situation, choose: PhraseSelector
) -> list[str]:
    match act:
        case Act.INSULT:
            return [_insulted(scene, choose)]
        case Act.BAD_NEWS:
            return condole.sorrow(scene, choose)
        case Act.GOOD_NEWS:
            return _joy(scene, choose)
        case Act.APOLOGISE:
            return [_forgiven(scene, choose)]
        case Act.COMFORT:
            low = scene.brief.mood[0] < 0 or scene.brief.relationship.hurt >= WARY
            return [choose.say("comfort" if low else "comfort.fine")]
        case Act.THREATEN:
            return [choose.say("threat")]
        case Act.THANK if well(scene):
            return []
        # "Can you help me?" asks; it does not praise.
        case Act.PRAISE if scene.does(Act.REQUEST) and "?" in scene.text:
            return []
        case Act.LOVE | Act.PRAISE if scene.tender:
            return [choose.say("thank.tender")]
        case _:
            return [choose.say(act.value)]


def _insulted(scene: Situation, choose: PhraseSelector) -> str:
    if choose.lately("insult", "insult.close", "insult.again", replies=6):
        return choose.say("insult.again")
    if scene.closeness in {"dear", "friend"} and "name" in choose.fields:
        return choose.say("insult.close")
    return choose.say("insult")


def _forgiven(scene: Situation, choose: PhraseSelector) -> str:
    hurt = scene.brief.relationship.hurt
    lately = choose.lately("insult", "insult.close", "insult.again", replies=6)
    if hurt >= HURT:
        return choose.say("apology.hurt")
    return choose.say("apology.wary" if lately or hurt >= WARY else "apology.plain")


def _joy(scene: Situation, choose: PhraseSelector) -> list[str]:
    happening = scene.brief.interpretation.life_event
    if scene.tender:
        return [choose.say("tender.joy")]
    if scene.guarded:
        return [choose.say("wounded.joy")]
    if scene.has("my birthday"):
        return [choose.say("good.birthday")]
    found = condole.whom(scene)
    if happening is LifeEvent.RECOVERY:
        return [choose.say("good.recovery", "good", **found)]
    if found and choose.chance("other", 0.6):
        said = choose.say("good.other", **found)
    else:
        lines = own(scene.who.notes.delights) if choose.chance("delight", 0.5) else ()
        key = f"good.{happening.value}" if happening else "good"
        said = choose.offer(lines, key, "good", **found)
    if (
        scene.pressed
        or "?" in said
        or happening is LifeEvent.CELEBRATION
        or not choose.chance("ask", 0.7)
    ):
        return [said]
    return [said, choose.say("good.theirs" if found else "good.ask")]


def feelings(scene: Situation, choose: PhraseSelector) -> list[str]:
    """Answer how somebody feels, where it is clear and nothing else was more telling."""
    if scene.brief.interpretation.ironic and scene.light:
        return [choose.say("irony")]
    plain = _plainly(scene, choose)
    if plain:
        return plain
    mood = mood_of(scene.brief.interpretation.feelings)
    # What is newly learned is taken up instead; only a heavy heart goes before it.
    if (scene.guarded and mood in GLAD) or (scene.brief.learned_facts and mood not in _HEAVY):
        return []
    if scene.tender and mood in GLAD:
        return [choose.say("tender.fine")]
    if mood:
        said = choose.say(f"feel.{mood}")
        return [said] if mood in GLAD or "?" in said else [said, _ask_on(scene, choose)]
    tells = scene.does(Act.TELL, Act.SMALL_TALK, Act.AGREE) and len(scene.words) >= _FEW
    hard = scene.brief.interpretation.valence <= _SAD and tells and not scene.tender
    return [choose.say("feel.hard")] if hard else []


def _plainly(scene: Situation, choose: PhraseSelector) -> list[str]:
    """Answer what is said of oneself in so many words: well, tired, bored, at a loss."""
    if well(scene):
        fine = "answer.better" if scene.has("better") else "answer.well"
        return [choose.say("tender.fine" if scene.tender else fine)]
    if scene.brief.interpretation.attitude < 0 and not scene.does(Act.LAUGH):
        return [choose.say("jibe")]
    if weary(scene):
        return [choose.say("feel.tired"), "" if scene.pressed else choose.say("feel.tired.ask")]
    if scene.has("bored", "boring day"):
        return [choose.say("feel.bored")]
    if scene.has(*_STUCK) and not scene.guarded:
        return [choose.say("feel.stuck")]
    return []


def _ask_on(scene: Situation, choose: PhraseSelector) -> str:
    return choose.say("feel.ask") if not scene.pressed and choose.chance("feel?", 0.5) else ""


def weary(scene: Situation) -> bool:
    """Whether somebody says that they are tired."""
    return scene.has(*_TIRED)


def well(scene: Situation) -> bool:
    """Whether somebody who was asked says that all is well ("fine, thanks")."""
    if scene.guarded or scene.does(Act.ASK_MEMORY, Act.BAD_NEWS, Act.GOOD_NEWS):
        return False
    thanked = scene.has("thanks", "thank you", "cheers")
    return bool(_WELL.match(scene.text)) and bool(scene.asked or thanked)


def mood_of(felt: Mapping[str, float]) -> str:
    """The kind of feeling that is clearest in ``felt`` (rich emotions), "" where none is clear."""
    best, kind = _FELT, ""
    for name, emotions in _MOODS.items():
        level = max((felt.get(emotion, 0.0) for emotion in emotions), default=0.0)
        if level > best:
            best, kind = level, name
    return kind
