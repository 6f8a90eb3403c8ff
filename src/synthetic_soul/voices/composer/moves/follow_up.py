"""Follow-ups: asides, memories unasked for, and the agent's own questions."""

from typing import Final

from soulscript.text import stem
from synthetic_soul.mind.interpretation import Act, Signal
from synthetic_soul.nlu.life_events import grief_in, mentions_death
from synthetic_soul.voices.base import KnownFact, Line
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.moves import react, recollect, self_disclosure
from synthetic_soul.voices.composer.selection import PhraseSelector
from synthetic_soul.voices.composer.situation import (
    Situation,
    burden_of,
    is_mourned,
    lines_of_others,
)

_ASKED_AFTER: Final = ("pet", "person", "work", "study", "hobby", "home", "like")
_NEW_SESSION_AFTER: Final = 12 * grammar.HOUR
_MIN_ABSENCE: Final = 3 * grammar.HOUR
_MIN_AGE: Final = grammar.HOUR
_MAX_MESSAGES_OF_STRANGER: Final = 6
_QUESTION_SHARE: Final = 0.55
_QUESTION_SHARE_BRIEF: Final = 0.4
_QUESTION_SHARE_ANSWERED: Final = 0.15
_MIN_SHARED_STEMS: Final = 2
_MAX_GLOOMY_VALENCE: Final = -0.2
_MAIN_TOPICS: Final = 4
_MIN_STEM_CHARS: Final = 5
_NO_QUESTION: Final = (
    Act.FAREWELL, Act.INSULT, Act.THREATEN, Act.APOLOGISE, Act.BAD_NEWS, Act.FORGET, Act.HIDE,
)  # fmt: skip
_ANSWERED: Final = (
    Act.ASK, Act.REQUEST, Act.ASK_MEMORY, Act.ASK_ABOUT_YOU, Act.ASK_NATURE, Act.ASK_OPINION,
    Act.CORRECT,
)  # fmt: skip
_COMMON_STEMS: Final = recollect.stems(
    "always again another around because being before better conversation doing everyone "
    "everything evening feeling first later learn little making morning never night nothing "
    "other people place pretty really right saying second should since something somewhere "
    "sometimes still talking think thought through today together tomorrow tonight under until "
    "watched watching waiting where which while whole without working world would write writing "
    "written yesterday"
)


def aside(situation: Situation, selector: PhraseSelector) -> str:
    """Return an opinion, line or story that the message brings up, each once."""
    if not situation.light or situation.interpretation.valence < _MAX_GLOOMY_VALENCE:
        return ""
    notes = situation.notes
    topic = _topic(situation)
    if topic and selector.is_fresh(notes.opinions[topic]):
        return selector.say("aside.opinion", opinion=notes.opinions[topic])
    earlier = callback(situation, selector)
    if earlier:
        return earlier
    wanted = {root for root in _topic_stems(situation) if len(root) >= _MIN_STEM_CHARS}
    wanted -= _COMMON_STEMS
    for story in sorted(notes.stories):
        enough = len(wanted & recollect.own_stems(story)) >= _MIN_SHARED_STEMS
        if enough and selector.is_fresh(story):
            if not selector.chance("story", 0.5):
                return ""
            selector.mark_used(story)
            return selector.say("aside.story", story=story)
    return ""


def callback(situation: Situation, selector: PhraseSelector) -> str:
    """Return a line of long ago that the message brings back, once, or ""."""
    line = recollect.best_line(situation, _topic_stems(situation), least=_MIN_SHARED_STEMS)
    if line and _quotable(situation, selector, line) and selector.chance("recall", 0.6):
        return recollect.quote(situation, selector, line, key="lead.recalled")
    return ""


def _topic_stems(situation: Situation) -> set[str]:
    topics = {stem(word) for word in situation.interpretation.topics}
    return topics & recollect.stems(situation.text)


def _topic(situation: Situation) -> str:
    """Return the opinion that the message is about: "I love tea" is not about love."""
    main = situation.interpretation.topics[:_MAIN_TOPICS]
    if "love" in main and situation.has(Signal.LOVES_SOMETHING):
        main = tuple(word for word in main if word != "love")
    return self_disclosure.topic_of(situation.notes.opinions, " ".join(main))


def _quotable(situation: Situation, selector: PhraseSelector, line: Line) -> bool:
    """Return whether a line is old enough to be news again, is light, and was not quoted before."""
    brief, text = situation.brief, line.text
    if brief.learned_facts or brief.forgotten_facts or situation.does(Act.CORRECT):
        return False
    if brief.now - line.at < _MIN_AGE or _is_grave(text) or mentions_death(text):
        return False
    words = grammar.quoted(text).casefold()
    recent = any(other.text == text for other in brief.recent_lines)
    return not recent and not any(words in reply for reply in selector.earlier)


def _is_grave(text: str) -> bool:
    return burden_of(text) in {"danger", "death", "parting"}


def own_question(situation: Situation, selector: PhraseSelector) -> str:  # noqa: PLR0911 - one return for each reason
    """Return a question of the agent's own, where one is due, or ""."""
    if situation.burden == "danger" and situation.brief.relationship.away >= _MIN_ABSENCE:
        return selector.say("follow.you")
    if situation.guarded or situation.tender or situation.does(*_NO_QUESTION):
        return ""
    mood = react.clearest_feeling(situation.interpretation.feelings)
    if situation.has(Signal.TIRED) or (mood and mood not in react.GLAD):
        return ""
    if situation.interpretation.valence <= _MAX_GLOOMY_VALENCE:
        return ""
    missed = _after_absence(situation, selector)
    if missed:
        return missed
    if _may_ask_name(situation, selector):
        return selector.say("ask.name")
    fresh = on_learned(situation, selector)
    if fresh:
        return fresh
    unasked = not situation.asked_twice and not situation.bereaved
    if not unasked or not selector.chance("follow", _share(situation)):
        return ""
    return _after_known(situation, selector) or _question(situation, selector)


