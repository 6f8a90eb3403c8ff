"""Interpretation of a message: what ``nlu`` returns and appraisal and voices read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
    HIDE = "hide"
    SHOW = "show"
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


class RequestKind(StrEnum):
    """What a question or request is for."""

    SECRET = "secret"  # noqa: S105 - a secret to tell, no password
    JOKE = "joke"
    STORY = "story"
    CODE = "code"
    WEATHER = "weather"
    SUMS = "sums"
    READY = "ready"
    TOPIC = "topic"
    ADVICE = "advice"
    HELP = "help"
    WHAT_IF = "whatif"
    MEANING = "meaning"
    REALLY = "really"
    WHY = "why"
    WORLD = "world"


class SelfTopic(StrEnum):
    """What a question asks of the agent's inner life."""

    END = "end"
    SAD = "sad"
    JOY = "joy"
    DREAM = "dream"
    FRIENDS = "friends"
    WANT = "want"
    THINKING = "thinking"


class Signal(StrEnum):
    """A detail that a message's words show; ``nlu/data/signals.toml`` has the words."""

    IN_MY_PLACE = "in_my_place"
    OFFERS_NEWS = "offers_news"
    WHAT_IS = "what_is"
    MAY_I_TELL = "may_i_tell"
    REMEMBER = "remember"
    WELL = "well"
    ANNOUNCES = "announces"
    SENTENCE = "sentence"
    SENDS_GREETING = "sends_greeting"
    RELIEVED = "relieved"
    CREED = "creed"
    LOVES_SOMETHING = "loves_something"
    OWN_PLANS = "own_plans"
    UNSURE = "unsure"
    DISAGREES = "disagrees"
    VIEW = "view"
    TIRED = "tired"
    STUCK = "stuck"
    BORED = "bored"
    BETTER = "better"
    THANKS = "thanks"
    BEDTIME = "bedtime"
    OWN_BIRTHDAY = "own_birthday"
    FORGIVE = "forgive"
    SECOND_PERSON = "second_person"
    FIRST_PERSON = "first_person"
    THIRD_PERSON = "third_person"
    ABOUT_YOU = "about_you"
    ABOUT_ME = "about_me"
    ASKS_BACK = "asks_back"
    SENTIENCE = "sentience"
    AGENT_NAME = "agent_name"
    AGENT_WORK = "agent_work"
    AGENT_DAY = "agent_day"
    AGENT_LIKING = "agent_liking"
    AGENT_ANGER = "agent_anger"
    AGENT_CROSS = "agent_cross"
    FORGIVE_ME = "forgive_me"
    ABILITIES = "abilities"
    TRAITS = "traits"
    VALUES = "values"
    SKILLS = "skills"
    FAVOURITE = "favourite"
    BEST = "best"
    TASTE = "taste"
    LIFE_STORY = "life_story"
    CALLED = "called"
    ACQUAINTANCE = "acquaintance"
    NOD = "nod"
    ONLY_YES = "only_yes"
    ASKED_BACK = "asked_back"
    YES = "yes"
    NO = "no"
    MORE = "more"
    FRAGMENT = "fragment"
    HEDGED = "hedged"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class FactMention:
    """A fact that a person states of themselves.

    ``topic`` is a stable lower-case key: ``name``, ``age``, ``birthday``, ``home``, ``origin``,
    ``work``, ``study``, ``like``, ``dislike``, ``favourite:<thing>``, ``person:<relation>``
    (sister, partner, friend …), ``pet:<kind>``, ``plan``, ``allergy``, ``language``, ``hobby``,
    ``possession``, ``experience``, ``diet`` ("vegan", "no meat"), ``condition``, ``fear``,
    ``belief``, ``relationship`` ("divorced"), and ``lost:<topic>`` or ``lost`` for one of theirs
    who died ("lost:pet:dog"), ``late`` in its place where that was long ago. What is told of
    somebody else stands under ``person:<relation>`` or ``pet:<kind>``, or under their name where
    that is known (``person:Olly``), and begins with a verb ("has a boat") unless it is a name or a
    trade.

    ``value`` is the person's own wording, cut to the fact and put in the second person, so that
    it can follow "your …" or "you like …" ("hiking in the rain", "Ada"). It is empty where work
    is retracted without a name ("I quit my job").

    ``certain`` is false where only a weak pattern matched. ``retracts`` marks a fact that no
    longer holds ("I don't like tea any more"), ``corrects`` one that replaces what is known
    ("actually my name is Bo"). ``changes``: what it replaces held until now ("we moved to Ghent"),
    so that it is history and no mistake. ``instead_of`` is the wording that it replaces, "" where
    none is named ("it's Rupert, not Rufus"). ``only`` is when or where alone it no longer holds, ""
    where it does not hold at all ("I stopped working on Sundays").
    """

    topic: str
    value: str
    certain: bool = True
    retracts: bool = False
    corrects: bool = False
    changes: bool = False
    instead_of: str = ""
    only: str = ""


