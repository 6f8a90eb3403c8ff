"""The brief, which is all a voice may know for one utterance, and the voice's protocol.

Whoever builds a brief answers for privacy: everything in it may be said aloud in its
conversation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from soulscript import Soul
    from synthetic_soul.mind.interpretation import Interpretation


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation: ``speaker`` is the name shown, ``mine`` the agent's own."""

    id: str
    speaker: str
    text: str
    at: int
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A fact the person told of themselves; ``topic`` as in ``mind.reading.Told``."""

    id: str
    topic: str
    value: str
    at: int


@dataclass(frozen=True, slots=True)
class Lore:
    """A memory that the soul's author gave it; ``id`` is its own among the soul's memories."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How the agent stands to the person it talks to.

    ``label`` is the relationship; ``liking`` and ``sentiments`` -1..1; ``met_at`` None at the
    very first message; ``away`` the milliseconds since the person's previous message (0 at
    first); ``messages`` how many the person has sent before this turn; ``hurt`` 0..1 how much a
    past insult still rankles.
    """

    label: str = "stranger"
    liking: float = 0.0
    sentiments: Mapping[str, float] = field(default_factory=dict)
    met_at: int | None = None
    away: int = 0
    messages: int = 0
    hurt: float = 0.0


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a voice may know for one utterance.

    ``heard`` are the lines to answer, oldest first; ``interpretation`` is what the senses found in
    them together. ``tail`` is what was said just before (oldest first, without ``heard``),
    ``recalled`` older lines that a cue brought back, best first. ``emotions`` are rich, 0..1,
    after the message was taken in; ``mood`` is pleasure, arousal, dominance, -1..1.
    ``feeling`` is a short phrase for them, ``expression`` the face. ``person`` is the name to
    call the person by, "" if unknown. ``noted`` is what the agent observed of earlier stretches
    of the conversation, oldest first. ``said`` are its own earlier replies to this person, newest
    first, that must not be repeated. ``thought`` is its latest thought that this person may know.
    ``lore`` is what a cue brought back of the memories that came with the soul, best first.
    ``causes`` name what moved the feelings in this turn. ``purpose`` is "reply" or "thought"
    (then ``heard`` is empty). ``now`` is the moment, in milliseconds.
    """

    soul: Soul
    name: str
    interpretation: Interpretation
    now: int
    purpose: str = "reply"
    heard: Sequence[Line] = ()
    tail: Sequence[Line] = ()
    recalled: Sequence[Line] = ()
    known: Sequence[Known] = ()
    forgotten: Sequence[Known] = ()
    learned: Sequence[Known] = ()
    emotions: Mapping[str, float] = field(default_factory=dict)
    mood: tuple[float, float, float] = (0.0, 0.0, 0.0)
    traits: Mapping[str, float] = field(default_factory=dict)
    feeling: str = ""
    expression: str = "neutral_listening"
    standing: Standing = field(default_factory=Standing)
    person: str = ""
    noted: Sequence[str] = ()
    said: Sequence[str] = ()
    thought: str = ""
    lore: Sequence[Lore] = ()
    causes: Sequence[str] = ()
    group: bool = False


@dataclass(frozen=True, slots=True)
class Spent:
    """What an utterance cost: calls to a model, and tokens in and out (0 without a model)."""

    calls: int = 0
    prompt_tokens: int = 0
    reply_tokens: int = 0


class Utterance(Protocol):
    """Words as they come: iterate the pieces, then read ``spent``; close it in any case.

    ``vibe`` is one of the fourteen, for a thought; it may become more exact while it is spoken.
    """

    @property
    def spent(self) -> Spent:
        """What it has cost so far."""
        ...

    @property
    def vibe(self) -> str:
        """The vibe of a thought."""
        ...

    def __aiter__(self) -> AsyncIterator[str]:
        """The pieces of the text, in order; joined they are the whole utterance."""
        ...

    async def aclose(self) -> None:
        """Let go of whatever is still open."""
        ...


class Voice(Protocol):
    """Turns a brief into words. ``name`` is what the journal calls it."""

    name: str

    def speak(self, brief: Brief) -> Utterance:
        """Begin to speak; raises nothing before the first piece is asked for.

        Iteration raises ``ModelError`` where a model fails.
        """
        ...
