"""Pictures of agents' expressions, at the paths that clients of the first API ask for."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from synthetic_soul.api.dependencies import app_state, valid_id
from synthetic_soul.api.problems import problems
from synthetic_soul.errors import NotFound

router = APIRouter(prefix="/static/expressions", tags=["agents"])

CACHE_CONTROL = "public, max-age=3600"
FILE_NAME = re.compile(r"([A-Za-z0-9 _-]{1,64})\.(?:jpeg|jpg|png|webp)")
PICTURE: dict[str, Any] = {
    "description": "The picture, a PNG whatever the extension",
    "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
}


@router.get(
    "/{agent:path}/{file}",
    response_class=Response,
    responses={200: PICTURE, 304: {"description": "It is the one you have"}, **problems(404, 422)},
)
async def expression(
    request: Request,
    agent: Annotated[str, Path(description="an agent's name, in any case, or its id")],
    file: Annotated[
        str, Path(description="an expression and .jpeg, .jpg, .png or .webp: joy_happy.png")
    ],
) -> Response:
    """Get an agent's face with an expression; the neutral one for an unknown expression."""
    state = app_state(request)
    name = FILE_NAME.fullmatch(file)
    if name is None:
        raise NotFound("there is no such picture")
    agent_id = await state.engine.id_of(valid_id(agent))
    picture = await state.faces.get(agent_id, name[1])
    headers = {"ETag": picture.etag, "Cache-Control": CACHE_CONTROL}
    if picture.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(picture.png, headers=headers, media_type="image/png")