@dataclass(frozen=True, slots=True)
class Hearsay:
    """A fact that somebody in a group states of another one there, by what they call them."""

    name: str
    fact: FactMention


@dataclass(frozen=True, slots=True)
class Crisis:
    """A danger that somebody is in: ``kind`` is self_harm, abuse or medical.

    ``language`` is the ISO 639-1 code of the words. Where it is not ``certain``, the words may
    mean danger or may not, and a gentle question is due in place of a referral.
    """

    kind: str
    language: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Grief:
    """A grief of the speaker: ``kind`` is death, parting, or worry (an illness, a lost job).

    ``whom`` is whom it befell, as written ("my dog"), "" for the speaker or where it is unclear.
    """

    kind: str
    whom: str = ""


@dataclass(frozen=True, slots=True)
class Signals:
    """What a message's words show beyond its acts.

    Attributes:
        marks: the signals found in the words, sorted.
        request: the kind of the question or request, if it is a known one.
        self_topic: what is asked of the agent's inner life, if anything.
        manipulates: whether the agent is to be made somebody else, or to show its prompt.
        unsettled: whether a question is raised that nobody has settled.
        opinion_of: what the agent's opinion is asked of, as written.
        liking_of: what the agent is asked whether it likes, as written.
        body: the first word that presumes a body ("eat", "hands").
        media: kinds of favourites that a suggestion is asked for ("book", "film").
    """

    marks: tuple[Signal, ...] = ()
    request: RequestKind | None = None
    self_topic: SelfTopic | None = None
    manipulates: bool = False
    unsettled: bool = False
    opinion_of: str = ""
    liking_of: str = ""
    body: str = ""
    media: tuple[str, ...] = ()

    def has(self, *signals: Signal) -> bool:
        """Return whether any of ``signals`` was found."""
        return not frozenset(signals).isdisjoint(self.marks)


@dataclass(frozen=True, slots=True)
class Interpretation:
    """All that was understood of one message, or of several joined ones.

    Attributes:
        text: the message itself.
        feelings: the speaker's rich emotions, 0..1, strongest first, only those present.
        valence: -1..1 of the whole.
        arousal: 0..1 of the whole.
        attitude: towards the agent, -1 (cruel) .. 1 (loving); 0 when the words are not about it.
        acts: dialogue acts, most telling first, never empty.
        life_event: the gravest event that the message reports, if any.
        event_subject: whom the event befell, as written ("my dog", "I", "my sister").
        event_clause: the clause that reports it, for an echo.
        question_topics: what a question is about: lower-case content words ("favourite colour")
            or keys of facts ("person:sister").
        fact_mentions: facts that the speaker states of themselves.
        forget_topics: topics or words that are to be forgotten, ``*`` for all.
        hidden_subjects: what is not to be mentioned any more, as the speaker calls it.
        shown_subjects: what may be mentioned again.
        topics: content words in order of weight.
        crisis: the danger that somebody may be in, if any.
        grief: a death, a parting or a worry of the speaker, if any.
        addressed: how surely the agent is addressed, 0..1.
        ironic: whether warm words mean their opposite.
        confidence: how much of the text was understood, 0..1.
        language: ISO 639-1 code of a language that is not English, "und" of another script,
            "" for English or where nothing can be told.
        signals: what the words show beyond their acts.
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
    hidden_subjects: tuple[str, ...] = ()
    shown_subjects: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    crisis: Crisis | None = None
    grief: Grief | None = None
    addressed: float = 1.0
    ironic: bool = False
    confidence: float = 1.0
    language: str = ""
    signals: Signals = field(default_factory=Signals)

    def does(self, *acts: Act) -> bool:
        """Return whether the message does any of ``acts``."""
        return not frozenset(acts).isdisjoint(self.acts)

    @property
    def in_danger(self) -> bool:
        """Whether somebody is in danger for certain."""
        return self.crisis is not None and self.crisis.certain
