"""What is due: raised of the agent's own accord, and told where the person asks for it."""

import re
from collections.abc import Sequence
from typing import Final

from soulscript.text import terms
from synthetic_soul.mind.interpretation import Act
from synthetic_soul.nlu.calendar.appointments import DATED, event_words, question_kind
from synthetic_soul.nlu.calendar.date_reader import dates_in
from synthetic_soul.nlu.calendar.named_date import NamedDate
from synthetic_soul.voices.base import DueFact, KnownFact
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.selection import PhraseSelector
from synthetic_soul.voices.composer.situation import Situation
from synthetic_soul.voices.composer.spoken_dates import spoken_date

MAX_TOLD: Final = 4
_NOT_NOW: Final = (
    Act.BAD_NEWS, Act.INSULT, Act.THREATEN, Act.APOLOGISE, Act.FORGET, Act.HIDE,
    Act.FAREWELL,
)  # fmt: skip
_ALREADY: Final = re.compile(r"^(?:an?|the|my) ")


def raise_due(situation: Situation, selector: PhraseSelector) -> str:
    """Speak of what is due, or ask how it went; say nothing where the moment is wrong."""
    if situation.guarded or situation.tender or situation.does(*_NOT_NOW):
        return ""
    said = set(terms(situation.text))
    for due in situation.brief.due_facts:
        if not said & event_words(due.fact.topic, due.fact.value):
            return _raised(situation, selector, due)
    return ""


def _raised(situation: Situation, selector: PhraseSelector, due: DueFact) -> str:
    fields = event_fields(due.fact)
    when = spoken_date(due.date, situation.brief.now)
    tense = "over" if due.is_over else "ahead"
    kind = next(name for name in ("event", "doing", "told") if name in fields)
    return selector.say(f"due.{tense}.{kind}", when=when, **fields)


def event_fields(fact: KnownFact) -> dict[str, str]:
    """Return what to call what is due: ``event`` ("your exam"), ``doing``, or ``told`` (a clause).

    None of them has its date.
    """
    value = fact_clauses.undated(fact)
    if fact.root == "birthday":
        return {"event": "your birthday"}
    if fact.root == "appointment":
        return {"told": grammar.quoted(value)} if ":" in fact.topic else {"told": value}
    if value.startswith("having "):
        return {"event": _ALREADY.sub("your ", value.removeprefix("having "))}
    return {"doing": fact_clauses.plan_clause(value)}


def answer(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Answer "when is my exam?" and "what do I have on Friday?"; return nothing for the rest."""
    kind = question_kind(situation.text)
    dated = [fact for fact in situation.brief.known_facts if fact.when and fact.root in DATED]
    if kind == "when":
        return _when(situation, selector, dated)
    if kind == "what":
        asked = dates_in(situation.text, situation.brief.now, situation.brief.time_zone)
        return _what(situation, selector, dated, asked[0]) if asked else []
    return []


def _when(situation: Situation, selector: PhraseSelector, dated: Sequence[KnownFact]) -> list[str]:
    said = set(terms(situation.text))
    shared = {fact.id: len(said & event_words(fact.topic, fact.value)) for fact in dated}
    fitting = [fact for fact in dated if shared[fact.id]]
    if not fitting:
        return []
    best = max(fitting, key=lambda fact: (shared[fact.id], fact.at, fact.id))
    return [selector.say("due.told", facts=dated_clause(best, situation.brief.now))]


def _what(
    situation: Situation, selector: PhraseSelector, dated: Sequence[KnownFact], asked: NamedDate
) -> list[str]:
    """Tell what is due in the time that is asked for, or that nothing is known of."""
    start, end = asked.range
    within = [
        (date.start, fact)
        for fact in dated
        if fact.when and (date := fact.when.near(start)).start < end and date.end > start
    ]
    if not within:
        return [selector.say("due.none")]
    facts = [fact for _, fact in sorted(within, key=lambda each: (each[0], each[1].id))]
    clauses = [dated_clause(fact, start, situation.brief.now) for fact in facts[:MAX_TOLD]]
    return [selector.say("due.told", facts=grammar.join_list(clauses))]


def dated_clause(fact: KnownFact, about: int, now: int | None = None) -> str:
    """Return a dated fact as a clause, with its next date at ``about``, seen from ``now``."""
    now = about if now is None else now
    if fact.when is None:
        return fact_clauses.clause(fact.topic, fact.value)
    date = fact.when.near(about)
    fields, when = event_fields(fact), spoken_date(date, now)
    over = date.end <= now
    if "event" in fields:
        return f"{fields['event']} {'was' if over else 'is'} {when}"
    if "doing" in fields:
        return f"you {'were' if over else 'are'} {fields['doing']} {when}"
    return f"{fields['told']} {when}"