def _share(situation: Situation) -> float:
    """Return how often an own question comes: rarely after an answer or another question."""
    if situation.does(*_ANSWERED):
        return _QUESTION_SHARE_ANSWERED
    share = _QUESTION_SHARE_BRIEF if situation.character.register.brief else _QUESTION_SHARE
    return share / 2 if situation.open_question or situation.does(Act.TELL) else share


def _may_ask_name(situation: Situation, selector: PhraseSelector) -> bool:
    """Return whether to ask the name: early, and not over and over."""
    known = situation.brief.person_name or situation.known("name")
    return (
        not known
        and not situation.avoids("name")
        and situation.brief.relationship.messages <= _MAX_MESSAGES_OF_STRANGER
        and not selector.used_lately("ask.name", "recall.none.name", replies=30)
        and (situation.does(Act.GREET) or selector.chance("name?", 0.5))
    )


def _after_absence(situation: Situation, selector: PhraseSelector) -> str:
    """Ask after a plan or a trouble, when the person has been away."""
    away = situation.brief.relationship.away
    if away >= _MIN_ABSENCE and not selector.used_lately("follow.you", replies=8):
        lines = lines_of_others(situation.brief)
        if situation.bereaved or any(_is_grave(line.text) for line in lines):
            return selector.say("follow.you")
    if away < _NEW_SESSION_AFTER:
        return ""
    for line in (*reversed(situation.brief.recent_lines), *situation.brief.recalled_lines):
        turned, name = ("", "") if line.mine else _in_trouble(situation, line.text)
        if turned and not is_mourned(situation.brief, turned, name):
            return selector.say("follow.trouble", whom=name or turned)
    plans = [fact for fact in situation.brief.known_facts if fact.topic == "plan"]
    for fact in sorted(plans, key=lambda fact: (-fact.at, fact.id)):
        fields = fact_clauses.phrase_fields(fact)
        followed = f"you were {fields.get('doing', '')}".casefold()
        asked = any(followed in reply for reply in selector.earlier)
        undated = fact.when is None and fact_clauses.is_over(fact, situation.brief.now)
        if undated and not asked:
            return selector.say("follow.plan", **fields)
    return ""


def _in_trouble(situation: Situation, text: str) -> tuple[str, str]:
    """Return whom a line tells to be ill or hurt, turned ("your cat"), and the name if known."""
    grief = grief_in(text)
    if not grief or grief.kind != "worry" or not grief.whom.lower().startswith(("my ", "our ")):
        return "", ""
    *kind, last = grief.whom.split()
    named = len(kind) > 1 and last[:1].isupper()
    turned = situation.turn(" ".join(kind) if named else grief.whom) or ""
    noun = turned.rsplit(" ", 1)[-1]
    fact = situation.known(f"pet:{noun}") or situation.known(f"person:{noun}")
    return turned, fact_clauses.name_in(fact.value) if fact else ""


def on_learned(situation: Situation, selector: PhraseSelector) -> str:
    """Return a question about a fact learned just now."""
    if situation.asked_twice or not selector.chance("next", 0.7):
        return ""
    for fact in recollect.by_weight(situation.brief.learned_facts)[:2]:
        asked = selector.say(f"next.{fact.root}", **fact_clauses.phrase_fields(fact))
        if asked:
            return asked
    return ""


def _after_known(situation: Situation, selector: PhraseSelector) -> str:
    """Ask after a fact that was told some time ago."""
    due = [fact for fact in situation.brief.known_facts if _due(situation, selector, fact)]
    if not due or not selector.chance("known", 0.4):
        return ""
    fact = min(due, key=lambda fact: (_ASKED_AFTER.index(fact.root), fact.at, fact.id))
    return selector.say(f"follow.{fact.root}", **fact_clauses.phrase_fields(fact))


def _due(situation: Situation, selector: PhraseSelector, fact: KnownFact) -> bool:
    root, _, kind = fact.topic.partition(":")
    if root not in _ASKED_AFTER or situation.brief.now - fact.at < _MIN_AGE:
        return False
    fields = fact_clauses.phrase_fields(fact)
    name = fields.get("called", fields.get("names", ""))
    if root in {"pet", "person"} and not name:
        return False
    if selector.used_lately(f"follow.{root}", f"next.{root}", replies=12):
        return False
    return not is_mourned(situation.brief, name, kind)


def _question(situation: Situation, selector: PhraseSelector) -> str:
    """Ask one of the soul's questions while there are unasked ones; else a plain one."""
    fresh = [
        line
        for line in situation.notes.questions
        if selector.is_fresh(line) and not situation.avoids(line)
    ]
    if not fresh or selector.chance("plain?", 0.25):
        return selector.say("follow.any")
    asked = selector.pick("question", fresh)
    turn = selector.say("aside.turn") if selector.chance("turn", 0.3) else ""
    # After a colon the question goes on in small letters.
    return f"{turn} {grammar.lower_first(asked) if turn.endswith(':') else asked}".strip()
