"""The server about itself: version, health, queue, model usage, and Prometheus metrics."""

import json
from functools import cache

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from synthetic_soul import metrics
from synthetic_soul.api.dependencies import CurrentUser, app_state, json_response
from synthetic_soul.api.problems import problems
from synthetic_soul.api.schemas import Health, Pong, Queue, Version
from synthetic_soul.engine.engine import Engine
from synthetic_soul.networks import PRIVATE_NETWORKS, is_within, read_address

router = APIRouter(prefix="/v1", tags=["meta"])

PROXY_HEADERS = ("forwarded", "via", "x-forwarded-for", "x-real-ip")


@router.get("/meta/ping", response_model=Pong, responses=problems())
async def ping() -> Response:
    """Check that the server responds."""
    return json_response(Pong())


@router.get("/meta/version", response_model=Version, responses=problems())
async def version(request: Request) -> Response:
    """Get the server's version."""
    return json_response(Version(version=request.app.version))


@router.get("/meta/health", response_model=Health, responses=problems())
@router.get("/health", response_model=Health, responses=problems(), include_in_schema=False)
async def health(request: Request) -> Response:
    """Get the server's health: ``status`` ok or degraded; 503 with ``status`` down."""
    components = await app_state(request).engine.healthy()
    serving = components.get("status") in {"ok", "degraded"}
    body = Health.model_validate(components).model_dump_json(exclude_none=True)
    return Response(body, 200 if serving else 503, media_type="application/json")


@router.get("/meta/queue", response_model=Queue, responses=problems(401))
async def queue(request: Request, _user: CurrentUser) -> Response:
    """Count the conversations that wait for a reply and those being answered."""
    return json_response(Queue.model_validate(await app_state(request).engine.queue()))


@router.get("/meta/llm", responses=problems(401))
async def llm(request: Request, _user: CurrentUser) -> dict[str, object]:
    """Get the usage of the models: calls, tokens, failures, today's budgets."""
    return app_state(request).engine.model_usage()


def metrics_route(engine: Engine) -> Route:
    """Return the route ``/metrics``; it is no part of the OpenAPI document."""
    return Route("/metrics", MetricsEndpoint(engine), include_in_schema=False)


def document_route(app: FastAPI) -> Route:
    """Return the route ``/openapi.json``, whose document is made once.

    FastAPI's own encodes all of it for each request, and each answer is a copy.
    """

    @cache
    def document() -> bytes:
        return json.dumps(app.openapi(), ensure_ascii=False, separators=(",", ":")).encode()

    async def openapi(_request: Request) -> Response:
        return Response(document(), media_type="application/json")

    return Route("/openapi.json", openapi, include_in_schema=False)


class MetricsEndpoint:
    """Metrics for a scraper on this machine or in its private network; 404 for anybody else.

    A request forwarded by a proxy counts as public, whatever address the proxy has. An ASGI
    application, unlike a function, receives every method and can deny them all.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._registry: CollectorRegistry | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the metrics as text."""
        request = Request(scope, receive)
        if not _is_private(request):
            raise HTTPException(404)
        if request.method not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        if self._registry is None:
            self._registry = metrics.registry(self._engine)
        body = await metrics.exposition(self._registry)
        await Response(body, media_type=metrics.CONTENT_TYPE)(scope, receive, send)


def _is_private(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in PROXY_HEADERS):
        return False
    if request.scope["http_version"] == "1.0":  # nginx, unless told otherwise; it tells nothing
        return False
    address = read_address(request.client.host)
    return address is not None and is_within(address, PRIVATE_NETWORKS)
