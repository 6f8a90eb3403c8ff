"""Answers to questions and requests; what needs a language model is declined."""

import re
from typing import Final

from soulscript.text import terms
from synthetic_soul.mind.interpretation import Act, RequestKind, Signal
from synthetic_soul.nlu.acts.signals import asks_how_you_are
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.moves import (
    appointment,
    occasion,
    recollect,
    self_disclosure,
    view,
)
from synthetic_soul.voices.composer.moves.self_portrait import found
from synthetic_soul.voices.composer.selection import PhraseSelector
from synthetic_soul.voices.composer.self_knowledge import spoken_in
from synthetic_soul.voices.composer.situation import Situation

_MAX_QUOTED_LORE_CHARS: Final = 240

_SENTENCE_END: Final = re.compile(r"(?<=[.!?。！？])\s+")
_INDEFINITE: Final = frozenset(
    plain_words("me it that this them him her us things anything something")
)
_ASKING: Final = frozenset(terms("tell explain describe know hear talk about say story"))
_OPEN_KINDS: Final = frozenset({None, RequestKind.WORLD})
_UNANSWERABLE: Final = frozenset({
    None, RequestKind.WORLD, RequestKind.WHY, RequestKind.REALLY,
})  # fmt: skip
"""Requests that only lore can answer."""
_OF_KNOWLEDGE: Final = ("task", "ask_world", "ask_small", "entertain")
"""Acts of talk that need knowledge or work, and no view."""
_WITHOUT_MODEL: Final = "language model"
_SOCIAL: Final = (
    "flirt", "invite", "affection", "tease", "imagine", "roleplay", "ask_view", "ask_life",
    "ask_taste", "ask_advice",
)  # fmt: skip
"""Acts that ask for something and need no knowledge."""
_LIKELY: Final = 0.4
_PERFORMED: Final = frozenset({RequestKind.JOKE, RequestKind.STORY})


