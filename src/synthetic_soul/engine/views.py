"""The engine's answers: frozen views, and the functions that build them from state and journal."""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from soulscript import Soul
from soulscript.prompts import expand, instructions_of, openings_of, scene_of
from synthetic_soul.engine.agents import Agent
from synthetic_soul.engine.runtime import lore_id
from synthetic_soul.mind import state
from synthetic_soul.mind.events import (
    ConversationOpened,
    Felt,
    MessageHeard,
    Outcome,
    ReplySpoken,
    SentimentsMoved,
    ThoughtHad,
    TraitsMoved,
    TurnFailed,
)
from synthetic_soul.mind.expression import mood_word
from synthetic_soul.mind.state import Bond, Mind
from synthetic_soul.stores.base import Entry, JobRecord

Status = Literal["queued", "running", "succeeded", "failed"]

_NO_WORDS = "I can't find words right now"
_REJECTED = (
    f"{_NO_WORDS}: the model that speaks for me rejected the request. "
    "Ask me again; if it stays so, whoever runs the server has to look into it."
)
_FAILURES: Mapping[str, str] = {
    "model_key": f"{_NO_WORDS}: the model that speaks for me does not accept this server's key. "
    "Whoever runs the server can mend that; your message is kept.",
    "model_name": f"{_NO_WORDS}: the model that should speak for me is not there. "
    "Whoever runs the server can mend that; your message is kept.",
    "model_quota": f"{_NO_WORDS}: what this server may spend on the model that speaks for me is "
    "used up. Whoever runs the server can mend that; your message is kept.",
    "model_rate_limited": f"{_NO_WORDS}: the model that speaks for me is asked too much. "
    "Ask me again in a minute.",
    "model_policy": "The model that speaks for me declined to answer this. "
    "Put it in other words, or ask me again.",
    "model_context": "This was more than the model that speaks for me can read at once. "
    "Try it with a shorter message.",
    "model_unreachable": f"{_NO_WORDS}: the model that speaks for me cannot be reached. "
    "Ask me again in a few minutes.",
    "model_timeout": "The model that speaks for me took too long to answer. Ask me again.",
    "model_only_reasoned": "The model that speaks for me thought about it and ran out of room "
    "before it said anything. Ask me again.",
    "model_garbled": "The model that speaks for me gave no answer that I could use. Ask me again.",
    "model_interrupted": "The model that speaks for me broke off in mid-sentence. Ask me again.",
    "model_refused": _REJECTED,
    "model_bad_request": _REJECTED,
    "model_error": f"{_NO_WORDS}: the model that speaks for me has a fault of its own. "
    "Ask me again in a minute.",
    "budget_spent": "I have said all that I may say to you today. Ask me again tomorrow.",
}
"""What a person reads when a reply could not be made, by the failure's code."""
_FAILED = "Something went wrong here, and I have no reply. Your message is kept; ask me again."


def failure_message(code: str) -> str:
    """Return what a person reads when their message got no reply."""
    return _FAILURES.get(code, _FAILED)


class View(BaseModel):
    """A frozen answer."""

    model_config = ConfigDict(frozen=True)


class ReplyView(View):
    """A reply as a job's result; ``time`` is the milliseconds it took."""

    response: str = Field(description="what the agent said; empty for a deliberate silence")
    time: int = Field(ge=0, description="milliseconds from the turn's start to its end")
    expression: str = Field(description="the agent's facial expression")
    message_id: str = Field(default="", description="the reply's own id")
    silent: bool = Field(default=False, description="true for a deliberate silence")
    recalled: list[str] = Field(default=[], description="ids of what was remembered for it")


class FailureView(View):
    """Why a job failed, in words for people."""

    code: str
    message: str
    retryable: bool = True


class JobView(View):
    """The status of a message."""

    job_id: str
    status: Status
    progress: float = Field(ge=0, le=100, description="percent")
    result: ReplyView | None = None
    error: FailureView | None = None


