"""The brief, which holds all that a voice may know for one utterance, and the voice protocol.

Whoever builds a brief is responsible for privacy: everything in it may be said aloud in its
conversation.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from soulscript import Soul
from soulscript.prompts import Share
from soulscript.text import terms
from synthetic_soul.llm.base import Usage
from synthetic_soul.mind.interpretation import Interpretation
from synthetic_soul.nlu.calendar.named_date import DueDate


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation: ``speaker`` is the name shown, ``mine`` marks the agent's own.

    ``number`` counts the persons' lines up to this one, from 1, as far as they were read; 0 if that
    is unknown.
    """

    id: str
    speaker: str
    text: str
    at: int
    mine: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact that a person told of themselves, in words; for ``topic`` see ``FactMention``.

    ``at`` is when it was told, ``ended_at`` when it ceased to hold (``None`` while it does),
    ``when`` the date that it is due, ``raised_at`` when the agent last spoke of it of its own
    accord. A ``hidden`` one stands in no brief, nor does ``hearsay``, which others told. ``used``
    replies had its words, the last one at ``used_at``.
    """

    id: str
    topic: str
    value: str
    at: int
    ended_at: int | None = None
    when: DueDate | None = None
    raised_at: int | None = None
    hidden: bool = False
    used: int = 0
    used_at: int | None = None
    hearsay: bool = False

    @property
    def root(self) -> str:
        """The first part of the topic: "pet" of "pet:dog"."""
        return self.topic.partition(":")[0]


def rank_facts(facts: Iterable[KnownFact], roots: Sequence[str]) -> list[KnownFact]:
    """Return facts in the order of ``roots``, others last; of one root the newest first.

    What was told at once stays in its order.
    """

    def rank(fact: KnownFact) -> tuple[int, int]:
        place = roots.index(fact.root) if fact.root in roots else len(roots)
        return place, -fact.at

    return sorted(facts, key=rank)


def told_in(text: str, facts: Iterable[KnownFact]) -> list[KnownFact]:
    """Return the facts of whose value a text has a word; the topic alone tells nothing of it."""
    said = set(terms(text))
    return [fact for fact in facts if not said.isdisjoint(terms(fact.value))]


@dataclass(frozen=True, slots=True)
class DueFact:
    """A fact that the agent is to speak of of its own accord: ``date`` is to come, or is over."""

    fact: KnownFact
    date: DueDate
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """What the agent keeps of earlier talk: a fragment or a memory, in its own words.

    ``importance`` is -1..1.
    """

    id: str
    text: str
    importance: float = 0.0


Kind = Literal["fact", "line", "memory", "lore", "view", "thought"]
"""What a brief holds: a fact about the person, an earlier line, what is kept of earlier talk, lore
of the soul, a like, view or story of the soul's own, and the agent's latest thought."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a brief held, and whether its voice told it: a model, or in its own words.

    ``reason`` says in a word why it was chosen: of a fact "new", "forgotten", "due", "name" (the
    person is called by it), "asked" (the messages touch it), "important" or "further"; "words"
    where it shares words with the messages; of lore its ``why``; "latest" of a thought. A voice
    without a model calls every other fact "known". ``left_out`` says why it was not told: "room",
    or "repeats" for a line that says the same as another one; "" for what was told.
    """

    kind: Kind
    id: str
    reason: str
    left_out: str = ""


LIKENESS = "likeness"
"""Why lore came to mind that none of its keys, but its words brought back."""


@dataclass(frozen=True, slots=True)
class Lore:
    """A memory that the soul's author wrote; ``id`` is its id among the soul's memories.

    ``why`` says in a word how it came to mind ("key", "constant", "likeness"), ``key`` which of its
    keys was found, and ``back`` how many lines ago. One that ``is_constant`` always does.
    """

    id: str
    text: str
    why: str = ""
    key: str = ""
    back: int | None = None
    is_constant: bool = False


@dataclass(frozen=True, slots=True)
class Relationship:
    """The agent's relationship to the person it talks to.

    ``label`` names it ("friend"); ``liking`` and ``sentiments`` are -1..1; ``met_at`` is None at
    the very first message; ``away`` is the time since the person's previous message (milliseconds,
    0 at first); ``messages`` counts what the person sent before this turn; ``hurt`` (0..1) is what
    remains of past insults. ``in_care``: in the last days the person was told where help is.
    ``country`` is where they are, as two letters of ISO 3166, "" if unknown.
    """

    label: str = "stranger"
    liking: float = 0.0
    sentiments: Mapping[str, float] = field(default_factory=dict)
    met_at: int | None = None
    away: int = 0
    messages: int = 0
    hurt: float = 0.0
    in_care: bool = False
    country: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a voice may know for one utterance.

    ``messages`` are the lines to answer, oldest first, and ``interpretation`` is the reading of
    them together. ``recent_lines`` came just before them (oldest first); ``talk_lines`` are all
    earlier lines that may be told where there is room, these among them, or none.
    ``recalled_lines`` are older lines that a cue brought back, best first, and
    ``recall_confidence`` is how sure (0..1) it is that they answer it. ``known_facts`` hold at
    the end of the turn, ``past_facts`` held once; ``learned_facts`` and ``forgotten_facts`` changed
    in it. ``emotions`` are rich, 0..1, after the appraisal of the messages; ``mood`` is pleasure,
    arousal, dominance, -1..1. ``feeling`` puts them into a short phrase, ``expression`` is the
    face. ``person_name`` is the name to call the person by, "" if unknown. ``observations`` are
    what the agent keeps of earlier talk that fits the messages, the best last. ``earlier_replies``
    are its replies to this person, newest first, which must not be repeated. ``thought`` is its
    latest thought that this person may know. ``lore`` is what came to mind of the soul's own
    memories. ``instructions`` are those of its author, if the operator trusts them. ``causes`` name
    what moved the feelings in this turn. ``purpose`` is "reply" or "thought" (then ``messages`` is
    empty). ``now`` is the time of the turn, in milliseconds, and ``time_zone`` the name of the
    person's. ``due_facts`` are due today or tomorrow, or are over since the last talk, and were not
    spoken of yet. ``unmentioned`` are subjects that the person wants not to be mentioned, as they
    call them: nothing in the brief is about them but the messages.
    """

    soul: Soul
    name: str
    interpretation: Interpretation
    now: int
    purpose: str = "reply"
    messages: Sequence[Line] = ()
    recent_lines: Sequence[Line] = ()
    talk_lines: Sequence[Line] = ()
    recalled_lines: Sequence[Line] = ()
    recall_confidence: float = 0.5
    known_facts: Sequence[KnownFact] = ()
    past_facts: Sequence[KnownFact] = ()
    forgotten_facts: Sequence[KnownFact] = ()
    learned_facts: Sequence[KnownFact] = ()
    emotions: Mapping[str, float] = field(default_factory=dict)
    mood: tuple[float, float, float] = (0.0, 0.0, 0.0)
    traits: Mapping[str, float] = field(default_factory=dict)
    feeling: str = ""
    expression: str = "neutral_listening"
    relationship: Relationship = field(default_factory=Relationship)
    person_name: str = ""
    observations: Sequence[Observation] = ()
    earlier_replies: Sequence[str] = ()
    thought: str = ""
    lore: Sequence[Lore] = ()
    instructions: Sequence[str] = ()
    causes: Sequence[str] = ()
    is_group: bool = False
    time_zone: str = "UTC"
    due_facts: Sequence[DueFact] = ()
    unmentioned: Sequence[str] = ()


class Utterance(Protocol):
    """A stream of text: iterate the pieces, then read ``usage``; close it in any case."""

    @property
    def usage(self) -> Usage:
        """The cost so far; all zero without a model."""
        ...

    @property
    def left_out(self) -> Sequence[Share]:
        """The parts of the soul that a prompt had no room to tell whole."""
        ...

    @property
    def told(self) -> Sequence[Told]:
        """What of the brief it told, and what it had no room for."""
        ...

    @property
    def vibe(self) -> str:
        """The vibe of a thought, one of ``VIBES``; it may be refined while the text streams."""
        ...

    def __aiter__(self) -> AsyncIterator[str]:
        """Yield the pieces of the text in order; joined they are the whole utterance."""
        ...

    async def aclose(self) -> None:
        """Release what is still open."""
        ...


class Voice(Protocol):
    """Turns a brief into words; the journal records ``name``."""

    name: str

    def speak(self, brief: Brief) -> Utterance:
        """Start an utterance; nothing is raised before the first piece is requested.

        Iteration raises ``ModelError`` where a model fails.
        """
        ...
