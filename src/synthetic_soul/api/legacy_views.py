"""The keys that clients of the first Synthetic Soul API read, beside ours in the same answers.

Its page and its bot expect an ``agent``, a ``conversation`` and a ``latest_thought`` around what
they show, moments as ISO 8601, and levels as whole numbers from 0 to 100: emotions from absent to
full, traits with 50 as the middle.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field

from synthetic_soul.engine.views import AgentDetail, LineView, ThoughtView

MAX_LEVEL = 100


class Level(BaseModel):
    """A level of an emotion or a trait."""

    value: int = Field(ge=0, le=MAX_LEVEL)


class LegacyPersonality(BaseModel):
    """The lite traits; 50 is the middle."""

    model_config = ConfigDict(serialize_by_alias=True)

    myers_briggs: str = Field(serialization_alias="myers-briggs")
    mbti: str
    personality_matrix: dict[str, Level]


class LegacyEmotions(BaseModel):
    """The lite emotions, and what they amount to."""

    emotions: dict[str, Level]
    reason: str = Field(description="the strongest emotions in a short phrase")


class LegacyAgent(BaseModel):
    """An agent for clients of the first API."""

    id: str
    name: str
    identity: str = Field(description="what it is, in prose")
    global_expression: str
    personality: LegacyPersonality
    emotional_status: LegacyEmotions


class ActiveAgent(AgentDetail):
    """The active agent; ``agent`` is for clients of the first API."""

    agent: LegacyAgent


class LegacyMessage(BaseModel):
    """A line for clients of the first API."""

    id: str
    timestamp: str = Field(description="ISO 8601, UTC")
    from_agent: bool
    message: str
    expression: str | None = None


class LegacyConversation(BaseModel):
    """A conversation for clients of the first API, oldest line first."""

    id: str
    messages: list[LegacyMessage]


class LegacyThought(BaseModel):
    """A thought for clients of the first API."""

    thought: str
    timestamp: str = Field(description="ISO 8601, UTC")


class LatestThought(ThoughtView):
    """The newest thought; ``latest_thought`` is for clients of the first API."""

    latest_thought: LegacyThought


def active_agent(view: AgentDetail) -> ActiveAgent:
    """Return the agent with the keys of both."""
    personality = LegacyPersonality(
        myers_briggs=view.myers_briggs,
        mbti=view.myers_briggs,
        personality_matrix=_levels(view.lite_traits, least=-1.0),
    )
    agent = LegacyAgent(
        id=view.id,
        name=view.name,
        identity=view.background or view.occupation or view.name,
        global_expression=view.expression,
        personality=personality,
        emotional_status=LegacyEmotions(
            emotions=_levels(view.feeling.lite, least=0.0), reason=view.feeling.feeling
        ),
    )
    return ActiveAgent(**view.model_dump(), agent=agent)


def legacy_conversation(id: str, lines: Iterable[LineView]) -> LegacyConversation:
    """Return the lines of a conversation in that shape."""
    messages = [
        LegacyMessage(
            id=line.id,
            timestamp=_iso(line.timestamp),
            from_agent=line.from_agent,
            message=line.message,
            expression=line.expression,
        )
        for line in lines
    ]
    return LegacyConversation(id=id, messages=messages)


def latest_thought(view: ThoughtView | None) -> LatestThought | None:
    """Return the thought with the keys of both."""
    if view is None:
        return None
    thought = LegacyThought(thought=view.thought, timestamp=_iso(view.timestamp))
    return LatestThought(**view.model_dump(), latest_thought=thought)


def _levels(levels: Mapping[str, float], *, least: float) -> dict[str, Level]:
    """Return levels from ``least`` to 1 as 0 to 100."""
    parts = {name: (level - least) / (1.0 - least) for name, level in levels.items()}
    return {
        name: Level(value=round(MAX_LEVEL * min(1.0, max(0.0, part))))
        for name, part in parts.items()
    }


def _iso(at: int) -> str:
    """Return a moment (ms since 1970) as ISO 8601, such as 2026-01-31T12:00:00.250Z."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