class JobEvent(View):
    """One event of a job's stream; the same ``id`` always carries the same content.

    ``id`` is ``epoch.number``: the epoch names the run, the number counts within it.
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
    """How an agent feels at a moment; levels are computed, none is stored."""

    at: int
    emotions: dict[str, float] = Field(description="rich emotions, 0..1")
    lite: dict[str, float] = Field(description="lite emotions, 0..1")
    mood: dict[str, float] = Field(description="pleasure, arousal, dominance, -1..1")
    mood_word: str
    feeling: str = Field(description="the strongest emotions in a short phrase")
    expression: str


class AgentView(View):
    """An agent in a list."""

    id: str
    name: str
    active: bool
    occupation: str = ""
    expression: str = "neutral_listening"
    avatar: str | None = Field(
        default=None,
        description="path of its picture on this server, which needs no token; null: it has none",
        examples=["/static/expressions/luna/neutral.webp?v=5f1b3a9c"],
    )


class StandingView(View):
    """The relationship of an agent to the person who asks."""

    relationship: str
    liking: float
    messages: int
    met_at: int | None = None
    sentiments: dict[str, float] = Field(default={}, description="rich sentiments, -1..1")
    lite_sentiments: dict[str, float] = {}


class AgentDetail(AgentView):
    """An agent as the person who asks may see it."""

    form: str = ""
    background: str = ""
    openings: int = Field(
        default=0, description="how many ways of beginning a conversation its author wrote"
    )
    soul: str = Field(description="digest of the soul")
    voice: str = Field(description="what speaks: composer, or a model's name")
    feeling: FeelingView
    traits: dict[str, float] = Field(description="rich personality, -1..1")
    lite_traits: dict[str, float] = {}
    myers_briggs: str = ""
    standing: StandingView


class InstructionsView(View):
    """What a soul's author tells a model about how to play it."""

    instructions: list[str] = Field(description="as style, below who it is and below safety")
    applied: bool = Field(description="whether the operator has agreed to them")
    digest: str = Field(description="of the soul that they stand in")


class ThoughtView(View):
    """A thought of an agent."""

    id: str
    agent: str
    thought: str
    vibe: str
    timestamp: int


class FactView(View):
    """A fact that the agent knows about the person who asks."""

    id: str
    topic: str
    value: str
    since: int
    source: str | None = Field(default=None, description="id of the message that told it")
    until: int | None = Field(
        default=None,
        exclude_if=lambda until: until is None,
        description="when it ceased to hold; absent while it holds",
    )
    certain: bool = Field(
        default=True,
        exclude_if=lambda certain: certain,
        description="false where only a weak sign told it; absent else",
    )
    hidden: bool = Field(
        default=False,
        exclude_if=lambda hidden: not hidden,
        description="true where the agent never mentions it; absent else",
    )


class MovedView(View):
    """An impulse on an emotion, sentiment or trait in a turn, and its cause."""

    dimension: str
    amount: float
    cause: str
    of: Literal["emotion", "sentiment", "trait"]


class MemoryView(View):
    """What an agent keeps of its talk with the person who asks."""

    id: str
    type: Literal["observation", "reflection", "memory", "note"] = Field(
        description="memory: several of them, consolidated; note: what you asked to be remembered"
    )
    text: str = Field(description="in the agent's words")
    since: int = Field(description="when it was kept, in milliseconds since 1970")
    importance: float = Field(description="to the agent, -1..1")
    valence: float = Field(description="how it feels to the agent, -1..1")
    sources: list[str] = Field(default=[], description="ids of the messages that it rests on")
    parts: list[str] = Field(default=[], description="ids of what was consolidated into it")
    trait: str = Field(default="", description="the trait through which the agent saw it")
    why: list[str] = Field(
        default=[], description="why it is kept: asked, important, moving, repeated, reflected"
    )
    words: list[str] = Field(
        default=[], description="words of a search, or of your message, that brought it back"
    )
    moved: list[MovedView] = Field(default=[], description="how it moved the agent's traits")


class MemoryPage(View):
    """A page of what an agent keeps; ``next`` is what comes ``before`` the next page."""

    kept: list[MemoryView]
    next: str | None = None


class LoreView(View):
    """A memory of the agent's soul that came to its mind."""

    id: str
    says: str
    why: str = Field(default="", description="how: key, constant, recursion, sticky, likeness, …")
    key: str = Field(default="", description="which of its keys was found")
    back: int | None = Field(default=None, description="how many lines before the newest")


