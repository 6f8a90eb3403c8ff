"""The ASGI application: middleware, routes, and a lifespan that runs the engine."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from types import FrameType

import structlog
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from synthetic_soul.api import problems
from synthetic_soul.api.dependencies import AppState
from synthetic_soul.api.expiry import Expiry
from synthetic_soul.api.middleware.body import BodyMiddleware
from synthetic_soul.api.middleware.fair_queue import FairQueueMiddleware
from synthetic_soul.api.middleware.headers import VERSIONED_PATHS, HeadersMiddleware
from synthetic_soul.api.middleware.hosts import AllowedHosts, HostMiddleware
from synthetic_soul.api.middleware.proxies import ProxyMiddleware, TrustedProxies
from synthetic_soul.api.origins import read_origin
from synthetic_soul.api.rate_limits import RateLimits
from synthetic_soul.api.routes import agents, avatars, jobs, memories, messages, meta, thoughts
from synthetic_soul.api.routes import auth as auth_routes
from synthetic_soul.api.static_files import StaticFiles
from synthetic_soul.auth.auth import Auth
from synthetic_soul.engine.engine import Engine
from synthetic_soul.errors import Misconfigured
from synthetic_soul.jobs.base import cancel_all
from synthetic_soul.settings import Settings

log = structlog.get_logger()

# Headers that pages of other origins may send, and may read.
ALLOWED = ["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "X-CSRF-Token"]
EXPOSED = ["Location", "Retry-After", "X-API-Version", "X-CSRF-Token", "X-Request-ID"]
OWN_PATHS = {"v1", "static", "metrics", "openapi.json", *VERSIONED_PATHS}
SHUTDOWN_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def create_app(
    engine: Engine, auth: Auth, settings: Settings, *, static_files: StaticFiles | None = None
) -> FastAPI:
    """Return the application; its lifespan starts and stops the engine."""
    state = AppState(engine, auth, settings, RateLimits(settings, engine.store), asyncio.Event())
    root_path = settings.root_path
    app = FastAPI(
        title="Synthetic Soul",
        summary="Characters with an inner life",
        version=version("synthetic-soul"),
        lifespan=lambda _app: _lifespan(state),
        openapi_url=None,  # meta has a route of its own for it
        docs_url=None,  # the usual pages run foreign code
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": root_path}] if root_path else None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # they would carry bodies
        middleware=_middleware(state),
    )
    app.state.app_state = state
    problems.install(app)
    routers = [
        jobs.polling_router,
        *(
            module.router
            for module in (jobs, messages, auth_routes, agents, memories, thoughts, meta)
        ),
        avatars.router,
        thoughts.root_router(static_files or StaticFiles()),
    ]
    app.router.routes.extend(route for router in routers for route in router.routes)
    app.router.routes += [meta.metrics_route(engine), meta.document_route(app)]
    return app


def _middleware(state: AppState) -> list[Middleware]:
    """Return the middleware, outermost first."""
    settings = state.settings
    origins = list(filter(None, map(read_origin, settings.origins)))
    own = settings.root_path.split("/")[1:2]
    if not OWN_PATHS.isdisjoint(own):
        raise Misconfigured(f"ROOT_PATH: /{own[0]} is a path of the API itself; choose another")
    wants_https = (
        not settings.loopback if settings.secure_cookies is None else settings.secure_cookies
    )
    layers = [
        Middleware(
            ProxyMiddleware,
            trusted=TrustedProxies(settings.proxy_networks),
            root_path=settings.root_path,
        ),
        Middleware(FairQueueMiddleware),
        Middleware(
            HeadersMiddleware, version=version("synthetic-soul"), strict_transport=wants_https
        ),
        Middleware(HostMiddleware, allowed=AllowedHosts(settings)),
        Middleware(BodyMiddleware, origins=origins),
    ]
    if origins:
        cors = Middleware(
            CORSMiddleware,
            allow_origins=[str(origin) for origin in origins],
            allow_credentials=True,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=ALLOWED,
            expose_headers=EXPOSED,
        )
        layers.insert(-1, cors)
    return layers


@asynccontextmanager
async def _lifespan(state: AppState) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        await state.engine.start()
        stack.push_async_callback(state.engine.stop)
        await state.auth.open()
        stack.callback(state.auth.close)
        stack.callback(_set_on_signals(state.shutdown))
        expiry = asyncio.create_task(Expiry(state.engine, state.auth, state.settings).run())
        stack.push_async_callback(cancel_all, [expiry])
        stack.callback(state.shutdown.set)
        yield


def _set_on_signals(shutdown: asyncio.Event) -> Callable[[], None]:
    """Set the event on SIGTERM and SIGINT, and return what restores the earlier handlers.

    A server waits for open connections before it shuts the application down, and an event stream
    would keep it waiting. So the signals are handled here first, then by the earlier handler.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    loop = asyncio.get_running_loop()
    earlier = {number: signal.getsignal(number) for number in SHUTDOWN_SIGNALS}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(shutdown.set)
        handler = earlier[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    def restore() -> None:
        for number, handler in earlier.items():
            signal.signal(number, handler)

    for number, handler in earlier.items():
        if callable(handler):  # else the signal keeps its default meaning
            signal.signal(number, handle)
    return restore
