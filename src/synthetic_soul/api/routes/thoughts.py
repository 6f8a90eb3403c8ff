"""Thoughts, which an agent has unasked: the latest for a user, and a public one at ``/``.

A browser gets the page at ``/`` instead; its files are under ``/static``.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from synthetic_soul.api.dependencies import AgentId, CurrentUser, app_state, json_response, valid_id
from synthetic_soul.api.legacy_views import LatestThought, latest_thought
from synthetic_soul.api.problems import problems
from synthetic_soul.api.static_files import StaticFiles
from synthetic_soul.engine.views import ThoughtView

router = APIRouter(prefix="/v1/thoughts", tags=["thoughts"])

INDEX = "index.html"
VARY = {"Vary": "Accept"}


@router.get("/latest", response_model=LatestThought | None, responses=problems(401, 404, 422))
async def latest(request: Request, user: CurrentUser, agent: AgentId = None) -> Response:
    """Get the newest thought that you may see; null while there is none."""
    thought = await app_state(request).engine.thought(
        user.user_id, valid_id(agent) if agent else None
    )
    return json_response(latest_thought(thought))


def root_router(static_files: StaticFiles) -> APIRouter:
    """Return the routes ``/`` and ``/static``."""
    router = APIRouter(tags=["root"])

    @router.get(
        "/",
        response_model=ThoughtView,
        responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}}, **problems()},
    )
    async def thought(request: Request) -> Response:
        """Get a public thought as JSON; a browser gets the page."""
        if "text/html" in request.headers.get("accept", "") and INDEX in static_files:
            return static_files.response(INDEX, request.headers.get("if-none-match", ""), VARY)
        return json_response(await app_state(request).engine.random_thought(), headers=VARY)

    @router.get("/static/{path:path}", include_in_schema=False)
    async def static(request: Request, path: str) -> Response:
        return static_files.response(f"static/{path}", request.headers.get("if-none-match", ""))

    return router