class ItemView(View):
    """One thing that the agent had in mind for a reply, and whether the voice was told of it."""

    kind: Literal["fact", "line", "memory", "lore", "view", "thought"] = Field(
        description="memory: what the agent keeps of earlier talk; view: a like, opinion or story "
        "of its own"
    )
    id: str = Field(description="of the fact, line, memory or lore; of a view, what it is of")
    text: str = Field(
        default="", description="empty of a thought or view, and where it was forgotten or changed"
    )
    told: bool = Field(description="false where it was left out")
    left_out: str = Field(
        default="",
        description="why it was left out: room (there was none), repeats (another line says the "
        "same)",
    )
    reason: str = Field(
        description="why it was chosen. Of a fact: new, forgotten, due, name, asked, important, "
        "further, known; words: it shares words with your message; of lore as in `lore`; of a "
        "thought: latest"
    )
    words: list[str] = Field(
        default=[], description="the words that it shares with what the reply answers"
    )


class PartView(View):
    """A part of the soul that the model's context had no room to tell whole, in tokens."""

    part: str
    told: int
    whole: int


class WhyView(View):
    """What a reply was based on; what the voice had no room for stands in ``items`` alone."""

    message_id: str
    recalled: list[LineView | FactView] = []
    memories: list[MemoryView] = Field(
        default=[], description="what of earlier talk came to its mind, with the words that did it"
    )
    lore: list[LoreView] = []
    items: list[ItemView] = Field(
        default=[],
        description="all that a model was told, or had no room for; without a model, what the "
        "reply itself tells. At most 20 of a kind that had no room",
    )
    moved: list[MovedView] = []
    left_out: list[PartView] = Field(
        default=[], description="parts of the soul that the model's context had no room for"
    )


def feeling_view(mind: Mind, now: int) -> FeelingView:
    """Return how an agent feels at ``now``."""
    mood = state.mood(mind, now)
    return FeelingView(
        at=now,
        emotions=_rounded(state.emotions(mind, now)),
        lite=_rounded(state.lite_emotions(mind, now)),
        mood=_rounded(mood._asdict()),
        mood_word=mood_word(mood),
        feeling=state.describe(mind, now),
        expression=state.expression(mind, now),
    )


def _rounded(levels: Mapping[str, float]) -> dict[str, float]:
    """Round levels for display; the state itself is never rounded."""
    return {name: round(level, 4) for name, level in levels.items()}


def agent_view(agent: Agent, mind: Mind, active: str, now: int, picture: str = "") -> AgentView:
    """Return an agent as in a list; ``mind`` is what its face shows.

    ``picture`` is the version of its pictures, "" if it has none.
    """
    return AgentView(
        id=agent.id,
        name=agent.name,
        active=agent.id == active,
        occupation=expand(agent.soul.entity.occupation, scene_of(agent.soul)),
        expression=state.expression(mind, now),
        avatar=_avatar_path(agent.id, picture) if picture else None,
    )


def _avatar_path(agent: str, version: str) -> str:
    """Return where an agent's usual picture is; a new version makes new addresses for all."""
    return f"/static/expressions/{agent}/neutral.webp?v={version[:8]}"


def agent_detail(
    agent: Agent,
    mind: Mind,
    bond: Bond | None,
    *,
    soul: Soul,
    active: str,
    voice: str,
    now: int,
    picture: str = "",
) -> AgentDetail:
    """Return an agent as the person of ``bond`` may see it, with ``mind``; see ``agent_view``.

    ``soul`` is its own with all macros expanded.
    """
    return AgentDetail(
        **agent_view(agent, mind, active, now, picture).model_dump(),
        form=soul.entity.form,
        background=soul.entity.background or "",
        openings=len(openings_of(soul)),
        soul=mind.soul,
        voice=voice,
        feeling=feeling_view(mind, now),
        traits=_rounded(state.traits(mind, now)),
        lite_traits=_rounded(state.lite_traits(mind, now)),
        myers_briggs=state.myers_briggs(mind, now),
        standing=relationship_view(bond, now),
    )


def instructions_view(agent: Agent) -> InstructionsView:
    """Return the author's instructions as they stand in the soul, macros included."""
    return InstructionsView(
        instructions=list(instructions_of(agent.soul)),
        applied=agent.trusted,
        digest=agent.soul.digest,
    )


