"""The ASGI application: what is put around the routes, and in which order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version

import structlog
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from synthetic_soul.api import http_metrics, problems
from synthetic_soul.api.dependencies import Doors
from synthetic_soul.api.middleware.body import Intake
from synthetic_soul.api.middleware.headers import Frame
from synthetic_soul.api.rate_limits import Gates
from synthetic_soul.api.routes import agents, jobs, messages, meta, thoughts
from synthetic_soul.api.routes import auth as auth_routes
from synthetic_soul.api.routes.root import root
from synthetic_soul.api.shutdown import Stopping
from synthetic_soul.api.static_files import Page
from synthetic_soul.auth.auth import Auth
from synthetic_soul.engine.engine import Engine
from synthetic_soul.errors import SoulError
from synthetic_soul.jobs.cancel import end
from synthetic_soul.settings import Settings

log = structlog.get_logger()

LONGEST_WAIT = 3600.0  # seconds between two looks for idle guests
SHORTEST_WAIT = 5.0
SENT = ["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "X-CSRF-Token"]
SHOWN = ["Location", "Retry-After", "X-API-Version", "X-CSRF-Token", "X-Request-ID"]


def create_app(
    engine: Engine, auth: Auth, settings: Settings, *, page: Page | None = None
) -> FastAPI:
    """The application; its lifespan starts and stops the engine."""
    house = Doors(engine, auth, settings, Gates(settings, engine.store, engine.clock), Stopping())
    app = FastAPI(
        title="Synthetic Soul",
        summary="Characters with an inner life",
        version=version("synthetic-soul"),
        lifespan=lambda _app: _lifespan(house),
        docs_url=None,  # the usual pages run foreign code
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # they would carry bodies
        middleware=_around(house),
    )
    app.state.doors = house
    problems.install(app)
    subjects = (jobs, messages, auth_routes, agents, thoughts, meta)
    routers = [jobs.polled, *(subject.router for subject in subjects), root(page or Page())]
    app.router.routes.extend(route for router in routers for route in router.routes)
    app.router.routes.append(http_metrics.route(engine))
    return app


def _around(house: Doors) -> list[Middleware]:
    """The layers, outermost first."""
    origins = house.settings.origins
    layers = [
        Middleware(Frame, version=version("synthetic-soul"), secure=house.secure),
        Middleware(Intake, origins=origins),
    ]
    if origins:
        cross = Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_credentials=True,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=SENT,
            expose_headers=SHOWN,
        )
        layers.insert(1, cross)
    return layers


@asynccontextmanager
async def _lifespan(house: Doors) -> AsyncIterator[None]:
    async with AsyncExitStack() as undo:
        await house.engine.start()
        undo.push_async_callback(house.engine.stop)
        await house.auth.open()
        undo.callback(house.auth.close)
        undo.callback(house.stopping.watch())
        expiry = asyncio.create_task(_expire(house))
        undo.push_async_callback(end, [expiry])
        undo.callback(house.stopping.begun.set)
        yield


async def _expire(house: Doors) -> None:
    """Erase guests who have stayed away for ``GUEST_TTL``, again and again."""
    wait = min(LONGEST_WAIT, max(SHORTEST_WAIT, house.settings.guest_ttl / 4))
    while True:
        try:
            await expire_guests(house.engine, house.auth)
        except SoulError as error:
            log.warning("guests_not_expired", because=error.code)
        await asyncio.sleep(wait)


async def expire_guests(engine: Engine, auth: Auth) -> int:
    """Erase idle guests, words first; returns how many."""
    erased = 0
    while idle := await auth.idle_guests():
        for person in idle:
            await engine.erase(person, idle=True)
            await auth.erase(person)
            erased += 1
    return erased
