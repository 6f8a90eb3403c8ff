"""State and journal made into the views that the doors show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_soul.engine.views import (
    AgentDetail,
    AgentView,
    FailureView,
    FeelingView,
    JobView,
    LineView,
    MovedView,
    ReplyView,
    StandingView,
    ThoughtView,
)
from synthetic_soul.mind import state
from synthetic_soul.mind.events import (
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

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from synthetic_soul.engine.runtime import Agent
    from synthetic_soul.engine.views import Status
    from synthetic_soul.mind.state import Bond, Mind
    from synthetic_soul.stores.base import Entry, JobRecord

FAILURES: Mapping[str, str] = {
    "model_rate_limited": "the model is asked too much at the moment; try again in a minute",
    "model_timeout": "the model did not answer in time; try again",
    "model_unreachable": "the model cannot be reached; check its address, or try again later",
    "model_refused": "the model rejected the request; its key or name may be wrong",
    "model_garbled": "the model gave no usable answer; try again",
    "model_interrupted": "the model broke off in the middle; try again",
    "budget_spent": "today's budget of model calls is spent; try again tomorrow",
}
FAILED = "the reply could not be made; the message is kept, try again"


def feeling(mind: Mind, now: int) -> FeelingView:
    """How an agent feels at ``now``."""
    mood = state.mood(mind, now)
    return FeelingView(
        at=now,
        emotions=_rounded(state.emotions(mind, now)),
        lite=_rounded(state.lite_emotions(mind, now)),
        mood=_rounded(
            {"pleasure": mood.pleasure, "arousal": mood.arousal, "dominance": mood.dominance}
        ),
        mood_word=mood_word(mood),
        feeling=state.describe(mind, now),
        expression=state.expression(mind, now),
    )


def _rounded(levels: Mapping[str, float]) -> dict[str, float]:
    """Levels for display; the state itself is never rounded."""
    return {name: round(level, 4) for name, level in levels.items()}


def agent_view(agent: Agent, active: str, now: int) -> AgentView:
    """An agent in a list."""
    return AgentView(
        id=agent.id,
        name=agent.soul.name,
        active=agent.id == active,
        occupation=agent.soul.entity.occupation,
        expression=state.expression(agent.live.mind, now),
    )


def agent_detail(agent: Agent, active: str, bond: Bond | None, voice: str, now: int) -> AgentDetail:
    """An agent as the one with this bond may see it."""
    mind = agent.live.mind
    return AgentDetail(
        **agent_view(agent, active, now).model_dump(),
        form=agent.soul.entity.form,
        background=agent.soul.entity.background or "",
        soul=mind.soul,
        voice=voice,
        feeling=feeling(mind, now),
        traits=_rounded(state.traits(mind, now)),
        lite_traits=_rounded(state.lite_traits(mind, now)),
        myers_briggs=state.myers_briggs(mind, now),
        standing=standing(bond, now),
    )


def standing(bond: Bond | None, now: int) -> StandingView:
    """How an agent stands to a person."""
    return StandingView(
        relationship=state.relationship(bond, now),
        liking=round(state.liking(bond, now), 4),
        messages=bond.messages if bond else 0,
        met_at=bond.met_at if bond else None,
        sentiments=_rounded(state.sentiments(bond, now)) if bond else {},
        lite_sentiments=_rounded(state.lite_sentiments(bond, now)) if bond else {},
    )


def outcome_of(entry: Entry | None, job: str) -> Outcome | None:
    """The outcome in an entry that settles a job."""
    for event in entry.events if entry else ():
        if isinstance(event, Outcome) and any(a.message == job for a in event.answers):
            return event
    return None


def job_view(record: JobRecord, outcome: Outcome | None, *, running: bool) -> JobView:
    """How a message stands; a reply whose words were erased shows as an empty one."""
    if outcome is None:
        status: Status = "running" if running else "queued"
        return JobView(job_id=record.id, status=status, progress=10.0 if running else 0.0)
    if isinstance(outcome, TurnFailed):
        failure = FailureView(code=outcome.code, message=FAILURES.get(outcome.code, FAILED))
        return JobView(job_id=record.id, status="failed", progress=100.0, error=failure)
    if not isinstance(outcome, ReplySpoken):
        reply = ReplyView(response="", time=0, expression="neutral_listening", silent=True)
    else:
        reply = ReplyView(
            response=outcome.words.text or "",
            time=outcome.took,
            expression=outcome.expression,
            message_id=outcome.id,
            recalled=list(outcome.recalled),
        )
    return JobView(job_id=record.id, status="succeeded", progress=100.0, result=reply)


def lines(
    entries: Iterable[Entry], conversation: str, agent: str, names: Mapping[str, str]
) -> list[LineView]:
    """The lines of a conversation that still have words, in order."""
    found: list[LineView] = []
    for entry in entries:
        for event in entry.events:
            if not isinstance(event, MessageHeard | ReplySpoken):
                continue
            if event.conversation == conversation and event.words.text is not None:
                found.append(_line(event, entry.at, agent, names))
    return found


def _line(
    event: MessageHeard | ReplySpoken, at: int, agent: str, names: Mapping[str, str]
) -> LineView:
    if isinstance(event, ReplySpoken):
        return LineView(
            id=event.id,
            from_agent=True,
            username=agent,
            message=event.words.text or "",
            timestamp=at,
            expression=event.expression,
        )
    return LineView(
        id=event.id,
        from_agent=False,
        username=names.get(event.person, ""),
        message=event.words.text or "",
        timestamp=at,
        job_id=event.id,
    )


def moved(entry: Entry, person: str) -> list[MovedView]:
    """What a turn moved: in the agent, and towards this person only."""
    found: list[MovedView] = []
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
        found += [
            MovedView.model_validate(
                {"dimension": i.dimension, "amount": i.amount, "cause": i.cause, "of": of}
            )
            for i in event.impulses
        ]
    return found


def thought(entry: Entry, agent: str) -> ThoughtView | None:
    """The thought in an entry, if its words are still there."""
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
