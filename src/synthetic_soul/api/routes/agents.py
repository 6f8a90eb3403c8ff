"""Agents: who is there, how they are, what they remember of the one who asks."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from synthetic_soul.api.dependencies import Doors, Owner, Person, as_json, doors, sane
from synthetic_soul.api.middleware.body import FILES
from synthetic_soul.api.problems import BODY, problems
from synthetic_soul.api.schemas import Agents, Given, Memories, Ok
from synthetic_soul.api.soul_upload import places, read_soul, report_view
from synthetic_soul.api.sse import STREAM, EventStream, sse
from synthetic_soul.engine.agents import LONGEST, agent_id
from synthetic_soul.engine.views import AgentDetail
from synthetic_soul.errors import InvalidInput

router = APIRouter(prefix="/v1/agents", tags=["agents"])

TAKEN = {"active", "all"}
FILE_TYPES: dict[str, Any] = {
    kind: {"schema": {"type": "string", "format": "binary"}} for kind in FILES.types
}
AgentName = Annotated[
    str | None,
    Query(
        max_length=LONGEST,
        description="the id is made of it, as of a file's name; the soul's own name if absent",
    ),
]
Replacing = Annotated[
    bool, Query(description="give a new soul to an agent that was given in this way")
]


@router.get("", response_model=Agents, responses=problems(401))
@router.get("/all", response_model=Agents, responses=problems(401), include_in_schema=False)
async def agents(request: Request, _who: Person) -> Response:
    """All agents."""
    return as_json(Agents(agents=await doors(request).engine.agents()))


@router.post(
    "",
    status_code=201,
    response_model=Given,
    responses={
        200: {"model": Given, "description": "It was there, and has this soul now"},
        **problems(401, 403, 409, *BODY, 429, 507),
    },
    openapi_extra={"requestBody": {"required": True, "content": FILE_TYPES}},
)
async def give(
    request: Request, who: Owner, *, name: AgentName = None, replace: Replacing = False
) -> Response:
    """Let an agent be born of a soul in any format; for the operator alone.

    Every server and worker of this house serves it from now on, also after a restart.
    """
    house = doors(request)
    await house.gates.agents.enter(who.user_id)
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    found, soul = await asyncio.to_thread(read_soul, body, kind)
    chosen = soul.name if name is None else name.partition(".")[0]
    if agent_id(chosen) in TAKEN:
        raise InvalidInput("name: this one is a path of the API; choose another")
    view, new = await house.engine.give(chosen, soul, replacing=replace)
    answer = Given(
        agent=view,
        format=found.format,
        report=report_view(found.report),
        problems=places(found.problems),
    )
    return as_json(answer, 201 if new else 200, {"Location": f"/v1/agents/{view.id}"})


@router.get("/active", response_model=AgentDetail, responses=problems(401))
async def active(request: Request, who: Person) -> Response:
    """The agent that is meant where none is named."""
    return as_json(await doors(request).engine.agent(None, who.user_id))


@router.get("/{agent_id}", response_model=AgentDetail, responses=problems(401, 404, 422))
async def agent(request: Request, who: Person, agent_id: str) -> Response:
    """One agent: how it feels now, its character, and how it stands to the one who asks."""
    return as_json(await doors(request).engine.agent(sane(agent_id), who.user_id))


@router.get(
    "/{agent_id}/live",
    response_class=Response,
    responses={200: STREAM, **problems(401, 404, 422)},
)
async def live(request: Request, who: Person, agent_id: str) -> Response:
    """How an agent feels, as it changes: events ``feeling``; open until the client leaves."""
    house = doors(request)
    await house.engine.agent(sane(agent_id), who.user_id)
    return EventStream(
        _feelings(house, agent_id),
        holds=lambda: house.auth.live(who),
        stopping=house.stopping.begun,
    )


@router.get("/{agent_id}/memories", response_model=Memories, responses=problems(401, 404, 422))
async def memories(request: Request, who: Person, agent_id: str) -> Response:
    """What an agent holds about the one who asks."""
    facts = await doors(request).engine.known(who.user_id, sane(agent_id))
    return as_json(Memories(memories=facts))


@router.delete(
    "/{agent_id}/memories/{fact_id}",
    response_model=Ok,
    responses=problems(401, 404, *BODY, 507),
)
async def forget(request: Request, who: Person, agent_id: str, fact_id: str) -> Response:
    """Have an agent forget something about the one who asks, words and all."""
    await doors(request).engine.forget(who.user_id, sane(fact_id), sane(agent_id))
    return as_json(Ok())


async def _feelings(house: Doors, agent_id: str) -> AsyncGenerator[bytes]:
    async for feeling in house.engine.live(agent_id):
        yield sse("feeling", feeling.model_dump_json(), str(feeling.at))
