"""What the engine shows to those who hold it: the doors' answers derive from these."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["queued", "running", "succeeded", "failed"]


class View(BaseModel):
    """A frozen answer."""

    model_config = ConfigDict(frozen=True)


class ReplyView(View):
    """A reply as a job's result; ``time`` is the milliseconds it took."""

    response: str = Field(description="what the agent said; empty for a deliberate silence")
    time: int = Field(ge=0, description="milliseconds from the turn's start to its end")
    expression: str = Field(description="the face she made")
    message_id: str = Field(default="", description="the reply's own id")
    silent: bool = Field(default=False, description="true for a deliberate silence")
    recalled: list[str] = Field(default=[], description="ids of what was remembered for it")


class FailureView(View):
    """Why a job failed."""

    code: str
    message: str
    retryable: bool = True


class JobView(View):
    """How a message stands."""

    job_id: str
    status: Status
    progress: float = Field(ge=0, le=100, description="percent")
    result: ReplyView | None = None
    error: FailureView | None = None


class JobEvent(View):
    """One event of a job's stream.

    ``id`` is ``epoch.number``: the epoch names the run, the number counts within it. The same
    id always carries the same thing. ``event`` is status, progress, text or done.
    """

    id: str
    event: Literal["status", "progress", "text", "done"]
    body: dict[str, object]


class LineView(View):
    """One line of a conversation."""

    id: str
    from_agent: bool
    username: str = ""
    message: str = ""
    timestamp: int = Field(description="milliseconds since 1970")
    expression: str | None = None
    job_id: str | None = None
    status: Status | None = None


class FeelingView(View):
    """How an agent feels at a moment; all levels computed, none stored."""

    at: int
    emotions: dict[str, float] = Field(description="rich emotions, 0..1")
    lite: dict[str, float] = Field(description="lite emotions, 0..1")
    mood: dict[str, float] = Field(description="pleasure, arousal, dominance, -1..1")
    mood_word: str
    feeling: str = Field(description="the strongest feelings in a short phrase")
    expression: str


class AgentView(View):
    """An agent in a list."""

    id: str
    name: str
    active: bool
    occupation: str = ""
    expression: str = "neutral_listening"


class StandingView(View):
    """How an agent stands to the one who asks."""

    relationship: str
    liking: float
    messages: int
    met_at: int | None = None
    sentiments: dict[str, float] = Field(default={}, description="rich sentiments, -1..1")
    lite_sentiments: dict[str, float] = {}


class AgentDetail(AgentView):
    """An agent as the one who asks may see it."""

    form: str = ""
    background: str = ""
    soul: str = Field(description="digest of the soul")
    voice: str = Field(description="what speaks: composer, or a model's name")
    feeling: FeelingView
    traits: dict[str, float] = Field(description="rich personality, -1..1")
    lite_traits: dict[str, float] = {}
    myers_briggs: str = ""
    standing: StandingView


class ThoughtView(View):
    """A thought of an agent."""

    id: str
    agent: str
    thought: str
    vibe: str
    timestamp: int


class FactView(View):
    """A fact that the agent holds about the one who asks."""

    id: str
    topic: str
    value: str
    since: int
    source: str | None = Field(default=None, description="id of the message that told it")


class MovedView(View):
    """What moved one of the agent's feelings or sentiments in a turn, and by how much."""

    dimension: str
    amount: float
    cause: str
    of: Literal["emotion", "sentiment", "trait"]


class LoreView(View):
    """A memory that the agent's soul brought along."""

    id: str
    says: str


class WhyView(View):
    """Why a reply was what it was."""

    message_id: str
    recalled: list[LineView | FactView] = []
    lore: list[LoreView] = []
    moved: list[MovedView] = []
