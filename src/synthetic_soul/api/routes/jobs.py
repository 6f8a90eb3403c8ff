"""Jobs: the state of a message's reply."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.routing import request_response

from synthetic_soul.api.dependencies import (
    TICKET,
    CurrentUser,
    StreamUser,
    app_state,
    authenticate,
    client_address,
    json_response,
    valid_id,
)
from synthetic_soul.api.problems import BODY_STATUSES, problems
from synthetic_soul.api.schemas import Accepted, accepted
from synthetic_soul.api.sse import OPENAPI_RESPONSE, EventStream, encode_event
from synthetic_soul.engine.views import JobEvent, JobView

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


class RequestRoute(APIRoute):
    """A route whose function gets the plain request, without FastAPI's dependency resolution.

    That halves the time spent on a request before the engine is called, which matters for
    polling. The function reads its inputs itself, and declares them for the OpenAPI document.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - passed through
        super().__init__(path, endpoint, **options)
        self.app = request_response(endpoint)


polling_router = APIRouter(prefix="/v1/jobs", tags=["jobs"], route_class=RequestRoute)

JOB_OPENAPI = {
    "parameters": [
        {"name": "job_id", "in": "path", "required": True, "schema": {"type": "string"}}
    ],
    "security": [{"accessToken": []}],
}


@polling_router.get(
    "/{job_id}",  # noqa: FAST003 - JOB_OPENAPI declares it
    response_model=JobView,
    responses=problems(401, 404, 429),
    openapi_extra=JOB_OPENAPI,
)
async def job(request: Request) -> Response:
    """Get the state of a message: queued, running, succeeded with its reply, or failed."""
    user = await authenticate(request)
    state = app_state(request)
    await state.rate_limits.poll.hit(user.user_id)
    job_id = valid_id(request.path_params["job_id"])
    return json_response(await state.engine.job(user.user_id, job_id))


@router.post(
    "/{job_id}/retry",
    status_code=202,
    response_model=Accepted,
    responses=problems(401, 404, 409, *BODY_STATUSES, 429, 507),
)
async def retry(request: Request, user: CurrentUser, job_id: str) -> Response:
    """Retry a failed message; 409 if it has not failed."""
    state = app_state(request)
    await state.rate_limits.submit.hit(user.user_id)
    address = client_address(request)
    return accepted(await state.engine.retry(user.user_id, valid_id(job_id), address=address))


@router.get(
    "/{job_id}/events",
    response_class=Response,
    dependencies=[TICKET],
    responses={200: OPENAPI_RESPONSE, **problems(401, 404, 422, 429)},
)
async def events(
    request: Request,
    user: StreamUser,
    job_id: str,
    last_event_id: Annotated[
        str | None, Header(description="resume after the event with this id")
    ] = None,
) -> Response:
    """Stream the job: events status, progress, text (parts of the reply) and done.

    An id always has the same content. The stream ends after done. ``EventSource`` sends no
    header: it opens this address with ``?ticket=``, of POST /v1/auth/ticket.
    """
    state = app_state(request)
    await state.rate_limits.poll.hit(user.user_id)
    job_events = await state.engine.follow(user.user_id, valid_id(job_id), after=last_event_id)
    return EventStream(
        _encode(job_events),
        is_session_live=lambda: state.auth.live(user),
        shutdown=state.shutdown,
        open_streams=state.open_streams,
        person=user.user_id,
        address=client_address(request),
    )


async def _encode(job_events: AsyncGenerator[list[JobEvent]]) -> AsyncGenerator[bytes]:
    async with aclosing(job_events):
        async for batch in job_events:
            yield b"".join(encode_event(event.event, event.body, event.id) for event in batch)
