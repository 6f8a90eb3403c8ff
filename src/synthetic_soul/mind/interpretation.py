"""What a message was found to say: the vocabulary that the senses write and appraisal reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Act(StrEnum):
    """What a person does by saying something; one message may do several things."""

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
    """An event in somebody's life that words alone (without feeling words) report."""

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
    """One fact a person told of themselves.

    ``topic`` is a stable lower-case key: ``name``, ``age``, ``birthday``, ``home``, ``origin``,
    ``work``, ``study``, ``like``, ``dislike``, ``favourite:<thing>``, ``person:<relation>``
    (sister, partner, friend …), ``pet:<kind>``, ``plan``, ``allergy``, ``language``, ``hobby``,
    ``possession``, ``experience``, ``diet`` ("vegan", "no meat"), and ``lost:<topic>`` or ``lost``
    for one of theirs who died ("lost:pet:dog"), ``late`` in its place where that was long ago.
    ``value`` is the person's own wording, cut to the fact and
    turned so that it can follow "your …" or "you like …" ("hiking in the rain", "Ada").
    ``certain`` is false where only a weak pattern matched. ``retracts`` marks a fact withdrawn
    ("I don't like tea any more"); ``corrects`` one that replaces what was held ("actually my
    name is Bo"). The value is empty where work is withdrawn without a name ("I quit my job").
    """

    topic: str
    value: str
    certain: bool = True
    retracts: bool = False
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Distress:
    """Somebody may be in danger: ``kind`` is self_harm, abuse or medical; language ISO 639-1."""

    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    """All that the senses read out of one message (or several joined ones).

    ``feelings``: the speaker's rich emotions, 0..1, only those present. ``valence`` -1..1 and
    ``arousal`` 0..1 of the whole. ``towards``: what the words do to the listener, -1 (cruel)
    .. 1 (loving), 0 when not about the listener. ``acts``: most telling first, never empty.
    ``happening`` with ``whom`` ("my dog", "I", "my sister") and ``what`` (the clause, for an
    echo). ``asks``: what a question is about, lower-case content words ("favourite colour").
    ``told``: facts of the speaker. ``forget``: topics or words to be forgotten, ``*`` for all.
    ``topics``: content words in order of weight. ``addressed`` 0..1: is the agent spoken to.
    ``confidence`` 0..1: how much of the text was understood.
    """

    text: str
    feelings: Mapping[str, float] = field(default_factory=dict)
    valence: float = 0.0
    arousal: float = 0.0
    towards: float = 0.0
    acts: tuple[Act, ...] = (Act.SMALL_TALK,)
    happening: LifeEvent | None = None
    whom: str = ""
    what: str = ""
    asks: tuple[str, ...] = ()
    told: tuple[FactMention, ...] = ()
    forget: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    distress: Distress | None = None
    addressed: float = 1.0
    ironic: bool = False
    confidence: float = 1.0

    def does(self, *acts: Act) -> bool:
        """Whether the message does any of ``acts``."""
        return not frozenset(acts).isdisjoint(self.acts)
