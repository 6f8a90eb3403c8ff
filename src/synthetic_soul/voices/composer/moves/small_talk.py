"""Small talk: replies to messages that neither ask nor call for a reaction."""

from collections.abc import Callable
from typing import Final

from synthetic_soul.mind.interpretation import Act, Signal
from synthetic_soul.nlu.acts.signals import is_closed_question
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.moves import mirror, recollect
from synthetic_soul.voices.composer.selection import PhraseSelector
from synthetic_soul.voices.composer.situation import Situation

_UNREAD_CONFIDENCE: Final = 0.3
_MIN_CONFIDENCE: Final = 0.4
_MAX_BRIEF_WORDS: Final = 6
_MIN_WORDS: Final = 3
_SHORT_WORDS: Final = 4
_MAX_ECHO_WORDS: Final = 10


def reply(situation: Situation, selector: PhraseSelector) -> list[str]:  # noqa: PLR0911 - one return for each sort
    """Reply to a message to which no other move has an answer."""
    if situation.interpretation.confidence < _UNREAD_CONFIDENCE and not situation.tender:
        return [selector.say("unclear")]
    if situation.burden == "danger":
        return [selector.say("care.after")]
    if situation.has(Signal.RELIEVED) and not situation.guarded:
        return [selector.say("tell.relieved")]
    if situation.tender:
        return [_tender(situation, selector)]
    if situation.guarded:
        return [selector.say("curt")]
    greeted = situation.has(Signal.SENDS_GREETING) and _about_named(
        situation, selector, "tell.hello"
    )
    if greeted:
        return [greeted]
    key = next((key for key, fits in _SIMPLE if fits(situation)), "")
    if key:
        return [selector.say(key)]
    answers = situation.open_question and _may_answer(situation)
    if answers and not situation.does(Act.GREET, Act.FAREWELL):
        return [take_answer(situation, selector)]
    return [_take_up(situation, selector)]


_SIMPLE: Final[tuple[tuple[str, Callable[[Situation], bool]], ...]] = (
    ("ready.hear", lambda situation: situation.has(Signal.ANNOUNCES)),
    ("laugh", lambda situation: situation.does(Act.LAUGH)),
    (
        "tell.unsure",
        lambda situation: situation.has(Signal.UNSURE) and len(situation.words) <= _SHORT_WORDS,
    ),
    ("disagree", lambda situation: situation.has(Signal.DISAGREES)),
)
"""Cases that are answered by themselves, whatever the agent asked before."""


def _take_up(situation: Situation, selector: PhraseSelector) -> str:
    """Reply to a nod, an agreement or something told that answers no question."""
    if situation.has(Signal.NOD):
        return selector.say("nod")
    if situation.does(Act.DISAGREE):
        return selector.say("disagree")
    if situation.does(Act.AGREE) and len(situation.words) <= _MAX_BRIEF_WORDS:
        return selector.say("agree")
    tells = situation.does(Act.TELL) or len(situation.words) >= _SHORT_WORDS
    named = _about_named(situation, selector) if selector.chance("named", 0.7) else ""
    return named or (take_telling(situation, selector) if tells else selector.say("small"))


def _may_answer(situation: Situation) -> bool:
    """Return whether the message may answer the agent's question."""
    if len(situation.words) <= _SHORT_WORDS or situation.does(Act.AGREE, Act.DISAGREE):
        return True
    if recollect.stems(situation.open_question) & recollect.stems(situation.text):
        return True
    # A whole sentence about something else tells, and answers nothing.
    return not situation.has(Signal.SENTENCE)


def _about_named(situation: Situation, selector: PhraseSelector, key: str = "tell.called") -> str:
    """Name whom the message names, if they are known: "Clara says hi", "I took Miso to the vet"."""
    for fact in recollect.by_weight(situation.brief.known_facts):
        fields = fact_clauses.phrase_fields(fact)
        named = fields.get("called", "").casefold() in situation.words
        if named and not fact_clauses.is_of_the_dead(situation.brief, fact):
            return selector.say(key, **fields)
    return ""


def _tender(situation: Situation, selector: PhraseSelector) -> str:
    """Reply gently to somebody who goes on after telling a grief or a worry."""
    taken = mirror.take_up(situation, selector) if len(situation.words) >= _SHORT_WORDS else ""
    if taken:
        return taken
    if situation.burden == "worry":
        return selector.say("tender.worry", "tender")
    tells = len(situation.words) >= _MIN_WORDS
    if tells and situation.burden == "grief" and selector.chance("loss", 0.35):
        return selector.say("tender.loss", "tender")
    return selector.say("tender.answer" if selector.chance("answer", 0.3) else "tender", "tender")


def take_answer(situation: Situation, selector: PhraseSelector) -> str:  # noqa: PLR0911 - one return for each way
    """Acknowledge an answer to the agent's own question."""
    if situation.has(Signal.UNSURE) and len(situation.words) <= _MAX_BRIEF_WORDS:
        return selector.say("tell.unsure")
    short = len(situation.words) <= _SHORT_WORDS
    agrees = situation.does(Act.AGREE) or (short and situation.has(Signal.YES))
    if agrees or situation.does(Act.DISAGREE) or (short and situation.has(Signal.NO)):
        closed = is_closed_question(situation.open_question)
        if short and agrees and situation.has(Signal.ONLY_YES):
            return selector.say("tell.yes" if closed else "nod")
        if short and not agrees:
            # An open question may be left unanswered.
            return selector.say("tell.no" if closed else "tell.pass")
        return take_telling(situation, selector)
    echo = situation.turn(situation.text) if len(situation.words) <= _MIN_WORDS else None
    clear = situation.interpretation.confidence >= _MIN_CONFIDENCE
    # A bare answer ("my gran", "blue, mostly") and no sentence.
    if echo and clear and situation.has(Signal.FRAGMENT):
        return selector.say("tell.short", echo=echo)
    # A whole sentence that shares no word with the question counts as told, not as an answer.
    shares = recollect.stems(situation.open_question) & recollect.stems(situation.text)
    whole = situation.has(Signal.SENTENCE) and not shares
    if whole or len(situation.words) > _MAX_BRIEF_WORDS:
        return take_telling(situation, selector)
    return selector.say("tell.answer")


def take_telling(situation: Situation, selector: PhraseSelector) -> str:
    """Acknowledge what is told: by its subject, by an echo, or plainly."""
    interpretation = situation.interpretation
    about = grammar.noun_phrase(situation.text, interpretation.topics)
    taken = mirror.take_up(situation, selector) if len(situation.words) >= _SHORT_WORDS else ""
    if taken:
        return taken
    if situation.has(Signal.VIEW):
        return selector.say("tell.view")
    if situation.asked_twice:
        return selector.say("tell.plain")
    if about and selector.chance("thing", 0.45):
        return selector.say("tell.thing", thing=about)
    echo = _echo(situation)
    if echo and selector.chance("echo", 0.35):
        key = "tell.echo.past" if situation.has(Signal.PAST) else "tell.echo"
        return selector.say(key, echo=echo)
    return selector.say("tell")


def _echo(situation: Situation) -> str:
    """Return the message turned round, where it is one short clause about the speaker."""
    if not recollect.starts_as_clause(situation.text) or len(situation.words) > _MAX_ECHO_WORDS:
        return ""
    if len(situation.words) < _SHORT_WORDS or situation.has(Signal.HEDGED):
        return ""
    return situation.turn(situation.text) or ""
