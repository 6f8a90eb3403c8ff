"""Agents: list, state, live feelings, and upload of a soul."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from soulscript import FATES, Note, Problem, Report, Soul, SoulscriptError
from soulscript.formats import Import, Source, read_source
from synthetic_soul.api.dependencies import (
    AppState,
    CurrentOperator,
    CurrentUser,
    app_state,
    client_address,
    json_response,
    valid_id,
)
from synthetic_soul.api.legacy_views import ActiveAgent, active_agent
from synthetic_soul.api.middleware.body import FILES
from synthetic_soul.api.problems import (
    BODY_STATUSES,
    MAX_FAULTS,
    NotASoul,
    ProblemPlace,
    clip,
    problems,
)
from synthetic_soul.api.schemas import Agents, CreatedAgent, ReportNote, ReportView, TrustForm
from synthetic_soul.api.sse import OPENAPI_RESPONSE, EventStream, encode_event
from synthetic_soul.avatars.portraits import Portraits, portraits
from synthetic_soul.engine.agents import MAX_NAME_CHARS
from synthetic_soul.engine.views import AgentDetail, InstructionsView

router = APIRouter(prefix="/v1/agents", tags=["agents"])

MAX_ITEMS = 200  # problems, and notes of one fate, in a response
FILE_NAMES = {
    "text/markdown": "SOUL.md",
    "image/png": "soul.png",
    "image/webp": "soul.webp",
    "image/jpeg": "soul.jpg",
    "application/zip": "soul.zip",
}
FILE_SCHEMAS: dict[str, Any] = {
    content_type: {"schema": {"type": "string", "format": "binary"}}
    for content_type in FILES.content_types
}
AgentName = Annotated[
    str | None,
    Query(
        max_length=MAX_NAME_CHARS,
        description="the id is made from it, as from a file's name; the soul's own name if absent",
    ),
]
Trust = Annotated[
    bool,
    Query(
        description="apply the instructions of the soul's author (a card's system_prompt, "
        "post_history_instructions, depth_prompt) as style, below who it is and below safety"
    ),
]
Replace = Annotated[bool, Query(description="replace the soul of an agent that was uploaded")]


@router.get("", response_model=Agents, responses=problems(401))
@router.get("/all", response_model=Agents, responses=problems(401), include_in_schema=False)
async def agents(request: Request, user: CurrentUser) -> Response:
    """List all agents."""
    return json_response(Agents(agents=await app_state(request).engine.agents(user.user_id)))


@router.post(
    "",
    status_code=201,
    response_model=CreatedAgent,
    responses={
        200: {"model": CreatedAgent, "description": "The agent existed and has the new soul"},
        **problems(401, 403, 409, *BODY_STATUSES, 429, 507),
    },
    openapi_extra={"requestBody": {"required": True, "content": FILE_SCHEMAS}},
)
async def upload(
    request: Request,
    user: CurrentOperator,
    *,
    name: AgentName = None,
    replace: Replace = False,
    trust: Trust = False,
) -> Response:
    """Create an agent from a soul in any format; only the operator may.

    Every server and worker of the same store serves it from now on, also after a restart. Its
    pictures are kept with it; the report names those that cannot be shown, and why.
    """
    state = app_state(request)
    await state.rate_limits.agents.hit(user.user_id)
    body = await request.body()
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    imported, soul = await asyncio.to_thread(_read_soul, body, content_type)
    found = await asyncio.to_thread(portraits, soul, imported.assets)
    chosen_name = soul.name if name is None else name.partition(".")[0]
    view, created = await state.engine.add_agent(
        chosen_name, soul, found.pictures, replacing=replace, trusted=trust
    )
    response = CreatedAgent(
        agent=view,
        format=imported.format,
        report=_report_view(imported.report + _picture_notes(found)),
        problems=_problem_places(imported.problems),
    )
    return json_response(response, 201 if created else 200, {"Location": f"/v1/agents/{view.id}"})


@router.get("/active", response_model=ActiveAgent, responses=problems(401))
async def active(request: Request, user: CurrentUser) -> Response:
    """Get the active agent, which is the default wherever none is named."""
    view = await app_state(request).engine.agent(None, user.user_id)
    return json_response(active_agent(view))


@router.get("/{agent_id}", response_model=AgentDetail, responses=problems(401, 404, 422))
async def agent(request: Request, user: CurrentUser, agent_id: str) -> Response:
    """Get one agent: its present feelings, its character, and its relationship to you."""
    return json_response(await app_state(request).engine.agent(valid_id(agent_id), user.user_id))


@router.get(
    "/{agent_id}/live",
    response_class=Response,
    responses={200: OPENAPI_RESPONSE, **problems(401, 404, 422, 429)},
)
async def live(request: Request, user: CurrentUser, agent_id: str) -> Response:
    """Stream an agent's feelings as they change: events ``feeling``, until the client leaves."""
    state = app_state(request)
    await state.rate_limits.poll.hit(user.user_id)
    await state.engine.agent(valid_id(agent_id), user.user_id)
    return EventStream(
        _feelings(state, user.user_id, agent_id),
        is_session_live=lambda: state.auth.live(user),
        shutdown=state.shutdown,
        open_streams=state.open_streams,
        person=user.user_id,
        address=client_address(request),
    )


