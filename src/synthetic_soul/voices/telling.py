"""What is only told, answered, agreed to, laughed at, or said for company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from synthetic_soul.mind.reading import Act
from synthetic_soul.voices import grammar, remembering, selfhood

if TYPE_CHECKING:
    from synthetic_soul.voices.choosing import Chooser
    from synthetic_soul.voices.scene import Scene

_YES: Final = frozenset(
    grammar.words("yes yeah yep yup sure ok okay definitely absolutely totally aye")
)
_NO: Final = frozenset(grammar.words("no nope nah never not"))
_CLOSED: Final = [
    [word]
    for word in grammar.words("do does did is are was were have has had can could will would shall")
]
_UNSURE: Final = ("i don't know", "not sure", "no idea", "dunno", "maybe", "perhaps", "i guess",
                  "hard to say", "idk")  # fmt: skip
_HEDGES: Final = frozenset(
    grammar.words(
        "think know guess mean hope agree don't do did didn't can can't could suppose believe will "
        "want need wonder would should see understand wish"
    )
)
_VERBS: Final = frozenset(
    grammar.words(
        "is are was were am be been has have had do does did went go got get can could will would "
        "it's that's there's i'm mine hi hello hey thanks lol well not"
    )
)
_BRIEF: Final = 6
_FEW: Final = 3
_SHORT: Final = 4
_ECHO: Final = 10


def small(  # noqa: PLR0911 - one return for each sort of small talk
    scene: Scene, choose: Chooser
) -> list[str]:
    """Answer what is only told, agreed, laughed at, or said for company."""
    if scene.weight == "danger":
        return [choose.say("care.after")]
    if scene.tender:
        return [_gently(scene, choose)]
    if scene.guarded:
        return [choose.say("curt")]
    if scene.does(Act.LAUGH):
        return [choose.say("laugh")]
    long = len(scene.words) > _BRIEF and remembering.starts_as_clause(scene.text)
    if scene.asked and not long and not scene.does(Act.GREET, Act.FAREWELL):
        return [answered(scene, choose)]
    if scene.does(Act.DISAGREE):
        return [choose.say("disagree")]
    if scene.does(Act.AGREE):
        return [choose.say("agree")]
    if scene.does(Act.TELL):
        return [told(scene, choose)]
    return [choose.say("small")]


def _gently(scene: Scene, choose: Chooser) -> str:
    """Stay with somebody who goes on telling what is sad."""
    said = len(scene.words) >= _FEW
    if said and scene.weight == "grief" and choose.chance("loss", 0.35):
        return choose.say("tender.loss", "tender")
    return choose.say("tender.answer" if choose.chance("answer", 0.3) else "tender", "tender")


def answered(scene: Scene, choose: Chooser) -> str:
    """Take an answer to her own question."""
    spoken = set(scene.words)
    if scene.has(*_UNSURE) and len(scene.words) <= _BRIEF:
        return choose.say("tell.unsure")
    short = len(scene.words) <= _SHORT
    agrees = scene.does(Act.AGREE) or (short and bool(spoken & _YES))
    if agrees or scene.does(Act.DISAGREE) or (short and spoken & _NO):
        closed = grammar.words(scene.asked)[:1] in _CLOSED
        return choose.say(
            ("tell.yes" if agrees else "tell.no") if closed
            else "agree" if agrees else "disagree"
        )  # fmt: skip
    echo = grammar.turn(scene.text) if short else None
    if echo and not _acts(spoken) and not remembering.starts_as_clause(scene.text):
        return choose.say("tell.short", Echo=selfhood.upper(echo))
    # A whole sentence may be an answer or something else; then it is taken as told.
    if not short and choose.chance("told", 0.5):
        return told(scene, choose)
    return choose.say("tell.answer")


def _acts(spoken: set[str]) -> bool:
    """Whether words hold a verb, as far as can be told, so that no fragment can be made of them."""
    return bool(spoken & _VERBS) or any(
        word.endswith("ed") and len(word) > _SHORT for word in spoken
    )


def told(scene: Scene, choose: Chooser) -> str:
    """Take what is told: by the thing it is about, by an echo of it, or plainly."""
    reading = scene.brief.reading
    about = grammar.thing(scene.text, reading.topics)
    if about and choose.chance("thing", 0.45):
        return choose.say("tell.thing", thing=about, Thing=selfhood.upper(about))
    echo = _echo(scene)
    if echo and choose.chance("echo", 0.35):
        return choose.say("tell.echo", echo=echo, Echo=selfhood.upper(echo))
    return choose.say("tell")


def _echo(scene: Scene) -> str:
    """What was told, turned round, where it is one short clause about the speaker."""
    if not remembering.starts_as_clause(scene.text) or len(scene.words) > _ECHO:
        return ""
    if len(scene.words) < _SHORT or scene.words[1] in _HEDGES:
        return ""
    return grammar.turn(scene.text) or ""
