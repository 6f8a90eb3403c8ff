"""What is only told, answered, agreed to, laughed at, or said for company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from synthetic_soul.mind.interpretation import Act, Cue
from synthetic_soul.nlu.acts.cues import is_closed_question
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.moves import recollect, self_disclosure

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_CLEAR: Final = 0.4
_BRIEF: Final = 6
_FEW: Final = 3
_SHORT: Final = 4
_ECHO: Final = 10


def small(  # noqa: PLR0911 - one return for each sort of small talk
    situation: Situation, selector: PhraseSelector
) -> list[str]:
    """Answer what is only told, agreed, laughed at, or said for company."""
    if situation.weight == "danger":
        return [selector.say("care.after")]
    if situation.has(Cue.RELIEVED) and not situation.guarded:
        return [selector.say("tell.relieved")]
    if situation.tender:
        return [_gently(situation, selector)]
    if situation.guarded:
        return [selector.say("curt")]
    if situation.has(Cue.SENDS_GREETING) and (hello := _named(situation, selector, "tell.hello")):
        return [hello]
    key = next((key for key, fits in _PLAIN if fits(situation)), "")
    if key:
        return [selector.say(key)]
    if situation.asked and _answers(situation) and not situation.does(Act.GREET, Act.FAREWELL):
        return [answered(situation, selector)]
    return [_taken(situation, selector)]


_PLAIN: Final[tuple[tuple[str, Callable[[Situation], bool]], ...]] = (
    ("ready.hear", lambda situation: situation.has(Cue.ANNOUNCES)),
    ("laugh", lambda situation: situation.does(Act.LAUGH)),
    ("tell.unsure", lambda situation: situation.has(Cue.UNSURE) and len(situation.words) <= _SHORT),
    ("disagree", lambda situation: situation.has(Cue.DISAGREES)),
)
"""What is answered by itself, whatever she asked before."""


def _taken(situation: Situation, selector: PhraseSelector) -> str:
    """Take what answers nothing: a nod, an agreement, something told, or a word for company."""
    if situation.has(Cue.NOD):
        return selector.say("nod")
    if situation.does(Act.DISAGREE):
        return selector.say("disagree")
    if situation.does(Act.AGREE) and len(situation.words) <= _BRIEF:
        return selector.say("agree")
    tells = situation.does(Act.TELL) or len(situation.words) >= _SHORT
    named = _named(situation, selector) if selector.chance("named", 0.7) else ""
    return named or (told(situation, selector) if tells else selector.say("small"))


def _answers(situation: Situation) -> bool:
    """Whether what is said may well answer her question, and does not go on to something else."""
    if len(situation.words) <= _SHORT or situation.does(Act.AGREE, Act.DISAGREE):
        return True
    if recollect.stems(situation.asked) & recollect.stems(situation.text):
        return True
    # A whole sentence about somebody or something of its own is told, and answers nothing.
    return not situation.has(Cue.SENTENCE)


def _named(situation: Situation, selector: PhraseSelector, key: str = "tell.called") -> str:
    """Take up somebody who is known by name: "Clara says hi", "I took Miso to the vet"."""
    for fact in recollect.weighty(situation.brief.known_facts):
        found = fact_clauses.fields(fact)
        name = found.get("called", "")
        if (
            name
            and name.casefold() in situation.words
            and not fact_clauses.gone(situation.brief, fact)
        ):
            return selector.say(key, **found)
    return ""


def _gently(situation: Situation, selector: PhraseSelector) -> str:
    """Stay with somebody who goes on telling what is sad."""
    if situation.weight == "worry":
        return selector.say("tender.worry", "tender")
    said = len(situation.words) >= _FEW
    if said and situation.weight == "grief" and selector.chance("loss", 0.35):
        return selector.say("tender.loss", "tender")
    return selector.say("tender.answer" if selector.chance("answer", 0.3) else "tender", "tender")


def answered(situation: Situation, selector: PhraseSelector) -> str:
    """Take an answer to her own question."""
    if situation.has(Cue.UNSURE) and len(situation.words) <= _BRIEF:
        return selector.say("tell.unsure")
    short = len(situation.words) <= _SHORT
    agrees = situation.does(Act.AGREE) or (short and situation.has(Cue.YES))
    if agrees or situation.does(Act.DISAGREE) or (short and situation.has(Cue.NO)):
        closed = is_closed_question(situation.asked)
        if short and agrees and situation.has(Cue.ONLY_YES):
            return selector.say("tell.yes" if closed else "nod")
        if short and not agrees:
            # An open question may be left unanswered.
            return selector.say("tell.no" if closed else "tell.pass")
        return told(situation, selector)
    echo = grammar.turn(situation.text) if len(situation.words) <= _FEW else None
    if echo and _fragment(situation):
        return selector.say("tell.short", Echo=self_disclosure.upper(echo))
    # A whole sentence may be an answer or something else; then it is taken as told.
    shares = recollect.stems(situation.asked) & recollect.stems(situation.text)
    whole = situation.has(Cue.SENTENCE) and not shares
    return told(situation, selector) if whole else selector.say("tell.answer")


def _fragment(situation: Situation) -> bool:
    """Whether the words are a bare answer ("my gran", "blue, mostly") and no sentence."""
    clear = situation.brief.interpretation.confidence >= _CLEAR
    return clear and situation.has(Cue.FRAGMENT)


def told(situation: Situation, selector: PhraseSelector) -> str:
    """Take what is told: by the thing it is about, by an echo of it, or plainly."""
    interpretation = situation.brief.interpretation
    about = grammar.thing(situation.text, interpretation.topics)
    if situation.has(Cue.VIEW):
        return selector.say("tell.view")
    if situation.pressed:
        return selector.say("tell.plain")
    if about and selector.chance("thing", 0.45):
        return selector.say("tell.thing", thing=about, Thing=self_disclosure.upper(about))
    echo = _echo(situation)
    if echo and selector.chance("echo", 0.35):
        key = "tell.echo.past" if situation.has(Cue.PAST) else "tell.echo"
        return selector.say(key, echo=echo, Echo=self_disclosure.upper(echo))
    return selector.say("tell")


def _echo(situation: Situation) -> str:
    """What was told, turned round, where it is one short clause about the speaker."""
    if not recollect.starts_as_clause(situation.text) or len(situation.words) > _ECHO:
        return ""
    if len(situation.words) < _SHORT or situation.has(Cue.HEDGED):
        return ""
    return grammar.turn(situation.text) or ""
