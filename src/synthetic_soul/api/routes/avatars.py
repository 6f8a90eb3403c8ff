"""Pictures of agents: those that their souls bring, else the drawn face.

For an expression without a picture it is a near one's, else the usual one. An ``<img>`` of a known
agent always shows something; the agent's ``avatar`` says whether that is a picture of its own.
"""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from synthetic_soul.api.dependencies import AppState, CurrentUser, app_state, valid_id
from synthetic_soul.api.faces.pictures import PNG, Picture, own_picture
from synthetic_soul.api.problems import problems
from synthetic_soul.avatars.near_expressions import MAX_NAME_CHARS
from synthetic_soul.errors import NotFound

router = APIRouter(tags=["agents"])

PUBLIC = "public, max-age=3600"
PRIVATE = "private, max-age=300"  # nobody else's cache: it was asked for with a token
FILE_NAME = re.compile(r"([^/\\\0]{1,64})\.(jpeg|jpg|png|webp)")
BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
PICTURE: dict[str, Any] = {
    "description": "The picture: of a soul that brings one in WebP, else the drawn face in PNG",
    "content": {"image/webp": BINARY, "image/png": BINARY},
}
FILE: dict[str, Any] = {
    "description": "The picture: WebP where that is asked for and the soul brings one, else PNG",
    "content": {"image/png": BINARY, "image/webp": BINARY},
}
UNCHANGED: dict[str, Any] = {"description": "It is the one you have"}


@router.get(
    "/v1/agents/{agent_id}/avatar",
    response_class=Response,
    responses={200: PICTURE, 304: UNCHANGED, **problems(401, 404, 422)},
)
async def avatar(
    request: Request,
    user: CurrentUser,  # noqa: ARG001 - asked for all the same
    agent_id: str,
    expression: Annotated[
        str,
        Query(
            max_length=MAX_NAME_CHARS,
            description="such as joy_happy; the usual picture where none is near, or none is named",
        ),
    ] = "",
) -> Response:
    """Get an agent's picture, 512 pixels at most; the drawn face if its soul brings none."""
    state = app_state(request)
    picture = await _picture(state, valid_id(agent_id), expression, png=False)
    return _response(request, picture, PRIVATE)


@router.get(
    "/static/expressions/{agent:path}/{file}",
    response_class=Response,
    responses={200: FILE, 304: UNCHANGED, **problems(404, 422)},
)
async def expression(
    request: Request,
    agent: Annotated[str, Path(description="an agent's name, in any case, or its id")],
    file: Annotated[
        str, Path(description="an expression and .jpeg, .jpg, .png or .webp: joy_happy.png")
    ],
) -> Response:
    """Get an agent's picture of an expression, else a near one, else the usual or drawn face."""
    state = app_state(request)
    name = FILE_NAME.fullmatch(file)
    if name is None:
        raise NotFound("there is no such picture")
    agent_id = await state.engine.id_of(valid_id(agent))
    picture = await _picture(state, agent_id, name[1], png=name[2] != "webp")
    return _response(request, picture, PUBLIC)


async def _picture(state: AppState, agent: str, expression: str, *, png: bool) -> Picture:
    """Return the agent's own picture, else its drawn face; ``NotFound`` for an unknown agent."""
    found = await state.engine.avatar(agent, expression, png=png)
    if found is None:
        return await state.faces.get(agent, expression)
    return own_picture(found.body, found.digest, PNG if png else "image/webp")


def _response(request: Request, picture: Picture, cache_control: str) -> Response:
    headers = {"ETag": picture.etag, "Cache-Control": cache_control}
    if picture.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(picture.body, headers=headers, media_type=picture.media_type)
