"""Messages: saying something, and what has been said."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response

from synthetic_soul.api.dependencies import Person, as_json, doors, sane
from synthetic_soul.api.problems import BODY, problems
from synthetic_soul.api.schemas import Accepted, Conversation, Submission, Talk, accepted
from synthetic_soul.engine.views import WhyView

router = APIRouter(prefix="/v1/messages", tags=["messages"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="the same key and message again give the first job; another message is 409",
    ),
]
AgentId = Annotated[
    str | None, Query(max_length=128, description="an agent's id; the active one if absent")
]


@router.post(
    "/submit",
    status_code=202,
    response_model=Accepted,
    responses=problems(401, 404, 409, *BODY, 429, 507),
)
async def submit(
    request: Request, who: Person, form: Submission, idempotency_key: IdempotencyKey = None
) -> Response:
    """Say something; it is on disk when this answers, and the reply follows at the job."""
    house = doors(request)
    await house.gates.submit.enter(who.user_id)
    view = await house.engine.hear(
        person=who.user_id,
        text=form.text,
        agent=sane(form.agent) if form.agent else None,
        group=form.type == "group",
        key=idempotency_key,
    )
    return accepted(view)


@router.get("/conversation", response_model=Conversation, responses=problems(401, 404, 422))
async def conversation(
    request: Request,
    who: Person,
    *,
    limit: Annotated[int, Query(ge=1, le=200, description="lines at most")] = 50,
    before: Annotated[
        str | None, Query(max_length=128, description="only lines before the one with this id")
    ] = None,
    agent: AgentId = None,
    type: Talk = "dm",
) -> Response:
    """What was said, oldest first."""
    lines = await doors(request).engine.conversation(
        who.user_id,
        agent=sane(agent) if agent else None,
        group=type == "group",
        limit=limit,
        before=sane(before) if before else None,
    )
    earlier = lines[0].id if len(lines) == limit else None
    return as_json(Conversation(messages=lines, before=earlier))


@router.get("/{message_id}/why", response_model=WhyView, responses=problems(401, 404, 422))
async def why(request: Request, who: Person, message_id: str) -> Response:
    """What a reply was made of: what was remembered for it, what it moved, and by how much."""
    return as_json(await doors(request).engine.why(who.user_id, sane(message_id)))