def answer(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Answer the most telling question of the message; return nothing where there is none."""
    dated = appointment.answer(situation, selector)
    if dated:
        return dated
    read = [situation.read_as] if situation.read_as else []
    for act in (*read, *situation.interpretation.acts):
        phrases = [phrase for phrase in _answer_to(situation, selector, act) if phrase]
        if phrases:
            curt = situation.temper == "hurt" and act is not Act.ASK_FEELING
            if curt and not selector.used_lately("curt.answer", replies=3):
                return [selector.say("curt.answer"), *phrases]
            return phrases
    return []


def more(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Tell another story or joke, where one was just told and more is asked for in a few words."""
    if situation.guarded or not situation.has(Signal.MORE):
        return []
    kind = RequestKind.JOKE if selector.used_lately("joke", replies=1) else RequestKind.STORY
    return [_performed(situation, selector, kind)]


def _answer_to(situation: Situation, selector: PhraseSelector, act: Act) -> list[str]:  # noqa: PLR0911 - one return for each act
    match act:
        case Act.ASK_MEMORY:
            told = recollect.from_facts(situation, selector)
            return told or recollect.answer(situation, selector)
        case Act.ASK_FEELING if _turned_back(situation):
            return [_asked_back(situation, selector)]
        case Act.ASK_FEELING:
            return self_disclosure.how_it_is(situation, selector)
        case Act.ASK_NATURE:
            return [self_disclosure.nature(situation, selector)]
        case Act.ASK_ABOUT_YOU:
            return [_about_you(situation, selector)]
        case Act.ASK_OPINION:
            return [_view(situation, selector)]
        case Act.ASK:
            return _question(situation, selector)
        case Act.REQUEST:
            return _request(situation, selector)
        case _:
            return []


def _about_you(situation: Situation, selector: PhraseSelector) -> str:
    if situation.has(Signal.OFFERS_NEWS, Signal.IN_MY_PLACE):
        return selector.say("ready.hear" if situation.has(Signal.OFFERS_NEWS) else "ask.advice")
    if situation.does(Act.APOLOGISE) and situation.has(Signal.FORGIVE):
        return ""
    if _turned_back(situation):
        return _asked_back(situation, selector)
    about = self_disclosure.about(situation, selector)
    if about:
        return about
    liked = situation.signals.liking_of
    thing = situation.turn(liked) if liked else None
    if thing and thing.casefold() not in _INDEFINITE:
        return found(situation, selector) or selector.say("opinion.none", asked=thing)
    return (
        found(situation, selector)
        or occasion.take_up(situation, selector)
        or _view_asked(situation, selector)
        or selector.say("self.unknown")
    )


def _turned_back(situation: Situation) -> bool:
    """Return whether the agent's question is asked back; "how are you" needs no such turn."""
    asked = situation.open_question
    return bool(asked) and not asks_how_you_are(asked) and situation.has(Signal.ASKED_BACK)


def _asked_back(situation: Situation, selector: PhraseSelector) -> str:
    """Answer the agent's own question with what the soul says that comes nearest."""
    notes = situation.notes
    kind = self_disclosure.topic_of(notes.favourites, situation.open_question)
    if kind:
        return selector.say("ask.back", answer=self_disclosure.sentence(notes.favourites[kind]))
    topic = self_disclosure.topic_of(notes.opinions, situation.open_question)
    if topic:
        return selector.say("ask.back", answer=notes.opinions[topic])
    return selector.say("ask.back.none")


def _view(situation: Situation, selector: PhraseSelector) -> str:
    chosen = view.of_two(situation, selector)
    if chosen:
        return chosen
    if not self_disclosure.topic_of(situation.notes.opinions, situation.text):
        asked = view.of_words(situation, selector)
        if asked:
            return asked
    if situation.signals.request is RequestKind.ADVICE and not self_disclosure.topic_of(
        situation.notes.opinions, situation.text
    ):
        return self_disclosure.suggestion(situation, selector) or selector.say("ask.advice")
    return self_disclosure.opinion(situation, selector)


def _question(situation: Situation, selector: PhraseSelector) -> list[str]:
    chosen = view.of_two(situation, selector)
    if chosen:
        return [chosen]
    kind = situation.signals.request
    if kind in _PERFORMED:
        return [_performed(situation, selector, kind)]
    if kind in {*_OPEN_KINDS, RequestKind.MEANING}:
        answers = _from_knowledge(situation, selector)
        if answers:
            return answers
    told = _told_of(situation, selector) if kind in _OPEN_KINDS else ""
    return [told or _beyond(situation, selector, kind)]


def _told_of(situation: Situation, selector: PhraseSelector) -> str:
    """Answer a question by earlier lines, by lore or by the soul, or return ""."""
    of_them = situation.has(Signal.FIRST_PERSON) or not situation.has(Signal.SECOND_PERSON)
    told = recollect.from_lines(situation, selector) if of_them else ""
    told = told or _from_lore(situation, selector)
    elsewhere = situation.has(Signal.FIRST_PERSON, Signal.THIRD_PERSON)
    if not told and situation.has(Signal.SECOND_PERSON):
        return _about_you(situation, selector)
    if not told and not elsewhere and situation.seems(*_OF_KNOWLEDGE) < _LIKELY:
        return found(situation, selector, wholly=True)
    return told


def _beyond(situation: Situation, selector: PhraseSelector, kind: RequestKind | None) -> str:
    """Answer what nothing is known of: by a view, an occasion, or a plain word."""
    asked = _view_asked(situation, selector)
    if not asked and kind is None and situation.seems(*_OF_KNOWLEDGE) < _LIKELY:
        asked = occasion.take_up(situation, selector)
    if asked or kind:
        return asked or _declined(selector, f"ask.{kind}")
    thing = grammar.noun_phrase(situation.text, situation.interpretation.topics)
    return selector.say("ask.thing", thing=thing) if thing else selector.say("ask.well")


def _declined(selector: PhraseSelector, key: str) -> str:
    """Say that something is beyond the agent; that it has no language model is said once."""
    said = any(_WITHOUT_MODEL in reply for reply in selector.earlier)
    return selector.say(*((f"{key}.again", key) if said else (key,)))


def _view_asked(situation: Situation, selector: PhraseSelector) -> str:
    """Return a view on what is asked in the person's own words, unless knowledge is asked for."""
    if situation.seems(*_OF_KNOWLEDGE) >= _LIKELY:
        return ""
    return view.of_words(situation, selector)


def _from_knowledge(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Answer a question of the world from known facts, opinions or the inner life."""
    known = recollect.from_facts(situation, selector)
    if not known and _personal(situation):
        known = recollect.answer(situation, selector)
    if known:
        return known
    topic = self_disclosure.topic_of(situation.notes.opinions, " ".join(situation.words))
    if topic and situation.has(Signal.WHAT_IS):
        return [selector.say("opinion", opinion=situation.notes.opinions[topic])]
    inner = self_disclosure.inner_life(situation, selector)
    if inner or situation.signals.unsettled:
        return [inner or selector.say("ask.deep")]
    return []


def _personal(situation: Situation) -> bool:
    """Return whether a question is about the speaker, or about somebody of theirs by name."""
    asks = situation.interpretation.question_topics
    facts = recollect.matching(situation.brief.known_facts, asks)
    about = [fact for fact in facts if ":" in fact.topic]
    names = {fact_clauses.name_in(fact.value).casefold() for fact in about}
    names |= {f.topic.partition(":")[2].casefold() for f in about if fact_clauses.is_named(f.topic)}
    return bool(facts) and (situation.has(Signal.FIRST_PERSON) or not names.isdisjoint(asks))


def _performed(situation: Situation, selector: PhraseSelector, kind: RequestKind | None) -> str:
    if kind is not RequestKind.JOKE:
        return self_disclosure.story(situation, selector)
    return selector.say("joke" if situation.light else "joke.not")


def _request(situation: Situation, selector: PhraseSelector) -> list[str]:  # noqa: PLR0911 - one return for each kind
    kind = situation.signals.request
    if situation.guarded and kind in {*_PERFORMED, RequestKind.TOPIC}:
        return [selector.say("request.rude")]
    if kind in {*_PERFORMED, RequestKind.SECRET} and not situation.has(Signal.MAY_I_TELL):
        return [_performed(situation, selector, kind)]
    if situation.brief.learned_facts:
        # What was learned has been answered already.
        return []
    if situation.has(Signal.ABOUT_YOU):
        return [_about_you(situation, selector)]
    if situation.has(Signal.REMEMBER):
        return [selector.say("learn")]
    if kind is RequestKind.TOPIC:
        fresh = [line for line in situation.notes.questions if selector.is_fresh(line)]
        return [selector.pick("question", fresh) or selector.say("ask.topic")]
    if kind is RequestKind.SECRET:
        return [selector.say("ask.ready")]
    if kind in _UNANSWERABLE:
        lore = _from_lore(situation, selector)
        social = not lore and situation.seems(*_SOCIAL) >= _LIKELY
        return [
            lore
            or (view.of_words(situation, selector) if social else "")
            or _declined(selector, "request.no")
        ]
    return [_declined(selector, f"ask.{kind}")]


def _from_lore(situation: Situation, selector: PhraseSelector) -> str:
    """Quote the first sentence of lore that has most of the question's words, or return ""."""
    asked = {*terms(situation.text)} - _ASKING
    for lore in situation.brief.lore:
        if asked and 2 * len(asked.intersection(terms(lore.text))) > len(asked):
            told = spoken_in(lore.text, situation.brief.name)
            first = _SENTENCE_END.split(told.strip(), maxsplit=1)[0]
            return selector.say("lore", quote=grammar.quoted(first, _MAX_QUOTED_LORE_CHARS))
    return ""