def relationship_view(bond: Bond | None, now: int) -> StandingView:
    """Return the relationship of an agent to a person."""
    return StandingView(
        relationship=state.relationship(bond, now),
        liking=round(state.liking(bond, now), 4),
        messages=bond.messages if bond else 0,
        met_at=bond.met_at if bond else None,
        sentiments=_rounded(state.sentiments(bond, now)) if bond else {},
        lite_sentiments=_rounded(state.lite_sentiments(bond, now)) if bond else {},
    )


def outcome_of(entry: Entry | None, job: str) -> Outcome | None:
    """Return the outcome in an entry that settles a job."""
    for event in entry.events if entry else ():
        if isinstance(event, Outcome) and any(a.message == job for a in event.answers):
            return event
    return None


def job_view(record: JobRecord, outcome: Outcome | None, *, running: bool) -> JobView:
    """Return the status of a message; a reply whose words were erased is empty."""
    if outcome is None:
        status: Status = "running" if running else "queued"
        return JobView(job_id=record.id, status=status, progress=10.0 if running else 0.0)
    if isinstance(outcome, TurnFailed):
        failure = FailureView(code=outcome.code, message=failure_message(outcome.code))
        return JobView(job_id=record.id, status="failed", progress=100.0, error=failure)
    if not isinstance(outcome, ReplySpoken):
        reply = ReplyView(response="", time=0, expression="neutral_listening", silent=True)
    else:
        reply = ReplyView(
            response=outcome.words.text or "",
            time=outcome.took,
            expression=outcome.expression,
            message_id=outcome.id,
            recalled=recalled_for(outcome),
        )
    return JobView(job_id=record.id, status="succeeded", progress=100.0, result=reply)


def recalled_for(reply: ReplySpoken) -> list[str]:
    """Return the ids of what was remembered for a reply, without what was left out."""
    left_out = {
        lore_id(item.id) if item.kind == "lore" else item.id for item in reply.told if item.left_out
    }
    return [each for each in reply.recalled if each not in left_out]


def line_views(
    entries: Iterable[Entry], conversation: str, agent: str, names: Mapping[str, str]
) -> list[LineView]:
    """Return the lines of a conversation that still have words, in order."""
    lines: dict[str, LineView] = {}
    for entry in entries:
        for event in entry.events:
            if (
                isinstance(event, ConversationOpened | MessageHeard | ReplySpoken)
                and event.conversation == conversation
                and event.words.text is not None
            ):
                # Two first messages at one moment may have recorded the opening twice.
                lines.setdefault(event.id, line_view(event, entry.at, agent, names))
    return [*lines.values()]


def line_view(
    event: ConversationOpened | MessageHeard | ReplySpoken,
    at: int,
    agent: str,
    names: Mapping[str, str],
) -> LineView:
    """Return one line of a conversation; ``agent`` is the name of the agent."""
    is_own = not isinstance(event, MessageHeard)
    return LineView(
        id=event.id,
        from_agent=is_own,
        username=agent if is_own else names.get(event.person, ""),
        message=event.words.text or "",
        timestamp=at,
        expression=event.expression if isinstance(event, ReplySpoken) else None,
        job_id=None if is_own else event.id,
    )


def impulse_views(entry: Entry, person: str) -> list[MovedView]:
    """Return what a turn moved: in the agent, and towards this person only."""
    moved: list[MovedView] = []
    for event in entry.events:
        match event:
            case Felt() if event.person == person:
                of = "emotion"
            case SentimentsMoved() if event.person == person:
                of = "sentiment"
            case TraitsMoved():
                of = "trait"
            case _:
                continue
        moved += [
            MovedView.model_validate({**impulse.model_dump(), "of": of})
            for impulse in event.impulses
        ]
    return moved


def thought_view(entry: Entry, agent: str) -> ThoughtView | None:
    """Return the thought in an entry, if its words are still there."""
    for event in entry.events:
        if isinstance(event, ThoughtHad) and event.words.text is not None:
            return ThoughtView(
                id=event.id,
                agent=agent,
                thought=event.words.text,
                vibe=event.vibe,
                timestamp=entry.at,
            )
    return None
