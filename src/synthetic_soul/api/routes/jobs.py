"""Jobs: what became of a message."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.routing import request_response

from synthetic_soul.api.dependencies import Person, as_json, doors, holder, sane
from synthetic_soul.api.problems import problems
from synthetic_soul.api.schemas import Accepted, accepted
from synthetic_soul.api.sse import STREAM, EventStream, sse
from synthetic_soul.engine.views import JobEvent, JobView

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


class Bare(APIRoute):
    """A route whose function takes the request as it is.

    It saves half of what is spent on a request before the engine is asked. Such a function reads
    its inputs itself, and so has to say itself what the OpenAPI document tells of them.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **said: Any) -> None:  # noqa: ANN401 - handed on
        super().__init__(path, endpoint, **said)
        self.app = request_response(endpoint)


polled = APIRouter(prefix="/v1/jobs", tags=["jobs"], route_class=Bare)

JOB_ID = {
    "parameters": [
        {"name": "job_id", "in": "path", "required": True, "schema": {"type": "string"}}
    ],
    "security": [{"accessToken": []}],
}


@polled.get(
    "/{job_id}",  # noqa: FAST003 - JOB_ID declares it
    response_model=JobView,
    responses=problems(401, 404, 429),
    openapi_extra=JOB_ID,
)
async def job(request: Request) -> Response:
    """How a message stands: queued, running, succeeded with its reply, or failed."""
    who = await holder(request)
    house = doors(request)
    await house.gates.poll.enter(who.user_id)
    return as_json(await house.engine.job(who.user_id, sane(request.path_params["job_id"])))


@router.post(
    "/{job_id}/retry",
    status_code=202,
    response_model=Accepted,
    responses=problems(401, 404, 408, 409, 413, 415, 422, 429, 507),
)
async def retry(request: Request, who: Person, job_id: str) -> Response:
    """Let a failed message be answered after all; 409 for one that has not failed."""
    house = doors(request)
    await house.gates.submit.enter(who.user_id)
    return accepted(await house.engine.retry(who.user_id, sane(job_id)))


@router.get(
    "/{job_id}/events",
    response_class=Response,
    responses={200: STREAM, **problems(401, 404, 422, 429)},
)
async def events(
    request: Request,
    who: Person,
    job_id: str,
    last_event_id: Annotated[
        str | None, Header(description="resume behind the event with this id")
    ] = None,
) -> Response:
    """The job as it happens: events status, progress, text (pieces of the reply) and done.

    The same id always carries the same thing. The stream ends after done.
    """
    house = doors(request)
    await house.gates.poll.enter(who.user_id)
    told = await house.engine.follow_together(who.user_id, sane(job_id), after=last_event_id)
    source = _events(told)
    return EventStream(source, holds=lambda: house.auth.live(who), stopping=house.stopping.begun)


async def _events(told: AsyncGenerator[list[JobEvent]]) -> AsyncGenerator[bytes]:
    async with aclosing(told):
        async for events in told:
            yield b"".join(sse(event.event, event.body, event.id) for event in events)