@router.get(
    "/{agent_id}/instructions",
    response_model=InstructionsView,
    responses=problems(401, 403, 404, 422),
)
async def instructions(request: Request, user: CurrentOperator, agent_id: str) -> Response:
    """Get the instructions of a soul's author to a model; only the operator may."""
    del user
    return json_response(await app_state(request).engine.instructions(valid_id(agent_id)))


@router.put(
    "/{agent_id}/instructions",
    response_model=InstructionsView,
    responses=problems(401, 403, 404, 409, *BODY_STATUSES, 507),
)
async def trust(
    request: Request, user: CurrentOperator, agent_id: str, form: TrustForm
) -> Response:
    """Apply those instructions from now on, or no longer; only the operator may.

    A new version of the soul has to be trusted anew. `digest`, as the instructions came with it,
    makes sure that none is trusted unread: 409, code `soul_replaced`, if the soul is another now.
    """
    del user
    engine = app_state(request).engine
    applied = await engine.trust(valid_id(agent_id), trusted=form.applied, digest=form.digest)
    return json_response(applied)


async def _feelings(state: AppState, person: str, agent_id: str) -> AsyncGenerator[bytes]:
    async for feeling in state.engine.live(agent_id, person):
        yield encode_event("feeling", feeling.model_dump_json(), str(feeling.at))


def _read_soul(body: bytes, content_type: str) -> tuple[Import, Soul]:
    """Read a soul of any format; the content type only names the file. Raises ``NotASoul``."""
    name = FILE_NAMES.get(content_type, "soul.json")
    try:
        imported = read_source(Source(name, {name: body}))
    except SoulscriptError as error:
        errors = [problem for problem in error.problems if problem.severity == "error"]
        listed = "; ".join(f"{fault.path}: {fault.message}" for fault in errors[:MAX_FAULTS])
        raise NotASoul(
            clip(f"this is no soul: {listed}"), _problem_places(error.problems)
        ) from None
    if imported.soul is None:
        raise NotASoul(
            "these are memories without a character; send a soul, they can come along in it"
        )
    return imported, imported.soul


def _problem_places(problems: Iterable[Problem]) -> list[ProblemPlace]:
    return [ProblemPlace.model_validate(problem) for problem in list(problems)[:MAX_ITEMS]]


def _picture_notes(found: Portraits) -> list[Note]:
    return [
        Note("dropped", f"avatar.images.{expression}", "", f"not shown: {fault}")
        for expression, fault in found.faults.items()
    ]


def _report_view(report: Report) -> ReportView:
    notes = {
        fate: [ReportNote.model_validate(note) for note in report.of(fate)[:MAX_ITEMS]]
        for fate in FATES
    }
    return ReportView(**notes)
