"""Interpretation of a message: the vocabulary that ``nlu`` writes and appraisal reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Act(StrEnum):
    """Dialogue act: what a person does by saying something; a message may do several things."""

    GREET = "greet"
    FAREWELL = "farewell"
    THANK = "thank"
    APOLOGISE = "apologise"
    INSULT = "insult"
    PRAISE = "praise"
    LOVE = "love"
    THREATEN = "threaten"
    COMFORT = "comfort"
    LAUGH = "laugh"
    AGREE = "agree"
    DISAGREE = "disagree"
    GOOD_NEWS = "good_news"
    BAD_NEWS = "bad_news"
    ASK_FEELING = "ask_feeling"
    ASK_ABOUT_YOU = "ask_about_you"
    ASK_NATURE = "ask_nature"
    ASK_MEMORY = "ask_memory"
    ASK_OPINION = "ask_opinion"
    ASK = "ask"
    REQUEST = "request"
    TELL = "tell"
    CORRECT = "correct"
    FORGET = "forget"
    SILENCE = "silence"
    SMALL_TALK = "small_talk"


class LifeEvent(StrEnum):
    """An event in somebody's life, which words may report without naming an emotion."""

    DEATH = "death"
    ILLNESS = "illness"
    ACCIDENT = "accident"
    BREAK_UP = "break_up"
    JOB_LOSS = "job_loss"
    FAILURE = "failure"
    CONFLICT = "conflict"
    LOSS = "loss"
    JOB = "job"
    SUCCESS = "success"
    BIRTH = "birth"
    WEDDING = "wedding"
    RECOVERY = "recovery"
    GIFT = "gift"
    ROMANCE = "romance"
    CELEBRATION = "celebration"


@dataclass(frozen=True, slots=True)
class FactMention:
    """A fact that a person states of themselves.

    ``topic`` is a stable lower-case key: ``name``, ``age``, ``birthday``, ``home``, ``origin``,
    ``work``, ``study``, ``like``, ``dislike``, ``favourite:<thing>``, ``person:<relation>``
    (sister, partner, friend …), ``pet:<kind>``, ``plan``, ``allergy``, ``language``, ``hobby``,
    ``possession``, ``experience``, ``diet`` ("vegan", "no meat"), and ``lost:<topic>`` or ``lost``
    for one of theirs who died ("lost:pet:dog"), ``late`` in its place where that was long ago.

    ``value`` is the person's own wording, cut to the fact and put in the second person, so that
    it can follow "your …" or "you like …" ("hiking in the rain", "Ada"). It is empty where work
    is retracted without a name ("I quit my job").

    ``certain`` is false where only a weak pattern matched. ``retracts`` marks a fact that no
    longer holds ("I don't like tea any more"), ``corrects`` one that replaces what is known
    ("actually my name is Bo").
    """

    topic: str
    value: str
    certain: bool = True
    retracts: bool = False
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Crisis:
    """Somebody may be in danger: ``kind`` is self_harm, abuse or medical; language ISO 639-1."""

    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class Grief:
    """What weighs on the speaker: ``kind`` is death, parting, or worry (an illness, a lost job).

    ``whom`` is whom it befell, as written ("my dog"), "" for the speaker or where it is unclear.
    """

    kind: str
    whom: str = ""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """All that was read out of one message (or several joined ones).

    Attributes:
        text: the message itself.
        feelings: the speaker's rich emotions, 0..1, strongest first, only those present.
        valence: -1..1 of the whole.
        arousal: 0..1 of the whole.
        attitude: what the words do to the listener, -1 (cruel) .. 1 (loving); 0 when they are
            not about the listener.
        acts: dialogue acts, most telling first, never empty.
        life_event: the gravest event that the message reports, if any.
        event_subject: whom the event befell, as written ("my dog", "I", "my sister").
        event_clause: the clause that reports it, for an echo.
        question_topics: what a question is about: lower-case content words ("favourite colour")
            or keys of facts ("person:sister").
        fact_mentions: facts that the speaker states of themselves.
        forget_topics: topics or words that are to be forgotten, ``*`` for all.
        topics: content words in order of weight.
        crisis: the danger that somebody may be in, if any.
        grief: what weighs on the speaker, if anything: a death, a parting, worry for somebody.
        addressed: how surely the agent is spoken to, 0..1.
        ironic: whether a warm word means the opposite.
        confidence: how much of the text was understood, 0..1.
    """

    text: str
    feelings: Mapping[str, float] = field(default_factory=dict)
    valence: float = 0.0
    arousal: float = 0.0
    attitude: float = 0.0
    acts: tuple[Act, ...] = (Act.SMALL_TALK,)
    life_event: LifeEvent | None = None
    event_subject: str = ""
    event_clause: str = ""
    question_topics: tuple[str, ...] = ()
    fact_mentions: tuple[FactMention, ...] = ()
    forget_topics: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    crisis: Crisis | None = None
    grief: Grief | None = None
    addressed: float = 1.0
    ironic: bool = False
    confidence: float = 1.0

    def does(self, *acts: Act) -> bool:
        """Return whether the message does any of ``acts``."""
        return not frozenset(acts).isdisjoint(self.acts)
