"""One reading out of all the senses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import Act, Interpretation, LifeEvent
from synthetic_soul.nlu.acts import dialogue_acts as act_table
from synthetic_soul.nlu.acts.addressee import addressed
from synthetic_soul.nlu.acts.dialogue_acts import Done, read_acts
from synthetic_soul.nlu.acts.questions import read_forgetting
from synthetic_soul.nlu.affect.emotion_scores import (
    MIN_EMOTION,
    EmotionScores,
    lexicon_form,
    score_emotions,
    valence_of,
)
from synthetic_soul.nlu.affect.grief import read_grief
from synthetic_soul.nlu.events.life_events import FEELS, GOOD, Event, happenings
from synthetic_soul.nlu.facts.extract import losses, read_telling
from synthetic_soul.nlu.facts.relations import meant
from synthetic_soul.nlu.safety.crisis import detect_crisis
from synthetic_soul.nlu.text.sentences import Sentence, content, sentences, straight
from synthetic_soul.nlu.text.vocabulary import COMMON_WORDS, STOP_WORDS

if TYPE_CHECKING:
    from synthetic_soul.mind.interpretation import Crisis, FactMention

MOST_TOPICS = 12
BEFORE = 600
_PRONOUNS = frozenset(("he", "she", "they", "it"))
_REFERRING = _PRONOUNS | {"her", "him", "his", "its", "their", "them"}
_TASTES = frozenset(("like", "dislike"))
_OTHERS_SHARE = 0.6
"""How much of an event's feeling is the teller's when it befell somebody not theirs."""
_WORTH_OF_ACT = {
    Act.INSULT: -0.5, Act.THREATEN: -0.5, Act.LOVE: 0.5, Act.PRAISE: 0.4, Act.THANK: 0.3,
    Act.LAUGH: 0.3, Act.COMFORT: 0.2,
}  # fmt: skip
"""What an act adds to the valence of its words."""
_JIBE = 0.25
"""What a small unkindness does to the listener."""
_JUDGED = 0.2
_UNNAMED = 0.35
"""How much feeling a judgement without a feeling word is taken for."""
_DANGER = {
    "self_harm": {"sadness": 0.8, "loneliness": 0.5},
    "abuse": {"fear": 0.7, "sadness": 0.6},
    "medical": {"fear": 0.8, "anxiety": 0.6},
}
"""What somebody in danger feels."""


def interpret(
    text: str, *, name: str = "", group: bool = False, before: str = ""
) -> Interpretation:
    """Return what a message says: feelings, acts, event, facts, whom it is spoken to.

    ``name`` is the agent's; ``group``: others are present. ``before`` is what the same person said
    last, oldest first: it tells whom "she" and "her name" mean, and nothing else of it is read.
    Several messages read as one are joined with a newline. At most the first 4,000 characters are
    read, and the last 600 of ``before``. Never raises on any text.
    """
    straightened = straight(text)
    parts = sentences(straightened, name)
    earlier = _needed(before, parts)
    forgets, forget = read_forgetting(parts)
    events = [_whose(event, earlier, straightened) for event in happenings(parts)]
    told = () if forgets else _told(parts, earlier, events)
    done = read_acts(parts, (fact.topic for fact in told if not fact.retracts), forgets=forgets)
    felt, ironic = score_emotions(parts, tastes=any(fact.topic in _TASTES for fact in told))
    _note_told(done, told)
    distress = _noted(done, felt, events, straightened)
    towards = _towards(done, felt, ironic=ironic)
    _name_feeling(felt)
    event = events[0] if events else None
    return Interpretation(
        text=text,
        feelings=felt.ranked(),
        valence=round(felt.valence, 4),
        arousal=round(min(max(felt.arousal, 0.0), 1.0), 4),
        attitude=towards,
        acts=done.ordered(),
        life_event=event.happening if event else None,
        event_subject=event.whom if event else "",
        event_clause=event.what if event else "",
        question_topics=tuple(done.asks),
        fact_mentions=told,
        forget_topics=forget,
        topics=_topics(parts, told, event),
        crisis=distress,
        grief=read_grief(events, straightened),
        addressed=addressed(straightened, name=name, group=group),
        ironic=ironic,
        confidence=_confidence(parts, done, events, told),
    )


def _needed(before: str, parts: tuple[Sentence, ...]) -> str:
    """Return the end of what was said before, if a word of the sentences refers to anybody."""
    refers = before and any(not _REFERRING.isdisjoint(part.words) for part in parts)
    return straight(before[-BEFORE:]) if refers else ""


def _told(parts: tuple[Sentence, ...], before: str, events: list[Event]) -> tuple[FactMention, ...]:
    """Return the facts told in words, and those that events leave behind, each once."""
    return tuple(dict.fromkeys((*read_telling(parts, before), *losses(events))))


def _whose(event: Event, before: str, text: str) -> Event:
    """Return an event with whoever "she" is named by what was said before it."""
    if event.whom.lower() not in _PRONOUNS:
        return event
    start = max(0, text.find(event.what))
    _, words = meant(event.whom, f"{before}. {text[:start]}")
    return replace(event, whom=words) if words else event


def _noted(done: Done, felt: EmotionScores, events: list[Event], text: str) -> Crisis | None:
    """Note what befell somebody, and return the danger that the speaker may be in."""
    _note_events(done, felt, events)
    distress = detect_crisis(text)
    if distress:
        felt.add_all(_DANGER[distress.kind])
    return distress


def _note_events(done: Done, felt: EmotionScores, events: list[Event]) -> None:
    for event in events:
        good = event.happening in GOOD
        done.acts.add(Act.GOOD_NEWS if good else Act.BAD_NEWS)
        share = 1.0 if event.own else _OTHERS_SHARE
        feels = FEELS[event.happening]
        felt.add_all(feels, share)
        # Words that merely name the event ("failed", "cancer") must not outweigh what it means.
        if valence_of(feels) > 0 > felt.valence_sum and len(events) == 1:
            felt.valence_sum = 0.5 * valence_of(feels)
    if events and any(event.happening is LifeEvent.DEATH for event in events):
        felt.valence_sum = min(felt.valence_sum, -0.9)
    if done.acts & {Act.BAD_NEWS, Act.GOOD_NEWS}:
        done.certain += 1


def _note_told(done: Done, told: tuple[FactMention, ...]) -> None:
    if told:
        done.acts.add(Act.TELL)
    if any(fact.corrects for fact in told):
        done.acts.add(Act.CORRECT)
    if any(fact.retracts and fact.value for fact in told):
        done.acts.add(Act.CORRECT)


def _towards(done: Done, felt: EmotionScores, *, ironic: bool) -> float:
    """Return what the acts do to the listener, and let them colour what the speaker feels."""
    total = 0.0
    for act in done.ordered():
        mocked = ironic and act_table.TOWARDS.get(act, 0.0) > 0
        if mocked:
            continue
        total += act_table.TOWARDS.get(act, 0.0)
        felt.valence_sum += _WORTH_OF_ACT.get(act, 0.0)
        if act in act_table.FEELS:
            for emotion, size in act_table.FEELS[act].items():
                felt.add(emotion, size)
    if done.acts & {Act.INSULT, Act.THREATEN} and Act.APOLOGISE not in done.acts:
        total = min(total, -0.6)
        felt.valence_sum = min(felt.valence_sum, -0.4)
    elif done.jibes and total <= 0:
        total -= _JIBE
    return round(max(-1.0, min(1.0, total)), 4)


def _name_feeling(felt: EmotionScores) -> None:
    """Give a judgement that named no feeling ("the bus was late again") a mild one."""
    if max(felt.emotions.values(), default=0.0) < MIN_EMOTION and abs(felt.valence) > _JUDGED:
        felt.add("contentment" if felt.valence > 0 else "frustration", _UNNAMED * abs(felt.valence))


def _topics(
    parts: tuple[Sentence, ...], told: tuple[FactMention, ...], event: Event | None
) -> tuple[str, ...]:
    weight: dict[str, float] = {}
    named = {word.lower() for fact in told for word in fact.value.split()}
    about = set((event.what if event else "").lower().split())
    for part in parts:
        capitals = {word.lower() for word in part.said.split()[1:] if word[:1].isupper()}
        for word in content(part.words):
            size = 1.0 if word not in COMMON_WORDS and not lexicon_form(word) else 0.5
            size += 0.5 * (word in named) + 0.5 * (word in about) + 0.25 * (word in capitals)
            weight[word] = weight.get(word, 0.0) + size
    order = {word: place for place, word in enumerate(weight)}
    heaviest = sorted(weight, key=lambda word: (-weight[word], order[word]))
    return tuple(heaviest[:MOST_TOPICS])


def _confidence(
    parts: tuple[Sentence, ...], done: Done, events: list[Event], told: tuple[FactMention, ...]
) -> float:
    words = [word for part in parts for word in part.words]
    if not words:
        return 1.0
    understood = sum(
        word in STOP_WORDS or word in COMMON_WORDS or bool(lexicon_form(word)) for word in words
    )
    grasped = bool(done.certain or events or told)
    return round(0.2 + 0.4 * grasped + 0.4 * understood / len(words), 4)
