"""Messages: submit one, read the conversation, explain a reply."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response

from synthetic_soul import nlu
from synthetic_soul.api.dependencies import (
    READ_SLOT,
    AgentId,
    CurrentUser,
    app_state,
    client_address,
    json_response,
    valid_id,
)
from synthetic_soul.api.legacy_views import legacy_conversation
from synthetic_soul.api.problems import BODY_STATUSES, problems
from synthetic_soul.api.schemas import (
    MAX_OPENING,
    Accepted,
    Conversation,
    ConversationType,
    Submission,
    accepted,
)
from synthetic_soul.engine.turn.first_message import ANY, is_opening
from synthetic_soul.engine.turn.submit import conversation_of
from synthetic_soul.engine.views import WhyView

router = APIRouter(prefix="/v1/messages", tags=["messages"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="repeating key and message returns the first job; another message is 409",
    ),
]


@router.post(
    "/submit",
    status_code=202,
    response_model=Accepted,
    responses=problems(401, 404, 409, *BODY_STATUSES, 429, 507),
)
async def submit(
    request: Request,
    user: CurrentUser,
    form: Submission,
    idempotency_key: IdempotencyKey = None,
    accept_language: Annotated[str, Header(description="names helplines, too")] = "",
) -> Response:
    """Send a message; it is stored when this responds, and the job will have the reply."""
    state = app_state(request)
    await state.rate_limits.submit.hit(user.user_id)
    view = await state.engine.submit(
        person=user.user_id,
        text=form.text,
        agent=valid_id(form.agent) if form.agent else None,
        group=form.type == "group",
        key=idempotency_key,
        address=client_address(request),
        country=nlu.country_of(time_zone=form.time_zone, locale=accept_language[:200]),
        time_zone=form.time_zone,
        opening=form.opening,
    )
    return accepted(view)


@router.get(
    "/conversation",
    response_model=Conversation,
    dependencies=[READ_SLOT],
    responses=problems(401, 404, 422, 429),
)
async def conversation(
    request: Request,
    user: CurrentUser,
    *,
    limit: Annotated[int, Query(ge=1, le=200, description="maximum number of lines")] = 50,
    before: Annotated[
        str | None, Query(max_length=128, description="only lines before the one with this id")
    ] = None,
    agent: AgentId = None,
    type: ConversationType = "dm",
    opening: Annotated[
        int,
        Query(
            ge=ANY,
            le=MAX_OPENING,
            description="which opening to show where nothing was said yet, from 0; -1: any",
        ),
    ] = 0,
) -> Response:
    """Get the conversation, oldest line first; a new one begins with the agent's opening."""
    lines = await app_state(request).engine.conversation(
        user.user_id,
        agent=valid_id(agent) if agent else None,
        group=type == "group",
        limit=limit,
        before=valid_id(before) if before else None,
        opening=opening,
    )
    is_whole = len(lines) < limit or is_opening(lines[0].id)
    earlier = None if is_whole else lines[0].id
    named = legacy_conversation(conversation_of(user.user_id, group=type == "group"), lines)
    return json_response(Conversation(messages=lines, before=earlier, conversation=named))


@router.get("/{message_id}/why", response_model=WhyView, responses=problems(401, 404, 422))
async def why(request: Request, user: CurrentUser, message_id: str) -> Response:
    """Explain a reply: what was recalled for it, and what it changed by how much."""
    return json_response(await app_state(request).engine.why(user.user_id, valid_id(message_id)))
