"""The server about itself."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from synthetic_soul.api.dependencies import Person, as_json, doors
from synthetic_soul.api.problems import problems
from synthetic_soul.api.schemas import Health, Pong, Queue, Version

router = APIRouter(prefix="/v1", tags=["meta"])


@router.get("/meta/ping", response_model=Pong, responses=problems())
async def ping() -> Response:
    """Whether the server is there."""
    return as_json(Pong())


@router.get("/meta/version", response_model=Version, responses=problems())
async def version(request: Request) -> Response:
    """Which version answers."""
    return as_json(Version(version=request.app.version))


@router.get("/meta/health", response_model=Health, responses=problems())
@router.get("/health", response_model=Health, responses=problems(), include_in_schema=False)
async def health(request: Request) -> Response:
    """How the server is: ``status`` ok or degraded; 503 with ``status`` down."""
    parts = await doors(request).engine.healthy()
    serving = parts.get("status") in {"ok", "degraded"}
    return as_json(Health.model_validate(parts), status=200 if serving else 503)


@router.get("/meta/queue", response_model=Queue, responses=problems(401))
async def queue(request: Request, _who: Person) -> Response:
    """How many conversations wait for a reply, and how many are being worked on."""
    return as_json(Queue.model_validate(await doors(request).engine.queue()))


@router.get("/meta/llm", responses=problems(401))
async def llm(request: Request, _who: Person) -> dict[str, object]:
    """What the models have been asked for: calls, tokens, failures, today's budgets."""
    return doors(request).engine.model_use()
