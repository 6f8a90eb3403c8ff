"""Thoughts: what an agent thought that nobody asked for."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from synthetic_soul.api.dependencies import Person, as_json, doors, sane
from synthetic_soul.api.problems import problems
from synthetic_soul.engine.views import ThoughtView

router = APIRouter(prefix="/v1/thoughts", tags=["thoughts"])


@router.get("/latest", response_model=ThoughtView | None, responses=problems(401, 404, 422))
async def latest(
    request: Request,
    who: Person,
    agent: Annotated[
        str | None, Query(max_length=128, description="an agent's id; the active one if absent")
    ] = None,
) -> Response:
    """The newest thought that the one who asks may see; null as long as there is none."""
    thought = await doors(request).engine.thought(who.user_id, sane(agent) if agent else None)
    return as_json(thought)
